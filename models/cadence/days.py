"""Zones, working days and quiet hours."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

from models.errors import refuse

DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)
MIDNIGHT = time()

HORIZON = 400
"""Days. Whoever has no working day this long is away for good: nothing is planned for them."""


def zone_named(name: str) -> ZoneInfo:
    """The IANA zone of this name. Refuses any other text with zone.unknown."""
    try:
        return ZoneInfo(name)
    except (KeyError, OSError, ValueError):  # no such zone, a folder's name, a path
        refuse("zone.unknown", "zone", zone=name)


def week_of(day: date) -> str:
    """The ISO week of a day: "2026-W48"."""
    year, number, _ = day.isocalendar()
    return f"{year}-W{number:02}"


@lru_cache(maxsize=4096)
def instant(day: date, wall: time, zone: tzinfo) -> datetime:
    """The UTC instant at which a clock on the wall in this zone says `wall` on `day`.

    A time that the clock skips gives the first instant after the gap, a time that it shows twice the first of
    both.
    """
    shown = datetime.combine(day, wall)
    early, late = sorted(shown.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    if _clock(early, zone) == shown:
        return early
    if _clock(late, zone) == shown:
        return late
    while late - early > SECOND:  # the clock jumps somewhere in (early, late]
        middle = early + (late - early) // 2
        if _clock(middle, zone) < shown:
            early = middle
        else:
            late = middle
    return late.replace(microsecond=0)


def _clock(at: datetime, zone: tzinfo) -> datetime:
    return at.astimezone(zone).replace(tzinfo=None)


@dataclass(frozen=True, slots=True)
class Span:
    """Days from `start` to `end`, both included. Why somebody is away is nobody's business here."""

    start: date
    end: date

    def __post_init__(self) -> None:
        if self.end < self.start:
            raise ValueError("a span ends before it starts")

    def __contains__(self, day: date) -> bool:
        return self.start <= day <= self.end


@dataclass(frozen=True, slots=True)
class Workweek:
    """The days on which a person works: weekdays, less absences and holidays.

    `weekdays` are ISO digits, Monday is 1: "12345" is a full week, "124" part-time.
    """

    weekdays: str = "12345"
    absences: tuple[Span, ...] = ()
    holidays: frozenset[date] = frozenset()

    def __post_init__(self) -> None:
        if not set(self.weekdays) <= set("1234567"):
            raise ValueError("weekdays are the digits 1 to 7")

    def is_absent(self, day: date) -> bool:
        return any(day in span for span in self.absences)

    def is_working(self, day: date) -> bool:
        works = str(day.isoweekday()) in self.weekdays
        return works and day not in self.holidays and not self.is_absent(day)

    def first_working_day(self, start: date, end: date) -> date | None:
        """The first working day from `start` to `end`, both included."""
        return next(filter(self.is_working, _days(start, end)), None)

    def last_working_day(self, start: date, end: date) -> date | None:
        """The last working day from `start` to `end`, both included."""
        backwards = (end - DAY * back for back in range((end - start).days + 1))
        return next(filter(self.is_working, backwards), None)

    def next_working_day(self, day: date) -> date | None:
        """The first working day after `day`; None for who is away for good."""
        return self.add_working_days(day, 1)

    def add_working_days(self, day: date, count: int) -> date | None:
        """The working day on which `count` working days after `day` are reached; `day` itself for none.

        Each of them lies within `HORIZON` of the one before; None for who is away for good.
        """
        reached: date | None = day
        for _ in range(count):
            if reached is None:
                break
            reached = self.first_working_day(reached + DAY, reached + DAY * HORIZON)
        return reached


def _days(start: date, end: date) -> Iterator[date]:
    return (start + DAY * ahead for ahead in range((end - start).days + 1))


@lru_cache(4096)
def next_allowed(
    at: datetime, zone: tzinfo, quiet_from: time, quiet_until: time, workweek: Workweek
) -> datetime | None:
    """The first instant from `at` on at which a person may be disturbed; None for who is away for good.

    A person's day begins when their quiet hours end and lasts until these begin again. It belongs to the date
    on which it begins, so whoever starts a night shift on a working Friday may be spoken to on Saturday at
    02:00. Equal times mean no quiet hours: the day runs from midnight to midnight.
    """
    wakes, sleeps = (MIDNIGHT, MIDNIGHT) if quiet_from == quiet_until else (quiet_until, quiet_from)
    past_midnight = DAY if sleeps <= wakes else timedelta()
    today = at.astimezone(zone).date()
    for day in _days(today - DAY, today + DAY * HORIZON):
        if workweek.is_working(day) and instant(day + past_midnight, sleeps, zone) > at:
            return max(at, instant(day, wakes, zone))
    return None
