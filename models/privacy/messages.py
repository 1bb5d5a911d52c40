"""What Ritme said of somebody who is erased: taken back where it was about them, said anew where it said something of
others too.

A message that is being taken back is known for a day more, by its place in the chat and nothing else.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import cache
from typing import Any

import orjson
from sqlalchemy import bindparam, delete, select

from models.base import ORG, core
from models.delivery import Delivery
from models.identity import Person
from models.kept import kept
from models.moments import Moment
from models.prepared import Prepared
from models.privacy.ground import Ids, Table, tables
from models.scope import Scope

GONE = "privacy.gone"
"""The kind of a message of which only its place is known any more."""

KNOWN = timedelta(days=1)
_SAID = ("sending", "sent", "unknown")

_row = core(Delivery).c
_FORGET = Prepared(
    delete(core(Delivery)).where(
        _row.org_id == ORG, _row.kind == GONE, _row.created_at < bindparam("until", type_=Moment)
    )
)


def look_through(scope: Scope, person_id: int, plan: tuple[Ids, Ids], after: int, limit: int) -> int:
    """Looks through the next messages; returns the id it has come to, 0 at the end. `plan` is what goes, and what
    stays but is said otherwise then.
    """
    row = core(Delivery).c
    some = (row.org_id + 0 == ORG, row.id > after)
    columns = (row.id, row.ids, row.person_id)
    rows = scope.db.rows(select(*columns).where(*some).order_by(row.id).limit(limit))
    gone: Ids = dict(plan[0])
    gone[Person] = {person_id}
    for id, ids, person in rows:
        named = _named(orjson.loads(ids))
        if any(one in gone.get(table, ()) for table, one in named):
            _take_back(scope, id)
        elif person != person_id and any(one in plan[1].get(table, ()) for table, one in named):
            _say_anew(scope, id)
    return int(rows[-1][0]) if len(rows) == limit else 0


@cache
def _words() -> dict[str, tuple[Table, bool]]:
    """The words that name rows in a message: of which table, and whether several at once."""
    return {word.rstrip("*"): (table, word.endswith("*")) for table in tables() for word in kept(table).ids.split()}


def _named(ids: dict[str, Any]) -> list[tuple[Table, int]]:
    known, named = _words(), list[tuple[Table, int]]()
    for word, value in ids.items():
        table, several = known.get(word, (None, False))
        if table is not None and isinstance(value, int):
            named.append((table, value))
        elif table is not None and several:
            named += [(table, int(one)) for one in str(value).replace(",", " ").split() if one.isdigit()]
    return named


def _take_back(scope: Scope, id: int) -> None:
    """Has a message taken back that arrived, or may have; forgets the others, and whatever it was about."""
    found = scope.db.get(Delivery, id)
    if found is None:
        return
    if found.verb not in {"dm", "post"} or found.state not in _SAID:
        scope.db.remove(Delivery, Delivery.id == id)
        return
    scope.db.change(found, kind=GONE, ids="{}", person_id=None, once=None, created_at=scope.now)
    _change(scope, found, "retract", scope.now)


def _say_anew(scope: Scope, id: int) -> None:
    """Has a message said anew, once they are gone from what it tells."""
    found = scope.db.get(Delivery, id)
    if found is not None and found.verb in {"dm", "post"} and found.state in _SAID:
        _change(scope, found, "revise", scope.now + KNOWN)


def release(scope: Scope) -> None:
    """The name is gone: what waited for that is said."""
    row = core(Delivery).c
    waiting = (row.verb == "revise", row.state == "new", row.not_before > scope.now)
    scope.db.update(Delivery, *waiting, not_before=scope.now)


def _change(scope: Scope, target: Delivery, verb: str, at: datetime) -> None:
    scope.db.add(
        Delivery(
            verb=verb,
            kind=target.kind,
            ids=target.ids,
            person_id=target.person_id,
            channel=target.channel,
            target_id=target.id,
            created_at=scope.now,
            not_before=at,
        )
    )


def forget(scope: Scope) -> int:
    """Forgets the places of messages that were taken back, or could not be, after a day; returns how many."""
    return scope.db.apply(_FORGET, until=scope.now - KNOWN)
