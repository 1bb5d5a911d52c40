"""When each manager's digest comes: once a week, on their own day and time, or the next day on which they work."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import String, cast, exists, literal, select

from models import due
from models.base import core, loaded
from models.cadence import Workweek, instant
from models.due import Due
from models.identity import Organisation, Person
from models.scope import Scope
from models.working import workweeks, zone_of

SEND = "digest.send"

CHUNK = 2000
"""Managers planned for in one transaction."""

LATE = timedelta(days=2)
"""After this long a digest is left out: the next one says what still counts."""

DAY = timedelta(days=1)


def begun(org: Organisation) -> bool:
    """Whether a digest may go out at all: consent is on record and people were told."""
    return "digest" in org.covers.split() and org.announced_at is not None


def week_of(day: date) -> str:
    """The ISO week of a day: "2026-W48"."""
    year, number, _ = day.isocalendar()
    return f"{year}-W{number:02}"


def plan(scope: Scope, until: datetime) -> bool:
    """Writes when to make the digests of every week that has begun somewhere by this moment.

    Returns whether there are more managers to plan for.
    """
    if not begun(scope.org):
        return False
    more = False
    monday, last = _monday(scope.now.date()), until.date() + DAY  # somewhere it is that day already
    while monday <= last:
        week = week_of(monday)
        managers = _unplanned(scope, week)
        rows = (
            Due(kind=SEND, key=_key(one, week), at=_nominal(scope, one, monday), person_id=one.id) for one in managers
        )
        scope.db.add_all(rows)
        more = more or len(managers) == CHUNK
        monday += 7 * DAY
    return more


def replan(scope: Scope, person: Person) -> None:
    """Follows a change of somebody's digest day, time or zone in the week that goes on; a second digest never comes."""
    today = scope.now.astimezone(zone_of(scope, person)).date()
    at = _moment(scope, person, workweeks(scope, [person])[person.id], _monday(today))
    if begun(scope.org) and at is not None and at > scope.now:
        due.plan(scope, _again(person, week_of(today), at))


def ready(scope: Scope, rows: Iterable[Due]) -> dict[int, str]:
    """Of the managers whose moment it was to be: by id, the week that their digest is for.

    Each is looked at as things are now. Who is away, or chose another day since, is planned again within the week.
    """
    weeks = {row.person_id: row.key.split(":")[1] for row in sorted(rows, key=lambda row: row.at) if row.person_id}
    people = scope.db.all(Person, core(Person).c.id.in_(weeks), core(Person).c.closed_at.is_(None))
    days = workweeks(scope, people)
    found: dict[int, str] = {}
    for one in people:
        week = weeks[one.id]
        at = _moment(scope, one, days[one.id], date.fromisoformat(f"{week}-1"))
        if at is None or one.paused or not begun(scope.org):
            continue
        if at > scope.now:
            due.plan(scope, _again(one, week, at))
        elif scope.now - at <= LATE:
            found[one.id] = week
    return found


def _unplanned(scope: Scope, week: str) -> Sequence[Person]:
    """The next managers whose digest of this week is not planned."""
    manager, report, planned = core(Person), core(Person).alias("report"), core(Due).c
    leads = select(report.c.manager_id).where(report.c.org_id == scope.org.id, report.c.closed_at.is_(None))
    key = cast(manager.c.id, String) + literal(f":{week}")
    query = (
        select(*manager.columns)
        .where(
            scope.db.mine(Person),
            manager.c.closed_at.is_(None),
            manager.c.id.in_(leads),
            ~exists().where(planned.org_id == manager.c.org_id, planned.kind == SEND, planned.key == key),
        )
        .order_by(manager.c.id)
        .limit(CHUNK)
    )
    return [loaded(Person, row) for row in scope.db.rows(query)]


def _key(manager: Person, week: str) -> str:
    return f"{manager.id}:{week}"


def _again(manager: Person, week: str, at: datetime) -> Due:
    """The same digest at another moment. A row that fired stays as it is, so this one has a key of its own."""
    return Due(kind=SEND, key=f"{_key(manager, week)}:{at:%Y%m%d%H%M}", at=at, person_id=manager.id)


def _nominal(scope: Scope, manager: Person, monday: date) -> datetime:
    """Their own day and time, before anybody looks whether they work then."""
    return instant(monday + DAY * (manager.digest_day - 1), manager.digest_at, zone_of(scope, manager))


def _moment(scope: Scope, manager: Person, week: Workweek, monday: date) -> datetime | None:
    """Their own day and time, or that time on the next day of the week on which they work; None when there is none."""
    day = week.first_working_day(monday + DAY * (manager.digest_day - 1), monday + DAY * 6)
    return None if day is None else instant(day, manager.digest_at, zone_of(scope, manager))


def _monday(day: date) -> date:
    return day - DAY * day.weekday()
