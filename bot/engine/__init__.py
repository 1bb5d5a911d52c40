"""What wakes Ritme. An engine knows no work, only that there is some; what is to be done stands in rows."""

from __future__ import annotations

from typing import Protocol


class Work(Protocol):
    """What an engine keeps going. Every verb may be called at any time, twice, or late."""

    async def tick(self) -> None:
        """Plans ahead and serves what fell due."""

    async def lanes(self) -> list[int]:
        """The lanes that have something to send now."""

    async def drain(self, lane: int) -> int:
        """Sends what waits in one lane; returns how many messages it handled."""

    def stop(self) -> None:
        """Begins nothing more; what was begun ends soon."""


class Engine(Protocol):
    async def start(self) -> None:
        """Begins to wake."""

    async def stop(self) -> None:
        """Ends when everything that was begun has ended."""


class AlreadyRunning(Exception):  # noqa: N818 - it reads as what happened
    """Another process keeps this database going. The text says which, and what to do."""
