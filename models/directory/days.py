"""Days as people type them: "24 dec - 2 jan", "24-12 t/m 2-1", "tomorrow", "vrijdag"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import date, timedelta

from models.cadence import DAY
from models.errors import refuse

LOOK_BACK = timedelta(days=60)
"""How long ago a day without a year may lie: leave is also typed when it has begun."""

_MONTHS = (
    ("january", "januari"),
    ("february", "februari"),
    ("march", "maart", "mrt"),
    ("april",),
    ("may", "mei"),
    ("june", "juni"),
    ("july", "juli"),
    ("august", "augustus"),
    ("september",),
    ("october", "oktober"),
    ("november",),
    ("december",),
)
_WEEKDAYS = (
    ("monday", "maandag"),
    ("tuesday", "dinsdag"),
    ("wednesday", "woensdag"),
    ("thursday", "donderdag"),
    ("friday", "vrijdag"),
    ("saturday", "zaterdag"),
    ("sunday", "zondag"),
)
_NEAR = {"today": 0, "vandaag": 0, "tomorrow": 1, "morgen": 1, "overmorgen": 2}

_ISO = re.compile(r"(?P<year>\d{4})-(?P<month>\d\d?)-(?P<day>\d\d?)")
_NUMBERS = re.compile(r"(?P<day>\d\d?)[-/.](?P<month>\d\d?)(?:[-/.](?P<year>\d{4}))?")
_NAMED = re.compile(
    r"(?:(?P<day>\d\d?)(?:st|nd|rd|th|e)?\.?\s*(?P<name>[a-z]+)\.?|(?P<name2>[a-z]+)\.?\s+(?P<day2>\d\d?)),?"
    r"(?:\s+(?P<year>\d{4}))?"
)
_BARE = re.compile(r"\d\d?")
_UNTIL = re.compile(r"\s*(?:[-\u2013\u2014]|\bt/m\b|\btot en met\b|\btot\b|\bto\b|\buntil\b|\btill\b|\bthrough\b)\s*")
_FROM = re.compile(r"^(?:from|van|vanaf|on|op)\s+")


def read_span(text: str, today: date) -> tuple[date, date]:
    """The first and the last day of what was typed, in Dutch or English; one day is both.

    A day without a year is the first one that has not been over for `LOOK_BACK`. Refused as "leave.unreadable"
    (facts: text).
    """
    folded = _FROM.sub("", " ".join(text.casefold().split()))
    single = _day(folded, today - LOOK_BACK, today)
    if single is not None:
        return single, single
    for first, last in _halves(folded):
        start = _day(_with_month_of(first, last), today - LOOK_BACK, today)
        end = None if start is None else _day(last, start, today)
        if start is not None and end is not None:
            return start, end
    refuse("leave.unreadable", text=text.strip())


def read_weekdays(text: str) -> str | None:
    """Working days as ISO digits out of "mon tue thu", "ma, di, do", "ma-do" or "1234"; None when unreadable."""
    folded = text.casefold().strip()
    if re.fullmatch(r"[1-7]+", folded):
        return "".join(sorted(set(folded)))
    found: set[int] = set()
    for part in re.split(r"[\s,;/+]+", re.sub(r"\s*[-\u2013]\s*", "-", folded)):
        ends = [_weekday(word) for word in part.split("-", 1)]
        if None in ends:
            return None
        first, last = ends[0] or 0, ends[-1] or 0
        found.update(range(first, last + 1))
    return "".join(str(day) for day in sorted(found)) or None


def _halves(text: str) -> Iterator[tuple[str, str]]:
    """The text cut in two at each word or dash that may stand for "up to"."""
    for cut in _UNTIL.finditer(text):
        yield text[: cut.start()], text[cut.end() :]


def _with_month_of(first: str, last: str) -> str:
    """A bare "24" with the month of what follows: "24 - 31 dec" begins on "24 dec"."""
    if not _BARE.fullmatch(first):
        return first
    named = _NAMED.fullmatch(last)
    numbers = _ISO.fullmatch(last) or _NUMBERS.fullmatch(last)
    if named:
        return f"{first} {named['name'] or named['name2']} {named['year'] or ''}".strip()
    return f"{first}-{numbers['month']}" + (f"-{numbers['year']}" if numbers["year"] else "") if numbers else first


def _day(text: str, earliest: date, today: date) -> date | None:
    """The day that a text names; without a year the first one from `earliest` on."""
    if text in _NEAR:
        return today + DAY * _NEAR[text]
    weekday = _weekday(text)
    if weekday is not None:
        begin = max(today, earliest)
        return begin + DAY * ((weekday - begin.isoweekday()) % 7)
    numbers = _ISO.fullmatch(text) or _NUMBERS.fullmatch(text)
    if numbers:
        return _first(numbers["year"], int(numbers["month"]), int(numbers["day"]), earliest)
    named = _NAMED.fullmatch(text)
    month = _place(named["name"] or named["name2"], _MONTHS) if named else None
    if named is None or month is None:
        return None
    return _first(named["year"], month, int(named["day"] or named["day2"]), earliest)


def _first(year: str | None, month: int, day: int, earliest: date) -> date | None:
    """The day in the year that was typed, or in the first year in which it lies on or after `earliest`."""
    years = [int(year)] if year else range(earliest.year, earliest.year + 9)  # 29 February may take eight years
    for each in years:
        with suppress(ValueError):
            found = date(each, month, day)
            if year or found >= earliest:
                return found
    return None


def _weekday(word: str) -> int | None:
    return _place(word, _WEEKDAYS, shortest=2)


def _place(word: str, names: tuple[tuple[str, ...], ...], shortest: int = 3) -> int | None:
    """The number, from 1, of the only name that starts with this word."""
    word = word.strip(" .")
    if len(word) < shortest:
        return None
    found = [number for number, known in enumerate(names, 1) if any(name.startswith(word) for name in known)]
    return found[0] if len(found) == 1 else None
