"""What setting and changing goals have in common: looking over what was typed, and remembering what changed."""

from __future__ import annotations

from models.errors import Problems
from models.goals import choosing, rules
from models.goals.reading import by_ids
from models.goals.rules import Period
from models.goals.tables import MAX_TEXT, MAX_TITLE, Goal, GoalChange, KeyResult
from models.scope import Scope


def check_parent(
    scope: Scope, problems: Problems, level: str, period: Period, parent_id: int, goal: Goal | None = None
) -> None:
    """A goal contributes to one that its form offers: an open one above it, and no other person's or other team's.

    `goal` is the one that changes, where there is one already; what stands above it may stay, whatever it is by now.
    """
    if not parent_id:
        return
    stays = goal is not None and goal.parent_id == parent_id
    parent = by_ids(scope, [parent_id]).get(parent_id) if stays else choosing.possible_parent(scope, parent_id)
    fits = (
        parent is not None
        and (goal is None or parent.id != goal.id)
        and rules.may_contribute(level, period, parent.level, parent.period)
    )
    if not fits:
        problems.add("goals.parent", "parent")


def check_title(problems: Problems, title: str) -> None:
    if not title.strip():
        problems.add("goals.title", "title")
    if len(title.strip()) > MAX_TITLE:
        problems.add("goals.long", "title", most=MAX_TITLE)


def check_text(problems: Problems, text: str, field: str) -> None:
    if len(text.strip()) > MAX_TEXT:
        problems.add("goals.long", field, most=MAX_TEXT)


def check_reason(problems: Problems, reason: str) -> None:
    if not reason.strip():
        problems.add("goals.reason", "reason")
    check_text(problems, reason, "reason")


def note(
    scope: Scope, goal: Goal, what: str, old: str = "", new: str = "", reason: str = "", result: KeyResult | None = None
) -> None:
    """Remembers one change of what was agreed."""
    row = GoalChange(
        goal_id=goal.id,
        person_id=scope.me.id,
        at=scope.now,
        what=what,
        old=old,
        new=new,
        reason=reason.strip(),
        result_id=result.id if result else None,
    )
    scope.db.add(row)
