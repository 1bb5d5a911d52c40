"""A Ritme that runs: its heart beats on, it says how it is, and it leaves without losing anything."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from sqlalchemy import select

import bot.running
from bot import again, outbox
from bot.app import Parts, build
from bot.calls import Tell
from bot.db import Database
from bot.engine import AlreadyRunning
from bot.engine.local import LocalEngine
from bot.engine.lock import FileLock
from bot.parcels import Parcel, Result
from bot.router import Router, Routes
from bot.running import Ritme
from bot.settings import Settings, Wrong
from bot.slack import part as slack_part
from models import everything
from models.base import core
from models.delivery import Delivery
from models.identity import Installation, Organisation
from models.scope import enter_org
from tests.fakes.slack import FakeSlack
from tests.machine import until
from tests.mail import Mail, message
from tests.world import World

QUICK = partial(LocalEngine, beat=0.02)


def settings(folder: Path, **values: Any) -> Settings:
    """A database in this folder and any free port."""
    return Settings(RITME_DATABASE_URL=f"sqlite:///{folder / 'ritme.db'}", RITME_PORT=0, **values)


class Slow(Mail):
    """Says when somebody hands it something, and keeps them waiting until `go`."""

    def __init__(self) -> None:
        super().__init__()
        self.handed, self.go = asyncio.Event(), asyncio.Event()

    async def send(self, parcel: Parcel) -> Result:
        self.handed.set()
        await self.go.wait()
        return self.keep(parcel)


def router(*planners: Callable[..., Any]) -> Router:
    routes = Routes("test", gated=False)
    routes.deliver("note")(lambda scope, ids: message(f"hello {scope.me.short}"))
    for planner in planners:
        routes.plan()(planner)
    return Router([routes])


def ritme(world: World, folder: Path, mail: Mail, *planners: Callable[..., Any]) -> Ritme:
    """A Ritme on the world's database."""
    parts = Parts(clock=world.clock, router=router(*planners), platforms={"demo": mail}, engine=QUICK)
    return build(settings(folder).model_copy(update={"database_url": world.url}), parts)


@asynccontextmanager
async def running(built: Ritme) -> AsyncIterator[Ritme]:
    await built.start()
    try:
        yield built
    finally:
        await built.stop()


async def tell(built: Ritme, person: int) -> None:
    def job(connection: Any) -> None:
        scope = enter_org(connection, 1, built.clock.now())
        assert scope is not None
        outbox.queue(scope, [Tell(person, "note", {})])

    await built.database.write(job)


async def ask(built: Ritme, path: str) -> tuple[int, str]:
    async with aiohttp.ClientSession() as http, http.get(f"http://127.0.0.1:{built.port}{path}") as answer:
        return answer.status, await answer.text()


async def take_and_leave(folder: Path) -> None:
    """The next process may start."""
    lock = FileLock(folder / "ritme.db.lock")
    await lock.take()
    await lock.leave()


def states(world: World) -> list[str]:
    with world.database.reader.connect() as connection:
        return list(connection.scalars(select(core(Delivery).c.state)))


async def test_what_is_queued_is_sent_by_itself(world: World, tmp_path: Path) -> None:
    mail = Slow()
    mail.go.set()
    async with running(ritme(world, tmp_path, mail)) as built:
        await tell(built, world.people["sem"])
        async with asyncio.timeout(60):
            await mail.handed.wait()
    assert mail.said("sem") == ["hello Sem"]
    assert states(world) == ["sent"]


@pytest.mark.sqlite("the lock is a file beside it")
async def test_asked_to_stop_it_settles_what_is_on_its_way_and_leaves(world: World, tmp_path: Path) -> None:
    mail = Slow()
    built = ritme(world, tmp_path, mail)
    life = asyncio.create_task(built.run())
    await until(lambda: built.port != 0)
    await tell(built, world.people["sem"])
    await mail.handed.wait()
    os.kill(os.getpid(), signal.SIGTERM)
    await asyncio.sleep(0.05)
    assert not life.done()
    mail.go.set()
    async with asyncio.timeout(60):
        await life
    assert states(world) == ["sent"]
    await take_and_leave(tmp_path)


async def test_the_heart_beats_on_whatever_fails(world: World, tmp_path: Path) -> None:
    beats: list[int] = []

    def planner(*_: Any) -> None:
        beats.append(1)
        built.clock.step(built.ticker.ahead)  # another minute, so that it is asked again
        raise ZeroDivisionError

    built = ritme(world, tmp_path, Mail(), planner)
    async with running(built):
        await until(lambda: len(beats) > 2)


@pytest.mark.sqlite("the lock is a file beside it")
async def test_a_second_process_on_sqlite_is_refused(world: World, tmp_path: Path) -> None:
    async with running(ritme(world, tmp_path, Mail())):
        second = ritme(world, tmp_path, Mail())
        with pytest.raises(AlreadyRunning, match=f"process {os.getpid()}.*ritme.db"):
            await second.start()
        second.database.close()
    async with running(ritme(world, tmp_path, Mail())):
        pass


async def test_it_says_how_it_is(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with running(ritme(world, tmp_path, Mail())) as built:
        assert await ask(built, "/healthz") == (200, "ok\n")
        await until(lambda: built.ticker.last > 0)
        assert await ask(built, "/readyz") == (200, '{"ready": true, "parts": {"database": "ok", "clock": "ok"}}')
        monkeypatch.setattr(bot.running, "STILL", -1.0)
        status, body = await ask(built, "/readyz")
        assert (status, '"clock": "stands still"' in body) == (503, True)


async def test_it_counts_what_waits(world: World, tmp_path: Path) -> None:
    mail = Slow()
    async with running(ritme(world, tmp_path, mail)) as built:
        await tell(built, world.people["sem"])
        await mail.handed.wait()
        status, body = await ask(built, "/metrics")
        mail.go.set()
    assert status == 200
    found = [line for line in body.splitlines() if line.startswith("ritme_deliveries_waiting")]
    assert found == ['ritme_deliveries_waiting{lane="1",platform="demo",state="sending"} 1.0']
    assert "ritme_commit_calls_count" in body
    assert "Sem" not in body


@pytest.mark.sqlite("the lock is a file beside it")
async def test_a_port_in_use_is_named_and_everything_is_closed_again(world: World, tmp_path: Path) -> None:
    async with running(ritme(world, tmp_path, Mail())) as first:
        (tmp_path / "two").mkdir()
        database = Database(f"sqlite:///{tmp_path / 'two' / 'ritme.db'}")
        values = settings(tmp_path / "two").model_copy(update={"port": first.port})
        with pytest.raises(Wrong, match="RITME_PORT"):
            await build(values, Parts(database=database, router=router(), engine=QUICK)).start()
    await take_and_leave(tmp_path / "two")


# --- Slack as a part ---------------------------------------------------------------------------------


def slack_settings(folder: Path, slack: FakeSlack, **values: Any) -> Settings:
    keys = {"SLACK_BOT_TOKEN": slack.bot_token, "SLACK_SIGNING_SECRET": slack.signing_secret}
    return settings(folder, **(keys | {"RITME_SLACK_API_URL": slack.url} | values))


def empty(values: Settings) -> Ritme:
    built = build(values, Parts(engine=QUICK))
    everything().create_all(built.database.writer)
    return built


async def test_slack_connects_and_its_workspace_is_written_down(tmp_path: Path) -> None:
    async with FakeSlack() as slack, running(empty(slack_settings(tmp_path, slack))) as built:
        with built.database.reader.connect() as connection:
            org = connection.execute(select(core(Organisation).c.id, core(Organisation).c.consent)).all()
            lanes = connection.execute(select(core(Installation).c.org_id, core(Installation).c.platform)).all()
        assert (org, lanes) == ([(1, "")], [(1, "slack")])
        assert (await ask(built, "/slack/events"))[0] == 405  # only POST
        await until(lambda: built.ticker.last > 0)
        assert (await ask(built, "/readyz"))[0] == 200


async def test_a_refused_token_stops_the_start(tmp_path: Path) -> None:
    async with FakeSlack() as slack:
        built = empty(slack_settings(tmp_path, slack, SLACK_BOT_TOKEN="xoxb-somebody-elses"))
        with pytest.raises(Wrong, match="SLACK_BOT_TOKEN: Slack refuses it"):
            await built.start()


async def test_slack_out_of_reach_is_tried_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(again, "FIRST", 0.02)
    async with FakeSlack() as slack:
        reach = slack_part.web_client
        found: list[bool] = []

        def client(http: Any, token: str | None = None, base: str = "") -> Any:
            return reach(http, token, slack.url if found else "http://127.0.0.1:9/")

        monkeypatch.setattr(slack_part, "web_client", client)
        async with running(empty(slack_settings(tmp_path, slack))) as built:
            status, body = await ask(built, "/readyz")
            assert (status, "out of reach" in body) == (503, True)
            assert "slack" not in built.platforms
            found.append(True)
            await until(lambda: "slack" in built.platforms)
