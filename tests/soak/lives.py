"""Processes that live, and are killed."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from threading import Lock
from typing import Any

from tests.soak.clock import Pace

ROOT = Path(__file__).parents[2]


class Nursery:
    """Where they come from: `tests.soak.nursery`, one for all tests of a run."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.soak.nursery"],
            cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        self._one = Lock()

    async def ask(self, **what: Any) -> int:
        return await asyncio.to_thread(self._ask, what)

    def _ask(self, what: Any) -> int:
        assert self._process.stdin
        assert self._process.stdout
        with self._one:
            print(json.dumps(what), file=self._process.stdin, flush=True)
            return int(json.loads(self._process.stdout.readline()))

    def close(self) -> None:
        with self._process:
            assert self._process.stdin
            self._process.stdin.close()


@dataclass(frozen=True)
class Life:
    """One process of Ritme's."""

    id: int
    lives: Lives

    def signal(self, sign: int) -> None:
        os.kill(self.id, sign)

    async def kill(self) -> None:
        """Ends it at once, wherever it is, and returns when nothing of it is left."""
        self.signal(signal.SIGKILL)
        assert await self.ended() == -signal.SIGKILL, self.lives.said

    async def leave(self) -> None:
        """Asks it to leave, which it does in order."""
        self.signal(signal.SIGTERM)
        assert await self.ended() == 0, self.lives.said

    async def ended(self) -> int:
        """How it ended; waits until it has."""
        code = await self.lives.nursery.ask(wait=self.id)
        self.lives.living.remove(self)
        return code


@dataclass
class Lives:
    """The processes of one house: what they are told, and who of them lives."""

    nursery: Nursery
    settings: dict[str, str]
    pace: Pace
    log: Path
    begun: int = 0
    living: list[Life] = field(default_factory=list)

    async def start(self, role: str, port: int = 0) -> Life:
        """A process that does what `ritme run` or `ritme worker` does; its doors are at any free port, or at this one."""
        told = {"settings": self.settings, "pace": asdict(self.pace), "log": str(self.log), "port": port}
        life = Life(await self.nursery.ask(start=role, **told), self)
        self.living.append(life)
        self.begun += 1
        return life

    @property
    def said(self) -> str:
        """The end of what they logged."""
        return self.log.read_text()[-4000:] if self.log.exists() else "nothing"


@asynccontextmanager
async def living(nursery: Nursery, settings: dict[str, str], pace: Pace, log: Path) -> AsyncIterator[Lives]:
    """Nobody of a house outlives its test."""
    lives = Lives(nursery, settings, pace, log)
    try:
        yield lives
    finally:
        for life in list(lives.living):
            life.signal(signal.SIGKILL)
            await life.ended()
