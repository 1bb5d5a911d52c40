"""Rows for every table of a database, made from what the database itself says of its columns.

A new table, column or choice is filled without anybody thinking of it. Only a rule between several columns has to be
said here; who forgets one hears of it, for the database refuses the rows.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from typing import Any

from sqlalchemy import Column, Connection, MetaData, Table, func, inspect, select, types

Row = dict[str, Any]
_SAID = ("", "Zoë", "O'Brien; --", "日本語", "👩🏽‍💻", "50 % _ \\", "two\nlines", '"said"', "İstanbul ß", "\u202eback")
_DAY = date(2024, 2, 29)
_NOON = datetime(2026, 10, 25, 0, 59, 59, 123456, tzinfo=UTC)


def _team_goal(row: Row) -> None:
    row["team_id"] = (row["team_id"] or 1) if row["level"] == "team" else None
    row["score"] = None if row["closed_at"] is None else 0.5


def _result(row: Row) -> None:
    row.update(start=0.0, target=1.0, current=float(row["current"] > 0.5))


def _note(row: Row) -> None:
    row["to_id"] = (row["to_id"] or 1) if row["kind"] == "passed" else None


def _two(one: str, other: str) -> Callable[[Row], None]:
    def apart(row: Row) -> None:
        row[other] = row[one] + 1 if row[one] == 1 else row[one] - 1

    return apart


def _span(first: str, last: str) -> Callable[[Row], None]:
    def in_order(row: Row) -> None:
        row[last] = row[first] + timedelta(days=row["id"] % 7)

    return in_order


RULES: dict[str, Callable[[Row], None]] = {
    "absence": _span("starts", "until"),
    "checkin_period": _span("starts", "ends"),
    "goal": _team_goal,
    "key_result": _result,
    "checkin_note": _note,
    "feedback_request": _two("asker_id", "asked_id"),
    "feedback": _two("author_id", "subject_id"),
}
"""What a table asks of several columns together."""


def fill(connection: Connection, rows: int) -> None:
    """Writes up to so many rows into every table that is empty."""
    meta = MetaData()
    meta.reflect(connection)
    for table in meta.sorted_tables:
        if table.name != "alembic_version" and not _count(connection, table):
            connection.execute(table.insert(), list(_rows(connection, table, rows)))


def held(connection: Connection) -> dict[str, Any]:
    """What every column of every table holds for the driver, in the order of the ids, and how many rows there are."""
    found, quote = dict[str, Any](), connection.dialect.identifier_preparer.quote
    for table in set(inspect(connection).get_table_names()) - {"alembic_version"}:
        result = connection.exec_driver_sql(f"SELECT * FROM {quote(table)} ORDER BY id")  # noqa: S608 - names of its own
        names, rows = tuple(result.keys()), result.all()
        columns = list(zip(*rows, strict=True)) or [()] * len(names)
        for name, values in zip(names, columns, strict=True):
            found[f"{table}.{name}"] = hashlib.sha256(repr(values).encode()).hexdigest()
        found[table] = len(rows)
    return found


def _count(connection: Connection, table: Table) -> int:
    return connection.execute(select(func.count()).select_from(table)).scalar_one()


def _rows(connection: Connection, table: Table, most: int) -> Iterator[Row]:
    looked = inspect(connection)
    choices = dict(_choices(looked.get_check_constraints(table.name)))
    # Of its own table a row can only name one that is there already: for that, 0.
    parents = {
        key["constrained_columns"][0]: 0
        if key["referred_table"] == table.name
        else _count(connection, table.metadata.tables[key["referred_table"]])
        for key in looked.get_foreign_keys(table.name)
    }
    unique = [tuple(one["column_names"]) for one in looked.get_unique_constraints(table.name)]
    unique += [tuple(one["column_names"]) for one in looked.get_indexes(table.name) if one["unique"]]
    seen: set[tuple[Any, ...]] = set()
    ids = count(1)
    for number in range(1, most + 1):
        row = {column.name: _value(column, number, choices, parents) for column in table.columns}
        RULES.get(table.name, lambda _: None)(row)
        keys = {(key, *(row[name] for name in key)) for key in unique if all(row[name] is not None for name in key)}
        if not keys & seen:
            seen |= keys
            yield row | {"id": next(ids)}


def _value(column: Column[Any], number: int, choices: dict[str, list[Any]], parents: dict[str, int]) -> Any:
    name, kind = column.name, column.type
    turn = number * 7 + len(name)  # so that columns do not change in step
    if name == "id":
        return number
    if name == "org_id":
        return 1  # what rows point to is in their organisation
    if column.nullable and turn % 3 == 0:
        return None
    if name in parents:
        return 1 + (number + len(name)) % parents[name] if parents[name] else 1 + turn % number
    if name in choices:
        return choices[name][turn % len(choices[name])]
    return _of_type(kind, number, turn)


def _of_type(kind: Any, number: int, turn: int) -> Any:
    if isinstance(kind, types.Boolean):
        return turn % 2 == 0
    if isinstance(kind, types.Float):
        return turn % 9 / 8
    if isinstance(kind, types.Integer):
        return turn
    if isinstance(kind, types.DateTime):
        return _NOON + timedelta(minutes=turn, microseconds=turn)
    if isinstance(kind, types.Date):
        return _DAY + timedelta(days=turn % 4000)
    if isinstance(kind, types.Time):
        return time(turn % 24, turn % 60)
    if isinstance(kind, types.String):
        return f"{_SAID[turn % len(_SAID)]} {number}"
    raise NotImplementedError(f"what a {kind!r} holds")


def _choices(checks: list[Any]) -> Iterator[tuple[str, list[Any]]]:
    """The values that a column may have, from "x IN ('a', 'b')", "x BETWEEN 1 AND 5" and "x >= 3"."""
    for check in checks:
        said = check["sqltext"]
        bare = re.sub(
            r"::(text|character varying|double precision|integer)|\[\]", "", said.replace("(", "").replace(")", "")
        )
        words = re.fullmatch(r"(\w+) (?:IN|= ANY) (?:ARRAY\[)?((?:'\w*'(?:, )?)+)\]?", bare.strip())
        if words:
            yield words[1], re.findall(r"'(\w*)'", words[2])
        for name, low, high in re.findall(r"\b(\w+)\b BETWEEN (\d+) AND (\d+)", said):
            yield name, list(range(int(low), int(high) + 1))
        for name, low, _, high in re.findall(r"\b(\w+) >= (\d+) AND (\w+) <= (\d+)", bare):
            yield name, list(range(int(low), int(high) + 1))
        for name, low in re.findall(r"^(\w+) >= (\d+)$", bare):
            yield name, [int(low), int(low) + 2]
