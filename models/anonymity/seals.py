"""Answers that wait to be published: sealed with a key that is not in the database, all of one length.

Whoever holds the database, its log of writes and its copies can see that a person took part and that a sealed row came
along with it: both are in one transaction, and nothing could keep them apart without losing answers when a machine
stops. So what came along says nothing: not its words, not its length, and not which of the published answers it became,
for those are shuffled by the one who has the key.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from models.scope import Scope

LONGEST = 1000
"""Characters of a text."""

_FRAME, _NUMBER, _LETTER = 64, 16, 4
"""Bytes that a sealed answer has for itself, for a score, and for a character."""

PURPOSE = "answer"


class Vault(Protocol):
    """Who holds the keys. `open` gives back what was sealed for this purpose, and raises for anything else."""

    def seal(self, purpose: str, secret: str) -> str: ...

    def open(self, purpose: str, sealed: str) -> str: ...


@dataclass(frozen=True, slots=True)
class Answer:
    """What one person said, without who that is: their group, and by part a score or a text."""

    group: int
    said: Mapping[str, int | str]


def room(parts: Mapping[str, str]) -> int:
    """The bytes that the longest answer to these parts takes."""
    return _FRAME + sum(
        _NUMBER + _LETTER * (len(part) + (LONGEST if sort == "text" else 0)) for part, sort in parts.items()
    )


def packed(answer: Answer, size: int) -> str:
    """An answer as a text of exactly `size` bytes. Raises OverflowError where it is longer."""
    text = json.dumps([answer.group, dict(answer.said)], ensure_ascii=False, separators=(",", ":"))
    left = size - len(text.encode())
    if left < 0:
        raise OverflowError(size)
    return text + " " * left


def unpacked(text: str) -> Answer:
    group, said = json.loads(text)
    return Answer(group, dict[str, Any](said))


def ready(scope: Scope) -> bool:
    """Whether there are keys to keep answers with; where there are none, only what is named is offered."""
    return scope.vault is not None


def vault(scope: Scope) -> Vault:
    """Who holds the keys. Raises LookupError where there are none."""
    found: Vault | None = scope.vault
    if found is None:
        raise LookupError("there are no keys: RITME_SECRET_KEY is not set")
    return found
