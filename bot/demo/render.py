"""Messages and forms as the page draws them: plain JSON, in which every text is a value and never markup.

The page puts these values into the document as text, so nothing is escaped here and nothing can be forgotten.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, assert_never

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
    Field,
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
    Small,
    Span,
    Text,
    TextInput,
    TimeInput,
)

Json = dict[str, Any]


def message(said: Message) -> Json:
    return {"summary": said.summary, "body": [_element(part) for part in said.body]}


def form(asked: Form, errors: Mapping[str, str] | None = None) -> Json:
    """A form; `errors` has a sentence for each field that needs another look."""
    wrong = errors or {}
    return {
        "name": asked.name,
        "title": asked.title,
        "submit": asked.submit,
        "close": asked.close,
        "carry": dict(asked.carry),
        "sees": text(asked.sees),
        "problem": asked.problem,
        "body": [_part(part, wrong) for part in asked.body],
    }


def options(found: tuple[Option, ...]) -> list[Json]:
    return [{"value": each.value, "label": each.label, "description": each.description} for each in found]


def text(parts: Text) -> list[Json]:
    return [_run(part) for part in parts]


def _run(part: Span | Mention | Link) -> Json:
    match part:
        case Span(words, style):
            return {"kind": "span", "text": words, "style": style}
        case Mention(person, name):
            return {"kind": "mention", "text": name, "person": person}
        case Link(words, url):
            return {"kind": "link", "text": words, "url": url}
        case _:
            assert_never(part)


def _part(part: Element | Field, errors: Mapping[str, str]) -> Json:
    match part:
        case TextInput() | NumberInput() | DateInput() | TimeInput() | Choice() | Choices() | Search():
            return {**_field(part), "error": errors.get(part.name, "")}
        case _:
            return _element(part)


def _element(part: Element) -> Json:  # noqa: C901, PLR0911 - a line for each element there is
    match part:
        case Heading(words):
            return {"type": "heading", "text": words}
        case Say(words):
            return {"type": "say", "text": text(words)}
        case Quote(words):
            return {"type": "quote", "text": words}
        case Small(words):
            return {"type": "small", "text": text(words)}
        case Facts(rows):
            return {"type": "facts", "rows": [[label, text(value)] for label, value in rows]}
        case Meter(fraction, words):
            return {"type": "meter", "fraction": min(max(fraction, 0.0), 1.0), "text": text(words)}
        case Chart():
            return _chart(part)
        case Divider():
            return {"type": "divider"}
        case Item(words, small, button):
            drawn = _button(button) if button else None
            return {"type": "item", "text": text(words), "small": text(small), "button": drawn}
        case Actions(buttons):
            return {"type": "actions", "buttons": [_button(button) for button in buttons]}
        case _:
            assert_never(part)


def _chart(chart: Chart) -> Json:
    return {
        "type": "chart",
        "kind": chart.kind,
        "title": chart.title,
        "sentence": chart.sentence,
        "labels": list(chart.labels),
        "series": [{"name": each.name, "values": list(each.values)} for each in chart.series],
        "top": chart.top,
    }


def _button(button: Button) -> Json:
    return {
        "label": button.label,
        "name": button.name,
        "carry": dict(button.carry),
        "style": button.style,
        "confirm": _confirm(button.confirm) if button.confirm else None,
    }


def _confirm(asked: Confirm) -> Json:
    return {"title": asked.title, "text": asked.text, "yes": asked.yes, "no": asked.no}


def _field(field: Field) -> Json:
    common = {
        "type": field.type,
        "name": field.name,
        "label": field.label,
        "hint": field.hint,
        "optional": field.optional,
    }
    match field:
        case TextInput():
            own: Json = {
                "value": field.value,
                "placeholder": field.placeholder,
                "multiline": field.multiline,
                "max": field.max_length,
            }
        case NumberInput():
            own = {"value": field.value}
        case DateInput():
            own = {"value": field.value.isoformat() if field.value else ""}
        case TimeInput():
            own = {"value": field.value.isoformat("minutes") if field.value else ""}
        case Choice():
            own = {"value": field.value, "options": options(field.options), "look": field.look}
        case Choices():
            own = {"value": list(field.value), "options": options(field.options)}
        case Search():
            own = {
                "value": options(field.value),
                "lookup": field.lookup,
                "several": field.several,
                "placeholder": field.placeholder,
            }
        case _:
            assert_never(field)
    return {**common, **own}
