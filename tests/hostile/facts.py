"""The examples of all views with other texts in their facts: wherever a person's words can stand, anybody's may.

An example calls its view with facts. Here the facts are walked before the view gets them, and every text in them is a
slot. Which slots are words and which are codes ("team", "2026-Q4") is found out by trying: where a harmless word shows, there
are words.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from copy import copy
from dataclasses import dataclass, fields, is_dataclass
from functools import cache
from itertools import count
from types import FunctionType, ModuleType
from typing import Any

from bot.messages import (
    Actions,
    Chart,
    Choice,
    Choices,
    Confirm,
    Facts,
    Form,
    Heading,
    Item,
    Link,
    Mention,
    Message,
    Quote,
    Search,
    Text,
)
from bot.words import Words, words
from tests.seen import buttons
from tests.test_views import EXAMPLES
from views.examples import Example

Thing = Message | Form
Slot = tuple[str | int, ...]
"""Where a text stands in the facts: the how-manieth view that is called, and the way from there. Texts that are longer, or
fall apart into other pieces, move no other slot.
"""

HARMLESS = "Zqj{} woord"
LANGUAGES = ("nl", "en")


@dataclass(frozen=True)
class Slotted:
    """An example, and the slots where words stand; `codes` are those that a control holds as well."""

    example: Example
    words: Words
    slots: tuple[Slot, ...]
    codes: tuple[Slot, ...]

    @property
    def name(self) -> str:
        return f"{self.example.name} ({self.words.language})"

    def filled(self, texts: Mapping[Slot, str]) -> Thing:
        """The example with these texts in its slots."""
        return _made(self.example, self.words, lambda slot, was: texts.get(slot, was))


@cache
def slotted() -> tuple[Slotted, ...]:
    """Every example in every language. One without slots says the same to everybody."""
    return tuple(_tried(example, words(language, "Europe/Amsterdam")) for example in EXAMPLES for language in LANGUAGES)


def _tried(example: Example, reader: Words) -> Slotted:
    known: list[Slot] = []
    _made(example, reader, lambda slot, was: (known.append(slot), was)[1])
    found = {slot: _shows(example, reader, slot, HARMLESS.format(number)) for number, slot in enumerate(known)}
    slots, codes = (tuple(slot for slot in known if found[slot] == kind) for kind in ("words", "code"))
    return Slotted(example, reader, slots, codes)


def _shows(example: Example, reader: Words, slot: Slot, word: str) -> str:
    """What a harmless word becomes in this slot: "words", a "code", or nothing that anybody sees."""
    try:
        thing = _made(example, reader, lambda each, was: word if each == slot else was)
    except (KeyError, ValueError, LookupError):
        return ""
    if not any(word in text for text in everything(thing)):
        return ""
    return "code" if any(word in text for text in held(thing)) else "words"


# --- the facts -----------------------------------------------------------------------------------------------------


def _made(example: Example, reader: Words, change: Callable[[Slot, str], str]) -> Thing:
    """The example, with each text in what its view is called with given to `change`."""
    make, calls = example.make, count()
    if not isinstance(make, FunctionType) or make.__name__ != "<lambda>":
        return make(reader)  # it needs no facts

    def walked(facts: Mapping[str | int, Any]) -> dict[Any, Any]:
        call = next(calls)
        return {name: _walked(value, change, (call, name)) for name, value in facts.items()}

    known = {name: _watched(make.__globals__[name], walked) for name in _names(make) if name in make.__globals__}
    return FunctionType(
        make.__code__, {**make.__globals__, **known}, make.__name__, make.__defaults__, make.__closure__
    )(reader)


def _names(make: FunctionType) -> Iterator[str]:
    """Every name in a function and in the ones inside it."""
    codes = [make.__code__]
    for code in codes:
        yield from code.co_names
        codes += [each for each in code.co_consts if hasattr(each, "co_names")]


def _watched(known: Any, walked: Callable[[Mapping[str | int, Any]], dict[Any, Any]]) -> Any:
    """A view whose facts are walked; a module of views whose views are."""
    if isinstance(known, FunctionType) and known.__module__.startswith("views"):
        return lambda *args, **more: known(*walked(dict(enumerate(args))).values(), **walked(more))
    if isinstance(known, ModuleType) and known.__name__.startswith("views"):
        return _Watched(known, walked)
    return known


class _Watched:
    def __init__(self, module: ModuleType, walked: Callable[[Mapping[str | int, Any]], dict[Any, Any]]) -> None:
        self._module, self._walked = module, walked

    def __getattr__(self, name: str) -> Any:
        return _watched(getattr(self._module, name), self._walked)


def _walked(value: Any, change: Callable[[Slot, str], str], at: Slot) -> Any:
    """The same with every text changed; addresses are nobody's words."""
    if isinstance(value, str):
        return value if value.startswith(("http://", "https://")) else change(at, value)
    if isinstance(value, Words | FunctionType):
        return value
    if isinstance(value, tuple | list | frozenset | set):
        inner = [_walked(each, change, (*at, place)) for place, each in enumerate(value)]
        return type(value)(*inner) if hasattr(value, "_fields") else type(value)(inner)
    if isinstance(value, dict):
        return {key: _walked(each, change, (*at, key)) for key, each in value.items()}
    if is_dataclass(value) and not isinstance(value, type):
        made = copy(value)
        for field in fields(value):
            object.__setattr__(made, field.name, _walked(getattr(value, field.name), change, (*at, field.name)))
        return made
    return value


# --- what is said --------------------------------------------------------------------------------------------------


def everything(thing: Thing) -> Iterator[str]:
    """Every text of a message or form that somebody reads: what runs, and what stands on controls."""
    yield from flow(thing)
    yield from (text for text in controls(thing))
    if isinstance(thing, Message):
        yield thing.summary


def said(text: Text) -> str:
    return "".join(part.name if isinstance(part, Mention) else part.text for part in text)


def flow(thing: Thing) -> Iterator[str]:
    """What is read from top to bottom, a text for each paragraph; what controls say is left out."""
    if isinstance(thing, Form) and thing.problem:
        yield thing.problem
    for part in thing.body:
        match part:
            case Heading(text) | Quote(text):
                yield text
            case Facts(rows):
                yield from (f"{label}: {said(value)}" for label, value in rows)
            case Item(text, small):
                yield said(text)
                yield said(small)
            case Chart(title, sentence, labels, series):
                yield from (title, sentence, *(one.name for one in series), *labels)
            case Actions():
                pass
            case _ if hasattr(part, "text"):
                yield said(part.text)
            case _:
                pass
    if isinstance(thing, Form):
        yield said(thing.sees)


def controls(thing: Thing) -> Iterator[str]:
    """What stands on buttons, in their questions, and at and in fields, in reading order."""
    for button in buttons(thing):
        yield button.label
        if button.confirm:
            yield from _asked(button.confirm)
    if isinstance(thing, Form):
        yield from (thing.title, thing.submit, thing.close)
        for part in thing.fields:
            yield from (part.label, part.hint)
            match part:
                case Choice(options=options) | Choices(options=options) | Search(value=options):
                    yield from (text for option in options for text in (option.label, option.description))
                case _:
                    yield part.value if isinstance(part.value, str) else ""


def _asked(confirm: Confirm) -> tuple[str, ...]:
    return (confirm.title, confirm.text, confirm.yes, confirm.no)


def held(thing: Thing) -> Iterator[str]:
    """What controls hold on to, and where links lead: codes and ids, never anybody's words."""
    for button in buttons(thing):
        yield from (button.name, *button.carry.values())
    yield from links(thing)
    if isinstance(thing, Form):
        yield from (thing.name, *thing.carry.values())
        for part in thing.fields:
            yield part.name
            if isinstance(part, Search):
                yield part.lookup
            if isinstance(part, Choice | Choices | Search):
                offered = part.value if isinstance(part, Search) else part.options
                yield from (option.value for option in offered)


def mentions(thing: Thing) -> list[tuple[int, str]]:
    """Who is spoken to, in reading order."""
    return [(part.person, part.name) for part in _parts(thing) if isinstance(part, Mention)]


def links(thing: Thing) -> list[str]:
    """Where Ritme's own links lead, in reading order."""
    return [part.url for part in _parts(thing) if isinstance(part, Link)]


def _parts(thing: Thing) -> Iterator[Any]:
    for part in thing.body:
        match part:
            case Facts(rows):
                yield from (each for _, value in rows for each in value)
            case Item(text, small):
                yield from (*text, *small)
            case _ if isinstance(getattr(part, "text", ""), tuple):
                yield from part.text
            case _:
                pass
    if isinstance(thing, Form):
        yield from thing.sees
