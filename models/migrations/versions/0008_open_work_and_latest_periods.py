"""Smaller indexes for what is written often: open work, the latest period of each person, a nudge's week."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


_OPEN = sa.text("done_at IS NULL")
_LATEST, _LATEST_SQLITE = sa.text("latest"), sa.text("latest = 1")


def upgrade() -> None:
    with op.batch_alter_table("checkin_period", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_checkin_period_person"))
        batch_op.drop_constraint(batch_op.f("uq_checkin_period_org_id_person_id_period"), type_="unique")
        batch_op.drop_index(batch_op.f("ix_checkin_period_latest"))
        batch_op.create_index(
            "ix_checkin_period_latest",
            ["ends", "org_id"],
            unique=False,
            sqlite_where=_LATEST_SQLITE,
            postgresql_where=_LATEST,
        )
        batch_op.create_unique_constraint(
            batch_op.f("uq_checkin_period_person_id_starts_org_id"), ["person_id", "starts", "org_id"]
        )

    with op.batch_alter_table("delivery", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_delivery_person_id"))
        batch_op.create_index("ix_delivery_person", ["person_id", "week"], unique=False)

    with op.batch_alter_table("due", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_due_open"))
        batch_op.create_index("ix_due_open", ["parked", "at"], unique=False, sqlite_where=_OPEN, postgresql_where=_OPEN)


def downgrade() -> None:
    with op.batch_alter_table("due", schema=None) as batch_op:
        batch_op.drop_index("ix_due_open", sqlite_where=_OPEN, postgresql_where=_OPEN)
        batch_op.create_index(batch_op.f("ix_due_open"), ["done_at", "parked", "at"], unique=False)

    with op.batch_alter_table("delivery", schema=None) as batch_op:
        batch_op.drop_index("ix_delivery_person")
        batch_op.create_index(batch_op.f("ix_delivery_person_id"), ["person_id"], unique=False)

    with op.batch_alter_table("checkin_period", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("uq_checkin_period_person_id_starts_org_id"), type_="unique")
        batch_op.drop_index("ix_checkin_period_latest", sqlite_where=_LATEST_SQLITE, postgresql_where=_LATEST)
        batch_op.create_index(batch_op.f("ix_checkin_period_latest"), ["org_id", "latest", "ends"], unique=False)
        batch_op.create_unique_constraint(
            batch_op.f("uq_checkin_period_org_id_person_id_period"), ["org_id", "person_id", "period"]
        )
        batch_op.create_index(batch_op.f("ix_checkin_period_person"), ["person_id", "starts"], unique=False)
