"""Asking so that nobody can find out who said what."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012.2"
down_revision = "0012.1"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "opening",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("org_id", sa.Integer(), nullable=False),
        sa.Column("object", sa.String(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("floor", sa.Integer(), nullable=False),
        sa.Column("parts", sa.String(), nullable=False),
        sa.Column("continuous", sa.Boolean(), nullable=False),
        sa.Column("batch", sa.Integer(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("kind IN ('confidential', 'anonymous')", name=op.f("ck_opening_kind")),
        sa.CheckConstraint("floor >= 3", name=op.f("ck_opening_floor")),
        sa.ForeignKeyConstraint(["org_id"], ["organisation.id"], name=op.f("fk_opening_org_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_opening")),
        sa.UniqueConstraint("object", "entry_id", "org_id", name=op.f("uq_opening_object_entry_id_org_id")),
    )
    op.create_table(
        "opening_group",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("org_id", sa.Integer(), nullable=False),
        sa.Column("opening_id", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("within_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["opening_id"], ["opening.id"], name=op.f("fk_opening_group_opening_id")),
        sa.ForeignKeyConstraint(["org_id"], ["organisation.id"], name=op.f("fk_opening_group_org_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_opening_group")),
        sa.UniqueConstraint(
            "opening_id", "group_id", "org_id", name=op.f("uq_opening_group_opening_id_group_id_org_id")
        ),
    )
    op.create_table(
        "publication",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("org_id", sa.Integer(), nullable=False),
        sa.Column("opening_id", sa.Integer(), nullable=False),
        sa.Column("part", sa.String(), nullable=False),
        sa.Column("batch", sa.Integer(), nullable=False),
        sa.Column("groups", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["opening_id"], ["opening.id"], name=op.f("fk_publication_opening_id")),
        sa.ForeignKeyConstraint(["org_id"], ["organisation.id"], name=op.f("fk_publication_org_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_publication")),
        sa.UniqueConstraint(
            "opening_id",
            "part",
            "batch",
            "groups",
            "org_id",
            name=op.f("uq_publication_opening_id_part_batch_groups_org_id"),
        ),
    )
    op.create_table(
        "participant",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("org_id", sa.Integer(), nullable=False),
        sa.Column("opening_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("answered", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["opening_id"], ["opening.id"], name=op.f("fk_participant_opening_id")),
        sa.ForeignKeyConstraint(["org_id"], ["organisation.id"], name=op.f("fk_participant_org_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_participant_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_participant")),
        sa.UniqueConstraint(
            "opening_id", "person_id", "org_id", name=op.f("uq_participant_opening_id_person_id_org_id")
        ),
    )
    with op.batch_alter_table("participant", schema=None) as batch_op:
        batch_op.create_index("ix_participant_person_id", ["person_id"], unique=False)

    op.create_table(
        "response",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("org_id", sa.Integer(), nullable=False),
        sa.Column("publication_id", sa.Integer(), nullable=False),
        sa.Column("score", sa.Integer(), nullable=True),
        sa.Column("text", sa.String(), nullable=False),
        sa.CheckConstraint("length(text) <= 1000", name=op.f("ck_response_text")),
        sa.CheckConstraint("score BETWEEN 1 AND 10", name=op.f("ck_response_score")),
        sa.ForeignKeyConstraint(["org_id"], ["organisation.id"], name=op.f("fk_response_org_id")),
        sa.ForeignKeyConstraint(["publication_id"], ["publication.id"], name=op.f("fk_response_publication_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_response")),
    )
    with op.batch_alter_table("response", schema=None) as batch_op:
        batch_op.create_index("ix_response_publication_id", ["publication_id"], unique=False)

    op.create_table(
        "sealed_answer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("org_id", sa.Integer(), nullable=False),
        sa.Column("opening_id", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("body", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["person.id"], name=op.f("fk_sealed_answer_author_id")),
        sa.ForeignKeyConstraint(["opening_id"], ["opening.id"], name=op.f("fk_sealed_answer_opening_id")),
        sa.ForeignKeyConstraint(["org_id"], ["organisation.id"], name=op.f("fk_sealed_answer_org_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sealed_answer")),
    )
    with op.batch_alter_table("sealed_answer", schema=None) as batch_op:
        batch_op.create_index("ix_sealed_answer_author_id", ["author_id"], unique=False)
        batch_op.create_index("ix_sealed_answer_opening_id", ["opening_id"], unique=False)


def downgrade() -> None:
    op.drop_table("sealed_answer")
    op.drop_table("response")
    op.drop_table("participant")
    op.drop_table("publication")
    op.drop_table("opening_group")
    op.drop_table("opening")
