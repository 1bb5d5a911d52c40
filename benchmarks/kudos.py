"""A signed `/kudos`, from HTTP to a committed reply, beside a bare Bolt app that does nothing, on the same web server.

Each server is a process of its own, asked in turns by 32 connections; this process makes and signs the requests.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import itertools
import random
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

from benchmarks.asking import CONNECTIONS, Connection, Server, Subject
from benchmarks.doors import PEOPLE
from benchmarks.noop import SECRET, TEAM
from benchmarks.table import Row, show

ROUNDS, REQUESTS = 15, 500
STEADY, SECONDS = 50, 20


def run() -> list[Row]:
    with tempfile.TemporaryDirectory() as folder:
        ritme, noop = Server("doors", folder), Server("noop")
        try:
            return asyncio.run(_measured(ritme, noop, Path(folder)))
        finally:
            for server in (ritme, noop):
                server.stop()


async def _measured(ritme: Server, noop: Server, folder: Path) -> list[Row]:
    asking = requests()
    ours, bare = Subject(ritme, asking, REQUESTS, thanked), Subject(noop, asking, REQUESTS)
    for subject in (ours, bare):
        await subject.warm(REQUESTS // 2)
    for _ in range(ROUNDS):
        for subject in (ours, bare):
            await subject.round()
    late = await _steady(ritme, asking)
    cpu, rate, commits = (ours.median(figure) for figure in ("cpu", "rate", "commits"))
    bare_cpu, bare_rate = bare.median("cpu"), bare.median("rate")
    disk = _disk(folder)
    return [
        ("/kudos, CPU µs a request, to a Bolt no-op", cpu, bare_cpu, ours.to(bare, "cpu"), 4.0),
        ("/kudos, requests/s at 32 at once: no-op to Ritme", bare_rate, rate, bare.to(ours, "rate"), 4.0),
        ("/kudos, commits a call (at least 4 calls a commit)", commits, 1.0, commits, 0.25),
        ("/kudos, p99 in ms at 50 requests/s", late, 0.0, 0.0, 250.0),
        ("the disk's own single commits/s, to calls/s", disk, rate, disk / rate, 0.0),
    ]


# --- asking ------------------------------------------------------------------------------------------


def requests() -> Iterator[bytes]:
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


def thanked(body: bytes) -> None:
    """Whether an answer says that it was done."""
    if b"thanked" not in body:
        raise RuntimeError(body.decode())


async def _steady(server: Server, requests: Iterator[bytes]) -> float:
    """The slowest of a hundred, in ms, where requests come in at their own pace, whatever the answers do."""
    free: asyncio.Queue[Connection] = asyncio.Queue()
    for _ in range(CONNECTIONS):
        free.put_nowait(await Connection.to(server))
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
