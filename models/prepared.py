"""Statements of the busiest paths, compiled once and then given to SQLite's own driver.

SQLAlchemy takes about 45 µs to run a statement that takes SQLite 2, and a command needs seven. What is prepared
stays an ordinary SQLAlchemy statement: every other database runs it the ordinary way.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any, cast

from sqlalchemy import CursorResult, DateTime, Table, insert
from sqlalchemy.engine import Connection, Dialect
from sqlalchemy.types import TypeDecorator

Values = Mapping[str, Any]
_Convert = Callable[[Any], Any] | None


@dataclass(frozen=True, slots=True)
class _Ready:
    """A statement as the driver takes it."""

    sql: str
    binds: tuple[tuple[str, _Convert], ...]
    fixed: Values
    columns: tuple[_Convert, ...]

    def bound(self, values: Values) -> list[Any]:
        """The parameters in their places. Raises KeyError for one that is missing."""
        fixed = self.fixed
        found = [values[name] if name in values else fixed[name] for name, _ in self.binds]
        return [
            value if convert is None else convert(value) for value, (_, convert) in zip(found, self.binds, strict=True)
        ]

    def read(self, row: Sequence[Any]) -> tuple[Any, ...]:
        return tuple(
            value if convert is None else convert(value) for value, convert in zip(row, self.columns, strict=True)
        )


class Prepared:
    """A statement that is built once and run often. It holds no list of unknown length ("IN")."""

    def __init__(self, statement: Any, keys: Sequence[str] = ()) -> None:
        self.statement = statement
        self._keys = list(keys) or None
        self._ready: _Ready | None = None

    def rows(self, connection: Connection, values: Values) -> Sequence[Any]:
        """What the query returns."""
        if connection.dialect.name != "sqlite":
            return connection.execute(self.statement, values).all()
        ready = self._made(connection.dialect)
        return [ready.read(row) for row in _driver(connection).execute(ready.sql, ready.bound(values)).fetchall()]

    def insert(self, connection: Connection, values: Values) -> int:
        """Writes a row and returns its id."""
        if connection.dialect.name != "sqlite":
            result = cast("CursorResult[Any]", connection.execute(self.statement, values))
            return cast("int", cast("Any", result.inserted_primary_key)[0])
        ready = self._made(connection.dialect)
        return cast("int", _driver(connection).execute(ready.sql, ready.bound(values)).lastrowid)

    def many(self, connection: Connection, values: Sequence[Values]) -> int:
        """Runs a change once for each of these; returns how many rows it made or changed."""
        if connection.dialect.name != "sqlite":
            return cast("CursorResult[Any]", connection.execute(self.statement, values)).rowcount
        ready = self._made(connection.dialect)
        return cast("int", _driver(connection).executemany(ready.sql, map(ready.bound, values)).rowcount)

    def _made(self, dialect: Dialect) -> _Ready:
        if self._ready is None:
            self._ready = _prepare(self.statement, self._keys, dialect)
        return self._ready


@cache
def insertion(table: Table, keys: tuple[str, ...]) -> Prepared:
    """How rows of these columns are written into a table; the others get their defaults."""
    return Prepared(insert(table), keys)


def _prepare(statement: Any, keys: list[str] | None, dialect: Dialect) -> _Ready:
    compiled = statement.compile(dialect=dialect, column_keys=keys)
    if "POSTCOMPILE" in str(compiled):
        raise ValueError("a statement with a list of unknown length cannot be prepared")
    fixed = {name: bind.effective_value for name, bind in compiled.binds.items() if not bind.required}
    fixed |= {column.key: column.default.arg for column in compiled.insert_prefetch} if keys else {}
    binds = tuple((name, _converter(compiled.binds[name].type, dialect, "bind")) for name in compiled.positiontup)
    selected = getattr(statement, "selected_columns", ())
    return _Ready(str(compiled), binds, fixed, tuple(_converter(one.type, dialect, "result") for one in selected))


def _converter(type: Any, dialect: Dialect, way: str) -> _Convert:
    """What a type does to a value on its way to the driver ("bind") or back ("result")."""
    kind = type.dialect_impl(dialect)
    found = kind.bind_processor(dialect) if way == "bind" else kind.result_processor(dialect, None)
    if found is not None and way == "bind" and isinstance(type, DateTime | TypeDecorator):
        return lru_cache(1024)(found)  # rows that are written together share most of their moments
    return cast("_Convert", found)


def _driver(connection: Connection) -> Any:
    """The driver's connection, inside the transaction that SQLAlchemy would have begun by now."""
    if not connection.in_transaction():
        connection.begin()
    return connection.connection.dbapi_connection
