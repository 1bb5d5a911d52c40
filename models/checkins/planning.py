"""When people are asked: periods as rows, planned ahead and looked at again when they fall due."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time
from functools import lru_cache
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import String, bindparam, cast, exists, func, insert, literal, select, update

from models import due
from models.base import ORG, core
from models.cadence import DAY, Cadence, Period, Workweek, instant, next_periods, planned_again
from models.checkins.rhythm import ASK, cadences
from models.checkins.tables import CheckinPeriod
from models.due import Due
from models.errors import refuse
from models.identity import Organisation, Person
from models.prepared import Few, Prepared
from models.scope import Scope
from models.working import workweeks

REMIND = "checkins.remind"

CHUNK = 500
"""People planned for in one transaction; the next call takes the next ones."""

REMIND_AFTER = 3
"""Working days."""


# --- the gate ----------------------------------------------------------------------------------------


def begun(org: Organisation, day: date) -> bool:
    """Whether people are asked by this day: consent is on record, the announcement is out, the first day came."""
    return org.begun("checkins") and org.checkins_from is not None and org.checkins_from <= day


def require_begun(scope: Scope) -> None:
    """Refuses as "checkin.not_begun" (facts: day, or None) before check-ins have begun."""
    if not begun(scope.org, scope.today):
        refuse("checkin.not_begun", day=scope.org.checkins_from if scope.org.begun("checkins") else None)


# --- planning ahead ----------------------------------------------------------------------------------


def plan(scope: Scope, until: datetime) -> bool:
    """Writes the periods, and when to ask, of people whose time is not planned up to this moment.

    Returns whether it planned anything: then there may be more of them.
    """
    last = until.date() + DAY  # somewhere it is that day already
    if not begun(scope.org, last):
        return False
    return any(_plan(scope, _behind(scope, some, last=last), last) for some in (_GOING_ON, _NEWEST, _NEW))


def plan_one(scope: Scope, person: Person, last: date) -> None:
    """The same for one person, at once."""
    [theirs] = _behind(scope, _PLANNED_FOR, person=person.id) or _behind(scope, _KNOWN, person=person.id)
    if theirs.latest is None or theirs.latest.end < last:
        _plan(scope, [theirs], last)


class Behind(NamedTuple):
    """Somebody to plan for: as little of them as planning needs, for there may be many."""

    id: int
    zone: str
    workdays: str
    cadence: str
    team_id: int | None
    starts_on: date | None
    latest: Period | None = None


_person, _row = core(Person).c, core(CheckinPeriod).c
_NEEDED = (_person.id, _person.zone, _person.workdays, _person.cadence, _person.team_id, _person.starts_on)
_STORED = (_row.period, _row.starts, _row.ends, _row.due_at, _row.closes_at)
_OURS = _row.org_id + 0 == ORG  # a sum, or SQLite walks all rows of the organisation instead of a few
_PEOPLE = select(*_NEEDED).where(_person.org_id + 0 == ORG)
_LATEST = (
    select(*_NEEDED, *_STORED)
    .join_from(core(CheckinPeriod), core(Person), _person.id == _row.person_id)
    .where(_OURS, _row.latest)
)
_HERE = _person.closed_at.is_(None)
_last_planned = select(_row.person_id).where(_OURS).order_by(_row.person_id.desc()).limit(1).scalar_subquery()

_GOING_ON = Prepared(
    _LATEST.where(_HERE, _row.ends < bindparam("last"))
    .order_by(_row.ends.desc())  # who has no more periods to come stands last
    .limit(CHUNK)
)
"""Active people whose latest period ends before a day."""

_NEWEST = Prepared(_PEOPLE.where(_HERE, _person.id > func.coalesce(_last_planned, 0)).order_by(_person.id).limit(CHUNK))
"""Active people who came after everybody that is planned, found without looking at those."""

_NEW = Prepared(_PEOPLE.where(_HERE, ~exists().where(_row.person_id == _person.id)).order_by(_person.id).limit(CHUNK))
"""Active people who have no period yet."""

_PLANNED_FOR = Prepared(_LATEST.where(_row.person_id == bindparam("person")))
_KNOWN = Prepared(_PEOPLE.where(_person.id == bindparam("person")))


def _behind(scope: Scope, query: Prepared, **values: object) -> list[Behind]:
    width = len(_NEEDED)
    return [
        Behind._make((*found[:width], Period(*found[width:]) if found[width:] else None))
        for found in scope.db.rows(query, **values)
    ]


def _plan(scope: Scope, behind: Sequence[Behind], last: date) -> bool:
    """Plans for these people; returns whether there was anything to plan."""
    weeks, rhythms = workweeks(scope, behind), cadences(scope, behind)
    rows: list[dict[str, Any]] = []
    for one in behind:
        fresh = _next(scope, one, rhythms[one.id], weeks[one.id], last)
        rows.extend(_columns(scope, one.id, period, latest=period is fresh[-1]) for period in fresh)
    if rows:
        _store(scope, rows, [{"person": one.id, "first": one.latest.start} for one in behind if one.latest])
    return bool(rows)


def _next(scope: Scope, one: Behind, cadence: Cadence, week: Workweek, last: date) -> tuple[Period, ...]:
    """The periods after the latest one; for who has none yet the first one, however far ahead it is."""
    zone = scope.zone_of(one)
    if one.latest is not None:
        return _periods(one.latest, cadence, week, zone, last, last)
    start = max(scope.now.astimezone(zone).date(), scope.org.checkins_from or date.min)
    if one.starts_on is not None:
        start = max(start, one.starts_on + DAY)
    return _periods(None, cadence, week, zone, start, max(last, cadence.day_from(start) or last))


@lru_cache(1024)
def _periods(
    latest: Period | None, cadence: Cadence, week: Workweek, zone: ZoneInfo, first: date, last: date
) -> tuple[Period, ...]:
    """Most people of a company share their rhythm, their working days and their zone, and so their periods."""
    return tuple(next_periods(latest, cadence, week, zone, first, last))


def _columns(scope: Scope, person: int, period: Period, *, latest: bool) -> dict[str, Any]:
    """The period as columns. One that is over already is not asked about any more."""
    return {
        "person_id": person,
        "period": period.id,
        "starts": period.start,
        "ends": period.end,
        "due_at": period.due,
        "closes_at": period.closes,
        "state": "planned" if period.closes > scope.now else "off",
        "latest": latest,
    }


def _store(scope: Scope, rows: Sequence[dict[str, Any]], earlier: Sequence[dict[str, Any]]) -> None:
    """Writes the periods, and for those to come when to ask. `earlier` are those that were the latest before."""
    before = max((id for (id,) in scope.db.rows(_NEWEST_ROW)), default=0)
    scope.db.many(_NO_LONGER_LATEST, earlier)
    scope.db.insert_all(CheckinPeriod, rows)
    scope.db.many(_ASK, [{"before": before}])


_NEWEST_ROW = Prepared(select(_row.id).where(_OURS).order_by(_row.id.desc()).limit(1))
_NO_LONGER_LATEST = Prepared(
    update(core(CheckinPeriod))
    .where(_row.person_id == bindparam("person"), _row.starts == bindparam("first"), _OURS)
    .values(latest=False)
)
_due_columns = {
    "org_id": _row.org_id,
    "kind": literal(ASK),
    "key": cast(_row.id, String),  # about a period that is new, so nothing is planned twice
    "at": _row.due_at,
    "person_id": _row.person_id,
    "about_id": _row.id,
    "parked": literal(""),
}
_ASK = Prepared(
    insert(core(Due)).from_select(
        list(_due_columns),
        select(*_due_columns.values()).where(_OURS, _row.id > bindparam("before"), _row.state == "planned"),
        include_defaults=False,
    )
)
"""When to ask about the periods that are new, without taking them out of the database first."""


# --- falling due -------------------------------------------------------------------------------------


class Asked(NamedTuple):
    """A period that somebody is asked about now."""

    id: int
    person_id: int
    closes_at: datetime


class _Whose(NamedTuple):
    """As much of a person as is needed to decide whether they are asked."""

    id: int
    zone: str
    workdays: str
    cadence: str
    team_id: int | None
    closed_at: datetime | None
    paused: bool
    leaves_on: date | None


class _Fallen(NamedTuple):
    """A period that fell due, whose it is, and how they are asked now."""

    id: int
    rows: tuple[int, ...]  # what fired for it
    state: str
    period: Period
    person: _Whose
    cadence: Cadence
    week: Workweek
    zone: ZoneInfo


def ask(scope: Scope, rows: Iterable[Due]) -> list[Asked]:
    """Decides for each period that fell due whether it is asked about now; returns those that are.

    Today's facts count: who is away is asked when they are back, if that is in time, and while consent is withdrawn the
    question waits in the same way. For who wants no messages it is open like for anybody else, so that nobody can see
    the difference; they are just not told.
    """
    opened: list[tuple[_Fallen, Period]] = []
    dropped: list[int] = []
    later: dict[int, datetime] = {}
    for one in _fallen(scope, rows):
        if one.state != "planned":
            continue
        fresh = planned_again(one.period, one.cadence, one.week, one.zone)
        if not fresh.works or fresh.closes <= scope.now or not _stays(scope, one):
            dropped.append(one.id)
            continue
        if not scope.org.begun("checkins"):
            later |= dict.fromkeys(one.rows, scope.now + DAY)
            continue
        if (one.period.due, one.period.closes) != (fresh.due, fresh.closes):
            scope.db.update(CheckinPeriod, CheckinPeriod.id == one.id, due_at=fresh.due, closes_at=fresh.closes)
        if fresh.due > scope.now:
            later |= dict.fromkeys(one.rows, fresh.due)
        else:
            opened.append((one, fresh))
    _set_state(scope, [one.id for one, _ in opened], "asked")
    _set_state(scope, dropped, "off")
    due.put_off(scope, later)
    scope.db.insert_all(Due, list(_reminders(scope, opened)))
    return [Asked(one.id, one.person.id, fresh.closes) for one, fresh in opened if not one.person.paused]


def remind(scope: Scope, rows: Iterable[Due]) -> list[Asked]:
    """The periods that still wait for an answer and whose people are there to be reminded."""
    return [
        Asked(one.id, one.person.id, one.period.closes)
        for one in _fallen(scope, rows)
        if one.state == "asked"
        and scope.now < one.period.closes
        and one.week.is_working(_today(scope, one))
        and not one.person.paused
        and _stays(scope, one)
        and scope.org.begun("checkins")
    ]


def _fallen(scope: Scope, rows: Iterable[Due]) -> list[_Fallen]:
    """The periods of these rows, with what is true of their people now."""
    about: dict[int, list[int]] = defaultdict(list)
    for row in rows:
        about[row.about_id].append(row.id)
    rows = scope.db.about(_FALLEN, about)
    found = [(id, state, Period(*rest[:5]), _Whose(*rest[5:])) for id, state, *rest in rows]
    people = [person for *_, person in found]
    weeks, rhythms = workweeks(scope, people), cadences(scope, people)
    return [
        _Fallen(id, tuple(about[id]), state, period, one, rhythms[one.id], weeks[one.id], scope.zone_of(one))
        for id, state, period, one in found
    ]


_FALLEN = Few(
    lambda ids: (
        select(_row.id, _row.state, *_STORED, *(core(Person).c[name] for name in _Whose._fields))
        .join_from(core(CheckinPeriod), core(Person), _person.id == _row.person_id)
        .where(_OURS, _row.id.in_(ids))
        .order_by(_row.id)
    )
)


def _stays(scope: Scope, one: _Fallen) -> bool:
    """Whether they work here today, and the first day that was chosen has come."""
    today, person, first = _today(scope, one), one.person, scope.org.checkins_from
    here = person.closed_at is None and (person.leaves_on is None or person.leaves_on >= today)
    return here and first is not None and first <= today


def _today(scope: Scope, one: _Fallen) -> date:
    return scope.now.astimezone(one.zone).date()


def _reminders(scope: Scope, opened: Iterable[tuple[_Fallen, Period]]) -> Iterator[dict[str, Any]]:
    for one, fresh in opened:
        at = _reminder(_today(scope, one), fresh, one.cadence.at, one.week, one.zone)
        if at is not None:
            yield _remind_row(one, at)


@lru_cache(1024)
def _reminder(today: date, period: Period, at: time, week: Workweek, zone: ZoneInfo) -> datetime | None:
    """When to remind who is asked today: after three working days, or on the last one where the period is shorter."""
    last = week.last_working_day(today, period.end)
    if last is None or last <= today:
        return None
    moment = instant(min(week.add_working_days(today, REMIND_AFTER) or last, last), at, zone)
    return moment if moment < period.closes else None


def _remind_row(one: _Fallen, at: datetime) -> dict[str, Any]:
    """The columns of a `Due`. A period is asked about once, so it is new."""
    known = {"kind": REMIND, "key": str(one.id), "at": at, "person_id": one.person.id, "about_id": one.id}
    return known | {"done_at": None, "parked": ""}


def _set_state(scope: Scope, ids: Sequence[int], state: str) -> None:
    scope.db.apply_to(_BECAME, ids, became=state)


_BECAME = Few(lambda ids: update(core(CheckinPeriod)).where(_OURS, _row.id.in_(ids)).values(state=bindparam("became")))
