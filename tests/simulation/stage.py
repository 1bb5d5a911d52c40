"""What the simulated years stand on: one clock, one database without threads, processes that die, a chat that counts."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import TypeVar

from sqlalchemy.engine import Connection

from bot.clock import Clock
from bot.db import Database
from bot.delivery import Outbound
from bot.dispatch import Dispatch
from bot.metrics import Metrics
from bot.parcels import Pace, Parcel, Profile, Result, Sent
from bot.router import Router
from bot.tick import Ticker
from views.house import MANNERS

T = TypeVar("T")


class Killed(BaseException):
    """The process is gone. Nothing that it would have done next is done."""


class SkewedClock(Clock):
    """The machine's clock, which may go wrong: business time and the wall are the same, and only seconds that passed
    are sure.
    """

    def __init__(self, at: datetime) -> None:
        self.began = self.true = at
        self.skew = timedelta()
        super().__init__(at, frozen=True)

    def now(self) -> datetime:
        return self.true + self.skew

    def real(self) -> datetime:
        return self.now()

    def monotonic(self) -> float:
        return (self.true - self.began).total_seconds()

    async def sleep(self, seconds: float) -> None:
        """Nothing here is worth waiting for."""
        await asyncio.sleep(0)


@dataclass(frozen=True, slots=True)
class Arrived:
    """One message that somebody got: when, and everything that was said in it, as (kind, ids)."""

    at: datetime
    to: str
    said: tuple[str, ...]


@dataclass(slots=True)
class Post:
    """The chat. What arrived stays, whatever happens to who sent it."""

    clock: SkewedClock
    arrived: list[Arrived] = field(default_factory=list)
    known: dict[int, str] = field(default_factory=dict)
    listens: Callable[[Arrived], None] = lambda _: None

    def take(self, parcel: Parcel) -> Sent:
        ref = f"{parcel.to}:{parcel.delivery}"
        if parcel.verb == "dm" and parcel.message is not None:
            self.known[parcel.delivery] = ref
            message = Arrived(self.clock.now(), parcel.to, tuple(parcel.message.summary.split(" · ")))
            self.arrived.append(message)
            self.listens(message)
        return Sent(ref)


class Process(Database):
    """One process: its way to the database and to the chat, and the parts that run in it.

    Its calls run one after the other in the test's own thread, in an order that the seed chooses, so a life can be
    lived again. With `doomed` it dies at that call: before it, with it undone, or with it done and nobody told.
    """

    def __init__(self, url: str, router: Router, post: Post, chance: Random) -> None:
        super().__init__(url, durable=False)
        self.router, self.post, self.chance = router, post, chance
        self.doomed: int | None = None
        self.dead = False
        self.calls = 0
        self.begin()

    name = "demo"
    post_gap = dm_gap = 0.0
    paces: tuple[Pace, ...] = ()

    def begin(self) -> None:
        """Starts anew, knowing nothing."""
        self.dead, self.doomed = False, None
        metrics, platforms = Metrics(), {"demo": self}
        self.outbound = Outbound(self.router, self, self.post.clock, platforms, metrics)
        self.dispatch = Dispatch(self.router, self, self.post.clock, MANNERS, platforms)
        self.ticker = Ticker(self.router, self, self.post.clock, self.dispatch.serve, self.outbound, metrics)

    async def work(self) -> bool:
        """What an engine does all the time, once; False where the process died of it."""
        try:
            await self.ticker.tick()
            await self.outbound.flush()
        except (Killed, BaseExceptionGroup):
            if not self.dead:
                raise
            self.begin()
            return False
        return True

    # the database

    async def read(self, job: Callable[[Connection], T]) -> T:
        await self._turn()
        with self._mortal(), self.reader.connect() as connection:
            return job(connection)

    async def write(self, job: Callable[[Connection], T]) -> T:
        await self._turn()
        with self._mortal() as dies, self.writer.begin() as connection:
            result = job(connection)
            if dies == "undone":
                raise Killed
        return result

    # the chat

    async def send(self, parcel: Parcel) -> Result:
        await self._turn()
        with self._mortal():
            return self.post.take(parcel)

    async def find_sent(self, parcel: Parcel, since: datetime) -> Sent | None:
        await self._turn()
        with self._mortal():
            ref = self.post.known.get(parcel.delivery)
            return Sent(ref) if ref else None

    async def profile(self, team: str, user: str) -> Profile | None:
        return None

    async def people(self, team: str) -> tuple[Profile, ...]:
        return ()

    # inside

    async def _turn(self) -> None:
        """Lets the other process go first, now and then."""
        self.calls += 1
        if self.chance.random() < 0.3:
            await asyncio.sleep(0)

    def _mortal(self) -> _Moment:
        if self.dead:
            raise Killed
        if self.doomed is None:
            return _Moment(self, "")
        self.doomed -= 1
        return _Moment(self, self.chance.choice(("before", "undone", "done")) if self.doomed <= 0 else "")


class _Moment:
    """One call of a process, which may be its last."""

    def __init__(self, process: Process, dies: str) -> None:
        self.process, self.dies = process, dies

    def __enter__(self) -> str:
        if self.dies:
            self.process.dead = True
        if self.dies == "before":
            raise Killed
        return self.dies

    def __exit__(self, kind: object, *_: object) -> None:
        if self.dies and kind is None:
            raise Killed
