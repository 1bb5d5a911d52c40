"""Asking for a copy or to be erased, taking that back, and telling who decides."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.calls import Call, RefreshHome, Replies, Reply, Revise, Tell, UpdateForm
from bot.messages import Message
from bot.router import Withdrawn
from handlers.privacy import facts
from handlers.privacy.reading import sheet
from handlers.privacy.routes import routes
from models import privacy as model
from models.scope import Scope
from views import privacy as view

ASKED, COPY, REMINDED = "privacy.asked", "privacy.copy", "privacy.reminded"
"""What those who decide hear: somebody wants to be erased, or a copy; and that it waits."""


@routes.press("privacy.before_asking", reads=True)
def before_asking(call: Call, scope: Scope) -> Replies:
    """What erasing would come to, before one asks for it."""
    stays = tuple((one.entries, one.rows, one.why) for one in model.staying(scope, scope.me.id))
    return UpdateForm(view.before_asking(stays, facts.deciders(scope), scope.words), again=True)


@routes.press("privacy.ask")
def ask(call: Call, scope: Scope) -> Replies:
    wish, new = model.ask(scope)
    return _heard(scope, ASKED, wish, new=new)


@routes.press("privacy.stay")
def stay(call: Call, scope: Scope) -> Replies:
    wish = model.take_back(scope)
    return UpdateForm(sheet(scope), private=True), *no_more(scope, wish)


@routes.press("privacy.copy")
def copy(call: Call, scope: Scope) -> Replies:
    wish, new = model.ask_copy(scope)
    return _heard(scope, COPY, wish, new=new)


def _heard(scope: Scope, kind: str, wish: model.Wish, *, new: bool) -> Replies:
    """Who decides hears of it; and once more on every day on which it is asked again after its own day was over."""
    ids, replies = model.naming(wish), list[Reply]()
    again = not new and model.overdue(scope, wish)
    for one in model.deciders(scope, scope.me.id):
        if new:
            replies += [Tell(one.id, kind, ids), RefreshHome(one.id)]
        elif again:
            once = f"{REMINDED}:{kind}:{wish.person_id}:{scope.today}:{one.id}"
            replies.append(Tell(one.id, REMINDED, ids, once=once))
    return UpdateForm(sheet(scope, again=again), private=True), *replies


def no_more(scope: Scope, wish: model.Wish) -> tuple[Reply, ...]:
    """Nobody has to decide about it any more: what asked for that is taken back."""
    ids = model.naming(wish)
    shown = (RefreshHome(one.id) for one in model.deciders(scope, wish.person_id))
    return *(Revise(kind, ids) for kind in (ASKED, COPY, REMINDED)), *shown


@routes.deliver(ASKED)
def told_asked(scope: Scope, ids: Mapping[str, Any]) -> Message | Withdrawn:
    wish = model.waits(scope, ids)
    if not isinstance(wish, model.Erasure) or not model.decides(scope, wish.person_id):
        return Withdrawn()
    return view.asked(facts.about(scope, wish), scope.words)


@routes.deliver(COPY)
def told_copy(scope: Scope, ids: Mapping[str, Any]) -> Message | Withdrawn:
    wish = model.waits(scope, ids)
    if not isinstance(wish, model.CopyWish) or not model.decides(scope, wish.person_id):
        return Withdrawn()
    return view.copy(facts.about(scope, wish), scope.words)


@routes.deliver(REMINDED)
def told_reminded(scope: Scope, ids: Mapping[str, Any]) -> Message | Withdrawn:
    wish = model.waits(scope, ids)
    if wish is None or not model.decides(scope, wish.person_id):
        return Withdrawn()
    return view.reminded(facts.waiting(scope, wish), scope.words)


@routes.due(model.REMIND)
def remind(call: Call, scope: Scope) -> Replies:
    """Whoever decides now, once, while there is a week left."""
    return [
        Tell(one.id, REMINDED, model.naming(wish), nudge=True)
        for wish in model.to_remind(scope, call.ids("rows"))
        for one in model.deciders(scope, wish.person_id)
    ]
