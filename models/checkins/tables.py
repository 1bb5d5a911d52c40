"""What is kept of check-ins, and who may read it."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar

from sqlalchemy import CheckConstraint, ColumnElement, Index, UniqueConstraint, and_, exists
from sqlmodel import Field

from models import policy
from models.base import Row, core, partial
from models.identity import Person
from models.kept import REMOVE, UNLINK, Kept, unname
from models.moments import moment

MAX_TEXT = 2000
MAX_PRIORITY = 200
MOST_PRIORITIES = 3

OUTCOMES = ("done", "carried", "dropped")
REACTIONS = ("👍", "💪", "🙏", "🎉")


class CheckinPeriod(Row, table=True):
    """A stretch of a person's days that is asked about once; see `models.cadence.Period`.

    States: planned; asked (or open in silence, for who wants no messages); answered; skipped (which counts as
    answered); off: nothing was asked, because the person was away or it was too late to be of use.
    """

    __tablename__ = "checkin_period"
    __table_args__ = (
        UniqueConstraint("person_id", "starts", "org_id"),
        CheckConstraint("state IN ('planned', 'asked', 'answered', 'skipped', 'off')", name="state"),
        CheckConstraint("ends >= starts", name="order"),
        partial("ix_checkin_period_latest", "ends", "org_id", where="latest = 1", postgresql="latest"),
        Index("ix_checkin_period_closes", "org_id", "closes_at"),
    )

    kept: ClassVar[Kept] = Kept(
        "For which days somebody is asked, and whether they answered.",
        about={"person_id": REMOVE},
        marks="period",
        kind="checkins",
        since="closes_at",
        where={"latest": False},
        ids="period",
    )

    person_id: int = Field(foreign_key="person.id")
    period: str  # the period's own id
    starts: date
    ends: date
    due_at: datetime = moment()
    closes_at: datetime = moment()
    state: str = "planned"
    latest: bool = True  # planning goes on from here


class Checkin(Row, table=True):
    """One answer. `seen` is the first time that somebody else opened it; from then on it stays as it is."""

    __tablename__ = "checkin"
    __table_args__ = (
        UniqueConstraint("period_id"),
        CheckConstraint(f"length(blocker) <= {MAX_TEXT}", name="blocker"),
        Index("ix_checkin_person", "person_id", "at"),
        Index("ix_checkin_at", "org_id", "at"),
    )

    kept: ClassVar[Kept] = Kept(
        "How somebody's work goes, in their words, for those they tell it.",
        about={"person_id": REMOVE},
        named={"seen_by_id": UNLINK},
        words="blocker",
        kind="checkins",
        since="at",
        ids="checkin",
    )

    person_id: int = Field(foreign_key="person.id")
    period_id: int = Field(foreign_key="checkin_period.id")
    blocker: str = ""
    at: datetime = moment()
    seen_at: datetime | None = moment(default=None)
    seen_by_id: int | None = Field(default=None, foreign_key="person.id")


class CheckinPriority(Row, table=True):
    """Something the writer set out to do. The outcome is told in the next check-in; what is carried is set anew."""

    __tablename__ = "checkin_priority"
    __table_args__ = (
        CheckConstraint(f"length(text) BETWEEN 1 AND {MAX_PRIORITY}", name="text"),
        CheckConstraint("outcome IN ('', 'done', 'carried', 'dropped')", name="outcome"),
    )

    kept: ClassVar[Kept] = Kept(
        "What somebody set out to do, and what came of it.",
        about={"person_id": REMOVE},
        words="text",
        of="checkin_id",
    )

    checkin_id: int = Field(foreign_key="checkin.id", index=True)
    person_id: int = Field(foreign_key="person.id")
    text: str
    carried: bool = False  # it was a priority before
    outcome: str = ""
    settled_id: int | None = Field(default=None, foreign_key="checkin.id", index=True)  # where the outcome was told


class CheckinEnergy(Row, table=True):
    """How much energy somebody has, from 1 to 5, in a row of its own: it has fewer readers than the check-in."""

    __tablename__ = "checkin_energy"
    __table_args__ = (UniqueConstraint("checkin_id"), CheckConstraint("value BETWEEN 1 AND 5", name="value"))

    kept: ClassVar[Kept] = Kept(
        "How much energy somebody says they have.", about={"person_id": REMOVE}, of="checkin_id"
    )

    checkin_id: int = Field(foreign_key="checkin.id")
    person_id: int = Field(foreign_key="person.id", index=True)
    value: int
    shared: bool = False  # with the manager


class CheckinNote(Row, table=True):
    """What somebody said about a check-in: a reaction, a reply, or a sentence passed on to `to_id`."""

    __tablename__ = "checkin_note"
    __table_args__ = (
        CheckConstraint("kind IN ('reaction', 'reply', 'passed')", name="kind"),
        CheckConstraint("(kind = 'passed') = (to_id IS NOT NULL)", name="to"),
        CheckConstraint(f"length(text) BETWEEN 1 AND {MAX_TEXT}", name="text"),
    )

    kept: ClassVar[Kept] = Kept(
        "What readers said about a check-in, to its writer or, with the writer knowing, to others.",
        by={"author_id": unname("It was said to somebody, who may read it back.")},
        named={"to_id": unname("What was passed on stays in the sight of whose check-in it is.")},
        words="text",
        of="checkin_id",
        ids="note",
    )

    checkin_id: int = Field(foreign_key="checkin.id", index=True)
    author_id: int = Field(foreign_key="person.id")
    kind: str
    text: str
    to_id: int | None = Field(default=None, foreign_key="person.id")
    at: datetime = moment()


_asked = core(Person).alias("asked")  # under names of their own, so that they never mix with the query around them
_before = core(CheckinNote).alias("before")


def _leads(me: int) -> ColumnElement[bool]:
    period = core(CheckinPeriod).c
    return exists().where(_asked.c.id == period.person_id, _asked.c.manager_id == me, _asked.c.closed_at.is_(None))


PERIODS = policy.declare(
    "checkin_period",
    CheckinPeriod,
    policy.standing("owner", "read", lambda me: CheckinPeriod.person_id == me),
    policy.standing("manager", "read", _leads),
)
"""Whether somebody was asked, answered or skipped. The words of an answer have rows of their own."""

POLICY = policy.declare(
    "checkin",
    Checkin,
    policy.standing("owner", "read respond", lambda me: Checkin.person_id == me),
    policy.standing(
        "owner until it is seen",
        "change",
        lambda me: (core(Checkin).c.person_id == me) & core(Checkin).c.seen_at.is_(None),
    ),
    policy.fixed(policy.MANAGER, "read respond pass"),
    policy.fixed(policy.DEPUTY, "read respond"),
    policy.fixed(policy.SECOND, "read respond"),
    policy.fixed(policy.PARTNER, "read respond"),
)

ENERGY = policy.declare(
    "checkin_energy",
    CheckinEnergy,
    policy.standing("owner", "read", lambda me: CheckinEnergy.person_id == me),
    policy.fixed(policy.MANAGER, "read"),
)


def _owns(me: int) -> ColumnElement[bool]:
    return exists().where(core(Checkin).c.id == core(CheckinNote).c.checkin_id, core(Checkin).c.person_id == me)


def _replied_before(me: int) -> ColumnElement[bool]:
    """What the owner of a check-in answers is for who wrote to them before."""
    note, checkin = core(CheckinNote).c, core(Checkin).c
    answer = exists().where(checkin.id == note.checkin_id, checkin.person_id == note.author_id)
    before = exists().where(
        _before.c.checkin_id == note.checkin_id,
        _before.c.author_id == me,
        _before.c.kind == "reply",
        _before.c.id < note.id,
    )
    return and_(note.kind == "reply", answer, before)


NOTES = policy.declare(
    "checkin_note",
    CheckinNote,
    policy.standing("author", "read", lambda me: CheckinNote.author_id == me),
    policy.standing("receiver", "read", lambda me: CheckinNote.to_id == me),
    policy.standing("owner of the check-in", "read", _owns),
    policy.standing("replied before", "read", _replied_before, within=(POLICY, core(CheckinNote).c.checkin_id)),
)
