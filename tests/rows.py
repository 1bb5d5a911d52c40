"""Rows for every table there is, made from the tables themselves: a new table cannot be forgotten."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import Boolean, CheckConstraint, Column, Connection, Date, Float, Integer, Table, Time, insert, select
from sqlalchemy.engine import make_url

import models
from bot import schema
from bot.copies import opened
from models.base import core
from models.fence import Fence
from models.identity import Organisation
from models.moments import Moment
from tests.postgres import Server
from tests.world import Home, World

Row = dict[str, Any]

WORDS = 'Dankjewel, Zoë 🎉 «ß» مرحبا\n\t\'; -- \\ % :x "{}"'
"""What a careless copy would break on: other alphabets, other planes, quotes, slots and line ends."""

BORN = datetime(2026, 11, 24, 9, 0, 0, 123456, UTC)

KEPT: Mapping[str, tuple[Row, ...]] = {
    "goal": (
        {"level": "organisation", "team_id": None, "closed_at": None, "score": None},
        {"level": "team", "team_id": 1, "closed_at": BORN, "score": 0.1 + 0.2},
        {"level": "person", "team_id": None, "closed_at": None, "score": None},
    ),
    "key_result": (
        {"measure": "number", "start": -0.1, "target": 1e300, "current": 1 / 3},
        {"measure": "yesno", "start": 0.0, "target": 1.0, "current": 1.0},
    ),
    "checkin_note": (
        {"kind": "passed", "to_id": 1},
        {"kind": "reaction", "to_id": None},
        {"kind": "reply", "to_id": None},
    ),
}
"""What the conditions of a table say about several of its columns together, taken in turns."""


def fill(connection: Connection, each: int = 12) -> None:
    """Writes so many rows into every table; each column that may be empty is so in some row, and every value that a
    condition lists is in one. Rows point to rows that come later, too.
    """
    for table in models.everything().sorted_tables:
        assert each >= max([len(said) for said in listed(table).values()], default=0)
        connection.execute(insert(table), list(_rows(table, each)))


def _rows(table: Table, count: int) -> Iterator[Row]:
    for number in range(1, count + 1):
        row = {column.name: _value(column, number, count) for column in table.columns}
        row |= {name: said[number % len(said)] for name, said in listed(table).items()}
        if table.name != "planned" and "org_id" in row:
            row["org_id"] = 1  # what rows point to is in their organisation; of a plan each has but one
        together = KEPT.get(table.name)
        yield row | (together[number % len(together)] if together else {})


def listed(table: Table) -> dict[str, list[str]]:
    """The values that a condition lists, by column."""
    said = [str(one.sqltext) for one in table.constraints if isinstance(one, CheckConstraint)]
    found = [re.fullmatch(r"(\w+) IN \(('.*')\)", condition) for condition in said]
    return {one[1]: re.findall(r"'([^']*)'", one[2]) for one in found if one}


def _value(column: Column[Any], number: int, count: int) -> Any:
    if column.primary_key:
        return number
    if column.nullable and number % 3 == 0:
        return None
    if column.foreign_keys:
        # Another one each time, and also one that comes later.
        return number % count + 1 if column.name not in {"asked_id", "subject_id"} else (number + 1) % count + 1
    kind = column.type
    if isinstance(kind, Moment):
        return BORN + timedelta(days=number, microseconds=number)
    if isinstance(kind, Boolean):
        return number % 2 == 0
    if isinstance(kind, Integer):
        bounded = {
            "year": 2026,
            "quarter": number % 5,
            "value": number % 5 + 1,
            "floor": number + 2,
            "confidence": number % 11,
            "score": number % 5 + 1,
        }
        return bounded.get(column.name, number)
    if isinstance(kind, Float):
        return 1 / (number + 1)
    if isinstance(kind, Date):
        return date(2026, 1, 31) + timedelta(days=number)
    if isinstance(kind, Time):
        return time(number, 59)
    return f"{WORDS} {number}"


def revised(world: World) -> None:
    """Writes down the revision of a database that was made from the models."""
    if world.database.sqlite:
        with closing(sqlite3.connect(make_url(world.url).database or "")) as raw, raw:
            raw.execute("CREATE TABLE alembic_version (version_num VARCHAR(32) PRIMARY KEY)")
            raw.execute("INSERT INTO alembic_version VALUES (?)", (schema.head(),))


def newest(home: Home, name: str = "ritme.db", *, filled: bool = False) -> str:
    """The address of a new database at the newest revision, empty or with rows in every table: a copy of one that was
    made once.
    """
    if isinstance(home, Server):
        return home.copy(f"newest, {filled=}", lambda url: _brought(url, filled=filled))[0]
    (home / name).touch(mode=0o600)
    (home / name).write_bytes(_file(filled=filled))
    return f"sqlite:///{home / name}"


@cache
def _file(*, filled: bool) -> bytes:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "newest.db"
        _brought(f"sqlite:///{path}", filled=filled)
        return path.read_bytes()


def _brought(url: str, *, filled: bool) -> dict[str, int]:
    schema.upgrade(url)
    if filled:
        run(url, fill)
    return {}


def some(table: Table, id: int) -> Row:
    """A value for each column that needs one."""
    row = {column.name: _value(column, id, 1) for column in table.columns if not column.nullable}
    return row | ({"org_id": 1} if "org_id" in row else {})


def content(url: str) -> dict[str, list[Any]]:
    """Every row of every table but the fence, which each restore adds to."""
    tables = [table for table in models.everything().sorted_tables if table is not core(Fence)]
    with opened(url) as there, there.connect() as connection:
        return {table.name: [*connection.execute(select(table).order_by(table.c.id))] for table in tables}


def run(url: str, job: Callable[[Any], Any]) -> Any:
    with opened(url) as there, there.begin() as connection:
        return job(connection)


FIRST: Row = {name: field.default for name, field in Organisation.model_fields.items()} | {"id": 77, "name": "New"}
"""An organisation that a first start found."""


def numbered(table: Table, count: int) -> Iterator[Row]:
    """So many different rows of a table, which point to rows of the same numbers."""
    return _rows(table, count)


def sample(table: Table, number: int) -> Row:
    """One of twenty different rows of a table."""
    return list(_rows(table, 20))[number % 20]
