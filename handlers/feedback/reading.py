"""Reading feedback: lists, the sheet with the words, and what its subject can do with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bot.calls import Call, OpenForm, RefreshHome, ReplaceOrigin, Replies, Reply, Revise, Tell, UpdateForm
from bot.messages import Element, Form, Message
from bot.router import Withdrawn
from handlers.feedback import facts
from handlers.feedback.routes import routes
from models import feedback as model
from models.feedback import Feedback
from models.scope import Scope
from views import feedback as view

# --- lists -------------------------------------------------------------------------------------------


def news(scope: Scope) -> view.Overview:
    """What waits for the caller, and what they received last."""
    return view.Overview(
        waiting=facts.asks(scope, model.waiting_for(scope)),
        received=facts.lines(scope, model.received(scope, view.SOME)),
    )


def everything(scope: Scope) -> Message:
    some = view.SOME + 1  # one more than is shown says that there is more
    overview = view.Overview(
        waiting=facts.asks(scope, model.waiting_for(scope)),
        received=facts.lines(scope, model.received(scope, some)),
        asked=facts.asks(scope, model.asked_by(scope, view.PAGE)),
        given=facts.lines(scope, model.given(scope, some)),
        shared=facts.lines(scope, model.shared(scope, some)),
        hidden=bool(model.received(scope, 1, hidden=True)),
    )
    return view.everything(overview, scope.words)


@routes.press("feedback.list", reads=True)
def listed(call: Call, scope: Scope) -> Replies:
    return ReplaceOrigin(everything(scope))


@routes.press("feedback.part", reads=True)
def part(call: Call, scope: Scope) -> Replies:
    """One of the lists by itself, page by page."""
    start, size = call.id("start"), view.PAGE + 1
    name: view.Part
    rows: Sequence[Feedback]
    match call.carry.get("part"):
        case "given":
            name, rows = "given", model.given(scope, size, start)
        case "shared":
            name, rows = "shared", model.shared(scope, size, start)
        case "hidden":
            name, rows = "hidden", model.received(scope, size, start, hidden=True)
        case _:
            name, rows = "received", model.received(scope, size, start)
    return ReplaceOrigin(view.page(name, facts.lines(scope, rows), start, scope.words))


@routes.section(45)
def section(scope: Scope) -> tuple[Element, ...]:
    return view.section(news(scope), scope.words)


# --- one ---------------------------------------------------------------------------------------------


@routes.press("feedback.read", opens=True)
def read(call: Call, scope: Scope) -> Replies:
    form, seen = _sheet(scope, call.id("feedback"))
    return OpenForm(form, again=True), *seen


@routes.press("feedback.thank")
def thank(call: Call, scope: Scope) -> Replies:
    row, first = model.thank(scope, call.id("feedback"))
    form, seen = _sheet(scope, row.id)
    told = (Tell(row.author_id, "feedback.thanked", {"feedback": row.id}),) if first else ()
    return UpdateForm(form, private=True), *told, *seen


@routes.press("feedback.hide")
def hide(call: Call, scope: Scope) -> Replies:
    return _put(scope, call.id("feedback"), hidden=True)


@routes.press("feedback.show")
def show(call: Call, scope: Scope) -> Replies:
    return _put(scope, call.id("feedback"), hidden=False)


def _put(scope: Scope, id: int, *, hidden: bool) -> Replies:
    """Out of the lists of its subject, or back into them."""
    form, seen = _sheet(scope, model.hide(scope, id, hidden=hidden).id)
    return UpdateForm(form, private=True), *seen, RefreshHome(scope.me.id)


def _sheet(scope: Scope, id: int) -> tuple[Form, tuple[Reply, ...]]:
    """The words, which whoever is shown them has opened. Its author hears that it was read, where the words of the
    request stood; nobody gets a message for it. To its subject it is new no more.
    """
    row, new = model.opened(scope, id)
    form = view.sheet(facts.line(scope, row), facts.words_of(row), scope.words)
    seen: list[Reply] = []
    if new and row.request_id:
        ids = {"request": row.request_id}
        seen += [Revise(model.ASKED, ids), Revise("feedback.reminded", ids)]
    if new and row.subject_id == scope.me.id:
        seen.append(RefreshHome(scope.me.id))
    return form, tuple(seen)


# --- saying ------------------------------------------------------------------------------------------


@routes.deliver("feedback.told", careful=True)
def told(scope: Scope, ids: Mapping[str, Any]) -> Message | Withdrawn:
    return _said(scope, ids, view.told)


@routes.deliver("feedback.shared", careful=True)
def told_reader(scope: Scope, ids: Mapping[str, Any]) -> Message | Withdrawn:
    return _said(scope, ids, view.told_reader)


@routes.deliver("feedback.thanked")
def told_thanks(scope: Scope, ids: Mapping[str, Any]) -> Message | Withdrawn:
    return _said(scope, ids, view.told_thanks)


def _said(scope: Scope, ids: Mapping[str, Any], show: Any) -> Message | Withdrawn:
    """Refused, and so unsaid, for who may not read it any more."""
    message: Message = show(facts.line(scope, model.get(scope, ids["feedback"])), scope.words)
    return message
