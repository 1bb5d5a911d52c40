"""A running Ritme: its parts, the order in which they start, and how it leaves."""

from __future__ import annotations

import asyncio
import gc
import signal
from collections.abc import MutableMapping
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Protocol

import structlog
from aiohttp import web
from sqlalchemy import func, select
from sqlalchemy.engine import Connection

from bot.clock import Clock
from bot.db import Database, Unavailable
from bot.delivery import Outbound
from bot.dispatch import Dispatch
from bot.engine import Engine
from bot.engine.lock import Lock
from bot.metrics import Metrics
from bot.parcels import Platform
from bot.router import Router
from bot.settings import Settings, Wrong
from bot.tick import Ticker
from bot.web import Web
from models.base import core
from models.delivery.standing import standing
from models.due import Due

log = structlog.get_logger()

STILL = 60.0
"""Seconds without a finished tick after which the clock counts as standing still."""

ASKED = 10.0
"""Seconds that a question to a platform gets to be answered when Ritme leaves."""


class Part(Protocol):
    """One platform: what is needed to speak there, and its door, with whatever that keeps open."""

    name: str

    async def start(self, *, door: bool = True) -> None:
        """Connects, and opens the door unless there is to be none: a worker only speaks, so it needs no keys to check
        who knocks and no web socket. What is only out of reach is tried again in the background.
        """

    async def stop(self) -> None:
        """Finishes what was begun and closes."""

    def routes(self) -> list[web.RouteDef]:
        """What the web server hears for it, once it has started with a door."""

    def problem(self) -> str:
        """What is the matter; empty when nothing is."""


@dataclass(slots=True)
class Works:
    """`bot.engine.Work`: the clock and the way out."""

    ticker: Ticker
    outbound: Outbound

    async def tick(self) -> None:
        await self.ticker.tick()

    async def lanes(self) -> list[int]:
        await self.outbound.route()
        return await self.outbound.lanes()

    async def drain(self, lane: int) -> int:
        return await self.outbound.drain(lane)

    def stop(self) -> None:
        self.ticker.stop()
        self.outbound.stop()


@dataclass(slots=True)
class Ritme:
    """All parts, put together by `bot.app.build`. `platforms` fills as the parts connect."""

    settings: Settings
    clock: Clock
    database: Database
    router: Router
    platforms: MutableMapping[str, Platform]
    metrics: Metrics
    dispatch: Dispatch
    outbound: Outbound
    ticker: Ticker
    engine: Engine
    parts: tuple[Part, ...] = ()
    lock: Lock | None = None
    port: int = 0
    _open: AsyncExitStack = field(default_factory=AsyncExitStack)

    async def start(self, *, doors: bool = True) -> None:
        """Starts everything, or the clock and the sending alone. What was opened is closed again if that fails.

        Raises AlreadyRunning and Wrong.
        """
        async with AsyncExitStack() as opening:
            if self.lock:
                self.lock.take()
                opening.callback(self.lock.leave)
            opening.callback(self.database.close)
            opening.push_async_callback(self._asked)
            for part in self.parts:
                opening.push_async_callback(part.stop)
                await part.start(door=doors)
            if doors:
                routes = [route for part in self.parts for route in part.routes()]
                server = Web(routes, self.checks, self.measured)
                opening.push_async_callback(server.stop)
                self.port = await self._listening(server)
            await self.engine.start()
            opening.push_async_callback(self.engine.stop)
            self._open = opening.pop_all()

    async def _listening(self, server: Web) -> int:
        host, port = self.settings.host, self.settings.port
        try:
            return await server.start(host, port)
        except OSError as failure:
            raise Wrong([f"RITME_PORT: Ritme cannot listen on {host}, port {port} ({failure.strerror})."]) from failure

    async def stop(self) -> None:
        """Claims nothing more, settles what is on its way, answers what was asked, and closes."""
        await self._open.aclose()

    async def run(self, *, doors: bool = True) -> None:
        """Runs until the system asks to stop (SIGTERM) or somebody does (SIGINT)."""
        leave = asyncio.Event()
        for sign in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(sign, leave.set)
        try:
            await self.start(doors=doors)
        finally:
            gc.freeze()  # all that is here now stays, so it is never looked through
            gc.enable()
        log.info("running", host=self.settings.host, port=self.port, database=self.settings.database)
        await leave.wait()
        log.info("leaving")
        await self.stop()

    async def _asked(self) -> None:
        """Gives what is still being asked of a platform a little time."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self.dispatch.settle(), ASKED)

    # how it is

    async def checks(self) -> dict[str, str]:
        """Every part by name, and what is the matter with it."""
        still = self.clock.monotonic() - self.ticker.last > STILL
        found = {part.name: part.problem() for part in self.parts}
        return {"database": await self._database(), "clock": "stands still" if still else ""} | found

    async def _database(self) -> str:
        try:
            await self.database.read(lambda connection: connection.execute(select(1)).scalar())
        except Unavailable as failure:
            return str(failure)
        return ""

    async def measured(self) -> Metrics:
        """The metrics, with the queues as they are now."""
        now, real = self.clock.now(), self.clock.real()
        self.metrics.lanes(await self.database.read(partial(standing, now=now, real=real)), now)
        oldest, parked = await self.database.read(_queues)
        self.metrics.queues(now - oldest if oldest else timedelta(), parked)
        return self.metrics


def _queues(connection: Connection) -> tuple[datetime | None, int]:
    work = core(Due).c
    open_ = (work.done_at.is_(None), work.parked == "")
    oldest = connection.execute(select(func.min(work.at)).where(*open_)).scalar()
    parked = select(func.count()).where(work.done_at.is_(None), work.parked != "")
    return oldest, connection.execute(parked).scalar_one()
