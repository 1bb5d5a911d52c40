"""Teams as one part of a running Ritme: opens the door, and keeps asking for Microsoft's keys and our own token."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from functools import partial

import aiohttp
import structlog
from aiohttp import web

from bot.again import OutOfReach, Reaching
from bot.messages import Message
from bot.parcels import Platform
from bot.serving import Serve
from bot.settings import Settings, Wrong
from bot.teams.connector import Connector, session
from bot.teams.hosts import LOOPBACK, Hosts
from bot.teams.installs import Installs, References
from bot.teams.listen import Door, Parts, Remade
from bot.teams.parse import PLATFORM
from bot.teams.send import TeamsPlatform
from bot.teams.tokens import LOGIN, NoToken, Tokens
from bot.teams.verify import OPENID, Callers, Keys, Verifier

log = structlog.get_logger()

_REFUSED = {"invalid_client", "unauthorized_client"}


@dataclass(frozen=True, slots=True)
class House:
    """What the house gives. `form` makes the form of a call again, `found` writes down a tenant (its id and a name),
    `store` keeps who is reached where, `verb` is the command that a typed word stands for, `opening` are the buttons
    that may open a form; `real` is the wall clock.
    """

    serve: Serve
    form: Remade
    sorry: Callable[[], Message]
    found: Callable[[str, str], Awaitable[None]]
    store: References
    platforms: MutableMapping[str, Platform]
    verb: Callable[[str], str]
    opening: frozenset[str]
    real: Callable[[], float]


class TeamsPart:
    """`bot.running.Part` for the tenants that stand in the settings. In the first of them the app is registered."""

    name = PLATFORM

    def __init__(self, settings: Settings, house: House) -> None:
        self._settings = settings
        self._house = house
        self._http: aiohttp.ClientSession | None = None
        self._door: Door | None = None
        self._tokens: Tokens | None = None
        self._reaching: Reaching | None = None

    async def start(self, *, door: bool = True) -> None:
        """Raises Wrong where Microsoft refuses the app's credentials."""
        settings, house = self._settings, self._house
        tenants, hosts = settings.tenants, _hosts(settings)
        for tenant, name in tenants.items():
            await house.found(tenant, name)
        http = self._http = session()
        tokens = self._tokens = self._credentials(http, next(iter(tenants), ""))
        connector = Connector(http, tokens, hosts, f"28:{settings.teams_app_id or ''}")
        installs = Installs(house.store, connector)
        house.platforms[PLATFORM] = TeamsPlatform(connector, installs, house.opening, settings.teams_rate)
        keys = Keys(http, settings.teams_openid_url or OPENID, house.real) if door else None
        if keys:
            callers = Callers(settings.teams_app_id, keys, house.real) if settings.teams_app_id else None
            said = (house.real, house.sorry, house.verb, house.opening)
            parts = Parts(house.serve, house.form, installs, connector, *said)
            self._door = Door(parts, Verifier(tenants.keys(), hosts, callers))
        if settings.teams_app_id:
            self._reaching = Reaching(PLATFORM, partial(self._reach, tokens, keys))
            await self._reaching.start()

    async def stop(self) -> None:
        if self._reaching:
            await self._reaching.stop()
        if self._door:
            await self._door.settle()
        if self._http:
            await self._http.close()

    def routes(self) -> list[web.RouteDef]:
        return self._door.routes() if self._door else []

    def problem(self) -> str:
        """A secret of the app ends after a year or two, so that there is a token now tells nothing of later."""
        trouble = self._tokens.trouble if self._tokens else ""
        reaching = self._reaching.problem if self._reaching else ""
        return reaching or (f"Microsoft gives no token ({trouble})" if trouble else "")

    # inside

    def _credentials(self, http: aiohttp.ClientSession, tenant: str) -> Tokens:
        settings, password = self._settings, self._settings.teams_app_password
        if not (settings.teams_app_id and password):
            return _Nobody(http, "", "", "")
        url = settings.teams_token_url or LOGIN.format(tenant=tenant)
        return Tokens(http, url, settings.teams_app_id, password.get_secret_value())

    async def _reach(self, tokens: Tokens, keys: Keys | None) -> None:
        """Gets a token of our own and, for a door, the keys to check others' with. Raises OutOfReach and Wrong."""
        if keys and not keys.known:
            await keys.fetch()
        try:
            await tokens.get()
        except NoToken as none:
            if none.reason in _REFUSED:
                raise Wrong([f"TEAMS_APP_PASSWORD: Microsoft refuses it ({none.reason})."]) from None
            raise OutOfReach(f"Microsoft gives no token ({none.reason})") from None
        if keys and not keys.known:
            raise OutOfReach("Microsoft's signing keys are out of reach")
        log.info("teams connected", tenants=", ".join(self._settings.tenants))


class _Nobody(Tokens):
    """The token of an app that has none: the Playground on this machine asks for no name."""

    async def get(self, refused: str = "") -> str:  # noqa: ARG002 - nothing is known to be refused
        return ""


def _hosts(settings: Settings) -> Hosts:
    """Only where everybody on this machine is let in, this machine is spoken with without being listed."""
    more = LOOPBACK if settings.teams_anonymous else ()
    return Hosts.listed(",".join([settings.teams_service_hosts or "", *more]))
