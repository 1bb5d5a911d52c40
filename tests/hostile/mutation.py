"""Changes to what the chats send: first to its structure, then to its bytes. Whatever is drawn is drawn by a seed."""

from __future__ import annotations

import json
from collections.abc import Callable
from random import Random
from typing import Any

from tests.hostile import strings

Path = tuple[str | int, ...]

_NUMBERS = (0, -1, 1, 2, 3, 7, 2**31, 2**53 + 1, 2**63, -(2**63) - 1, 10**40, 1.5, 1e308, -0.0)
_SHAPES: tuple[Any, ...] = (
    None,
    True,
    False,
    "",
    [],
    {},
    [None],
    [[]],
    {"": None},
    {"id": None},
    [{}],
    "null",
    {"type": "x"},
)
_IDS = ("1", "2", "3", "5", "7", "0", "-1", "2147483648", "9" * 30, "1.0", " 1", "1e3", "\u0661")
_LONE = ("\ud800", "a\udfff", "\udc00\ud800", "ok \ud83d")


def changed(random: Random, body: Any, others: Callable[[], Any]) -> Any:
    """A body with one to three changes; `others` gives bodies to take parts from."""
    for _ in range(random.choice((1, 1, 1, 2, 2, 3))):
        paths = _paths(body)
        if len(paths) < 2:
            return random.choice(_SHAPES)
        body = _CHANGES[random.choices(_KINDS, _WEIGHTS)[0]](random, body, random.choice(paths[1:]), others)
    return body


def _drop(random: Random, body: Any, path: Path, others: Callable[[], Any]) -> Any:
    return _with(body, path, _GONE)


def _retype(random: Random, body: Any, path: Path, others: Callable[[], Any]) -> Any:
    return _with(body, path, random.choice(random.choice((_SHAPES, _NUMBERS))))


def _wrap(random: Random, body: Any, path: Path, others: Callable[[], Any]) -> Any:
    held = _at(body, path)
    return _with(
        body, path, random.choice(([held], {"value": held}, [held] * 3, {"id": held, "type": held}, str(held)))
    )


def _say(random: Random, body: Any, path: Path, others: Callable[[], Any]) -> Any:
    """A hostile text where there was one; else anywhere."""
    spoken = [each for each, held in _places(body)[1:] if isinstance(held, str)]
    return _with(body, random.choice(spoken or [path]), _text(random))


def _number(random: Random, body: Any, path: Path, others: Callable[[], Any]) -> Any:
    """Another id, wherever there was one."""
    digits = [each for each, held in _places(body)[1:] if isinstance(held, str) and held.isdigit()]
    return _with(body, random.choice(digits or [path]), random.choice(_IDS))


def _double(random: Random, body: Any, path: Path, others: Callable[[], Any]) -> Any:
    inside = _at(body, path[:-1])
    if isinstance(inside, list):
        return _with(body, path[:-1], inside * random.choice((2, 3, 50)))
    return _with(body, path[:-1], {**inside, _text(random)[:40]: inside[path[-1]]})


def _rename(random: Random, body: Any, path: Path, others: Callable[[], Any]) -> Any:
    inside, last = _at(body, path[:-1]), path[-1]
    if not isinstance(inside, dict):
        return _with(body, path, _text(random))
    name = random.choice((str(last).upper(), f"{last} ", f"{last}\0", "__proto__", "type", "ritme", _text(random)[:60]))
    return _with(body, path[:-1], {name if key == last else key: value for key, value in inside.items()})


def _splice(random: Random, body: Any, path: Path, others: Callable[[], Any]) -> Any:
    other = others()
    return _with(body, path, _at(other, random.choice(_paths(other))))


def _swap(random: Random, body: Any, path: Path, others: Callable[[], Any]) -> Any:
    other = random.choice(_paths(body)[1:])
    if path[: len(other)] == other or other[: len(path)] == path:
        return _with(body, path, _at(body, other))
    return _with(_with(body, path, _at(body, other)), other, _at(body, path))


def _deep(random: Random, body: Any, path: Path, others: Callable[[], Any]) -> Any:
    """Far down: at 200 levels Python can still write it; the bytes go further."""
    held = _at(body, path)
    for _ in range(random.choice((5, 60, 200))):
        held = [held] if random.random() < 0.5 else {"a": held}
    return _with(body, path, held)


def _wide(random: Random, body: Any, path: Path, others: Callable[[], Any]) -> Any:
    count = random.choice((20, 300, 2000))
    return _with(
        body, path, random.choice(([1] * count, {str(n): "x" for n in range(count)}, ["x"] * count, [{}] * count))
    )


def _long(random: Random, body: Any, path: Path, others: Callable[[], Any]) -> Any:
    letter = random.choice(
        ("a", "<", "*", "\n", "é", "👏", "\\", "{", "@Lotte ", "a b ", "\0", "&amp;", "<@U1>", "[](", "_*")
    )
    return _with(body, path, letter * random.choice((300, 3001, 9000, 40_000)))


_CHANGES = {
    one.__name__: one
    for one in (_drop, _retype, _wrap, _say, _number, _double, _rename, _splice, _swap, _deep, _wide, _long)
}
_KINDS = tuple(_CHANGES)
_WEIGHTS = (14, 16, 8, 26, 12, 4, 6, 8, 5, 2, 1, 2)


def _text(random: Random) -> str:
    drawn = random.random()
    if drawn < 0.05:
        return random.choice(_LONE)
    if drawn < 0.10:
        return random.choice(_IDS)
    return strings.one(random)


# --- bytes ---------------------------------------------------------------------------------------------------------


def written(random: Random, body: Any) -> bytes:
    """The body as JSON, in one of the spellings that JSON has; seldom in one that it has not."""
    plain = random.random() < 0.7
    text = json.dumps(body, ensure_ascii=plain, separators=random.choice(((",", ":"), (", ", ": "))))
    raw = text.encode("utf-8", "surrogatepass")
    return _spoiled(random, raw) if random.random() < 0.06 else raw


def _spoiled(random: Random, raw: bytes) -> bytes:
    at = random.randrange(len(raw) or 1)
    return random.choice(
        (
            raw[:at],
            raw[:at] + bytes([random.randrange(256)]) + raw[at + 1 :],
            raw[:at] + b"\xff\xfe\xc0\x80" + raw[at:],
            b"\xef\xbb\xbf" + raw,
            raw.decode("utf-8", "replace").encode("utf-16"),
            raw + raw,
            raw.replace(b"{", b'{"type":"message","type":"event_callback",', 1),
            raw.replace(b":", b":" + b"[" * 20_000, 1),
            raw.replace(b":", b':{"a"' * 20_000 + b":", 1),
            b"[" * 100_000,
            raw.replace(b'"', b"NaN", 1),
            raw.replace(b":", b":Infinity,", 1),
            raw.replace(b":", b":" + b"9" * 5000 + b",", 1),
            raw.replace(b":", b":1e99999,", 1),
            b" " * 50_000 + raw,
            b"",
        )
    )


# --- where things are ----------------------------------------------------------------------------------------------


class _Gone:
    """In the place of what is left out."""


_GONE = _Gone()


def _places(value: Any) -> list[tuple[Path, Any]]:
    """Every place in it with what is there, outermost first."""
    found: list[tuple[Path, Any]] = [((), value)]
    for path, one in found:  # grows while it is walked
        if isinstance(one, dict):
            found.extend([((*path, key), inner) for key, inner in one.items()])
        elif isinstance(one, list):
            found.extend([((*path, place), inner) for place, inner in enumerate(one[:100])])
    return found


def _paths(value: Any) -> list[Path]:
    return [path for path, _ in _places(value)]


def _at(value: Any, path: Path) -> Any:
    for part in path:
        value = value[part]
    return value


def _with(value: Any, path: Path, to: Any) -> Any:
    if not path:
        return to
    part, *rest = path
    copy: Any = dict(value) if isinstance(value, dict) else list(value)
    if not rest and isinstance(to, _Gone):
        copy.pop(part)
    else:
        copy[part] = _with(value[part], tuple(rest), to)
    return copy
