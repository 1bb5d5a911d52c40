"""How much a card may hold, and how a long message becomes several."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import orjson

Json = dict[str, Any]
Blocks = list[Json]

MOST = 28 * 1024
"""Bytes of a card in a message. Teams takes more today, older limits and connectors do not."""

MOST_IN_DIALOG = 80 * 1024
"""Bytes of a card in a dialog, which is no message and cannot be split."""

_COMMA = 2

RULE: Json = {"type": "Rule"}
"""Stands for a line between two parts."""


def ruled(parts: Iterable[Blocks]) -> list[Blocks]:
    """The parts, with each rule as a line above what follows it; after the last part there is nothing to divide."""
    found: list[Blocks] = []
    line = False
    for part in parts:
        if part == [RULE]:
            line = True
        elif part:
            found.append([{**part[0], "separator": True, "spacing": "large"}, *part[1:]] if line else part)
            line = False
    return found


def size(value: Any) -> int:
    """Bytes of JSON in UTF-8 or in UTF-16, whichever is more: Teams counts the one, what lies between the other."""
    text = orjson.dumps(value).decode()
    return max(len(text.encode()), len(text.encode("utf-16-le")))


def packed(parts: Iterable[Blocks], room: int, cost: Callable[[Blocks], int] = size) -> list[Blocks]:
    """The blocks of all parts, in cards of at most this room.

    A part stays whole where it fits in one card, and what introduces something (a heading) goes along with it.
    """
    cards: list[Blocks] = [[]]
    left = room
    for part in _pieces(parts, room, cost):
        needed = cost(part)
        if needed > room:
            raise ValueError(f"a part of a message has {needed} bytes, a card takes {room}")
        if needed > left and cards[-1]:
            moved = _introduction(cards[-1])
            cards.append(moved)
            left = room - (cost(moved) + _COMMA if moved else 0)
        if needed > left:
            cards.append([])
            left = room
        cards[-1] += part
        left -= needed + _COMMA
    return cards


def bounded(parts: Iterable[Blocks], room: int, sign: Json) -> Blocks:
    """All blocks where they fit in one card; else the first ones, a sign that there is more, and the last buttons."""
    blocks = [block for part in parts for block in part]
    if size(blocks) <= room:
        return blocks
    tail = [block for block in blocks[-1:] if block["type"] == "ActionSet"]
    left, kept = room - size([sign, *tail]), list[Json]()
    for block in blocks[: len(blocks) - len(tail)]:
        left -= size(block) + _COMMA
        if left < 0:
            break
        kept.append(block)
    return [*kept, sign, *tail]


def _pieces(parts: Iterable[Blocks], room: int, cost: Callable[[Blocks], int]) -> Iterable[Blocks]:
    """The parts, with one that is too much for a card as its blocks."""
    for part in parts:
        if cost(part) <= room:
            yield part
        else:
            yield from ([block] for block in part)


def _introduction(card: Blocks) -> Blocks:
    """The heading that a full card ends with, taken off it, unless it is all there is."""
    if len(card) > 1 and card[-1].get("style") == "heading":
        return [card.pop()]
    return []
