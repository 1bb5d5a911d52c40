"""The door: what is said back, where, and when."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.calls import Answer, CloseForm, OpenForm
from bot.messages import Form, TextInput
from tests.fakes.teams.people import labels, shown
from tests.slackdoor import Recorder, said
from tests.teamsdoor import Set, opened

FORM = Form("goals.new", "Nieuw doel", "Bewaar", (TextInput("title", "Titel"),), "Sluit", {"team": "7"})
Stage = tuple[Set, Recorder, str]


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    serve = Recorder()
    async with opened(serve) as everything:
        yield everything, serve, everything.teams.world.add("noor", "Noor Jansen").user


async def test_a_message_is_answered_in_the_conversation(stage: Stage) -> None:
    door, serve, noor = stage
    serve.answers = (Answer(said("Hoi.")),)
    reply = await door.people.say(noor, "/kudos dank")
    assert (reply.status, reply.body) == (200, None)
    (call,) = serve.calls
    assert (call.kind, call.name, call.text) == ("command", "kudos", "dank")
    assert len(door.people.see_personal(noor)) == 2


async def test_a_form_opens_from_its_button(stage: Stage) -> None:
    door, serve, noor = stage
    serve.answers = (OpenForm(FORM),)
    await door.people.say(noor, "/goal")
    card = door.people.see_personal(noor)[-1]
    assert labels(shown(card, noor)) == ["Nieuw doel"]
    await door.people.press(noor, "Nieuw doel", card)
    dialog = door.teams.world.dialog(noor)
    assert dialog is not None
    assert dialog.body["title"] == "Nieuw doel"
    serve.answers = (CloseForm(), Answer(said("Bewaard.")))
    await door.people.submit(noor, title="x")
    assert door.teams.world.dialog(noor) is None
    assert serve.calls[-1].values == {"title": "x"}
    assert labels(shown(door.people.see_personal(noor)[-1], noor)) == []
