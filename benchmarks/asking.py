"""Asking a web server over connections that stay open. Each server is a process of its own."""

from __future__ import annotations

import asyncio
import os
import re
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from statistics import median

import orjson

CONNECTIONS = 32
_QUIETER = {"GLIBC_TUNABLES": "glibc.malloc.hugetlb=1", "PYTHONMALLOC": "malloc"}
_LENGTH = re.compile(rb"content-length: (\d+)", re.IGNORECASE)

Check = Callable[[bytes], None]


class Server:
    """A module of this package that serves, as a process. It says first which port it listens on."""

    def __init__(self, module: str, *given: str) -> None:
        command = [sys.executable, "-m", f"benchmarks.{module}", *given]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, env=os.environ | _QUIETER, text=True)
        self._port = 0

    @property
    def port(self) -> int:
        """Waits until the server listens."""
        if not self._port:
            assert self.process.stdout is not None
            self._port = int(self.process.stdout.readline())
        return self._port

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait()


class Connection:
    """One connection that stays open."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    @classmethod
    async def to(cls, server: Server) -> Connection:
        return cls(*await asyncio.open_connection("127.0.0.1", server.port))

    async def ask(self, request: bytes) -> bytes:
        self.writer.write(request)
        head = await self.reader.readuntil(b"\r\n\r\n")
        length = _LENGTH.search(head)
        body = await self.reader.readexactly(int(length[1])) if length else b""
        if not head.startswith(b"HTTP/1.1 20"):
            raise RuntimeError(head.decode())
        return body

    def close(self) -> None:
        self.writer.close()


async def _at_once(server: Server, left: list[bytes], check: Check, connections: int) -> None:
    """Asks everything by so many connections, each asking again as soon as it is answered."""
    opened = [await Connection.to(server) for _ in range(connections)]

    async def ask(connection: Connection) -> None:
        while left:
            check(await connection.ask(left.pop()))

    await asyncio.gather(*(ask(connection) for connection in opened))
    for connection in opened:
        connection.close()


def _anything(_: bytes) -> None:
    """Whatever is answered is good."""


async def _at_rest(_: int) -> None:
    """The server is done when it has answered."""


@dataclass(slots=True)
class Subject:
    """A server that is measured by rounds of so many requests. `check` raises where an answer is wrong; `settled`
    waits until so many requests have had their effect.
    """

    server: Server
    requests: Iterator[bytes]
    count: int
    check: Check = _anything
    settled: Callable[[int], Awaitable[None]] = _at_rest
    rounds: list[dict[str, float]] = field(default_factory=list)

    async def round(self) -> None:
        """Notes CPU µs and commits for each request, and how many requests there were in a second."""
        left = self._next(self.count)
        before, start = await self._state(), time.perf_counter()
        await self._ask(left, CONNECTIONS)
        taken, after = time.perf_counter() - start, await self._state()
        cpu, commits = after["cpu"] - before["cpu"], after["commits"] - before["commits"]
        self.rounds.append({"cpu": cpu / self.count * 1e6, "rate": self.count / taken, "commits": commits / self.count})

    async def warm(self, count: int) -> None:
        await self._ask(self._next(count), CONNECTIONS)

    async def together(self, count: int) -> float:
        """So many requests at the same time, each on a connection of its own; gives how many seconds they took."""
        left, start = self._next(count), time.perf_counter()
        await self._ask(left, count)
        return time.perf_counter() - start

    def median(self, figure: str) -> float:
        return median(one[figure] for one in self.rounds)

    def to(self, baseline: Subject, figure: str) -> float:
        """The ratio to another that was asked in turns with this one, round by round: a machine is not as fast in one
        minute as in the next.
        """
        return median(one[figure] / other[figure] for one, other in zip(self.rounds, baseline.rounds, strict=True))

    def _next(self, count: int) -> list[bytes]:
        return list(islice(self.requests, count))

    async def _ask(self, left: list[bytes], connections: int) -> None:
        count = len(left)
        await _at_once(self.server, left, self.check, connections)
        await self.settled(count)

    async def _state(self) -> dict[str, float]:
        """How much CPU the server used until now, and how often it committed."""
        connection = await Connection.to(self.server)
        found: dict[str, float] = orjson.loads(await connection.ask(b"GET /state HTTP/1.1\r\nHost: localhost\r\n\r\n"))
        connection.close()
        return found
