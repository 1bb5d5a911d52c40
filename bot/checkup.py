"""Looks a database over as an operator would: its version, how it keeps what it was told, its clock, its room."""

from __future__ import annotations

import os
import shlex
import sqlite3
import stat
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from sqlalchemy import text
from sqlalchemy.engine import Connection, make_url

from bot.clock import apart
from bot.copies import BESIDE
from bot.engine import Unprepared, tables
from models import enforced

if TYPE_CHECKING:
    from bot.settings import Settings

Level = Literal["good", "look", "bad"]
Found = Iterator[tuple[Level, str, str]]
"""How bad it is, what it is about, and what to do."""

SOUND_SQLITE = (3, 51, 3)
"""Before this version several writers can, rarely, damage a database in WAL mode."""

MOUNTS = Path("/proc/self/mountinfo")
SHARED = frozenset({"9p", "afs", "beegfs", "ceph", "cifs", "glusterfs", "lustre", "nfs", "nfs4", "smb3", "smbfs"})
"""Kinds of file systems that other machines have open too, where SQLite's locks and its shared memory may not hold."""
SHARED_BY = ("fuse.sshfs", "fuse.glusterfs", "fuse.s3fs", "fuse.rclone", "fuse.gcsfuse", "fuse.cephfs")

OLDEST, TRIED = 13, 16
"""The oldest PostgreSQL that the queue works with, and the oldest that Ritme is meant for."""

CONNECTIONS = {"local": 9, "cluster": 14}
"""What one process may take, by its engine: four to write, four to read and one for its lock; a worker of many has
four more for the queue and one to listen.
"""


# --- SQLite ------------------------------------------------------------------------------------------


def sqlite(settings: Settings) -> Found:
    """What can be told of the file without opening it."""
    if sqlite3.sqlite_version_info < SOUND_SQLITE:
        sound = ".".join(map(str, SOUND_SQLITE))
        advice = f"version {sqlite3.sqlite_version} has a rare defect with several writers; use {sound} or newer"
        yield "look", "SQLite", advice
    file = Path(make_url(settings.database_url).database or ".").absolute()
    folder = file.parent
    open_ = [str(one) for one in _files(file) if one.stat().st_mode & stat.S_IROTH]
    if open_:
        yield "look", "database", f"everybody on this machine may read it; run: {shlex.join(['chmod', '600', *open_])}"
    if not os.access(folder, os.W_OK):
        yield "bad", "database", f"{folder} cannot be written; SQLite needs the folder, too"
    kind = shared(folder)
    if kind:
        advice = "where SQLite's locks may not hold; move it to a disk of this machine, or use PostgreSQL"
        yield "bad", "database", f"{folder} is on a network file system ({kind}), {advice}"


def _files(file: Path) -> Iterator[Path]:
    """The file, and what SQLite keeps beside it."""
    yield from (one for one in (file, *(Path(f"{file}{end}") for end in BESIDE)) if one.is_file())


def shared(folder: Path) -> str:
    """The kind of network file system that a folder is on; empty where it is on none, or where nobody can tell."""
    try:
        lines = MOUNTS.read_text().splitlines()
    except OSError:
        return ""
    place, best, kind = str(folder.resolve()), "", ""
    for line in lines:
        left, _, right = line.partition(" - ")
        mount = left.split()[4].encode().decode("unicode_escape")  # a space in a name is written \040
        inside = place == mount or place.startswith(mount.rstrip("/") + "/")
        if inside and len(mount) >= len(best):  # what was mounted last is above
            best, kind = mount, right.split()[0]
    return kind if kind in SHARED or kind.startswith(SHARED_BY) else ""


# --- PostgreSQL --------------------------------------------------------------------------------------


def postgresql(settings: Settings, connection: Connection) -> Found:
    """What its server says of itself, and with many processes whether they have what they need."""
    yield from _version(connection)
    if _asked(connection, "SHOW synchronous_commit") == "off":
        advice = "a crash loses what people were told is kept; set it to on for this database and its role"
        yield "bad", "PostgreSQL", f"synchronous_commit is off: {advice}"
    yield from _clock(connection)
    yield from _room(settings, connection)
    yield from _walls(settings, connection)
    if settings.engine == "cluster":
        yield from _engine(settings, connection)


def _version(connection: Connection) -> Found:
    version = int(_asked(connection, "SHOW server_version_num")) // 10000
    if version < OLDEST:
        yield "bad", "PostgreSQL", f"version {version} is too old; use {TRIED} or newer"
    elif version < TRIED:
        yield "look", "PostgreSQL", f"version {version} is older than Ritme is tried on; use {TRIED} or newer"
    else:
        yield "good", "PostgreSQL", f"version {version}"


def _clock(connection: Connection) -> Found:
    before = datetime.now(UTC)
    there = _asked(connection, "SELECT clock_timestamp()")
    here = before + (datetime.now(UTC) - before) / 2
    yield from ((level, "clock", advice) for level, advice in apart(here, there, "the database"))


_LEFT = """
    SELECT least(
        current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int
            - (SELECT count(*) FROM pg_stat_activity WHERE usename IS NOT NULL AND datname IS NOT NULL),
        (SELECT nullif(rolconnlimit, -1) - (SELECT count(*) FROM pg_stat_activity WHERE usename = rolname)
            FROM pg_roles WHERE rolname = current_user),
        (SELECT nullif(datconnlimit, -1) - (SELECT count(*) FROM pg_stat_activity WHERE datname = d.datname)
            FROM pg_database d WHERE datname = current_database())
    )
"""
"""Connections that are left, this one counted as taken: the server's, the role's, the database's, whichever is less."""


def _room(settings: Settings, connection: Connection) -> Found:
    left, most = int(_asked(connection, _LEFT)), CONNECTIONS[settings.engine]
    if left < most:
        advice = f"a process takes up to {most}; raise max_connections or the limit of the role, or run fewer processes"
        yield "look", "PostgreSQL", f"{left} connections are left, and {advice}"


def _walls(settings: Settings, connection: Connection) -> Found:
    """Whether row security, where it is on, holds for whoever connects."""
    if not enforced.secured(connection):
        if settings.row_security:
            yield "bad", "row security", "it is set, and the database has none yet; run: ritme db upgrade"
        return
    loose = enforced.unsecured(connection)
    if loose:
        yield "bad", "row security", f"missing from {', '.join(loose)}; run: ritme db upgrade"
    elif enforced.bypassed(connection):
        advice = "connect as a role that is no superuser and has no BYPASSRLS, and owns the tables"
        yield "bad", "row security", f"the role that Ritme connects as is not bound by it; {advice}"
    else:
        yield "good", "row security", "on for every table"


def _engine(settings: Settings, connection: Connection) -> Found:
    import psycopg  # noqa: PLC0415 - only where PostgreSQL is used

    try:
        tables.check(settings.database_url)
    except Unprepared as problem:
        yield "bad", "engine", str(problem)
        return
    except psycopg.Error as failure:
        advice = "does the role own the schema ritme_engine?"
        yield "bad", "engine", f"its tables cannot be read ({type(failure).__name__}); {advice}"
        return
    silence = tables.silence(connection)
    if silence is None:
        yield "bad", "workers", "none runs, so nothing is planned or sent; start one: ritme worker"
    elif silence > tables.QUIET:
        yield "bad", "workers", f"none was heard of for {silence:.0f} s; look at their logs, or start one: ritme worker"
    else:
        yield "good", "workers", f"heard of {silence:.0f} s ago"


def _asked(connection: Connection, question: str) -> Any:
    return connection.execute(text(question)).scalar_one()
