"""Who keeps a database going: one process with the local engine, or any number with the cluster."""

from __future__ import annotations

import asyncio
import fcntl
import os
import platform
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TextIO

import structlog

from bot.engine import AlreadyRunning, Unprepared
from bot.engine.tables import address

if TYPE_CHECKING:
    import psycopg

log = structlog.get_logger()

LOOKS = 5.0
"""Seconds from one look at a lock to the next."""

LEAVES = 5.0
"""Seconds that the one before gets to be gone: a server hears a moment later than the system that a process ended."""

_KEY = (0x52697445, 0)
"""("RitE"), apart from our locks on organisations."""

_TAKE = {True: "SELECT pg_try_advisory_lock(%s, %s)", False: "SELECT pg_try_advisory_lock_shared(%s, %s)"}
_HOLDER = """
    SELECT application_name, coalesce(host(client_addr), 'this machine') FROM pg_locks JOIN pg_stat_activity USING (pid)
    WHERE locktype = 'advisory' AND classid = %s AND objid = %s AND granted AND pid <> pg_backend_pid()
      AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
    LIMIT 1
"""
# A machine that vanished is noticed within half a minute, or nobody could take its place for hours.
_WATCHED = "-c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=3"


class Lock(Protocol):
    async def take(self) -> None:
        """Raises AlreadyRunning where another process holds it, and Unprepared where nobody can tell."""

    async def leave(self) -> None:
        """Lets the next one in. The system does so too when the process ends, however it ends."""

    def problem(self) -> str:
        """Who took it while nobody looked; empty when nobody did."""


class FileLock:
    """A file beside an SQLite database, held by the one process that runs on it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: TextIO | None = None

    async def take(self) -> None:
        file = self._path.open("a+")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as held:
            file.seek(0)
            holder = file.read().strip() or "unknown"
            file.close()
            database = self._path.with_suffix("")
            raise AlreadyRunning(
                f"Another Ritme (process {holder}) already runs on {database}. "
                "SQLite serves one process: stop the other one, or use PostgreSQL."
            ) from held
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        self._file = file

    async def leave(self) -> None:
        if self._file:
            self._file.close()
            self._file = None

    def problem(self) -> str:
        return ""


class DatabaseLock:
    """A lock in a PostgreSQL database, on a connection of its own: held alone by a process with the local engine, and
    together by those of a cluster.

    A connection that breaks is made anew. Whoever finds the lock taken then goes on and says so: two engines at work
    do no harm, they only do the same work.
    """

    def __init__(self, url: str, *, alone: bool) -> None:
        self._url, self._alone = url, alone
        self._connection: psycopg.AsyncConnection[Any] | None = None
        self._keeping: asyncio.Task[None] | None = None
        self._problem = ""

    async def take(self) -> None:
        import psycopg  # noqa: PLC0415 - only where PostgreSQL is used

        until = time.monotonic() + LEAVES
        while True:
            try:
                await self._take()
                break
            except (AlreadyRunning, psycopg.Error) as failure:
                if time.monotonic() < until:
                    await asyncio.sleep(LEAVES / 20)
                elif isinstance(failure, AlreadyRunning):
                    raise
                else:
                    raise Unprepared(f"The database is out of reach: {failure}") from failure
        self._keeping = asyncio.create_task(self._keep())

    async def leave(self) -> None:
        if self._keeping:
            self._keeping.cancel()
            with suppress(asyncio.CancelledError):
                await self._keeping
        if self._connection:
            await self._connection.close()

    def problem(self) -> str:
        return self._problem

    # inside

    async def _take(self) -> None:
        connection = self._connection = await _connected(self._url, alone=self._alone)
        if not (await _one(connection, _TAKE[self._alone], _KEY))[0]:
            name, where = await _one(connection, _HOLDER, _KEY)
            await connection.close()
            raise AlreadyRunning(
                f"Another Ritme ({name or 'unknown'}, {where}) runs on this database. {self._advice()}"
            )
        self._problem = ""

    def _advice(self) -> str:
        if self._alone:
            return "With RITME_ENGINE=local there is one process: stop the other one, or set cluster for all of them."
        return "It has RITME_ENGINE=local, and this one cluster: stop it, or set the same for all of them."

    async def _keep(self) -> None:
        import psycopg  # noqa: PLC0415 - as above

        while True:
            await asyncio.sleep(LOOKS)
            try:
                if self._connection is None or self._connection.closed:
                    await self._take()
                else:
                    await self._connection.execute("SELECT 1")
            except (psycopg.Error, AlreadyRunning) as failure:
                taken = isinstance(failure, AlreadyRunning)
                log.warning("the lock on the database is lost", reason=str(failure) if taken else "out of reach")
                self._problem = str(failure) if taken else ""


async def _connected(url: str, *, alone: bool) -> psycopg.AsyncConnection[Any]:
    import psycopg  # noqa: PLC0415 - as above

    name = f"ritme {'local' if alone else 'cluster'}, {platform.node()} process {os.getpid()}"
    ask = address(url, _WATCHED, application_name=name[:63], connect_timeout=5)
    return await psycopg.AsyncConnection.connect(ask, autocommit=True)


async def _one(connection: psycopg.AsyncConnection[Any], query: str, values: tuple[int, int]) -> tuple[Any, ...]:
    cursor = await connection.execute(query.encode(), values)
    return await cursor.fetchone() or ("", "")
