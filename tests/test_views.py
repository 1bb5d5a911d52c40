"""Every message and form there is, in both languages: the habits of one voice, and whatever it names exists."""

from __future__ import annotations

import importlib
import pkgutil
import re

import pytest

import views
from bot.app import build_router
from bot.messages import Actions, Button, Form, Heading, Item, Message, Quote, Search, plain, texts
from bot.words import words
from views.examples import Example


def _examples() -> list[Example]:
    """The examples of every view file."""
    found: list[Example] = []
    for module in pkgutil.walk_packages(views.__path__, "views."):
        found += getattr(importlib.import_module(module.name), "EXAMPLES", ())
    return list({example.name: example for example in found}.values())


EXAMPLES = _examples()
EMOJI = re.compile("[\U0001f300-\U0001faff\u2600-\u27bf]")


@pytest.fixture(params=EXAMPLES, ids=lambda example: example.name)
def example(request: pytest.FixtureRequest) -> Example:
    return request.param


@pytest.fixture(params=["nl", "en"])
def thing(request: pytest.FixtureRequest, example: Example) -> Message | Form:
    return example.make(words(request.param, "Europe/Amsterdam"))


def _buttons(thing: Message | Form) -> list[Button]:
    rows = [part.buttons for part in thing.body if isinstance(part, Actions)]
    beside = [part.button for part in thing.body if isinstance(part, Item) and part.button]
    return [button for row in rows for button in row] + beside


def _own_words(thing: Message | Form) -> str:
    """What Ritme itself says here, without what people wrote."""
    said = [plain(text) for text in texts(thing.body)]
    said += [part.text for part in thing.body if isinstance(part, Heading)]
    return "\n".join(said)


def test_every_view_file_has_examples() -> None:
    files = {module.name for module in pkgutil.iter_modules(views.__path__, "views.")} - {
        "views.anonymity",
        "views.days",
        "views.examples",
        "views.papers",
        "views.questions",
    }
    without = {name for name in files if not getattr(importlib.import_module(name), "EXAMPLES", ())}
    assert without == set()


def test_one_ask_with_a_verb(thing: Message | Form) -> None:
    buttons = _buttons(thing)
    assert sum(button.style == "primary" for button in buttons) <= 1
    assert [button.label for button in buttons if not 0 < len(button.label) <= 30] == []
    assert [button.label for button in buttons if button.label.casefold() in {"ok", "oké", "okay"}] == []


def test_plain_and_calm(thing: Message | Form) -> None:
    said = _own_words(thing)
    assert len(EMOJI.findall(said)) <= max(1, sum(isinstance(part, Item) for part in thing.body))
    assert said.count("!") <= 1
    assert not re.search(r"\b(he|she|him|his|her|hij|zijn of haar|hem)\b", said, re.IGNORECASE)


def test_words_are_whole(thing: Message | Form) -> None:
    said = _own_words(thing)
    assert "{" not in said
    assert not any(isinstance(part, Quote) and not part.text for part in thing.body)
    if isinstance(thing, Message):
        assert thing.summary.strip()
        assert len(thing.summary) <= 200


def test_a_form_takes_two_minutes(thing: Message | Form) -> None:
    if isinstance(thing, Message):
        return
    assert 0 < len(thing.title) <= 24
    assert len(thing.submit) <= 24
    assert 0 < len(thing.close) <= 24
    names = [field.name for field in thing.fields]
    assert len(names) == len(set(names))
    assert all(field.label for field in thing.fields)


def test_what_it_names_exists(thing: Message | Form) -> None:
    """A button's press, a form's submission and a search's look-up each have a handler."""
    known = {(route.kind, route.name) for route in build_router().routes}
    named = {("press", button.name) for button in _buttons(thing)}
    if isinstance(thing, Form):
        named |= {("lookup", field.lookup) for field in thing.fields if isinstance(field, Search)}
        named |= {("submit", thing.name)} if thing.submit else set()
    assert named - known == set()
