"""Forms in Teams: their fields, what they hold on to, and how a long message or form is divided."""

from __future__ import annotations

from datetime import date, time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.calls import Call, Origin
from bot.messages import (
    Actions,
    Button,
    Choice,
    Choices,
    Confirm,
    DateInput,
    Divider,
    Form,
    Heading,
    Item,
    Mention,
    Message,
    NumberInput,
    Option,
    Quote,
    Say,
    Search,
    Span,
    TextInput,
    TimeInput,
)
from bot.teams import render
from bot.teams.packing import MOST, size
from tests.cardreader import seen
from tests.judges import judge_activity, judge_teams

OPTIONS = (Option("a", "A", "eerste"), Option("b", "B"))
CHOICES = [{"title": "A · eerste", "value": "a"}, {"title": "B", "value": "b"}]
FIELDS = [
    (TextInput("x", "L", "v", placeholder="p"), {"type": "Input.Text", "value": "v", "placeholder": "p"}),
    (TextInput("x", "L", multiline=True), {"type": "Input.Text", "isMultiline": True}),
    (NumberInput("x", "L", "3,5"), {"type": "Input.Text", "value": "3,5", "maxLength": 40}),
    (DateInput("x", "L", date(2026, 11, 24)), {"type": "Input.Date", "value": "2026-11-24"}),
    (TimeInput("x", "L", time(9)), {"type": "Input.Time", "value": "09:00"}),
    (Choice("x", "L", OPTIONS, "b"), {"type": "Input.ChoiceSet", "style": "compact", "choices": CHOICES, "value": "b"}),
    (Choice("x", "L", OPTIONS, "z", look="buttons"), {"type": "Input.ChoiceSet", "style": "expanded"}),
    (
        Choices("x", "L", OPTIONS, ("b", "a")),
        {"type": "Input.ChoiceSet", "style": "expanded", "isMultiSelect": True, "value": "a,b"},
    ),
    (
        Search("x", "L", "people"),
        {
            "type": "Input.ChoiceSet",
            "style": "filtered",
            "choices": [],
            "choices.data": {"type": "Data.Query", "dataset": "people?goal=7&of=a%26b"},
            "isMultiSelect": False,
        },
    ),
    (
        Search("x", "L", "people", OPTIONS, several=True),
        {"choices": CHOICES, "value": "a,b", "isMultiSelect": True},
    ),
]


def form(*parts: Any, **more: Any) -> Form:
    return Form("f", "Titel", "Stuur", parts, "Sluit", {"goal": "7", "of": "a&b"}, **more)


@pytest.mark.parametrize(("field", "drawn"), FIELDS, ids=lambda value: getattr(value, "type", ""))
def test_each_field(field: Any, drawn: dict[str, Any]) -> None:
    (shown,) = render.form(form(field), Origin())["body"]
    required = {"id": "x", "label": "L", "isRequired": True, "errorMessage": "L"}
    assert {key: shown.get(key) for key in drawn | required} == drawn | required


def test_what_was_left_empty_is_said_in_the_words_of_the_form() -> None:
    (shown,) = render.form(form(TextInput("x", "L"), missing="Vul dit nog in."), Origin())["body"]
    assert shown["errorMessage"] == "Vul dit nog in."


def test_what_is_optional_is_not_required() -> None:
    (shown,) = render.form(form(TextInput("x", "L", optional=True)), Origin())["body"]
    assert shown.keys() == {"type", "id", "label", "maxLength", "isMultiline"}


def test_a_field_of_nothing_to_choose_is_its_label() -> None:
    (shown,) = render.form(form(Choice("x", "L", ())), Origin())["body"]
    assert seen(shown) == "L"


def test_a_form_as_a_dialog() -> None:
    asked = form(
        Say((Span("Uitleg"),)), TextInput("x", "L", hint="Kort."), sees=(Span("Anna ziet dit."),), problem="Oei."
    )
    task = render.dialog(asked, Origin("a:1", "17", "f:1", "f:0"), {"x": "Te kort.", "y": "Elders."})
    card = task["card"]["content"]
    assert (task["title"], task["width"], task["height"]) == ("Titel", "medium", "medium")
    texts = [seen(block) if "inlines" in block else block["id"] for block in card["body"]]
    assert texts == ["Oei.", "Elders.", "Uitleg", "Te kort.", "x", "Kort.", "Anna ziet dit."]
    held = {"k": "submit", "n": "f", "c": asked.carry, "f": "f:1", "o": {"c": "a:1", "m": "17"}, "l": []}
    assert card["actions"] == [
        {"type": "Action.Submit", "title": "Stuur", "style": "positive", "data": {"ritme": held}}
    ]


def test_a_form_that_stands_in_the_chat() -> None:
    activity = render.inline(form(Search("x", "L", "people", several=True), inline=True), Origin("a:1"))
    judge_activity(activity)
    card = activity["attachments"][0]["content"]
    assert (activity["summary"], card["body"][0]["text"]) == ("Titel", "Titel")
    (send,) = card["actions"]
    assert (send["type"], send["verb"], send["fallback"]["type"]) == ("Action.Execute", "f", "Action.Submit")
    assert send["data"]["ritme"]["l"] == ["x"]


def test_buttons_in_a_form_send_no_fields() -> None:
    ask = Confirm("Zeker?", "Het is dan weg.", "Verwijderen", "Bewaren")
    sheet = form(Actions((Button("Meer", "more"), Button("Weg", "off", confirm=ask))), TextInput("x", "L"))
    row = render.form(sheet, Origin("a:1", trigger="f:1"))["body"][0]
    more, off = row["actions"][0], row["actions"][1]["card"]["actions"][0]
    for drawn, name in ((more, "more"), (off, "off")):
        assert (drawn["type"], drawn["associatedInputs"]) == ("Action.Submit", "none")
        assert drawn["data"]["ritme"] == {"k": "press", "n": name, "c": {}, "f": "f:1", "o": {"c": "a:1"}}


def test_a_sheet_has_nothing_to_send() -> None:
    assert "actions" not in render.form(Form("f", "T", "", (Quote("x"),), "Sluit"), Origin())


def test_a_note() -> None:
    task = render.note(Message("Samengevat", ()), Origin())
    assert (task["title"], [seen(block) for block in task["card"]["content"]["body"]]) == ("Ritme", ["Samengevat"])


def test_a_button_that_opens_a_form() -> None:
    call = Call("command", "kudos", None, "k", "@Sem dank", {"@Sem": "aad-2"}, carry={"a": "b"})
    activity = render.again(form(), call)
    judge_activity(activity)
    ((action,),) = (row["actions"] for row in activity["attachments"][0]["content"]["body"])
    held = {
        "kind": "command",
        "name": "kudos",
        "text": "@Sem dank",
        "mentions": {"@Sem": "aad-2"},
        "carry": {"a": "b"},
    }
    assert (action["type"], action["title"]) == ("Action.Submit", "Titel")
    assert action["data"] == {"msteams": {"type": "task/fetch"}, "ritme": {"k": "again", "call": held}}


def test_what_a_search_finds() -> None:
    assert render.options(OPTIONS) == {
        "statusCode": 200,
        "type": "application/vnd.microsoft.search.searchResponse",
        "value": {"results": CHOICES},
    }


def test_an_overview_refreshes_itself() -> None:
    card = render.home(Message("Overzicht", (Heading("Vandaag"),)), user="29:1")["attachments"][0]["content"]
    assert card["refresh"] == {
        "action": {"type": "Action.Execute", "verb": "home", "data": {"ritme": {"k": "home", "n": "home", "c": {}}}},
        "userIds": ["29:1"],
    }


# --- what is long ------------------------------------------------------------------------------------------


def body(activity: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = activity["attachments"][0]["content"]["body"]
    return found


def test_a_long_message_goes_on_in_the_next_card() -> None:
    said = Message("Lang", tuple(Say((Span(f"{n} " + "x" * 500),)) for n in range(100)))
    judge_teams(said)
    cards = [body(activity) for activity in render.message(said)]
    assert len(cards) > 2
    assert [seen(block).split()[0] for card in cards for block in card] == [str(n) for n in range(100)]


def test_a_heading_goes_along_with_what_it_introduces() -> None:
    filler = [Say((Span("x" * 4000),))] * 3
    first, second = render.message(Message("x", (*filler, Heading("Nieuw"), Say((Span("y" * 4000),)))))
    assert [block.get("text") for block in body(first)] == [None] * 3
    assert body(second)[0]["text"] == "Nieuw"


def test_a_long_quote_is_cut_between_lines() -> None:
    words = "\n".join(f"regel {n} " + "x" * 300 for n in range(60))
    said = Message("x", (Quote(words),))
    judge_teams(said)
    boxes = [box for activity in render.message(said) for box in body(activity)]
    assert "\n".join(seen(line) for box in boxes for line in box["items"]) == words


def test_each_card_speaks_to_its_own() -> None:
    said = Message("x", tuple(Say((Mention(n, f"Naam {n}"), Span(" " + "x" * 500))) for n in range(60)))
    accounts = {n: f"aad-{n}" for n in range(60)}
    cards = [activity["attachments"][0]["content"] for activity in render.message(said, accounts)]
    assert [len(card["msteams"]["entities"]) for card in cards] == [len(card["body"]) for card in cards]


@given(lengths=st.lists(st.integers(0, 9000), max_size=12))
def test_nothing_is_left_out(lengths: list[int]) -> None:
    said = Message("x", tuple(Say((Span(f"{n}:" + "é" * length),)) for n, length in enumerate(lengths)))
    activities = render.message(said)
    assert all(size(activity["attachments"][0]["content"]) <= MOST for activity in activities)
    shown = "".join(seen(block) for activity in activities for block in body(activity))
    assert shown == ("".join(f"{n}:" + "é" * length for n, length in enumerate(lengths)) or "x")


def test_an_overview_is_one_card_and_says_where_it_ends() -> None:
    said = Message(
        "x", (*(Item((Span(f"{n} " + "x" * 900),)) for n in range(60)), Divider(), Actions((Button("Open", "go"),)))
    )
    judge_teams(said)
    shown = body(render.home(said))
    assert shown[-2] == {"type": "TextBlock", "text": "…", "isSubtle": True}
    assert [action["title"] for action in shown[-1]["actions"]] == ["Open"]


def test_what_means_something_only_when_whole_is_never_cut() -> None:
    with pytest.raises(ValueError, match="a card takes"):
        render.message(Message("x", (Actions((Button("x", "y", {"a": "b" * 9000}),)),)))


def test_what_was_typed_is_never_shortened() -> None:
    asked = form(TextInput("x", "L", max_length=10)).filled({"x": "langer dan tien"})
    (shown,) = render.form(asked, Origin())["body"]
    assert (shown["value"], shown["maxLength"]) == ("langer dan tien", 15)
