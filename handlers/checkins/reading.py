"""Reading: opening a check-in, saying something back, passing a sentence on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from bot.calls import Answer, Call, CloseForm, OpenForm, RefreshHome, Replies, Reply, Retract, Revise, Tell
from bot.messages import Element, Form, Mention, Message, mention
from bot.router import Withdrawn
from handlers.checkins import facts
from handlers.checkins.asking import ASK, REMINDER
from handlers.checkins.routes import routes
from models import checkins as model
from models import directory
from models.errors import Refused, refuse
from models.scope import Scope
from views import checkins as view

PAGE = 20
"""People in one part of a team's list."""


def team_list(scope: Scope, start: int = 0) -> Replies:
    everybody = model.team(scope)
    shown = everybody[start : start + PAGE]
    page = view.Page(facts.lines(shown), start, len(everybody[start + PAGE :]))
    return Answer(view.reading.team(page, scope.words))


@routes.press("checkins.team", reads=True)
def team(call: Call, scope: Scope) -> Replies:
    """The list by a button, or the next part of it."""
    return team_list(scope, call.id("start"))


@routes.section(60)
def section(scope: Scope) -> tuple[Element, ...]:
    unread = model.unread(scope)
    people = directory.people(scope, [one.person_id for one in unread])
    new = [model.Status(people[one.person_id], "answered", one) for one in unread]
    return view.reading.section(facts.lines(new), scope.words)


@routes.press("checkins.open", opens=True)
def opened(call: Call, scope: Scope) -> Replies:
    """Opening marks it read, which its writer can see."""
    before = model.get(scope, call.id("checkin"))
    found = model.see(scope, before.id)
    sheet = OpenForm(view.reading.sheet(facts.read(scope, found), scope.words), again=True)
    return (sheet, *_seen(found)) if found.seen_by_id == scope.me.id else sheet


def _seen(found: model.Checkin) -> tuple[Reply, ...]:
    ids = {"period": found.period_id}
    return Revise(ASK, ids), Revise(REMINDER, ids), RefreshHome(found.person_id)


# --- saying something back ---------------------------------------------------------------------------


def _sheet(call: Call, scope: Scope) -> Form:
    read = facts.read(scope, model.get(scope, call.id("checkin")))
    if not read.answer_to:
        refuse("checkin.nobody_left")  # there would be no field for what was typed
    return view.reading.sheet(read, scope.words)


@routes.submit("checkins.respond", _sheet)
def respond(call: Call, scope: Scope) -> Replies:
    """Refused as "checkin.readers" where it would go to others than the form said."""
    found = model.get(scope, call.id("checkin"), "respond")
    told = model.respond(scope, found.id, call.value("reaction"), call.value("reply"))
    _check_shown(call, facts.answer_to(scope, found))
    names = [one.short for one in directory.people(scope, told or [found.person_id]).values()]
    replies: list[Reply] = [CloseForm(), Answer(view.reading.responded(names, scope.words))]
    replies += [Tell(id, "checkins.replied", {"checkin": found.id, "person": scope.me.id}) for id in told]
    return replies + list(_answered(found) if found.person_id in told else _seen(found))


def _check_shown(call: Call, to: Iterable[Mention]) -> None:
    if call.carry.get("to", "") != view.reading.as_shown(to):
        refuse("checkin.readers")


def _answered(found: model.Checkin) -> tuple[Reply, ...]:
    """The reply says that it was read, too, so that it comes in one message."""
    ids = {"period": found.period_id}
    return Retract(ASK, ids), Retract(REMINDER, ids), RefreshHome(found.person_id)


@routes.deliver("checkins.replied")
def replied(scope: Scope, ids: Mapping[str, Any]) -> Message | Withdrawn:
    try:
        found = model.get(scope, ids["checkin"])
    except Refused:
        return Withdrawn()
    author = directory.somebody(scope, ids["person"])
    return view.reading.replied(author.short, found.id, scope.words, mine=found.person_id == scope.me.id)


# --- passing on --------------------------------------------------------------------------------------


def _pass_form(call: Call, scope: Scope) -> Form:
    found = model.get(scope, call.id("checkin"), "pass")
    above = scope.me.manager_id
    if above is None:
        refuse("checkin.nobody_above")
    people = directory.people(scope, [found.person_id, above])
    to = mention(people[above])
    return view.reading.pass_form(found.id, people[found.person_id].short, to, scope.words)


@routes.press("checkins.pass", opens=True, reads=True)
def passing(call: Call, scope: Scope) -> Replies:
    return OpenForm(_pass_form(call, scope))


@routes.submit("checkins.passed", _pass_form)
def passed(call: Call, scope: Scope) -> Replies:
    found, note = model.pass_on(scope, call.id("checkin"), call.value("sentence"))
    to = note.to_id or 0
    people = directory.people(scope, [found.person_id, to])
    _check_shown(call, [mention(people[to])])
    said = view.reading.passed(people[to].short, people[found.person_id].short, scope.words)
    return (
        CloseForm(),
        Answer(said),
        Tell(to, "checkins.passed_to", {"note": note.id}),
        Tell(found.person_id, "checkins.passed_about", {"note": note.id}),
    )


@routes.deliver("checkins.passed_to")
def passed_to(scope: Scope, ids: Mapping[str, Any]) -> Message | Withdrawn:
    note = model.note(scope, ids["note"])
    if note is None:
        return Withdrawn()
    author = directory.somebody(scope, note.author_id)
    return view.reading.passed_to(author.short, note.id, scope.words)


@routes.deliver("checkins.passed_about")
def passed_about(scope: Scope, ids: Mapping[str, Any]) -> Message | Withdrawn:
    note = model.note(scope, ids["note"])
    if note is None or note.to_id is None:
        return Withdrawn()
    people = directory.people(scope, [note.author_id, note.to_id])
    return view.reading.passed_about(
        people[note.author_id].short, people[note.to_id].short, note.checkin_id, scope.words
    )


@routes.press("checkins.note", opens=True, reads=True)
def read_note(call: Call, scope: Scope) -> Replies:
    note = model.note(scope, call.id("note"))
    if note is None:
        refuse("checkin.gone")
    told, others = facts.passed(scope, note)
    return OpenForm(view.reading.note_sheet(told, others, scope.words))
