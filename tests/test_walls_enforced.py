"""The database itself keeps organisations apart: no row of one points at another's."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from typing import Any

import pytest
from sqlalchemy import Connection, Table, delete, insert, select, text, update
from sqlalchemy.exc import DBAPIError
from sqlmodel import AutoString

import models
from models import enforced
from models.base import core
from models.identity import Organisation, Team
from models.walls import org_column
from tests.rows import sample
from tests.undone import undone
from tests.world import World

KEYS = sorted(
    (table.name, column.name)
    for table in models.everything().sorted_tables
    for column in table.columns
    for key in column.foreign_keys
    if org_column(key.column.table) == "org_id"
)
"""Every column that points to a row of an organisation."""


class Rows:
    """Rows of two organisations, with whatever else each of them needs in its own."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self._made: dict[tuple[str, int], int] = {}
        self._numbers = count()

    def one(self, table: Table, org: int) -> int:
        """The id of a row of this table in this organisation."""
        if (table.name, org) not in self._made:
            self._made[table.name, org] = row = 1_000_000 * org
            self.connection.execute(insert(table), self.values(table, org) | {"id": row})
        return self._made[table.name, org]

    def refused(self, statement: Any, values: Any = None) -> bool:
        """Whether the database refuses a statement because of this; it is undone if not."""
        try:
            with undone(self.connection):
                self.connection.execute(statement, values)
        except DBAPIError as failure:
            return "two organisations" in str(failure.orig)
        return False

    def values(self, table: Table, org: int) -> dict[str, Any]:
        """The columns of a new row."""
        row = sample(table, next(self._numbers))
        for column in table.columns:
            if isinstance(column.type, AutoString):
                row[column.name] = f"{column.name} {next(self._numbers)}"
            for key in column.foreign_keys:
                whole = org_column(key.column.table) == "org_id"
                row[column.name] = (self.one(key.column.table, org) if not column.nullable else None) if whole else org
        return row


@pytest.fixture
def rows(world: World) -> Iterator[Rows]:
    """A second organisation beside the company. What a table asks of its own columns is not the question here."""
    with world.database.writer.connect() as connection:
        if world.database.sqlite:
            connection.exec_driver_sql("PRAGMA ignore_check_constraints = ON")
        else:
            for table, name in connection.execute(text(_CHECKS)).all():
                connection.execute(text(f"ALTER TABLE {table} DROP CONSTRAINT {name}"))
        ours = dict(connection.execute(select(core(Organisation))).one()._mapping)
        connection.execute(insert(core(Organisation)), ours | {"id": 2, "name": "De Wadden"})
        yield Rows(connection)
        connection.rollback()


_CHECKS = "SELECT conrelid::regclass, quote_ident(conname) FROM pg_constraint WHERE contype = 'c' AND conrelid <> 0"


def test_no_row_points_at_another_organisations(rows: Rows) -> None:
    let = [f"{name}.{column}: {what}" for name, column in KEYS for what in _let(rows, name, column)]
    assert (let, len(KEYS) > 50) == ([], True)


def _let(rows: Rows, name: str, column: str) -> Iterator[str]:
    """What the database lets somebody do with a column that points to a row."""
    table = models.everything().tables[name]
    parent = next(iter(table.c[column].foreign_keys)).column.table
    ours, theirs = rows.one(parent, 1), rows.one(parent, 2)
    whole = rows.values(table, 1) | {"id": 7_000_000, column: ours}
    if not rows.refused(insert(table), whole | {column: theirs}):
        yield "a new row"
    rows.connection.execute(insert(table), whole)
    its_row = update(table).where(table.c.id == whole["id"])
    for wrong in ({column: theirs}, {"org_id": 2}, {"id": 7_000_001}):
        if not rows.refused(its_row.values(wrong)):
            yield f"another {next(iter(wrong))}"
    rows.connection.execute(its_row.values({column: ours}))
    rows.connection.execute(delete(table).where(table.c.id == whole["id"]))


def test_every_table_is_held_to_it(world: World) -> None:
    with world.database.writer.begin() as connection:
        assert enforced.missing(connection) == []
        name = "wall_kudos_kept" if world.database.sqlite else "wall_kudos_kept ON kudos"
        connection.exec_driver_sql(f"DROP TRIGGER {name}")
        assert enforced.missing(connection) == ["kudos"]
        enforced.build(connection)
        assert enforced.missing(connection) == []


def test_rows_that_point_across_are_said_before_they_are_walled_in(rows: Rows, world: World) -> None:
    theirs = rows.one(core(Team), 2)
    for moment in ("new", "moved", "kept"):
        name = f"wall_person_{moment}"
        rows.connection.exec_driver_sql(f"DROP TRIGGER {name}" + ("" if world.database.sqlite else " ON person"))
    table = models.everything().tables["person"]
    rows.connection.execute(update(table).where(table.c.id == world.people["noor"]).values(team_id=theirs))
    with pytest.raises(enforced.Crossing, match="1 rows of person point at another organisation's by team_id"):
        enforced.build(rows.connection)
