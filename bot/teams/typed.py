"""What a person typed in Teams, as they saw it: mentions by name, no tags, no escapes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape, unescape
from html.parser import HTMLParser

from bot.payload import Json, deep, text

_AT = re.compile(r"<at\b[^<>]*>([^<]*)</at>", re.IGNORECASE)
_LINES = {"br", "p", "div", "li", "h1", "h2", "h3", "tr", "blockquote"}
Attributes = list[tuple[str, str | None]]


class _Names:
    """The people that are mentioned: each name with its id. Two people of one name are told apart by their ids."""

    def __init__(self) -> None:
        self.known: dict[str, str] = {}

    def of(self, label: str, target: str) -> str:
        """How a mention stands in the text."""
        name = f"@{label}"
        if target and self.known.setdefault(name, target) != target:
            name = f"@{target}"
            self.known[name] = target
        return name


def spoken(body: Json) -> tuple[str, Mapping[str, str], bool]:
    """The text of a message, who is mentioned in it, and whether Ritme is, whose own name is left out."""
    names, waiting = _Names(), _objects(body.get("entities"))
    me, called = deep(body, "recipient", "id"), False

    def seen(found: re.Match[str]) -> str:
        nonlocal called
        place = next((n for n, one in enumerate(waiting) if deep(one, "text") == found[0]), None)
        who = None if place is None else waiting.pop(place).get("mentioned")
        if me and deep(who, "id") == me:
            called = True
            return ""
        return escape(names.of(unescape(found[1]), deep(who, "aadObjectId").lower() or deep(who, "id")), quote=False)

    return _tidy(unescape(_AT.sub(seen, text(body.get("text"))))), names.known, called


def plain(message: Json) -> tuple[str, Mapping[str, str]]:
    """The text of somebody's message and who is mentioned in it, by object id."""
    content = deep(message, "body", "content")
    if deep(message, "body", "contentType") != "html":
        return _tidy(content), {}
    people = {
        str(one.get("id")): deep(one, "mentioned", "user", "id").lower() for one in _objects(message.get("mentions"))
    }
    reader = _Reader(people)
    reader.feed(content)
    reader.close()
    return _tidy("".join(reader.said)), reader.names.known


class _Reader(HTMLParser):
    """Reads HTML as lines, a mention as a name, and a picture as what it shows."""

    def __init__(self, people: Mapping[str, str]) -> None:
        super().__init__()
        self.said: list[str] = []
        self.names = _Names()
        self._people = people
        self._mention: str | None = None

    def handle_starttag(self, tag: str, attrs: Attributes) -> None:
        given = dict(attrs)
        if tag == "at":
            self._mention = self._people.get(given.get("id") or "", "")
        elif tag == "br":
            self.said.append("\n")
        else:
            self.said.append(given.get("alt") or "")

    def handle_data(self, data: str) -> None:
        self.said.append(data if self._mention is None else self.names.of(data, self._mention))

    def handle_endtag(self, tag: str) -> None:
        if tag == "at":
            self._mention = None
        elif tag in _LINES:
            self.said.append("\n")


def _objects(found: object) -> list[Json]:
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def _tidy(said: str) -> str:
    lines = said.replace("\xa0", " ").replace("\r\n", "\n").split("\n")
    return "\n".join(line.strip() for line in lines).strip()
