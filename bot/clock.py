"""Three clocks. `now` is business time and can be moved in the demo and in tests; `real` is for signatures, tokens and
leases; `monotonic` for buckets.
"""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime, timedelta


class Clock:
    """The clock of one running Ritme. `at` starts business time elsewhere than now, standing still when `frozen`."""

    def __init__(self, at: datetime | None = None, *, frozen: bool = False) -> None:
        self._frozen = frozen
        self._start = at or self.real()
        self._offset = self._start - self.real()

    def now(self) -> datetime:
        """Business time, aware UTC."""
        return self._start if self._frozen else self.real() + self._offset

    def real(self) -> datetime:
        """The machine's wall clock, aware UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Seconds that only go up."""
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        """Waits so long on the monotonic clock."""
        await asyncio.sleep(seconds)

    def move(self, to: datetime) -> None:
        """Sets business time."""
        if self._frozen:
            self._start = to
        else:
            self._offset = to - self.real()

    def step(self, by: timedelta) -> None:
        """Moves business time by this much."""
        self.move(self.now() + by)
