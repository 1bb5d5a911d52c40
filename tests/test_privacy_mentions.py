"""Who is mentioned in a text is called as everywhere in Ritme, whatever the chat calls them, so that erasing finds them."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from models.identity import Person
from models.kudos import Kudos
from models.privacy import begin
from tests.chat import Chat
from tests.doors.slack import opened


async def _erased(chat: Chat, handle: str) -> None:
    with chat.world.scope("hanna") as scope:
        begin(scope, scope.db.some(Person, [chat.person(handle).id])[0], "decided")
    await chat.moves(timedelta(hours=1))


def _thanks(chat: Chat) -> list[str]:
    with chat.world.scope("hanna") as scope:
        return [one.text for one in scope.db.all(Kudos)]


def _called_in_slack(chat: Chat, handle: str, name: str) -> None:
    chat.door.slack.world.users[chat.person(handle).user]["real_name"] = name


async def test_who_is_mentioned_on_the_way_is_called_by_name(tmp_path: Path) -> None:
    async with opened(tmp_path) as chat:
        sem = chat.person("sem")
        chat.door.slack.add_user("gast", id="UGAST")
        _called_in_slack(chat, "lotte", "lotje")
        _called_in_slack(chat, "noor", "njansen")
        await sem.types("/kudos @lotje dank, ook aan @njansen en @gast")
        assert _thanks(chat) == ["dank, ook aan @Noor Jansen en @gast"]
        await _erased(chat, "noor")
        assert _thanks(chat) == ["dank, ook aan […] en @gast"]


async def test_who_is_mentioned_in_a_message_is_called_by_name(tmp_path: Path) -> None:
    async with opened(tmp_path) as chat:
        sem = chat.person("sem")
        _called_in_slack(chat, "noor", "UNOOR")  # a message has no other name for somebody than their id
        await sem.uses("kudos.message", "lotte", "top gedaan met @UNOOR")
        await sem.fills()
        assert _thanks(chat) == ["top gedaan met @Noor Jansen"]
        await _erased(chat, "noor")
        assert _thanks(chat) == ["top gedaan met […]"]


@pytest.mark.parametrize(
    ("typed", "left"),
    [
        ("dank <@UNOOR>, en @UNOOR ook", "dank <[…]>, en […] ook"),
        ("UNOORD en unoor zijn woorden", "UNOORD en unoor zijn woorden"),
    ],
)
async def test_what_a_chat_calls_somebody_goes_from_every_text(tmp_path: Path, typed: str, left: str) -> None:
    """In the field of a form a chat leaves its own ids as they are."""
    async with opened(tmp_path) as chat:
        sem = chat.person("sem")
        await sem.types("/kudos @Lotte de Boer")
        await sem.fills(text=typed)
        assert _thanks(chat) == [typed]
        await _erased(chat, "noor")
        assert _thanks(chat) == [left]
