"""What is kept of feedback, and who may see it."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlmodel import Field

from models import policy
from models.base import Row
from models.kept import REMOVE, Kept, unname
from models.moments import moment

MAX_TEXT = 2000
MAX_TOPIC = 150
MAX_QUESTION = 500


class FeedbackRequest(Row, table=True):
    """One person asks another for feedback on themselves. Saying no needs no reason, so there is no room for one."""

    __tablename__ = "feedback_request"
    __table_args__ = (
        CheckConstraint("asker_id <> asked_id", name="other"),
        CheckConstraint(f"length(topic) BETWEEN 1 AND {MAX_TOPIC}", name="topic"),
        CheckConstraint(f"length(question) BETWEEN 1 AND {MAX_QUESTION}", name="question"),
        CheckConstraint("state IN ('open', 'answered', 'declined', 'lapsed', 'withdrawn')", name="state"),
        Index("ix_feedback_request_asked", "asked_id", "state"),
        Index("ix_feedback_request_asker", "asker_id", "at"),
    )

    kept: ClassVar[Kept] = Kept(
        "Who asked whom for feedback, and about what.",
        by={"asker_id": REMOVE},
        about={"asked_id": unname("The question is its asker's.")},
        words="topic question",
        kind="feedback",
        since="at",
        ids="request requests*",
    )

    asker_id: int = Field(foreign_key="person.id")
    asked_id: int = Field(foreign_key="person.id")
    topic: str  # a goal, a project or a competence, as the asker calls it
    question: str
    goal_id: int | None = Field(default=None, foreign_key="goal.id")
    deadline: date  # a wish; a working day of the asked person
    at: datetime = moment()
    state: str = "open"
    closed_at: datetime | None = moment(default=None)


class Feedback(Row, table=True):
    """What one person saw, heard and felt of another's work: situation, behaviour, impact, and perhaps a wish.

    Its readers are fixed when it is sent. The words stay as they are from the moment somebody else has read them.
    """

    __tablename__ = "feedback"
    __table_args__ = (
        CheckConstraint("author_id <> subject_id", name="other"),
        CheckConstraint(f"length(situation) BETWEEN 1 AND {MAX_TEXT}", name="situation"),
        CheckConstraint(f"length(behaviour) BETWEEN 1 AND {MAX_TEXT}", name="behaviour"),
        CheckConstraint(f"length(impact) BETWEEN 1 AND {MAX_TEXT}", name="impact"),
        CheckConstraint(f"length(wish) <= {MAX_TEXT}", name="wish"),
        UniqueConstraint("org_id", "request_id"),
        Index("ix_feedback_subject", "subject_id", "at"),
        Index("ix_feedback_author", "author_id", "at"),
        Index("ix_feedback_at", "org_id", "at"),
    )

    kept: ClassVar[Kept] = Kept(
        "What somebody saw of another's work, for that person, and for the manager only where the author chose so.",
        about={"subject_id": REMOVE},
        by={"author_id": unname("Feedback belongs to who received it.")},
        words="situation behaviour impact wish",
        private={"seen_at": "subject_id", "hidden_at": "subject_id"},
        kind="feedback",
        since="at",
        ids="feedback",
    )

    author_id: int = Field(foreign_key="person.id")
    subject_id: int = Field(foreign_key="person.id")
    request_id: int | None = Field(default=None, foreign_key="feedback_request.id")  # what it answers
    situation: str
    behaviour: str
    impact: str
    wish: str = ""
    at: datetime = moment()
    read_at: datetime | None = moment(default=None)  # first opened by anybody but the author
    seen_at: datetime | None = moment(default=None)  # first opened by its subject
    thanked_at: datetime | None = moment(default=None)
    hidden_at: datetime | None = moment(default=None)  # out of its subject's own lists; nobody else notices


POLICY = policy.declare(
    "feedback",
    Feedback,
    policy.standing("author", "read change", lambda me: Feedback.author_id == me),
    policy.standing("subject", "read receive", lambda me: Feedback.subject_id == me),
    policy.fixed(policy.MANAGER, "read"),
)
"""The manager only reads what the author chose to share when sending. HR, admins and deputies have no row."""

REQUESTS = policy.declare(
    "feedback_request",
    FeedbackRequest,
    policy.standing("asker", "read withdraw", lambda me: FeedbackRequest.asker_id == me),
    policy.standing("asked", "read answer", lambda me: FeedbackRequest.asked_id == me),
)
