"""Limits of the platform, of patience and of the database: who waits, who goes on, and what is written down."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bot.calls import Post, RefreshHome, Tell
from bot.db import Unavailable
from bot.delivery import Outbound
from bot.parcels import LIMITED, Later, Pace, Parcel, Result, Unknown, in_a_minute, pause
from bot.sending import PATIENCE
from bot.teams.connector import PATIENCE as ANSWER
from models.base import core
from models.delivery import rates
from models.delivery.claims import LEASE
from models.identity import Account, Channel, Installation
from models.scope import Scope
from tests.mail import Mail, Office
from tests.world import World

FIVE = Pace("say", frozenset({"dm", "post"}), rate=5.0, burst=5.0)
HOME = Pace("home", frozenset({"home"}), rate=1.0, burst=1.0)
LOOK = Pace("look", frozenset({"look"}), rate=1.0, burst=1.0)


@pytest.fixture
def office(world: World) -> Office:
    return Office(world)


def note(office: Office, handle: str, text: str = "hello", **more) -> Tell:
    return Tell(office.id(handle), "note", {"text": text}, **more)


async def _lane(office: Office) -> Installation:
    table = core(Installation)
    query = select(*table.columns).where(table.c.id == 1)
    (row,) = await office.world.database.read(lambda connection: connection.execute(query).all())
    return Installation(**row._mapping)


async def _second(office: Office) -> Mail:
    other = office.platforms["other"] = Mail()
    other.name = "other"

    def arrange(scope: Scope) -> None:
        lane = scope.db.add(Installation(platform="other", team="T2"))
        scope.db.add(Account(installation_id=lane.id, person_id=office.id("lotte"), user="lotte-2"))
        scope.db.update(Account, Account.user == "lotte", preferred=False)
        scope.db.add(Channel(installation_id=lane.id, word="kudos", channel="C2", language="en"))

    await office.run(arrange)
    return other


# --- the platform's --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "least", "most"), [("7", 7, 7), ("Sun, 22 Nov 2099 10:00:00 GMT", 3600, 3600), ("", 30, 30), ("x", 30, 30)]
)
async def test_a_limit_in_every_spelling_spends_no_try_and_holds_no_other(
    office: Office, said: str, least: float, most: float
) -> None:
    office.mail.paces = (FIVE,)
    other = await _second(office)
    seconds = pause(said)
    assert least <= seconds <= most
    office.mail.answers = [Later(seconds, LIMITED, lane=True)] * 2  # they are on their way together
    await office.queue(note(office, "sem"), note(office, "ravi"), note(office, "lotte"))
    await office.flush()
    await office.flush()
    assert (len(office.mail.parcels), other.said("lotte-2")) == (2, ["hello to Lotte in nl"])
    assert [row.attempts for row in await office.rows()] == [0, 0, 0]
    assert await office.out.lanes() == []
    office.clock.wait(seconds + 2)
    await office.flush()
    await office.flush()
    assert await office.states() == ["sent"] * 3
    assert office.counted("ritme_rate_limited_total", lane="1", platform="demo") == 2
    assert office.counted("ritme_rate_limited_total", lane="2", platform="other") == 0
    assert office.counted("ritme_rate_waited_seconds_total", lane="1", platform="demo") > 0


async def test_what_a_limit_taught_is_there_for_the_next_process(office: Office) -> None:
    office.mail.paces = (FIVE, HOME)
    office.mail.answers = [Later(5, LIMITED, lane=True)]
    await office.queue(note(office, "sem"))
    await office.flush()
    lane = await _lane(office)
    learned = {rate.group: rate.low for rate in rates.read(lane.rates)}
    assert learned == {"say": 2.5, "home": 1.0}
    office.clock.wait(6)
    second = office.another()
    await second.flush()
    assert await office.states() == ["sent"]
    taken = await _lane(office)
    assert taken.sender not in {"", lane.sender}
    assert {rate.group: round(rate.low, 2) for rate in rates.read(taken.rates)} == {"say": 2.55, "home": 1.0}


async def test_what_a_limit_taught_is_kept_by_whichever_try_is_committed(office: Office) -> None:
    """A job may run more than once, and only its last run counts."""
    write, runs = office.world.database.write, list[int]()

    async def rolled_back_once(job: Any) -> Any:
        def run(connection: Any) -> Any:
            done = job(connection)
            if "Sender._write" in repr(job) and not runs:
                runs.append(1)
                raise Unavailable
            return done

        return await write(run)

    office.world.database.write = rolled_back_once  # type: ignore[method-assign]  # the same, in bad weather
    office.mail.paces = (FIVE,)
    office.mail.answers = [Later(5, LIMITED, lane=True)]
    await office.queue(note(office, "sem"))
    await office.flush()
    assert {rate.group: round(rate.low, 1) for rate in rates.read((await _lane(office)).rates)} == {"say": 2.5}


async def test_what_is_only_out_of_reach_teaches_nothing(office: Office) -> None:
    office.mail.paces = (FIVE,)
    office.mail.answers = [Later(30, "unreachable", lane=True)]
    await office.queue(note(office, "sem"))
    await office.flush()
    assert [rate.low for rate in rates.read((await _lane(office)).rates)] == [5.0]


async def test_a_lane_goes_at_its_pace_and_slow_overviews_hold_up_nobody(office: Office) -> None:
    office.mail.paces = (FIVE, HOME)
    people = list(office.world.people)
    await office.queue(*(RefreshHome(office.id(one)) for one in people))
    await office.queue(*(note(office, one, str(n)) for n in range(2) for one in people))
    await office.out.route()
    begun = office.clock.monotonic()
    await office.out.drain(1, seconds=2.0)
    verbs = [parcel.verb for parcel in office.mail.parcels]
    assert verbs.count("home") <= verbs.count("dm") / 3
    while await office.out.lanes():
        office.clock.wait(0.05)
        await office.out.drain(1)
    assert set(await office.states()) == {"sent"}
    assert office.clock.monotonic() - begun >= len(people) / 1.0 - 1


async def test_a_hand_over_saves_nothing_up(office: Office) -> None:
    """Two processes in turn, each of which rested while the other sent."""
    office.mail.paces = (FIVE,)
    turns: list[Outbound] = [office.out, office.another()]
    went: list[float] = []

    def keep(parcel: Parcel) -> Result:
        went.append(office.clock.monotonic())
        return office.mail.keep(parcel)

    await office.queue(*(note(office, one, str(n)) for n in range(12) for one in office.world.people))
    await office.out.route()
    office.mail.answers = [keep] * 120
    for turn in range(40):
        await turns[turn % 2].drain(1, seconds=1.0)
        office.clock.wait(0.01)
    assert len(went) > 60
    for first, at in enumerate(went):
        within = [one for one in went[first:] if one - at < 2.0]
        assert len(within) <= 5 * 2 + 2


async def test_no_more_is_looked_up_than_may_be(office: Office) -> None:
    office.mail.paces = (LOOK,)
    office.mail.answers = [Unknown("timeout")] * 10
    await office.queue(*(note(office, one) for one in office.world.people))
    await office.flush()
    office.clock.wait(31)
    begun = office.clock.monotonic()
    while set(await office.states()) != {"sent"}:
        office.clock.wait(0.1)
        await office.out.drain(1)
    assert office.clock.monotonic() - begun >= 8.0


async def test_a_limit_on_looking_up_is_no_answer(office: Office) -> None:
    office.mail.answers = [office.mail.lose_answer]
    await office.queue(note(office, "sem"))
    await office.flush()
    office.mail.look = lambda _: Later(5, LIMITED, lane=True)
    office.clock.wait(31)
    await office.flush()
    (row,) = await office.rows()
    assert (row.state, row.attempts, len(office.mail.parcels)) == ("unknown", 1, 1)
    office.mail.look = office.mail._find
    office.clock.wait(6)
    await office.flush()
    assert (await office.states(), len(office.mail.parcels)) == (["sent"], 1)


def test_a_tier_is_so_many_in_any_minute() -> None:
    pace = in_a_minute("change", ("revise",), 50, 10)
    assert pace.burst + 60 * pace.rate == pytest.approx(50)


# --- of patience and of the database ---------------------------------------------------------------


async def test_nothing_is_begun_late_after_its_claim(office: Office) -> None:
    """A process that stood still between claim and sending gives back what it did not begin."""
    read = office.world.database.read

    async def slow(job: Any) -> Any:
        found = await read(job)
        if "_words" in repr(job):
            office.clock.wait(31)
        return found

    await office.queue(note(office, "sem"))
    office.world.database.read = slow  # type: ignore[method-assign]  # a disk that is busy elsewhere
    await office.out.route()
    await office.out.drain(1, seconds=1.0)
    assert (office.mail.parcels, await office.states()) == ([], ["pending"])
    office.world.database.read = read  # type: ignore[method-assign]  # it is quick again
    await office.flush()
    assert await office.states() == ["sent"]


class Trouble:
    """A database that takes no results for a while."""

    def __init__(self, office: Office, failure: Exception, times: int) -> None:
        self.office, self.failure, self.times = office, failure, times
        self.begun = 0
        """How many messages had gone when it last took no result."""
        self.write = office.world.database.write
        office.world.database.write = self._write  # type: ignore[method-assign]  # the same, in bad weather

    async def _write(self, job: Any) -> Any:
        if "Sender._write" in repr(job) and self.times > 0:
            self.times -= 1
            await asyncio.sleep(0.02)  # longer than the chat takes, so that more could have been begun
            self.begun = len(self.office.mail.parcels)
            raise type(self.failure)(*self.failure.args)  # a new one: its traceback would grow with each time
        return await self.write(job)


async def test_results_wait_for_the_database(office: Office) -> None:
    Trouble(office, Unavailable("disk full"), 5)
    await office.queue(note(office, "sem"), note(office, "lotte"))
    await office.flush()
    await office.flush()
    assert await office.states() == ["sent", "sent"]
    assert len(office.mail.parcels) == 2


@pytest.mark.parametrize("failure", [Unavailable("gone"), ZeroDivisionError()])
async def test_results_that_are_never_written_down_are_found_again(office: Office, failure: Exception) -> None:
    Trouble(office, failure, 200 if isinstance(failure, Unavailable) else 1)
    await office.queue(note(office, "sem"))
    await office.out.route()
    await office.out.drain(1, seconds=1.0)
    assert await office.states() == ["sending"]
    assert office.counted("ritme_deliveries_unsettled_total", lane="1", platform="demo") == 1
    office.world.database.write = Trouble(office, failure, 0).write  # type: ignore[method-assign]  # it is back
    office.clock.wait(LEASE.total_seconds() + 1)
    await office.another().flush()
    assert (await office.states(), len(office.mail.parcels)) == (["sent"], 1)


async def test_while_no_result_is_taken_nothing_more_is_begun(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.sending.AT_ONCE", 1)
    monkeypatch.setattr("bot.sending.GATHERED", 0.01)
    trouble = Trouble(office, Unavailable("disk full"), 10)

    async def slow(parcel: Parcel) -> Result:
        await asyncio.sleep(0.005)
        return office.mail.keep(parcel)

    office.mail.answers = [slow] * len(office.world.people)
    await office.queue(*(note(office, one) for one in office.world.people))
    await office.out.route()
    await office.out.drain(1, seconds=1.0)
    assert 0 < trouble.begun < len(office.world.people)
    await office.flush()
    assert set(await office.states()) == {"sent"}
    assert len(office.mail.parcels) == len(office.world.people)


async def test_leaving_gives_back_what_was_not_begun(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.sending.AT_ONCE", 1)

    def leave(parcel: Parcel) -> Result:
        office.out.stop()
        return office.mail.keep(parcel)

    office.mail.answers = [office.mail.keep, leave]
    people = list(office.world.people)
    await office.queue(*(note(office, one) for one in people))
    await office.flush()
    states = await office.states()
    assert states == ["sent", "sent", *["pending"] * (len(people) - 2)]
    assert [row.retry_at for row in await office.rows()] == [None] * len(people)
    assert {row.attempts for row in await office.rows()} == {0}
    await office.another().flush()
    assert set(await office.states()) == {"sent"}


async def test_what_ends_is_written_down_while_others_are_on_their_way(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.sending.AT_ONCE", 1)
    monkeypatch.setattr("bot.sending.GATHERED", 0.01)
    monkeypatch.setattr("bot.delivery.BATCH", 3)
    seen: list[list[str]] = []

    async def look(parcel: Parcel) -> Result:
        async with asyncio.timeout(30):
            states = await office.states()
            while states.count("sent") < len(seen) % 3:
                await asyncio.sleep(0.005)
                states = await office.states()
        seen.append(states)
        return office.mail.keep(parcel)

    office.mail.answers = [look] * 3
    await office.queue(*(note(office, one) for one in ("sem", "lotte", "ravi", "noor", "anna")))
    await office.flush()
    assert seen == [[*["sent"] * n, *["sending"] * (3 - n), "pending", "pending"] for n in range(3)]
    assert await office.states() == ["sent"] * 5


async def test_a_channel_is_not_posted_in_by_two_batches_at_once(office: Office) -> None:
    office.mail.post_gap = 1.0
    await office.queue(*(Post("kudos", "post", {"text": str(n)}) for n in range(3)))
    for _ in range(4):
        await office.flush()
        office.clock.wait(1.1)
    assert office.mail.said("C-KUDOS") == [f"{n} to Ritme in nl" for n in range(3)]


def test_the_lease_leaves_room_for_an_answer_and_for_clocks_that_differ() -> None:
    assert timedelta(seconds=ANSWER.total or 0) + PATIENCE <= LEASE / 2
