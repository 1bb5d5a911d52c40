"""Messages and forms as Block Kit: pure, for every element there is, and within Slack's limits.

What is too long is cut with an honest "…"; what cannot be cut (a carry that no longer fits) raises ValueError, which
the examples of every view would show long before a person does.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Mapping
from typing import Any, assert_never

import orjson

from bot.calls import Call, Origin
from bot.drawing import bar, sparkline
from bot.messages import (
    FIELDS,
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
from bot.slack import charts
from bot.slack.parse import AGAIN, remember
from bot.slack.text import Accounts, escape, fit, plain_text, quoted, runs, text_object

Json = dict[str, Any]

_MESSAGE_BLOCKS, _VIEW_BLOCKS, _ROW = 50, 100, 25
_ALL_TEXT = 12_000  # Slack refuses messages above some 13,200 characters
_SUMMARY, _HEADER, _LABEL, _BUTTON, _OPTION, _TITLE = 3000, 150, 2000, 75, 75, 24
_MENU, _FEW = 100, 10
_CARRY = 2000
_ESCAPED = 7  # characters that one takes at most as JSON in JSON
_ABOVE = "above."
_VIEW_PARTS = ("type", "callback_id", "title", "submit", "close", "private_metadata")


NOBODY: Accounts = {}
"""For where no account is known, so people are named and not spoken to."""


# --- surfaces ------------------------------------------------------------------------------------------------------


def message(said: Message, accounts: Accounts = NOBODY, *, native: bool = False) -> Json:
    """The `text` and `blocks` of a message. `native` lets Slack draw charts, which only posted messages can hold."""
    left, blocks = charts.MOST if native else 0, list[Json]()
    for part in said.body:
        if left and isinstance(part, Chart) and charts.drawable(part):
            left -= 1
            blocks += [charts.drawn(part), _small((Span(part.sentence),))]
        else:
            blocks += _element(part, accounts)
    return {"text": escape(fit(said.summary, _SUMMARY)), "blocks": _bounded(blocks, _MESSAGE_BLOCKS)}


def home(said: Message, accounts: Accounts = NOBODY) -> Json:
    """The personal overview."""
    return {"type": "home", "blocks": _bounded(_elements(said.body, accounts), _VIEW_BLOCKS)}


def note(said: Message, origin: Origin) -> Json:
    """A message where there is no conversation to say it in: a form without fields."""
    blocks = _bounded(_elements(said.body), _VIEW_BLOCKS) or [_section((Span(said.summary),))]
    return {
        "type": "modal",
        "title": plain_text("Ritme", _TITLE),
        "private_metadata": _metadata({}, origin),
        "blocks": blocks,
    }


def form(asked: Form, origin: Origin, errors: Mapping[str, str] | None = None) -> Json:
    """A form as a modal. Errors stand below their fields; Slack shows them there itself only when a form was sent."""
    wrong = errors or {}
    head = [_section((Span(asked.problem, "bold"),))] if asked.problem else []
    foot = [_small(asked.sees)] if asked.sees else []
    body = [block for part in asked.body for block in _part(part, wrong)]
    view: Json = {
        "type": "modal",
        "callback_id": asked.name,
        "title": plain_text(asked.title, _TITLE),
        "private_metadata": _metadata(asked.carry, origin),
        "blocks": [*head, *_bounded(body, _VIEW_BLOCKS - len(head) - len(foot)), *foot],
    }
    labels = {"submit": asked.submit, "close": asked.close}
    return view | {name: plain_text(label, _TITLE) for name, label in labels.items() if label}


def reminded(view: Json, said: Message) -> Json:
    """The form that was sent, as it stands and with everything typed in it, below a message."""
    head = [{**block, "block_id": f"{_ABOVE}{place}"} for place, block in enumerate(_elements(said.body))]
    came = view.get("blocks")
    blocks = [block for block in came if isinstance(block, dict)] if isinstance(came, list) else []
    below = [block for block in blocks if not str(block.get("block_id")).startswith(_ABOVE)]
    kept = {name: view[name] for name in _VIEW_PARTS if view.get(name)}
    return {**kept, "blocks": [*head, *below][:_VIEW_BLOCKS]}


def again(asked: Form, call: Call) -> Message:
    """A button that serves the same call anew, where its form could not be opened; the title of the form says it all.

    What was typed travels in it, as far as there is room, with those who are mentioned in that. What was said in the
    direct message still stands there, right above; the words of a command are gone from where they were typed, so where
    there is no room for them they are shown.
    """
    held, room = _held(call, call.text), min(len(call.text), _CARRY)
    while room and (over := len(_carry(held)) - _CARRY) > 0:
        room = max(room - max(over // _ESCAPED, 1), 0)
        held = _held(call, f"{call.text[:room].rstrip()}…")
    typed = (Quote(call.text),) if call.kind == "command" and room < len(call.text) else ()
    button = Button(asked.title, AGAIN, held, style="primary")
    return Message(asked.title, (*typed, Actions((button,))))


def _held(call: Call, typed: str) -> Mapping[str, str]:
    mentions = {name: id for name, id in call.mentions.items() if name in typed or not name.startswith("@")}
    held = {"name": call.name, "kind": call.kind, "text": typed, "mentions": mentions, "carry": dict(call.carry)}
    return {"call": orjson.dumps(held).decode()}


def options(found: Iterable[Option]) -> list[Json]:
    """What a search field offers."""
    return [_option(option) for option in found][:_MENU]


def errors(wrong: Mapping[str, str]) -> Json:
    """Slack's own way to show sentences at the fields of a form that was sent."""
    return {name: fit(sentence, _LABEL) for name, sentence in wrong.items()}


def _metadata(carry: Mapping[str, str], origin: Origin) -> str:
    return _whole(remember(carry, origin), 3000, "the carry of a form")


def _bounded(blocks: list[Json], most: int) -> list[Json]:
    """All blocks where they fit; else the first ones, "…", and the buttons and small print at the end."""
    fits = len(orjson.dumps(blocks)) <= _ALL_TEXT or _size(blocks) <= _ALL_TEXT  # as JSON it is always longer
    if len(blocks) <= most and fits:
        return blocks
    tail = [block for block in blocks[-2:] if block["type"] in {"actions", "context"}]
    room, kept = _ALL_TEXT - _size(tail), list[Json]()
    for block in blocks[: len(blocks) - len(tail)]:
        room -= _size(block)
        if room < 0 or len(kept) == most - len(tail) - 1:
            break
        kept.append(block)
    return [*kept, _small((Span("…"),)), *tail]


def _size(value: Any) -> int:
    """Characters of text in a block."""
    if isinstance(value, dict):
        return sum(len(inner) if isinstance(inner, str) else _size(inner) for inner in value.values())
    return sum(map(_size, value)) if isinstance(value, list) else 0


# --- elements ------------------------------------------------------------------------------------------------------


def _elements(parts: Iterable[Element], accounts: Accounts = NOBODY) -> list[Json]:
    return [block for part in parts for block in _element(part, accounts)]


def _element(part: Element, accounts: Accounts = NOBODY) -> list[Json]:  # noqa: C901, PLR0911 - a line for each element there is
    match part:
        case Item():
            return _item(part, accounts)
        case Say(text):
            return [_section(text, accounts)]
        case Divider():
            return [{"type": "divider"}]
        case Heading(words):
            return [{"type": "header", "text": plain_text(words, _HEADER)}]
        case Quote(words):
            return [_rich("rich_text_quote", quoted(words))]
        case Small(text):
            return [_small(text, accounts)]
        case Facts(rows):
            return [_facts(rows, accounts)] if rows else []
        case Meter():
            return [_meter(part, accounts)]
        case Chart():
            return _chart(part)
        case Actions(buttons):
            return [_actions(buttons[at : at + _ROW]) for at in range(0, len(buttons), _ROW)]
        case _:
            assert_never(part)


def _section(text: Text, accounts: Accounts = NOBODY) -> Json:
    return _rich("rich_text_section", runs(text, accounts))


def _rich(kind: str, found: list[Json]) -> Json:
    return {"type": "rich_text", "elements": [{"type": kind, "elements": found}]}


def _small(text: Text, accounts: Accounts = NOBODY) -> Json:
    drawn = text_object(text, accounts)
    return {"type": "context", "elements": [drawn]} if drawn else _section(text, accounts)


def _facts(rows: tuple[tuple[str, Text], ...], accounts: Accounts = NOBODY) -> Json:
    lines = [(Span(label, "bold"), Span(": "), *value, Span("\n")) for label, value in rows]
    return _rich("rich_text_section", [run for line in lines for run in runs(line, accounts)])


def _meter(meter: Meter, accounts: Accounts) -> Json:
    return _section((Span(f"{bar(meter.fraction)}  "), *meter.text), accounts)


def _chart(chart: Chart) -> list[Json]:
    lines = [Span(chart.title, "bold"), Span(f"\n{chart.sentence}")]
    lines += [Span(f"\n{sparkline(series, chart.top)}  {series.name}") for series in chart.series]
    return [_section(tuple(lines)), _small((Span(" · ".join(chart.labels)),))]


def _item(item: Item, accounts: Accounts) -> list[Json]:
    small = [_small(item.small, accounts)] if item.small else []
    if item.button is None:
        return [_section(item.text, accounts), *small]
    text = text_object(item.text, accounts)
    if text is None:
        return [_section(item.text, accounts), *small, _actions((item.button,))]
    return [{"type": "section", "text": text, "accessory": _button(item.button)}, *small]


def _actions(buttons: tuple[Button, ...]) -> Json:
    return {"type": "actions", "elements": [_button(button, place) for place, button in enumerate(buttons)]}


def _button(button: Button, place: int = 0) -> Json:
    """A button. In a row an action id may stand only once, so its place tells apart what has the same name."""
    drawn: Json = {
        "type": "button",
        "text": plain_text(button.label, _BUTTON),
        "action_id": f"{button.name}#{place}" if place else button.name,
    }
    if button.carry:
        drawn["value"] = _whole(_carry(button.carry), _CARRY, "the carry of a button")
    if button.style != "plain":
        drawn["style"] = button.style
    if button.confirm:
        drawn["confirm"] = _confirm(button.confirm)
    return drawn


def _carry(carry: Mapping[str, str]) -> str:
    return orjson.dumps(dict(carry)).decode()


def _confirm(asked: Confirm) -> Json:
    return {
        "title": plain_text(asked.title, 100),
        "text": plain_text(asked.text, 300),
        "confirm": plain_text(asked.yes, 30),
        "deny": plain_text(asked.no, 30),
    }


# --- fields --------------------------------------------------------------------------------------------------------


def _part(part: Element | Field, wrong: Mapping[str, str]) -> list[Json]:
    if not isinstance(part, FIELDS):
        return _element(part)
    sentence = wrong.get(part.name)
    said = [_section((Span(sentence, "bold"),))] if sentence else []
    return [_field(part), *said]


def _field(part: Field) -> Json:
    if isinstance(part, Choice | Choices) and not part.options:
        return _facts(((part.label, ()),))  # Slack has no menu without options
    block: Json = {
        "type": "input",
        "block_id": part.name,
        "label": plain_text(part.label, _LABEL),
        "element": _input(part),
        "optional": part.optional,
    }
    return block | {"hint": plain_text(part.hint, _LABEL)} if part.hint else block


def _input(part: Field) -> Json:  # noqa: PLR0911 - a line for each field there is
    match part:
        case TextInput():
            return _typed(part, part.placeholder, part.max_length) | {"multiline": part.multiline}
        case NumberInput():
            return _typed(part, "", 40)  # Slack's own number field would refuse a decimal comma
        case DateInput():
            return _element_of("datepicker", part.name, {"initial_date": part.value and part.value.isoformat()})
        case TimeInput():
            initial = part.value and part.value.isoformat("minutes")
            return _element_of("timepicker", part.name, {"initial_time": initial})
        case Choice():
            return _choice(part)
        case Choices():
            return _choices(part)
        case Search():
            return _search(part)
        case _:
            assert_never(part)


def _typed(part: TextInput | NumberInput, placeholder: str, most: int) -> Json:
    """A line or more of text. What was typed before always fits, so that it is never lost."""
    value = part.value[:3000]
    element = _element_of("plain_text_input", part.name, {"initial_value": value})
    element["max_length"] = min(max(most, len(value)), 3000)
    return element | _placeholder(placeholder)


def _choice(part: Choice) -> Json:
    kind = "radio_buttons" if part.look == "buttons" and len(part.options) <= _FEW else "static_select"
    offered = options(part.options)
    chosen = next((each for each in offered if each["value"] == part.value), None)
    return _element_of(kind, part.name, {"initial_option": chosen}) | {"options": offered}


def _choices(part: Choices) -> Json:
    kind = "checkboxes" if len(part.options) <= _FEW else "multi_static_select"
    offered = options(part.options)
    chosen = [each for each in offered if each["value"] in part.value]
    return _element_of(kind, part.name, {"initial_options": chosen}) | {"options": offered}


def _search(part: Search) -> Json:
    chosen = options(part.value)
    if part.several:
        element = _element_of("multi_external_select", part.lookup, {"initial_options": chosen})
    else:
        element = _element_of("external_select", part.lookup, {"initial_option": chosen[0] if chosen else None})
    return element | {"min_query_length": 1} | _placeholder(part.placeholder)


def _element_of(kind: str, name: str, initial: Json) -> Json:
    """The part of an input that people touch.

    When a form is shown anew, Slack keeps what was typed as long as the action id is the same; so the id follows the
    value that the form itself brings along.
    """
    given = {key: value for key, value in initial.items() if value}
    mark = f"#{zlib.crc32(orjson.dumps(given)):x}" if given else ""
    return {"type": kind, "action_id": name + mark, **given}


def _placeholder(words: str) -> Json:
    return {"placeholder": plain_text(words, 150)} if words else {}


def _option(option: Option) -> Json:
    drawn: Json = {
        "text": plain_text(option.label, _OPTION),
        "value": _whole(option.value, 150, "the value of an option"),
    }
    return drawn | {"description": plain_text(option.description, _OPTION)} if option.description else drawn


def _whole(text: str, limit: int, what: str) -> str:
    """A text that means something only when it is whole."""
    if len(text) > limit:
        raise ValueError(f"{what} has {len(text)} characters, Slack takes {limit}")
    return text
