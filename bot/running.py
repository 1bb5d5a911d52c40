"""A running Ritme: its parts, the order in which they start, and how it leaves."""

from __future__ import annotations

import asyncio
import gc
import signal
from collections.abc import Callable, MutableMapping
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Protocol

import structlog
from aiohttp import web
from sqlalchemy import func, select
from sqlalchemy.engine import Connection

from bot import fence, renewals
from bot.clock import Clock
from bot.db import Database, Unavailable
from bot.delivery import Outbound
from bot.dispatch import Dispatch
from bot.engine import STILL, Engine, tables
from bot.engine.lock import Lock
from bot.metrics import Metrics
from bot.parcels import Platform
from bot.router import Router
from bot.settings import Settings, Wrong
from bot.tick import Ticker
from bot.web import Web
from models.base import core
from models.delivery.gauges import gauges
from models.due import Due
from models.scope import across

log = structlog.get_logger()

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

    async def drain(self, lane: int, seconds: float | None = None) -> int:
        return await self.outbound.drain(lane, seconds)

    def stop(self) -> None:
        self.ticker.stop()
        self.outbound.stop()


@dataclass(slots=True)
class Ritme:
    """All parts, put together by `bot.app.build`. `platforms` fills as the parts connect.

    There are two roles, and any number of processes may have each: the web part has the doors, a worker has the
    engine, which wakes the clock and the sending. With the local engine the web part is the worker too. Processes of
    two versions may run side by side while one takes the other's place: see `bot.schema` for the database,
    `bot.engine.cluster` for its jobs. What only the newer version knows is left to it.
    """

    settings: Settings
    clock: Clock
    database: Database
    router: Router
    platforms: MutableMapping[str, Platform]
    metrics: Metrics
    dispatch: Dispatch
    outbound: Outbound
    ticker: Ticker
    engine: Callable[[], Engine]
    parts: tuple[Part, ...] = ()
    lock: Lock | None = None
    port: int = 0
    _engine: Engine | None = None
    _open: AsyncExitStack = field(default_factory=AsyncExitStack)

    async def start(self, *, doors: bool = True) -> None:
        """Starts as the web part, or without doors as a worker. What was opened is closed again if that fails.

        Raises AlreadyRunning, Unprepared and Wrong.
        """
        async with AsyncExitStack() as opening:
            if self.lock:
                await self.lock.take()
                opening.push_async_callback(self.lock.leave)
            opening.callback(self.database.close)
            opening.push_async_callback(self._asked)
            for part in self.parts:
                opening.push_async_callback(part.stop)
                await part.start(door=doors)
            if doors or self.settings.listens:
                routes = [route for part in self.parts for route in part.routes()] if doors else []
                server = Web(routes, self.checks, self.notes, self.measured)
                opening.push_async_callback(server.stop)
                self.port = await self._listening(server)
            if self.settings.engine == "local" or not doors:
                self._engine = self.engine()
                opening.push_async_callback(self._engine.stop)
                await self._engine.start()
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
        where = {"host": self.settings.host, "port": self.port} if self.port else {}
        log.info("running", role="web" if doors else "worker", **where, database=self.settings.database)
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
        found = {"database": await self._database()}
        if self.settings.engine == "local":
            still = self.clock.monotonic() - self.ticker.last > STILL
            found["clock"] = "stands still" if still else ""
        elif self._engine:
            found["engine"] = self._engine.problem()
        return found | {part.name: part.problem() for part in self.parts}

    async def notes(self) -> dict[str, str]:
        """What an operator should know, though this process can serve all the same."""
        found = {"lock": self.lock.problem() if self.lock else "", "fence": await self._fence()}
        if self.settings.slack_client_id:
            found["tokens"] = await self._tokens()
        if self.settings.engine == "cluster" and not self._engine:
            found["workers"] = await self._workers()
        return {name: note for name, note in found.items() if note}

    async def _workers(self) -> str:
        try:
            silence = await self.database.read(tables.silence)
        except Unavailable:
            return ""
        if silence is None:
            return "none runs: nothing is planned or sent until one does"
        return f"none was heard of for {silence:.0f} seconds" if silence > tables.QUIET else ""

    async def _tokens(self) -> str:
        try:
            found = await self.database.read(renewals.failing)
        except Unavailable:
            return ""
        return f"Slack keeps not renewing {len(found)} of them; ritme doctor says which" if found else ""

    async def _fence(self) -> str:
        try:
            found = await self.database.read(fence.status)
        except Unavailable:
            return ""
        return found.told if found else ""

    async def _database(self) -> str:
        try:
            await self.database.read(lambda connection: connection.execute(select(1)).scalar())
        except Unavailable as failure:
            return str(failure)
        return ""

    async def measured(self) -> Metrics:
        """The metrics, with the queues as they are now."""
        now, real = self.clock.now(), self.clock.real()
        self.metrics.lanes(await self.database.read(partial(gauges, now=now, real=real)), now)
        oldest, parked = await self.database.read(_queues)
        self.metrics.tokens(len(await self.database.read(renewals.failing)))
        self.metrics.queues(now - oldest if oldest else timedelta(), parked)
        return self.metrics


def _queues(connection: Connection) -> tuple[datetime | None, int]:
    work = core(Due).c
    open_ = (work.done_at.is_(None), work.parked == "")
    oldest = across(connection).execute(select(func.min(work.at)).where(*open_)).scalar()
    parked = select(func.count()).where(work.done_at.is_(None), work.parked != "")
    return oldest, across(connection).execute(parked).scalar_one()
