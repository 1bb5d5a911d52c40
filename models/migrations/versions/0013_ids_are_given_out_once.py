"""SQLite gives out an id once, as PostgreSQL always did: its tables are made anew, with AUTOINCREMENT.

Each goes on after the highest id that it holds, or that a message still names.
"""

from __future__ import annotations

import re

from alembic import op
from sqlalchemy.engine import Connection

revision = "0013"
down_revision = "0012.8"
branch_labels = None
depends_on = None


_NAMED = {
    "ask": "goal_ask",
    "checkin": "checkin",
    "copy": "copy_wish",
    "digest": "digest",
    "erasure": "erasure",
    "feedback": "feedback",
    "goal": "goal",
    "kudos": "kudos",
    "note": "checkin_note",
    "parent": "goal",
    "period": "checkin_period",
    "request": "feedback_request",
}
"""What messages are about: the word in their ids, and its table."""

_TABLES = """
    SELECT name, sql FROM sqlite_master
    WHERE type = 'table' AND sql LIKE '%PRIMARY KEY (id)%' ORDER BY name
"""
_INDEXES = "SELECT sql FROM sqlite_master WHERE type = 'index' AND tbl_name = ? AND sql IS NOT NULL ORDER BY name"
_HIGHEST = """
    SELECT named.key, max(named.value)
    FROM (SELECT DISTINCT ids FROM delivery WHERE json_valid(ids)) AS said, json_each(said.ids) AS named
    WHERE named.type = 'integer' GROUP BY named.key
"""


def upgrade() -> None:
    connection = op.get_bind()
    if connection.dialect.name != "sqlite":
        return
    for name, said in connection.exec_driver_sql(_TABLES).all():
        _make_anew(connection, name, said)
    for word, number in connection.exec_driver_sql(_HIGHEST).all():
        if word in _NAMED:
            _go_on(connection, _NAMED[word], number)


def downgrade() -> None:
    """Versions before this one work with such tables."""


def _make_anew(connection: Connection, name: str, said: str) -> None:
    """In the table's own words, so that nothing of it is lost, and SQLite copies its rows page by page."""
    indexes = connection.exec_driver_sql(_INDEXES, (name,)).scalars().all()
    connection.exec_driver_sql(_counting(said, f"_new_{name}"))
    connection.exec_driver_sql(f'INSERT INTO "_new_{name}" SELECT * FROM "{name}"')  # noqa: S608 - a name of ours
    connection.exec_driver_sql(f'DROP TABLE "{name}"')
    connection.exec_driver_sql(f'ALTER TABLE "_new_{name}" RENAME TO "{name}"')
    for index in indexes:
        connection.exec_driver_sql(index)


def _counting(said: str, name: str) -> str:
    """How a table of another name is made that gives out each id once."""
    changes = (
        (r'^CREATE TABLE "?\w+"?', f'CREATE TABLE "{name}"'),
        (r"\bid INTEGER NOT NULL", "id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT"),
        (r",\s*(CONSTRAINT \w+ )?PRIMARY KEY \(id\)", ""),
    )
    for found, instead in changes:
        said, count = re.subn(found, instead, said, count=1)
        if not count:
            raise RuntimeError(f"{name} is made in other words than expected; nothing was changed")
    return said


def _go_on(connection: Connection, name: str, number: int) -> None:
    """Has a table give out higher ids only."""
    raised = "UPDATE sqlite_sequence SET seq = max(seq, ?) WHERE name = ?"
    if not connection.exec_driver_sql(raised, (number, name)).rowcount:
        connection.exec_driver_sql("INSERT INTO sqlite_sequence (seq, name) VALUES (?, ?)", (number, name))
