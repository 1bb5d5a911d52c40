"""A database that goes away while something is put into words costs no message, and nobody has to look for it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from sqlalchemy import text

from bot.calls import Post, Tell
from bot.db import Unavailable
from bot.messages import Message
from models.scope import Scope
from tests.mail import Office, message
from tests.postgres import Server
from tests.world import World


@pytest.fixture
def world(postgres: Server) -> Iterator[World]:
    world = World(postgres)
    yield world
    world.close()


async def test_a_connection_that_breaks_in_the_middle_of_a_saying(world: World) -> None:
    ends = ["once"]

    def saying(scope: Scope, ids: Mapping[str, Any]) -> Message:
        if ends and ids["text"] == "second":
            ends.pop()
            scope.db.connection.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))
        return message(ids["text"])

    office = Office(world, saying=saying)
    await office.queue(Tell(office.id("sem"), "note", {"text": "first"}))
    await office.queue(Post("kudos", "post", {"text": "second"}), Post("kudos", "post", {"text": "third"}))
    with pytest.raises(Unavailable):
        await office.flush()
    assert await office.states() == ["pending", "pending", "pending"]
    assert office.mail.parcels == []
    await office.flush()
    assert await office.states() == ["sent", "sent", "sent"]
    assert (office.mail.said("sem"), office.mail.said("C-KUDOS")) == (["first"], ["second", "third"])
    assert office.mail.looked == []
