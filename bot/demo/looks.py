"""How other chats show what is said here: the JSON of their own renderers, which the page draws as those chats would.

Everything goes to the page in every look, so that the switch between them is the page's alone and loses nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.messages import Form, Message

Accounts = Mapping[int, str]
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Look:
    """Another chat's renderer.

    `message` is told who can be spoken to, and whether it was posted or is the answer to what somebody did; `form`
    gets a sentence for each field that needs another look.
    """

    message: Callable[[Message, Accounts, bool], Any]
    home: Callable[[Message], Json]
    form: Callable[[Form, Mapping[str, str]], Json]


Looks = Mapping[str, Look]


def message(said: Message, looks: Looks, accounts: Accounts, *, posted: bool) -> Json:
    return {name: look.message(said, accounts, posted) for name, look in looks.items()}


def home(said: Message, looks: Looks) -> Json:
    return {name: look.home(said) for name, look in looks.items()}


def form(asked: Form, looks: Looks, errors: Mapping[str, str]) -> Json:
    return {name: look.form(asked, errors) for name, look in looks.items()}
