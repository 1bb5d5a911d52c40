"""How long things are kept, and deleting what is over."""

from __future__ import annotations

from datetime import datetime

from bot.calls import Answer, Call, CloseForm, OpenForm, Replies, Reply
from bot.messages import Form, Message
from handlers.privacy import facts
from handlers.privacy.erasing import tell_stuck
from handlers.privacy.routes import AGAIN, routes
from models import directory, due
from models import privacy as model
from models.scope import Scope
from views import privacy as view


@routes.command("retention", view.terms_help, aliases=("bewaartermijnen",), reads=True, only=directory.may_manage)
def retention(call: Call, scope: Scope) -> Replies:
    directory.guard(scope)
    return Answer(_terms(scope))


def _terms(scope: Scope) -> Message:
    return view.terms(tuple(facts.term(one) for one in model.terms(scope).values() if one.free), scope.words)


def _term_form(call: Call, scope: Scope) -> Form:
    found = model.choosable(scope, call.carry.get("kind", ""))
    return view.term_form(facts.term(found), scope.words, council=model.asks_council(scope))


@routes.press("privacy.term", opens=True, reads=True)
def term(call: Call, scope: Scope) -> Replies:
    return OpenForm(_term_form(call, scope))


@routes.submit("privacy.set_term", _term_form)
def set_term(call: Call, scope: Scope) -> Replies:
    kind, months = call.carry.get("kind", ""), call.number("months")
    model.choose(scope, kind, months or 0, call.day("agreed_on"))
    return CloseForm(), Answer(_terms(scope))


@routes.plan()
def plan(scope: Scope, until: datetime) -> None:
    model.plan(scope, until)


@routes.due(model.KEEP, at_once=1)
def keeping(call: Call, scope: Scope) -> Replies:
    """Deletes a piece of what is over; the next one follows until nothing is left for today. Then who decides hears
    which erasures failed, of each once.
    """
    replies = list[Reply]()
    for row in due.fired(scope, call.ids("rows")):
        place = model.keep_step(scope, row.about_id)
        if place is not None:
            due.go_on(scope, row, place, scope.now + AGAIN)
        else:
            replies += tell_stuck(scope)
    return replies
