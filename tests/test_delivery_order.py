"""Of one receiver nothing overtakes, whatever happens to what is in front; and nothing is lost or said twice."""

from __future__ import annotations

import asyncio
import random
from contextlib import suppress
from typing import Any

import pytest

from bot import delivery
from bot.calls import Post, Retract, Revise, Tell
from bot.delivery import Outbound
from bot.parcels import LIMITED, Halted, Later, Pace, Parcel, Result, Sent, Unknown
from models.delivery import claims, lanes
from tests.mail import PAUSE, Office
from tests.world import World


@pytest.fixture
def office(world: World) -> Office:
    return Office(world)


def note(office: Office, handle: str, text: str = "hello", **more) -> Tell:
    return Tell(office.id(handle), "note", {"text": text}, **more)


def nudge(office: Office, handle: str, text: str) -> Tell:
    return Tell(office.id(handle), "lesson", {"text": text}, nudge=True)


@pytest.mark.sqlite("its planner, which has to be led")
@pytest.mark.parametrize("verbs", [{"home"}, {"revise", "retract"}])
def test_what_is_no_message_is_found_without_looking_at_messages(world: World, verbs: set[str]) -> None:
    """Each claim looks, so its cost must not grow with what waits."""
    plan = planned(world, claims._next(nudge=False, verbs=frozenset(verbs)))
    found_by = "state=? AND installation_id=? AND nudge=? AND bundle_id=?"
    assert plan[0] == f"SEARCH delivery USING INDEX ix_delivery_apart ({found_by})"
    assert not [step for step in plan if "TEMP B-TREE" in step]


@pytest.mark.sqlite("its planner, which has to be led")
def test_an_overview_that_waits_is_found_whatever_else_was_said_to_somebody(world: World) -> None:
    """Every kudos looks for its receiver's, so its cost must not grow with the years."""
    statement, _ = lanes._OUTDATED.of(["{}"])
    found_by = "ids=? AND kind=? AND org_id=?"
    assert planned(world, statement.statement) == [f"SEARCH delivery USING INDEX ix_delivery_said ({found_by})"]


def planned(world: World, statement: Any) -> list[str]:
    """The steps by which SQLite would run this."""
    with world.scope("anna") as scope:
        compiled = statement.compile(dialect=scope.db.connection.dialect)
        found = scope.db.connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {compiled}", (1,) * str(compiled).count("?"))
        return [row[3] for row in found]


FRONTS: dict[str, Result] = {
    "unknown": Unknown("timeout"),
    "later": Later(20, "busy"),
    "limited alone": Later(20, LIMITED),
}


@pytest.mark.parametrize("front", FRONTS)
async def test_who_waits_holds_those_behind_it_and_nobody_else(office: Office, front: str) -> None:
    """Also when those are written later, and so come in another batch, or from another process."""
    office.mail.answers = [FRONTS[front]]
    await office.queue(note(office, "sem", "1"), note(office, "sem", "2"))
    await office.flush()
    await office.queue(note(office, "sem", "3"), note(office, "lotte"))
    await office.another().flush()
    assert list(office.mail.boxes) == ["lotte"]
    office.clock.wait(31)
    await office.another().flush()
    assert office.mail.said("sem") == [f"{n} to Sem in nl" for n in (1, 2, 3)]


async def test_what_a_dead_process_had_claimed_holds_those_behind_it(office: Office) -> None:
    handed = asyncio.Event()

    async def never(_: Parcel) -> Result:
        handed.set()
        return await asyncio.get_running_loop().create_future()

    office.mail.answers = [never]
    await office.queue(note(office, "sem", "1"), note(office, "sem", "2"))
    await office.out.route()
    sending = asyncio.create_task(office.out.drain(1))
    await handed.wait()
    sending.cancel()
    await asyncio.wait([sending])
    assert await office.states() == ["sending", "sending"]
    await office.queue(note(office, "sem", "3"))
    await office.another().flush()
    assert office.mail.boxes == {}
    office.clock.wait(91)
    await office.another().flush()
    assert office.mail.said("sem") == [f"{n} to Sem in nl" for n in (1, 2, 3)]


async def test_an_answer_does_not_wait_for_a_nudge_but_a_nudge_for_an_answer(office: Office) -> None:
    office.mail.answers = [Later(20, "busy")]
    await office.queue(nudge(office, "sem", "bulk"))
    await office.flush()
    await office.queue(note(office, "sem", "answer"))
    await office.flush()
    assert office.mail.said("sem") == ["answer to Sem in nl"]
    office.mail.answers = [Later(60, "busy")]
    await office.queue(note(office, "sem", "second"))
    await office.flush()
    await office.queue(nudge(office, "sem", "behind"))
    office.clock.wait(30)
    await office.flush()
    assert office.mail.said("sem")[1:] == ["bulk to Sem in nl"]
    office.clock.wait(60)
    await office.flush()
    assert office.mail.said("sem")[2:] == ["second to Sem in nl", "behind to Sem in nl"]


async def test_what_stands_aside_holds_nobody(office: Office) -> None:
    office.mail.answers = [Halted("too_large")]
    await office.queue(note(office, "sem", "1"), note(office, "sem", "2"))
    await office.flush()
    assert await office.states() == ["halted too_large", "sent"]


async def test_who_cannot_be_looked_for_yet_holds_those_behind_it(office: Office) -> None:
    """A process that has just begun may not look yet, also where it was told to wait and what it held is given back."""
    office.mail.paces = (Pace("look", frozenset({"look"}), rate=0.5, burst=5.0),)
    office.mail.answers = [Unknown("timeout")]
    await office.queue(note(office, "sem", "1"))
    await office.flush()
    office.clock.wait(31)
    await office.queue(note(office, "sem", "2"))
    await office.another().flush()
    assert office.mail.boxes == {}
    out = office.another()
    await out.flush()
    office.mail.look = lambda _: PAUSE
    office.clock.wait(5)
    await out.flush()
    office.clock.wait(31)
    await office.another().flush()
    assert (await office.states(), office.mail.boxes) == (["unknown ratelimited", "pending"], {})
    office.mail.look = office.mail._find
    office.clock.wait(5)
    await out.flush()
    office.clock.wait(5)
    await out.flush()
    assert office.mail.said("sem") == ["1 to Sem in nl", "2 to Sem in nl"]


async def test_changes_of_one_message_know_of_each_other(office: Office) -> None:
    """Two things that were said together are taken back at the same time; and a message grew before it goes."""
    await office.queue(nudge(office, "sem", "one"), nudge(office, "sem", "two"), note(office, "lotte"))
    await office.flush()
    await office.queue(Retract("lesson", {"text": "one"}), Retract("lesson", {"text": "two"}))
    await office.flush()
    assert office.mail.said("sem") == []

    def grown(parcel: Parcel) -> Result:
        return Sent(f"{parcel.sent},2")

    office.mail.answers = [grown, Sent()]
    await office.queue(Revise("note", {"text": "hello"}), Retract("note", {"text": "hello"}))
    await office.flush()
    assert [parcel.sent for parcel in office.mail.parcels[-2:]] == ["lotte:3", "lotte:3,2"]


async def test_an_overview_that_waits_holds_no_message_and_a_change_neither(office: Office) -> None:
    await office.queue(note(office, "sem", "1"))
    await office.flush()
    office.mail.answers = [Later(20, "busy")]
    await office.queue(Revise("note", {"text": "1"}))
    await office.flush()
    await office.queue(note(office, "sem", "2"))
    await office.flush()
    assert office.mail.said("sem") == ["1 to Sem in nl", "2 to Sem in nl"]
    assert await office.states() == ["sent", "pending busy", "sent"]


async def test_a_person_hears_a_few_at_once_and_then_at_the_chats_pace(office: Office) -> None:
    office.mail.dm_gap = 1.0
    await office.queue(*(note(office, "sem", str(n)) for n in range(6)), note(office, "lotte"))
    await office.flush()
    assert (len(office.mail.said("sem")), len(office.mail.said("lotte"))) == (4, 1)
    office.clock.wait(3.9)
    await office.flush()
    assert len(office.mail.said("sem")) == 4
    office.clock.wait(0.2)
    await office.flush()
    assert office.mail.said("sem") == [f"{n} to Sem in nl" for n in range(6)]


async def _killed(office: Office, out: Outbound, chance: random.Random) -> None:
    """Sends until it is killed after some of the loop's rounds; what it held is found by its lease."""
    sending = asyncio.create_task(out.flush())
    for _ in range(chance.randrange(1, 60)):
        await asyncio.sleep(0)
    sending.cancel()
    with suppress(asyncio.CancelledError, ExceptionGroup):
        await sending


@pytest.mark.parametrize("seed", range(8))
async def test_nothing_overtakes_through_every_fault_and_death(
    office: Office, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    chance = random.Random(seed)
    monkeypatch.setattr(delivery, "BATCH", chance.choice((3, 7, 100)))
    faults = [office.mail.lose_answer, Unknown("reset"), Later(1, "busy"), Later(1, LIMITED), PAUSE]
    people = ["sem", "lotte", "noor"]
    for round_ in range(40):
        texts = (str(round_ * 10 + n) for n in range(chance.randrange(4)))
        await office.queue(*(note(office, chance.choice(people), text) for text in texts))
        if chance.random() < 0.2:
            await office.queue(Post("kudos", "note", {"text": str(round_ * 10 + 9)}))
        office.mail.answers = [chance.choice(faults) if chance.random() < 0.3 else office.mail.keep for _ in range(20)]
        await _killed(office, office.another(), chance)
        await office.another().flush()
        office.clock.wait(chance.choice((0.5, 5, 31, 91)))
    office.mail.answers = []
    for _ in range(10):
        office.clock.wait(1000)
        await office.flush()
    rows = await office.rows()
    assert {row.state for row in rows} == {"sent"}
    arrived = {to: [id for id, _ in box] for to, box in office.mail.boxes.items()}
    assert sorted(id for ids in arrived.values() for id in ids) == [row.id for row in rows]
    assert arrived == {to: sorted(ids) for to, ids in arrived.items()}
