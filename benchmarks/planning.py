"""A Monday at nine on which 100,000 people are asked: planned ahead, served when due, decided about, given a lane.

The baseline is the bare driver writing as many rows with as many commits into an empty table of the same database.
"""

from __future__ import annotations

import asyncio
import sqlite3
import sys
import tempfile
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import func, insert, select

from benchmarks.table import Row, show
from bot.app import build_dispatch, build_router
from bot.clock import Clock
from bot.db import Database
from bot.delivery import Outbound
from bot.metrics import Metrics
from bot.tick import Ticker
from models import everything
from models.base import core
from models.checkins import ASK
from models.checkins.planning import CHUNK
from models.delivery import Delivery
from models.due import Due
from models.identity import Account, Installation, Organisation, Person, Team

PEOPLE = 100_000
NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
"""A Sunday: Monday's nine o'clock lies within the horizon."""
MONDAY = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


def run(people: int = PEOPLE) -> list[Row]:
    with tempfile.TemporaryDirectory() as folder:
        return asyncio.run(_measured(Path(folder), people))


async def _measured(folder: Path, people: int) -> list[Row]:
    database = Database(f"sqlite:///{folder / 'ritme.db'}")
    everything().create_all(database.writer)
    _fill(database, people)
    clock, metrics, router = Clock(NOON, frozen=True), Metrics(), build_router()
    dispatch = build_dispatch(database, clock, {}, router, metrics)
    outbound = Outbound(router, database, clock, {}, metrics)
    ticker = Ticker(router, database, clock, dispatch.serve, outbound, metrics)

    planned = await _timed(ticker.plan())
    clock.move(MONDAY)
    await ticker.plan()
    due = await _count(database, Due, core(Due).c.kind == ASK, core(Due).c.at <= MONDAY)
    served = await _timed(ticker.fall_due())
    routed = await _timed(outbound.route_nudges())
    said = await _count(database, Delivery, core(Delivery).c.nudge)
    idle = min([await _timed(ticker.tick()) for _ in range(20)])
    database.close()
    bare = _bare(folder / "bare.db", people)
    if (due, said) != (people, people):
        raise RuntimeError(f"{due} were due and {said} were told, of {people}")
    return [
        (f"planning {people:,} people of one minute, s", planned, 0.0, 0.0, 10.0),  # a promise in seconds
        ("the same, beside the bare driver, s", planned, bare, planned / bare, 0.0),
        (f"serving the minute in which {people:,} are due, s", served, bare, served / bare, 0.0),
        (f"deciding and routing {people:,} nudges, s", routed, bare, routed / bare, 0.0),
        ("a tick with nothing to do, ms", idle * 1000, 0.0, 0.0, 0.0),
    ]


async def _timed(work: Any) -> float:
    start = time.perf_counter()
    await work
    return time.perf_counter() - start


async def _count(database: Database, table: Any, *where: Any) -> int:
    query = select(func.count()).select_from(core(table)).where(*where)
    return await database.read(lambda connection: connection.execute(query).scalar_one())


def _fill(database: Database, people: int) -> None:
    org = Organisation(
        name="Large",
        consent="council",
        consent_on=date(2026, 1, 1),
        covers="checkins feedback digest",
        announced_at=NOON - timedelta(days=30),
        checkins_from=date(2026, 11, 23),
    )
    with database.writer.begin() as connection:
        for row in (org, Installation(org_id=1, platform="demo", team="T"), Team(org_id=1, name="All")):
            connection.execute(insert(core(type(row))), written(row))
        persons = [
            written(Person(org_id=1, name=f"P {n}", short=f"P {n}", email=f"p{n}@large.example", team_id=1))
            for n in range(people)
        ]
        connection.execute(insert(core(Person)), persons)
        accounts = [written(Account(org_id=1, installation_id=1, person_id=n + 1, user=f"U{n}")) for n in range(people)]
        connection.execute(insert(core(Account)), accounts)


def written(row: Any) -> dict[str, Any]:
    """A row's columns, for a bulk insert."""
    return {name: value for name, value in row.__dict__.items() if name in core(type(row)).c and name != "id"}


def _bare(file: Path, people: int) -> float:
    """The raw driver: the same number of rows, in as many transactions, durable."""
    raw = sqlite3.connect(file, isolation_level=None)
    for pragma in ("journal_mode = WAL", "synchronous = FULL"):
        raw.execute(f"PRAGMA {pragma}")
    raw.execute("CREATE TABLE due (id INTEGER PRIMARY KEY, org, kind, key, at, person, about, UNIQUE (org, kind, key))")
    start = time.perf_counter()
    for first in range(0, people, CHUNK):
        rows = [(1, "checkins.ask", str(n), "2026-11-23 08:00:00.000000", n, n) for n in range(first, first + CHUNK)]
        raw.execute("BEGIN IMMEDIATE")
        raw.executemany("INSERT INTO due (org, kind, key, at, person, about) VALUES (?, ?, ?, ?, ?, ?)", rows)
        raw.execute("COMMIT")
    taken = time.perf_counter() - start
    raw.close()
    return taken


if __name__ == "__main__":
    show(run(*map(int, sys.argv[1:2])))
