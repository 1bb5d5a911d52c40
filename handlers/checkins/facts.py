"""From rows to what the views are told."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from bot.messages import Mention, mention
from handlers.checkins import goals
from models import checkins as model
from models import directory
from models.cadence import WEEKDAYS, Cadence
from models.scope import Scope
from models.working import workweek
from views import checkins as view


def readers(scope: Scope, roles: Mapping[int, str]) -> tuple[view.Reader, ...]:
    """Who reads, strongest role first."""
    people = directory.people(scope, roles)
    return tuple(view.Reader(mention(people[id]), role) for id, role in roles.items())


def asking(scope: Scope, period: model.CheckinPeriod) -> view.Asking:
    plans = tuple(plan.text for plan in model.open_priorities(scope))
    return view.Asking(period.id, scope.me.short, period.closes_at, plans, readers(scope, model.audience(scope)))


def draft(scope: Scope, period: model.CheckinPeriod) -> view.Draft:
    """A form to answer a period."""
    return view.Draft(
        period.id,
        model.turn(scope, period),
        plans=tuple(view.Plan(plan.id, plan.text) for plan in model.open_priorities(scope)),
        goals=goals.stale(scope),
        readers=readers(scope, model.audience(scope)),
        alone=scope.me.manager_id is None,
    )


def draft_again(scope: Scope, checkin: model.Checkin) -> view.Draft:
    """A form to change an answer, with everything that was filled in."""
    entry = model.entry(scope, checkin)
    period = model.period(scope, checkin.period_id)
    fixed = model.fixed_readers(scope, checkin)
    return view.Draft(
        checkin.period_id,
        model.turn(scope, period) if period else 0,
        plans=tuple(view.Plan(plan.id, plan.text, plan.outcome) for plan in entry.settled),
        blocker=checkin.blocker,
        priorities=tuple(plan.text for plan in entry.priorities if not plan.carried),
        energy=entry.energy.value if entry.energy else 0,
        shared=bool(entry.energy and entry.energy.shared),
        readers=readers(scope, fixed),
        alone=scope.me.manager_id is None,
        checkin=checkin.id,
    )


def sent(scope: Scope, checkin: model.Checkin) -> view.Sent:
    """What its writer is told of a check-in."""
    reactions = [note for note in model.entry(scope, checkin).notes if note.kind == "reaction"]
    return view.Sent(
        checkin.id,
        readers(scope, model.fixed_readers(scope, checkin)),
        short(scope, checkin.seen_by_id),
        reactions[0].text if reactions else "",
        changeable=checkin.seen_at is None,
    )


def read(scope: Scope, checkin: model.Checkin) -> view.Read:
    """A check-in as this reader may see it."""
    entry = model.entry(scope, checkin)
    mine = checkin.person_id == scope.me.id
    people = directory.people(
        scope,
        [checkin.person_id, *(note.author_id for note in entry.notes), *(note.to_id or 0 for note in entry.notes)],
    )
    notes = tuple(
        view.Note(people[note.author_id].short, note.kind, note.text, people[note.to_id].short if note.to_id else "")
        for note in entry.notes
    )
    writer = people[checkin.person_id]
    sharing = model.energy_readers(scope, entry.energy) if mine and entry.energy else {}
    return view.Read(
        checkin.id,
        mention(writer),
        checkin.at,
        mine,
        model.turn_of(scope, checkin),
        settled=tuple(view.Plan(plan.id, plan.text, plan.outcome) for plan in entry.settled),
        blocker=checkin.blocker,
        priorities=tuple(plan.text for plan in entry.priorities),
        energy=entry.energy.value if entry.energy else 0,
        energy_for=short(scope, next(iter(sharing), None)),
        notes=notes,
        seen_by=short(scope, checkin.seen_by_id),
        answer_to=answer_to(scope, checkin),
        above=short(scope, scope.me.manager_id) if not mine and model.may_pass_on(scope, checkin) else "",
        changeable=mine and checkin.seen_at is None,
    )


def answer_to(scope: Scope, checkin: model.Checkin) -> tuple[Mention, ...]:
    """Who gets what is written below it: the writer, or those who replied to the writer."""
    mine = checkin.person_id == scope.me.id
    people = directory.people(scope, model.repliers(scope, checkin) if mine else [checkin.person_id])
    return tuple(map(mention, people.values()))


def lines(statuses: Iterable[model.Status]) -> tuple[view.Line, ...]:
    """A reader's list."""
    return tuple(
        view.Line(
            mention(one.person),
            one.state,
            one.checkin.id if one.checkin else 0,
            one.checkin.at if one.checkin else None,
            unread=bool(one.checkin and one.checkin.seen_at is None),
        )
        for one in statuses
    )


def passed(scope: Scope, note: model.CheckinNote) -> tuple[view.Note, tuple[str, ...]]:
    """A sentence that was passed on, and everybody else who can read it."""
    checkin = model.about(scope, note)
    people = directory.people(scope, (note.author_id, checkin.person_id, note.to_id or 0))
    others = tuple(one.short for one in people.values() if one.id != scope.me.id)
    told = view.Note(people[note.author_id].short, note.kind, note.text, about=people[checkin.person_id].short)
    return told, others


def working_days(scope: Scope) -> tuple[str, ...]:
    """The weekdays on which the caller works."""
    return tuple(WEEKDAYS[int(digit) - 1] for digit in sorted(workweek(scope, scope.me).weekdays))


def rhythm(cadence: Cadence, *, own: bool = False) -> view.Rhythm:
    rule = cadence.rule if cadence.every == "rule" else ""
    return view.Rhythm(cadence.every, cadence.day, f"{cadence.at:%H:%M}", rule, own)


def short(scope: Scope, id: int | None) -> str:
    """How somebody is called; empty for nobody."""
    return directory.somebody(scope, id).short if id else ""
