"""Reads what Slack is given, as a client would show it: words, people spoken to, links. Knows nothing of our renderer.

On purpose stricter than any client: what might be markup, a link or a mention for one of them, is one here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]

SEQUENCE = re.compile(r"<([^<>]*)>")
USER = re.compile(r"@[UW][A-Z0-9-]+")
LINK = re.compile(r"(https?://[^|\s<>]+)\|([^|<>]*)")
ENTITY = re.compile(r"&(?:amp|lt|gt);")
AUTOMATIC = re.compile(r"https?://|www\.|mailto:|[@#]\w", re.IGNORECASE)
"""What Slack makes live by itself in mrkdwn that is not `verbatim`."""

_DECODED = {"&amp;": "&", "&lt;": "<", "&gt;": ">"}
_PERSON, _LINK_START, _LINK_END = "\ue000", "\ue001", "\ue002"


class Live(ValueError):
    """Something that a person typed would be more than words."""


@dataclass
class Page:
    """What is seen: running text by paragraph, what stands on controls, who is spoken to, and where links lead."""

    flow: list[str] = field(default_factory=list)
    controls: list[str] = field(default_factory=list)
    people: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)

    # text objects

    def text(self, given: Json) -> str:
        """The words of a text object. Raises Live."""
        if given["type"] == "plain_text":
            return str(given["text"])
        if given["type"] != "mrkdwn":
            raise Live(given["type"])
        if not given.get("verbatim") and AUTOMATIC.search(SEQUENCE.sub("", given["text"])):
            raise Live(f"made live by Slack itself: {given['text']!r}")
        return self.mrkdwn(given["text"])

    def mrkdwn(self, text: str) -> str:
        """Markup as it is shown. Raises Live."""

        def sequence(found: re.Match[str]) -> str:
            inner = found[1]
            if USER.fullmatch(inner):
                self.people.append(inner[1:])
                return _PERSON
            link = LINK.fullmatch(inner)
            if link is None:
                raise Live(f"<{inner}>")
            self.links.append(link[1])
            return f"{_LINK_START}{link[2]}{_LINK_END}"

        marked = SEQUENCE.sub(sequence, text)
        if "<" in marked or ">" in marked:
            raise Live(f"a bare sign: {text!r}")
        lines = [_line(line) for line in marked.split("\n")]
        words = ENTITY.sub(lambda found: _DECODED[found[0]], "\n".join(lines))
        return words.replace(_LINK_START, "").replace(_LINK_END, "")

    # rich text

    def run(self, given: Json) -> str:
        """One element of a rich text section."""
        match given["type"]:
            case "text":
                return str(given["text"])
            case "emoji":
                return f":{given['name']}:"
            case "user":
                self.people.append(given["user_id"])
                return _PERSON
            case "link":
                self.links.append(given["url"])
                return str(given["text"])
            case kind:
                raise Live(f"in rich text: {kind}")

    # blocks

    def block(self, given: Json) -> None:  # noqa: C901 - a case for each block there is
        match given["type"]:
            case "header":
                self.flow.append(self.text(given["text"]))
            case "section":
                self.flow.append(self.text(given["text"]))
                if "accessory" in given:
                    self.control(given["accessory"])
            case "context":
                self.flow += [self.text(each) for each in given["elements"]]
            case "rich_text":
                for part in given["elements"]:
                    if part["type"] not in {"rich_text_section", "rich_text_quote"}:
                        raise Live(part["type"])
                    self.flow.append("".join(map(self.run, part["elements"])))
            case "actions":
                for each in given["elements"]:
                    self.control(each)
            case "input":
                self._input(given)
            case "data_visualization":
                self.flow.append(given["title"])
            case "divider":
                pass
            case kind:
                raise Live(f"a block of type {kind}")

    def control(self, given: Json) -> None:
        """A button and the question before it."""
        if given["type"] != "button" or "url" in given:
            raise Live(f"a control of type {given['type']}")
        self.controls.append(self.text(given["text"]))
        asked = given.get("confirm")
        if asked:
            self.controls += [self.text(asked[part]) for part in ("title", "text", "confirm", "deny")]

    def _input(self, given: Json) -> None:
        element = given["element"]
        self.controls += [self.text(given["label"]), self.text(given["hint"]) if "hint" in given else ""]
        chosen = element.get("initial_options") or [element[one] for one in ("initial_option",) if one in element]
        offered = element.get("options", chosen)
        for option in offered:
            self.controls += [
                self.text(option["text"]),
                self.text(option["description"]) if "description" in option else "",
            ]
        if element["type"] == "plain_text_input":
            self.controls.append(element.get("initial_value", ""))


def message(given: Json) -> Page:
    page = Page()
    for block in given["blocks"]:
        page.block(block)
    return page


def notification(given: Json) -> str:
    """The words on a locked screen."""
    if re.search("[<>]", given["text"]):
        raise Live(given["text"])
    return ENTITY.sub(lambda each: _DECODED[each[0]], given["text"])


def view(given: Json) -> Page:
    page = Page()
    for block in given["blocks"]:
        page.block(block)
    page.controls += [page.text(given[name]) if name in given else "" for name in ("title", "submit", "close")]
    return page


# --- marks ---------------------------------------------------------------------------------------------------------


def _line(line: str) -> str:
    """One line without the marks that Slack takes for marks. Raises Live where it would be a quotation."""
    if line.lstrip().startswith("&gt;"):
        raise Live(f"a quotation: {line!r}")
    return "".join(_unmarked(line))


def _unmarked(line: str) -> Iterator[str]:
    at = 0
    while at < len(line):
        mark = line[at]
        end = _closed(line, at) if mark in "*_~`" else -1
        if end < 0:
            yield mark
            at += 1
        else:
            inner = line[at + 1 : end]
            yield inner if mark == "`" else "".join(_unmarked(inner))
            at = end + 1


def _closed(line: str, at: int) -> int:
    """Where the mark that begins here ends; -1 where none begins. A letter before it or a space behind it, and it is
    only a sign.
    """
    if (at and line[at - 1].isalnum()) or line[at + 1 : at + 2].isspace():
        return -1
    end = at + 1
    while (end := line.find(line[at], end)) >= 0:
        if end > at + 1 and not line[end - 1].isspace() and not line[end + 1 : end + 2].isalnum():
            return end
        end += 1
    return -1


def words(paragraph: str, names: dict[str, str], people: Iterator[str]) -> str:
    """A paragraph with the name of everybody who is spoken to, as the client would put it."""
    return re.sub(_PERSON, lambda _: names[next(people)], paragraph)
