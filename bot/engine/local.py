"""One process: APScheduler as a heartbeat in UTC, over rows that know by themselves when they are due."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from functools import partial
from typing import Any, TypeVar

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.engine import BEAT, GRACE, Guard, Work

log = structlog.get_logger()
T = TypeVar("T")

# A beat that comes while the one before still works is left out; that needs no line in the log each second.
_HEART = {"coalesce": True, "max_instances": 1, "misfire_grace_time": None}


class LocalEngine:
    """`bot.engine.Engine` inside this process."""

    def __init__(self, work: Work, beat: float = BEAT) -> None:
        self._work = work
        self._beat = beat
        self._guard = Guard()
        self._scheduler = AsyncIOScheduler(timezone=UTC, job_defaults=_HEART)
        self._busy: set[asyncio.Task[Any]] = set()
        self._draining: set[int] = set()
        self._stopping = False

    async def start(self) -> None:
        for beat in (self._tick, self._send):
            self._scheduler.add_job(beat, "interval", seconds=self._beat, next_run_time=datetime.now(UTC))
        self._scheduler.start()

    async def stop(self) -> None:
        self._stopping = True
        self._work.stop()
        if not self._scheduler.running:
            return
        self._scheduler.pause()
        await asyncio.sleep(0)  # a beat that just began sees that it may not
        if self._busy:
            _, late = await asyncio.wait(self._busy, timeout=GRACE)
            for task in late:
                log.warning("stopped in the middle", task=task.get_name())
                task.cancel()
        await asyncio.sleep(0)
        self._scheduler.shutdown(wait=False)

    def problem(self) -> str:
        return ""

    # inside

    async def _tick(self) -> None:
        await self._safely("clock", self._work.tick)

    async def _send(self) -> None:
        lanes = await self._safely("lanes", self._work.lanes)
        for lane in set(lanes or ()) - self._draining:
            self._draining.add(lane)
            drain = partial(self._safely, f"lane {lane}", partial(self._drain, lane))
            task = asyncio.create_task(drain(), name=f"lane {lane}")
            self._busy.add(task)
            task.add_done_callback(self._busy.discard)

    async def _drain(self, lane: int) -> None:
        try:
            await self._work.drain(lane)
        finally:
            self._draining.discard(lane)

    async def _safely(self, name: str, work: Callable[[], Awaitable[T]]) -> T | None:
        """The heart beats on, whatever happens in one beat."""
        task = asyncio.current_task()
        if self._stopping or task is None:
            return None
        self._busy.add(task)
        task.add_done_callback(self._busy.discard)
        return await self._guard.safely(name, work)
