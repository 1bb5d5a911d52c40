"""Sends what is to be said: gives deliveries a lane, and drains a lane.

Nothing is sent inside a transaction. A row is claimed in one, put into words in another, sent in none, and settled
in a third; whatever dies in between is found by its lease, and looked up before it is sent again. A lane does one
thing after the other: its work is Python's, and side by side in several threads it would only take longer.
"""

from __future__ import annotations

import asyncio
import secrets
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial

import structlog
from sqlalchemy import ColumnElement, bindparam, exists, or_, select
from sqlalchemy.engine import Connection

from bot import logs
from bot.clock import Clock
from bot.db import Database, Unavailable
from bot.metrics import Metrics
from bot.pace import Pacer
from bot.parcels import Platform
from bot.router import Router
from bot.sayings import Lane, Ready
from bot.sending import Batch, Sender, entered
from models.base import core
from models.delivery import OPEN, Delivery, claims, lanes, rates, routing
from models.delivery.claims import FEW, Limits, Room
from models.delivery.routing import Routed
from models.identity import Installation
from models.moments import Moment
from models.scope import Across, Scope

log = structlog.get_logger()

BATCH = 500
SLICE = 1.0
"""Seconds: a claim takes no more than the lane's pace lets go within them, so what comes next need not wait long."""

VERBS = ("dm", "post", "revise", "retract", "home")


class Outbound:
    """The way out of one running Ritme."""

    def __init__(
        self, router: Router, database: Database, clock: Clock, platforms: Mapping[str, Platform], metrics: Metrics
    ) -> None:
        self.router = router
        self.database = database
        self.clock = clock
        self.platforms = platforms
        self.metrics = metrics
        self._sender = Sender(router, database, clock, metrics)
        self._name = secrets.token_hex(8)
        """By which a lane's row knows that this process was the last to send there."""
        self._draining: dict[int, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._pacers: dict[int, Pacer] = {}
        self._spoken: dict[tuple[int, str], float] = {}

    # routing

    async def route(self) -> None:
        """Gives a lane to everything that somebody waits for."""
        orgs = await self.database.read(partial(_unrouted, nudge=False, now=self.clock.now()))
        await self._route(orgs, routing.route)

    async def route_nudges(self) -> None:
        """Decides which nudges go now, each person's together, and gives those a lane."""
        orgs = await self.database.read(partial(_unrouted, nudge=True, now=self.clock.now()))
        await self._route(orgs, routing.route_nudges)

    async def _route(self, orgs: Sequence[int], step: Callable[[Scope], Routed]) -> None:
        for org in orgs:
            try:
                await self._route_in(org, step)
            except Unavailable:
                raise
            except Exception:  # what is wrong in one organisation holds up no other
                log.exception("routing failed", org=org, reference=logs.reference())

    async def _route_in(self, org: int, step: Callable[[Scope], Routed]) -> None:
        looked = routing.CHUNK
        while looked >= routing.CHUNK and not self._sender.stopping:
            routed = await self.database.write(partial(self._step, step=step, org=org))
            looked = routed.looked
            self._expired("", routed.expired)

    def _expired(self, platform: str, kinds: Mapping[str, int]) -> None:
        for kind, count in kinds.items():
            self.metrics.delivered(platform, kind, "expired", count)

    # draining

    async def lanes(self) -> list[int]:
        """The lanes that have something to send now."""
        return await self.database.read(partial(_with_work, real=self.clock.real()))

    async def drain(self, lane: int, seconds: float | None = None) -> int:
        """Sends what waits in a lane until nothing is left that may go now; returns how many messages it handled.

        With `seconds` it begins no batch after so long, and what is left waits for the next call.
        """
        handled, until = 0, self.clock.monotonic() + (float("inf") if seconds is None else seconds)
        async with self._draining[lane]:
            while self.clock.monotonic() < until and (batch := await self._next(lane)):
                handled += len(batch.claims)
                await self._sender.send(batch)
        return handled

    async def flush(self) -> None:
        """Routes and drains until nothing is left that may go now."""
        sent = 1
        while sent and not self._sender.stopping:
            sent = sum([await self.drain(lane) for lane in await self._routed()])

    async def _routed(self) -> list[int]:
        """Gives a lane to everything that has none and is due; returns the lanes that have something to send then.

        One look tells whether there is anything at all.
        """
        answers, nudges, lanes = await self.database.read(self._look)
        if not answers and not nudges:
            return lanes
        await self._route(answers, routing.route)
        await self._route(nudges, routing.route_nudges)
        return await self.lanes()

    def stop(self) -> None:
        """Claims nothing more; what was handed to a platform is still settled, the rest is given back."""
        self._sender.stopping = True

    async def _next(self, lane: int) -> Batch | None:
        """The next batch, in words; None where nothing may go."""
        if self._sender.stopping:
            return None
        batch = await self.database.write(partial(self._claim, lane=lane))
        if batch is None:
            return None
        self._expired(batch.platform.name, batch.expired)
        self._speaking(batch)
        if batch.claims:
            try:
                batch.ready = await self.database.read(partial(self._words, batch=batch))
            except Exception:
                await self._sender.give_back(batch)
                raise
        return batch

    # inside: transactions

    def _step(self, connection: Connection, step: Callable[[Scope], Routed], org: int) -> Routed:
        return step(entered(connection, org, self.clock.now()))

    def _look(self, connection: Connection) -> tuple[list[int], list[int], list[int]]:
        """The organisations with answers, and with nudges, that have no lane yet; and the lanes with work."""
        answers, nudges = (_unrouted(connection, nudge=nudge, now=self.clock.now()) for nudge in (False, True))
        return answers, nudges, _with_work(connection, self.clock.real())

    def _claim(self, connection: Connection, lane: int) -> Batch | None:
        orgs = _ORG_OF.rows(connection, lane=lane)
        if not orgs:
            return None
        [(org,)] = orgs
        scope, real = entered(connection, org, self.clock.now()), self.clock.real()
        found = lanes.find(scope, lane, real)
        platform = self.platforms.get(found.platform) if found else None
        if found is None or platform is None:
            return None
        pacer, now = self._pacer(scope, found, platform), self.clock.monotonic()
        if pacer.held > now:
            return None
        expired = claims.expire(scope, lane)
        claimed = claims.claim(scope, lane, real, self._limits(lane, platform, pacer))
        batch = Batch(lane, org, platform, pacer, real, now, claimed, expired)
        return batch if claimed or expired else None

    def _pacer(self, scope: Scope, installation: Installation, platform: Platform) -> Pacer:
        """How fast the lane goes from here. Where another process sent meanwhile, nothing is saved up."""
        known = self._pacers.get(installation.id)
        if known and installation.sender == self._name:
            return known
        now, real = self.clock.monotonic(), self.clock.real()
        pacer = self._pacers[installation.id] = Pacer(platform.paces, rates.read(installation.rates), now, real)
        rates.taken_over(scope, installation.id, self._name, pacer.rates(now, real))
        return pacer

    def _limits(self, lane: int, platform: Platform, pacer: Pacer) -> Limits:
        now = self.clock.monotonic()
        groups: dict[str, set[str]] = defaultdict(set)
        for verb in VERBS:
            groups[pacer.group(verb)].add(verb)
        rooms = [Room(frozenset(verbs), _at_most(pacer.room(min(verbs), now, SLICE))) for verbs in groups.values()]
        each = ({"dm": FEW} if platform.dm_gap else {}) | ({"post": 1} if platform.post_gap else {})
        return Limits(rooms, _at_most(pacer.room("look", now, SLICE)), self._busy(lane), each)

    def _busy(self, lane: int) -> list[str]:
        """Whom something was said to a moment ago."""
        now = self.clock.monotonic()
        self._spoken = {key: free for key, free in self._spoken.items() if free > now}
        return [to for known, to in self._spoken if known == lane]

    def _speaking(self, batch: Batch) -> None:
        gaps = {"dm": batch.platform.dm_gap, "post": batch.platform.post_gap}
        now = self.clock.monotonic()
        for claim in batch.claims:
            gap, key = gaps.get(claim.head.verb, 0.0), (batch.lane, claim.head.to)
            if gap:
                self._spoken[key] = max(self._spoken.get(key, 0.0), now) + gap

    def _words(self, connection: Connection, batch: Batch) -> list[Ready]:
        scope = entered(connection, batch.org, self.clock.now())
        installation = scope.db.get(Installation, batch.lane)
        if installation is None:
            return []
        scope = replace(scope, team=installation.team, platform=installation.platform)
        return Lane(scope, installation, self.router.sayings).ready(batch.claims)


def _at_most(room: int | None) -> int:
    return BATCH if room is None else min(room, BATCH)


_row, _lane = core(Delivery).c, core(Installation).c
_now, _real = bindparam("now", type_=Moment), bindparam("real", type_=Moment)

_ORG_OF = Across(select(_lane.org_id).where(_lane.id == bindparam("lane")))

_UNROUTED = {
    nudge: Across(
        select(_row.org_id)
        .where(_row.state == "new", _row.installation_id.is_(None), _row.nudge == nudge, _row.not_before <= _now)
        .distinct()
    )
    for nudge in (False, True)
}
"""The organisations with something that has no lane yet and is due; nudges apart."""


def _waits(state: str) -> ColumnElement[bool]:
    free = or_(_row.retry_at.is_(None), _row.retry_at <= _real)
    return exists().where(_row.state == state, _row.installation_id == _lane.id, _row.bundle_id.is_(None), free)


_WITH_WORK = Across(
    select(_lane.id)
    .where(_lane.removed_at.is_(None), or_(_lane.paused_until.is_(None), _lane.paused_until <= _real))
    .where(or_(*map(_waits, OPEN)))
    .order_by(_lane.id)
)
"""Installations that may send and have something to send."""


def _unrouted(connection: Connection, *, nudge: bool, now: datetime) -> list[int]:
    return [org for (org,) in _UNROUTED[nudge].rows(connection, now=now)]


def _with_work(connection: Connection, real: datetime) -> list[int]:
    return [lane for (lane,) in _WITH_WORK.rows(connection, real=real)]
