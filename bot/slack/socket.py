"""Socket Mode: the same payloads as over HTTP, down a web socket that the app opened itself."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from typing import Any

from slack_bolt.adapter.socket_mode.async_internals import send_async_response
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.listen import Taken

Take = Callable[[dict[str, Any]], Awaitable[Taken]]

PING = 5.0
"""Seconds between two pings. The SDK reconnects when four of them stay unanswered."""

# The SDK logs every message, with what people typed, at DEBUG; this logger never goes that low.
_quiet = logging.getLogger("bot.slack.socket")
_quiet.setLevel(logging.WARNING)


class Socket:
    """One connection that heals itself. What is not acknowledged in time, Slack delivers again."""

    def __init__(self, app_token: str, web_client: AsyncWebClient, take: Take, ping: float = PING) -> None:
        self._token, self._web_client, self._take, self._ping = app_token, web_client, take, ping
        self._client: Any = None  # the SDK's client, most of which has no types
        self._connecting: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begins to connect, and goes on trying; does not wait for it."""
        self._client = SocketModeClient(self._token, _quiet, self._web_client, ping_interval=self._ping)
        self._client.socket_mode_request_listeners.append(self._received)
        self._connecting = asyncio.create_task(self._client.connect())

    async def stop(self) -> None:
        if self._connecting:
            self._connecting.cancel()
        if self._client:
            await self._client.close()

    def alive(self) -> bool:
        """Whether Slack answered a ping lately; being connected says too little."""
        last = self._client.last_ping_pong_time if self._client else None
        return last is not None and time.time() - last < 4 * self._ping

    async def _received(self, client: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
        start = time.time()
        taken = await self._take(request.payload)
        await send_async_response(client, request, taken.response, start)
        taken.then()
