"""When each manager's digest comes: once a week, on their own day and time, or the next day on which they work."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from sqlalchemy import String, bindparam, cast, exists, select

from models import due
from models.base import ORG, core
from models.cadence import DAY, Workweek, instant, week_of
from models.due import Due
from models.identity import Person
from models.prepared import Prepared
from models.scope import Scope
from models.working import workweeks

SEND = "digest.send"

CHUNK = 500
"""Managers planned for in one transaction, which everybody else waits for."""

LATE = timedelta(days=2)
"""After this long a digest is left out: the next one says what still counts."""


def plan(scope: Scope, until: datetime) -> bool:
    """Writes when to make the digests of every week that has begun somewhere by this moment.

    Returns whether there are more managers to plan for.
    """
    if not scope.org.begun("digest"):
        return False
    more = False
    monday, last = _monday(scope.now.date()), until.date() + DAY  # somewhere it is that day already
    while monday <= last:
        week = week_of(monday)
        managers = _unplanned(scope, week)
        scope.db.insert_all(Due, [_columns(scope, one, monday) for one in managers])
        more = more or len(managers) == CHUNK
        monday += 7 * DAY
    return more


def moved(scope: Scope, people: Iterable[int]) -> None:
    """After a change of zone, working days or leave of these people their next digest is looked at again."""
    weeks = {week_of(scope.now.date() + DAY * shift) for shift in (-1, 0, 1, 2)}
    due.look_again(scope, SEND, [_key(one, week) for one in people for week in weeks])


def replan(scope: Scope, person: Person) -> None:
    """Follows a change of somebody's digest day or time in the week that goes on.

    A digest that was left out may still come; a second one never does.
    """
    moved(scope, [person.id])
    monday = _monday(scope.now.astimezone(scope.zone_of(person)).date())
    at = _moment(scope, person, workweeks(scope, [person])[person.id], monday)
    waits = scope.db.count(
        Due, Due.kind == SEND, Due.key == _key(person.id, week_of(monday)), core(Due).c.done_at.is_(None)
    )
    if scope.org.begun("digest") and at is not None and at > scope.now and not waits:
        due.plan(scope, _again(person, week_of(monday), at))


def ready(scope: Scope, rows: Iterable[Due]) -> dict[int, str]:
    """Of the managers whose moment it was to be: by id, the week that their digest is for.

    Each is looked at as things are now. Who is away, or chose another day since, is put off within the week.
    """
    fired = sorted((row for row in rows if row.person_id), key=lambda row: row.at)
    found_people = scope.db.all(Person, core(Person).c.id.in_({row.person_id for row in fired}))
    people = {one.id: one for one in found_people if one.closed_at is None and not one.paused}
    days = workweeks(scope, people.values())
    found: dict[int, str] = {}
    later: dict[int, datetime] = {}
    for row in fired:
        one = people.get(row.person_id or 0)
        week = row.key.split(":")[1]
        at = _moment(scope, one, days[one.id], date.fromisoformat(f"{week}-1")) if one else None
        if one is None or at is None or not scope.org.begun("digest"):
            continue
        if at > scope.now:
            later[row.id] = at
        elif scope.now - at <= LATE:
            found[one.id] = week
    due.put_off(scope, later)
    return found


class Manager(NamedTuple):
    """As much of a manager as planning needs."""

    id: int
    zone: str
    workdays: str
    digest_day: int
    digest_at: time


def _unplanned(scope: Scope, week: str) -> Sequence[Manager]:
    """The next managers whose digest of this week is not planned."""
    return [Manager._make(row) for row in scope.db.rows(_UNPLANNED, week=f":{week}")]


_manager, _report, _planned = core(Person), core(Person).alias("report"), core(Due).c
_leads = select(_report.c.manager_id).where(_report.c.org_id == ORG, _report.c.closed_at.is_(None))
_its_key = cast(_manager.c.id, String) + bindparam("week", type_=String)
_UNPLANNED = Prepared(
    select(*(_manager.c[name] for name in Manager._fields))
    .where(
        _manager.c.org_id == ORG,
        _manager.c.closed_at.is_(None),
        _manager.c.id.in_(_leads),
        ~exists().where(_planned.org_id == _manager.c.org_id, _planned.kind == SEND, _planned.key == _its_key),
    )
    .order_by(_manager.c.id)
    .limit(CHUNK)
)


def _key(manager: int, week: str) -> str:
    return f"{manager}:{week}"


def _again(manager: Person, week: str, at: datetime) -> Due:
    """A digest that was left out, at another moment. A row that is done stays as it is, so this one has its own key."""
    return Due(kind=SEND, key=f"{_key(manager.id, week)}:{at:%Y%m%d%H%M}", at=at, person_id=manager.id)


def _columns(scope: Scope, manager: Manager, monday: date) -> dict[str, object]:
    """The row that is due at their own day and time; whether they work then is looked at when it fires."""
    known = {"kind": SEND, "key": _key(manager.id, week_of(monday)), "person_id": manager.id, "about_id": 0}
    return known | {"at": _nominal(scope, manager, monday), "done_at": None, "parked": ""}


def _nominal(scope: Scope, manager: Manager, monday: date) -> datetime:
    return instant(monday + DAY * (manager.digest_day - 1), manager.digest_at, scope.zone_of(manager))


def _moment(scope: Scope, manager: Person, week: Workweek, monday: date) -> datetime | None:
    """Their own day and time, or that time on the next day of the week on which they work; None when there is none."""
    day = week.first_working_day(monday + DAY * (manager.digest_day - 1), monday + DAY * 6)
    return None if day is None else instant(day, manager.digest_at, scope.zone_of(manager))


def _monday(day: date) -> date:
    return day - DAY * day.weekday()
