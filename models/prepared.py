"""Statements of the busiest paths, compiled once and then given to SQLite's own driver.

SQLAlchemy takes about 45 µs to run a statement that takes SQLite 2, and a command needs seven. What is prepared
stays an ordinary SQLAlchemy statement: every other database runs it the ordinary way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cache, lru_cache
from typing import Any, cast

from sqlalchemy import ColumnElement, CursorResult, Table, bindparam, false, insert, or_
from sqlalchemy.engine import Connection, Dialect
from sqlalchemy.types import TypeEngine

from models.walls import INSIDE, require_inside

Values = Mapping[str, Any]
_SHARED = (date, datetime, time)

FEW = 32
"""For so many rows at once a statement has as many places; more of them are a list."""
_PLACES = tuple(f"id{place}" for place in range(FEW))

_Convert = tuple[int, Callable[[Any], Any]]
"""A place and what is done to the value there."""


@dataclass(frozen=True, slots=True)
class _Ready:
    """A statement as the driver takes it. Only some places need converting, on the way in and on the way back."""

    sql: str
    names: tuple[str, ...]
    fixed: dict[str, Any]
    binds: tuple[_Convert, ...]
    columns: tuple[_Convert, ...]

    def bound(self, values: Values) -> list[Any]:
        """The parameters in their places. Raises KeyError for one that is missing."""
        known = {**self.fixed, **values}
        return _converted([known[name] for name in self.names], self.binds)

    def read(self, row: Sequence[Any]) -> tuple[Any, ...]:
        return tuple(_converted(list(row), self.columns))


def _converted(values: list[Any], converts: tuple[_Convert, ...]) -> list[Any]:
    for place, convert in converts:
        values[place] = convert(values[place])
    return values


class Prepared:
    """A statement that is built once and run often. It holds no list of unknown length ("IN").

    One that is `walled` has to be kept inside an organisation; it raises `models.walls.Outside` when it is first run.
    """

    def __init__(self, statement: Any, keys: Sequence[str] = (), *, walled: bool = True) -> None:
        self.statement = statement
        self._keys = list(keys) or None
        self._walled = walled
        self._ready: _Ready | None = None

    def rows(self, connection: Connection, values: Values) -> Sequence[Any]:
        """What the query returns."""
        if connection.dialect.name != "sqlite":
            return self._ordinary(connection, values).all()
        ready = self._made(connection.dialect)
        return [ready.read(row) for row in _driver(connection).execute(ready.sql, ready.bound(values)).fetchall()]

    def insert(self, connection: Connection, values: Values) -> int:
        """Writes a row and returns its id."""
        if connection.dialect.name != "sqlite":
            return cast("int", cast("Any", self._ordinary(connection, values).inserted_primary_key)[0])
        ready = self._made(connection.dialect)
        return cast("int", _driver(connection).execute(ready.sql, ready.bound(values)).lastrowid)

    def many(self, connection: Connection, values: Sequence[Values]) -> int:
        """Runs a change once for each of these; returns how many rows it made or changed."""
        if connection.dialect.name != "sqlite":
            return self._ordinary(connection, values).rowcount
        ready = self._made(connection.dialect)
        return cast("int", _driver(connection).executemany(ready.sql, map(ready.bound, values)).rowcount)

    def _ordinary(self, connection: Connection, values: Values | Sequence[Values]) -> CursorResult[Any]:
        how = INSIDE if self._walled else {}
        return cast("CursorResult[Any]", connection.execute(self.statement, values, execution_options=how))

    def _made(self, dialect: Dialect) -> _Ready:
        if self._ready is None:
            if self._walled:
                require_inside(self.statement)
            self._ready = _prepare(self.statement, self._keys, dialect)
        return self._ready


class Few:
    """A statement about some rows by their ids, or by another column of which there are some: built once for each power
    of two of them, and for more than `FEW` the ordinary way with a list. `build` gets what stands in their places.
    """

    def __init__(self, build: Callable[[Sequence[Any]], Any]) -> None:
        self._build = build
        self._made: dict[int, Prepared] = {}

    def of(self, ids: Iterable[Any]) -> tuple[Any, Values]:
        """The statement for these ids, at least one, and the parameters that they are: the last one as often as there
        is room.
        """
        wanted = tuple(dict.fromkeys(ids))
        if len(wanted) > FEW:
            return self._build(wanted), {}
        room = 1 << (len(wanted) - 1).bit_length()
        if room not in self._made:
            self._made[room] = Prepared(self._build([bindparam(name) for name in _PLACES[:room]]))
        return self._made[room], dict(zip(_PLACES[:room], wanted + wanted[-1:] * (room - len(wanted)), strict=True))


def one_of(column: Any, words: Iterable[Any]) -> ColumnElement[bool]:
    """The same as IN, in a shape that can be prepared."""
    return or_(false(), *(column == word for word in words))


@cache
def insertion(table: Table, keys: tuple[str, ...]) -> Prepared:
    """How rows of these columns are written into a table; the others get their defaults. Who writes says whose they
    are.
    """
    return Prepared(insert(table), keys, walled=False)


def _prepare(statement: Any, keys: list[str] | None, dialect: Dialect) -> _Ready:
    compiled = statement.compile(dialect=dialect, column_keys=keys)
    if "POSTCOMPILE" in str(compiled):
        raise ValueError("a statement with a list of unknown length cannot be prepared")
    fixed = {name: bind.effective_value for name, bind in compiled.binds.items() if not bind.required}
    fixed |= {column.key: column.default.arg for column in compiled.insert_prefetch} if keys else {}
    binds = (compiled.binds[name].type for name in compiled.positiontup)
    read = (column.type for column in getattr(statement, "selected_columns", ()))
    return _Ready(
        str(compiled),
        tuple(compiled.positiontup),
        fixed,
        tuple(_converters(binds, dialect, "bind")),
        tuple(_converters(read, dialect, "result")),
    )


def _converters(types: Iterable[Any], dialect: Dialect, way: str) -> Iterator[_Convert]:
    """What types do to values on their way to the driver ("bind") or back ("result"), where they do anything."""
    for place, type in enumerate(types):
        shared = type.python_type in _SHARED
        convert = _remembered(type.__class__, dialect, way) if shared else _converter(type, dialect, way)
        if convert is not None:
            yield place, convert


def _converter(type: TypeEngine[Any], dialect: Dialect, way: str) -> Callable[[Any], Any] | None:
    kind = type.dialect_impl(dialect)
    return kind.bind_processor(dialect) if way == "bind" else kind.result_processor(dialect, None)


@cache
def _remembered(kind: Callable[[], TypeEngine[Any]], dialect: Dialect, way: str) -> Callable[[Any], Any] | None:
    """Rows that are written or read together share most of their days and moments, so what became of the last ones is
    kept: by type, or every column of every statement would keep thousands of its own.
    """
    convert = _converter(kind(), dialect, way)
    return convert and lru_cache(4096)(convert)


def _driver(connection: Connection) -> Any:
    """The driver's connection, inside the transaction that SQLAlchemy would have begun by now."""
    if not connection.in_transaction():
        connection.begin()
    return connection.connection.dbapi_connection
