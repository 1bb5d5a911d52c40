"""Judges of what is rendered: blockkit, the fake's limits, and the platforms' own JSON schemas where they are there."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import blockkit as kit
import jsonschema
import pytest
from blockkit import core

from bot.calls import Origin
from bot.messages import Form, Message, mentioned
from bot.slack import render
from bot.teams import render as teams
from bot.teams.packing import MOST, MOST_IN_DIALOG, size
from tests.fakes.slack import check_message, check_view

SCHEMAS = Path(__file__).parent.parent.parent / "shared" / "schemas"

PARTS = {
    "actions": kit.Actions,
    "button": kit.Button,
    "checkboxes": kit.Checkboxes,
    "context": kit.Context,
    "datepicker": kit.DatePicker,
    "divider": kit.Divider,
    "emoji": core.RichEmojiEl,
    "external_select": kit.ExternalSelect,
    "header": kit.Header,
    "input": kit.Input,
    "link": core.RichLinkEl,
    "multi_external_select": kit.MultiExternalSelect,
    "multi_static_select": kit.MultiStaticSelect,
    "plain_text_input": kit.PlainTextInput,
    "radio_buttons": kit.RadioButtons,
    "rich_text": kit.RichText,
    "rich_text_quote": kit.RichTextQuote,
    "rich_text_section": kit.RichTextSection,
    "section": kit.Section,
    "static_select": kit.StaticSelect,
    "text": core.RichTextEl,
    "timepicker": kit.TimePicker,
    "user": core.RichUserEl,
}
TEXTS = {"plain_text", "mrkdwn"}


def schema(name: str) -> Any:
    """One of the platforms' schemas; the test is skipped where they are not at hand."""
    path = SCHEMAS / name
    if not path.exists():
        pytest.skip(f"{name} is not in {SCHEMAS}, so only the other judges speak")
    return json.loads(path.read_text())


def judge_schema(thing: Any, name: str) -> None:
    jsonschema.Draft7Validator(schema(name)).validate(thing)


def judge_slack(thing: Message | Form) -> None:
    """A message as it is posted, answered and shown as an overview; a form as it is opened."""
    if isinstance(thing, Form):
        view = render.form(thing, Origin())
        check_view(view, "modal")
        judge_blocks(view["blocks"])
        return
    for native in (True, False):
        shown = render.message(thing, native=native)
        check_message(shown["text"], shown["blocks"])
        judge_blocks(shown["blocks"])
    check_view(render.home(thing), "home")
    check_view(render.note(thing, Origin()), "modal")


def judge_blocks(blocks: list[dict[str, Any]]) -> None:
    """Blocks are what blockkit would have built itself. Charts of Slack's own are younger than blockkit."""
    known = [block for block in blocks if block["type"] != "data_visualization"]
    assert [_part(block).build() for block in known] == known


def _part(part: Any, name: str = "") -> Any:
    """A piece of JSON as blockkit's component for it."""
    if isinstance(part, list):
        return [_part(inner) for inner in part]
    if not isinstance(part, dict) or name == "style":
        return kit.RichStyle(**part) if isinstance(part, dict) else part
    fields = {key: _part(inner, key) for key, inner in part.items() if key != "type"}
    kind = part.get("type", "")
    if kind in TEXTS:
        return kit.Text(type=kind, **fields)
    if kind:
        return PARTS[kind](**fields)
    return kit.Confirm(**fields) if "confirm" in part else kit.Option(**fields)


# --- Teams ---------------------------------------------------------------------------------------------------------

CARD_SCHEMA = "adaptive-card-1.5.0.json"
YOUNGER = re.compile(r"Chart\.|ProgressBar")
"""Elements that are younger than the schema; a client that does not know them shows their fallback."""
OWN = {"choices.data", "data", "msteams"}
WORDS = {"id", "label", "placeholder", "text", "title", "value", "verb"}


def judge_teams(thing: Message | Form) -> None:
    """A message as it is sent, replaced, shown in a dialog and as the overview; a form as a dialog and in the chat."""
    origin = Origin("a:1", "17", "f:1")
    if isinstance(thing, Form):
        judge_task(teams.dialog(thing, origin))
        judge_task(teams.dialog(thing, origin, {field.name: "Dit kan niet." for field in thing.fields}))
        if thing.inline:
            judge_activity(teams.inline(thing, origin))
        return
    accounts = {person: f"aad-{person}" for person in mentioned(thing)}
    for opening in (frozenset[str](), frozenset(_names(thing))):
        for activity in teams.message(thing, accounts, opening):
            judge_activity(activity)
        judge_activity(teams.home(thing, accounts, opening, "29:1"))
    judge_task(teams.note(thing, origin))


def judge_activity(activity: dict[str, Any]) -> None:
    assert activity.keys() == {"type", "summary", "attachments"}
    assert activity["type"] == "message"
    assert 0 < len(activity["summary"]) <= 300
    (attachment,) = activity["attachments"]
    judge_attachment(attachment, MOST)


def judge_task(task: dict[str, Any]) -> None:
    assert task.keys() == {"title", "width", "height", "card"}
    assert 0 < len(task["title"]) <= 60
    judge_attachment(task["card"], MOST_IN_DIALOG)


def judge_attachment(attachment: dict[str, Any], most: int) -> None:
    assert attachment.keys() == {"contentType", "content"}
    assert attachment["contentType"] == "application/vnd.microsoft.card.adaptive"
    judge_card(attachment["content"], most)


def judge_card(card: dict[str, Any], most: int = MOST) -> None:
    """The schema where it is at hand, and what no schema says."""
    assert card["version"] == "1.5"
    assert size(card) <= most
    plain = _of_1_5(card)
    for block in plain["body"]:
        _validate(json.dumps({**plain, "body": [block]}))
    judge_mentions(card)
    parts = list(_objects(card))
    assert all(isinstance(part[key], str) for part in parts for key in WORDS & part.keys() if _is_1_5(part))
    inputs = [part for part in parts if str(part.get("type")).startswith("Input.")]
    assert [part for part in inputs if not part["label"].strip()] == []
    assert len({part["id"] for part in inputs}) == len(inputs)
    for part in parts:
        if "actions" in part:
            assert 0 < len(part["actions"]) <= 6
        if str(part.get("type")).startswith("Action."):
            judge_action(part)


def judge_mentions(card: dict[str, Any]) -> None:
    """Whoever is spoken to has an entity, and every entity speaks to somebody. No tag stands for two people."""
    entities = card.get("msteams", {}).get("entities", [])
    texts = [part["text"] for part in _objects(card["body"]) if part.get("type") == "TextBlock"]
    texts += [fact["value"] for part in _objects(card["body"]) for fact in part.get("facts", ())]
    said = {tag for text in texts for tag in re.findall(r"<at>.*?</at>", text)}
    assert said == {entity["text"] for entity in entities}
    assert len(said) == len(entities)
    assert [part for part in _objects(card["body"]) if "<at>" in part.get("text", "")] == [
        part for part in _objects(card["body"]) if part.get("type") == "TextBlock" and "<at>" in part["text"]
    ]


def judge_action(action: dict[str, Any]) -> None:
    """What `bot.teams.parse` reads back."""
    if action["type"] == "Action.ShowCard":
        (yes,) = action["card"]["actions"]
        assert yes["type"] != "Action.ShowCard"
        return
    held = action["data"]["ritme"]
    if held["k"] == "again":
        assert held["call"].keys() == {"kind", "name", "text", "mentions", "carry"}
        return
    assert held["k"] in {"press", "submit", "home"}
    assert {type(value) for value in held["c"].values()} <= {str}
    if action["type"] == "Action.Execute" and held["k"] != "home":
        assert action["verb"] == held["n"]
        assert action["fallback"]["type"] == "Action.Submit"
        assert action["fallback"]["data"] == action["data"]
    if "msteams" in action["data"]:
        assert (action["type"], action["data"]["msteams"]) == ("Action.Submit", {"type": "task/fetch"})


@cache
def _card_schema() -> jsonschema.Draft6Validator | None:
    path = SCHEMAS / CARD_SCHEMA
    return jsonschema.Draft6Validator(json.loads(path.read_text())) if path.exists() else None


@cache
def _validate(card: str) -> None:
    """The schema is slow, and most blocks are alike but for their words."""
    if known := _card_schema():
        known.validate(json.loads(card))


def _of_1_5(part: Any) -> Any:
    """The shape of a card as a client of version 1.5 sees it, without what is Teams' own, and without its words."""
    if isinstance(part, list):
        return [_of_1_5(inner) for inner in part]
    if not isinstance(part, dict):
        return part
    if YOUNGER.match(str(part.get("type"))):
        return _of_1_5(part["fallback"])
    left = {key: "x" if key in WORDS else inner for key, inner in part.items() if key not in OWN}
    bare = {key: _of_1_5(inner) for key, inner in left.items()}
    return bare | {"style": "compact"} if bare.get("style") == "filtered" else bare


def _is_1_5(part: dict[str, Any]) -> bool:
    return not YOUNGER.match(str(part.get("type")))


def _objects(part: Any) -> Iterator[dict[str, Any]]:
    """Every object in a card, outermost first; what an action holds on to is not looked into."""
    if isinstance(part, list):
        for inner in part:
            yield from _objects(inner)
    elif isinstance(part, dict):
        yield part
        for key, inner in part.items():
            if key not in {"data", "choices.data"}:
                yield from _objects(inner)


def _names(thing: Message) -> Iterator[str]:
    """The names of all buttons."""
    for part in thing.body:
        yield from (button.name for button in getattr(part, "buttons", ()))
        button = getattr(part, "button", None)
        if button is not None:
            yield button.name
