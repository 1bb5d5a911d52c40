"""Nothing is lost and nothing is said twice, however often what sends it is killed.

Everything that is said is real work: kudos that are given through dispatch, and the check-in questions that the clock
asks on a Monday at nine. What arrived is counted at the chats' end, by marks in the texts, without asking Ritme.
"""

from __future__ import annotations

import asyncio
import re
import signal
from collections import Counter
from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from random import Random
from time import monotonic

import orjson
from sqlalchemy import Connection, func, select

from bot.app import build_dispatch
from bot.calls import Account, Call
from models.base import core
from models.delivery import Delivery
from models.kudos import Kudos
from tests.soak.lives import Life
from tests.soak.stage import ASKED, ROOM, House, Key, Who

FINAL = {"sent", "halted", "withdrawn", "expired"}
EACH = 4
"""To how many people one kudos goes."""
WAVES = 10
"""In so many parts the work is written, so that there is some for every death."""
EARLY, LONGEST = 3.0, 30.0
"""Seconds. One in four dies young, also before it has said anything; and nobody lives longer, saying nothing."""
MOMENTS = (0.0, 0.0, 0.001, 0.005, 0.02)
"""Seconds between a message that comes in and the death of who sent it."""
PATIENCE = 300.0
"""Seconds in which everything has to be settled once nobody is killed any more."""


@dataclass
class Work:
    """What is to be said: kudos are written in waves, questions by the clock."""

    house: House
    random: Random
    _count: int = 0

    def __post_init__(self) -> None:
        self.dispatch = build_dispatch(self.house.database, self.house.clock, {})
        self.wanted: set[Key] = {(one.user, ASKED) for one in self.house.people}

    async def write(self, deliveries: int) -> None:
        """Kudos that come to so many deliveries or a few more."""
        until = len(self.wanted) + deliveries
        while len(self.wanted) < until:
            self._count += 1
            giver, *to = self.random.sample(self.house.people, EACH + 1)
            await self.give(giver, to, f"k{self._count:06}")

    async def give(self, giver: Who, to: Sequence[Who], mark: str) -> None:
        """A kudos, and what is to be said of it."""
        account = Account(giver.platform, self.house.team[giver.platform], giver.user)
        values = {"to": tuple(str(one.id) for one in to), "text": f"Dank je wel voor {mark}."}
        await self.dispatch.serve(Call("submit", "kudos.give", account, f"soak:{mark}", values=values))
        newest = select(core(Kudos).c.id).order_by(core(Kudos).c.id.desc()).limit(1)
        id = await self.house.database.read(lambda connection: connection.execute(newest).scalar_one())
        self.house.kudos[str(id)] = mark
        self.wanted |= {(one.user, mark) for one in to}
        if any(one.public for one in to):
            self.wanted |= {(self.house.room, mark), (ROOM, mark)}


@dataclass
class Deaths:
    """What kills, and what was on its way when it did."""

    house: House
    random: Random
    roles: Sequence[str]
    lives: dict[str, Life] = field(default_factory=dict)
    seen: set[tuple[int, int]] = field(default_factory=set)
    """Claims, by delivery and its token, of what had been said and was not written down when somebody was killed."""

    async def begin(self) -> None:
        """Starts whoever is not there."""
        for name in self.roles:
            if name not in self.lives:
                self.lives[name] = await self.house.lives.start(name.rstrip("0123456789"))

    async def kill_one(self, most: int) -> None:
        """Kills somebody after at most so many messages, or after a while where nothing is said."""
        name = self.random.choice(sorted(self.lives))
        doomed, over = self.lives.pop(name), asyncio.Event()
        self._trap(doomed, self.random.randint(1, most), over)
        with suppress(TimeoutError):
            life = self.random.uniform(0, EARLY) if self.random.random() < 0.25 else LONGEST
            await asyncio.wait_for(over.wait(), life)
        self._trap(doomed, 0, over)
        await doomed.kill()
        await asyncio.sleep(0.02)  # what it had handed over still arrives
        await self._look()

    def _trap(self, doomed: Life, after: int, over: asyncio.Event) -> None:
        """Strikes while a chat takes in a message, the one after so many, or a moment later."""
        left, loop = after, asyncio.get_running_loop()

        def strike() -> None:
            doomed.signal(signal.SIGKILL)
            over.set()

        def hears() -> None:
            nonlocal left
            left -= 1
            if left == 0:
                moment = self.random.choice(MOMENTS)
                loop.call_later(moment, strike) if moment else strike()

        for chat in (self.house.slack, self.house.teams):
            chat.faults.hears = hears

    async def _look(self) -> None:
        self.house.listen()
        for row in await self.house.database.read(partial(_rows, state="sending")):
            if self.house.heard[row.key]:
                self.seen.add((row.id, row.token))


async def live_through(house: House, random: Random, *, deliveries: int, kills: int, roles: Sequence[str]) -> Found:
    """Has so much said while somebody is killed so often; returns what came of it once everything is settled."""
    work, deaths = Work(house, random), Deaths(house, random, roles)
    wave = max(1, kills // WAVES)
    for n in range(kills):
        if n % wave == 0:
            await work.write((deliveries - len(house.people)) * wave // kills)
        await deaths.begin()
        await deaths.kill_one(2 * deliveries // kills)
    await deaths.begin()
    rows = await settled(house, work)
    for life in deaths.lives.values():
        await life.leave()
    house.listen()
    return found(house, work, rows, deaths.seen)


async def settled(house: House, work: Work) -> list[Row]:
    """Waits until every row is settled, and everything that was wanted has one."""
    until = monotonic() + PATIENCE
    while await house.database.read(partial(_left, asked=_asked(work))):
        assert monotonic() < until, await _open(house)
        await asyncio.sleep(0.5)
    return await house.database.read(_rows)


def _asked(work: Work) -> int:
    return sum(mark == ASKED for _, mark in work.wanted)


def _left(connection: Connection, asked: int) -> bool:
    """Whether anything is not settled yet, or so many were not asked yet."""
    row = core(Delivery).c
    states = dict(connection.execute(select(row.state, func.count()).group_by(row.state)).all())  # type: ignore[arg-type]
    questions = connection.execute(select(func.count()).where(row.kind == "checkins.ask")).scalar_one()
    return bool(states.keys() - FINAL) or questions < asked


async def _open(house: House) -> str:
    rows = await house.database.read(_rows)
    return f"{Counter(f'{row.kind} {row.state} {row.reason}' for row in rows)}\n{house.lives.said}"


# --- what came of it ---------------------------------------------------------------------------------


_TOO_LATE = re.compile(r'"rows": (\d+).*settled too late')


@dataclass(frozen=True)
class Found:
    """What came of it. `doubled` is what was said once more than it should: to people in Slack, where Ritme can look,
    and elsewhere, where it cannot. There nobody can tell what was `on_its_way` when its sender was killed, what a chat
    `accepted` and denied, and what was settled `too_late` by a process that the machine let stand still.
    """

    rows: Counter[str]
    lost: list[Key]
    missing: list[Key]
    twice_planned: list[Key]
    doubled_seen: list[Key]
    doubled_blind: list[Key]
    on_its_way: int
    accepted: int
    too_late: int
    halted: Counter[str]
    begun: int
    weather: Counter[str]

    @property
    def figures(self) -> dict[str, object]:
        """In numbers."""
        return {name: len(found) if isinstance(found, list) else found for name, found in vars(self).items()}


def found(house: House, work: Work, rows: Sequence[Row], seen: Collection[tuple[int, int]] = ()) -> Found:
    """`seen` are claims whose messages had been said and were not written down when somebody was killed."""
    planned = Counter(row.key for row in rows)
    on_record = {row.key for row in rows if row.state == "halted"}
    doubled = [key for key, times in house.heard.items() for _ in range(times - 1)]
    looked = {one.user for one in house.people if one.platform == "slack"}
    return Found(
        rows=Counter(row.state for row in rows),
        lost=sorted(key for key in work.wanted if not house.heard[key] and key not in on_record),
        missing=sorted(key for key in work.wanted if not planned[key]),
        twice_planned=sorted(key for key in work.wanted if planned[key] > 1),
        doubled_seen=sorted(key for key in doubled if key[0] in looked),
        doubled_blind=sorted(key for key in doubled if key[0] not in looked),
        on_its_way=len(set(seen) - {(row.id, row.token) for row in rows if row.state == "sent"}),
        accepted=house.teams.faults.accepted + house.slack.faults.accepted,
        too_late=sum(int(rows) for rows in _TOO_LATE.findall(house.lives.log.read_text())),
        halted=Counter(f"{row.kind}: {row.reason}" for row in rows if row.state == "halted"),
        begun=house.lives.begun,
        weather=house.slack.faults.drawn + house.teams.faults.drawn,
    )


@dataclass(frozen=True)
class Row:
    """A delivery, and what it says to whom."""

    id: int
    token: int
    key: Key
    kind: str
    state: str
    reason: str


def _rows(connection: Connection, state: str = "") -> list[Row]:
    row = core(Delivery).c
    query = select(row.id, row.token, row.to, row.kind, row.ids, row.state, row.reason).order_by(row.id)
    texts: dict[int, str] = dict(connection.execute(select(core(Kudos).c.id, core(Kudos).c.text)).all())  # type: ignore[arg-type]
    found = connection.execute(query.where(row.state == state) if state else query)
    return [
        Row(id, token, (to, _mark(kind, orjson.loads(ids), texts)), kind, state, reason)
        for id, token, to, kind, ids, state, reason in found
    ]


def _mark(kind: str, ids: dict[str, int], texts: dict[int, str]) -> str:
    """What a message of this kind and these ids is known by at the chats' end."""
    if kind.startswith("kudos."):
        return texts[ids["kudos"]].rstrip(".").rpartition(" ")[2]
    return ASKED if kind == "checkins.ask" else kind
