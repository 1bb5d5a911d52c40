"""The process that is attacked: a whole Ritme with both chats on one door, and the demo's page on its own.

It says on standard output where it is, and writes its log to standard error. `ask` lines come in on standard input:
"rest" waits until nothing is being done, and answers with what is kept in memory.
"""

from __future__ import annotations

import asyncio
import ctypes
import gc
import json
import logging
import os
import sys
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

from aiohttp import web

from bot import logs
from bot.app import build, build_dispatch, build_router
from bot.calls import Profile
from bot.demo.chat import Chat, Room
from bot.demo.desk import Desk
from bot.demo.desk import Parts as DeskParts
from bot.demo.listen import Door
from bot.demo.menu import menu
from bot.demo.send import DemoPlatform
from bot.demo.state import Person
from bot.entrance import server_log
from bot.running import Ritme
from bot.settings import load
from models.identity import Account, Installation
from models.scope import Scope
from tests.hostile.recorded import TEAM, TENANT, aad
from tests.world import CAST, World


async def main(folder: Path) -> None:
    """Runs until standard input ends."""
    logs.configure()
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(_unhandled)
    async with AsyncExitStack() as open_:
        ritme, demo = await _running(folder / "house", open_), await _demo(folder / "demo", open_)
        told: dict[str, Any] = {
            "web": ritme.port,
            "demo": demo[0],
            "cookie": demo[1],
            "pages": demo[2],
            "routes": _routes(ritme),
        }
        print(json.dumps(told), flush=True)  # noqa: T201 - that is how it answers
        while await asyncio.to_thread(sys.stdin.readline):
            await _rest(ritme)
            print(json.dumps({"rss": _rss()}), flush=True)  # noqa: T201 - as above


def _unhandled(_: asyncio.AbstractEventLoop, found: dict[str, Any]) -> None:
    """What nobody waited for."""
    logging.getLogger("asyncio").error("unhandled: %s", found.get("message"), exc_info=found.get("exception"))


async def _rest(ritme: Ritme) -> None:
    await ritme.dispatch.settle()
    for _ in range(3):
        await asyncio.sleep(0.1)
        gc.collect()
    ctypes.CDLL(None).malloc_trim(0)  # what is free is no growth, whoever keeps it


def _rss() -> int:
    """Bytes of memory that this process holds."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


# --- both chats ----------------------------------------------------------------------------------------------------


async def _running(folder: Path, open_: AsyncExitStack) -> Ritme:
    """`ritme run` with the settings in the environment, on a company that is in both chats."""
    world = World(folder, "slack", TEAM, "U")
    with world.scope("bo") as scope:
        _in_teams(scope, world)
    world.close()
    ritme = build(load(RITME_DATABASE_URL=world.url, RITME_PORT=0))
    await ritme.start()
    open_.push_async_callback(ritme.stop)
    return ritme


def _in_teams(scope: Scope, world: World) -> None:
    db = scope.db
    lane = db.add(Installation(platform="teams", team=TENANT, name="De Molen"))
    for handle, person in world.people.items():
        db.add(Account(installation_id=lane.id, person_id=person, user=aad(handle)))


def _routes(ritme: Ritme) -> list[tuple[str, str]]:
    """Every method and path that the house answers."""
    doors = [(route.method, route.path) for part in ritme.parts for route in part.routes()]
    return sorted({*doors, ("GET", "/healthz"), ("GET", "/readyz"), ("GET", "/metrics")})


# --- the demo ------------------------------------------------------------------------------------------------------


class _Hands:
    """The hands of a clock that nobody moves."""

    def __init__(self, world: World) -> None:
        self.now = world.clock.now

    async def moves(self, zone: Any = None) -> tuple[()]:
        return ()

    async def move(self, to: Any) -> None:
        """It stands still."""


async def _demo(folder: Path, open_: AsyncExitStack) -> tuple[int, str, list[tuple[str, str]]]:
    """The demo's page: its port, the cookie that opens it, and its routes."""
    world = World(folder, "demo", "demo")
    open_.callback(world.close)
    everybody = tuple(Person(handle, name, language, zone) for handle, (name, _, language, zone) in CAST.items())
    rooms = Chat((Room("C-KUDOS", "Kudos"),), world.clock.now)
    platform = DemoPlatform(rooms, tuple(Profile(one.user, one.name) for one in everybody))
    dispatch = build_dispatch(world.database, world.clock, {"demo": platform})
    router = build_router()

    async def people() -> tuple[Person, ...]:
        return everybody

    door = Door(Desk(rooms, DeskParts(dispatch.serve, _Hands(world), people, lambda reader: menu(router, reader))))
    app = door.app()
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1, logger=server_log, auto_decompress=False)
    await runner.setup()
    open_.push_async_callback(runner.cleanup)
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    pages = {(route.method, str(route.resource.canonical)) for route in app.router.routes() if route.resource}
    shown = web.Response()
    door._guard.admit(shown)
    (cookie,) = shown.cookies.values()
    return (
        int(runner.addresses[0][1]),
        f"{cookie.key}={cookie.value}",
        sorted(page for page in pages if page[0] != "HEAD"),
    )


if __name__ == "__main__":
    place = Path(sys.argv[1])
    for part in ("house", "demo"):
        (place / part).mkdir()
    asyncio.run(main(place))
