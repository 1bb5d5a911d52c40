"""The fence around a restored copy: people are answered, but nothing is planned, served by the clock or sent.

A copy does not know what its original did after it was made. So what waited in it is put aside, never sent by itself,
and an operator decides when Ritme begins to speak again.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

import structlog
from sqlalchemy import ColumnElement, Connection, Row, delete, func, insert, or_, select

from bot.db import Database
from bot.engine import Work
from models.base import core
from models.delivery import Delivery
from models.delivery.aside import RESTORED
from models.due import Due
from models.fence import Fence
from models.identity import Organisation
from models.scope import Scope, across, enter_org

if TYPE_CHECKING:
    from bot.tick import Ticker

log = structlog.get_logger()

WAITING = ("new", "pending", "sending", "unknown")

LIFTING = "being lifted"

SLICE = 5.0
"""Seconds for which a lane is drained without another look."""

_fence, _row = core(Fence).c, core(Delivery).c


class Busy(Exception):
    """The clock could not catch up, so the fence still stands. Trying again may do."""


@dataclass(frozen=True, slots=True)
class Status:
    """A fence that stands, and how many messages wait behind it that are older."""

    why: str
    since: datetime
    old: int

    @property
    def told(self) -> str:
        return (
            f"stands since {self.since:%Y-%m-%d %H:%M} UTC ({self.why}): people are answered, but nothing is planned"
            f" or sent; {self.old} messages wait that are older. When all is well: ritme db release"
        )


def put_up(connection: Connection, why: str, now: datetime) -> None:
    """Puts up a fence. Whatever the clock that wrote them said, all deliveries here are older than it."""
    newest = across(connection).execute(select(func.max(_row.created_at))).scalar()
    _put_up(connection, why, max(now, newest or now))


def _put_up(connection: Connection, why: str, since: datetime) -> None:
    across(connection).execute(insert(core(Fence)).values(why=why, since=since))


def status(connection: Connection) -> Status | None:
    """The fence that stands here, if one does."""
    first = _first(connection)
    if first is None:
        return None
    old = select(func.count()).select_from(core(Delivery)).where(*_old(connection))
    return Status(first.why, first.since, across(connection).execute(old).scalar_one())


def stands(connection: Connection) -> bool:
    return _first(connection) is not None


async def release(ticker: Ticker, database: Database, *, moved: bool = False) -> int:
    """Lifts the fence; returns how many messages were put aside. Raises Busy.

    First the clock catches up in silence, so that what fell due in between is done: leavers are closed, requests
    lapse, periods pass. What it would say about that is put aside, too. With `moved` nothing is put aside: then the
    original did nothing after the copy was made, and the clock goes on as after standing still.

    The ticker's clock has to stand still. What it writes bears the very moment of a fence of its own, so that it is
    known even if this ends halfway and is begun again.
    """
    now = ticker.clock.now()
    if not await database.read(stands):
        return 0
    if not moved:
        await database.write(lambda connection: _put_up(connection, LIFTING, now))
        await ticker.plan()
        await ticker.fall_due()
        if await database.read(lambda connection: _late(connection, now)):
            raise Busy
    return await database.write(lambda connection: _lift(connection, now, moved=moved))


class Fenced:
    """`bot.engine.Work` that rests while a fence stands, and looks for one every few seconds."""

    def __init__(self, work: Work, database: Database, rest: Callable[[], Awaitable[None]]) -> None:
        self._work = work
        self._database = database
        self._rest = rest
        self._stood = False

    async def tick(self) -> None:
        await (self._rest() if await self._stands() else self._work.tick())

    async def lanes(self) -> list[int]:
        return [] if await self._stands() else await self._work.lanes()

    async def drain(self, lane: int, seconds: float | None = None) -> int:
        handled = 0
        while not await self._stands():
            some = await self._work.drain(lane, SLICE if seconds is None else seconds)
            handled += some
            if seconds is not None or not some:
                break
        return handled

    def stop(self) -> None:
        self._work.stop()

    async def _stands(self) -> bool:
        found = await self._database.read(stands)
        if found != self._stood:
            self._stood = found
            if found:
                log.warning("fenced: nothing is planned or sent", do="ritme db release")
            else:
                log.info("the fence is gone")
        return found


# inside


def _first(connection: Connection) -> Row[str, datetime] | None:
    """Why the oldest fence stands, and since when."""
    oldest = select(_fence.why, _fence.since).order_by(_fence.since, _fence.id).limit(1)
    return across(connection).execute(oldest).first()


def _old(connection: Connection) -> Sequence[ColumnElement[bool]]:
    """What waits and is older than the fence, or was said by the clock while it was lifted."""
    moments = list(across(connection).scalars(select(_fence.since)))
    return _row.state.in_(WAITING), or_(_row.created_at <= min(moments), _row.created_at.in_(moments))


def _late(connection: Connection, now: datetime) -> bool:
    """Whether something is due that was not served."""
    work = core(Due).c
    late = select(work.id).where(work.done_at.is_(None), work.parked == "", work.at <= now)
    return across(connection).execute(late.limit(1)).first() is not None


def _lift(connection: Connection, now: datetime, *, moved: bool) -> int:
    aside = 0
    if not moved:
        old = _old(connection)
        for org in across(connection).scalars(select(core(Organisation).c.id).order_by(core(Organisation).c.id)).all():
            scope = enter_org(connection, org, now)
            aside += _put_aside(scope, old) if scope else 0
    across(connection).execute(delete(core(Fence)))
    return aside


def _put_aside(scope: Scope, old: Sequence[ColumnElement[bool]]) -> int:
    """An overview is made anew when somebody opens it; messages wait for an operator."""
    scope.db.update(Delivery, *old, _row.verb == "home", state="withdrawn", reason=RESTORED)
    return scope.db.update(Delivery, *old, state="halted", reason=RESTORED)
