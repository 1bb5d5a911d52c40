"""What an administrator of Ritme sees of messages on their way, and does for those that stand aside."""

from __future__ import annotations

from bot.calls import Answer, Call, RefreshHome, ReplaceOrigin, Replies
from bot.messages import Element, Message
from bot.router import Routes
from models import deliveries as model
from models.errors import refuse
from models.scope import Scope
from views import deliveries as view

routes = Routes("deliveries", view.REFUSALS, gated=False)


@routes.command("deliveries", view.help, aliases=("berichten",), reads=True, only=model.may_look)
def deliveries(call: Call, scope: Scope) -> Replies:
    model.guard(scope)
    if call.text.strip():
        refuse("deliveries.word", typed=call.text.strip())
    return Answer(_shown(scope))


@routes.press("deliveries.show", reads=True)
def show(call: Call, scope: Scope) -> Replies:
    return Answer(_shown(scope))


@routes.press("deliveries.look", reads=True)
def look(call: Call, scope: Scope) -> Replies:
    """The same message as it is now, or another page of it."""
    return ReplaceOrigin(_shown(scope, page=call.id("page")))


@routes.press("deliveries.send")
def send(call: Call, scope: Scope) -> Replies:
    """Posts that a channel may have already only go where the one who pressed was asked about that."""
    kind, reason = call.carry.get("kind", ""), call.carry.get("reason", "")
    released = model.send_again(scope, kind, reason, blind=call.carry.get("blind") == "yes")
    again = ReplaceOrigin(_shown(scope, page=call.id("page"), again=released.again))
    return again, *(RefreshHome(id) for id in model.admins(scope))


@routes.section(85)
def section(scope: Scope) -> tuple[Element, ...]:
    count = model.count_aside(scope) if scope.me.admin else 0
    return view.section(count, scope.words) if count else ()


def _shown(scope: Scope, page: int = 0, again: int | None = None) -> Message:
    model.guard(scope)
    waiting = tuple(view.Waiting(one.kind, one.count, one.done_at, one.held) for one in model.waiting(scope))
    aside = tuple(
        view.Aside(one.halt.kind, one.halt.reason, one.halt.count, one.halt.blind, one.halt.oldest, one.reference)
        for one in model.aside(scope)
    )
    facts = view.Facts(scope.now, waiting, aside, page, again, model.fenced(scope))
    return view.status(facts, scope.words)
