"""Trying again: the one way in which Ritme goes on asking for what is out of reach."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import TypeVar

import structlog

from bot.settings import Wrong

log = structlog.get_logger()
T = TypeVar("T")

FIRST, LONGEST = 1.0, 30.0
"""Seconds between two tries, at first and at most."""

REFUSED = 300.0
"""Seconds before somebody who said no is asked again: mostly it takes a person to change that."""


class OutOfReach(Exception):
    """Not now, perhaps later. `seconds` is how long whoever was asked wants to be left alone."""

    def __init__(self, reason: str, seconds: float = 0.0) -> None:
        super().__init__(reason)
        self.seconds = seconds


class Pauses:
    """Growing pauses, in seconds. Each is a little different, so that several processes do not come back as one."""

    def __init__(self, first: float = 0.0, longest: float = 0.0) -> None:
        self._first, self._longest = first or FIRST, longest or LONGEST
        self._next = self._first

    def next(self, least: float = 0.0) -> float:
        """The next pause, which is not shorter than `least`."""
        pause, self._next = self._next, min(2 * self._next, self._longest)
        return max(random.uniform(pause / 2, pause), least)  # noqa: S311 - nobody gains by guessing it

    def over(self) -> None:
        """What was tried came about: the next trouble begins with a short pause."""
        self._next = self._first


async def until_reached(
    ask: Callable[[], Awaitable[T]], trouble: Callable[[str], None], pauses: Pauses | None = None
) -> T:
    """Asks until there is an answer. `trouble` hears in a few words what is the matter, each time."""
    pauses = pauses or Pauses()
    while True:
        try:
            return await ask()
        except OutOfReach as failure:
            trouble(str(failure))
            await asyncio.sleep(pauses.next(failure.seconds))
        except Wrong as failure:
            trouble(str(failure))
            await asyncio.sleep(pauses.next(REFUSED))


class Reaching:
    """Reaches something once, now or later. `problem` says what is the matter; it is empty when it was reached.

    `reach` raises OutOfReach, or Wrong where it is refused.
    """

    def __init__(self, name: str, reach: Callable[[], Awaitable[None]]) -> None:
        self._name, self._reach = name, reach
        self._trying: asyncio.Task[None] | None = None
        self.problem = "not connected yet"

    async def start(self) -> None:
        """Tries; what is only out of reach is tried again in the background. Raises Wrong."""
        try:
            await self._reached()
        except OutOfReach as failure:
            self._trouble(str(failure))
            self._trying = asyncio.create_task(self._goes_on(failure.seconds))

    async def stop(self) -> None:
        if self._trying:
            self._trying.cancel()
            with suppress(asyncio.CancelledError):
                await self._trying

    # inside

    async def _goes_on(self, seconds: float) -> None:
        pauses = Pauses()
        await asyncio.sleep(pauses.next(seconds))
        await until_reached(self._reached, self._trouble, pauses)

    async def _reached(self) -> None:
        await self._reach()
        self.problem = ""

    def _trouble(self, reason: str) -> None:
        self.problem = reason
        log.warning("out of reach", part=self._name, reason=reason)
