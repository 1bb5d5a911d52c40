"""Every message and form there is, as Teams would take it."""

from __future__ import annotations

import pytest

from bot.messages import Form, Message, Span
from bot.words import words
from tests.judges import CARD_SCHEMA, judge_teams, schema
from tests.test_slack_views import EVERYTHING, FIELDS, LONG
from tests.test_views import EXAMPLES
from views.examples import Example


def test_the_schema_is_there() -> None:
    assert schema(CARD_SCHEMA)["id"] == "http://adaptivecards.io/schemas/adaptive-card.json"


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.name)
def test_every_example(example: Example, language: str) -> None:
    judge_teams(example.make(words(language, "Europe/Amsterdam")))


@pytest.mark.parametrize("times", [1, 2, 20])
def test_nothing_is_too_much(times: int) -> None:
    judge_teams(Message(LONG, EVERYTHING * times))


@pytest.mark.parametrize("times", [0, 1, 20])
def test_no_form_is_too_much(times: int) -> None:
    judge_teams(Form("all", LONG, LONG, EVERYTHING * times + FIELDS, LONG, sees=(Span(LONG),), problem=LONG))


@pytest.mark.parametrize("part", [*EVERYTHING, *FIELDS], ids=lambda part: part.type)
def test_each_alone(part: object) -> None:
    body = (part,)
    if part in FIELDS:
        judge_teams(Form("one", "Eén", "Stuur", body, "Sluit"))
    else:
        judge_teams(Message("Eén", body))
        judge_teams(Form("one", "Eén", "", body, "Sluit"))
