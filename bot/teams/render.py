"""Messages and forms as Adaptive Cards: pure, for every element there is, and within Teams' limits.

A message that is too long for one card goes on in the next; nothing of it is left out. Only a title of a control is
cut, with an honest "…".
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, assert_never

from bot.calls import Call, Origin
from bot.drawing import bar
from bot.messages import (
    FIELDS,
    Actions,
    Button,
    Chart,
    Divider,
    Element,
    Facts,
    Field,
    Form,
    Heading,
    Item,
    Message,
    Meter,
    Option,
    Quote,
    Say,
    Small,
    Span,
    Text,
    plain,
    texts,
)
from bot.teams import charts, fields
from bot.teams.packing import MOST, MOST_IN_DIALOG, RULE, bounded, packed, ruled, size
from bot.teams.text import (
    DRAWN,
    PLAIN,
    SMALL,
    WRONG,
    Accounts,
    People,
    fit,
    heading,
    markdown,
    paragraph,
    spaced,
    spoken,
)

Json = dict[str, Any]
Blocks = list[Json]

CARD = "application/vnd.microsoft.card.adaptive"
FOUND = "application/vnd.microsoft.search.searchResponse"
VERSION = "1.5"
HOME = "home"
"""What the overview's card asks for when it refreshes itself."""

NOBODY: Accounts = {}
"""For where no account is known, so people are named and not spoken to."""

_SUMMARY, _TITLE, _BUTTON, _QUESTION = 300, 60, 60, 500
_ROW, _WIDE, _PADDING = 6, 56, 5
_FACTS, _FACT = 10, 45
_BOX = 12 * 1024
_BESIDE, _SHORT = 24, 1000
_TYPED = 4000
_TALL = 7
_MORE: Json = {"type": "TextBlock", "text": "…", "isSubtle": True}
_STYLES = {"primary": "positive", "danger": "destructive"}


@dataclass(frozen=True, slots=True)
class _Where:
    """Where elements stand. `held` is what the buttons of a form hold on to; in a `dialog` nothing else opens."""

    people: People
    opening: frozenset[str] = frozenset()
    held: Json | None = None
    dialog: bool = False


# --- surfaces ------------------------------------------------------------------------------------------------------


def message(said: Message, accounts: Accounts = NOBODY, opening: frozenset[str] = frozenset()) -> list[Json]:
    """The activities of a message: one, or more where it is long."""
    return [_activity(said.summary, card) for card in _cards(said, accounts, opening)]


def card(said: Message, accounts: Accounts = NOBODY, opening: frozenset[str] = frozenset()) -> Json:
    """The card of a message that fits in one, which is what another card can be replaced by."""
    return _cards(said, accounts, opening)[0]


def home(said: Message, accounts: Accounts = NOBODY, opening: frozenset[str] = frozenset(), user: str = "") -> Json:
    """The personal overview, which its reader's chat asks for again by itself when it is seen."""
    where = _Where(spoken(texts(said.body), accounts), opening)
    again = {"type": "Action.Execute", "verb": HOME, "data": _data("home", HOME, {})}
    refresh = {"refresh": {"action": again, "userIds": [user] if user else []}}
    entities = [each.entity for each in where.people.values()]
    room = MOST - size(_card([], {}) | refresh) - size({"msteams": {"entities": entities}})
    return _activity(said.summary, _card(bounded(_parts(said, where), room, _MORE), where.people) | refresh)


def form(asked: Form, origin: Origin, errors: Mapping[str, str] | None = None, *, inline: bool = False) -> Json:
    """The card of a form: for a dialog, or `inline` in the chat itself."""
    wrong = errors or {}
    held = _held(origin)
    where = _Where({}, held=held, dialog=not inline)
    elsewhere = [sentence for name, sentence in wrong.items() if name not in {part.name for part in asked.fields}]
    head = [*([heading(asked.title)] if inline else []), *_problems([asked.problem, *elsewhere])]
    foot = spaced(paragraph(asked.sees, look=SMALL), "medium") if asked.sees else []
    parts = ruled(_part(part, wrong, asked, where) for part in asked.body)
    actions = {"actions": [_send(asked, where)]} if asked.submit else {}
    room = (MOST if inline else MOST_IN_DIALOG) - size(_card([*head, *foot], {}) | actions)
    return _card([*head, *bounded(parts, room, _MORE), *foot], {}) | actions


def inline(asked: Form, origin: Origin, errors: Mapping[str, str] | None = None) -> Json:
    """A form as a message in the chat, where nothing sensitive is typed in it."""
    return _activity(asked.title, form(asked, origin, errors, inline=True))


def dialog(asked: Form, origin: Origin, errors: Mapping[str, str] | None = None) -> Json:
    """A form as a dialog."""
    return _task(asked.title, form(asked, origin, errors), tall=len(asked.body) > _TALL)


def note(said: Message, origin: Origin, title: str = "Ritme") -> Json:
    """A message in a dialog, where there is no conversation to say it in, or somebody is reading."""
    where = _Where({}, held=_held(origin), dialog=True)
    room = MOST_IN_DIALOG - size(_card([], {}))
    blocks = bounded(_parts(said, where), room, _MORE) or paragraph((Span(said.summary),))
    return _task(title, _card(blocks, {}), tall=len(said.body) > _TALL)


def again(asked: Form, call: Call) -> Json:
    """A button that serves the same call anew and opens its form: only what is pressed can open a dialog.

    What was typed travels in it, as far as a card has room; all of it still stands in the chat, right above.
    """
    typed = fit(call.text, _TYPED) if call.text else ""
    held = {"kind": call.kind, "name": call.name, "text": typed}
    mentions = {name: id for name, id in call.mentions.items() if name in typed or not name.startswith("@")}
    maps = {"mentions": mentions, "carry": dict(call.carry)}
    data = {"msteams": {"type": "task/fetch"}, "ritme": {"k": "again", "call": held | maps}}
    button = {"type": "Action.Submit", "title": fit(asked.title, _BUTTON), "style": "positive", "data": data}
    return _activity(asked.title, _card([{"type": "ActionSet", "actions": [button]}], {}))


def options(found: Iterable[Option]) -> Json:
    """What a search field offers, as the answer to its question."""
    return {"statusCode": 200, "type": FOUND, "value": {"results": fields.options(found)}}


# --- cards ---------------------------------------------------------------------------------------------------------


def _cards(said: Message, accounts: Accounts, opening: frozenset[str]) -> list[Json]:
    people = spoken(texts(said.body), accounts)
    parts = _parts(said, _Where(people, opening)) or [paragraph((Span(said.summary),))]
    whole = _card([block for part in parts for block in part], people)
    if size(whole) <= MOST:
        return [whole]
    empty = size(_card([], {}))

    def cost(blocks: Blocks) -> int:
        return size(_card(blocks, people)) - empty

    return [_card(blocks, people) for blocks in packed(parts, MOST - empty, cost)]


def _card(blocks: Blocks, people: People) -> Json:
    """A card, with an entity for everybody whom these blocks speak to."""
    drawn: Json = {"type": "AdaptiveCard", "version": VERSION, "body": blocks}
    said = _all_text(blocks) if people else ""
    entities = [each.entity for each in people.values() if f"<at>{each.tag}</at>" in said]
    return drawn | {"msteams": {"entities": entities}} if entities else drawn


def _all_text(value: Any) -> str:
    if isinstance(value, dict):
        return "\n".join(map(_all_text, value.values()))
    return "\n".join(map(_all_text, value)) if isinstance(value, list) else str(value)


def _activity(summary: str, content: Json) -> Json:
    attachment = {"contentType": CARD, "content": content}
    return {"type": "message", "summary": fit(summary, _SUMMARY), "attachments": [attachment]}


def _task(title: str, content: Json, *, tall: bool) -> Json:
    shown = {"title": fit(title, _TITLE), "width": "medium", "height": "large" if tall else "medium"}
    return shown | {"card": {"contentType": CARD, "content": content}}


# --- elements ------------------------------------------------------------------------------------------------------


def _parts(said: Message, where: _Where) -> list[Blocks]:
    return ruled(_element(part, where) for part in said.body)


def _part(part: Element | Field, wrong: Mapping[str, str], asked: Form, where: _Where) -> Blocks:
    if isinstance(part, FIELDS):
        return fields.field(part, wrong.get(part.name, ""), asked)
    return _element(part, where)


def _element(part: Element, where: _Where) -> Blocks:  # noqa: C901, PLR0911 - a line for each element there is
    match part:
        case Heading(words):
            return [heading(words)]
        case Say(text):
            return paragraph(text, where.people)
        case Quote(words):
            return _quote(words)
        case Small(text):
            return spaced(paragraph(text, where.people, SMALL), "small")
        case Facts(rows):
            return _facts(rows, where)
        case Meter():
            return _meter(part, where)
        case Chart():
            return charts.chart(part)
        case Divider():
            return [RULE]
        case Item():
            return _item(part, where)
        case Actions(buttons):
            return _actions(buttons, where)
        case _:
            assert_never(part)


def _quote(words: str) -> Blocks:
    """Somebody's own words, set apart from ours, in boxes of a bearable length."""
    boxes = packed([[line] for line in paragraph((Span(words),))], _BOX)
    return [{"type": "Container", "style": "emphasis", "items": box} for box in boxes]


def _facts(rows: tuple[tuple[str, Text], ...], where: _Where) -> Blocks:
    """Labels and values beside each other, or below each other where a value is more than a line."""
    if any("\n" in plain(value) or len(plain(value)) > _FACT for _, value in rows):
        return [block for label, value in rows for block in _fact(label, value, where)]
    facts = [{"title": markdown((Span(label),)), "value": markdown(value, where.people)} for label, value in rows]
    return [{"type": "FactSet", "facts": facts[at : at + _FACTS]} for at in range(0, len(facts), _FACTS)]


def _fact(label: str, value: Text, where: _Where) -> Blocks:
    return [*paragraph((Span(label, "bold"),)), *spaced(paragraph(value, where.people), "none")]


def _meter(meter: Meter, where: _Where) -> Blocks:
    """How far in words, and as a bar: Teams' own, or one made of characters."""
    (drawn,) = spaced(paragraph((Span(bar(meter.fraction)),), look=DRAWN), "none")
    value = round(100 * min(max(meter.fraction, 0.0), 1.0))
    own = {"type": "ProgressBar", "value": value, "max": 100, "spacing": "small", "fallback": drawn}
    return [*paragraph(meter.text, where.people), own]


def _item(item: Item, where: _Where) -> Blocks:
    """A line of a list, with its button beside it where there is room for both."""
    small = spaced(paragraph(item.small, where.people, SMALL), "none") if item.small else []
    words = [*paragraph(item.text, where.people, PLAIN), *small]
    if item.button is None:
        return words
    button = {"type": "ActionSet", "actions": [_button(item.button, where)]}
    if item.button.confirm or len(item.button.label) > _BESIDE or len(plain(item.text + item.small)) > _SHORT:
        return [*words, {**button, "spacing": "small"}]
    beside = {"type": "Column", "width": "auto", "verticalContentAlignment": "center", "items": [button]}
    column = {"type": "Column", "width": "stretch", "verticalContentAlignment": "center", "items": words}
    return [{"type": "ColumnSet", "columns": [column, beside]}]


def _problems(sentences: Iterable[str]) -> Blocks:
    return [block for said in sentences if said for block in paragraph((Span(said),), look=WRONG)]


# --- buttons -------------------------------------------------------------------------------------------------------


def _actions(buttons: tuple[Button, ...], where: _Where) -> Blocks:
    rows = [{"type": "ActionSet", "actions": [_button(button, where) for button in row]} for row in _rows(buttons)]
    return [*rows[:1], *({**row, "spacing": "small"} for row in rows[1:])]


def _rows(buttons: tuple[Button, ...]) -> Iterator[list[Button]]:
    """Buttons in rows that a card has room for; in a row that is too long, labels would be cut."""
    row: list[Button] = []
    for button in buttons:
        if row and (len(row) == _ROW or sum(_PADDING + len(each.label) for each in [*row, button]) > _WIDE):
            yield row
            row = []
        row.append(button)
    yield row


def _button(button: Button, where: _Where) -> Json:
    """A button. A question before it counts unfolds below it, and is answered by its own button."""
    asked = button.confirm
    if asked is None:
        return _press(button, button.label, where)
    question = [
        *paragraph((Span(fit(asked.title, _QUESTION), "bold"),)),
        *spaced(paragraph((Span(fit(asked.text, _QUESTION)),)), "small"),
    ]
    yes = _press(button, asked.yes, where)
    inner = {"type": "AdaptiveCard", "body": question, "actions": [yes]}
    return {"type": "Action.ShowCard", **_titled(button.label, button.style), "card": inner}


def _press(button: Button, label: str, where: _Where) -> Json:
    titled = _titled(label, button.style)
    data = _data("press", button.name, button.carry, where.held)
    if where.held is not None:
        titled |= {"associatedInputs": "none"}  # a press sends no form, so it does not wait for one to be filled in
    if where.dialog:
        return {"type": "Action.Submit", **titled, "data": data}
    if button.name in where.opening:
        return {"type": "Action.Submit", **titled, "data": {"msteams": {"type": "task/fetch"}, **data}}
    return _execute(button.name, titled, data)


def _send(asked: Form, where: _Where) -> Json:
    titled = _titled(asked.submit, "primary")
    data = _data("submit", asked.name, asked.carry, {**(where.held or {}), "l": fields.several(asked.fields)})
    return {"type": "Action.Submit", **titled, "data": data} if where.dialog else _execute(asked.name, titled, data)


def _execute(verb: str, titled: Json, data: Json) -> Json:
    """An action that is answered at once; a client that does not know it sends a message instead."""
    fallback = {"type": "Action.Submit", **titled, "data": data}
    return {"type": "Action.Execute", **titled, "verb": verb, "data": data, "fallback": fallback}


def _titled(label: str, style: str) -> Json:
    titled = {"title": fit(label, _BUTTON)}
    return titled | {"style": _STYLES[style]} if style in _STYLES else titled


def _data(kind: str, name: str, carry: Mapping[str, str], held: Json | None = None) -> Json:
    """What an action holds on to. `bot.teams.parse` reads it."""
    return {"ritme": {"k": kind, "n": name, "c": dict(carry), **(held or {})}}


def _held(origin: Origin) -> Json:
    """The mark of this opening of a form, and where the form came from."""
    came = {"c": origin.channel, "m": origin.message}
    return {"f": origin.trigger or origin.view, "o": {key: value for key, value in came.items() if value}}
