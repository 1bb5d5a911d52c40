"""The data map: every table with what it keeps, how the tables hang together, and whose a row is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import islice
from typing import Any, cast

from sqlalchemy import ColumnElement, exists, select
from sqlmodel import SQLModel

from models import everything
from models.base import ORG, Db, core
from models.identity import Account, Person
from models.kept import kept
from models.policy import POLICIES, Policy

Table = type[SQLModel]
Ids = dict[Table, set[int]]
"""Rows, by table and id."""

CHUNK = 500


@dataclass(frozen=True, slots=True)
class Reference:
    """A column of a table that refers to another. A row that must have it is a part of what it refers to."""

    table: Table
    column: str
    part: bool


@cache
def tables() -> tuple[Table, ...]:
    """Every table of an organisation, those that others refer to first."""
    order = {table.name: place for place, table in enumerate(everything().sorted_tables)}
    found = {one for one in _subclasses(SQLModel) if hasattr(one, "__table__") and "org_id" in core(one).c}
    return tuple(sorted(found, key=lambda one: order[core(one).name]))


def _subclasses(of: Table) -> Iterator[Table]:
    for one in of.__subclasses__():
        yield one
        yield from _subclasses(one)


@cache
def by_name(name: str) -> Table:
    return next(one for one in tables() if core(one).name == name)


@cache
def references(to: Table) -> tuple[Reference, ...]:
    """What refers to the rows of a table, other than to a person or an organisation."""
    return tuple(
        Reference(table, column.name, not column.nullable)
        for table in tables()
        for column in core(table).columns
        for key in column.foreign_keys
        if key.column.table is core(to) and to is not Person
    )


@cache
def refers(table: Table) -> tuple[tuple[Table, str], ...]:
    """What the rows of a table refer to, other than a person or an organisation, and by which column."""
    return tuple((to, one.column) for to in tables() for one in references(to) if one.table is table)


@cache
def parents(table: Table) -> Table | None:
    """What the rows of a table are a part of, where they say so."""
    of = kept(table).of
    return by_name(next(iter(core(table).c[of].foreign_keys)).column.table.name) if of else None


@cache
def policy(table: Table) -> Policy[Any] | None:
    """Who may see the rows of a table, where that is a matter of policy."""
    return next((one for one in POLICIES.values() if one.table is table), None)


def objects(table: Table) -> tuple[str, ...]:
    """By what names the readers of these entries were written down."""
    return tuple(name for name, one in POLICIES.items() if one.table is table)


def names(table: Table, column: str, person: Any) -> ColumnElement[bool]:
    """The condition that a column names this person: by id, or by what a chat calls them."""
    here, account = core(table).c, core(Account).c
    if column == "id" or here[column].foreign_keys:
        return cast("ColumnElement[bool]", here[column] == person)
    place = account.installation_id == here.installation_id
    return exists().where(account.org_id == ORG, account.person_id == person, place, account.user == here[column])


def chunks(ids: Sequence[int] | set[int]) -> Iterator[list[int]]:
    """Ids, as many as a statement takes."""
    left = iter(sorted(ids))
    while some := list(islice(left, CHUNK)):
        yield some


def found(db: Db, table: Table, *where: Any, limit: int | None = None) -> set[int]:
    """The ids of the rows that meet the conditions."""
    id = core(table).c.id
    return {row[0] for row in db.rows(select(id).where(core(table).c.org_id == ORG, *where).limit(limit))}
