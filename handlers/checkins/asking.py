"""Asking: what falls due, and what is said about it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from bot.calls import Call, Replies, Tell
from bot.messages import Element, Message
from bot.router import Withdrawn
from handlers.checkins import facts
from handlers.checkins.routes import routes
from models import checkins as model
from models import due
from models.scope import Scope
from views import checkins as view

ASK, REMINDER = "checkins.ask", "checkins.reminder"


@routes.plan()
def plan(scope: Scope, until: datetime) -> bool:
    return model.plan(scope, until)


@routes.due(model.ASK)
def ask(call: Call, scope: Scope) -> Replies:
    asked = model.ask(scope, due.fired(scope, call.ids("rows")))
    return [_tell(one, ASK) for one in asked]


@routes.due(model.REMIND)
def remind(call: Call, scope: Scope) -> Replies:
    open_ = model.remind(scope, due.fired(scope, call.ids("rows")))
    return [_tell(one, REMINDER) for one in open_]


@routes.due(model.REPLAN, at_once=1)
def replan(call: Call, scope: Scope) -> None:
    model.replan_some(scope, due.fired(scope, call.ids("rows")))


def _tell(one: model.Asked, kind: str) -> Tell:
    return Tell(one.person_id, kind, {"period": one.id}, nudge=True, expires=one.closes_at, once=f"{kind}:{one.id}")


@routes.deliver(ASK, repeat=True)
def asked(scope: Scope, ids: Mapping[str, Any]) -> Message | Withdrawn:
    return _said(scope, ids, view.asking.ask)


@routes.deliver(REMINDER)
def reminded(scope: Scope, ids: Mapping[str, Any]) -> Message | Withdrawn:
    return _said(scope, ids, view.asking.reminder)


def _said(scope: Scope, ids: Mapping[str, Any], waiting: Callable[..., Message]) -> Message | Withdrawn:
    """The question while it waits; what became of it afterwards."""
    period = model.period(scope, ids["period"])
    if period is None:
        return Withdrawn()
    if period.state == "skipped":
        return skipped(scope, period)
    checkin = model.of_period(scope, period.id)
    if checkin is not None:
        return view.asking.sent(facts.sent(scope, checkin), scope.words)
    return waiting(facts.asking(scope, period), scope.words)


def skipped(scope: Scope, period: model.CheckinPeriod) -> Message:
    after = None if scope.me.paused else model.next_asked(scope)
    manager = facts.short(scope, scope.me.manager_id)
    return view.asking.skipped(period.id, period.due_at, after.due_at if after else None, manager, scope.words)


@routes.section(30)
def section(scope: Scope) -> tuple[Element, ...]:
    if not model.begun(scope.org, scope.today):
        return ()
    last = model.newest(scope)
    if last is None:
        return () if model.waiting(scope) else view.asking.section(None, None, scope.words)
    return view.asking.section(facts.sent(scope, last), last.at, scope.words)
