"""The way back from a backup: into a new or empty database of either kind, whole or not at all, and behind a fence."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import Connection, Table, func, select, text
from sqlalchemy.engine import make_url

from bot import fence, schema
from bot.backup import Copied, hold, require_known, rows
from bot.copies import (
    BESIDE,
    Failed,
    Unfit,
    address,
    looked_into,
    opened,
    pour,
    require_sound,
    revision,
    tables,
    taken,
    whole,
)
from bot.engine.lock import DatabaseLock, FileLock
from models import enforced
from models.base import core
from models.identity import Person


async def restore(url: str, file: Path, now: datetime) -> Copied:
    """Fills the database at an address from a backup, brings it to the newest revision, and puts a fence around it.

    What is there may hold no people, and no Ritme may run on it. Raises Unfit, Failed, AlreadyRunning, Unprepared, and
    what the disk or the database say.
    """
    await asyncio.to_thread(_require_usable, file)
    kept = make_url(url)
    target = Path(kept.database or "") if kept.get_backend_name() == "sqlite" else None
    if target and target.name in {"", ":memory:"}:
        raise Unfit("RITME_DATABASE_URL names no file to restore into.")
    lock = FileLock(Path(f"{target}.lock")) if target else DatabaseLock(url, alone=True)
    await lock.take()
    try:
        return await asyncio.to_thread(_filled, file, target or url, now)
    finally:
        await lock.leave()


def _require_usable(file: Path) -> None:
    if not file.is_file():
        raise Unfit(f"There is no file {file}.")
    require_sound(file)
    require_known(revision(file), str(file))


def _filled(file: Path, target: Path | str, now: datetime) -> Copied:
    return _into_sqlite(file, target, now) if isinstance(target, Path) else _into_postgresql(file, target, now)


def _stage(file: Path, stage: Path, now: datetime) -> Copied:
    """The backup in a file of its own, as it is going to be: upgraded, and fenced."""
    taken(file, stage)
    schema.upgrade(address(stage))
    copied = Copied(revision(stage), rows(stage), stage.stat().st_size)
    with opened(address(stage)) as made, made.begin() as connection:
        fence.put_up(connection, f"restored from {file.name}", now)
    require_sound(stage)
    return copied


# --- into SQLite -------------------------------------------------------------------------------------


def _into_sqlite(file: Path, target: Path, now: datetime) -> Copied:
    _require_empty(target)
    with whole(target) as stage:
        copied = _stage(file, stage, now)
        _give_way(target)
    return copied


def _require_empty(target: Path) -> None:
    if not target.exists():
        left = [f"{target}{end}" for end in BESIDE if Path(f"{target}{end}").exists()]
        if left:
            # SQLite would take them for the newest changes to whatever has this name.
            raise Unfit(f"{', '.join(left)} belong to a database that was here. Move them away with it, then restore.")
        return
    try:
        with closing(looked_into(target)) as connection:
            known = connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'person'").fetchone()
            people = connection.execute("SELECT count(*) FROM person").fetchone()[0] if known else 0
    except sqlite3.DatabaseError as failure:
        raise Unfit(f"{target} cannot be read: {failure}. Move it away, then restore.") from failure
    if people:
        raise Unfit(f"{target} holds {people} people. Move it away, or restore elsewhere: RITME_DATABASE_URL names it.")


def _give_way(target: Path) -> None:
    """Closes what is there so that nothing of it is left beside the file. Raises Failed where somebody has it open."""
    if not target.exists():
        return
    try:
        with closing(sqlite3.connect(target, isolation_level=None)) as connection:
            connection.execute("PRAGMA journal_mode = DELETE")
    except sqlite3.OperationalError as failure:
        raise Failed(f"{target} is in use: {failure}.") from failure


# --- into PostgreSQL ---------------------------------------------------------------------------------


def _into_postgresql(file: Path, url: str, now: datetime) -> Copied:
    _require_nobody(url)
    with TemporaryDirectory(prefix="ritme-") as folder:  # nobody else may look into it
        stage = Path(folder) / "stage.db"
        stage.touch(mode=0o600)
        copied = _stage(file, stage, now)
        schema.upgrade(url)
        with opened(address(stage)) as source, opened(url) as target:
            ours = tables(source)
            with source.connect() as reading, target.begin() as writing:
                hold(writing, ours, "ACCESS EXCLUSIVE")
                _refuse(_people(writing))
                _fill(reading, writing, ours)
    return copied


def _fill(reading: Connection, writing: Connection, ours: Sequence[Table]) -> None:
    """Rows may stand before those that they point to, so what points is checked once all are there."""
    quoted = writing.dialect.identifier_preparer.format_table
    keys = [tuple(key) for key in writing.execute(_KEYS, {"names": [table.name for table in ours]})]
    for table, name, _ in keys:
        writing.execute(text(f"ALTER TABLE {table} DROP CONSTRAINT {name}"))
    writing.execute(text(f"TRUNCATE {', '.join(map(quoted, ours))}"))
    for name in map(quoted, ours):
        writing.execute(text(f"ALTER TABLE {name} DISABLE TRIGGER USER"))
    pour(reading, writing, ours)
    for name in map(quoted, ours):
        writing.execute(text(f"ALTER TABLE {name} ENABLE TRIGGER USER"))
    enforced.require_none_across(writing)
    for table, name, definition in keys:
        writing.execute(text(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}"))


_KEYS = text("""
    SELECT quote_ident(relname), quote_ident(conname), pg_get_constraintdef(key.oid)
    FROM pg_constraint key JOIN pg_class ON pg_class.oid = conrelid
    WHERE contype = 'f' AND relnamespace = current_schema()::regnamespace AND relname = ANY(:names)
    ORDER BY 1, 2
""")
"""What points to what: table, name, and how it is said."""


def _require_nobody(url: str) -> None:
    has = schema.current(url)
    if has:
        require_known(has, "The database")
    with opened(url) as there, there.connect() as connection:
        _refuse(_people(connection) if has else 0)


def _people(connection: Connection) -> int:
    return connection.execute(select(func.count()).select_from(core(Person))).scalar_one()


def _refuse(people: int) -> None:
    if people:
        raise Unfit(f"The database holds {people} people. Restore into an empty one: RITME_DATABASE_URL names it.")
