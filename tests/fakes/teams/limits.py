"""What Teams refuses in cards and dialogs."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

Json = dict[str, Any]

LARGEST = 28 * 1024
"""Bytes of a card."""

VERSIONS = {"1.0", "1.1", "1.2", "1.3", "1.4", "1.5"}
_INPUTS = "Input."


class Bad(AssertionError):
    """Teams would not show this."""


def check_card(card: Json) -> None:
    """Raises `Bad` for a card that Teams would not show as it is meant."""
    text = json.dumps(card, ensure_ascii=False)
    _need(len(text.encode()) <= LARGEST, f"a card of {len(text.encode())} bytes")
    _need(card.get("type") == "AdaptiveCard" and card.get("version") in VERSIONS, "no adaptive card that Teams knows")
    found = list(_parts(card))
    ids = Counter(part["id"] for part in found if part["type"].startswith(_INPUTS))
    _need(all(count == 1 for count in ids.values()), f"inputs of one name: {ids}")
    for part in found:
        if part["type"].startswith(_INPUTS):
            _need(bool(part.get("label")), f"input {part['id']} has no label")
        if part["type"] == "TextBlock":
            _need(part.get("text"), "an empty text")
    mentioned = {one["text"] for one in card.get("msteams", {}).get("entities", ())}
    named = {piece.partition("</at>")[0] for piece in text.split("<at>")[1:]}
    _need({f"<at>{name}</at>" for name in named} >= mentioned, "a mention that stands nowhere")


def check_task(task: Json) -> None:
    """Raises `Bad` for a dialog that Teams would not open."""
    _need(task.get("title"), "a dialog without a title")
    attachment = task.get("card") or {}
    _need(attachment.get("contentType") == "application/vnd.microsoft.card.adaptive", "a dialog without a card")
    check_card(attachment["content"])
    for part in _parts(attachment["content"]):
        _need(part["type"] != "Action.Execute", "a dialog cannot execute")
        fetches = part["type"] == "Action.Submit" and part.get("data", {}).get("msteams", {}).get("type")
        _need(fetches != "task/fetch", "a dialog on a dialog")


def _parts(value: Any) -> Any:
    if isinstance(value, list):
        for inner in value:
            yield from _parts(inner)
    elif isinstance(value, dict):
        if isinstance(value.get("type"), str):
            yield value
        for name, inner in value.items():
            if name not in {"data", "msteams"}:
                yield from _parts(inner)


def _need(good: Any, why: str) -> None:
    if not good:
        raise Bad(why)
