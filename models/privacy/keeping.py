"""How long things are kept: the organisation's terms, and deleting what is over, piece by piece."""

from __future__ import annotations

from calendar import monthrange
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache

from sqlalchemy import ColumnElement, Date, Integer, bindparam, exists, func, literal, select

from models import directory, due, onboarding
from models.base import ORG, core
from models.cadence import instant, zone_named
from models.delivery import Delivery
from models.due import Due
from models.errors import Problems, refuse
from models.identity import Person
from models.kept import TERMS, kept
from models.prepared import Prepared
from models.privacy import erasing, messages, removing
from models.privacy.ground import Table, references, tables
from models.privacy.tables import Retention
from models.scope import Scope

PIECE = 200
"""Entries that are removed in one transaction, with their parts."""

LARGE = 1000
"""A table with more rows of an organisation is looked through in a transaction of its own."""

LEAST, MOST = 1, 120
"""Months that HR may choose between."""


KEEP = "privacy.keep"
"""The kind of due work that deletes what is over, each night."""

AT = time(3, 15)
"""When what is over is deleted, where the organisation is."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """The term of a kind of entry. `usual` is the safe one; HR may change it where it is `free`."""

    kind: str
    months: int
    usual: int
    agreed_on: date | None = None
    free: bool = True


# --- the terms ---------------------------------------------------------------------------------------


def terms(scope: Scope) -> dict[str, Chosen]:
    """For how long each kind of entry is kept here."""
    own = {one.kind: one for one in scope.db.all(Retention)}
    return {
        kind: _chosen(own[kind], term.months)
        if kind in own and not term.fixed
        else Chosen(kind, term.months, term.months, free=not term.fixed)
        for kind, term in TERMS.items()
    }


def _chosen(own: Retention, usual: int) -> Chosen:
    return Chosen(own.kind, own.months, usual, own.agreed_on if own.months > usual else None)


def choose(scope: Scope, kind: str, months: int, agreed_on: date | None) -> Chosen:
    """Another term. Longer than both the usual and the present one, it needs the works council once more. The youngest
    day on which they agreed to one stays on record, also where the term is short again.

    Refused as "denied", "privacy.kind", "privacy.months" (facts: least, most) or "privacy.agreed_on" (facts: usual).
    """
    now, before = choosable(scope, kind), scope.db.one(Retention, kind=kind)
    last = before.agreed_on if before else None
    asks = months > max(now.usual, now.months) and asks_council(scope)
    problems = Problems()
    if not LEAST <= months <= MOST:
        problems.add("privacy.months", "months", least=LEAST, most=MOST)
    elif asks and not _agreed(scope, agreed_on, last):
        problems.add("privacy.agreed_on", "agreed_on", usual=now.usual)
    problems.settle()
    agreed = agreed_on if asks else last
    scope.db.remove(Retention, Retention.kind == kind)
    own = scope.db.add(Retention(kind=kind, months=months, agreed_on=agreed, by_id=scope.me.id, at=scope.now))
    return _chosen(own, now.usual)


def choosable(scope: Scope, kind: str) -> Chosen:
    """A term that HR may change. Refused as "denied" or "privacy.kind"."""
    directory.guard(scope)
    if kind not in TERMS or TERMS[kind].fixed:
        refuse("privacy.kind")
    return terms(scope)[kind]


def asks_council(scope: Scope) -> bool:
    """Whether a longer term needs the works council: not where it is on record that there is none, and never was."""
    return (
        scope.org.consent != "none"
        or onboarding.last_agreed(scope) is not None
        or any(one.agreed_on for one in scope.db.all(Retention))
    )


def _agreed(scope: Scope, day: date | None, last: date | None) -> bool:
    """A consent that is younger than the last one on record and than the last one for this kind, and not of a day to
    come. Of one day several kinds may be, for a council agrees to several things at once.
    """
    before = (onboarding.last_agreed(scope), last)
    return day is not None and day <= scope.today and all(one is None or day > one for one in before)


def plan(scope: Scope, until: datetime) -> None:
    """Plans the nights up to a moment; what is planned already stays as it is."""
    zone = zone_named(scope.org.zone)
    days = (
        (scope.now + timedelta(days=ahead)).astimezone(zone).date() for ahead in range((until - scope.now).days + 2)
    )
    nights = ((day, instant(day, AT, zone)) for day in days)
    due.plan(scope, *(Due(kind=KEEP, key=f"{day}", at=at) for day, at in nights if scope.now < at <= until))


# --- what is over ------------------------------------------------------------------------------------


def counts(scope: Scope) -> dict[str, int]:
    """How many entries of each kind are over now; of leavers, how many people."""
    told, known = Counter[str](), terms(scope)
    for table in _ending():
        query = select(func.count()).where(core(table).c.org_id == ORG, *_over(table))
        told[kept(table).kind] += scope.db.rows(query, until=_until(scope, known, table))[0][0]
    told[kept(Delivery).kind] += _old_messages(scope, known)
    return {kind: told[kind] for kind in TERMS}


def _old_messages(scope: Scope, known: Mapping[str, Chosen]) -> int:
    until = before(scope.now, known[kept(Delivery).kind].months)
    some = messages.old(scope, until)
    count = len(some)
    while some.last:
        some = messages.old(scope, until, some.last)
        count += len(some)
    return count


def step(scope: Scope, place: int = 0) -> int | None:
    """Deletes some of what is over in one table; returns the place to go on from, None when all is done.

    Every table is looked through until nothing is left in it, and only then the next one. To look through a large one
    is enough for one piece. The messages come last, by id: until then they are known to who takes them back.
    """
    if place == 0:
        messages.forget(scope)
    known = terms(scope)
    for at, table in enumerate(_ending()[place:], place):
        ids = {id for (id,) in scope.db.rows(_piece(table), until=_until(scope, known, table))}
        if ids:
            _delete(scope, table, ids)
            return at
        if scope.db.rows(_large(table), most=LARGE):
            return at + 1
    tables = len(_ending())
    last = _messages(scope, known, max(place - tables, 0))
    return tables + last if last else None


def _delete(scope: Scope, table: Table, ids: set[int]) -> None:
    """Removes entries with their parts, and has taken back what was said of them."""
    if table is Person:
        _leavers(scope, ids)
        return
    gone = removing.whole(scope.db, {table: ids})
    counts = removing.remove(scope, gone)
    counts[core(Delivery).name] += messages.end(scope, gone)
    removing.note(scope, +counts, "over")


def _messages(scope: Scope, known: Mapping[str, Chosen], after: int) -> int:
    """Parts with the next messages whose own term is over; returns the id it has come to, 0 at the end."""
    some = messages.old(scope, before(scope.now, known[kept(Delivery).kind].months), after)
    counts = Counter({core(Delivery).name: messages.part_with(scope, some)})
    removing.note(scope, +counts, "over")
    return some.last


@cache
def _piece(table: Table) -> Prepared:
    """The ids of entries of a table that are over, as many as a piece holds."""
    id = core(table).c.id
    begun = [~erasing.begun(id)] if table is Person else []
    return Prepared(select(id).where(core(table).c.org_id == ORG, *_over(table), *begun).limit(literal(PIECE)))


@cache
def _large(table: Table) -> Prepared:
    """The row of a table after `most` others, where it is so large."""
    row = core(table).c
    return Prepared(select(row.id).where(row.org_id == ORG).limit(literal(1)).offset(bindparam("most", type_=Integer)))


def _leavers(scope: Scope, ids: set[int]) -> None:
    """Has people erased whose term is over. The clock carries it out, each by itself: who fails holds up nobody."""
    for one in scope.db.all(Person, core(Person).c.id.in_(ids)):
        erasing.begin(scope, one, "left")


@cache
def _ending() -> tuple[Table, ...]:
    """Every table whose entries have a term, parts of others before those, people last; without the messages."""
    ending = (one for one in reversed(tables()) if kept(one).kind and one is not Delivery)
    return tuple(sorted(ending, key=lambda one: one is Person))


def _over(table: Table) -> list[ColumnElement[bool]]:
    """The condition that an entry began before the parameter `until`, and nothing of it is left that ends by itself
    later.
    """
    says, columns = kept(table), core(table).c
    since = columns[says.since]
    own = [columns[name] == value for name, value in says.where.items()]
    left = [
        ~exists().where(core(one.table).c.org_id == ORG, core(one.table).c[one.column] == columns.id)
        for one in references(table)
        if one.part and not kept(one.table).of
    ]
    named = [columns.email != erasing.FORMER] if table is Person else []
    return [since < bindparam("until", type_=since.type), *own, *left, *named]


def _until(scope: Scope, known: Mapping[str, Chosen], table: Table) -> date | datetime:
    """What began before this is over."""
    says = kept(table)
    until = before(scope.now, known[says.kind].months)
    return until.date() if isinstance(core(table).c[says.since].type, Date) else until


def before(moment: datetime, months: int) -> datetime:
    """The same moment so many months earlier; on the last day of a month that is too short."""
    year, month = divmod(moment.year * 12 + moment.month - 1 - months, 12)
    day = min(moment.day, monthrange(year, month + 1)[1])
    return moment.replace(year=year, month=month + 1, day=day)
