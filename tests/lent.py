"""A filled PostgreSQL database that test after test works on, each as if it were new.

A new database and new connections to it cost about as much as all that a test does there: the server reads what it
knows of the tables anew for each connection. So connections stay open, and rows are put back as they were filled.
"""

from __future__ import annotations

from contextlib import suppress

import psycopg
from psycopg.sql import SQL, Identifier

from bot.db import Database

MOST = 50
"""Tests that one database serves; what they deleted stays in its files and slows down those after them."""

_PUTTING_BACK = "-c session_replication_role=replica -c lock_timeout=2s"
"""Without triggers and foreign keys, and not behind somebody who was left in the middle of a write."""

_TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
_COUNTERS = (
    "SELECT format('setval(%L, %s, %L)', format('%I.%I', schemaname, sequencename),"
    " coalesce(last_value, start_value), last_value IS NOT NULL) FROM pg_sequences"
)
_SHAPED = ("pg_attribute", "pg_class", "pg_constraint", "pg_namespace", "pg_policy", "pg_proc", "pg_trigger")
_SHAPE = SQL(" UNION ALL ").join(
    [
        *(SQL("SELECT count(*), max(xmin::text::bigint) FROM {}").format(Identifier(name)) for name in _SHAPED),
        SQL("SELECT 1, xmin::text::bigint FROM pg_database WHERE datname = current_database()"),
        SQL("SELECT count(*), 0 FROM pg_db_role_setting"),
    ]
)
"""What changes when anything but rows does."""


class Lent:
    """A database as it was filled: `database` is open, `people` are the ids of who is in it."""

    def __init__(self, url: str, master: str, people: dict[str, int]) -> None:
        """`master` is the same address for a superuser."""
        self.url, self.people, self.database = url, people, Database(url)
        self._times = 0
        self._own = psycopg.connect(master, options=_PUTTING_BACK, autocommit=True)
        tables = [Identifier(name) for (name,) in self._own.execute(_TABLES)]
        self._rows = [(table, rows) for table in tables if (rows := self._copied(table))]
        self._empty = SQL("; ").join(SQL("DELETE FROM {}").format(table) for table in tables)
        self._counters = "SELECT " + ", ".join(call for (call,) in self._own.execute(_COUNTERS))
        self._shape = self._own.execute(_SHAPE).fetchall()

    def put_back(self) -> bool:
        """Makes it as it was for the next test; whether that was possible."""
        self._times += 1
        self.database.commits = 0
        self.database.on_commit = lambda _: None
        try:
            return self._times < MOST and self._put_back()
        except psycopg.Error:
            return False

    def close(self) -> None:
        self.database.close()
        with suppress(psycopg.Error):
            self._own.close()

    def _put_back(self) -> bool:
        if self._own.execute(_SHAPE).fetchall() != self._shape:
            return False
        with self._own.transaction(), self._own.cursor() as cursor:
            cursor.execute(self._empty)
            for table, rows in self._rows:
                with cursor.copy(SQL("COPY {} FROM STDIN").format(table)) as copy:
                    copy.write(rows)
            cursor.execute(self._counters)
        return True

    def _copied(self, table: Identifier) -> bytes:
        with self._own.cursor() as cursor, cursor.copy(SQL("COPY {} TO STDOUT").format(table)) as copy:
            return b"".join(copy)
