"""What an operator sees: when it will be done, how the lanes stand, what stands aside, and how that goes again."""

from __future__ import annotations

from datetime import timedelta
from time import process_time

import pytest

from bot.calls import Post, RefreshHome, Tell
from bot.parcels import Halted, Pace, Unknown
from models.base import columns
from models.delivery import Delivery
from models.delivery.aside import Halt, Released, halted, release
from models.delivery.forecast import backlog
from models.delivery.gauges import gauges
from models.identity import Account, Channel, Installation
from models.scope import Scope
from tests.mail import Mail, Office
from tests.world import World

FIVE = Pace("say", frozenset({"dm", "post"}), rate=5.0, burst=5.0)


@pytest.fixture
def office(world: World) -> Office:
    return Office(world)


def note(office: Office, handle: str, text: str = "hello", **more) -> Tell:
    return Tell(office.id(handle), "note", {"text": text}, **more)


async def _waiting(office: Office, count: int, kind: str, *, nudge: bool) -> None:
    """So many rows of a kind in the lane."""
    now = office.clock.now()
    blank = {name: Delivery.model_fields[name].default for name in columns(Delivery) if name not in {"id", "org_id"}}
    where = {"state": "pending", "installation_id": 1, "to": "sem", "person_id": office.id("sem")}
    what = {"verb": "dm", "kind": kind, "ids": "{}", "nudge": nudge, "created_at": now, "not_before": now}
    one = blank | where | what
    await office.run(lambda scope: scope.db.insert_all(Delivery, [one] * count))
    office.clock.step(timedelta(seconds=1))


# --- when it will be done ----------------------------------------------------------------------------


async def test_bulk_is_done_when_its_last_has_gone_and_answers_go_before(office: Office) -> None:
    office.mail.paces = (FIVE,)
    await office.queue(note(office, "lotte"))
    await office.flush()  # the lane knows its rate
    await _waiting(office, 100, "checkins.ask", nudge=True)
    await _waiting(office, 50, "digest", nudge=True)
    await _waiting(office, 10, "note", nudge=False)
    await office.queue(RefreshHome(office.id("sem")))
    await office.out.route()
    now = office.clock.now()
    found = await office.run(backlog)
    assert [(one.kind, one.nudge, one.count, one.rate) for one in found] == [
        ("checkins.ask", True, 100, 5.0),
        ("digest", True, 50, 5.0),
        ("note", False, 10, 5.0),
        ("home", False, 1, None),
    ]
    assert [one.done_at and (one.done_at - now).total_seconds() for one in found] == [22.0, 32.0, 2.0, None]
    await office.run(lambda scope: scope.db.update(Installation, paused_until=now + timedelta(minutes=1)))
    paused = await office.run(backlog)
    assert [one.done_at and (one.done_at - now).total_seconds() for one in paused] == [82.0, 92.0, 62.0, None]


async def test_where_nothing_binds_nobody_guesses(office: Office) -> None:
    await _waiting(office, 3, "note", nudge=False)
    (one,) = await office.run(backlog)
    assert (one.count, one.rate, one.done_at, one.platform) == (3, None, None, "demo")
    assert await office.run(halted) == []


async def test_many_rows_are_counted_quickly(office: Office) -> None:
    office.mail.paces = (FIVE,)
    await office.queue(note(office, "lotte"))
    await office.flush()
    for kind in ("checkins.ask", "digest", "lesson", "feedback.asked"):
        await _waiting(office, 5_000, kind, nudge=True)
    begun = process_time()
    found = await office.run(backlog)
    taken = process_time() - begun
    assert [one.count for one in found] == [5_000] * 4
    assert taken < 0.5
    begun = process_time()
    at = (office.clock.now(), office.clock.real())
    how = await office.world.database.read(lambda connection: gauges(connection, *at))
    assert process_time() - begun < 0.3
    assert [(one.lane, one.state, one.count) for one in how.depths] == [(1, "pending", 20_000)]
    assert [(one.group, one.rate) for one in how.speeds] == [("say", 5.0)]
    assert how.oldest is not None
    assert office.clock.now() - how.oldest == timedelta(seconds=4)


async def test_the_graphs_have_lanes_and_no_people(office: Office) -> None:
    office.mail.paces = (FIVE,)
    office.mail.answers = [Halted("too_large")]
    await office.queue(note(office, "lotte"), note(office, "sem", not_before=office.clock.now() + timedelta(hours=1)))
    await office.flush()
    office.clock.step(timedelta(hours=2))
    now, real = office.clock.now(), office.clock.real()
    office.metrics.lanes(await office.world.database.read(lambda connection: gauges(connection, now, real)), now)
    assert office.counted("ritme_deliveries_waiting", lane="1", platform="demo", state="halted") == 1
    assert office.counted("ritme_deliveries_waiting", lane="0", platform="none", state="new") == 1
    assert office.counted("ritme_rate", group="say", lane="1", platform="demo") == 5
    assert b"ritme_oldest_delivery_seconds 3600.0" in office.metrics.text()
    assert b"otte" not in office.metrics.text()


# --- what stands aside -------------------------------------------------------------------------------


async def test_what_stands_aside_goes_again_when_it_is_chosen(office: Office) -> None:
    office.mail.answers = [Halted("too_large"), Halted("too_large"), Halted("not_allowed")]
    await office.queue(note(office, "sem", "1"), note(office, "lotte", "2"), note(office, "ravi", "3"))
    await office.flush()
    begun = office.clock.now()
    assert await office.run(halted) == [
        Halt("note", "too_large", 2, 0, begun),
        Halt("note", "not_allowed", 1, 0, begun),
    ]
    assert await office.run(lambda scope: release(scope, "note", "too_large", limit=1)) == Released(1, 1)
    assert await office.run(lambda scope: release(scope, "note", "too_large")) == Released(1, 0)
    assert await office.run(lambda scope: release(scope, "digest", "too_large")) == Released(0, 0)
    await office.flush()
    assert await office.states() == ["sent", "sent", "halted not_allowed"]


async def test_it_goes_where_somebody_is_reached_now_and_not_if_it_is_too_late(office: Office) -> None:
    await office.run(lambda scope: scope.db.update(Account, Account.user == "sem", closed_at=scope.now))
    soon = office.clock.now() + timedelta(hours=1)
    await office.queue(note(office, "sem", "1"), note(office, "sem", "2", expires=soon))
    await office.flush()
    assert await office.states() == ["halted no_account"] * 2
    await office.run(lambda scope: scope.db.update(Account, Account.user == "sem", closed_at=None))
    office.clock.step(timedelta(hours=2))
    await office.run(lambda scope: release(scope, "note", "no_account"))
    await office.flush()
    assert await office.states() == ["sent", "expired too_late"]


async def test_what_broke_is_one_reason_whatever_its_reference(office: Office) -> None:
    await office.queue(note(office, "sem", "broken"), note(office, "lotte", "broken"))
    await office.flush()
    (one,) = await office.run(halted)
    assert (one.reason, one.count) == ("failed", 2)
    assert await office.run(lambda scope: release(scope, "note", "failed")) == Released(2, 0)


async def test_what_may_have_arrived_is_looked_up_before_it_goes_again(office: Office) -> None:
    office.mail.look = lambda _: Unknown("timeout")
    office.mail.answers = [office.mail.lose_answer]
    await office.queue(note(office, "sem"))
    for _ in range(10):
        await office.flush()
        office.clock.wait(3600)
    assert await office.states() == ["halted unknown: timeout"]
    office.mail.look = office.mail._find
    await office.run(lambda scope: release(scope, "note", "unknown: timeout"))
    await office.flush()
    assert (await office.states(), len(office.mail.parcels)) == (["sent"], 1)


async def _two_channels(office: Office) -> Mail:
    other = office.platforms["other"] = Mail()
    other.name = "other"

    def arrange(scope: Scope) -> None:
        lane = scope.db.add(Installation(platform="other", team="T2"))
        scope.db.add(Channel(installation_id=lane.id, word="kudos", channel="C2", language="en"))

    await office.run(arrange)
    return other


async def test_a_post_nobody_can_look_up_goes_again_only_when_told_so_and_only_there(office: Office) -> None:
    other = await _two_channels(office)
    office.mail.look = lambda _: Unknown("no_lookup")
    office.mail.answers = [office.mail.lose_answer]
    await office.queue(Post("kudos", "post", {"text": "x"}))
    await office.flush()
    office.clock.wait(31)
    await office.flush()
    assert await office.states() == ["halted unknown: no_lookup", "sent"]
    (one,) = await office.run(halted)
    assert (one.count, one.blind) == (1, 1)
    assert await office.run(lambda scope: release(scope, "post", one.reason)) == Released(0, 0)
    assert await office.run(lambda scope: release(scope, "post", one.reason, blind=True)) == Released(1, 0)
    await office.flush()
    assert await office.states() == ["sent", "sent"]
    assert (len(office.mail.said("C-KUDOS")), len(other.said("C2"))) == (2, 1)


async def test_a_post_goes_to_where_its_channel_is_now(office: Office) -> None:
    other = await _two_channels(office)
    office.mail.answers = [Halted("channel_not_found")]
    await office.queue(Post("kudos", "post", {"text": "x"}))
    await office.flush()
    await office.run(lambda scope: scope.db.update(Channel, Channel.installation_id == 1, channel="C-NEW"))
    await office.run(lambda scope: release(scope, "post", "channel_not_found"))
    await office.flush()
    assert office.mail.said("C-NEW") == ["x to Ritme in nl"]
    assert len(other.said("C2")) == 1


async def test_a_restored_copy_looks_before_it_says_what_may_have_been_said_since(office: Office) -> None:
    """The original sent Sem's after it was copied, and Lotte's not; of a channel nobody can tell."""
    await office.queue(note(office, "sem"), note(office, "lotte"), Post("kudos", "post", {"text": "x"}))
    await office.out.route()
    sem = (await office.rows())[0]
    office.mail.boxes["sem"] = [(sem.id, None)]  # type: ignore[list-item]  # whatever it said
    await office.run(lambda scope: scope.db.update(Delivery, state="halted", reason="restored"))
    assert [(one.kind, one.count, one.blind) for one in await office.run(halted)] == [("note", 2, 0), ("post", 1, 1)]
    await office.run(lambda scope: release(scope, "note", "restored"))
    assert await office.run(lambda scope: release(scope, "post", "restored")) == Released(0, 0)
    await office.flush()
    assert await office.states() == ["sent", "sent", "halted restored"]
    assert [parcel.to for parcel in office.mail.parcels] == ["lotte"]
