"""When what waits in the lanes will be done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, func, or_, select

from models.base import core
from models.delivery import OPEN, Delivery, rates
from models.delivery.rates import Rate
from models.identity import Installation
from models.scope import Scope


@dataclass(frozen=True, slots=True)
class Bulk:
    """What waits in one lane and is of one kind. `nudge` tells bulk from what somebody waits for.

    `rate` is how many messages a second go there now, and `done_at` when the last of these will have gone, at the
    latest. Both are None where nothing binds the lane, or nothing was ever sent in it.
    """

    lane: int
    platform: str
    name: str
    kind: str
    nudge: bool
    count: int
    rate: float | None
    done_at: datetime | None


def backlog(scope: Scope) -> list[Bulk]:
    """Everything that waits in a lane, by lane and kind, the most first."""
    row = core(Delivery).c
    columns = (row.installation_id, row.verb, row.nudge, row.kind)
    query = (
        select(*columns, func.count(), func.max(row.not_before))
        .where(scope.db.mine(Delivery), row.state.in_(OPEN), row.installation_id.is_not(None))
        .group_by(*columns)
    )
    found = scope.db.rows(query)
    lanes = {one.id: one for one in scope.db.all(Installation)} if found else {}
    known = {lane: rates.read(one.rates) for lane, one in lanes.items()}
    bulk = [_bulk(scope, lanes[one[0]], known[one[0]], one) for one in found]
    return sorted(bulk, key=lambda one: (-one.count, one.lane, one.kind))


def _bulk(scope: Scope, lane: Installation, known: tuple[Rate, ...], found: Any) -> Bulk:
    _, verb, nudge, kind, count, last = found
    rate = next((one for one in known if verb in one.verbs), None)
    shown = (lane.id, lane.platform, lane.name, kind, nudge, count)
    if rate is None:
        return Bulk(*shown, None, None)
    # Real time is asked for: where a pace binds a lane it is business time, too, for the demo's chat has none.
    speed = rate.now(scope.now)
    begins = max(scope.now, lane.paused_until or scope.now)
    ahead = _ahead(scope, lane.id, rate.verbs, verb, last, nudge=nudge)
    return Bulk(*shown, speed, begins + timedelta(seconds=ahead / speed))


def _ahead(scope: Scope, lane: int, verbs: tuple[str, ...], verb: str, last: datetime, *, nudge: bool) -> int:
    """How many of a group go until the last of these has gone: answers before bulk, overviews after all."""
    row = core(Delivery).c
    said = row.verb != "home"
    if verb == "home":
        before = or_(said, row.not_before <= last)
    elif nudge:
        before = and_(said, or_(~row.nudge, row.not_before <= last))
    else:
        before = and_(said, ~row.nudge, row.not_before <= last)
    mine = (row.state.in_(OPEN), row.installation_id == lane, row.verb.in_(verbs))
    return scope.db.count(Delivery, *mine, before)
