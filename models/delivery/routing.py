"""Which way a delivery goes: from a person or the word of a channel to the installations that reach them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import bindparam, exists, select, update

from models.base import ORG, columns, core
from models.delivery import Delivery, attention
from models.delivery.attention import Drop, Go, Wait
from models.identity import Account, Channel, Installation, Person
from models.scope import Scope

CHUNK = 500
"""Rows in one transaction: more would make a caller wait."""

Change = dict[str, Any]
"""What a row becomes: `row` is its id, the rest are columns."""


def route(scope: Scope) -> int:
    """Routes the next rows that somebody waits for; returns how many it looked at."""
    rows = _due(scope, nudge=False)
    people = _people(scope, rows)
    ways = _ways(scope, people)
    changes: list[Change] = []
    copies: list[Delivery] = []
    for row in rows:
        if row.verb in {"revise", "retract"}:
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
    return len(rows)


def route_nudges(scope: Scope) -> int:
    """Routes the next nudges that are due, those of one person always together; returns how many it looked at."""
    rows = _due(scope, nudge=True)
    people = _people(scope, rows)
    ways = _ways(scope, people)
    changes: list[Change] = []
    for verdict in attention.judge(scope, rows, people):
        match verdict:
            case Go(together, week):
                changes.extend(_bundle(together, ways, week=week, not_before=scope.now))
            case Wait(row, until):
                changes.append(_change(row, "new", not_before=until))
            case Drop(row, state, reason):
                changes.append(_change(row, state, reason=reason))
    scope.db.many(_UPDATE, changes)
    return len(rows)


def _due(scope: Scope, *, nudge: bool) -> list[Delivery]:
    """What may be said now, longest waiting first, in the order of the index."""
    row = core(Delivery).c
    ready = (row.state == "new", row.nudge == nudge, row.not_before <= scope.now, ~_ON_ITS_WAY)
    some = scope.db.all(Delivery, *ready, order=(row.not_before, row.id), limit=CHUNK)
    if not nudge or len(some) < CHUNK:
        return some
    known = {one.id for one in some}
    more = scope.db.all(Delivery, *ready, row.person_id.in_({one.person_id for one in some}))
    return some + [one for one in more if one.id not in known]


_target = core(Delivery).alias()
_ON_ITS_WAY = exists().where(_target.c.id == core(Delivery).c.target_id, _target.c.state.in_(("sending", "unknown")))
"""What changes a message waits until that message has arrived."""


# --- where somebody is reached -----------------------------------------------------------------------

Way = tuple[int, str]
"""An installation and the platform's id of the user or channel there."""


def _people(scope: Scope, rows: Iterable[Delivery]) -> dict[int, Person]:
    wanted = {row.person_id for row in rows if row.person_id is not None}
    return {one.id: one for one in scope.db.all(Person, core(Person).c.id.in_(wanted))} if wanted else {}


def _ways(scope: Scope, people: Iterable[int]) -> dict[int, Way]:
    """By person, their preferred account that is active."""
    account, installation = core(Account).c, core(Installation).c
    query = (
        select(account.person_id, account.installation_id, account.user)
        .join(core(Installation), installation.id == account.installation_id)
        .where(
            scope.db.mine(Account),
            account.person_id.in_(list(people)),
            account.closed_at.is_(None),
            installation.removed_at.is_(None),
        )
        .order_by(account.preferred.desc(), account.id)
    )
    ways: dict[int, Way] = {}
    for person, lane, user in scope.db.rows(query):
        ways.setdefault(person, (lane, user))
    return ways


def _to_person(row: Delivery, ways: dict[int, Way], **more: Any) -> Change:
    way = ways.get(row.person_id or 0)
    if way is None:
        # An overview that nobody can open needs no refreshing; a message that reaches nobody needs a person.
        return _change(row, "withdrawn" if row.verb == "home" else "halted", reason="no_account")
    return _change(row, "pending", installation_id=way[0], to=way[1], **more)


def _bundle(rows: Sequence[Delivery], ways: dict[int, Way], **more: Any) -> list[Change]:
    """The first one carries the others."""
    head, *others = rows
    carried = (_to_person(other, ways, bundle_id=head.id, **more) for other in others)
    return [_to_person(head, ways, **more), *carried]


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


_KEPT = ("state", "installation_id", "to", "not_before", "bundle_id", "week", "reason")
_UPDATE = update(core(Delivery)).where(core(Delivery).c.id == bindparam("row"), core(Delivery).c.org_id == ORG)
_UPDATE = _UPDATE.values({name: bindparam(f"new_{name}") for name in _KEPT})


def _change(row: Delivery, state: str, **values: Any) -> Change:
    known = {name: row.__dict__[name] for name in _KEPT}
    return {"row": row.id} | {f"new_{name}": value for name, value in (known | {"state": state} | values).items()}
