"""The database: one door, whichever database is behind it. How each takes its writes stands in a file of its own.

SQLite (`bot/sqlite.py`) has one writer, which commits the calls that wait together. PostgreSQL (`bot/postgres.py`)
runs a transaction per call, and one at a time within an organisation.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Protocol, TypeVar

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.orm import configure_mappers
from sqlalchemy.pool import ConnectionPoolEntry

from bot.secrets import Secrets
from models.enforced import ALL, SETTING
from models.scope import VAULT

T = TypeVar("T")
_ACROSS = f"-c {SETTING}={ALL}"
Job = Callable[[Connection], T]


class Unavailable(Exception):
    """The database could not do it: it is busy, full, read-only or gone. Nothing of the job was kept.

    Where the connection broke at the very commit nobody knows that; the job's own key tells when it comes again.
    """


class Kind(Protocol):
    """One kind of database: two roads to it, and how it takes a write."""

    reader: Engine
    writer: Engine
    committed: Callable[[int], None]
    """Hears how many jobs each commit held."""

    async def write(self, job: Job[T]) -> T:
        """Runs a job and commits it, durably, before returning."""

    def close(self) -> None:
        """Finishes what waits and lets go of the database."""

    def to_blame(self, failure: Exception) -> bool:
        """Whether the database is why a job failed, and not the job."""


class Database:
    """An open database. `write` and `read` run a plain function with a connection, in a thread, in a transaction.

    Raises what the job raises, after its effects are gone, and Unavailable where it was not the job's fault. `write`
    returns only after the commit, and may run a job more than once; only the last run counts. A job that reads sees
    one moment throughout. An SQLite database that is not `durable` does not wait for the disk: for a demo.
    `vault` holds the keys of what is kept sealed.
    """

    def __init__(self, url: str, *, readers: int = 4, durable: bool = True, vault: Secrets | None = None) -> None:
        configure_mappers()  # rows are made without a session, so nothing else would do this in time
        self.url = address(url)
        self.sqlite = self.url.get_backend_name() == "sqlite"
        self.commits = 0
        self.on_commit: Callable[[int], None] = lambda _: None
        """Hears how many jobs each commit held."""
        self._kind = _kind(self.url, readers, durable=durable)
        self._kind.committed = self._committed
        self.writer, self.reader = self._kind.writer, self._kind.reader
        for road in (self.writer, self.reader):
            event.listen(road.pool, "connect", partial(_entrust, vault))
        self._readers = ThreadPoolExecutor(readers, thread_name_prefix="ritme-read")

    async def read(self, job: Job[T]) -> T:
        """Runs a job that changes nothing."""
        try:
            return await asyncio.wrap_future(self._readers.submit(self._read, job))
        except Exception as failure:
            self._blame(failure)
            raise

    async def write(self, job: Job[T]) -> T:
        """Runs a job and commits it, durably, before returning."""
        try:
            return await self._kind.write(job)
        except Exception as failure:
            self._blame(failure)
            raise

    def close(self) -> None:
        """Finishes what waits and lets go of the database."""
        self._kind.close()
        self._readers.shutdown()
        self.writer.dispose()
        self.reader.dispose()

    # inside

    def _read(self, job: Job[T]) -> T:
        with self.reader.connect() as connection:
            return job(connection)

    def _committed(self, jobs: int) -> None:
        self.commits += 1
        self.on_commit(jobs)

    def _blame(self, failure: Exception) -> None:
        """Raises Unavailable where the database is to blame."""
        if self._kind.to_blame(failure):
            raise Unavailable(str(getattr(failure, "orig", failure))) from failure


def _entrust(vault: Secrets | None, _: object, record: ConnectionPoolEntry) -> None:
    """Whoever enters an organisation by this connection finds the keys there."""
    record.info[VAULT] = vault


def address(url: str) -> URL:
    """A database's address with the driver that Ritme brings."""
    found = make_url(url)
    return found.set(drivername="postgresql+psycopg") if found.get_backend_name() == "postgresql" else found


def engine(url: str) -> Engine:
    """A plain engine, for what an operator does once. Its errors do not carry what people wrote."""
    configure_mappers()  # as above
    return create_engine(across(url), hide_parameters=True)


def across(url: str) -> URL:
    """The same address for who looks across organisations, also where row security keeps them apart."""
    found = address(url)
    if found.get_backend_name() != "postgresql":
        return found
    options = " ".join([*map(str, [found.query["options"]] if "options" in found.query else []), _ACROSS])
    return found.update_query_dict({"options": options})


def _kind(url: URL, readers: int, *, durable: bool) -> Kind:
    if url.get_backend_name() == "sqlite":
        from bot.sqlite import SQLite  # noqa: PLC0415 - only the one that is used

        return SQLite(url, readers, durable=durable)
    from bot.postgres import PostgreSQL  # noqa: PLC0415 - as above

    return PostgreSQL(url, readers)
