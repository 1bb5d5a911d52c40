"""Going live: everybody is told in the name of a person, and then comes the first day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, ClassVar

from sqlmodel import Field

from models import checkins, directory, due
from models.base import Row, core
from models.cadence import DAY, Cadence
from models.directory.leaving import welcome
from models.due import Due
from models.errors import refuse
from models.identity import Person
from models.kept import Kept, unname
from models.moments import moment
from models.onboarding.consent import covered, new, withdrawn_on
from models.scope import Scope


class Announcement(Row, table=True):
    """Who told everybody about Ritme, by name, and when."""

    __tablename__ = "announcement"

    kept: ClassVar[Kept] = Kept(
        "Who told everybody about Ritme, and when.",
        by={"by_id": unname("That everybody was told must stay on record.")},
    )

    by_id: int = Field(foreign_key="person.id")
    at: datetime = moment()


def announce(scope: Scope) -> int:
    """Plans the first message to everybody, in the caller's name; returns to how many people.

    Who has no account anywhere gets it as soon as they have one.

    Refused as "denied", "onboarding.consent_first" or "onboarding.told" (facts: day).
    """
    directory.guard(scope)
    if not scope.org.covers:
        refuse("onboarding.consent_first")
    if scope.org.announced_at is not None:
        refuse("onboarding.told", day=scope.org.announced_at)
    scope.db.change(scope.org, announced_at=scope.now)
    scope.db.add(Announcement(by_id=scope.me.id, at=scope.now))
    everyone = [one.id for one in directory.everyone(scope)]
    welcome(scope, everyone)
    return len(everyone)


def to_welcome(scope: Scope, rows: Sequence[Due]) -> list[Person]:
    """Who hears now who Ritme is. For people without an account nothing is planned until they have one; where consent
    was withdrawn, it waits until there is one again.
    """
    if not scope.org.covers:
        due.put_off(scope, {row.id: scope.now + DAY for row in rows})
        return []
    people = directory.people(scope, [row.person_id for row in rows if row.person_id])
    unreached = {one.id for one in directory.not_reached(scope)} & people.keys()
    scope.db.remove(Due, core(Due).c.id.in_([row.id for row in rows if row.person_id in unreached]))
    return [one for one in people.values() if one.closed_at is None and one.id not in unreached]


def announcer(scope: Scope) -> Person | None:
    """Who told everybody; None where nobody is known to have."""
    told = scope.db.one(Announcement, order=core(Announcement).c.id.desc())
    return None if told is None else scope.db.get(Person, told.by_id)


def guard_start(scope: Scope) -> None:
    """Refuses to choose the first day as "denied", "onboarding.announce_first", or "onboarding.began" (facts: day): by
    moving a day that has come, everybody's check-ins would stop.
    """
    directory.guard(scope)
    if scope.org.announced_at is None:
        refuse("onboarding.announce_first")
    if began(scope):
        refuse("onboarding.began", day=scope.org.checkins_from)


def began(scope: Scope) -> bool:
    """Whether the first day has come."""
    return scope.org.checkins_from is not None and scope.org.checkins_from <= scope.today


def start(scope: Scope, first: date | None) -> date:
    """People are asked from this day on; returns it.

    Refused like `guard_start`, or as "onboarding.first" (no day, or one that is over).
    """
    guard_start(scope)
    if first is None or first < scope.today:
        refuse("onboarding.first", "first")
    scope.db.change(scope.org, checkins_from=first)
    checkins.replan(scope)
    return first


def first_day(scope: Scope) -> date:
    """The next day that the organisation's rhythm names; the first day to propose."""
    return Cadence.parse(scope.org.cadence).day_from(scope.today) or scope.today


# --- how far -----------------------------------------------------------------------------------------

STEPS = ("people", "consent", "announce", "start")
"""What must have happened before the first check-in, in order. Where there are none, no first day is chosen."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an organisation is; `next` is one of `STEPS`, or empty when it runs, and when consent was withdrawn:
    nobody is asked for it again and again.
    """

    people: int
    next: str


def progress(scope: Scope) -> Progress:
    org, people = scope.org, scope.db.count(Person, core(Person).c.closed_at.is_(None))
    done: dict[str, Any] = {
        "people": people > 1,
        "consent": bool(org.consent) and not new(scope),
        "announce": org.announced_at is not None,
        "start": org.checkins_from is not None or "checkins" not in covered(scope),
    }
    left = () if withdrawn_on(scope) else STEPS
    return Progress(people, next((step for step in left if not done[step]), ""))
