"""What the demo's page sends becomes the same calls as on any platform."""

from __future__ import annotations

import pytest

from bot.calls import Account, Call, Origin
from bot.demo import parse

NOOR = Account("demo", "demo", "noor")


def body(**parts: object) -> dict[str, object]:
    return {"as": "noor", "key": "k1", **parts}


@pytest.mark.parametrize(
    ("typed", "name", "rest"),
    [
        ("/kudos @Lotte dank je", "kudos", "@Lotte dank je"),
        ("/ritme kudos  @Lotte dank je", "kudos", "@Lotte dank je"),
        ("/Ritme GOAL list", "goal", "list"),
        ("/goal", "goal", ""),
        ("/ritme", "home", ""),
        ("/", "home", ""),
    ],
)
def test_commands(typed: str, name: str, rest: str) -> None:
    call = parse.call(body(kind="typed", text=typed, room="@noor", mentions={"@Lotte": "lotte"}))
    origin = Origin(channel="@noor", trigger="k1", direct=True)
    assert call == Call("command", name, NOOR, "k1", text=rest, mentions={"@Lotte": "lotte"}, origin=origin)


def test_words_without_a_slash_are_said_to_ritme() -> None:
    call = parse.call(body(kind="typed", text="hoe werkt dit?", room="@noor"))
    assert call == Call("text", "text", NOOR, "k1", text="hoe werkt dit?", origin=Origin(channel="@noor", trigger="k1"))


def test_a_press_keeps_its_message_and_carry() -> None:
    call = parse.call(body(kind="press", name="kudos.edit", carry={"kudos": "3"}, room="@noor", message="m7"))
    origin = Origin(channel="@noor", message="m7", trigger="k1")
    assert call == Call("press", "kudos.edit", NOOR, "k1", carry={"kudos": "3"}, origin=origin)


def test_a_form_brings_texts_and_lists() -> None:
    call = parse.call(body(kind="submit", name="kudos.give", values={"text": "dank", "to": ["1", "2"]}, carry={}))
    assert call.values == {"text": "dank", "to": ("1", "2")}
    assert (call.kind, call.name) == ("submit", "kudos.give")


def test_a_lookup_and_a_shortcut() -> None:
    assert parse.call(body(kind="lookup", name="people", text="lo")).text == "lo"
    shortcut = parse.call(body(kind="shortcut", name="kudos.message", message="m3", permalink="http://x/#m3"))
    assert shortcut.origin == Origin(message="m3", trigger="k1", permalink="http://x/#m3")


@pytest.mark.parametrize(
    "wrong",
    [
        [],
        "text",
        {},
        {"as": "noor", "kind": "home"},
        {"key": "k", "kind": "home"},
        body(kind="due"),
        body(kind="event"),
        body(kind="press", name=3),
        body(kind="press", carry={"kudos": 3}),
        body(kind="submit", values=[1]),
        body(kind="submit", values={"to": [1]}),
        body(kind="submit", values={"to": {"a": "b"}}),
        body(kind="typed", text=None),
        body(kind="typed", text="/kudos", mentions="lotte"),
    ],
)
def test_anything_else_is_refused(wrong: object) -> None:
    with pytest.raises(parse.Malformed):
        parse.call(wrong)
