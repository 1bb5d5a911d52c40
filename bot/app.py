"""The composition root: the one place that knows all parts. Every part has a default and can be replaced."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from sqlalchemy.engine import make_url

from bot import founding
from bot.calls import Account, AtOnce, Call, Origin, Profile
from bot.clock import Clock
from bot.db import Database
from bot.delivery import Outbound
from bot.dispatch import Dispatch
from bot.engine import Engine, Work
from bot.engine.lock import DatabaseLock, FileLock, Lock
from bot.fence import Fenced
from bot.founding import Workspace
from bot.messages import Form, Message
from bot.metrics import Metrics
from bot.parcels import Platform
from bot.router import Router, Routes
from bot.running import Part, Ritme, Works
from bot.secrets import Secrets
from bot.settings import Settings
from bot.tick import AHEAD, Ticker
from bot.words import default_words
from handlers import (
    checkins,
    deliveries,
    digest,
    directory,
    feedback,
    goals,
    home,
    house,
    kudos,
    onboarding,
    privacy,
    settings,
)
from models import everything
from models.scope import Scope
from views.house import MANNERS

if TYPE_CHECKING:
    from bot.demo.chat import Chat
    from bot.demo.desk import Desk
    from bot.demo.looks import Looks
    from bot.demo.state import Person

CAPABILITIES: tuple[Routes, ...] = (
    checkins.routes,
    deliveries.routes,
    digest.routes,
    directory.routes,
    feedback.routes,
    goals.routes,
    kudos.routes,
    onboarding.routes,
    privacy.routes,
    settings.routes,
)
"""What Ritme can do. A new capability is one more entry here."""


def build_router(capabilities: tuple[Routes, ...] = CAPABILITIES) -> Router:
    """The router of these capabilities and the house around them."""
    built: list[Router] = []
    known: Callable[[], Router] = lambda: built[0]  # noqa: E731 - the house speaks of a router that it is part of
    built.append(Router((house.build(known), home.build(known), *capabilities)))
    return built[0]


def build_dispatch(
    database: Database,
    clock: Clock,
    platforms: Mapping[str, Platform],
    router: Router | None = None,
    metrics: Metrics | None = None,
) -> Dispatch:
    """The pipeline, with everything the house can do."""
    return Dispatch(router or build_router(), database, clock, MANNERS, platforms, metrics)


@dataclass(frozen=True, slots=True)
class Parts:
    """Parts to use in the place of the usual ones."""

    clock: Clock | None = None
    database: Database | None = None
    router: Router | None = None
    platforms: Mapping[str, Platform] | None = None
    engine: Callable[[Work], Engine] | None = None
    ahead: timedelta = AHEAD


def build(settings: Settings, parts: Parts | None = None) -> Ritme:
    """Everything by these settings, put together and not yet started."""
    parts = parts or Parts()
    clock, metrics = parts.clock or Clock(), Metrics()
    database = parts.database or Database(
        settings.database_url, vault=Secrets(settings.keys) if settings.keys else None
    )
    database.on_commit = metrics.committed
    router = parts.router or build_router()
    platforms = dict(parts.platforms or {})
    dispatch = build_dispatch(database, clock, platforms, router, metrics)
    outbound = Outbound(router, database, clock, platforms, metrics)
    ticker = Ticker(router, database, clock, dispatch.serve, outbound, metrics, ahead=parts.ahead)
    work = Fenced(Works(ticker, outbound), database, ticker.rest)
    ritme = Ritme(
        settings=settings,
        clock=clock,
        database=database,
        router=router,
        platforms=platforms,
        metrics=metrics,
        dispatch=dispatch,
        outbound=outbound,
        ticker=ticker,
        engine=partial(parts.engine or partial(_engine, settings), work),
        lock=_lock(settings),
    )
    ritme.parts = (*([_slack(ritme)] if settings.slack else ()), *([_teams(ritme)] if settings.teams else ()))
    return ritme


def _engine(settings: Settings, work: Work) -> Engine:
    if settings.engine == "cluster":
        from bot.engine.cluster import ClusterEngine  # noqa: PLC0415 - each engine has libraries of its own

        return ClusterEngine(work, settings.database_url)
    from bot.engine.local import LocalEngine  # noqa: PLC0415 - as above

    return LocalEngine(work)


def _slack(ritme: Ritme) -> Part:
    from bot.slack.part import House, SlackPart  # noqa: PLC0415 - Slack's libraries cost half the start

    house = House(
        serve=ritme.dispatch.serve,
        sorry=_sorry,
        found=_found(ritme, "slack"),
        platforms=ritme.platforms,
        real=lambda: ritme.clock.real().timestamp(),
    )
    if ritme.settings.slack_client_id:
        from bot.slack.welcome import LIFE  # noqa: PLC0415 - as above
        from bot.tokens import States, Tokens  # noqa: PLC0415 - only where others install the app is something kept

        tokens = Tokens(ritme.database, Secrets(ritme.settings.keys), ritme.clock)
        states = States(ritme.database, ritme.clock, LIFE)
        house = replace(house, store=tokens, states=states, arrived=_arrived(ritme))
    return SlackPart(ritme.settings, house)


def _arrived(ritme: Ritme) -> Callable[[str, Profile], Awaitable[None]]:
    """Who brought the app to a workspace."""

    async def arrived(team: str, profile: Profile) -> None:
        account = Account("slack", team, profile.user)
        await ritme.dispatch.serve(Call("event", "installation.brought", account, "", profiles=(profile,)))

    return arrived


def _teams(ritme: Ritme) -> Part:
    from bot.conversations import Conversations  # noqa: PLC0415 - Teams' libraries cost more than all the rest
    from bot.teams.part import House, TeamsPart  # noqa: PLC0415 - as above

    house = House(
        serve=ritme.dispatch.serve,
        form=ritme.dispatch.form,
        sorry=_sorry,
        found=_found(ritme, "teams"),
        store=Conversations(ritme.database, ritme.clock),
        platforms=ritme.platforms,
        verb=ritme.router.verb,
        opening=ritme.router.opening,
        real=lambda: ritme.clock.real().timestamp(),
    )
    return TeamsPart(ritme.settings, house)


def _found(ritme: Ritme, platform: str) -> Callable[[str, str], Awaitable[None]]:
    """Writes down a workspace or tenant."""

    async def found(team: str, name: str) -> None:
        workspace = Workspace(platform, team, name, own=ritme.settings.hosts_many)
        await ritme.database.write(partial(founding.installation, workspace=workspace))

    return found


def _sorry() -> Message:
    """For when not even the pipeline could answer."""
    return MANNERS.busy(default_words())


def _lock(settings: Settings) -> Lock | None:
    if not settings.sqlite:
        return DatabaseLock(settings.database_url, alone=settings.engine == "local")
    file = make_url(settings.database_url).database
    return FileLock(Path(f"{file}.lock")) if file and file != ":memory:" else None


# --- the demo ----------------------------------------------------------------------------------------

DEMO_AHEAD = timedelta(days=8)
"""How far ahead the demo plans: its clock can say what next Monday will bring."""

MOMENT = timedelta(seconds=1)
"""What anything takes in the demo, whose clock stands still: what people do is later than what the clock did."""


def _sign(scope: Scope, ids: Mapping[str, Any]) -> Message:  # noqa: ARG001 - the shape of every saying
    """That the overview is another now. The demo's page asks for it when somebody looks, so it is not made before."""
    return Message("", ())


def looks(opening: frozenset[str]) -> Looks:
    """The chats through whose eyes the demo's page can look: their own renderers, without any need for the chat.

    `opening` are the names of the buttons that may open a form.
    """
    from bot.demo.looks import Look  # noqa: PLC0415 - only the demo looks through others' eyes
    from bot.slack import render as slack  # noqa: PLC0415 - as above
    from bot.teams import render as teams  # noqa: PLC0415 - as above

    here = Origin()

    def modal(asked: Form, errors: Mapping[str, str]) -> dict[str, Any]:
        """Slack says itself what is wrong with fields, unless the whole form has to be shown anew."""
        if asked.problem:
            return slack.form(asked, here, errors)
        return {**slack.form(asked, here), "errors": slack.errors(errors)}

    return {
        "slack": Look(lambda said, accounts, posted: slack.message(said, accounts, native=posted), slack.home, modal),
        "teams": Look(
            message=lambda said, accounts, _posted: teams.message(said, accounts, opening),
            home=lambda said: teams.home(said, opening=opening),
            form=lambda asked, errors: teams.dialog(asked, here, errors),
        ),
    }


@asynccontextmanager
async def demo() -> AsyncIterator[Desk]:
    """A made-up company with four weeks behind it, on a chat of its own. Its database is gone afterwards."""
    from bot.demo import company, history  # noqa: PLC0415 - only the demo needs a company
    from bot.demo.chat import Chat  # noqa: PLC0415 - as above
    from bot.demo.send import DemoPlatform  # noqa: PLC0415 - as above

    with TemporaryDirectory(prefix="ritme-demo-") as folder:
        clock = Clock(history.FOUNDED, frozen=True)
        database = Database(f"sqlite:///{folder}/ritme.db", durable=False)
        everything().create_all(database.writer)
        chat = Chat(company.ROOMS, clock.now)
        platform = DemoPlatform(chat, company.profiles())
        ritme = build(Settings.model_construct(), Parts(clock, database, platforms={"demo": platform}))

        ritme.router.sayings["home"] = _sign
        desk = _desk(ritme, chat)
        try:
            await history.live(desk, database)
            ritme.ticker.ahead = DEMO_AHEAD
            await ritme.ticker.tick()
            yield desk
        finally:
            database.close()


def _desk(ritme: Ritme, chat: Chat) -> Desk:
    """The demo's way in, where a chat has its door: what the page does is served, and what follows is sent, at once."""
    from bot.demo import history  # noqa: PLC0415 - as in `demo`
    from bot.demo.desk import Desk, Parts  # noqa: PLC0415 - as above
    from bot.demo.foresight import Foresight  # noqa: PLC0415 - as above
    from bot.demo.hands import DemoHands  # noqa: PLC0415 - as above
    from bot.demo.menu import menu  # noqa: PLC0415 - as above

    clock, database = ritme.clock, ritme.database

    async def serve(call: Call) -> tuple[AtOnce, ...]:
        clock.step(MOMENT)
        return await ritme.dispatch.serve(call)

    async def send() -> None:
        await ritme.dispatch.settle()
        await ritme.ticker.fall_due()  # what the call moved to another moment
        await ritme.outbound.flush()

    async def people() -> tuple[Person, ...]:
        return await database.read(partial(history.crowd, now=clock.now()))

    hands = DemoHands(clock, Foresight(ritme.ticker, database, clock))
    return Desk(chat, Parts(serve, hands, people, partial(menu, ritme.router), send, looks(ritme.router.opening)))
