"""Teams as one part of a running Ritme: opens the door, and keeps asking for Microsoft's keys and our own token."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass

import aiohttp
import structlog
from aiohttp import web

from bot.messages import Message
from bot.parcels import Platform
from bot.settings import Settings, Wrong
from bot.teams.connector import Connector, session
from bot.teams.hosts import LOOPBACK, Hosts
from bot.teams.installs import Installs, References
from bot.teams.listen import Door, Parts, Serve
from bot.teams.parse import PLATFORM
from bot.teams.send import TeamsPlatform
from bot.teams.tokens import LOGIN, NoToken, Tokens
from bot.teams.verify import OPENID, Callers, Keys, Verifier

log = structlog.get_logger()

AGAIN = 5.0
LONGEST = 60.0
"""Seconds between two tries to reach Microsoft, at first and at most."""

_REFUSED = {"invalid_client", "unauthorized_client"}


@dataclass(frozen=True, slots=True)
class House:
    """What the house gives. `found` writes down a tenant (its id and a name), `store` keeps who is reached where,
    `verb` is the command that a typed word stands for, `opening` are the buttons that may open a form; `real` is the
    wall clock.
    """

    serve: Serve
    sorry: Callable[[], Message]
    found: Callable[[str, str], Awaitable[None]]
    store: References
    platforms: MutableMapping[str, Platform]
    verb: Callable[[str], str]
    opening: frozenset[str]
    real: Callable[[], float]


class TeamsPart:
    """`bot.running.Part` for the one tenant that stands in the settings."""

    name = PLATFORM

    def __init__(self, settings: Settings, house: House) -> None:
        self._settings = settings
        self._house = house
        self._http: aiohttp.ClientSession | None = None
        self._door: Door | None = None
        self._tokens: Tokens | None = None
        self._trying: asyncio.Task[None] | None = None
        self._problem = ""
        self._hears = True

    async def start(self, *, door: bool = True) -> None:
        """Raises Wrong where Microsoft refuses the app's credentials."""
        settings, house = self._settings, self._house
        self._hears = door
        tenant = (settings.teams_tenant_id or "").lower()
        await house.found(tenant, "Ritme")
        self._http = session()
        keys = Keys(self._http, settings.teams_openid_url or OPENID, house.real)
        tokens, hosts = self._credentials(self._http, tenant), _hosts(settings)
        self._tokens = tokens
        connector = Connector(self._http, tokens, hosts, f"28:{settings.teams_app_id or ''}")
        installs = Installs(house.store, connector)
        callers = Callers(settings.teams_app_id, keys, house.real) if settings.teams_app_id else None
        parts = Parts(house.serve, installs, connector, house.real, house.sorry, house.verb, house.opening)
        self._door = Door(parts, Verifier(tenant, hosts, callers))
        house.platforms[PLATFORM] = TeamsPlatform(connector, installs, house.opening)
        if callers and not await self._reached(keys, tokens):
            self._trying = asyncio.create_task(self._try(keys, tokens))

    async def stop(self) -> None:
        if self._trying:
            self._trying.cancel()
        if self._door:
            await self._door.settle()
        if self._http:
            await self._http.close()

    def routes(self) -> list[web.RouteDef]:
        return self._door.routes() if self._door else []

    def problem(self) -> str:
        """A secret of the app ends after a year or two, so that there is a token now tells nothing of later."""
        trouble = self._tokens.trouble if self._tokens else ""
        return self._problem or (f"Microsoft gives no token ({trouble})" if trouble else "")

    # inside

    def _credentials(self, http: aiohttp.ClientSession, tenant: str) -> Tokens:
        settings, password = self._settings, self._settings.teams_app_password
        if not (settings.teams_app_id and password):
            return _Nobody(http, "", "", "")
        url = settings.teams_token_url or LOGIN.format(tenant=tenant)
        return Tokens(http, url, settings.teams_app_id, password.get_secret_value())

    async def _try(self, keys: Keys, tokens: Tokens) -> None:
        pause = AGAIN
        try:
            while not await self._reached(keys, tokens):
                await asyncio.sleep(pause)
                pause = min(2 * pause, LONGEST)
        except Wrong as wrong:
            self._problem = "; ".join(wrong.problems)
            log.exception("teams refused", problem=self._problem)

    async def _reached(self, keys: Keys, tokens: Tokens) -> bool:
        """Whether there is a token of our own, and, with a door, keys to check others' tokens with."""
        if self._hears and not keys.known:
            await keys.fetch()
        try:
            await tokens.get()
        except NoToken as none:
            if none.reason in _REFUSED:
                raise Wrong([f"TEAMS_APP_PASSWORD: Microsoft refuses it ({none.reason})."]) from None
            return False
        open_ = keys.known or not self._hears
        self._problem = "" if open_ else "Microsoft's signing keys are out of reach"
        if open_:
            log.info("teams connected", tenant=self._settings.teams_tenant_id)
        return open_


class _Nobody(Tokens):
    """The token of an app that has none: the Playground on this machine asks for no name."""

    async def get(self, refused: str = "") -> str:  # noqa: ARG002 - nothing is known to be refused
        return ""


def _hosts(settings: Settings) -> Hosts:
    """Only where everybody on this machine is let in, this machine is spoken with without being listed."""
    more = LOOPBACK if settings.teams_anonymous else ()
    return Hosts.listed(",".join([settings.teams_service_hosts or "", *more]))
