"""What is kept of digests: every line as it was said, so that whoever it is about can read it too."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar

import orjson
from sqlalchemy import CheckConstraint, ColumnElement, Index, String, UniqueConstraint, and_, cast, exists, literal, or_
from sqlmodel import Field

from models import policy
from models.base import Row, core
from models.delivery import Delivery
from models.identity import Person
from models.kept import REMOVE, Kept
from models.moments import moment
from models.prepared import one_of
from models.scope import Scope

ASKS = ("falling", "blocker", "silent", "unseen", "thank", "stale")
"""What may need a manager, the most urgent first: a goal whose confidence falls, a blocker older than a week, nothing
heard for three periods, a check-in that nobody opened, nobody thanked for a while, a goal without an update."""

TEAM = ("participation", "energy", "hidden")

_OF = {
    **dict.fromkeys(("falling", "stale", "reached"), "goals"),
    **dict.fromkeys(("blocker", "silent", "unseen", "participation", "energy"), "checkins"),
    **dict.fromkeys(("thank", "kudos"), "kudos"),
}
"""The capability that a sort of line rests on."""

SENT = "digest.weekly"
"""The kind of the delivery that brings a digest."""


def begun(scope: Scope, kind: str) -> bool:
    """Whether a digest may speak of this: Ritme has begun here with what such a line rests on."""
    return kind not in _OF or scope.org.begun(_OF[kind])


@dataclass(frozen=True, slots=True)
class Line:
    """One thing to say, as facts; `DigestLine` is the same thing kept, where the columns are explained."""

    part: str
    kind: str
    about: int | None = None
    object: str = ""
    entries: tuple[int, ...] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)
    by: int | None = None
    id: int = 0
    done: bool = False


class Digest(Row, table=True):
    """What one manager got for one period: an ISO week ("2026-W48"), or a day on which they asked for it."""

    __tablename__ = "digest"
    __table_args__ = (
        UniqueConstraint("org_id", "manager_id", "period"),
        Index("ix_digest_at", "org_id", "at"),
        Index("ix_digest_manager", "org_id", "manager_id", "at"),
    )

    kept: ClassVar[Kept] = Kept(
        "What a manager was told of a week.",
        about={"manager_id": REMOVE},
        marks="period",
        kind="digests",
        since="at",
        ids="digest",
    )

    manager_id: int = Field(foreign_key="person.id")
    period: str
    at: datetime = moment()
    asked: bool = False  # the manager wanted it now, so it is no part of the weekly round
    shown_at: datetime | None = moment(default=None)  # the manager opened it, apart from the message that brings it

    @property
    def once(self) -> str:
        """The word that makes its delivery the only one."""
        return f"digest {self.id}"


class DigestLine(Row, table=True):
    """One thing that a digest says. `facts` hold what is needed to say it again, and no more than it says.

    `about_id` is who it is about, None for the team as a whole; `by_id` is who else it names; `entries` are the ids of
    the entries of kind `object` that it rests on.
    """

    __tablename__ = "digest_line"
    __table_args__ = (
        UniqueConstraint("digest_id", "place"),
        CheckConstraint("part IN ('ask', 'good', 'team')", name="part"),
        Index("ix_digest_line_about", "about_id", "at"),
        Index("ix_digest_line_by", "by_id", "at"),
    )

    kept: ClassVar[Kept] = Kept(
        "What a digest said of somebody, to be read by them too.",
        about={"about_id": REMOVE, "by_id": REMOVE},
        named={"manager_id": REMOVE},
        words="facts",
        json="facts",
        marks="kind object entries",
        private={"done_at": "manager_id"},
        of="digest_id",
    )

    digest_id: int = Field(foreign_key="digest.id", ondelete="CASCADE")
    manager_id: int = Field(foreign_key="person.id")
    place: int
    part: str
    kind: str
    about_id: int | None = Field(default=None, foreign_key="person.id")
    by_id: int | None = Field(default=None, foreign_key="person.id")
    object: str = ""
    entries: str = "[]"
    facts: str = "{}"
    at: datetime = moment()
    done_at: datetime | None = moment(default=None)  # the manager says that it is dealt with

    @property
    def said(self) -> Line:
        """What it says."""
        entries, facts = tuple(orjson.loads(self.entries)), orjson.loads(self.facts)
        done = self.done_at is not None
        return Line(self.part, self.kind, self.about_id, self.object, entries, facts, self.by_id, self.id, done)


_line = core(DigestLine).c
_about = core(Person).alias("about")


def _was_shown() -> ColumnElement[bool]:
    """The digest of a line reached its manager: by message, or because they asked for it."""
    digest, delivery = core(Digest).c, core(Delivery).c
    once = literal("digest ") + cast(digest.id, String)
    arrived = exists().where(
        delivery.org_id == digest.org_id, delivery.once == once, one_of(delivery.state, ("sending", "sent", "unknown"))
    )
    return exists().where(digest.id == _line.digest_id, or_(digest.shown_at.is_not(None), arrived))


def _named(me: int) -> ColumnElement[bool]:
    return and_(or_(_line.about_id == me, _line.by_id == me), _was_shown())


def _got(me: int) -> ColumnElement[bool]:
    """A manager reads what is about the people they still lead, and about the team."""
    still = exists().where(_about.c.id == _line.about_id, _about.c.manager_id == me, _about.c.closed_at.is_(None))
    return and_(_line.manager_id == me, or_(_line.about_id.is_(None), still))


POLICY = policy.declare(
    "digest",
    DigestLine,
    policy.standing("named in it", "read", _named),
    policy.standing("manager", "read settle", _got),
)
