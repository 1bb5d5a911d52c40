"""Several processes that start at once on an empty database found one organisation."""

from __future__ import annotations

import asyncio
from functools import partial

from sqlalchemy import func, select

from bot import founding, schema
from bot.db import Database
from bot.founding import Workspace
from models.base import core
from models.identity import Installation, Organisation
from tests.postgres import Server


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
