"""Asking for feedback, saying rather not, and what the clock does with a request."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from bot.calls import (
    Answer,
    Call,
    CloseForm,
    OpenForm,
    RefreshHome,
    ReplaceOrigin,
    Replies,
    Reply,
    Retract,
    Revise,
    Tell,
)
from bot.messages import Form, Mention, Message
from bot.router import Withdrawn
from handlers.feedback import facts
from handlers.feedback.routes import routes
from models import directory
from models import feedback as model
from models.feedback import FeedbackRequest
from models.identity import Person
from models.scope import Scope
from views import feedback as view

_ABOUT = re.compile(r"^(?:about|over)\b\s*", re.IGNORECASE)


# --- asking ------------------------------------------------------------------------------------------


def typed(scope: Scope, named: directory.Named) -> Form:
    """`@Lotte @Sem about the client day`: the form with what is there."""
    return _form(scope, named.people, _ABOUT.sub("", named.rest, count=1))


@routes.press("feedback.ask", opens=True, reads=True)
def new(call: Call, scope: Scope) -> Replies:
    """An empty form, or one about a goal, or the question of an earlier request, for somebody else."""
    earlier = model.request(scope, call.id("request"), "withdraw") if call.id("request") else None
    if earlier is None:
        return OpenForm(_form(scope, goal=call.id("goal")))
    return OpenForm(_form(scope, (), earlier.topic, earlier.question, earlier.goal_id or 0))


def _form(scope: Scope, to: Sequence[Person] = (), topic: str = "", question: str = "", goal: int = 0) -> Form:
    goals = model.about(scope, goal)
    asking = view.Asking(
        model.default_deadline(scope),
        model.last_deadline(scope),
        tuple(Mention(one.id, one.name) for one in to),
        topic,
        question,
        tuple(goals.items()),
        goal if goal in goals else 0,
        facts.choices(scope, scope.me),
    )
    return view.ask(asking, scope.words)


def _again(call: Call, scope: Scope) -> Form:
    return _form(scope, tuple(directory.people(scope, call.ids("to")).values()), goal=call.id("goal"))


@routes.submit("feedback.ask", _again)
def ask(call: Call, scope: Scope) -> Replies:
    to = [directory.person(scope, id) for id in call.ids("to")]
    goal = next(iter(call.ids("goal")), None)
    wish = model.Wish(call.value("topic"), call.value("question"), call.day("deadline"), goal)
    asked = model.ask(scope, to, wish)
    answer = Answer(view.sent_requests(facts.asks(scope, asked), model.unreached(scope, to), scope.words))
    return (
        CloseForm(),
        answer,
        *(Tell(one.asked_id, model.ASKED, {"request": one.id}, nudge=True) for one in asked),
        *(RefreshHome(one.asked_id) for one in asked),
    )


# --- closing -----------------------------------------------------------------------------------------


@routes.press("feedback.decline")
def decline(call: Call, scope: Scope) -> Replies:
    """One click, no reason."""
    request = model.decline(scope, call.id("request"))
    ids = {"request": request.id}
    return (
        ReplaceOrigin(view.declined(facts.ask(scope, request), scope.words)),
        Tell(request.asker_id, "feedback.declined", ids),
        Revise(model.ASKED, ids),
        Revise("feedback.reminded", ids),
        RefreshHome(scope.me.id),
    )


@routes.press("feedback.recall")
def recall(call: Call, scope: Scope) -> Replies:
    request = model.take_back(scope, call.id("request"))
    return ReplaceOrigin(view.recalled(facts.ask(scope, request), scope.words)), *_unasked(request)


def _unasked(request: FeedbackRequest) -> tuple[Reply, ...]:
    """There is nothing to answer any more."""
    ids = {"request": request.id}
    return Retract(model.ASKED, ids), Retract("feedback.reminded", ids), RefreshHome(request.asked_id)


# --- the clock ---------------------------------------------------------------------------------------


@routes.due(model.REMIND)
def remind(call: Call, scope: Scope) -> Replies:
    return [
        Tell(one.asked_id, "feedback.reminded", {"request": one.id}, nudge=True)
        for one in model.remind(scope, call.ids("rows"))
    ]


@routes.due(model.LAPSE)
def lapse(call: Call, scope: Scope) -> Replies:
    """An asker hears once of everything that lapsed at this moment."""
    lapsed: dict[int, list[FeedbackRequest]] = defaultdict(list)
    for one in model.lapse(scope, call.ids("rows")):
        lapsed[one.asker_id].append(one)
    told = [
        Tell(asker, "feedback.lapsed", {"requests": ",".join(str(one.id) for one in theirs)}, nudge=True)
        for asker, theirs in lapsed.items()
    ]
    return *told, *(reply for theirs in lapsed.values() for one in theirs for reply in _unasked(one))


# --- saying ------------------------------------------------------------------------------------------


@routes.deliver(model.ASKED)
def asked(scope: Scope, ids: Mapping[str, Any]) -> Message | Withdrawn:
    request = model.request(scope, ids["request"], "answer")
    if request.state == "open":
        return view.asked(facts.ask(scope, request), scope.words)
    return _closed(scope, model.ASKED, request)


@routes.deliver("feedback.reminded")
def reminded(scope: Scope, ids: Mapping[str, Any]) -> Message | Withdrawn:
    request = model.request(scope, ids["request"], "answer")
    if request.state == "open":
        return view.reminded(facts.ask(scope, request), scope.words)
    return _closed(scope, "feedback.reminded", request)


def _closed(scope: Scope, kind: str, request: FeedbackRequest) -> Message | Withdrawn:
    """What stands where it was asked. Who never heard of the request has nothing to hear of it now."""
    if not model.heard_of(scope, kind, request.id):
        return Withdrawn()
    answer = model.answer_to(scope, request.id)
    if answer:
        return view.sent(facts.line(scope, answer), scope.words)
    return view.declined(facts.ask(scope, request), scope.words) if request.state == "declined" else Withdrawn()


@routes.deliver("feedback.declined")
def told_declined(scope: Scope, ids: Mapping[str, Any]) -> Message | Withdrawn:
    request = model.request(scope, ids["request"], "withdraw")
    if request.state != "declined":
        return Withdrawn()
    return view.told_declined(facts.ask(scope, request), scope.words)


@routes.deliver("feedback.lapsed")
def told_lapsed(scope: Scope, ids: Mapping[str, Any]) -> Message | Withdrawn:
    found = model.by_ids(scope, [int(id) for id in ids["requests"].split(",")])
    lapsed = [one for one in found.values() if one.state == "lapsed"]
    return view.told_lapsed(facts.asks(scope, lapsed), scope.words) if lapsed else Withdrawn()
