"""Judges of what is rendered: blockkit, the fake's limits, and the platforms' own JSON schemas where they are there."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import blockkit as kit
import jsonschema
import pytest
from blockkit import core

from bot.calls import Origin
from bot.messages import Form, Message
from bot.slack import render
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
