"""What messages and forms look like in Slack, to the letter; and that nobody's words are ever markup."""

from __future__ import annotations

from datetime import date, time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.calls import Origin
from bot.messages import (
    Actions,
    Button,
    Chart,
    Choice,
    Choices,
    Confirm,
    DateInput,
    Divider,
    Element,
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
from bot.slack import render
from bot.slack.parse import remembered
from bot.slack.text import cut, text_object
from tests.judges import judge_slack

PLAIN = "plain_text"


def blocks(*parts: Element, accounts: Any = None) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = render.message(Message("x", parts), accounts or {})["blocks"]
    return found


def run(text: str, **more: Any) -> dict[str, Any]:
    return {"type": "text", "text": text, **more}


def rich(kind: str, *elements: dict[str, Any]) -> dict[str, Any]:
    return {"type": "rich_text", "elements": [{"type": kind, "elements": list(elements)}]}


BOLD = {"style": {"bold": True}}

ELEMENTS = [
    (Heading("Week 47"), {"type": "header", "text": {"type": PLAIN, "text": "Week 47"}}),
    (
        Say((Span("Dag "), Mention(1, "Noor"), Mention(2, "Sem"), Span("!", "italic"))),
        rich(
            "rich_text_section",
            run("Dag "),
            {"type": "user", "user_id": "U1"},
            run("Sem", **BOLD),
            run("!", style={"italic": True}),
        ),
    ),
    (
        Say((Link("hier", "https://example.com/a?b=c&d"),)),
        rich("rich_text_section", {"type": "link", "url": "https://example.com/a?b=c&d", "text": "hier"}),
    ),
    (Quote("regel\n<!here>"), rich("rich_text_quote", run("regel\n<!here>"))),
    (Small((Span("a & b"),)), {"type": "context", "elements": [{"type": PLAIN, "text": "a & b"}]}),
    (
        Small((Span("<a> & "), Mention(1, "Noor"), Span(" "), Link("b>", "https://example.com"), Span("!"))),
        {
            "type": "context",
            "elements": [
                {
                    "type": "mrkdwn",
                    "text": "&lt;a&gt; &amp; <@U1> <https://example.com|b&gt;>!",
                    "verbatim": True,
                }
            ],
        },
    ),
    (
        Small((Span("*a* by "), Span("Noor", "bold"))),  # the stars are somebody's own
        rich("rich_text_section", run("*a* by "), run("Noor", **BOLD)),
    ),
    (
        Small((Span("Team"), Span("Noor", "bold"))),  # a mark needs room beside it
        rich("rich_text_section", run("Team"), run("Noor", **BOLD)),
    ),
    (
        Facts((("Wie", (Span("Noor"),)), ("Wanneer", (Span("nu"),)))),
        rich("rich_text_section", run("Wie", **BOLD), run(": "), run("Noor"), run("\n"))
        | {
            "elements": [
                {
                    "type": "rich_text_section",
                    "elements": [
                        *(run("Wie", **BOLD), run(": "), run("Noor"), run("\n")),
                        *(run("Wanneer", **BOLD), run(": "), run("nu"), run("\n")),
                    ],
                }
            ]
        },
    ),
    (Meter(0.42, (Span("42%"),)), rich("rich_text_section", run("▰▰▰▰▱▱▱▱▱▱  "), run("42%"))),
    (Divider(), {"type": "divider"}),
    (Item((Span("regel"),)), rich("rich_text_section", run("regel"))),
    (
        Item((Span("regel"),), (), Button("Open", "goals.open", {"goal": "7"})),
        {
            "type": "section",
            "text": {"type": PLAIN, "text": "regel"},
            "accessory": {
                "type": "button",
                "text": {"type": PLAIN, "text": "Open"},
                "action_id": "goals.open",
                "value": '{"goal":"7"}',
            },
        },
    ),
]


@pytest.mark.parametrize(("element", "block"), ELEMENTS, ids=lambda value: getattr(value, "type", ""))
def test_each_element(element: Element, block: dict[str, Any]) -> None:
    assert blocks(element, accounts={1: "U1"}) == [block]


def test_buttons_of_one_name_in_a_row() -> None:
    ask = Confirm("Zeker?", "Het is dan weg.", "Verwijder", "Bewaar")
    row = Actions((Button("Een", "go", {}, "primary"), Button("Twee", "go"), Button("Weg", "off", {}, "danger", ask)))
    assert blocks(row) == [
        {
            "type": "actions",
            "elements": [
                {"type": "button", "text": {"type": PLAIN, "text": "Een"}, "action_id": "go", "style": "primary"},
                {"type": "button", "text": {"type": PLAIN, "text": "Twee"}, "action_id": "go#1"},
                {
                    "type": "button",
                    "text": {"type": PLAIN, "text": "Weg"},
                    "action_id": "off#2",
                    "style": "danger",
                    "confirm": {
                        "title": {"type": PLAIN, "text": "Zeker?"},
                        "text": {"type": PLAIN, "text": "Het is dan weg."},
                        "confirm": {"type": PLAIN, "text": "Verwijder"},
                        "deny": {"type": PLAIN, "text": "Bewaar"},
                    },
                },
            ],
        }
    ]


@pytest.mark.parametrize(
    ("values", "top", "line"),
    [
        ((0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0), None, "▁▂▃▄▅▆▇█"),
        ((1.0, None, 5.0), 5.0, "▂·█"),
        ((5.0, 5.0), 10.0, "▅▅"),
        ((0.0, 0.0), None, "▁▁"),
        ((-1.0, 0.0, 1.0), None, "▁▅█"),
        ((), None, ""),
    ],
)
def test_charts_in_words(values: tuple[float | None, ...], top: float | None, line: str) -> None:
    labels = tuple(f"wk {n}" for n in range(len(values)))
    (drawn, axis) = blocks(Chart("Energie", "Het loopt op.", labels, (Series("team", values),), top=top))
    assert drawn == rich("rich_text_section", run("Energie", **BOLD), run("\nHet loopt op."), run(f"\n{line}  team"))
    assert axis["elements"][0]["text"] == (" · ".join(labels) or "-")


def test_charts_of_slack_itself() -> None:
    chart = Chart("Meedoen", "Bijna iedereen.", ("wk 1", "wk 2"), (Series("team", (3.0, 4.0)),), "line")
    drawn, sentence = render.message(Message("x", (chart,)), native=True)["blocks"]
    points = [{"label": "wk 1", "value": 3.0}, {"label": "wk 2", "value": 4.0}]
    series = [{"name": "team", "data": points}]
    shown = {"type": "line", "series": series, "axis_config": {"categories": ["wk 1", "wk 2"]}}
    assert drawn == {"type": "data_visualization", "title": "Meedoen", "chart": shown}
    assert sentence["elements"] == [{"type": PLAIN, "text": "Bijna iedereen."}]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("dank :tada:", ["dank ", "tada"]),
        (":+1::skin-tone-2:", ["+1::skin-tone-2"]),
        (":+1:", ["+1"]),
        (":wave::skin-tone-2: hoi", ["wave::skin-tone-2", " hoi"]),
        ("om 12:30:00", ["om 12:30:00"]),
        ("a:b:c", ["a:b:c"]),
        ("https://a.example:80/b:c", ["https://a.example:80/b:c"]),
        (":tada::tada: (:+1:)", ["tada", "tada", " (", "+1", ")"]),
        ("std::list::x", ["std::list::x"]),
    ],
)
def test_emoji_that_were_picked(words: str, found: list[str]) -> None:
    (block,) = blocks(Quote(words))
    assert [each.get("text") or each["name"] for each in block["elements"][0]["elements"]] == found


# --- fields ----------------------------------------------------------------------------------------------

OPTIONS = (Option("a", "A", "eerste"), Option("b", "B"))
A = {"text": {"type": PLAIN, "text": "A"}, "value": "a", "description": {"type": PLAIN, "text": "eerste"}}
B = {"text": {"type": PLAIN, "text": "B"}, "value": "b"}
FIELDS = [
    (TextInput("x", "L", multiline=True), {"type": "plain_text_input", "max_length": 2000, "multiline": True}),
    (NumberInput("x", "L"), {"type": "plain_text_input", "max_length": 40}),
    (DateInput("x", "L", date(2026, 11, 24)), {"type": "datepicker", "initial_date": "2026-11-24"}),
    (TimeInput("x", "L", time(9)), {"type": "timepicker", "initial_time": "09:00"}),
    (Choice("x", "L", OPTIONS, "b"), {"type": "static_select", "options": [A, B], "initial_option": B}),
    (Choice("x", "L", OPTIONS, "z", look="buttons"), {"type": "radio_buttons", "options": [A, B]}),
    (Choices("x", "L", OPTIONS, ("a",)), {"type": "checkboxes", "options": [A, B], "initial_options": [A]}),
    (Search("x", "L", "people"), {"type": "external_select", "min_query_length": 1}),
    (
        Search("x", "L", "people", OPTIONS, several=True),
        {"type": "multi_external_select", "min_query_length": 1, "initial_options": [A, B]},
    ),
]


@pytest.mark.parametrize(("field", "element"), FIELDS, ids=lambda value: getattr(value, "type", ""))
def test_each_field(field: Any, element: dict[str, Any]) -> None:
    (block,) = render.form(Form("f", "T", "S", (field,), "C"), Origin())["blocks"]
    drawn = block.pop("element")
    name = drawn.pop("action_id").partition("#")[0]
    assert name == ("people" if isinstance(field, Search) else "x")
    assert drawn == element
    assert block == {"type": "input", "block_id": "x", "label": {"type": PLAIN, "text": "L"}, "optional": False}


def test_a_form() -> None:
    asked = Form(
        "f", "Titel", "Stuur", (Say((Span("Uitleg"),)),), "Sluit", {"goal": "7"}, (Span("Anna ziet dit."),), "Oei."
    )
    view = render.form(asked, Origin("C1", "1.2", "trigger", "V1", "https://hooks.example/1"))
    held = remembered(view.pop("private_metadata"))
    assert held == ({"goal": "7"}, Origin("C1", "1.2", "", "", "https://hooks.example/1"))
    assert view == {
        "type": "modal",
        "callback_id": "f",
        "title": {"type": PLAIN, "text": "Titel"},
        "submit": {"type": PLAIN, "text": "Stuur"},
        "close": {"type": PLAIN, "text": "Sluit"},
        "blocks": [
            rich("rich_text_section", run("Oei.", **BOLD)),
            rich("rich_text_section", run("Uitleg")),
            {"type": "context", "elements": [{"type": PLAIN, "text": "Anna ziet dit."}]},
        ],
    }


def test_a_field_that_the_form_fills_in_anew_is_a_new_field_to_slack() -> None:
    """Slack keeps what stands in a field of the same action id, even where the form brings another text."""

    def id(value: str) -> str:
        form = Form("f", "T", "S", (TextInput("x", "L", value),), "C")
        return str(render.form(form, Origin())["blocks"][0]["element"]["action_id"])

    assert id("a") == id("a")
    assert len({id(""), id("a"), id("b")}) == 3


def test_what_was_typed_is_never_shortened() -> None:
    form = Form("f", "T", "S", (TextInput("x", "L", max_length=10),), "C").filled({"x": "langer dan tien"})
    element = render.form(form, Origin())["blocks"][0]["element"]
    assert (element["initial_value"], element["max_length"]) == ("langer dan tien", 15)


def test_what_means_something_only_when_whole_is_never_cut() -> None:
    with pytest.raises(ValueError, match="carry of a button"):
        blocks(Actions((Button("x", "y", {"a": "b" * 2000}),)))
    with pytest.raises(ValueError, match="carry of a form"):
        render.form(Form("f", "T", "S", (), "C", {"a": "b" * 3000}), Origin())
    with pytest.raises(ValueError, match="value of an option"):
        render.options([Option("x" * 151, "y")])


def test_a_long_message_keeps_its_end() -> None:
    parts = [*(Item((Span(f"regel {n}"),)) for n in range(60)), Actions((Button("Open", "go"),))]
    drawn = blocks(*parts)
    assert len(drawn) == 50
    assert [drawn[47]["elements"][0]["elements"][0]["text"], drawn[48]["elements"][0]["text"]] == ["regel 47", "…"]
    assert drawn[49]["type"] == "actions"


# --- nobody's words are markup -----------------------------------------------------------------------------

HOSTILE = st.text(st.sampled_from("<>&|*_~`!@#:\n ab1/.é👏-\ue000\ue001\ue002\ue003"), max_size=60) | st.sampled_from(
    [
        "<!channel>",
        "<@U1>",
        "\ue002@U1\ue003 \ue000vet\ue000",
        "<https://evil.example|klik>",
        "&lt;!here&gt;",
        "*vet*",
        "> citaat",
        "```",
        "<!subteam^S1>",
    ]
)


@given(words=HOSTILE)
def test_words_stay_words(words: str) -> None:
    judge_slack(Message(words, (Say((Span(words),)), Quote(words), Small((Span(words), Span(words, "bold"))))))
    drawn = text_object((Span(words), Span(" x", "bold")), {})
    shown = drawn["text"] if drawn else ""
    inner = shown.replace("&amp;", "").replace("&lt;", "").replace("&gt;", "")
    assert not set(inner) & set("<>&")
    assert (
        set(render.message(Message(words, ()))["text"].replace("&amp;", "").replace("&lt;", "").replace("&gt;", ""))
        & set("<>&")
        == set()
    )


@pytest.mark.parametrize("words", ["\ue002@U1\ue003 ", "\ue000vet\ue000 ", "\ue001 "])
def test_what_stands_for_a_mark_makes_none_when_it_was_typed(words: str) -> None:
    text = (Span(words), Span("x", "bold"))
    assert text_object(text, {}) is None
    assert blocks(Small(text)) == [rich("rich_text_section", run(words), run("x", style={"bold": True}))]


@given(words=HOSTILE)
def test_words_come_back_as_they_were(words: str) -> None:
    (block,) = blocks(Quote(words))
    runs = block["elements"][0]["elements"]
    said = "".join(each["text"] if each["type"] == "text" else f":{each['name']}:" for each in runs)
    assert said == (words or "-")


@pytest.mark.parametrize("url", ["javascript:alert(1)", "https://a.example/x|y", "https://a.example/ x", "data:x", ""])
def test_an_odd_address_is_no_link(url: str) -> None:
    (block,) = blocks(Say((Link("klik", url),)))
    assert block == rich("rich_text_section", run("klik"))
    assert text_object((Link("klik", url), Span(" x", "bold")), {}) == {
        "type": "mrkdwn",
        "text": "klik *x*",
        "verbatim": True,
    }


@given(words=st.text(max_size=80), limit=st.integers(2, 60))
def test_a_cut_is_honest(words: str, limit: int) -> None:
    shown = cut((Span(words),), limit)
    said = "".join(part.text for part in shown if isinstance(part, Span))
    assert said == words if len(words) <= limit else said.endswith("…") and len(said) <= limit
