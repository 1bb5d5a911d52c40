"""What a backup and a restore share: a file that is whole or not there, a look at it, and rows on their way."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import mkstemp
from typing import Any

from sqlalchemy import URL, Connection, DateTime, Engine, MetaData, Table, event, func, insert, select

from bot.db import engine
from models import numbering
from models.moments import Moment

CHUNK = 1000
"""Rows that are in memory together."""

WAIT = 30.0
"""Seconds to wait for an SQLite database that somebody else has to himself."""

BESIDE = ("-journal", "-wal", "-shm")
"""What SQLite keeps beside a file while it is open, by the end of its name."""

_REVISION = "alembic_version"


class Unfit(Exception):
    """A file or a database cannot be used for that. The text says what to do; nothing was changed."""


class Failed(Exception):
    """It was begun and could not be finished. Nothing of it was kept."""


# --- a file ------------------------------------------------------------------------------------------


@contextmanager
def whole(file: Path) -> Iterator[Path]:
    """An empty file beside this one, which takes its name once it is complete and on the disk.

    Only who runs this may read it. When something fails, it is gone.
    """
    handle, name = mkstemp(prefix=f"{file.name}.", suffix=".part", dir=file.parent)
    os.close(handle)
    part = Path(name)
    try:
        yield part
        _on_disk(part)
        part.replace(file)
        _on_disk(file.parent)
    finally:
        for end in ("", *BESIDE):
            Path(f"{part}{end}").unlink(missing_ok=True)


def _on_disk(path: Path) -> None:
    """Waits until the disk is sure. For a folder: of the names in it."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def looked_into(file: Path) -> sqlite3.Connection:
    """An SQLite database, opened to be read. As it never writes, it never tidies up after those who do either."""
    return sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True, isolation_level=None, timeout=WAIT)


def taken(source: Path, target: Path) -> None:
    """Writes an SQLite database as it is at this moment into an empty file.

    It reads in one transaction, beside which others go on writing. The copy has no empty pages, so nothing that was
    deleted goes along.
    """
    with closing(looked_into(source)) as connection:
        connection.execute("VACUUM INTO ?", (str(target),))


def revision(file: Path) -> str:
    """The revision of a database in a file; empty where it has none. Raises Unfit where it is no database."""
    try:
        with closing(looked_into(file)) as connection:
            known = connection.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (_REVISION,)).fetchone()
            found = connection.execute(f"SELECT version_num FROM {_REVISION}").fetchone() if known else None  # noqa: S608 - a name of ours
    except sqlite3.DatabaseError as failure:
        raise Unfit(f"{file} cannot be read: {failure}.") from failure
    return found[0] if found else ""


def require_sound(file: Path) -> None:
    """Raises Unfit unless a file is a whole database whose rows all have their parents."""
    try:
        with closing(looked_into(file)) as connection:
            damage = [text for (text,) in connection.execute("PRAGMA integrity_check(10)") if text != "ok"]
            orphans = len(connection.execute("PRAGMA foreign_key_check").fetchall())
    except sqlite3.DatabaseError as failure:
        raise Unfit(f"{file} cannot be read: {failure}.") from failure
    if damage:
        raise Unfit(f"{file} is damaged: {damage[0]}.")
    if orphans:
        raise Unfit(f"{file} is damaged: {orphans} rows have lost what they belong to.")


def address(file: Path) -> str:
    """The address of an SQLite database in a file."""
    return URL.create("sqlite", database=str(file)).render_as_string()


@contextmanager
def opened(url: str) -> Iterator[Engine]:
    """A database for a while."""
    found = engine(url)
    try:
        yield found
    finally:
        found.dispose()


# --- rows --------------------------------------------------------------------------------------------


def tables(engine: Engine) -> list[Table]:
    """Every table in one of our files, parents first, with types that mean the same in both kinds of database.

    They are as the file has them, whatever its revision, so none can be forgotten.
    """
    found = MetaData()
    event.listen(found, "column_reflect", _alike)
    found.reflect(engine)
    return [table for table in found.sorted_tables if table.name != _REVISION]


def _alike(_: Any, __: Any, column: dict[str, Any]) -> None:
    kind = column["type"].as_generic()
    column["type"] = Moment() if isinstance(kind, DateTime) else kind


def pour(source: Connection, target: Connection, tables: Sequence[Table]) -> None:
    """Copies every row, and which ids were given out. Raises Failed where they are not as many there as here."""
    for table in tables:
        query = select(table).order_by(*table.primary_key.columns)
        rows = source.execute(query, execution_options={"yield_per": CHUNK})
        for some in rows.partitions():
            target.execute(insert(table), [dict(row._mapping) for row in some])  # noqa: SLF001 - SQLAlchemy's public name for it
    here, there = counted(source, tables), counted(target, tables)
    if here != there:
        names = ", ".join(name for name in here if here[name] != there[name])
        raise Failed(f"Not every row arrived: {names}.")
    numbering.go_on(target, numbering.last(source))


def counted(connection: Connection, tables: Sequence[Table]) -> Mapping[str, int]:
    """How many rows each table has."""
    return {table.name: connection.execute(select(func.count()).select_from(table)).scalar_one() for table in tables}
