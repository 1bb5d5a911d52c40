"""What the page sends, as calls. Pure: the same body is always the same call."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot.calls import Call, Kind, Origin, Value
from bot.demo.installs import account
from bot.router import FAMILY

_NAMED: Mapping[str, Kind] = {"press": "press", "submit": "submit", "shortcut": "shortcut", "lookup": "lookup"}


class Malformed(ValueError):
    """Not something that the page sends."""


def call(body: Any) -> Call:
    """A call from the JSON of one request.

    `kind` says what happened: "press", "submit", "lookup", "shortcut" and "home" as calls know them, or "typed", which
    is a command when it starts with a slash and else something said to Ritme. Raises `Malformed`.
    """
    if not isinstance(body, dict):
        raise Malformed("not an object")
    kind, key, user = _text(body, "kind"), _text(body, "key"), _text(body, "as")
    if not key or not user:
        raise Malformed("key and as are needed")
    mentions = _strings(body, "mentions")
    origin = Origin(
        channel=_text(body, "room"),
        message=_text(body, "message"),
        trigger=key,
        view=_text(body, "view"),
        permalink=_text(body, "permalink"),
    )
    who = account(user)
    if kind == "typed":
        said, name, text = _typed(_text(body, "text"))
        origin = replace(origin, direct=said == "command" and origin.channel.startswith("@"))
        return Call(said, name, who, key, text=text, mentions=mentions, origin=origin)
    if kind == "home":
        return Call("home", "home", who, key, origin=origin)
    if kind not in _NAMED:
        raise Malformed(f"no such kind: {kind}")
    return Call(
        _NAMED[kind],
        _text(body, "name"),
        who,
        key,
        text=_text(body, "text"),
        mentions=mentions,
        values=_values(body),
        carry=_strings(body, "carry"),
        origin=origin,
    )


def _typed(text: str) -> tuple[Kind, str, str]:
    """A command with its verb and what follows ("/ritme goal list" and "/goal list" alike), or what was said."""
    if not text.startswith("/"):
        return "text", "text", text
    name, _, rest = text[1:].partition(" ")
    if name.lower() == FAMILY:
        name, _, rest = rest.strip().partition(" ")
    return "command", name.lower() or "home", rest.strip()


def _text(body: Mapping[str, Any], name: str) -> str:
    value = body.get(name, "")
    if not isinstance(value, str):
        raise Malformed(f"{name} is not a text")
    return value


def _strings(body: Mapping[str, Any], name: str) -> Mapping[str, str]:
    found = body.get(name) or {}
    if not isinstance(found, dict) or not all(isinstance(value, str) for value in found.values()):
        raise Malformed(f"{name} is not a map of texts")
    return found


def _values(body: Mapping[str, Any]) -> Mapping[str, Value]:
    found = body.get("values") or {}
    if not isinstance(found, dict):
        raise Malformed("values are not a map")
    return {name: _value(name, value) for name, value in found.items()}


def _value(name: str, value: Any) -> Value:
    if isinstance(value, str):
        return value
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        return tuple(value)
    raise Malformed(f"{name} is neither a text nor a list of texts")
