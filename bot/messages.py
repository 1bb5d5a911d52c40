"""What Ritme can say: a `Message` or a `Form`, free of any platform.

Views build these values, renderers turn them into Slack blocks, Adaptive Cards or a page. Text is kept as spans and
never as markup, so whatever a person typed stays data until a renderer escapes it, once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, time
from typing import Any, Literal, Protocol

Style = Literal["plain", "bold", "italic"]


@dataclass(frozen=True, slots=True)
class Span:
    """A run of characters in one style. The characters are data, never markup."""

    text: str
    style: Style = "plain"


@dataclass(frozen=True, slots=True)
class Mention:
    """A person, spoken to where the platform can do that, else named in bold."""

    person: int
    name: str


class Somebody(Protocol):
    @property
    def id(self) -> int: ...
    @property
    def short(self) -> str: ...


def mention(person: Somebody) -> Mention:
    """Somebody by the name that colleagues call them."""
    return Mention(person.id, person.short)


@dataclass(frozen=True, slots=True)
class Link:
    """A web address that Ritme or the platform made itself (a permalink), never one that a person typed."""

    text: str
    url: str


Text = tuple[Span | Mention | Link, ...]
"""A piece of running text. `bot.words.Words.say` makes them from whole translated sentences."""


def plain(text: Text | str) -> str:
    """The same words without style, for notifications, labels and logs of shapes."""
    if isinstance(text, str):
        return text
    return "".join(part.name if isinstance(part, Mention) else part.text for part in text)


# --- elements of a message ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Heading:
    text: str
    type: Literal["heading"] = "heading"


@dataclass(frozen=True, slots=True)
class Say:
    """A paragraph."""

    text: Text
    type: Literal["say"] = "say"


@dataclass(frozen=True, slots=True)
class Quote:
    """Somebody's own words, shown as theirs, line breaks kept."""

    text: str
    type: Literal["quote"] = "quote"


@dataclass(frozen=True, slots=True)
class Small:
    """The small print: who sees this, until when, where it went."""

    text: Text
    type: Literal["small"] = "small"


@dataclass(frozen=True, slots=True)
class Facts:
    """Label and value pairs, in reading order."""

    rows: tuple[tuple[str, Text], ...]
    type: Literal["facts"] = "facts"


@dataclass(frozen=True, slots=True)
class Meter:
    """How far something is. `fraction` lies in 0..1; `text` says the same in words and numbers."""

    fraction: float
    text: Text
    type: Literal["meter"] = "meter"


@dataclass(frozen=True, slots=True)
class Series:
    name: str
    values: tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """A small chart. `sentence` says what it shows; a platform without charts shows the sentence with sparklines.

    `labels` are the points of the horizontal axis (at most 20), each series has one value per label, `top` is the
    end of the vertical axis.
    """

    title: str
    sentence: str
    labels: tuple[str, ...]
    series: tuple[Series, ...]
    kind: Literal["line", "bar"] = "bar"
    top: float | None = None
    type: Literal["chart"] = "chart"


@dataclass(frozen=True, slots=True)
class Divider:
    type: Literal["divider"] = "divider"


@dataclass(frozen=True, slots=True)
class Confirm:
    """Asked before a press counts. `yes` is a verb."""

    title: str
    text: str
    yes: str
    no: str


@dataclass(frozen=True, slots=True)
class Button:
    """A press on it becomes a Call of kind "press" with this name and carry. `label` is a verb."""

    label: str
    name: str
    carry: Mapping[str, str] = field(default_factory=dict)
    style: Literal["plain", "primary", "danger"] = "plain"
    confirm: Confirm | None = None
    type: Literal["button"] = "button"


@dataclass(frozen=True, slots=True)
class Item:
    """A line of a list: a text, perhaps small print below it, perhaps one button beside it."""

    text: Text
    small: Text = ()
    button: Button | None = None
    type: Literal["item"] = "item"


@dataclass(frozen=True, slots=True)
class Actions:
    """Buttons in a row; the first is the one people look for."""

    buttons: tuple[Button, ...]
    type: Literal["actions"] = "actions"


Element = Heading | Say | Quote | Small | Facts | Meter | Chart | Divider | Item | Actions


@dataclass(frozen=True, slots=True)
class Message:
    """Something said. `summary` works alone as a notification on a phone and holds no private text."""

    summary: str
    body: tuple[Element, ...]


# --- fields of a form -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Option:
    value: str
    label: str
    description: str = ""


@dataclass(frozen=True, slots=True)
class TextInput:
    name: str
    label: str
    value: str = ""
    hint: str = ""
    placeholder: str = ""
    optional: bool = False
    multiline: bool = False
    max_length: int = 2000
    type: Literal["text_input"] = "text_input"


@dataclass(frozen=True, slots=True)
class NumberInput:
    """A decimal number, typed in the reader's own notation; it arrives in `Call.values` as typed."""

    name: str
    label: str
    value: str = ""
    hint: str = ""
    optional: bool = False
    type: Literal["number_input"] = "number_input"


@dataclass(frozen=True, slots=True)
class DateInput:
    """A day; it arrives as an ISO date, "2026-11-24"."""

    name: str
    label: str
    value: date | None = None
    hint: str = ""
    optional: bool = False
    type: Literal["date_input"] = "date_input"


@dataclass(frozen=True, slots=True)
class TimeInput:
    """A time of day; it arrives as "09:00"."""

    name: str
    label: str
    value: time | None = None
    hint: str = ""
    optional: bool = False
    type: Literal["time_input"] = "time_input"


@dataclass(frozen=True, slots=True)
class Choice:
    """One of a few. `look` "buttons" shows all options at once (at most 10), "menu" folds them away."""

    name: str
    label: str
    options: tuple[Option, ...]
    value: str = ""
    hint: str = ""
    optional: bool = False
    look: Literal["menu", "buttons"] = "menu"
    type: Literal["choice"] = "choice"


@dataclass(frozen=True, slots=True)
class Choices:
    """Any number of a few (at most 10); arrives as a tuple of values."""

    name: str
    label: str
    options: tuple[Option, ...]
    value: tuple[str, ...] = ()
    hint: str = ""
    optional: bool = False
    type: Literal["choices"] = "choices"


@dataclass(frozen=True, slots=True)
class Search:
    """One or several of many, found by typing: the platform asks the route `lookup`, which answers `Options`.

    Chosen ones are shown by the options in `value`; they arrive as option values (a tuple where `several`).
    """

    name: str
    label: str
    lookup: str
    value: tuple[Option, ...] = ()
    several: bool = False
    hint: str = ""
    placeholder: str = ""
    optional: bool = False
    type: Literal["search"] = "search"


Field = TextInput | NumberInput | DateInput | TimeInput | Choice | Choices | Search
FIELDS = (TextInput, NumberInput, DateInput, TimeInput, Choice, Choices, Search)


@dataclass(frozen=True, slots=True)
class Form:
    """Something asked. Sent, it becomes a Call of kind "submit" with this name, its values, and the carry.

    `sees` is the who-sees-this line, shown last, right above the send button. `problem` is what was wrong with the
    form as a whole; what was wrong with a field travels in `bot.calls.Invalid`. Without a `submit` label there is
    nothing to send: it is a sheet to read, where sensitive text can be shown outside of the chat's history.

    `inline` says that nothing sensitive is typed in it, so that a chat which opens forms only on a press may show it
    as a part of the conversation. `missing` is for a chat that asks to be told what to say at a field that was left
    empty; the pipeline fills it in.
    """

    name: str
    title: str
    submit: str
    body: tuple[Element | Field, ...]
    close: str
    carry: Mapping[str, str] = field(default_factory=dict)
    sees: Text = ()
    problem: str = ""
    inline: bool = False
    missing: str = ""

    @property
    def fields(self) -> tuple[Field, ...]:
        return tuple(part for part in self.body if isinstance(part, FIELDS))

    def filled(self, values: Mapping[str, Any]) -> Form:
        """The same form with what was typed put back, so that an error never costs anybody their words."""
        return replace(self, body=tuple(_fill(part, values) for part in self.body))

    def noted(self, sentences: Mapping[str, str]) -> Form:
        """The same form with a sentence right below these fields, for one that opens with something to look at."""
        return replace(self, body=tuple(part for each in self.body for part in _note(each, sentences)))


def _note(part: Element | Field, sentences: Mapping[str, str]) -> tuple[Element | Field, ...]:
    sentence = sentences.get(part.name, "") if isinstance(part, FIELDS) else ""
    return (part, Say((Span(sentence, "bold"),))) if sentence else (part,)


def _fill(part: Element | Field, values: Mapping[str, Any]) -> Element | Field:
    if not isinstance(part, FIELDS) or part.name not in values:
        return part
    typed = values[part.name]  # whoever sends a form says whether that is one text or several
    one, several = (typed, (typed,) if typed else ()) if isinstance(typed, str) else ("", tuple(typed))
    match part:
        case Choices():
            return replace(part, value=several)
        case Search():
            known = {option.value: option for option in part.value}
            return replace(part, value=tuple(known[value] for value in several if value in known))
        case DateInput():
            return replace(part, value=_or_none(date.fromisoformat, one))
        case TimeInput():
            return replace(part, value=_or_none(time.fromisoformat, one))
        case _:
            return replace(part, value=one)


def _or_none(read: Any, typed: str) -> Any:
    try:
        return read(typed)
    except ValueError:
        return None


# --- reading a message ----------------------------------------------------------------------------


def texts(parts: Iterable[Element | Field]) -> Iterator[Text]:
    """Every running text in these elements."""
    for part in parts:
        match part:
            case Say(text) | Small(text):
                yield text
            case Meter(_, text):
                yield text
            case Facts(rows):
                yield from (value for _, value in rows)
            case Item(text, small):
                yield text
                yield small
            case _:
                pass


def mentioned(message: Message) -> frozenset[int]:
    """The people whose platform account a renderer will want to know."""
    return frozenset(part.person for text in texts(message.body) for part in text if isinstance(part, Mention))
