"""Three clocks. `now` is business time and can be moved in the demo and in tests; `real` is for signatures, tokens and
leases; `monotonic` for buckets.
"""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Literal

NEAR, FAR = 15.0, 45.0
"""Seconds that two clocks may differ before somebody should look, and before it is wrong. A lease is 90 seconds by the
clock of each machine, of which a third is for the differences between them; signatures and tokens allow for 300.
"""


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


def apart(here: datetime, there: datetime, whose: str) -> list[tuple[Literal["look", "bad"], str]]:
    """What an operator should know of this machine's clock, read at the same moment as somebody else's."""
    seconds = (here - there).total_seconds()
    if abs(seconds) < NEAR:
        return []
    way = "ahead of" if seconds > 0 else "behind"
    advice = "leases, signatures and tokens rely on it, so set it by NTP"
    return [("bad" if abs(seconds) >= FAR else "look", f"this machine is {abs(seconds):.0f} s {way} {whose}; {advice}")]


def dated(said: str) -> datetime | None:
    """The moment in an HTTP `Date`; None where it is none."""
    try:
        return parsedate_to_datetime(said).astimezone(UTC)
    except ValueError:
        return None
