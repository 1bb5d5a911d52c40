"""The few deliveries that are no messages, found without walking through those that are."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012.4"
down_revision = "0012.3"
branch_labels = None
depends_on = None

APART = "state = 'pending' AND (verb = 'home' OR verb = 'retract' OR verb = 'revise')"


def upgrade() -> None:
    op.create_index(
        "ix_delivery_apart",
        "delivery",
        ["state", "installation_id", "nudge", "bundle_id", "not_before"],
        unique=False,
        sqlite_where=sa.text(APART),
        postgresql_where=sa.text(APART),
    )


def downgrade() -> None:
    op.drop_index("ix_delivery_apart", "delivery")
