"""How fast a lane goes and who sends in it; indexes for what holds others up and for what will be too late."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

EXPIRING = "state = 'pending' AND expires_at IS NOT NULL"
HOLDING = "retry_at IS NOT NULL"


def upgrade() -> None:
    # The defaults stay: a version that does not know these columns may still write rows.
    with op.batch_alter_table("installation", schema=None) as batch_op:
        batch_op.add_column(sa.Column("sender", sa.String(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("rates", sa.String(), nullable=False, server_default=""))

    with op.batch_alter_table("delivery", schema=None) as batch_op:
        batch_op.create_index(
            "ix_delivery_holding",
            ["to", "installation_id"],
            unique=False,
            sqlite_where=sa.text(HOLDING),
            postgresql_where=sa.text(HOLDING),
        )
        batch_op.create_index(
            "ix_delivery_expiring",
            ["installation_id", "expires_at"],
            unique=False,
            sqlite_where=sa.text(EXPIRING),
            postgresql_where=sa.text(EXPIRING),
        )


def downgrade() -> None:
    with op.batch_alter_table("delivery", schema=None) as batch_op:
        batch_op.drop_index("ix_delivery_expiring")
        batch_op.drop_index("ix_delivery_holding")

    with op.batch_alter_table("installation", schema=None) as batch_op:
        batch_op.drop_column("rates")
        batch_op.drop_column("sender")
