"""Nobody's words are ever markup in Teams, and no two people are ever mixed up."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.messages import Link, Mention, Message, Quote, Say, Small, Span
from bot.teams import render
from bot.teams.text import LINE, escape, markdown, paragraph, spoken, weight
from tests.cardreader import TAG, read, seen
from tests.judges import judge_teams

TRICKS = [
    "<at>Noor</at>",
    "**vet** en _schuin_ en ~~weg~~",
    "[klik](https://evil.example)",
    "![plaatje](https://evil.example)",
    "<https://evil.example>",
    "# kop",
    "- lijst",
    "+ lijst",
    "* lijst",
    "1. eerst",
    "12) eerst",
    "> citaat",
    "---",
    "```",
    "&lt;b&gt; &#42;",
    "{{DATE(2026-11-24T09:00:00Z, SHORT)}}",
    "C:\\map\\*.txt",
    "snake_case_naam",
    "-5 graden",
    "3.14",
]
HOSTILE = st.text(st.sampled_from("*_[]()<>&#+-.!`~\\{}|:= \tab19é👏"), max_size=40) | st.sampled_from(TRICKS)
PART = st.builds(Span, HOSTILE, st.sampled_from(["plain", "bold", "italic"]))
SOMEBODY = Mention(1, "Noor")


def words(text: str) -> str:
    """A card shows several spaces as one, and none at the edges."""
    return " ".join(text.replace("\u00a0", " ").split())


@given(typed=HOSTILE)
@pytest.mark.parametrize("style", ["plain", "bold", "italic"])
def test_words_stay_words(typed: str, style: str) -> None:
    text = (Span(typed, style),)  # type: ignore[arg-type]  # one of three words
    assert words(read(markdown(text))) == words(typed)
    assert [words(seen(block)) for block in paragraph(text)] == [words(typed)]


@given(parts=st.lists(PART | st.just(SOMEBODY), max_size=5))
def test_words_stay_words_beside_somebody(parts: list[Span | Mention]) -> None:
    text = (SOMEBODY, *parts)
    people = spoken([text], {1: "aad-1"})
    shown = markdown(text, people)
    said = "".join(part.name if isinstance(part, Mention) else part.text for part in text)
    assert words(read(shown)) == words(said)
    assert TAG.findall(shown) == ["Noor"] * text.count(SOMEBODY)


@given(typed=st.text(max_size=60) | HOSTILE)
def test_line_breaks_stay(typed: str) -> None:
    lines = typed.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    assert [words(seen(block)) for block in paragraph((Span(typed),))] == [words(line) for line in lines]
    spoken_to = paragraph((SOMEBODY, Span(typed)), spoken([(SOMEBODY,)], {1: "aad-1"}))
    assert [words(seen(block)) for block in spoken_to] == [words(line) for line in ["Noor" + lines[0], *lines[1:]]]


@pytest.mark.parametrize("trick", TRICKS)
def test_tricks(trick: str) -> None:
    message = Message(trick, (Say((SOMEBODY, Span(" " + trick))), Quote(trick), Small((Span(trick),))))
    judge_teams(message)
    said, quote, small = render.card(message, {1: "aad-1"})["body"]
    assert [words(seen(block)) for block in (said, quote["items"][0], small)] == [
        words(f"Noor {trick}"),
        words(trick),
        words(trick),
    ]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ((Span("a"), Span("b", "bold"), Span("c")), "a**b**c"),
        ((Span("a "), Span(" b ", "bold"), Span("c")), "a  **b** c"),
        ((Span("klaar.", "bold"), Span("en")), "klaar.en"),
        ((Span("a", "bold"), Span("b", "italic")), "a*b*"),
        ((Span("  ", "bold"),), "\u00a0"),
        ((Span("hoi!"), Link("hier", "https://a.example")), "hoi\\![hier](https://a.example)"),
    ],
)
def test_marks_touch_their_words(text: tuple[Span | Link, ...], shown: str) -> None:
    assert markdown(text) == shown


@pytest.mark.parametrize(
    "url",
    ["javascript:alert(1)", "https://a.example/x)y", "https://a.example/ x", "data:x", "", "https://a.example/\\x"],
)
def test_an_odd_address_is_no_link(url: str) -> None:
    assert paragraph((Link("klik", url),)) == [
        {"type": "RichTextBlock", "inlines": [{"type": "TextRun", "text": "klik"}]}
    ]
    assert markdown((Link("klik", url), SOMEBODY)) == "klik**Noor**"


@pytest.mark.parametrize(
    "split", ["~|~weg~|~", "{|{DATE(2026-11-24T09:00:00Z)}}", "&|#42;", "&|amp;", "1|. x", "<|at>x</at>"]
)
def test_words_in_pieces_are_no_markup_either(split: str) -> None:
    text = tuple(Span(piece) for piece in split.split("|"))
    shown = markdown((*text, SOMEBODY), spoken([(SOMEBODY,)], {1: "aad-1"}))
    assert read(shown) == split.replace("|", "") + "Noor"
    assert "{{" not in shown


def test_people_who_are_spoken_to() -> None:
    said = (Mention(1, "Sem"), Mention(2, "Sem"), Mention(3, "Lot_te <b>*"), Mention(4, "***"), Mention(5, "Ravi"))
    card = render.card(Message("x", (Say(said), Say((Mention(1, "Sem"),)))), {1: "a", 2: "b", 3: "c", 4: "d"})
    assert [block["text"] for block in card["body"]] == [
        "<at>Sem</at><at>Sem 2</at><at>Lotte b</at><at>4</at>**Ravi**",
        "<at>Sem</at>",
    ]
    assert card["msteams"]["entities"] == [
        {"type": "mention", "text": "<at>Sem</at>", "mentioned": {"id": "a", "name": "Sem"}},
        {"type": "mention", "text": "<at>Sem 2</at>", "mentioned": {"id": "b", "name": "Sem"}},
        {"type": "mention", "text": "<at>Lotte b</at>", "mentioned": {"id": "c", "name": "Lot_te <b>*"}},
        {"type": "mention", "text": "<at>4</at>", "mentioned": {"id": "d", "name": "***"}},
    ]


@pytest.mark.parametrize("letter", ["a", "a ", "*", '"', "\\", "👏", "\x01"])
def test_a_long_line_goes_on(letter: str) -> None:
    line = letter * 9000
    pieces = paragraph((Span(line),))
    assert len(pieces) > 1
    assert "".join(seen(piece) for piece in pieces) == line
    assert all(weight(seen(piece)) <= LINE for piece in pieces)


def test_only_what_is_live_is_escaped() -> None:
    """Some phones show the backslash, so there are as few as can be."""
    plain = "Dag Noor, 3 van 5 (60%) is mooi! Vóór 1 dec. a & b, half-om-half: 'ja' of {zo} ~5 = vijf/zes?"
    assert escape(plain) == plain
    assert markdown((Span(plain),)) == plain
