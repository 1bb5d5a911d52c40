"""Every message and form there is, as Slack would take it."""

from __future__ import annotations

import pytest

from bot.messages import (
    Actions,
    Button,
    Chart,
    Choice,
    Choices,
    Confirm,
    DateInput,
    Divider,
    Facts,
    Form,
    Heading,
    Item,
    Link,
    Mention,
    Message,
    Meter,
    NumberInput,
    Option,
    Quote,
    Say,
    Search,
    Series,
    Small,
    Span,
    TextInput,
    TimeInput,
)
from bot.words import words
from tests.judges import judge_slack
from tests.test_views import EXAMPLES
from views.examples import Example


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.name)
def test_every_example(example: Example, language: str) -> None:
    judge_slack(example.make(words(language, "Europe/Amsterdam")))


LONG = "& <!channel> *x* " * 400
MANY = tuple(Option(str(n), f"{n} {LONG}", LONG) for n in range(140))
EVERYTHING = (
    Heading(LONG),
    Say((Span(LONG), Span(LONG, "bold"), Mention(1, "Noor"), Link(LONG, "https://example.com/a"))),
    Quote(LONG * 2),
    Small((Span(LONG), Mention(2, LONG))),
    Facts(((LONG, (Span(LONG),)), ("Leeg", ()))),
    Meter(1.7, (Span(LONG),)),
    Chart(LONG, LONG, ("a", "b"), (Series(LONG, (1.0, None)),)),
    Chart("t", LONG, ("a", "b"), (Series(LONG, (1.0, 2.5)), Series("y", (0.0, -1.0)))),
    Divider(),
    Item(
        (Span(LONG, "bold"),), (Span(LONG),), Button(LONG, "go", {"id": "1"}, "danger", Confirm(LONG, LONG, LONG, LONG))
    ),
    Actions(tuple(Button(LONG, "go", {"n": str(n)}) for n in range(60))),
)
FIELDS = (
    TextInput("text", LONG, LONG, LONG, LONG, multiline=True, max_length=100),
    NumberInput("number", LONG, "3,5"),
    DateInput("date", LONG),
    TimeInput("time", LONG),
    Choice("one", LONG, MANY, "3", LONG),
    Choice("few", LONG, MANY[:4], "3", look="buttons"),
    Choice("none", LONG, ()),
    Choices("some", LONG, MANY[:4], ("1", "2")),
    Choices("lots", LONG, MANY, ("1", "2")),
    Search("who", LONG, "people", MANY[:2], several=True, placeholder=LONG),
    Search("whom", LONG, "people", MANY[:1]),
    Search("nobody", LONG, "people", optional=True),
)


@pytest.mark.parametrize("times", [1, 2, 20])
def test_nothing_is_too_much(times: int) -> None:
    judge_slack(Message(LONG, EVERYTHING * times))


@pytest.mark.parametrize("times", [0, 1, 20])
def test_no_form_is_too_much(times: int) -> None:
    judge_slack(Form("all", LONG, LONG, EVERYTHING * times + FIELDS, LONG, sees=(Span(LONG),), problem=LONG))


@pytest.mark.parametrize("part", [*EVERYTHING, *FIELDS], ids=lambda part: part.type)
def test_each_alone(part: object) -> None:
    body = (part,)
    if part in FIELDS:
        judge_slack(Form("one", "Eén", "Stuur", body, "Sluit"))
    else:
        judge_slack(Message("Eén", body))
        judge_slack(Form("one", "Eén", "", body, "Sluit"))
