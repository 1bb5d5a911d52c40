"""Reads the Markdown that Teams' clients know: emphasis, links, lists, headings, escapes; and people spoken to.

Small, and on purpose stricter than any client: whatever might become markup for one of them, is markup here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

PUNCTUATION = r"""!"#$%&'()*+,-./:;<=>?@[\]^_`{|}~"""
BLOCKS = re.compile(r"\s*(?:#{1,6}(?:\s|$)|[-+*](?:\s|$)|\d{1,9}[.)](?:\s|$)|>|```|~~~|(?:([-*_])\s*)(?:\1\s*){2,}$)")
LINK = re.compile(r"!?\[((?:\\.|[^\]\\])*)\]\(([^()\s]*)\)")
TAG = re.compile(r"<at>(.*?)</at>")
LIVE = re.compile(r"`|<|~~|&(?:#|\w+;)|\{\{(?:DATE|TIME)")
_MARK = re.compile(r"\*+|_+")


def read(markdown: str) -> str:
    """What a person sees of one line. Raises ValueError where something would be more than words."""
    if BLOCKS.match(markdown):
        raise ValueError(f"a list, a heading or a quotation: {markdown!r}")
    return "".join(_inline(markdown))


def seen(block: dict[str, Any]) -> str:
    """The words of a text block or a rich text block."""
    if block["type"] == "TextBlock":
        return read(block["text"])
    words = [run["text"] for run in block["inlines"]]
    if any(re.search(r"</?at>|\{\{", run, re.IGNORECASE) for run in words):
        raise ValueError(f"more than words: {words!r}")
    return "".join(words)


def _inline(markdown: str) -> Iterator[str]:
    at, open_marks = 0, list[str]()
    while at < len(markdown):
        rest = markdown[at:]
        if rest[0] == "\\" and rest[1:2] and rest[1] in PUNCTUATION:
            yield rest[1]
            at += 2
        elif found := TAG.match(rest):
            yield found[1]
            at += found.end()
        elif found := LINK.match(rest):
            if rest[0] == "!" or not found[2].startswith(("https://", "http://")):
                raise ValueError(f"no link of ours: {found[0]!r}")
            yield read(found[1]) if found[1].strip() else found[1]
            at += found.end()
        elif LIVE.match(rest):
            raise ValueError(f"more than words: {rest!r}")
        elif found := _MARK.match(rest):
            _emphasis(found[0], markdown[:at], rest[found.end() :], open_marks)
            at += found.end()
        else:
            yield rest[0]
            at += 1
    if open_marks:
        raise ValueError(f"marks that show: {open_marks}")


def _emphasis(mark: str, before: str, after: str, open_marks: list[str]) -> None:
    """One opened and closed at a time, each touching its words from the right side."""
    if mark not in {"*", "**"}:
        raise ValueError(f"no mark of ours: {mark!r}")
    if open_marks:
        if open_marks.pop() != mark or not _flanks(before[::-1], after):
            raise ValueError(f"not closed by {mark!r}")
    elif _flanks(after, before[::-1]):
        open_marks.append(mark)
    else:
        raise ValueError(f"not opened by {mark!r}")


def _flanks(inner: str, outer: str) -> bool:
    """Whether a mark between these two, read away from it, belongs to the inner one."""
    if not inner or inner[0].isspace():
        return False
    return inner[0].isalnum() or not outer or outer[0].isspace() or not outer[0].isalnum()
