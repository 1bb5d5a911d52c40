"""A stage for tests of the Teams door: one person, a pipeline that answers what it is told to, and what can be seen."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.calls import OpenForm
from bot.messages import Actions, Button, Form, Message, Say, Span, TextInput
from bot.teams import render
from tests.doors.teams import _seen
from tests.fakes.teams.world import Activity
from tests.slackdoor import Recorder
from tests.teamsdoor import Set, opened

FORM = Form("goals.new", "Nieuw doel", "Bewaar", (TextInput("title", "Titel"),), "Sluit", {"team": "7"})
BUTTON = Message("Kies", (Say((Span("Kies maar"),)), Actions((Button("Doe", "go", {"id": "7"}),))))
OPENS = Message("Kies", (Say((Span("Kies maar"),)), Actions((Button("Open", "opens", {"id": "7"}),))))
Stage = tuple[Set, Recorder, str]


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    serve = Recorder()
    async with opened(serve, opening=frozenset({"opens"})) as everything:
        yield everything, serve, everything.teams.world.add("noor", "Noor Jansen").user


def seen(stage: Stage, where: Any) -> str:
    return _seen(where, stage[2]).text


def told(stage: Stage) -> list[str]:
    """What the bot says in Noor's own conversation, as she sees it."""
    return [seen(stage, one) for one in stage[0].people.see_personal(stage[2]) if one.author == "bot"]


async def posted(stage: Stage, message: Message = BUTTON) -> Activity:
    """A message of the app stands in Noor's conversation."""
    world = stage[0].teams.world
    (drawn,) = render.message(message, opening=frozenset({"opens"}))
    return world.put(world.personal(stage[2]), drawn)


async def form_open(stage: Stage, form: Form = FORM) -> None:
    """She asked by a word, and pressed the one button."""
    door, serve, noor = stage
    serve.answers = (OpenForm(form),)
    await door.people.say(noor, "/goal beter")
    await door.people.press(noor, form.title, door.people.see_personal(noor)[-1])
    assert dialog(stage).body["title"] == form.title
    serve.answers = ()


def dialog(stage: Stage) -> Any:
    found = stage[0].teams.world.dialog(stage[2])
    assert found is not None, "no dialog is open"
    return found


def closed(stage: Stage) -> bool:
    return stage[0].teams.world.dialog(stage[2]) is None
