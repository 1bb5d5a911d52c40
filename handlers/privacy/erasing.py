"""Erasing somebody piece by piece, and what is heard where that fails."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from bot.calls import Call, Replies, Reply, Tell
from bot.messages import Message
from bot.router import Withdrawn
from handlers.privacy import facts
from handlers.privacy.routes import AGAIN, routes
from models import directory, due
from models import privacy as model
from models.scope import Scope
from views import privacy as view

STUCK = "privacy.stuck"


@routes.due(model.ERASE, at_once=1)
def erasing(call: Call, scope: Scope) -> Replies:
    """One piece of an erasure, once they could hear of it; the next one follows. With the first they are closed, and HR
    hears who has no manager now.
    """
    replies: list[Reply] = []
    for row in due.fired(scope, call.ids("rows")):
        wish = model.wish(scope, row.about_id)
        if wish is not None and model.to_hear(scope, wish):
            due.put_off(scope, {row.id: scope.now + model.HEARS})
        elif wish is not None:
            led = directory.reports(scope, wish.person_id)
            if model.erase_step(scope, wish):
                due.put_off(scope, {row.id: scope.now + AGAIN})
            replies += _without_manager(scope, [one.id for one in led])
    return replies


def _without_manager(scope: Scope, led: list[int]) -> Iterator[Reply]:
    """The message doesn't name who led them: it stays when everything that does is taken back."""
    ids = {"led": " ".join(map(str, led))}
    return (Tell(one.id, "directory.left", ids) for one in directory.everyone(scope) if one.hr and led)


def tell_stuck(scope: Scope) -> list[Reply]:
    """Who decides hears which erasures failed, of each once."""
    return [
        Tell(one.id, STUCK, model.naming(wish), nudge=True, once=f"{STUCK}:{wish.id}:{failed}:{one.id}")
        for wish, failed in model.stuck(scope)
        for one in model.deciders(scope, wish.person_id)
    ]


@routes.deliver(STUCK)
def told_stuck(scope: Scope, ids: Mapping[str, Any]) -> Message | Withdrawn:
    for wish, reference in model.stuck(scope):
        if model.is_named(wish, ids) and model.decides(scope, wish.person_id):
            return view.stuck(view.Stuck(facts.about(scope, wish).name, reference), scope.words)
    return Withdrawn()


@routes.deliver(model.GONE)
def gone(scope: Scope, ids: Mapping[str, Any]) -> Withdrawn:
    """What was said of somebody who was erased is not said again."""
    return Withdrawn()
