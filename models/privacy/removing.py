"""Removing rows with everything that is part of them, so that nothing is left that refers to what is gone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import Any

from sqlalchemy import select

from models import goals
from models.base import ORG, Db, core
from models.kept import kept
from models.policy import POLICIES, Audience
from models.privacy.ground import Ids, Table, chunks, found, objects, parents, references, refers, tables
from models.privacy.tables import Deletion
from models.scope import Scope


def whole(db: Db, some: Ids) -> Ids:
    """These rows and what goes with them: their parts, and the entries of which nobody is left."""
    gone: Ids = {}
    new = {table: set(ids) for table, ids in some.items() if ids}
    while new:
        for table, ids in new.items():
            gone.setdefault(table, set()).update(ids)
        more: Ids = {}
        for table, ids in new.items():
            for other, others in (*_parts(db, table, ids), *_left_alone(db, table, ids, gone)):
                if fresh := others - gone.get(other, set()):
                    more.setdefault(other, set()).update(fresh)
        new = more
    return gone


def _parts(db: Db, table: Table, ids: set[int]) -> list[tuple[Table, set[int]]]:
    return [
        (one.table, found(db, one.table, core(one.table).c[one.column].in_(some)))
        for one in references(table)
        if one.part
        for some in chunks(ids)
    ]


def _left_alone(db: Db, table: Table, ids: set[int], gone: Ids) -> list[tuple[Table, set[int]]]:
    """The entries that were carried by these rows and have no others."""
    entry, row = parents(table), core(table).c
    if entry is None or not kept(table).carries:
        return []
    of = row[kept(table).of]
    carried = {key for some in chunks(ids) for (key,) in db.rows(select(of).where(row.org_id == ORG, row.id.in_(some)))}
    others = {
        key
        for some in chunks(carried)
        for id, key in db.rows(select(row.id, of).where(row.org_id == ORG, of.in_(some)))
        if id not in gone[table]
    }
    return [(entry, carried - others)]


def around(db: Db, some: Ids) -> Ids:
    """These rows, and every entry that they refer to or whose readers they are, and so on: all that may be said with
    them.
    """
    known: Ids = {}
    new = {table: set(ids) for table, ids in some.items() if ids}
    while new:
        for table, ids in new.items():
            known.setdefault(table, set()).update(ids)
        more: Ids = {}
        for table, ids in new.items():
            for entry, ids_of in _entries(db, table, ids):
                if fresh := ids_of - known.get(entry, set()):
                    more.setdefault(entry, set()).update(fresh)
        new = more
    return known


def _entries(db: Db, table: Table, ids: set[int]) -> Iterator[tuple[Table, set[int]]]:
    row = core(table).c
    for entry, column in refers(table):
        yield entry, {key for (key,) in _values(db, table, ids, row[column]) if key is not None}
    if table is Audience:
        read = _values(db, table, ids, row.object, row.entry_id)
        for object, one in POLICIES.items():
            yield one.table, {id for name, id in read if name == object}


def _values(db: Db, table: Table, ids: set[int], *columns: Any) -> list[Any]:
    row = core(table).c
    return [one for some in chunks(ids) for one in db.rows(select(*columns).where(row.org_id == ORG, row.id.in_(some)))]


def remove(scope: Scope, gone: Ids) -> Counter[str]:
    """Removes these rows, who was written down as their readers, and every reference to them; returns how many of
    each table.
    """
    db = scope.db
    for some in chunks(gone.get(goals.Goal, set())):
        goals.leave(scope, some)
    counts: Counter[str] = Counter()
    for table, ids in gone.items():
        for some in chunks(ids):
            _let_go(db, table, some)
            for object in objects(table):
                readers = (Audience.object == object, core(Audience).c.entry_id.in_(some))
                counts[core(Audience).name] += db.remove(Audience, *readers)
    for table in reversed(tables()):
        for some in chunks(gone.get(table, set())):
            counts[core(table).name] += db.remove(table, core(table).c.id.in_(some))
    return +counts


def _let_go(db: Db, table: Table, ids: list[int]) -> None:
    for one in references(table):
        if not one.part:
            db.update(one.table, core(one.table).c[one.column].in_(ids), **{one.column: None})


def note(scope: Scope, counts: Counter[str], why: str) -> None:
    """Writes down how much was deleted today, by table."""
    day: date = scope.today
    for name, rows in counts.items():
        before = scope.db.one(Deletion, day=day, entries=name, why=why)
        if before is None:
            scope.db.add(Deletion(day=day, entries=name, why=why, rows=rows))
        else:
            scope.db.change(before, rows=before.rows + rows)
