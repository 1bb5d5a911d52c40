"""Days on which people are away. Why is nobody's business here, so there is no place to write it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from models.base import core
from models.cadence import DAY
from models.directory.days import read_span
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
    """The caller is away from one day up to and including another; days that touch what is not over become one absence.
    Days that are over count too, in an absence of their own (`unbroken`).

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
        absence.until >= max(starts - DAY, scope.today),
    )
    if touching:
        scope.db.remove(Absence, absence.id.in_([one.id for one in touching]))
    begins = min([unbroken(starts, touching, scope.today), *(one.starts for one in touching)])
    if starts < begins:
        scope.db.add(Absence(person_id=scope.me.id, starts=starts, until=begins - DAY))
    until = max([until, *(one.until for one in touching)])
    return scope.db.add(Absence(person_id=scope.me.id, starts=begins, until=until))


def unbroken(starts: date, known: Iterable[Absence], today: date) -> date:
    """From which day on leave is one absence with the days to come: from today at the latest, and from before only as
    far as an absence that still lasts. A deputy reads in one absence what was sent in it, so one that was over is
    never made part of another afterwards.
    """
    return max(starts, min([today, *(one.starts for one in known if one.starts <= today <= one.until)]))


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
