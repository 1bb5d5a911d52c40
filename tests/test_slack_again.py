"""What was typed where no form can open: a button opens it, whatever was typed. And a reply that fails ends no other."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from structlog.testing import capture_logs

from bot.calls import Answer, Call, OpenForm, Origin
from bot.messages import Actions, Button, Form, Message, TextInput
from bot.slack import render
from tests.doors import slack as door
from tests.fakes.slack import FakeSlack
from tests.judges import judge_slack
from tests.slackdoor import Recorder, Set, opened, said

FORM = Form("kudos.give", "Kudos", "Dank", (TextInput("text", "Waarvoor?"),), "Sluit")
PEOPLE = st.dictionaries(st.text(max_size=40).map(lambda name: f"@{name}"), st.text("U0123456789", max_size=12))


@pytest.fixture
async def stage() -> AsyncIterator[tuple[Set, FakeSlack, Recorder, str]]:
    serve = Recorder()
    async with opened(serve) as everything:
        yield everything, everything.slack, serve, everything.slack.add_user("Noor Jansen")


Stage = tuple[Set, FakeSlack, Recorder, str]


async def again(stage: Stage, line: str) -> tuple[Call, Call]:
    """Types this in the direct message, presses the button that it leaves, and gives both calls."""
    _, slack, serve, noor = stage
    serve.answers = (OpenForm(FORM),)
    await slack.say(noor, line)
    assert slack.see_dm(noor)[-1].labels == ["Kudos"]
    await slack.press(noor, "Kudos")
    assert slack.see_form(noor).title == "Kudos"
    first, second = serve.calls
    assert (second.kind, second.name) == (first.kind, first.name)
    return first, second


async def test_a_snippet_typed_in_the_direct_message_opens_its_form(stage: Stage) -> None:
    snippet = '{"a": "b"},\n' * 80
    first, second = await again(stage, snippet)
    assert first.text == snippet
    kept = second.text.removesuffix("…")
    assert (second.text, snippet[: len(kept)]) == (f"{kept}…", kept)
    assert len(kept) > 500


async def test_who_is_still_mentioned_comes_along(stage: Stage) -> None:
    _, slack, _, _ = stage
    crowd = [f"Voornaam Achternaam {number:02}" for number in range(30)]
    for name in crowd:
        slack.add_user(name)
    first, second = await again(stage, f"kudos {' '.join(f'@{name}' for name in crowd)} bedankt")
    assert len(first.mentions) == len(crowd)
    kept = {name: user for name, user in first.mentions.items() if name in second.text}
    assert second.mentions == kept
    assert 10 < len(kept) < len(crowd)


async def test_what_fits_comes_back_as_it_was(stage: Stage) -> None:
    first, second = await again(stage, 'kudos @Sem "dank"\n' * 40)
    assert second.text == first.text


async def test_a_long_command_whose_form_does_not_open_still_shows_what_was_typed(stage: Stage) -> None:
    _, slack, serve, noor = stage
    serve.answers = (OpenForm(FORM),)
    snippet = '{"a": "b"},' * 120
    for typed, shown in (("dank" * 20, []), (snippet, [snippet])):
        slack.faults.plan("views.open", "500")
        await slack.command(noor, "/kudos", typed)
        left = slack.see_dm(noor)[-1]
        assert (left.labels, [part["elements"][0]["text"] for part in quotes(left)]) == (["Kudos"], shown)


def quotes(message: Any) -> list[Any]:
    return [
        part
        for block in message.blocks
        if block["type"] == "rich_text"
        for part in block["elements"]
        if part["type"] == "rich_text_quote"
    ]


@pytest.mark.parametrize("carry", [{"id": "x" * 2000}, {"id": object()}])
async def test_a_reply_that_cannot_be_drawn_is_heard_of_and_the_next_is_said(stage: Stage, carry: Any) -> None:
    _, slack, serve, noor = stage
    broken = Message("Kies", (Actions((Button("Doe", "go", carry),)),))
    serve.answers = (Answer(said("Eerst.")), Answer(broken), Answer(said("Dan.")))
    with capture_logs() as logs:
        await slack.command(noor, "/ritme", "x")
    assert [message.said for message in slack.see_dm(noor)] == ["Eerst.", "Dan."]
    [lost] = [line for line in logs if line["event"] == "reply lost"]
    assert (lost["log_level"], lost["exc_info"]) == ("error", True)


@given(st.text(max_size=3000), PEOPLE)
def test_a_button_always_holds_its_call_or_the_beginning_of_it(text: str, people: dict[str, str]) -> None:
    typed = " ".join((*people, text))
    call = Call("shortcut", "kudos.message", None, "k", typed, people | {"author": "U1"}, origin=Origin(channel="C1"))
    message = render.again(FORM, call)
    judge_slack(message)
    [block] = render.message(message)["blocks"]
    value = block["elements"][0]["value"]
    held = orjson.loads(orjson.loads(value)["call"])
    assert held["text"] == typed or typed.startswith(held["text"].removesuffix("…"))
    assert held["mentions"].items() <= call.mentions.items()
    assert {name for name in held["mentions"] if name not in held["text"]} <= {"author"}


async def test_the_same_mark_from_somebody_else_is_another_message(tmp_path: Path) -> None:
    """Whoever writes makes up the mark by which a message is known that comes twice."""
    async with door.opened(tmp_path) as chat:
        slack, sem, noor = chat.door.slack, chat.person("sem"), chat.person("noor")
        with chat.world.scope("lotte") as scope:
            scope.db.change(scope.me, kudos="private")
        for one in (sem, noor):
            await slack.say(one.user, "kudos @Lotte dank voor je rust", gesture="g")
            await chat.settle()
        assert len(chat.person("lotte").dms) == 2
