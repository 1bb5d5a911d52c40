"""Procrastinate's tables: in a schema of their own beside ours, made and kept up to date with `ritme db upgrade`.

Nothing in them is worth keeping: every job can be derived from our rows again, so no backup holds them.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, text
from sqlalchemy.engine import URL, make_url

from bot.engine import Unprepared

if TYPE_CHECKING:
    import psycopg

SCHEMA = "ritme_engine"
_ONE_AT_A_TIME = 0x5269746D65
"""The lock of who changes these tables ("Ritme")."""

_KNOWN = "SELECT name FROM applied"
_THERE = "SELECT to_regclass('ritme_engine.applied') IS NOT NULL"
_SILENCE = """
    SELECT extract(epoch FROM clock_timestamp() - max(last_heartbeat)) FROM ritme_engine.procrastinate_workers
"""


def address(url: str | URL, more: str = "", **values: Any) -> str:
    """A database's address as the driver itself reads it, with more options for the session on the server."""
    from psycopg.conninfo import conninfo_to_dict, make_conninfo  # noqa: PLC0415 - only where PostgreSQL is used

    plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    options = f"{conninfo_to_dict(plain).get('options') or ''} {more}".strip()
    return make_conninfo(plain, **values | ({"options": options} if options else {}))


def inside(url: str | URL, **settings: str) -> str:
    """The same, looking into the engine's schema and no other, with these settings of the server's."""
    return address(url, " ".join(f"-c {name}={value}" for name, value in {"search_path": SCHEMA, **settings}.items()))


def prepare(url: str | URL) -> None:
    """Makes the engine's tables in a PostgreSQL database, or brings them to what the installed Procrastinate needs.

    May be called again at any time. A step of its newest version that takes away what the version before still uses
    is left for a later upgrade, so that old and new workers can run side by side.
    """
    import psycopg  # noqa: PLC0415 - as above

    with psycopg.connect(inside(url)) as connection:
        connection.execute("SELECT pg_advisory_xact_lock(%s)", [_ONE_AT_A_TIME + 1])
        connection.execute("CREATE SCHEMA IF NOT EXISTS ritme_engine")
        steps = _steps()
        if not _one(connection, _THERE):
            connection.execute("CREATE TABLE applied (name text PRIMARY KEY)")
            connection.execute(_whole())
            _write(connection, [step.stem for step in steps])
            return
        known = {row[0] for row in connection.execute(_KNOWN)}
        for step in [step for step in _due(steps) if step.stem not in known]:
            connection.execute(step.read_bytes())
            _write(connection, [step.stem])


def check(url: str | URL) -> None:
    """Raises Unprepared where the engine's tables are missing or older than the installed Procrastinate needs."""
    import psycopg  # noqa: PLC0415 - as above

    with psycopg.connect(inside(url)) as connection:
        known = {row[0] for row in connection.execute(_KNOWN)} if _one(connection, _THERE) else set()
    if not {step.stem for step in _due(_steps())} <= known:
        raise Unprepared("The database has no tables for RITME_ENGINE=cluster yet. Run: ritme db upgrade")


QUIET = 30.0
"""Seconds without a word from any worker after which an operator hears of it."""


def silence(connection: Connection) -> float | None:
    """Seconds since any worker was last heard of; nothing where none ever was, or none is left."""
    if not connection.execute(text(_THERE)).scalar():
        return None
    found = connection.execute(text(_SILENCE)).scalar()
    return None if found is None else float(found)


# --- Procrastinate's own steps, named <version>_<number>_<pre or post>_<what> -----------------------------


def _whole() -> bytes:
    from procrastinate.schema import SchemaManager  # noqa: PLC0415 - as above

    return SchemaManager.get_schema().encode()


def _steps() -> list[Path]:
    from procrastinate.schema import SchemaManager  # noqa: PLC0415 - as above

    return sorted(Path(SchemaManager.get_migrations_path()).glob("*.sql"))


def _due(steps: list[Path]) -> Iterator[Path]:
    """All but what only the newest version may do when no older one runs any more."""
    newest = steps[-1].stem.split("_")[0]
    for step in steps:
        version, _, when = step.stem.split("_")[:3]
        if (version, when) != (newest, "post"):
            yield step


def _one(connection: psycopg.Connection[Any], query: str) -> Any:
    row = connection.execute(query.encode()).fetchone()
    return row and row[0]


def _write(connection: psycopg.Connection[Any], names: list[str]) -> None:
    with connection.cursor() as cursor:
        cursor.executemany("INSERT INTO applied VALUES (%s)", [[name] for name in names])
