"""What the views of somebody's own data are made from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time

Value = str | int | float | bool | date | datetime | time | None


@dataclass(frozen=True, slots=True)
class Entry:
    """One row: values by column, people by name. `words` are the columns in which somebody speaks."""

    values: Mapping[str, Value]
    words: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Table:
    """What one table has of somebody. `start` is the place of the first entry that is shown, `rows` how many in all."""

    name: str
    entries: tuple[Entry, ...]
    rows: int
    start: int = 0


@dataclass(frozen=True, slots=True)
class Opened:
    """Somebody opened an entry; `object` as the policy calls it."""

    who: str
    object: str
    day: date


@dataclass(frozen=True, slots=True)
class Term:
    """For how many months a kind of entry is kept. `usual` is the safe term, `agreed_on` the day of a longer one."""

    kind: str
    months: int
    usual: int
    agreed_on: date | None = None


@dataclass(frozen=True, slots=True)
class Wish:
    """Something that somebody asked for on a day, with an answer due by another. HR may have refused it, and why.
    `over` says that the day is over by which it should have been answered, `agreed` that it is done within minutes.
    """

    on: date
    by: date
    refused_on: date | None = None
    refusal: str = ""
    over: bool = False
    agreed: bool = False


@dataclass(frozen=True, slots=True)
class Mine:
    """What is kept of somebody: (table, rows). `copy` and `erasure` are what they asked for, `deciders` who decides
    about that; `again` says that they just heard of it once more.
    """

    name: str
    tables: tuple[tuple[str, int], ...]
    opened: tuple[Opened, ...] = ()
    terms: tuple[Term, ...] = ()
    copy: Wish | None = None
    erasure: Wish | None = None
    deciders: tuple[str, ...] = ()
    again: bool = False


@dataclass(frozen=True, slots=True)
class Erasing:
    """Whom erasing is about. `carry` is what a button holds on to."""

    carry: Mapping[str, str]
    name: str
    email: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """A wish that waits for HR: whose, since when, for a `copy` or to be erased."""

    whose: Erasing
    wish: Wish
    copy: bool


@dataclass(frozen=True, slots=True)
class Stuck:
    """Somebody who could not be erased yet, and the reference of what went wrong."""

    name: str
    reference: str
