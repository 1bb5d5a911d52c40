"""A signed `/kudos`, from HTTP to a committed reply, beside a bare Bolt app that does nothing, on the same web server.

Each server is a process of its own, asked in turns by 32 connections; this process makes and signs the requests.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import itertools
import os
import random
import re
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from urllib.parse import urlencode

import orjson

from benchmarks.doors import PEOPLE
from benchmarks.noop import SECRET, TEAM
from benchmarks.table import Row, show

CONNECTIONS = 32
ROUNDS, REQUESTS = 5, 1000
STEADY, SECONDS = 50, 20
_QUIETER = {"GLIBC_TUNABLES": "glibc.malloc.hugetlb=1", "PYTHONMALLOC": "malloc"}


def run() -> list[Row]:
    with tempfile.TemporaryDirectory() as folder:
        ritme, noop = (_Server(name, module, folder) for name, module in (("ritme", "doors"), ("noop", "noop")))
        try:
            return asyncio.run(_measured(ritme, noop, Path(folder)))
        finally:
            for server in (ritme, noop):
                server.process.terminate()
                server.process.wait()


async def _measured(ritme: _Server, noop: _Server, folder: Path) -> list[Row]:
    requests = _requests()
    found: dict[str, list[dict[str, float]]] = {"ritme": [], "noop": []}
    for server in (ritme, noop):
        await _round(server, requests, REQUESTS // 4)  # warms up
    for _ in range(ROUNDS):
        for server in (ritme, noop):
            found[server.name].append(await _round(server, requests, REQUESTS))
    late = await _steady(ritme, requests)
    ours, bare = ({key: median(one[key] for one in found[name]) for key in found[name][0]} for name in found)
    disk = _disk(folder)
    return [
        ("/kudos, CPU µs a request, to a Bolt no-op", ours["cpu"], bare["cpu"], ours["cpu"] / bare["cpu"], 4.0),
        (
            "/kudos, requests/s at 32 at once: no-op to Ritme",
            bare["rate"],
            ours["rate"],
            bare["rate"] / ours["rate"],
            4.0,
        ),
        ("/kudos, commits a call (at least 4 calls a commit)", ours["commits"], 1.0, ours["commits"], 0.25),
        ("/kudos, p99 in ms at 50 requests/s", late, 0.0, 0.0, 250.0),
        ("the disk's own single commits/s, to calls/s", disk, ours["rate"], disk / ours["rate"], 0.0),
    ]


# --- asking ------------------------------------------------------------------------------------------


class _Server:
    """One of the two servers, as a process."""

    def __init__(self, name: str, module: str, folder: str) -> None:
        self.name = name
        command = [sys.executable, "-m", f"benchmarks.{module}", folder]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, env=os.environ | _QUIETER, text=True)
        assert self.process.stdout is not None
        self.port = int(self.process.stdout.readline())


def _requests() -> Iterator[bytes]:
    """Signed requests, no two alike: each colleague is thanked by others, and nobody thanks too often."""
    choose = random.Random(1)
    for number in itertools.count():
        giver = number % PEOPLE
        receiver = (giver + choose.randrange(1, PEOPLE)) % PEOPLE
        fields = {
            "token": "x",
            "team_id": TEAM,
            "team_domain": "large",
            "channel_id": "D1",
            "channel_name": "directmessage",
            "user_id": f"U{giver}",
            "user_name": f"p{giver}",
            "command": "/kudos",
            "text": f"<@U{receiver}|p{receiver}> for finding out why the import was slow, number {number}",
            "api_app_id": "A1",
            "is_enterprise_install": "false",
            "response_url": "http://127.0.0.1:9/respond",
            "trigger_id": f"1.{number}.x",
        }
        yield _signed(urlencode(fields).encode())


def _signed(body: bytes) -> bytes:
    stamp = str(int(time.time()))
    digest = hmac.new(SECRET.encode(), f"v0:{stamp}:".encode() + body, hashlib.sha256).hexdigest()
    head = (
        "POST /slack/events HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\n"
        f"X-Slack-Request-Timestamp: {stamp}\r\nX-Slack-Signature: v0={digest}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


_LENGTH = re.compile(rb"content-length: (\d+)", re.IGNORECASE)


class _Connection:
    """One connection that stays open."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    @classmethod
    async def to(cls, server: _Server) -> _Connection:
        return cls(*await asyncio.open_connection("127.0.0.1", server.port))

    async def ask(self, request: bytes) -> bytes:
        self.writer.write(request)
        head = await self.reader.readuntil(b"\r\n\r\n")
        length = _LENGTH.search(head)
        body = await self.reader.readexactly(int(length[1])) if length else b""
        if not head.startswith(b"HTTP/1.1 200"):
            raise RuntimeError(head.decode())
        return body

    def close(self) -> None:
        self.writer.close()


async def _state(server: _Server) -> dict[str, float]:
    connection = await _Connection.to(server)
    found: dict[str, float] = orjson.loads(await connection.ask(b"GET /state HTTP/1.1\r\nHost: localhost\r\n\r\n"))
    connection.close()
    return found


async def _round(server: _Server, requests: Iterator[bytes], count: int) -> dict[str, float]:
    """So many requests by 32 connections, each asking again as soon as it is answered."""
    left = [next(requests) for _ in range(count)]
    connections = [await _Connection.to(server) for _ in range(CONNECTIONS)]

    async def ask(connection: _Connection) -> None:
        while left:
            body = await connection.ask(left.pop())
            if server.name == "ritme" and b"thanked" not in body:
                raise RuntimeError(body.decode())

    before, start = await _state(server), time.perf_counter()
    await asyncio.gather(*(ask(connection) for connection in connections))
    taken, after = time.perf_counter() - start, await _state(server)
    for connection in connections:
        connection.close()
    cpu, commits = after["cpu"] - before["cpu"], after["commits"] - before["commits"]
    return {"cpu": cpu / count * 1e6, "rate": count / taken, "commits": commits / count}


async def _steady(server: _Server, requests: Iterator[bytes]) -> float:
    """The slowest of a hundred, in ms, where requests come in at their own pace, whatever the answers do."""
    free: asyncio.Queue[_Connection] = asyncio.Queue()
    for _ in range(CONNECTIONS):
        free.put_nowait(await _Connection.to(server))
    taken: list[float] = []

    async def ask(request: bytes, due: float) -> None:
        connection = await free.get()
        await connection.ask(request)
        taken.append(time.perf_counter() - due)
        free.put_nowait(connection)

    start = time.perf_counter()
    tasks: list[asyncio.Task[None]] = []
    for number in range(STEADY * SECONDS):
        due = start + number / STEADY
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        tasks.append(asyncio.create_task(ask(next(requests), due)))
    await asyncio.gather(*tasks)
    return sorted(taken)[int(len(taken) * 0.99)] * 1000


def _disk(folder: Path) -> float:
    """Commits a second of one row each, by the bare driver."""
    raw = sqlite3.connect(folder / "disk.db", isolation_level=None)
    for pragma in ("journal_mode = WAL", "synchronous = FULL"):
        raw.execute(f"PRAGMA {pragma}")
    raw.execute("CREATE TABLE x (y)")
    start, count = time.perf_counter(), 0
    while time.perf_counter() - start < 2:
        raw.execute("INSERT INTO x VALUES (1)")
        count += 1
    raw.close()
    return count / (time.perf_counter() - start)


if __name__ == "__main__":
    show(run())
