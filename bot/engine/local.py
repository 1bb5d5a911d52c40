"""One process: APScheduler as a heartbeat in UTC, over rows that know by themselves when they are due."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Coroutine
from datetime import UTC, datetime
from typing import Any

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.engine import Work

log = structlog.get_logger()

BEAT = 1.0
GRACE = 25.0
"""Seconds that what was begun gets to end: longer than a platform's slowest answer."""

# A beat that comes while the one before still works is left out; that needs no line in the log each second.
_HEART = {"coalesce": True, "max_instances": 1, "misfire_grace_time": None}


class LocalEngine:
    """`bot.engine.Engine` inside this process."""

    def __init__(self, work: Work, beat: float = BEAT) -> None:
        self._work = work
        self._beat = beat
        self._scheduler = AsyncIOScheduler(timezone=UTC, job_defaults=_HEART)
        self._busy: set[asyncio.Task[Any]] = set()
        self._draining: set[int] = set()

    async def start(self) -> None:
        for beat in (self._tick, self._send):
            self._scheduler.add_job(beat, "interval", seconds=self._beat, next_run_time=datetime.now(UTC))
        self._scheduler.start()

    async def stop(self) -> None:
        self._work.stop()
        if self._scheduler.running:
            self._scheduler.pause()  # a shutdown would cancel what is at work
            late = (await asyncio.wait(self._busy, timeout=GRACE))[1] if self._busy else ()
            for task in late:
                log.warning("stopped in the middle", task=task.get_name())
                task.cancel()
            self._scheduler.shutdown(wait=False)

    # inside

    async def _tick(self) -> None:
        await self._begin("tick", self._work.tick())

    async def _send(self) -> None:
        lanes = await self._begin("lanes", self._work.lanes())
        for lane in set(lanes or ()) - self._draining:
            self._draining.add(lane)
            self._begin(f"drain {lane}", self._work.drain(lane)).add_done_callback(
                lambda _, lane=lane: self._draining.discard(lane)  # type: ignore[misc]  # mypy gives up on the default
            )

    def _begin(self, name: str, work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        task = asyncio.create_task(_safely(name, lambda: work), name=name)
        self._busy.add(task)
        task.add_done_callback(self._busy.discard)
        return task


async def _safely(name: str, work: Callable[[], Awaitable[Any]]) -> Any:
    """The heart beats on, whatever happens in one beat."""
    try:
        return await work()
    except Exception:
        log.exception("work failed", work=name, reference=secrets.token_hex(2).upper())
        return None
