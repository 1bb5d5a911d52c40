"""What messages and forms look like in Teams, to the letter; and that nobody's words are ever markup."""

from __future__ import annotations

from typing import Any

import pytest

from bot.messages import (
    Actions,
    Button,
    Chart,
    Confirm,
    Divider,
    Element,
    Facts,
    Heading,
    Item,
    Link,
    Mention,
    Message,
    Meter,
    Quote,
    Say,
    Series,
    Small,
    Span,
)
from bot.teams import render
from tests.cardreader import seen

SMALL = {"size": "small", "isSubtle": True}
BOLD = {"weight": "bolder"}


def blocks(*parts: Element, accounts: Any = None, opening: frozenset[str] = frozenset()) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = render.card(Message("x", parts), accounts or {}, opening)["body"]
    return found


def run(text: str, **look: Any) -> dict[str, Any]:
    return {"type": "TextRun", "text": text, **look}


def rich(*runs: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"type": "RichTextBlock", "inlines": list(runs), **more}


def press(name: str, carry: dict[str, str] | None = None) -> dict[str, Any]:
    return {"ritme": {"k": "press", "n": name, "c": carry or {}}}


def execute(title: str, name: str, carry: dict[str, str] | None = None, **more: Any) -> dict[str, Any]:
    fallback = {"type": "Action.Submit", "title": title, **more, "data": press(name, carry)}
    return {**fallback, "type": "Action.Execute", "verb": name, "fallback": fallback}


# --- elements ----------------------------------------------------------------------------------------------

ELEMENTS = [
    (
        Heading("Week *47*"),
        [
            {
                "type": "TextBlock",
                "text": r"Week \*47\*",
                "style": "heading",
                "size": "medium",
                "spacing": "large",
                "wrap": True,
                **BOLD,
            }
        ],
    ),
    (
        Say((Span("Dag "), Mention(2, "Sem"), Span("!", "italic"))),
        [rich(run("Dag "), run("Sem", **BOLD), run("!", italic=True))],
    ),
    (
        Say((Span("Dag *"), Mention(1, "Noor"), Span(" en "), Mention(2, "Sem"))),
        [{"type": "TextBlock", "text": r"Dag \*<at>Noor</at> en **Sem**", "wrap": True}],
    ),
    (
        Say((Link("hier", "https://example.com/a?b=c&d"),)),
        [{"type": "TextBlock", "text": "[hier](https://example.com/a?b=c&d)", "wrap": True}],
    ),
    (
        Say((Span("een\n\ntwee"),)),
        [rich(run("een")), rich(run("\u00a0"), spacing="none"), rich(run("twee"), spacing="none")],
    ),
    (
        Quote("regel\n- <at>x</at>"),
        [
            {
                "type": "Container",
                "style": "emphasis",
                "items": [rich(run("regel")), rich(run("- <"), run("at>x<"), run("/at>"), spacing="none")],
            }
        ],
    ),
    (Small((Span("a & b"),)), [rich(run("a & b", **SMALL), spacing="small")]),
    (
        Facts((("Wie", (Span("Noor_1"),)), ("Wanneer", (Span("nu", "bold"),)))),
        [
            {
                "type": "FactSet",
                "facts": [{"title": "Wie", "value": r"Noor\_1"}, {"title": "Wanneer", "value": "**nu**"}],
            }
        ],
    ),
    (
        Facts((("Wie", (Span("Noor"),)), ("Wat", (Span("een\ntwee"),)))),
        [
            rich(run("Wie", **BOLD)),
            rich(run("Noor"), spacing="none"),
            rich(run("Wat", **BOLD)),
            rich(run("een"), spacing="none"),
            rich(run("twee"), spacing="none"),
        ],
    ),
    (
        Meter(0.42, (Span("42%"),)),
        [
            rich(run("42%")),
            {
                "type": "ProgressBar",
                "value": 42,
                "max": 100,
                "spacing": "small",
                "fallback": rich(run("▰▰▰▰▱▱▱▱▱▱", size="large", color="accent"), spacing="none"),
            },
        ],
    ),
    (Item((Span("regel"),), (Span("klein"),)), [rich(run("regel")), rich(run("klein", **SMALL), spacing="none")]),
    (
        Item((Span("regel"),), (), Button("Open", "goals.open", {"goal": "7"})),
        [
            {
                "type": "ColumnSet",
                "columns": [
                    {
                        "type": "Column",
                        "width": "stretch",
                        "verticalContentAlignment": "center",
                        "items": [rich(run("regel"))],
                    },
                    {
                        "type": "Column",
                        "width": "auto",
                        "verticalContentAlignment": "center",
                        "items": [{"type": "ActionSet", "actions": [execute("Open", "goals.open", {"goal": "7"})]}],
                    },
                ],
            }
        ],
    ),
]


@pytest.mark.parametrize(("element", "drawn"), ELEMENTS, ids=lambda value: getattr(value, "type", ""))
def test_each_element(element: Element, drawn: list[dict[str, Any]]) -> None:
    assert blocks(element, accounts={1: "aad-1"}) == drawn


def test_a_line_stands_above_what_it_divides() -> None:
    drawn = blocks(Divider(), Say((Span("een"),)), Divider(), Divider(), Say((Span("twee"),)), Divider())
    line = {"separator": True, "spacing": "large"}
    assert drawn == [rich(run("een"), **line), rich(run("twee"), **line)]


def test_buttons() -> None:
    row = Actions((Button("Een", "go", {}, "primary"), Button("Twee", "open", {"id": "7"})))
    assert blocks(row, opening=frozenset({"open"})) == [
        {
            "type": "ActionSet",
            "actions": [
                execute("Een", "go", style="positive"),
                {
                    "type": "Action.Submit",
                    "title": "Twee",
                    "data": {"msteams": {"type": "task/fetch"}, **press("open", {"id": "7"})},
                },
            ],
        }
    ]


def test_a_question_unfolds_below_its_button() -> None:
    ask = Confirm("Zeker?", "Het is dan weg.", "Verwijderen", "Bewaren")
    (row,) = blocks(Actions((Button("Weg", "off", {}, "danger", ask),)))
    assert row["actions"] == [
        {
            "type": "Action.ShowCard",
            "title": "Weg",
            "style": "destructive",
            "card": {
                "type": "AdaptiveCard",
                "body": [rich(run("Zeker?", **BOLD)), rich(run("Het is dan weg."), spacing="small")],
                "actions": [execute("Verwijderen", "off", style="destructive")],
            },
        }
    ]


def test_buttons_stand_in_rows_that_fit() -> None:
    def rows(*labels: str) -> list[list[str]]:
        drawn = blocks(Actions(tuple(Button(label, "go") for label in labels)))
        return [[action["title"] for action in row["actions"]] for row in drawn]

    assert rows(*"abcdefgh") == [list("abcdef"), list("gh")]
    assert rows("Aan iedereen laten zien", "Doel afsluiten", "Verwijderen") == [
        ["Aan iedereen laten zien", "Doel afsluiten"],
        ["Verwijderen"],
    ]
    assert rows("x" * 59) == [["x" * 59]]


@pytest.mark.parametrize(
    ("button", "beside"),
    [
        (Button("Kort", "go"), True),
        (Button("x" * 25, "go"), False),
        (Button("Weg", "go", confirm=Confirm("", "", "", "")), False),
    ],
)
def test_a_button_stands_beside_its_line_where_there_is_room(button: Button, beside: bool) -> None:  # noqa: FBT001 - a table
    assert ("ColumnSet" in {block["type"] for block in blocks(Item((Span("x"),), (), button))}) is beside


@pytest.mark.parametrize(
    ("chart", "kind", "data"),
    [
        (
            Chart("Mee", "Bijna allen.", ("a", "b"), (Series("team", (3.0, 4.0)),)),
            "Chart.VerticalBar",
            [{"x": "a", "y": 3.0}, {"x": "b", "y": 4.0}],
        ),
        (
            Chart("Mee", "Bijna allen.", ("a",), (Series("x", (3.0,)), Series("y", (4.0,)))),
            "Chart.VerticalBar.Grouped",
            [{"legend": "x", "values": [{"x": "a", "y": 3.0}]}, {"legend": "y", "values": [{"x": "a", "y": 4.0}]}],
        ),
        (
            Chart("Mee", "Bijna allen.", ("a", "b"), (Series("x", (1.0, 2.0)),), "line", 5.0),
            "Chart.Line",
            [{"legend": "x", "values": [{"x": "a", "y": 1.0}, {"x": "b", "y": 2.0}]}],
        ),
    ],
)
def test_charts(chart: Chart, kind: str, data: list[Any]) -> None:
    title, drawn, sentence = blocks(chart)
    assert (title, sentence) == (rich(run("Mee", **BOLD)), rich(run("Bijna allen.", **SMALL), spacing="small"))
    assert (drawn["type"], drawn["data"]) == (kind, data)
    assert (drawn["yMin"], drawn.get("yMax")) == (0.0, chart.top)
    assert drawn["fallback"]["type"] == "Container"


def test_a_chart_in_blocks() -> None:
    one = Chart("Mee", "x", ("wk 1", "wk 2", "wk 3"), (Series("team", (0.0, None, 7.0)),))
    bars, names = blocks(one)[1]["items"]  # a gap would not be seen in Teams' own
    assert bars["inlines"] == [run("▁\u2009·\u2009█", size="large", color="accent")]
    assert names["inlines"] == [run("wk 1 · wk 2 · wk 3", **SMALL)]
    two = Chart("Mee", "x", ("wk 1",), (Series("ik", (1.0,)), Series("jij", (0.0,))))
    assert [seen(block) for block in blocks(two)[1]["fallback"]["items"]] == ["ik", "█", "jij", "▁", "wk 1"]


def test_a_chart_without_a_value_is_its_sentence() -> None:
    title, drawn, sentence = blocks(Chart("Mee", "Nog niets.", ("a",), (Series("x", (None,)),)))
    assert [seen(title), drawn["type"], seen(sentence)] == ["Mee", "Container", "Nog niets."]
