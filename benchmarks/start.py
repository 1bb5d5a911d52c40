"""From the start of `ritme run` to the first time that it says it is ready, with Slack on the other side.

The baseline is a Python that imports the libraries that a Slack bot on this stack cannot do without.
"""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from statistics import median

import aiohttp
from aiohttp import web

from benchmarks.table import Row, show
from bot import schema

ROUNDS = 5
PATIENCE = 60.0
BARE = "import aiohttp.web, sqlmodel, slack_bolt.async_app"
ENV = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
"""As an operator starts it: what was compiled once, in the first round, is not compiled again."""


def run() -> list[Row]:
    with tempfile.TemporaryDirectory() as folder:
        _, *found = [asyncio.run(_round(Path(folder), number)) for number in range(1 + ROUNDS)]
    ready, bare, wall = (median(figures) for figures in zip(*found, strict=True))
    return [
        ("start to ready, CPU s", ready, 0.0, 0.0, 1.5),
        ("start to ready, CPU s, to importing the libraries alone", ready, bare, ready / bare, 0.0),
        ("start to ready, s by the clock", wall, 0.0, 0.0, 0.0),
    ]


async def _round(folder: Path, number: int) -> tuple[float, float, float]:
    url = f"sqlite:///{folder / f'{number}.db'}"
    schema.upgrade(url)
    async with _slack() as slack, aiohttp.ClientSession() as http:
        port = _free_port()
        env = ENV | {
            "RITME_DATABASE_URL": url,
            "RITME_PORT": str(port),
            "RITME_SLACK_API_URL": slack,
            "SLACK_BOT_TOKEN": "xoxb-benchmark",
            "SLACK_SIGNING_SECRET": "benchmark",
        }
        begin = time.perf_counter()
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot", "run"), env=env, stderr=subprocess.DEVNULL
        )
        try:
            await _ready(http, port, begin)
            wall, cpu = time.perf_counter() - begin, _cpu(process.pid)
        finally:
            process.terminate()
            await process.wait()
    return cpu, _bare(), wall


@asynccontextmanager
async def _slack() -> AsyncIterator[str]:
    """As much of Slack as a start needs: it knows the token. Gives the base of its Web API."""

    async def auth_test(_: web.Request) -> web.Response:
        return web.json_response({"ok": True, "team_id": "T1", "team": "Large", "user_id": "U1", "bot_id": "B1"})

    app = web.Application()
    app.add_routes([web.post("/api/auth.test", auth_test)])
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}/api/"
    await runner.cleanup()


async def _ready(http: aiohttp.ClientSession, port: int, begin: float) -> None:
    while time.perf_counter() - begin < PATIENCE:
        try:
            async with http.get(f"http://127.0.0.1:{port}/readyz") as answer:
                if answer.status == 200:
                    return
        except aiohttp.ClientConnectorError:
            pass
        await asyncio.sleep(0.02)
    raise TimeoutError


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def _cpu(pid: int) -> float:
    """Seconds of CPU of a process, its own and the system's for it."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _bare() -> float:
    before = os.times()
    subprocess.run([sys.executable, "-c", BARE], env=ENV, check=True)
    after = os.times()
    return (after.children_user - before.children_user) + (after.children_system - before.children_system)


if __name__ == "__main__":
    show(run())
