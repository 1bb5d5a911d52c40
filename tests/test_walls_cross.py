"""Whatever somebody says, and whichever ids they name: nothing of another organisation is said, and nothing written."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import orjson
import pytest
import structlog
from sqlalchemy import Connection, select

import models
from bot.app import build_dispatch
from bot.calls import Call
from bot.db import Job, T
from bot.dispatch import Dispatch
from bot.router import Router
from models.base import core
from models.delivery import Delivery
from models.identity import Person
from models.scope import Scope, enter, enter_org
from models.walls import org_column
from tests.walls import five
from tests.walls.cases import CALLERS, Case, cases, own
from tests.walls.five import HOUSES, House
from tests.world import World

TABLES = [table for table in models.everything().sorted_tables if org_column(table)]


class Undone:
    """The database, in which each call finds everything as it was: what it did is looked at, and then undone."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    async def read(self, job: Job[T]) -> T:
        return job(self.connection)

    async def write(self, job: Job[T]) -> T:
        step = self.connection.begin_nested()
        try:
            result = job(self.connection)
        except BaseException:
            step.rollback()
            raise
        step.commit()
        return result


class Walls:
    """Aims calls of one organisation at another, and says what came through."""

    def __init__(self, connection: Connection, dispatch: Dispatch) -> None:
        self.connection, self.dispatch = connection, dispatch
        self._before = {house.id: self._content(house) for house in HOUSES}
        self._last = max(int(row.id) for row in connection.execute(select(core(Delivery).c.id)))
        self._began = 0
        self.reached: set[str] = set()

    async def through(self, case: Case) -> list[str]:
        """What of another organisation was said, and in which tables of another something changed."""
        step, self._began = self.connection.begin_nested(), self._changes()
        try:
            with structlog.testing.capture_logs() as logged:
                said = repr(await self._served(case.call))
                told = " ".join(self._told(case.by))
            everything = f"{said} {told} {logged}"
            if case.by.canary in said or self._changes() > self._began:
                self.reached.add(f"{case.call.kind} {case.call.name}")
            return [*self._leaks(case, everything), *self._writes(case)]
        finally:
            step.rollback()

    async def _served(self, call: Call) -> Any:
        try:
            return await self.dispatch.serve(call)
        except Exception as failure:  # noqa: BLE001 - the clock and events hear of it in this way
            return failure

    def _told(self, by: House) -> Iterator[str]:
        """What would be said by messages that the call left behind."""
        rows = self.connection.execute(select(core(Delivery)).where(core(Delivery).c.id > self._last)).all()
        for row in rows:
            scope = enter_org(self.connection, row.org_id, self.dispatch.clock.now())
            assert scope is not None
            person = scope.db.get(Person, row.person_id) if row.person_id else None
            saying = self.dispatch.router.sayings.get(row.kind)
            said: Any = ""
            try:
                said = saying(scope.as_(person) if person else scope, orjson.loads(row.ids)) if saying else ""
            except Exception as failure:  # noqa: BLE001 - it is halted, and not said
                said = failure
            yield f"{row} {said!r}"

    def _leaks(self, case: Case, everything: str) -> Iterator[str]:
        given = set(re.findall(r"\d+", repr(case.call)))
        for house in HOUSES:
            if house is not case.by:
                foreign = set(re.findall(rf"\b{house.id}0000(?:0[1-9]|1[0-2])\b", everything)) - given
                if house.canary in everything or foreign:
                    yield f"{case.name}: says of {house.id} {foreign or house.canary}"

    def _writes(self, case: Case) -> Iterator[str]:
        if self._changes() > self._began:
            after = self._content(case.by)
            for name, rows in self._before[case.by.id].items():
                if after[name] != rows:
                    yield f"{case.name}: writes in {name} of another"

    def _changes(self) -> int:
        """How many rows were written since the beginning; SQLite counts them."""
        raw: Any = self.connection.connection.dbapi_connection
        return int(raw.total_changes)

    def _content(self, house: House) -> dict[str, int]:
        """A digest of every row of all the others, by table."""
        raw: Any = self.connection.connection.dbapi_connection
        return {name: hash(tuple(raw.execute(query, (house.id,)))) for name, query in _OTHERS.items()}


_OTHERS = {
    table.name: f"SELECT * FROM {table.name} WHERE {org_column(table)} <> ? ORDER BY id"  # noqa: S608 - our tables
    for table in TABLES
}


@pytest.fixture
async def walls(tmp_path: Any) -> Any:
    world = World(tmp_path)
    with world.database.writer.connect() as connection, connection.begin():
        connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
        connection.exec_driver_sql("PRAGMA ignore_check_constraints = ON")
        for table in reversed(TABLES):
            connection.execute(table.delete())
        five.fill(connection)
        dispatch = build_dispatch(world.database, world.clock, {})
        dispatch.database = Undone(connection)  # type: ignore[assignment]  # the same two roads, in one transaction
        yield Walls(connection, dispatch)
        connection.rollback()
    world.close()


def _aims(*, soak: bool) -> Iterator[tuple[House, House]]:
    for number, by in enumerate(HOUSES):
        for at in HOUSES:
            if by is not at and (soak or at is HOUSES[(number + 2) % len(HOUSES)]):
                yield by, at


def test_every_route_is_aimed(walls: Walls) -> None:
    router: Router = walls.dispatch.router
    aimed = {
        (case.call.kind, case.call.name)
        for case in cases(router, HOUSES[0], HOUSES[1], callers=("somebody",), each=False)
    }
    assert aimed == {(route.kind, route.name) for route in router.routes}


@pytest.mark.soak
async def test_nothing_comes_through(walls: Walls, soak: bool) -> None:  # noqa: FBT001 - a fixture
    callers = tuple(CALLERS) if soak else ("administrator",)
    through, count = list[str](), 0
    for by, at in _aims(soak=soak):
        for case in cases(walls.dispatch.router, by, at, callers=callers, each=soak):
            through += await walls.through(case)
            count += 1
    assert (through, count > 700) == ([], True)


async def test_the_same_calls_reach_what_is_their_own(walls: Walls) -> None:
    """Else nothing could have come through. Every table of the calls is a row of the caller's, so much is found."""
    for case in own(walls.dispatch.router, HOUSES[0], callers=tuple(CALLERS)):
        assert await walls.through(case) == []
    assert len(walls.reached) > 50, sorted(walls.reached)


async def test_a_wall_that_is_down_is_seen(walls: Walls, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the scope of the wrong organisation everything of it comes out."""
    by, at = HOUSES[0], HOUSES[1]

    def wrong(connection: Connection, _platform: str, _team: str, user: str, now: datetime) -> Scope | None:
        return enter(connection, at.platform, at.teams[0], user, now)

    monkeypatch.setattr("bot.dispatch.enter", wrong)
    aimed = list(cases(walls.dispatch.router, by, at, callers=("somebody",), each=False))
    found = [line for case in aimed if case.call.kind in {"command", "home"} for line in await walls.through(case)]
    assert {"says of 2", "writes in"} <= {line.partition("at 2: ")[2][:9] for line in found}
