"""How fast a lane goes, as its row remembers it: what may be, and what was learned from being told to slow down.

The process that sends keeps the buckets (`bot.pace`); another one begins with what stands here, and forecasts are made
from it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import orjson

from models.identity import Installation
from models.scope import Scope

CLIMB = 600.0
"""Seconds in which a rate climbs back from nothing to all that may be."""

LOWEST = 0.05
"""The share of what may be that is left, however often the platform says that it is too much."""


@dataclass(frozen=True, slots=True)
class Rate:
    """The pace of a group of verbs: `top` a second may be, and it was `low` at the moment `at` of real time."""

    group: str
    verbs: tuple[str, ...]
    top: float
    low: float
    at: datetime

    def now(self, real: datetime) -> float:
        """Messages a second at this moment of real time."""
        return climbed(self.low, self.top, (real - self.at).total_seconds())


def climbed(low: float, top: float, seconds: float) -> float:
    """What a rate that was this low has become after so long: evenly more, up to all that may be."""
    return min(top, low + top * max(0.0, seconds) / CLIMB)


def halved(low: float, top: float) -> float:
    """What is left of a rate that was too high."""
    return max(low / 2, top * LOWEST)


def written(rates: Iterable[Rate]) -> str:
    """Rates as they stand in a lane's row."""
    return orjson.dumps(list(rates)).decode()


def read(text: str) -> tuple[Rate, ...]:
    """The rates of a lane's row; none where nobody has sent anything there, or nothing binds it."""
    found = orjson.loads(text or "[]")
    return tuple(
        Rate(one["group"], tuple(one["verbs"]), one["top"], one["low"], datetime.fromisoformat(one["at"]))
        for one in found
    )


def taken_over(scope: Scope, lane: int, sender: str, rates: Iterable[Rate]) -> None:
    """Writes down who sends in a lane from now on, and how fast."""
    scope.db.update(Installation, Installation.id == lane, sender=sender, rates=written(rates))


def learned(scope: Scope, lane: int, rates: Iterable[Rate]) -> None:
    """Writes down how fast a lane goes from now on."""
    scope.db.update(Installation, Installation.id == lane, rates=written(rates))
