"""The tokens of those who install the app, and their way there."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012.1"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "install_state",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("browser", sa.String(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_install_state")),
        sa.UniqueConstraint("state", name=op.f("uq_install_state_state")),
    )
    with op.batch_alter_table("install_state", schema=None) as batch_op:
        batch_op.create_index("ix_install_state_expires_at", ["expires_at"], unique=False)

    op.create_table(
        "installation_token",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("org_id", sa.Integer(), nullable=False),
        sa.Column("installation_id", sa.Integer(), nullable=False),
        sa.Column("access", sa.String(), nullable=False),
        sa.Column("refresh", sa.String(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("granted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("user", sa.String(), nullable=False),
        sa.Column("enterprise", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("renewing", sa.String(), nullable=False),
        sa.Column("renewing_until", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["installation_id"], ["installation.id"], name=op.f("fk_installation_token_installation_id")
        ),
        sa.ForeignKeyConstraint(["org_id"], ["organisation.id"], name=op.f("fk_installation_token_org_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_installation_token")),
        sa.UniqueConstraint("installation_id", name=op.f("uq_installation_token_installation_id")),
    )


def downgrade() -> None:
    op.drop_table("installation_token")
    op.drop_table("install_state")
