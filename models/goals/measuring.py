"""The key results of an objective: what shows that it is reached."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from models.errors import Problems
from models.goals import rules
from models.goals.checks import check_reason, check_title, note
from models.goals.keeping import roll_up
from models.goals.reading import get_open, result_of, results, updates
from models.goals.tables import Goal, KeyResult
from models.scope import Scope

_CURRENCIES = {"": "EUR", "€": "EUR", "EURO": "EUR", "$": "USD", "£": "GBP"}
_CURRENCY = re.compile(r"[A-Z]{3}", re.ASCII)
MAX_UNIT = 30


@dataclass(frozen=True, slots=True)
class Measure:
    """A key result as somebody wishes it. For a yes or no, start and target don't count."""

    title: str
    measure: str = "number"
    start: float = 0.0
    target: float = 1.0
    unit: str = ""


def add_result(scope: Scope, id: int, wish: Measure) -> Goal:
    """Adds a key result to an objective.

    Refused as "goals.theme", "goals.full" (facts: most), "goals.title", "goals.long" (facts: most), "goals.same",
    "goals.currency" (facts: typed).
    """
    goal = get_open(scope, id)
    problems = Problems()
    if goal.kind == "theme":
        problems.add("goals.theme")
    if len(results(scope, [goal])[goal.id]) >= rules.MOST_RESULTS:
        problems.add("goals.full", most=rules.MOST_RESULTS)
    wish = _checked(problems, wish)
    problems.settle()
    result = KeyResult(
        goal_id=goal.id,
        title=wish.title,
        measure=wish.measure,
        unit=wish.unit,
        start=wish.start,
        target=wish.target,
        current=wish.start,
    )
    scope.db.add(result)
    if _settled(scope, goal):
        note(scope, goal, "added", new=wish.title, result=result)
    roll_up(scope, goal)
    return goal


def _settled(scope: Scope, goal: Goal) -> bool:
    """Whether a goal is more than a first draft: from then on additions are remembered as changes."""
    return bool(updates(scope, goal)) or goal.created_at.date() != scope.now.date()


def change_result(scope: Scope, result_id: int, wish: Measure, reason: str) -> Goal:
    """Another wording, start or target for a key result, with a reason; what it measures stays.

    Refused like `add_result`, and as "goals.reason".
    """
    goal, result = result_of(scope, result_id)
    problems = Problems()
    wish = _checked(problems, replace(wish, measure=result.measure))
    check_reason(problems, reason)
    problems.settle()
    pairs = {
        "result": (result.title, wish.title),
        "start": (repr(result.start), repr(wish.start)),
        "target": (repr(result.target), repr(wish.target)),
    }
    for what, (old, new) in pairs.items():
        if old != new:
            note(scope, goal, what, old, new, reason, result)
    scope.db.change(result, title=wish.title, start=wish.start, target=wish.target, unit=wish.unit)
    return roll_up(scope, goal)


def drop_result(scope: Scope, result_id: int, reason: str) -> Goal:
    """Takes a key result out, with a reason; it stays in the history."""
    goal, result = result_of(scope, result_id)
    problems = Problems()
    check_reason(problems, reason)
    problems.settle()
    scope.db.change(result, dropped_at=scope.now)
    note(scope, goal, "dropped", old=result.title, reason=reason, result=result)
    return roll_up(scope, goal)


def _checked(problems: Problems, wish: Measure) -> Measure:
    """The same key result in its kept form."""
    check_title(problems, wish.title)
    unit = wish.unit.strip()
    if len(unit) > MAX_UNIT:
        problems.add("goals.long", "unit", most=MAX_UNIT)
    if wish.measure == "yesno":
        return Measure(wish.title.strip(), "yesno")
    if wish.measure == "currency":
        unit = _CURRENCIES.get(unit.upper(), unit.upper())
        if not _CURRENCY.fullmatch(unit):
            problems.add("goals.currency", "unit", typed=wish.unit.strip())
    if wish.start == wish.target:
        problems.add("goals.same", "target")
    return Measure(
        wish.title.strip(), wish.measure, wish.start, wish.target, "" if wish.measure == "percentage" else unit
    )
