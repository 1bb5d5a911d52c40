"""The tables of checkins."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "checkin_period",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("org_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("period", sa.String(), nullable=False),
        sa.Column("starts", sa.Date(), nullable=False),
        sa.Column("ends", sa.Date(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("latest", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "state IN ('planned', 'asked', 'answered', 'skipped', 'off')", name=op.f("ck_checkin_period_state")
        ),
        sa.CheckConstraint("ends >= starts", name=op.f("ck_checkin_period_order")),
        sa.ForeignKeyConstraint(["org_id"], ["organisation.id"], name=op.f("fk_checkin_period_org_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_checkin_period_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_checkin_period")),
        sa.UniqueConstraint("org_id", "person_id", "period", name=op.f("uq_checkin_period_org_id_person_id_period")),
    )
    with op.batch_alter_table("checkin_period", schema=None) as batch_op:
        batch_op.create_index("ix_checkin_period_closes", ["org_id", "closes_at"], unique=False)
        batch_op.create_index("ix_checkin_period_latest", ["org_id", "latest", "ends"], unique=False)
        batch_op.create_index("ix_checkin_period_person", ["person_id", "starts"], unique=False)

    op.create_table(
        "checkin",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("org_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("period_id", sa.Integer(), nullable=False),
        sa.Column("blocker", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("seen_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("length(blocker) <= 2000", name=op.f("ck_checkin_blocker")),
        sa.ForeignKeyConstraint(["org_id"], ["organisation.id"], name=op.f("fk_checkin_org_id")),
        sa.ForeignKeyConstraint(["period_id"], ["checkin_period.id"], name=op.f("fk_checkin_period_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_checkin_person_id")),
        sa.ForeignKeyConstraint(["seen_by_id"], ["person.id"], name=op.f("fk_checkin_seen_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_checkin")),
        sa.UniqueConstraint("period_id", name=op.f("uq_checkin_period_id")),
    )
    with op.batch_alter_table("checkin", schema=None) as batch_op:
        batch_op.create_index("ix_checkin_at", ["org_id", "at"], unique=False)
        batch_op.create_index("ix_checkin_person", ["person_id", "at"], unique=False)

    op.create_table(
        "checkin_energy",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("org_id", sa.Integer(), nullable=False),
        sa.Column("checkin_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.Column("shared", sa.Boolean(), nullable=False),
        sa.CheckConstraint("value BETWEEN 1 AND 5", name=op.f("ck_checkin_energy_value")),
        sa.ForeignKeyConstraint(["checkin_id"], ["checkin.id"], name=op.f("fk_checkin_energy_checkin_id")),
        sa.ForeignKeyConstraint(["org_id"], ["organisation.id"], name=op.f("fk_checkin_energy_org_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_checkin_energy_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_checkin_energy")),
        sa.UniqueConstraint("checkin_id", name=op.f("uq_checkin_energy_checkin_id")),
    )
    with op.batch_alter_table("checkin_energy", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_checkin_energy_person_id"), ["person_id"], unique=False)

    op.create_table(
        "checkin_note",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("org_id", sa.Integer(), nullable=False),
        sa.Column("checkin_id", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("to_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("(kind = 'passed') = (to_id IS NOT NULL)", name=op.f("ck_checkin_note_to")),
        sa.CheckConstraint("kind IN ('reaction', 'reply', 'passed')", name=op.f("ck_checkin_note_kind")),
        sa.CheckConstraint("length(text) BETWEEN 1 AND 2000", name=op.f("ck_checkin_note_text")),
        sa.ForeignKeyConstraint(["author_id"], ["person.id"], name=op.f("fk_checkin_note_author_id")),
        sa.ForeignKeyConstraint(["checkin_id"], ["checkin.id"], name=op.f("fk_checkin_note_checkin_id")),
        sa.ForeignKeyConstraint(["org_id"], ["organisation.id"], name=op.f("fk_checkin_note_org_id")),
        sa.ForeignKeyConstraint(["to_id"], ["person.id"], name=op.f("fk_checkin_note_to_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_checkin_note")),
    )
    with op.batch_alter_table("checkin_note", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_checkin_note_checkin_id"), ["checkin_id"], unique=False)

    op.create_table(
        "checkin_priority",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("org_id", sa.Integer(), nullable=False),
        sa.Column("checkin_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("carried", sa.Boolean(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("settled_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("outcome IN ('', 'done', 'carried', 'dropped')", name=op.f("ck_checkin_priority_outcome")),
        sa.CheckConstraint("length(text) BETWEEN 1 AND 200", name=op.f("ck_checkin_priority_text")),
        sa.ForeignKeyConstraint(["checkin_id"], ["checkin.id"], name=op.f("fk_checkin_priority_checkin_id")),
        sa.ForeignKeyConstraint(["org_id"], ["organisation.id"], name=op.f("fk_checkin_priority_org_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_checkin_priority_person_id")),
        sa.ForeignKeyConstraint(["settled_id"], ["checkin.id"], name=op.f("fk_checkin_priority_settled_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_checkin_priority")),
    )
    with op.batch_alter_table("checkin_priority", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_checkin_priority_checkin_id"), ["checkin_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_checkin_priority_settled_id"), ["settled_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("checkin_priority", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_checkin_priority_settled_id"))
        batch_op.drop_index(batch_op.f("ix_checkin_priority_checkin_id"))

    op.drop_table("checkin_priority")
    with op.batch_alter_table("checkin_note", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_checkin_note_checkin_id"))

    op.drop_table("checkin_note")
    with op.batch_alter_table("checkin_energy", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_checkin_energy_person_id"))

    op.drop_table("checkin_energy")
    with op.batch_alter_table("checkin", schema=None) as batch_op:
        batch_op.drop_index("ix_checkin_person")
        batch_op.drop_index("ix_checkin_at")

    op.drop_table("checkin")
    with op.batch_alter_table("checkin_period", schema=None) as batch_op:
        batch_op.drop_index("ix_checkin_period_person")
        batch_op.drop_index("ix_checkin_period_latest")
        batch_op.drop_index("ix_checkin_period_closes")

    op.drop_table("checkin_period")
