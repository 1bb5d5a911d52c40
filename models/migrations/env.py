"""Runs migrations: whole or not at all, and on SQLite without losing a child to a rebuilt parent."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from alembic import context
from alembic.operations.ops import CreateIndexOp
from sqlalchemy import Inspector, Table, create_engine, event, text
from sqlalchemy.engine import Connection
from sqlmodel import AutoString

import models
from models import enforced, numbering
from models.moments import Moment


def render(kind: str, thing: Any, _: Any) -> str | bool:
    """Column types as SQLAlchemy's own, so that a migration doesn't change when the code does."""
    if kind == "type" and isinstance(thing, Moment):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(thing, AutoString):
        return "sa.String()"
    return False


def on_both(_: Any, __: Any, scripts: list[Any]) -> None:
    """Writes the condition of a partial index for PostgreSQL, too; autogeneration compares with SQLite alone."""
    known = {index.name: index.info for table in models.everything().sorted_tables for index in table.indexes}
    for script in scripts:
        for one in (*_flat(script.upgrade_ops), *_flat(script.downgrade_ops)):
            where = known.get(getattr(one, "index_name", None), {}).get("postgresql")
            if isinstance(one, CreateIndexOp) and where:
                one.kw["postgresql_where"] = text(where)


def _flat(op: Any) -> Iterator[Any]:
    for one in op.ops:
        yield from _flat(one) if hasattr(one, "ops") else (one,)


def migrate(connection: Connection) -> None:
    sqlite = connection.dialect.name == "sqlite"
    context.configure(
        connection=connection,
        target_metadata=models.everything(),
        render_as_batch=sqlite,
        render_item=render,
        compare_type=True,
        transactional_ddl=True,
        process_revision_directives=on_both,
    )
    with context.begin_transaction():
        enforced.lift(connection)
        if sqlite:
            run_numbered_on(connection)
        else:
            context.run_migrations()
            sort_alike(connection)
        orphans = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall() if sqlite else []
        if orphans:
            raise RuntimeError(
                f"the migration would leave {len(orphans)} rows without their parent; nothing was changed"
            )
        enforced.build(connection)
        enforced.secure(connection, on=context.config.attributes["row_security"])


def run_numbered_on(connection: Connection) -> None:
    """Batch mode makes tables anew, without how they give out ids and which they gave out."""
    given = numbering.last(connection)
    event.listen(Table, "column_reflect", number_on)
    try:
        context.run_migrations()
    finally:
        event.remove(Table, "column_reflect", number_on)
    numbering.go_on(connection, given)


def number_on(_: Inspector, table: Table, __: Any) -> None:
    table.dialect_kwargs["sqlite_autoincrement"] = True


_SORTS_OTHERWISE = """
    SELECT format('ALTER TABLE %%s ALTER COLUMN %%I TYPE varchar COLLATE "C"', a.attrelid::regclass, a.attname)
    FROM pg_attribute a JOIN pg_class t ON t.oid = a.attrelid
    WHERE t.relnamespace = current_schema()::regnamespace AND t.relkind = 'r' AND t.relname = ANY(%s)
    AND a.atttypid = 'varchar'::regtype AND a.attcollation <> 'pg_catalog."C"'::regcollation
    ORDER BY t.relname, a.attnum
"""


def sort_alike(connection: Connection) -> None:
    """Text compares by code point, as on SQLite, whatever the server's locale is: people see one order on both."""
    ours = [table.name for table in models.everything().sorted_tables]
    for change in connection.exec_driver_sql(_SORTS_OTHERWISE, (ours,)).scalars().all():
        connection.exec_driver_sql(change)


engine = create_engine(context.config.attributes["url"])
if engine.dialect.name == "sqlite":

    @event.listens_for(engine, "connect")
    def connect(raw: Any, _: Any) -> None:
        # Batch mode rebuilds tables: with foreign keys on, dropping the old one would delete its children. The
        # switch only works outside of a transaction, and Python's own transactions would leave out the schema.
        raw.isolation_level = None
        raw.execute("PRAGMA foreign_keys = OFF")
        raw.execute("PRAGMA secure_delete = ON")  # what a rebuilt table leaves behind would outlive an erasure
        raw.execute("PRAGMA busy_timeout = 600000")  # who comes second waits for a migration of many rows

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")


with engine.connect() as connection:
    migrate(connection)
engine.dispose()
