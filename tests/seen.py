"""What a person sees, in words: the notification, the lines of text, the labels of the buttons, the fields."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from bot.messages import (
    Actions,
    Button,
    Chart,
    Divider,
    Facts,
    Form,
    Heading,
    Item,
    Message,
    Meter,
    Quote,
    Say,
    Search,
    Small,
    plain,
)


@dataclass(frozen=True)
class Seen:
    """One message or form as a person sees it, in words."""

    summary: str
    lines: tuple[str, ...]
    buttons: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    errors: dict[str, str] = field(default_factory=dict)
    values: dict[str, Any] = field(default_factory=dict)
    sees: str = ""

    @property
    def text(self) -> str:
        return "\n".join(self.lines)


def seen(thing: Message | Form, errors: dict[str, str] | None = None) -> Seen:
    """A message or form in words."""
    lines = tuple(line for part in thing.body for line in _lines(part))
    labels = tuple(button.label for button in buttons(thing))
    if isinstance(thing, Message):
        return Seen(thing.summary, lines, labels)
    values = {part.name: prefilled(part) for part in thing.fields}
    problem = (thing.problem,) if thing.problem else ()
    names = tuple(part.name for part in thing.fields)
    return Seen(thing.title, problem + lines, labels, names, errors or {}, values, plain(thing.sees))


def _lines(part: Any) -> list[str]:
    match part:
        case Heading(text) | Quote(text):
            return [text]
        case Say(text) | Small(text):
            return [plain(text)]
        case Meter(_, text):
            return [plain(text)]
        case Facts(rows):
            return [f"{label}: {plain(value)}" for label, value in rows]
        case Item(text, small):
            return [plain(text), *([plain(small)] if small else [])]
        case Chart(title, sentence):
            return [title, sentence]
        case Divider() | Actions():
            return []
        case _:
            return [part.label]


def buttons(thing: Message | Form) -> list[Button]:
    """Every button, in reading order."""
    found: list[Button] = []
    for part in thing.body:
        if isinstance(part, Actions):
            found.extend(part.buttons)
        elif isinstance(part, Item) and part.button:
            found.append(part.button)
    return found


def prefilled(part: Any) -> Any:
    """What a field holds before anybody touches it, as the platforms send it."""
    value = part.value
    if isinstance(part, Search):
        chosen = tuple(option.value for option in value)
        return chosen if part.several else (chosen[0] if chosen else "")
    if value is None:
        return ""
    return value if isinstance(value, str | tuple) else value.isoformat()[:10]
