"""What was acknowledged had its effect, once: signed requests, delivered again and again to processes that are killed."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

import aiohttp
import orjson
from sqlalchemy import Connection, select

from models.base import core
from models.delivery import Delivery
from models.kudos import Kudos
from tests.machine import free_port, until
from tests.soak.happenings import Hands, Happening
from tests.soak.lives import Life, Lives
from tests.soak.stage import House

AT_ONCE = 16
PATIENCE = aiohttp.ClientTimeout(total=20)
MOST = 500
"""Deliveries of one happening; by then it is no death that keeps it from being acknowledged."""
PATIENCE_FOR_ALL = 3600.0
PAUSE = 0.05
"""Seconds until a chat tries again."""


@dataclass
class Front:
    """The processes that have doors, each at its own address, as behind a load balancer; and who kills them."""

    lives: Lives
    random: Random
    ports: Sequence[int]
    by_port: dict[int, Life] = field(default_factory=dict)

    async def begin(self) -> None:
        for port in self.ports:
            if port not in self.by_port:
                self.by_port[port] = await self.lives.start("run", port)

    async def kill_one(self) -> None:
        await self.by_port.pop(self.random.choice(sorted(self.by_port))).kill()
        await self.begin()

    async def answers(self, http: aiohttp.ClientSession) -> None:
        """Waits until every process answers."""
        for port in self.ports:
            async with asyncio.timeout(60):
                while not await _ready(http, port):  # noqa: ASYNC110 - another process is waited for
                    await asyncio.sleep(PAUSE)


@dataclass
class Post:
    """Delivers what happened, as often as a chat would or oftener, until it was acknowledged."""

    front: Front
    http: aiohttp.ClientSession
    random: Random
    answered: dict[str, list[bytes]] = field(default_factory=dict)
    """By mark, the answers that said 200."""
    shapes: Counter[str] = field(default_factory=Counter)
    deliveries: int = 0
    unanswered: int = 0
    statuses: Counter[int] = field(default_factory=Counter)

    async def bring(self, happening: Happening) -> None:
        times, together = self.random.randint(1, 4), self.random.random() < 0.5
        if together:
            await asyncio.gather(*(self._deliver(happening) for _ in range(times)))
        else:
            for _ in range(times):
                await self._deliver(happening)
        for _ in range(MOST):
            if happening.mark in self.answered:
                break
            await asyncio.sleep(PAUSE)
            await self._deliver(happening)
        else:
            raise AssertionError(f"{happening.shape} is not acknowledged: {self.statuses}")
        self.shapes[happening.shape] += 1

    async def _deliver(self, happening: Happening) -> None:
        self.deliveries += 1
        url = f"http://127.0.0.1:{self.random.choice(self.front.ports)}{happening.path}"
        try:
            async with self.http.post(url, data=happening.raw, headers=happening.headers) as answer:
                body = await answer.read()
        except (aiohttp.ClientError, TimeoutError, OSError):
            self.unanswered += 1
            return
        self.statuses[answer.status] += 1
        if answer.status == 200:
            self.answered.setdefault(happening.mark, []).append(body)


@dataclass(frozen=True)
class Found:
    """What came of it: what was acknowledged without effect, what had one more than once, and what was told so often."""

    without: list[str]
    twice: list[str]
    told_twice: list[str]
    figures: dict[str, Any]


async def live_through(house: House, random: Random, *, events: int, kills: int, doors: int = 1) -> Found:
    """So many things happen while somebody is killed so often."""
    front = Front(house.lives, random, [free_port() for _ in range(doors)])
    async with aiohttp.ClientSession(timeout=PATIENCE) as http:
        await front.begin()
        await front.answers(http)
        hands, post = Hands(house, random), Post(front, http, random)
        await hands.learn(f"http://127.0.0.1:{front.ports[0]}")
        doing = asyncio.create_task(_happen(hands, post, events))
        deaths = sorted(random.sample(range(events), kills))
        for at in deaths:
            await until(lambda at=at: len(post.answered) >= at or doing.done(), PATIENCE_FOR_ALL)
            await asyncio.sleep(random.uniform(0, 0.02))
            await front.kill_one()
        await doing
    for life in front.by_port.values():
        await life.leave()
    return _found(post, house.lives, await house.database.read(_effects))


async def _happen(hands: Hands, post: Post, events: int) -> None:
    async def some(count: int) -> None:
        for _ in range(count):
            await post.bring(await hands.do())

    async with asyncio.TaskGroup() as group:
        for n in range(AT_ONCE):
            group.create_task(some(events // AT_ONCE + (n < events % AT_ONCE)))


async def _ready(http: aiohttp.ClientSession, port: int) -> bool:
    try:
        async with http.get(f"http://127.0.0.1:{port}/readyz") as answer:
            return answer.status == 200
    except aiohttp.ClientError:
        return False


def _found(post: Post, lives: Lives, effects: tuple[Counter[str], Counter[str]]) -> Found:
    given, told = effects
    return Found(
        without=sorted(mark for mark in post.answered if not given[mark]),
        twice=sorted(mark for mark, times in given.items() if times > 1),
        told_twice=sorted(mark for mark, times in told.items() if times > 1),
        figures={
            "events": len(post.answered),
            "deliveries": post.deliveries,
            "unanswered": post.unanswered,
            "statuses": post.statuses,
            "shapes": post.shapes,
            "begun": lives.begun,
        },
    )


def _effects(connection: Connection) -> tuple[Counter[str], Counter[str]]:
    """How often each kudos stands there, and how often somebody is told of it."""
    kudos, row = core(Kudos).c, core(Delivery).c
    marks = {id: text.rpartition(" ")[2] for id, text in connection.execute(select(kudos.id, kudos.text))}
    told = connection.scalars(select(row.ids).where(row.kind == "kudos.told"))
    return Counter(marks.values()), Counter(marks[orjson.loads(ids)["kudos"]] for ids in told)
