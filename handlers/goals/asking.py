"""Asking who keeps a goal how it is going, and telling who asked that there is news."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from bot.calls import Call, RefreshHome, Replies, Reply, Revise, Tell, UpdateForm
from bot.messages import Message
from bot.router import Withdrawn
from handlers.goals.changing import sheet
from handlers.goals.facts import card
from handlers.goals.routes import routes
from models import digest, directory
from models import goals as model
from models.goals import Goal
from models.scope import Scope
from views import goals as view

USEFUL = timedelta(weeks=2)
"""A question that can't be brought for this long is left out."""


@routes.press("goals.ask")
def ask(call: Call, scope: Scope) -> Replies:
    """The sheet says so in place of the button; digests that named the goal say that it is dealt with."""
    goal, asked = model.ask(scope, call.id("goal"))
    settled = digest.settle_goal(scope, goal.id)
    return (
        UpdateForm(sheet(scope, goal)),
        Tell(goal.owner_id, model.ASKED, {"ask": asked.id}, nudge=True, expires=scope.now + USEFUL),
        *(Revise(digest.SENT, {"digest": id}) for id in settled),
        RefreshHome(scope.me.id),
    )


@routes.deliver(model.ASKED)
def asked(scope: Scope, ids: Mapping[str, Any]) -> Message | Withdrawn:
    """The question; once there was news, thanks in its place. Who never heard of it has nothing to hear now."""
    goal, found = model.question(scope, ids["ask"])
    by = directory.somebody(scope, found.asker_id).short
    if found.answered_at is None:
        return view.asked(card(scope, goal), by, scope.words)
    return view.told_asked(card(scope, goal), by, scope.words) if model.heard_of_ask(scope, found) else Withdrawn()


@routes.deliver(model.ANSWERED)
def answered(scope: Scope, ids: Mapping[str, Any]) -> Message:
    return view.answered(card(scope, model.own_question(scope, ids["ask"])), scope.words)


def news(scope: Scope, goal: Goal) -> tuple[Reply, ...]:
    """After an update or closing: the questions about it say thanks, and who asked hears that there is news."""
    asks = [({"ask": one.id}, one.asker_id) for one in model.answer(scope, goal)]
    return *(Revise(model.ASKED, ids) for ids, _ in asks), *(Tell(asker, model.ANSWERED, ids) for ids, asker in asks)
