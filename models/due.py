"""Work that falls due. Rows, not timers: a tick of the clock finds them, and each is looked at again when it fires."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Field

from models.base import Row, core, moment, partial
from models.scope import Scope


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

    until: datetime = moment()


def plan(scope: Scope, *rows: Due) -> None:
    """Plans what is not planned yet. What is there already keeps its instant; see `move`."""
    if not rows:
        return
    due = core(Due)
    known = {
        (row.kind, row.key)
        for kind in {row.kind for row in rows}
        for row in scope.db.all(Due, Due.kind == kind, due.c.key.in_([row.key for row in rows]))
    }
    scope.db.add_all([row for row in rows if (row.kind, row.key) not in known])


def move(scope: Scope, kind: str, key: str, at: datetime) -> None:
    """Gives planned work another instant, if it did not fire yet."""
    scope.db.update(Due, Due.kind == kind, Due.key == key, core(Due).c.done_at.is_(None), at=at)


def cancel(scope: Scope, kind: str, key: str) -> None:
    """Forgets planned work that did not fire yet."""
    scope.db.remove(Due, Due.kind == kind, Due.key == key, core(Due).c.done_at.is_(None))


def fired(scope: Scope, ids: tuple[int, ...]) -> list[Due]:
    """The rows of a due call that are still open, to look at again one by one."""
    return [row for row in scope.db.all(Due, core(Due).c.id.in_(ids)) if row.done_at is None]


def done(scope: Scope, ids: tuple[int, ...]) -> None:
    """Marks rows as dealt with."""
    scope.db.update(Due, core(Due).c.id.in_(ids), done_at=scope.now)


def park(scope: Scope, ids: Sequence[int], reason: str) -> None:
    """Puts rows aside that failed, so that they hold up nothing; see `unpark`."""
    scope.db.update(Due, core(Due).c.id.in_(ids), core(Due).c.done_at.is_(None), parked=reason)


def unpark(scope: Scope) -> int:
    """Lets everything that was put aside fall due again; returns how many rows that were."""
    return scope.db.update(Due, core(Due).c.done_at.is_(None), core(Due).c.parked != "", parked="")


def planned(scope: Scope, until: datetime) -> None:
    """Moves the organisation's horizon."""
    if not scope.db.update(Planned, until=until):
        scope.db.add(Planned(until=until))
