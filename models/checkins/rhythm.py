"""How often each person is asked: their own cadence over their team's over the organisation's."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import time
from functools import lru_cache
from itertools import islice
from typing import Protocol

from sqlalchemy import ColumnElement, String, and_, cast, exists, select, true

from models import directory, due
from models.base import core
from models.cadence import Cadence
from models.checkins.tables import CheckinPeriod
from models.due import Due
from models.errors import Refused, refuse
from models.identity import Person, Team
from models.scope import Scope

log = logging.getLogger(__name__)

ASK, REPLAN = "checkins.ask", "checkins.replan"

CHUNK = 1000
"""People whose plans are forgotten by one statement."""

MOMENT = "moment "
"""What stands before a weekday and a time that somebody chose for themselves; how often stays the team's choice."""


class Rhythmic(Protocol):
    """As much of a person as their rhythm depends on."""

    @property
    def id(self) -> int: ...
    @property
    def team_id(self) -> int | None: ...
    @property
    def cadence(self) -> str: ...


def cadences(scope: Scope, people: Iterable[Rhythmic]) -> dict[int, Cadence]:
    """The cadence of each of these people, by person id."""
    known = list(people)
    ids = {person.team_id for person in known if person.team_id}
    teams = {team.id: team.cadence for team in scope.db.some(Team, ids)}
    usual = scope.org.cadence
    return {person.id: _cadence(person, teams.get(person.team_id or 0, ""), usual) for person in known}


def cadence(scope: Scope, person: Person) -> Cadence:
    """The cadence of one person."""
    return cadences(scope, [person])[person.id]


def _cadence(person: Rhythmic, team: str, usual: str) -> Cadence:
    frame = _frame(person, team, usual)
    if not has_own_moment(person):
        return frame
    try:
        return _moved(frame, person.cadence)
    except (Refused, ValueError):
        log.warning("person %s has a moment that can't be read: %r", person.id, person.cadence)
        return frame


@lru_cache(1024)
def _moved(frame: Cadence, moment: str) -> Cadence:
    day, at = moment.removeprefix(MOMENT).split()
    return frame.at_moment(day, time.fromisoformat(at))


def _frame(person: Rhythmic, team: str, usual: str) -> Cadence:
    """What HR chose for a person: for them alone, for their team or for everybody.

    A text that cannot be read holds up nobody else: the next one counts, and the log says so.
    """
    for text in filter(None, (_own(person), team)):
        try:
            return Cadence.parse(text)
        except Refused:
            log.warning("a cadence of person %s can't be read: %r", person.id, text)
    return Cadence.parse(usual)


def _own(person: Rhythmic) -> str:
    """The cadence that HR chose for this person alone; empty when there is none."""
    return "" if has_own_moment(person) else person.cadence


def has_own_moment(person: Rhythmic) -> bool:
    return person.cadence.startswith(MOMENT)


# --- changing ----------------------------------------------------------------------------------------


Whom = Person | Team | None
"""Whose rhythm is set; None stands for everybody."""


def choose_moment(scope: Scope, day: str, at: time) -> Cadence:
    """The caller's own weekday ("mon" to "sun") and time, as often as before. Refused as "cadence.unreadable"."""
    me = scope.me
    team = scope.db.get(Team, me.team_id) if me.team_id else None
    chosen = _frame(me, team.cadence if team else "", scope.org.cadence).at_moment(day, at)
    scope.db.change(me, cadence=str(chosen) if _own(me) else f"{MOMENT}{day} {at:%H:%M}")
    replan(scope, [me.id])
    return chosen


def forget_moment(scope: Scope) -> Cadence:
    """The caller is asked when their team is, unless HR chose something for them alone."""
    scope.db.change(scope.me, cadence=_own(scope.me))
    replan(scope, [scope.me.id])
    return cadence(scope, scope.me)


def set_for(scope: Scope, whom: Whom, chosen: Cadence) -> None:
    """HR and administrators set how often a person, a team or everybody is asked. Refused as "denied"."""
    directory.guard(scope)
    match whom:
        case Person():
            scope.db.change(whom, cadence=str(chosen))
            replan(scope, [whom.id])
        case Team():
            scope.db.change(whom, cadence=str(chosen))
            replan(scope, [one.id for one in scope.db.all(Person, team_id=whom.id)])
        case None:
            scope.db.change(scope.org, cadence=str(chosen))
            replan(scope)


def team_named(scope: Scope, name: str) -> Team:
    """The team of this name. Refused as "team.unknown" (facts: name)."""
    found = directory.team_named(scope, name)
    if found is None:
        refuse("team.unknown", name=name.strip())
    return found


def replan(scope: Scope, people: Iterable[int] | None = None) -> None:
    """Forgets what is planned for days to come, after a change of zone, working days, leave or cadence of these people.

    None stands for everybody; where that is many, it is done with the next tick, some at a time. What is forgotten is
    planned anew, from the period that is going on; where nobody was asked about that one yet, it is looked at again.
    """
    person = core(CheckinPeriod).c.person_id
    if people is None:
        newest = scope.db.one(Person, order=core(Person).c.id.desc())
        firsts = range(1, newest.id + 1 if newest else 1, CHUNK)
        if len(firsts) > 1:
            rows = (Due(kind=REPLAN, key=f"{first}:{scope.now}", at=scope.now, about_id=first) for first in firsts)
            due.plan(scope, *rows)
        else:
            _replan(scope, true())
        return
    left = iter(people)
    while some := list(islice(left, CHUNK)):
        _replan(scope, person.in_(some))


def replan_some(scope: Scope, rows: Iterable[Due]) -> None:
    """Does a part of what `replan` was asked to do for everybody."""
    for row in rows:
        _replan(scope, core(CheckinPeriod).c.person_id.between(row.about_id, row.about_id + CHUNK - 1))


def _replan(scope: Scope, whose: ColumnElement[bool]) -> None:
    period = core(CheckinPeriod)
    waits = and_(scope.db.mine(CheckinPeriod), whose, period.c.state == "planned")
    ahead = and_(waits, period.c.starts > scope.now.date())
    due_row = core(Due).c
    key = cast(period.c.id, String)
    scope.db.remove(Due, due_row.kind == ASK, due_row.done_at.is_(None), due_row.key.in_(select(key).where(ahead)))
    scope.db.remove(CheckinPeriod, ahead)
    later = period.alias()
    followed = exists().where(later.c.person_id == period.c.person_id, later.c.starts > period.c.starts)
    scope.db.update(CheckinPeriod, whose, ~followed, latest=True)
    due.look_again(scope, ASK, [key for (key,) in scope.db.rows(select(key).where(waits))])
