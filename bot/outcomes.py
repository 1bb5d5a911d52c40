"""What a platform's answer means for the rows it is about."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

import structlog

from bot.clock import Clock
from bot.parcels import LIMITED, Halted, Later, Result, Sent, Unknown
from models.delivery import OPEN, Delivery
from models.delivery.claims import LOOK_AFTER, Settled

log = structlog.get_logger()

MOST_TRIES = 100
"""With a pause of at most a quarter of an hour: about a day of a platform that cannot be reached."""
LONGEST_PAUSE = 900.0
UNCLEAR_FOR = timedelta(days=1)
"""How long something is put off that may have arrived; after that it is for an operator."""

SPREAD = 0.25
"""The share by which pauses differ, so that what failed together does not come back together."""
_GOLDEN = 0.618034

MOST_UNKNOWN = 6
"""An outcome that nobody knows six times in a row, over about half an hour, is for an operator."""


class Outcomes:
    """Settlements by the clock of one running Ritme."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def settled(self, row: Delivery, result: Result, real: datetime) -> Settled:
        """What becomes of a row, with this result of a send that began at or after the moment `real`."""
        match result:
            case Sent(ref):
                return Settled(row, "sent", ref=ref)
            case Halted(reason, account=True) if row.person_id is not None and row.target_id is None:
                return Settled(row, "new", reason, not_before=row.not_before, unreached=True)
            case Halted(reason):
                log.warning("delivery halted", kind=row.kind, delivery=row.id, reason=reason)
                return Settled(row, "halted", reason)
            case Unknown(reason):
                return self.unknown(row, row.tried_at or real, reason)
            case Later(_, reason, lane=True):
                return kept(row, reason)
            case Later(seconds, reason):
                return self._later(row, seconds, reason)

    def unknown(self, row: Delivery, since: datetime, reason: str) -> Settled:
        """It may have arrived, so it is looked for, each time a little later. How often it was put off is no matter."""
        tries = (row.attempts if row.tried_at else 0) + 1
        if tries >= MOST_UNKNOWN or reason == "no_lookup":
            log.warning("delivery unknown", kind=row.kind, delivery=row.id, reason=reason)
            return Settled(row, "halted", f"unknown: {reason}", tried_at=since)
        retry_at = self._clock.real() + LOOK_AFTER * 2 ** (tries - 1)
        return Settled(row, "unknown", reason, attempts=tries, retry_at=retry_at, tried_at=since)

    def _later(self, row: Delivery, seconds: float, reason: str) -> Settled:
        """Nothing happened; it waits longer each time. What may have arrived before that is looked for again."""
        real = self._clock.real()
        if row.tried_at is not None and real - row.tried_at < UNCLEAR_FOR:
            retry_at = real + max(timedelta(seconds=seconds), LOOK_AFTER)
            return kept(row, reason)._replace(retry_at=retry_at)
        if reason == LIMITED and row.tried_at is None:
            return kept(row, reason)._replace(retry_at=real + timedelta(seconds=_spread(row, seconds)))
        if row.attempts + 1 >= MOST_TRIES or row.tried_at is not None:
            return Settled(row, "halted", f"unreachable: {reason}")
        pause = _spread(row, max(seconds, min(2.0**row.attempts, LONGEST_PAUSE)))
        return Settled(row, "pending", reason, attempts=row.attempts + 1, retry_at=real + timedelta(seconds=pause))


def kept(row: Delivery, reason: str = "") -> Settled:
    """Back as it was, without counting as a try. What may have arrived may be looked up at once, and holds what is
    behind it until it was.
    """
    state = "pending" if row.tried_at is None else "unknown"
    return Settled(row, state, reason, attempts=row.attempts, retry_at=row.tried_at, tried_at=row.tried_at)


def waits(settled: Iterable[Settled]) -> bool:
    """Whether a message is still to come, so that nothing may overtake it."""
    return any(one.state in OPEN for one in settled)


def _spread(row: Delivery, seconds: float) -> float:
    return seconds * (1 + SPREAD * (row.id * _GOLDEN % 1))
