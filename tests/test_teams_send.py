"""The way out to Teams: what is sent, and what every way to fail means."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import aiohttp
import pytest

from bot.calls import Profile
from bot.messages import Mention, Message, Say, Span
from bot.parcels import Halted, Later, Parcel, Sent, Unknown
from bot.teams.connector import Failed, reference, referred
from bot.teams.installs import Reference
from tests.teamsout import KUDOS, NOOR, SEM, Stage, opened, said


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    async with opened() as stage:
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


# --- every way to fail -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "result", "arrived"),
    [
        ("429", Later(1.0, "ratelimited"), 0),
        ("429 bare", Later(1.0, "ratelimited"), 0),
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
    assert await stage.platform.send(stage.parcel()) == Later(seconds, "ratelimited")


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
    throttled = Later(1.0, "ratelimited")
    assert found == [throttled, throttled, throttled, Later(10.0, "ratelimited", lane=True)]


async def test_one_conversation_takes_seven_messages_in_a_second(stage: Stage) -> None:
    stage.teams.limits, stage.teams.now = True, lambda: 0.0
    found = [await stage.platform.send(stage.parcel(delivery=n)) for n in range(9)]
    assert [isinstance(one, Sent) for one in found] == [True] * 7 + [False] * 2
    assert found[7:] == [Later(1.0, "ratelimited")] * 2


@pytest.mark.parametrize("verb", ["dm", "home"])
@pytest.mark.parametrize(
    ("someone", "reason"), [({"blocked": True}, "blocked"), ({"installed": False}, "ForbiddenOperationException")]
)
async def test_who_blocked_or_removed_the_app(stage: Stage, someone: dict[str, bool], reason: str, verb: str) -> None:
    vars(stage.teams.world.people[NOOR]).update(someone)
    stage.knows(NOOR, home="17")
    assert await stage.platform.send(stage.parcel(verb)) == Halted(reason, account=True)


async def test_who_never_had_the_app(stage: Stage) -> None:
    stage.teams.world.add(SEM, "Sem Bakker", installed=False)
    assert await stage.platform.send(stage.parcel(to=SEM)) == Halted("ForbiddenOperationException", account=True)
    assert await stage.platform.send(stage.parcel(to="nobody")) == Halted("NotFound")


async def test_rooms_that_are_closed_to_the_app(stage: Stage) -> None:
    assert await stage.platform.send(stage.parcel("post", KUDOS)) == Halted("ConversationNotFound")
    stage.teams.world.channel(KUDOS, "kudos", [NOOR]).installed = False
    assert await stage.platform.send(stage.parcel("post", KUDOS)) == Halted("BotNotInConversationRoster")
    assert await stage.platform.send(Parcel(1, "dm", stage.tenant, NOOR)) == Halted("nothing_to_say")


# --- who can look ----------------------------------------------------------------------------------------


async def test_nobody_can_look_whether_it_arrived(stage: Stage) -> None:
    now = datetime.now(UTC)
    found = [await stage.platform.find_sent(stage.parcel(verb), now) for verb in ("dm", "post", "revise")]
    assert found == [Unknown("no_lookup"), Unknown("no_lookup"), None]


# --- who is who ------------------------------------------------------------------------------------------


async def test_a_profile(stage: Stage) -> None:
    stage.knows(NOOR, zone="Europe/Amsterdam", locale="nl-NL")
    expected = Profile(NOOR, "Noor Jansen", "noor@demolen.example", "Europe/Amsterdam", "nl-NL")
    assert await stage.platform.profile(stage.tenant, NOOR) == expected
    stage.teams.world.add(SEM, "Sem Bakker", email="sem@demolen.example")
    assert await stage.platform.profile(stage.tenant, SEM) is None
    await stage.installs.keep(Reference(stage.tenant, "", KUDOS, "channel", stage.teams.service))
    stage.teams.world.channel(KUDOS, "kudos", [NOOR, SEM])
    assert await stage.platform.profile(stage.tenant, SEM) == Profile(SEM, "Sem Bakker", "sem@demolen.example")


async def test_a_few_rooms_are_asked_where_somebody_spoke_first(stage: Stage) -> None:
    world = stage.teams.world
    world.add(SEM, "Sem Bakker", email="sem@demolen.example", guest=True)
    for n in range(30):
        room = world.channel(f"19:{n}@thread.tacv2", "room", [SEM] if n == 15 else [])
        await stage.installs.keep(Reference(stage.tenant, "", room.id, "channel", stage.teams.service))
    assert await stage.platform.profile(stage.tenant, SEM) is None
    assert stage.teams.calls["member"] == 10
    await stage.installs.keep(Reference(stage.tenant, SEM, "19:15@thread.tacv2", "channel", stage.teams.service))
    found = await stage.platform.profile(stage.tenant, SEM)
    assert (found and found.human, stage.teams.calls["member"]) == (False, 11)


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
