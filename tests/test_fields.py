"""What a field of a form says is held to: by every platform, and by the model that takes it."""

from __future__ import annotations

import ast
from dataclasses import fields
from pathlib import Path

import pytest

from bot.messages import FIELDS, Form, TextInput
from bot.words import words
from models import checkins, kudos, onboarding
from models.cadence.rules import LONGEST_TEXT
from models.feedback import tables as feedback
from models.goals import tables as goals
from models.goals.measuring import MAX_UNIT
from tests.test_views import EXAMPLES

PLATFORMS = Path(__file__).parent.parent / "bot"


def _reads(platform: str) -> set[str]:
    """The names that any file of a platform reads of anything."""
    trees = [ast.parse(path.read_text()) for path in (PLATFORMS / platform).rglob("*.py")]
    return {node.attr for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Attribute)}


@pytest.mark.parametrize("platform", ["slack", "teams", "demo"])
def test_all_that_a_field_says_is_read(platform: str) -> None:
    """What no renderer reads promises something that nobody keeps."""
    said = {(kind.__name__, each.name) for kind in FIELDS for each in fields(kind)} - {
        (kind.__name__, "type") for kind in FIELDS
    }
    reads = _reads(platform)
    assert {one for one in said if one[1] not in reads} == set()


LONGEST = {
    field: most
    for most, found in (
        (kudos.MAX_TEXT, "kudos.give/text kudos.change/text"),
        (
            checkins.MAX_TEXT,
            "checkins.send/blocker checkins.change/blocker checkins.respond/reply checkins.passed/sentence",
        ),
        (feedback.MAX_TEXT, "feedback.give/situation feedback.give/behaviour feedback.give/impact feedback.give/wish"),
        (feedback.MAX_TEXT, "feedback.change/situation feedback.change/behaviour feedback.change/impact"),
        (feedback.MAX_TEXT, "feedback.change/wish feedback.pick/behaviour"),
        (feedback.MAX_TOPIC, "feedback.ask/topic"),
        (feedback.MAX_QUESTION, "feedback.ask/question"),
        (goals.MAX_TITLE, "goals.add/title goals.cascade/title goals.change/title"),
        (goals.MAX_TITLE, "goals.result/title goals.result_change/title"),
        (goals.MAX_TEXT, "goals.describe/text goals.change/text goals.change/reason goals.close/learned"),
        (goals.MAX_TEXT, "goals.pick/note goals.update/note goals.result_change/reason goals.result_drop/reason"),
        (MAX_UNIT, "goals.result/unit"),
        (LONGEST_TEXT, "onboarding.set_rhythm/cadence"),
    )
    for field in found.split()
}
"""What the models take of each text, at most. Views may not ask them."""

LINES = {
    "checkins.send/priorities": (checkins.MOST_PRIORITIES, checkins.MAX_PRIORITY),
    "checkins.change/priorities": (checkins.MOST_PRIORITIES, checkins.MAX_PRIORITY),
    "onboarding.set_kudos/values": (onboarding.MOST_VALUES, onboarding.LONGEST_VALUE),
}
"""Of fields with one entry on each line: how many there may be, and how long each."""

ELSEWHERE = {"privacy.erase/also", "privacy.decline/reason"}
"""Names of which no table has a limit, and a text whose limit comes along with the facts."""


def _asked() -> set[tuple[str, int]]:
    """The text fields of every form there is, each with the characters that may be typed in it."""
    drawn = [example.make(words("en", "Europe/Amsterdam")) for example in EXAMPLES]
    forms = [form for form in drawn if isinstance(form, Form)]
    typed = [(form.name, part) for form in forms for part in form.fields if isinstance(part, TextInput)]
    return {(f"{form}/{part.name}", part.max_length) for form, part in typed}


def test_a_text_is_as_long_as_its_model_takes() -> None:
    """Shorter, and words that are kept could not be shown to be changed; longer, and who typed them is refused."""
    asked, others = _asked(), LINES.keys() | ELSEWHERE
    assert {(field, most) for field, most in asked if field not in others} == set(LONGEST.items())
    assert {field for field, _ in asked} >= others


@pytest.mark.parametrize("field", LINES)
def test_all_lines_that_a_model_takes_fit(field: str) -> None:
    count, longest = LINES[field]
    assert min(most for name, most in _asked() if name == field) >= count * (longest + 1) - 1
