"""The clock finds what is due, and one bad row holds up nobody."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select

from bot import outbox
from bot.calls import Call, Tell
from bot.db import Unavailable
from bot.delivery import Outbound
from bot.dispatch import Dispatch
from bot.metrics import Metrics
from bot.router import Router, Routes
from bot.tick import Ticker
from models import due, served
from models.base import core, loaded
from models.delivery import routing
from models.due import Due, Planned
from models.errors import refuse
from models.identity import Organisation, Person
from models.scope import Scope, enter_org
from tests.mail import Mail, Office, message
from tests.world import World
from views.house import MANNERS

HOUR = timedelta(hours=1)


class Works:
    """A clockwork with two made-up kinds of work: "ask" tells somebody, "break" fails on the rows in `bad`."""

    def __init__(self, world: World) -> None:
        self.office = Office(world)
        self.clock, self.mail = self.office.clock, self.office.mail
        self.database = world.database
        self.chunks: list[int] = []
        self.bad: set[int] = set()
        self.until = self.clock.now() + HOUR
        self.horizons: list[datetime] = []
        self.metrics = Metrics()
        self.router = Router([self._routes()])
        platforms: dict[str, Mail] = {"demo": self.mail}
        self.outbound = Outbound(self.router, self.database, self.clock, platforms, self.metrics)
        self.dispatch = Dispatch(self.router, self.database, self.clock, MANNERS, platforms)
        self.ticker = Ticker(self.router, self.database, self.clock, self.dispatch.serve, self.outbound, self.metrics)

    def _routes(self) -> Routes:
        routes = Routes("works", gated=False)

        @routes.deliver("asked")
        def asked(scope: Scope, ids: Any) -> Any:
            return message(f"due {ids['due']}")

        @routes.due("ask")
        def ask(call: Call, scope: Scope) -> Any:
            rows = due.fired(scope, call.ids("rows"))
            self.chunks.append(len(rows))
            for row in rows:
                if row.id in self.bad:
                    refuse("person.unknown")
            return [Tell(row.person_id or 0, "asked", {"due": row.id}, nudge=True) for row in rows]

        @routes.due("long", at_once=3)
        def long(call: Call, scope: Scope) -> None:
            self.chunks.append(len(call.ids("rows")))

        @routes.due("slow")
        def slow(call: Call, scope: Scope) -> Any:
            raise Unavailable

        @routes.due("later")
        def later(call: Call, scope: Scope) -> None:
            rows = due.fired(scope, call.ids("rows"))
            self.chunks.append(len(rows))
            if scope.now < self.until:
                due.put_off(scope, {row.id: self.until for row in rows})

        @routes.plan()
        def plan(scope: Scope, until: datetime) -> bool:
            self.horizons.append(until)
            return False

        return routes

    async def plan(self, *ats: datetime, kind: str = "ask", person: str = "sem") -> None:
        async def add(start: int, some: tuple[datetime, ...]) -> None:
            rows = [
                Due(kind=kind, key=f"{kind}{start + n}", at=at, person_id=self.office.id(person))
                for n, at in enumerate(some)
            ]
            await self.office.run(lambda scope: due.plan(scope, *rows))

        for start in range(0, len(ats), 500):
            await add(start, ats[start : start + 500])

    async def rows(self) -> list[Due]:
        table = core(Due)
        found = await self.database.read(lambda c: c.execute(select(*table.columns).order_by(table.c.id)).all())
        return [loaded(Due, row) for row in found]


@pytest.fixture
def works(world: World) -> Works:
    return Works(world)


async def test_what_is_due_is_served_once(works: Works) -> None:
    now = works.clock.now()
    await works.plan(now - HOUR, now, now + HOUR)
    await works.ticker.tick()
    await works.ticker.tick()
    await works.outbound.flush()
    assert works.chunks == [2]
    assert works.mail.said("sem") == ["due 1 / due 2"]
    assert [row.done_at is not None for row in await works.rows()] == [True, True, False]


async def test_many_rows_come_in_chunks(works: Works) -> None:
    await works.plan(*[works.clock.now()] * 4500)
    await works.ticker.tick()
    assert works.chunks == [200] * 22 + [100]


async def test_a_kind_says_how_many_at_once(works: Works) -> None:
    await works.plan(*[works.clock.now()] * 7, kind="long")
    await works.ticker.tick()
    assert works.chunks == [3, 3, 1]


async def test_one_bad_row_is_put_aside_and_the_others_are_served(works: Works) -> None:
    await works.plan(*[works.clock.now()] * 5)
    works.bad = {3}
    await works.ticker.tick()
    rows = await works.rows()
    assert [row.done_at is not None for row in rows] == [True, True, False, True, True]
    assert [bool(row.parked) for row in rows] == [False, False, True, False, False]
    works.chunks.clear()
    await works.ticker.tick()
    assert works.chunks == []  # what is put aside is not tried for ever
    works.bad.clear()
    await works.office.run(due.unpark)
    await works.ticker.tick()
    assert (await works.rows())[2].done_at == works.clock.now()


async def test_work_of_a_kind_that_nobody_knows_waits_an_hour_for_a_newer_version(works: Works) -> None:
    await works.plan(works.clock.now(), kind="from a newer version")
    await works.plan(works.clock.now())
    works.clock.wait(1)
    for parked in ("", "", "no handler"):
        await works.ticker.tick()
        unknown, known = await works.rows()
        assert (unknown.parked, unknown.done_at, known.done_at is not None) == (parked, None, True)
        works.clock.step(timedelta(minutes=30))
        works.clock.wait(1800)


async def test_after_an_outage_an_old_version_does_not_put_a_newer_ones_work_aside(works: Works) -> None:
    """It was due for days, but the newer version may be just behind."""
    await works.plan(works.clock.now() - timedelta(days=3), kind="from a newer version")
    await works.ticker.tick()
    assert [row.parked for row in await works.rows()] == [""]
    works.clock.wait(3600)
    await works.ticker.tick()
    assert [row.parked for row in await works.rows()] == ["no handler"]


async def test_many_rows_of_an_unknown_kind_hold_up_nothing(works: Works) -> None:
    await works.plan(*[works.clock.now() - HOUR] * 2100, kind="from a newer version")
    await works.plan(works.clock.now())
    await works.ticker.tick()
    assert works.chunks == [1]


async def test_work_that_is_put_off_keeps_its_row_and_fires_again(works: Works) -> None:
    await works.plan(works.clock.now(), works.clock.now(), kind="later")
    await works.ticker.tick()
    await works.ticker.tick()
    assert works.chunks == [2]
    assert [(row.at, row.done_at) for row in await works.rows()] == [(works.until, None)] * 2
    works.clock.step(HOUR)
    await works.ticker.tick()
    assert works.chunks == [2, 2]
    assert [row.done_at for row in await works.rows()] == [works.until] * 2


async def test_a_clock_that_comes_late_does_not_serve_what_was_put_off_or_aside(works: Works) -> None:
    """Two clocks found the same rows; the other one was quicker."""
    await works.plan(*[works.clock.now()] * 3, kind="later")
    found = [row.id for row in await works.rows()]
    await works.office.run(lambda scope: due.put_off(scope, {found[0]: works.until}))
    await works.office.run(lambda scope: due.park(scope, found[:2], "BAD1"))
    call = Call("due", "later", account=None, key="", carry={"org": "1"}, values={"rows": tuple(map(str, found))})
    works.until = works.clock.now()
    await works.dispatch.serve(call)
    assert works.chunks == [1]
    rows = await works.rows()
    assert [(row.parked, row.done_at is not None) for row in rows] == [("", False), ("BAD1", False), ("", True)]


async def test_what_waits_can_be_looked_at_again(works: Works) -> None:
    """A moment that was planned from facts that are others now."""
    await works.plan(works.clock.now() + HOUR, works.clock.now() + 2 * HOUR, kind="later")
    assert await works.office.run(lambda scope: due.look_again(scope, "later", ["later1", "other"])) == 1
    await works.ticker.tick()
    assert works.chunks == [1]
    assert [row.at for row in await works.rows()] == [works.until] * 2


async def test_a_busy_database_is_nobodys_fault(works: Works) -> None:
    await works.plan(works.clock.now(), kind="slow")
    await works.ticker.tick()
    (row,) = await works.rows()
    assert (row.done_at, row.parked) == (None, "")


async def test_an_organisation_is_planned_once_a_minute(works: Works) -> None:
    ahead = works.clock.now() + timedelta(hours=26)
    await works.ticker.tick()
    works.clock.step(timedelta(seconds=59))
    await works.ticker.tick()
    works.clock.step(timedelta(seconds=1))
    await works.ticker.tick()
    assert works.horizons == [ahead, ahead + timedelta(minutes=1)]
    (planned,) = await works.office.run(lambda scope: scope.db.all(Planned))
    assert planned.until == ahead + timedelta(minutes=1)


async def test_a_planner_may_need_several_transactions_and_may_fail(works: Works) -> None:
    left = [3]

    def much(scope: Scope, until: datetime) -> bool:
        left[0] -= 1
        return left[0] > 0

    def broken(scope: Scope, until: datetime) -> None:
        raise ZeroDivisionError

    works.router.planners[:0] = [broken, much]
    await works.ticker.tick()
    assert left == [0]
    assert len(works.horizons) == 1  # the planner after the broken one had its turn


async def test_where_nothing_is_to_be_planned_all_planners_look_in_one_transaction(works: Works) -> None:
    works.router.planners += [lambda scope, until: False, lambda scope, until: None]
    before = works.database.commits
    await works.ticker.plan()
    assert (works.database.commits - before, len(works.horizons)) == (1, 1)


async def test_a_planner_with_much_to_do_goes_on_by_itself_and_those_behind_it_follow(works: Works) -> None:
    turns: list[str] = []

    def planner(name: str, times: int) -> Any:
        return lambda scope, until: turns.append(name) or turns.count(name) < times

    works.router.planners[:] = [planner("first", 1), planner("much", 3), planner("last", 1)]
    before = works.database.commits
    await works.ticker.plan()
    assert turns == ["first", "much", "much", "much", "last"]
    assert works.database.commits - before == 5  # the first two, what is left of much, the last, and how far it is now


@pytest.fixture
async def other(works: Works) -> int:
    """A second organisation in the same database, behind the first."""
    values = {k: f.default for k, f in Organisation.model_fields.items() if k not in {"id", "name"}}

    def found(connection: Any) -> int:
        return connection.execute(insert(core(Organisation)), values | {"name": "Next Door"}).inserted_primary_key[0]

    return await works.database.write(found)


async def test_one_organisation_that_cannot_be_planned_holds_up_no_other(works: Works, other: int) -> None:
    planned: list[int] = []

    def odd(scope: Scope, until: datetime) -> None:
        planned.append(scope.org.id)
        if scope.org.id == 1:
            raise ZeroDivisionError

    works.router.planners[:] = [odd]
    await works.ticker.tick()
    works.clock.step(timedelta(minutes=1))
    await works.ticker.tick()
    assert planned == [1, other, 1, other]  # and it is tried again, each minute


async def test_one_organisation_that_the_database_does_nothing_for_holds_up_no_other(works: Works, other: int) -> None:
    now = works.clock.now()
    await works.plan(now - HOUR, now - HOUR, kind="slow")
    await works.plan(now)

    def add(connection: Any) -> None:
        connection.execute(insert(core(Due)), {"org_id": other, "kind": "later", "key": "k", "at": now, "parked": ""})

    await works.database.write(add)
    works.until = now
    await works.ticker.tick()
    assert [(row.org_id, row.kind, row.done_at is not None) for row in await works.rows()] == [
        (1, "slow", False),
        (1, "slow", False),
        (1, "ask", False),
        (other, "later", True),
    ]


async def test_one_organisation_whose_nudges_cannot_be_judged_holds_up_no_other(
    works: Works, other: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    route, tried = routing.route_nudges, []

    def fails(scope: Scope) -> Any:
        tried.append(scope.org.id)
        if scope.org.id == 1:
            raise ZeroDivisionError
        return route(scope)

    def wait_in_both(connection: Any) -> None:
        for org in (1, other):
            scope = enter_org(connection, org, works.clock.now())
            assert scope is not None
            somebody = scope.db.add(Person(name="Kim de Wit", email="kim@example.org"))
            outbox.queue(scope, [Tell(somebody.id, "asked", {"due": org}, nudge=True)])

    await works.database.write(wait_in_both)
    monkeypatch.setattr(routing, "route_nudges", fails)
    await works.ticker.tick()
    assert tried == [1, other]


async def test_what_comes_next(works: Works) -> None:
    now = works.clock.now()
    await works.plan(now + HOUR, now + HOUR, now + 2 * HOUR)
    await works.plan(now + HOUR, kind="slow")
    coming = await works.ticker.coming(now + 2 * HOUR)
    assert [(each.at, each.counts) for each in coming] == [
        (now + HOUR, {"ask": 2, "slow": 1}),
        (now + 2 * HOUR, {"ask": 1}),
    ]
    assert await works.ticker.coming(now) == ()


async def test_a_waiting_nudge_comes_next_too(works: Works) -> None:
    works.clock.move(works.clock.now() + 10 * HOUR)  # evening
    await works.plan(works.clock.now())
    await works.ticker.tick()
    (coming,) = await works.ticker.coming(works.clock.now() + timedelta(days=1))
    assert (coming.at.isoformat(), coming.counts) == ("2026-11-25T07:00:00+00:00", {"asked": 1})


async def test_time_moves_from_instant_to_instant(works: Works) -> None:
    now = works.clock.now()
    await works.plan(now + HOUR, now + 2 * HOUR, now + timedelta(days=6, hours=1))
    seen: list[datetime] = []
    keep = works.mail.keep
    works.mail.answers = [lambda parcel: (seen.append(works.clock.now()), keep(parcel))[1]] * 3
    await works.ticker.advance(now + timedelta(days=7))
    assert seen == [now + HOUR, now + 2 * HOUR, now + timedelta(days=6, hours=1)]
    assert works.clock.now() == now + timedelta(days=7)
    assert len(works.horizons) > 6  # nothing that is planned on the way is jumped over


async def test_two_clocks_at_once_serve_once(works: Works) -> None:
    await works.plan(*[works.clock.now()] * 3, *[works.clock.now() - HOUR] * 2)
    other = Ticker(works.router, works.database, works.clock, works.dispatch.serve, works.outbound, works.metrics)
    await asyncio.gather(works.ticker.tick(), other.tick())
    await works.outbound.flush()
    assert sum(works.chunks) == 5
    assert works.mail.said("sem") == ["due 1 / due 2 / due 3", "due 4 / due 5"]


async def test_old_answers_and_keys_are_forgotten(works: Works) -> None:
    await works.office.run(lambda scope: served.keep(scope, "k", '["said"]'))
    works.clock.step(timedelta(hours=2))
    await works.ticker.tick()
    assert await works.office.run(lambda scope: served.first_outcome(scope, "k")) == "[]"
    works.clock.step(timedelta(days=8))
    await works.ticker.tick()
    assert await works.office.run(lambda scope: served.first_outcome(scope, "k")) is None


async def test_many_keys_are_forgotten_some_at_a_time(works: Works) -> None:
    def keep(scope: Scope) -> None:
        for n in range(served.CHUNK * 2 + 10):
            served.keep(scope, f"old {n}", "")

    await works.office.run(keep)
    works.clock.step(timedelta(days=8))
    await works.office.run(lambda scope: served.keep(scope, "new", ""))
    await works.ticker.tick()
    assert await works.office.run(lambda scope: scope.db.count(served.Served)) == 1
