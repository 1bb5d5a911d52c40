"""The page knows every element that a renderer makes, and is given what that platform would be given."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from bot.app import looks
from bot.calls import Origin
from bot.demo import looks as through
from bot.demo.listen import PAGE
from bot.messages import FIELDS, Form, Mention, Message, Say, Span
from bot.slack import render as slack
from bot.teams import render as teams
from bot.words import words
from tests.demo_gallery import CHECKIN, DIGEST, EVERYTHING
from tests.test_slack_views import EVERYTHING as ELEMENTS
from tests.test_slack_views import FIELDS as INPUTS
from tests.test_views import EXAMPLES

LOOKS = looks(frozenset({"everything"}))
FILES = {"slack": "blocks.js", "teams": "cards.js"}
NEVER_DRAWN = {
    "slack": {"plain_text", "mrkdwn", "modal", "home", "bar", "line"},
    "teams": {"AdaptiveCard", "message", "mention", "task/fetch", "Data.Query"},
}
"""What has a type but no drawing of its own: text, whole surfaces, kinds of chart, and what an action or field says."""

THINGS: list[Message | Form] = [
    *(example.make(words("nl", "Europe/Amsterdam")) for example in EXAMPLES),
    *(Message("one", (part,)) for part in ELEMENTS),
    *(Form("one", "One", "Send", (part,), "Close") for part in INPUTS),
]


def drawn(thing: Message | Form, name: str) -> list[Any]:
    """Everything that the page may be given of it in this look."""
    look = LOOKS[name]
    if isinstance(thing, Message):
        both = [through.message(thing, LOOKS, {1: "noor"}, posted=posted)[name] for posted in (True, False)]
        return [*both, look.home(thing)]
    wrong = {part.name: "Nog eens." for part in thing.body if isinstance(part, FIELDS)}
    return [look.form(thing, {}), look.form(thing, wrong)]


def types(value: Any) -> Iterator[str]:
    """Every type in some JSON, but for what an older client would be shown instead."""
    if isinstance(value, dict):
        if isinstance(value.get("type"), str):
            yield value["type"]
        for key, inner in value.items():
            if key not in ("fallback", "refresh"):
                yield from types(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from types(inner)


def known(name: str) -> set[str]:
    """The types in the tables of a look's script."""
    tables = re.findall(r"^const [A-Z]+ = \{(.*?)\};?$", (PAGE / FILES[name]).read_text(), re.MULTILINE | re.DOTALL)
    return {found for table in tables for found in re.findall(r'^  "?([A-Za-z_.]+)"?[:,]', table, re.MULTILINE)}


@pytest.mark.parametrize("name", FILES)
def test_the_page_knows_every_element(name: str) -> None:
    made = {found for thing in THINGS for found in types(drawn(thing, name))}
    assert made - NEVER_DRAWN[name] - known(name) == set()
    assert len(made) > 15


def test_a_message_is_what_either_platform_is_given() -> None:
    said = Message("x", (Say((Mention(1, "Noor"), Span(" is er."))),))
    assert through.message(said, LOOKS, {1: "noor"}, posted=True) == {
        "slack": slack.message(said, {1: "noor"}, native=True),
        "teams": teams.message(said, {1: "noor"}, frozenset({"everything"})),
    }


def test_another_chats_look_needs_none_of_its_libraries() -> None:
    """Drawing what Teams would show starts nothing of Teams, and asks for no setting of it."""
    asked = "import sys, bot.app; bot.app.looks(frozenset()); print(*{name.split('.')[0] for name in sys.modules})"
    found = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True, env={})
    assert {"botbuilder", "botframework", "slack_bolt", "slack_sdk"} & set(found.stdout.split()) == set()


def test_only_what_was_posted_has_slacks_own_charts() -> None:
    posted, answered = (through.message(DIGEST, LOOKS, {}, posted=posted)["slack"] for posted in (True, False))
    assert "data_visualization" in set(types(posted))
    assert "data_visualization" not in set(types(answered))


def test_the_overview_is_what_either_platform_is_given() -> None:
    shown = through.home(CHECKIN, LOOKS)
    assert shown == {"slack": slack.home(CHECKIN), "teams": teams.home(CHECKIN, opening=frozenset({"everything"}))}


def test_slack_says_at_the_field_what_is_wrong_and_teams_above_it() -> None:
    wrong = {"priority": "Kies een ander doel."}
    shown = through.form(EVERYTHING, LOOKS, wrong)
    assert shown["slack"] == {**slack.form(EVERYTHING, Origin()), "errors": wrong}
    assert shown["teams"] == teams.dialog(EVERYTHING, Origin(), wrong)


def test_a_form_that_is_wrong_as_a_whole_is_shown_anew() -> None:
    asked = Form("one", "One", "Send", INPUTS[:1], "Close", problem="Er is al zo'n doel.")
    assert through.form(asked, LOOKS, {"text": "Korter."})["slack"] == slack.form(asked, Origin(), {"text": "Korter."})
