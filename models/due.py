"""Work that falls due. Rows, not timers: a tick of the clock finds them, and each is looked at again when it fires."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from itertools import islice
from typing import ClassVar

from sqlalchemy import UniqueConstraint, Update, bindparam, update
from sqlmodel import Field

from models.base import ORG, Row, core, partial
from models.kept import REMOVE, Kept
from models.moments import Moment, moment
from models.prepared import Few, Prepared
from models.scope import Scope

CHUNK = 1000
"""Keys in one statement."""


class Due(Row, table=True):
    """One thing to do at one instant. (kind, key) is its identity, so planning twice is harmless.

    `key` comes from the period's or the entry's own id, never from a time: a person who changes zone is still asked
    once. `person_id` is whom it concerns, `about_id` the entry.
    """

    __tablename__ = "due"
    __table_args__ = (
        UniqueConstraint("key", "kind", "org_id"),
        partial("ix_due_open", "parked", "at", where="done_at IS NULL"),
    )

    kept: ClassVar[Kept] = Kept(
        "What Ritme is to do, and when.",
        about={"person_id": REMOVE},
        marks="kind key parked",
        kind="technical",
        since="done_at",
    )

    kind: str
    key: str
    at: datetime = moment()
    person_id: int | None = Field(default=None, foreign_key="person.id")
    about_id: int = 0
    done_at: datetime | None = moment(default=None)
    parked: str = ""  # why it was put aside for an operator: the reference of what went wrong


class Planned(Row, table=True):
    """Up to when an organisation is planned."""

    __tablename__ = "planned"
    __table_args__ = (UniqueConstraint("org_id"),)

    kept: ClassVar[Kept] = Kept("How far ahead Ritme has planned. It is about nobody.")

    until: datetime = moment()


def plan(scope: Scope, *rows: Due) -> None:
    """Plans what is not planned yet. What is there already keeps its instant; see `move`."""
    if not rows:
        return
    known = {
        (row.kind, row.key)
        for kind in {row.kind for row in rows}
        for row in scope.db.some(Due, [row.key for row in rows], "key", kind=kind)
    }
    scope.db.add_all([row for row in rows if (row.kind, row.key) not in known])


def move(scope: Scope, kind: str, key: str, at: datetime) -> None:
    """Gives planned work another instant, if it did not fire yet."""
    scope.db.update(Due, Due.kind == kind, Due.key == key, core(Due).c.done_at.is_(None), at=at)


def look_again(scope: Scope, kind: str, keys: Collection[str]) -> int:
    """Lets planned work be looked at with the next tick: the facts that its moment follows from may be others now.

    Whoever looks puts it off to its new moment. Returns how many rows that were.
    """
    row, left = core(Due).c, iter(keys)
    found = 0
    while some := list(islice(left, CHUNK)):
        ahead = (row.key.in_(some), row.kind == kind, row.done_at.is_(None), row.at > scope.now)
        found += scope.db.update(Due, *ahead, at=scope.now)
    return found


def put_off(scope: Scope, moments: Mapping[int, datetime]) -> None:
    """Gives work that fired another instant still to come, by row id: it stays open and fires again then."""
    scope.db.many(_PUT_OFF, [{"row": id, "new_at": at} for id, at in moments.items()])


def go_on(scope: Scope, row: Due, about_id: int, at: datetime) -> None:
    """Has work that is done in pieces go on at another moment, with what comes next."""
    scope.db.change(row, about_id=about_id, at=at)


_its_row = core(Due).c.id == bindparam("row"), core(Due).c.org_id == ORG
_PUT_OFF = Prepared(update(core(Due)).where(*_its_row).values(at=bindparam("new_at")))


def cancel(scope: Scope, kind: str, key: str) -> None:
    """Forgets planned work that did not fire yet."""
    scope.db.remove(Due, Due.kind == kind, Due.key == key, core(Due).c.done_at.is_(None))


def fired(scope: Scope, ids: tuple[int, ...]) -> list[Due]:
    """The rows of a due call that are still due, to look at again one by one.

    Another clock may have served them meanwhile, put them off or put them aside.
    """
    found = (row for row in scope.db.some(Due, ids) if row.done_at is None and not row.parked and row.at <= scope.now)
    return sorted(found, key=lambda row: row.id)


def done(scope: Scope, ids: tuple[int, ...]) -> None:
    """Marks rows as dealt with, apart from those that were put off."""
    scope.db.apply_to(_DONE, ids, now=scope.now)


def park(scope: Scope, ids: Sequence[int], reason: str) -> None:
    """Puts rows aside that failed, so that they hold up nothing; see `unpark`."""
    scope.db.apply_to(_PARKED, ids, now=scope.now, reason=reason)


def _still_due(ids: Sequence[int]) -> Update:
    """A change of those of these rows that are still due."""
    row, now = core(Due).c, bindparam("now", type_=Moment)
    here = (row.org_id + 0 == ORG, row.id.in_(ids))
    return update(core(Due)).where(*here, row.done_at.is_(None), row.parked == "", row.at <= now)


_DONE = Few(lambda ids: _still_due(ids).values(done_at=bindparam("now", type_=Moment)))
_PARKED = Few(lambda ids: _still_due(ids).values(parked=bindparam("reason")))


def unpark(scope: Scope) -> int:
    """Lets everything that was put aside fall due again; returns how many rows that were."""
    return scope.db.update(Due, core(Due).c.done_at.is_(None), core(Due).c.parked != "", parked="")


def planned(scope: Scope, until: datetime) -> None:
    """Moves the organisation's horizon."""
    if not scope.db.apply(_PLANNED, new_until=until):
        scope.db.add(Planned(until=until))


_PLANNED = Prepared(update(core(Planned)).where(core(Planned).c.org_id == ORG).values(until=bindparam("new_until")))
