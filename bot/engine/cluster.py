"""Many processes: Procrastinate's queue on PostgreSQL says which of them runs the clock, and which drains a lane.

A job only says "look here", so a job that is lost, doubled or ended by mistake costs a look and never a message; the
rows decide what is done. Nothing is ever scheduled ahead (a job in the future would block its lane): pauses live in
rows. One job per lane runs at a time and one waits at most (`lock`, `queueing_lock`). It drains for a slice of a few
seconds and makes room; who has the most in hand asks for the next one last.

Procrastinate's `Worker` is not used: the end of a job that it cannot write down leaves its lane blocked for good, its
heartbeat dies unseen when the database blinks, and it does not look for work when a job ends. Its queue, locks,
heartbeats and stalled jobs are what we build on.

Old and new versions run side by side: a process takes, defers and ends only jobs of the queues it knows. A job that
means something else gets a queue of another name.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any

import structlog
from procrastinate import App, PsycopgConnector
from procrastinate.exceptions import AlreadyEnqueued, ConnectorException
from procrastinate.jobs import Job, Notification, Status
from psycopg.errors import ForeignKeyViolation, RaiseException
from psycopg_pool import AsyncConnectionPool

from bot.engine import BEAT, GRACE, STILL, Guard, Work
from bot.engine.tables import inside
from bot.postgres import PATIENT

log = structlog.get_logger()

CLOCK, LANE = "clock", "lane"
QUEUES = (CLOCK, LANE)

_MODESTY = 0.005
"""Seconds that a process leaves the next job to others, for each one it has in hand."""

_CONNECTIONS = 4
_SOON = 5.0
"""Seconds that the queue gets to answer."""


@dataclass(frozen=True, slots=True)
class Timings:
    """In seconds: from one beat to the next, how long a lane keeps its slot, and how long a worker may be silent
    before others end what it had in hand. `slots` is how many lanes one process drains side by side.
    """

    beat: float = BEAT
    slice: float = 5.0
    patience: float = 15.0
    slots: int = 24


class ClusterEngine:
    """`bot.engine.Engine` in any number of processes on one PostgreSQL database."""

    def __init__(self, work: Work, url: str, timings: Timings | None = None) -> None:
        self._work = work
        self._timings = timings or Timings()
        self._guard = Guard()
        # Whoever asks while the server is away makes the pool try again; by itself it would pause ever longer.
        self._pool = AsyncConnectionPool(
            inside(url, **PATIENT),
            min_size=1,
            max_size=_CONNECTIONS,
            timeout=_SOON,
            reconnect_timeout=1.0,
            check=AsyncConnectionPool.check_connection,
            open=False,
        )
        self._connector = PsycopgConnector()
        self._jobs = App(connector=self._connector).job_manager
        self._worker: int | None = None
        self._due, self._more = asyncio.Event(), {queue: asyncio.Event() for queue in QUEUES}
        self._hands: dict[str, set[asyncio.Task[None]]] = {queue: set() for queue in QUEUES}
        self._taking: list[asyncio.Task[None]] = []
        self._living: list[asyncio.Task[None]] = []
        self._ticked = time.monotonic()
        self._stopping = False

    async def start(self) -> None:
        await self._pool.open()
        await self._connector.open_async(self._pool)
        self._living = [asyncio.create_task(going()) for going in (self._live, self._look, self._listen)]
        self._taking = [
            asyncio.create_task(self._take(CLOCK, self._tick, 1)),
            asyncio.create_task(self._take(LANE, self._drain, self._timings.slots)),
        ]

    async def stop(self) -> None:
        """Takes no more, ends what it has in hand, and signs off, so that others need no patience."""
        self._stopping = True
        self._work.stop()
        self._wake()
        if self._taking:
            await asyncio.wait(self._taking, timeout=GRACE)
        late = [task for hands in self._hands.values() for task in hands]
        for task in late:
            log.warning("stopped in the middle", task=task.get_name())
        await _cancelled({*late, *self._taking, *self._living})
        if self._worker is not None:
            with suppress(ConnectorException):
                await self._jobs.unregister_worker(self._worker)
        await self._pool.close()

    def problem(self) -> str:
        if failing := self._guard.failing("beat"):
            return f"the queue does not answer ({failing})"
        return "the clock stands still" if time.monotonic() - self._ticked > STILL else ""

    # the heart

    async def _live(self) -> None:
        """Beats beside all work, so that who works long does not fall silent."""
        while True:
            await self._guard.safely("beat", self._beat)
            await asyncio.sleep(self._timings.beat)

    async def _beat(self) -> None:
        """Says that it lives, ends what the dead had in hand, and sees that the clock is looked at."""
        if self._worker is None:
            self._worker = await self._jobs.register_worker()
        else:
            await self._jobs.update_heartbeat(self._worker)
        await self._bury()
        if not self._stopping:
            await self._defer_clock()

    async def _bury(self) -> None:
        """Ends, and never retries, what a silent worker had in hand: a retried job would wait for the one behind it,
        and that one for it.
        """
        for job in await self._jobs.get_stalled_jobs(seconds_since_heartbeat=self._timings.patience):
            if job.queue in QUEUES:
                log.warning("ended a job of a worker that fell silent", job=job.lock, worker=job.worker_id)
                await self._finished(job, Status.FAILED)
        await self._jobs.prune_stalled_workers(self._timings.patience)

    async def _defer_clock(self) -> None:
        """One tick for each beat, whichever worker comes first."""
        number = int(time.time() / self._timings.beat)
        with suppress(AlreadyEnqueued):
            await self._jobs.defer_periodic_job(_job(CLOCK, CLOCK, timestamp=number), CLOCK, number)
            self._ticked = time.monotonic()

    async def _look(self) -> None:
        while not self._stopping:
            self._due.clear()
            await self._guard.safely("lanes", self._defer_lanes)
            await _within(self._timings.beat, self._due)

    async def _defer_lanes(self) -> None:
        """What is in somebody's hands already is deferred when it ends, so that everybody hears of it then."""
        lanes = await self._work.lanes()
        known = {job.lock for job in await self._jobs.list_jobs_async(queue=LANE)} if lanes else set()
        for lane in lanes:
            if f"{LANE} {lane}" not in known:
                with suppress(AlreadyEnqueued):
                    await self._jobs.defer_job_async(_job(LANE, f"{LANE} {lane}", lane=lane))

    async def _listen(self) -> None:
        """Hears of new jobs at once. Without that they are found with the next beat."""
        listen = partial(self._jobs.listen_for_jobs, on_notification=self._heard, queues=QUEUES)
        while True:
            await self._guard.safely("listening", listen)
            await asyncio.sleep(self._timings.beat)

    async def _heard(self, *, channel: str, notification: Notification) -> None:  # noqa: ARG002 - the callback's shape
        self._wake()

    def _wake(self) -> None:
        for more in self._more.values():
            more.set()

    # the hands

    async def _take(self, queue: str, work: Callable[[Job], Awaitable[int]], slots: int) -> None:
        """Takes jobs of one queue, as many side by side as there are slots, until it is time to leave."""
        hands, more = self._hands[queue], self._more[queue]
        while not self._stopping:
            await asyncio.sleep(len(hands) * _MODESTY)
            more.clear()
            job = await self._next(queue) if len(hands) < slots else None
            if job is None:
                await _within(self._timings.beat, more)
                continue
            task = asyncio.create_task(self._do(job, work), name=f"{job.lock}")
            hands.add(task)
            task.add_done_callback(hands.discard)
            task.add_done_callback(lambda _: more.set())
        if hands:
            await asyncio.wait(hands)

    async def _next(self, queue: str) -> Job | None:
        if self._worker is None:
            return None
        return await self._guard.safely("taking", partial(self._fetched, queue, self._worker))

    async def _fetched(self, queue: str, worker: int) -> Job | None:
        try:
            return await self._jobs.fetch_job([queue], worker)
        except ConnectorException as failure:
            if not isinstance(failure.__cause__, ForeignKeyViolation):
                raise
            log.warning("others took this worker for dead, so it is a new one", worker=worker)
            self._worker = None
            return None

    async def _do(self, job: Job, work: Callable[[Job], Awaitable[int]]) -> None:
        handled = await self._guard.safely(f"{job.lock}", partial(work, job))
        await self._ended(job)
        if handled:
            self._due.set()  # there may be more

    async def _tick(self, _: Job) -> int:
        await self._work.tick()
        return 0

    async def _drain(self, job: Job) -> int:
        lane: Any = job.task_kwargs["lane"]
        return await self._work.drain(int(lane), self._timings.slice)

    async def _ended(self, job: Job) -> None:
        """Takes a job off the books, however long the database is away: left there it would block its lane."""
        ending = partial(self._finished, job, Status.SUCCEEDED)
        while not await self._guard.safely(f"the end of {job.lock}", ending):  # noqa: ASYNC110 - the database says
            await asyncio.sleep(self._timings.beat)

    async def _finished(self, job: Job, status: Status) -> bool:
        try:
            await self._jobs.finish_job(job, status, delete_job=True)
        except ConnectorException as failure:
            if not isinstance(failure.__cause__, RaiseException):  # which says that somebody was quicker
                raise
        return True


def _job(queue: str, lock: str, **values: Any) -> Job:
    return Job(queue=queue, lock=lock, queueing_lock=lock, task_name=f"ritme.{queue}", task_kwargs=values)


async def _cancelled(tasks: set[asyncio.Task[None]]) -> None:
    """Ends tasks. More than once, where it must be: who listens for notifications may swallow it."""
    left = tasks
    while left:
        for task in left:
            task.cancel()
        _, left = await asyncio.wait(left, timeout=1.0)
    await asyncio.gather(*tasks, return_exceptions=True)


async def _within(seconds: float, event: asyncio.Event) -> None:
    """Waits for something, but not longer than this."""
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await event.wait()
