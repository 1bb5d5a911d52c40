"""Sends what was claimed, at the lane's pace, and writes down how it ended."""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter, defaultdict, deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

import structlog
from sqlalchemy.engine import Connection

from bot import logs
from bot.clock import Clock
from bot.db import Database, Unavailable
from bot.metrics import Metrics
from bot.outcomes import Outcomes, kept, waits
from bot.pace import Bucket, Pacer
from bot.parcels import LIMITED, Halted, Later, Platform, Result, Sent, Unknown
from bot.router import Router
from bot.sayings import Ready
from models.delivery import Delivery, lanes, rates
from models.delivery.claims import LEASE, MESSAGES, Claim, Settled, settle
from models.scope import Scope, enter_org

log = structlog.get_logger()

AT_ONCE = 16
PATIENCE = LEASE / 3
"""How long after its claim a row may still be handed to the platform; the rest of the lease is for the answer, and for
the difference between the clocks of two machines."""

MOST_BLIND = 2
"""So often a message goes out of which nobody can look up whether it arrived: a channel may see it twice, not more."""

GATHERED = 0.2
"""Seconds within which results are written down together: one by one, that would take as long as the sending. Who dies
meanwhile has a few more to look up."""

AGAIN = 1.0
"""Seconds before a database that could not be written to is tried again."""


@dataclass(slots=True)
class Batch:
    """What was claimed at one moment, until all of it is settled. `begun` is that moment on the monotonic clock."""

    lane: int
    org: int
    platform: Platform
    pacer: Pacer
    real: datetime
    begun: float
    claims: list[Claim]
    expired: Counter[str]
    ready: list[Ready] = field(default_factory=list)
    ended: list[Settled] = field(default_factory=list)
    """What is known and not written down yet."""
    done: asyncio.Event = field(default_factory=asyncio.Event)
    """Everything has ended."""
    limited: bool = False
    """The platform said that it was too much, and the lane's row does not know yet."""
    unsettled: bool = False
    """The database takes no result, so nothing more is begun."""


def entered(connection: Connection, org: int, now: datetime) -> Scope:
    """The clock's scope on an organisation that is known to be there."""
    scope = enter_org(connection, org, now)
    if scope is None:
        raise LookupError(f"no organisation {org}")
    return scope


class Sender:
    """Hands batches to their platforms. Nothing new is begun when it is `stopping`."""

    def __init__(self, router: Router, database: Database, clock: Clock, metrics: Metrics) -> None:
        self.router = router
        self.database = database
        self.clock = clock
        self.metrics = metrics
        self.stopping = False
        self._outcomes = Outcomes(clock)

    async def send(self, batch: Batch) -> None:
        """Sends a batch: one receiver's messages in order, receivers side by side.

        Whatever happens to one message, or to the database, what is on its way is heard to its end.
        """
        tracks = _tracks(batch.ready)
        async with asyncio.TaskGroup() as writing:
            writing.create_task(self._settle(batch))
            async with asyncio.TaskGroup() as sending:
                for _ in range(min(AT_ONCE, len(tracks))):
                    sending.create_task(self._tracked(batch, tracks))
            batch.done.set()

    async def give_back(self, batch: Batch) -> None:
        """Gives back what was claimed and cannot be put into words now: it did not go, so nobody has to look for it."""
        await self._settled(batch, [kept(row) for claim in batch.claims for row in claim.rows])

    async def _tracked(self, batch: Batch, tracks: deque[list[Ready]]) -> None:
        """One receiver after the other, as long as there are any that nobody else took."""
        while tracks:
            await self._track(batch, tracks.popleft())

    async def _track(self, batch: Batch, track: list[Ready]) -> None:
        """One receiver's messages. Where one has to wait, those behind it are given back, or they would overtake it."""
        held = False
        for ready in track:
            try:
                settled = _back(ready) if held else await self._one(batch, ready)
            except Exception as failure:  # noqa: BLE001 - whatever it was must not stop the others; it is looked up
                reason = _failed(ready, failure)
                settled = [self._outcomes.unknown(row, row.tried_at or batch.real, reason) for row in ready.claim.rows]
            held = held or waits(settled)
            batch.ended.extend(settled)

    # writing down

    async def _settle(self, batch: Batch) -> None:
        """Writes down how it ended: together what ended within a moment, until all of it has."""
        while batch.ended or not batch.done.is_set():
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(GATHERED):
                    await batch.done.wait()
            settled, batch.ended = batch.ended, []
            if settled:
                await self._settled(batch, settled)

    async def _settled(self, batch: Batch, settled: list[Settled]) -> None:
        """Writes it down, and tries that until the lease has run out: then the rows are found and looked up again."""
        late: int | None = None
        while late is None:
            limited, batch.limited = batch.limited, False
            try:
                late = await self.database.write(partial(self._write, batch=batch, settled=settled, limited=limited))
                batch.unsettled = False
            except Exception as failure:
                batch.unsettled, batch.limited = True, limited or batch.limited
                if not isinstance(failure, Unavailable) or self._age(batch) > LEASE.total_seconds():
                    log.exception("results were not written down", lane=batch.lane, rows=len(settled))
                    self.metrics.unsettled(batch.platform.name, batch.lane, len(settled))
                    return
                log.warning("results wait for the database", lane=batch.lane, error=str(failure))
                await self.clock.sleep(AGAIN)
        self._counted(batch, settled, late)

    def _counted(self, batch: Batch, settled: list[Settled], late: int) -> None:
        if late:
            log.warning("settled too late", lane=batch.lane, rows=late)
            self.metrics.settled_late(batch.platform.name, batch.lane, late)
        for (kind, state), count in Counter((one.row.kind, one.state) for one in settled).items():
            self.metrics.delivered(batch.platform.name, kind, state, count)
        now = self.clock.now()
        for row in (one.row for one in settled if one.state == "sent"):
            self.metrics.late(row.nudge, now - row.not_before)

    def _write(self, connection: Connection, batch: Batch, settled: list[Settled], *, limited: bool) -> int:
        """Returns how many rows were somebody else's by then."""
        scope = entered(connection, batch.org, self.clock.now())
        count = settle(scope, settled)
        lanes.unreached(scope, batch.lane, {one.row.to for one in settled if one.unreached})
        lanes.renamed(scope, {one.row.target_id: one.ref for one in settled if one.row.target_id and one.ref})
        sent = {one.row.id for one in settled if one.state == "sent"}
        lanes.taken_back(scope, [id for ready in batch.ready if ready.claim.head.id in sent for id in ready.back])
        self._held(scope, batch, limited=limited)
        return len(settled) - count

    def _held(self, scope: Scope, batch: Batch, *, limited: bool) -> None:
        now, real = self.clock.monotonic(), self.clock.real()
        if batch.pacer.held > now:
            lanes.pause(scope, batch.lane, real + timedelta(seconds=batch.pacer.held - now))
        if limited:
            rates.learned(scope, batch.lane, batch.pacer.rates(now, real))

    # one message

    async def _one(self, batch: Batch, ready: Ready) -> list[Settled]:
        """One message, from its look-up to its result."""
        if ready.claim.since is not None and ready.parcel.verb in MESSAGES:
            settled = await self._looked(batch, ready, ready.claim.since)
            if settled is not None:
                return settled
        if not ready.said:
            return list(ready.unsaid)
        result = await self._handed(batch, ready)
        if result is None:
            return _back(ready)
        return [*ready.unsaid, *(self._outcomes.settled(row, result, batch.real) for row in ready.said)]

    async def _looked(self, batch: Batch, ready: Ready, since: datetime) -> list[Settled] | None:
        """Whether it arrived after all; None where it is to be sent. Where nobody can look, its kind says."""
        if not await self._turn(batch, batch.pacer.bucket("look")):
            return _back(ready)
        rows = ready.claim.rows  # what was said of them then need not be what would be said now
        found = await batch.platform.find_sent(ready.parcel._replace(beside=tuple(row.id for row in rows)), since)
        match found:
            case None:
                return None
            case Sent(ref):
                return [Settled(row, "sent", ref=ref) for row in rows]
            case Later():
                self._heard(batch, "look", found)
                return [self._outcomes.settled(row, found, batch.real) for row in rows]
            case Unknown("no_lookup") if all(self._again(row) for row in rows):
                return None
            case Unknown(reason):
                return [self._outcomes.unknown(row, since, reason) for row in rows]

    def _again(self, row: Delivery) -> bool:
        """Whether something is sent once more of which nobody knows whether it arrived."""
        if row.verb == "dm":
            return row.kind not in self.router.careful
        return row.kind in self.router.repeats and row.attempts < MOST_BLIND

    async def _handed(self, batch: Batch, ready: Ready) -> Result | None:
        """Gives it to the platform when its turn has come; None where it is not begun after all."""
        verb = ready.parcel.verb
        if not await self._turn(batch, batch.pacer.bucket(verb)):
            return None
        try:
            result = await batch.platform.send(ready.parcel)
        except Exception as failure:  # noqa: BLE001 - a message that cannot be drawn must not hold up its lane
            return Halted(_failed(ready, failure))
        self._heard(batch, verb, result)
        return result

    def _stands_still(self, batch: Batch) -> bool:
        """Whether nothing more of a batch may be begun."""
        held = batch.pacer.held > self.clock.monotonic()
        return self.stopping or batch.unsettled or held or self._age(batch) > PATIENCE.total_seconds()

    def _age(self, batch: Batch) -> float:
        """Seconds since the claim. A clock that was set back makes nothing younger, nor one that slept."""
        return max((self.clock.real() - batch.real).total_seconds(), self.clock.monotonic() - batch.begun)

    async def _turn(self, batch: Batch, bucket: Bucket | None) -> bool:
        """Waits until the platform allows one more; False where it is not to be begun after all."""
        if self._stands_still(batch):
            return False
        seconds = bucket.take(self.clock.monotonic()) if bucket else 0.0
        if seconds <= 0:
            return True
        self.metrics.waited(batch.platform.name, batch.lane, seconds)
        await self.clock.sleep(seconds)
        return not self._stands_still(batch)

    def _heard(self, batch: Batch, verb: str, result: Result) -> None:
        """Where the platform asks the whole lane to wait, it does, and goes slower after that."""
        if not (isinstance(result, Later) and result.lane):
            return
        now = self.clock.monotonic()
        batch.pacer.hold(now, result.seconds)
        if result.reason == LIMITED:
            self.metrics.limited(batch.platform.name, batch.lane)
            bucket = batch.pacer.bucket(verb)
            if bucket:
                bucket.lower(now, result.seconds)
                batch.limited = True


def _tracks(some: Iterable[Ready]) -> deque[list[Ready]]:
    """By receiver what is sent one after the other; what changes a message does not wait for what is said."""
    tracks: dict[tuple[str, bool], list[Ready]] = defaultdict(list)
    for ready in some:
        tracks[ready.parcel.to, ready.parcel.verb in MESSAGES].append(ready)
    return deque(sorted(track, key=_place) for track in tracks.values())


def _place(ready: Ready) -> tuple[bool, datetime, int]:
    """Where something stands among what one receiver gets."""
    head = ready.claim.head
    return head.nudge, head.not_before, head.id


def _back(ready: Ready) -> list[Settled]:
    """Given back, as if it had not been claimed."""
    return [kept(row) for row in ready.claim.rows]


def _failed(ready: Ready, failure: Exception) -> str:
    """What stands in the row of something that broke; the log has the rest under the same reference."""
    reference, head = logs.reference(), ready.claim.head
    log.error("sending failed", kind=head.kind, delivery=head.id, reference=reference, exc_info=failure)
    return f"failed {reference}"
