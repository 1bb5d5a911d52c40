"""Sending: what the ledger costs beside the bare client, how well lanes keep to a platform's limit, and what a second
worker brings.

The other side is a Web API as small as it can be, in a process of its own.
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import ExitStack, asynccontextmanager, closing, contextmanager
from functools import partial
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from benchmarks.ledger import PEOPLE, SAME, THEN, UNBOUND, Workspaces, fill, left, outbound
from benchmarks.table import Row, show
from bot import outbox, schema
from bot.calls import Tell
from bot.db import Database
from bot.delivery import SLICE, Outbound
from bot.engine.cluster import ClusterEngine, Timings
from bot.running import Works
from bot.sending import AT_ONCE
from bot.slack import render
from bot.slack.installs import session, web_client
from bot.slack.send import POSTING
from models import everything
from models.scope import Scope, enter_org
from tests.postgres import Server

MESSAGES, ROUNDS = 3000, 9
QUEUED, TOGETHER = 100_000, 1000
LANES, EACH, RATE = 20, 100, 5.0
SLOW, SLOTS, SHARED = 0.1, 2, 250
"""Seconds in which the slow chat answers; lanes that one worker drains at a time there; messages in each of them."""


def run() -> list[Row]:
    return asyncio.run(_all())


async def _all() -> list[Row]:
    return [*await _drained(), await _queued(), *await _lanes(), await _workers()]


# --- one lane as fast as it goes ---------------------------------------------------------------------


async def _drained() -> list[Row]:
    """The way out alone has a promise; what a capability reads for its words comes on top."""
    taken: dict[str, list[_Spent]] = {"plain.said": [], "kudos.told": [], "": []}
    with _api() as api:
        for _ in range(ROUNDS):
            for kind, spent in taken.items():
                spent.append(await (_ledger(api, kind) if kind else _client(api)))
    same, thanks, bare = taken.values()
    return [
        _beside("a message, µs", [_each(one.wall) for one in same], [_each(one.wall) for one in bare], 1 / 0.8),
        _beside("a message, CPU in µs", [_each(one.cpu) for one in same], [_each(one.cpu) for one in bare]),
        _beside(
            "thanks in their own words, CPU in µs", [_each(one.cpu) for one in thanks], [_each(one.cpu) for one in bare]
        ),
    ]


def _beside(what: str, values: Sequence[float], bare: Sequence[float], target: float = 0.0) -> Row:
    """The ratio is taken round by round: a machine is not as fast in one minute as in the next."""
    ratio = median(value / other for value, other in zip(values, bare, strict=True))
    return f"sending {what}, to the bare client", median(values), median(bare), ratio, target


def _each(seconds: float) -> float:
    return seconds / MESSAGES * 1e6


async def _ledger(api: str, kind: str) -> _Spent:
    async with _house(1, MESSAGES, kind) as database, session() as http:
        out = outbound(database, Workspaces(http, api, 1), UNBOUND)
        spent = await _timed(out.drain(1))
        if await left(database):
            raise RuntimeError("not everything was sent")
    return spent


async def _client(api: str) -> _Spent:
    """The SDK's client with one shared session, as many at once, and a body that was drawn before."""
    drawn = render.message(SAME)
    async with session() as http:
        client = web_client(http, "xoxb-1", api)

        async def some(number: int) -> None:
            for n in range(number, MESSAGES, AT_ONCE):
                await client.chat_postMessage(channel=f"U{n}", **drawn)

        return await _timed(asyncio.gather(*(some(n) for n in range(AT_ONCE))))


# --- writing down what is to be said -----------------------------------------------------------------


async def _queued() -> Row:
    async with _house(1, 1) as database:
        start = time.perf_counter()
        for first in range(0, QUEUED, TOGETHER):
            await database.write(partial(_queue, first=first))
        taken = time.perf_counter() - start
    return f"writing down {QUEUED:,} messages, s", taken, 0.0, 0.0, 5.0


def _queue(connection: Any, first: int) -> None:
    scope = enter_org(connection, 1, THEN)
    if scope is not None:
        outbox.queue(scope, [_told(scope, n) for n in range(first, first + TOGETHER)])


def _told(scope: Scope, n: int) -> Tell:
    return Tell(n % PEOPLE + 1, "kudos.told", {"kudos": n}, nudge=True, expires=scope.now, once=f"told:{n}")


# --- many lanes at a platform's limit ----------------------------------------------------------------


async def _lanes() -> list[Row]:
    """Where the chat turned something down, there are more requests than messages."""
    ideal, messages = EACH / RATE, LANES * EACH
    with _api(RATE, POSTING.at(RATE).burst) as api:
        async with _house(LANES, EACH) as database, session() as http:
            out = outbound(database, Workspaces(http, api, LANES), RATE)
            taken = (await _timed(_until_sent(database, partial(_slices, out)))).wall
            async with http.get(api.replace("/api/", "/state")) as answer:
                asked = sum((await answer.json()).values())
    return [
        (f"{LANES} lanes at {RATE:g}/s each, s, to the ideal", taken, ideal, taken / ideal, 1 / 0.9),
        ("requests at that limit, to messages", asked, messages, asked / messages, 1.0),
    ]


async def _slices(out: Outbound) -> None:
    await asyncio.gather(*(out.drain(lane, SLICE) for lane in await out.lanes()))
    await asyncio.sleep(0.02)


async def _until_sent(database: Database, work: Callable[[], Awaitable[None]]) -> None:
    while await left(database):
        await work()


# --- a second worker ---------------------------------------------------------------------------------


async def _workers() -> Row:
    """Lanes are shared out: a chat that takes its time is what a worker's slots are for."""
    with _api(pause=SLOW) as api, _server() as server:
        one, two = await _worked(api, server.empty(), 1), await _worked(api, server.empty(), 2)
    return "two workers on PostgreSQL at a slow chat, s, to one", two, one, two / one, 1 / 1.6


async def _worked(api: str, url: str, workers: int) -> float:
    schema.upgrade(url)
    lanes = 4 * SLOTS
    with closing(Database(url)) as database, ExitStack() as running:
        fill(database, lanes, SHARED, "plain.said")
        command = ["benchmarks.sending", url, api, str(lanes)]
        ready = [running.enter_context(_child(*command)) for _ in range(workers)]
        for worker in ready:
            _line(worker)
        start = time.perf_counter()
        for worker in ready:
            _begin(worker)
        await _until_sent(database, partial(asyncio.sleep, 0.05))
        return time.perf_counter() - start


async def _worker(url: str, api: str, lanes: int) -> None:
    """What `ritme worker` does with its lanes, from the moment it is told to."""
    database = Database(url)
    async with session() as http:
        out = outbound(database, Workspaces(http, api, lanes), UNBOUND)
        engine = ClusterEngine(_Sending(out), url, Timings(slots=SLOTS))
        print("ready", flush=True)
        await asyncio.to_thread(sys.stdin.readline)
        await engine.start()
        await asyncio.Event().wait()


class _Sending(Works):
    """The way out alone: there is no clock to look at."""

    def __init__(self, out: Outbound) -> None:
        self.outbound = out

    async def tick(self) -> None:
        """Nothing falls due."""


# --- around it ---------------------------------------------------------------------------------------


class _Spent(NamedTuple):
    """Seconds."""

    wall: float
    cpu: float


@contextmanager
def _api(rate: float = 0.0, burst: float = 0.0, pause: float = 0.0) -> Iterator[str]:
    """The base of a chat's Web API in another process."""
    with _child("benchmarks.chatapi", str(rate), str(burst), str(pause)) as running:
        yield f"http://127.0.0.1:{_line(running)}/api/"


@contextmanager
def _child(*module: str) -> Iterator[subprocess.Popen[bytes]]:
    """Another process, which ends with this one whatever happens."""
    command = [sys.executable, "-m", *module]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as running:
        try:
            yield running
        finally:
            running.kill()


def _line(running: subprocess.Popen[bytes]) -> str:
    line = running.stdout.readline().decode().strip() if running.stdout else ""
    if not line:
        raise RuntimeError("it ended before it began")
    return line


def _begin(running: subprocess.Popen[bytes]) -> None:
    if running.stdin is not None:
        running.stdin.write(b"\n")
        running.stdin.flush()


@asynccontextmanager
async def _house(lanes: int, messages: int, kind: str = "plain.said") -> AsyncIterator[Database]:
    with TemporaryDirectory() as folder, closing(Database(f"sqlite:///{Path(folder) / 'ritme.db'}")) as database:
        everything().create_all(database.writer)
        fill(database, lanes, messages, kind)
        yield database


@contextmanager
def _server() -> Iterator[Server]:
    with TemporaryDirectory() as folder, closing(Server(Path(folder))) as server:
        yield server


async def _timed(work: Awaitable[Any]) -> _Spent:
    wall, cpu = time.perf_counter(), time.process_time()
    await work
    return _Spent(time.perf_counter() - wall, time.process_time() - cpu)


if __name__ == "__main__":
    if sys.argv[1:]:
        asyncio.run(_worker(sys.argv[1], sys.argv[2], int(sys.argv[3])))
    else:
        show(run())
