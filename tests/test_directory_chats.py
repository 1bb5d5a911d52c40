"""One person in two chats, people whom nothing reaches, and the choice where to be reached."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.calls import Account as Caller
from bot.calls import Call, Profile
from models import directory
from models.errors import Refused
from models.identity import Account, Installation, Person
from tests.chat import Chat

ELSEWHERE = "T-ELSEWHERE"
NOOR = Profile("noor-2", "Jansen, Noor", "Noor@demolen.example", "Europe/London", "en-GB")


def _second(chat: Chat, platform: str = "other") -> None:
    """The organisation has another chat, too."""
    with chat.world.scope("bo") as scope:
        scope.db.add(Installation(platform=platform, team=ELSEWHERE, name="Tweede"))


async def _happens(chat: Chat, event: str, *profiles: Profile, platform: str = "other") -> None:
    await chat.dispatch.serve(
        Call("event", event, Caller(platform, ELSEWHERE, profiles[0].user), "", profiles=profiles)
    )
    await chat.settle()


def _noor(chat: Chat) -> Person:
    with chat.world.scope("noor") as scope:
        return scope.me


def _block(chat: Chat, handle: str) -> None:
    with chat.world.scope("bo") as scope:
        scope.db.update(Account, Account.user == chat.world.user(handle), blocked_at=scope.now)


async def test_an_account_in_a_second_chat_is_the_same_person(chat: Chat) -> None:
    _second(chat)
    before = len(chat.world.people)
    await _happens(chat, "person.joined", NOOR)
    with chat.world.scope("noor") as scope:
        assert scope.db.count(Person) == before
        assert [(one.platform, one.preferred) for one in directory.chats(scope)] == [
            (chat.world.platform, True),
            ("other", False),
        ]


async def test_the_preferred_chat_says_who_somebody_is(chat: Chat) -> None:
    _second(chat)
    await _happens(chat, "person.joined", NOOR)
    await _happens(chat, "person.changed", replace(NOOR, email="other@demolen.example"))
    noor = _noor(chat)
    assert (noor.name, noor.email, noor.zone) == ("Noor Jansen", "noor@demolen.example", "Europe/Amsterdam")
    with chat.world.scope("noor") as scope:
        directory.prefer(scope, directory.chats(scope)[1].account)
    await _happens(chat, "person.changed", NOOR)
    noor = _noor(chat)
    assert (noor.name, noor.zone) == ("Jansen, Noor", "Europe/London")


async def test_who_has_two_chats_chooses_where_to_hear(chat: Chat) -> None:
    noor = chat.person("noor")
    await noor.types("/ritme instellingen")
    assert "Chat kiezen" not in noor.answered.buttons
    _second(chat, "teams" if chat.world.platform == "slack" else "slack")
    await _happens(chat, "person.joined", NOOR, platform="teams" if chat.world.platform == "slack" else "slack")
    await noor.types("/ritme instellingen")
    name = "Microsoft Teams" if chat.world.platform == "slack" else "Slack"
    assert f"In {name} kun je ook met me praten" in noor.sees
    await noor.presses("Chat kiezen")
    with chat.world.scope("noor") as scope:
        here, there = directory.chats(scope)
    await noor.fills(chat=str(there.account))
    assert f"Je hoort van me in {name}" in noor.sees
    with chat.world.scope("noor") as scope:
        assert [one.account for one in directory.chats(scope)] == [there.account, here.account]
        assert [one.preferred for one in directory.chats(scope)] == [True, False]
    await chat.person("sem").types("/kudos @Noor Jansen fijn dat je hielp met de testomgeving")
    await chat.settle()
    assert noor.dms == []  # she hears of it in the other chat


async def test_nobody_chooses_for_somebody_else(chat: Chat) -> None:
    _second(chat)
    await _happens(chat, "person.joined", NOOR)
    with chat.world.scope("noor") as scope:
        theirs = directory.chats(scope)[1].account
    with chat.world.scope("sem") as scope, pytest.raises(Refused, match=r"settings\.chat"):
        directory.prefer(scope, theirs)


async def test_hr_sees_whom_nothing_reaches_and_what_to_do(chat: Chat) -> None:
    _block(chat, "sem")
    hanna = chat.person("hanna")
    await hanna.types("/ritme mensen")
    assert "Eén persoon heeft mij niet aan de chat toegevoegd, of heeft mij geblokkeerd." in hanna.sees
    assert "Sem Bakker. Mijn berichten komen daar niet aan. In Teams kun je mij toevoegen onder Apps" in hanna.sees
    _second(chat)
    await _happens(chat, "person.joined", Profile("sem-2", "Sem Bakker", "sem@demolen.example"))
    with chat.world.scope("bo") as scope:
        assert directory.without_app(scope) == []
        assert directory.not_reached(scope) == []
