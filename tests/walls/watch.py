"""Watches five organisations in one transaction: what comes of one thing that somebody does is looked at, and undone."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import orjson
import structlog
from sqlalchemy import Connection, select, text

import models
from bot.db import Job, T
from bot.dispatch import Dispatch
from models.base import core
from models.delivery import Delivery
from models.identity import Person
from models.scope import enter_org
from models.walls import org_column
from tests.undone import undone
from tests.walls import five
from tests.walls.five import HOUSES, House
from tests.world import World

TABLES = [table for table in models.everything().sorted_tables if org_column(table)]

_OTHERS = {
    table.name: f"SELECT * FROM {table.name} WHERE {org_column(table)} <> {{}} ORDER BY id"  # noqa: S608 - our tables
    for table in TABLES
}
_CHANGED = text("SELECT coalesce(sum(n_tup_ins + n_tup_upd + n_tup_del), 0) FROM pg_stat_xact_user_tables")
_CONDITIONS = text(
    "SELECT conrelid::regclass::text, quote_ident(conname) FROM pg_constraint WHERE contype = 'c' AND connamespace = 'public'::regnamespace AND conrelid <> 0"
)


class Undone:
    """The database, in which everything that is done finds all as it was: what was written is gone afterwards."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.on_commit: Any = None

    async def read(self, job: Job[T]) -> T:
        return job(self.connection)

    async def write(self, job: Job[T]) -> T:
        step = self.connection.begin_nested()
        try:
            result = job(self.connection)
        except BaseException:
            step.rollback()
            raise
        step.commit()
        return result

    def close(self) -> None:
        """It belongs to who opened it."""


@asynccontextmanager
async def filled(world: World) -> AsyncIterator[Connection]:
    """A transaction in which the five are, and nobody else."""
    with world.database.writer.connect() as connection:
        step = connection.begin()
        _open(connection)
        for table in reversed(TABLES):
            connection.execute(table.delete())
        five.fill(connection)
        _shut(connection)
        yield connection
        step.rollback()


def _open(connection: Connection) -> None:
    """Rows may come in any order, and with any words."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
        connection.exec_driver_sql("PRAGMA ignore_check_constraints = ON")
        return
    connection.execute(text("SET LOCAL session_replication_role = replica"))
    for table, name in connection.execute(_CONDITIONS).all():
        connection.execute(text(f"ALTER TABLE {table} DROP CONSTRAINT {name}"))


def _shut(connection: Connection) -> None:
    """From here on the database looks after itself, and new rows come after those that are here."""
    if connection.dialect.name != "sqlite":
        connection.execute(text("SET LOCAL session_replication_role = origin"))
        for table in TABLES:
            last = f"SELECT setval(pg_get_serial_sequence('{table.name}', 'id'), max(id)) FROM {table.name}"  # noqa: S608 - our tables
            connection.execute(text(last))


@dataclass
class Seen:
    """What came of something: what was said to whoever did it, and what was written down."""

    said: list[str] = field(default_factory=list)
    wrote: bool = False


class Watch:
    """Looks at everything that is said and written, and knows whose it is."""

    def __init__(self, connection: Connection, dispatch: Dispatch) -> None:
        self.connection, self.dispatch = connection, dispatch
        self._before = {by.id: self._content(by.id) for by in (*HOUSES, NOBODY)}
        self._last = max(int(row.id) for row in connection.execute(select(core(Delivery).c.id)))

    @asynccontextmanager
    async def looking(self, name: str, by: House, given: str) -> AsyncIterator[tuple[Seen, list[str]]]:
        """What is put into the first is looked through at the end; the second is then what of another than `by` was
        said, and in which tables of another something changed. `given` is what they said themselves.
        """
        seen, through, began = Seen(), list[str](), self._changes()
        with undone(self.connection):
            with structlog.testing.capture_logs() as logged:
                yield seen, through
                seen.said.extend(self._told())
            seen.wrote = self._changes() > began
            through += self._leaks(name, by, given, f"{' '.join(seen.said)} {logged}")
            through += self._writes(name, by) if seen.wrote else ()

    def _told(self) -> Iterator[str]:
        """What would be said by messages that were left behind."""
        rows = self.connection.execute(select(core(Delivery)).where(core(Delivery).c.id > self._last)).all()
        for row in rows:
            scope = enter_org(self.connection, row.org_id, self.dispatch.clock.now())
            assert scope is not None
            person = scope.db.get(Person, row.person_id) if row.person_id else None
            saying = self.dispatch.router.sayings.get(row.kind)
            said: Any = ""
            try:
                said = saying(scope.as_(person) if person else scope, orjson.loads(row.ids)) if saying else ""
            except Exception as failure:  # noqa: BLE001 - it is halted, and not said
                said = failure
            yield f"{row} {said!r}"

    def _leaks(self, name: str, by: House, given: str, everything: str) -> Iterator[str]:
        known = set(re.findall(r"\d+", given))
        for house in HOUSES:
            if house is not by and (told := house.spoken_of(everything) - known):
                yield f"{name}: says of {house.id} {told}"

    def _writes(self, name: str, by: House) -> Iterator[str]:
        after = self._content(by.id)
        for table, rows in self._before[by.id].items():
            if after[table] != rows:
                yield f"{name}: writes in {table} of another"

    def _changes(self) -> int:
        """How many rows were written since the beginning; the database counts them."""
        if self.connection.dialect.name == "sqlite":
            raw: Any = self.connection.connection.dbapi_connection
            return int(raw.total_changes)
        return int(self.connection.execute(_CHANGED).scalar_one())

    def _content(self, by: int) -> dict[str, int]:
        """A digest of every row of all the others, by table."""
        raw: Any = self.connection.connection.dbapi_connection
        return {name: hash(tuple(raw.execute(query.format(by)).fetchall())) for name, query in _OTHERS.items()}


NOBODY = House(0, "", ())
"""Of whom nothing is: what somebody hears and changes who belongs to nobody."""
