"""One death at a time, each at a point that is known: between the claim, the sending and the writing down.

Which fault is proven where stands in `tests/soak/README.md`.
"""

from __future__ import annotations

import signal
from asyncio import get_running_loop
from collections.abc import AsyncIterator, Callable
from contextlib import ExitStack, asynccontextmanager
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

import pytest

from tests.postgres import Server
from tests.soak.deliveries import Work, settled
from tests.soak.lives import Life, Nursery
from tests.soak.stage import House, Who, locked, opened

RATE = 25.0
NOT_NOW = date.max
"""The first day on which anybody is asked, so that a kudos is the first that a chat hears."""


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database of either kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'ritme.db'}"
    server: Server = request.getfixturevalue("postgres")
    return server.empty()


class Stage:
    """A house with one giver and one receiver in each chat, where nobody is asked anything."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.work = Work(house, Random(1))
        self.work.wanted.clear()

    async def begin(self) -> Life:
        return await self.house.lives.start("run")

    def strike(self) -> None:
        """Kills whoever lives."""
        for life in self.house.lives.living:
            life.signal(signal.SIGKILL)

    async def give(self, chat: str, mark: str = "k000001", *, public: bool = False) -> Who:
        """A kudos from the other chat; returns who is thanked."""
        to = next(one for one in self.house.people if one.platform == chat and one.public == public)
        giver = next(one for one in self.house.people if one.platform != chat)
        await self.work.give(giver, [to], mark)
        return to

    def at_the_first_message(self, chat: str, do: Callable[[], str | None]) -> None:
        """Does this when the chat hears the first message, once."""
        weather = self.weather(chat)

        def hears() -> str | None:
            weather.hears = lambda: None
            return do()

        weather.hears = hears

    def weather(self, chat: str) -> Any:
        return self.house.slack.faults if chat == "slack" else self.house.teams.faults

    async def settled(self) -> list[str]:
        """Once everything is settled: how each delivery ended."""
        rows = await settled(self.house, self.work)
        self.house.listen()
        return [f"{row.kind} {row.state} {row.reason}".strip() for row in rows if row.kind.startswith("kudos")]


@asynccontextmanager
async def staged(url: str, nursery: Nursery, folder: Path) -> AsyncIterator[Stage]:
    people, random = {"slack": 2, "teams": 2}, Random(1)
    async with opened(
        url, nursery, folder / "ritme.log", random, people=people, rate=RATE, shares={}, first=NOT_NOW
    ) as house:
        yield Stage(house)


# --- killed at a point -------------------------------------------------------------------------------

ONCE, TWICE = 1, 2


@pytest.mark.parametrize("chat", ["slack", "teams"])
async def test_killed_after_the_claim_and_before_anything_was_taken_in(
    tmp_path: Path, nursery: Nursery, url: str, chat: str
) -> None:
    async with staged(url, nursery, tmp_path) as stage:
        to = await stage.give(chat)
        stage.at_the_first_message(chat, lambda: stage.strike() or "500")
        await (await stage.begin()).ended()
        await stage.begin()
        assert await stage.settled() == ["kudos.told sent"]
        assert stage.house.heard[to.user, "k000001"] == ONCE


@pytest.mark.parametrize(("chat", "times"), [("slack", ONCE), ("teams", TWICE)])
async def test_killed_when_it_was_taken_in_and_before_the_answer(
    tmp_path: Path, nursery: Nursery, url: str, chat: str, times: int
) -> None:
    """Where Ritme can look, it does not say it again."""
    async with staged(url, nursery, tmp_path) as stage:
        to = await stage.give(chat)
        stage.at_the_first_message(chat, stage.strike)
        await (await stage.begin()).ended()
        await stage.begin()
        assert await stage.settled() == ["kudos.told sent"]
        assert stage.house.heard[to.user, "k000001"] == times


@pytest.mark.parametrize(("chat", "times"), [("slack", ONCE), ("teams", TWICE)])
async def test_killed_after_the_answer_and_before_it_was_written_down(
    tmp_path: Path, nursery: Nursery, url: str, chat: str, times: int
) -> None:
    """Somebody else holds the database when the answer comes, so it cannot be written down before the end."""
    async with staged(url, nursery, tmp_path) as stage:
        to = await stage.give(chat)
        lock: list[ExitStack] = []

        def hold() -> None:
            lock.append(locked(stage.house))
            get_running_loop().call_later(0.5, stage.strike)

        stage.at_the_first_message(chat, hold)
        await (await stage.begin()).ended()
        lock[0].close()
        await stage.begin()
        assert await stage.settled() == ["kudos.told sent"]
        assert stage.house.heard[to.user, "k000001"] == times


async def test_killed_while_a_channel_takes_in_a_post(tmp_path: Path, nursery: Nursery, url: str) -> None:
    """Nobody can look in a channel, and thanks may stand there twice."""
    async with staged(url, nursery, tmp_path) as stage:
        await stage.give("slack", public=True)
        room = stage.house.room

        def strike() -> str | None:
            if stage.house.slack.api.calls["chat.postMessage"] > 1:
                stage.strike()
                return None
            stage.at_the_first_message("slack", strike)
            return None

        stage.at_the_first_message("slack", strike)
        await (await stage.begin()).ended()
        await stage.begin()
        assert sorted(await stage.settled()) == ["kudos.posted sent", "kudos.posted sent", "kudos.told sent"]
        assert stage.house.heard[room, "k000001"] in {ONCE, TWICE}
