"""Asking how a goal is going: from who may read it to who keeps it, where it looks as if a word would help."""

from __future__ import annotations

from datetime import datetime, timedelta

from models.delivery import lanes
from models.errors import refuse
from models.goals.reading import get, may, still_stale
from models.goals.tables import Goal, GoalAsk
from models.identity import Person
from models.scope import Scope

ASKED = "goals.asked"
ANSWERED = "goals.answered"
"""The messages that bring a question, and the news that it was answered."""

REST = timedelta(weeks=1)
"""How long one question is enough."""


def may_ask(scope: Scope, goal: Goal) -> bool:
    """Whether there is something to ask, and somebody to ask it of; `asked_at` tells whether that was done lately."""
    return _wavers(scope, goal) and not may(scope, goal, "change") and _keeper(scope, goal) is not None


def asked_at(scope: Scope, goal: Goal) -> datetime | None:
    """When the caller asked about it within the last week."""
    found = _last(scope, goal)
    return found.at if found and found.at > scope.now - REST else None


def ask(scope: Scope, id: int) -> tuple[Goal, GoalAsk]:
    """Asks who keeps a goal how it is going.

    Refused as "goals.gone", "goals.yours" (who may tell how it stands need not ask), "goals.fine" (there is news, or
    nothing to ask), "goals.nobody", "goals.asked" (facts: name, day; it was asked within a week).
    """
    goal = get(scope, id)
    if may(scope, goal, "change"):
        refuse("goals.yours")
    if not _wavers(scope, goal):
        refuse("goals.fine")
    keeper = _keeper(scope, goal)
    if keeper is None:
        refuse("goals.nobody")
    before = asked_at(scope, goal)
    if before is not None:
        refuse("goals.asked", name=keeper.short, at=before)
    last = _last(scope, goal)
    if last is not None and last.answered_at is None:
        return goal, scope.db.change(last, at=scope.now)
    return goal, scope.db.add(GoalAsk(goal_id=goal.id, asker_id=scope.me.id, at=scope.now))


def answer(scope: Scope, goal: Goal) -> list[GoalAsk]:
    """After there was news about a goal: whatever was asked about it is answered now."""
    open_ones = scope.db.all(GoalAsk, goal_id=goal.id, answered_at=None)
    return [scope.db.change(one, answered_at=scope.now) for one in open_ones]


def question(scope: Scope, id: int) -> tuple[Goal, GoalAsk]:
    """A question to the caller with its goal. Refused as "goals.gone" to who does not keep the goal."""
    found = _one(scope, id)
    return get(scope, found.goal_id, "change"), found


def own_question(scope: Scope, id: int) -> Goal:
    """The goal that the caller asked about. Refused as "goals.gone" when it is not theirs to read any more."""
    found = _one(scope, id)
    if found.asker_id != scope.me.id:
        refuse("goals.gone")
    return get(scope, found.goal_id)


def heard_of(scope: Scope, asked: GoalAsk) -> bool:
    """Whether the caller has the message with this question in their chat."""
    return lanes.heard_of(scope, ASKED, {"ask": asked.id})


def _one(scope: Scope, id: int) -> GoalAsk:
    found = scope.db.get(GoalAsk, id)
    if found is None:
        refuse("goals.gone")
    return found


def _last(scope: Scope, goal: Goal) -> GoalAsk | None:
    """The caller's last question about a goal; one that nobody answered stands for those after it."""
    return scope.db.one(GoalAsk, goal_id=goal.id, asker_id=scope.me.id, order="-at")


def _wavers(scope: Scope, goal: Goal) -> bool:
    """Whether its confidence fell, or nobody told of it lately."""
    return goal.closed_at is None and (goal.falls > 0 or bool(still_stale(scope, [goal])))


def _keeper(scope: Scope, goal: Goal) -> Person | None:
    """Who can tell; nobody when they left."""
    keeper = scope.db.get(Person, goal.owner_id)
    return keeper if keeper and keeper.closed_at is None else None
