"""Messages for the terminal: the same elements as on the page, drawn with rich."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text as Line

from bot.drawing import sparkline
from bot.messages import (
    Actions,
    Button,
    Chart,
    Divider,
    Element,
    Facts,
    Heading,
    Item,
    Mention,
    Message,
    Meter,
    Quote,
    Say,
    Small,
    Span,
    Text,
)

# A terminal obeys control characters, whoever typed them; they are shown instead.
_SHOWN = {code: 0x2400 + code for code in range(0x20) if chr(code) not in "\n\t"}
_SHOWN |= {0x7F: 0x2421} | dict.fromkeys(range(0x80, 0xA0), 0xFFFD)
_TRACK = 24
"""Characters of a progress bar."""


def message(said: Message) -> RenderableType:
    """A message as it stands in the chat, buttons as [labels]."""
    return Group(*(line for part in said.body for line in _element(part)))


def text(parts: Text) -> Line:
    """Running text. Whatever a person typed stays text: nothing in it is read as markup, or obeyed by a terminal."""
    line = Line()
    for part in parts:
        match part:
            case Span(words, style):
                line.append(_line(words, {"plain": "", "bold": "bold", "italic": "italic"}[style]))
            case Mention(_, name):
                line.append(_line(name, "bold"))
            case _:
                line.append(_line(part.text, "underline"))
    return line


def _line(words: str, style: str = "") -> Line:
    return Line(words.translate(_SHOWN), style)


def _element(part: Element) -> Iterator[RenderableType]:  # noqa: C901 - a case for each element there is
    match part:
        case Heading(words):
            yield _line(words, "bold")
        case Say(words):
            yield text(words)
        case Quote(words):
            yield Padding(_line(words, "italic"), (0, 0, 0, 2))
        case Small(words):
            yield _dim(text(words))
        case Facts(rows):
            yield from (Line.assemble(_line(f"{label}: ", "dim"), text(value)) for label, value in rows)
        case Meter(fraction, words):
            filled = round(min(max(fraction, 0.0), 1.0) * _TRACK)
            yield Line.assemble(("━" * filled, "green"), ("━" * (_TRACK - filled), "dim"), " ", text(words))
        case Chart():
            yield from _chart(part)
        case Divider():
            yield Line("─" * _TRACK, "dim")
        case Item(words, small, button):
            yield Line.assemble("• ", text(words), *((" ", _button(button)) if button else ()))
            if small:
                yield Padding(_dim(text(small)), (0, 0, 0, 2))
        case Actions(buttons):
            yield Line(" ").join([_button(button) for button in buttons])


def _chart(chart: Chart) -> Iterator[RenderableType]:
    """The sentence, and a sparkline for each series."""
    yield _line(chart.sentence)
    for series in chart.series:
        yield Line.assemble(_line(f"{series.name} ", "dim"), (sparkline(series, chart.top), "green"))


def _button(button: Button) -> Line:
    return _line(f"[{button.label}]", "bold green" if button.style == "primary" else "green")


def _dim(line: Line) -> Line:
    line.stylize("dim")
    return line
