"""Teams' REST API as Ritme speaks it: to whom, with which token, and who sees it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from bot.parcels import Halted, Later, Sent
from bot.teams.connector import Place, reference, referred
from bot.teams.hosts import Hosts
from bot.teams.tokens import NoToken, Tokens
from tests.fakes.teams.connector import Refuse
from tests.teamsout import KUDOS, NOOR, SEM, Stage, opened


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    async with opened() as stage:
        yield stage


async def test_only_one_person_sees_a_targeted_message(stage: Stage) -> None:
    stage.teams.world.add(SEM, "Sem Bakker")
    stage.teams.world.channel(KUDOS, "kudos", [NOOR, SEM])
    place = Place(stage.teams.service, f"{KUDOS};messageid=4")
    sent = await stage.connector.say(place, {"type": "message", "text": "Alleen jij."}, to=f"29:{NOOR}")
    assert isinstance(sent, Sent)
    assert [len(stage.teams.world.seen(KUDOS, user)) for user in (NOOR, SEM)] == [1, 0]
    conversation, (id,) = referred(sent.ref)
    assert conversation == place.conversation
    changed = {"type": "message", "text": "Nog steeds."}
    assert await stage.connector.update(place, id, changed) == Halted("ActivityNotFoundInConversation")
    assert await stage.connector.update(place, id, changed, targeted=True) == Sent()
    assert await stage.connector.delete(place, id, targeted=True) == Sent()
    assert await stage.connector.say(place, changed, to="29:nobody") == Halted("BadArgument")


def test_a_name_of_what_was_said_comes_apart_again() -> None:
    for name in (("a:1", ("5", "6")), ("19:x@thread.tacv2;messageid=1", ("1:a,b%2C",))):
        assert referred(reference(*name)) == name


# --- tokens ----------------------------------------------------------------------------------------------


async def test_a_token_is_asked_for_once_and_again_when_it_is_refused(stage: Stage) -> None:
    for _ in range(3):
        assert isinstance(await stage.platform.send(stage.parcel()), Sent)
    assert stage.teams.calls["token"] == 1
    stage.teams.revoke()
    assert isinstance(await stage.platform.send(stage.parcel()), Sent)
    assert stage.teams.calls["token"] == 2


async def test_a_token_that_nobody_takes_holds_the_lane(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stage.teams, "_authorised", _refusing)
    assert await stage.platform.send(stage.parcel()) == Later(60.0, "BotNotRegistered", lane=True)
    assert (stage.teams.calls["token"], stage.teams.calls["say"]) == (2, 2)


def _refusing(_: object) -> None:
    raise Refuse(401, "BotNotRegistered")


async def test_many_ask_for_one_token(stage: Stage) -> None:
    await asyncio.gather(*(stage.tokens.get() for _ in range(20)))
    assert stage.teams.calls["token"] == 1


async def test_a_token_is_not_used_to_its_last_second(stage: Stage) -> None:
    at = [0.0]
    tokens = Tokens(
        stage.connector._http, stage.teams.token_url, stage.teams.world.app, stage.teams.secret, lambda: at[0]
    )
    first = await tokens.get()
    at[0] = 3298
    assert await tokens.get() == first
    at[0] = 3300
    assert await tokens.get() != first


async def test_without_a_token_nothing_is_lost(stage: Stage) -> None:
    stage.teams.faults.plan("token", "503")
    assert await stage.platform.send(stage.parcel()) == Later(60.0, "temporarily_unavailable", lane=True)
    wrong = Tokens(stage.connector._http, stage.teams.token_url, stage.teams.world.app, "wrong")
    with pytest.raises(NoToken, match="invalid_client"):
        await wrong.get()


# --- who gets the token ----------------------------------------------------------------------------------

HOSTILE = (
    "https://smba.trafficmanager.net.evil.example/teams/",
    "https://evil.example/smba.trafficmanager.net/",
    "https://smba.trafficmanager.net@evil.example/",
    "https://user:secret@smba.trafficmanager.net/",
    "https://smba.trafficmanager.net:8443/",
    "http://smba.trafficmanager.net/teams/",
    "https://smba.trafficmanager.net./teams/",
    "https://smba.trafficmanager.net\\@evil.example/",
    "https://smba.trafficmanager.net/../x",
    "https://smba.trafficmanager.net/teams?x=1",
    "https://smba.trafficmanager.net/teams#x",
    "https://smba.traffi\N{CYRILLIC SMALL LETTER ES}manager.net/teams/",
    "https://smba.trafficmanager.net /teams/",
    "https://smba.trafficmanager.net\n/teams/",
    "https://2130706433/",
    "https://0x7f.1/",
    "https://[::ffff:127.0.0.1]/",
    "https://169.254.169.254/",
    "ftp://smba.trafficmanager.net/",
    "//smba.trafficmanager.net/",
    "",
)


@pytest.mark.parametrize("service", [*HOSTILE, "http://127.0.0.2/", "http://localhost/", "http://[::1]/"])
async def test_nobody_else_gets_the_token(stage: Stage, service: str) -> None:
    assert await stage.connector.say(Place(service, "a:1"), {"type": "message"}) == Halted("host")
    assert stage.teams.calls["token"] == 0


def test_microsofts_hosts_and_listed_ones_do() -> None:
    hosts = Hosts.listed(" 127.0.0.1, Proxy.Example.org ,")
    good = {
        "https://smba.trafficmanager.net/teams/": "https://smba.trafficmanager.net/teams",
        "https://smba.trafficmanager.net/emea/1f2-4/": "https://smba.trafficmanager.net/emea/1f2-4",
        "https://smba.infra.gcc.teams.microsoft.com:443/teams": "https://smba.infra.gcc.teams.microsoft.com:443/teams",
        "https://proxy.example.org/": "https://proxy.example.org",
        "http://127.0.0.1:3978/": "http://127.0.0.1:3978",
    }
    assert {service: hosts.base(service) for service in good} == good
    assert [hosts.base(service) for service in ("http://proxy.example.org/", "http://localhost/")] == [None, None]
    assert Hosts.listed(None).base("http://127.0.0.1/") is None
