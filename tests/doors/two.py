"""Two processes on one database, behind a load balancer that never goes to the same one twice in a row.

The door of such a chat has `databases`, one for each process, and `other`, the way out of the second.
"""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, nullcontext
from functools import partial
from itertools import cycle
from typing import Any

from bot.app import build_dispatch
from bot.conversations import Conversations
from bot.db import Database
from bot.slack.installs import Installs, session, web_client
from bot.slack.send import SlackPlatform
from tests import slackdoor, teamsdoor
from tests.chat import Chat
from tests.doors import slack as slackchat
from tests.doors import teams as teamschat
from tests.fakes.slack.doors import HttpDoor
from tests.world import Home


class Balanced:
    """Brings one thing to the one, and the next to the other. `last` was brought last."""

    def __init__(self, *doors: Any) -> None:
        self._doors = cycle(doors)
        self.last: Any = None

    async def deliver(self, *what: Any, **more: Any) -> Any:
        door = next(self._doors)
        reply = await door.deliver(*what, **more)
        self.last = door.last
        return reply

    async def again(self) -> Any:
        """The same once more, to the other one."""
        door = next(self._doors)
        door.last = self.last
        return await door.again()

    async def close(self) -> None:
        """Each is closed by whoever opened it."""


@asynccontextmanager
async def slack(home: Home) -> AsyncIterator[Chat]:
    """A company in Slack."""
    async with slackchat.opened(home) as chat, _second(chat) as (database, platforms), session() as http:
        fake, installs = chat.door.slack, Installs()
        await installs.connect(web_client(http, fake.bot_token, fake.url))
        platforms["slack"] = SlackPlatform(installs)
        dispatch = build_dispatch(database, chat.world.clock, platforms)
        async with slackdoor.served(dispatch.serve, installs, http, fake, time.time) as (door, url):
            first, second = fake.door, HttpDoor(url, fake.signing_secret, time.time)
            fake.door, fake.after = Balanced(first, second), _both(fake.after, door.settle)
            chat.door.databases, chat.door.other = (chat.world.database, database), platforms["slack"]
            yield chat
            fake.door = first
            await second.close()
            await dispatch.settle()


@asynccontextmanager
async def teams(home: Home) -> AsyncIterator[Chat]:
    """A company in Teams."""
    async with teamschat.opened(home) as chat, _second(chat) as (database, platforms):
        people, fake = chat.door.people, nullcontext(chat.door.fake)
        dispatch = build_dispatch(database, chat.world.clock, platforms)
        store = Conversations(database, chat.world.clock)
        async with teamsdoor.opened(dispatch.serve, form=dispatch.form, store=store, teams=fake) as second:
            platforms["teams"] = second.platform
            first = people.door
            people.door, people.after = Balanced(first, second.http), _both(people.after, second.people.after)
            chat.door.databases, chat.door.other = (chat.world.database, database), second.platform
            chat.door.repeat = partial(_repeat, chat.door.repeat)
            yield chat
            people.door = first
            await dispatch.settle()


@asynccontextmanager
async def _second(chat: Chat) -> AsyncIterator[tuple[Database, dict[str, Any]]]:
    """What another process has of its own."""
    database = Database(chat.world.url)
    try:
        yield database, {}
    finally:
        database.close()


async def _repeat(repeat: Any, user: str, verb: str, text: str, times: int) -> list[str]:
    """A message that both are told of may be answered by both, and alike."""
    answers: list[str] = await repeat(user, verb, text, times)
    return answers[:times]


def _both(*settling: Callable[[], Awaitable[None]]) -> Callable[[], Awaitable[None]]:
    async def after() -> None:
        for each in settling:
            await each()

    return after
