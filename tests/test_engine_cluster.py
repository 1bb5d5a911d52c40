"""The queue says who looks where, one at a time, and leaves nothing behind; and who may keep a database going."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import replace
from typing import Any

import psycopg
import pytest
from procrastinate.schema import SchemaManager
from sqlalchemy import create_engine

from bot import cli, schema
from bot.db import address as normal
from bot.engine import AlreadyRunning, Unprepared, cluster, lock, tables
from bot.engine.cluster import ClusterEngine
from bot.engine.lock import DatabaseLock
from tests.cluster import QUICK, one, rows, until
from tests.postgres import Server

TIMINGS = replace(QUICK, slice=0.05)


@pytest.fixture
def empty(postgres: Server) -> Iterator[str]:
    url = postgres.empty()
    yield url
    postgres.drop(url)


@pytest.fixture
def url(empty: str) -> str:
    """A database with the engine's tables."""
    tables.prepare(empty)
    return empty


class Board:
    """What several engines look after together: which lanes have work, and who is at it. Two at once are noted."""

    def __init__(self, *lanes: int) -> None:
        self.open = set(lanes)
        self.at: Counter[str] = Counter()
        self.twice: set[str] = set()
        self.most = 0
        self.done: Counter[tuple[str, int]] = Counter()
        self.ticks: Counter[str] = Counter()
        self.enough = asyncio.Event()
        """Until then every turn lasts as long as it may."""

    @asynccontextmanager
    async def alone(self, what: str, seconds: float) -> AsyncIterator[None]:
        self.at[what] += 1
        self.most = max(self.most, self.at.total())
        self.twice |= {name for name, count in self.at.items() if count > 1}
        with suppress(TimeoutError):
            await asyncio.wait_for(self.enough.wait(), seconds)
        yield
        self.at[what] -= 1


class Works:
    """`bot.engine.Work` on a board, as one of several."""

    def __init__(self, board: Board, name: str) -> None:
        self.board, self.name = board, name

    async def tick(self) -> None:
        async with self.board.alone("clock", 0.01):
            self.board.ticks[self.name] += 1

    async def lanes(self) -> list[int]:
        return sorted(self.board.open)

    async def drain(self, lane: int, seconds: float | None = None) -> int:
        async with self.board.alone(f"lane {lane}", seconds or 0.0):
            self.board.done[self.name, lane] += 1
        return 1

    def stop(self) -> None:
        pass


@asynccontextmanager
async def engines(url: str, board: Board, *names: str, **timings: Any) -> AsyncIterator[list[ClusterEngine]]:
    found = [ClusterEngine(Works(board, name), url, replace(TIMINGS, **timings)) for name in names]
    async with AsyncExitStack() as stack:
        for engine in found:
            stack.push_async_callback(engine.stop)
            await engine.start()
        yield found


# --- the queue ---------------------------------------------------------------------------------------


async def test_twenty_lanes_side_by_side_in_one_process(url: str) -> None:
    board = Board(*range(20))
    async with engines(url, board, "ann", slice=600.0):
        await until(lambda: board.most >= 20)
        board.enough.set()
    assert board.twice == set()


async def test_each_lane_and_the_clock_are_in_one_place_at_a_time_and_everybody_gets_a_share(url: str) -> None:
    board = Board(*range(12))
    async with engines(url, board, "ann", "ben", "cas"):
        await until(lambda: board.done.total() > 200 and board.ticks.total() > 20)
    share = Counter[str]()
    for (name, _), count in board.done.items():
        share[name] += count
    assert board.twice == set()
    assert min(share[name] for name in ("ann", "ben", "cas")) > 200 / 3 / 3
    assert {lane for _, lane in board.done} == set(range(12))


async def test_one_tick_for_each_beat_however_many_workers_there_are(url: str) -> None:
    board = Board()
    async with engines(url, board, "ann", "ben", "cas", beat=0.2):
        begun = asyncio.get_running_loop().time()
        await until(lambda: board.ticks.total() >= 10)
        assert asyncio.get_running_loop().time() - begun > 10 * 0.2 * 0.8


async def test_what_is_done_leaves_nothing_behind(url: str) -> None:
    board = Board(1, 2, 3)
    async with engines(url, board, "ann"):
        await until(lambda: board.done.total() > 20)
        board.open.clear()
        await until(lambda: board.at.total() == 0)
        jobs = "SELECT count(*) FROM procrastinate_jobs WHERE queue_name = 'lane'"
        await until(lambda: one(url, jobs) == 0)
    assert one(url, "SELECT count(*) FROM procrastinate_jobs WHERE status <> 'todo'") == 0
    assert one(url, "SELECT count(*) FROM procrastinate_events") <= 1  # of a tick that nobody came to
    assert one(url, "SELECT count(*) FROM procrastinate_workers") == 0


async def test_more_lanes_than_slots_take_turns(url: str) -> None:
    board = Board(*range(9))
    async with engines(url, board, "ann", slots=2):
        await until(lambda: {lane for _, lane in board.done} == set(range(9)))
    assert board.most <= 3  # two lanes and the clock


async def test_work_that_fails_is_looked_at_again(url: str) -> None:
    board = Board(1)
    works, failed = Works(board, "ann"), 0

    async def tick() -> None:
        nonlocal failed
        failed += 1
        raise ZeroDivisionError

    works.tick = tick  # type: ignore[method-assign]  # the clock of this one is broken
    engine = ClusterEngine(works, url, TIMINGS)
    await engine.start()
    await until(lambda: failed > 2 and board.done.total() > 2)
    assert engine.problem() == ""
    await engine.stop()


async def test_what_does_not_end_in_time_is_given_up(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "GRACE", 0.1)
    board = Board(1)
    async with engines(url, board, "ann", slice=60.0):
        await until(lambda: board.at["lane 1"] == 1)
    assert board.done.total() == 0
    async with engines(url, board, "ben"):
        await until(lambda: board.done["ben", 1] > 0)


async def test_a_lost_connection_at_the_end_of_a_job_blocks_no_lane(url: str) -> None:
    board = Board(1)
    async with engines(url, board, "ann") as (engine,):
        for _ in range(5):
            done = board.done.total()
            rows(url, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()")  # fmt: skip
            await until(lambda done=done: board.done.total() > done + 2)  # type: ignore[misc]  # bound at once
        await until(lambda: engine.problem() == "")


# --- its tables --------------------------------------------------------------------------------------


def test_the_tables_are_made_once_and_in_a_schema_of_their_own(empty: str) -> None:
    with pytest.raises(Unprepared, match="ritme db upgrade"):
        tables.check(empty)
    tables.prepare(empty)
    tables.prepare(empty)
    tables.check(empty)
    others = "SELECT count(*) FROM pg_tables WHERE tablename LIKE 'procrastinate%' AND schemaname <> 'ritme_engine'"
    assert one(empty, others) == 0


def test_the_tables_of_an_older_procrastinate_are_brought_up_and_nothing_is_taken_from_its_workers(empty: str) -> None:
    steps = tables._steps()
    old = [step for step in steps if step.stem < "03.02"]
    with psycopg.connect(tables.inside(empty), autocommit=True) as connection:
        connection.execute("CREATE SCHEMA ritme_engine")
        for step in old:
            connection.execute(step.read_bytes())
        connection.execute("CREATE TABLE applied (name text PRIMARY KEY)")
        for step in old:
            connection.execute("INSERT INTO applied VALUES (%s)", [step.stem])
    with pytest.raises(Unprepared):
        tables.check(empty)
    tables.prepare(empty)
    tables.check(empty)
    left = {step.stem for step in steps} - {name for (name,) in rows(empty, "SELECT name FROM applied")}
    assert left == {step.stem for step in steps if step.stem.startswith("03.04.00_50_post")}
    assert SchemaManager.get_schema()


def test_an_upgrade_makes_them_too(empty: str) -> None:
    schema.upgrade(empty)
    tables.check(empty)
    assert schema.difference(empty) == []


def test_how_long_no_worker_was_heard_of(url: str) -> None:
    found = create_engine(normal(url))
    with found.connect() as connection:
        assert tables.silence(connection) is None
        connection.exec_driver_sql(
            "INSERT INTO ritme_engine.procrastinate_workers (last_heartbeat) VALUES (now() - interval '40 seconds')"
        )
        silence = tables.silence(connection)
        assert silence is not None
        assert 40 <= silence < 60
    found.dispose()


# --- who keeps a database going ----------------------------------------------------------------------


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lock, "LEAVES", 0.1)
    monkeypatch.setattr(lock, "LOOKS", 0.05)


@pytest.mark.parametrize(
    ("first", "second", "refused"),
    [
        (True, True, "ritme local, .*process.*With RITME_ENGINE=local there is one process"),
        (True, False, "ritme local, .*It has RITME_ENGINE=local, and this one cluster"),
        (False, True, "ritme cluster, .*With RITME_ENGINE=local there is one process"),
        (False, False, ""),
    ],
)
async def test_one_local_or_any_number_of_the_cluster(empty: str, *, first: bool, second: bool, refused: str) -> None:
    one, two = DatabaseLock(empty, alone=first), DatabaseLock(empty, alone=second)
    await one.take()
    if refused:
        with pytest.raises(AlreadyRunning, match=refused):
            await two.take()
        await one.leave()
    await two.take()
    await two.leave()
    await one.leave()


async def test_a_lock_that_was_lost_is_taken_again_and_who_took_it_meanwhile_is_named(empty: str) -> None:
    held = DatabaseLock(empty, alone=True)
    await held.take()
    cut = "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND classid = 1382642757"
    assert rows(empty, cut) == [(True,)]
    await until(lambda: len(rows(empty, cut.replace("pg_terminate_backend(pid)", "pid"))) == 1)
    other = DatabaseLock(empty, alone=True)
    while not held.problem():
        rows(empty, cut)
        try:
            await other.take()
            await until(lambda: bool(held.problem()), 2)
        except (AlreadyRunning, TimeoutError):
            await other.leave()
    assert "runs on this database" in held.problem()
    await other.leave()
    await until(lambda: held.problem() == "")
    await held.leave()


# --- the command line --------------------------------------------------------------------------------


def test_a_start_without_the_engines_tables_says_which_command_to_run(
    empty: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    schema.upgrade(empty)
    rows(empty, "DROP SCHEMA ritme_engine CASCADE")
    monkeypatch.setenv("RITME_DATABASE_URL", empty)
    monkeypatch.setenv("RITME_ENGINE", "cluster")
    for command in ("run", "worker"):
        with pytest.raises(SystemExit) as ended:
            cli.app([command])
        assert (ended.value.code, "ritme db upgrade" in capsys.readouterr().err) == (2, True)


def test_who_runs_on_one_machine_reads_nothing_of_all_this() -> None:
    code = """
import sys
from bot import cli
from bot.app import build
from bot.settings import load
build(load())
print([name for name in ("psycopg", "psycopg_pool", "procrastinate") if name in sys.modules])
"""
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ended.stdout.strip() == "[]"
