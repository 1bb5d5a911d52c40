"""When Ritme may start a conversation with somebody: rarely, on a working day, and never at night.

Everybody has one weekly budget of messages that Ritme starts (`Organisation.attention`), counted in the week of their
own zone. What falls due together is said together and takes one place; what does not fit waits for Monday.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from models.base import core
from models.cadence import Workweek, instant, next_allowed, week_of
from models.cadence.days import MIDNIGHT
from models.delivery import Delivery
from models.scope import Scope
from models.working import workweeks

ORDER = ("onboarding", "checkins", "feedback", "digest")
"""What comes first, also when attention is short: who Ritme is, one's own check-in, a colleague's request, the digest,
then the rest.
"""

TOGETHER = 3
"""Nudges that are said in one message at most."""

TAKES_NONE = ("new", "halted", "expired", "withdrawn")
"""States in which a nudge takes no place in the week. Asked for the others, SQLite would walk all deliveries."""


class Receiver(NamedTuple):
    """As much of a person as is needed to decide when to disturb them."""

    id: int
    zone: str
    workdays: str
    quiet_from: time
    quiet_until: time
    starts_on: date | None
    paused: bool
    closed_at: datetime | None


class Nudge(NamedTuple):
    """As much of a delivery as is needed to decide about it."""

    id: int
    kind: str
    person_id: int
    expires_at: datetime | None
    tried_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Go:
    """These are said now, in one message, in this order. `week` is where they take a place."""

    rows: tuple[Nudge, ...]
    week: str


@dataclass(frozen=True, slots=True)
class Wait:
    row: Nudge
    until: datetime


@dataclass(frozen=True, slots=True)
class Drop:
    """Not said at all. `state` is "withdrawn" or "expired"."""

    row: Nudge
    state: str
    reason: str


Verdict = Go | Wait | Drop


def judge(scope: Scope, rows: Iterable[Nudge], people: Mapping[int, Receiver]) -> Iterator[Verdict]:
    """What becomes of nudges that are due; `people` holds everybody they are for."""
    own: dict[int, list[Nudge]] = defaultdict(list)
    for row in rows:
        own[row.person_id].append(row)
    weeks = workweeks(scope, [people[id] for id in own])
    taken = _taken(scope, own)
    for id, waiting in own.items():
        person, zone = people[id], scope.zone_of(people[id])
        reason = _refusal(scope, person)
        at = _allowed(person, zone, weeks[id], scope.now)
        if reason:
            yield from (Drop(row, "withdrawn", reason) for row in waiting)
        elif at != scope.now:
            yield from (_later(row, at) for row in waiting)
        else:
            own_week = week_of(scope.now.astimezone(zone).date())
            places = max(0, scope.org.attention - taken[id, own_week])
            useful, late = _useful(waiting, scope.now)
            yield from (Drop(row, "expired", "too_late") for row in late)
            messages = _together(useful)
            yield from (Go(message, own_week) for message in messages[:places])
            if messages[places:]:
                monday = _allowed(person, zone, weeks[id], _next_week(scope.now, zone))
                yield from (_later(row, monday) for message in messages[places:] for row in message)


def _together(rows: list[Nudge]) -> list[tuple[Nudge, ...]]:
    """Several in one message, so many at most, the most important first.

    What may have arrived is alone: it is looked up, and what is found must not stand for what was never said.
    """
    fresh = [row for row in rows if row.tried_at is None]
    several = [tuple(fresh[start : start + TOGETHER]) for start in range(0, len(fresh), TOGETHER)]
    return sorted(
        [*several, *((row,) for row in rows if row.tried_at is not None)], key=lambda message: rank(message[0])
    )


def _useful(rows: list[Nudge], now: datetime) -> tuple[list[Nudge], list[Nudge]]:
    """What can still be of use, most important first, and what is too late."""
    late = [row for row in rows if row.expires_at is not None and row.expires_at <= now]
    return sorted((row for row in rows if row not in late), key=rank), late


def _later(row: Nudge, at: datetime | None) -> Verdict:
    """It waits, unless it would be of no use by then."""
    if at is None:
        return Drop(row, "expired", "away")
    if row.expires_at is not None and row.expires_at <= at:
        return Drop(row, "expired", "too_late")
    return Wait(row, at)


def _refusal(scope: Scope, person: Receiver) -> str:
    """Why Ritme starts no conversation with this person at all; empty when it may."""
    if not scope.org.consent:
        return "no_consent"
    if scope.org.announced_at is None:
        return "not_told"
    if person.closed_at is not None:
        return "left"
    return "paused" if person.paused else ""


def _allowed(person: Receiver, zone: ZoneInfo, workweek: Workweek, after: datetime) -> datetime | None:
    """The first instant from `after` on at which Ritme may disturb somebody; None for who is away for good."""
    if person.starts_on is not None:
        after = max(after, instant(person.starts_on, MIDNIGHT, zone))
    return next_allowed(after, zone, person.quiet_from, person.quiet_until, workweek)


def _next_week(now: datetime, zone: ZoneInfo) -> datetime:
    """The first instant of next week in this zone."""
    return instant(_monday(now.astimezone(zone).date()) + timedelta(days=7), MIDNIGHT, zone)


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _taken(scope: Scope, people: Iterable[int]) -> Counter[tuple[int, str]]:
    """By person and week, how many places are taken; a bundle takes one, also where its first was left out of it.

    Weeks far from now are left out.
    """
    row = core(Delivery).c
    weeks = {week_of(scope.now.date() + timedelta(days=shift)) for shift in (-1, 0, 1)}
    query = select(row.person_id, row.week, func.coalesce(row.bundle_id, row.id)).where(
        scope.db.mine(Delivery),
        row.person_id.in_(list(people)),
        row.week.in_(weeks),
        row.state.not_in(TAKES_NONE),
    )
    return Counter((person, taking) for person, taking, _ in scope.db.rows(query.distinct()))


def rank(row: Delivery | Nudge) -> tuple[int, int]:
    """The place of a nudge in a message, and in the queue when attention is short."""
    capability = row.kind.partition(".")[0]
    return ORDER.index(capability) if capability in ORDER else len(ORDER), row.id
