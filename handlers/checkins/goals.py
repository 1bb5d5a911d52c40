"""Goals that nobody heard of lately, asked about in the check-in."""

from __future__ import annotations

from bot.calls import Call, Reply, Revise, Tell, whole
from models import goals as model
from models.errors import Problems, Refused, refuse
from models.goals import GoalAsk
from models.scope import Scope
from views import checkins as view

MOST = 2
"""Goals in one form; the others wait for the next."""

_HIGHEST = {"progress": 100, "confidence": 10}


def stale(scope: Scope) -> tuple[view.StaleGoal, ...]:
    if not scope.org.begun("goals"):
        return ()
    return tuple(
        view.StaleGoal(goal.id, goal.title, goal.progress, goal.confidence, measured=model.measured(scope, goal))
        for goal in model.stale(scope, scope.me.id)[:MOST]
    )


def update(call: Call, scope: Scope) -> tuple[Reply, ...]:
    """Updates the goals of which something was filled in; whoever asked about one hears that there is news.

    Refused, all at once, as "checkin.number" (facts: low, high) and "checkin.goal_gone".
    """
    problems = Problems()
    told: dict[int, dict[str, int]] = {}
    for field in call.values:
        name, _, rest = field.partition("-")
        id = whole(rest)
        if name not in _HIGHEST or id is None or not call.value(field):
            continue
        number = _whole(call.value(field))
        if number is None or number > _HIGHEST[name]:
            problems.add("checkin.number", field, low=0, high=_HIGHEST[name])
        else:
            told.setdefault(id, {})[name] = number
    answered: list[GoalAsk] = []
    for goal, numbers in told.items():
        progress = numbers["progress"] / 100 if "progress" in numbers else None
        try:
            if not scope.org.begun("goals"):
                refuse("checkin.goal_gone")
            updated = model.update(scope, goal, progress=progress, confidence=numbers.get("confidence"))
            answered += model.answer(scope, updated.goal)
        except Refused:
            problems.add("checkin.goal_gone", f"confidence-{goal}")
    problems.settle()
    asks = [({"ask": one.id}, one.asker_id) for one in answered]
    return *(Revise(model.ASKED, ids) for ids, _ in asks), *(Tell(asker, model.ANSWERED, ids) for ids, asker in asks)


def _whole(text: str) -> int | None:
    """A whole number as people type it, perhaps with a percent sign; None for anything else."""
    digits = text.strip().removesuffix("%").strip()
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) <= 3 else None
