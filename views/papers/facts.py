"""What the papers are told: the policy table, what is kept, and how this organisation and this machine are set up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from views.settings import Rhythm


@dataclass(frozen=True, slots=True)
class Grant:
    """What a role may do with an object, as the policy table says it."""

    object: str
    role: str
    verbs: frozenset[str]


@dataclass(frozen=True, slots=True)
class Frame:
    """The numbers that guard groups: the smallest group shown, how many managers HR's counts span, and the smallest
    group that anybody may choose.
    """

    floor: int
    managers: int
    smallest: int


@dataclass(frozen=True, slots=True)
class Entry:
    """One table of the data map. `people` are the columns that name somebody, `words` those with own words.

    `kind` names the term it ends by; `part` is the table it goes with; without either it stays as long as its person
    or the organisation.
    """

    table: str
    why: str
    people: tuple[str, ...]
    words: tuple[str, ...]
    kind: str
    part: str


@dataclass(frozen=True, slots=True)
class Term:
    """For how many months a kind of entry is kept here, and usually. A fixed term is not for HR to change."""

    kind: str
    months: int
    usual: int
    fixed: bool
    agreed_on: date | None = None


@dataclass(frozen=True, slots=True)
class Company:
    """An organisation as it is set up now. `name` is empty where it has none of its own; `consent` is "council", "none"
    or empty: not on record. It `covers` some of the capabilities, and of others says that they are `left_out`; all of
    them are since `withdrawn_on`, where there is such a day.
    """

    name: str
    people: int
    rhythm: Rhythm
    attention: int
    frame: Frame
    capabilities: tuple[str, ...]
    consent: str = ""
    consent_on: date | None = None
    withdrawn_on: date | None = None
    covers: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    announced_on: date | None = None
    first: date | None = None


@dataclass(frozen=True, slots=True)
class Machine:
    """What this installation of Ritme is connected to, and which locks are on.

    `model` tells that there is a key for a language model; `sealed` that tokens are encrypted.
    """

    database: str
    slack: bool
    teams: bool
    model: bool
    sealed: bool
    row_security: bool


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything that the papers are made of, on the day they are made."""

    today: date
    company: Company
    machine: Machine
    grants: tuple[Grant, ...]
    entries: tuple[Entry, ...]
    terms: tuple[Term, ...]
