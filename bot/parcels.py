"""What delivery hands to a platform's `send`, and what comes back. Failures of the outside world are results."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from types import MappingProxyType
from typing import Literal, NamedTuple, Protocol

from bot.calls import Profile
from bot.messages import Message


class Parcel(NamedTuple):
    """One thing to do on a platform.

    `to` is the platform's user id for "dm" and "home", its channel id for "post"; `sent` is what `Sent.ref` was, for
    "revise" and "retract". `accounts` maps the people mentioned to their user ids on this platform. `beside` are the
    deliveries that are said in the same message: by each of them it can be found again.
    """

    delivery: int
    verb: Literal["dm", "post", "revise", "retract", "home"]
    team: str
    to: str = ""
    message: Message | None = None
    sent: str = ""
    accounts: Mapping[int, str] = MappingProxyType({})
    beside: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Sent:
    """Done. `ref` is the platform's own name of what was sent, enough to revise or retract it later."""

    ref: str = ""


@dataclass(frozen=True, slots=True)
class Later:
    """Not done, and nothing happened. `lane` means that the whole installation should wait.

    The reason `LIMITED` is the platform's own rate limit: it counts as no try, and a lane that it holds goes slower
    from then on.
    """

    seconds: float
    reason: str
    lane: bool = False


@dataclass(frozen=True, slots=True)
class Halted:
    """Not done, and trying again will not help. `reason` is a short code, such as "account_inactive".

    `account` means that nothing reaches the person at this account any more, until they show a sign of life there.
    """

    reason: str
    account: bool = False


@dataclass(frozen=True, slots=True)
class Unknown:
    """It may or may not have happened: a time-out, a broken connection, a 5xx."""

    reason: str


Result = Sent | Later | Halted | Unknown

LIMITED = "ratelimited"

_LONGEST = 3600.0


def pause(retry_after: str, otherwise: float = 30.0) -> float:
    """Seconds that a server asks to wait, which HTTP lets it say as a number or as a date; an hour at most."""
    if retry_after.isascii() and retry_after.isdigit():
        return min(float(retry_after), _LONGEST)
    try:
        wait = parsedate_to_datetime(retry_after) - datetime.now(UTC)
    except (ValueError, TypeError):
        return otherwise
    return min(max(wait.total_seconds(), 1.0), _LONGEST)


MARGIN = 0.95
"""The share of an operator's figure that is used in the long run: exactly at the limit is now and then beyond it."""


@dataclass(frozen=True, slots=True)
class Pace:
    """What a platform allows one installation of a group of verbs: those of a parcel, and "look" for `find_sent`.

    `rate` is so many a second in the long run, `burst` so many at once after a rest.
    """

    group: str
    verbs: frozenset[str]
    rate: float
    burst: float

    def at(self, rate: float) -> Pace:
        """The same group where an operator says how many a second it may be."""
        return self.times(MARGIN * rate / self.rate)

    def times(self, factor: float) -> Pace:
        """So many times as fast. Its bursts grow or shrink along."""
        return replace(self, rate=self.rate * factor, burst=max(1.0, self.burst * factor))


def in_a_minute(group: str, verbs: Iterable[str], most: float, burst: float) -> Pace:
    """So many in any minute, `burst` of them at once."""
    return Pace(group, frozenset(verbs), (most - burst) / 60, burst)


class Platform(Protocol):
    """A platform's `send.py`: the way out."""

    name: str
    post_gap: float
    """Seconds that the platform wants between two posts in one channel."""
    dm_gap: float
    """Seconds that it wants between two direct messages to one person, where there are more than a few."""
    paces: tuple[Pace, ...]
    """What it allows an installation. A verb that is in none of them is not bound; none is in two."""

    async def send(self, parcel: Parcel) -> Result:
        """Does what the parcel says. Never raises for what the outside world does."""

    async def find_sent(self, parcel: Parcel, since: datetime) -> Sent | Unknown | Later | None:
        """Looks whether an `Unknown` parcel arrived after all, in whole or in part; None means that it did not."""

    async def profile(self, team: str, user: str) -> Profile | None:
        """Who an account is, asked from the platform."""

    async def people(self, team: str) -> tuple[Profile, ...]:
        """Everybody in the workspace or tenant."""
