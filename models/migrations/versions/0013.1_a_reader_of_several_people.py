"""Somebody may be written down as the reader of one entry for several people: thanks to two of one manager."""

from __future__ import annotations

from alembic import op

revision = "0013.1"
down_revision = "0013"
branch_labels = None
depends_on = None


BEFORE = "org_id", "object", "entry_id", "person_id", "role"
AFTER = *BEFORE, "about_id"


def upgrade() -> None:
    _instead(BEFORE, AFTER)


def downgrade() -> None:
    """Of what a reader has for several people the first is kept."""
    op.execute(f"DELETE FROM audience WHERE id NOT IN (SELECT min(id) FROM audience GROUP BY {', '.join(BEFORE)})")  # noqa: S608 - ours
    _instead(AFTER, BEFORE)


def _instead(known: tuple[str, ...], wanted: tuple[str, ...]) -> None:
    with op.batch_alter_table("audience", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f(f"uq_audience_{'_'.join(known)}"), type_="unique")
        batch_op.create_unique_constraint(batch_op.f(f"uq_audience_{'_'.join(wanted)}"), list(wanted))
