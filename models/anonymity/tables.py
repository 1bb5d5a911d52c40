"""What is kept: who was asked and who took part, apart from what was said.

`Participant` and `Response` have nothing in common but the opening: no key leads from one to the other, neither holds a
time, and the ids of the second are drawn at random. What was said waits as `SealedAnswer`, which only somebody with the
keys can read, until it is published; then the sealed rows go.
"""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlmodel import Field

from models.anonymity.floors import SMALLEST
from models.anonymity.kinds import Kind
from models.anonymity.seals import LONGEST, PURPOSE
from models.base import Row
from models.kept import REMOVE, Kept
from models.moments import moment

HIGHEST = 10
"""Scores go from 1 to at most this."""


class Opening(Row, table=True):
    """Something that people are asked together and may answer unseen. All that was promised is fixed in this row.

    `entry_id` is what it belongs to, an `object` of another capability. `parts` are the questions as words, each with
    what it takes: "clarity=score advice=text". One that is `continuous` also publishes before it closes; `batch` counts
    how often it did.
    """

    __tablename__ = "opening"
    __table_args__ = (
        UniqueConstraint("object", "entry_id", "org_id"),
        CheckConstraint(f"kind IN ('{Kind.CONFIDENTIAL}', '{Kind.ANONYMOUS}')", name="kind"),
        CheckConstraint(f"floor >= {SMALLEST}", name="floor"),
    )
    kept: ClassVar = Kept(
        why="What was promised to the people who were asked something unseen, as it was when they were asked.",
        marks="object kind parts",
        kind="answers",
        since="closed_at",
    )

    object: str
    entry_id: int
    kind: str
    floor: int
    parts: str
    continuous: bool = False
    batch: int = 0
    opened_at: datetime = moment()
    closed_at: datetime | None = moment(default=None)


class OpeningGroup(Row, table=True):
    """A group whose answers are counted together, with the one that it is in. Fixed when it opens."""

    __tablename__ = "opening_group"
    __table_args__ = (UniqueConstraint("opening_id", "group_id", "org_id"),)
    kept: ClassVar = Kept(
        why="Which groups answers are shown of, so that nobody can choose them afterwards.", of="opening_id"
    )

    opening_id: int = Field(foreign_key="opening.id")
    group_id: int
    within_id: int | None = None


class Participant(Row, table=True):
    """Who is asked, in which group, and whether they answered; not when. Gone when it closes."""

    __tablename__ = "participant"
    __table_args__ = (UniqueConstraint("opening_id", "person_id", "org_id"),)
    kept: ClassVar = Kept(
        why="Who was asked something unseen and who still is, so that nobody is asked or counted twice.",
        about={"person_id": REMOVE},
        of="opening_id",
    )

    opening_id: int = Field(foreign_key="opening.id")
    person_id: int = Field(foreign_key="person.id", index=True)
    group_id: int
    answered: bool = False


class SealedAnswer(Row, table=True):
    """What somebody said, until it is published. `author_id` is there where it was promised to be confidential only."""

    __tablename__ = "sealed_answer"
    kept: ClassVar = Kept(
        why="What people said, sealed until there is enough of it to be published.",
        by={"author_id": REMOVE},
        marks="body",
        of="opening_id",
    )

    opening_id: int = Field(foreign_key="opening.id", index=True)
    author_id: int | None = Field(default=None, foreign_key="person.id", index=True)
    body: str = Field(sa_column_kwargs={"info": {"sealed": PURPOSE}})


class Publication(Row, table=True):
    """A part of which answers were published, of these groups together (ids as words). Nothing is ever added to it."""

    __tablename__ = "publication"
    __table_args__ = (UniqueConstraint("opening_id", "part", "batch", "groups", "org_id"),)
    kept: ClassVar = Kept(why="Of which groups together answers were published.", marks="part groups", of="opening_id")

    opening_id: int = Field(foreign_key="opening.id")
    part: str
    batch: int
    groups: str


class Response(Row, table=True):
    """One published answer to one part. Its id is drawn at random, and rows were written in the order of their ids."""

    __tablename__ = "response"
    __table_args__ = (
        CheckConstraint(f"score BETWEEN 1 AND {HIGHEST}", name="score"),
        CheckConstraint(f"length(text) <= {LONGEST}", name="text"),
    )
    kept: ClassVar = Kept(
        why="What groups of people said together. Nobody can tell who of them said what.",
        words="text",
        of="publication_id",
    )

    publication_id: int = Field(foreign_key="publication.id", index=True)
    score: int | None = None
    text: str = ""
