"""A platform that tests hold in their hands, and a way out that leads to it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime, timedelta
from inspect import isawaitable
from typing import Any

from sqlalchemy import select

from bot import outbox
from bot.calls import Durable
from bot.clock import Clock
from bot.delivery import Outbound
from bot.messages import Message, Say, Span
from bot.metrics import Metrics
from bot.parcels import Later, Pace, Parcel, Profile, Result, Sent, Unknown
from bot.router import Router, Routes, Saying, Withdrawn
from models.base import core, loaded
from models.delivery import Delivery
from models.scope import Scope, enter_org
from tests.world import World


class HandClock(Clock):
    """Business time, real time and the monotonic clock, each moved by hand."""

    def __init__(self, at: datetime) -> None:
        self.wall = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
        self.ticks = 0.0
        super().__init__(at, frozen=True)

    def real(self) -> datetime:
        return self.wall

    def monotonic(self) -> float:
        return self.ticks

    async def sleep(self, seconds: float) -> None:
        self.wait(seconds)
        await asyncio.sleep(0)

    def wait(self, seconds: float) -> None:
        """Lets real time pass; business time stands still."""
        self.wall += timedelta(seconds=seconds)
        self.ticks += seconds


class Mail:
    """Keeps what arrives, by receiver. `answers` are given first, one for each parcel; then everything is sent."""

    name = "demo"

    def __init__(self, post_gap: float = 0.0) -> None:
        self.post_gap, self.dm_gap = post_gap, 0.0
        self.paces: tuple[Pace, ...] = ()
        self.boxes: dict[str, list[tuple[int, Message]]] = {}
        self.marks: dict[int, set[int]] = {}
        self.parcels: list[Parcel] = []
        self.answers: list[Result | Callable[[Parcel], Result | Awaitable[Result]]] = []
        self.looked: list[Parcel] = []
        self.look: Callable[[Parcel], Sent | Unknown | Later | None] = self._find
        self.at_once = self.most_at_once = 0

    async def send(self, parcel: Parcel) -> Result:
        self.parcels.append(parcel)
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        await asyncio.sleep(0)
        self.at_once -= 1
        answer = self.answers.pop(0) if self.answers else self.keep
        found = answer(parcel) if callable(answer) else answer
        return await found if isawaitable(found) else found

    def keep(self, parcel: Parcel) -> Sent:
        """Puts it in the box."""
        if parcel.verb in {"dm", "post"}:
            assert parcel.message is not None
            self.boxes.setdefault(parcel.to, []).append((parcel.delivery, parcel.message))
            self.marks[parcel.delivery] = {parcel.delivery, *parcel.beside}
            return Sent(f"{parcel.to}:{parcel.delivery}")
        if parcel.sent:
            to, _, delivery = parcel.sent.partition(":")
            box = self.boxes[to]
            at = next(i for i, (id, _) in enumerate(box) if id == int(delivery))
            box[at : at + 1] = [(int(delivery), parcel.message)] if parcel.message else []
        return Sent(parcel.sent)

    def lose_answer(self, parcel: Parcel) -> Unknown:
        """It arrives, and nobody hears of that."""
        self.keep(parcel)
        return Unknown("timeout")

    async def find_sent(self, parcel: Parcel, since: datetime) -> Sent | Unknown | Later | None:
        self.looked.append(parcel)
        return self.look(parcel)

    def _find(self, parcel: Parcel) -> Sent | None:
        names = {parcel.delivery, *parcel.beside}
        known = (id for id, _ in self.boxes.get(parcel.to, []) if names & self.marks.get(id, {id}))
        return next((Sent(f"{parcel.to}:{id}") for id in known), None)

    async def profile(self, team: str, user: str) -> Profile | None:
        return None

    async def people(self, team: str) -> tuple[Profile, ...]:
        return ()

    def said(self, to: str) -> list[str]:
        """What stands in a box, in words."""
        return [" / ".join(_words(message)) for _, message in self.boxes.get(to, [])]


def _words(message: Message) -> list[str]:
    return [part.text[0].text for part in message.body if isinstance(part, Say) and isinstance(part.text[0], Span)]


def message(text: str) -> Message:
    return Message(text, (Say((Span(text),)),))


def speak(scope: Scope, ids: Mapping[str, Any]) -> Message | Withdrawn:
    """The words of every kind in these tests: its `text`, its reader and their language."""
    if ids.get("text") == "gone":
        return Withdrawn()
    if ids.get("text") == "broken":
        raise ZeroDivisionError
    return message(f"{ids.get('text', 'overview')} to {scope.me.short} in {scope.words.language}")


KINDS = (
    "note",
    "post",
    "checkins.ask",
    "checkins.remind",
    "feedback.asked",
    "digest",
    "lesson",
    "safe",
    "careful",
    "home",
)


class Office:
    """A way out to one or more platforms held in hands, over the world's database."""

    def __init__(self, world: World, *, saying: Saying = speak, **platforms: Mail) -> None:
        self.world = world
        self.clock = world.clock = HandClock(world.clock.now())
        self.mail = Mail()
        self.platforms = {"demo": self.mail} | platforms
        routes = Routes("test", gated=False)
        for kind in KINDS:
            routes.deliver(kind, repeat=kind == "safe", careful=kind == "careful")(saying)
        self.router = Router([routes])
        self.metrics = Metrics()
        self.out = self.another()

    def another(self) -> Outbound:
        """A second process on the same rows."""
        return Outbound(self.router, self.world.database, self.clock, self.platforms, self.metrics)

    async def run(self, job: Callable[[Scope], Any]) -> Any:
        """Does something in the organisation, in one transaction."""

        def inside(connection: Any) -> Any:
            scope = enter_org(connection, 1, self.clock.now())
            assert scope is not None
            return job(scope)

        return await self.world.database.write(inside)

    async def queue(self, *replies: Durable) -> None:
        await self.run(lambda scope: outbox.queue(scope, replies))

    async def flush(self) -> None:
        await self.out.flush()

    async def rows(self) -> list[Delivery]:
        """Every delivery, oldest first."""
        table = core(Delivery)
        query = select(*table.columns).order_by(table.c.id)
        found = await self.world.database.read(lambda connection: connection.execute(query).all())
        return [loaded(Delivery, row) for row in found]

    async def states(self) -> list[str]:
        return [f"{row.state} {row.reason}".strip() for row in await self.rows()]

    def counted(self, name: str, **labels: str) -> float:
        """What the metrics say."""
        shown = ",".join(f'{key}="{value}"' for key, value in sorted(labels.items()))
        found = [line for line in self.metrics.text().decode().splitlines() if line.startswith(f"{name}{{{shown}}}")]
        return float(found[0].split()[-1]) if found else 0.0

    def id(self, handle: str) -> int:
        return self.world.people[handle]


PAUSE = Later(30, "ratelimited", lane=True)
