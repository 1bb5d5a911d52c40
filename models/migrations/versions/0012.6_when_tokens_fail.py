"""Since when a token is not renewed, and why."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012.6"
down_revision = "0012.5"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("installation_token", schema=None) as batch_op:
        batch_op.add_column(sa.Column("failing_since", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("failed_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("trouble", sa.String(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("installation_token", schema=None) as batch_op:
        batch_op.drop_column("trouble")
        batch_op.drop_column("failed_at")
        batch_op.drop_column("failing_since")
