"""Attacks a house: sends every attack down the wire, and keeps what came back, how long it took, and what it cost."""

from __future__ import annotations

import asyncio
import json
import os
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import aiohttp

from bot.slack.welcome import COOKIE, INSTALL, REDIRECT
from tests.hostile import chats
from tests.hostile.chats import SECRET, Chats
from tests.hostile.requests import Attack, Target, attack

ROOT = Path(__file__).parents[2]
PATIENCE = 20.0
SLOW = 1.0
HANDS = 4
"""So many requests are on their way at a time."""

WAYS = 60
"""So many browsers are on their way through Slack's page of consent when it begins."""

TOO_LATE = "no answer"


@dataclass
class Found:
    """What came of it. `wrong` are attacks with what was wrong about their answer; `exchanged` counts how often each way
    through Slack's page of consent led anywhere.
    """

    sent: int = 0
    genuine: int = 0
    statuses: Counter[str] = field(default_factory=Counter)
    routes: set[str] = field(default_factory=set)
    names: set[str] = field(default_factory=set)
    wrong: list[str] = field(default_factory=list)
    slow: list[int] = field(default_factory=list)
    slowest: float = 0.0
    seconds: float = 0.0
    warm: int = 0
    held: int = 0
    exchanged: Counter[int] = field(default_factory=Counter)
    log: str = ""

    @property
    def growth(self) -> float:
        """Megabytes since it was warm."""
        return (self.held - self.warm) / 1e6


@dataclass
class House:
    """The process that is attacked."""

    process: asyncio.subprocess.Process
    target: Target
    log: Path
    chats: Chats

    async def rest(self) -> int:
        """Waits until nothing is being done there; the bytes that it holds."""
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(b"rest\n")
        return int(json.loads(await self.process.stdout.readline())["rss"])


class Siege:
    """One seed against one house."""

    def __init__(self, seed: int, house: House) -> None:
        self.seed, self.house, self.found = seed, house, Found()

    async def run(self, numbers: Iterator[int], warm: int) -> Found:
        """Sends these attacks; from the `warm`-th on memory counts."""
        begun = time.monotonic()
        left = iter(numbers)
        await asyncio.gather(*(self._hand(_first(left, warm // HANDS)) for _ in range(HANDS)))
        self.found.warm = await self.house.rest()
        await asyncio.gather(*(self._hand(left) for _ in range(HANDS)))
        self.found.held = await self.house.rest()
        self.found.seconds = time.monotonic() - begun
        await self._again()
        self.found.exchanged = self.house.chats.exchanged
        self.found.log = self.house.log.read_text()
        return self.found

    async def _hand(self, numbers: Iterator[int]) -> None:
        wires = {
            self.house.target.web: Wire(self.house.target.web),
            self.house.target.demo: Wire(self.house.target.demo),
        }
        for number in numbers:
            made = attack(self.seed, number, self.house.target)
            await self._send(made, wires[made.port])
        for wire in wires.values():
            await wire.close()

    async def _send(self, made: Attack, wire: Wire) -> None:
        found, begun = self.found, time.monotonic()
        status = await wire.ask(made)
        took = time.monotonic() - begun
        found.sent += 1
        found.genuine += made.genuine
        found.statuses[str(status)] += 1
        found.names.add(made.name)
        found.routes.add(made.route)
        if not isinstance(status, int) or status >= 500 or (not made.genuine and _let_in(made, status)):
            found.wrong.append(f"{status} to {shown(self.seed, made)}")
        if took > SLOW:
            found.slow.append(made.number)
        found.slowest = max(found.slowest, took)

    async def _again(self) -> None:
        """A busy machine stands still at times: what was slow counts when it is slow again, each time as new."""
        for number in self.found.slow[:50]:
            quickest = PATIENCE
            for turn in (1, 2, 3):
                made = attack(self.seed, number, self.house.target, turn)
                wire, begun = Wire(made.port), time.monotonic()
                await wire.ask(made)
                quickest = min(quickest, time.monotonic() - begun)
                await wire.close()
            if quickest > SLOW:
                self.found.wrong.append(f"{quickest:.1f} seconds for {shown(self.seed, made)}")


def _let_in(made: Attack, status: int) -> bool:
    """Whether a door answered something that nobody signed, or a browser that did not leave with this state."""
    return made.route in {"/slack/events", "/api/messages", "/api/call", REDIRECT} and status < 400


def _first(numbers: Iterator[int], count: int) -> Iterator[int]:
    return (number for _, number in zip(range(count), numbers, strict=False))


def shown(seed: int, made: Attack) -> str:
    """What is needed to send it again."""
    raw = made.raw()
    return f"{made.name}\n    python -m tests.hostile --seed {seed} --only {made.number}\n    {len(raw)} bytes: {raw[:1500]!r}"


class Wire:
    """A connection that is kept as long as the other side does."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None

    async def ask(self, made: Attack) -> int | str:
        """The status of the answer, or what happened instead of one."""
        try:
            async with asyncio.timeout(PATIENCE):
                return await self._asked(made)
        except TimeoutError:
            await self.close()
            return TOO_LATE

    async def close(self) -> None:
        if self._writer:
            self._writer.close()
            with suppress(OSError):
                await self._writer.wait_closed()
        self._reader = self._writer = None

    async def _asked(self, made: Attack) -> int | str:
        fresh = self._reader is None
        try:
            return await self._answered(made)
        except (OSError, EOFError) as failure:
            await self.close()
            if not fresh:  # it was closed while nobody asked
                return await self._asked(made)
            return f"{type(failure).__name__}"

    async def _answered(self, made: Attack) -> int:
        if self._reader is None or self._writer is None:
            self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self._port, limit=4 * 1024 * 1024)
        with suppress(ConnectionError):  # an answer may have come before all was said
            self._writer.write(made.raw())
            await self._writer.drain()
        head = (await self._reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
        status = int(head.split(" ", 2)[1])
        if made.method != "HEAD" and status not in {204, 304}:
            await self._body(head, self._reader)
        if "connection: close" in head or status == 413:
            await self.close()
        return status

    async def _body(self, head: str, reader: asyncio.StreamReader) -> None:
        if "content-length:" in head:
            await reader.readexactly(int(head.partition("content-length:")[2].partition("\r\n")[0]))
        elif "transfer-encoding: chunked" in head:
            while size := int(await reader.readuntil(b"\r\n"), 16):
                await reader.readexactly(size + 2)
            await reader.readexactly(2)


@asynccontextmanager
async def laid(folder: Path) -> AsyncIterator[House]:
    """A house with its two chats around it, ready to be attacked."""
    async with chats.opened() as around:
        house = await _begun(folder, around)
        try:
            yield house
        finally:
            assert house.process.stdin
            house.process.stdin.close()
            with suppress(TimeoutError):
                await asyncio.wait_for(house.process.wait(), 20)
            if house.process.returncode is None:
                house.process.kill()
                await house.process.wait()


async def _begun(folder: Path, around: Chats) -> House:
    log, env = folder / "house.log", {**os.environ, **around.settings, "PYTHONPATH": str(ROOT)}
    with log.open("wb") as to:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.hostile.house", str(folder),
            cwd=folder, env=env, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=to,
        )  # fmt: skip
    assert process.stdout
    line = await process.stdout.readline()
    if not line:
        raise RuntimeError(log.read_text()[-4000:])
    told = json.loads(line)
    return House(process, _target(told, around, await _ways(told["web"])), log, around)


async def _ways(port: int) -> tuple[tuple[str, str], ...]:
    """So many browsers leave for Slack's page of consent: the state of each, and its cookie."""
    found = list[tuple[str, str]]()
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as http:
        for _ in range(WAYS):
            async with http.get(f"http://127.0.0.1:{port}{INSTALL}", allow_redirects=False) as answer:
                state = parse_qs(urlsplit(answer.headers["Location"]).query)["state"][0]
                found.append((state, answer.cookies[COOKIE].value))
    return tuple(found)


def _target(told: dict[str, Any], around: Chats, ways: tuple[tuple[str, str], ...]) -> Target:
    openid, service = around.openid, f"{around.base}/teams/"
    now = int(time.time())
    old, long = now - 7200, now + 86_400  # a siege may take longer than a token usually lives
    bad = (
        openid.header(service, exp=old), openid.header(service, alg="none"), openid.header(service, alg="HS256"), openid.header(service, kid="x"),
        openid.header(service, aud="another"), openid.header(service, iss="x"), openid.header(service, signed="other"), openid.header("http://x/"),
        openid.header(service, exp=None), openid.header(service, kid="bare"), "Bearer x", "Bearer a.b.c", "Bearer é", "Basic eDp5", "Bearer",
    )  # fmt: skip
    return Target(
        told["web"], told["demo"], around.base, SECRET, openid.header(service, exp=long), bad, told["cookie"], time.time,
        tuple(map(tuple, told["routes"])), tuple(map(tuple, told["pages"])), ways,
    )  # fmt: skip


def troubles(log: str) -> list[str]:
    """What the log of a house has of failures that nobody foresaw: each line of a level above a warning, and each that
    is no line of a log.
    """
    found = []
    for line in log.splitlines():
        try:
            told = json.loads(line)
        except ValueError:
            told = {"level": "error"}
        if told.get("level") in {"error", "critical"}:
            found.append(line)
    return found
