"""Slack as one part of a running Ritme: connects, opens the door, and keeps trying while Slack is out of reach."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import aiohttp
import structlog
from aiohttp import web

from bot.messages import Message
from bot.parcels import Halted, Platform
from bot.settings import Settings, Wrong
from bot.slack.installs import Installed, Installs, session, web_client
from bot.slack.listen import Door, Parts, Serve
from bot.slack.parse import PLATFORM
from bot.slack.send import FAILURES, SlackPlatform, outcome

if TYPE_CHECKING:
    from bot.slack.socket import Socket

log = structlog.get_logger()

AGAIN = 5.0
LONGEST = 60.0
"""Seconds between two tries to reach Slack, at first and at most."""


@dataclass(frozen=True, slots=True)
class House:
    """What the house gives. `found` writes down a workspace (its id and name); `real` is the wall clock."""

    serve: Serve
    sorry: Callable[[], Message]
    found: Callable[[str, str], Awaitable[None]]
    platforms: MutableMapping[str, Platform]
    real: Callable[[], float]


class SlackPart:
    """`bot.running.Part` for one workspace, whose token stands in the settings."""

    name = PLATFORM

    def __init__(self, settings: Settings, house: House) -> None:
        self._settings = settings
        self._house = house
        self._installs = Installs()
        self._http: aiohttp.ClientSession | None = None
        self._door: Door | None = None
        self._socket: Socket | None = None
        self._trying: asyncio.Task[None] | None = None
        self._problem = "not connected yet"
        self._hears = True

    async def start(self, *, door: bool = True) -> None:
        """Raises Wrong where Slack refuses the token."""
        self._hears = door
        self._http = session()
        house, signing = self._house, self._settings.slack_signing_secret
        parts = Parts(house.serve, self._installs, self._http, house.real, house.sorry)
        self._door = Door(parts, signing.get_secret_value() if signing else "")
        if not await self._connected(self._http, self._door):
            self._trying = asyncio.create_task(self._try(self._http, self._door))

    async def stop(self) -> None:
        if self._trying:
            self._trying.cancel()
        if self._socket:
            await self._socket.stop()
        if self._door:
            await self._door.settle()
        if self._http:
            await self._http.close()

    def routes(self) -> list[web.RouteDef]:
        return self._door.routes() if self._door else []

    def problem(self) -> str:
        if self._problem or self._socket is None or self._socket.alive():
            return self._problem
        return "the web socket is silent"

    # inside

    async def _try(self, http: aiohttp.ClientSession, door: Door) -> None:
        pause = AGAIN
        try:
            while not await self._connected(http, door):
                await asyncio.sleep(pause)
                pause = min(2 * pause, LONGEST)
        except Wrong as wrong:
            self._problem = "; ".join(wrong.problems)
            log.exception("slack refused", problem=self._problem)

    async def _connected(self, http: aiohttp.ClientSession, door: Door) -> bool:
        """Whether Slack answered. Then everything that needs it is open."""
        token = self._settings.slack_bot_token
        secret = token.get_secret_value() if token else ""
        try:
            installed = await self._installs.connect(web_client(http, secret, self._settings.slack_api_url))
        except FAILURES as failure:
            ended = outcome(failure)
            if isinstance(ended, Halted):
                raise Wrong([f"SLACK_BOT_TOKEN: Slack refuses it ({ended.reason})."]) from None
            self._problem = f"Slack is out of reach ({ended.reason})"
            log.warning("slack out of reach", reason=ended.reason)
            return False
        await self._opened(installed, http, door)
        return True

    async def _opened(self, installed: Installed, http: aiohttp.ClientSession, door: Door) -> None:
        await self._house.found(installed.team, installed.name)
        self._house.platforms[PLATFORM] = SlackPlatform(self._installs)
        app = self._settings.slack_app_token if self._hears else None
        if app:
            from bot.slack.socket import Socket  # noqa: PLC0415 - only Socket Mode needs the SDK's half for it

            client = web_client(http, base=self._settings.slack_api_url)
            self._socket = Socket(app.get_secret_value(), client, door.take)
            await self._socket.start()
        self._problem = ""
        road = "socket" if app else "http" if self._hears else "none"
        log.info("slack connected", team=installed.team, road=road)
