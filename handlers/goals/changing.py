"""A goal in full, and changing what was agreed."""

from __future__ import annotations

from dataclasses import replace

from bot.calls import Call, OpenForm, RefreshHome, ReplaceOrigin, Replies, UpdateForm
from bot.messages import Form
from handlers.goals.ending import again
from handlers.goals.facts import card, cards, name, period, readers, result
from handlers.goals.routes import routes
from handlers.goals.setting import saved, wish
from models import directory
from models import goals as model
from models.goals import Goal, GoalChange, GoalUpdate, KeyResult, Period
from models.identity import Person
from models.scope import Scope
from views import goals as view

# --- a goal in full -----------------------------------------------------------------------------------


@routes.press("goals.view", opens=True, reads=True)
def read(call: Call, scope: Scope) -> Replies:
    return OpenForm(sheet(scope, model.get(scope, call.id("goal"))))


def sheet(scope: Scope, goal: Goal) -> Form:
    knows = goal.closed_at is not None and model.may(scope, goal, "outcome")
    story = view.Story(
        card(scope, goal),
        readers(scope, goal),
        cards(scope, model.children(scope, goal)),
        _history(scope, goal),
        _can(scope, goal),
        goal.score if knows else None,
        goal.learned if knows else "",
    )
    return view.sheet(story, scope.words)


def _can(scope: Scope, goal: Goal) -> view.Can:
    show = {"manager": "everyone", "everyone": "manager"}[goal.shown] if goal.owner_id == scope.me.id else ""
    if goal.closed_at is not None:
        return view.Can(show=show if goal.level == "person" and show == "manager" else "")
    keeper = directory.somebody(scope, goal.owner_id).short if model.may_ask(scope, goal) else ""
    full = len(model.results(scope, [goal])[goal.id]) >= model.MOST_RESULTS
    yearly = goal.level != "person" and not goal.quarter
    return view.Can(
        measure=goal.kind == "objective" and not full,
        cascade=yearly and bool(model.remaining_quarters(scope, goal) and model.teams_below(scope, goal)),
        show=show if goal.level == "person" else "",
        remove=model.removable(scope, goal),
        ask=keeper,
        asked_at=model.asked_at(scope, goal) if keeper else None,
    )


def _history(scope: Scope, goal: Goal) -> tuple[view.Told | view.Changed, ...]:
    """Updates and changes together, newest first."""
    updates, changes = model.updates(scope, goal), model.changes(scope, goal)
    people = directory.people(scope, {*(one.person_id for one in updates), *(one.person_id for one in changes)})
    results = model.results_ever(scope, goal)
    told = [_told(scope, one, people) for one in updates]
    changed = [_changed(scope, one, people, results) for one in changes]
    return tuple(sorted((*told, *changed), key=lambda one: one.at, reverse=True))


def _told(scope: Scope, one: GoalUpdate, people: dict[int, Person]) -> view.Told:
    by = name(scope, people, one.person_id)
    return view.Told(one.at, one.progress, by, one.confidence, one.note, one.evidence)


def _changed(scope: Scope, one: GoalChange, people: dict[int, Person], results: dict[int, KeyResult]) -> view.Changed:
    old, new = (_goal_named(scope, id) for id in (one.old, one.new)) if one.what == "parent" else (one.old, one.new)
    about = result(results[one.result_id]) if one.result_id else None
    return view.Changed(one.at, one.what, name(scope, people, one.person_id), old, new, one.reason, about)


def _goal_named(scope: Scope, id: str) -> str:
    """The title of a goal that the reader may read; else dots. Empty for none."""
    if not id:
        return ""
    found = model.by_ids(scope, [int(id)])
    return found[int(id)].title if found else "…"


# --- changing -----------------------------------------------------------------------------------------


@routes.press("goals.change", opens=True, reads=True)
def to_change(call: Call, scope: Scope) -> Replies:
    model.get_open(scope, call.id("goal"))
    return OpenForm(_change_form(call, scope))


def _change_form(call: Call, scope: Scope) -> Form:
    goal = model.get(scope, call.id("goal"), "change")
    periods = dict.fromkeys((goal.period, *model.periods(scope.today)))
    parents = {one.id: one for one in model.possible_parents(scope) if _fits(goal, one)} | model.parents(scope, [goal])
    choosing = view.Choosing(
        parents=tuple((one.id, one.title, str(one.period)) for one in parents.values()),
        periods=tuple(str(one) for one in periods),
    )
    shown = card(scope, goal)
    if call.carry.get("longer"):
        shown = replace(shown, period=str(model.longer(goal.period, scope.today)))
    return view.change(shown, goal.parent_id or 0, choosing, readers(scope, goal), scope.words)


def _fits(goal: Goal, parent: Goal) -> bool:
    """Whether it could stand above, in one period or another."""
    return parent.id != goal.id and model.may_contribute(goal.level, Period(goal.year, 1), parent.level, parent.period)


@routes.submit("goals.change", _change_form)
def change(call: Call, scope: Scope) -> Replies:
    before = model.get_open(scope, call.id("goal")).period
    goal = model.change(
        scope,
        call.id("goal"),
        title=call.value("title"),
        text=call.value("text"),
        period=period(call),
        parent_id=call.number("parent") or 0,
        reason=call.value("reason"),
    )
    return *saved(scope, goal, "changed"), *again(scope, before)


@routes.press("goals.result_change", opens=True, reads=True)
def to_change_result(call: Call, scope: Scope) -> Replies:
    return OpenForm(_result_form(call, scope))


def _result_form(call: Call, scope: Scope) -> Form:
    goal, one = model.result_of(scope, call.id("result"))
    return view.change_result(card(scope, goal), result(one), readers(scope, goal), scope.words)


@routes.submit("goals.result_change", _result_form)
def change_result(call: Call, scope: Scope) -> Replies:
    _, one = model.result_of(scope, call.id("result"))
    wished = wish(call, scope, one.measure)
    return saved(scope, model.change_result(scope, one.id, wished, call.value("reason")), "changed")


@routes.press("goals.result_drop", reads=True)
def to_drop_result(call: Call, scope: Scope) -> Replies:
    return UpdateForm(_drop_form(call, scope))


def _drop_form(call: Call, scope: Scope) -> Form:
    goal, one = model.result_of(scope, call.id("result"))
    return view.drop_result(card(scope, goal), result(one), readers(scope, goal), scope.words)


@routes.submit("goals.result_drop", _drop_form)
def drop_result(call: Call, scope: Scope) -> Replies:
    return saved(scope, model.drop_result(scope, call.id("result"), call.value("reason")), "changed")


@routes.press("goals.show")
def show(call: Call, scope: Scope) -> Replies:
    """Who reads it changes at once; the open sheet says so in its last line."""
    goal = model.show(scope, call.id("goal"), everyone=call.carry.get("to") == "everyone")
    return UpdateForm(sheet(scope, goal))


@routes.press("goals.reopen")
def reopen(call: Call, scope: Scope) -> Replies:
    goal = model.reopen(scope, call.id("goal"))
    message = view.saved(card(scope, goal), readers(scope, goal), "reopened", scope.words)
    return ReplaceOrigin(message), RefreshHome(scope.me.id)


@routes.press("goals.remove")
def remove(call: Call, scope: Scope) -> Replies:
    before = model.get_open(scope, call.id("goal")).period
    model.remove(scope, call.id("goal"))
    return ReplaceOrigin(view.removed(scope.words)), RefreshHome(scope.me.id), *again(scope, before)
