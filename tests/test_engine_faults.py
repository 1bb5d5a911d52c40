"""Workers that die, stand still, are asked to leave, or are of another version: real processes on a real PostgreSQL."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from functools import partial
from pathlib import Path
from signal import SIGCONT, SIGKILL, SIGSTOP, SIGTERM

import aiohttp
import pytest
from procrastinate import App, PsycopgConnector
from procrastinate.exceptions import AlreadyEnqueued
from procrastinate.jobs import Job

from bot.engine.cluster import Timings
from bot.engine.tables import inside
from tests.cluster import QUICK, Life, Town, fill, one, rows, town, until
from tests.machine import free_port
from tests.postgres import Server
from tests.soak.figures import Figures
from tests.soak.lives import Nursery

WITHIN = 45.0
"""Seconds that a lane may stand still when its worker is gone for good."""


@pytest.fixture
async def here(postgres: Server, nursery: Nursery, tmp_path: Path) -> AsyncIterator[Town]:
    """Four organisations of forty people."""
    async with _town(postgres, nursery, tmp_path, 40) as found:
        yield found


@pytest.fixture
async def crowd(postgres: Server, nursery: Nursery, tmp_path: Path) -> AsyncIterator[Town]:
    """Four organisations with more people than a worker takes in hand at once."""
    async with _town(postgres, nursery, tmp_path, 260) as found:
        yield found


@asynccontextmanager
async def _town(postgres: Server, nursery: Nursery, folder: Path, people: int) -> AsyncIterator[Town]:
    url, _ = postgres.copy(f"town of {people}", partial(fill, orgs=4, people=people))
    async with town(url, folder, nursery) as found:
        yield found
    postgres.drop(url)


async def test_a_web_part_and_two_workers(here: Town) -> None:
    port = free_port()
    await here.starts("web", doors=True, port=port)
    here.queues(org=1)
    notes = "none runs: nothing is planned or sent until one does"
    assert await _ready(port) == {"ready": True, "parts": {"database": "ok"}, "notes": {"workers": notes}}
    assert here.states() == {"new": 40}
    for name in ("ann", "ben"):
        await here.starts(name, slow=0.1)
    await until(lambda: _workers(here) == 2)
    await _all_speak(here, "ann", "ben")
    await until(here.sent)
    assert await _ready(port) == {"ready": True, "parts": {"database": "ok"}}
    assert (len(here.heard()), here.once()) == (here.states()["sent"], True)
    assert [await _leaves(here, name) for name in ("web", "ann", "ben")] == [0, 0, 0]


@pytest.mark.soak
async def test_the_lanes_of_a_worker_that_is_gone_for_good_go_on(crowd: Town, figures: Figures, *, soak: bool) -> None:
    timings = Timings() if soak else QUICK
    ann = await crowd.starts("ann", timings, slow=0.3)
    await until(lambda: _workers(crowd) == 1)
    for name in ("ben", "cas"):
        await crowd.starts(name, timings, slow=0.3)
    await until(lambda: _workers(crowd) == 3)  # who begins when most is said finds no lane to take
    await _all_speak(crowd, "ann", "ben", "cas")
    lost = await _stopped(crowd, ann)
    said = crowd.said()
    ann.sign(SIGKILL)
    gone = time.monotonic()
    await ann.ended()
    crowd.joins()
    await _queued(crowd, min(lost))
    # Beside the whole suite a machine is slow; alone it has to keep the promise.
    await until(lambda: _more(crowd, said) >= lost, WITHIN if soak else 4 * WITHIN)
    figures(seconds=round(time.monotonic() - gone, 1), lanes=len(lost))
    assert crowd.once()


async def test_a_worker_that_stood_still_for_too_long_does_no_harm(crowd: Town) -> None:
    ann = await crowd.starts("ann", slow=0.3)
    await until(lambda: _workers(crowd) == 1)
    ben = await crowd.starts("ben", slow=0.3)
    await until(lambda: _workers(crowd) == 2)
    await _all_speak(crowd, "ann", "ben")
    lost = await _stopped(crowd, ann)
    said = crowd.said()
    crowd.joins()
    await until(lambda: _workers(crowd) == 1 and _more(crowd, said) >= lost)
    ann.sign(SIGCONT)
    await until(crowd.sent)
    assert crowd.once()
    ben.sign(SIGTERM)
    assert await ben.ended() == 0
    crowd.queues(most=20)
    await until(crowd.sent)
    assert (crowd.once(), crowd.of("ann")) == (True, {f"T{number}" for number in range(1, 5)})


async def test_asked_to_leave_in_a_batch_it_settles_and_goes(here: Town) -> None:
    ann = await here.starts("ann", slow=0.3)
    here.queues()
    await until(lambda: bool(here.voices()))
    ann.sign(SIGTERM)
    assert await ann.ended() == 0
    assert set(here.states()) == {"pending", "sent"}
    assert (here.states()["sent"], here.once()) == (len(here.heard()), True)
    assert rows(here.url, "SELECT status FROM procrastinate_jobs WHERE status <> 'todo'") == []
    assert rows(here.url, "SELECT id FROM procrastinate_workers") == []


async def test_old_and_new_side_by_side(here: Town) -> None:
    """The old version leaves alone what it does not know, be it said, due, or a job of the engine."""
    await _deferred(here, Job(queue="lane2", lock="x", queueing_lock="x", task_name="ritme.lane2"))
    here.queues("song", org=1)
    here.plans("song")
    here.queues("note", org=2)
    old = await here.starts("old", again=1.0)
    await until(lambda: here.states() == {"new": 40, "sent": 40} and _asked(here) == {"no_saying"})
    await here.starts("new", kinds=("note", "song"), again=1.0)
    await until(lambda: here.states() == {"sent": 120})
    assert here.once()
    assert {team for _, team, by, _ in here.heard() if by == "old"} == {"T2"}
    assert one(here.url, "SELECT count(*) FROM due WHERE parked <> ''") == 0
    assert rows(here.url, "SELECT status FROM procrastinate_jobs WHERE queue_name = 'lane2'") == [("todo",)]
    old.sign(SIGTERM)
    assert await old.ended() == 0


async def test_the_database_goes_away_and_comes_back(here: Town, postgres: Server) -> None:
    ann = await here.starts("ann", slow=0.1)
    here.queues()
    await until(lambda: bool(here.voices()))
    await asyncio.to_thread(postgres.stop)
    await asyncio.sleep(QUICK.patience)  # long enough for every heart to have missed a beat
    await asyncio.to_thread(postgres.start)
    here.queues()
    await until(lambda: here.states()["sent"] > 160)
    ann.sign(SIGTERM)
    assert await ann.ended() == 0
    assert "Traceback" not in (here.folder / "ann.log").read_text().split("works again")[-1]


# --- what they need ----------------------------------------------------------------------------------


def _held(here: Town) -> set[str]:
    """The teams whose lane the first worker has in hand."""
    query = """
        SELECT team FROM procrastinate_jobs AS job JOIN installation ON job.lock = 'lane ' || installation.id
        WHERE status = 'doing' AND worker_id = (SELECT min(id) FROM procrastinate_workers)
    """
    return {row[0] for row in rows(here.url, query)}


async def _stopped(here: Town, first: Life) -> set[str]:
    """Stops the first worker when it has lanes in hand, and returns their teams. Whoever it was about to tell something
    hears nothing before its lease is over; who joins now is in nobody's hand.
    """

    def stands() -> bool:
        first.sign(SIGSTOP)
        if _held(here):
            return True
        first.sign(SIGCONT)
        _keeps_on(here)
        return False

    await until(stands)
    return _held(here)


async def _all_speak(here: Town, *names: str) -> None:
    """Has them all at work. One of them may have all lanes in hand while the others are about to begin."""

    def speak() -> bool:
        _keeps_on(here)
        return here.voices() == set(names)

    await until(speak)


def _keeps_on(here: Town) -> None:
    """Sees to it that much is left to be said."""
    for _ in range(4 if here.sent() else 0):
        here.queues()


def _workers(here: Town) -> int:
    return int(one(here.url, "SELECT count(*) FROM procrastinate_workers"))


def _more(here: Town, said: Counter[str]) -> set[str]:
    """The teams in which more was said since."""
    return set(here.said() - said)


def _asked(here: Town) -> set[str]:
    return {row[0] for row in rows(here.url, "SELECT DISTINCT reason FROM delivery WHERE state = 'new'")}


async def _leaves(here: Town, name: str) -> int:
    life = next(life for life in here.lives if life.plan.name == name)
    life.sign(SIGTERM)
    return await life.ended()


async def _queued(here: Town, team: str) -> None:
    """A new job of this team's lane waits behind the one that nobody works on."""
    lane = one(here.url, f"SELECT id FROM installation WHERE team = '{team}'")  # noqa: S608 - a name of ours
    lock = f"lane {lane}"
    await _deferred(
        here, Job(queue="lane", lock=lock, queueing_lock=lock, task_name="ritme.lane", task_kwargs={"lane": lane})
    )


async def _deferred(here: Town, job: Job) -> None:
    async with App(connector=PsycopgConnector(conninfo=inside(here.url))).open_async() as app:
        with suppress(AlreadyEnqueued):
            await app.job_manager.defer_job_async(job)


async def _ready(port: int) -> dict[str, object]:
    async with asyncio.timeout(60), aiohttp.ClientSession() as http:
        while True:
            try:
                async with http.get(f"http://127.0.0.1:{port}/readyz") as answer:
                    found: dict[str, object] = await answer.json()
                    return found
            except aiohttp.ClientConnectorError:
                await asyncio.sleep(0.1)
