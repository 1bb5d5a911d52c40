"""What is kept of people's own data: terms that HR chose, wishes to be erased, what was deleted."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlmodel import Field

from models.base import Row
from models.kept import REMOVE, Kept, unname
from models.moments import moment


class Retention(Row, table=True):
    """For how many months a kind of entry is kept, where HR chose so. `agreed_on` is the youngest day on which the
    works council agreed to a longer term than the usual one; it stays where the term is short again.
    """

    __tablename__ = "retention"
    __table_args__ = (UniqueConstraint("kind", "org_id"), CheckConstraint("months BETWEEN 1 AND 120", name="months"))

    kept: ClassVar[Kept] = Kept(
        "How long the organisation keeps what, and who decided so.",
        by={"by_id": unname("That a term was chosen must stay on record.")},
        marks="kind",
    )

    kind: str
    months: int
    agreed_on: date | None = None
    by_id: int = Field(foreign_key="person.id")
    at: datetime = moment()


class Erasure(Row, table=True):
    """Somebody is to be erased: they asked (`asked`), HR decided so (`decided`), or their term is over (`left`).

    It begins when it is decided, and goes through one table after another: `place` is the table, `after` the id that
    it has come to. `also` are other names that they go by in texts, a line for each. Where HR decided not to, it says
    why (`refusal`); from then on its term counts, so a wish that waits for an answer never ends by itself.
    """

    __tablename__ = "erasure"
    __table_args__ = (
        UniqueConstraint("person_id"),
        CheckConstraint("why IN ('asked', 'decided', 'left')", name="why"),
    )

    kept: ClassVar[Kept] = Kept(
        "Who asked to be erased, and how far that is.",
        about={"person_id": REMOVE},
        words="also refusal",
        changed="decided_at refused_at",
        marks="place",
        kind="wishes",
        since="refused_at",
        ids="erasure",
    )

    person_id: int = Field(foreign_key="person.id")
    why: str
    also: str = ""
    asked_at: datetime = moment()
    decided_at: datetime | None = moment(default=None)
    place: str = ""
    after: int = 0
    refused_at: datetime | None = moment(default=None)
    refusal: str | None = None


class CopyWish(Row, table=True):
    """Somebody asked for a copy of their data, which they were not given yet."""

    __tablename__ = "copy_wish"
    __table_args__ = (UniqueConstraint("person_id"),)

    kept: ClassVar[Kept] = Kept(
        "Who asked for a copy of their data, and when.", about={"person_id": REMOVE}, ids="copy"
    )

    person_id: int = Field(foreign_key="person.id")
    asked_at: datetime = moment()


class Deletion(Row, table=True):
    """How many rows of a table were deleted on a day, and why. Never whose, and never what they said."""

    __tablename__ = "deletion"
    __table_args__ = (
        UniqueConstraint("day", "entries", "why", "org_id"),
        CheckConstraint("why IN ('erased', 'over')", name="why"),
    )

    kept: ClassVar[Kept] = Kept(
        "That things were deleted when they should be. It is about nobody.", marks="entries", kind="reads", since="day"
    )

    day: date
    entries: str  # the table
    why: str
    rows: int
