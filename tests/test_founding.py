"""Who founds an organisation, and who joins one: several that start at once found one; where many are served, none joins."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from functools import partial

import pytest
from sqlalchemy import func, select

from bot import founding, schema
from bot.db import Database
from bot.founding import Ambiguous, Workspace
from models.base import core
from models.identity import Installation, Organisation
from tests.postgres import Server
from tests.world import Home


async def test_two_at_once_found_one_organisation(postgres: Server) -> None:
    url = postgres.empty()
    schema.upgrade(url)
    one, other = Database(url), Database(url)
    jobs = [
        database.write(partial(founding.installation, workspace=Workspace("slack", "T1", "De Molen")))
        for database in (one, other) * 4
    ]
    found = await asyncio.gather(*jobs)
    assert {installation.org_id for installation in found} == {1}
    for table in (Organisation, Installation):
        count = select(func.count()).select_from(core(table))
        assert await one.read(lambda connection, count=count: connection.execute(count).scalar()) == 1
    for database in (one, other):
        database.close()


def chosen(database: Database, which: str) -> int:
    with database.writer.begin() as connection:
        return founding.chosen(connection, which)


@pytest.fixture
def database(home: Home) -> Iterator[Database]:
    url = home.empty() if isinstance(home, Server) else f"sqlite:///{home / 'ritme.db'}"
    schema.upgrade(url)
    opened = Database(url, readers=1)
    yield opened
    opened.close()


async def test_each_that_is_new_founds_its_own_where_many_are_served(database: Database) -> None:
    async def found(platform: str, team: str, name: str, *, own: bool) -> int:
        workspace = Workspace(platform, team, name, own=own, language="en")
        return (await database.write(partial(founding.installation, workspace=workspace))).org_id

    assert [await found("slack", "T1", "De Molen", own=False), await found("teams", "t1", "Ritme", own=False)] == [1, 1]
    assert [await found("slack", "T2", "Acme", own=True), await found("teams", "t2", "Acme", own=True)] == [2, 3]
    assert [await found("slack", "T1", "De Molen", own=True), await found("teams", "t2", "Acme", own=False)] == [1, 3]
    with pytest.raises(Ambiguous):
        await found("slack", "T3", "Who?", own=False)
    assert [chosen(database, which) for which in ("1", "de molen", "3")] == [1, 1, 3]
    for unclear in ("", "Acme", "4", "Nobody"):
        with pytest.raises(Ambiguous) as told:
            chosen(database, unclear)
        assert told.value.found == [(1, "De Molen"), (2, "Acme"), (3, "Acme")]


def test_the_only_one_need_not_be_named(database: Database) -> None:
    with database.reader.connect() as connection:
        assert founding.named(connection, "") is None
    assert [chosen(database, which) for which in ("De Molen", "", "1", "de molen")] == [1, 1, 1, 1]
    with pytest.raises(Ambiguous):  # who names another one does not mean it
        chosen(database, "De Linde")
    with database.reader.connect() as connection:
        assert founding.organisations(connection) == [(1, "De Molen")]
        assert founding.named(connection, "") == 1


async def test_who_was_founded_without_a_name_takes_that_of_the_first_chat_that_has_one(database: Database) -> None:
    assert chosen(database, "") == 1
    for platform, name in (("teams", founding.NAMELESS), ("slack", "De Molen"), ("slack", "De Linde")):
        await database.write(partial(founding.installation, workspace=Workspace(platform, name, name)))
    with database.reader.connect() as connection:
        assert founding.organisations(connection) == [(1, "De Molen")]
