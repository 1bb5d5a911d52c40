"""What HR answers to who asked for a copy, or to be erased."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.calls import Answer, Call, CloseForm, OpenForm, RefreshHome, Replies, Tell, UpdateForm
from bot.messages import Element, Form, Message
from bot.router import Withdrawn
from handlers.privacy import facts
from handlers.privacy.asking import no_more
from handlers.privacy.routes import routes
from models import directory
from models import privacy as model
from models.scope import Scope
from views import privacy as view

WAITING = 10
"""Wishes in the overview of who decides; the next one comes when one of these is answered."""


@routes.section(12)
def to_decide(scope: Scope) -> tuple[Element, ...]:
    """For who decides now, also about what was asked before they did."""
    found = [facts.waiting(scope, one) for one in model.to_decide(scope)[:WAITING]]
    stuck = facts.stuck(scope) if directory.may_manage(scope.me) else []
    return view.to_decide(found, stuck, scope.words) if found or stuck else ()


@routes.press("privacy.given")
def given(call: Call, scope: Scope) -> Replies:
    """Somebody has their copy: their sheet offers to ask for one again."""
    wish = model.give_copy(scope, call.carry)
    return Answer(view.given(facts.about(scope, wish).name, scope.words)), *no_more(scope, wish)


def _erase_form(call: Call, scope: Scope) -> Form:
    wish = model.undecided(scope, call.carry)
    copy = model.copy_asked(scope.as_(directory.somebody(scope, wish.person_id)))
    waits = facts.wish(scope, copy) if copy else None
    hears = facts.hears(scope, wish)
    return view.erase_form(facts.about(scope, wish), model.reasons(), scope.words, copy=waits, hears=hears)


@routes.press("privacy.decide", opens=True, reads=True)
def decide(call: Call, scope: Scope) -> Replies:
    return OpenForm(_erase_form(call, scope))


@routes.submit("privacy.erase", _erase_form)
def erase(call: Call, scope: Scope) -> Replies:
    """Who is erased hears it as their last message. Then it begins, and goes on by itself: see `erasing`."""
    wish = model.erase(scope, call.carry, call.value("also").splitlines())
    name, hears = facts.about(scope, wish).name, facts.hears(scope, wish)
    # Its ids name nothing that is erased, so it is not taken back.
    told = (Tell(wish.person_id, model.LAST, {}), RefreshHome(wish.person_id)) if hears else ()
    return CloseForm(), Answer(view.begun(name, scope.words, hears=hears)), *told, *no_more(scope, wish)


@routes.deliver(model.LAST)
def told_last(scope: Scope, ids: Mapping[str, Any]) -> Message | Withdrawn:
    wish = model.asked(scope)
    return Withdrawn() if wish is None or wish.decided_at is None else view.last(scope.words)


def _decline_form(call: Call, scope: Scope) -> Form:
    wish = model.undecided(scope, call.carry)
    hears = facts.hears(scope, wish)
    return view.decline_form(facts.about(scope, wish), model.LONGEST, scope.words, hears=hears)


@routes.press("privacy.refuse", opens=True, reads=True)
def refusing(call: Call, scope: Scope) -> Replies:
    return OpenForm(_decline_form(call, scope))


@routes.submit("privacy.decline", _decline_form)
def decline(call: Call, scope: Scope) -> Replies:
    """Whoever asked hears it, and reads why behind the button; whom nothing reaches is told by HR, with these words."""
    wish = model.decline(scope, call.carry, call.value("reason"))
    name = facts.about(scope, wish).name
    if not facts.hears(scope, wish):
        to_pass_on = view.to_pass_on(name, facts.erasure(scope, wish), scope.words)
        return UpdateForm(to_pass_on, private=True), *no_more(scope, wish)
    told = Tell(wish.person_id, "privacy.refused", model.naming(wish))
    return CloseForm(), Answer(view.declined(name, scope.words)), told, *no_more(scope, wish)


@routes.deliver("privacy.refused")
def told_refused(scope: Scope, ids: Mapping[str, Any]) -> Message | Withdrawn:
    wish = model.asked(scope)
    if wish is None or not model.is_named(wish, ids) or wish.refused_at is None:
        return Withdrawn()
    return view.refused(scope.words)
