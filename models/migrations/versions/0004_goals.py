"""The tables of goals."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "goal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("org_id", sa.Integer(), nullable=False),
        sa.Column("level", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=True),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("quarter", sa.Integer(), nullable=False),
        sa.Column("shown", sa.String(), nullable=False),
        sa.Column("said", sa.Float(), nullable=False),
        sa.Column("progress", sa.Float(), nullable=False),
        sa.Column("confidence", sa.Integer(), nullable=True),
        sa.Column("was", sa.Integer(), nullable=True),
        sa.Column("falls", sa.Integer(), nullable=False),
        sa.Column("confident_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_by_id", sa.Integer(), nullable=False),
        sa.Column("reached_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("score", sa.Float(), nullable=True),
        sa.Column("learned", sa.String(), nullable=False),
        sa.CheckConstraint("(level = 'team') = (team_id IS NOT NULL)", name=op.f("ck_goal_team")),
        sa.CheckConstraint("kind IN ('objective', 'theme')", name=op.f("ck_goal_kind")),
        sa.CheckConstraint("level IN ('organisation', 'team', 'person')", name=op.f("ck_goal_level")),
        sa.CheckConstraint("shown IN ('manager', 'everyone')", name=op.f("ck_goal_shown")),
        sa.CheckConstraint("(closed_at IS NULL) = (score IS NULL)", name=op.f("ck_goal_closed")),
        sa.CheckConstraint("confidence BETWEEN 0 AND 10", name=op.f("ck_goal_confidence")),
        sa.CheckConstraint("length(text) <= 1500 AND length(learned) <= 1500", name=op.f("ck_goal_text")),
        sa.CheckConstraint("length(title) BETWEEN 1 AND 150", name=op.f("ck_goal_title")),
        sa.CheckConstraint("progress BETWEEN 0 AND 1 AND said BETWEEN 0 AND 1", name=op.f("ck_goal_progress")),
        sa.CheckConstraint("score BETWEEN 0 AND 1", name=op.f("ck_goal_score")),
        sa.CheckConstraint("year BETWEEN 2000 AND 2099 AND quarter BETWEEN 0 AND 4", name=op.f("ck_goal_period")),
        sa.ForeignKeyConstraint(["org_id"], ["organisation.id"], name=op.f("fk_goal_org_id")),
        sa.ForeignKeyConstraint(["owner_id"], ["person.id"], name=op.f("fk_goal_owner_id")),
        sa.ForeignKeyConstraint(["parent_id"], ["goal.id"], name=op.f("fk_goal_parent_id")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_goal_team_id")),
        sa.ForeignKeyConstraint(["updated_by_id"], ["person.id"], name=op.f("fk_goal_updated_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_goal")),
    )
    with op.batch_alter_table("goal", schema=None) as batch_op:
        batch_op.create_index("ix_goal_level", ["org_id", "level", "closed_at"], unique=False)
        batch_op.create_index("ix_goal_owner", ["owner_id", "closed_at"], unique=False)
        batch_op.create_index("ix_goal_parent", ["parent_id"], unique=False)
        batch_op.create_index("ix_goal_reached", ["org_id", "reached_at"], unique=False)
        batch_op.create_index("ix_goal_team", ["team_id", "closed_at"], unique=False)

    op.create_table(
        "goal_update",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("org_id", sa.Integer(), nullable=False),
        sa.Column("goal_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("progress", sa.Float(), nullable=False),
        sa.Column("confidence", sa.Integer(), nullable=True),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("evidence", sa.String(), nullable=False),
        sa.CheckConstraint("confidence BETWEEN 0 AND 10", name=op.f("ck_goal_update_confidence")),
        sa.CheckConstraint("length(note) <= 1500 AND length(evidence) <= 500", name=op.f("ck_goal_update_text")),
        sa.CheckConstraint("progress BETWEEN 0 AND 1", name=op.f("ck_goal_update_progress")),
        sa.ForeignKeyConstraint(["goal_id"], ["goal.id"], name=op.f("fk_goal_update_goal_id")),
        sa.ForeignKeyConstraint(["org_id"], ["organisation.id"], name=op.f("fk_goal_update_org_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_goal_update_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_goal_update")),
    )
    with op.batch_alter_table("goal_update", schema=None) as batch_op:
        batch_op.create_index("ix_goal_update_goal", ["goal_id", "at"], unique=False)
        batch_op.create_index(batch_op.f("ix_goal_update_person_id"), ["person_id"], unique=False)

    op.create_table(
        "key_result",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("org_id", sa.Integer(), nullable=False),
        sa.Column("goal_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("measure", sa.String(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("start", sa.Float(), nullable=False),
        sa.Column("target", sa.Float(), nullable=False),
        sa.Column("current", sa.Float(), nullable=False),
        sa.Column("dropped_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "measure <> 'yesno' OR (start = 0 AND target = 1 AND current IN (0, 1))", name=op.f("ck_key_result_yesno")
        ),
        sa.CheckConstraint(
            "measure IN ('number', 'percentage', 'currency', 'yesno')", name=op.f("ck_key_result_measure")
        ),
        sa.CheckConstraint("length(title) BETWEEN 1 AND 150", name=op.f("ck_key_result_title")),
        sa.CheckConstraint("start <> target", name=op.f("ck_key_result_way")),
        sa.ForeignKeyConstraint(["goal_id"], ["goal.id"], name=op.f("fk_key_result_goal_id")),
        sa.ForeignKeyConstraint(["org_id"], ["organisation.id"], name=op.f("fk_key_result_org_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_key_result")),
    )
    with op.batch_alter_table("key_result", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_key_result_goal_id"), ["goal_id"], unique=False)

    op.create_table(
        "goal_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("org_id", sa.Integer(), nullable=False),
        sa.Column("goal_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("old", sa.String(), nullable=False),
        sa.Column("new", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("result_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "what IN ('title', 'text', 'parent', 'period', 'result', 'start', 'target', 'added', 'dropped', 'reopened')",
            name=op.f("ck_goal_change_what"),
        ),
        sa.CheckConstraint("length(reason) <= 1500", name=op.f("ck_goal_change_reason")),
        sa.ForeignKeyConstraint(["goal_id"], ["goal.id"], name=op.f("fk_goal_change_goal_id")),
        sa.ForeignKeyConstraint(["org_id"], ["organisation.id"], name=op.f("fk_goal_change_org_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_goal_change_person_id")),
        sa.ForeignKeyConstraint(["result_id"], ["key_result.id"], name=op.f("fk_goal_change_result_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_goal_change")),
    )
    with op.batch_alter_table("goal_change", schema=None) as batch_op:
        batch_op.create_index("ix_goal_change_goal", ["goal_id", "at"], unique=False)
        batch_op.create_index(batch_op.f("ix_goal_change_person_id"), ["person_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("goal_change", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_goal_change_person_id"))
        batch_op.drop_index("ix_goal_change_goal")

    op.drop_table("goal_change")
    with op.batch_alter_table("key_result", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_key_result_goal_id"))

    op.drop_table("key_result")
    with op.batch_alter_table("goal_update", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_goal_update_person_id"))
        batch_op.drop_index("ix_goal_update_goal")

    op.drop_table("goal_update")
    with op.batch_alter_table("goal", schema=None) as batch_op:
        batch_op.drop_index("ix_goal_team")
        batch_op.drop_index("ix_goal_reached")
        batch_op.drop_index("ix_goal_parent")
        batch_op.drop_index("ix_goal_owner")
        batch_op.drop_index("ix_goal_level")

    op.drop_table("goal")
