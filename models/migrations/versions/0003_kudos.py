"""The tables of kudos."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "company_value",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("org_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("retired", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["org_id"], ["organisation.id"], name=op.f("fk_company_value_org_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_company_value")),
    )
    op.create_table(
        "kudos",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("org_id", sa.Integer(), nullable=False),
        sa.Column("giver_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("value_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("length(text) BETWEEN 1 AND 600", name=op.f("ck_kudos_text")),
        sa.ForeignKeyConstraint(["giver_id"], ["person.id"], name=op.f("fk_kudos_giver_id")),
        sa.ForeignKeyConstraint(["org_id"], ["organisation.id"], name=op.f("fk_kudos_org_id")),
        sa.ForeignKeyConstraint(["value_id"], ["company_value.id"], name=op.f("fk_kudos_value_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kudos")),
    )
    with op.batch_alter_table("kudos", schema=None) as batch_op:
        batch_op.create_index("ix_kudos_at", ["org_id", "at"], unique=False)
        batch_op.create_index("ix_kudos_given", ["org_id", "giver_id", "at"], unique=False)

    op.create_table(
        "kudos_receiver",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("org_id", sa.Integer(), nullable=False),
        sa.Column("kudos_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("shown", sa.String(), nullable=False),
        sa.CheckConstraint("shown IN ('public', 'private', 'manager')", name=op.f("ck_kudos_receiver_shown")),
        sa.ForeignKeyConstraint(
            ["kudos_id"], ["kudos.id"], name=op.f("fk_kudos_receiver_kudos_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["org_id"], ["organisation.id"], name=op.f("fk_kudos_receiver_org_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_kudos_receiver_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kudos_receiver")),
    )
    with op.batch_alter_table("kudos_receiver", schema=None) as batch_op:
        batch_op.create_index("ix_kudos_receiver_kudos", ["kudos_id"], unique=False)
        batch_op.create_index("ix_kudos_receiver_person", ["person_id", "kudos_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("kudos_receiver", schema=None) as batch_op:
        batch_op.drop_index("ix_kudos_receiver_person")
        batch_op.drop_index("ix_kudos_receiver_kudos")

    op.drop_table("kudos_receiver")
    with op.batch_alter_table("kudos", schema=None) as batch_op:
        batch_op.drop_index("ix_kudos_given")
        batch_op.drop_index("ix_kudos_at")

    op.drop_table("kudos")
    op.drop_table("company_value")
