"""The way out to Teams: what is sent, and what every way to fail means."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import aiohttp
import pytest

from bot.calls import Profile
from bot.messages import Mention, Message, Say, Span
from bot.parcels import Halted, Later, Parcel, Sent, Unknown
from bot.teams.connector import Connector, Failed, Place, reference, referred, session
from bot.teams.hosts import Hosts
from bot.teams.installs import Installs, Reference
from bot.teams.send import TeamsPlatform
from bot.teams.tokens import NoToken, Tokens
from tests.fakes.teams.connector import FakeTeams

NOOR, SEM = "00000000-0000-4000-8000-000000000001", "00000000-0000-4000-8000-000000000002"
KUDOS = "19:kudos@thread.tacv2"


class Memory:
    """References without a database."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], Reference] = {}
        self.writes = 0

    async def person(self, tenant: str, user: str) -> Reference | None:
        return self.kept.get((tenant, user))

    room = person

    async def named(self, tenant: str, mri: str) -> Reference | None:
        return next((one for one in self.kept.values() if one.mri == mri and one.tenant == tenant), None)

    async def people(self, tenant: str) -> tuple[Reference, ...]:
        return tuple(one for one in self.kept.values() if one.user and one.tenant == tenant)

    async def rooms(self, tenant: str) -> tuple[Reference, ...]:
        return tuple(one for one in self.kept.values() if not one.user and one.tenant == tenant)

    async def service(self, tenant: str) -> str:
        return next((one.service_url for one in self.kept.values() if one.tenant == tenant), "")

    async def keep(self, reference: Reference) -> None:
        self.writes += 1
        self.kept[reference.key] = reference

    async def drop(self, reference: Reference) -> None:
        self.kept.pop(reference.key, None)


@dataclass
class Stage:
    """Teams, and Ritme's way out to it, with Noor who has the app."""

    teams: FakeTeams
    tokens: Tokens
    connector: Connector
    store: Memory
    installs: Installs
    platform: TeamsPlatform

    @property
    def tenant(self) -> str:
        return self.teams.world.tenant

    def knows(self, user: str, **more: Any) -> Reference:
        """A reference that an activity of this person left behind."""
        world = self.teams.world
        known = Reference(self.tenant, user, world.personal(user), "personal", self.teams.service, mri=f"29:{user}")
        self.store.kept[known.key] = replace(known, **more)
        return self.store.kept[known.key]

    def parcel(self, verb: str = "dm", to: str = NOOR, message: Message | None = None, **more: Any) -> Parcel:
        return Parcel(more.pop("delivery", 7), verb, self.tenant, to, message or said("Hoi."), **more)  # type: ignore[arg-type]

    def texts(self, conversation: str) -> list[str]:
        return [json.dumps(one.body, ensure_ascii=False) for one in self.teams.world.seen(conversation)]

    def personal(self, user: str = NOOR) -> list[str]:
        return self.texts(self.teams.world.personal(user))


def said(*texts: str) -> Message:
    return Message("Bericht", tuple(Say((Span(text),)) for text in texts))


@asynccontextmanager
async def opened() -> AsyncIterator[Stage]:
    async with FakeTeams() as teams, session() as http:
        tokens = Tokens(http, teams.token_url, teams.world.app, teams.secret)
        connector = Connector(http, tokens, Hosts(["127.0.0.1"]), f"28:{teams.world.app}")
        store = Memory()
        installs = Installs(store, connector, teams.service)
        yield Stage(teams, tokens, connector, store, installs, TeamsPlatform(connector, installs, pace=10_000))


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    async with opened() as stage:
        stage.teams.world.add(NOOR, "Noor Jansen", email="noor@demolen.example")
        stage.knows(NOOR)
        yield stage


# --- what is said ----------------------------------------------------------------------------------------


async def test_a_direct_message(stage: Stage) -> None:
    sent = await stage.platform.send(stage.parcel())
    (seen,) = stage.teams.world.seen(stage.teams.world.personal(NOOR))
    assert sent == Sent(reference(seen.conversation, (seen.id,)))
    assert (seen.to, len(seen.cards)) == ("", 1)
    assert "Hoi." in stage.personal()[0]


async def test_who_is_only_known_gets_a_conversation(stage: Stage) -> None:
    stage.teams.world.add(SEM, "Sem Bakker")
    stage.teams.world.conversations.pop(stage.teams.world.personal(SEM))
    for _ in range(2):
        assert isinstance(await stage.platform.send(stage.parcel(to=SEM)), Sent)
    assert len(stage.personal(SEM)) == 2
    assert stage.teams.calls["create"] == 1
    assert stage.store.kept[stage.tenant, SEM].conversation == stage.teams.world.personal(SEM)


async def test_a_lost_conversation_begins_anew(stage: Stage) -> None:
    stage.knows(NOOR, conversation="a:older")
    assert isinstance(await stage.platform.send(stage.parcel()), Sent)
    assert len(stage.personal()) == 1
    assert stage.store.kept[stage.tenant, NOOR].conversation == stage.teams.world.personal(NOOR)


async def test_a_post_begins_a_thread_and_speaks_to_people(stage: Stage) -> None:
    stage.teams.world.channel(KUDOS, "kudos", [NOOR])
    message = Message("Kudos", (Say((Mention(1, "Noor"), Span(" is top"))),))
    sent = await stage.platform.send(stage.parcel("post", f"{KUDOS};messageid=1", message, accounts={1: NOOR}))
    (seen,) = stage.teams.world.seen(KUDOS)
    assert (sent, seen.conversation) == (Sent(f"{KUDOS}:{seen.id}"), KUDOS)
    assert NOOR in json.dumps(seen.body)


async def test_what_was_sent_is_revised_and_taken_back(stage: Stage) -> None:
    sent = await stage.platform.send(stage.parcel())
    assert isinstance(sent, Sent)
    assert await stage.platform.send(stage.parcel("revise", message=said("Dag."), sent=sent.ref)) == sent
    (text,) = stage.personal()
    assert "Dag." in text
    assert "Hoi." not in text
    for _ in range(2):
        assert await stage.platform.send(stage.parcel("retract", sent=sent.ref)) == Sent()
    assert stage.personal() == []
    gone = await stage.platform.send(stage.parcel("revise", sent=sent.ref))
    assert gone == Halted("ActivityNotFoundInConversation")


LONG = said(*(f"{n} " + "tekst " * 700 for n in range(12)))


async def test_a_long_message_is_several_and_changes_as_one(stage: Stage) -> None:
    sent = await stage.platform.send(stage.parcel(message=LONG))
    assert isinstance(sent, Sent)
    long = stage.personal()
    assert len(long) > 1
    assert [f'"{n} tekst' in "".join(long) for n in range(12)] == [True] * 12
    shorter = await stage.platform.send(stage.parcel("revise", message=said("Kort."), sent=sent.ref))
    assert isinstance(shorter, Sent)
    assert len(stage.personal()) == len(referred(shorter.ref)[1]) == 1
    longer = await stage.platform.send(stage.parcel("revise", message=LONG, sent=shorter.ref))
    assert isinstance(longer, Sent)
    assert len(stage.personal()) == len(referred(longer.ref)[1]) == len(long)
    assert await stage.platform.send(stage.parcel("retract", sent=longer.ref)) == Sent()
    assert stage.personal() == []


async def test_what_teams_finds_too_large_is_said_in_smaller_parts(stage: Stage) -> None:
    stage.teams.largest_card = 2500
    parts = said(*(f"{n} " + "tekst " * 150 for n in range(8)))
    assert isinstance(await stage.platform.send(stage.parcel(message=parts)), Sent)
    assert len(stage.personal()) >= 4
    assert [f'"{n} tekst' in "".join(stage.personal()) for n in range(8)] == [True] * 8
    whole = said("tekst " * 800)
    assert await stage.platform.send(stage.parcel(message=whole, delivery=8)) == Halted("too_large")


async def test_half_of_a_long_message_is_not_said_twice(stage: Stage) -> None:
    stage.teams.faults.plan("say", "ok", "429")
    assert isinstance(await stage.platform.send(stage.parcel(message=LONG)), Later)
    assert len(stage.personal()) == 1
    assert isinstance(await stage.platform.send(stage.parcel(message=LONG)), Sent)
    assert [("".join(stage.personal())).count(f'"{n} tekst') for n in range(12)] == [1] * 12


async def test_the_overview_is_refreshed_where_there_is_one(stage: Stage) -> None:
    assert await stage.platform.send(stage.parcel("home")) == Sent()
    assert stage.teams.calls["update"] == 0
    pinned = await stage.platform.send(stage.parcel())
    assert isinstance(pinned, Sent)
    await stage.installs.pin(stage.tenant, NOOR, referred(pinned.ref)[1][0])
    assert await stage.platform.send(stage.parcel("home", message=said("Vandaag"))) == Sent()
    assert "Vandaag" in stage.personal()[0]
    stage.teams.world.conversations[stage.teams.world.personal(NOOR)].said.clear()
    assert await stage.platform.send(stage.parcel("home", message=said("Vandaag"))) == Sent()
    assert stage.store.kept[stage.tenant, NOOR].home == ""


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


# --- every way to fail -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "result", "arrived"),
    [
        ("429", Later(1.0, "throttled"), 0),
        ("429 bare", Later(1.0, "throttled"), 0),
        ("412", Later(1.0, "PreconditionFailed"), 0),
        ("502", Later(1.0, "ServiceError"), 0),
        ("503", Later(1.0, "503"), 0),
        ("504", Later(1.0, "504"), 0),
        ("500", Unknown("ServiceError"), 0),
        ("500 done", Unknown("ServiceError"), 1),
        ("drop done", Unknown("ServerDisconnectedError"), 1),
        ("redirect", Halted("307"), 0),
    ],
)
async def test_failures_of_a_moment(stage: Stage, kind: str, result: Any, arrived: int) -> None:
    stage.teams.faults.plan("say", kind)
    assert await stage.platform.send(stage.parcel()) == result
    assert stage.teams.calls["say"] == 1
    assert len(stage.personal()) == arrived


async def test_no_answer_at_all(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stage.connector._http, "_timeout", aiohttp.ClientTimeout(total=0.2))
    stage.teams.faults.plan("say", "hang")
    assert await stage.platform.send(stage.parcel()) == Unknown("TimeoutError")


async def test_teams_cannot_be_reached(stage: Stage) -> None:
    stage.knows(NOOR, service_url="http://127.0.0.1:9/teams/")
    assert await stage.platform.send(stage.parcel()) == Later(30.0, "unreachable", lane=True)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("3", 3.0),
        ("soon", 1.0),
        ("9" * 400, 3600.0),
        (format_datetime(datetime(2020, 1, 1, tzinfo=UTC), usegmt=True), 1.0),
    ],
)
async def test_how_long_to_wait(stage: Stage, header: str, seconds: float) -> None:
    stage.teams.retry_after = header
    stage.teams.faults.plan("say", "429")
    assert await stage.platform.send(stage.parcel()) == Later(seconds, "throttled")


async def test_how_long_to_wait_as_a_date(stage: Stage) -> None:
    stage.teams.retry_after = format_datetime(datetime.now(UTC) + timedelta(minutes=2), usegmt=True)
    stage.teams.faults.plan("say", "429")
    later = await stage.platform.send(stage.parcel())
    assert isinstance(later, Later)
    assert 110 < later.seconds <= 120


async def test_a_limit_that_several_meet_is_the_apps(stage: Stage) -> None:
    people = [f"person-{n}" for n in range(3)]
    for user in people:
        stage.teams.world.add(user, user)
        stage.knows(user)
    stage.teams.faults.plan("say", *["429"] * 5)
    found = [await stage.platform.send(stage.parcel(to=user)) for user in (people[0], *people)]
    throttled = Later(1.0, "throttled")
    assert found == [throttled, throttled, throttled, Later(10.0, "throttled", lane=True)]


async def test_one_conversation_takes_seven_messages_in_a_second(stage: Stage) -> None:
    stage.teams.limits, stage.teams.now = True, lambda: 0.0
    found = [await stage.platform.send(stage.parcel(delivery=n)) for n in range(9)]
    assert [isinstance(one, Sent) for one in found] == [True] * 7 + [False] * 2
    assert found[7:] == [Later(1.0, "throttled")] * 2


@pytest.mark.parametrize(
    ("someone", "reason"), [({"blocked": True}, "blocked"), ({"installed": False}, "ForbiddenOperationException")]
)
async def test_who_blocked_or_removed_the_app(stage: Stage, someone: dict[str, bool], reason: str) -> None:
    vars(stage.teams.world.people[NOOR]).update(someone)
    known = stage.knows(NOOR)
    assert await stage.platform.send(stage.parcel()) == Halted(reason, account=True)
    writes = stage.store.writes
    await stage.installs.keep(known)
    assert stage.store.writes == writes + 1  # a sign of life
    await stage.installs.keep(known)
    assert stage.store.writes == writes + 1


async def test_who_never_had_the_app(stage: Stage) -> None:
    stage.teams.world.add(SEM, "Sem Bakker", installed=False)
    assert await stage.platform.send(stage.parcel(to=SEM)) == Halted("ForbiddenOperationException", account=True)
    assert await stage.platform.send(stage.parcel(to="nobody")) == Halted("NotFound")


async def test_rooms_that_are_closed_to_the_app(stage: Stage) -> None:
    assert await stage.platform.send(stage.parcel("post", KUDOS)) == Halted("ConversationNotFound")
    stage.teams.world.channel(KUDOS, "kudos", [NOOR]).installed = False
    assert await stage.platform.send(stage.parcel("post", KUDOS)) == Halted("BotNotInConversationRoster")
    assert await stage.platform.send(Parcel(1, "dm", stage.tenant, NOOR)) == Halted("nothing_to_say")


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
    from tests.fakes.teams.connector import Refuse

    raise Refuse(401, "BotNotRegistered")


async def test_many_ask_for_one_token(stage: Stage) -> None:
    import asyncio

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


# --- who can look ----------------------------------------------------------------------------------------


async def test_nobody_can_look_whether_it_arrived(stage: Stage) -> None:
    now = datetime.now(UTC)
    found = [await stage.platform.find_sent(stage.parcel(verb), now) for verb in ("dm", "post", "revise")]
    assert found == [None, Unknown("no_lookup"), None]


# --- who is who ------------------------------------------------------------------------------------------


async def test_a_profile(stage: Stage) -> None:
    stage.knows(NOOR, zone="Europe/Amsterdam", locale="nl-NL")
    expected = Profile(NOOR, "Noor Jansen", "noor@demolen.example", "Europe/Amsterdam", "nl-NL")
    assert await stage.platform.profile(stage.tenant, NOOR) == expected
    stage.teams.world.add(SEM, "Sem Bakker", email="sem@demolen.example")
    assert await stage.platform.profile(stage.tenant, SEM) is None
    await stage.installs.met(Reference(stage.tenant, "", KUDOS, "channel", stage.teams.service))
    stage.teams.world.channel(KUDOS, "kudos", [NOOR, SEM])
    assert await stage.platform.profile(stage.tenant, SEM) == Profile(SEM, "Sem Bakker", "sem@demolen.example")


async def test_everybody_of_the_rooms_and_alone(stage: Stage) -> None:
    world = stage.teams.world
    for n in range(1100):
        world.add(f"person-{n}", f"Person {n}", email=f"p{n}@demolen.example")
    world.people["person-3"].guest = True
    world.channel(KUDOS, "kudos", [f"person-{n}" for n in range(1100)])
    world.group("19:group@thread.v2", ["person-1", "person-2"])
    for room, kind in ((KUDOS, "channel"), ("19:group@thread.v2", "group"), ("19:gone@thread.v2", "group")):
        await stage.installs.keep(Reference(stage.tenant, "", room, kind, stage.teams.service))  # type: ignore[arg-type]
    stage.teams.retry_after = "0"
    stage.teams.faults.plan("members", "ok", "429", "ok")
    people = {one.user: one for one in await stage.platform.people(stage.tenant)}
    assert len(people) == 1101
    assert people[NOOR].email == "noor@demolen.example"
    assert [user for user, one in people.items() if not one.human] == ["person-3"]
    assert (stage.tenant, "19:gone@thread.v2") not in stage.store.kept


async def test_half_a_list_is_no_list(stage: Stage) -> None:
    await stage.installs.keep(Reference(stage.tenant, "", KUDOS, "channel", stage.teams.service))
    stage.teams.world.channel(KUDOS, "kudos", [NOOR])
    stage.teams.faults.plan("members", "500")
    with pytest.raises(Failed, match="ServiceError"):
        await stage.platform.people(stage.tenant)
