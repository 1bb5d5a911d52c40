"""What happens with digests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from bot.calls import Answer, Call, OpenForm, RefreshHome, ReplaceOrigin, Replies, Revise, Tell
from bot.messages import Element, Mention, Message, mention
from bot.router import Routes, Withdrawn
from models import digest as model
from models import directory, due
from models.digest import Digest, Edition, Line
from models.errors import Refused
from models.scope import Scope
from views import digest as view

routes = Routes("digest", view.REFUSALS, gated=True)

ME = frozenset({"me", "mij", "my", "about me", "over mij"})
USEFUL = timedelta(days=5)
"""A digest that can't be brought for this long is left out."""


# --- every week --------------------------------------------------------------------------------------


@routes.plan()
def plan(scope: Scope, until: datetime) -> bool:
    return model.plan(scope, until)


@routes.due(model.SEND, at_once=40)  # each reads what is new about a whole team
def send(call: Call, scope: Scope) -> Replies:
    made = model.make(scope, due.fired(scope, call.ids("rows")))
    expires = scope.now + USEFUL
    told = (
        Tell(one.manager_id, model.SENT, {"digest": one.id}, nudge=True, expires=expires, once=one.once) for one in made
    )
    return *told, *(RefreshHome(one.manager_id) for one in made)


@routes.deliver(model.SENT, repeat=True)
def weekly(scope: Scope, ids: Mapping[str, Any]) -> Message | Withdrawn:
    """As it was written; who has nobody left to read about hears nothing."""
    try:
        found = model.get(scope, ids["digest"])
    except Refused:
        return Withdrawn()
    return _message(scope, found) if any(line.about for line in found.lines) else Withdrawn()


# --- when asked for ----------------------------------------------------------------------------------


@routes.command("digest", view.help, aliases=("weekbericht",))
def digest(call: Call, scope: Scope) -> Replies:
    """The one of this week, or what there is today; with "me" what digests said about the caller."""
    return _about(scope) if call.text.strip().casefold() in ME else _now(scope)


@routes.press("digest.now")
def now(call: Call, scope: Scope) -> Replies:
    return _now(scope)


@routes.press("digest.me", opens=True, reads=True)
def me(call: Call, scope: Scope) -> Replies:
    return _about(scope)


@routes.press("digest.talked")
def talked(call: Call, scope: Scope) -> Replies:
    """The same digest with a tick: in place where it was asked for, else in the message that brought it."""
    found = model.settle(scope, call.id("line"))
    if call.carry.get("answer"):
        return ReplaceOrigin(_message(scope, found, answer=True)), RefreshHome(scope.me.id)
    return Revise(model.SENT, {"digest": found.digest.id}), RefreshHome(scope.me.id)


@routes.section(55)
def section(scope: Scope) -> tuple[Element, ...]:
    return view.section(scope.words) if model.is_mentioned(scope) else ()


def _now(scope: Scope) -> Replies:
    found = model.now(scope)
    if found is None:
        return Answer(view.nobody(scope.words))
    new = found.digest.at == scope.now  # it was not there before it was asked for
    return Answer(_message(scope, found, answer=True)), *((RefreshHome(scope.me.id),) if new else ())


def _about(scope: Scope) -> Replies:
    rows = model.about_me(scope)
    people = _people(scope, [row.said for row in rows], [row.manager_id for row in rows])
    remarks = (view.Remark(_line(row.said, people), people[row.manager_id].name, row.at) for row in rows)
    return OpenForm(view.about(tuple(remarks), scope.words), again=True)


# --- facts -------------------------------------------------------------------------------------------


def _message(scope: Scope, edition: Edition, *, answer: bool = False) -> Message:
    digest = facts(edition, _people(scope, edition.lines))
    return view.weekly(replace(digest, answer=answer), scope.words)


def _people(scope: Scope, lines: Sequence[Line], others: Sequence[int] = ()) -> dict[int, Mention]:
    """Everybody who is named in these lines, and others."""
    named = {id for line in lines for id in (line.about, line.by) if id}
    return {one.id: mention(one) for one in directory.people(scope, named.union(others)).values()}


def facts(edition: Edition, people: Mapping[int, Mention]) -> view.Digest:
    """A digest for its view; `people` holds everybody who is named in it."""
    team = {line.kind: line.facts for line in edition.lines if line.part == "team"}
    hidden = team.get("hidden", {})
    return view.Digest(
        _week(edition.digest),
        edition.team,
        tuple(_line(line, people) for line in edition.lines if line.part == "ask"),
        tuple(_line(line, people) for line in edition.lines if line.part == "good"),
        _shares(team["participation"]) if "participation" in team else None,
        _averages(team["energy"]) if "energy" in team else None,
        tuple(hidden.get("without", ())),
        hidden.get("floor", 0),
    )


def _line(line: Line, people: Mapping[int, Mention]) -> view.Line:
    known = line.facts
    return view.Line(
        line.kind,
        people[line.about or 0],
        line.id,
        line.entries[0] if line.entries else 0,
        people[line.by] if line.by else None,
        known.get("title", ""),
        date.fromisoformat(known["since"]) if "since" in known else None,
        known.get("was", 0),
        known.get("now", 0),
        line.done,
    )


def _week(digest: Digest) -> int:
    """The number of the ISO week that it is for."""
    week = digest.period.partition("-W")[2]
    return int(week) if week else date.fromisoformat(digest.period).isocalendar().week


def _shares(chart: Mapping[str, Any]) -> view.Trend:
    pairs = [pair or (None, None) for pair in chart["values"]]
    return view.Trend(_days(chart), tuple(joined for joined, _ in pairs), tuple(asked for _, asked in pairs))


def _averages(chart: Mapping[str, Any]) -> view.Trend:
    return view.Trend(_days(chart), tuple(chart["values"]))


def _days(chart: Mapping[str, Any]) -> tuple[date, ...]:
    return tuple(date.fromisoformat(day) for day in chart["weeks"])
