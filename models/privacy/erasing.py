"""Erasing somebody, by what every table declares: what goes, what stays without them, and whose words are struck.

It takes its time. First every text and every message is looked through, a piece in each transaction, for their name
and for what speaks of them; then, at once, what was written meanwhile, and all that is theirs goes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from itertools import chain, count
from typing import Any

from sqlalchemy import ColumnElement, UniqueConstraint, exists, or_, select

from models import directory, due
from models.base import ORG, Db, core, loaded
from models.delivery import Delivery
from models.errors import refuse
from models.identity import Account, Conversation, Person
from models.kept import Fate, Kept, kept
from models.prepared import Prepared
from models.privacy import messages, removing
from models.privacy.ground import Ids, Table, by_name, chunks, found, names, references, tables
from models.privacy.striking import SHORTEST, Called
from models.privacy.tables import Erasure
from models.scope import Scope

ERASE = "privacy.erase"
"""The kind of due work that erases somebody, piece by piece."""

PIECE = 1000
"""Rows that are looked through in one transaction."""

FORMER = "former@colleague.invalid"
"""The address of the nameless former colleague; nobody can ever have it."""
_CALLED = {"nl": "Oud-collega", "en": "Former colleague"}


@dataclass(frozen=True, slots=True)
class Stays:
    """What stays without somebody's name: how many rows of a table, and why."""

    entries: str
    rows: int
    why: str


# --- deciding ----------------------------------------------------------------------------------------


def begin(
    scope: Scope, person: Person, why: str, also: Sequence[str] = (), *, after: timedelta = timedelta()
) -> Erasure:
    """Has somebody erased, from now on. They are closed first, so that nothing new begins about them; where it begins
    `after` a while, then, so that they are still told of it.

    The clock carries it out, also what another began and did not finish. Refused as "privacy.short" (facts: name)
    where one of the other names (`also`) is a single letter, which stands in too many texts.
    """
    names = [name.strip() for name in also if name.strip()]
    for name in names:
        if len(name) < SHORTEST:
            refuse("privacy.short", "also", name=name)
    if after:
        scope.db.change(person, paused=True)  # what they are told is the last that they hear from Ritme by itself
    else:
        _close(scope, person)
    begun = _decided(scope, person, why, "\n".join(names))
    # It concerns them, so it goes with them.
    at = scope.now + after
    due.plan(scope, due.Due(kind=ERASE, key=str(begun.id), at=at, person_id=person.id, about_id=begun.id))
    return begun


def _close(scope: Scope, person: Person | None) -> None:
    if person is not None and person.closed_at is None:
        directory.close(scope, [person])


def _decided(scope: Scope, person: Person, why: str, also: str) -> Erasure:
    before = scope.db.one(Erasure, person_id=person.id)
    if before is not None:
        again = {"place": "", "after": 0, "refused_at": None, "refusal": None}
        return scope.db.change(before, decided_at=scope.now, also=also, **again)
    return scope.db.add(Erasure(person_id=person.id, why=why, also=also, asked_at=scope.now, decided_at=scope.now))


def begun(person: Any) -> ColumnElement[bool]:
    """The condition that it is decided to erase somebody."""
    row = core(Erasure).c
    return exists().where(row.org_id == ORG, row.person_id == person, row.decided_at.is_not(None))


def going_on(scope: Scope) -> list[Erasure]:
    """The erasures that are not at their end."""
    return scope.db.all(Erasure, core(Erasure).c.decided_at.is_not(None), order="id")


def stuck(scope: Scope) -> list[tuple[Erasure, str]]:
    """The erasures that failed and wait for an operator, each with the reference of what went wrong."""
    return [(loaded(Erasure, row), parked) for *row, parked in scope.db.rows(_STUCK)]


_aside, _erasure = core(due.Due).c, core(Erasure).c
_STUCK = Prepared(
    select(*_erasure, _aside.parked)
    .join_from(core(due.Due), core(Erasure), _erasure.id == _aside.about_id)
    .where(_aside.org_id == ORG, _aside.kind == ERASE, _aside.done_at.is_(None), _aside.parked != "")
    .where(_erasure.org_id == ORG, _erasure.decided_at.is_not(None))
    .order_by(_erasure.id)
)


def reasons() -> list[tuple[str, str]]:
    """What stays of anybody who is erased, table by table, and why: who decides about somebody reads no more."""
    fates = ((core(table).name, fate) for table in tables() for _, fate in kept(table).fates)
    return list(dict.fromkeys((name, fate.why) for name, fate in fates if fate.does == "unname"))


def staying(scope: Scope, person_id: int) -> list[Stays]:
    """What will stay of somebody without their name, and why."""
    plan = _Plan(scope, person_id)
    told: Counter[tuple[str, str]] = Counter()
    for table, column, fate in plan.kept_back:
        told[core(table).name, fate.why] += len(plan.naming(table, column) - plan.of(table))
    return [Stays(name, rows, why) for (name, why), rows in told.items() if rows]


# --- carrying out ------------------------------------------------------------------------------------


class _Plan:
    """What erasing somebody comes to, as things are now."""

    def __init__(self, scope: Scope, person_id: int) -> None:
        self.scope, self.db, self.person_id = scope, scope.db, person_id
        self.fates = [(table, column, fate) for table in tables() for column, fate in kept(table).fates]

    @property
    def kept_back(self) -> list[tuple[Table, str, Fate]]:
        return [one for one in self.fates if one[2].does == "unname"]

    @cached_property
    def gone(self) -> Ids:
        """The rows that go."""
        some: Ids = {}
        for table, column, fate in self.fates:
            if fate.does == "remove":
                where = (core(table).c[name] == value for name, value in fate.where.items())
                some.setdefault(table, set()).update(self.naming(table, column, *where))
        return removing.whole(self.db, some)

    @cached_property
    def nameless(self) -> Ids:
        """The rows that stay without them."""
        some: Ids = {}
        for table, column, _ in self.kept_back:
            some.setdefault(table, set()).update(self.naming(table, column) - self.of(table))
        return some

    @cached_property
    def otherwise(self) -> Ids:
        """The rows that stay, and of which a message says something else afterwards: they lose the name, or something
        that was said with them does or goes.
        """
        some: Ids = {table: set(ids) for table, ids in self.nameless.items()}
        for table, column, fate in self.fates:
            if fate.does == "unlink":
                some.setdefault(table, set()).update(self.naming(table, column))
        for table, ids in self.gone.items():
            some.setdefault(table, set()).update(ids)
        return {table: ids - self.of(table) for table, ids in removing.around(self.db, some).items()}

    def naming(self, table: Table, column: str, *where: Any) -> set[int]:
        """The rows that name them in a column."""
        return found(self.db, table, names(table, column, self.person_id), *where)

    def of(self, table: Table) -> set[int]:
        return self.gone.get(table, set())

    def carry_out(self) -> Counter[str]:
        """Removes what goes, the person last, and takes them out of what stays; returns how much went."""
        person: Ids = {Person: self.gone.pop(Person, set())}
        counts = removing.remove(self.scope, self.gone)
        for table, column, fate in self.fates:
            if fate.does == "unlink":
                self.db.update(table, names(table, column, self.person_id), **{column: None})
            elif fate.does == "unname" and self.nameless.get(table):
                self.db.update(table, names(table, column, self.person_id), **{column: former(self.scope)})
        return counts + removing.remove(self.scope, person)


def step(scope: Scope, erasure: Erasure) -> bool:
    """One piece of an erasure; returns whether there is more to do. With the last piece everything goes at once."""
    _close(scope, scope.db.get(Person, erasure.person_id))
    plan = _Plan(scope, erasure.person_id)
    places = [one for one in tables() if (kept(one).words or kept(one).links) and one is not Person] + [Delivery]
    place = by_name(erasure.place) if erasure.place else places[0]
    last = _looked_through(scope, plan, place, erasure)
    if last:
        scope.db.change(erasure, place=core(place).name, after=last)
        return True
    if place is not places[-1]:
        after = places[places.index(place) + 1]
        scope.db.change(erasure, place=core(after).name, after=0)
        return True
    _look_again(scope, erasure, places)
    removing.note(scope, plan.carry_out(), "erased")
    messages.release(scope, erasure)
    return False


def _looked_through(scope: Scope, plan: _Plan, place: Table, erasure: Erasure) -> int:
    """Looks through the next rows of a table; returns the id it has come to, 0 at the end."""
    if place is Delivery:
        return messages.look_through(scope, erasure, (plan.gone, plan.otherwise), PIECE)
    id = core(place).c.id
    found = _strike(scope, place, erasure, id > erasure.after, order=id)
    return found[-1] if len(found) == PIECE else 0


def _look_again(scope: Scope, erasure: Erasure, places: Sequence[Table]) -> None:
    """The newest texts once more, and older ones that were changed: others went on writing while everything was looked
    through.
    """
    for place in places:
        if place is not Delivery:
            id = core(place).c.id
            _strike(scope, place, erasure, order=id.desc())
            for some in chunks(_changed(scope.db, place, erasure)):
                _strike(scope, place, erasure, id.in_(some), order=id, most=None)


def _changed(db: Db, place: Table, erasure: Erasure) -> set[int]:
    """The rows of a table whose texts may have changed meanwhile: by a moment that they have for that, or because the
    newest rows of other tables are about them, as a change leaves what was changed, or parts made anew.
    """
    moments = [core(place).c[name] >= erasure.decided_at for name in kept(place).changed.split()]
    changed = found(db, place, or_(*moments)) if moments else set()
    for one in references(place):
        row = core(one.table).c
        newest = select(row[one.column]).where(row.org_id + 0 == ORG).order_by(row.id.desc()).limit(PIECE)
        changed |= {entry for (entry,) in db.rows(newest) if entry is not None}
    return changed


def _strike(
    scope: Scope,
    place: Table,
    erasure: Erasure,
    *where: ColumnElement[bool],
    order: ColumnElement[Any],
    most: int | None = PIECE,
) -> list[int]:
    """Takes somebody out of the texts in the next rows of a table; returns which rows those were."""
    columns = core(place).c
    own = (columns.id != erasure.id,) if place is Erasure else ()
    ways = _ways(kept(place), _called(scope.db, erasure))
    query = select(columns.id, *(columns[name] for name in ways)).where(columns.org_id + 0 == ORG, *where, *own)
    rows = scope.db.rows(query.order_by(order).limit(most))
    for id, *texts in rows:
        said = {name: text for name, text in zip(ways, texts, strict=True) if text}
        new = {name: left for name, text in said.items() if (left := ways[name](text)) != text}
        if new and kept(place).mentions == "remove":
            scope.db.remove(place, columns.id == id)
        elif new:
            free = {name: _free(scope.db, place, name, text) for name, text in new.items()}
            scope.db.update(place, columns.id == id, **free)
    return [int(id) for id, *_ in rows]


def _free(db: Db, table: Table, column: str, text: str) -> str:
    """A text; where no two may have the same and another has it, with a number behind it."""
    alone = (one.columns for one in core(table).constraints if isinstance(one, UniqueConstraint))
    if not any(column in columns for columns in alone):
        return text
    tried = chain((text,), (f"{text} {n}" for n in count(2)))
    return next(one for one in tried if not db.count(table, core(table).c[column] == one))


def _ways(says: Kept, called: Called) -> dict[str, Callable[[str], str]]:
    """The columns of a table that are looked through, each with the way in which somebody is taken out of it."""
    kinds = ((says.words, called.struck), (says.json, called.struck_within), (says.links, called.emptied))
    return {name: way for names, way in kinds for name in names.split()}


def _called(db: Db, erasure: Erasure) -> Called:
    """What somebody is called in texts: by their whole name, their address, what HR adds to that, and the chats."""
    person = db.get(Person, erasure.person_id)
    handles = [one.user for one in db.all(Account, person_id=erasure.person_id)]
    spoken = db.all(Conversation, names(Conversation, "user", erasure.person_id))
    places = [id for one in spoken for id in (one.conversation, one.mri)]
    if person is None:
        return Called((), "", handles, places)
    return Called((person.name, *erasure.also.splitlines()), person.email, handles, places)


def former(scope: Scope) -> int:
    """The id of the nameless former colleague, in whose place everybody stands who was erased."""
    known = scope.db.one(Person, email=FORMER)
    if known is not None:
        return known.id
    called = _CALLED[scope.org.language]
    return scope.db.add(
        Person(name=called, short=called, email=FORMER, closed_at=scope.now, language=scope.org.language)
    ).id
