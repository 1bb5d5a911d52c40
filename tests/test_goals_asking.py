"""Asking who keeps a goal how it is going, from the sheet that a digest or a list leads to."""

# ruff: noqa: RUF001 - Dutch quotation marks

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from models import goals
from models.digest import DigestLine
from tests.chat import Chat
from tests.seen import Seen
from tests.test_feedback_requests import alone
from tests.test_goals import arranged, sheet

DAY = timedelta(days=1)
LATER = 21 * DAY
"""From Tuesday 24 November to Tuesday 15 December 2026: a goal that nobody told of since is stale."""

ASK = "Vragen hoe het gaat"
OFFER = "Noor krijgt een kort berichtje van me dat je benieuwd bent."
ASKED = "Je vroeg Noor op di 15 dec hoe het ermee gaat. Je hoort het van me zodra er nieuws is."
QUESTION = "Anna vraagt hoe het gaat met ‘Leren presenteren’."
THANKS = "Dank je wel. Anna weet hoe het gaat met ‘Leren presenteren’."
NEWS = "Er is nieuws over ‘Leren presenteren’. Je vroeg hoe het ermee gaat."


async def stale(chat: Chat, handle: str = "noor", **draft: object) -> int:
    """A goal that nobody told of for three weeks; no other messages go out."""
    alone(chat)
    id = arranged(chat, handle, "Leren presenteren", **draft)  # type: ignore[arg-type]
    await chat.jumps(LATER)
    return id


def said(chat: Chat, handle: str) -> list[Seen]:
    """The direct messages that are about the goal."""
    return [dm for dm in chat.person(handle).dms if "Leren presenteren" in dm.text]


async def test_a_manager_asks_and_hears_that_there_is_news(chat: Chat) -> None:
    id = await stale(chat)
    anna, noor = chat.person("anna"), chat.person("noor")
    lines = await sheet(anna, id)
    assert (OFFER in lines, anna.form.buttons) == (True, (ASK,))
    await anna.presses(ASK)
    assert ASKED in anna.form.lines
    assert ASK not in anna.form.buttons
    (dm,) = said(chat, "noor")
    assert (dm.summary, dm.buttons) == (QUESTION, ("Bijwerken", "Bekijken"))
    await noor.presses("Bijwerken")
    assert noor.form.fields == ("progress", "confidence", "note")
    await noor.fills(progress="40", confidence="6", note="Twee klanten gesproken.")
    assert said(chat, "noor")[0].summary == THANKS
    (dm,) = said(chat, "anna")
    assert (dm.summary, dm.lines[1:], dm.buttons) == (
        NEWS,
        ("Q4 2026 · doel van Noor · 40% · vertrouwen 6",),
        ("Bekijken",),
    )
    await anna.presses("Bekijken")
    assert "di 15 dec, door Noor: Twee klanten gesproken." in anna.form.lines
    assert ASK not in anna.form.buttons


async def test_a_goal_whose_confidence_fell_can_be_asked_about_too(chat: Chat) -> None:
    alone(chat)
    id = arranged(chat, "noor", "Leren presenteren")
    anna = chat.person("anna")
    for confidence in (7, 5):
        assert ASK not in (await sheet(anna, id), anna.form.buttons)[1]
        with chat.world.scope("noor") as scope:
            goals.update(scope, id, confidence=confidence)
    await sheet(anna, id)
    await anna.presses(ASK)
    assert [dm.summary for dm in said(chat, "noor")] == [QUESTION]


async def test_once_a_week_by_each_asker(chat: Chat) -> None:
    id = await stale(chat)
    with chat.world.scope("noor") as scope:
        goals.show(scope, id, everyone=True)
    anna, sem = chat.person("anna"), chat.person("sem")
    await anna.taps("goals.ask", goal=str(id))
    await anna.taps("goals.ask", goal=str(id))
    assert anna.sees == ASKED
    await sem.taps("goals.ask", goal=str(id))
    assert [dm.summary for dm in said(chat, "noor")] == [QUESTION, QUESTION.replace("Anna", "Sem")]
    await chat.moves(7 * DAY - timedelta(minutes=1))
    assert ASKED in await sheet(anna, id)
    await chat.moves(timedelta(minutes=1))
    await sheet(anna, id)
    await anna.presses(ASK)
    assert [dm.summary for dm in said(chat, "noor")][2:] == [QUESTION]
    with chat.world.scope("noor") as scope:
        goals.close(scope, id, 0.5, "Klein beginnen.")
    assert [len(said(chat, handle)) for handle in ("anna", "sem")] == [0, 0]


async def test_closing_it_is_an_answer_to_everybody_who_asked(chat: Chat) -> None:
    id = await stale(chat)
    with chat.world.scope("noor") as scope:
        goals.show(scope, id, everyone=True)
    for handle in ("anna", "sem"):
        await chat.person(handle).taps("goals.ask", goal=str(id))
    noor = chat.person("noor")
    await noor.taps("goals.close", goal=str(id))
    await noor.fills(score="5", learned="Klein beginnen.")
    assert [dm.summary for dm in said(chat, "noor")][:2] == [THANKS, THANKS.replace("Anna", "Sem")]
    assert [dm.lines[1] for handle in ("anna", "sem") for dm in said(chat, handle)] == [
        "Q4 2026 · doel van Noor · afgesloten met 0,5",
        "Q4 2026 · doel van Noor · afgesloten",
    ]


async def test_a_check_in_that_tells_of_the_goal_is_an_answer(chat: Chat) -> None:
    id = arranged(chat, "noor", "Leren presenteren")
    await chat.jumps(LATER)
    await chat.person("anna").taps("goals.ask", goal=str(id))
    noor = chat.person("noor")
    await noor.types("/checkin")
    await noor.fills(priorities="Klanten bellen", **{f"confidence-{id}": "8"})
    assert [dm.summary for dm in chat.person("anna").dms if NEWS in dm.summary] == [NEWS]


async def test_who_has_told_before_hearing_of_it_is_not_asked(chat: Chat) -> None:
    alone(chat)
    id = arranged(chat, "noor", "Leren presenteren")
    await chat.jumps(LATER + timedelta(hours=12))
    await chat.person("anna").taps("goals.ask", goal=str(id))
    assert said(chat, "noor") == []
    noor = chat.person("noor")
    await noor.taps("goals.update", goal=str(id))
    await noor.fills(progress="40", confidence="6")
    await chat.moves(DAY)
    assert [dm for dm in noor.dms if QUESTION in dm.summary] == []
    assert [dm.summary for dm in said(chat, "anna")] == [NEWS]


@pytest.mark.parametrize(
    ("handle", "line"),
    [
        ("noor", "Dit doel houd je zelf bij. Vertel hoe het ermee gaat met Bijwerken."),
        ("sem", "Dit doel is er niet meer, of het is niet aan jou. Er is niets veranderd."),
    ],
)
async def test_only_another_reader_asks(chat: Chat, handle: str, line: str) -> None:
    id = await stale(chat)
    person = chat.person(handle)
    await person.taps("goals.ask", goal=str(id))
    assert person.sees == line
    assert said(chat, "noor") == []


async def test_who_can_tell_it_themselves_has_no_need_to_ask(chat: Chat) -> None:
    id = await stale(chat, "anna", level="team", team_id=1)
    noor, anna = chat.person("noor"), chat.person("anna")
    assert "Anna krijgt een kort berichtje van me dat je benieuwd bent." in await sheet(noor, id)
    await noor.presses(ASK)
    assert [dm.summary for dm in said(chat, "anna")] == ["Noor vraagt hoe het gaat met ‘Leren presenteren’."]
    await sheet(anna, id)
    assert ASK not in anna.form.buttons


async def test_nothing_is_asked_about_what_goes_well_or_is_closed(chat: Chat) -> None:
    id = await stale(chat)
    anna, line = chat.person("anna"), "Er is intussen nieuws over dit doel, dus er valt niets te vragen. "
    with chat.world.scope("noor") as scope:
        goals.update(scope, id, confidence=7)
    await anna.taps("goals.ask", goal=str(id))
    assert anna.sees == line + "Bekijk het om te zien hoe het ervoor staat."
    await chat.jumps(LATER)
    with chat.world.scope("noor") as scope:
        goals.close(scope, id, 1.0, "Klein beginnen.")
    await anna.taps("goals.ask", goal=str(id))
    assert anna.sees == line + "Bekijk het om te zien hoe het ervoor staat."
    assert ASK not in (await sheet(anna, id), anna.form.buttons)[1]


async def test_nobody_is_asked_who_left(chat: Chat) -> None:
    id = await stale(chat, "hanna", level="organisation")
    anna = chat.person("anna")
    with chat.world.scope("hanna") as scope:
        scope.db.change(scope.me, closed_at=scope.now)
    await anna.taps("goals.ask", goal=str(id))
    assert anna.sees == "Wie dit doel bijhield, werkt hier niet meer. Er is nu dus niemand om het aan te vragen."
    await sheet(anna, id)
    assert ASK not in anna.form.buttons


async def test_who_may_no_longer_read_it_hears_nothing_of_it(chat: Chat) -> None:
    id = await stale(chat)
    await chat.person("anna").taps("goals.ask", goal=str(id))
    with chat.world.scope("noor") as scope:
        scope.db.change(scope.me, manager_id=chat.world.people["joris"])
    noor = chat.person("noor")
    await noor.taps("goals.update", goal=str(id))
    await noor.fills(progress="40", confidence="6")
    assert said(chat, "anna") == []


async def test_what_was_asked_about_is_closed_instead_of_taken_back(chat: Chat) -> None:
    id = await stale(chat)
    noor = chat.person("noor")
    await sheet(noor, id)
    assert "Verwijderen" in noor.form.buttons
    await chat.person("anna").taps("goals.ask", goal=str(id))
    await sheet(noor, id)
    assert "Verwijderen" not in noor.form.buttons
    await noor.taps("goals.remove", goal=str(id))
    assert noor.sees.startswith("Over dit doel is al iets verteld of gevraagd")


# --- the digest ----------------------------------------------------------------------------------------

WEEKLY = datetime(2026, 12, 14, 12, 0, tzinfo=UTC)
STALE = "Noor heeft het doel ‘Leren presenteren’ sinds di 24 nov niet bijgewerkt."
DEALT_WITH = "Je hebt gevraagd hoe het gaat. Zodra er nieuws is, hoor je het."


def digests(chat: Chat) -> list[Seen]:
    return [dm for dm in chat.person("anna").dms if any(line.startswith("Week ") for line in dm.lines)]


async def test_a_digest_says_that_its_line_is_dealt_with(chat: Chat) -> None:
    arranged(chat, "noor", "Leren presenteren")
    await chat.jumps(WEEKLY)
    weekly = digests(chat)[-1]
    assert (STALE in weekly.lines, DEALT_WITH in weekly.lines) == (True, False)
    anna = chat.person("anna")
    await anna.presses("Doel bekijken")
    await anna.presses(ASK)
    weekly = digests(chat)[-1]
    assert weekly.lines[weekly.lines.index(STALE) + 1] == DEALT_WITH
    assert "Doel bekijken" in weekly.buttons
    with chat.world.scope("anna") as scope:
        (line,) = scope.db.all(DigestLine, DigestLine.kind == "stale", DigestLine.manager_id == scope.me.id)
        assert line.done_at == scope.now


async def test_a_digest_leaves_time_to_answer_and_says_what_moved(chat: Chat) -> None:
    id = arranged(chat, "noor", "Leren presenteren")
    await chat.moves(timedelta(hours=1))  # the weekly one had nothing to say
    for confidence in (8, 6):
        with chat.world.scope("noor") as scope:
            goals.update(scope, id, confidence=confidence)
    await chat.moves(timedelta(hours=1))
    anna = chat.person("anna")
    await anna.taps("goals.ask", goal=str(id))
    await anna.types("/ritme digest")
    assert [line for line in anna.answered.lines if "Leren presenteren" in line] == []
    await chat.moves(DAY)
    with chat.world.scope("noor") as scope:
        goals.update(scope, id, confidence=4)
    await anna.types("/ritme digest")
    assert [line for line in anna.answered.lines if "Leren presenteren" in line] == [
        "Noor heeft sinds wo 25 nov minder vertrouwen in ‘Leren presenteren’: het ging van 6 naar 4."
    ]
