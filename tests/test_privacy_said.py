"""After an erasure the chats of others show nothing of somebody any more: what was said of them alone is gone, what
was said of others too is said without them.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from models import directory
from models.goals import Draft, Period, add, update
from models.identity import Person
from tests.chat import Chat
from tests.test_checkins_reading import read, written
from tests.test_digest_composing import answer
from tests.test_feedback import TOLD
from tests.test_feedback_requests import asks
from tests.world import CAST

MONDAY = datetime(2026, 11, 30, 8, 0, tzinfo=UTC)
"""Monday 30 November 2026, 09:00 in Amsterdam, when the digests come."""


def shown(chat: Chat, name: str) -> dict[str, list[str]]:
    """What the chats of all others, and the channel, still say of somebody."""
    places = {handle: chat.person(handle).dms for handle, (full, *_) in CAST.items() if not full.startswith(name)}
    places["#kudos"] = chat.channel("kudos")
    said = {place: [line for one in seen for line in (one.summary, *one.lines)] for place, seen in places.items()}
    naming = {place: [line for line in lines if name in line] for place, lines in said.items()}
    return {place: lines for place, lines in naming.items() if lines}


async def decided(chat: Chat, handle: str) -> None:
    """They ask, HR decides, and knows what they are called."""
    somebody, hanna = chat.person(handle), chat.person("hanna")
    await somebody.types("/ritme mydata")
    await somebody.presses("Laten wissen")
    await somebody.presses("Vragen om te wissen")
    assert any(CAST[handle][0] in dm.summary for dm in hanna.dms)
    await hanna.presses("Bekijken wat dat betekent")
    await hanna.fills(also=CAST[handle][0].partition(" ")[0])


async def erased(chat: Chat, handle: str) -> None:
    await decided(chat, handle)
    await chat.moves(timedelta(hours=1))


def troubled(chat: Chat, handle: str) -> None:
    """Somebody of whom the next digest says that their goal falls, and that something is in their way."""
    with chat.world.scope(handle) as scope:
        goal = add(scope, Draft(f"Doel van {handle}", Period(2026, 4)))
        for confidence in (8, 6, 4):
            update(scope, goal.id, confidence=confidence)
    answer(chat.world, handle, 15, blocker="De testomgeving ligt plat", seen=True)


async def test_no_chat_shows_who_is_erased(chat: Chat) -> None:
    troubled(chat, "sem")
    troubled(chat, "noor")
    await chat.person("ravi").types("/kudos @Sem @Noor thanks for the release")
    await chat.person("sem").types("/kudos @Lotte dank voor je rust")
    await chat.jumps(MONDAY)
    await asks(chat, "sem", "Noor Jansen")
    await asks(chat, "lotte", "Sem Bakker")
    await chat.person("sem").presses("Liever niet")
    await chat.person("noor").presses("Feedback geven")
    await chat.person("noor").fills(**TOLD)
    before = shown(chat, "Sem")
    assert set(before) >= {"anna", "lotte", "noor", "#kudos"}
    assert len(before["anna"]) >= 3
    await erased(chat, "sem")
    assert shown(chat, "Sem") == {}
    assert set(shown(chat, "Noor")) >= {"anna", "#kudos"}


async def test_a_digest_that_was_about_nobody_else_is_taken_back(chat: Chat) -> None:
    with chat.world.scope("iris") as scope:
        scope.db.change(scope.db.get(Person, chat.world.people["sem"]), manager_id=scope.me.id)
    troubled(chat, "sem")
    await chat.jumps(MONDAY)
    assert set(shown(chat, "Sem")) == {"iris"}
    await erased(chat, "sem")
    assert shown(chat, "Sem") == {}


async def test_who_is_erased_a_little_later_is_not_said_anew_too_early(
    chat: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both erasures are among the messages when the first one ends; the other's name is still there then."""
    monkeypatch.setattr("models.privacy.erasing.PIECE", 3)
    await chat.person("ravi").types("/kudos @Sem @Noor @Lotte thanks for the release")
    for handle in ("sem", "noor"):
        await decided(chat, handle)
        await chat.moves(timedelta(seconds=3))
    await chat.moves(timedelta(hours=1))
    assert (shown(chat, "Sem"), shown(chat, "Noor")) == ({}, {})
    assert [post.lines[0] for post in chat.channel("kudos")] == ["👏 Ravi bedankt Lotte:"]


async def test_who_left_keeps_no_message_about_who_is_erased(chat: Chat) -> None:
    """To who left nothing is said anew, so what tells of others too is taken back from them."""
    troubled(chat, "sem")
    troubled(chat, "noor")
    await chat.moves(MONDAY)
    assert set(shown(chat, "Sem")) == {"anna"}
    with chat.world.scope("hanna") as scope:
        directory.close(scope, scope.db.some(Person, [chat.world.people["anna"]]))
    await erased(chat, "sem")
    assert shown(chat, "Sem") == {}


async def test_who_read_a_check_in_is_not_named_beside_it_any_more(chat: Chat) -> None:
    noor = await written(chat)
    await read(chat)
    assert [dm.lines for dm in noor.dms] == [("Anna heeft je check-in gezien.",)]
    await erased(chat, "anna")
    assert [(dm.lines, dm.buttons) for dm in noor.dms] == [(("Dank je wel, je check-in is binnen.",), ("Bekijken",))]
