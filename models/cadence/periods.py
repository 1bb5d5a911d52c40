"""A person's time, cut into periods that are each asked about once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from itertools import islice

from models.cadence.days import DAY, MIDNIGHT, Workweek, instant
from models.cadence.rules import Cadence

CLOSING = time(17)
SHORTEST = timedelta(hours=1)
"""A period stays open at least this long after it was asked about."""

MOST = 1000
"""Periods that one call gives at most: more than two and a half years of asking every day."""

LONG_AGO = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Period:
    """A stretch of a person's days that is asked about once.

    `id` is the first day as the rule names it; no clock and no zone has a part in it, so planning again finds
    the same id, anywhere and at any time. `due` is when to ask and `closes` when it is too late to count as
    in time; both lie on working days of the person. `works` is False where they work on no day of it: then
    nothing is asked and nothing is counted.
    """

    id: str
    start: date
    end: date
    due: datetime
    closes: datetime
    works: bool = True


def occurrences(cadence: Cadence, workweek: Workweek, zone: tzinfo, first: date, last: date) -> list[Period]:
    """The periods that hold any day from `first` to `last`, under a cadence that never changes."""
    start = cadence.day_until(first) or cadence.day_from(first)
    return _periods(start, LONG_AGO, cadence, workweek, zone, last)


def next_periods(
    after: Period | None, cadence: Cadence, workweek: Workweek, zone: tzinfo, first: date, last: date
) -> list[Period]:
    """The periods that follow the last stored one and begin on `last` or earlier.

    They join it without a gap, whatever became of the cadence, the zone or the clock since. For who has none
    yet, the first period begins on the first day from `first` on that the rule names.
    """
    if after is None:
        return _periods(cadence.day_from(first), LONG_AGO, cadence, workweek, zone, last)
    return _periods(after.end + DAY, after.closes, cadence, workweek, zone, last)


@lru_cache(4096)
def planned_again(period: Period, cadence: Cadence, workweek: Workweek, zone: tzinfo) -> Period:
    """The same period under today's facts: other leave or another zone move when it is due and when it closes."""
    return _timed(period.start, period.end, LONG_AGO, cadence, workweek, zone)


def _periods(
    start: date | None, free_from: datetime, cadence: Cadence, workweek: Workweek, zone: tzinfo, last: date
) -> list[Period]:
    """The periods from `start` on; the first is not asked about before `free_from`, nor the others early."""
    periods: list[Period] = []
    for begin, end in islice(_stretches(cadence, start), MOST):
        if begin > last:
            break
        periods.append(_timed(begin, end, free_from, cadence, workweek, zone))
        free_from = periods[-1].closes
    return periods


def _stretches(cadence: Cadence, start: date | None) -> Iterator[tuple[date, date]]:
    """(first day, last day) of one stretch after the other.

    A stretch begins on a day that the rule names and ends before the next. What is left over in front, after a change
    of cadence, joins the stretch that follows: whoever chose Tuesday is asked on Tuesday. Only where it is as long as
    that one, because the rule begins far ahead, is it a stretch of its own.
    """
    while start is not None:
        named = cadence.day_from(start)
        following = cadence.day_from(named + DAY) if named else None
        if named is None or following is None:
            return
        joins = named - start < following - named
        end = (following if joins else named) - DAY
        if cadence.until and _asking_day(cadence, start, end) > cadence.until:
            return
        yield start, end
        start = end + DAY


def _asking_day(cadence: Cadence, start: date, end: date) -> date:
    """The day that the rule names in a stretch; its first day where the rule names none."""
    named = cadence.day_from(start)
    return named if named and named <= end else start


def _timed(start: date, end: date, free_from: datetime, cadence: Cadence, workweek: Workweek, zone: tzinfo) -> Period:
    """The period of a stretch: asked on the first working day from the asking day on, closed on the last one."""
    asking = _asking_day(cadence, start, end)
    day = workweek.first_working_day(asking, end) or workweek.first_working_day(start, end)
    due = max(instant(day or asking, cadence.at, zone), free_from)
    closes = _closing(workweek.last_working_day(start, end) or end, due, zone)
    return Period(start.isoformat(), start, end, due, closes, works=day is not None)


def _closing(last: date, due: datetime, zone: tzinfo) -> datetime:
    """17:00 on the last working day; later where the period was asked about only then.

    After a move across the world a day can begin before the day before has ended at the old place. The ask
    then waits for that day to close, and may be as late as this.
    """
    closes = instant(last, CLOSING, zone)
    if closes < due + SHORTEST:
        closes = max(instant(last + DAY, MIDNIGHT, zone), due + SHORTEST)
    return closes
