"""When people are asked: periods as rows, planned ahead and looked at again when they fall due."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, exists, func, select

from models import due
from models.base import ORG, core, loaded
from models.cadence import Cadence, Period, Workweek, instant, next_periods, planned_again
from models.checkins.rhythm import ASK, cadences
from models.checkins.tables import CheckinPeriod
from models.due import Due
from models.errors import refuse
from models.identity import Organisation, Person
from models.scope import Scope
from models.working import workweeks

REMIND = "checkins.remind"

CHUNK = 500
"""People planned for in one transaction; the next call takes the next ones."""

REMIND_AFTER = 3
"""Working days."""

DAY = timedelta(days=1)


# --- the gate ----------------------------------------------------------------------------------------


def begun(org: Organisation, day: date) -> bool:
    """Whether people are asked by this day: consent is on record, the announcement is out, the first day came."""
    allowed = "checkins" in org.covers.split() and org.announced_at is not None
    return allowed and org.checkins_from is not None and org.checkins_from <= day


def require_begun(scope: Scope) -> None:
    """Refuses as "checkin.not_begun" (facts: day, or None) before check-ins have begun."""
    if not begun(scope.org, scope.today):
        announced = "checkins" in scope.org.covers.split() and scope.org.announced_at
        refuse("checkin.not_begun", day=scope.org.checkins_from if announced else None)


# --- planning ahead ----------------------------------------------------------------------------------


def plan(scope: Scope, until: datetime) -> bool:
    """Writes the periods, and when to ask, of people whose time is not planned up to this moment.

    Returns whether it planned anything: then there may be more of them.
    """
    last = until.date() + DAY  # somewhere it is that day already
    if not begun(scope.org, last):
        return False
    return any(_plan(scope, list(behind), last) for behind in (_going_on(scope, last), _newest(scope), _new(scope)))


def plan_one(scope: Scope, person: Person, last: date) -> None:
    """The same for one person, at once."""
    latest = scope.db.one(CheckinPeriod, CheckinPeriod.person_id == person.id, CheckinPeriod.latest == True)  # noqa: E712
    if latest is None or latest.ends < last:
        _plan(scope, [(person, latest)], last)


Behind = tuple[Person, CheckinPeriod | None]
"""Somebody to plan for, and their latest period."""


def _going_on(scope: Scope, last: date) -> Iterator[Behind]:
    """Active people whose latest period ends before this day."""
    person, period = core(Person), core(CheckinPeriod)
    query = (
        select(*person.columns, *period.columns)
        .join_from(period, person, person.c.id == period.c.person_id)
        .where(scope.db.mine(CheckinPeriod), period.c.latest, period.c.ends < last, person.c.closed_at.is_(None))
        .order_by(period.c.ends.desc())  # who has no more periods to come stands last
        .limit(CHUNK)
    )
    width = len(person.columns)
    for row in scope.db.rows(query):
        yield loaded(Person, row[:width]), loaded(CheckinPeriod, row[width:])


def _newest(scope: Scope) -> Iterator[Behind]:
    """Active people who came after everybody that is planned, found without looking at those."""
    person, period = core(Person).c, core(CheckinPeriod).c
    inside = period.org_id + 0 == scope.org.id
    planned = select(period.person_id).where(inside).order_by(period.person_id.desc()).limit(1).scalar_subquery()
    for found in scope.db.all(Person, person.closed_at.is_(None), person.id > func.coalesce(planned, 0), limit=CHUNK):
        yield found, None


def _new(scope: Scope) -> Iterator[Behind]:
    """Active people who have no period yet."""
    person = core(Person).c
    none = ~exists().where(core(CheckinPeriod).c.person_id == person.id)
    for found in scope.db.all(Person, person.closed_at.is_(None), none, limit=CHUNK):
        yield found, None


def _plan(scope: Scope, behind: Sequence[Behind], last: date) -> bool:
    """Plans for these people; returns whether there was anything to plan."""
    people = [person for person, _ in behind]
    weeks, rhythms = workweeks(scope, people), cadences(scope, people)
    rows: list[dict[str, Any]] = []
    for person, latest in behind:
        fresh = _next(scope, person, latest, (rhythms[person.id], weeks[person.id]), last)
        rows.extend(_row(scope, person, period, latest=period is fresh[-1]) for period in fresh)
    if rows:
        _store(scope, rows)
    return bool(rows)


def _next(
    scope: Scope, person: Person, latest: CheckinPeriod | None, rhythm: tuple[Cadence, Workweek], last: date
) -> tuple[Period, ...]:
    """The periods after the latest one; for who has none yet the first one, however far ahead it is."""
    zone = ZoneInfo(person.zone)
    if latest is not None:
        return _periods(_period(latest), *rhythm, zone, last, last)
    start = max(scope.now.astimezone(zone).date(), scope.org.checkins_from or date.min)
    if person.starts_on is not None:
        start = max(start, person.starts_on + DAY)
    return _periods(None, *rhythm, zone, start, max(last, rhythm[0].day_from(start) or last))


@lru_cache(1024)
def _periods(
    latest: Period | None, cadence: Cadence, week: Workweek, zone: ZoneInfo, first: date, last: date
) -> tuple[Period, ...]:
    """Most people of a company share their rhythm, their working days and their zone, and so their periods."""
    return tuple(next_periods(latest, cadence, week, zone, first, last))


def _row(scope: Scope, person: Person, period: Period, *, latest: bool) -> dict[str, Any]:
    """The period as columns. One that is over already is not asked about any more."""
    return {
        "person_id": person.id,
        "period": period.id,
        "starts": period.start,
        "ends": period.end,
        "due_at": period.due,
        "closes_at": period.closes,
        "state": "planned" if period.closes > scope.now else "off",
        "latest": latest,
    }


def _store(scope: Scope, rows: Sequence[dict[str, Any]]) -> None:
    """Writes the periods, and for those to come when to ask."""
    period = core(CheckinPeriod).c
    before = max((id for (id,) in scope.db.rows(_NEWEST)), default=0)
    people = {row["person_id"] for row in rows}
    scope.db.update(CheckinPeriod, period.person_id.in_(people), period.latest, latest=False)
    scope.db.insert_all(CheckinPeriod, rows)
    fresh = scope.db.rows(_FRESH, before=before)
    scope.db.insert_all(Due, [_due_row(ASK, id, person, at) for id, person, at in fresh])


def _due_row(kind: str, period: int, person: int, at: datetime) -> dict[str, Any]:
    """The columns of a `Due` about a period that is new, so that nothing can be planned twice."""
    known = {"kind": kind, "key": str(period), "at": at, "person_id": person, "about_id": period}
    return known | {"done_at": None, "parked": ""}


_row_of = core(CheckinPeriod).c
_ours = _row_of.org_id + 0 == ORG  # a sum, or SQLite walks all rows of the organisation instead of the few newest
_NEWEST = select(_row_of.id).where(_ours).order_by(_row_of.id.desc()).limit(1)
_FRESH = select(_row_of.id, _row_of.person_id, _row_of.due_at).where(
    _ours, _row_of.id > bindparam("before"), _row_of.state == "planned"
)


def _period(row: CheckinPeriod) -> Period:
    return Period(row.period, row.starts, row.ends, row.due_at, row.closes_at)


# --- falling due -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Asked:
    """A period that fell due, whose it is, and how they are asked now."""

    period: CheckinPeriod
    person: Person
    cadence: Cadence
    week: Workweek

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.person.zone)

    def today(self, now: datetime) -> date:
        return now.astimezone(self.zone).date()


def ask(scope: Scope, rows: Iterable[Due]) -> list[Asked]:
    """Decides for each period that fell due whether it is asked about now; returns those that are.

    Today's facts count: who is away is asked when they are back, if that is in time.
    """
    asked, dropped, again = [], [], []
    for one in _due(scope, rows):
        period = one.period
        fresh = planned_again(_period(period), one.cadence, one.week, one.zone)
        if period.state != "planned":
            continue
        if not fresh.works or fresh.closes <= scope.now or not _may_ask(scope, one):
            dropped.append(period.id)
            continue
        if (period.due_at, period.closes_at) != (fresh.due, fresh.closes):
            scope.db.change(period, due_at=fresh.due, closes_at=fresh.closes)
        if fresh.due > scope.now:
            key = f"{period.id}:{fresh.due:%Y%m%d%H%M}"
            again.append(Due(kind=ASK, key=key, at=fresh.due, person_id=one.person.id, about_id=period.id))
        else:
            asked.append(one)
    _set_state(scope, [one.period.id for one in asked], "asked")
    _set_state(scope, dropped, "off")
    due.plan(scope, *again)
    scope.db.insert_all(Due, [row for one in asked for row in _reminder(scope, one)])
    return asked


def remind(scope: Scope, rows: Iterable[Due]) -> list[Asked]:
    """The periods that still wait for an answer and whose people are there to be reminded."""
    return [
        one
        for one in _due(scope, rows)
        if one.period.state == "asked"
        and scope.now < one.period.closes_at
        and one.week.is_working(one.today(scope.now))
        and _may_ask(scope, one)
    ]


def _due(scope: Scope, rows: Iterable[Due]) -> list[Asked]:
    """The periods of these rows, with what is true of their people now."""
    period, person = core(CheckinPeriod).c, core(Person).c
    periods = scope.db.all(CheckinPeriod, period.id.in_({row.about_id for row in rows}))
    people = {one.id: one for one in scope.db.all(Person, person.id.in_({row.person_id for row in periods}))}
    weeks, rhythms = workweeks(scope, people.values()), cadences(scope, people.values())
    return [
        Asked(row, people[row.person_id], rhythms[row.person_id], weeks[row.person_id])
        for row in sorted(periods, key=lambda row: row.id)
    ]


def _may_ask(scope: Scope, one: Asked) -> bool:
    today, person = one.today(scope.now), one.person
    stays = person.leaves_on is None or person.leaves_on >= today
    return person.closed_at is None and not person.paused and stays and begun(scope.org, today)


def _reminder(scope: Scope, one: Asked) -> Iterator[dict[str, Any]]:
    """One reminder: after three working days, or on the last one where the period is shorter."""
    today = one.today(scope.now)
    last = one.week.last_working_day(today, one.period.ends)
    if last is None or last <= today:
        return
    day = min(one.week.add_working_days(today, REMIND_AFTER) or last, last)
    at = instant(day, one.cadence.at, one.zone)
    if at < one.period.closes_at:
        yield _due_row(REMIND, one.period.id, one.person.id, at)


def _set_state(scope: Scope, ids: Sequence[int], state: str) -> None:
    if ids:
        scope.db.update(CheckinPeriod, core(CheckinPeriod).c.id.in_(ids), state=state)
