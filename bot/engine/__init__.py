"""What wakes Ritme. An engine knows no work, only that there is some; what is to be done stands in rows."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from typing import Protocol, TypeVar

import structlog

from bot import logs

log = structlog.get_logger()
T = TypeVar("T")

BEAT = 1.0
"""Seconds from one look for work to the next."""

GRACE = 25.0
"""Seconds that what was begun gets to end: longer than a platform's slowest answer."""

STILL = 60.0
"""Seconds without a finished look at the clock, by whomever, after which it counts as standing still."""

SAID_AGAIN = 60.0
"""Seconds after which the log hears again of what still fails."""


class Work(Protocol):
    """What an engine keeps going. Every verb may be called at any time, twice, late, or in several processes at once:
    rows and their leases decide what is done, so an engine that errs costs a look and never a message.
    """

    async def tick(self) -> None:
        """Plans ahead and serves what fell due."""

    async def lanes(self) -> list[int]:
        """The lanes that have something to send now."""

    async def drain(self, lane: int, seconds: float | None = None) -> int:
        """Sends what waits in one lane, beginning nothing more after so many seconds; returns how many messages it
        handled.
        """

    def stop(self) -> None:
        """Begins nothing more; what was begun ends soon."""


class Engine(Protocol):
    async def start(self) -> None:
        """Begins to wake."""

    async def stop(self) -> None:
        """Ends when everything that was begun has ended."""

    def problem(self) -> str:
        """What keeps it from waking; empty when nothing does."""


class AlreadyRunning(Exception):
    """Another process keeps this database going. The text says which, and what to do."""


class Unprepared(Exception):
    """The database has not what the engine needs. The text says what to do."""


class Guard:
    """Keeps a heart beating, whatever happens in one beat, and remembers what fails until it works again."""

    def __init__(self) -> None:
        self._failing: dict[str, tuple[str, float]] = {}

    async def safely(self, name: str, work: Callable[[], Awaitable[T]]) -> T | None:
        """What the work returns; nothing if it fails, which the log hears of at once and then now and again."""
        try:
            result = await work()
        except Exception as failure:  # noqa: BLE001 - whatever it was, the next beat comes
            self._failed(name, failure)
            return None
        if self._failing.pop(name, None):
            log.info("works again", work=name)
        return result

    def failing(self, name: str) -> str:
        """What kind of failure this work ended with the last time; empty where it went well."""
        return self._failing.get(name, ("", 0.0))[0]

    def _failed(self, name: str, failure: Exception) -> None:
        kind, now = type(failure).__name__, time.monotonic()
        known, said = self._failing.get(name, ("", 0.0))
        if kind != known or now - said > SAID_AGAIN:
            log.error("work failed", work=name, reference=logs.reference(), exc_info=failure)
            said = now
        self._failing[name] = (kind, said)
