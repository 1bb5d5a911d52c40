"""The fields of a form as inputs of a card. An input has the name of its field as its id."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, assert_never
from urllib.parse import urlencode

from bot.messages import (
    Choice,
    Choices,
    DateInput,
    Field,
    Form,
    NumberInput,
    Option,
    Search,
    Span,
    TextInput,
    TimeInput,
)
from bot.teams.text import SMALL, WRONG, fit, markdown, paragraph, spaced

Json = dict[str, Any]

_LABEL, _HINT, _OPTION = 500, 200, 100
# Some clients read a choice's title as Markdown, others show it as it is: a joiner that nobody sees is right for both.
_LIVE = re.compile(r"(?<=\])(?=\()|(?<=<)(?=/?at>)|(?<=\{)(?=\{)", re.IGNORECASE)
_JOINER = "\N{WORD JOINER}"
_DIGITS = 40
_ALL = 100


def field(part: Field, wrong: str, form: Form) -> list[Json]:
    """What is wrong with it, the input with its label, and its hint."""
    if isinstance(part, Choice | Choices) and not part.options:
        return paragraph((Span(part.label, "bold"),))
    problem = spaced(paragraph((Span(wrong),), look=WRONG), "medium") if wrong else []
    hint = spaced(paragraph((Span(part.hint),), look=SMALL), "none") if part.hint else []
    return [*problem, _input(part, form), *hint]


def options(found: Iterable[Option]) -> list[Json]:
    """What can be chosen."""
    return [{"title": _title(option), "value": option.value} for option in found][:_ALL]


def several(asked: Iterable[Field]) -> list[str]:
    """The names of the fields whose values travel with commas between them."""
    return [part.name for part in asked if isinstance(part, Choices) or (isinstance(part, Search) and part.several)]


def _title(option: Option) -> str:
    """A choice has one line; what describes it follows the label."""
    said = f"{option.label} · {option.description}" if option.description else option.label
    return _LIVE.sub(_JOINER, fit(said, _OPTION if not option.description else 2 * _OPTION))


def _input(part: Field, form: Form) -> Json:
    """Teams says itself what was left empty, in red below the field."""
    label = fit(part.label, _LABEL)
    asked = {} if part.optional else {"isRequired": True, "errorMessage": markdown((Span(form.missing or label),))}
    return {**_kind(part, form.carry), "id": part.name, "label": label, **asked}


def _kind(part: Field, carry: Mapping[str, str]) -> Json:  # noqa: PLR0911 - a line for each field there is
    match part:
        case TextInput():
            return _typed(part, part.max_length, part.placeholder) | {"isMultiline": part.multiline}
        case NumberInput():
            return _typed(part, _DIGITS)  # Teams' own number field would refuse a decimal comma
        case DateInput():
            return {"type": "Input.Date"} | _value(part.value.isoformat() if part.value else "")
        case TimeInput():
            return {"type": "Input.Time"} | _value(part.value.isoformat("minutes") if part.value else "")
        case Choice():
            style = "expanded" if part.look == "buttons" else "compact"
            return _choices(part.options, (part.value,)) | {"style": style}
        case Choices():
            return _choices(part.options, part.value) | {"style": "expanded", "isMultiSelect": True}
        case Search():
            return _search(part, carry)
        case _:
            assert_never(part)


def _typed(part: TextInput | NumberInput, most: int, placeholder: str = "") -> Json:
    """Text, as long as it was before at least, so that nothing is ever lost."""
    shown = {"placeholder": fit(placeholder, _HINT)} if placeholder else {}
    return {"type": "Input.Text", "maxLength": max(most, len(part.value)), **_value(part.value), **shown}


def _choices(offered: tuple[Option, ...], chosen: tuple[str, ...]) -> Json:
    known = [option.value for option in offered if option.value in chosen]
    return {"type": "Input.ChoiceSet", "choices": options(offered), "wrap": True, **_value(",".join(known))}


def _search(part: Search, carry: Mapping[str, str]) -> Json:
    """A search offers what is chosen, and asks for the rest; what the form carries goes along with the question."""
    dataset = f"{part.lookup}?{urlencode(carry)}" if carry else part.lookup
    shown = {"placeholder": fit(part.placeholder, _HINT)} if part.placeholder else {}
    return {
        "type": "Input.ChoiceSet",
        "choices": options(part.value),
        "choices.data": {"type": "Data.Query", "dataset": dataset},
        "style": "filtered",
        "isMultiSelect": part.several,
        **_value(",".join(option.value for option in part.value)),
        **shown,
    }


def _value(given: str) -> Json:
    return {"value": given} if given else {}
