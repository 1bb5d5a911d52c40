"""The database: one road for reads, one for writes.

SQLite has one writer. A writer thread takes the calls that wait, gives each a savepoint, and commits once for all;
nobody hears of a result before that commit returned. PostgreSQL runs a transaction per call in a pool of threads.
"""

from __future__ import annotations

import asyncio
import contextlib
import queue
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.orm import configure_mappers
from sqlalchemy.pool import QueuePool

T = TypeVar("T")
Job = Callable[[Connection], T]
BATCH = 64
"""Calls per commit at most: more would make the first one wait too long for the last."""


class Database:
    """An open database. `write` and `read` run a plain function with a connection, in a thread, in a transaction.

    Raises what the job raises, after its effects are gone. `write` returns only after the commit.
    """

    def __init__(self, url: str, *, readers: int = 4) -> None:
        configure_mappers()  # rows are made without a session, so nothing else would do this in time
        self.url = make_url(url)
        self.sqlite = self.url.get_backend_name() == "sqlite"
        self.writer = _sqlite_writer(url) if self.sqlite else create_engine(url, pool_size=readers)
        self.reader = _sqlite_reader(url, readers) if self.sqlite else self.writer
        self._pool = ThreadPoolExecutor(readers, thread_name_prefix="ritme-read")
        self._queue: queue.SimpleQueue[tuple[Job[Any], Future[Any]] | None] = queue.SimpleQueue()
        self.commits = 0
        self._thread = threading.Thread(target=self._serve, name="ritme-write", daemon=True)
        if self.sqlite:
            self._thread.start()

    async def read(self, job: Job[T]) -> T:
        """Runs a job that changes nothing."""
        return await asyncio.wrap_future(self._pool.submit(self._read, job))

    async def write(self, job: Job[T]) -> T:
        """Runs a job and commits it, durably, before returning."""
        return await asyncio.wrap_future(self.submit(job))

    def submit(self, job: Job[T]) -> Future[T]:
        """The same for callers outside of the event loop."""
        if not self.sqlite:
            return self._pool.submit(self._write_alone, job)
        future: Future[T] = Future()
        self._queue.put((job, future))
        return future

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
        with self.reader.connect() as connection:
            return job(connection)

    def _write_alone(self, job: Job[T]) -> T:
        with self.writer.begin() as connection:
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

    def _waiting(self, first: tuple[Job[Any], Future[Any]]) -> tuple[list[tuple[Job[Any], Future[Any]]], bool]:
        batch = [first]
        with contextlib.suppress(queue.Empty):
            while len(batch) < BATCH:
                waiting = self._queue.get_nowait()
                if waiting is None:
                    return batch, True
                batch.append(waiting)
        return batch, False

    def _settle(self, batch: list[tuple[Job[Any], Future[Any]]]) -> None:
        """Commits a batch and tells each caller its result; on a failure of the whole, each call runs again alone."""
        try:
            results = self._commit([job for job, _ in batch])
        except Exception as failure:  # noqa: BLE001 - whatever it was, nothing of this batch is committed
            if len(batch) == 1:
                batch[0][1].set_exception(failure)
                return
            for alone in batch:
                self._settle([alone])
            return
        for (_, future), (result, failed) in zip(batch, results, strict=True):
            if failed is not None:
                future.set_exception(failed)
            else:
                future.set_result(result)

    def _commit(self, jobs: list[Job[Any]]) -> list[tuple[Any, Exception | None]]:
        with self.writer.connect() as connection:
            try:
                with connection.begin():
                    results = [self._one(connection, job) for job in jobs]
            except BaseException:
                # An engine-level rollback (disk full) leaves the connection in a state that nobody should trust.
                connection.invalidate()
                raise
        self.commits += 1
        return results

    def _one(self, connection: Connection, job: Job[Any]) -> tuple[Any, Exception | None]:
        """One job in its savepoint. Raises only when the batch as a whole is lost."""
        connection.exec_driver_sql("SAVEPOINT job")
        try:
            result = job(connection)
        except Exception as failure:
            if not _in_transaction(connection):
                raise
            connection.exec_driver_sql("ROLLBACK TO job")
            connection.exec_driver_sql("RELEASE job")
            return None, failure
        if not _in_transaction(connection):
            raise RuntimeError("the transaction ended inside a job")
        connection.exec_driver_sql("RELEASE job")
        return result, None


def _in_transaction(connection: Connection) -> bool:
    return bool(connection.connection.dbapi_connection.in_transaction)  # type: ignore[union-attr]  # sqlite3 only


def _sqlite_writer(url: str) -> Engine:
    engine = create_engine(url, poolclass=QueuePool, pool_size=1, max_overflow=0, isolation_level=None)
    event.listen(engine, "connect", _sqlite_connect(query_only=False))

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        # A deferred transaction that turns into a writer fails at once when another writes; this one waits.
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


def _sqlite_reader(url: str, readers: int) -> Engine:
    engine = create_engine(url, poolclass=QueuePool, pool_size=readers, isolation_level=None)
    event.listen(engine, "connect", _sqlite_connect(query_only=True))

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN")

    return engine


def _sqlite_connect(*, query_only: bool) -> Callable[[Any, Any], None]:
    def connect(connection: Any, _: Any) -> None:
        connection.isolation_level = None
        for pragma in _pragmas(query_only=query_only):
            connection.execute(pragma)

    return connect


def _pragmas(*, query_only: bool) -> Iterator[str]:
    yield "PRAGMA busy_timeout = 5000"
    yield "PRAGMA journal_mode = WAL"
    yield "PRAGMA synchronous = FULL"
    yield "PRAGMA foreign_keys = ON"
    if query_only:
        yield "PRAGMA query_only = ON"
