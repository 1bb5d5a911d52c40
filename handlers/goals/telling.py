"""Telling how goals stand, from a button, a command or a message; and closing them."""

from __future__ import annotations

from bot.calls import PERMALINK, Answer, Call, CloseForm, OpenForm, RefreshHome, Replies, UpdateForm, whole
from bot.messages import Form
from handlers.goals.asking import news
from handlers.goals.ending import again
from handlers.goals.facts import card, cards, number, readers
from handlers.goals.routes import routes
from handlers.goals.setting import saved
from models import directory
from models import goals as model
from models.errors import Problems, refuse
from models.goals import Goal
from models.scope import Scope
from views import goals as view

MOST = 50


@routes.press("goals.update", opens=True, reads=True)
def to_update(call: Call, scope: Scope) -> Replies:
    return OpenForm(update_form(scope, model.get_open(scope, call.id("goal"))))


def update_form(scope: Scope, goal: Goal, note: str = "", evidence: str = "") -> Form:
    """The form to tell how a goal stands."""
    said = not model.measured(scope, goal)
    return view.update(view.Telling(card(scope, goal), readers(scope, goal), said, note, evidence), scope.words)


def _update_again(call: Call, scope: Scope) -> Form:
    goal = model.get(scope, call.id("goal"), "change")
    return update_form(scope, goal, call.value("note"), call.carry.get(PERMALINK, ""))


@routes.submit("goals.update", _update_again)
def update(call: Call, scope: Scope) -> Replies:
    problems = Problems()
    typed = [field for field in call.values if field.startswith("result") and call.value(field)]
    values = {whole(field.removeprefix("result")) or 0: number(scope, problems, call, field) for field in typed}
    progress = number(scope, problems, call, "progress") / 100 if call.value("progress") else None
    problems.settle()
    updated = model.update(
        scope,
        call.id("goal"),
        values=values,
        progress=progress,
        confidence=call.number("confidence"),
        note=call.value("note"),
        evidence=call.carry.get(PERMALINK, ""),
    )
    if updated.reached:
        home = RefreshHome(scope.me.id)
        done = view.reached(card(scope, updated.goal), scope.words)
        return CloseForm(), Answer(done), home, *news(scope, updated.goal)
    return *saved(scope, updated.goal, "updated"), *news(scope, updated.goal)


# --- from a message -----------------------------------------------------------------------------------


@routes.shortcut("goals.message", view.shortcut_label)
def from_message(call: Call, scope: Scope) -> Replies:
    """On a message: progress on one of the caller's goals, with the message's address as evidence."""
    goals = model.mine(scope)[:MOST]
    if not goals:
        refuse("goals.none")
    said = directory.spelled(scope, call.text, call.mentions)
    if len(goals) == 1:
        return OpenForm(update_form(scope, goals[0], said, call.origin.permalink))
    return OpenForm(view.pick(cards(scope, goals), said, call.origin.permalink, scope.words))


def _pick_again(call: Call, scope: Scope) -> Form:
    goals = model.mine(scope)[:MOST]
    if not goals:
        refuse("goals.none")
    return view.pick(cards(scope, goals), call.value("note"), call.carry.get(PERMALINK, ""), scope.words)


@routes.submit("goals.pick", _pick_again)
def picked(call: Call, scope: Scope) -> Replies:
    goal = model.get_open(scope, call.number("goal") or 0)
    form = update_form(scope, goal, call.value("note"), call.carry.get(PERMALINK, ""))
    return UpdateForm(form, again=True)


# --- closing ------------------------------------------------------------------------------------------


@routes.press("goals.close", opens=True, reads=True)
def to_close(call: Call, scope: Scope) -> Replies:
    model.get_open(scope, call.id("goal"))
    return OpenForm(_close_form(call, scope))


def _close_form(call: Call, scope: Scope) -> Form:
    goal = model.get(scope, call.id("goal"), "change")
    return view.close(card(scope, goal), readers(scope, goal), scope.words)


@routes.submit("goals.close", _close_form)
def close(call: Call, scope: Scope) -> Replies:
    tenths = call.number("score")
    score = None if tenths is None else tenths / 10
    goal = model.close(scope, call.id("goal"), score, call.value("learned"))
    message = view.ended(card(scope, goal), goal.score or 0.0, goal.learned, readers(scope, goal), scope.words)
    return CloseForm(), Answer(message), RefreshHome(scope.me.id), *again(scope, goal.period), *news(scope, goal)
