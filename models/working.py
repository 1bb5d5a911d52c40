"""The days on which people work: their weekdays or the organisation's, less their absences.

What cannot be read of one person holds up nobody else: then the organisation's own counts, and the log says so.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any, Protocol

from sqlalchemy import Select, select

from models.base import ORG, core
from models.cadence import Span, Workweek
from models.identity import Absence
from models.prepared import Few
from models.scope import Scope

log = logging.getLogger(__name__)


class Worker(Protocol):
    """As much of a person as their working days depend on."""

    @property
    def id(self) -> int: ...
    @property
    def workdays(self) -> str: ...


def workweeks(scope: Scope, people: Iterable[Worker]) -> dict[int, Workweek]:
    """The working days of these people, by person id."""
    known = list(people)
    away: dict[int, list[Span]] = defaultdict(list)
    for id, starts, until in scope.db.about(_AWAY, (person.id for person in known)):
        away[id].append(Span(starts, until))
    usual = scope.org.workdays
    return {person.id: _workweek(person, tuple(away.get(person.id, ())), usual) for person in known}


def _away(people: Sequence[Any]) -> Select[Any]:
    """Whose absence it is, its first and its last day."""
    absence = core(Absence).c
    query = select(absence.person_id, absence.starts, absence.until).order_by(absence.id)
    here = absence.org_id + 0 == ORG  # a sum, or SQLite walks everybody's absences
    return query.where(here, absence.person_id.in_(people))


_AWAY = Few(_away)


def workweek(scope: Scope, person: Worker) -> Workweek:
    """The working days of one person."""
    return workweeks(scope, [person])[person.id]


def _workweek(person: Worker, away: tuple[Span, ...], usual: str) -> Workweek:
    try:
        return _shared(person.workdays or usual, away)
    except ValueError:
        log.warning("person %s has working days that can't be read: %r", person.id, person.workdays)
        return _shared(usual, away)


_shared = lru_cache(4096)(Workweek)
"""Most people work on the same days, so most have the same object."""
