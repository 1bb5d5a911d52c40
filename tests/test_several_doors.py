"""Several processes answer, and nothing depends on which. The load balancer of these tests alternates.

Every other conversation can go this way, too: `pytest --doors two-slack,two-teams`.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from typing import Any

import pytest

from bot.db import Unavailable
from bot.messages import Message, Say, Span
from bot.parcels import Parcel, Sent
from models import kudos
from tests.chat import Chat, Speaker
from tests.doors import two
from tests.doors.teams import TENANT, _seen
from tests.world import Home

ROADS = {"slack": two.slack, "teams": two.teams}


@pytest.fixture(params=ROADS)
async def chat(request: pytest.FixtureRequest, home: Home) -> AsyncIterator[Chat]:
    opened: AbstractAsyncContextManager[Chat] = ROADS[request.param](home)
    async with opened as chat:
        yield chat


def message(text: str) -> Message:
    return Message(text, (Say((Span(text),)),))


def broken(chat: Chat, monkeypatch: pytest.MonkeyPatch, *methods: str) -> None:
    """Nobody reaches the database, for a while."""

    async def unavailable(_: Any) -> Any:
        raise Unavailable("locked")

    for database in chat.door.databases:
        for method in methods:
            monkeypatch.setattr(database, method, unavailable)


async def thanks_lotte_too_often(chat: Chat) -> Speaker:
    """Sem, with a form that was filled in and not accepted."""
    sem = chat.person("sem")
    for _ in range(3):
        await sem.types("/kudos @Lotte dank")
    await sem.types("/kudos")
    await sem.fills(text="Fijn gewerkt", to=["Lotte"])
    return sem


async def test_a_form_that_one_opened_is_corrected_at_the_other(chat: Chat) -> None:
    sem = await thanks_lotte_too_often(chat)
    for _ in range(3):
        await sem.fills()
        assert (sem.form.values["text"], len(sem.form.errors)) == ("Fijn gewerkt", 1)
    await sem.fills(to=["Noor"])
    assert "Je hebt Noor bedankt" in sem.sees
    assert not sem.reading


async def test_nobody_types_twice_because_it_was_busy(chat: Chat, monkeypatch: pytest.MonkeyPatch) -> None:
    sem = chat.person("sem")
    await sem.types("/kudos")
    with monkeypatch.context() as patch:
        broken(chat, patch, "write")
        for text in ("Fijn gewerkt", "Heel fijn gewerkt"):
            await sem.fills(text=text, to=["Noor"])
            assert sem.form.lines[0].startswith("Het is nu erg druk")
            assert sem.form.values["text"] == text
    await sem.fills()
    assert "Je hebt Noor bedankt" in sem.sees


async def test_words_are_not_lost_with_the_database(chat: Chat, monkeypatch: pytest.MonkeyPatch) -> None:
    """Slack gives the form back itself; in Teams the words can be copied."""
    sem = await thanks_lotte_too_often(chat)
    broken(chat, monkeypatch, "write", "read")
    await chat.door.submit(sem.user, {"text": "Heel fijn gewerkt"})
    kept = sem.answered.lines if chat.door.name == "teams" else (sem.form.values["text"],)
    assert "Heel fijn gewerkt" in kept


async def test_one_happening_told_to_both_has_one_effect(chat: Chat) -> None:
    answers = await chat.person("sem").repeats("/kudos @Lotte dank je wel", 4)
    assert len(set(answers)) == 1
    with chat.world.scope("lotte") as scope:
        assert len(kudos.received(scope)) == 1


@pytest.mark.parametrize("chat", ["teams"], indirect=True)
async def test_who_one_has_met_the_other_reaches(chat: Chat) -> None:
    people, world = chat.door.people, chat.door.teams
    world.add("kim", "Kim Vos", email="kim@demolen.example", locale="en-GB")
    await people.install("kim")
    for platform in (chat.platform, chat.door.other):
        result = await platform.send(Parcel(1, "dm", TENANT, "kim", message("Hello.")))
        assert isinstance(result, Sent)
    assert [_seen(one, "kim").text for one in people.see_personal("kim")][1:] == ["Hello.", "Hello."]


@pytest.mark.parametrize("chat", ["teams"], indirect=True)
async def test_one_coming_that_both_hear_of_is_greeted_once(chat: Chat) -> None:
    people, world = chat.door.people, chat.door.teams
    world.add("kim", "Kim Vos", email="kim@demolen.example", locale="en-GB")
    for times in (1, 2):
        await people.install("kim")
        body = {**people.door.last, "id": f"another-{times}"}
        await people._deliver(body)
        assert len(people.see_personal("kim")) == times
        await people.uninstall("kim")


@pytest.mark.parametrize("chat", ["teams"], indirect=True)
async def test_an_overview_that_one_pinned_the_other_keeps_as_it_is(chat: Chat) -> None:
    noor = chat.person("noor")
    await noor.opens_home()
    for platform, text in ((chat.door.other, "Nieuw."), (chat.platform, "Nieuwer.")):
        assert await platform.send(Parcel(1, "home", TENANT, noor.user, message(text))) == Sent()
        assert noor.home.text == text
    await noor.opens_home()
    assert noor.home.text != "Nieuwer."
