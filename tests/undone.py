"""Looking at what would be written, in a transaction that many tries share."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection


@contextmanager
def undone(connection: Connection) -> Iterator[None]:
    """What is written in here is gone at its end, and the savepoint too: one that SQLAlchemy rolls back to stays open,
    and each write looks at all of them.
    """
    connection.exec_driver_sql("SAVEPOINT undone")
    try:
        yield
    finally:
        connection.exec_driver_sql("ROLLBACK TO SAVEPOINT undone")
        connection.exec_driver_sql("RELEASE SAVEPOINT undone")
