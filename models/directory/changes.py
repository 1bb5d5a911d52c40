"""What HR's list would change, as a value to look at; and the change itself, as it was looked at or not at all."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import bindparam, update

from models.base import ORG, core
from models.cadence import DAY
from models.directory.absence import planned_by_list, unbroken
from models.directory.leaving import close, plan_leaving, welcome
from models.directory.listing import Entry, Listing
from models.directory.naming import shorten
from models.directory.roles import ROLES
from models.errors import refuse
from models.identity import Absence, Person, Team
from models.scope import Scope

LEFT = "left"
"""What `Person.listed` says of whom the list closed: the chat does not bring them back."""


@dataclass(frozen=True, slots=True)
class Change:
    """One column of one person, before and after, as people write it."""

    column: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Known:
    """Somebody who stays, with what changes."""

    name: str
    email: str
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Leaver:
    """Somebody who is closed. `orphans` are whom they led and for whom the list names nobody else."""

    name: str
    email: str
    orphans: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """What the list would change. `twins` are names that leave under one e-mail address and come under another,
    perhaps because an address changed; `managed` is False where nobody is left who may set up Ritme.
    """

    new: tuple[Known, ...]
    returning: tuple[Known, ...]
    changed: tuple[Known, ...]
    leaving: tuple[Leaver, ...]
    unchanged: int
    twins: tuple[tuple[str, str, str], ...] = ()
    managed: bool = True

    @property
    def nothing(self) -> bool:
        return not (self.new or self.returning or self.changed or self.leaving)


@dataclass(frozen=True, slots=True)
class _State:
    """What the list can say of a person, in its own words: leaders by e-mail address, a team by name."""

    name: str = ""
    manager: str = ""
    second: str = ""
    team: str = ""
    workdays: str = ""
    zone: str = ""
    language: str = ""
    starts: date | None = None
    leaves: date | None = None
    roles: frozenset[str] = frozenset()
    leave: tuple[tuple[date, date], ...] = ()


_OWN = ("zone", "language", "workdays")
"""Columns in which an empty cell says nothing."""
_COLUMNS = frozenset(_State.__dataclass_fields__) - {"name"}


def compare(scope: Scope, listing: Listing) -> Difference:
    """What the list would change now."""
    return _Comparison(scope, listing).difference()


def apply(scope: Scope, listing: Listing, approved: Difference) -> list[int]:
    """Makes the changes that were approved; returns the ids of people whose rhythm may have moved.

    Refused as "people.moved_on" where the directory changed meanwhile, so that it would be another difference.
    """
    comparison = _Comparison(scope, listing)
    if comparison.difference() != approved:
        refuse("people.moved_on")
    return comparison.apply()


class _Comparison:
    def __init__(self, scope: Scope, listing: Listing) -> None:
        self.scope, self.db, self.listing = scope, scope.db, listing
        self.people = self.db.all(Person)
        self.by_email = {one.email: one for one in self.people}
        self.emails = {one.id: one.email for one in self.people}
        self.teams = {one.id: one.name for one in self.db.all(Team)}
        self.absences = planned_by_list(scope)
        today = scope.today
        self.entries = [one for one in listing.entries if one.leaves is None or one.leaves >= today]
        here = {one.email for one in self.entries}
        self.leavers = [one for one in self.people if one.closed_at is None and one.email not in here]
        self.gone = {one.email for one in self.people if one.closed_at is not None} - here
        self.gone |= {one.email for one in self.leavers}
        self.before = {one.email: self._state(one) for one in self.people}
        self.after = {entry.email: self._wanted(entry) for entry in self.entries}

    # looking

    def difference(self) -> Difference:
        new, returning, changed = [], [], []
        for entry in self.entries:
            person = self.by_email.get(entry.email)
            known = Known(entry.name, entry.email, self._changes(entry.email))
            if person is None:
                new.append(known)
            elif person.closed_at is not None:
                returning.append(known)
            elif known.changes:
                changed.append(known)
        return Difference(
            tuple(new),
            tuple(returning),
            tuple(changed),
            self._leaving(),
            len(self.entries) - len(new) - len(returning) - len(changed),
            self._twins(new),
            any(state.roles for state in self.after.values()),
        )

    def _state(self, person: Person) -> _State:
        return _State(
            person.name,
            self.emails.get(person.manager_id or 0, ""),
            self.emails.get(person.second_id or 0, ""),
            self.teams.get(person.team_id or 0, ""),
            person.workdays,
            person.zone,
            person.language,
            person.starts_on,
            person.leaves_on,
            frozenset(role for role in ROLES if getattr(person, role)),
            tuple((one.starts, one.until) for one in self._planned(person)),
        )

    def _wanted(self, entry: Entry) -> _State:
        """The state that the list asks for. What it has no column for stays, and so does what people chose."""
        person = self.by_email.get(entry.email)
        chosen = person.chosen.split() if person else ()
        stays = self.before.get(entry.email) or _State(zone=self.scope.org.zone, language=self.scope.org.language)
        said: dict[str, Any] = {"name": entry.name}
        for column in self.listing.columns & _COLUMNS - set(chosen):
            value = getattr(entry, column)
            if value or column not in _OWN:
                said[column] = value
        if "leave" in said:
            today, planned = self.scope.today, self._planned(person)
            ahead = {(unbroken(a, planned, today), b) for a, b in entry.leave if b >= today}
            said["leave"] = tuple(sorted(ahead))
        wanted = replace(stays, **said)
        return replace(
            wanted,
            manager="" if wanted.manager in self.gone else wanted.manager,
            second="" if wanted.second in self.gone else wanted.second,
        )

    def _planned(self, person: Person | None) -> list[Absence]:
        return self.absences.get(person.id, []) if person else []

    def _changes(self, email: str) -> tuple[Change, ...]:
        before, after = self.before.get(email, _State()), self.after[email]
        return tuple(
            Change(column, _shown(getattr(before, column)), _shown(getattr(after, column)))
            for column in _State.__dataclass_fields__
            if getattr(before, column) != getattr(after, column)
        )

    def _leaving(self) -> tuple[Leaver, ...]:
        orphans: dict[str, list[str]] = {}
        for email, state in self.after.items():
            before = self.before.get(email)
            if before and before.manager and not state.manager:
                orphans.setdefault(before.manager, []).append(state.name)
        return tuple(Leaver(one.name, one.email, tuple(orphans.get(one.email, ()))) for one in self.leavers)

    def _twins(self, new: Iterable[Known]) -> tuple[tuple[str, str, str], ...]:
        leaving = {one.name.casefold(): one.email for one in self.leavers}
        pairs = ((one.name, leaving.get(one.name.casefold(), ""), one.email) for one in new)
        return tuple(pair for pair in pairs if pair[1])

    # changing

    def apply(self) -> list[int]:
        for one in self.leavers:
            self.db.change(one, listed=LEFT)
        close(self.scope, self.leavers)
        fresh = [email for email in self.after if email not in self.by_email]
        self.db.insert_all(Person, [{"name": self.after[email].name, "email": email} for email in fresh])
        self.by_email = {one.email: one for one in self.db.all(Person)}
        self._add_teams()
        self._write()
        self._write_leave()
        shorten(self.db)
        welcome(self.scope, [self.by_email[email].id for email in fresh])
        leaving = ((self.by_email[email].id, state.zone, state.leaves) for email, state in self.after.items())
        plan_leaving(self.scope, [(id, zone, last) for id, zone, last in leaving if last])
        return [self.by_email[email].id for email in self.after if self._moved(email)]

    def _moved(self, email: str) -> bool:
        """Whether somebody who was here has another zone, team, first day or other working days now."""
        before, after = self.before.get(email), self.after[email]
        return before is not None and any(
            getattr(before, column) != getattr(after, column) for column in ("zone", "workdays", "team", "starts")
        )

    def _add_teams(self) -> None:
        known = set(self.teams.values())
        for name in dict.fromkeys(state.team for state in self.after.values() if state.team):
            if name not in known:
                self.teams[self.db.add(Team(name=name)).id] = name

    def _write(self) -> None:
        teams = {name: id for id, name in self.teams.items()}
        rows: list[dict[str, Any]] = []
        for entry in self.entries:
            person, state = self.by_email[entry.email], self.after[entry.email]
            values = {
                "name": state.name,
                "manager_id": self._id(state.manager),
                "second_id": self._id(state.second),
                "team_id": teams.get(state.team),
                "workdays": state.workdays,
                "zone": state.zone,
                "language": state.language,
                "starts_on": state.starts,
                "leaves_on": state.leaves,
                "hr": "hr" in state.roles,
                "admin": "admin" in state.roles,
                "partner_id": None if state.manager else person.partner_id,
                "listed": self._listed(entry),
                "closed_at": None,
            }
            if any(getattr(person, column) != value for column, value in values.items()):
                rows.append({"row": person.id} | {f"new_{column}": value for column, value in values.items()})
        self.db.many(_UPDATE, rows)

    def _listed(self, entry: Entry) -> str:
        """The columns in which the list says something of this person."""
        said = (column for column in sorted(self.listing.columns) if getattr(entry, column, None))
        return " ".join(["name", *(column for column in said if column != "name")])

    def _id(self, email: str) -> int | None:
        person = self.by_email.get(email)
        return None if person is None else person.id

    def _write_leave(self) -> None:
        if "leave" not in self.listing.columns:
            return
        gone: list[int] = []
        rows: list[Absence] = []
        for entry in self.entries:
            person, leave = self.by_email[entry.email], self.after[entry.email].leave
            planned = self._planned(person)
            if leave != tuple((one.starts, one.until) for one in planned):
                gone += [one.id for one in planned]
                spans = [*leave, *self._begun(entry, planned)]
                rows += [Absence(person_id=person.id, starts=a, until=b, source="csv") for a, b in spans]
        for start in range(0, len(gone), 1000):
            self.db.remove(Absence, core(Absence).c.id.in_(gone[start : start + 1000]))
        self.db.add_all(rows)

    def _begun(self, entry: Entry, planned: list[Absence]) -> list[tuple[date, date]]:
        """The days that were over when the list first told of a leave. They count as days away, by themselves."""
        today = self.scope.today
        if any(one.starts <= today for one in planned):
            return []
        return [(a, today - DAY) for a, b in sorted(set(entry.leave)) if a < today <= b]


_WRITTEN = (
    *("name", "manager_id", "second_id", "team_id", "workdays", "zone", "language", "starts_on", "leaves_on"),
    *("hr", "admin", "partner_id", "listed", "closed_at"),
)
_UPDATE = (
    update(core(Person))
    .where(core(Person).c.id == bindparam("row"), core(Person).c.org_id == ORG)
    .values({column: bindparam(f"new_{column}") for column in _WRITTEN})
)


def _shown(value: Any) -> str:
    """A value as people write it."""
    if value is None:
        return ""
    if isinstance(value, frozenset):
        return ", ".join(sorted(value))
    if isinstance(value, tuple):
        return ", ".join(f"{starts} - {until}" if starts != until else f"{starts}" for starts, until in value)
    return str(value)
