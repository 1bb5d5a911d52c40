"""How fast a lane goes: token buckets in the process that sends, on the monotonic clock.

A bucket is empty when its process begins to send in a lane, whoever sent there before, so that hand-overs never go
beyond what the platform allows.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from bot.parcels import Pace
from models.delivery.rates import Rate, climbed, halved


class Bucket:
    """The tokens of one group of verbs. `low` is what its rate is at the moment `now` of the monotonic clock."""

    def __init__(self, pace: Pace, now: float, low: float | None = None) -> None:
        self.pace = pace
        self._low = pace.rate if low is None else low
        self._learned = self._filled = now
        self._tokens = 0.0
        self._deaf = now

    def rate(self, now: float) -> float:
        """Tokens a second at this moment."""
        return climbed(self._low, self.pace.rate, now - self._learned)

    def room(self, now: float, within: float) -> int:
        """How many may go within so many seconds."""
        self._fill(now)
        return max(0, int(self._tokens + self.rate(now) * within + 1e-9))

    def take(self, now: float) -> float:
        """Takes a token, and returns the seconds until it is there."""
        self._fill(now)
        self._tokens -= 1
        return max(0.0, -self._tokens / self.rate(now))

    def lower(self, now: float, seconds: float) -> None:
        """The platform says that it was too much, and to wait so long. What it says meanwhile it says of the same."""
        if now < self._deaf:
            return
        self._deaf = now + max(seconds, 1.0)
        self._low, self._learned = halved(self.rate(now), self.pace.rate), now
        self._tokens, self._filled = 0.0, self._deaf

    def _fill(self, now: float) -> None:
        if now > self._filled:
            rate = self.rate(now)
            burst = max(1.0, self.pace.burst * rate / self.pace.rate)
            self._tokens = min(burst, self._tokens + rate * (now - self._filled))
            self._filled = now


class Pacer:
    """How one lane goes from this process. `held` is the moment of the monotonic clock until which it stands still."""

    def __init__(self, paces: Iterable[Pace], learned: Iterable[Rate], now: float, real: datetime) -> None:
        lows = {rate.group: rate.now(real) for rate in learned if rate.now(real) < rate.top}
        self.buckets = {pace.group: Bucket(pace, now, _low(pace, lows)) for pace in paces}
        self.held = now
        self._by_verb = {verb: bucket for bucket in self.buckets.values() for verb in bucket.pace.verbs}

    def bucket(self, verb: str) -> Bucket | None:
        """What binds a verb, if anything does."""
        return self._by_verb.get(verb)

    def room(self, verb: str, now: float, within: float) -> int | None:
        """How many of a verb's group may go; None where nothing binds them."""
        bucket = self.bucket(verb)
        return None if bucket is None else bucket.room(now, within)

    def group(self, verb: str) -> str:
        """The group that a verb counts in; empty where nothing binds it."""
        bucket = self.bucket(verb)
        return bucket.pace.group if bucket else ""

    def hold(self, now: float, seconds: float) -> None:
        """The lane stands still for so long."""
        self.held = max(self.held, now + seconds)

    def rates(self, now: float, real: datetime) -> list[Rate]:
        """How fast each group goes, as the lane's row keeps it."""
        return [
            Rate(bucket.pace.group, tuple(sorted(bucket.pace.verbs)), bucket.pace.rate, bucket.rate(now), real)
            for bucket in self.buckets.values()
        ]


def _low(pace: Pace, lows: Mapping[str, float]) -> float:
    """What was learned counts, but not beyond what may be now."""
    return min(pace.rate, lows.get(pace.group, pace.rate))
