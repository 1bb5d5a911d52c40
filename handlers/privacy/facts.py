"""From what is kept of people to the facts that the views show to them, and to those who decide."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from models import directory, reads
from models import privacy as model
from models.scope import Scope
from views import privacy as view

OPENED = 10
"""The newest readings that the sheet shows; the table has them all."""


def mine(scope: Scope, tables: tuple[tuple[str, int], ...]) -> view.Mine:
    """The caller's own sheet: of these tables, so many entries each."""
    readings = reads.of(scope, OPENED)
    people = directory.people(scope, [one.reader_id for one in readings])
    copy, erase = model.copy_asked(scope), model.asked(scope)
    return view.Mine(
        scope.me.name,
        tables,
        tuple(view.Opened(people[one.reader_id].name, one.object, one.day) for one in readings),
        tuple(term(one) for one in model.terms(scope).values()),
        copy=wish(scope, copy) if copy else None,
        erasure=erasure(scope, erase) if erase else None,
        deciders=deciders(scope),
    )


def deciders(scope: Scope) -> tuple[str, ...]:
    return tuple(one.name for one in model.deciders(scope, scope.me.id))


def wish(scope: Scope, asked: model.Wish) -> view.Wish:
    """When it was asked for, and the day by which it is answered."""
    on, by = _day(scope, asked.asked_at), _day(scope, model.answer_by(asked.asked_at))
    return view.Wish(on, by, over=model.overdue(scope, asked))


def erasure(scope: Scope, asked: model.Erasure) -> view.Wish:
    """The same, and what was answered so far."""
    return replace(
        wish(scope, asked),
        refused_on=_day(scope, asked.refused_at) if asked.refused_at else None,
        refusal=asked.refusal or "",
        agreed=asked.decided_at is not None,
    )


def _day(scope: Scope, moment: datetime) -> date:
    return moment.astimezone(scope.zone).date()


def table(scope: Scope, found: model.Part, start: int = 0, size: int | None = None) -> view.Table:
    some = replace(found, rows=found.rows[start : None if size is None else start + size])
    names = {id: one.name for id, one in directory.people(scope, model.people_in(some)).items()}
    things, said = model.things_in(scope, some), frozenset(found.kept.words.split())
    shown = tuple(view.Entry(model.named(some, row, names, things), said) for row in some.rows)
    return view.Table(found.name, shown, len(found.rows), start)


def term(one: model.Chosen) -> view.Term:
    return view.Term(one.kind, one.months, one.usual, one.agreed_on)


def waiting(scope: Scope, asked: model.Wish) -> view.Waiting:
    return view.Waiting(about(scope, asked), wish(scope, asked), copy=isinstance(asked, model.CopyWish))


def about(scope: Scope, asked: model.Wish) -> view.Erasing:
    """Who asked, and what a button about it carries."""
    person = directory.somebody(scope, asked.person_id)
    carry = {word: str(value) for word, value in model.naming(asked).items()}
    return view.Erasing(carry, person.name, person.email)


def hears(scope: Scope, asked: model.Wish) -> bool:
    """Whether a message reaches who asked: they have not left, and nothing keeps it from them."""
    person = directory.somebody(scope, asked.person_id)
    lost = (*directory.not_reached(scope), *directory.without_app(scope))
    return person.closed_at is None and person.id not in {one.id for one in lost}


def stuck(scope: Scope) -> list[view.Stuck]:
    """Erasures that failed, with the reference that the log has."""
    return [view.Stuck(about(scope, asked).name, reference) for asked, reference in model.stuck(scope)]
