"""When a period is over: asking once what came of the goals that are still open."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.calls import Call, Replies, Reply, Revise, Tell
from bot.messages import Message
from bot.router import Withdrawn
from handlers.goals.facts import cards
from handlers.goals.routes import routes
from models import due
from models import goals as model
from models.goals import Period
from models.scope import Scope
from views import goals as view

MOST = 10
"""Goals in one message."""


@routes.plan()
def plan(scope: Scope, until: datetime) -> bool:
    return model.plan_endings(scope, until)


@routes.due(model.ENDED)
def ended(call: Call, scope: Scope) -> Replies:
    asked = model.ready_endings(scope, due.fired(scope, call.ids("rows")))
    return [
        Tell(person, model.ENDED, model.ending_ids(person, period), nudge=True, once=f"{model.ENDED}:{person}:{period}")
        for person, period in asked
    ]


@routes.deliver(model.ENDED)
def told(scope: Scope, ids: Mapping[str, Any]) -> Message | Withdrawn:
    """What is still open now; when nothing is any more, that."""
    period = Period.parse(ids["period"])
    goals = model.ended(scope, period) if period else []
    if goals:
        return view.ended_period(ids["period"], cards(scope, goals[:MOST]), scope.words)
    return (
        view.all_ended(ids["period"], scope.words) if period and model.heard_of_ending(scope, period) else Withdrawn()
    )


def again(scope: Scope, period: Period) -> tuple[Reply, ...]:
    """The message about a period says how things stand now."""
    over = period.ends < scope.today
    return (Revise(model.ENDED, model.ending_ids(scope.me.id, period)),) if over else ()
