"""Sends what is to be said: gives deliveries a lane, drains a lane, writes down how it ended.

Nothing is sent inside a transaction. A row is claimed in one, put into words in another, sent in none, and settled
in a third; whatever dies in between is found by its lease, and looked up before it is sent again.
"""

from __future__ import annotations

import asyncio
import secrets
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial

import structlog
from sqlalchemy import Select, and_, exists, or_, select
from sqlalchemy.engine import Connection

from bot.clock import Clock
from bot.db import Database
from bot.metrics import Metrics
from bot.parcels import Halted, Later, Platform, Result, Sent, Unknown
from bot.router import Router
from bot.sayings import Lane, Ready
from models.base import core
from models.delivery import Delivery, lanes, routing
from models.delivery.lanes import LEASE, LOOK_AFTER, Claim, Settled
from models.identity import Installation
from models.scope import Scope, enter_org

log = structlog.get_logger()

BATCH = 100
AT_ONCE = 16
PATIENCE = LEASE / 3
"""How long after its claim a row may still be handed to the platform; the rest of the lease is for the answer."""

MOST_TRIES = 100
"""With a pause of at most a quarter of an hour: about a day of a platform that cannot be reached."""
LONGEST_PAUSE = 900.0
UNCLEAR_FOR = timedelta(days=1)
"""How long something is put off that may have arrived; after that it is for an operator."""

SPREAD = 0.25
"""The share by which pauses differ, so that what failed together does not come back together."""
_GOLDEN = 0.618034

MOST_BLIND = 2
"""So often a message goes out of which nobody can look up whether it arrived: a channel may see it twice, not more."""
MOST_UNKNOWN = 6
"""An outcome that nobody knows six times in a row, over about half an hour, is for an operator."""


@dataclass(slots=True)
class _Batch:
    """What was claimed at one moment of real time, until all of it is settled."""

    lane: int
    org: int
    platform: Platform
    real: datetime
    claims: list[Claim]
    ready: list[Ready] = field(default_factory=list)
    held: float = 0.0
    """Seconds for which the platform asked the whole lane to wait."""


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
        self._stopping = False
        self._draining: dict[int, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._posted: dict[tuple[int, str], float] = {}

    # routing

    async def route(self) -> None:
        """Gives a lane to everything that somebody waits for."""
        await self._route(routing.route, nudge=False)

    async def route_nudges(self) -> None:
        """Decides which nudges go now, each person's together, and gives those a lane."""
        await self._route(routing.route_nudges, nudge=True)

    async def _route(self, step: Callable[[Scope], int], *, nudge: bool) -> None:
        row, now = core(Delivery).c, self.clock.now()
        new = (row.state == "new", row.installation_id.is_(None), row.nudge == nudge)
        due = select(row.org_id).where(*new, row.not_before <= now).distinct()
        for org in await self.database.read(lambda connection: list(connection.scalars(due))):
            routed = routing.CHUNK
            while routed >= routing.CHUNK and not self._stopping:
                routed = await self.database.write(partial(self._step, step=step, org=org))

    # draining

    async def lanes(self) -> list[int]:
        """The lanes that have something to send now."""
        return await self.database.read(lambda connection: list(connection.scalars(_with_work(self.clock.real()))))

    async def drain(self, lane: int, seconds: float | None = None) -> int:
        """Sends what waits in a lane until nothing is left that may go now; returns how many messages it handled.

        With `seconds` it begins no batch after so long, and what is left waits for the next call.
        """
        handled, until = 0, self.clock.monotonic() + (float("inf") if seconds is None else seconds)
        async with self._draining[lane]:
            while not self._stopping and self.clock.monotonic() < until:
                busy = self._busy(lane)
                batch = await self.database.write(partial(self._claim, lane=lane, busy=busy))
                if batch is None:
                    break
                self._posting(batch)
                batch.ready = await self.database.read(partial(self._words, batch=batch))
                await self._send(batch)
                handled += len(batch.claims)
        return handled

    async def flush(self) -> None:
        """Routes and drains until nothing is left that may go now."""
        sent = 1
        while sent and not self._stopping:
            await self.route()
            await self.route_nudges()
            sent = sum([await self.drain(lane) for lane in await self.lanes()])

    def stop(self) -> None:
        """Claims nothing more; what was handed to a platform is still settled, the rest is given back."""
        self._stopping = True

    # inside: transactions

    def _step(self, connection: Connection, step: Callable[[Scope], int], org: int) -> int:
        return step(self._scope(connection, org))

    def _scope(self, connection: Connection, org: int) -> Scope:
        scope = enter_org(connection, org, self.clock.now())
        if scope is None:
            raise LookupError(f"no organisation {org}")
        return scope

    def _claim(self, connection: Connection, lane: int, busy: list[str]) -> _Batch | None:
        installation = core(Installation).c
        org = connection.execute(select(installation.org_id).where(installation.id == lane)).scalar()
        if org is None:
            return None
        scope, real = self._scope(connection, org), self.clock.real()
        found = lanes.find(scope, lane, real)
        platform = self.platforms.get(found.platform) if found else None
        if platform is None:
            return None
        claims = lanes.claim(scope, lane, real, BATCH, busy, gap=platform.post_gap > 0)
        return _Batch(lane, org, platform, real, claims) if claims else None

    def _busy(self, lane: int) -> list[str]:
        """The channels in which something was posted a moment ago."""
        now = self.clock.monotonic()
        self._posted = {key: free for key, free in self._posted.items() if free > now}
        return [channel for known, channel in self._posted if known == lane]

    def _posting(self, batch: _Batch) -> None:
        for claim in batch.claims:
            if claim.head.verb == "post":
                self._posted[batch.lane, claim.head.to] = self.clock.monotonic() + batch.platform.post_gap

    def _words(self, connection: Connection, batch: _Batch) -> list[Ready]:
        scope = self._scope(connection, batch.org)
        installation = scope.db.get(Installation, batch.lane)
        if installation is None:
            return []
        scope = replace(scope, team=installation.team, platform=installation.platform)
        return Lane(scope, installation, self.router.sayings).ready(batch.claims)

    def _write(self, connection: Connection, batch: _Batch, settled: list[Settled]) -> None:
        scope = self._scope(connection, batch.org)
        count = lanes.settle(scope, settled)
        if count < len(settled):
            log.warning("settled too late", lane=batch.lane, rows=len(settled) - count)
        lanes.unreached(scope, batch.lane, {one.row.to for one in settled if one.unreached})
        lanes.renamed(scope, {one.row.target_id: one.ref for one in settled if one.row.target_id and one.ref})
        back = [one.row.target_id for one in settled if one.state == "sent" and one.row.verb == "retract"]
        lanes.taken_back(scope, [target for target in back if target is not None])
        if batch.held:
            lanes.pause(scope, batch.lane, self.clock.real() + timedelta(seconds=batch.held))

    # inside: sending

    async def _send(self, batch: _Batch) -> None:
        """Sends a batch: one receiver's messages in order, receivers side by side."""
        tracks: dict[str, list[Ready]] = defaultdict(list)
        for ready in batch.ready:
            tracks[ready.parcel.to].append(ready)
        ended: asyncio.Queue[list[Settled]] = asyncio.Queue()
        slots = asyncio.Semaphore(AT_ONCE)
        async with asyncio.TaskGroup() as group:
            group.create_task(self._settle(batch, ended))
            for track in tracks.values():
                group.create_task(self._track(batch, track, slots, ended))

    async def _track(
        self, batch: _Batch, track: Iterable[Ready], slots: asyncio.Semaphore, ended: asyncio.Queue[list[Settled]]
    ) -> None:
        """One receiver's messages. Where one has to wait, those behind it wait as long, or they would overtake it."""
        held: datetime | None = None
        async with slots:
            for ready in track:
                settled = await self._one(batch, ready) if held is None else _waiting(ready, held)
                held = next((one.retry_at for one in settled if one.state == "pending" and one.retry_at), None)
                ended.put_nowait(settled)

    async def _settle(self, batch: _Batch, ended: asyncio.Queue[list[Settled]]) -> None:
        """Writes down how it ended, as many at a time as came in meanwhile."""
        left = len(batch.ready)
        while left:
            known = [await ended.get()]
            while not ended.empty():
                known.append(ended.get_nowait())
            left -= len(known)
            settled = [one for group in known for one in group]
            await self.database.write(partial(self._write, batch=batch, settled=settled))
            for one in settled:
                self.metrics.delivered(batch.platform.name, one.row.kind, one.state)
                if one.state == "sent":
                    self.metrics.late(one.row.nudge, self.clock.now() - one.row.not_before)

    async def _one(self, batch: _Batch, ready: Ready) -> list[Settled]:
        """One message, from its look-up to its result."""
        since = ready.claim.since
        if self._stopping or batch.held or self.clock.real() - batch.real > PATIENCE:
            return [_kept(row) for row in ready.claim.rows]
        if since is not None and ready.parcel.verb in {"dm", "post"}:
            found = await self._look(batch.platform, ready, since)
            if isinstance(found, Sent):
                return [Settled(row, "sent", ref=found.ref) for row in ready.claim.rows]
            if isinstance(found, Unknown):
                return [self._unknown(row, since, found.reason) for row in ready.claim.rows]
        if not ready.said:
            return list(ready.unsaid)
        result = await self._handed(batch.platform, ready)
        if isinstance(result, Later) and result.lane:
            batch.held = max(batch.held, result.seconds)
        return [*ready.unsaid, *(self._settled(row, result, batch.real) for row in ready.said)]

    async def _look(self, platform: Platform, ready: Ready, since: datetime) -> Sent | Unknown | None:
        """Whether it arrived after all. Where nobody can look, its kind says if it is sent again."""
        found = await platform.find_sent(ready.parcel, since)
        if isinstance(found, Unknown) and found.reason == "no_lookup":
            again = all(row.kind in self.router.repeats and row.attempts < MOST_BLIND for row in ready.claim.rows)
            return None if again else found
        return found

    async def _handed(self, platform: Platform, ready: Ready) -> Result:
        try:
            return await platform.send(ready.parcel)
        except Exception:
            # A message that cannot be drawn must not hold up its lane.
            reference = secrets.token_hex(2).upper()
            head = ready.claim.head
            log.exception("sending failed", kind=head.kind, delivery=head.id, reference=reference)
            return Halted(f"failed {reference}")

    # inside: results

    def _settled(self, row: Delivery, result: Result, real: datetime) -> Settled:
        match result:
            case Sent(ref):
                return Settled(row, "sent", ref=ref)
            case Halted(reason, account=True) if row.person_id is not None and row.target_id is None:
                return Settled(row, "new", reason, not_before=row.not_before, unreached=True)
            case Halted(reason):
                log.warning("delivery halted", kind=row.kind, delivery=row.id, reason=reason)
                return Settled(row, "halted", reason)
            case Unknown(reason):
                return self._unknown(row, row.tried_at or real, reason)
            case Later(_, reason, lane=True):
                return _kept(row, reason)
            case Later(seconds, reason):
                return self._later(row, seconds, reason)

    def _later(self, row: Delivery, seconds: float, reason: str) -> Settled:
        """Nothing happened; it waits longer each time. What may have arrived before that is looked for again."""
        real = self.clock.real()
        if row.tried_at is not None and real - row.tried_at < UNCLEAR_FOR:
            retry_at = real + max(timedelta(seconds=seconds), LOOK_AFTER)
            return replace(_kept(row, reason), retry_at=retry_at)
        if row.attempts + 1 >= MOST_TRIES or row.tried_at is not None:
            return Settled(row, "halted", f"unreachable: {reason}")
        pause = max(seconds, min(2.0**row.attempts, LONGEST_PAUSE)) * (1 + SPREAD * (row.id * _GOLDEN % 1))
        return Settled(row, "pending", reason, attempts=row.attempts + 1, retry_at=real + timedelta(seconds=pause))

    def _unknown(self, row: Delivery, since: datetime, reason: str) -> Settled:
        """It may have arrived, so it is looked for, each time a little later. How often it was put off is no matter."""
        tries = (row.attempts if row.tried_at else 0) + 1
        if tries >= MOST_UNKNOWN or reason == "no_lookup":
            log.warning("delivery unknown", kind=row.kind, delivery=row.id, reason=reason)
            return Settled(row, "halted", f"unknown: {reason}", tried_at=since)
        retry_at = self.clock.real() + LOOK_AFTER * 2 ** (tries - 1)
        return Settled(row, "unknown", reason, attempts=tries, retry_at=retry_at, tried_at=since)


def _kept(row: Delivery, reason: str = "") -> Settled:
    """Back as it was, without counting as a try."""
    state = "pending" if row.tried_at is None else "unknown"
    return Settled(row, state, reason, attempts=row.attempts, tried_at=row.tried_at)


def _waiting(ready: Ready, until: datetime) -> list[Settled]:
    """Not before the one in front of it."""
    return [replace(_kept(row), retry_at=until) for row in ready.claim.rows]


def _with_work(real: datetime) -> Select[tuple[int]]:
    """Installations that may send and have something to send."""
    row, installation = core(Delivery).c, core(Installation).c
    free = or_(row.retry_at.is_(None), row.retry_at <= real)
    some = (
        exists().where(row.state == state, row.installation_id == installation.id, row.bundle_id.is_(None), free)
        for state in lanes.OPEN
    )
    open_ = and_(
        installation.removed_at.is_(None), or_(installation.paused_until.is_(None), installation.paused_until <= real)
    )
    return select(installation.id).where(open_, or_(*some)).order_by(installation.id)
