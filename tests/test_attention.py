"""Ritme starts a conversation rarely, on a working day, and never at night."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest

from bot.calls import Account, Answer, AtOnce, Call, Origin, ReplaceOrigin, Retract, Revise, Tell
from bot.dispatch import Dispatch
from bot.router import Router, Routes
from models.delivery import Delivery
from models.identity import Absence, Organisation, Person
from models.scope import Scope
from tests.mail import Office, message, speak
from tests.world import World
from views.house import MANNERS

TUESDAY = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


@pytest.fixture
def office(world: World) -> Office:
    return Office(world)


def nudge(office: Office, handle: str, text: str = "hello", kind: str = "lesson", **more) -> Tell:
    return Tell(office.id(handle), kind, {"text": text}, nudge=True, **more)


async def change(office: Office, handle: str, **values) -> None:
    await office.run(lambda scope: scope.db.update(Person, Person.id == office.id(handle), **values))


async def waits_until(office: Office) -> list[datetime]:
    return [row.not_before for row in await office.rows() if row.state == "new"]


async def test_a_week_holds_so_many_and_the_rest_waits_for_monday(office: Office) -> None:
    for n in range(7):
        await office.queue(nudge(office, "sem", str(n)))
        await office.flush()
        office.clock.step(timedelta(minutes=1))
    assert office.mail.said("sem") == [f"{n} to Sem in nl" for n in range(5)]
    monday = datetime(2026, 11, 30, 7, 0, tzinfo=UTC)  # 08:00, when Sem's quiet hours end
    assert await waits_until(office) == [monday, monday]
    office.clock.move(monday)
    await office.flush()
    assert office.mail.said("sem")[5:] == ["5 to Sem in nl / 6 to Sem in nl"]


async def test_what_somebody_asked_for_takes_no_place(office: Office) -> None:
    await office.run(lambda scope: scope.db.update(Organisation, attention=1))
    for n in range(3):
        await office.queue(Tell(office.id("sem"), "note", {"text": str(n)}))
        await office.flush()
    await office.queue(nudge(office, "sem"))
    await office.flush()
    assert len(office.mail.said("sem")) == 4


async def test_one_message_for_what_falls_due_together_the_most_important_first(office: Office) -> None:
    await office.queue(
        nudge(office, "sem", "digest", "digest"),
        nudge(office, "sem", "request", "feedback.asked"),
        nudge(office, "sem", "check-in", "checkins.ask"),
        nudge(office, "ravi", "other"),
    )
    await office.flush()
    assert office.mail.said("sem") == ["check-in to Sem in nl / request to Sem in nl / digest to Sem in nl"]
    assert (
        office.mail.boxes["sem"][0][1].summary == "check-in to Sem in nl · request to Sem in nl · digest to Sem in nl"
    )
    assert office.mail.said("ravi") == ["other to Ravi in en"]
    assert await office.states() == ["sent"] * 4
    assert len({row.ref for row in await office.rows()}) == 2


async def test_when_attention_is_short_the_own_check_in_comes_first(office: Office) -> None:
    await office.run(lambda scope: scope.db.update(Organisation, attention=1))
    kinds = ("digest", "lesson", "feedback.asked", "checkins.ask")
    await office.queue(*(nudge(office, "sem", kind, kind) for kind in kinds))
    await office.flush()
    assert office.mail.said("sem") == ["checkins.ask to Sem in nl / feedback.asked to Sem in nl / digest to Sem in nl"]
    assert [row.kind for row in await office.rows() if row.state == "new"] == ["lesson"]


async def test_the_week_is_the_persons_own(office: Office) -> None:
    """Sunday evening in Amsterdam is Monday morning in Auckland."""
    await office.run(lambda scope: scope.db.update(Organisation, attention=1))
    await change(office, "sem", zone="Pacific/Auckland", workdays="1234567")
    sunday = datetime(2026, 11, 28, 22, 0, tzinfo=UTC)  # there: Sunday 11:00
    office.clock.move(sunday)
    await office.queue(nudge(office, "sem", "sunday"))
    await office.flush()
    office.clock.step(timedelta(hours=12))
    await office.queue(nudge(office, "sem", "night"))
    await office.flush()
    assert await waits_until(office) == [datetime(2026, 11, 29, 19, 0, tzinfo=UTC)]  # there: Monday 08:00
    office.clock.move(datetime(2026, 11, 29, 19, 0, tzinfo=UTC))
    await office.flush()
    assert office.mail.said("sem") == ["sunday to Sem in nl", "night to Sem in nl"]


@pytest.mark.parametrize(
    ("at", "person", "until"),
    [
        pytest.param("2026-11-24T20:00", {"paused": False}, "2026-11-25T07:00", id="evening"),
        pytest.param("2026-11-27T20:00", {"paused": False}, "2026-11-30T07:00", id="weekend"),
        pytest.param("2026-11-24T20:00", {"workdays": "14"}, "2026-11-26T07:00", id="part-time"),
        pytest.param("2026-11-25T09:00", {"workdays": "14"}, "2026-11-26T07:00", id="day off"),
        pytest.param(
            "2026-11-24T12:00", {"quiet_from": time(6), "quiet_until": time(22)}, "2026-11-24T21:00", id="shift"
        ),
        pytest.param("2026-11-24T12:00", {"zone": "America/New_York"}, "2026-11-24T13:00", id="New York"),
        pytest.param("2026-11-24T12:00", {"starts_on": date(2026, 12, 1)}, "2026-12-01T07:00", id="joiner"),
    ],
)
async def test_quiet_hours_and_days_off(office: Office, at: str, person: dict[str, object], until: str) -> None:
    await change(office, "sem", **person)
    office.clock.move(datetime.fromisoformat(at).replace(tzinfo=UTC))
    await office.queue(nudge(office, "sem"))
    await office.flush()
    assert office.mail.boxes == {}
    assert await waits_until(office) == [datetime.fromisoformat(until).replace(tzinfo=UTC)]


async def test_a_zone_or_working_days_that_cannot_be_read_hold_up_nobody(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    """Then the organisation's own count: it's evening there, so they wait for the morning like everybody."""
    await change(office, "sem", zone="Mars/Olympus")
    await change(office, "noor", workdays="weekend")
    office.clock.move(datetime(2026, 11, 24, 20, 0, tzinfo=UTC))
    await office.queue(*(nudge(office, handle) for handle in ("sem", "noor", "lotte")))
    await office.flush()
    assert await waits_until(office) == [datetime(2026, 11, 25, 7, 0, tzinfo=UTC)] * 3
    assert [one.rpartition(": ")[2] for one in caplog.messages] == ["'weekend'", "'Mars/Olympus'"]
    office.clock.move(datetime(2026, 11, 25, 7, 0, tzinfo=UTC))
    await office.flush()
    assert [office.mail.said(handle) for handle in ("noor", "lotte")] == [
        ["hello to Noor in nl"],
        ["hello to Lotte in nl"],
    ]


async def test_who_is_away_hears_nothing_until_the_first_day_back(office: Office) -> None:
    away = Absence(person_id=office.id("sem"), starts=date(2026, 11, 23), until=date(2026, 12, 1))
    await office.run(lambda scope: scope.db.add(away))
    await office.queue(
        nudge(office, "sem", "useful"),
        nudge(office, "sem", "too late by then", expires=TUESDAY + timedelta(days=2)),
    )
    await office.flush()
    assert office.mail.boxes == {}
    assert await office.states() == ["new", "expired too_late"]
    assert await waits_until(office) == [datetime(2026, 12, 2, 7, 0, tzinfo=UTC)]


@pytest.mark.parametrize(
    ("person", "organisation", "reason"),
    [
        ({"paused": True}, {}, "paused"),
        ({"closed_at": TUESDAY}, {}, "left"),
        ({}, {"consent": ""}, "no_consent"),
        ({}, {"announced_at": None}, "not_told"),
    ],
)
async def test_nobody_is_disturbed_against_the_rules(
    office: Office, person: dict, organisation: dict, reason: str
) -> None:
    def arrange(scope: Scope) -> None:
        if person:
            scope.db.update(Person, Person.id == office.id("sem"), **person)
        if organisation:
            scope.db.update(Organisation, **organisation)

    await office.run(arrange)
    await office.queue(nudge(office, "sem"))
    await office.flush()
    assert office.mail.boxes == {}
    assert await office.states() == [f"withdrawn {reason}"]


async def test_a_nudge_is_not_said_before_its_time(office: Office) -> None:
    await office.queue(nudge(office, "sem", not_before=TUESDAY + timedelta(hours=1)))
    await office.flush()
    assert office.mail.boxes == {}
    office.clock.step(timedelta(hours=1))
    await office.flush()
    assert office.mail.said("sem") == ["hello to Sem in nl"]


async def test_after_three_days_down_there_is_no_burst(office: Office) -> None:
    """Routed on Tuesday, then nothing ran until Friday evening: what is left waits for the next working morning."""
    await office.queue(
        nudge(office, "sem", "old", expires=TUESDAY + timedelta(days=2)),
        nudge(office, "sem", "useful"),
        nudge(office, "ravi", "useful"),
    )
    await office.out.route_nudges()
    office.clock.move(datetime(2026, 11, 27, 20, 0, tzinfo=UTC))
    await office.flush()
    assert office.mail.boxes == {}
    monday = datetime(2026, 11, 30, 7, 0, tzinfo=UTC)
    assert await office.states() == ["expired too_late", "new", "new"]
    assert await waits_until(office) == [monday, monday + timedelta(hours=1)]  # Ravi is in London
    office.clock.move(monday + timedelta(hours=1))
    await office.flush()
    assert office.mail.said("sem") == ["useful to Sem in nl"]


# --- said together -----------------------------------------------------------------------------------


async def together(office: Office) -> None:
    await office.queue(nudge(office, "sem", "one", "checkins.ask"), nudge(office, "sem", "two", "digest"))
    await office.flush()
    assert office.mail.said("sem") == ["one to Sem in nl / two to Sem in nl"]


async def test_changing_a_part_says_the_whole_again(world: World) -> None:
    texts = {"two": "two"}
    office = Office(world, saying=lambda scope, ids: speak(scope, {"text": texts.get(ids["text"], ids["text"])}))
    await together(office)
    texts["two"] = "two, answered"
    await office.queue(Revise("digest", {"text": "two"}))
    await office.flush()
    assert office.mail.said("sem") == ["one to Sem in nl / two, answered to Sem in nl"]


async def test_taking_back_a_part_leaves_the_other(office: Office) -> None:
    await together(office)
    await office.queue(Retract("checkins.ask", {"text": "one"}))
    await office.flush()
    assert office.mail.said("sem") == ["two to Sem in nl"]
    await office.queue(Revise("digest", {"text": "two"}))
    await office.flush()
    assert office.mail.said("sem") == ["two to Sem in nl"]
    await office.queue(Retract("digest", {"text": "two"}))
    await office.flush()
    assert office.mail.said("sem") == []


async def test_a_part_that_is_gone_is_left_out(office: Office) -> None:
    await office.queue(nudge(office, "sem", "gone", "checkins.ask"), nudge(office, "sem", "two", "digest"))
    await office.flush()
    assert office.mail.said("sem") == ["two to Sem in nl"]
    assert await office.states() == ["withdrawn withdrawn", "sent"]


async def test_a_press_on_a_part_does_not_replace_the_whole(office: Office) -> None:
    """The platform would put the answer in the place of the message, with everything else that it says."""
    routes = Routes("pressed", gated=False)
    routes.press("skip")(lambda call, scope: ReplaceOrigin(message("skipped")))
    dispatch = Dispatch(Router([routes]), office.world.database, office.clock, MANNERS, office.platforms)

    async def press(key: str) -> AtOnce:
        (row, *_) = await office.rows()
        channel, _, at = row.ref.partition(":")
        account = Account("demo", "T1", "sem")
        (reply,) = await dispatch.serve(Call("press", "skip", account, key, origin=Origin(channel, at)))
        return reply

    await office.queue(nudge(office, "sem", "alone", "checkins.ask"))
    await office.flush()
    assert await press("k1") == ReplaceOrigin(message("skipped"))

    office.clock.step(timedelta(days=1))
    await office.run(lambda scope: scope.db.remove(Delivery))
    office.mail.boxes.clear()
    await together(office)
    assert await press("k2") == Answer(message("skipped"))
    await office.flush()
    assert office.mail.parcels[-1].verb == "revise"
    assert office.mail.said("sem") == ["one to Sem in nl / two to Sem in nl"]


async def test_a_press_on_a_piece_of_a_long_message_does_not_replace_that_piece(office: Office) -> None:
    routes = Routes("pressed", gated=False)
    routes.press("skip")(lambda call, scope: ReplaceOrigin(message("skipped")))
    dispatch = Dispatch(Router([routes]), office.world.database, office.clock, MANNERS, office.platforms)
    await office.queue(nudge(office, "sem", "long", "checkins.ask"))
    await office.flush()
    await office.run(lambda scope: scope.db.update(Delivery, ref="sem:1,2"))
    for n, at in enumerate(("1", "2", "12")):
        origin = Origin("sem", at)
        (reply,) = await dispatch.serve(Call("press", "skip", Account("demo", "T1", "sem"), f"k{n}", origin=origin))
        assert reply == (ReplaceOrigin if at == "12" else Answer)(message("skipped"))


async def test_parts_share_the_end_of_their_message(office: Office) -> None:
    office.mail.answers = [office.mail.lose_answer]
    await office.queue(nudge(office, "sem", "one", "checkins.ask"), nudge(office, "sem", "two", "digest"))
    await office.flush()
    assert await office.states() == ["unknown timeout", "unknown timeout"]
    office.clock.wait(31)
    await office.flush()
    assert await office.states() == ["sent", "sent"]
    assert office.mail.said("sem") == ["one to Sem in nl / two to Sem in nl"]
