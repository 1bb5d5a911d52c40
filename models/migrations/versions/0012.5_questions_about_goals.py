"""Who asked how a goal is going."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012.5"
down_revision = "0012.4"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "goal_ask",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("org_id", sa.Integer(), nullable=False),
        sa.Column("goal_id", sa.Integer(), nullable=False),
        sa.Column("asker_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["asker_id"], ["person.id"], name=op.f("fk_goal_ask_asker_id")),
        sa.ForeignKeyConstraint(["goal_id"], ["goal.id"], name=op.f("fk_goal_ask_goal_id")),
        sa.ForeignKeyConstraint(["org_id"], ["organisation.id"], name=op.f("fk_goal_ask_org_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_goal_ask")),
    )
    with op.batch_alter_table("goal_ask", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_goal_ask_asker_id"), ["asker_id"], unique=False)
        batch_op.create_index("ix_goal_ask_goal", ["goal_id", "asker_id", "at"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("goal_ask", schema=None) as batch_op:
        batch_op.drop_index("ix_goal_ask_goal")
        batch_op.drop_index(batch_op.f("ix_goal_ask_asker_id"))

    op.drop_table("goal_ask")
