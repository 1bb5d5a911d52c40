"""The facts that a digest is made of: one stream of rows for each kind, ordered by manager."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import Any

from models.cadence import instant
from models.digest.questions import WEEKS, question
from models.goals import rules
from models.scope import Scope

LATELY = timedelta(weeks=4)
"""How far back a check-in can still ask for something."""

FRESH = timedelta(weeks=1)
"""What went well is said once, in the first digest after it, or within a week where there was none."""

MEMORY = timedelta(weeks=6)
"""How long it is remembered whom a digest spoke of, so that everybody gets their turn."""

A_WHILE = timedelta(weeks=4)
SETTLED_IN = timedelta(days=1)
"""A check-in may lie this long before somebody is told that it was not opened."""

ASKED_AFTER = timedelta(weeks=3)
"""How long a manager who asked how a goal is going is left to wait for the answer."""

AGO = {
    "now": timedelta(),
    "lately": LATELY,
    "fresh": FRESH,
    "good": 2 * FRESH,
    "memory": MEMORY,
    "a_while": A_WHILE,
    "settled": SETTLED_IN,
    "asked_after": ASKED_AFTER,
    "quiet": timedelta(days=rules.QUIET_DAYS),
}
"""How long ago the moments are that the questions name."""

DAYS_AGO = {"day": timedelta(), "away": timedelta(days=60), "quarter": timedelta(days=140)}
"""The same for days; a period that began before `quarter` is longer than one, and says nothing of these weeks."""


@dataclass(frozen=True)
class Streams:
    """The streams of some managers, or of all of them (None)."""

    scope: Scope
    managers: Sequence[int] | None = None

    def of(self, name: str) -> Iterator[Any]:
        """What the question of this name finds, ordered by manager."""
        few = {} if self.managers is None else {"managers": list(self.managers)}
        return self.scope.db.stream(question(name, few=self.managers is not None), **self._values, **few)

    @property
    def mondays(self) -> list[date]:
        """The first days of the weeks in the charts, and of the week after them."""
        monday = self.scope.today - timedelta(days=self.scope.today.weekday())
        return [monday - timedelta(weeks=back) for back in range(WEEKS, -1, -1)]

    @cached_property
    def _values(self) -> dict[str, Any]:
        """What the parameters of the questions stand for now."""
        moments: dict[str, datetime] = {name: self.scope.now - ago for name, ago in AGO.items()}
        days = {name: self.scope.today - ago for name, ago in DAYS_AGO.items()}
        bounds = {f"bound{n}": instant(day, time(), self.scope.zone) for n, day in enumerate(self.mondays)}
        return {**moments, **days, **bounds, "floor": self.scope.org.floor}
