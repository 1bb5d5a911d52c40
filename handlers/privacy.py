"""What happens with a person's own data: reading it, being erased, and how long things are kept."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from bot.calls import Answer, Call, CloseForm, OpenForm, RefreshHome, Replies, Reply, Revise, Tell, UpdateForm
from bot.messages import Element, Form, Message
from bot.router import Routes, Withdrawn
from models import directory, due, reads
from models import privacy as model
from models.scope import Scope
from views import privacy as view

routes = Routes("privacy", view.REFUSALS, gated=False)

PAGE = 5
"""Entries in one part of the sheet."""

WAITING = 10
"""Wishes in the overview of who decides; the next one comes when one of these is answered."""

OPENED = 10
"""The newest readings that the sheet shows; the table has them all."""

_REMINDED = "privacy.reminded"

AGAIN = timedelta(seconds=1)
"""The pause between two pieces of work, in which everybody else has their turn."""


# --- reading -----------------------------------------------------------------------------------------


@routes.command("mydata", view.help, aliases=("gegevens", "mijngegevens"), reads=True)
@routes.press("privacy.open", opens=True, reads=True)
def mydata(call: Call, scope: Scope) -> Replies:
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


def _sheet(scope: Scope, *, again: bool = False) -> Form:
    mine = _mine(scope, tuple((name, rows) for name, rows in model.counted(scope).items()))
    return view.sheet(replace(mine, again=again), scope.words)


def _mine(scope: Scope, tables: tuple[tuple[str, int], ...]) -> view.Mine:
    readings = reads.of(scope, OPENED)
    people = directory.people(scope, [one.reader_id for one in readings])
    copy, wish = model.copy_asked(scope), model.asked(scope)
    return view.Mine(
        scope.me.name,
        tables,
        tuple(view.Opened(people[one.reader_id].name, one.object, one.day) for one in readings),
        tuple(_term(one) for one in model.terms(scope).values()),
        copy=_wish(scope, copy) if copy else None,
        erasure=_erasure(scope, wish) if wish else None,
        deciders=_deciders(scope),
    )


def _deciders(scope: Scope) -> tuple[str, ...]:
    return tuple(one.name for one in model.deciders(scope, scope.me.id))


def _wish(scope: Scope, wish: model.Wish) -> view.Wish:
    on, by = _day(scope, wish.asked_at), _day(scope, model.answer_by(wish.asked_at))
    return view.Wish(on, by, over=model.overdue(scope, wish))


def _erasure(scope: Scope, wish: model.Erasure) -> view.Wish:
    refused = _day(scope, wish.refused_at) if wish.refused_at else None
    known = replace(_wish(scope, wish), refused_on=refused, refusal=wish.refusal or "")
    return replace(known, agreed=wish.decided_at is not None)


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
    stays = tuple((one.entries, one.rows, one.why) for one in model.staying(scope, scope.me.id))
    return UpdateForm(view.before_asking(stays, _deciders(scope), scope.words), again=True)


@routes.press("privacy.ask")
def ask(call: Call, scope: Scope) -> Replies:
    wish, new = model.ask(scope)
    return _heard(scope, "privacy.asked", wish, new=new)


@routes.press("privacy.stay")
def stay(call: Call, scope: Scope) -> Replies:
    wish = model.take_back(scope)
    return UpdateForm(_sheet(scope), private=True), *_no_more(scope, wish)


@routes.press("privacy.copy")
def copy(call: Call, scope: Scope) -> Replies:
    wish, new = model.ask_copy(scope)
    return _heard(scope, "privacy.copy", wish, new=new)


def _heard(scope: Scope, kind: str, wish: model.Wish, *, new: bool) -> Replies:
    """Who decides hears of it; and once more on every day on which it is asked again after its own day was over."""
    ids, replies = model.naming(wish), list[Reply]()
    again = not new and model.overdue(scope, wish)
    for one in model.deciders(scope, scope.me.id):
        if new:
            replies += [Tell(one.id, kind, ids), RefreshHome(one.id)]
        elif again:
            once = f"{_REMINDED}:{kind}:{wish.person_id}:{scope.today}:{one.id}"
            replies.append(Tell(one.id, _REMINDED, ids, once=once))
    return UpdateForm(_sheet(scope, again=again), private=True), *replies


def _no_more(scope: Scope, wish: model.Wish) -> tuple[Reply, ...]:
    """Nobody has to decide about it any more: what asked for that is taken back."""
    ids = model.naming(wish)
    shown = (RefreshHome(one.id) for one in model.deciders(scope, wish.person_id))
    return *(Revise(kind, ids) for kind in ("privacy.asked", "privacy.copy", _REMINDED)), *shown


@routes.deliver("privacy.asked")
def told_asked(scope: Scope, ids: Mapping[str, Any]) -> Message | Withdrawn:
    wish = model.waits(scope, ids)
    if not isinstance(wish, model.Erasure) or not model.decides(scope, wish.person_id):
        return Withdrawn()
    return view.asked(_erasing(scope, wish), scope.words)


@routes.deliver("privacy.copy")
def told_copy(scope: Scope, ids: Mapping[str, Any]) -> Message | Withdrawn:
    wish = model.waits(scope, ids)
    if not isinstance(wish, model.CopyWish) or not model.decides(scope, wish.person_id):
        return Withdrawn()
    return view.copy(_erasing(scope, wish), scope.words)


@routes.deliver(_REMINDED)
def told_reminded(scope: Scope, ids: Mapping[str, Any]) -> Message | Withdrawn:
    wish = model.waits(scope, ids)
    if wish is None or not model.decides(scope, wish.person_id):
        return Withdrawn()
    return view.reminded(_waiting(scope, wish), scope.words)


@routes.due(model.REMIND)
def remind(call: Call, scope: Scope) -> Replies:
    """Whoever decides now, once, while there is a week left."""
    return [
        Tell(one.id, _REMINDED, model.naming(wish), nudge=True)
        for wish in model.to_remind(scope, call.ids("rows"))
        for one in model.deciders(scope, wish.person_id)
    ]


@routes.section(12)
def to_decide(scope: Scope) -> tuple[Element, ...]:
    """For who decides now, also about what was asked before they did."""
    found = [_waiting(scope, one) for one in model.to_decide(scope)[:WAITING]]
    stuck = _stuck(scope) if directory.may_manage(scope.me) else []
    return view.to_decide(found, stuck, scope.words) if found or stuck else ()


@routes.deliver(model.GONE)
def gone(scope: Scope, ids: Mapping[str, Any]) -> Withdrawn:
    """What was said of somebody who was erased is not said again."""
    return Withdrawn()


# --- deciding ----------------------------------------------------------------------------------------


@routes.press("privacy.given")
def given(call: Call, scope: Scope) -> Replies:
    """Somebody has their copy: their sheet offers to ask for one again."""
    wish = model.give_copy(scope, call.carry)
    return Answer(view.given(_erasing(scope, wish).name, scope.words)), *_no_more(scope, wish)


def _waiting(scope: Scope, wish: model.Wish) -> view.Waiting:
    return view.Waiting(_erasing(scope, wish), _wish(scope, wish), copy=isinstance(wish, model.CopyWish))


def _erasing(scope: Scope, wish: model.Wish) -> view.Erasing:
    person = directory.somebody(scope, wish.person_id)
    carry = {word: str(value) for word, value in model.naming(wish).items()}
    return view.Erasing(carry, person.name, person.email)


def _erase_form(call: Call, scope: Scope) -> Form:
    wish = model.undecided(scope, call.carry)
    copy = model.copy_asked(scope.as_(directory.somebody(scope, wish.person_id)))
    waits = _wish(scope, copy) if copy else None
    hears = _hears(scope, wish)
    return view.erase_form(_erasing(scope, wish), model.reasons(), scope.words, copy=waits, hears=hears)


@routes.press("privacy.decide", opens=True, reads=True)
def decide(call: Call, scope: Scope) -> Replies:
    return OpenForm(_erase_form(call, scope))


@routes.submit("privacy.erase", _erase_form)
def erase(call: Call, scope: Scope) -> Replies:
    """Who is erased hears it as their last message. Then it begins, and goes on by itself: see `erasing`."""
    wish = model.erase(scope, call.carry, call.value("also").splitlines())
    name, hears = _erasing(scope, wish).name, _hears(scope, wish)
    # Its ids name nothing that is erased, so it is not taken back.
    told = (Tell(wish.person_id, model.LAST, {}), RefreshHome(wish.person_id)) if hears else ()
    return CloseForm(), Answer(view.begun(name, scope.words, hears=hears)), *told, *_no_more(scope, wish)


@routes.deliver(model.LAST)
def told_last(scope: Scope, ids: Mapping[str, Any]) -> Message | Withdrawn:
    wish = model.asked(scope)
    return Withdrawn() if wish is None or wish.decided_at is None else view.last(scope.words)


def _decline_form(call: Call, scope: Scope) -> Form:
    wish = model.undecided(scope, call.carry)
    hears = _hears(scope, wish)
    return view.decline_form(_erasing(scope, wish), model.LONGEST, scope.words, hears=hears)


@routes.press("privacy.refuse", opens=True, reads=True)
def refusing(call: Call, scope: Scope) -> Replies:
    return OpenForm(_decline_form(call, scope))


@routes.submit("privacy.decline", _decline_form)
def decline(call: Call, scope: Scope) -> Replies:
    """Whoever asked hears it, and reads why behind the button; whom nothing reaches is told by HR, with these words."""
    wish = model.decline(scope, call.carry, call.value("reason"))
    name = _erasing(scope, wish).name
    if not _hears(scope, wish):
        return UpdateForm(view.to_pass_on(name, _erasure(scope, wish), scope.words), private=True), *_no_more(
            scope, wish
        )
    told = Tell(wish.person_id, "privacy.refused", model.naming(wish))
    return CloseForm(), Answer(view.declined(name, scope.words)), told, *_no_more(scope, wish)


def _hears(scope: Scope, wish: model.Wish) -> bool:
    """Whether a message reaches who asked: they have not left, and nothing keeps it from them."""
    person = directory.somebody(scope, wish.person_id)
    lost = (*directory.not_reached(scope), *directory.without_app(scope))
    return person.closed_at is None and person.id not in {one.id for one in lost}


@routes.deliver("privacy.refused")
def told_refused(scope: Scope, ids: Mapping[str, Any]) -> Message | Withdrawn:
    wish = model.asked(scope)
    if wish is None or not model.is_named(wish, ids) or wish.refused_at is None:
        return Withdrawn()
    return view.refused(scope.words)


@routes.due(model.ERASE, at_once=1)
def erasing(call: Call, scope: Scope) -> Replies:
    """One piece of an erasure, once they could hear of it; the next one follows. With the first they are closed, and HR
    hears who has no manager now.
    """
    replies: list[Reply] = []
    for row in due.fired(scope, call.ids("rows")):
        wish = model.wish(scope, row.about_id)
        if wish is not None and model.to_hear(scope, wish):
            due.put_off(scope, {row.id: scope.now + model.HEARS})
        elif wish is not None:
            led = directory.reports(scope, wish.person_id)
            if model.erase_step(scope, wish):
                due.put_off(scope, {row.id: scope.now + AGAIN})
            replies += _without_manager(scope, [one.id for one in led])
    return replies


def _without_manager(scope: Scope, led: list[int]) -> Iterator[Reply]:
    """The message doesn't name who led them: it stays when everything that does is taken back."""
    ids = {"led": " ".join(map(str, led))}
    return (Tell(one.id, "directory.left", ids) for one in directory.everyone(scope) if one.hr and led)


def _stuck(scope: Scope) -> list[view.Stuck]:
    return [view.Stuck(_erasing(scope, wish).name, reference) for wish, reference in model.stuck(scope)]


@routes.deliver("privacy.stuck")
def told_stuck(scope: Scope, ids: Mapping[str, Any]) -> Message | Withdrawn:
    for wish, reference in model.stuck(scope):
        if model.is_named(wish, ids) and model.decides(scope, wish.person_id):
            return view.stuck(view.Stuck(_erasing(scope, wish).name, reference), scope.words)
    return Withdrawn()


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
def keeping(call: Call, scope: Scope) -> Replies:
    """Deletes a piece of what is over; the next one follows until nothing is left for today. Then who decides hears
    which erasures failed, of each once.
    """
    replies = list[Reply]()
    for row in due.fired(scope, call.ids("rows")):
        place = model.keep_step(scope, row.about_id)
        if place is not None:
            due.go_on(scope, row, place, scope.now + AGAIN)
        else:
            replies += _not_erased(scope)
    return replies


def _not_erased(scope: Scope) -> list[Reply]:
    return [
        Tell(one.id, "privacy.stuck", model.naming(wish), nudge=True, once=f"privacy.stuck:{wish.id}:{failed}:{one.id}")
        for wish, failed in model.stuck(scope)
        for one in model.deciders(scope, wish.person_id)
    ]
