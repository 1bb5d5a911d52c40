"""What is kept of goals, and who may read and change it."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import CheckConstraint, ColumnElement, Index, and_, exists, or_
from sqlmodel import Field

from models import policy
from models.base import Row, core
from models.goals.rules import Period
from models.identity import Person
from models.kept import REMOVE, Kept, remove, unname
from models.moments import moment
from models.scope import Scope

MAX_TITLE = 150
MAX_TEXT = 1500
MAX_LINK = 500


class Goal(Row, table=True):
    """Something that a person, a team or the organisation wants to reach in a quarter or a year.

    An objective has key results, a theme has words. `owner_id` keeps it up to date: whose it is, a team's manager, who
    set the organisation's. `progress` and `score` are in 0..1, `confidence` is in 0..10.
    """

    __tablename__ = "goal"
    __table_args__ = (
        CheckConstraint("level IN ('organisation', 'team', 'person')", name="level"),
        CheckConstraint("(level = 'team') = (team_id IS NOT NULL)", name="team"),
        CheckConstraint("kind IN ('objective', 'theme')", name="kind"),
        CheckConstraint(f"length(title) BETWEEN 1 AND {MAX_TITLE}", name="title"),
        CheckConstraint(f"length(text) <= {MAX_TEXT} AND length(learned) <= {MAX_TEXT}", name="text"),
        CheckConstraint("year BETWEEN 2000 AND 2099 AND quarter BETWEEN 0 AND 4", name="period"),
        CheckConstraint("shown IN ('manager', 'everyone')", name="shown"),
        CheckConstraint("progress BETWEEN 0 AND 1 AND said BETWEEN 0 AND 1", name="progress"),
        CheckConstraint("confidence BETWEEN 0 AND 10", name="confidence"),
        CheckConstraint("score BETWEEN 0 AND 1", name="score"),
        CheckConstraint("(closed_at IS NULL) = (score IS NULL)", name="closed"),
        Index("ix_goal_owner", "owner_id", "closed_at"),
        Index("ix_goal_team", "team_id", "closed_at"),
        Index("ix_goal_parent", "parent_id"),
        Index("ix_goal_reached", "org_id", "reached_at"),
        Index("ix_goal_level", "org_id", "level", "closed_at"),
    )

    kept: ClassVar[Kept] = Kept(
        "What somebody, a team or the organisation wants to reach, and how it stands.",
        about={"owner_id": remove(level="person")},
        by={
            "owner_id": unname("A goal of a team or of the organisation stays theirs."),
            "updated_by_id": unname("A goal of a team or of the organisation stays theirs."),
        },
        words="title text learned",
        changed="closed_at",
        kind="goals",
        since="updated_at",
        ids="goal parent",
    )

    level: str
    kind: str = "objective"
    title: str
    text: str = ""
    team_id: int | None = Field(default=None, foreign_key="team.id")
    owner_id: int = Field(foreign_key="person.id")
    parent_id: int | None = Field(default=None, foreign_key="goal.id")
    year: int
    quarter: int = 0  # 0 is the whole year
    shown: str = "manager"  # who else reads a personal goal: only the manager, or everyone
    said: float = 0.0  # progress as its keeper said it, which counts where nothing is measured
    progress: float = 0.0
    confidence: int | None = None
    was: int | None = None  # the confidence before this one
    falls: int = 0  # how many times in a row it has fallen
    confident_at: datetime | None = moment(default=None)
    created_at: datetime = moment()
    updated_at: datetime = moment()
    updated_by_id: int = Field(foreign_key="person.id")
    reached_at: datetime | None = moment(default=None)
    closed_at: datetime | None = moment(default=None)
    score: float | None = None
    learned: str = ""

    @property
    def period(self) -> Period:
        return Period(self.year, self.quarter)


class KeyResult(Row, table=True):
    """What shows that an objective is reached. A yes or no goes from 0 to 1; a percentage counts in whole percents.

    `unit` is the currency of an amount, or what a number counts. A dropped one stays for the history.
    """

    __tablename__ = "key_result"
    __table_args__ = (
        CheckConstraint("measure IN ('number', 'percentage', 'currency', 'yesno')", name="measure"),
        CheckConstraint(f"length(title) BETWEEN 1 AND {MAX_TITLE}", name="title"),
        CheckConstraint("start <> target", name="way"),
        CheckConstraint("measure <> 'yesno' OR (start = 0 AND target = 1 AND current IN (0, 1))", name="yesno"),
    )

    kept: ClassVar[Kept] = Kept("By what a goal is measured.", words="title unit", of="goal_id")

    goal_id: int = Field(foreign_key="goal.id", index=True)
    title: str
    measure: str
    unit: str = ""
    start: float = 0.0
    target: float = 1.0
    current: float = 0.0
    dropped_at: datetime | None = moment(default=None)


class GoalUpdate(Row, table=True):
    """One time that somebody told how a goal stands. `evidence` is the address of a message, made by its platform."""

    __tablename__ = "goal_update"
    __table_args__ = (
        CheckConstraint("progress BETWEEN 0 AND 1", name="progress"),
        CheckConstraint("confidence BETWEEN 0 AND 10", name="confidence"),
        CheckConstraint(f"length(note) <= {MAX_TEXT} AND length(evidence) <= {MAX_LINK}", name="text"),
        Index("ix_goal_update_goal", "goal_id", "at"),
    )

    kept: ClassVar[Kept] = Kept(
        "How a goal stood, each time that somebody told it.",
        by={"person_id": unname("What was told of a team's goal is part of its history.")},
        words="note",
        links="evidence",
        of="goal_id",
    )

    goal_id: int = Field(foreign_key="goal.id")
    person_id: int = Field(foreign_key="person.id", index=True)
    at: datetime = moment()
    progress: float
    confidence: int | None = None
    note: str = ""
    evidence: str = ""


class GoalChange(Row, table=True):
    """One time that a goal itself became another one: what, from, to and why.

    `old` and `new` are words for "title", "text" and "result" (a key result's title), a period, a goal's id for
    "parent", a number for "start" and "target".
    """

    __tablename__ = "goal_change"
    __table_args__ = (
        CheckConstraint(
            "what IN ('title', 'text', 'parent', 'period', 'result', 'start', 'target', 'added', 'dropped',"
            " 'reopened')",
            name="what",
        ),
        CheckConstraint(f"length(reason) <= {MAX_TEXT}", name="reason"),
        Index("ix_goal_change_goal", "goal_id", "at"),
    )

    kept: ClassVar[Kept] = Kept(
        "When and why a goal became another one.",
        by={"person_id": unname("What was changed of a team's goal is part of its history.")},
        words="old new reason",
        of="goal_id",
    )

    goal_id: int = Field(foreign_key="goal.id")
    person_id: int = Field(foreign_key="person.id", index=True)
    at: datetime = moment()
    what: str
    old: str = ""
    new: str = ""
    reason: str = ""
    result_id: int | None = Field(default=None, foreign_key="key_result.id")


class GoalAsk(Row, table=True):
    """One time that a reader asked who keeps a goal how it is going. It is answered by an update, or by closing."""

    __tablename__ = "goal_ask"
    __table_args__ = (Index("ix_goal_ask_goal", "goal_id", "asker_id", "at"),)

    kept: ClassVar[Kept] = Kept("Who asked how a goal is going.", by={"asker_id": REMOVE}, of="goal_id", ids="ask")

    goal_id: int = Field(foreign_key="goal.id")
    asker_id: int = Field(foreign_key="person.id", index=True)
    at: datetime = moment()
    answered_at: datetime | None = moment(default=None)


# --- who may do what ----------------------------------------------------------------------------------

_goal = core(Goal).c
holder = core(Person).alias("one")  # under a name of its own, so that it never mixes with the query around it
report = core(Person).alias("other")


def owns(me: Any) -> ColumnElement[bool]:
    return and_(_goal.level == "person", _goal.owner_id == me)


def leads(me: Any) -> ColumnElement[bool]:
    """A team's goals are for who leads people in that team."""
    member = and_(holder.c.team_id == _goal.team_id, holder.c.manager_id == me, holder.c.closed_at.is_(None))
    return and_(_goal.level == "team", exists().where(member))


def steers(me: Any) -> ColumnElement[bool]:
    """The organisation's goals are for HR, administrators, and managers who have no manager."""
    return and_(
        _goal.level == "organisation", exists().where(holder.c.id == me, holder.c.org_id == _goal.org_id, steering())
    )


def steering() -> ColumnElement[bool]:
    reports = exists().where(report.c.manager_id == holder.c.id, report.c.closed_at.is_(None))
    return or_(holder.c.hr, holder.c.admin, and_(holder.c.manager_id.is_(None), reports))


def _manages(me: int) -> ColumnElement[bool]:
    """The manager of today; where there is none, the conversation partner that the owner chose."""
    partner = and_(holder.c.manager_id.is_(None), holder.c.partner_id == me)
    here = (holder.c.id == _goal.owner_id, holder.c.closed_at.is_(None))
    held = exists().where(*here, or_(holder.c.manager_id == me, partner))
    return and_(_goal.level == "person", held)


def _public(_: int) -> ColumnElement[bool]:
    return _goal.level != "person"


def _offered(_: int) -> ColumnElement[bool]:
    return and_(_goal.level == "person", _goal.shown == "everyone")


def counts_in(goal: Goal, above: Goal) -> bool:
    """Whether everybody who may read the one above may read this one too, by the rows of `POLICY`.

    Only then does its progress count there: from what counts, and one's own beside it, the other can be worked out.
    """
    if _for_all(goal):
        return True
    return not _for_all(above) and goal.owner_id == above.owner_id


def _for_all(goal: Goal) -> bool:
    return goal.level != "person" or goal.shown == "everyone"


POLICY = policy.declare(
    "goal",
    Goal,
    policy.standing("owner", "read change outcome", owns),
    policy.standing("team manager", "read change outcome", leads),
    policy.standing("steering", "read change outcome", steers),
    policy.standing("manager", "read outcome", _manages),
    policy.standing("everyone", "read outcome", _public),
    policy.standing("everyone, where the owner says so", "read", _offered),
)
"""A goal follows the manager of today, so its readers are standing ones. "outcome" is the score it was closed with:
that of a personal goal stays with its owner and the manager, whoever else may read the goal.
"""


def kept_by(person: Any) -> ColumnElement[bool]:
    """The goals that somebody, by id, keeps up to date: their own, their team's, and what they set for all."""
    return or_(owns(person), leads(person), and_(steers(person), _goal.owner_id == person))


def readers(scope: Scope, owner: Person) -> list[Person]:
    """Who else reads a personal goal that is not shown to everyone: the who-sees line of the same rows as `POLICY`."""
    id = owner.partner_id if owner.manager_id is None else owner.manager_id
    reader = scope.db.get(Person, id) if id else None
    return [reader] if reader is not None and reader.closed_at is None else []
