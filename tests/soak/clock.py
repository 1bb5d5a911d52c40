"""A clock that runs faster than the wall's, the same in every process that is told the same three numbers."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.clock import Clock


@dataclass(frozen=True)
class Pace:
    """`rate` seconds pass in one of the wall's; business time was `business` (since 1970) when the wall said `wall`."""

    wall: float
    rate: float
    business: float

    @classmethod
    def beginning(cls, business: datetime, rate: float) -> Pace:
        return cls(time.time(), rate, business.timestamp())

    def clock(self) -> Quick:
        return Quick(self)


class Quick(Clock):
    """So leases, pauses and leave to look are over sooner; what they mean to each other stays as it is."""

    def __init__(self, pace: Pace) -> None:
        self._pace = pace
        gone = self.real().timestamp() - pace.wall
        super().__init__(datetime.fromtimestamp(pace.business + gone, UTC))

    def real(self) -> datetime:
        pace = self._pace
        return datetime.fromtimestamp(pace.wall + (time.time() - pace.wall) * pace.rate, UTC)

    def monotonic(self) -> float:
        return time.monotonic() * self._pace.rate

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds / self._pace.rate)
