"""What comes too late to be of use is not said, and counted: at every stage, and never in a burst."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.calls import Tell
from bot.parcels import LIMITED, Later, Unknown
from models.base import core
from models.delivery import Delivery
from tests.chat import Chat
from tests.mail import Office
from tests.world import World

HOUR = timedelta(hours=1)


@pytest.fixture
def office(world: World) -> Office:
    return Office(world)


def tell(office: Office, handle: str, text: str = "hello", *, nudge: bool = False, hours: int = 1) -> Tell:
    kind = "lesson" if nudge else "note"
    return Tell(office.id(handle), kind, {"text": text}, nudge=nudge, expires=office.clock.now() + hours * HOUR)


def expired(office: Office, kind: str, platform: str) -> float:
    return office.counted("ritme_deliveries_total", kind=kind, platform=platform, result="expired")


@pytest.mark.parametrize("nudge", [False, True])
async def test_before_it_has_a_lane(office: Office, *, nudge: bool) -> None:
    await office.queue(tell(office, "sem", nudge=nudge))
    office.clock.step(2 * HOUR)
    await office.flush()
    assert (await office.states(), office.mail.parcels) == (["expired too_late"], [])
    assert expired(office, "lesson" if nudge else "note", "none") == 1


@pytest.mark.parametrize("nudge", [False, True])
async def test_in_its_lane_behind_a_pause(office: Office, *, nudge: bool) -> None:
    office.mail.answers = [Later(3600, LIMITED, lane=True)] * 3
    await office.queue(tell(office, "sem", nudge=nudge), tell(office, "lotte", nudge=nudge, hours=9))
    await office.flush()
    assert await office.states() == ["pending ratelimited", "pending ratelimited"]
    office.clock.wait(3700)
    office.clock.step(2 * HOUR)
    office.mail.answers = []
    await office.flush()
    await office.flush()
    assert await office.states() == ["expired too_late", "sent"]
    assert expired(office, "lesson" if nudge else "note", "demo") == 1


async def test_what_may_have_arrived_is_looked_up_and_not_said_again(office: Office) -> None:
    office.mail.answers = [Unknown("timeout"), office.mail.lose_answer]
    await office.queue(tell(office, "sem"), tell(office, "lotte"))
    await office.flush()
    office.clock.wait(31)
    office.clock.step(2 * HOUR)
    await office.flush()
    assert sorted(await office.states()) == ["expired too_late", "sent"]
    assert len(office.mail.parcels) == 2


async def test_what_did_not_arrive_by_day_is_not_said_again_at_night(office: Office) -> None:
    """An outage often begins with an outcome that nobody knows, and may last until it is late."""
    office.mail.answers = [Unknown("timeout")]
    await office.queue(tell(office, "sem", nudge=True, hours=99))
    await office.flush()
    office.mail.look = lambda _: Later(3600, "unreachable", lane=True)
    for _ in range(12):  # until ten at night in Amsterdam
        await office.flush()
        office.clock.wait(3601)
        office.clock.step(HOUR)
    office.mail.look = office.mail._find
    await office.flush()
    assert (await office.states(), office.mail.boxes) == (["new"], {})
    office.clock.step(11 * HOUR)
    await office.flush()
    assert office.mail.said("sem") == ["hello to Sem in nl"]


async def test_of_several_said_together_those_that_are_of_use_are_said(office: Office) -> None:
    """Also where the first of them, which led the others, is too late, and they have to wait once more."""
    await office.queue(tell(office, "sem", "first", nudge=True), tell(office, "sem", "second", nudge=True, hours=40))
    await office.out.route_nudges()
    rows = await office.rows()
    assert [row.bundle_id for row in rows] == [None, rows[0].id]
    office.clock.step(timedelta(minutes=59))
    office.mail.answers = [Later(1, "busy")]
    office.clock.step(timedelta(minutes=1))
    await office.flush()
    assert await office.states() == ["expired too_late", "pending busy"]
    assert (await office.rows())[1].bundle_id is None
    office.clock.wait(5)
    await office.flush()
    assert await office.states() == ["expired too_late", "sent"]
    assert office.mail.said("sem") == ["second to Sem in nl"]


async def test_after_an_outage_there_is_no_burst(office: Office) -> None:
    """Four thousand that are too late end in a few steps, whatever the pace of the lane."""
    await office.queue(*(tell(office, "sem", str(n)) for n in range(4000)), tell(office, "lotte", hours=99))
    await office.out.route()
    office.clock.step(timedelta(days=3))
    await office.flush()
    assert sorted(set(await office.states())) == ["expired too_late", "sent"]
    assert len(office.mail.parcels) == 1
    assert expired(office, "note", "demo") == 4000


@pytest.mark.parametrize("down", ["before it was planned", "after it was planned"])
async def test_three_days_down_over_monday_morning_asks_once_or_not_at_all(chat: Chat, down: str) -> None:
    """Everybody's question is of Monday at nine; on Thursday it still is the week's, and is asked once."""
    if down == "after it was planned":
        await chat.moves(timedelta(days=5))  # Sunday
        chat.world.clock.step(timedelta(days=4))
    else:
        await chat.ticker.tick()
        chat.world.clock.step(timedelta(days=9))
    await chat.ticker.tick()
    await chat.settle()
    await chat.moves(timedelta(days=1))
    table = core(Delivery)
    found = await chat.world.database.read(
        lambda connection: connection.execute(
            table.select().where(
                table.c.kind == "checkins.ask", table.c.created_at > chat.world.clock.now() - 5 * 24 * HOUR
            )
        ).all()
    )
    asked = [row.person_id for row in found]
    assert asked
    assert sorted(asked) == sorted(set(asked))
    assert {row.state for row in found} <= {"sent", "expired"}
    assert all(row.expires_at is not None for row in found)
