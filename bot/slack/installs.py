"""Who installed the app: a workspace or a whole Enterprise Grid, its bot, and the client that speaks with its token.

The one whose token stands in the settings is known from the start. All others came by consent (`bot.slack.oauth`), and
stand in the store: each process asks it anew before long, so a removal is noticed everywhere within `KNOWN` seconds.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

import aiohttp
import structlog
from slack_sdk.web.async_client import AsyncWebClient

from bot.again import OutOfReach

log = structlog.get_logger()

API = "https://slack.com/api/"
PATIENCE = aiohttp.ClientTimeout(total=10)
"""Seconds that Slack gets for an answer; after that nobody knows whether it did what it was asked."""

KNOWN = 30.0
"""Seconds for which what the store said is believed."""

# The SDK writes whole answers, tokens among them, at DEBUG; this logger never goes that low.
_quiet = logging.getLogger("bot.slack.web")
_quiet.setLevel(logging.WARNING)


@dataclass(frozen=True, slots=True)
class Grant:
    """What Slack gave with somebody's consent, or gave anew. Moments are real time in seconds since 1970.

    `team` is the workspace, or the Enterprise Grid that installed the app as a whole; `enterprise` the Grid that a
    workspace is part of. `version` counts what was given to one installation.
    """

    team: str
    name: str
    user: str
    enterprise: str
    granted_at: float
    access: str = field(repr=False)
    refresh: str = field(default="", repr=False)
    expires_at: float = float("inf")
    version: int = 0


class Store(Protocol):
    """What keeps grants. Everything here raises OutOfReach where the store is, or where no key reads the token."""

    async def find(self, team: str) -> Grant | None: ...

    async def keep(self, grant: Grant, language: str) -> None:
        """Writes down who installed the app. A workspace that is not known yet founds an organisation of its own, which
        speaks this language.
        """

    async def lease(self, grant: Grant, holder: str, until: float) -> bool:
        """Lets one process at a time renew a grant. False where another does, or this grant is not the newest."""

    async def renew(self, fresh: Grant) -> bool:
        """Keeps what was given anew, and ends the lease. False where there is a newer one. Whoever was given it may
        keep it, also after the lease is over: Slack gives it to nobody else.
        """

    async def release(self, grant: Grant, holder: str, trouble: str) -> None:
        """Ends a lease that brought nothing, and remembers why."""


class Renew(Protocol):
    """Sees to it that a token that ends is renewed in time."""

    async def __call__(self, grant: Grant, *, refused: bool = False) -> Grant:
        """The grant, given anew where it is time for that, or where its token was refused. Raises OutOfReach."""


@dataclass(frozen=True, slots=True)
class Installed:
    """One installation. `user` and `bot` are the app's own ids in it; `since` is when consent was given, in real time,
    and 0 where nobody knows.
    """

    team: str
    name: str
    user: str
    bot: str
    client: AsyncWebClient
    enterprise: str = ""
    since: float = 0.0


@dataclass(frozen=True, slots=True)
class Books:
    """Where grants are kept. `client` speaks with a token."""

    store: Store
    client: Callable[[str], AsyncWebClient]
    renewed: Renew
    real: Callable[[], float]


@dataclass(frozen=True, slots=True)
class _Known:
    installed: Installed
    until: float  # on the monotonic clock
    ends_at: float  # in real time


class Installs:
    """The installations, by workspace or Enterprise Grid."""

    def __init__(self, books: Books | None = None, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._books, self._monotonic = books, monotonic
        self._own: dict[str, Installed] = {}
        self._known: dict[str, _Known] = {}
        self._looking: dict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def connect(self, client: AsyncWebClient) -> Installed:
        """Asks Slack whose token this is. Raises SlackApiError when it is nobody's."""
        who = await client.auth_test()
        enterprise = who.get("enterprise_id") or ""
        installed = Installed(who["team_id"], who["team"], who["user_id"], who["bot_id"], client, enterprise)
        self._own[installed.team] = installed
        return installed

    async def find(self, team: str, *, instead: Installed | None = None) -> Installed | None:
        """The installation of this workspace or Grid; another one than the one whose token was just refused
        (`instead`), where there is one. Raises OutOfReach where nobody can tell.
        """
        if team in self._own:
            return self._own[team] if self._own[team] is not instead else None
        if self._books is None:
            return None
        found = self._fresh(team, instead)
        if found is None:
            async with self._looking[team]:  # who waited here meanwhile has it from who came first
                found = self._fresh(team, instead) or await self._looked(self._books, team, instead)
        return found if found is not instead else None

    async def forget(self, team: str) -> None:
        """The app was removed: its token is of no use, and is not kept."""
        self._own.pop(team, None)
        self._known.pop(team, None)
        self._looking.pop(team, None)

    # inside

    def _fresh(self, team: str, instead: Installed | None) -> Installed | None:
        known = self._known.get(team)
        if known is None or self._books is None or known.installed is instead:
            return None
        stands = self._monotonic() < known.until and self._books.real() < known.ends_at
        return known.installed if stands else None

    async def _looked(self, books: Books, team: str, instead: Installed | None) -> Installed | None:
        known = self._known.get(team)
        try:
            grant = await books.store.find(team)
        except OutOfReach:  # it cannot tell of a removal either
            if known is None or books.real() >= known.ends_at:
                raise
            return known.installed
        if grant is None:
            await self.forget(team)
            return None
        refused = instead is not None and instead.client.token == grant.access
        grant = await books.renewed(grant, refused=refused)
        installed = known.installed if known and known.installed.client.token == grant.access else None
        if installed is None:
            client = books.client(grant.access)
            installed = Installed(
                team, grant.name, grant.user, "", client, enterprise=grant.enterprise, since=grant.granted_at
            )
        self._known[team] = _Known(installed, self._monotonic() + KNOWN, grant.expires_at)
        return installed


def session() -> aiohttp.ClientSession:
    """The one HTTP session for everything that goes to Slack; a connection per call would be six times slower. What one
    workspace is given as a cookie goes to no other.
    """
    return aiohttp.ClientSession(timeout=PATIENCE, cookie_jar=aiohttp.DummyCookieJar())


def web_client(http: aiohttp.ClientSession, token: str | None = None, base: str = API) -> AsyncWebClient:
    """A Web API client that sends a request once. What to do when nobody knows how it ended is not for the SDK."""
    return AsyncWebClient(token=token, base_url=base, session=http, retry_handlers=[], logger=_quiet)
