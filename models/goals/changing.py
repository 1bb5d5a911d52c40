"""Setting, changing and closing goals. Every change of what was agreed has a reason and stays visible."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import Column, select

from models.base import ORG, core
from models.errors import Problems, refuse
from models.goals import choosing
from models.goals.checks import check_parent, check_reason, check_text, check_title, note
from models.goals.keeping import recount, roll_up
from models.goals.reading import get, get_open, updates
from models.goals.rules import Period
from models.goals.tables import Goal, GoalChange, GoalUpdate, KeyResult
from models.scope import Scope

_GOES = (GoalChange, GoalUpdate, KeyResult)
"""What is part of a goal, and goes with it."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A goal as somebody wishes it. `team_id` counts for a team's goal only; `parent_id` may be 0."""

    title: str
    period: Period | None
    level: str = "person"
    team_id: int | None = None
    kind: str = "objective"
    parent_id: int = 0


# --- setting ------------------------------------------------------------------------------------------


def add(scope: Scope, draft: Draft) -> Goal:
    """Sets a goal.

    Refused, all at once, as "goals.title", "goals.long" (facts: most), "goals.level", "goals.period", "goals.parent".
    """
    problems = Problems()
    check_title(problems, draft.title)
    if not _may_set(scope, draft):
        problems.add("goals.level", "for")
    if draft.period is None or draft.period.ends < scope.today:
        problems.add("goals.period", "period")
    else:
        check_parent(scope, problems, draft.level, draft.period, draft.parent_id)
    problems.settle()
    goal = scope.db.add(drafted(scope, draft))
    recount(scope, goal.parent_id)
    return goal


def drafted(scope: Scope, draft: Draft) -> Goal:
    """The draft as a row that is not written yet."""
    period, team = draft.period, draft.team_id if draft.level == "team" else None
    assert period is not None  # noqa: S101 - checked with the draft
    return Goal(
        level=draft.level,
        kind=draft.kind,
        title=draft.title.strip(),
        team_id=team,
        owner_id=(choosing.leader(scope, team) if team else None) or scope.me.id,
        parent_id=draft.parent_id or None,
        year=period.year,
        quarter=period.quarter,
        created_at=scope.now,
        updated_at=scope.now,
        updated_by_id=scope.me.id,
    )


def describe(scope: Scope, id: int, text: str) -> Goal:
    """Gives a goal its first words; other words later are a `change`."""
    goal = get_open(scope, id)
    problems = Problems()
    check_text(problems, text, "text")
    problems.settle()
    return goal if goal.text else scope.db.change(goal, text=text.strip())


# --- changing -----------------------------------------------------------------------------------------


def change(scope: Scope, id: int, *, title: str, text: str, period: Period | None, parent_id: int, reason: str) -> Goal:
    """Makes it another goal, with a reason that stays visible.

    Refused like `add`, and as "goals.reason" and "goals.below" (a goal with goals of its own level below it needs a
    whole year).
    """
    goal = get_open(scope, id)
    problems = Problems()
    check_title(problems, title)
    check_text(problems, text, "text")
    check_reason(problems, reason)
    _check_period(scope, problems, goal, period, parent_id)
    problems.settle()
    assert period is not None  # noqa: S101 - a missing one was refused
    before = {"title": goal.title, "text": goal.text, "period": str(goal.period), "parent": str(goal.parent_id or "")}
    after = {"title": title.strip(), "text": text.strip(), "period": str(period), "parent": str(parent_id or "")}
    for what, new in after.items():
        if new != before[what]:
            note(scope, goal, what, before[what], new, reason)
    old_parent = goal.parent_id
    goal = scope.db.change(
        goal,
        title=after["title"],
        text=after["text"],
        year=period.year,
        quarter=period.quarter,
        parent_id=parent_id or None,
    )
    for parent in {old_parent, goal.parent_id}:
        recount(scope, parent)
    return goal


def _check_period(scope: Scope, problems: Problems, goal: Goal, period: Period | None, parent_id: int) -> None:
    if period is None:
        problems.add("goals.period", "period")
        return
    check_parent(scope, problems, goal.level, period, parent_id, goal)
    if period.quarter and not goal.quarter and scope.db.one(Goal, parent_id=goal.id, level=goal.level):
        problems.add("goals.below", "period")


def show(scope: Scope, id: int, *, everyone: bool) -> Goal:
    """Lets everyone read a personal goal, or only the manager again. What counts in it and where it counts changes.

    A closed goal is shown to nobody more, but its owner can still take back that everyone reads it.
    """
    goal = get_open(scope, id) if everyone else get(scope, id, "change")
    goal = scope.db.change(goal, shown="everyone" if everyone else "manager")
    roll_up(scope, goal)
    recount(scope, goal.parent_id)
    return goal


def close(scope: Scope, id: int, score: float | None, learned: str) -> Goal:
    """Closes a goal with what came of it, 0..1, and what was learned. Refused as "goals.score", "goals.learned"."""
    goal = get_open(scope, id)
    problems = Problems()
    if score is None or not 0 <= score <= 1:
        problems.add("goals.score", "score")
    if not learned.strip():
        problems.add("goals.learned", "learned")
    check_text(problems, learned, "learned")
    problems.settle()
    return scope.db.change(goal, closed_at=scope.now, score=score, learned=learned.strip())


def reopen(scope: Scope, id: int) -> Goal:
    """Opens a closed goal again; its score and what was learned go."""
    goal = get(scope, id, "change")
    if goal.closed_at is None:
        return goal
    note(scope, goal, "reopened")
    goal = scope.db.change(goal, closed_at=None, score=None, learned="", updated_at=scope.now)
    return roll_up(scope, goal)


def removable(scope: Scope, goal: Goal) -> bool:
    """Whether a goal was only just made: nothing was told of it or asked, and nothing stands below it."""
    return goal.closed_at is None and not updates(scope, goal) and not _referred(scope, goal)


def _referred(scope: Scope, goal: Goal) -> bool:
    """Whether something that stays refers to it, in whichever capability."""
    found = (select(column).where(column.table.c.org_id == ORG, column == goal.id).limit(1) for column in _referring())
    return any(map(scope.db.rows, found))


@cache
def _referring() -> tuple[Column[Any], ...]:
    """The columns that lead to a goal, other than of what goes with it."""
    others = Goal.metadata.tables.keys() - {core(table).name for table in _GOES}
    keys = (key for name in sorted(others) for key in Goal.metadata.tables[name].foreign_keys)
    return tuple(key.parent for key in keys if key.column.table is core(Goal))


def remove(scope: Scope, id: int) -> None:
    """Takes back a goal that was only just made. Refused as "goals.used" afterwards: then it can be closed."""
    goal = get_open(scope, id)
    if not removable(scope, goal):
        refuse("goals.used")
    for table in _GOES:
        scope.db.remove(table, table.goal_id == id)
    scope.db.remove(Goal, Goal.id == id)
    recount(scope, goal.parent_id)


def _may_set(scope: Scope, draft: Draft) -> bool:
    if draft.level == "team":
        return draft.team_id in {team.id for team in choosing.led_teams(scope)}
    return draft.level == "person" or (draft.level == "organisation" and choosing.may_steer(scope))
