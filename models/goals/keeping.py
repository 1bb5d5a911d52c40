"""Telling how goals stand: progress, confidence, and a word with it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from models.base import core
from models.errors import Problems
from models.goals import rules
from models.goals.checks import check_text
from models.goals.reading import counting, get_open, measured, results
from models.goals.tables import MAX_LINK, Goal, GoalUpdate, KeyResult
from models.scope import Scope

_WEB = ("https://", "http://127.0.0.1", "http://localhost")


@dataclass(frozen=True, slots=True)
class Updated:
    """A goal after an update. `reached` says that this update brought it to the end of the way."""

    goal: Goal
    reached: bool


def update(
    scope: Scope,
    id: int,
    *,
    values: Mapping[int, float] | None = None,
    progress: float | None = None,
    confidence: int | None = None,
    note: str = "",
    evidence: str = "",
) -> Updated:
    """Tells how a goal stands; even if nothing moved, it counts as looked at.

    `values` are the current values of key results, by id; `progress` (0..1) is for a goal where nothing is measured,
    see `reading.measured`; `confidence` is in 0..10; what is None stays as it was. `evidence` is the address of a
    message as the platform gave it with a shortcut.

    Refused as "goals.gone", "goals.closed" (facts: title), "goals.result_gone", "goals.yesno", "goals.measured",
    "goals.progress", "goals.confidence", "goals.long" (facts: most).
    """
    goal = get_open(scope, id)
    own = {result.id: result for result in results(scope, [goal])[goal.id]}
    problems = Problems()
    _check_values(problems, own, values or {})
    _check_progress(scope, problems, goal, progress)
    _check_confidence(problems, confidence)
    check_text(problems, note, "note")
    problems.settle()
    for result_id, value in (values or {}).items():
        scope.db.change(own[result_id], current=value)
    before = goal.reached_at
    goal = roll_up(scope, scope.db.change(goal, **_told(scope, goal, progress, confidence)))
    scope.db.add(
        GoalUpdate(
            goal_id=goal.id,
            person_id=scope.me.id,
            at=scope.now,
            progress=goal.progress,
            confidence=confidence,
            note=note.strip(),
            evidence=evidence if _made_by_a_platform(evidence) else "",
        )
    )
    return Updated(goal, before is None and goal.reached_at is not None)


def _told(scope: Scope, goal: Goal, progress: float | None, confidence: int | None) -> dict[str, object]:
    """The columns that an update writes. Who leads a team now keeps its goals from then on."""
    told: dict[str, object] = {"updated_at": scope.now, "updated_by_id": scope.me.id}
    if goal.level == "team":
        told["owner_id"] = scope.me.id
    if progress is not None:
        told["said"] = progress
    if confidence is not None:
        told |= {
            "confidence": confidence,
            "was": goal.confidence,
            "falls": rules.falls(goal.falls, goal.confidence, confidence),
            "confident_at": scope.now,
        }
    return told


def roll_up(scope: Scope, goal: Goal) -> Goal:
    """Counts a goal's progress again, and that of every goal above it as far as it changes something there.

    The rule: a goal's own key results count, equally weighted; where it has none, the goals below it do that
    everybody who reads it may read, equally weighted, closed ones with the progress they had; where it has neither,
    what its keeper said. A closed goal stays as it was.
    """
    above: Goal | None = goal
    while above is not None and above.closed_at is None:
        found = _counted(scope, above)
        reached = (above.reached_at or scope.now) if found >= 1 else None
        if found == above.progress and reached == above.reached_at:
            break
        scope.db.change(above, progress=found, reached_at=reached)
        above = scope.db.get(Goal, above.parent_id) if above.parent_id else None
    return goal


def recount(scope: Scope, id: int | None) -> None:
    """Counts a goal again below which something changed; None for what contributed to nothing."""
    goal = scope.db.get(Goal, id) if id else None
    if goal is not None:
        roll_up(scope, goal)


def leave(scope: Scope, ids: Collection[int]) -> None:
    """Before goals are removed for good: what they contributed to is counted without them."""
    parents = {goal.parent_id for goal in scope.db.some(Goal, ids)}
    scope.db.update(Goal, core(Goal).c.id.in_(ids), parent_id=None)
    for parent in parents - set(ids):
        recount(scope, parent)


def _counted(scope: Scope, goal: Goal) -> float:
    own = [rules.covered(one.start, one.target, one.current) for one in results(scope, [goal])[goal.id]]
    below = [] if own else [one.progress for one in counting(scope, goal)]
    return rules.progress(own, below, goal.said)


def _check_values(problems: Problems, own: Mapping[int, KeyResult], values: Mapping[int, float]) -> None:
    for id, value in values.items():
        if id not in own:
            problems.add("goals.result_gone")
        elif own[id].measure == "yesno" and value not in {0, 1}:
            problems.add("goals.yesno", f"result{id}")


def _check_progress(scope: Scope, problems: Problems, goal: Goal, progress: float | None) -> None:
    if progress is None:
        return
    if measured(scope, goal):
        problems.add("goals.measured", "progress")
    elif not 0 <= progress <= 1:
        problems.add("goals.progress", "progress")


def _check_confidence(problems: Problems, confidence: int | None) -> None:
    if confidence is not None and not 0 <= confidence <= 10:
        problems.add("goals.confidence", "confidence")


def _made_by_a_platform(link: str) -> bool:
    """A last look at an address that came along with a form, after its platform's own (`bot.calls.PERMALINK`)."""
    return link.startswith(_WEB) and len(link) <= MAX_LINK and link.isprintable() and " " not in link
