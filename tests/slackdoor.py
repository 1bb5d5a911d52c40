"""The real Slack door, on loopback, with a fake workspace on its other side."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import aiohttp
from aiohttp import web

from bot.calls import AtOnce, Call
from bot.messages import Message, Say, Span
from bot.serving import Serve
from bot.slack.installs import Installs, session, web_client
from bot.slack.listen import PATH, Door, Parts
from bot.slack.send import SlackPlatform
from bot.slack.socket import Socket, Timings
from tests.fakes.slack import FakeSlack


def said(text: str) -> Message:
    return Message(text, (Say((Span(text),)),))


class Recorder:
    """A pipeline that keeps what it is asked and answers what it is told to."""

    def __init__(self, *answers: AtOnce) -> None:
        self.calls: list[Call] = []
        self.answers: Any = answers

    async def __call__(self, call: Call) -> tuple[AtOnce, ...]:
        self.calls.append(call)
        if isinstance(self.answers, Exception):
            raise self.answers
        return tuple(self.answers)


class Set:
    """Everything that a test of the door wants to hold."""

    def __init__(self, slack: FakeSlack, door: Door, platform: SlackPlatform, installs: Installs) -> None:
        self.slack, self.door, self.platform, self.installs = slack, door, platform, installs
        self.socket: Socket | None = None


@asynccontextmanager
async def opened(
    serve: Serve, *, socket: bool = False, now: Callable[[], float] = time.time, timings: Timings | None = None
) -> AsyncIterator[Set]:
    """The door with this pipeline behind it; `socket` opens it over Socket Mode instead of HTTP."""
    async with FakeSlack(now=now) as slack, session() as http, AsyncExitStack() as opening:
        installs = Installs()
        await installs.connect(web_client(http, slack.bot_token, slack.url))
        door, url = await opening.enter_async_context(served(serve, installs, http, slack, now))
        slack.after = door.settle
        everything = Set(slack, door, SlackPlatform(installs), installs)
        slack.connect_http(url)
        if socket:
            await slack.door.close()
            client = web_client(http, base=slack.url)
            everything.socket = Socket(http, client, slack.app_token, door.take, timings or Timings())
            await everything.socket.start()
            await slack.socket.connected()
            slack.connect_socket()
        try:
            yield everything
        finally:
            if everything.socket:
                await everything.socket.stop()


@asynccontextmanager
async def served(
    serve: Serve, installs: Installs, http: aiohttp.ClientSession, slack: FakeSlack, now: Callable[[], float]
) -> AsyncIterator[tuple[Door, str]]:
    """A door for this workspace, and where it is."""
    door = Door(Parts(serve, installs, http, now, lambda: said("Sorry.")), slack.signing_secret)
    app = web.Application()
    app.add_routes(door.routes())
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0]
    try:
        yield door, f"http://{host}:{port}{PATH}"
    finally:
        await door.settle()
        await runner.cleanup()
