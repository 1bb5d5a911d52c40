"""The wall between organisations: whether a statement can see, or change, more than one of them.

A statement is looked at once, when it is compiled for the first time, by walking its expression tree. It is inside when
every table that it names is tied to the parameter `org`: by its own `org_id`, by that of a table that is tied, or by a
foreign key to or from one, for no row points at another organisation's (`models.enforced` has the database hold that).
Subqueries are held to the same, each by itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, TypeGuard

from sqlalchemy import (
    Alias,
    BindParameter,
    Column,
    CompoundSelect,
    Delete,
    Insert,
    Join,
    Select,
    Subquery,
    Table,
    Update,
)
from sqlalchemy.sql.base import Executable
from sqlalchemy.sql.elements import (
    BinaryExpression,
    BooleanClauseList,
    ClauseElement,
    ColumnElement,
    Grouping,
    TextClause,
)
from sqlalchemy.sql.operators import add, and_, eq, in_op, or_
from sqlalchemy.sql.selectable import CTE, FromClause, ScalarSelect, SelectStatementGrouping
from sqlalchemy.util import LRUCache

ORGANISATION = "organisation"
"""The table whose own id is what the others' `org_id` names."""

Tied = frozenset[Any]
"""What is known to be inside: tables and their aliases."""


class Outside(Exception):
    """A statement that is not kept inside one organisation. It was not run."""


class Inside(LRUCache[Any, Any]):
    """Compiled statements, each of which was looked at before it got in: what is found here needs no other look."""

    def __setitem__(self, key: Any, compiled: Any) -> None:
        require_inside(compiled.statement)
        super().__setitem__(key, compiled)


INSIDE = {"compiled_cache": Inside(1000)}
"""How whatever runs inside an organisation is run."""


def require_inside(statement: Executable | ClauseElement) -> None:
    """Raises Outside where a table of a statement is not tied to the organisation."""
    _look(statement, frozenset())


def org_column(table: Table) -> str:
    """The column of a table that says whose a row is; empty where it has none, and the rows are nobody's."""
    return "org_id" if "org_id" in table.c else "id" if table.name == ORGANISATION else ""


# --- statements --------------------------------------------------------------------------------------


def _look(statement: Any, around: Tied) -> None:
    """Looks at a statement; `around` is what is tied in the statements that it stands in."""
    match statement:
        case Select():
            _look_at_select(statement, around)
        case CompoundSelect():
            for part in statement.selects:
                _look(part, around)
        case SelectStatementGrouping():
            _look(statement.element, around)
        case Update() | Delete():
            _look_at_change(statement)
        case Insert():
            _look_at_insertion(statement)
        case _:
            raise Outside(f"nobody can tell what a {type(statement).__name__} sees")


def _look_at_select(statement: Select[Any], around: Tied) -> None:
    leaves, conditions = list[Any](), list[tuple[Any, Any]]()
    for source in _shown(statement, around):
        _unfold(source, leaves, conditions)
    conditions += [(one, None) for one in statement._where_criteria]  # noqa: SLF001 - how SQLAlchemy keeps them
    tied = _require(leaves, conditions, around)
    _look_below(statement, tied)


def _look_at_change(statement: Update | Delete) -> None:
    conditions = list(statement._where_criteria)  # noqa: SLF001 - how SQLAlchemy keeps them
    leaves = {statement.table, *(column.table for one in conditions for column in _columns(one))}
    tied = _require(leaves, [(one, None) for one in conditions], frozenset())
    given = _given(statement) if isinstance(statement, Update) else {}
    if any(getattr(column, "name", column) == "org_id" for column in given):
        raise Outside(f"a row of {_name(statement.table)} stays in its organisation")
    for part in (*conditions, *given.values()):
        _look_below(part, tied)


def _look_at_insertion(statement: Insert) -> None:
    """One that copies rows. Others are written by `Db`, which says itself whose they are."""
    source, names = statement.select, statement._select_names  # noqa: SLF001 - how SQLAlchemy keeps them
    if not isinstance(source, Select) or "org_id" not in (names or ()):
        raise Outside(f"new rows of {_name(statement.table)} have no organisation yet: add them by Db")
    _look(source, frozenset())
    whose = _bare(list(source.selected_columns)[list(names or ()).index("org_id")])
    if not _is_org(whose) and not _names_org(whose):
        raise Outside(f"new rows of {_name(statement.table)} come from who knows which organisation")


def _given(statement: Update) -> dict[Any, Any]:
    return dict(statement._values or {})  # noqa: SLF001 - as above


# --- what they name ----------------------------------------------------------------------------------


def _shown(statement: Select[Any], around: Tied) -> list[Any]:
    """What a query selects from, without what it takes from the queries around it: as SQLAlchemy decides that."""
    sources = list(statement.get_final_froms())
    named, all_but = statement._correlate, statement._correlate_except  # noqa: SLF001 - as above
    if named or all_but is not None:
        taken = {one for one in around if (one in named if named else one not in (all_but or ()))}
    else:
        taken = set(around) if statement._auto_correlate and len(sources) > 1 else set()  # noqa: SLF001 - as above
    return [source for source in sources if source not in taken]


def _unfold(source: Any, leaves: list[Any], conditions: list[tuple[Any, Any]]) -> None:
    """The tables of what is selected from, and what joins them: (condition, the tables that it says something of).

    What an outer join adds may be missing, so its condition says nothing of what it is added to.
    """
    if not isinstance(source, Join):
        leaves.append(source)
        return
    right = list[Any]()
    _unfold(source.left, leaves, conditions)
    _unfold(source.right, right, conditions)
    leaves += right
    if not source.full:
        conditions.append((source.onclause, frozenset(right) if source.isouter else None))


def _require(leaves: Iterable[Any], conditions: list[tuple[Any, Any]], around: Tied) -> Tied:
    """The tables of a statement with those around it, all of them tied. Raises Outside."""
    wanted = set(leaves)
    tied = {*(around - wanted), *(leaf for leaf in wanted if _needs_no_tie(leaf))}  # a name hides its like around it
    before = -1
    while len(tied) > before:
        before = len(tied)
        for condition, of in conditions:
            found = _ties(condition, frozenset(tied))
            tied |= found if of is None else found & of
    loose = wanted - tied
    if loose:
        raise Outside(f"not kept inside the organisation: {', '.join(sorted(map(_name, loose)))}")
    return frozenset(tied)


def _needs_no_tie(leaf: Any) -> bool:
    """Rows that are nobody's, and what a query of its own brings, which is looked at by itself."""
    if isinstance(leaf, Subquery | CTE):
        return True
    table = _table(leaf)
    return table is not None and not org_column(table)


def _look_below(part: Any, tied: Tied) -> None:
    """Looks at the queries inside a part of a statement."""
    for child in part.get_children():
        if isinstance(child, Select | CompoundSelect):
            _look(child, tied)
        elif isinstance(child, TextClause):
            raise Outside("nobody can tell what a piece of text sees")
        elif not isinstance(child, Table):
            _look_below(child, tied)


def _columns(part: Any) -> Iterator[Any]:
    """The columns of tables that a part of a statement names, outside of the queries inside it."""
    if isinstance(part, Column):
        yield part
    for child in () if isinstance(part, Select | CompoundSelect) else part.get_children():
        yield from _columns(child)


# --- what ties them ----------------------------------------------------------------------------------


def _ties(condition: Any, tied: Tied) -> set[Any]:
    """The tables that are inside wherever this holds, given what is."""
    match condition:
        case Grouping():
            return _ties(condition.element, tied)
        case BooleanClauseList() if condition.operator is and_:
            return set[Any]().union(*(_ties(one, tied) for one in condition.clauses))
        case BooleanClauseList() if condition.operator is or_:
            return set.intersection(*(_ties(one, tied) for one in condition.clauses))
        case BinaryExpression() if condition.operator is eq:
            left, right = _bare(condition.left), _bare(condition.right)
            return {*_tie(left, right, tied), *_tie(right, left, tied)}
        case BinaryExpression() if condition.operator is in_op:
            listed = _listed(condition.right)
            # What a query lists was looked at with it, so it is inside.
            return set() if listed is None else {*_tie(_bare(condition.left), listed, tied | _origins(listed))}
    return set()


def _tie(one: Any, other: Any, tied: Tied) -> Iterator[Any]:
    """The table of the one column, where being equal to the other ties it."""
    if not isinstance(one, Column):
        return
    inside = bool(_origins(other)) and _origins(other) <= tied
    if (_names_org(one) and (_is_org(other) or (inside and all(map(_names_org, _real(other)))))) or (
        inside and all(_points(one, real) or _points(real, one) for real in _real(other))
    ):
        yield one.table


def _bare(part: Any) -> Any:
    """A column without what does not change it: brackets, or the sum that keeps SQLite from an index."""
    while True:
        if isinstance(part, Grouping):
            part = part.element
        elif isinstance(part, BinaryExpression) and part.operator is add and _is_zero(part.right):
            part = part.left
        else:
            return part


def _is_zero(part: Any) -> bool:
    return isinstance(part, BindParameter) and part.value == 0


def _is_org(part: Any) -> bool:
    return isinstance(part, BindParameter) and part.key == "org"


def _listed(part: Any) -> Any:
    """The column that a query lists; None where it is no query."""
    while isinstance(part, Grouping | SelectStatementGrouping | ScalarSelect):
        part = part.element
    return part.selected_columns[0] if isinstance(part, Select | CompoundSelect) else None


def _real(part: Any) -> tuple[Any, ...]:
    """The columns of tables that a column brings on, also by way of a subquery; of a union these are several."""
    if _table(getattr(part, "table", None)) is not None:
        return (part,)
    return tuple(part.base_columns) if isinstance(part, ColumnElement) else ()


def _origins(part: Any) -> Tied:
    """What would have to be tied for a column to be inside: its table, or the subquery that it comes from."""
    real = _real(part)
    if not real or not all(isinstance(one, Column) for one in real):
        return frozenset()
    return frozenset({part.table}) if isinstance(getattr(part, "table", None), FromClause) else frozenset()


def _names_org(part: Any) -> TypeGuard[Column[Any]]:
    table = _table(getattr(part, "table", None))
    return table is not None and isinstance(part, Column) and part.name == org_column(table)


def _points(one: Any, other: Any) -> bool:
    """Whether a column is a foreign key to the other, or to what that one points to as well."""
    target, source = _table(getattr(other, "table", None)), _table(getattr(one, "table", None))
    if target is None or source is None:
        return False
    mine, its = source.c[one.name], target.c[other.name]
    ends = {its, *(key.column for key in its.foreign_keys)}
    return any(org_column(key.column.table) and key.column in ends for key in mine.foreign_keys) and not _names_org(one)


def _table(leaf: Any) -> Table | None:
    """The table that stands behind a name; None where there is another thing behind it."""
    while isinstance(leaf, Alias):
        leaf = leaf.element
    return leaf if isinstance(leaf, Table) else None


def _name(leaf: Any) -> str:
    return str(getattr(leaf, "name", None) or type(leaf).__name__)
