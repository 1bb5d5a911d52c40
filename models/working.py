"""The days on which people work: their weekdays, or the organisation's, less their absences."""

from __future__ import annotations

from collections.abc import Iterable

from models.base import core
from models.cadence import Span, Workweek
from models.identity import Absence, Person
from models.scope import Scope


def workweeks(scope: Scope, people: Iterable[Person]) -> dict[int, Workweek]:
    """The working days of these people, by person id."""
    known = list(people)
    absence = core(Absence).c
    away: dict[int, list[Span]] = {}
    for one in scope.db.all(Absence, absence.person_id.in_([person.id for person in known])):
        away.setdefault(one.person_id, []).append(Span(one.starts, one.until))
    return {
        person.id: Workweek(person.workdays or scope.org.workdays, tuple(away.get(person.id, ()))) for person in known
    }


def workweek(scope: Scope, person: Person) -> Workweek:
    """The working days of one person."""
    return workweeks(scope, [person])[person.id]
