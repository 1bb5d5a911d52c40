"""The tables of feedback."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "feedback_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("org_id", sa.Integer(), nullable=False),
        sa.Column("asker_id", sa.Integer(), nullable=False),
        sa.Column("asked_id", sa.Integer(), nullable=False),
        sa.Column("topic", sa.String(), nullable=False),
        sa.Column("question", sa.String(), nullable=False),
        sa.Column("goal_id", sa.Integer(), nullable=True),
        sa.Column("deadline", sa.Date(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('open', 'answered', 'declined', 'lapsed', 'withdrawn')", name=op.f("ck_feedback_request_state")
        ),
        sa.CheckConstraint("asker_id <> asked_id", name=op.f("ck_feedback_request_other")),
        sa.CheckConstraint("length(question) BETWEEN 1 AND 500", name=op.f("ck_feedback_request_question")),
        sa.CheckConstraint("length(topic) BETWEEN 1 AND 150", name=op.f("ck_feedback_request_topic")),
        sa.ForeignKeyConstraint(["asked_id"], ["person.id"], name=op.f("fk_feedback_request_asked_id")),
        sa.ForeignKeyConstraint(["asker_id"], ["person.id"], name=op.f("fk_feedback_request_asker_id")),
        sa.ForeignKeyConstraint(["goal_id"], ["goal.id"], name=op.f("fk_feedback_request_goal_id")),
        sa.ForeignKeyConstraint(["org_id"], ["organisation.id"], name=op.f("fk_feedback_request_org_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feedback_request")),
    )
    with op.batch_alter_table("feedback_request", schema=None) as batch_op:
        batch_op.create_index("ix_feedback_request_asked", ["asked_id", "state"], unique=False)
        batch_op.create_index("ix_feedback_request_asker", ["asker_id", "at"], unique=False)

    op.create_table(
        "feedback",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("org_id", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("request_id", sa.Integer(), nullable=True),
        sa.Column("situation", sa.String(), nullable=False),
        sa.Column("behaviour", sa.String(), nullable=False),
        sa.Column("impact", sa.String(), nullable=False),
        sa.Column("wish", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("thanked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("hidden_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("author_id <> subject_id", name=op.f("ck_feedback_other")),
        sa.CheckConstraint("length(behaviour) BETWEEN 1 AND 2000", name=op.f("ck_feedback_behaviour")),
        sa.CheckConstraint("length(impact) BETWEEN 1 AND 2000", name=op.f("ck_feedback_impact")),
        sa.CheckConstraint("length(situation) BETWEEN 1 AND 2000", name=op.f("ck_feedback_situation")),
        sa.CheckConstraint("length(wish) <= 2000", name=op.f("ck_feedback_wish")),
        sa.ForeignKeyConstraint(["author_id"], ["person.id"], name=op.f("fk_feedback_author_id")),
        sa.ForeignKeyConstraint(["org_id"], ["organisation.id"], name=op.f("fk_feedback_org_id")),
        sa.ForeignKeyConstraint(["request_id"], ["feedback_request.id"], name=op.f("fk_feedback_request_id")),
        sa.ForeignKeyConstraint(["subject_id"], ["person.id"], name=op.f("fk_feedback_subject_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feedback")),
        sa.UniqueConstraint("org_id", "request_id", name=op.f("uq_feedback_org_id_request_id")),
    )
    with op.batch_alter_table("feedback", schema=None) as batch_op:
        batch_op.create_index("ix_feedback_at", ["org_id", "at"], unique=False)
        batch_op.create_index("ix_feedback_author", ["author_id", "at"], unique=False)
        batch_op.create_index("ix_feedback_subject", ["subject_id", "at"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("feedback", schema=None) as batch_op:
        batch_op.drop_index("ix_feedback_subject")
        batch_op.drop_index("ix_feedback_author")
        batch_op.drop_index("ix_feedback_at")

    op.drop_table("feedback")
    with op.batch_alter_table("feedback_request", schema=None) as batch_op:
        batch_op.drop_index("ix_feedback_request_asker")
        batch_op.drop_index("ix_feedback_request_asked")

    op.drop_table("feedback_request")
