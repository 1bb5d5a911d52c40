"""A year goal, translated to quarter goals for the teams."""

from __future__ import annotations

from collections.abc import Collection

from models.errors import Problems, refuse
from models.goals import choosing
from models.goals.changing import Draft, drafted
from models.goals.checks import check_title
from models.goals.keeping import roll_up
from models.goals.reading import get
from models.goals.rules import Period
from models.goals.tables import Goal
from models.scope import Scope


def cascade(scope: Scope, id: int, title: str, period: Period | None, teams: Collection[int]) -> list[Goal]:
    """Translates a year goal into a quarter goal for each of these teams, to be filled in by who leads them.

    Refused as "goals.gone", "goals.closed" (facts: title), "goals.year", "goals.quarter", "goals.teams", "goals.title",
    "goals.long" (facts: most), "goals.cascaded" (facts: teams, which have theirs already).
    """
    parent = get(scope, id)
    if parent.closed_at is not None:
        refuse("goals.closed", title=parent.title)
    allowed = {team.id: team.name for team in choosing.teams_below(scope, parent)}
    problems = Problems()
    check_title(problems, title)
    if parent.quarter or parent.level == "person":
        problems.add("goals.year")
    if period not in choosing.remaining_quarters(scope, parent):
        problems.add("goals.quarter", "period")
    elif period is not None:
        have = {goal.team_id for goal in _below(scope, parent, period)}
        known = tuple(name for team, name in allowed.items() if team in have and team in teams)
        if known:
            problems.add("goals.cascaded", "teams", teams=known)
    if not teams or not allowed.keys() >= set(teams):
        problems.add("goals.teams", "teams")
    problems.settle()
    drafts = (Draft(title, period, "team", team, parent_id=parent.id) for team in teams)
    made = [scope.db.add(drafted(scope, draft)) for draft in drafts]
    roll_up(scope, parent)
    return made


def _below(scope: Scope, parent: Goal, period: Period) -> list[Goal]:
    return scope.db.all(
        Goal,
        Goal.parent_id == parent.id,
        Goal.level == "team",
        Goal.year == period.year,
        Goal.quarter == period.quarter,
        Goal.closed_at == None,  # noqa: E711 - a condition on the column
    )


def cascaded(scope: Scope, id: int, period: Period) -> tuple[Goal, list[Goal]]:
    """A year goal, and the quarter goals below it that the caller keeps up to date. Refused as "goals.gone"."""
    parent = get(scope, id)
    below = [goal for goal in _below(scope, parent, period) if goal.owner_id == scope.me.id]
    return parent, below
