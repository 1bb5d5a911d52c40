"""On which day the readers of an entry were written down; a deputy reads in one absence only.

What is there already has no day, so it is closed for deputies, who see what is sent from now on.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012.7"
down_revision = "0012.6"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("audience", schema=None) as batch_op:
        batch_op.add_column(sa.Column("day", sa.Date(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("audience", schema=None) as batch_op:
        batch_op.drop_column("day")
