"""Teams as a part of a running Ritme: what it needs to start, and how it is while Microsoft is out of reach."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bot import again
from bot.app import Parts, build
from bot.founding import organisation
from bot.running import Ritme
from bot.settings import Settings, Wrong
from models import everything
from models.base import core
from models.identity import Account, Conversation, Installation, Organisation, Person
from tests.fakes.teams.connector import FakeTeams
from tests.fakes.teams.doors import HttpDoor
from tests.fakes.teams.people import People
from tests.fakes.teams.tokens import FakeOpenId
from tests.fakes.teams.world import World
from tests.machine import until
from tests.test_running import QUICK


@dataclass
class Tenant:
    """Everything around a Ritme that is about to start."""

    teams: FakeTeams
    openid: FakeOpenId
    folder: Path

    def built(self, **more: Any) -> Ritme:
        given = {
            "database_url": f"sqlite:///{self.folder / 'ritme.db'}",
            "port": 0,
            "teams_app_id": self.teams.world.app,
            "teams_app_password": Settings.model_validate({"TEAMS_APP_PASSWORD": self.teams.secret}).teams_app_password,
            "teams_tenant_id": self.teams.world.tenant.upper(),
            "teams_openid_url": self.openid.url,
            "teams_token_url": self.teams.token_url,
            "teams_service_hosts": "127.0.0.1",
        }
        return build(Settings.model_construct(**given | more), Parts(engine=QUICK))


@pytest.fixture
async def tenant(tmp_path: Path) -> AsyncIterator[Tenant]:
    world = World()
    async with FakeTeams(world) as teams, FakeOpenId(world.app) as openid:
        yield Tenant(teams, openid, tmp_path)


@asynccontextmanager
async def running(ritme: Ritme, *, doors: bool = True) -> AsyncIterator[Ritme]:
    everything().create_all(ritme.database.writer)
    await ritme.start(doors=doors)
    try:
        yield ritme
    finally:
        await ritme.stop()


@asynccontextmanager
async def people(tenant: Tenant, ritme: Ritme, header: Callable[[str], str] | None = None) -> AsyncIterator[People]:
    """The tenant's people, who reach it over HTTP."""
    found = People(tenant.teams.world, tenant.teams.service)
    found.door = HttpDoor(f"http://127.0.0.1:{ritme.port}/api/messages", header or tenant.openid.header)
    try:
        yield found
    finally:
        await found.door.close()


async def rows(ritme: Ritme, column: Any) -> list[Any]:
    return await ritme.database.read(lambda connection: list(connection.scalars(select(column))))


async def problem(ritme: Ritme) -> str:
    return (await ritme.checks())["teams"]


async def hired(ritme: Ritme) -> None:
    """Noor is on the list of people; Teams knows her by her e-mail address."""
    await ritme.database.write(lambda connection: _hired(connection, organisation(connection, "Ritme")))


def _hired(connection: Any, org: int) -> None:
    person = core(Person)
    values = Person(org_id=org, name="Noor Jansen", short="Noor", email="noor@demolen.example").__dict__
    connection.execute(person.insert().values({k: v for k, v in values.items() if k in person.c and v is not None}))


async def test_somebody_is_known_by_their_address_and_answered(tenant: Tenant) -> None:
    noor = tenant.teams.world.add("noor", "Noor Jansen", email="noor@demolen.example").user
    async with running(tenant.built()) as ritme, people(tenant, ritme) as crowd:
        assert await rows(ritme, core(Installation).c.team) == [tenant.teams.world.tenant]
        await hired(ritme)
        assert (await problem(ritme), (await crowd.say(noor, "help")).status) == ("", 200)
        await until(lambda: len(crowd.see_personal(noor)) == 2)
        assert await rows(ritme, core(Account).c.user) == [noor]
        assert await rows(ritme, core(Conversation).c.conversation) == [tenant.teams.world.personal(noor)]


async def test_another_tenant_leaves_no_row(tenant: Tenant) -> None:
    noor = tenant.teams.world.add("noor", "Noor Jansen", email="noor@demolen.example").user
    async with running(tenant.built()) as ritme, people(tenant, ritme) as crowd:
        await hired(ritme)
        tenant.teams.world.tenant = "22222222-0000-4000-8000-00000000000b"
        assert (await crowd.say(noor, "help")).status == 403
        assert (await rows(ritme, core(Account).c.user), await rows(ritme, core(Conversation).c.user)) == ([], [])


async def test_each_tenant_that_is_listed_has_an_organisation_of_its_own(tenant: Tenant) -> None:
    """They share a door, a registration, and people who look alike."""
    first, other, stranger = (tenant.teams.world.tenant, *(f"{n}2222222-0000-4000-8000-00000000000b" for n in "2a"))
    noor = tenant.teams.world.add("noor", "Noor Jansen", email="noor@demolen.example").user
    listed = f"{first.upper()} = De Molen, {other}=Acme"
    async with running(tenant.built(teams_tenant_id=listed)) as ritme, people(tenant, ritme) as crowd:
        lane, row = core(Installation).c, core(Account).c
        assert await rows(ritme, lane.team) == [first, other]
        assert await rows(ritme, core(Organisation).c.name) == ["De Molen", "Acme"]
        for where, org in ((other, 2), (first, 1)):
            await ritme.database.write(partial(_hired, org=org))
            tenant.teams.world.tenant = where
            assert (await crowd.say(noor, "help")).status == 200
            await until(lambda: len(crowd.see_personal(noor)) > 0)
            assert (await rows(ritme, row.org_id))[-1] == org
        assert await rows(ritme, row.user) == [noor, noor]
        assert sorted(await rows(ritme, row.installation_id)) == [1, 2]
        assert sorted(await rows(ritme, core(Conversation).c.org_id)) == [1, 2]
        before = await _counted(ritme)
        tenant.teams.world.tenant = stranger
        assert (await crowd.say(noor, "help")).status == 403
        assert await _counted(ritme) == before


async def _counted(ritme: Ritme) -> list[int]:
    return [len(await rows(ritme, core(table).c.id)) for table in (Organisation, Installation, Account, Conversation)]


async def test_a_password_that_microsoft_refuses_stops_the_start(tenant: Tenant) -> None:
    tenant.teams.secret = "another"
    ritme = tenant.built()
    tenant.teams.secret = "s3cret"
    everything().create_all(ritme.database.writer)
    with pytest.raises(Wrong) as wrong:
        await ritme.start()
    assert wrong.value.problems == ["TEAMS_APP_PASSWORD: Microsoft refuses it (invalid_client)."]


async def test_while_microsoft_is_out_of_reach_it_says_so_and_tries_again(
    tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(again, "FIRST", 0.01)
    tenant.openid.down = True
    tenant.teams.faults.plan("token", "503")
    async with running(tenant.built()) as ritme:
        assert (await problem(ritme)).startswith("Microsoft")
        await until(lambda: tenant.teams.calls["token"] > 1)
        await until(lambda: ritme.parts[0].problem() == "Microsoft's signing keys are out of reach")
        tenant.openid.down = False
        await until(lambda: ritme.parts[0].problem() == "")


async def test_credentials_that_are_refused_later_are_named(tenant: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(again, "FIRST", 0.01)
    tenant.teams.faults.plan("token", "503")
    ritme = tenant.built()
    tenant.teams.secret = "changed meanwhile"
    async with running(ritme):
        await until(lambda: ritme.parts[0].problem().startswith("TEAMS_APP_PASSWORD"))


async def test_a_secret_that_ends_is_noticed(tenant: Tenant) -> None:
    noor = tenant.teams.world.add("noor", "Noor Jansen").user
    async with running(tenant.built()) as ritme, people(tenant, ritme) as crowd:
        tenant.teams.revoke()
        tenant.teams.secret = "the next one"
        assert (await crowd.say(noor, "help")).status == 200
        await until(lambda: ritme.parts[0].problem() == "Microsoft gives no token (invalid_client)")
        tenant.teams.secret = "s3cret"
        await crowd.say(noor, "help")
        await until(lambda: ritme.parts[0].problem() == "")


async def test_leaving_while_it_still_tries(tenant: Tenant) -> None:
    tenant.openid.down = True
    async with running(tenant.built()):
        pass


async def test_the_playground_needs_no_token(tenant: Tenant) -> None:
    noor = tenant.teams.world.add("noor", "Noor Jansen").user
    anonymous = {"teams_app_id": None, "teams_app_password": None, "teams_anonymous": True, "teams_service_hosts": None}
    tenant.teams.tokens["Bearer"] = True  # the header of nobody: a playground does not look
    async with running(tenant.built(**anonymous)) as ritme, people(tenant, ritme, lambda _: "") as crowd:
        assert (await problem(ritme), (await crowd.say(noor, "help")).status) == ("", 200)
        await until(lambda: len(crowd.see_personal(noor)) == 2)
        crowd.service_url = "https://elsewhere.example/"
        assert (await crowd.say(noor, "help")).status == 403
        tenant.teams.world.tenant = "22222222-0000-4000-8000-00000000000b"
        assert (await crowd.say(noor, "help")).status == 403
        assert (tenant.teams.calls["token"], tenant.openid.fetched) == (0, 0)


async def test_a_worker_has_a_token_and_no_keys(tenant: Tenant) -> None:
    tenant.openid.down = True
    async with running(tenant.built(), doors=False) as ritme:
        assert (ritme.parts[0].problem(), ritme.parts[0].routes(), "teams" in ritme.platforms) == ("", [], True)
        assert (tenant.teams.calls["token"], tenant.openid.fetched) == (1, 0)


async def test_without_teams_nobody_listens(tenant: Tenant) -> None:
    off = {"teams_app_id": None, "teams_app_password": None, "teams_tenant_id": None}
    async with running(tenant.built(**off)) as ritme, people(tenant, ritme) as crowd:
        tenant.teams.world.add("noor", "Noor Jansen")
        assert (await crowd.say("noor", "help")).status == 404
