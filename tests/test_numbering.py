"""An id is given out once, whatever way a database came about and whatever became of the row."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, func, insert, select, text

import models
from bot import schema
from bot.backup import backup
from bot.copies import tables
from bot.restore import restore
from tests import filling
from tests.postgres import Server
from tests.rows import fill, numbered, run, some

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
BEFORE = "0012.8"
"""The last revision at which SQLite gave out ids again."""

Ids = dict[str, int]


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'ritme.db'}"


def highest(connection: Connection) -> Ids:
    return {name: connection.execute(select(func.max(table.c.id))).scalar_one() for name, table in _tables()}


def empties(connection: Connection) -> None:
    for _, table in _tables():
        connection.execute(table.delete())


def following(connection: Connection) -> Ids:
    """The id that the next row of each table gets."""
    if connection.dialect.name == "postgresql":
        drawn = text("SELECT nextval(pg_get_serial_sequence(quote_ident(:name), 'id'))")
        return {name: connection.execute(drawn, {"name": name}).scalar_one() for name, _ in _tables()}
    return {name: _following(connection, table) for name, table in _tables()}


def _following(connection: Connection, table: Any) -> int:
    row = {name: value for name, value in next(numbered(table, 12)).items() if name != "id"}
    return int(connection.execute(insert(table), row).inserted_primary_key[0])  # type: ignore[index]


def _tables() -> list[tuple[str, Any]]:
    return [*models.everything().tables.items()]


def after(ids: Ids) -> Ids:
    return {name: id + 1 for name, id in ids.items()}


def emptied(url: str) -> Ids:
    """Removes every row; returns the highest ids that there were."""
    found: Ids = run(url, highest)
    run(url, empties)
    return found


def _fresh(url: str) -> None:
    run(url, models.everything().create_all)
    run(url, fill)


def _upgraded(url: str) -> None:
    schema.upgrade(url)
    run(url, fill)


def _migrated(url: str) -> None:
    schema.upgrade(url, BEFORE)
    run(url, lambda connection: filling.fill(connection, 12))
    schema.upgrade(url)


def _downgraded(url: str) -> None:
    _migrated(url)
    schema.downgrade(url, BEFORE)
    schema.upgrade(url)


@pytest.mark.parametrize("make", [_fresh, _upgraded, _migrated, _downgraded])
def test_the_id_of_a_removed_last_row_is_not_given_out_again(url: str, make: Callable[[str], None]) -> None:
    make(url)
    before = emptied(url)
    assert min(before.values()) > 0
    assert run(url, following) == after(before)


async def test_nor_by_what_was_restored(url: str, postgres: Server, tmp_path: Path) -> None:
    _upgraded(url)
    before = emptied(url)
    server, last = postgres.empty(), f"sqlite:///{tmp_path / 'last.db'}"
    backup(url, tmp_path / "out.db")
    await restore(server, tmp_path / "out.db", NOW)
    backup(server, tmp_path / "back.db")
    await restore(last, tmp_path / "back.db", NOW)
    assert run(url, following) == after(before)
    assert run(server, following) == after(before | {"fence": before["fence"] + 1})
    assert run(last, following) == after(before | {"fence": before["fence"] + 2})
    postgres.drop(server)


def test_a_migrated_table_goes_on_after_what_messages_still_name(url: str) -> None:
    schema.upgrade(url, BEFORE)

    def said(connection: Connection) -> None:
        there = {table.name: table for table in tables(connection.engine)}
        org = {"cadence": "weekly mon 09:00", "freedom": "moment", "floor": 5, "language": "nl"}
        connection.execute(insert(there["organisation"]), some(there["organisation"], 1) | org)
        for id, ids in enumerate(('{"kudos":40}', '{"kudos":7,"requests":[90]}', '{"digest":3}', "{}"), 1):
            connection.execute(insert(there["delivery"]), some(there["delivery"], id) | {"ids": ids})

    run(url, said)
    schema.upgrade(url)
    found = run(url, following)
    assert {name: id for name, id in found.items() if id > 1} == {
        "kudos": 41,
        "digest": 4,
        "delivery": 5,
        "organisation": 2,
    }


REBUILDS = """
from alembic import op
revision, down_revision, branch_labels, depends_on = "9999", {before!r}, None, None
def upgrade():
    with op.batch_alter_table("kudos", recreate="always"):
        pass
"""


def test_a_later_migration_may_make_a_table_anew(url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _upgraded(url)
    before = emptied(url)
    shutil.copytree(schema.FOLDER, tmp_path / "migrations")
    (tmp_path / "migrations" / "versions" / "9999_again.py").write_text(REBUILDS.format(before=schema.head()))
    monkeypatch.setattr(schema, "FOLDER", tmp_path / "migrations")
    schema.upgrade(url)
    assert schema.current(url) == "9999"
    assert schema.difference(url) == []
    assert run(url, following) == after(before)


def test_a_table_that_would_is_noticed(url: str) -> None:
    schema.upgrade(url)

    def make_anew(connection: Connection) -> None:
        said = connection.exec_driver_sql("SELECT sql FROM sqlite_master WHERE name = 'fence'").scalar_one()
        connection.exec_driver_sql("DROP TABLE fence")
        connection.exec_driver_sql(said.replace(" AUTOINCREMENT", ""))

    run(url, make_anew)
    assert schema.difference(url) == ["fence may give out an id again"]
