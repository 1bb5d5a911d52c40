"""Careful reading of JSON from outside: a shape that no platform sends is `Malformed`, never another error."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from typing import Any

import orjson

from bot.calls import PERMALINK

Json = dict[str, Any]


class Malformed(ValueError):
    """Not shaped like anything that the platform sends."""


def need(body: Json, name: str) -> str:
    """A text that must be there."""
    found = text(body.get(name))
    if not found:
        raise Malformed(f"no {name}")
    return found


def need_object(body: Json, name: str) -> Json:
    """An object that must be there."""
    found = body.get(name)
    if not isinstance(found, dict):
        raise Malformed(f"no {name}")
    return found


def need_first(body: Json, name: str) -> Json:
    """The first object of a list that must be there."""
    found = body.get(name)
    if not isinstance(found, list) or not found or not isinstance(found[0], dict):
        raise Malformed(f"no {name}")
    return found[0]


def text(value: Any) -> str:
    """A text without the NUL that no database wants; empty for anything else."""
    return value.replace("\0", "") if isinstance(value, str) else ""


def deep(body: Any, *path: str) -> str:
    """A text inside objects inside objects; empty where the way ends."""
    for name in path:
        body = body.get(name) if isinstance(body, dict) else None
    return text(body)


def texts(found: Any) -> Mapping[str, str]:
    """The texts of an object, by name."""
    return {k: v for k, v in found.items() if isinstance(v, str)} if isinstance(found, dict) else {}


def carried(found: Any, ours: Callable[[str], bool]) -> Mapping[str, str]:
    """What a button or a form carried; the address of a message only where the platform makes such addresses."""
    return {name: value for name, value in texts(found).items() if name != PERMALINK or ours(value)}


def loads(held: str) -> Json:
    """An object that we once gave to the platform; nothing at all is an empty one."""
    try:
        found = orjson.loads(held) if held else {}
    except orjson.JSONDecodeError as problem:
        raise Malformed("not our JSON") from problem
    if not isinstance(found, dict):
        raise Malformed("not our object")
    return found


def digest(value: Any) -> str:
    """A short fingerprint of anything that JSON can hold."""
    return hashlib.sha256(orjson.dumps(value, option=orjson.OPT_SORT_KEYS)).hexdigest()[:32]
