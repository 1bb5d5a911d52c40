"""Whatever somebody says, and whichever ids they name: nothing of another organisation is said, and nothing written."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import Connection

from bot.app import build_dispatch
from bot.calls import Call
from bot.router import Router
from models.scope import Scope, enter
from tests.walls.cases import CALLERS, Case, cases, own
from tests.walls.five import HOUSES, House
from tests.walls.watch import Undone, Watch, filled
from tests.world import Home, World


class Walls:
    """Aims calls of one organisation at another, and says what came through."""

    def __init__(self, watch: Watch) -> None:
        self._watch, self.dispatch = watch, watch.dispatch
        self.reached: set[str] = set()

    async def through(self, case: Case) -> list[str]:
        """What of another organisation was said, and in which tables of another something changed."""
        async with self._watch.looking(case.name, case.by, repr(case.call)) as (seen, through):
            said = repr(await self._served(case.call))
            seen.said.append(said)
        if case.by.canary in said or seen.wrote:
            self.reached.add(f"{case.call.kind} {case.call.name}")
        return through

    async def _served(self, call: Call) -> Any:
        try:
            return await self.dispatch.serve(call)
        except Exception as failure:  # noqa: BLE001 - the clock and events hear of it in this way
            return failure


@pytest.fixture
async def walls(home: Home) -> AsyncIterator[Walls]:
    with closing(World(home)) as world:
        async with filled(world) as connection:
            dispatch = build_dispatch(world.database, world.clock, {})
            dispatch.database = Undone(connection)  # type: ignore[assignment]  # the same two roads, in one transaction
            yield Walls(Watch(connection, dispatch))


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
