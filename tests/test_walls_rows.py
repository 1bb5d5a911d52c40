"""Row security, the second lock: a statement that forgot its organisation sees nothing of another's, and writes nothing.

Here a role like an operator's is connected: it owns the tables, and is no superuser.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, delete, func, insert, select, text, update
from sqlalchemy.exc import ProgrammingError
from typer.testing import CliRunner

import models
from bot import cli, schema
from bot.checkup import postgresql
from bot.commands import terminal
from bot.db import Database, engine
from bot.export import export
from bot.settings import load
from models import enforced
from models.base import core
from models.identity import Organisation
from models.scope import across, enter_org
from models.walls import org_column
from tests.postgres import Server
from tests.rows import fill, sample
from tests.world import START, World

TABLES = [table for table in models.everything().sorted_tables if org_column(table)]


@pytest.fixture
def world(postgres: Server) -> Iterator[World]:
    world = World(postgres.walled)
    yield world
    world.close()


@pytest.fixture
def filled(postgres: Server) -> Iterator[Database]:
    """Twelve organisations, of which the first has rows in every table."""
    url = postgres.walled.empty()
    schema.upgrade(url, row_security=True)
    there = engine(url)
    with there.begin() as connection:
        for table, key in connection.execute(text(_KEYS)).all():  # the rows may come in any order
            connection.execute(text(f"ALTER TABLE {table} DROP CONSTRAINT {key}"))
        for table in models.everything().sorted_tables:
            connection.execute(text(f"ALTER TABLE {table.name} DISABLE TRIGGER USER"))
        fill(connection)
    there.dispose()
    database = Database(url)
    yield database
    database.close()
    postgres.drop(url)


_KEYS = """
    SELECT conrelid::regclass, quote_ident(conname) FROM pg_constraint
    WHERE contype = 'f' AND connamespace = current_schema()::regnamespace
"""


def count(connection: Connection, table: Any) -> int:
    return connection.execute(select(func.count()).select_from(table)).scalar_one()


def test_before_an_organisation_is_entered_there_is_nothing(world: World) -> None:
    with world.database.reader.connect() as connection:
        assert {table.name: count(connection, table) for table in TABLES} == {table.name: 0 for table in TABLES}
    with world.database.writer.begin() as connection:
        assert count(across(connection), core(Organisation)) == 1


def test_a_connection_remembers_nothing_of_the_last_transaction(world: World) -> None:
    """One connection, used in turns."""
    database = Database(world.url, readers=1)
    for org, found in ((1, 1), (2, 0), (1, 1)):
        with database.reader.connect() as connection:
            enter_org(connection, org, START)
            assert count(connection, core(Organisation)) == found
        with database.reader.connect() as connection:
            assert count(connection, core(Organisation)) == 0
    database.close()


def test_a_statement_that_forgot_its_organisation_sees_and_writes_nothing(filled: Database) -> None:
    """Every table, from an organisation that has none of these rows."""
    with filled.writer.begin() as connection:
        before = {table.name: count(across(connection), table) for table in TABLES}
        enter_org(connection, 12, START)
        for table in TABLES:
            own = {"organisation": 1, "planned": 1}.get(table.name, 0)
            assert (table.name, count(connection, table)) == (table.name, own)
            column = next(one for one in table.columns if not one.primary_key and one.name != "org_id")
            theirs = table.c[org_column(table)] != 12
            assert connection.execute(update(table).where(theirs).values({column.name: column})).rowcount == 0
            assert connection.execute(delete(table).where(theirs)).rowcount == 0
            with pytest.raises(ProgrammingError, match="row-level security"), connection.begin_nested():
                connection.execute(insert(table), sample(table, 1) | {"id": 999, org_column(table): 1})
        assert {table.name: count(across(connection), table) for table in TABLES} == before
        assert min(before.values()) > 0


def test_it_is_put_on_and_taken_off_by_an_upgrade(postgres: Server) -> None:
    url = postgres.walled.empty()
    schema.upgrade(url)
    with pytest.raises(schema.OutOfDate, match="RITME_ROW_SECURITY is set"):
        schema.check(url, row_security=True)
    found = [(True, None), (True, None), (False, False), (False, None)]
    for secured, say in [(True, True), *found]:
        schema.upgrade(url, row_security=say)
        there = engine(url)
        with there.connect() as connection:
            assert enforced.secured(connection) is secured
            assert (enforced.unsecured(connection) == []) is secured
        there.dispose()
    assert schema.difference(url) == []
    postgres.drop(url)


def test_the_command_leaves_it_as_it_is_unless_told_and_says_what_it_does(
    postgres: Server, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A shell without the variable takes nobody's lock away."""
    url = postgres.walled.empty()
    on, off, stays = "Row security is on now", "Row security is off now", "Row security stays on"
    asked = [("", False, ""), ("1", True, on), ("1", True, ""), ("", True, stays), ("0", False, off), ("", False, "")]
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("RITME_DATABASE_URL", url)
    for value, secured, said in asked:
        monkeypatch.setenv("RITME_ROW_SECURITY", value)  # set to nothing is not set
        monkeypatch.setattr(terminal.console, "_file", None)
        result = CliRunner().invoke(cli.app, ["db", "upgrade"])
        assert (result.exit_code, schema.secured(url)) == (0, secured)
        assert (said in result.output, "Row security" in result.output) == (True, bool(said))
    postgres.drop(url)


def test_the_doctor_tells_whether_it_holds(world: World, postgres: Server) -> None:
    def told(url: str) -> list[tuple[str, str]]:
        there = engine(url)
        with there.connect() as connection:
            settings = load(doors=False, RITME_DATABASE_URL=url, RITME_ROW_SECURITY="1")
            found = [
                (level, text) for level, about, text in postgresql(settings, connection) if about == "row security"
            ]
        there.dispose()
        return found

    assert told(world.url) == [("good", "on for every table")]
    ((level, said),) = told(world.url.replace("ritme@", "postgres@"))
    assert (level, said[:44]) == ("bad", "the role that Ritme connects as is not bound")
    with world.database.writer.begin() as connection:
        connection.execute(text("ALTER TABLE kudos NO FORCE ROW LEVEL SECURITY"))
    assert told(world.url) == [("bad", "missing from kudos; run: ritme db upgrade")]


def test_an_export_has_everything(world: World, tmp_path: Any) -> None:
    assert export(world.url, tmp_path / "out", "json", lambda *_: None) > 10
