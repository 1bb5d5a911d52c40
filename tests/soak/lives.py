"""Processes that live, and are killed."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from tests.soak.clock import Pace

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Life:
    """One process of Ritme's."""

    id: int
    nursery: Nursery

    def signal(self, sign: int) -> None:
        os.kill(self.id, sign)

    async def kill(self) -> None:
        """Ends it at once, wherever it is, and returns when nothing of it is left."""
        self.signal(signal.SIGKILL)
        assert await self.ended() == -signal.SIGKILL

    async def leave(self) -> None:
        """Asks it to leave, which it does in order."""
        self.signal(signal.SIGTERM)
        assert await self.ended() == 0, self.nursery.log.read_text()[-4000:]

    async def ended(self) -> int:
        """How it ended; waits until it has."""
        return int(await self.nursery.ask({"wait": self.id}))


class Nursery:
    """Where they come from: `tests.soak.nursery`."""

    def __init__(self, process: asyncio.subprocess.Process, log: Path) -> None:
        self.process, self.log = process, log
        self.begun = 0
        self._one = asyncio.Lock()

    async def start(self, role: str, port: int = 0) -> Life:
        """A process that does what `ritme run` or `ritme worker` does; its doors are at any free port, or at this one."""
        self.begun += 1
        return Life(await self.ask({"start": role, "port": port}), self)

    async def ask(self, what: Any) -> Any:
        assert self.process.stdin
        async with self._one:
            self.process.stdin.write(json.dumps(what).encode() + b"\n")
            return await self._answer()

    async def _answer(self) -> Any:
        assert self.process.stdout
        line = await self.process.stdout.readline()
        assert line, "the nursery is gone"
        return json.loads(line)


@asynccontextmanager
async def nursery(settings: dict[str, str], pace: Pace, log: Path) -> AsyncIterator[Nursery]:
    """A nursery for Ritmes with these settings, by variable name; what they log goes to a file."""
    plan = json.dumps({"settings": settings, "pace": asdict(pace), "log": str(log)})
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.soak.nursery", plan,
        cwd=ROOT, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, start_new_session=True,
    )  # fmt: skip
    opened = Nursery(process, log)
    try:
        assert await opened._answer() == "ready"
        yield opened
    finally:
        os.killpg(process.pid, signal.SIGKILL)  # the group is its own: its children, whatever became of the test
        await process.wait()
