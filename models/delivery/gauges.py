"""How full and how fast the lanes are at this moment, of all organisations together: for an operator's graphs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.engine import Connection

from models.base import core
from models.delivery import OPEN, Delivery, rates
from models.identity import Installation
from models.scope import across

WAITING = ("new", *OPEN, "halted")


@dataclass(frozen=True, slots=True)
class Depth:
    """So many rows in this state; what has no lane yet has lane 0 and no platform."""

    platform: str
    lane: int
    state: str
    count: int


@dataclass(frozen=True, slots=True)
class Speed:
    """How many messages a second a group of verbs may go in a lane now."""

    platform: str
    lane: int
    group: str
    rate: float


@dataclass(frozen=True, slots=True)
class Gauges:
    """`oldest` is since when the one that waits longest could have been sent; None where nothing waits."""

    depths: tuple[Depth, ...]
    speeds: tuple[Speed, ...]
    oldest: datetime | None


def gauges(connection: Connection, now: datetime, real: datetime) -> Gauges:
    """How many wait, for how long, and how fast they may go."""
    row, installation = core(Delivery).c, core(Installation).c
    counts = select(row.installation_id, row.state, func.count()).where(row.state.in_(WAITING))
    found = across(connection).execute(counts.group_by(row.state, row.installation_id)).all()
    known = across(connection).execute(select(installation.id, installation.platform, installation.rates)).all()
    platforms = {lane: platform for lane, platform, _ in known}
    depths = (Depth(platforms.get(lane, ""), lane or 0, state, count) for lane, state, count in found)
    speeds = (
        Speed(platform, lane, rate.group, rate.now(real)) for lane, platform, text in known for rate in rates.read(text)
    )
    return Gauges(tuple(depths), tuple(speeds), _oldest(connection, now))


def _oldest(connection: Connection, now: datetime) -> datetime | None:
    """Asked for each state and class, each of which is one step into the index."""
    row = core(Delivery).c
    found: list[datetime | None] = []
    for state in ("new", *OPEN):
        for nudge in (False, True):
            due = (row.state == state, row.nudge == nudge, row.not_before <= now)
            found.append(across(connection).execute(select(func.min(row.not_before)).where(*due)).scalar())
    return min(_there(found), default=None)


def _there(found: Iterable[datetime | None]) -> Iterable[datetime]:
    return (one for one in found if one is not None)
