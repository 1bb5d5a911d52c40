"""What happens with the organisation's people: they come, are away, and go."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from bot.calls import (
    Answer,
    Call,
    CloseForm,
    Fetch,
    OpenForm,
    Options,
    RefreshHome,
    ReplaceOrigin,
    Replies,
    Reply,
    Tell,
)
from bot.messages import Form, Message, Option
from bot.router import Routes, Withdrawn
from models import directory as model
from models import due, replanning
from models.errors import refuse
from models.identity import Absence, Person
from models.scope import Scope
from views import directory as view

routes = Routes("directory", view.REFUSALS, gated=False)
SYNC = frozenset({"sync", "fetch", "ophalen", "bijwerken"})


@routes.lookup("people")
def people(call: Call, scope: Scope) -> Replies:
    """Colleagues for a search field, by the first letters of a name; who share one are told apart by their address."""
    found = model.search(scope, call.text)
    names = Counter(one.name for one in found)
    return Options(tuple(Option(str(one.id), one.name, one.email if names[one.name] > 1 else "") for one in found))


# --- leave -------------------------------------------------------------------------------------------


@routes.command("leave", view.help_leave, aliases=("verlof",))
def leave(call: Call, scope: Scope) -> Replies:
    """Days are taken at once; without any, what is ahead is shown."""
    if not call.text.strip():
        return Answer(view.away(tuple(_away(one) for one in model.away(scope)), scope.words))
    return _taken(scope, model.take_leave(scope, call.text))


@routes.press("directory.leave", opens=True, reads=True)
def leave_form(call: Call, scope: Scope) -> Replies:
    return OpenForm(_leave_form(call, scope))


def _leave_form(call: Call, scope: Scope) -> Form:
    return view.leave_form(scope.words)


@routes.submit("directory.take_leave", _leave_form)
def take_leave(call: Call, scope: Scope) -> Replies:
    starts, until = call.day("starts"), call.day("until")
    if starts is None:
        refuse("leave.no_day", "starts")
    return CloseForm(), *_taken(scope, model.go_away(scope, starts, until or starts))


@routes.press("directory.cancel")
def cancel_leave(call: Call, scope: Scope) -> Replies:
    gone = model.cancel_leave(scope, call.id("leave"))
    replanning.replan(scope, [scope.me.id])
    return ReplaceOrigin(view.cancelled(_away(gone), scope.words)), RefreshHome(scope.me.id)


def _taken(scope: Scope, taken: Absence) -> tuple[Reply, ...]:
    replanning.replan(scope, [scope.me.id])
    names_deputy = bool(model.reports(scope, scope.me.id)) and model.deputy_of(scope, scope.me) is None
    return (
        Answer(view.taken(_away(taken), scope.words, names_deputy=names_deputy)),
        RefreshHome(scope.me.id),
    )


def _away(one: Absence) -> view.Away:
    return view.Away(one.id, one.starts, one.until)


# --- the chat's people -------------------------------------------------------------------------------


@routes.command("people", view.help_people, aliases=("mensen",), reads=True, only=model.may_manage)
def crowd(call: Call, scope: Scope) -> Replies:
    """Who is known; or, asked for, everybody anew from the chat."""
    model.guard(scope)
    typed = call.text.strip()
    if typed.casefold() in SYNC:
        return Answer(view.fetching(scope.words)), Fetch("people.fetched")
    if typed:
        refuse("people.word", typed=typed)
    everyone = model.everyone(scope)
    unmanaged = tuple(one.name for one in everyone if one.manager_id is None)
    unreached = tuple(one.name for one in model.not_reached(scope))
    without_app = tuple(one.name for one in model.without_app(scope))
    return Answer(view.crowd(view.Crowd(len(everyone), unmanaged, unreached, without_app), scope.words))


@routes.press("directory.sync", reads=True)
def sync(call: Call, scope: Scope) -> Replies:
    model.guard(scope)
    return Answer(view.fetching(scope.words)), Fetch("people.fetched")


@routes.event("people.fetched")
def fetched(call: Call, scope: Scope) -> Replies:
    """Everybody in the workspace, for who asked for it."""
    asker = _by(call, scope)
    if asker is None:
        return None
    model.guard(scope.as_(asker))
    if "failed" in call.carry:
        return Tell(asker.id, "directory.unfetched", {"reference": call.carry["failed"]})
    met = _met(call, scope)
    counts = {name: getattr(met, name) for name in ("new", "matched", "known", "closed", "nameless", "left", "reused")}
    return [Tell(asker.id, "directory.synced", counts), *_told_hr(scope, met.gone)]


@routes.deliver("directory.synced")
def synced(scope: Scope, ids: Mapping[str, Any]) -> Message | Withdrawn:
    return view.synced(view.Counts(**ids), scope.words)


@routes.deliver("directory.unfetched")
def unfetched(scope: Scope, ids: Mapping[str, Any]) -> Message | Withdrawn:
    return view.unfetched(ids["reference"], scope.words)


@routes.event("person.seen")
@routes.event("person.joined")
@routes.event("person.changed")
def seen(call: Call, scope: Scope) -> Replies:
    return _told_hr(scope, _met(call, scope).gone)


def _met(call: Call, scope: Scope) -> model.Met:
    met = model.meet(scope, call.profiles)
    replanning.replan(scope, met.moved)
    return met


def _by(call: Call, scope: Scope) -> Person | None:
    """Whose account an event comes from; an event is served without their eyes."""
    user = call.account.user if call.account else ""
    return model.by_accounts(scope, [user]).get(user)


@routes.event("installation.met")
def added(call: Call, scope: Scope) -> Replies:
    """Somebody added Ritme for themselves, or to a room. Who cannot be known hears so when they say something.

    Before HR announced it an administrator may add it for everybody: then only those who set it up are greeted.
    """
    told = _told_hr(scope, _met(call, scope).gone)
    if call.carry.get("kind") != "personal":
        return Answer(view.hello_room(scope.words)), *told
    person = _by(call, scope)
    if person is None or not (scope.org.announced_at or model.may_manage(person)):
        return told
    return Answer(view.hello(person.short, scope.as_(person).words)), *told


@routes.event("installation.brought")
def brought(call: Call, scope: Scope) -> Replies:
    """Who installed Ritme in a workspace sets it up, unless somebody does so already."""
    told = _told_hr(scope, _met(call, scope).gone)
    person = _by(call, scope)
    if person is not None and not any(model.may_manage(one) for one in model.everyone(scope)):
        model.set_role(scope, person, "admin", held=True)
    return told


@routes.event("installation.removed")
def removed(call: Call, scope: Scope) -> Replies:
    model.remove_installation(scope)
    return None


# --- leaving -----------------------------------------------------------------------------------------


@routes.due("directory.leaves")
def leaves(call: Call, scope: Scope) -> Replies:
    """Whose last day is over is closed; HR hears of a team that has no manager now."""
    return _told_hr(scope, model.leave(scope, due.fired(scope, call.ids("rows"))))


def _told_hr(scope: Scope, left: Sequence[model.Left]) -> list[Reply]:
    led = [one for one in left if one.reports]
    hr = [one for one in model.everyone(scope) if one.hr] if led else []
    return [Tell(each.id, "directory.left", _left(one)) for one in led for each in hr]


def _left(one: model.Left) -> dict[str, int | str]:
    return {"person": one.person.id, "led": " ".join(str(report.id) for report in one.reports)}


@routes.deliver("directory.left")
def told_left(scope: Scope, ids: Mapping[str, Any]) -> Message | Withdrawn:
    """Whom the leaver led and who still has no manager; nothing once HR saw to all. Who is erased has no name."""
    led = model.people(scope, [int(id) for id in str(ids["led"]).split()])
    orphans = tuple(one.name for one in led.values() if one.manager_id is None and one.closed_at is None)
    if not orphans or not scope.me.hr:
        return Withdrawn()
    left = ids.get("person")
    return view.left(model.somebody(scope, left).name if left else "", orphans, scope.words)
