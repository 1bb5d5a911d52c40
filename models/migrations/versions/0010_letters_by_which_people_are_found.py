"""The letters by which somebody is found whose name is typed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.add_column(sa.Column("letters", sa.String(), nullable=False, server_default=""))
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.alter_column("letters", server_default=None)
        batch_op.create_index("ix_person_letters", ["org_id", "letters"], unique=False)

    person = sa.table(
        "person", sa.column("id", sa.Integer), sa.column("name", sa.String), sa.column("letters", sa.String)
    )
    connection = op.get_bind()
    known = connection.execute(sa.select(person.c.id, person.c.name)).all()
    change = person.update().where(person.c.id == sa.bindparam("row")).values(letters=sa.bindparam("first"))
    if known:
        connection.execute(change, [{"row": id, "first": name.casefold()[:3]} for id, name in known])


def downgrade() -> None:
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.drop_index("ix_person_letters")
        batch_op.drop_column("letters")
