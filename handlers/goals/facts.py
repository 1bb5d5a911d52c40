"""From what is kept of goals to the facts that the views show."""

from __future__ import annotations

from collections.abc import Iterable

from bot.calls import Call
from models import directory
from models import goals as model
from models.errors import Problems
from models.goals import Goal, KeyResult, Period
from models.identity import Person
from models.scope import Scope
from views import goals as view


def card(scope: Scope, goal: Goal) -> view.Goal:
    return cards(scope, [goal])[0]


def cards(scope: Scope, goals: Iterable[Goal]) -> tuple[view.Goal, ...]:
    """Goals as their reader sees them, in a handful of queries however many there are."""
    shown = list(goals)
    results, above = model.results(scope, shown), model.parents(scope, shown)
    mine, stale = model.may_all(scope, shown, "change"), {goal.id for goal in model.still_stale(scope, shown)}
    known = model.may_all(scope, [goal for goal in shown if goal.closed_at], "outcome")
    teams = model.teams_by_id(scope, {goal.team_id for goal in shown if goal.team_id})
    people = directory.people(scope, {id for goal in shown for id in (goal.owner_id, goal.updated_by_id)})
    return tuple(
        view.Goal(
            id=goal.id,
            title=goal.title,
            period=str(goal.period),
            updated_at=goal.updated_at,
            level=goal.level,
            whose=teams[goal.team_id].name if goal.team_id else _whose(scope, goal, people),
            parent=above[goal.parent_id].title if goal.parent_id in above else "",
            theme=goal.kind == "theme",
            text=goal.text,
            progress=goal.progress,
            confidence=goal.confidence,
            was=goal.was,
            risk="" if goal.closed_at else model.risk(goal.confidence, goal.falls),
            stale=goal.id in stale and goal.closed_at is None,
            by=name(scope, people, goal.updated_by_id),
            fresh=goal.updated_at == goal.created_at,
            mine=goal.id in mine,
            closed=goal.closed_at is not None,
            score=goal.score if goal.id in known else None,
            results=tuple(result(one) for one in results[goal.id]),
        )
        for goal in shown
    )


def _whose(scope: Scope, goal: Goal, people: dict[int, Person]) -> str:
    return scope.org.name if goal.level == "organisation" else name(scope, people, goal.owner_id)


def name(scope: Scope, people: dict[int, Person], id: int) -> str:
    """What somebody is called; empty for the reader."""
    return "" if id == scope.me.id else people[id].short


def result(one: KeyResult) -> view.Result:
    done = model.covered(one.start, one.target, one.current)
    return view.Result(one.id, one.title, one.measure, one.target, one.start, one.current, one.unit, done)


def readers(scope: Scope, goal: Goal) -> view.Readers:
    """Who may read a goal, as the who-sees line says it."""
    if goal.level != "person" or goal.shown == "everyone":
        return view.Readers(scope.org.name, everyone=True)
    owner = scope.me if goal.owner_id == scope.me.id else directory.somebody(scope, goal.owner_id)
    others = [one.short for one in (owner, *model.readers(scope, owner)) if one.id != scope.me.id]
    return view.Readers(scope.org.name, tuple(others))


def crowded(scope: Scope, goal: Goal) -> int:
    """How many objectives are open, where that deserves a word; else 0."""
    many = model.open_objectives(scope, goal)
    return many if goal.kind == "objective" and many > model.MANY_OBJECTIVES else 0


# --- reading a form -----------------------------------------------------------------------------------


def number(scope: Scope, problems: Problems, call: Call, field: str, empty: float = 0.0) -> float:
    """A typed number, in the reader's own notation; what cannot be read is added to the problems."""
    typed = call.value(field)
    if not typed:
        return empty
    try:
        return scope.words.parse_number(typed)
    except ValueError:
        problems.add("goals.number", field, typed=typed)
        return empty


def period(call: Call) -> Period | None:
    return Period.parse(call.value("period"))
