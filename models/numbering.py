"""Ids are given out once: what was said of a row is found by its id, also when the row is gone.

PostgreSQL counts on by itself. SQLite gives the id of a removed last row to the next one, unless a table is made with
AUTOINCREMENT: then it keeps the table's last id in `sqlite_sequence`, which is no table of ours, and forgets it when
the table is made anew.
"""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection, text


def last(connection: Connection) -> dict[str, int]:
    """The highest id that each table gave out; a table that gave out none is not there."""
    if connection.dialect.name == "sqlite" and not _counts(connection):
        return {}
    query = _LAST_ON_SQLITE if connection.dialect.name == "sqlite" else _LAST_ON_POSTGRESQL
    return {name: number for name, number in connection.execute(text(query)) if number}


def go_on(connection: Connection, after: Mapping[str, int]) -> None:
    """Has each of these tables give out higher ids only. Those that are not there, or cannot count, are left alone."""
    sqlite = connection.dialect.name == "sqlite"
    if not after or (sqlite and not _counts(connection)):
        return
    numbers = [{"name": name, "number": number} for name, number in after.items()]
    for change in _GO_ON_SQLITE if sqlite else _GO_ON_POSTGRESQL:
        connection.execute(text(change), numbers)


def repeating(connection: Connection) -> list[str]:
    """The tables that would give out the id of a removed row again."""
    return [*connection.execute(text(_REPEATING)).scalars()] if connection.dialect.name == "sqlite" else []


def _counts(connection: Connection) -> bool:
    """Whether any table of an SQLite database ever had AUTOINCREMENT."""
    return bool(connection.execute(text("SELECT 1 FROM sqlite_master WHERE name = 'sqlite_sequence'")).scalar())


_LAST_ON_SQLITE = "SELECT name, seq FROM sqlite_sequence"
_GO_ON_SQLITE = (
    "UPDATE sqlite_sequence SET seq = max(seq, :number) WHERE name = :name",
    """
    INSERT INTO sqlite_sequence (name, seq) SELECT name, :number FROM sqlite_master
    WHERE type = 'table' AND name = :name AND name NOT IN (SELECT name FROM sqlite_sequence)
    """,
)
_REPEATING = """
    SELECT tables.name FROM sqlite_master AS tables JOIN pragma_table_info(tables.name) AS columns
    WHERE tables.type = 'table' AND columns.name = 'id' AND columns.pk AND tables.sql NOT LIKE '%AUTOINCREMENT%'
    ORDER BY tables.name
"""
# Of a sequence that one may not read, the view does not say the number; to ask the sequence itself would fail.
_SEQUENCES = """
    SELECT tables.relname AS whose, sequences.oid AS sequence, last_value
    FROM pg_class AS sequences
    JOIN pg_sequences ON schemaname = current_schema() AND sequencename = sequences.relname
    JOIN pg_depend ON objid = sequences.oid AND classid = 'pg_class'::regclass AND deptype IN ('a', 'i')
    JOIN pg_class AS tables ON tables.oid = refobjid AND refclassid = 'pg_class'::regclass
    JOIN pg_attribute ON attrelid = tables.oid AND attnum = refobjsubid AND attname = 'id'
    WHERE sequences.relkind = 'S' AND sequences.relnamespace = current_schema()::regnamespace
"""
_LAST_ON_POSTGRESQL = f"SELECT whose, last_value FROM ({_SEQUENCES}) AS found"  # noqa: S608 - ours
_GO_ON_POSTGRESQL = (
    f"""
    SELECT setval(sequence::regclass, greatest(:number, coalesce(last_value, 0)))
    FROM ({_SEQUENCES}) AS found WHERE whose = :name
    """,  # noqa: S608 - ours
)
