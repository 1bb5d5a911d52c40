"""Who may do what with an entry: one table of (object, role, verb), declared by each capability for its own objects.

From the table come both the who-sees-this line (`audience`, before sending) and the condition of every guarded getter
(`allows`, at each read), so the two can't drift apart. Roles come in two kinds:

- a *standing* role follows from the entry's own columns ("giver", "owner", "everyone");
- a *fixed* role is written down by person when the entry is sent, as rows of `Audience`. Reading through it needs that
  row and the role still held: a new manager has no row, a former manager no role.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar, cast

from sqlalchemy import ColumnElement, UniqueConstraint, and_, exists, false, or_, true
from sqlmodel import Field

from models.base import Db, Row, core
from models.identity import Absence, Deputy, Person
from models.scope import Scope

from models.kept import REMOVE, Kept

class Audience(Row, table=True):
    """One reader of one entry, fixed when it was sent. `about_id` is whose entry it is."""

    __tablename__ = "audience"
    __table_args__ = (UniqueConstraint("org_id", "object", "entry_id", "person_id", "role"),)

    object: str
    entry_id: int = Field(index=True)
    kept: ClassVar[Kept] = Kept(
        "Who may read an entry, as it was said when it was sent.",
        about={"about_id": REMOVE},
        named={"person_id": REMOVE},
        marks="object role",
    )

    person_id: int = Field(foreign_key="person.id", index=True)
    role: str
    about_id: int = Field(foreign_key="person.id")


# --- fixed roles ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class FixedRole:
    """A role that is written down at sending.

    `holders` says by id who would get it now, for an entry of `about`; `held` is the condition under which a written
    row still counts.
    """

    name: str
    holders: Callable[[Scope, Person], Collection[int]]
    held: Callable[[], ColumnElement[bool]]


def _still(column: str) -> Callable[[], ColumnElement[bool]]:
    """The role is held while the person's own row still says so."""

    def held() -> ColumnElement[bool]:
        audience, person = core(Audience), core(Person)
        return exists().where(person.c.id == audience.c.about_id, person.c[column] == audience.c.person_id)

    return held


def _deputies(scope: Scope, about: Person) -> Collection[int]:
    """The named deputy of the manager, on the days that the manager is absent."""
    if about.manager_id is None:
        return ()
    day = scope.today
    absent = scope.db.one(Absence, Absence.person_id == about.manager_id, Absence.starts <= day, Absence.until >= day)
    deputy = scope.db.one(Deputy, Deputy.manager_id == about.manager_id) if absent else None
    return (deputy.deputy_id,) if deputy and deputy.deputy_id != about.id else ()


def _one(column: str) -> Callable[[Scope, Person], Collection[int]]:
    def holders(_: Scope, about: Person) -> Collection[int]:
        person = getattr(about, column)
        return () if person is None else (person,)

    return holders


MANAGER = FixedRole("manager", _one("manager_id"), _still("manager_id"))
SECOND = FixedRole("second", _one("second_id"), _still("second_id"))
PARTNER = FixedRole("partner", _one("partner_id"), _still("partner_id"))
DEPUTY = FixedRole("deputy", _deputies, true)  # what was sent during the absence stays theirs to read
CHOSEN = FixedRole("chosen", lambda _, __: (), true)  # picked by name in the form
FIXED = {role.name: role for role in (MANAGER, SECOND, PARTNER, DEPUTY, CHOSEN)}


# --- the table ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Grant:
    """What one role may do with one object. `standing` is the condition of a standing role, for a person's id."""

    role: str
    verbs: frozenset[str]
    standing: Callable[[int], ColumnElement[bool]] | None = None


@dataclass(frozen=True, slots=True)
class Policy:
    """The rows of the table for one object, kept in one table of entries."""

    object: str
    table: type[Row]
    grants: tuple[Grant, ...]

    def allows(self, scope: Scope, verb: str = "read") -> ColumnElement[bool]:
        """The condition under which the caller may do this with an entry. A getter puts it in its query."""
        return self.allows_each(scope.me.id, verb) if scope.me.id else false()

    def allows_each(self, reader: Any, verb: str = "read") -> ColumnElement[bool]:
        """The same for a reader by id, or for many at once by a column of ids."""
        return or_(false(), *(self._holds(grant, reader) for grant in self.grants if verb in grant.verbs))

    def audience(self, scope: Scope, about: Person, verb: str = "read") -> dict[int, str]:
        """Who else would get to read an entry sent now about this person: person id to role, strongest role first."""
        found: dict[int, str] = {}
        for grant in self.grants:
            if grant.standing is None and verb in grant.verbs:
                for person in FIXED[grant.role].holders(scope, about):
                    found.setdefault(person, grant.role)
        found.pop(about.id, None)
        return active_only(scope.db, found)

    def fix(self, scope: Scope, entry_id: int, about: Person, readers: dict[int, str]) -> None:
        """Writes down the readers of an entry. `readers` is what `audience` gave, less whom the author removed."""
        rows = (
            Audience(object=self.object, entry_id=entry_id, person_id=person, role=role, about_id=about.id)
            for person, role in readers.items()
        )
        scope.db.add_all(rows)

    def _holds(self, grant: Grant, reader: Any) -> ColumnElement[bool]:
        if grant.standing is not None:
            return grant.standing(reader)
        audience = core(Audience)
        return exists().where(
            audience.c.org_id == core(self.table).c.org_id,
            audience.c.object == self.object,
            audience.c.entry_id == core(self.table).c.id,
            audience.c.person_id == reader,
            audience.c.role == grant.role,
            and_(FIXED[grant.role].held()),
        )


POLICIES: dict[str, Policy] = {}
"""The whole table, by object."""


def declare(object: str, table: type[Row], *grants: Grant) -> Policy:
    """Adds a capability's rows to the table."""
    policy = Policy(object, table, grants)
    POLICIES[object] = policy
    return policy


def standing(role: str, verbs: str, holds: Callable[[int], Any]) -> Grant:
    """A standing role; `holds` makes its condition from the caller's person id, `verbs` are words in a string."""
    return Grant(role, frozenset(verbs.split()), cast("Callable[[int], ColumnElement[bool]]", holds))


def fixed(role: FixedRole, verbs: str) -> Grant:
    """A fixed role."""
    return Grant(role.name, frozenset(verbs.split()))


def everyone(_: int) -> ColumnElement[bool]:
    return true()


def active_only(db: Db, people: dict[int, str]) -> dict[int, str]:
    """The same people without those who left."""
    if not people:
        return people
    person = core(Person)
    active = {row.id for row in db.all(Person, person.c.id.in_(people), person.c.closed_at.is_(None))}
    return {id: role for id, role in people.items() if id in active}


def abouts(db: Db, object: str, entry_id: int, reader: int) -> list[int]:
    """By id, the people through whom somebody was written down as a reader of an entry."""
    found = db.all(Audience, Audience.object == object, Audience.entry_id == entry_id, Audience.person_id == reader)
    return [row.about_id for row in found]


def readers(db: Db, object: str, entry_id: int, roles: Iterable[str] = tuple(FIXED)) -> list[int]:
    """By id, who was written down as a reader of an entry."""
    audience = core(Audience)
    found = db.all(
        Audience, Audience.object == object, Audience.entry_id == entry_id, audience.c.role.in_(tuple(roles))
    )
    return [row.person_id for row in found]
