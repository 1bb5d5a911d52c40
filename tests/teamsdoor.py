"""The real Teams door, on loopback, with a fake tenant on its other side."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, replace

from aiohttp import web

from bot.app import build_router
from bot.calls import Call
from bot.serving import Serve
from bot.teams.connector import Connector, session
from bot.teams.hosts import Hosts
from bot.teams.installs import Installs, Reference, References, begins, merged
from bot.teams.listen import PATH, Door, Parts, Remade
from bot.teams.send import TeamsPlatform
from bot.teams.tokens import Tokens
from bot.teams.verify import Callers, Keys, Verifier
from tests.fakes.teams.connector import FakeTeams
from tests.fakes.teams.doors import HttpDoor
from tests.fakes.teams.people import BOT, People
from tests.fakes.teams.tokens import FakeOpenId
from tests.slackdoor import said


class Memory:
    """References that are kept as long as the test runs."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], Reference] = {}
        self.writes = 0

    async def person(self, tenant: str, user: str) -> Reference | None:
        return self.kept.get((tenant, user))

    async def room(self, tenant: str, conversation: str) -> Reference | None:
        return self.kept.get((tenant, conversation))

    async def named(self, tenant: str, mri: str) -> Reference | None:
        return next((one for one in self.kept.values() if (one.tenant, one.mri) == (tenant, mri)), None)

    async def people(self, tenant: str) -> tuple[Reference, ...]:
        return tuple(one for one in self.kept.values() if one.user)

    async def rooms(self, tenant: str) -> tuple[Reference, ...]:
        return tuple(one for one in self.kept.values() if not one.user)

    async def service(self, tenant: str) -> str:
        return next((one.service_url for one in self.kept.values() if one.service_url), "")

    async def keep(self, fresh: Reference) -> bool:
        self.writes += 1
        known = self.kept.get(fresh.key)
        self.kept[fresh.key] = merged(known, fresh)
        return begins(known, fresh)

    async def pin(self, tenant: str, user: str, home: str, instead: str = "") -> None:
        known = self.kept.get((tenant, user))
        if known and instead in {"", known.home}:
            self.kept[tenant, user] = replace(known, home=home)

    async def drop(self, reference: Reference) -> None:
        self.writes += 1
        self.kept.pop(reference.key, None)


@dataclass
class Set:
    """Everything that a test of the door wants to hold."""

    teams: FakeTeams
    people: People
    openid: FakeOpenId
    http: HttpDoor
    door: Door
    platform: TeamsPlatform
    installs: Installs
    keys: Keys


@asynccontextmanager
async def opened(
    serve: Serve,
    *,
    form: Remade | None = None,
    store: References | None = None,
    teams: AbstractAsyncContextManager[FakeTeams] | None = None,
    now: Callable[[], float] = time.time,
    prefetched: bool = True,
    opening: frozenset[str] = frozenset(),
) -> AsyncIterator[Set]:
    """The door with this pipeline behind it, and real tokens in front of it."""
    router = build_router()
    async with teams or FakeTeams() as fake, FakeOpenId(fake.world.app) as openid, session() as http:
        hosts, keys = Hosts.listed("127.0.0.1"), Keys(http, openid.url, now)
        tokens = Tokens(http, fake.token_url, fake.world.app, fake.secret)
        connector = Connector(http, tokens, hosts, BOT)
        installs = Installs(store or Memory(), connector, fake.service)
        if prefetched:
            await keys.fetch()
        verifier = Verifier({fake.world.tenant}, hosts, Callers(fake.world.app, keys, now))
        given = (now, lambda: said("Sorry."), router.verb, router.opening | opening)
        parts = Parts(serve, form or _none, installs, connector, *given)
        door = Door(parts, verifier)
        runner = web.AppRunner(_app(door), access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        host, port = runner.addresses[0]
        people = People(fake.world, fake.service)
        people.door = HttpDoor(f"http://{host}:{port}{PATH}", openid.header)
        people.after = door.settle
        platform = TeamsPlatform(connector, installs, router.opening)
        try:
            yield Set(fake, people, openid, people.door, door, platform, installs, keys)
        finally:
            await people.door.close()
            await door.settle()
            await runner.cleanup()


async def _none(_: Call) -> None:
    """No form can be made again."""


def _app(door: Door) -> web.Application:
    app = web.Application()
    app.add_routes(door.routes())
    return app
