"""A database that is locked, full, or gone for a while: what was acknowledged is kept, and the rest is said to be lost.

Which fault is proven where stands in `tests/soak/README.md`.
"""

from __future__ import annotations

import asyncio
import os
import resource
import sys
from collections import Counter
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from random import Random
from time import monotonic

import aiohttp
import pytest
from sqlalchemy import Connection, select

from models.base import core
from models.kudos import Kudos
from tests.machine import free_port, until
from tests.postgres import Server
from tests.soak.deliveries import FINAL, Work, found, settled
from tests.soak.events import Front
from tests.soak.happenings import Hands, Happening
from tests.soak.lives import ROOT, Nursery
from tests.soak.stage import House, Key, locked, opened

PEOPLE = {"slack": 10, "teams": 10}
NOT_SAVED = b"niet opgeslagen"
PATIENCE = 5.0
"""Seconds that a call waits for a database that somebody else holds."""


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database of either kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'ritme.db'}"
    server: Server = request.getfixturevalue("postgres")
    return server.empty()


def house_on(url: str, nursery: Nursery, folder: Path, rate: float, **env: str) -> AbstractAsyncContextManager[House]:
    random = Random(1)
    return opened(url, nursery, folder / "ritme.log", random, people=PEOPLE, rate=rate, shares={}, **env)


class Web:
    """A process with doors, and commands for it."""

    def __init__(self, house: House, http: aiohttp.ClientSession) -> None:
        random = Random(2)
        self.front, self.hands = Front(house.lives, random, [free_port()]), Hands(house, random)
        self.http = http
        self.answers: dict[str, tuple[int, bytes]] = {}
        self.took: list[float] = []

    async def begin(self) -> None:
        await self.front.begin()
        await self.front.answers(self.http)
        await self.hands.learn(f"http://127.0.0.1:{self.front.ports[0]}")

    async def ask(self, shape: str = "command") -> tuple[int, bytes]:
        happening = await self.hands.do(shape)
        return await self._brought(happening)

    async def ask_many(self, count: int, within: float) -> float:
        """So many commands, spread over so many seconds; returns the 99th percentile of how long they took."""
        self.took.clear()
        happenings = [await self.hands.do("command") for _ in range(count)]
        async with asyncio.TaskGroup() as group:
            for happening in happenings:
                group.create_task(self._brought(happening))
                await asyncio.sleep(within / count)
        return sorted(self.took)[int(count * 0.99) - 1]

    async def _brought(self, happening: Happening) -> tuple[int, bytes]:
        begun, url = monotonic(), f"http://127.0.0.1:{self.front.ports[0]}{happening.path}"
        async with self.http.post(url, data=happening.raw, headers=happening.headers) as answer:
            self.answers[happening.mark] = answer.status, await answer.read()
        self.took.append(monotonic() - begun)
        return self.answers[happening.mark]

    async def joins(self) -> int:
        """Somebody new comes into the workspace; returns what Slack hears of that."""
        slack = self.hands.house.slack
        door = slack.door
        slack.connect_http(f"http://127.0.0.1:{self.front.ports[0]}/slack/events")
        try:
            reply = await slack.join(slack.add_user("Nieuwe Jansen"))
        finally:
            await slack.door.close()
            slack.door = door
        return int(reply.status)

    @property
    def acknowledged(self) -> set[str]:
        return {mark for mark, (status, body) in self.answers.items() if status == 200 and NOT_SAVED not in body}


def given(connection: Connection) -> Counter[str]:
    """How often each kudos stands in the database."""
    return Counter(text.rpartition(" ")[2] for text in connection.scalars(select(core(Kudos).c.text)))


async def test_commands_wait_for_a_locked_database(url: str, nursery: Nursery, tmp_path: Path) -> None:
    """A chat waits three seconds; two of them somebody else may have."""
    async with house_on(url, nursery, tmp_path, 1.0) as house, aiohttp.ClientSession() as http:
        web = Web(house, http)
        await web.begin()
        usual = await web.ask_many(200, 2.0)
        asyncio.get_running_loop().call_later(2.0, locked(house).close)
        took = await web.ask_many(200, 2.0)
        assert len(web.acknowledged) == 400
        assert await house.database.read(given) == dict.fromkeys(web.acknowledged, 1)
        assert took < 3.0 + usual  # as much more as this machine takes at any time


async def test_a_database_that_is_locked_for_too_long(url: str, nursery: Nursery, tmp_path: Path) -> None:
    """Whoever asks is told that nothing was saved, all of them at the same time; what was on its way is written down
    later, and not said twice.
    """
    async with house_on(url, nursery, tmp_path, 5.0) as house, aiohttp.ClientSession() as http:
        web, work, heard = Web(house, http), Work(house, Random(3)), asyncio.Event()
        await web.begin()
        await work.write(20)
        house.slack.faults.hears = heard.set
        await heard.wait()
        with locked(house):
            await web.ask_many(5, 0.5)
        assert web.acknowledged == set()
        assert max(web.took) < PATIENCE * len(web.took)
        await web.ask_many(5, 0.5)
        assert len(web.acknowledged) == 5
        there = await house.database.read(given)
        assert {mark for mark in web.answers if there[mark]} == web.acknowledged
        assert (await _ended(house, work)) == ([], [], [])


async def _ended(house: House, work: Work) -> tuple[list[Key], list[Key], list[Key]]:
    """Once everything is settled: what was lost, and what was said twice in Slack and in Teams."""
    rows = await settled(house, work)
    house.listen()
    ended = found(house, work, rows)
    assert set(ended.rows) <= FINAL
    return ended.lost, ended.doubled_seen, ended.doubled_blind


@pytest.mark.skipif(not hasattr(resource, "prlimit"), reason="only Linux lets one process fill the disk of another")
async def test_a_disk_that_is_full_for_a_while(nursery: Nursery, tmp_path: Path) -> None:
    """No file of the process can grow. Nothing is acknowledged then, and nothing is lost or said twice."""
    url = f"sqlite:///{tmp_path / 'ritme.db'}"
    async with house_on(url, nursery, tmp_path, 5.0) as house, aiohttp.ClientSession() as http:
        web, work = Web(house, http), Work(house, Random(3))
        await work.write(60)
        await web.begin()
        await until(lambda: house.slack.faults.said > 5)
        process = house.lives.living[0].id
        resource.prlimit(process, resource.RLIMIT_FSIZE, (1, resource.RLIM_INFINITY))
        full = [await web.ask() for _ in range(5)]
        assert [(status, NOT_SAVED in said) for status, said in full] == [(200, True)] * 5
        assert (await web.joins()) == 500  # so that Slack tells it again
        resource.prlimit(process, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        await web.ask_many(5, 0.1)
        there = await house.database.read(given)
        assert {mark for mark in web.answers if there[mark]} == web.acknowledged
        assert (len(web.acknowledged), await web.joins()) == (5, 200)
        assert (await _ended(house, work)) == ([], [], [])


async def test_a_second_process_is_refused(url: str, nursery: Nursery, tmp_path: Path) -> None:
    async with house_on(url, nursery, tmp_path, 1.0) as house, aiohttp.ClientSession() as http:
        await Web(house, http).begin()
        command = (sys.executable, "-m", "bot", "worker")
        second = await asyncio.create_subprocess_exec(
            *command,
            cwd=ROOT,
            env=os.environ | house.env,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        said, _ = await second.communicate()
        assert second.returncode not in {0, None}
        assert "Another Ritme" in said.decode()


@pytest.mark.parametrize("engine", ["local", "cluster"])
async def test_postgresql_restarts_while_lanes_are_drained(
    postgres: Server, nursery: Nursery, tmp_path: Path, engine: str
) -> None:
    async with house_on(postgres.empty(), nursery, tmp_path, 5.0, RITME_ENGINE=engine) as house:
        work, heard = Work(house, Random(4)), asyncio.Event()
        await work.write(200)
        for role in ["run"] if engine == "local" else ["run", "worker", "worker"]:
            await house.lives.start(role)
        house.slack.faults.hears = lambda: heard.set() if house.slack.faults.said > 20 else None
        await heard.wait()
        await asyncio.to_thread(postgres.stop)
        await asyncio.sleep(1)
        await asyncio.to_thread(postgres.start)
        assert (await _ended(house, work)) == ([], [], [])
        for life in list(house.lives.living):
            await life.leave()
