"""What an operator wants to know of what is to be said: when it will be done, and what stands aside, and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, case, func, or_, select

from models.base import core
from models.delivery import OPEN, Delivery, rates
from models.delivery.rates import Rate
from models.identity import Channel, Installation
from models.scope import Scope

RESTORED = "restored"
NO_LOOKUP = "unknown: no_lookup"
"""Why something stands aside that waited in a copy: what it was copied from may have sent it since."""

CHUNK = 1000
"""Rows that are released in one transaction."""


# --- when it will be done ----------------------------------------------------------------------------


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


# --- what stands aside -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Halt:
    """What stands aside of one kind, for one reason. A reason is a short code; of what broke it is "failed".

    `blind` are those of it that may stand in a channel already, where nobody can look.
    """

    kind: str
    reason: str
    count: int
    blind: int
    oldest: datetime


@dataclass(frozen=True, slots=True)
class Released:
    """How many go again, and how many of the same are left for the next time."""

    again: int
    left: int


def halted(scope: Scope) -> list[Halt]:
    """Everything that needs a person, by kind and reason, the most first."""
    row, reason = core(Delivery).c, _reason()
    query = (
        select(row.kind, reason, func.count(), func.sum(case((_blind(), 1), else_=0)), func.min(row.created_at))
        .where(scope.db.mine(Delivery), row.state == "halted")
        .group_by(row.kind, reason)
    )
    found = [Halt(*one) for one in scope.db.rows(query)]
    return sorted(found, key=lambda one: (-one.count, one.kind, one.reason))


def release(scope: Scope, kind: str, reason: str, *, blind: bool = False, limit: int = CHUNK) -> Released:
    """Sends again what stands aside of this kind for this reason, as `halted` names them, the oldest first.

    It goes the whole way anew: to whom it is for now, when they may be disturbed now, and not if it is too late. What
    may have arrived is looked up before. What nobody can look up stays where it is unless `blind` is said.
    """
    row = core(Delivery).c
    mine = (scope.db.mine(Delivery), row.state == "halted", row.kind == kind, _reason() == reason)
    where = mine if blind else (*mine, ~_blind())
    found = scope.db.rows(select(row.id, row.verb, row.installation_id).where(*where).order_by(row.id).limit(limit))
    posts = [id for id, verb, lane in found if verb == "post" and lane is not None]
    others = [id for id, verb, lane in found if verb != "post" or lane is None]
    looked_from = {RESTORED: func.coalesce(row.tried_at, row.created_at), NO_LOOKUP: None}.get(reason, row.tried_at)
    afresh = {"reason": "", "attempts": 0, "retry_at": None, "not_before": scope.now, "bundle_id": None, "week": ""}
    if others:
        ways = {"state": "new", "installation_id": None, "to": "", "tried_at": looked_from}
        scope.db.update(Delivery, row.id.in_(others), **afresh, **ways)
    if posts:
        # Of a post each channel has its own row, so it stays in its lane, or all the others would hear it again.
        to = func.coalesce(_channel(), row.to)
        scope.db.update(Delivery, row.id.in_(posts), **afresh, state="pending", tried_at=None, to=to)
    return Released(len(found), scope.db.count(Delivery, *where))


def _reason() -> Any:
    """The code without the reference that what broke has in the log."""
    row = core(Delivery).c
    return case(
        (row.reason.like("failed %"), "failed"),
        (row.reason.like("unknown: failed %"), "unknown: failed"),
        else_=row.reason,
    )


def _blind() -> Any:
    """Whether it may be there already, and nobody can look."""
    row = core(Delivery).c
    perhaps = or_(row.tried_at.is_not(None), row.reason == RESTORED)
    return case((row.verb == "post", perhaps), else_=row.reason == NO_LOOKUP)


def _channel() -> Any:
    """Where the channel of a post is now."""
    row, channel = core(Delivery).c, core(Channel).c
    where = (channel.installation_id == row.installation_id, channel.word == row.channel)
    return select(channel.channel).where(*where).limit(1).scalar_subquery()
