"""Claims on deliveries: what is handed out to be sent, in order, answers before bulk.

What is handed out is claimed: for the length of a lease it is nobody else's, and only who holds its token may settle
it. A claim whose lease ran out may have been sent, so it is looked up before it is sent again. Of one receiver nothing
overtakes: what is in flight, unknown, or has to wait holds those behind it.

A claim looks first and changes then. That nobody claims in between rests on the organisation having one writer at a
time: SQLite's own, and on PostgreSQL the lock that `models.scope.enter_org` takes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import (
    BindParameter,
    Select,
    Update,
    and_,
    bindparam,
    exists,
    func,
    literal_column,
    or_,
    select,
    update,
)

from models.base import ORG, core, loaded
from models.delivery import APART, OPEN, Delivery, attention
from models.moments import Moment
from models.prepared import Few, Prepared, one_of
from models.scope import Scope

LEASE = timedelta(seconds=90)
"""Real time. A batch is settled well within it, whatever the platform does."""

LOOK_AFTER = timedelta(seconds=30)
"""Real time. A request that was cut off can still land; nobody looks for it earlier."""

MESSAGES = ("dm", "post")
"""What a receiver reads one after the other, and what is looked for where nobody knows whether it arrived."""
CHANGES = ("revise", "retract")

FEW = 4
"""Direct messages to one person in one claim; where more wait for them, others come in between."""

TOO_LATE = 2000
"""Rows that expire in one transaction at most."""


class Claim(NamedTuple):
    """One message to send: a delivery, and those that are said as part of it.

    `since` is real time: it may have arrived at any moment from then on. None where it was never tried.
    """

    rows: tuple[Delivery, ...]
    since: datetime | None

    @property
    def head(self) -> Delivery:
        return self.rows[0]


class Settled(NamedTuple):
    """What became of a claimed row. Where `not_before` is given the row is routed anew from that moment.

    `unreached` tells that the account it went to cannot be reached.
    """

    row: Delivery
    state: str
    reason: str = ""
    ref: str = ""
    attempts: int = 0
    retry_at: datetime | None = None
    tried_at: datetime | None = None
    not_before: datetime | None = None
    unreached: bool = False


@dataclass(slots=True)
class Room:
    """How many of a group of verbs may be claimed now."""

    verbs: frozenset[str]
    most: int


@dataclass(slots=True)
class Limits:
    """What a claim may take: of each verb's group as many as there is room for, no more to look for than `looks`,
    no message to who is `busy`, and of a verb no more than `each` to one receiver.
    """

    rooms: Sequence[Room]
    looks: int
    busy: Collection[str] = ()
    each: Mapping[str, int] = field(default_factory=dict)


def claim(scope: Scope, lane: int, real: datetime, limits: Limits) -> list[Claim]:
    """Takes the next messages of a lane: what may have arrived first, then answers, then bulk, then overviews."""
    heads = list(_found_again(scope, lane, real, limits))
    for room in limits.rooms:
        for nudge, verbs in _classes(room.verbs):
            if room.most > 0:
                found = _rows(scope, _next(nudge, verbs), limits, lane=lane, real=real, most=room.most)
                room.most -= len(found)
                heads.extend(found)
    return _claimed(scope, list(_spread(heads, limits.each)), real)


def _rows(scope: Scope, query: Select[Any], limits: Limits, **values: Any) -> list[Delivery]:
    row = core(Delivery).c
    if limits.busy:
        busy = query.where(~and_(one_of(row.verb, MESSAGES), row.to.in_(limits.busy)))
        return [loaded(Delivery, found) for found in scope.db.rows(busy, **values)]
    return [loaded(Delivery, found) for found in scope.db.rows(_prepared(query), **values)]


@cache
def _prepared(query: Select[Any]) -> Prepared:
    return Prepared(query)


@cache
def _next(nudge: bool, verbs: frozenset[str]) -> Select[Any]:  # noqa: FBT001 - a class of rows
    """The next that wait of a class, the longest waiting first."""
    row = core(Delivery).c
    waits = _APART if verbs.isdisjoint(MESSAGES) else (row.state == "pending",)
    which = (row.nudge == nudge, one_of(row.verb, sorted(verbs)))
    return _ready(*waits, *which, ~_held(*_UNSURE)).order_by(row.not_before, row.id)


@cache
def _unsure() -> Select[Any]:
    """What may have arrived already."""
    row = core(Delivery).c
    return _ready(one_of(row.state, _UNSURE), ~_held()).order_by(row.nudge, row.not_before, row.id)


def _ready(*where: Any) -> Select[Any]:
    """Rows of a lane that may go now, so many at most."""
    row = core(Delivery).c
    free = or_(row.retry_at.is_(None), row.retry_at <= _REAL)
    mine = (row.org_id == ORG, row.installation_id == bindparam("lane"), row.bundle_id.is_(None))
    return select(*row).where(*mine, *where, free).limit(bindparam("most"))


_UNSURE = ("unknown", "sending")

_APART: tuple[Any, ...] = tuple(literal_column(part) for part in APART.split(" AND "))
"""In the words of the index of the few that are no messages: nobody walks through many messages to find them."""

_REAL: BindParameter[datetime] = bindparam("real", type_=Moment)


def _held(*states: str) -> Any:
    """Whether one before it to the same receiver has to wait, or is in one of these states. Answers do not wait for
    bulk.
    """
    row, other = core(Delivery).c, core(Delivery).alias().c
    return exists().where(
        other.to == row.to,
        other.installation_id == row.installation_id,
        other.retry_at.is_not(None),
        or_(other.retry_at > _REAL, *(other.state == state for state in states)),
        other.bundle_id.is_(None),
        or_(*(and_(one_of(row.verb, verbs), one_of(other.verb, verbs)) for verbs in (MESSAGES, CHANGES))),
        or_(row.nudge, ~other.nudge),
        or_(other.not_before < row.not_before, and_(other.not_before == row.not_before, other.id < row.id)),
    )


def _classes(verbs: frozenset[str]) -> Iterator[tuple[bool, frozenset[str]]]:
    """The parts of a group, the most urgent first: what somebody waits for, what Ritme began, overviews."""
    said = verbs - {"home"}
    if said:
        yield False, said
    if "dm" in verbs:
        yield True, frozenset({"dm"})
    if "home" in verbs:
        yield False, frozenset({"home"})


def _found_again(scope: Scope, lane: int, real: datetime, limits: Limits) -> Iterator[Delivery]:
    """What may have arrived already, no more than can be looked for."""
    looks, most = limits.looks, sum(room.most for room in limits.rooms)
    for one in _rows(scope, _unsure(), limits, lane=lane, real=real, most=most):
        room = next(room for room in limits.rooms if one.verb in room.verbs)
        if room.most > 0 and (looks > 0 or one.verb not in MESSAGES):
            room.most -= 1
            looks -= one.verb in MESSAGES
            yield one


def _spread(heads: Iterable[Delivery], most: Mapping[str, int]) -> Iterator[Delivery]:
    """The same rows, with no more than so many of a verb for one receiver.

    What changes a message comes after what changed it before, whose new name and words it has to know. In one message
    a person may have been told several things, so they get one change at a time.
    """
    counts: Counter[tuple[str, str | int | None]] = Counter()
    for row in heads:
        change = row.verb in CHANGES
        key = ("change", row.to if row.person_id else row.target_id) if change else (row.verb, row.to)
        counts[key] += 1
        if counts[key] <= (1 if change else most.get(row.verb, counts[key])):
            yield row


def _claimed(scope: Scope, heads: list[Delivery], real: datetime) -> list[Claim]:
    if not heads:
        return []
    parts = _parts(scope, [head for head in heads if head.nudge])
    scope.db.apply_to(_SENDING, sorted(one.id for one in (*heads, *parts)), real=real, until=real + LEASE)
    for one in (*heads, *parts):
        one.__dict__["token"] += 1
    return [Claim((head, *(part for part in parts if part.bundle_id == head.id)), head.tried_at) for head in heads]


def _sending(ids: Sequence[int]) -> Update:
    row = core(Delivery).c
    taken = {"state": "sending", "token": row.token + 1, "retry_at": bindparam("until")}
    taken["tried_at"] = func.coalesce(row.tried_at, _REAL)
    return update(core(Delivery)).where(row.org_id + 0 == ORG, row.id.in_(ids)).values(taken)


_SENDING = Few(_sending)


def _parts(scope: Scope, heads: list[Delivery]) -> list[Delivery]:
    """What is said as part of these, most important first; found by whom it is for."""
    ids = {head.id for head in heads}
    rows = scope.db.about(_BUNDLED, {head.person_id for head in heads})
    return sorted((part for row in rows if (part := loaded(Delivery, row)).bundle_id in ids), key=attention.rank)


def _bundled(people: Sequence[int]) -> Select[Any]:
    row = core(Delivery).c
    state = func.coalesce(row.state, "")  # inside a function, or SQLite walks by it through everybody's messages
    open_parts = (row.bundle_id.is_not(None), one_of(state, OPEN))
    return select(*row).where(row.org_id + 0 == ORG, row.person_id.in_(people), *open_parts)


_BUNDLED = Few(_bundled)


_BECOMES = (
    *("state", "reason", "ref", "attempts", "retry_at"),
    *("tried_at", "not_before", "installation_id", "bundle_id", "week"),
)
_mine = (
    core(Delivery).c.org_id == ORG,
    core(Delivery).c.id == bindparam("row"),
    core(Delivery).c.token == bindparam("held"),
    core(Delivery).c.state == "sending",
)
_SETTLE = Prepared(update(core(Delivery)).where(*_mine).values({name: bindparam(f"new_{name}") for name in _BECOMES}))

_DONE = {"state": "sent", "reason": "", "attempts": 0, "retry_at": None, "tried_at": None}
_ARRIVED = Prepared(
    update(core(Delivery)).where(*_mine).values(_DONE | {"ref": bindparam("new_ref"), "sent_at": bindparam("at")})
)
"""The same for what was sent, which is most of it: columns that do not change cost their indexes nothing."""


def settle(scope: Scope, settled: Iterable[Settled]) -> int:
    """Writes down what became of claimed rows; returns how many were still the claimer's to settle.

    What was claimed together is settled together.
    """
    rows = sorted(settled, key=lambda one: one.row.id)
    arrived = [_arrival(scope, one) for one in rows if one.state == "sent"]
    leads, others = _leads(rows), [one for one in rows if one.state != "sent"]
    return scope.db.many(_ARRIVED, arrived) + scope.db.many(_SETTLE, [_settlement(one, leads) for one in others])


def _arrival(scope: Scope, one: Settled) -> dict[str, object]:
    return {"row": one.row.id, "held": one.row.token, "new_ref": one.ref, "at": scope.now}


def _leads(settled: Iterable[Settled]) -> dict[int, int]:
    """Where the first of several ended and others go on, which of these is the first now: by the id of the old one."""
    rows = list(settled)
    ended = {one.row.id for one in rows if one.state not in OPEN}
    left = sorted((one.row for one in rows if one.state in OPEN and one.row.bundle_id in ended), key=attention.rank)
    return {row.bundle_id: row.id for row in reversed(left) if row.bundle_id is not None}


def _settlement(one: Settled, leads: Mapping[int, int]) -> dict[str, object]:
    anew = one.not_before is not None
    lead = leads.get(one.row.bundle_id or 0, one.row.bundle_id)
    return {
        "row": one.row.id,
        "held": one.row.token,
        "new_state": one.state,
        "new_reason": one.reason,
        "new_ref": one.ref,
        "new_attempts": one.attempts,
        "new_retry_at": one.retry_at,
        "new_tried_at": one.tried_at,
        "new_not_before": one.not_before if anew else one.row.not_before,
        "new_installation_id": None if anew else one.row.installation_id,
        "new_bundle_id": None if anew or lead == one.row.id else lead,
        "new_week": "" if anew else one.row.week,
    }


_EXPIRING = (core(Delivery).c.state == literal_column("'pending'"), core(Delivery).c.expires_at.is_not(None))
"""In the words of the index of what will be too late."""


@cache
def _late() -> Prepared:
    row, part = core(Delivery).c, core(Delivery).alias().c
    leads = exists().where(part.person_id == row.person_id, part.bundle_id == row.id)
    late = row.expires_at <= bindparam("now", type_=Moment)
    where = (*_EXPIRING, row.installation_id == bindparam("lane"), late, row.bundle_id.is_(None))
    query = select(row.id, row.kind).where(row.org_id == ORG, *where, row.tried_at.is_(None), ~leads)
    return Prepared(query.order_by(row.id).limit(TOO_LATE))


def expire(scope: Scope, lane: int) -> Counter[str]:
    """Ends what waits in a lane and is of no use any more; returns how many of each kind.

    What was tried may have arrived, and what leads others says what is left of them: their own sending ends those.
    """
    row = core(Delivery).c
    late = scope.db.rows(_late(), lane=lane, now=scope.now)
    if late:
        ids = [id for id, _ in late]
        scope.db.update(Delivery, row.id.in_(ids), state="expired", reason="too_late", retry_at=None)
    return Counter(kind for _, kind in late)
