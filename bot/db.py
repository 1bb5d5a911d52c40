"""The database: one road for reads, one for writes.

SQLite has one writer. A writer thread takes the calls that wait, gives each a savepoint, and commits once for all;
nobody hears of a result before that commit returned. PostgreSQL runs a transaction per call in a pool of threads.
"""

from __future__ import annotations

import asyncio
import contextlib
import queue
import sqlite3
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.orm import configure_mappers
from sqlalchemy.pool import QueuePool

T = TypeVar("T")
Job = Callable[[Connection], T]
BATCH = 64
"""Calls per commit at most: more would make the first one wait too long for the last."""

Outcome = tuple[Any, Exception | None]

_UNAVAILABLE = frozenset(
    {
        *(sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_PROTOCOL, sqlite3.SQLITE_NOMEM),
        *(sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN),
    }
)


class Unavailable(Exception):  # noqa: N818 - it reads as what happened
    """The database could not do it: it is busy, full, read-only or gone. Nothing of the job was kept."""


@dataclass(frozen=True, slots=True)
class _Waiting:
    """A job on its way to the writer, and who waits for it."""

    job: Job[Any]
    heard: asyncio.Future[Any]
    loop: asyncio.AbstractEventLoop


class Database:
    """An open database. `write` and `read` run a plain function with a connection, in a thread, in a transaction.

    Raises what the job raises, after its effects are gone, and Unavailable where it was not the job's fault. `write`
    returns only after the commit. An SQLite database that is not `durable` does not wait for the disk: for a demo.
    """

    def __init__(self, url: str, *, readers: int = 4, durable: bool = True) -> None:
        configure_mappers()  # rows are made without a session, so nothing else would do this in time
        self.url = make_url(url)
        self.sqlite = self.url.get_backend_name() == "sqlite"
        if self.sqlite:
            self._batches = _sqlite_engine(url, 1, query_only=False, durable=durable)
            # A deferred transaction that turns into a writer fails at once when another writes; this one waits.
            self.writer = _beginning(self._batches, "BEGIN IMMEDIATE")
            self.reader = _beginning(_sqlite_engine(url, readers, query_only=True, durable=durable), "BEGIN")
        else:
            self.writer = self.reader = create_engine(url, pool_size=readers, hide_parameters=True)
        self._pool = ThreadPoolExecutor(readers, thread_name_prefix="ritme-read")
        self._queue: queue.SimpleQueue[_Waiting | None] = queue.SimpleQueue()
        self.commits = 0
        self.on_commit: Callable[[int], None] = lambda _: None
        """Hears how many jobs each commit held."""
        self._thread = threading.Thread(target=self._serve, name="ritme-write", daemon=True)
        if self.sqlite:
            self._thread.start()

    async def read(self, job: Job[T]) -> T:
        """Runs a job that changes nothing."""
        return await asyncio.wrap_future(self._pool.submit(self._read, job))

    async def write(self, job: Job[T]) -> T:
        """Runs a job and commits it, durably, before returning."""
        if not self.sqlite:
            return await asyncio.wrap_future(self._pool.submit(self._write_alone, job))
        loop = asyncio.get_running_loop()
        heard: asyncio.Future[T] = loop.create_future()
        self._queue.put(_Waiting(job, heard, loop))
        return await heard

    def close(self) -> None:
        """Finishes what waits and lets go of the files."""
        if self.sqlite and self._thread.is_alive():
            self._queue.put(None)
            self._thread.join()
        self._pool.shutdown()
        self.writer.dispose()
        self.reader.dispose()

    # inside

    def _read(self, job: Job[T]) -> T:
        with _honest(), self.reader.connect() as connection:
            return job(connection)

    def _write_alone(self, job: Job[T]) -> T:
        with _honest(), self.writer.begin() as connection:
            return job(connection)

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
        """Commits a batch and tells each caller its result; on a failure of the whole, each call runs again alone."""
        try:
            results = self._commit([waiting.job for waiting in batch])
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
                    raw.execute("BEGIN IMMEDIATE")
                    results = [_in_savepoint(connection, raw, job) for job in jobs]
            except BaseException:
                # An engine-level rollback (disk full) leaves the connection in a state that nobody should trust.
                connection.invalidate()
                raise
        self.commits += 1
        self.on_commit(len(jobs))
        return results


def _fault(failure: Exception) -> Exception:
    """The failure, or Unavailable where the database is to blame."""
    raw = failure.orig if isinstance(failure, DBAPIError) else failure
    if isinstance(raw, sqlite3.Error):
        # Errors of Python's own making carry no code; the low byte is the kind, the rest says more.
        to_blame = getattr(raw, "sqlite_errorcode", 0) & 0xFF in _UNAVAILABLE
    else:
        to_blame = isinstance(failure, OperationalError)
    if not to_blame:
        return failure
    found = Unavailable(str(raw))
    found.__cause__ = failure
    return found


@contextlib.contextmanager
def _honest() -> Iterator[None]:
    try:
        yield
    except Exception as failure:
        fault = _fault(failure)
        if fault is failure:
            raise
        raise fault from failure


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
                waiting.heard.set_exception(_fault(failed))
            else:
                waiting.heard.set_result(result)

    by_loop: dict[asyncio.AbstractEventLoop, list[tuple[_Waiting, Outcome]]] = {}
    for waiting, outcome in zip(batch, results, strict=True):
        by_loop.setdefault(waiting.loop, []).append((waiting, outcome))
    for loop, told in by_loop.items():
        with contextlib.suppress(RuntimeError):  # the loop is closed: nobody listens any more
            loop.call_soon_threadsafe(hear, told)


def _sqlite_engine(url: str, size: int, *, query_only: bool, durable: bool) -> Engine:
    pool: dict[str, Any] = {"poolclass": QueuePool, "pool_size": size, "max_overflow": 0}
    # An error message must not carry what people wrote.
    engine = create_engine(url, **pool, isolation_level=None, hide_parameters=True)
    event.listen(engine, "connect", _sqlite_connect(query_only=query_only, durable=durable))
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


def _sqlite_connect(*, query_only: bool, durable: bool) -> Callable[[Any, Any], None]:
    def connect(connection: Any, _: Any) -> None:
        connection.isolation_level = None
        for pragma in _pragmas(query_only=query_only, durable=durable):
            connection.execute(pragma)

    return connect


def _pragmas(*, query_only: bool, durable: bool) -> Iterator[str]:
    yield "PRAGMA busy_timeout = 5000"
    yield "PRAGMA journal_mode = WAL"
    yield f"PRAGMA synchronous = {'FULL' if durable else 'OFF'}"
    yield "PRAGMA foreign_keys = ON"
    if query_only:
        yield "PRAGMA query_only = ON"
    else:
        yield "PRAGMA cache_size = -65536"  # 64 MB: with the default of 2, changing many rows reads pages over and over
