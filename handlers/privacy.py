"""What happens with a person's own data: reading it, being erased, and how long things are kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from bot.calls import Answer, Call, CloseForm, OpenForm, Replies, Revise, Tell, UpdateForm
from bot.messages import Element, Form, Message
from bot.router import Routes, Withdrawn
from models import directory, due, reads
from models import privacy as model
from models.scope import Scope
from views import privacy as view

routes = Routes("privacy", view.REFUSALS, gated=False)

PAGE = 5
"""Entries in one part of the sheet."""

OPENED = 10
"""The newest readings that the sheet shows; the table has them all."""

AGAIN = timedelta(seconds=1)
"""The pause between two pieces of work, in which everybody else has their turn."""


# --- reading -----------------------------------------------------------------------------------------


@routes.command("mydata", view.help, aliases=("gegevens", "mijngegevens"), reads=True)
def mydata(call: Call, scope: Scope) -> Replies:
    return OpenForm(_sheet(scope), again=True)


@routes.press("privacy.open", opens=True, reads=True)
def opened(call: Call, scope: Scope) -> Replies:
    return OpenForm(_sheet(scope), again=True)


@routes.press("privacy.mydata", reads=True)
def back(call: Call, scope: Scope) -> Replies:
    return UpdateForm(_sheet(scope), again=True)


@routes.press("privacy.part", reads=True)
def part(call: Call, scope: Scope) -> Replies:
    """The entries of one table, some at a time."""
    found = model.one_table(scope, call.carry.get("table", ""))
    if found is None:
        return UpdateForm(_sheet(scope), again=True)
    return UpdateForm(view.part(_table(scope, found, call.id("start"), PAGE), scope.words), again=True)


@routes.section(95)
def section(scope: Scope) -> tuple[Element, ...]:
    return view.section(scope.words)


def _sheet(scope: Scope) -> Form:
    return view.sheet(_mine(scope, tuple((name, rows) for name, rows in model.counted(scope).items())), scope.words)


def _mine(scope: Scope, tables: tuple[tuple[str, int], ...]) -> view.Mine:
    readings = reads.of(scope, OPENED)
    people = directory.people(scope, [one.reader_id for one in readings])
    wish = model.asked(scope)
    return view.Mine(
        scope.me.name,
        tables,
        tuple(view.Opened(people[one.reader_id].name, one.object, one.day) for one in readings),
        tuple(_term(one) for one in model.terms(scope).values()),
        copy=_wish(scope, model.copy_asked(scope)),
        erasure=_erasure(scope, wish) if wish else None,
        deciders=_deciders(scope),
    )


def _deciders(scope: Scope) -> tuple[str, ...]:
    return tuple(one.name for one in model.deciders(scope, scope.me.id))


def _wish(scope: Scope, asked_at: datetime | None) -> view.Wish | None:
    return view.Wish(_day(scope, asked_at), _day(scope, model.answer_by(asked_at))) if asked_at else None


def _erasure(scope: Scope, wish: model.Erasure) -> view.Wish:
    on, by = _day(scope, wish.asked_at), _day(scope, model.answer_by(wish.asked_at))
    return view.Wish(on, by, _day(scope, wish.refused_at) if wish.refused_at else None, wish.refusal or "")


def _day(scope: Scope, moment: datetime) -> date:
    return moment.astimezone(scope.zone).date()


def _table(scope: Scope, found: model.Part, start: int = 0, size: int | None = None) -> view.Table:
    some = replace(found, rows=found.rows[start : None if size is None else start + size])
    names = {id: one.name for id, one in directory.people(scope, model.people_in(some)).items()}
    things, said = model.things_in(scope, some), frozenset(found.kept.words.split())
    shown = tuple(view.Entry(model.named(some, row, names, things), said) for row in some.rows)
    return view.Table(found.name, shown, len(found.rows), start)


def document(scope: Scope) -> tuple[str, tuple[Element, ...]]:
    """Everything about the caller in one document: its title, and what it says."""
    parts = tuple(model.gather(scope))
    mine = _mine(scope, tuple((one.name, len(one.rows)) for one in parts))
    return view.document(mine, [_table(scope, one) for one in parts], scope.words)


# --- asking ------------------------------------------------------------------------------------------


@routes.press("privacy.before_asking", reads=True)
def before_asking(call: Call, scope: Scope) -> Replies:
    """What erasing would come to, before one asks for it."""
    return UpdateForm(view.before_asking(_stays(scope, scope.me.id), _deciders(scope), scope.words), again=True)


@routes.press("privacy.ask")
def ask(call: Call, scope: Scope) -> Replies:
    wish, new = model.ask(scope)
    told = _told(scope, "privacy.asked", model.naming(wish)) if new else []
    return UpdateForm(_sheet(scope), private=True), *told


@routes.press("privacy.stay")
def stay(call: Call, scope: Scope) -> Replies:
    wish = model.take_back(scope)
    return UpdateForm(_sheet(scope), private=True), _no_more(wish)


@routes.press("privacy.copy")
def copy(call: Call, scope: Scope) -> Replies:
    new = model.ask_copy(scope)
    told = _told(scope, "privacy.copy", {"person": scope.me.id}) if new else []
    return UpdateForm(_sheet(scope), private=True), *told


def _no_more(wish: model.Erasure) -> Revise:
    """Nobody has to decide about it any more: what asked for that is taken back."""
    return Revise("privacy.asked", model.naming(wish))


def _told(scope: Scope, kind: str, ids: Mapping[str, int | str]) -> list[Tell]:
    """Who decides about a wish of the caller hears of it."""
    return [Tell(one.id, kind, ids) for one in model.deciders(scope, scope.me.id)]


def _decides(scope: Scope, asker: int) -> bool:
    """Whether the caller may decide about this person's wish."""
    return directory.may_manage(scope.me) and asker != scope.me.id


@routes.deliver("privacy.asked")
def told_asked(scope: Scope, ids: Mapping[str, Any]) -> Message | Withdrawn:
    wish = model.waits(scope, ids)
    if wish is None or not _decides(scope, wish.person_id):
        return Withdrawn()
    return view.asked(_erasing(scope, wish), scope.words)


@routes.deliver("privacy.copy")
def told_copy(scope: Scope, ids: Mapping[str, Any]) -> Message | Withdrawn:
    person = directory.people(scope, [ids["person"]]).get(ids["person"])
    if person is None or not _decides(scope, person.id):
        return Withdrawn()
    return view.copy(view.Erasing({}, person.name, person.email), scope.words)


@routes.deliver(model.GONE)
def gone(scope: Scope, ids: Mapping[str, Any]) -> Withdrawn:
    """What was said of somebody who was erased is not said again."""
    return Withdrawn()


# --- deciding ----------------------------------------------------------------------------------------


def _erasing(scope: Scope, wish: model.Erasure, *, stays: bool = False) -> view.Erasing:
    person = directory.people(scope, [wish.person_id])[wish.person_id]
    carry = {word: str(value) for word, value in model.naming(wish).items()}
    return view.Erasing(carry, person.name, person.email, _stays(scope, person.id) if stays else ())


def _stays(scope: Scope, person: int) -> tuple[tuple[str, int, str], ...]:
    return tuple((one.entries, one.rows, one.why) for one in model.staying(scope, person))


def _erase_form(call: Call, scope: Scope) -> Form:
    return view.erase_form(_erasing(scope, model.undecided(scope, call.carry), stays=True), scope.words)


@routes.press("privacy.decide", opens=True, reads=True)
def decide(call: Call, scope: Scope) -> Replies:
    return OpenForm(_erase_form(call, scope))


@routes.submit("privacy.erase", _erase_form)
def erase(call: Call, scope: Scope) -> Replies:
    """It begins, and goes on by itself: see `erasing`."""
    wish = model.erase(scope, call.carry, call.value("also").splitlines())
    return CloseForm(), Answer(view.begun(_erasing(scope, wish).name, scope.words))


def _decline_form(call: Call, scope: Scope) -> Form:
    return view.decline_form(_erasing(scope, model.undecided(scope, call.carry)), scope.words)


@routes.press("privacy.refuse", opens=True, reads=True)
def refusing(call: Call, scope: Scope) -> Replies:
    return OpenForm(_decline_form(call, scope))


@routes.submit("privacy.decline", _decline_form)
def decline(call: Call, scope: Scope) -> Replies:
    """Whoever asked hears it, and reads why behind the button."""
    wish = model.decline(scope, call.carry, call.value("reason"))
    said = view.declined(_erasing(scope, wish).name, scope.words)
    told = Tell(wish.person_id, "privacy.refused", model.naming(wish))
    return CloseForm(), Answer(said), told, _no_more(wish)


@routes.deliver("privacy.refused")
def told_refused(scope: Scope, ids: Mapping[str, Any]) -> Message | Withdrawn:
    wish = model.asked(scope)
    if wish is None or not model.is_named(wish, ids) or wish.refused_at is None:
        return Withdrawn()
    return view.refused(scope.words)


@routes.due(model.ERASE, at_once=1)
def erasing(call: Call, scope: Scope) -> None:
    """One piece of an erasure; the next one follows."""
    for row in due.fired(scope, call.ids("rows")):
        wish = model.wish(scope, row.about_id)
        if wish is not None and model.erase_step(scope, wish):
            due.put_off(scope, {row.id: scope.now + AGAIN})


# --- how long things are kept ------------------------------------------------------------------------


@routes.command("retention", view.terms_help, aliases=("bewaartermijnen",), reads=True, only=directory.may_manage)
def retention(call: Call, scope: Scope) -> Replies:
    directory.guard(scope)
    return Answer(_terms(scope))


def _terms(scope: Scope) -> Message:
    return view.terms(tuple(_term(one) for one in model.terms(scope).values() if one.free), scope.words)


def _term(one: model.Chosen) -> view.Term:
    return view.Term(one.kind, one.months, one.usual, one.agreed_on)


def _term_form(call: Call, scope: Scope) -> Form:
    found = model.choosable(scope, call.carry.get("kind", ""))
    return view.term_form(_term(found), scope.words, council=model.asks_council(scope))


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
def keeping(call: Call, scope: Scope) -> None:
    """Deletes a piece of what is over; the next one follows until nothing is left for today."""
    for row in due.fired(scope, call.ids("rows")):
        place = model.keep_step(scope, row.about_id)
        if place is not None:
            due.go_on(scope, row, place, scope.now + AGAIN)
