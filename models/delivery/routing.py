"""Which way a delivery goes: from a person or the word of a channel to the installations that reach them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Select, bindparam, exists, func, literal, select, update

from models.base import ORG, columns, core, loaded
from models.delivery import Delivery, attention
from models.delivery.attention import Drop, Go, Nudge, Receiver, Wait
from models.identity import Account, Channel, Installation, Person
from models.moments import Moment
from models.prepared import Few, Prepared, one_of
from models.scope import Scope

CHUNK = 200
"""Rows in one transaction: more would make a caller wait."""

Way = tuple[int, str]
"""An installation and the platform's id of the user or channel there."""

Ways = dict[int, Way | None]
"""By person; None for those whom nothing reaches at any of their accounts."""

Change = dict[str, Any]
"""What a row becomes: `row` is its id, the rest are columns."""


@dataclass(frozen=True, slots=True)
class Routed:
    """How many rows a step looked at, and how many of each kind it found to be of no use any more."""

    looked: int
    expired: Counter[str] = field(default_factory=Counter)


def route(scope: Scope) -> Routed:
    """Routes the next rows that somebody waits for."""
    rows = _due(scope)
    people = _receivers(scope, {row.person_id for row in rows if row.person_id is not None})
    ways = _ways(scope, people)
    changes: list[Change] = []
    copies: list[Delivery] = []
    for row in rows:
        if row.expires_at is not None and row.expires_at <= scope.now:
            changes.append(_change(row, "expired", reason="too_late"))
        elif row.verb in {"revise", "retract"}:
            changes.append(_like_target(scope, row))
        elif row.channel:
            first, *others = _channels(scope, row)
            changes.append(first)
            copies.extend(_copy(row, other) for other in others)
        elif row.person_id in people and people[row.person_id].closed_at is not None:
            changes.append(_change(row, "withdrawn", reason="left"))
        else:
            changes.append(_to_person(row, ways))
    scope.db.many(_UPDATE, changes)
    scope.db.add_all(copies)
    late = {change["row"] for change in changes if change["new_state"] == "expired"}
    return Routed(len(rows), Counter(row.kind for row in rows if row.id in late))


def route_nudges(scope: Scope) -> Routed:
    """Routes the next nudges that are due, those of one person always together."""
    nudges = _due_nudges(scope)
    people = _receivers(scope, {nudge.person_id for nudge in nudges})
    ways = _ways(scope, people)
    go: list[Change] = []
    wait: list[Change] = []
    drop: list[Change] = []
    expired: Counter[str] = Counter()
    for verdict in attention.judge(scope, nudges, people):
        match verdict:
            case Go(together, week):
                person = together[0].person_id
                way = ways.get(person)
                go.extend(_bundled(scope, together, week, way) if way else ())
                drop.extend(_ended(nudge, "halted", _unreached(person, ways)) for nudge in together if not way)
            case Wait(nudge, until):
                wait.append({"row": nudge.id, "new_not_before": until})
            case Drop(nudge, state, reason):
                drop.append(_ended(nudge, state, reason))
                expired[nudge.kind] += state == "expired"
    scope.db.many(_GO, go)
    scope.db.many(_WAIT, wait)
    scope.db.many(_DROP, drop)
    return Routed(len(nudges), +expired)


def _bundled(scope: Scope, nudges: Sequence[Nudge], week: str, way: Way) -> Iterator[Change]:
    """Messages said as one; the first carries the others."""
    for nudge in nudges:
        carried = None if nudge is nudges[0] else nudges[0].id
        yield {
            "row": nudge.id,
            "new_installation_id": way[0],
            "new_to": way[1],
            "new_bundle_id": carried,
            "new_week": week,
            "new_not_before": scope.now,
        }


def _ended(nudge: Nudge, state: str, reason: str) -> Change:
    return {"row": nudge.id, "new_state": state, "new_reason": reason}


def _due(scope: Scope) -> list[Delivery]:
    """What somebody waits for and may be said now, longest waiting first, in the order of the index."""
    return [loaded(Delivery, row) for row in scope.db.rows(_DUE, now=scope.now)]


def _due_nudges(scope: Scope) -> list[Nudge]:
    """The next nudges that are due, and all the others of the same people."""
    some = [Nudge(*found) for found in scope.db.rows(_DUE_NUDGES, now=scope.now)]
    if len(some) < CHUNK:
        return some
    known = {nudge.id for nudge in some}
    theirs = _row.person_id.in_({nudge.person_id for nudge in some}), _row.week == ""
    # The state is inside a function, or SQLite walks by it through everybody's nudges to find those of a few.
    query = _NUDGES.where(*theirs, func.coalesce(_row.state, "") == "new")
    others = (Nudge(*found) for found in scope.db.rows(query, now=scope.now))
    return some + [nudge for nudge in others if nudge.id not in known]


_row, _target = core(Delivery).c, core(Delivery).alias()
_IS_DUE = (_row.org_id == ORG, _row.installation_id.is_(None), _row.not_before <= bindparam("now", type_=Moment))
_ON_ITS_WAY = exists().where(
    _target.c.id == _row.target_id,
    _target.c.org_id == _row.org_id,
    one_of(_target.c.state, ("sending", "unknown")),
)
"""What changes a message waits until that message has arrived."""


def _first(query: Select[Any]) -> Prepared:
    """The next of these that have no lane yet, the longest waiting first."""
    return Prepared(query.where(_row.state == "new").order_by(_row.not_before, _row.id).limit(literal(CHUNK)))


_NUDGES = select(*(_row[name] for name in Nudge._fields)).where(*_IS_DUE, _row.nudge)
_DUE_NUDGES = _first(_NUDGES)
_DUE = _first(select(*_row).where(*_IS_DUE, ~_row.nudge, ~_ON_ITS_WAY))


# --- where somebody is reached -----------------------------------------------------------------------


def _receivers(scope: Scope, ids: Collection[int]) -> dict[int, Receiver]:
    return {found.id: found for found in map(Receiver._make, scope.db.about(_RECEIVERS, ids))}


_person = core(Person).c
_RECEIVERS = Few(
    lambda ids: select(*(_person[name] for name in Receiver._fields)).where(
        _person.org_id + 0 == ORG, _person.id.in_(ids)
    )
)


def _ways(scope: Scope, people: Iterable[int]) -> Ways:
    """By person, the account that reaches them: the preferred one, or another where that is blocked."""
    ways: Ways = {}
    for person, lane, user, blocked in scope.db.about(_ACCOUNTS, people):
        if ways.get(person) is None:
            ways[person] = None if blocked else (lane, user)
    return ways


def _accounts(people: Sequence[int]) -> Select[Any]:
    account, installation = core(Account).c, core(Installation).c
    query = select(account.person_id, account.installation_id, account.user, account.blocked_at)
    theirs = (account.org_id + 0 == ORG, account.person_id.in_(people))
    return (
        query.join(core(Installation), installation.id == account.installation_id)
        .where(*theirs, account.closed_at.is_(None), installation.removed_at.is_(None))
        .order_by(account.preferred.desc(), account.id)
    )


_ACCOUNTS = Few(_accounts)


def _unreached(person: int, ways: Ways) -> str:
    return "blocked" if person in ways else "no_account"


def _to_person(row: Delivery, ways: Ways) -> Change:
    way = ways.get(row.person_id or 0)
    if way is None:
        # An overview that nobody can open needs no refreshing; a message that reaches nobody needs a person.
        state = "withdrawn" if row.verb == "home" else "halted"
        return _change(row, state, reason=_unreached(row.person_id or 0, ways))
    return _change(row, "pending", installation_id=way[0], to=way[1])


def _channels(scope: Scope, row: Delivery) -> list[Change]:
    """One change for every installation that has the channel."""
    channel, installation = core(Channel).c, core(Installation).c
    query = (
        select(channel.installation_id, channel.channel)
        .join(core(Installation), installation.id == channel.installation_id)
        .where(scope.db.mine(Channel), channel.word == row.channel, installation.removed_at.is_(None))
        .order_by(channel.id)
    )
    found = [_change(row, "pending", installation_id=lane, to=to) for lane, to in scope.db.rows(query)]
    return found or [_change(row, "withdrawn", reason="no_channel")]


def _copy(row: Delivery, change: Change) -> Delivery:
    """The same post for another installation."""
    values = {name: row.__dict__[name] for name in columns(Delivery) if name not in {"id", "once"}}
    return Delivery(**(values | {name.removeprefix("new_"): value for name, value in change.items() if name != "row"}))


def _like_target(scope: Scope, row: Delivery) -> Change:
    """Where the message went that it changes; what was not said needs no change."""
    target = scope.db.get(Delivery, row.target_id or 0)
    if target is None or target.state != "sent":
        return _change(row, "withdrawn", reason="not_said")
    return _change(row, "pending", installation_id=target.installation_id, to=target.to)


def _updating(*columns: str, **fixed: Any) -> Prepared:
    """A change of these columns, once for each row."""
    row = core(Delivery).c
    values = fixed | {column: bindparam(f"new_{column}") for column in columns}
    return Prepared(update(core(Delivery)).where(row.id == bindparam("row"), row.org_id == ORG).values(values))


_KEPT = ("state", "installation_id", "to", "reason")
_UPDATE = _updating(*_KEPT)
_GO = _updating("installation_id", "to", "bundle_id", "week", "not_before", state="pending")
_WAIT = _updating("not_before")
_DROP = _updating("state", "reason")


def _change(row: Delivery, state: str, **values: Any) -> Change:
    known = {name: row.__dict__[name] for name in _KEPT}
    return {"row": row.id} | {f"new_{name}": value for name, value in (known | {"state": state} | values).items()}
