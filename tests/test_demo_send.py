"""What delivery hands to the demo appears in its chat."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.calls import Profile
from bot.demo.chat import MOST, Chat, Room, dm
from bot.demo.send import DemoPlatform
from bot.messages import Message, Say, Span
from bot.parcels import Halted, Parcel, Sent

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
NOOR = Profile("noor", "Noor Jansen", "noor@demolen.example")


def says(text: str) -> Message:
    return Message(text, (Say((Span(text),)),))


@pytest.fixture
def chat() -> Chat:
    return Chat((Room("kudos", ""),), lambda: NOW)


@pytest.fixture
def platform(chat: Chat) -> DemoPlatform:
    return DemoPlatform(chat, (NOOR,))


def seen(chat: Chat, user: str, room: str) -> list[str]:
    return [entry.message.summary for entry in chat.visible(user, room) if entry.message]


async def test_a_direct_message_arrives_once_and_can_be_found(chat: Chat, platform: DemoPlatform) -> None:
    parcel = Parcel(7, "dm", "demo", "noor", says("hoi"))
    sent = await platform.send(parcel)
    assert seen(chat, "noor", dm("noor")) == ["hoi"]
    assert await platform.find_sent(parcel, NOW) == sent
    assert await platform.find_sent(Parcel(8, "dm", "demo", "noor", says("hoi")), NOW) is None


async def test_a_post_is_revised_and_retracted(chat: Chat, platform: DemoPlatform) -> None:
    sent = await platform.send(Parcel(1, "post", "demo", "kudos", says("dank")))
    assert isinstance(sent, Sent)
    assert await platform.send(Parcel(2, "revise", "demo", message=says("dank je"), sent=sent.ref)) == sent
    assert seen(chat, "noor", "kudos") == ["dank je"]
    assert await platform.send(Parcel(3, "retract", "demo", sent=sent.ref)) == Sent()
    assert seen(chat, "noor", "kudos") == []


def test_a_chat_that_stands_open_forgets_its_oldest_messages(chat: Chat) -> None:
    for number in range(MOST + 2):
        chat.say("kudos", says(str(number)))
    assert seen(chat, "noor", "kudos") == [str(number) for number in range(2, MOST + 2)]
    assert len(chat.since(0)) == MOST


async def test_what_cannot_be_done_is_halted(platform: DemoPlatform) -> None:
    assert await platform.send(Parcel(1, "dm", "demo", "nobody", says("hoi"))) == Halted("user_not_found")
    assert await platform.send(Parcel(1, "post", "demo", "nowhere", says("hoi"))) == Halted("channel_not_found")
    assert await platform.send(Parcel(1, "dm", "demo", "noor")) == Halted("nothing_to_say")
    assert await platform.send(Parcel(1, "revise", "demo", message=says("x"), sent="m9")) == Halted("message_not_found")
    assert await platform.send(Parcel(1, "retract", "demo", sent="m9")) == Halted("message_not_found")


async def test_the_overview_is_looked_at_again(chat: Chat, platform: DemoPlatform) -> None:
    before = chat.version
    assert await platform.send(Parcel(1, "home", "demo", "noor", says("x"))) == Sent()
    assert chat.version == before + 1


async def test_everybody_is_known(platform: DemoPlatform) -> None:
    assert await platform.profile("demo", "noor") == NOOR
    assert await platform.profile("demo", "nobody") is None
    assert await platform.people("demo") == (NOOR,)
