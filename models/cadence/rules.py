"""How often something happens: weekly, two-weekly, monthly, or any rule of RFC 5545 that names days."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from itertools import islice
from typing import Literal

from dateutil.rrule import rrule, rrulestr

from models.errors import refuse

Every = Literal["weekly", "two-weekly", "monthly", "rule"]

EPOCH = date(2024, 1, 1)
"""A Monday. Rules that name no date of their own count from here, so that a company shares its weeks."""

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

LONGEST_TEXT = 200
FIRST_YEAR, LAST_YEAR = 2000, 2100
RAREST = timedelta(days=366)

CYCLE = timedelta(days=146_097 * 19)
"""Nineteen times 400 years. The calendar repeats every 400 years to the day of the week, and dateutil reads
it up to the year 9999. A rule read this much later names the same days, and one that never comes true is
found out within a few hundred years instead of eight thousand."""

_TEXT = re.compile(
    r"(?:(?P<every>weekly|two-weekly|monthly) (?P<day>[a-z0-9]+)|(?P<rule>\S*freq=\S+)) (?P<at>\d\d:\d\d)"
    r"(?: from (?P<anchor>\d{4}-\d\d-\d\d))?(?: until (?P<until>\d{4}-\d\d-\d\d))?",
    re.ASCII,
)
_SHORT = re.compile(
    r"FREQ=WEEKLY;(?P<two>INTERVAL=2;)?BYDAY=(?P<weekday>MO|TU|WE|TH|FR|SA|SU)"
    r"|FREQ=MONTHLY;BYMONTHDAY=(?P<monthday>-1|[1-9]|1\d|2[0-8])"
    r"|FREQ=MONTHLY;BYDAY=1(?P<first>MO|TU|WE|TH|FR|SA|SU)"
)
_NUMBERS = r"[+-]?\d{1,3}(,[+-]?\d{1,3})*"
_DAY = r"([+-]?[1-5])?(MO|TU|WE|TH|FR|SA|SU)"
_PARTS = {
    "FREQ": "DAILY|WEEKLY|MONTHLY|YEARLY",
    "INTERVAL": r"[1-9]\d{0,2}",
    "BYMONTH": r"([1-9]|1[0-2])(,([1-9]|1[0-2]))*",
    "BYWEEKNO": _NUMBERS,
    "BYYEARDAY": _NUMBERS,
    "BYMONTHDAY": _NUMBERS,
    "BYDAY": rf"{_DAY}(,{_DAY})*",
    "BYSETPOS": _NUMBERS,
    "WKST": "MO|TU|WE|TH|FR|SA|SU",
    "COUNT": r"[1-9]\d{0,2}",
    "UNTIL": r"\d{8}(T\d{6}Z?)?",
}
_FINER = re.compile(r"BYHOUR=|BYMINUTE=|BYSECOND=|FREQ=(HOURLY|MINUTELY|SECONDLY)")


@dataclass(frozen=True, slots=True)
class Cadence:
    """How often, and at what time on the wall.

    `rule` is an RFC 5545 rule without an end; `anchor` is the day it counts from, so that two-weekly stays in
    step; `until` is the last day on which it may still happen. Make one with `parse` or `by_rule`: those
    refuse with cadence.unreadable, cadence.too_fine, cadence.date or cadence.never.
    """

    rule: str
    at: time
    anchor: date = EPOCH
    until: date | None = None

    @staticmethod
    @lru_cache(maxsize=1024)
    def parse(text: str) -> Cadence:
        """Reads what `str` wrote: "weekly mon 09:00", "two-weekly tue 13:30 from 2026-11-24",
        "monthly mon 09:00" (the first Monday), "monthly 15 09:00", "monthly last 09:00",
        "FREQ=WEEKLY;BYDAY=TU,TH 09:00 until 2027-01-01".
        """
        found = _TEXT.fullmatch(" ".join(text.lower().split())) if len(text) <= LONGEST_TEXT else None
        if found is None:
            refuse("cadence.unreadable", "cadence")
        rule = found["rule"] or _rule_of(found["every"], found["day"])
        anchor, until = _date(found["anchor"]) or EPOCH, _date(found["until"])
        return Cadence.by_rule(rule, _time(found["at"]), anchor, until)

    @staticmethod
    def by_rule(text: str, at: time, anchor: date = EPOCH, until: date | None = None) -> Cadence:
        """From the text of an RRULE. Its COUNT and UNTIL become `until`."""
        if not all(FIRST_YEAR <= day.year <= LAST_YEAR for day in (anchor, until or anchor)):
            refuse("cadence.date", "cadence")
        parts = _parts(text.upper().removeprefix("RRULE:"))
        count, end = int(parts.pop("COUNT", "0")), _date(parts.pop("UNTIL", "")[:8])
        rule = ";".join(f"{key}={value}" for key, value in parts.items() if (key, value) != ("INTERVAL", "1"))
        first = next(_named(rule, anchor), None)
        if first is None or first - anchor > RAREST:
            refuse("cadence.never", "cadence")
        ends = (until, end, next(islice(_named(rule, anchor), count - 1, None), None) if count else None)
        return Cadence(rule, at, anchor, min((day for day in ends if day), default=None))

    def at_moment(self, day: str, at: time) -> Cadence:
        """As often as before, on another weekday ("mon" to "sun") and at another time.

        A rule without an everyday word keeps its days: only the time is another.
        """
        rule = self.rule if self.every == "rule" else _rule_of(self.every, day)
        return Cadence.by_rule(rule, at, self.anchor, self.until)

    def __str__(self) -> str:
        every = self.rule if self.every == "rule" else f"{self.every} {self.day}"
        anchor = f" from {self.anchor}" if self.anchor != EPOCH else ""
        until = f" until {self.until}" if self.until else ""
        return f"{every} {self.at:%H:%M}{anchor}{until}"

    @property
    def every(self) -> Every:
        """The everyday word for the rule; "rule" where there is none."""
        short = _SHORT.fullmatch(self.rule)
        if short is None:
            return "rule"
        if short["weekday"]:
            return "two-weekly" if short["two"] else "weekly"
        return "monthly"

    @property
    def day(self) -> str:
        """The day that goes with `every`: "mon" to "sun" (with "monthly" the first of the month), "1" to "28",
        "last"; empty with "rule".
        """
        short = _SHORT.fullmatch(self.rule)
        if short is None:
            return ""
        weekday = short["weekday"] or short["first"]
        if weekday:
            return next(day for day in WEEKDAYS if day.startswith(weekday.lower()))
        return "last" if short["monthday"] == "-1" else str(short["monthday"])

    def day_from(self, day: date) -> date | None:
        """The first day from `day` on that the rule names, whatever `until` says; None when there is none."""
        return _day_from(self.rule, self.anchor, day) if day.year <= LAST_YEAR else None

    def day_until(self, day: date) -> date | None:
        """The last day up to `day` that the rule names; None when it names none that early."""
        return _day_until(self.rule, self.anchor, day) if day.year <= LAST_YEAR else None


def _rule_of(every: str, day: str) -> str:
    weekday = day[:2].upper() if day in WEEKDAYS else ""
    if every == "monthly":
        number = "-1" if day == "last" else day
        rule = "FREQ=MONTHLY;" + (f"BYDAY=1{weekday}" if weekday else f"BYMONTHDAY={number}")
    else:
        rule = f"FREQ=WEEKLY;{'INTERVAL=2;' if every == 'two-weekly' else ''}BYDAY={weekday}"
    if not _SHORT.fullmatch(rule):
        refuse("cadence.unreadable", "cadence")
    return rule


def _parts(text: str) -> dict[str, str]:
    """The parts of a rule in a fixed order, each checked for its shape."""
    if _FINER.search(text):
        refuse("cadence.too_fine", "cadence")
    pairs = [part.partition("=")[::2] for part in text.strip(";").split(";")] if len(text) <= LONGEST_TEXT else []
    parts = dict(pairs)
    known = all(key in _PARTS and re.fullmatch(_PARTS[key], value, re.ASCII) for key, value in pairs)
    if not known or len(parts) != len(pairs) or "FREQ" not in parts:
        refuse("cadence.unreadable", "cadence")
    return {key: parts[key] for key in _PARTS if key in parts}


def _date(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        refuse("cadence.date", "cadence")


def _time(text: str) -> time:
    try:
        return time.fromisoformat(text)
    except ValueError:
        refuse("cadence.unreadable", "cadence")


@lru_cache(maxsize=1024)
def _read(rule: str, anchor: date) -> rrule:
    """The rule as dateutil reads it, whole calendar cycles later. It remembers the days it has found."""
    try:
        read = rrulestr(rule, dtstart=datetime.combine(anchor + CYCLE, time()), cache=True)
    except ValueError:
        refuse("cadence.unreadable", "cadence")
    assert isinstance(read, rrule)  # noqa: S101 - one rule, and not a set of them, went in
    return read


def _named(rule: str, anchor: date) -> Iterator[date]:
    return (found.date() - CYCLE for found in _read(rule, anchor))


@lru_cache(maxsize=4096)
def _day_from(rule: str, anchor: date, day: date) -> date | None:
    found = _read(rule, anchor).after(datetime.combine(day + CYCLE, time()), inc=True)
    return found.date() - CYCLE if found else None


@lru_cache(maxsize=4096)
def _day_until(rule: str, anchor: date, day: date) -> date | None:
    found = _read(rule, anchor).before(datetime.combine(day + CYCLE, time()), inc=True)
    return found.date() - CYCLE if found else None
