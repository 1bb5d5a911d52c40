"""The five through the real doors: a running Ritme with both chats on the other side, and everything that it says there
overheard.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from itertools import count
from typing import Any

from aiohttp import web

from bot import secrets
from bot.app import Parts, build
from bot.calls import Account, Call
from bot.engine import Work
from bot.router import Route, Router
from bot.running import Ritme
from bot.secrets import Secrets
from bot.settings import load
from bot.slack.installs import Grant
from bot.tokens import Tokens
from bot.web import Web
from tests.fakes.slack import HttpDoor as SlackWire
from tests.fakes.slack.api import _arguments
from tests.fakes.slack.market import Given, Market
from tests.fakes.teams.connector import FakeTeams
from tests.fakes.teams.doors import HttpDoor as TeamsWire
from tests.fakes.teams.tokens import FakeOpenId
from tests.fakes.teams.world import World as Tenant
from tests.slackmarket import Browser
from tests.walls import slack, teams
from tests.walls.cases import Case, cases
from tests.walls.five import HOUSES, PEOPLE, House
from tests.walls.watch import NOBODY, Undone, Watch, filled
from tests.world import CAST, Home, World

KEY = secrets.new()
APP = "33333333-0000-4000-8000-00000000000c"
WORKSPACES = {"T1": "", "T2": "", "T3": slack.GRID, slack.NEIGHBOUR: slack.GRID}

Heard = list[tuple[str, str]]
"""To whom Ritme spoke (the installation by its token, the tenant by its address), and what it said."""


@dataclass(frozen=True, slots=True)
class Letter:
    """One request that is a case, as a chat sends it. `by` is whose eyes it may look through: nobody's, if it comes
    from a stranger. `arrives` tells whether the pipeline hears of it, `status` what it is answered.
    """

    name: str
    by: House
    seat: slack.Seat | teams.Seat
    call: Call
    arrives: bool = True
    status: int = 200


def said(router: Router, by: House, at: House, **which: Any) -> Iterator[Case]:
    """The cases that a chat can bring: what the clock does comes by no door, and each chat tells of its own."""
    known = (slack if by.platform == "slack" else teams).EVENTS
    for case in cases(router, by, at, **which):
        if case.call.kind not in {"event", "due"}:
            yield case
    account = Account(by.platform, by.teams[-1], by.user("noor"))
    for name in known:
        yield Case(f"event {name}: {by.id} at {at.id}", by, at, Call("event", name, account, ""))


def letters(case: Case) -> Iterator[Letter]:
    """A case from everywhere from where its caller can say it."""
    if case.by.platform == "slack":
        for place in slack.seats(case.by, case.at):
            if slack.can(place, case.call) and not (place.stranger and case.at is case.by):
                by = NOBODY if place.stranger else case.by
                heard = not (place.stranger and case.call.kind == "event")
                yield Letter(f"{case.name}, {place.name}", by, place, case.call, heard)
    else:
        for seat in teams.seats(case.by, case.at):
            if teams.can(seat, case.call):
                yield Letter(f"{case.name}, {seat.name}", case.by, seat, case.call)


class _Slack(Market):  # type: ignore[misc]  # the fake has no types
    def __init__(self, heard: Heard) -> None:
        super().__init__()
        self.heard = heard

    async def _call(self, request: web.Request) -> Any:
        known = self.tokens.get(request.headers.get("Authorization", "").removeprefix("Bearer "))
        self.heard.append((known.owner if known else "", f"{request.path} {await _arguments(request)}"))
        return await super()._call(request)


class _Teams(FakeTeams):
    def __init__(self, tenant: str, heard: Heard) -> None:
        super().__init__(Tenant(tenant, APP))
        self.heard = heard

    def _served(self, what: str, do: Any) -> Any:
        serve = super()._served(what, do)

        async def overheard(request: web.Request) -> web.StreamResponse:
            self.heard.append((self.world.tenant, f"{what} {request.path} {await request.text()}"))
            answer: web.StreamResponse = await serve(request)
            return answer

        return overheard


class _Still:
    """An engine that wakes nobody."""

    def __init__(self, work: Work) -> None:
        del work

    async def start(self) -> None: ...
    async def stop(self) -> None: ...
    def problem(self) -> str:
        return ""


class Doors:
    """A running Ritme, and what was overheard. `arrived` is every call that its pipeline was given."""

    def __init__(self, ritme: Ritme, watch: Watch, around: tuple[_Slack, dict[str, _Teams], FakeOpenId]) -> None:
        self.ritme, self.watch = ritme, watch
        self.slack, self.tenants, self._openid = around
        self.base = f"http://127.0.0.1:{ritme.port}"
        self.arrived: list[Call] = []
        self.served: set[tuple[str, str, str]] = set()
        self.reached: set[tuple[str, str, str]] = set()
        self._numbers = count(1)
        self._events = SlackWire(f"{self.base}/slack/events", self.slack.signing_secret, self.slack.now)
        self._messages = TeamsWire(f"{self.base}/api/messages", self._openid.header)

    async def close(self) -> None:
        await self._events.close()
        await self._messages.close()

    def endpoints(self) -> set[tuple[str, str]]:
        """Every method and path that its web server answers."""
        ritme = self.ritme
        routes = [route for part in ritme.parts for route in part.routes()]
        app = Web(routes, ritme.checks, ritme.notes, ritme.measured)._app
        return {(route.method, str(route.resource.canonical)) for route in app.router.routes() if route.resource}

    async def through(self, letter: Letter) -> list[str]:
        """What a letter brought of another organisation, and what it changed there."""
        async with self.watch.looking(letter.name, letter.by, repr(letter.call)) as (seen, through):
            reply = await self._sent(letter)
            seen.said.append(f"{reply.status} {reply.body}")
            through += await self.overheard(letter.name, letter.by, seen.said)
            through += self._arrived(letter, reply.status)
        if letter.by.id and (seen.wrote or letter.by.spoken_of(" ".join(seen.said))):
            self.reached.add((letter.seat.name, letter.call.kind, letter.call.name))
        return through

    async def overheard(self, name: str, by: House, said: list[str]) -> list[str]:
        """Waits until all is said, adds it to what was said, and tells with whose token or at whose address it was
        said, where that is another's.
        """
        for part in self.ritme.parts:
            await part._door.settle()  # type: ignore[attr-defined]  # the part of a platform
        await self.ritme.dispatch.settle()
        heard = [*self.slack.heard]
        self.slack.heard.clear()
        said.extend(words for _, words in heard)
        spoke = {to for to, _ in heard if to}
        return [f"{name}: speaks to {to}" for to in spoke if by.id and to not in by.teams]

    async def page(self, name: str, by: House, asked: Callable[[Browser], Awaitable[str]]) -> list[str]:
        """What somebody's browser brought of another organisation than the one that it is of, and what it changed."""
        tokens = self.slack.tokens
        async with Browser(self.ritme) as browser, self.watch.looking(name, by, "") as (seen, through):
            seen.said.append(await asked(browser))
            through += await self.overheard(name, by, seen.said)
            self.served |= {("a browser", one.kind, one.name) for one in self.arrived}
            self.arrived.clear()
        self.slack.tokens = tokens  # what was given is undone, too
        for team in WORKSPACES.keys() | {slack.GRID}:
            await self.ritme.parts[0]._installs.forget(team)  # type: ignore[attr-defined]  # Slack's
        return through

    async def _sent(self, letter: Letter) -> Any:
        number = next(self._numbers)
        if isinstance(letter.seat, slack.Seat):
            return await self._events.deliver(*slack.payload(letter.call, letter.seat, number))
        known = self.tenants.get(letter.seat.tenant) or self.tenants[HOUSES[3].teams[0]]
        return await self._messages.deliver(teams.activity(letter.call, letter.seat, number, known.service))

    def _arrived(self, letter: Letter, status: int) -> Iterator[str]:
        """Whether it was heard as it was meant: else nothing could come through."""
        if status != letter.status:
            yield f"{letter.name}: was answered {status}"
        calls, self.arrived[:] = [*self.arrived], []
        self.served |= {(letter.seat.name, one.kind, one.name) for one in calls}
        meant = [one for one in calls if _meaning(one) == _meaning(letter.call)]
        if bool(meant) is not letter.arrives:
            yield f"{letter.name}: arrived as {calls}"


def _meaning(call: Call) -> Any:
    """What travels of a call."""
    carry = {} if call.kind in {"command", "text", "home", "event", "shortcut"} else dict(call.carry)
    return call.kind, call.name, carry, dict(call.values) if call.kind == "submit" else {}


@asynccontextmanager
async def running(home: Home) -> AsyncIterator[Doors]:
    """All of it, in one transaction that is undone."""
    world = World(home)
    async with AsyncExitStack() as opening:
        opening.callback(world.close)
        connection = await opening.enter_async_context(filled(world))
        heard: Heard = []
        market = await opening.enter_async_context(_Slack(heard))
        openid = await opening.enter_async_context(FakeOpenId(APP))
        tenants = {one: await opening.enter_async_context(_Teams(one, heard)) for one in _teams_of("teams")}
        database = Undone(connection)
        await _settled(market, tenants, Tokens(database, Secrets((KEY,)), world.clock))  # type: ignore[arg-type]  # the same two roads
        settings = load(**_settings(world.url, market, openid, tenants))
        ritme = build(settings, Parts(world.clock, database, engine=_Still))  # type: ignore[arg-type]  # as above
        await ritme.start()
        opening.push_async_callback(ritme.stop)
        doors = Doors(ritme, Watch(connection, ritme.dispatch), (market, tenants, openid))
        opening.push_async_callback(doors.close)
        _listening(doors)
        heard.clear()
        yield doors


def _teams_of(platform: str) -> list[str]:
    return [team for house in HOUSES if house.platform == platform for team in house.teams]


async def _settled(market: _Slack, tenants: dict[str, _Teams], tokens: Tokens) -> None:
    """Everybody lives where they should, and every installation of Slack has a token."""
    for team, grid in WORKSPACES.items():
        workspace = market.workspace(team, f"Workspace {team}", grid=grid)
        for handle in PEOPLE:
            workspace.add_user(CAST[handle][0], **_known(HOUSES[0].user(handle), handle, team, grid))
        workspace.add_user("Noor Jansen", **_known(slack.NEW, "noor", team, grid))
    for house in HOUSES[:3]:
        for team in house.teams:
            token = f"xoxb-{house.canary}-{team}"
            market.tokens[token] = Given(team)
            enterprise = slack.GRID if slack.GRID in house.teams else ""
            await tokens.keep(Grant(team, house.canary, "UBOT", enterprise, 0.0, token), "nl")
    first = next(iter(tenants.values()))
    for house in HOUSES[3:]:
        tenant = tenants[house.teams[0]]
        tenant.tokens = first.tokens  # one app has one token, from where it is registered
        for handle in PEOPLE:
            tenant.world.add(house.user(handle), CAST[handle][0], email=_mail(handle))
        tenant.world.add(slack.NEW.lower(), "Noor Jansen", email=_mail("noor"))


def _mail(handle: str) -> str:
    return f"{handle}{PEOPLE.index(handle) + 1}@x.example"


def _known(user: str, handle: str, team: str, grid: str) -> dict[str, Any]:
    inside = {"enterprise_user": {"id": user, "enterprise_id": grid, "teams": ["T3", slack.NEIGHBOUR]}} if grid else {}
    return {"id": user, "email": _mail(handle), **inside}


def _settings(url: str, market: _Slack, openid: FakeOpenId, tenants: dict[str, _Teams]) -> dict[str, Any]:
    listed = {house.teams[0]: house.canary for house in HOUSES if house.platform == "teams"}
    return {
        "RITME_DATABASE_URL": url, "RITME_PORT": 0, "RITME_SECRET_KEY": KEY,
        "RITME_SLACK_API_URL": market.url, "SLACK_CLIENT_ID": market.client_id, "SLACK_CLIENT_SECRET": market.client_secret,
        "SLACK_SIGNING_SECRET": market.signing_secret,
        "TEAMS_APP_ID": APP, "TEAMS_APP_PASSWORD": "s3cret", "RITME_TEAMS_OPENID_URL": openid.url,
        "TEAMS_TENANT_ID": ",".join(f"{id}={name}" for id, name in listed.items()),
        "RITME_TEAMS_TOKEN_URL": next(iter(tenants.values())).token_url, "RITME_TEAMS_SERVICE_HOSTS": "127.0.0.1",
    }  # fmt: skip


def _listening(doors: Doors) -> None:
    """Every call is written down before it is served."""
    router = doors.ritme.router
    find = router.find

    def found(call: Call) -> Route | None:
        doors.arrived.append(call)
        return find(call)

    router.find = found  # type: ignore[method-assign]  # it is served all the same
