"""Slack as one part of a running Ritme: connects, opens the door, and keeps trying while Slack is out of reach."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import aiohttp
import structlog
from aiohttp import web

from bot.again import Reaching
from bot.calls import Profile
from bot.messages import Message
from bot.parcels import Platform
from bot.serving import Serve
from bot.settings import Settings
from bot.slack.installs import Books, Installs, Store, session, web_client
from bot.slack.listen import Door, Parts
from bot.slack.oauth import OAuth, Renewal
from bot.slack.parse import PLATFORM
from bot.slack.reach import trouble
from bot.slack.send import FAILURES, SlackPlatform
from bot.slack.welcome import Hall, States, Welcome

if TYPE_CHECKING:
    from bot.slack.socket import Socket

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class House:
    """What the house gives. `found` writes down a workspace (its id and name); `real` is the wall clock. Where others
    may install the app, `store` and `states` keep what that takes, and `arrived` hears who did.
    """

    serve: Serve
    sorry: Callable[[], Message]
    found: Callable[[str, str], Awaitable[None]]
    platforms: MutableMapping[str, Platform]
    real: Callable[[], float]
    store: Store | None = None
    states: States | None = None
    arrived: Callable[[str, Profile], Awaitable[None]] | None = None


class SlackPart:
    """`bot.running.Part` for the workspace whose token stands in the settings, and for all that installed the app."""

    name = PLATFORM

    def __init__(self, settings: Settings, house: House) -> None:
        self._settings = settings
        self._house = house
        self._installs = Installs()
        self._http: aiohttp.ClientSession | None = None
        self._reaching: Reaching | None = None
        self._renewal: Renewal | None = None
        self._welcome: Welcome | None = None
        self._door: Door | None = None
        self._socket: Socket | None = None

    async def start(self, *, door: bool = True) -> None:
        """Raises Wrong where Slack refuses a token."""
        http = self._http = session()
        if self._house.store:
            self._opened(http, self._house.store)
        if door:
            house, signing = self._house, self._settings.slack_signing_secret
            parts = Parts(house.serve, self._installs, http, house.real, house.sorry)
            self._door = Door(parts, signing.get_secret_value() if signing else "")
        self._reaching = Reaching(PLATFORM, partial(self._connect, http))
        await self._reaching.start()

    async def stop(self) -> None:
        if self._reaching:
            await self._reaching.stop()
        if self._socket:
            await self._socket.stop()
        if self._door:
            await self._door.settle()
        if self._renewal:
            await self._renewal.settle()
        if self._http:
            await self._http.close()

    def routes(self) -> list[web.RouteDef]:
        if self._door is None:
            return []
        return [*self._door.routes(), *(self._welcome.routes() if self._welcome else [])]

    def problem(self) -> str:
        reaching = self._reaching.problem if self._reaching else "not started"
        return reaching or (self._socket.problem() if self._socket else "")

    # inside

    def _opened(self, http: aiohttp.ClientSession, store: Store) -> None:
        """Others may install the app."""
        settings, house = self._settings, self._house
        secret = settings.slack_client_secret
        client = partial(web_client, http, base=settings.slack_api_url)
        id = settings.slack_client_id or ""
        oauth = OAuth(id, secret.get_secret_value() if secret else "", client(), house.real)
        self._renewal = Renewal(oauth, store, house.real)
        self._installs = Installs(Books(store, client, self._renewal, house.real))
        if house.states and house.arrived:
            admits = settings.installers
            self._welcome = Welcome(Hall(oauth, house.states, store, self._installs, admits, client, house.arrived))

    async def _connect(self, http: aiohttp.ClientSession) -> None:
        """Finds out whose token this is, and opens what needs to know. Raises OutOfReach and Wrong."""
        token = self._settings.slack_bot_token
        team = await self._own(http, token.get_secret_value()) if token else ""
        self._house.platforms[PLATFORM] = SlackPlatform(self._installs, self._settings.slack_rate)
        road = await self._listen(http, self._door) if self._door else "none"
        log.info("slack connected", team=team or "by consent", road=road)

    async def _own(self, http: aiohttp.ClientSession, token: str) -> str:
        """The workspace whose token stands in the settings. Raises OutOfReach and Wrong."""
        try:
            installed = await self._installs.connect(web_client(http, token, self._settings.slack_api_url))
        except FAILURES as failure:
            raise trouble(failure, "SLACK_BOT_TOKEN") from None
        await self._house.found(installed.team, installed.name)
        return installed.team

    async def _listen(self, http: aiohttp.ClientSession, door: Door) -> str:
        """By what road Slack is heard; a web socket is opened for it."""
        token = self._settings.slack_app_token
        if not token:
            return "http"
        from bot.slack.socket import Socket  # noqa: PLC0415 - only Socket Mode needs one

        client = web_client(http, base=self._settings.slack_api_url)
        self._socket = Socket(http, client, token.get_secret_value(), door.take)
        await self._socket.start()
        return "socket"
