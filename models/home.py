"""What the personal overview puts together from all capabilities: what waits, a team at a glance, the rhythm for HR."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import case, func, literal, select

from models import anonymity, checkins, digest, directory, feedback, goals
from models.base import core
from models.checkins import CheckinPeriod
from models.identity import Person
from models.scope import Scope

MOST = 5
WEEKS = 4


@dataclass(frozen=True, slots=True)
class Waiting:
    """One thing that waits for the caller. `kind` is "checkin", "feedback", "unread", "digest", "ended" or "stale".

    `entry` is what it is about, `until` or `day` when it closes; `who` is from whom it comes; `many` counts the asks of
    a digest.
    """

    kind: str
    entry: int = 0
    who: Person | None = None
    title: str = ""
    until: datetime | None = None
    day: date | None = None
    many: int = 0


@dataclass(frozen=True, slots=True)
class Team:
    """A manager's people at a glance."""

    people: int
    unread: int


@dataclass(frozen=True, slots=True)
class Week:
    """How many were asked in the week from this Monday on, and how many took part; None below what may be shown."""

    monday: date
    asked: int | None = None
    joined: int | None = None


def today(scope: Scope) -> list[Waiting]:
    """What waits for the caller, the most pressing first; only of what has begun here."""
    found = [one for capability, part in _PARTS if scope.org.begun(capability) for one in part(scope)]
    return found[:MOST]


def _checkin(scope: Scope) -> list[Waiting]:
    period = checkins.waiting(scope)
    return [Waiting("checkin", period.id, until=period.closes_at)] if period else []


def _requests(scope: Scope) -> list[Waiting]:
    requests = feedback.waiting_for(scope)[:MOST]
    people = directory.people(scope, (one.asker_id for one in requests))
    return [Waiting("feedback", one.id, people[one.asker_id], title=one.topic, day=one.deadline) for one in requests]


def _digest(scope: Scope) -> list[Waiting]:
    edition = digest.this_week(scope)
    open_asks = [line for line in edition.lines if line.part == "ask" and not line.done] if edition else []
    return [Waiting("digest", many=len(open_asks))] if open_asks else []


def _unread(scope: Scope) -> list[Waiting]:
    unread = checkins.unread(scope, MOST)
    people = directory.people(scope, (one.person_id for one in unread))
    return [Waiting("unread", one.id, people[one.person_id]) for one in unread]


def _goals(scope: Scope) -> list[Waiting]:
    """Those whose period is over, then those that could use an update."""
    over = goals.ended(scope)
    known = {goal.id for goal in over}
    stale = [goal for goal in goals.stale(scope, scope.me.id) if goal.id not in known]
    found = [*(("ended", goal) for goal in over), *(("stale", goal) for goal in stale)]
    return [Waiting(kind, goal.id, title=goal.title) for kind, goal in found[:MOST]]


_PARTS = (
    ("checkins", _checkin),
    ("feedback", _requests),
    ("digest", _digest),
    ("checkins", _unread),
    ("goals", _goals),
)
"""What may wait, and the capability that it comes from."""


def team(scope: Scope) -> Team | None:
    """The caller's own people; None for who leads nobody."""
    people = directory.reports(scope, scope.me.id)
    unread = checkins.unread(scope, len(people)) if scope.org.begun("checkins") else ()
    return Team(len(people), len(unread)) if people else None


def rhythm(scope: Scope) -> list[Week] | None:
    """For HR, how many took part in the last weeks, never what they said; None for everybody else, and where no
    consent covers check-ins.

    A check-in counts in the week of its last day, wherever the reader or the organisation is: who could move that would
    see whose answers cross over.
    """
    if not scope.me.hr or not scope.org.begun("checkins"):
        return None
    monday = scope.office_day - timedelta(days=scope.office_day.weekday())
    mondays = [monday - timedelta(weeks=back) for back in range(WEEKS, -1, -1)]
    period, person = core(CheckinPeriod), core(Person)
    week = case(*((period.c.ends < day, literal(n)) for n, day in enumerate(mondays[1:])))
    asked = func.count(period.c.person_id.distinct())
    joined = func.count(case((period.c.state != "asked", period.c.person_id)).distinct())
    query = (
        select(week, asked, joined)
        .select_from(period.join(person, person.c.id == period.c.person_id))
        .where(
            scope.db.mine(CheckinPeriod),
            period.c.closes_at >= scope.now - timedelta(weeks=WEEKS + 3),  # what the index finds, and more than these
            period.c.ends >= mondays[0],
            period.c.ends < mondays[-1],
            period.c.state.in_(("asked", "answered", "skipped")),
        )
        .group_by(week)
        .having(anonymity.reached(asked, scope.org.floor, func.count(person.c.manager_id.distinct())))
    )
    found = {n: (asked, joined) for n, asked, joined in scope.db.rows(query)}
    return [Week(day, *found.get(n, (None, None))) for n, day in enumerate(mondays[:-1])]
