"""SQLite behind `bot.db`: a writer thread takes the calls that wait, gives each a savepoint, and commits once for all.

Nobody hears of a result before that commit returned.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import queue
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import QueuePool

from bot.db import Job, T

BATCH = 64
"""Calls per commit at most: more would make the first one wait too long for the last."""

PATIENCE = 5.0
"""Seconds to wait for a database that another holds."""

Outcome = tuple[Any, Exception | None]

_UNAVAILABLE = frozenset(
    {
        *(sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_PROTOCOL, sqlite3.SQLITE_NOMEM),
        *(sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN),
    }
)


@dataclass(frozen=True, slots=True)
class _Waiting:
    """A job on its way to the writer, and who waits for it."""

    job: Job[Any]
    heard: asyncio.Future[Any]
    loop: asyncio.AbstractEventLoop


def keep_private(url: URL) -> None:
    """Makes the file of a database that isn't there yet, for nobody else to read; what SQLite keeps beside it follows.

    A folder that is missing or closed is SQLite's to tell.
    """
    file = url.database or ":memory:"
    if not file.startswith((":memory:", "file:")):
        with contextlib.suppress(OSError):
            os.close(os.open(file, os.O_RDONLY | os.O_CREAT | os.O_EXCL, 0o600))


class SQLite:
    """`bot.db.Kind` for SQLite. One that is not `durable` does not wait for the disk."""

    def __init__(self, url: URL, readers: int, *, durable: bool) -> None:
        keep_private(url)
        self._batches = _engine(url, 1, query_only=False, durable=durable)
        # A deferred transaction that turns into a writer fails at once when another writes; this one waits.
        self.writer = _beginning(self._batches, "BEGIN IMMEDIATE")
        self.reader = _beginning(_engine(url, readers, query_only=True, durable=durable), "BEGIN")
        self.committed: Callable[[int], None] = lambda _: None
        self._queue: queue.SimpleQueue[_Waiting | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._serve, name="ritme-write", daemon=True)
        self._thread.start()

    async def write(self, job: Job[T]) -> T:
        loop = asyncio.get_running_loop()
        heard: asyncio.Future[T] = loop.create_future()
        self._queue.put(_Waiting(job, heard, loop))
        return await heard

    def close(self) -> None:
        if self._thread.is_alive():
            self._queue.put(None)
            self._thread.join()

    def to_blame(self, failure: Exception) -> bool:
        raw = failure.orig if isinstance(failure, DBAPIError) else failure
        # Errors of Python's own making carry no code; the low byte is the kind, the rest says more.
        code = getattr(raw, "sqlite_errorcode", 0) & 0xFF
        return isinstance(raw, sqlite3.Error) and code in _UNAVAILABLE

    # inside

    def _serve(self) -> None:
        while True:
            first = self._queue.get()
            if first is None:
                return
            batch, last = self._waiting(first)
            self._settle(batch)
            if last:
                return

    def _waiting(self, first: _Waiting) -> tuple[list[_Waiting], bool]:
        batch = [first]
        with contextlib.suppress(queue.Empty):
            while len(batch) < BATCH:
                waiting = self._queue.get_nowait()
                if waiting is None:
                    return batch, True
                batch.append(waiting)
        return batch, False

    def _settle(self, batch: list[_Waiting]) -> None:
        """Commits a batch and tells each caller its result; on a failure of the whole, each call runs again alone.

        Where somebody else holds the database nobody ran, and nobody has to wait for it once more by themselves.
        """
        try:
            results = self._commit([waiting.job for waiting in batch])
        except _NotBegunError as held:
            _tell(batch, [(None, held.failure)] * len(batch))
            return
        except Exception as failure:  # noqa: BLE001 - whatever it was, nothing of this batch is committed
            if len(batch) == 1:
                _tell(batch, [(None, failure)])
                return
            for alone in batch:
                self._settle([alone])
            return
        _tell(batch, results)

    def _commit(self, jobs: list[Job[Any]]) -> list[Outcome]:
        with self._batches.connect() as connection:
            try:
                with connection.begin():
                    raw: Any = connection.connection.dbapi_connection
                    _begin(raw)
                    results = [_in_savepoint(connection, raw, job) for job in jobs]
            except BaseException:
                # An engine-level rollback (disk full) leaves the connection in a state that nobody should trust.
                connection.invalidate()
                raise
        self.committed(len(jobs))
        return results


class _NotBegunError(Exception):
    """The transaction of a batch did not begin, so none of its calls ran."""

    def __init__(self, failure: Exception) -> None:
        super().__init__(str(failure))
        self.failure = failure


def _begin(raw: Any) -> None:
    try:
        raw.execute("BEGIN IMMEDIATE")
    except sqlite3.Error as failure:
        raise _NotBegunError(failure) from failure


def _in_savepoint(connection: Connection, raw: Any, job: Job[Any]) -> Outcome:
    """One job in its savepoint. Raises only when the batch as a whole is lost.

    `raw` is the driver's connection: a savepoint through SQLAlchemy would cost as much as a query.
    """
    raw.execute("SAVEPOINT job")
    try:
        result = job(connection)
    except Exception as failure:
        if not raw.in_transaction:
            raise
        raw.execute("ROLLBACK TO job")
        raw.execute("RELEASE job")
        return None, failure
    if not raw.in_transaction:
        raise RuntimeError("the transaction ended inside a job")
    raw.execute("RELEASE job")
    return result, None


def _tell(batch: list[_Waiting], results: list[Outcome]) -> None:
    """Wakes each event loop once for the whole batch. A caller who went away is not told."""

    def hear(told: list[tuple[_Waiting, Outcome]]) -> None:
        for waiting, (result, failed) in told:
            if waiting.heard.done():
                continue
            if failed is not None:
                waiting.heard.set_exception(failed)
            else:
                waiting.heard.set_result(result)

    by_loop: dict[asyncio.AbstractEventLoop, list[tuple[_Waiting, Outcome]]] = {}
    for waiting, outcome in zip(batch, results, strict=True):
        by_loop.setdefault(waiting.loop, []).append((waiting, outcome))
    for loop, told in by_loop.items():
        with contextlib.suppress(RuntimeError):  # the loop is closed: nobody listens any more
            loop.call_soon_threadsafe(hear, told)


def _engine(url: URL, size: int, *, query_only: bool, durable: bool) -> Engine:
    pool: dict[str, Any] = {"poolclass": QueuePool, "pool_size": size, "max_overflow": 0}
    # An error message must not carry what people wrote.
    engine = create_engine(url, **pool, isolation_level=None, hide_parameters=True)
    event.listen(engine, "connect", _connect(query_only=query_only, durable=durable))
    return engine


def _beginning(engine: Engine, statement: str) -> Engine:
    """The same engine and pool, with transactions that begin by this statement.

    It is another object because a listener makes each statement of its engine a third slower, and the batches of
    the writer begin by themselves.
    """
    beginning = engine.execution_options()

    @event.listens_for(beginning, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql(statement)

    return beginning


def _connect(*, query_only: bool, durable: bool) -> Callable[[Any, Any], None]:
    def connect(connection: Any, _: Any) -> None:
        connection.isolation_level = None
        connection.execute(f"PRAGMA busy_timeout = {PATIENCE * 1000:.0f}")
        _into_wal(connection)
        for pragma in _pragmas(query_only=query_only, durable=durable):
            connection.execute(pragma)

    return connect


def _into_wal(connection: Any) -> None:
    """The file keeps this mode. Of several connections that bring a new file to it at once SQLite refuses all but one
    on the spot, however patient they are, so the waiting is done here.
    """
    until = time.monotonic() + PATIENCE
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as failure:
            if failure.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                raise
            time.sleep(0.01)
        else:
            return


def _pragmas(*, query_only: bool, durable: bool) -> Iterator[str]:
    yield f"PRAGMA synchronous = {'FULL' if durable else 'OFF'}"
    yield "PRAGMA foreign_keys = ON"
    if query_only:
        yield "PRAGMA query_only = ON"
    else:
        yield "PRAGMA secure_delete = ON"  # what is erased is overwritten, and so are texts that became others
        yield "PRAGMA cache_size = -16384"  # 16 MB: with the default of 2, changing many rows reads pages over and over
