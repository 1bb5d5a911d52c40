"""What happens with kudos."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from bot.calls import (
    Answer,
    Call,
    CloseForm,
    OpenForm,
    Post,
    RefreshHome,
    ReplaceOrigin,
    Replies,
    Reply,
    Retract,
    Revise,
    Tell,
)
from bot.messages import Element, Form, Mention, Message, mention
from bot.router import Routes, Withdrawn
from models import digest, directory
from models import kudos as model
from models.errors import Refused
from models.identity import Person
from models.kudos import Kudos, KudosReceiver
from models.scope import Scope
from views import kudos as view

routes = Routes("kudos", view.REFUSALS, gated=True)
routes.compose("kudos", "", view.compose_label)


# --- giving ------------------------------------------------------------------------------------------


def _typed(call: Call, scope: Scope) -> Form:
    """What was typed, with everybody in it who is known."""
    named = directory.known_people(scope, call.text, call.mentions)
    return _form(scope, named.people, named.rest)


@routes.command("kudos", view.help, short=True, aliases=("bedank", "bedankt"), form=_typed)
def kudos(call: Call, scope: Scope) -> Replies:
    """Names and words together are sent at once; anything less opens the form with what is there."""
    named = directory.leading_people(scope, call.text, call.mentions, "to")
    if not named.people or not named.rest:
        return OpenForm(_form(scope, named.people, named.rest), again=True)
    return _given(scope, model.give(scope, named.people, named.rest), named.people)


@routes.press("kudos.new", opens=True, reads=True)
def new(call: Call, scope: Scope) -> Replies:
    to = call.id("to")
    return OpenForm(_form(scope, (directory.person(scope, to),) if to else (), ""))


@routes.shortcut("kudos.message", view.shortcut_label)
def for_message(call: Call, scope: Scope) -> Replies:
    """On a message: thanks for its author, unless that is the caller."""
    author = directory.by_accounts(scope, [call.mentions.get("author", "")])
    said = directory.spelled(scope, call.text, call.mentions)
    return OpenForm(_form(scope, [one for one in author.values() if one.id != scope.me.id], said))


def _refill(call: Call, scope: Scope) -> Form:
    return _form(scope, tuple(directory.people(scope, call.ids("to")).values()), "")


@routes.submit("kudos.give", _refill)
def give(call: Call, scope: Scope) -> Replies:
    to = [directory.person(scope, id) for id in call.ids("to")]
    given = model.give(scope, to, call.value("text"), call.number("value"))
    return (CloseForm(), *_given(scope, given, to))


def _given(scope: Scope, kudos: Kudos, to: Sequence[Person]) -> tuple[Reply, ...]:
    """The giver's answer, and who hears of it: the channel once, each receiver, and managers where preferred."""
    public = any(one.kudos == "public" for one in to)
    apart = [one for one in to if public and one.kudos != "public"]
    given = _facts(scope, kudos, scope.me, to, apart, public=public)
    replies: list[Reply] = [Answer(view.sent(given, scope.words))]
    if public:
        replies.append(Post(model.CHANNEL, "kudos.posted", {"kudos": kudos.id}))
    for one in to:
        replies += [Tell(one.id, "kudos.told", {"kudos": kudos.id, "to": one.id}), RefreshHome(one.id)]
    managers = dict.fromkeys(one.manager_id for one in to if one.kudos == "manager")  # who leads several hears it once
    told = (id for id in managers if id and id != scope.me.id)
    return *replies, *(Tell(id, "kudos.manager", {"kudos": kudos.id}) for id in told)


# --- changing and removing ---------------------------------------------------------------------------


@routes.press("kudos.edit", opens=True, reads=True)
def edit(call: Call, scope: Scope) -> Replies:
    return OpenForm(_change_form(call, scope))


def _change_form(call: Call, scope: Scope) -> Form:
    kudos = model.get(scope, call.id("kudos"), "change")
    return view.form(replace(_draft(scope), text=kudos.text, value=kudos.value_id or 0, kudos=kudos.id), scope.words)


@routes.submit("kudos.change", _change_form)
def change(call: Call, scope: Scope) -> Replies:
    kudos = model.change(scope, call.id("kudos"), call.value("text"), call.number("value"))
    answer = Answer(view.sent(_read(scope, kudos), scope.words))
    told = (Revise("kudos.told", {"kudos": kudos.id, "to": id}) for id in model.receiver_ids(scope, kudos.id))
    return CloseForm(), answer, Revise("kudos.posted", {"kudos": kudos.id}), *told


@routes.press("kudos.delete")
def delete(call: Call, scope: Scope) -> Replies:
    """Nobody keeps a message of what they are no longer in; the others read it as it is now, digests too."""
    id = model.get(scope, call.id("kudos"), "delete").id
    before = model.receivers(scope, id)
    model.remove(scope, id)
    left = {one.person_id: one.shown for one in model.receivers(scope, id)}
    replies: list[Reply] = [ReplaceOrigin(view.removed(scope.words))]
    replies.append(_again("kudos.posted", {"kudos": id}, stays="public" in left.values()))
    replies.append(Revise("kudos.manager", {"kudos": id}))  # each manager reads it as far as it is still for them
    for one in before:
        stays = one.person_id in left
        replies.append(_again("kudos.told", {"kudos": id, "to": one.person_id}, stays=stays))
        replies.append(_again("kudos.manager", {"kudos": id, "to": one.person_id}, stays=stays))  # of before 0013.1
    gone = [one.person_id for one in before if one.person_id not in left]
    replies.extend(map(RefreshHome, gone))
    replies.extend(Revise(digest.SENT, {"digest": one}) for one in digest.saying(scope, "kudos", id, gone))
    return replies


def _again(kind: str, ids: Mapping[str, int], *, stays: bool) -> Reply:
    return Revise(kind, ids) if stays else Retract(kind, ids)


@routes.press("kudos.read", opens=True, reads=True)
def read(call: Call, scope: Scope) -> Replies:
    return OpenForm(view.sheet(_read(scope, model.get(scope, call.id("kudos"))), scope.words))


# --- saying ------------------------------------------------------------------------------------------


@routes.deliver("kudos.posted", repeat=True)
def posted(scope: Scope, ids: Mapping[str, Any]) -> Message | Withdrawn:
    """In the channel: only the receivers who like to be thanked there."""
    kudos = model.posted(scope, ids["kudos"])
    if kudos is None:
        return Withdrawn()
    shown = [one for one in model.receivers(scope, kudos.id) if one.shown == "public"]
    return view.post(_seen(scope, kudos, shown), scope.words)


@routes.deliver("kudos.told")
def told(scope: Scope, ids: Mapping[str, Any]) -> Message | Withdrawn:
    return _said(scope, ids, view.told)


@routes.deliver("kudos.manager")
def told_manager(scope: Scope, ids: Mapping[str, Any]) -> Message | Withdrawn:
    return _said(scope, ids, view.told_manager)


def _said(scope: Scope, ids: Mapping[str, Any], show: Callable[..., Message]) -> Message | Withdrawn:
    try:
        kudos = model.get(scope, ids["kudos"])
    except Refused:
        return Withdrawn()
    together = len(model.receivers(scope, kudos.id)) > 1
    return show(replace(_read(scope, kudos), manager=model.manager_told(scope, kudos), together=together), scope.words)


@routes.section(50)
def section(scope: Scope) -> tuple[Element, ...]:
    return view.section(tuple(_read(scope, kudos) for kudos in model.received(scope)), scope.words)


# --- facts -------------------------------------------------------------------------------------------


def _form(scope: Scope, to: Sequence[Person], text: str) -> Form:
    chosen = tuple(Mention(one.id, one.name) for one in to)
    return view.form(replace(_draft(scope), to=chosen, text=text), scope.words)


def _draft(scope: Scope) -> view.Draft:
    values = tuple((value.id, value.name) for value in model.values(scope))
    return view.Draft(values=values, channel=model.has_channel(scope))


def _read(scope: Scope, kudos: Kudos) -> view.Thanks:
    """A kudos as this reader may see it."""
    return _seen(scope, kudos, model.seen(scope, kudos))


def _seen(scope: Scope, kudos: Kudos, shown: Sequence[KudosReceiver]) -> view.Thanks:
    people = directory.people(scope, (kudos.giver_id, *(one.person_id for one in shown)))
    public = any(one.shown == "public" for one in shown)
    apart = [people[one.person_id] for one in shown if public and one.shown != "public"]
    names = [people[one.person_id] for one in shown]
    return _facts(scope, kudos, people[kudos.giver_id], names, apart, public=public)


def _facts(
    scope: Scope, kudos: Kudos, giver: Person, shown: Sequence[Person], apart: Sequence[Person], *, public: bool
) -> view.Thanks:
    return view.Thanks(
        kudos.id,
        mention(giver),
        tuple(map(mention, shown)),
        kudos.text,
        model.value_name(scope, kudos.value_id),
        public,
        not public or model.has_channel(scope),
        tuple(map(mention, apart)),
        scope.now - kudos.at <= model.EDITABLE,
    )
