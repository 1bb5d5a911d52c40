"""The ground every table stands on: its organisation, and one road to the rows.

SQLAlchemy Core does the work (an ORM session costs about four times as much per call); rows come back as plain,
detached instances of their SQLModel class, and a change is written when it is made.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from types import MappingProxyType
from typing import Any, NamedTuple, TypeVar, cast

from sqlalchemy import (
    BindParameter,
    CursorResult,
    Executable,
    Index,
    Select,
    Table,
    bindparam,
    delete,
    event,
    func,
    literal,
    select,
    text,
    update,
)
from sqlalchemy import Row as ResultRow
from sqlalchemy.engine import Connection
from sqlalchemy.orm import InstrumentedAttribute, Mapper
from sqlalchemy.sql.elements import ColumnElement
from sqlalchemy.sql.operators import in_op
from sqlmodel import Field, SQLModel

from models.prepared import Few, Prepared, insertion
from models.walls import INSIDE, Outside, org_column

MetaData = SQLModel.metadata
MetaData.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}


def partial(name: str, *columns: str, where: str, unique: bool = False, postgresql: str = "") -> Index:
    """An index of the rows that meet a condition; `postgresql` where that database says it in other words.

    Said as that dialect's own option, the words would load the dialect at every start, also on SQLite. So they are a
    note here, which `bot.schema` reads.
    """
    return Index(name, *columns, unique=unique, sqlite_where=text(where), info={"postgresql": postgresql or where})


class _Named:
    """A column where its class names it. On a row the row's own value answers.

    The ORM's attribute in this place looks for what was not loaded yet, which no row of ours has to, and takes eight
    times as long.
    """

    __slots__ = ("column",)

    def __init__(self, column: InstrumentedAttribute[Any]) -> None:
        self.column = column

    def __get__(self, row: object, _: type) -> InstrumentedAttribute[Any]:
        if row is None:
            return self.column
        raise AttributeError(self.column.key)


@event.listens_for(Mapper, "after_mapper_constructed")
def _named(mapper: Mapper[Any], table: type) -> None:
    for name in mapper.column_attrs.keys():  # noqa: SIM118 - it is no dict
        type.__setattr__(table, name, _Named(table.__dict__[name]))


@event.listens_for(Mapper, "after_mapper_constructed")
def _numbered_on(mapper: Mapper[Any], _: type) -> None:
    """SQLite, too, gives out an id once (`models.numbering`)."""
    mapper.local_table.dialect_kwargs["sqlite_autoincrement"] = True  # type: ignore[attr-defined]


class Row(SQLModel):
    """A row of one organisation. `Db.add` gives it its id and its organisation.

    Unique constraints begin with what tells rows apart and end with the organisation: with most rows in one
    organisation, an index that begins with it says nothing, and SQLite would still take it.
    """

    model_config = {"defer_build": True}  # nobody validates a row, so no start waits for validators

    id: int = Field(default=None, primary_key=True)
    org_id: int = Field(default=0, foreign_key="organisation.id")


ORG: BindParameter[int] = bindparam("org")
"""The organisation in a statement. Only `Db` says which one that is."""

WRITES = "writes"
"""The option of a connection that writes and is not the only one; what enters an organisation by it waits its turn."""

STREAMED = 500
"""Rows of a stream that are in memory together."""

R = TypeVar("R", bound=SQLModel)
Where = ColumnElement[bool] | bool
"""A condition on columns. SQLModel types `Kudos.id == 3` as a bool; at run time it is a column element."""


@cache
def columns(table: type[SQLModel]) -> tuple[str, ...]:
    return tuple(core(table).columns.keys())


def core(table: type[SQLModel]) -> Table:
    """The Core table below a model."""
    return cast("Table", getattr(table, "__table__"))  # noqa: B009 - SQLModel does not type this attribute


class Equal(NamedTuple):
    """Conditions that are said by name: the columns, and those of them that are to be empty."""

    columns: tuple[str, ...]
    empty: frozenset[str]

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> Equal:
        return cls(tuple(values), frozenset(name for name, value in values.items() if value is None))


def equal_rows(table: type[SQLModel], equal: Equal, order: str, limit: int | None) -> Select[Any]:
    """The organisation's rows whose columns are as the parameters of their names say."""
    row = core(table).c
    same = (row[name].is_(None) if name in equal.empty else row[name] == bindparam(name) for name in equal.columns)
    query = select(*row).where(row[org_column(core(table))] == ORG, *same)
    query = query.order_by(*_ordered(table, order))
    return query if limit is None else query.limit(literal(limit))


@cache
def _equal(table: type[SQLModel], equal: Equal, order: str, limit: int | None) -> Prepared:
    return Prepared(equal_rows(table, equal, order, limit))


def some_rows(table: type[SQLModel], column: str, ids: Sequence[Any], equal: tuple[str, ...] = ()) -> Select[Any]:
    """The organisation's rows that have one of these in a column, and others as the parameters of their names say."""
    row = core(table).c
    same = (row[name] == bindparam(name) for name in equal)
    return select(*row).where(row.org_id + 0 == ORG, row[column].in_(ids), *same)


@cache
def _some(table: type[SQLModel], column: str, equal: tuple[str, ...]) -> Few:
    return Few(lambda ids: some_rows(table, column, ids, equal))


def _ordered(table: type[SQLModel], order: Any) -> Iterator[Any]:
    row = core(table).c
    if not isinstance(order, str):
        yield from order if isinstance(order, tuple | list) else (order,)
        return
    for name in order.split():
        yield row[name[1:]].desc() if name.startswith("-") else row[name]


def _names_ids(table: type[SQLModel], condition: Any) -> bool:
    """Whether a condition is `id IN (...)` on this table."""
    if getattr(condition, "operator", None) is not in_op or "org_id" not in core(table).c:
        return False
    left = condition.left
    return bool(getattr(left, "name", "") == "id" and getattr(left, "table", None) is core(table))


def loaded(table: type[R], row: Sequence[Any]) -> R:
    """A detached instance of the model from one result row, without validating what the schema already holds."""
    instance: R = table.__new__(table)
    instance.__dict__.update(zip(columns(table), row, strict=True))
    return instance


class Db:
    """One transaction, seen from one organisation: every query that is started here is already scoped.

    `where` conditions are anded, also those that are said as `column=value`; a query of such alone is built only once.
    What a model needs beyond these verbs (joins, groups) it builds as a statement and runs with `rows`, `stream` or
    `many`. Whatever runs here is looked at when it is compiled (`models.walls`), and raises Outside where something in
    it is not kept inside the organisation.
    """

    __slots__ = ("connection", "org_id")

    def __init__(self, connection: Connection, org_id: int) -> None:
        self.connection = connection
        self.org_id = org_id

    # reading

    def mine(self, table: type[SQLModel]) -> ColumnElement[bool]:
        """The condition that keeps a query inside the organisation, whose own row counts as inside."""
        return core(table).c[org_column(core(table))] == ORG

    def _inside(self, table: type[SQLModel], where: tuple[Where, ...]) -> tuple[Any, ...]:
        """The conditions of a query, inside the organisation.

        Looking up many ids, SQLite would rather walk the whole organisation by any index that begins with it. A sum
        in the place of the column keeps it from that.
        """
        if any(_names_ids(table, one) for one in where):
            return (core(table).c.org_id + 0 == ORG, *where)
        return (self.mine(table), *where)

    def all(
        self,
        table: type[R],
        *where: Where,
        order: Any = "id",
        limit: int | None = None,
        offset: int = 0,
        **equal: Any,
    ) -> list[R]:
        """The rows that meet the conditions, in this order: words that name columns, or columns."""
        if isinstance(order, str) and not where and not offset:
            prepared = _equal(table, Equal.of(equal), order, limit)
            return [loaded(table, row) for row in self.rows(prepared, **equal)]
        named = (core(table).c[name] == value for name, value in equal.items())
        query = select(*core(table).columns).where(*self._inside(table, (*where, *named)))
        query = query.order_by(*_ordered(table, order))
        if limit is not None:
            query = query.limit(limit).offset(offset)
        return [loaded(table, row) for row in self._run(query).all()]

    def one(self, table: type[R], *where: Where, order: Any = "id", **equal: Any) -> R | None:
        """The first row that meets the conditions, or None."""
        found = self.all(table, *where, order=order, limit=1, **equal)
        return found[0] if found else None

    def get(self, table: type[R], id: int) -> R | None:
        """The row with this id, or None."""
        return self.one(table, id=id)

    def some(self, table: type[R], ids: Iterable[Any], column: str = "id", **equal: Any) -> list[R]:
        """The rows with these ids, or with one of them in another column, in any order; others of their columns are
        equal to these values.
        """
        return [loaded(table, row) for row in self.about(_some(table, column, tuple(equal)), ids, **equal)]

    def count(self, table: type[SQLModel], *where: Where) -> int:
        query = select(func.count()).select_from(core(table)).where(*self._inside(table, where))
        return cast("int", self._run(query).scalar_one())

    def rows(self, query: Executable | Prepared, /, **values: Any) -> Sequence[Any]:
        """What a query of the model's own returns. Its conditions include `mine` or the parameter `org`."""
        if isinstance(query, Prepared):
            return query.rows(self.connection, values | {"org": self.org_id})
        return self._run(query, values).all()

    def about(self, query: Few, ids: Iterable[Any], /, **values: Any) -> Sequence[Any]:
        """What a query about the rows with these ids returns: nothing where there are none."""
        wanted = tuple(ids)
        if not wanted:
            return []
        statement, few = query.of(wanted)
        return self.rows(statement, **few, **values)

    def stream(self, query: Executable, /, **values: Any) -> Iterator[ResultRow[*tuple[Any, ...]]]:
        """The same, some rows at a time, for what should not be in memory as a whole. Several may be open at once.

        Who has enough may leave the rest.
        """
        if self.connection.dialect.name == "postgresql":
            # Its cursors assume that a tenth of the rows is read, and then plan for a quick first row.
            self.connection.execute(text("SET LOCAL cursor_tuple_fraction = 1.0"))
        found = self._run(query, values, stream_results=True)
        try:
            for part in found.partitions(STREAMED):
                yield from part
        finally:
            if not self.connection.closed:  # PostgreSQL keeps the rest ready until it hears that nobody wants it
                found.close()

    # writing

    def add(self, row: R) -> R:
        """Writes a new row and gives it its id."""
        table = type(row)
        values = self._values(row)
        id = insertion(core(table), tuple(values)).insert(self.connection, values)
        if "id" not in values:
            row.__dict__["id"] = id
        return row

    def insert(self, table: type[R], **values: Any) -> R:
        """Writes a new row from bare values, every column named: for the paths where making a row object counts."""
        values |= {"org_id": self.org_id}
        id = insertion(core(table), tuple(values)).insert(self.connection, values)
        row: R = table.__new__(table)
        row.__dict__.update(values, id=id)
        return row

    def insert_all(self, table: type[SQLModel], values: Sequence[Mapping[str, Any]]) -> None:
        """The same for many rows, in one statement."""
        if values:
            rows = [{**one, "org_id": self.org_id} for one in values]
            insertion(core(table), tuple(rows[0])).many(self.connection, rows)

    def add_all(self, rows: Iterable[SQLModel]) -> None:
        """Writes many new rows of one table in one statement. They do not learn their ids."""
        added = list(rows)
        if added:
            self.insert_all(type(added[0]), [self._values(row) for row in added])

    def change(self, row: R, **values: Any) -> R:
        """Writes these columns of a row that is there."""
        table = core(type(row))
        self._run(update(table).where(table.c.id == row.__dict__["id"], self.mine(type(row))).values(**values))
        row.__dict__.update(values)
        return row

    def update(self, table: type[SQLModel], *where: Where, **values: Any) -> int:
        """Writes these columns wherever the conditions hold; returns in how many rows."""
        statement = update(core(table)).where(*self._inside(table, where)).values(**values)
        return self._run(statement).rowcount

    def remove(self, table: type[SQLModel], *where: Where) -> int:
        """Deletes where the conditions hold; returns how many rows."""
        statement = delete(core(table)).where(*self._inside(table, where))
        return self._run(statement).rowcount

    def apply(self, change: Prepared, **values: Any) -> int:
        """Makes a change of the model's own; returns in how many rows it was made."""
        return self.many(change, [values])

    def apply_to(self, change: Few, ids: Iterable[Any], /, **values: Any) -> int:
        """Makes a change of the model's own in the rows with these ids; returns in how many it was made."""
        wanted = tuple(ids)
        if not wanted:
            return 0
        statement, few = change.of(wanted)
        if isinstance(statement, Prepared):
            return self.apply(statement, **few, **values)
        return self._run(statement, values).rowcount

    def many(self, statement: Executable | Prepared, values: Sequence[Mapping[str, Any]]) -> int:
        """Runs a change of the model's own once for each of these; returns in how many rows it was made."""
        if not values:
            return 0
        if isinstance(statement, Prepared):
            return statement.many(self.connection, [{**one, "org": self.org_id} for one in values])
        return self._run(statement, values).rowcount

    # inside

    def _run(
        self,
        statement: Executable,
        values: Mapping[str, Any] | Sequence[Mapping[str, Any]] = MappingProxyType({}),
        **how: Any,
    ) -> CursorResult[Any]:
        """Runs a statement that is kept inside the organisation. Raises Outside for any other."""
        here = {"org": self.org_id}
        bound = {**values, **here} if isinstance(values, Mapping) else [{**one, **here} for one in values]
        found = cast("CursorResult[Any]", self.connection.execute(statement, bound, execution_options=INSIDE | how))
        if found.context.compiled.cache_key is None:  # type: ignore[union-attr]  # it was compiled just now
            raise Outside("what cannot be kept compiled was not looked at")
        return found

    def _values(self, row: SQLModel) -> dict[str, Any]:
        values: Mapping[str, Any] = row.__dict__
        written = {name: values[name] for name in columns(type(row)) if name in values}
        if written.get("id") is None:
            written.pop("id", None)
        if "org_id" in columns(type(row)):
            row.__dict__["org_id"] = written["org_id"] = self.org_id
        return written
