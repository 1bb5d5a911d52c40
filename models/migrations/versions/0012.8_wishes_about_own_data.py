"""Who asked for a copy of their data, and why a wish to be erased was refused."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012.8"
down_revision = "0012.7"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "copy_wish",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("org_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["org_id"], ["organisation.id"], name=op.f("fk_copy_wish_org_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_copy_wish_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_copy_wish")),
        sa.UniqueConstraint("person_id", name=op.f("uq_copy_wish_person_id")),
    )
    with op.batch_alter_table("erasure", schema=None) as batch_op:
        batch_op.add_column(sa.Column("refused_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("refusal", sa.String(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("erasure", schema=None) as batch_op:
        batch_op.drop_column("refusal")
        batch_op.drop_column("refused_at")
    op.drop_table("copy_wish")
