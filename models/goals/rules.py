"""The arithmetic of goals, pure: periods, progress, what is at risk and what is stale."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from models.cadence import Workweek

LEVELS = ("organisation", "team", "person")
KINDS = ("objective", "theme")
MEASURES = ("number", "percentage", "currency", "yesno")

MOST_RESULTS = 5
MANY_OBJECTIVES = 3
"""More open objectives than this get a warning, and nothing more than that."""

LOW_CONFIDENCE = 4
FALLS = 2
STALE_WEEKS = 2
QUIET_DAYS = 7 * STALE_WEEKS - 1
"""No goal is stale before this many times 24 hours went by: a quick first condition, before days are counted."""

_PERIOD = re.compile(r"(20\d\d)(?:-Q([1-4]))?", re.ASCII)


# --- periods ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """A quarter of a year; with quarter 0 the whole of it. Written "2026-Q4" and "2026"."""

    year: int
    quarter: int = 0

    @staticmethod
    def parse(text: str) -> Period | None:
        """Reads what `str` wrote; None for anything else."""
        found = _PERIOD.fullmatch(text)
        return Period(int(found[1]), int(found[2] or 0)) if found else None

    @staticmethod
    def quarter_of(day: date) -> Period:
        return Period(day.year, (day.month - 1) // 3 + 1)

    @property
    def starts(self) -> date:
        return date(self.year, 3 * max(self.quarter, 1) - 2, 1)

    @property
    def ends(self) -> date:
        return self.after.starts - timedelta(days=1)

    @property
    def after(self) -> Period:
        """The next period of the same length."""
        if self.quarter in {0, 4}:
            return Period(self.year + 1, min(self.quarter, 1))
        return Period(self.year, self.quarter + 1)

    def __str__(self) -> str:
        return f"{self.year}-Q{self.quarter}" if self.quarter else str(self.year)


def periods(today: date) -> tuple[Period, ...]:
    """What a goal can be set for: this and the next quarter, this and the next year."""
    quarter, year = Period.quarter_of(today), Period(today.year)
    return quarter, quarter.after, year, year.after


def quarters(year: int, today: date) -> tuple[Period, ...]:
    """The quarters of a year that are not over."""
    return tuple(one for one in (Period(year, n) for n in (1, 2, 3, 4)) if one.ends >= today)


def longer(period: Period, today: date) -> Period:
    """What gives a goal of this period more time: the next period of that length, or the one that it is now."""
    running = Period.quarter_of(today) if period.quarter else Period(today.year)
    return max(period.after, running)


# --- order --------------------------------------------------------------------------------------------


def may_contribute(level: str, period: Period, parent_level: str, parent_period: Period) -> bool:
    """Whether a goal may stand below another: of a higher level, or of the same level a quarter below a year.

    Every step goes up in this order, so no goal can come to stand below itself.
    """
    above = LEVELS.index(level) - LEVELS.index(parent_level)
    return above > 0 or (above == 0 and bool(period.quarter) and not parent_period.quarter)


# --- progress -----------------------------------------------------------------------------------------


def covered(start: float, target: float, current: float) -> float:
    """How much of the way from start to target is done, 0..1; the way may lead down."""
    return max(0.0, min((current - start) / (target - start), 1.0))


def progress(results: Collection[float], children: Collection[float], said: float) -> float:
    """A goal's progress, 0..1: that of its own key results, equally weighted; where it has none, that of the goals
    below it, equally weighted; where it has neither, what its keeper said.
    """
    counted = results or children
    return sum(counted) / len(counted) if counted else said


# --- signs --------------------------------------------------------------------------------------------


def falls(before: int, was: int | None, confidence: int) -> int:
    """How many times in a row confidence has fallen, given that and the new one."""
    return before + 1 if was is not None and confidence < was else 0


def risk(confidence: int | None, fallen: int) -> str:
    """Why a goal is at risk: "falling" or "low"; empty when it is not."""
    if fallen >= FALLS:
        return "falling"
    return "low" if confidence is not None and confidence <= LOW_CONFIDENCE else ""


def is_stale(updated: date, period: Period, today: date, week: Workweek) -> bool:
    """Whether two weeks went by without an update, and two of the keeper's own working weeks.

    Days away don't count, and neither do days before the goal's period begins.
    """
    since = max(updated, period.starts - timedelta(days=1))
    reached = week.add_working_days(since, STALE_WEEKS * len(week.weekdays))
    if not week.weekdays or reached is None:
        return False
    return max(reached, since + timedelta(weeks=STALE_WEEKS)) <= today
