"""When a goal's period is over and the goal is not: who keeps it is asked once what came of it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

from sqlalchemy import String, bindparam, cast, exists, literal, select, union

from models import directory, due
from models.base import ORG, core, loaded
from models.cadence import DAY, instant
from models.delivery import lanes
from models.due import Due
from models.goals.reading import mine
from models.goals.rules import Period
from models.goals.tables import Goal
from models.identity import Person
from models.prepared import Prepared
from models.scope import Scope

ENDED = "goals.ended"
"""The due work, and the message that it leads to."""

LATE = timedelta(days=3)
"""Who could not be asked this soon after a period is left alone; their overview still shows the goal."""

CHUNK = 2000
"""People planned for in one transaction."""

_MORNING = time(9)


def ended(scope: Scope, period: Period | None = None) -> list[Goal]:
    """The open goals that the caller keeps and whose period is over; of this period, or of any."""
    return [goal for goal in mine(scope) if goal.period.ends < scope.today and period in {None, goal.period}]


def message_ids(person: int, period: Period) -> dict[str, int | str]:
    """What names the one message to somebody about a period."""
    return {"person": person, "period": str(period)}


def heard_of(scope: Scope, period: Period) -> bool:
    """Whether the caller has the message about this period."""
    return lanes.heard_of(scope, ENDED, message_ids(scope.me.id, period))


# --- the clock ----------------------------------------------------------------------------------------


def plan(scope: Scope, until: datetime) -> bool:
    """Writes when to ask everybody who keeps an open goal whose period ends by this moment.

    Returns whether there are more people to plan for.
    """
    if not scope.org.begun("goals"):
        return False
    more = False
    for period in _ending(scope.now.date() - LATE, until.date() + DAY):  # somewhere it is that day already
        people = _unplanned(scope, period)
        scope.db.add_all(
            Due(kind=ENDED, key=f"{one.id}:{period}", at=_moment(scope, one, period), person_id=one.id)
            for one in people
        )
        more = more or len(people) == CHUNK
    return more


def ready(scope: Scope, rows: Iterable[Due]) -> list[tuple[int, Period]]:
    """Of the people whose moment it was to be: who is asked now, by id, and about which period.

    Each is looked at as things are now; for who moved to where the period still lasts it is put off.
    """
    waiting = {(row.person_id or 0, row.key.split(":")[1]): row.id for row in rows}
    people = directory.people(scope, {id for id, _ in waiting})
    found: list[tuple[int, Period]] = []
    later: dict[int, datetime] = {}
    for (id, text), row in sorted(waiting.items()):
        period = Period.parse(text)
        if period is None or people[id].closed_at is not None:
            continue
        at = _moment(scope, people[id], period)
        if at > scope.now:
            later[row] = at
        elif ended(scope.as_(people[id]), period):
            found.append((id, period))
    due.put_off(scope, later)
    return found


def _ending(first: date, last: date) -> list[Period]:
    """The periods that end on one of these days: hardly ever any."""
    known = (Period(year, quarter) for year in range(first.year, last.year + 1) for quarter in range(5))
    return [one for one in known if first <= one.ends <= last]


def _moment(scope: Scope, person: Person, period: Period) -> datetime:
    """The first morning after it, where they are; the message itself waits for their working hours."""
    return instant(period.after.starts, _MORNING, scope.zone_of(person))


def _unplanned(scope: Scope, period: Period) -> list[Person]:
    """The next people who keep an open goal of this period and for whom nothing is planned about it."""
    found = scope.db.rows(_UNPLANNED, year=period.year, quarter=period.quarter, period=str(period))
    return [loaded(Person, row) for row in found]


_goal, _member, _person, _planned = core(Goal).c, core(Person).alias("member").c, core(Person).c, core(Due).c
_still = (
    _goal.org_id == ORG,
    _goal.closed_at.is_(None),
    _goal.year == bindparam("year"),
    _goal.quarter == bindparam("quarter"),
)
_own = select(_goal.owner_id).where(*_still, _goal.level != "team")
_of_teams = select(_member.manager_id).where(
    *_still, _goal.level == "team", _member.team_id == _goal.team_id, _member.closed_at.is_(None)
)
_keepers = union(_own, _of_teams).subquery()
_key = cast(_person.id, String) + literal(":") + bindparam("period", type_=String)
_known = exists().where(_planned.org_id == _person.org_id, _planned.kind == ENDED, _planned.key == _key)
_UNPLANNED = Prepared(
    select(*_person)
    .where(_person.org_id + 0 == ORG, _person.id.in_(select(_keepers)), _person.closed_at.is_(None), ~_known)
    .order_by(_person.id)
    .limit(literal(CHUNK))
)
