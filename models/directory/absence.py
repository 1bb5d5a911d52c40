"""Days on which people are away. Why is nobody's business here, so there is no place to write it."""

from __future__ import annotations

from datetime import date, timedelta

from models.base import core
from models.directory.days import DAY, read_span
from models.errors import refuse
from models.identity import Absence
from models.scope import Scope

LONGEST = timedelta(days=2 * 366)


def away(scope: Scope) -> list[Absence]:
    """The caller's absences that are not over yet, in order."""
    absence = core(Absence).c
    return scope.db.all(
        Absence, absence.person_id == scope.me.id, absence.until >= scope.today, order=(absence.starts, absence.id)
    )


def take_leave(scope: Scope, text: str) -> Absence:
    """The caller is away on the days that were typed. Refused as "leave.unreadable", or like `go_away`."""
    return go_away(scope, *read_span(text, scope.today))


def go_away(scope: Scope, starts: date, until: date) -> Absence:
    """The caller is away from one day up to and including another; days that touch become one absence.

    Refused as "leave.backwards", "leave.past" or "leave.long".
    """
    if until < starts:
        refuse("leave.backwards", "until")
    if until < scope.today:
        refuse("leave.past", "until", until=until)
    if until - min(starts, scope.today) > LONGEST:
        refuse("leave.long", "until")
    absence = core(Absence).c
    touching = scope.db.all(
        Absence,
        absence.person_id == scope.me.id,
        absence.source == "person",
        absence.starts <= until + DAY,
        absence.until >= starts - DAY,
    )
    if touching:
        scope.db.remove(Absence, absence.id.in_([one.id for one in touching]))
    starts = min([starts, *(one.starts for one in touching)])
    until = max([until, *(one.until for one in touching)])
    return scope.db.add(Absence(person_id=scope.me.id, starts=starts, until=until))


def cancel_leave(scope: Scope, id: int) -> Absence:
    """Takes one of the caller's own absences back. Refused as "leave.gone" when there is none."""
    found = scope.db.one(Absence, id=id, person_id=scope.me.id)
    if found is None:
        refuse("leave.gone")
    scope.db.remove(Absence, Absence.id == id)
    return found


def planned_by_list(scope: Scope) -> dict[int, list[Absence]]:
    """By person, what HR's list said about the days from today on."""
    absence = core(Absence).c
    found: dict[int, list[Absence]] = {}
    for row in scope.db.all(Absence, absence.source == "csv", absence.until >= scope.today, order=absence.starts):
        found.setdefault(row.person_id, []).append(row)
    return found
