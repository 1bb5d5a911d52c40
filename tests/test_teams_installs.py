"""Where people and rooms are reached: kept, refreshed by everything that comes in, and forgotten."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.conversations import Conversations
from bot.teams.connector import Connector, Place, session
from bot.teams.hosts import Hosts
from bot.teams.installs import SERVICE, Installs, Reference
from bot.teams.tokens import Tokens
from models.base import core
from models.identity import Account, Conversation
from tests.fakes.teams.connector import FakeTeams
from tests.fakes.teams.world import World as Tenant
from tests.world import World

TENANT = Tenant().tenant
ROOM = "19:team@thread.tacv2"


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path, platform="teams", team=TENANT)
    yield world
    world.close()


@dataclass
class Stage:
    world: World
    teams: FakeTeams
    store: Conversations
    installs: Installs
    writes: list[Reference]

    def reference(self, handle: str = "noor", **more: str) -> Reference:
        """What an activity of this person in their own conversation tells."""
        told = Reference(TENANT, handle, f"a:{handle}", "personal", self.teams.service, "28:app", f"29:{handle}")
        return replace(told, locale="nl-NL", zone="Europe/Amsterdam", **more)

    def again(self) -> Installs:
        """The same in another process, or after a new start."""
        return Installs(self.store, self.installs._connector)

    async def blocked(self) -> list[str]:
        row = core(Account).c
        query = select(row.user).where(row.blocked_at.is_not(None)).order_by(row.user)
        return await self.world.database.read(lambda connection: list(connection.scalars(query)))

    async def rows(self) -> list[tuple[str, str, str]]:
        row = core(Conversation).c
        query = select(row.user, row.conversation, row.kind).order_by(row.id)
        found = await self.world.database.read(lambda connection: connection.execute(query).all())
        return [(one.user, one.conversation, one.kind) for one in found]


@pytest.fixture
async def stage(world: World) -> AsyncIterator[Stage]:
    async with FakeTeams() as teams, session() as http:
        tokens = Tokens(http, teams.token_url, teams.world.app, teams.secret)
        connector = Connector(http, tokens, Hosts(["127.0.0.1"]), "28:app")
        writes: list[Reference] = []
        store = Counting(world, writes)
        yield Stage(world, teams, store, Installs(store, connector), writes)


class Counting(Conversations):
    """Remembers what was written."""

    def __init__(self, world: World, writes: list[Reference]) -> None:
        super().__init__(world.database, world.clock)
        self.writes = writes

    async def keep(self, fresh: Reference) -> bool:
        self.writes.append(fresh)
        return await super().keep(fresh)


async def test_only_what_is_new_is_written(stage: Stage) -> None:
    noor = stage.reference()
    assert [await stage.installs.keep(noor) for _ in range(3)] == [True, False, False]
    assert stage.writes == [noor]
    assert await stage.again().find(TENANT, "noor") == noor
    for changed in (
        replace(noor, service_url="http://127.0.0.1:9/emea/"),
        replace(noor, locale="en-GB"),
        replace(noor, zone="Europe/London"),
        replace(noor, mri="29:other"),
        replace(noor, conversation="a:other"),
    ):
        assert await stage.again().keep(noor) is False
        stage.writes.clear()
        await stage.installs.keep(changed)
        await stage.installs.keep(changed)
        assert stage.writes == [changed]
        assert await stage.again().find(TENANT, "noor") == changed
        await stage.installs.keep(noor)
    assert await stage.rows() == [("noor", "a:noor", "personal")]


async def test_what_an_activity_leaves_out_stays(stage: Stage) -> None:
    noor = stage.reference()
    await stage.installs.keep(noor)
    await stage.installs.pin(TENANT, "noor", "17")
    await stage.installs.keep(replace(noor, locale="", zone="", bot="", mri=""))
    assert await stage.again().find(TENANT, "noor") == replace(noor, home="17")
    await stage.installs.keep(replace(noor, conversation="a:new"))
    assert await stage.again().find(TENANT, "noor") == replace(noor, conversation="a:new")
    await stage.installs.pin(TENANT, "nobody", "17")
    assert await stage.rows() == [("noor", "a:new", "personal")]


async def test_who_speaks_in_a_room_is_known_and_so_is_the_room(stage: Stage) -> None:
    spoken = replace(stage.reference(), conversation=ROOM, kind="channel")
    assert [await stage.installs.keep(spoken) for _ in range(2)] == [True, False]
    room = Reference(TENANT, "", ROOM, "channel", stage.teams.service, "28:app")
    assert await stage.again().rooms(TENANT) == (room,)
    assert await stage.again().find(TENANT, "noor") == replace(stage.reference(), conversation="")
    assert await stage.again().people(TENANT) == ()
    await stage.installs.keep(stage.reference())
    await stage.installs.keep(spoken)
    assert await stage.again().people(TENANT) == (stage.reference(),)


async def test_a_tenant_that_is_not_known_leaves_nothing(stage: Stage) -> None:
    strange = replace(stage.reference(), tenant="22222222-0000-4000-8000-00000000000b")
    await stage.installs.keep(strange)
    await stage.installs.left(strange)
    assert await stage.rows() == []


async def test_the_app_is_removed_and_comes_back(stage: Stage) -> None:
    noor = stage.reference()
    await stage.installs.keep(noor)
    await stage.installs.left(noor)
    assert (await stage.blocked(), await stage.rows()) == (["noor"], [])
    assert await stage.installs.find(TENANT, "noor") is None
    assert await stage.installs.keep(noor) is True
    assert (await stage.blocked(), await stage.rows()) == ([], [("noor", "a:noor", "personal")])


async def test_a_room_is_left(stage: Stage) -> None:
    spoken = replace(stage.reference(), conversation=ROOM, kind="channel")
    await stage.installs.keep(stage.reference())
    await stage.installs.keep(spoken)
    await stage.installs.left(spoken)
    assert (await stage.blocked(), await stage.rows()) == ([], [("noor", "a:noor", "personal")])
    assert await stage.installs.room(TENANT, ROOM) is None


async def _block(stage: Stage, user: str) -> None:
    """As a delivery does that Teams refuses."""
    with stage.world.scope("bo") as scope:
        scope.db.update(Account, Account.user == user, blocked_at=scope.now)


async def test_a_sign_of_life_takes_a_block_away(stage: Stage) -> None:
    noor, installs = stage.reference(), stage.installs
    await installs.keep(noor)
    await _block(stage, "noor")
    assert await installs.find(TENANT, "noor") == replace(noor, blocked=True)

    await installs.keep(replace(noor, conversation=ROOM, kind="channel"))
    assert await stage.blocked() == ["noor"]  # who speaks in a room is not reached alone by that
    await installs.keep(noor)
    assert await stage.blocked() == []
    assert await installs.find(TENANT, "noor") == noor


async def test_where_a_conversation_begins(stage: Stage) -> None:
    assert await stage.again().service(TENANT) == SERVICE
    await stage.installs.keep(stage.reference())
    assert await stage.again().service(TENANT) == stage.teams.service


async def test_a_mention_is_somebody(stage: Stage) -> None:
    stage.teams.world.add("lotte", "Lotte de Boer")
    stage.teams.world.channel(ROOM, "kudos", ["lotte"])
    place = Place(stage.teams.service, ROOM)
    user, told = await stage.installs.known_as(TENANT, "29:lotte", place)
    assert (user, told["name"]) == ("lotte", "Lotte de Boer")
    assert await stage.again().known_as(TENANT, "29:lotte", place) == ("lotte", {})
    assert stage.teams.calls["member"] == 1
    assert await stage.installs.known_as(TENANT, "29:nobody", place) == ("", {})
    assert [user for user, *_ in await stage.rows()] == ["lotte"]


async def test_memory_has_its_limit(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.teams.installs.MOST", 2)
    for handle in ("noor", "sem", "lotte", "sem"):
        await stage.installs.keep(replace(stage.reference(handle), conversation=ROOM, kind="channel"))
    place = Place(stage.teams.service, ROOM)
    assert [stage.installs.heard(TENANT, one) for one in ("noor", "sem", "lotte")] == [None, place, place]


# --- in two processes ------------------------------------------------------------------------------------


async def test_what_one_process_learns_the_other_knows(stage: Stage) -> None:
    one, other, noor = stage.installs, stage.again(), stage.reference()
    assert await one.keep(noor) is True
    assert (await other.find(TENANT, "noor"), await other.keep(noor)) == (noor, False)
    await other.keep(moved := replace(noor, conversation="a:new"))
    assert await one.find(TENANT, "noor") == moved
    await other.left(moved)
    assert await one.find(TENANT, "noor") is None
    assert await one.keep(moved) is True
    assert await stage.blocked() == []


async def test_who_was_blocked_in_one_process_is_reached_again_in_the_other(stage: Stage) -> None:
    noor = stage.reference()
    for installs in (stage.installs, stage.again()):
        await installs.keep(noor)
    await _block(stage, "noor")
    await stage.installs.keep(noor)
    assert await stage.blocked() == []


async def test_an_overview_that_one_process_pins_the_other_does_not_lose(stage: Stage) -> None:
    one, other, noor = stage.installs, stage.again(), stage.reference()
    await one.keep(noor)
    await one.pin(TENANT, "noor", "17")
    await other.keep(replace(noor, locale="en-GB"))
    assert await one.find(TENANT, "noor") == replace(noor, locale="en-GB", home="17")
    await other.pin(TENANT, "noor", "18")
    await one.unpin(TENANT, "noor", "17")  # it found that one gone, and knew of no other
    assert await one.find(TENANT, "noor") == replace(noor, locale="en-GB", home="18")
    await one.unpin(TENANT, "noor", "18")
    assert await other.find(TENANT, "noor") == replace(noor, locale="en-GB")


async def test_of_two_that_hear_of_one_coming_one_is_first(stage: Stage) -> None:
    noor = stage.reference()
    heard = await asyncio.gather(*(installs.keep(noor) for installs in (stage.installs, stage.again()) for _ in "ab"))
    assert sorted(heard) == [False, False, False, True]
