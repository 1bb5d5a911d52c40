"""Setting goals, and what shows that they are reached."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.calls import Answer, Call, CloseForm, OpenForm, Options, RefreshHome, Replies, Reply, Tell, UpdateForm, whole
from bot.messages import Form, Message, Option
from bot.router import Withdrawn
from handlers.goals.facts import card, cards, crowded, number, period, readers
from handlers.goals.routes import routes
from models import directory
from models import goals as model
from models.errors import Problems, Refused
from models.goals import Draft, Goal, Measure, Period
from models.scope import Scope
from views import goals as view

# --- a goal -------------------------------------------------------------------------------------------


@routes.press("goals.new", opens=True, reads=True)
def new(call: Call, scope: Scope) -> Replies:
    return OpenForm(new_form(scope))


def new_form(scope: Scope, title: str = "") -> Form:
    """The form to set a goal: what one may choose depends on whom one leads."""
    whose = [(f"team:{team.id}", team.name) for team in model.led_teams(scope)]
    if model.may_steer(scope):
        whose.append(("organisation", scope.org.name))
    parents = ((goal.id, goal.title, str(goal.period)) for goal in model.possible_parents(scope))
    choosing = view.Choosing(tuple(whose), tuple(parents), tuple(str(one) for one in model.periods(scope.today)))
    own = view.Readers(scope.org.name, tuple(one.short for one in model.readers(scope, scope.me)))
    return view.new(title, choosing, own, scope.words)


@routes.submit("goals.add", lambda _, scope: new_form(scope))
def add(call: Call, scope: Scope) -> Replies:
    """Kept at once; the next form asks what shows that it is reached, and can wait."""
    level, _, team = (call.value("for") or "person").partition(":")
    goal = model.add(
        scope,
        Draft(
            call.value("title"),
            period(call),
            level,
            whole(team),
            "theme" if call.value("kind") == "theme" else "objective",
            call.number("parent") or 0,
        ),
    )
    return UpdateForm(_after(scope, goal)), RefreshHome(scope.me.id)


def _after(scope: Scope, goal: Goal) -> Form:
    shown, sees, many = card(scope, goal), readers(scope, goal), crowded(scope, goal)
    if goal.kind == "theme":
        return view.describe(shown, sees, many, scope.words)
    return view.result(shown, sees, scope.words, first=True, many=many)


def _describe_form(call: Call, scope: Scope) -> Form:
    goal = model.get(scope, call.id("goal"), "change")
    return view.describe(card(scope, goal), readers(scope, goal), 0, scope.words)


@routes.submit("goals.describe", _describe_form)
def describe(call: Call, scope: Scope) -> Replies:
    return saved(scope, model.describe(scope, call.id("goal"), call.value("text")), "set")


def saved(scope: Scope, goal: Goal, done: str) -> tuple[Reply, ...]:
    """The form goes, the card says what happened."""
    many = crowded(scope, goal) if done in {"set", "result"} else 0
    message = view.saved(card(scope, goal), readers(scope, goal), done, scope.words, many)
    return CloseForm(), Answer(message), RefreshHome(scope.me.id)


# --- a key result -------------------------------------------------------------------------------------


@routes.press("goals.result", opens=True, reads=True)
def new_result(call: Call, scope: Scope) -> Replies:
    return OpenForm(_result_form(call, scope))


def _result_form(call: Call, scope: Scope) -> Form:
    goal = model.get(scope, call.id("goal"), "change")
    return view.result(card(scope, goal), readers(scope, goal), scope.words)


@routes.submit("goals.result", _result_form)
def add_result(call: Call, scope: Scope) -> Replies:
    measure = call.value("measure")
    wished = wish(call, scope, measure if measure in model.MEASURES else "number")
    goal = model.add_result(scope, call.id("goal"), wished)
    return saved(scope, goal, "result")


def wish(call: Call, scope: Scope, measure: str) -> Measure:
    """A key result as the form says it."""
    problems = Problems()
    start, target = number(scope, problems, call, "start"), number(scope, problems, call, "target")
    if measure != "yesno":
        if not call.value("target"):
            problems.add("goals.target", "target")
        problems.settle()
    return Measure(call.value("title"), measure, start, target, call.value("unit"))


# --- a year goal for the teams ------------------------------------------------------------------------


@routes.press("goals.cascade", opens=True, reads=True)
def to_cascade(call: Call, scope: Scope) -> Replies:
    return OpenForm(_cascade_form(call, scope))


def _cascade_form(call: Call, scope: Scope) -> Form:
    goal = model.get(scope, call.id("goal"))
    quarters = tuple(str(one) for one in model.remaining_quarters(scope, goal)) or (f"{goal.year}-Q4",)
    teams = tuple((team.id, team.name) for team in model.teams_below(scope, goal))
    choosing = view.Teams(quarters, teams, call.ids("teams"))
    return view.cascade(card(scope, goal), choosing, readers(scope, goal), scope.words)


@routes.lookup("goals.teams")
def teams(call: Call, scope: Scope) -> Replies:
    """Teams by some letters of their name; which of them may be chosen is looked at when the form is sent."""
    typed = call.text.casefold().strip()
    found = [team for team in model.guided_teams(scope) if typed in team.name.casefold()]
    return Options(tuple(Option(str(team.id), team.name) for team in found[:20]))


@routes.submit("goals.cascade", _cascade_form)
def cascade(call: Call, scope: Scope) -> Replies:
    """A quarter goal for each team; who leads a team hears of it."""
    id, quarter = call.id("goal"), period(call)
    made = model.cascade(scope, id, call.value("title"), quarter, call.ids("teams"))
    names = tuple(team.name for team in model.teams_by_id(scope, {goal.team_id or 0 for goal in made}).values())
    parent = card(scope, model.get(scope, id))
    ids: dict[str, int | str] = {"goal": id, "period": str(quarter), "person": scope.me.id}
    leaders = dict.fromkeys(goal.owner_id for goal in made)
    told = [Tell(leader, "goals.cascaded", ids) for leader in leaders if leader != scope.me.id]
    homes = (RefreshHome(leader) for leader in leaders)
    return CloseForm(), Answer(view.cascaded(parent, str(quarter), names, scope.words)), *told, *homes


@routes.deliver("goals.cascaded")
def cascade_told(scope: Scope, ids: Mapping[str, Any]) -> Message | Withdrawn:
    quarter = Period.parse(ids["period"])
    try:
        parent, below = model.cascaded(scope, ids["goal"], quarter or Period(scope.today.year))
    except Refused:
        return Withdrawn()
    if not below:
        return Withdrawn()
    by = directory.somebody(scope, ids["person"])
    return view.cascade_told(by.short, card(scope, parent), cards(scope, below), scope.words)
