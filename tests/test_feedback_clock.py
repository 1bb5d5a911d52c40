"""What the clock does with a request for feedback: one reminder, two weeks, and no more attention than agreed."""

from __future__ import annotations

from datetime import UTC, date, datetime

from models.base import core
from models.due import Due
from tests.chat import Chat
from tests.test_feedback import TOLD
from tests.test_feedback_requests import DAY, alone, asks, away, requests, works


async def test_one_reminder_after_three_working_days_and_two_weeks_in_all(chat: Chat) -> None:
    alone(chat)
    sem, lotte = chat.person("sem"), chat.person("lotte")
    await asks(chat, "lotte", "Sem")
    await chat.moves(datetime(2026, 11, 27, 7, 59, tzinfo=UTC))
    assert len(sem.dms) == 1
    await chat.moves(datetime(2026, 11, 27, 8, 1, tzinfo=UTC))
    assert [dm.summary for dm in sem.dms] == ["Lotte vraagt je om feedback.", "Lotte krijgt nog graag je feedback."]
    assert sem.dms[1].lines[2] == "Geen tijd? Ook goed. Ik vraag het niet nog een keer."
    await chat.jumps(datetime(2026, 12, 7, 12, 0, tzinfo=UTC))
    await chat.moves(datetime(2026, 12, 8, 22, 59, tzinfo=UTC))
    assert (len(sem.dms), lotte.dms) == (2, [])
    await chat.moves(datetime(2026, 12, 9, 12, 0, tzinfo=UTC))
    assert sem.dms == []
    assert [dm.lines for dm in lotte.dms] == [
        (
            "Er kwam twee weken geen antwoord op je vraag, dus die is verlopen. Dat gebeurt.",
            "Sem, over de klantdag",
            "Wil je het nog weten? Vraag het nog eens, of vraag het iemand anders.",
        )
    ]
    assert requests(chat, "lotte") == [("Sem", "lapsed", date(2026, 12, 1))]
    await chat.jumps(21 * DAY)
    assert (sem.dms, len(lotte.dms)) == ([], 1)


async def test_what_lapses_together_is_told_once(chat: Chat) -> None:
    alone(chat)
    await asks(chat, "lotte", "Sem", "Noor")
    await chat.jumps(14 * DAY)
    await chat.moves(DAY)
    await chat.jumps(6 * DAY)
    (dm,) = chat.person("lotte").dms
    assert dm.lines[:3] == (
        "Er kwam twee weken geen antwoord op 2 van je vragen, dus die zijn verlopen. Dat gebeurt.",
        "Sem, over de klantdag",
        "Noor, over de klantdag",
    )


async def test_days_off_do_not_count(chat: Chat) -> None:
    """Sem works on Mondays and Thursdays, so three days of work take longer."""
    alone(chat)
    works(chat, "sem", workdays="14")
    sem = chat.person("sem")
    await asks(chat, "lotte", "Sem")
    await chat.moves(datetime(2026, 12, 3, 7, 59, tzinfo=UTC))
    assert [dm.summary for dm in sem.dms] == ["Lotte vraagt je om feedback."]
    await chat.moves(datetime(2026, 12, 3, 8, 1, tzinfo=UTC))
    assert len(sem.dms) == 2


async def test_leave_that_starts_meanwhile_puts_it_off(chat: Chat) -> None:
    alone(chat)
    sem = chat.person("sem")
    await asks(chat, "lotte", "Sem")
    away(chat, "sem", date(2026, 11, 25), date(2026, 12, 11))
    await chat.moves(datetime(2026, 12, 16, 7, 59, tzinfo=UTC))
    assert len(sem.dms) == 1
    assert requests(chat, "lotte")[0][1] == "open"
    await chat.moves(datetime(2026, 12, 16, 8, 1, tzinfo=UTC))
    assert [dm.summary for dm in sem.dms] == ["Lotte vraagt je om feedback.", "Lotte krijgt nog graag je feedback."]
    await chat.jumps(datetime(2026, 12, 24, 12, 0, tzinfo=UTC))
    await chat.moves(datetime(2026, 12, 25, 22, 59, tzinfo=UTC))
    assert requests(chat, "lotte")[0][1] == "open"
    await chat.moves(datetime(2026, 12, 26, 0, 0, tzinfo=UTC))
    assert requests(chat, "lotte")[0][1] == "lapsed"


async def test_what_was_put_off_is_forgotten_with_the_request(chat: Chat) -> None:
    alone(chat)
    sem = chat.person("sem")
    await asks(chat, "lotte", "Sem")
    away(chat, "sem", date(2026, 11, 25), date(2026, 12, 11))
    await chat.jumps(20 * DAY)
    await sem.presses("Liever niet")
    with chat.world.scope("bo") as scope:
        assert scope.db.all(Due, core(Due).c.kind.startswith("feedback."), done_at=None) == []


async def test_a_zone_that_cannot_be_read_holds_up_nobody(chat: Chat) -> None:
    """Then the organisation's own counts."""
    alone(chat)
    works(chat, "sem", zone="Mars/Olympus")
    noor = chat.person("noor")
    await asks(chat, "lotte", "Sem", "Noor")
    assert [dm.summary for dm in noor.dms] == ["Lotte vraagt je om feedback."]
    for _ in range(3):
        await chat.jumps(7 * DAY)
    assert [(name, state) for name, state, _ in requests(chat, "lotte")] == [("Sem", "lapsed"), ("Noor", "lapsed")]


async def test_an_answer_stops_the_clock(chat: Chat) -> None:
    alone(chat)
    sem, lotte = chat.person("sem"), chat.person("lotte")
    await asks(chat, "lotte", "Sem")
    await sem.presses("Feedback geven")
    await sem.fills(behaviour=TOLD["behaviour"], impact=TOLD["impact"])
    await chat.moves(4 * DAY)
    await chat.jumps(17 * DAY)
    assert (len(sem.dms), len(lotte.dms)) == (1, 1)


async def test_a_request_counts_in_the_week_of_who_is_asked(chat: Chat) -> None:
    with chat.world.scope("bo") as scope:
        scope.db.change(scope.org, attention=1)
    await asks(chat, "lotte", "Sem")
    await asks(chat, "noor", "Sem")
    sem = chat.person("sem")
    assert [dm.summary for dm in sem.dms] == ["Lotte vraagt je om feedback."]
    await sem.types("/feedback")
    assert [line for line in sem.answered.lines if "vraagt je" in line] == [
        "Lotte vraagt je om feedback",
        "Noor vraagt je om feedback",
    ]


async def test_who_answers_before_they_were_asked_hears_nothing_more(chat: Chat) -> None:
    """A request waits for its turn, but stands in the overview at once."""
    alone(chat)
    with chat.world.scope("bo") as scope:
        scope.db.change(scope.org, attention=1)
    await asks(chat, "lotte", "Sem")
    await asks(chat, "noor", "Sem", topic="de demo")
    sem = chat.person("sem")
    await sem.taps("feedback.decline", request="2")
    await chat.moves(datetime(2026, 12, 2, 12, 0, tzinfo=UTC))
    assert [dm.summary for dm in sem.dms] == ["Lotte vraagt je om feedback.", "Lotte krijgt nog graag je feedback."]
