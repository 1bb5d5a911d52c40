"""The hands of the demo's clock: they move from due instant to due instant, and know what a moment will bring."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from bot.clock import Clock
from bot.demo.state import Move

QUIET = frozenset({"feedback.lapse", "directory.leaves"})
"""Work that falls due without a word to anybody, or with one that does not depend on the moment."""
SURE = timedelta(hours=12)
"""As far as this everything is planned that will fall due, so that an empty stretch can be passed at once."""
MORNING = 9
"""The hour to which "Monday morning" goes."""


class Coming(Protocol):
    """An instant at which something is due, and how much of each kind: `bot.tick.Upcoming`."""

    @property
    def at(self) -> datetime: ...
    @property
    def counts(self) -> Mapping[str, int]: ...


class Clockwork(Protocol):
    """What moves below the hands: `bot.tick.Ticker`."""

    async def advance(self, to: datetime) -> None:
        """Moves business time there, doing and sending what is due at each instant on the way."""

    async def coming(self, to: datetime) -> tuple[Coming, ...]:
        """The instants up to and including this one at which something is due."""


class DemoHands:
    """`bot.demo.state.Hands`."""

    def __init__(self, clock: Clock, works: Clockwork) -> None:
        self._clock = clock
        self._works = works

    def now(self) -> datetime:
        return self._clock.now()

    async def move(self, to: datetime) -> None:
        if to - self.now() < SURE and not await self._works.coming(to):
            self._clock.move(to)
        else:
            await self._works.advance(to)

    async def moves(self, zone: ZoneInfo) -> tuple[Move, ...]:
        now = self.now()
        monday, day, hour = _monday(now, zone), now + timedelta(days=1), now + timedelta(hours=1)
        coming = [heard for one in await self._works.coming(max(monday, day)) if (heard := _heard(one))]
        first = [Move(at, "next", counts) for at, counts in coming[:1]]
        later = (("monday", monday), ("hour", hour), ("day", day))
        return (*first, *(Move(to, what, _brought(coming, to)) for what, to in later))


def _monday(now: datetime, zone: ZoneInfo) -> datetime:
    """The next Monday at nine, where the reader is."""
    here = now.astimezone(zone)
    nine = here.replace(hour=MORNING, minute=0, second=0, microsecond=0)
    ahead = -here.weekday() % 7
    return nine + timedelta(days=ahead if ahead or here < nine else 7)


def _heard(coming: Coming) -> tuple[datetime, Mapping[str, int]] | None:
    """An instant with what people hear of it; None when that is nothing."""
    counts = {kind: n for kind, n in coming.counts.items() if kind not in QUIET}
    return (coming.at, counts) if counts else None


def _brought(coming: Iterable[tuple[datetime, Mapping[str, int]]], to: datetime) -> Mapping[str, int]:
    brought: Counter[str] = Counter()
    for at, counts in coming:
        if at <= to:
            brought.update(counts)
    return brought
