"""Every message and form carries an example of itself, so that one test can show each of them on every platform."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.messages import Form, Mention, Message
from bot.words import Words

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
"""The moment at which all examples play: a Tuesday morning."""

NOOR = Mention(1, "Noor")
ANNA = Mention(2, "Anna")
SEM = Mention(3, "Sem")
LOTTE = Mention(4, "Lotte")
RAVI = Mention(5, "Ravi")


@dataclass(frozen=True, slots=True)
class Example:
    """A view with facts filled in; `make` gives it words."""

    name: str
    make: Callable[[Words], Message | Form]
