"""`pytest --canaries`: every test with a conversation is listened to, with all logs at DEBUG, as production writes them.

What people typed and what is secret must not be in any line. `tests/test_canaries.py` listens to a conversation of each
capability in every run.
"""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import structlog

from bot import logs
from tests import chat as speaking
from tests.fakes.slack import FakeSlack
from tests.loggers import LAYERS, as_before

SECRETS = (FakeSlack.bot_token, FakeSlack.app_token, FakeSlack.signing_secret)
SHORT = 14
"""Shorter words than this also stand in a log for other reasons."""


class Canaries:
    """What was said during a test, and the log of it."""

    def __init__(self) -> None:
        self.words: set[str] = set()
        self.log = io.StringIO()

    def said(self, *values: Any) -> None:
        for value in values:
            if isinstance(value, list | tuple):
                self.said(*value)
            elif isinstance(value, str) and len(value) >= SHORT and " " in value:
                self.words.add(value)

    def escaped(self, *elsewhere: str) -> list[str]:
        """The lines of the log in which somebody's words or a secret stand, and those of other texts."""
        known = {*self.words, *SECRETS}
        known |= {json.dumps(one)[1:-1] for one in known}  # as a line of JSON says it
        lines = [*self.log.getvalue().splitlines(), *(line for text in elsewhere for line in text.splitlines())]
        return [line for line in lines if any(one in line for one in known)]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--canaries", action="store_true", help="no test may leave people's words or secrets in a log")


@contextmanager
def listening() -> Iterator[Canaries]:
    """Logs at DEBUG, and hears what people type. Only secrets are told to the log, as in production."""
    found = Canaries()
    with as_before(), _heard(found):
        logs.configure(SECRETS, stream=found.log, console=False)
        for name in ("", *LAYERS):
            logging.getLogger(name).setLevel(logging.DEBUG)
        structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.DEBUG))
        yield found


@contextmanager
def _heard(found: Canaries) -> Iterator[None]:
    """Everything that anybody types goes by here first."""
    types, fills, uses = speaking.Speaker.types, speaking.Speaker.fills, speaking.Speaker.uses

    async def typed(self: speaking.Speaker, line: str) -> None:
        found.said(line, line.partition(" ")[2])
        await types(self, line)

    async def filled(self: speaking.Speaker, **values: Any) -> None:
        found.said(*values.values())
        await fills(self, **values)

    async def used(self: speaking.Speaker, shortcut: str, author: str, text: str) -> None:
        found.said(text)
        await uses(self, shortcut, author, text)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(speaking.Speaker, "types", typed)
        patch.setattr(speaking.Speaker, "fills", filled)
        patch.setattr(speaking.Speaker, "uses", used)
        yield


@pytest.fixture(autouse=True)
def _canaries(request: pytest.FixtureRequest) -> Iterator[None]:
    if not request.config.getoption("canaries") or "chat" not in request.fixturenames:
        yield
        return
    with listening() as canaries:
        yield
    assert canaries.escaped() == []
