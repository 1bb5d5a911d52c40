"""The clock at work: plans ahead, serves what fell due, and lets nudges go.

An engine only wakes `tick`; what there is to do stands in rows. So a tick may come late, twice, in several processes at
once or not at all, and one organisation's trouble is its own.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache, partial
from typing import Any

import structlog
from sqlalchemy import bindparam, func, literal, or_, select
from sqlalchemy.engine import Connection

from bot import logs
from bot.calls import Call
from bot.clock import Clock
from bot.db import Database, Unavailable
from bot.delivery import Outbound
from bot.metrics import Metrics
from bot.router import Planner, Router
from models import due, served
from models.base import core
from models.delivery import Delivery, lanes
from models.due import Due
from models.identity import Organisation
from models.moments import Moment
from models.prepared import one_of
from models.scope import Across, Scope, enter_org

log = structlog.get_logger()

AHEAD = timedelta(hours=26)
"""How far ahead work is planned: a day in every zone, with room for a night of standing still."""

PAGE = 2000
"""Due rows that are looked at together."""

TIDY_EVERY = timedelta(minutes=5)

FOR_NEWER = timedelta(hours=1)
"""Work of a kind that nobody knows here waits this long for a newer version, which is perhaps just being started."""

STUCK = 3
"""Organisations that the database could do nothing for in one round: then it is not about them."""

LONG_AGO = datetime.min.replace(tzinfo=UTC)

Serve = Callable[[Call], Awaitable[Any]]


@dataclass(frozen=True, slots=True)
class Upcoming:
    """An instant at which something happens by itself, and how much of each kind."""

    at: datetime
    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class _Open:
    """A due row that nobody served yet."""

    id: int
    org: int
    kind: str
    at: datetime


@dataclass(frozen=True, slots=True)
class _Unknown:
    """The kinds of due work that are known; work of any other is left alone unless it was due by `until`."""

    kinds: tuple[str, ...]
    until: datetime


class Ticker:
    """The clock of one running Ritme. Several at once do no harm: rows are planned and served once."""

    def __init__(
        self,
        router: Router,
        database: Database,
        clock: Clock,
        serve: Serve,
        outbound: Outbound,
        metrics: Metrics,
        *,
        ahead: timedelta = AHEAD,
    ) -> None:
        self.router = router
        self.database = database
        self.clock = clock
        self.serve = serve
        self.outbound = outbound
        self.metrics = metrics
        self.ahead = ahead
        self.last = -float("inf")
        """When the clock last got something done, or had nothing to do, on the monotonic clock."""
        self._written = self._unwritten = 0
        self._began = clock.monotonic()
        self._tidied: datetime | None = None
        self._stopping = False

    async def tick(self) -> None:
        """Does everything that is due by now."""
        self._written = self._unwritten = 0
        await self.plan()
        await self.fall_due()
        await self._tidy()
        await self.outbound.route_nudges()
        if self._written or not self._unwritten:
            self.last = self.clock.monotonic()

    async def rest(self) -> None:
        """Only keeps tidy, for as long as nothing may happen by itself."""
        await self._tidy()
        self.last = self.clock.monotonic()

    def stop(self) -> None:
        """Begins nothing more; the chunk at hand is finished."""
        self._stopping = True

    async def coming(self, to: datetime) -> tuple[Upcoming, ...]:
        """The instants after now, up to and including `to`, at which something is due, as far as it is planned."""
        return await self.database.read(partial(_coming, now=self.clock.now(), to=to))

    async def advance(self, to: datetime) -> None:
        """Moves business time from one due instant to the next, doing and sending what is due at each."""
        await self._work()
        while not self._stopping:
            to_known = min(to, self._horizon())
            coming = await self.coming(to_known)
            at = coming[0].at if coming else to_known
            if at <= self.clock.now():
                break
            self.clock.move(at)
            await self._work()

    async def _work(self) -> None:
        await self.tick()
        await self.outbound.flush()

    # planning

    async def plan(self) -> None:
        """Plans every organisation up to the horizon, once for each minute that the horizon moves on."""
        until = self._horizon()
        for org in await self.database.read(partial(_unplanned, until=until)):
            left = await self._together(org, until)
            for planner in left:
                await self._planned(planner, org, until)
            if self._stopping:
                return
            if left:
                await self._safely(org, "planning", lambda scope: due.planned(scope, until))

    def _horizon(self) -> datetime:
        return (self.clock.now() + self.ahead).replace(second=0, microsecond=0)

    async def _together(self, org: int, until: datetime) -> Sequence[Planner]:
        """Runs all planners in one transaction: mostly none of them has anything to do. Returns those that are left,
        each to run by itself: from the first that has more to do; all of them where one failed, and nothing was kept.
        """
        planners = self.router.planners
        if len(planners) == 1:
            return planners

        def plan(scope: Scope) -> Sequence[Planner]:
            for place, planner in enumerate(planners):
                if planner(scope, until):
                    return planners[place:]
            due.planned(scope, until)
            return ()

        try:
            left: Sequence[Planner] | None = await self.database.write(partial(self._in, org, plan))
        except Exception:  # noqa: BLE001 - it is heard of when it fails by itself
            return planners
        self._written += 1
        return left or ()

    async def _planned(self, planner: Planner, org: int, until: datetime) -> None:
        """Runs one planner to its end. One that fails is heard of, and tried again with the next minute."""
        name = f"{getattr(planner, '__module__', '')}.{getattr(planner, '__qualname__', 'planner')}"
        while not self._stopping and await self._safely(org, name, lambda scope: planner(scope, until)):
            pass

    # serving

    async def fall_due(self) -> None:
        """Serves due rows, the longest waiting first, until none is left."""
        stuck: set[int] = set()
        while not stuck and not self._stopping:
            rows = await self.database.read(partial(_due, now=self.clock.now(), unknown=self._unknown()))
            if not rows:
                return
            for chunk in _chunks(rows, self.router.at_once):
                if self._stopping or len(stuck) >= STUCK:
                    return
                if chunk[0].org not in stuck and not await self._chunk(chunk):
                    stuck.add(chunk[0].org)

    def _unknown(self) -> _Unknown:
        """The kinds that are known here, and how long the others are left alone.

        As long as this process is young there may be a newer one beside it, whatever was due before they began.
        """
        young = self.clock.monotonic() - self._began < FOR_NEWER.total_seconds()
        kinds = tuple(route.name for route in self.router.routes if route.kind == "due")
        return _Unknown(kinds, LONG_AGO if young else self.clock.now() - FOR_NEWER)

    async def _chunk(self, rows: Sequence[_Open]) -> bool:
        """Serves rows of one kind; where that fails, each by itself. False when the database cannot go on."""
        first = rows[0]
        late = self.clock.now() - first.at
        if not self.router.has("due", first.kind):
            log.error("due work of an unknown kind", kind=first.kind, rows=len(rows))
            await self._park(rows, "no handler")
            return True
        try:
            await self.serve(_call(rows))
        except Unavailable as failure:
            log.warning("due work waits for the database", kind=first.kind, error=str(failure))
            self._unwritten += 1
            return False
        except Exception:
            if len(rows) > 1:
                log.warning("due chunk failed, trying its rows one by one", kind=first.kind, rows=len(rows))
                return all([await self._chunk([row]) for row in rows])
            reference = logs.reference()
            log.exception("due work failed", kind=first.kind, due=first.id, reference=reference)
            await self._park(rows, reference)
            return True
        self.metrics.fell_due(first.kind, "served", len(rows), late)
        self.last = self.clock.monotonic()
        self._written += 1
        return True

    async def _park(self, rows: Sequence[_Open], reason: str) -> None:
        """Puts rows aside for an operator."""
        ids = [row.id for row in rows]
        await self.database.write(partial(self._in, rows[0].org, lambda scope: due.park(scope, ids, reason)))
        self.metrics.fell_due(rows[0].kind, "parked", len(rows), self.clock.now() - rows[0].at)

    # keeping tidy

    async def _tidy(self) -> None:
        now = self.clock.now()
        if self._tidied is not None and now - self._tidied < TIDY_EVERY:
            return
        self._tidied = now
        for (org,) in await self.database.read(_ORGS.rows):
            while await self._safely(org, "tidying", _tidied) and not self._stopping:
                pass

    # inside

    async def _safely(self, org: int, name: str, job: Callable[[Scope], Any]) -> Any:
        """Runs a job in an organisation. One that fails is heard of, and holds up neither other work nor others."""
        try:
            done = await self.database.write(partial(self._in, org, job))
        except Unavailable as failure:
            self._unwritten += 1
            log.warning("work waits for the database", work=name, org=org, error=str(failure))
        except Exception:
            log.exception("work failed", work=name, org=org, reference=logs.reference())
        else:
            self._written += 1
            return done
        return None

    def _in(self, org: int, job: Callable[[Scope], Any], connection: Connection) -> Any:
        """Runs a job in an organisation, with nobody's eyes."""
        scope = enter_org(connection, org, self.clock.now())
        return None if scope is None else job(scope)


def _tidied(scope: Scope) -> bool:
    """Forgets what need not be remembered; returns whether there is more of it."""
    more = [step(scope) is True for step in (served.forget, lanes.forget, lanes.halt_removed)]
    return any(more)


def _coming(connection: Connection, now: datetime, to: datetime) -> tuple[Upcoming, ...]:
    found: dict[datetime, Counter[str]] = defaultdict(Counter)
    for query in _COMING:
        for at, kind, count in query.rows(connection, now=now, to=to):
            found[at][kind] += count
    return tuple(Upcoming(at, found[at]) for at in sorted(found))


_org, _planned, _work, _said = core(Organisation).c, core(due.Planned).c, core(Due).c, core(Delivery).c
_until, _now, _to = (bindparam(name, type_=Moment) for name in ("until", "now", "to"))
_open = (_work.done_at.is_(None), _work.parked == "")


def _waits(*, nudge: bool) -> Across:
    held = (_said.state == "new", _said.installation_id.is_(None), _said.nudge == nudge)
    query = select(_said.not_before, _said.kind, func.count()).group_by(_said.not_before, _said.kind)
    return Across(query.where(*held, _said.not_before > _now, _said.not_before <= _to))


_FALLS = select(_work.at, _work.kind, func.count()).where(*_open, _work.at > _now, _work.at <= _to)
_COMING = (Across(_FALLS.group_by(_work.at, _work.kind)), _waits(nudge=False), _waits(nudge=True))
"""When something falls due or may be said, of which kind, and how much of it."""

_UNPLANNED = Across(
    select(_org.id)
    .join(core(due.Planned), _planned.org_id == _org.id, isouter=True)
    .where(_planned.until.is_(None) | (_planned.until < _until))
    .order_by(_org.id)
)
"""The organisations that are not planned as far as this."""

_ORGS = Across(select(_org.id))


@cache
def _due_of(known: tuple[str, ...]) -> Across:
    """The longest waiting rows that are due, of the known kinds; of others what was due until a moment."""
    return Across(
        select(_work.id, _work.org_id, _work.kind, _work.at)
        .where(*_open, _work.at <= _now)
        .where(or_(one_of(_work.kind, known), _work.at <= bindparam("unknown", type_=Moment)))
        .order_by(_work.at, _work.id)
        .limit(literal(PAGE))
    )


def _unplanned(connection: Connection, until: datetime) -> list[int]:
    return [org for (org,) in _UNPLANNED.rows(connection, until=until)]


def _due(connection: Connection, now: datetime, unknown: _Unknown) -> list[_Open]:
    return [_Open(*row) for row in _due_of(unknown.kinds).rows(connection, now=now, unknown=unknown.until)]


def _chunks(rows: Sequence[_Open], at_once: Mapping[str, int]) -> Iterator[list[_Open]]:
    """Rows of one organisation and kind together, in the order of the first of each, as many as its kind takes."""
    alike: dict[tuple[int, str], list[_Open]] = defaultdict(list)
    for row in rows:
        alike[row.org, row.kind].append(row)
    for (_, kind), group in alike.items():
        size = at_once.get(kind, PAGE)
        for start in range(0, len(group), size):
            yield group[start : start + size]


def _call(rows: Sequence[_Open]) -> Call:
    carry, ids = {"org": str(rows[0].org)}, tuple(str(row.id) for row in rows)
    return Call("due", rows[0].kind, account=None, key="", carry=carry, values={"rows": ids})
