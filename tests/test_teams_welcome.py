"""Somebody adds Ritme in Teams: for themselves, or to a room."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from models import directory
from models.identity import Account, Person
from tests.chat import Chat
from tests.doors import teams
from tests.doors.teams import _seen
from tests.fakes.teams.people import People


@pytest.fixture
async def chat(tmp_path: Path) -> AsyncIterator[Chat]:
    async with teams.opened(tmp_path) as chat:
        yield chat


def _people(chat: Chat) -> People:
    return chat.door.people  # type: ignore[no-any-return]


def _said(chat: Chat, conversation: str, user: str) -> str:
    return _seen(_people(chat).world.seen(conversation, user)[-1], user).text


async def test_who_adds_ritme_is_greeted_and_known(chat: Chat) -> None:
    people = _people(chat)
    people.world.add("kim", "Kim Vos", email="kim@demolen.example", zone="Europe/London", locale="en-GB")
    await people.install("kim")
    said = _said(chat, people.world.personal("kim"), "kim")
    assert said.splitlines() == [
        "Hi Kim, here I am. This is where the two of us can talk.",
        "Type help to see what you can do here.",
    ]
    with chat.world.scope("bo") as scope:
        kim = scope.db.one(Person, Person.email == "kim@demolen.example")
        assert kim is not None
        assert (kim.name, kim.language, kim.zone) == ("Kim Vos", "en", "Europe/London")
        assert scope.db.count(Account, Account.person_id == kim.id) == 1
    await people.say("kim", "help")
    assert "/kudos" in _said(chat, people.world.personal("kim"), "kim")


async def test_before_the_announcement_only_who_sets_it_up_is_greeted(chat: Chat) -> None:
    people = _people(chat)
    with chat.world.scope("hanna") as scope:
        scope.db.change(scope.org, announced_at=None)
    for handle in ("sem", "hanna", "bo"):
        await people.uninstall(chat.world.user(handle))
        await people.install(chat.world.user(handle))
    greeted = {h for h in ("sem", "hanna", "bo") if people.see_personal(chat.world.user(h))}
    assert greeted == {"hanna", "bo"}


async def test_who_removes_ritme_is_not_reached_until_they_add_it_again(chat: Chat) -> None:
    people = _people(chat)
    await people.uninstall(chat.world.user("sem"))
    with chat.world.scope("bo") as scope:
        assert [one.name for one in directory.without_app(scope)] == ["Sem Bakker"]
    await chat.person("noor").types("/kudos @Sem Bakker dank voor je hulp met de testomgeving")
    await chat.settle()
    assert chat.person("sem").dms == []
    await people.install(chat.world.user("sem"))
    with chat.world.scope("bo") as scope:
        assert directory.without_app(scope) == []
    await chat.person("noor").types("/kudos @Sem Bakker dank voor je hulp met de nieuwe tests")
    await chat.settle()
    assert len(chat.person("sem").dms) == 1


async def test_a_room_is_greeted_once(chat: Chat) -> None:
    people = _people(chat)
    people.world.group("19:group@thread.v2", [chat.world.user("sem"), chat.world.user("noor")])
    await people.join("", "19:group@thread.v2")
    said = _said(chat, "19:group@thread.v2", chat.world.user("sem"))
    assert said.splitlines()[0] == (
        "Hoi allemaal, ik ben Ritme. Noem me met een @ als je me nodig hebt. Wat jullie elkaar schrijven, lees ik niet."
    )
