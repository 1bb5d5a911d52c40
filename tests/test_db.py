"""Nothing acknowledged is lost: not in a batch, not on a full disk, not by a kill."""

from __future__ import annotations

import asyncio
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, event

from bot.db import Database, Unavailable
from bot.sqlite import BATCH


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    found = Database(f"sqlite:///{tmp_path / 'ritme.db'}")
    with found.writer.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE kept (name TEXT PRIMARY KEY, weight BLOB)")
    yield found
    found.close()


def keep(name: str, weight: int = 0) -> Any:
    def job(connection: Connection) -> str:
        connection.exec_driver_sql("INSERT INTO kept VALUES (?, zeroblob(?))", (name, weight))
        return name

    return job


def kept(database: Database) -> set[str]:
    with sqlite3.connect(str(database.url.database)) as raw:
        return {name for (name,) in raw.execute("SELECT name FROM kept")}


def limit(database: Database, *pragmas: str) -> None:
    """Sets these on every connection of the writer, new ones too."""

    @event.listens_for(database.writer, "connect")
    def connect(raw: Any, _: Any) -> None:
        for pragma in pragmas:
            raw.execute(f"PRAGMA {pragma}")

    database.writer.dispose()


@asynccontextmanager
async def busy(database: Database) -> AsyncIterator[None]:
    """Meanwhile the writer is in the middle of a job."""
    begun, go = threading.Event(), threading.Event()

    def hold(_: Connection) -> None:
        begun.set()
        go.wait()

    held = asyncio.create_task(database.write(hold))
    await asyncio.to_thread(begun.wait)
    try:
        yield
    finally:
        go.set()
        await held


async def at_once(database: Database, *jobs: Any) -> list[Any]:
    """Runs jobs in one batch: the writer is held until all of them wait."""
    async with busy(database):
        rest = [asyncio.create_task(database.write(job)) for job in jobs]
        await asyncio.sleep(0)
    return await asyncio.gather(*rest, return_exceptions=True)


async def test_a_batch_is_one_commit(database: Database) -> None:
    before = database.commits
    sizes: list[int] = []
    database.on_commit = sizes.append
    assert await at_once(database, *(keep(str(n)) for n in range(30))) == [str(n) for n in range(30)]
    assert (database.commits - before, sizes) == (2, [1, 30])
    await at_once(database, *(keep(f"more {n}") for n in range(BATCH + 5)))
    assert sizes[2:] == [1, BATCH, 5]


async def test_one_failure_is_its_own(database: Database) -> None:
    def fail(connection: Connection) -> None:
        keep("half done")(connection)
        raise ZeroDivisionError

    results = await at_once(database, keep("a"), fail, keep("b"), keep("a"))
    assert [type(result).__name__ for result in results] == ["str", "ZeroDivisionError", "str", "IntegrityError"]
    assert kept(database) == {"a", "b"}


async def test_an_error_does_not_quote_what_people_wrote(database: Database) -> None:
    await database.write(keep("something private"))
    with pytest.raises(Exception, match="UNIQUE constraint failed") as failure:
        await database.write(keep("something private"))
    assert "something private" not in str(failure.value)


async def test_a_full_disk_in_the_middle_of_a_batch_loses_nothing_acknowledged(database: Database) -> None:
    await database.write(keep("before"))
    limit(database, "max_page_count = 40")
    jobs = [keep(f"small {n}") if n % 3 else keep(f"big {n}", 10_000_000) for n in range(12)]
    results = await at_once(database, *jobs)
    acknowledged = {result for result in results if isinstance(result, str)}
    assert acknowledged == {f"small {n}" for n in range(12) if n % 3}
    assert {type(result) for result in results if not isinstance(result, str)} == {Unavailable}
    assert kept(database) == {"before"} | acknowledged


async def test_a_disk_that_fills_up_keeps_what_was_acknowledged_and_works_again(database: Database) -> None:
    limit(database, "max_page_count = 40")
    results: list[Any] = []
    for wave in range(6):
        results += await at_once(database, *(keep(f"{wave}.{n}", 3000) for n in range(10)))
    acknowledged = {result for result in results if isinstance(result, str)}
    assert 0 < len(acknowledged) < 60
    assert kept(database) == acknowledged
    limit(database, "max_page_count = 100000")
    assert await database.write(keep("after")) == "after"
    assert kept(database) == acknowledged | {"after"}


async def test_a_database_that_another_holds_is_unavailable(database: Database) -> None:
    limit(database, "busy_timeout = 50")
    other = sqlite3.connect(str(database.url.database), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(Unavailable, match="locked"):
        await database.write(keep("a"))
    other.execute("ROLLBACK")
    other.close()
    assert await database.write(keep("a")) == "a"


async def test_a_new_file_that_others_open_at_the_same_time_is_waited_for(tmp_path: Path) -> None:
    """Who turns a file into one with a write-ahead log beside another is refused at once by SQLite."""
    file = tmp_path / "new.db"
    other = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
    other.execute("CREATE TABLE kept (name TEXT PRIMARY KEY, weight BLOB)")
    other.execute("BEGIN IMMEDIATE")
    tries: list[str] = []

    def hear(statement: str) -> None:
        if "journal_mode" in statement:
            tries.append(statement)
        if len(tries) == 2:
            other.execute("ROLLBACK")

    found = Database(f"sqlite:///{file}")
    event.listen(found.writer.pool, "connect", lambda raw, _: raw.set_trace_callback(hear), insert=True)
    assert await found.write(keep("a")) == "a"
    assert len(tries) == 2
    found.close()
    other.close()


async def test_readers_cannot_write_and_do_not_wait_for_the_writer(database: Database) -> None:
    with pytest.raises(Unavailable, match="readonly"):
        await database.read(keep("a"))
    async with busy(database):
        count = await database.read(lambda connection: connection.exec_driver_sql("SELECT count(*) FROM kept").scalar())
    assert count == 0


async def test_the_files_are_durable_and_checked(database: Database) -> None:
    def pragmas(connection: Connection) -> list[Any]:
        names = ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        return [connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in names]

    full = 2
    assert await database.write(pragmas) == ["wal", full, 1, 5000]


async def test_who_went_away_does_not_stop_the_writer(database: Database) -> None:
    async with busy(database):
        gone = asyncio.create_task(database.write(keep("gone")))
        await asyncio.sleep(0)
        gone.cancel()
    assert await database.write(keep("here")) == "here"


CHILD = """
import asyncio, sys
from bot.db import Database

async def main():
    database = Database(sys.argv[1])
    async def one(worker):
        for n in range(10_000):
            name = f"{worker}.{n}"
            await database.write(lambda c: c.exec_driver_sql("INSERT INTO kept VALUES (?, NULL)", (name,)))
            print(name, flush=True)
    await asyncio.gather(*(one(worker) for worker in range(8)))

asyncio.run(main())
"""


def test_a_kill_in_the_middle_loses_nothing_acknowledged(database: Database) -> None:
    child = subprocess.Popen([sys.executable, "-c", CHILD, str(database.url)], stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    said = [child.stdout.readline().strip() for _ in range(200)]
    child.send_signal(signal.SIGKILL)
    said += [line.strip() for line in child.stdout if line.endswith("\n")]
    child.wait()
    child.stdout.close()
    assert set(said) - kept(database) == set()
    assert len(said) >= 200
