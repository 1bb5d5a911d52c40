"""Socket Mode: the same payloads as over HTTP, down a web socket that the app opened itself.

The SDK's own client (`slack_sdk.socket_mode.aiohttp`) cannot do what is asked of this one. It closes the old
connection before it opens a new one, and loses what Slack sends in between; it acknowledges on whatever connection is
the newest; an address that can be used once it uses again for as long as that fails; a token that is refused it asks
with every few seconds; two requests to reconnect open two connections, of which one is never read; it measures silence
by a clock that can be set, and counts nothing but its own pongs as a sign of life.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import orjson
import structlog
from aiohttp import WSMsgType
from slack_sdk.web.async_client import AsyncWebClient

from bot.again import OutOfReach, Pauses, until_reached
from bot.payload import Json, Malformed, deep, loads
from bot.slack.listen import Taken
from bot.slack.reach import trouble

log = structlog.get_logger()

Take = Callable[[dict[str, Any]], Awaitable[Taken]]
Now = Callable[[], float]

CUT, SILENT, TOO_MANY = "cut", "silent", "too_many_websockets"
"""Why a connection is over, beside what Slack says of it itself. Of too many, one goes before another comes."""

_EXPECTED = {"warning", "refresh_requested"}
_ENDED = {WSMsgType.CLOSE, WSMsgType.CLOSING, WSMsgType.CLOSED, WSMsgType.ERROR}
_CLOSING = 1.0
"""Seconds for a goodbye; Slack does not always answer it."""


@dataclass(frozen=True, slots=True)
class Timings:
    """Seconds: between two `ping`s; without any sign of life, after which a connection is `silent`; to `open` one; for
    which an old one is read on while there is a new one (`linger`); for what is being served to be acknowledged
    (`finish`); and after which a connection counts as `steady`, so that the next is opened without a pause.
    """

    ping: float = 4.0
    silent: float = 12.0
    open: float = 10.0
    linger: float = 30.0
    finish: float = 3.0
    steady: float = 30.0
    pauses: Callable[[], Pauses] = field(default=Pauses)


class Socket:
    """One working connection at a time; a new one stands before the old one is left.

    What is not acknowledged where it came, Slack delivers again, and it has no second effect. `now` only goes up.
    """

    def __init__(
        self,
        http: aiohttp.ClientSession,
        client: AsyncWebClient,
        token: str,
        take: Take,
        timings: Timings = Timings(),
        now: Now = time.monotonic,
    ) -> None:
        self._http, self._client, self._token = http, client, token
        self._take, self._timings, self._now = take, timings, now
        self._lines: set[Line] = set()
        self._heard = float("-inf")
        self._problem = "not connected yet"
        self._keeping: asyncio.Task[None] | None = None
        self._leaving: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Connects, and stays connected; goes on trying where Slack is out of reach. Raises Wrong."""
        line, seconds = None, 0.0
        try:
            line = await self._open()
        except OutOfReach as failure:
            self._trouble(str(failure))
            seconds = failure.seconds
        self._keeping = asyncio.create_task(self._keep(line, seconds))

    async def stop(self) -> None:
        if self._keeping:
            self._keeping.cancel()
            await asyncio.wait({self._keeping})
        await asyncio.gather(*(line.leave() for line in tuple(self._lines)))
        for task in self._leaving:
            task.cancel()

    def problem(self) -> str:
        """What is the matter; empty while Slack was heard lately. Being connected says too little."""
        heard = max([self._heard, *(line.heard for line in self._lines if line.hello.done())])
        return "" if self._now() - heard < self._timings.silent else self._problem or "the web socket is silent"

    # inside

    async def _keep(self, line: Line | None, seconds: float) -> None:
        """Sees to it that there is always a connection; where there is none yet, after so many seconds."""
        pauses = self._timings.pauses()
        if line is None:
            await asyncio.sleep(pauses.next(seconds))
            line = await self._opened(pauses)
        while True:
            began = self._now()
            why = await line.over
            log.log(logging.INFO if why in _EXPECTED else logging.WARNING, "web socket is over", reason=why)
            self._left(line, at_once=why == TOO_MANY)
            if self._now() - began >= self._timings.steady:
                pauses.over()
            else:  # whatever ends connections may go on doing so
                await asyncio.sleep(pauses.next())
            line = await self._opened(pauses)

    async def _opened(self, pauses: Pauses) -> Line:
        return await until_reached(self._open, self._trouble, pauses)

    async def _open(self) -> Line:
        """A connection that said hello. Raises OutOfReach and Wrong."""
        try:
            async with asyncio.timeout(self._timings.open):
                line = Line(await self._connected(), self._take, self._timings, self._now)
        except Exception as failure:  # whatever it was, it is tried again
            raise trouble(failure, "SLACK_APP_TOKEN") from failure
        self._lines.add(line)
        await asyncio.wait({line.hello, line.over}, timeout=self._timings.open, return_when=asyncio.FIRST_COMPLETED)
        if not line.hello.done():
            self._lines.discard(line)
            await line.leave()
            raise OutOfReach("Slack is out of reach (the web socket did not say hello)")
        self._problem = ""
        return line

    async def _connected(self) -> aiohttp.ClientWebSocketResponse[bool]:
        answer = await self._client.apps_connections_open(app_token=self._token)
        return await self._http.ws_connect(
            str(answer["url"]),
            autoping=False,
            timeout=aiohttp.ClientWSTimeout(ws_close=_CLOSING),
            proxy=self._client.proxy,
            ssl=self._client.ssl or True,
        )

    def _trouble(self, reason: str) -> None:
        self._problem = reason
        log.warning("web socket cannot be opened", reason=reason)

    def _left(self, line: Line, *, at_once: bool) -> None:
        """Lets go of a connection: when Slack closes it, and after a while in any case."""

        async def leave() -> None:
            if not at_once:
                await line.closed(self._timings.linger)
            await line.leave()
            self._heard = max(self._heard, line.heard)
            self._lines.discard(line)

        task = asyncio.create_task(leave())
        self._leaving.add(task)
        task.add_done_callback(self._leaving.discard)


class Line:
    """One connection: is read, has each envelope served, and acknowledges it where it came.

    `hello` is done when Slack says so, `over` when another connection is needed, with the reason.
    """

    def __init__(self, ws: aiohttp.ClientWebSocketResponse[bool], take: Take, timings: Timings, now: Now) -> None:
        loop = asyncio.get_running_loop()
        self._ws, self._take, self._timings, self._now = ws, take, timings, now
        self.heard = now()
        self.hello: asyncio.Future[str] = loop.create_future()
        self.over: asyncio.Future[str] = loop.create_future()
        self._serving: set[asyncio.Task[None]] = set()
        self._reading = asyncio.create_task(self._read())
        self._watching = asyncio.create_task(self._watch())

    async def closed(self, seconds: float) -> None:
        """Waits until Slack closed it, or for so long."""
        await asyncio.wait({self._reading}, timeout=seconds)

    async def leave(self) -> None:
        """Closes it, when what is being served was acknowledged or had its time."""
        if self._serving and not self._ws.closed:
            await asyncio.wait(self._serving, timeout=self._timings.finish)
        self._reading.cancel()
        self._watching.cancel()
        with suppress(TimeoutError):
            await asyncio.wait_for(self._ws.close(), 2 * _CLOSING)

    # inside

    async def _read(self) -> None:
        try:
            while (frame := await self._ws.receive()).type not in _ENDED:
                self.heard = self._now()
                if frame.type is WSMsgType.TEXT:
                    self._told(frame.data)
                elif frame.type is WSMsgType.PING:
                    with suppress(ConnectionError):
                        await self._ws.pong(frame.data)
        finally:
            self._over(CUT)

    async def _watch(self) -> None:
        """Asks for a sign of life. A connection can be silent for hours without being closed."""
        while self._now() - self.heard < self._timings.silent:
            await asyncio.sleep(self._timings.ping)
            with suppress(ConnectionError, TimeoutError):
                await asyncio.wait_for(self._ws.ping(), self._timings.ping)
        self._over(SILENT)

    def _over(self, why: str) -> None:
        if not self.over.done():
            self.over.set_result(why)

    def _told(self, frame: str) -> None:
        try:
            told = loads(frame)
        except Malformed:
            return  # Slack also sends frames that are not JSON, which mean nothing
        envelope, payload = deep(told, "envelope_id"), told.get("payload")
        match deep(told, "type"):
            case "hello":
                if not self.hello.done():
                    self.hello.set_result("hello")
            case "disconnect":
                self._over(deep(told, "reason") or "disconnect")
            case _ if envelope and isinstance(payload, dict):
                task = asyncio.create_task(self._serve(envelope, payload))
                self._serving.add(task)
                task.add_done_callback(self._serving.discard)

    async def _serve(self, envelope: str, payload: Json) -> None:
        try:
            taken = await self._take(payload)
        except Exception:
            log.exception("envelope not served")
            return
        try:
            if taken.response.status == 200:
                await self._ws.send_str(_acknowledgement(envelope, taken.response.body))
        except ConnectionError:
            log.info("envelope not acknowledged")
        finally:  # what was committed is said, whether or not Slack waited
            taken.then()


def _acknowledgement(envelope: str, body: str) -> str:
    payload = {"payload": orjson.loads(body)} if body else {}
    return orjson.dumps({"envelope_id": envelope, **payload}).decode()
