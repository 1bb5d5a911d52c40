"""Somebody's name in texts: in which spellings it is found, and what stands there instead.

A text keeps everything else as it is, and never becomes longer: it still fits where it stands.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import unquote

import orjson

STRUCK, BRIEF = "[…]", "…"
"""What stands in the place of somebody's name in the words of others; the second where the name is shorter."""

SHORTEST = 2
"""Letters of the shortest name that is looked for; a single one stands in too many texts."""
_LONG = 3
"""Letters from which on a name can be told from the word that an s makes of it: Noors, but not Als or Bos."""

_LETTER = r"(?:[^\W_]|[\u0300-\u036f])"
"""A letter or a figure, also one that stands apart from its accent; what stands around a name in italics is none."""
_END = f"(?!{_LETTER})"
_ALIKE = _APOSTROPHES, _HYPHENS = "'\u2018\u2019\u02bc", "-\u2010\u2011"
"""What keyboards write for each other."""
_UNSEEN = r"\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff"
"""What pasting brings along between letters, and nobody sees: where a word may break, marks of width and direction."""

_CAPITAL = f"[{''.join(filter(str.isupper, map(chr, range(0x530))))}]"
"""One of those of Latin, Greek and Cyrillic."""
_JOINED = (
    f"(?:{_CAPITAL}|(?i:(?:van|von|den?|der|ten|ter|el|la|le|du|[{_APOSTROPHES}]t)\\s+[{_APOSTROPHES}]?{_LETTER}))"
)
"""How the second of two names that a hyphen joins begins; what else stands there ("Noor Jansen-project") is no name."""


@dataclass(frozen=True)
class Called:
    """What somebody is called: by full name and address, by what HR adds (`also`), by the chats (`handles`), and
    in addresses also by where a chat speaks with them (`places`).

    Names of several words and addresses are found whatever their capitals. A name of one word may be a word besides,
    and what a chat calls somebody is told by its letters, large and small: those are found as they are written.
    """

    names: Sequence[str]
    email: str
    handles: Sequence[str]
    places: Sequence[str] = ()

    @cached_property
    def _spelled(self) -> re.Pattern[str]:
        names = {each: _name(each) for one in self.names if len(each := one.strip()) >= SHORTEST}
        called = _any_of(names)
        # What a hyphen joins to another name is somebody else's, unless they are known by both.
        alone = {one: f"{name}(?![{_HYPHENS}](?!{called}){_JOINED})" for one, name in names.items()}
        # What stands before it may make it somebody else's address, as that of anne-noor@.
        others = {self.email: f"(?<!{_LETTER}[.+_-])(?i:{re.escape(self.email)}){_END}"} if self.email else {}
        others |= {one: re.escape(one) + _END for one in self.handles if len(one) >= _LONG}
        another = f"(?P<another>{_CAPITAL}{_LETTER}*[{_HYPHENS}]{called})"
        return re.compile(rf"(?<!{_LETTER})(?:@?{_any_of(alone | others)}|{another})")

    def struck(self, text: str) -> str:
        """A text without them."""
        return self._spelled.sub(_mark, text)

    def struck_within(self, text: str) -> str:
        """JSON that doesn't say them any more; what it calls its values stays."""
        said = orjson.loads(text)
        left = self._left(said)
        return text if left == said else orjson.dumps(left).decode()

    @cached_property
    def _pointed(self) -> re.Pattern[str]:
        ids = [re.escape(one) for one in (*self.handles, *self.places) if len(one) >= _LONG]
        return re.compile(rf"(?i:(?<!{_LETTER})(?:{'|'.join(ids) or '(?!)'}){_END})")

    def emptied(self, address: str) -> str:
        """An address, or none where it names them by an id: those of a chat between two people do."""
        return "" if self._pointed.search(unquote(address)) else address

    def _left(self, said: Any) -> Any:
        if isinstance(said, str):
            return self.struck(said)
        if isinstance(said, list):
            return [self._left(one) for one in said]
        return {key: self._left(one) for key, one in said.items()} if isinstance(said, dict) else said


def _any_of(known: Mapping[str, str]) -> str:
    """The longest that fits: else of a whole name its end would stay behind the mark for the first."""
    return f"(?:{'|'.join(known[one] for one in sorted(known, key=len, reverse=True)) or '(?!)'})"


def _mark(found: re.Match[str]) -> str:
    if found["another"]:
        return found[0]
    return STRUCK if len(found[0]) >= len(STRUCK) else BRIEF


def _name(name: str) -> str:
    """A name in whatever spelling, with its s in Dutch ("Noor Jansens werk") left standing."""
    parts = unicodedata.normalize("NFC", name).split()
    spelled = rf"[\s{_UNSEEN}]+".join(f"[{_UNSEEN}]*".join(map(_letter, part)) for part in parts)
    found = f"{spelled}(?=s?{_END})" if len(name) >= _LONG else f"{spelled}{_END}"
    return f"(?i:{found})" if len(parts) > 1 else found


def _letter(letter: str) -> str:
    """A letter, however its accents are kept."""
    for alike in _ALIKE:
        if letter in alike:
            return f"[{alike}]"
    apart = unicodedata.normalize("NFD", letter)
    forms = {unicodedata.normalize("NFC", apart[:end]) + apart[end:] for end in range(1, len(apart) + 1)}
    return f"(?:{'|'.join(map(re.escape, sorted(forms)))})"
