"""What a table keeps of people, and what becomes of it: declared beside its columns, true for every use.

From these declarations alone come the data map, what somebody gets to see of themselves, erasure, retention, and the
processing sheet. So whoever adds a table or a column decides here, once, what it means for a person.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from sqlmodel import SQLModel


@dataclass(frozen=True, slots=True)
class Fate:
    """What erasing somebody does to the rows that have them in a column.

    remove: the row goes, and what is part of it; unlink: the column is emptied; unname: the row stays, with a nameless
    former colleague in that place, for a reason (`why`, a sentence). `where` limits it to rows with these values.
    """

    does: Literal["remove", "unlink", "unname"]
    why: str = ""
    where: Mapping[str, Any] = field(default_factory=dict)


REMOVE = Fate("remove")
UNLINK = Fate("unlink")


def remove(**where: Any) -> Fate:
    """Removes only the rows with these values."""
    return Fate("remove", where=where)


def unname(why: str) -> Fate:
    """Keeps the row without the person. `why` is a sentence that the person is told."""
    return Fate("unname", why)


Columns = Mapping[str, Fate]


@dataclass(frozen=True, slots=True)
class Kept:
    """What one table keeps. Column names are given as words in a string, people's columns with their fate.

    A column that names a person refers to `person`, or holds what a chat calls them.
    """

    why: str
    """What it is for, a sentence."""
    about: Columns = field(default_factory=dict)
    """Whom a row is about: they see it, and it goes with them."""
    by: Columns = field(default_factory=dict)
    """Whose words it holds: they see it too."""
    named: Columns = field(default_factory=dict)
    """Who is only mentioned in it. It is not theirs to see."""
    words: str = ""
    """What people said in their own words, or are called."""
    json: str = ""
    """Which of these words are JSON: erasing strikes a name from the texts in it, and from nothing else."""
    links: str = ""
    """Addresses: one that names whoever is erased by an id of theirs is emptied."""
    changed: str = ""
    """The moments from which some of these words are other ones, where they can change in a row that is there."""
    marks: str = ""
    """Text that nobody wrote about anybody: states, ids, names of things."""
    private: Mapping[str, str] = field(default_factory=dict)
    """What only one of the people may see: column, and the column that names who."""
    kind: str = ""
    """By which term of `TERMS` it ends; empty where it stays with its entry, its person or the organisation."""
    since: str = ""
    """The moment from which the term counts."""
    where: Mapping[str, Any] = field(default_factory=dict)
    """The values of the rows that the term is for; empty for all."""
    of: str = ""
    """The column of the entry that a row is a part of: it is seen with it and goes with it."""
    carries: bool = False
    """Who stands in a part has the whole entry, and the last of them takes it along."""
    mentions: Literal["strike", "remove"] = "strike"
    """What erasing does to somebody's name in the words of others: strike it, or remove the row."""
    ids: str = ""
    """The words by which a delivery names rows of this table; with a star, several at once. With a row goes what was
    said of it, so such a word comes first of the ids, by the alphabet.
    """

    @property
    def fates(self) -> tuple[tuple[str, Fate], ...]:
        """Every column that names a person with what erasing does to it, what is removed first."""
        pairs = (*self.about.items(), *self.by.items(), *self.named.items())
        return tuple(sorted(pairs, key=lambda pair: pair[1].does != "remove"))

    @property
    def people(self) -> Columns:
        """Every column that names a person, with its fate."""
        return {**self.about, **self.by, **self.named}


@dataclass(frozen=True, slots=True)
class Term:
    """How long a kind of entry is kept: months after its moment, unless HR says otherwise.

    `why` is the sentence for this length. A `fixed` term is not for HR to change: it holds no words.
    """

    months: int
    why: str
    fixed: bool = False


TERMS: Mapping[str, Term] = {
    "checkins": Term(12, "A year shows a whole rhythm; what was on somebody's mind before that is over."),
    "feedback": Term(24, "Feedback shows growth over two years of conversations, and not over a career."),
    "goals": Term(24, "A goal counts in the year it is for and in the one that builds on it."),
    "kudos": Term(24, "Thanks stay readable as long as the work they are about is remembered."),
    "digests": Term(6, "A digest is about one week; half a year lets everybody read back what it said of them."),
    "answers": Term(24, "Answers that nobody can be known by show how things change over two years."),
    "leavers": Term(24, "Two years after leaving is the longest that is commonly advised."),
    "wishes": Term(12, "Within a year whoever was refused can ask why, or complain about it."),
    "absences": Term(6, "Days away count for planning and for the weeks just before now.", fixed=True),
    "reads": Term(24, "Who opened what can be asked about for two years.", fixed=True),
    "messages": Term(24, "Only of a message that is known can what it said be changed or taken back.", fixed=True),
    "technical": Term(3, "The machine's own work is looked back on only when something went wrong.", fixed=True),
}
"""The terms, by kind: safe ones, so that nobody has to think of it."""


def kept(table: type[SQLModel]) -> Kept:
    """The declaration of a table."""
    found = vars(table).get("kept")
    if not isinstance(found, Kept):
        raise TypeError(f"{table.__name__} does not say what it keeps")
    return found
