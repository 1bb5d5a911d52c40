"""When Ritme may start a conversation with somebody: rarely, on a working day, and never at night.

Everybody has one weekly budget of messages that Ritme starts (`Organisation.attention`), counted in the week of their
own zone. What falls due together is said together and takes one place; what does not fit waits for Monday.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from models.base import core
from models.cadence import Span, Workweek, instant, next_allowed
from models.cadence.days import MIDNIGHT
from models.delivery import Delivery
from models.identity import Absence, Person
from models.scope import Scope

ORDER = ("checkins", "feedback", "digest")
"""What comes first when attention is short: one's own check-in, a colleague's request, the digest, then the rest."""

TOGETHER = 3
"""Nudges that are said in one message at most."""

TAKES = ("pending", "sending", "sent", "unknown")
"""States in which a nudge takes a place in the week."""


@dataclass(frozen=True, slots=True)
class Go:
    """These are said now, in one message, in this order. `week` is where they take a place."""

    rows: tuple[Delivery, ...]
    week: str


@dataclass(frozen=True, slots=True)
class Wait:
    row: Delivery
    until: datetime


@dataclass(frozen=True, slots=True)
class Drop:
    """This one is not said at all. `state` is "withdrawn" or "expired"."""

    row: Delivery
    state: str
    reason: str


Verdict = Go | Wait | Drop


def judge(scope: Scope, rows: Iterable[Delivery], people: Mapping[int, Person]) -> Iterator[Verdict]:
    """What becomes of nudges that are due; `people` holds everybody they are for."""
    own: dict[int, list[Delivery]] = defaultdict(list)
    for row in rows:
        if row.person_id is not None:
            own[row.person_id].append(row)
    absent = absences(scope, own)
    taken = _taken(scope, own)
    for id, waiting in own.items():
        person = people[id]
        reason = _refusal(scope, person)
        if reason:
            yield from (Drop(row, "withdrawn", reason) for row in waiting)
            continue
        at = allowed(scope, person, absent.get(id, ()), scope.now)
        if at is None or at > scope.now:
            yield from (_later(row, at) for row in waiting)
            continue
        left = scope.org.attention - taken.get((id, week(scope.now, person)), 0)
        monday = allowed(scope, person, absent.get(id, ()), _next_week(scope.now, person))
        yield from _share(waiting, left, week(scope.now, person), monday, scope.now)


def _share(waiting: list[Delivery], left: int, taking: str, monday: datetime | None, now: datetime) -> Iterator[Verdict]:
    """Merges what is due for one person and lets through as much as the week still holds."""
    useful = [row for row in waiting if row.expires_at is None or row.expires_at > now]
    yield from (Drop(row, "expired", "too_late") for row in waiting if row not in useful)
    useful.sort(key=lambda row: (_rank(row), row.id))
    for start in range(0, len(useful), TOGETHER):
        together = tuple(useful[start : start + TOGETHER])
        if start < left * TOGETHER:
            yield Go(together, taking)
        else:
            yield from (_later(row, monday) for row in together)


def _later(row: Delivery, at: datetime | None) -> Verdict:
    """It waits, unless it would be of no use by then."""
    if at is None:
        return Drop(row, "expired", "away")
    if row.expires_at is not None and row.expires_at <= at:
        return Drop(row, "expired", "too_late")
    return Wait(row, at)


def _refusal(scope: Scope, person: Person) -> str:
    """Why Ritme starts no conversation with this person at all; empty when it may."""
    if not scope.org.consent:
        return "no_consent"
    if person.closed_at is not None:
        return "left"
    return "paused" if person.paused else ""


def allowed(scope: Scope, person: Person, absent: tuple[Span, ...], after: datetime) -> datetime | None:
    """The first instant from `after` on at which Ritme may disturb this person; None for who is away for good."""
    if person.starts_on is not None:
        after = max(after, instant(person.starts_on, MIDNIGHT, _zone(person)))
    workweek = Workweek(person.workdays or scope.org.workdays, absent)
    return next_allowed(after, _zone(person), person.quiet_from, person.quiet_until, workweek)


def absences(scope: Scope, people: Iterable[int]) -> dict[int, tuple[Span, ...]]:
    """By person, every absence that isn't over yet."""
    absence = core(Absence).c
    yesterday = scope.now.date() - timedelta(days=1)  # somewhere it still is
    found: dict[int, tuple[Span, ...]] = {}
    for row in scope.db.all(Absence, absence.person_id.in_(list(people)), absence.until >= yesterday):
        found[row.person_id] = (*found.get(row.person_id, ()), Span(row.starts, row.until))
    return found


def week(now: datetime, person: Person) -> str:
    """The ISO week that it is where this person is: "2026-W48"."""
    year, number, _ = now.astimezone(_zone(person)).isocalendar()
    return f"{year}-W{number:02}"


def _next_week(now: datetime, person: Person) -> datetime:
    """The first instant of next week where this person is."""
    today = now.astimezone(_zone(person)).date()
    return instant(_monday(today) + timedelta(days=7), MIDNIGHT, _zone(person))


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _taken(scope: Scope, people: Iterable[int]) -> dict[tuple[int, str], int]:
    """By person and week, how many places are taken; a bundle takes one. Weeks far from now are left out."""
    row = core(Delivery).c
    days = (scope.now.date() + timedelta(days=shift) for shift in (-1, 0, 1))
    weeks = {f"{year}-W{number:02}" for year, number, _ in (day.isocalendar() for day in days)}
    query = (
        select(row.person_id, row.week, func.count())
        .where(
            scope.db.mine(Delivery),
            row.person_id.in_(list(people)),
            row.week.in_(weeks),
            row.bundle_id.is_(None),
            row.state.in_(TAKES),
        )
        .group_by(row.person_id, row.week)
    )
    return {(person, taking): count for person, taking, count in scope.db.rows(query)}


def _rank(row: Delivery) -> int:
    capability = row.kind.partition(".")[0]
    return ORDER.index(capability) if capability in ORDER else len(ORDER)


def _zone(person: Person) -> ZoneInfo:
    return ZoneInfo(person.zone)
