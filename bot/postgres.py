"""PostgreSQL behind `bot.db`: a transaction per call, in a pool of threads.

What writes in an organisation waits until nobody else does (`models.scope` takes that lock when it enters), so what
holds on SQLite, which has one writer, holds here too. Organisations run side by side.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import structlog
from sqlalchemy import URL, Engine, ExceptionContext, bindparam, create_engine, event, text
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from bot.db import Job, T
from models.base import WRITES
from models.enforced import IS_SECURED, SECURED
from models.scope import LOCK

log = structlog.get_logger()

TRIES = 5
"""How often a job runs that others were in the way of."""

_AGAIN = frozenset({"40001", "40P01"})
"""Serialisation failure, deadlock: the server took back everything of the job, which can be run again."""

_UNAVAILABLE = frozenset({"25006", "25P03"})
"""Read-only, and held too long without a word: they stand among the errors of whoever asks, and are the server's."""

_SESSION = "SET TIME ZONE 'UTC'"
_SILENCE = 20
"""Seconds without a word in the middle of a write, after which a process stands still and holds up the others."""
PATIENT = {"lock_timeout": "5s", "idle_in_transaction_session_timeout": f"{_SILENCE}s"}
"""Who waits for another's write waits as long as on SQLite."""
_WRITING = "; ".join((_SESSION, *(f"SET {name} = '{value}'" for name, value in PATIENT.items())))

_LOCKED = "55P03"
_END = text("""
    SELECT count(pg_terminate_backend(held.pid))
    FROM pg_locks AS held JOIN pg_stat_activity AS silent ON silent.pid = held.pid
    WHERE held.locktype = 'advisory' AND held.classid = :lock AND held.granted
    AND silent.datname = current_database() AND silent.wait_event = 'ClientRead'
    AND silent.state_change < clock_timestamp() - :silence * interval '1 second'
""").bindparams(bindparam("lock", LOCK), bindparam("silence", _SILENCE))
"""What the server's own limit leaves out: whoever stands still between several statements that it sent as one."""


class PostgreSQL:
    """`bot.db.Kind` for PostgreSQL."""

    def __init__(self, url: URL, size: int) -> None:
        self.writer: Engine = _engine(url, size, _WRITING).execution_options(**{WRITES: True})
        self.reader = _engine(url, size, _SESSION, reads=True)
        self.committed: Callable[[int], None] = lambda _: None
        self._writers = ThreadPoolExecutor(size, thread_name_prefix="ritme-write")

    async def write(self, job: Job[T]) -> T:
        return await asyncio.wrap_future(self._writers.submit(self._write, job))

    def close(self) -> None:
        self._writers.shutdown()

    def to_blame(self, failure: Exception) -> bool:
        if isinstance(failure, DBAPIError):
            lost = failure.connection_invalidated or isinstance(failure, OperationalError)
            return lost or _state(failure) in _UNAVAILABLE
        return isinstance(failure, PoolTimeout)

    # inside

    def _write(self, job: Job[T]) -> T:
        for _ in range(TRIES - 1):
            try:
                return self._once(job)
            except DBAPIError as failure:
                if _state(failure) == _LOCKED:
                    self._end_the_silent()
                if _state(failure) not in _AGAIN:
                    raise
        return self._once(job)

    def _once(self, job: Job[T]) -> T:
        with self.writer.begin() as connection:
            result = job(connection)
        self.committed(1)
        return result

    def _end_the_silent(self) -> None:
        with self.writer.begin() as connection:
            if ended := connection.execute(_END).scalar():
                log.warning("ended who stood still in the middle of a write", connections=ended)


def _state(failure: DBAPIError) -> str:
    """The server's own code for what happened; empty where it said nothing, because it was not there."""
    return getattr(failure.orig, "sqlstate", None) or ""


def _engine(url: URL, size: int, session: str, *, reads: bool = False) -> Engine:
    # An error message must not carry what people wrote.
    engine = create_engine(url, pool_size=size, pool_pre_ping=True, hide_parameters=True)

    @event.listens_for(engine, "connect")
    def connect(raw: Any, record: Any) -> None:
        """Once for each connection. What the driver itself remembers costs no word to the server."""
        raw.autocommit = True
        raw.execute(session)
        (record.info[SECURED],) = raw.execute(IS_SECURED).fetchone() or (False,)
        raw.autocommit = False
        if reads:
            from psycopg import IsolationLevel  # noqa: PLC0415 - it has just been loaded by who connected

            raw.isolation_level = IsolationLevel.REPEATABLE_READ  # one moment throughout, as SQLite's readers have
            raw.read_only = True

    event.listen(engine, "handle_error", _without_rows)
    return engine


def _without_rows(context: ExceptionContext) -> None:
    """Shortens an error to its first line: its details name the values of the row, which is what people wrote."""
    said = getattr(getattr(context.original_exception, "diag", None), "message_primary", None)
    if said and context.sqlalchemy_exception:
        context.original_exception.args = context.sqlalchemy_exception.args = (said,)
