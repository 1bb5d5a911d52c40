"""Everything about somebody and by somebody, as far as they may see it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select

from models import directory
from models.base import ORG, core
from models.errors import refuse
from models.identity import Person
from models.kept import Kept, kept
from models.policy import DAY, READER
from models.prepared import Prepared
from models.privacy.ground import Table, by_name, names, parents, policy, tables
from models.scope import Scope


@dataclass(frozen=True, slots=True)
class Part:
    """What one table has of somebody. `rows` by column, less what is not theirs to see."""

    name: str
    kept: Kept
    rows: tuple[Mapping[str, Any], ...]


def somebody(scope: Scope, email: str) -> Person:
    """The person with this address, also who left. Refused as "person.unknown" (facts: name)."""
    found = scope.db.one(Person, Person.email == email.strip().casefold())
    if found is None:
        refuse("person.unknown", name=email.strip(), near=())
    return found


def gather(scope: Scope) -> Iterator[Part]:
    """All that is kept about the caller and by the caller, table by table, as far as anything is.

    A row is theirs when it is about them or by them, or is a part of such an entry; and the policy has the last word.
    """
    for table in speaking():
        found = _gathered(scope, table)
        if found.rows:
            yield found


def one_table(scope: Scope, name: str) -> Part | None:
    """The same of one table by its name; None where there is no such table, or nothing in it."""
    found = next((_gathered(scope, one) for one in tables() if core(one).name == name), None)
    return found if found and found.rows else None


def counted(scope: Scope) -> dict[str, int]:
    """How many rows of each table are the caller's to see, where there are any."""
    found = {}
    for table in speaking():
        [(rows,)] = scope.db.rows(_counting(table), reader=scope.me.id, day=scope.office_day)
        found[str(core(table).name)] = rows
    return {name: rows for name, rows in found.items() if rows}


@cache
def _counting(table: Table) -> Prepared:
    """How many rows of a table are `READER`'s."""
    return Prepared(select(func.count()).where(core(table).c.org_id == ORG, theirs(table, READER, DAY)))


@cache
def speaking() -> tuple[Table, ...]:
    """The tables in which somebody may have rows: about them, by them, or parts of such entries."""
    own = {table for table in tables() if kept(table).about or kept(table).by}
    more = set[Table]()
    while more != own:
        more = set(own)
        own |= {table for table in tables() if parents(table) in own}
        own |= {entry for table in own if kept(table).carries and (entry := parents(table))}
    return tuple(table for table in tables() if table in own)


def _gathered(scope: Scope, table: Table) -> Part:
    says = kept(table)
    found = scope.db.stream(_gathering(table), reader=scope.me.id, day=scope.office_day)
    rows = tuple(_seen(dict(row._mapping), says, scope.me.id) for row in found)  # noqa: SLF001 - its public name
    return Part(str(core(table).name), says, rows)


@cache
def _gathering(table: Table) -> Select[Any]:
    """The rows of a table that are `READER`'s."""
    row = core(table).c
    return select(*row).where(row.org_id == ORG, theirs(table, READER, DAY)).order_by(row.id)


def theirs(table: Table, who: Any, day: Any) -> ColumnElement[bool]:
    """The condition that a row is somebody's to see, on a day."""
    return or_(_own(table, who, day), _carried(table, who, day))


def _own(table: Table, who: Any, day: Any) -> ColumnElement[bool]:
    says, entry = kept(table), parents(table)
    own = [names(table, column, who) for column in (*says.about, *says.by)]
    if entry is not None:
        of = core(table).c[says.of]
        own.append(of.in_(select(core(entry).c.id).where(core(entry).c.org_id == ORG, _own(entry, who, day))))
    return and_(or_(false(), *own), *_allowed(table, who, day))


def _carried(table: Table, who: Any, day: Any) -> ColumnElement[bool]:
    """An entry is also theirs when they stand in a part that carries it."""
    carried = [
        core(table).c.id.in_(
            select(core(part).c[kept(part).of]).where(
                core(part).c.org_id == ORG, *(names(part, column, who) for column in kept(part).about)
            )
        )
        for part in tables()
        if kept(part).carries and parents(part) is table
    ]
    return and_(or_(false(), *carried), *_allowed(table, who, day))


def _allowed(table: Table, who: Any, day: Any) -> tuple[ColumnElement[bool], ...]:
    """What the policy lets them see; also who left, who opens nothing any more but has a right to a copy."""
    rules = policy(table)
    return (rules.allows_each(who, day),) if rules else ()


def _seen(row: dict[str, Any], says: Kept, who: int) -> Mapping[str, Any]:
    """A row without its organisation, and without what only somebody else may see of it."""
    hidden = {column for column, whose in says.private.items() if row[whose] != who}
    return {name: value for name, value in row.items() if name not in hidden | {"org_id"}}


def people_in(part: Part) -> set[int]:
    """Who is named in these rows, by id."""
    return {row[column] for row in part.rows for column in _naming(part) if row.get(column) is not None}


def things_in(scope: Scope, part: Part) -> dict[str, dict[int, str]]:
    """By column, what the frame's things are called that these rows refer to: a team, a value, a chat."""
    found = {}
    for column in core(by_name(part.name)).columns:
        for key in column.foreign_keys:
            to = next((one for one in tables() if core(one) is key.column.table and one not in speaking()), None)
            if to is not None and "name" in core(to).columns:
                row = core(to).c
                ids = {one[column.name] for one in part.rows if one.get(column.name) is not None}
                known = scope.db.rows(select(row.id, row.name).where(row.org_id == ORG, row.id.in_(ids)))
                found[column.name] = dict(known)
    return found


def named(
    part: Part, row: Mapping[str, Any], names: Mapping[int, str], things: Mapping[str, Mapping[int, str]] | None = None
) -> dict[str, Any]:
    """A row with people, and other things, by name."""
    people = {column: names.get(row[column], "") for column in _naming(part) if row.get(column) is not None}
    called = {column: known.get(row[column], "") for column, known in (things or {}).items() if row.get(column)}
    return {**row, **people, **called}


def _naming(part: Part) -> tuple[str, ...]:
    """The columns that hold the id of a person, other than their own row's."""
    return tuple(column for column in part.kept.people if core(by_name(part.name)).c[column].foreign_keys)


def bundle(scope: Scope) -> dict[str, Any]:
    """Everything to take along, for other systems: rows by table, with what each table is for, people by name."""
    entries = {}
    for part in gather(scope):
        names = {id: one.name for id, one in directory.people(scope, people_in(part)).items()}
        entries[part.name] = {"why": part.kept.why, "rows": [named(part, row, names) for row in part.rows]}
    return {
        "made_at": scope.now,
        "organisation": scope.org.name,
        "person": {"name": scope.me.name, "email": scope.me.email},
        "entries": entries,
    }
