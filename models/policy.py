"""Who may do what with an entry: one table of (object, role, verb), declared by each capability for its own objects.

From the table come both the who-sees-this line (`audience`, before sending) and the condition of every guarded getter
(`allows`, at each read), so the two can't drift apart. Roles come in two kinds:

- a *standing* role follows from the entry's own columns ("giver", "owner", "everyone");
- a *fixed* role is written down by person when the entry is sent, as rows of `Audience`. Reading through it needs that
  row and the role still held: a new manager has no row, a former manager no role.

Who left holds no role, and nobody holds one for somebody who left.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, ClassVar, Generic, TypeVar, cast

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Date,
    UniqueConstraint,
    and_,
    bindparam,
    exists,
    false,
    or_,
    select,
    true,
)
from sqlmodel import Field

from models.base import ORG, Db, Equal, Row, core, equal_rows, loaded, some_rows
from models.identity import Absence, Deputy, Person
from models.kept import REMOVE, Kept
from models.prepared import Few, Prepared
from models.scope import Scope

R = TypeVar("R", bound=Row)

ENTRY: BindParameter[Any] = bindparam("entry")
READER: BindParameter[Any] = bindparam("reader")
DAY: BindParameter[Any] = bindparam("day", type_=Date)


class Audience(Row, table=True):
    """One reader of one entry, fixed when it was sent (`day`, by `Scope.office_day`). `about_id` is whose it is."""

    __tablename__ = "audience"
    __table_args__ = (UniqueConstraint("org_id", "object", "entry_id", "person_id", "role", "about_id"),)

    kept: ClassVar[Kept] = Kept(
        "Who may read an entry, as it was said when it was sent.",
        about={"about_id": REMOVE},
        named={"person_id": REMOVE},
        marks="object role",
    )

    object: str
    entry_id: int = Field(index=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    role: str
    about_id: int = Field(foreign_key="person.id")
    day: date | None = None


# --- fixed roles ----------------------------------------------------------------------------------

_about = core(Person).alias("about_whom")  # under a name of its own, so that it never mixes with the query around it


@dataclass(frozen=True, slots=True)
class FixedRole:
    """A role that is written down at sending.

    `holders` says by id who would get it now, for an entry of `about`; `held` is the condition under which a written
    row still counts on a day, a date or a parameter. Both say the same: a row counts for who would still get it, and
    where the role is for a while, only as long as that lasts.
    """

    name: str
    holders: Callable[[Scope, Person], Collection[int]]
    held: Callable[[Any], ColumnElement[bool]]


def _while(*conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    """The role is held while who the entry is about is here, and their own row says so."""
    return exists().where(_about.c.id == core(Audience).c.about_id, _about.c.closed_at.is_(None), *conditions)


def _still(column: str) -> Callable[[Any], ColumnElement[bool]]:
    return lambda _: _while(_about.c[column] == core(Audience).c.person_id)


def _one(column: str) -> Callable[[Scope, Person], Collection[int]]:
    def holders(_: Scope, about: Person) -> Collection[int]:
        person = getattr(about, column)
        return () if person is None else (person,)

    return holders


def _partner(_: Scope, about: Person) -> Collection[int]:
    """Who talks with somebody that has no manager."""
    return (about.partner_id,) if about.partner_id is not None and about.manager_id is None else ()


def _still_partner(_: Any) -> ColumnElement[bool]:
    return _while(_about.c.partner_id == core(Audience).c.person_id, _about.c.manager_id.is_(None))


def _deputies(scope: Scope, about: Person) -> Collection[int]:
    """The named deputy of the manager, on the days that the manager is absent."""
    if about.manager_id is None:
        return ()
    found = scope.db.rows(_NOW_DEPUTY, manager=about.manager_id, day=scope.office_day)
    return [id for (id,) in found if id != about.id]


def _still_deputy(day: Any) -> ColumnElement[bool]:
    """In the absence in which it was sent: the next one is no reason to read what was sent in this one."""
    deputy, absence, sent = core(Deputy).c, core(Absence).c, core(Audience).c.day
    return _while(
        deputy.manager_id == _about.c.manager_id,
        deputy.deputy_id == core(Audience).c.person_id,
        absence.person_id == deputy.manager_id,
        absence.starts <= day,
        absence.until >= day,
        absence.starts <= sent,
        absence.until >= sent,
    )


_NOW_DEPUTY = Prepared(
    select(core(Deputy).c.deputy_id).where(
        core(Deputy).c.org_id == ORG,
        core(Deputy).c.manager_id == bindparam("manager"),
        exists().where(
            core(Absence).c.person_id == core(Deputy).c.manager_id,
            core(Absence).c.starts <= DAY,
            core(Absence).c.until >= DAY,
        ),
    )
)

MANAGER = FixedRole("manager", _one("manager_id"), _still("manager_id"))
SECOND = FixedRole("second", _one("second_id"), _still("second_id"))
PARTNER = FixedRole("partner", _partner, _still_partner)
DEPUTY = FixedRole("deputy", _deputies, _still_deputy)
FIXED = {role.name: role for role in (MANAGER, SECOND, PARTNER, DEPUTY)}


# --- the table ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Grant:
    """What one role may do with one object. `standing` is the condition of a standing role, for a person's id.

    `within` is another object and the column that leads to it, for a role that nobody has who can't read that one.
    """

    role: str
    verbs: frozenset[str]
    standing: Callable[[int], ColumnElement[bool]] | None = None
    within: tuple[Policy[Any], Any] | None = None


@dataclass(frozen=True, slots=True)
class Policy(Generic[R]):
    """The rows of the table for one object, kept in one table of entries."""

    object: str
    table: type[R]
    grants: tuple[Grant, ...]

    def get(self, scope: Scope, id: int, verb: str = "read") -> R | None:
        """The entry with this id, where the caller may do this with it."""
        return self.one(scope, verb, id=id)

    def one(self, scope: Scope, verb: str = "read", *, role: str = "", order: str = "id", **equal: Any) -> R | None:
        """The first of `all`, or None."""
        found = self.all(scope, verb, role=role, order=order, limit=1, **equal)
        return found[0] if found else None

    def all(
        self,
        scope: Scope,
        verb: str = "read",
        *,
        role: str = "",
        order: str = "id",
        limit: int | None = None,
        **equal: Any,
    ) -> list[R]:
        """The entries with these values in their columns with which the caller may do this, in any role or in one.

        Raises LookupError where the table does not give that role this verb.
        """
        return self.listed(scope, _entries(self.object, verb, role, Equal.of(equal), order, limit), **equal)

    def some(self, scope: Scope, ids: Iterable[int], verb: str = "read") -> list[R]:
        """The entries with these ids with which the caller may do this, in any order."""
        if not _here(scope.me):
            return []
        found = scope.db.about(_some(self.object, verb), ids, reader=scope.me.id, day=scope.office_day)
        return [loaded(self.table, row) for row in found]

    def listing(
        self,
        *where: ColumnElement[bool],
        verb: str = "read",
        role: str = "",
        order: Any = "id",
        paged: bool = False,
    ) -> Prepared:
        """What a getter of its own conditions gives to `listed`, and keeps: it is built once. `READER` and `DAY` may
        stand in the conditions. What else is a parameter has a value at each call, and `most` where it is paged.

        Raises LookupError where the table does not give that role this verb.
        """
        query = equal_rows(self.table, Equal((), frozenset()), order, None).where(*where, self.bound(verb, role))
        return Prepared(query.limit(bindparam("most")).offset(bindparam("skip")) if paged else query)

    def listed(self, scope: Scope, query: Prepared, *, skip: int = 0, **values: Any) -> list[R]:
        """The entries that `listing` describes, for these values of its parameters."""
        if not _here(scope.me):
            return []
        found = scope.db.rows(query, reader=scope.me.id, day=scope.office_day, skip=skip, **values)
        return [loaded(self.table, row) for row in found]

    def allows(self, scope: Scope, verb: str = "read") -> ColumnElement[bool]:
        """The condition under which the caller may do this with an entry. A getter puts it in its query."""
        return self.allows_each(scope.me.id, scope.office_day, verb) if _here(scope.me) else false()

    def allows_each(self, reader: Any, day: Any, verb: str = "read") -> ColumnElement[bool]:
        """The same for a reader by id, or for many at once by a column of ids, who are all still here."""
        return or_(false(), *(self._holds(grant, reader, day) for grant in self.grants if verb in grant.verbs))

    def as_(self, scope: Scope, role: str, verb: str = "read") -> ColumnElement[bool]:
        """The condition under which the caller may do this in one role: for lists such as "what I gave".

        Raises LookupError where the table does not give that role this verb.
        """
        return self.as_each(scope.me.id, scope.office_day, role, verb) if _here(scope.me) else false()

    def as_each(self, reader: Any, day: Any, role: str, verb: str = "read") -> ColumnElement[bool]:
        """The same for a reader by id."""
        found = [grant for grant in self.grants if grant.role == role and verb in grant.verbs]
        if not found:
            raise LookupError(f"{self.object}: no {verb} for {role}")
        return or_(*(self._holds(one, reader, day) for one in found))

    def audience(self, scope: Scope, about: Person, verb: str = "read") -> dict[int, str]:
        """Who else would get to read an entry sent now about this person: person id to role, strongest role first."""
        found: dict[int, str] = {}
        for grant in self.grants if about.closed_at is None else ():
            if grant.standing is None and verb in grant.verbs:
                for person in FIXED[grant.role].holders(scope, about):
                    found.setdefault(person, grant.role)
        found.pop(about.id, None)
        return active_only(scope.db, found)

    def fix(self, scope: Scope, entry_id: int, about: Person, readers: dict[int, str]) -> None:
        """Writes down the readers of an entry. `readers` is what `audience` gave, less whom the author removed."""
        rows = (
            Audience(
                object=self.object,
                entry_id=entry_id,
                person_id=person,
                role=role,
                about_id=about.id,
                day=scope.office_day,
            )
            for person, role in readers.items()
        )
        scope.db.add_all(rows)

    def readers(self, scope: Scope, entry_id: int) -> dict[int, str]:
        """Who was written down as a reader of an entry and can still read it: person id to role."""
        found = scope.db.rows(_readers(self.object), entry=entry_id, day=scope.office_day)
        return dict[int, str]((person, role) for person, role in found)

    def abouts(self, scope: Scope, entry_id: int, reader: int) -> list[int]:
        """By id, the people through whom somebody was written down as a reader of an entry, and still is one."""
        found = scope.db.rows(_abouts(self.object), entry=entry_id, reader=reader, day=scope.office_day)
        return [about for (about,) in found]

    def written(self) -> tuple[ColumnElement[bool], ...]:
        """Who was written down as a reader of `ENTRY` and still counts on `DAY`, in one of the roles that may read."""
        row = core(Audience).c
        roles = (FIXED[one.role] for one in self.grants if one.standing is None and "read" in one.verbs)
        held = or_(false(), *(and_(row.role == role.name, role.held(DAY)) for role in roles))
        return row.org_id == ORG, row.object == self.object, row.entry_id == ENTRY, held

    def bound(self, verb: str, role: str = "") -> ColumnElement[bool]:
        """The condition that `READER` may do this on `DAY`."""
        return self.as_each(READER, DAY, role, verb) if role else self.allows_each(READER, DAY, verb)

    def _holds(self, grant: Grant, reader: Any, day: Any) -> ColumnElement[bool]:
        if grant.standing is not None:
            return and_(grant.standing(reader), *self._inside(grant, reader, day))
        audience = core(Audience)
        return exists().where(
            audience.c.org_id == core(self.table).c.org_id,
            audience.c.object == self.object,
            audience.c.entry_id == core(self.table).c.id,
            audience.c.person_id == reader,
            audience.c.role == grant.role,
            FIXED[grant.role].held(day),
        )

    def _inside(self, grant: Grant, reader: Any, day: Any) -> tuple[ColumnElement[bool], ...]:
        if grant.within is None:
            return ()
        around, column = grant.within
        return (exists().where(core(around.table).c.id == column, around.allows_each(reader, day)),)


POLICIES: dict[str, Policy[Any]] = {}
"""The whole table, by object."""


@cache
def _entries(object: str, verb: str, role: str, equal: Equal, order: str, limit: int | None) -> Prepared:
    policy = POLICIES[object]
    return Prepared(equal_rows(policy.table, equal, order, limit).where(policy.bound(verb, role)))


@cache
def _some(object: str, verb: str) -> Few:
    policy = POLICIES[object]
    return Few(lambda ids: some_rows(policy.table, "id", ids).where(policy.bound(verb)))


@cache
def _readers(object: str) -> Prepared:
    audience, reader = core(Audience), core(Person).alias("reader")
    return Prepared(
        select(audience.c.person_id, audience.c.role)
        .join_from(audience, reader, reader.c.id == audience.c.person_id)
        .where(*POLICIES[object].written(), reader.c.closed_at.is_(None))
        .order_by(audience.c.id)
    )


@cache
def _abouts(object: str) -> Prepared:
    audience = core(Audience).c
    return Prepared(select(audience.about_id).where(*POLICIES[object].written(), audience.person_id == READER))


def declare(object: str, table: type[R], *grants: Grant) -> Policy[R]:
    """Adds a capability's rows to the table."""
    policy = Policy(object, table, grants)
    POLICIES[object] = policy
    return policy


def standing(
    role: str, verbs: str, holds: Callable[[int], Any], *, within: tuple[Policy[Any], Any] | None = None
) -> Grant:
    """A standing role; `holds` makes its condition from the caller's person id, `verbs` are words in a string."""
    return Grant(role, frozenset(verbs.split()), cast("Callable[[int], ColumnElement[bool]]", holds), within)


def fixed(role: FixedRole, verbs: str) -> Grant:
    """A fixed role."""
    return Grant(role.name, frozenset(verbs.split()))


def everyone(_: int) -> ColumnElement[bool]:
    return true()


def _here(person: Person) -> bool:
    """The clock is nobody, and who left reads nothing."""
    return bool(person.id) and person.closed_at is None


def active_only(db: Db, people: dict[int, str]) -> dict[int, str]:
    """The same people without those who left."""
    active = {one.id for one in db.some(Person, people) if one.closed_at is None}
    return {id: role for id, role in people.items() if id in active}
