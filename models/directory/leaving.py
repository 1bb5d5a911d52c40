"""Coming and going. A leaver is closed and never deleted: what they wrote to others still carries their name."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

from sqlalchemy import select

from models import due
from models.base import ORG, core
from models.cadence import instant, zone_named
from models.directory.finding import reports
from models.directory.roles import ROLES
from models.due import Due
from models.errors import refuse
from models.identity import Account, Deputy, Person
from models.scope import Scope

WELCOME, LEAVES = "onboarding.welcome", "directory.leaves"
CHUNK = 1000


@dataclass(frozen=True, slots=True)
class Left:
    """Somebody who left, and who was led by them until now."""

    person: Person
    reports: tuple[Person, ...]


def close(scope: Scope, people: Sequence[Person]) -> list[Left]:
    """Closes these people and their accounts, and takes their roles away: who comes back gets them anew or not at all.
    Whom they led has no manager until HR names one: nobody inherits a team by accident, and with it the right to read.
    """
    person = core(Person).c
    led: dict[int, list[Person]] = {}
    for ids in _chunks(one.id for one in people):
        scope.db.update(Person, person.id.in_(ids), closed_at=scope.now, **dict.fromkeys(ROLES, False))
        scope.db.update(Account, core(Account).c.person_id.in_(ids), closed_at=scope.now)
        scope.db.remove(Deputy, core(Deputy).c.deputy_id.in_(ids) | core(Deputy).c.manager_id.in_(ids))
        for report in scope.db.all(Person, person.manager_id.in_(ids), person.closed_at.is_(None), order=person.name):
            led.setdefault(report.manager_id or 0, []).append(report)
        scope.db.update(Person, person.manager_id.in_(ids), manager_id=None)
        scope.db.update(Person, person.second_id.in_(ids), second_id=None)
        scope.db.update(Person, person.partner_id.in_(ids), partner_id=None)
    closed = {one.id for one in people}
    return [Left(one, tuple(each for each in led.get(one.id, ()) if each.id not in closed)) for one in people]


def rejoin(scope: Scope, email: str) -> Person:
    """Lets somebody who left come back under whatever account has their e-mail address, where people say that it is
    the same person. Refused as "person.unknown" (facts: name) when nobody left with this address; where HR's list said
    so, it is for the list to take back.
    """
    left = core(Person).c.closed_at.is_not(None)
    found = scope.db.one(Person, Person.email == email.strip().casefold(), Person.listed == "", left)
    if found is None:
        refuse("person.unknown", name=email.strip(), near=())
    return scope.db.change(found, closed_at=None)


def welcome(scope: Scope, people: Iterable[int]) -> None:
    """Plans the first message to these people, where the organisation was told of Ritme already."""
    if scope.org.announced_at is None:
        return
    row = core(Due).c
    known = {key for (key,) in scope.db.rows(select(row.key).where(row.org_id == ORG, row.kind == WELCOME))}
    new = [{"kind": WELCOME, "key": str(id), "at": scope.now, "person_id": id} for id in people if str(id) not in known]
    scope.db.insert_all(Due, new)


def plan_leaving(scope: Scope, people: Iterable[tuple[int, str, date]]) -> None:
    """Plans the closing of (person, zone, last day): as soon as that day is over where they are."""
    rows = []
    for id, zone, last in people:
        rows.append(Due(kind=LEAVES, key=f"{id}:{last}", at=_over(last, zone_named(zone)), person_id=id))
    for start in range(0, len(rows), CHUNK):
        due.plan(scope, *rows[start : start + CHUNK])


def leave(scope: Scope, rows: Iterable[Due]) -> list[Left]:
    """Closes whose last day is over by now; a last day or a zone that is another meanwhile counts."""
    person, fired = core(Person).c, list(rows)
    ids = [row.person_id for row in fired]
    found = scope.db.all(Person, person.id.in_(ids), person.closed_at.is_(None), person.leaves_on.is_not(None))
    ends = {one.id: _over(one.leaves_on, scope.zone_of(one)) for one in found if one.leaves_on}
    moments = ((row.id, ends.get(row.person_id or 0, scope.now)) for row in fired)
    due.put_off(scope, {id: at for id, at in moments if at > scope.now})
    return close(scope, [one for one in found if ends[one.id] <= scope.now])


def _over(last: date, zone: ZoneInfo) -> datetime:
    return instant(last + timedelta(days=1), time(), zone)


def deputy_of(scope: Scope, manager: Person) -> Person | None:
    """Whom a manager named to read and act in their absence."""
    named = scope.db.one(Deputy, manager_id=manager.id)
    return None if named is None else scope.db.get(Person, named.deputy_id)


def name_deputy(scope: Scope, deputy: Person | None) -> None:
    """The caller names their deputy, or nobody. Refused as "deputy.self", or "deputy.no_team" for who leads nobody."""
    if deputy is not None and deputy.id == scope.me.id:
        refuse("deputy.self", "deputy")
    if not reports(scope, scope.me.id):
        refuse("deputy.no_team", "deputy")
    scope.db.remove(Deputy, Deputy.manager_id == scope.me.id)
    if deputy is not None:
        scope.db.add(Deputy(manager_id=scope.me.id, deputy_id=deputy.id))


def _chunks(ids: Iterable[int]) -> Iterable[list[int]]:
    left = iter(ids)
    while chunk := list(islice(left, CHUNK)):
        yield chunk
