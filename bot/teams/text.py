"""Running text as Teams shows it: rich text, which has no markup to escape, else the Markdown of a text block.

Teams' clients read Markdown each in their own way, phones most of all. So it is used only where rich text cannot do
it: where somebody is spoken to, in a link, in a heading and in a fact. A line is a block of its own, because no two
clients agree on line breaks either.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, assert_never

from bot.messages import Link, Mention, Span, Text, plain
from bot.teams.packing import size
from bot.words import shortened

Json = dict[str, Any]
Accounts = Mapping[int, str]
"""AAD object ids of the people who can be spoken to in this tenant."""

PLAIN: Json = {}
SMALL: Json = {"size": "small", "isSubtle": True}
DRAWN: Json = {"size": "large", "color": "accent"}
WRONG: Json = {"weight": "bolder", "color": "attention"}
"""How a text looks: in meanings, not in colours, so that light and dark both work."""

LINE = 5000
"""Characters that one block may take in JSON; a longer line goes on in the next."""

_LIGHT = LINE // 6  # whatever is typed, a character is at most six in JSON
_HEADING, _NAME = 300, 100
_NOTHING = "\N{NO-BREAK SPACE}"
_BREAK = re.compile(r"\r\n?|\n")
_NOT_IN_A_TAG = re.compile(r"[^\w .,'-]|_")
# Teams replaces `<at>...</at>`, and cards replace `{{DATE(...)}}`, wherever they see it; cut in two they are words.
_TOKEN = re.compile(r"(?<=<)(?=/?at>)|(?<=\{)(?=\{)", re.IGNORECASE)
# What is live only in front of something may stand at the end of a span, and the something in the next.
_LIVE = re.compile(r"[\\`*_\[\]<>]|~(?=~|\Z)|(?<=~)~|&(?=[#\w]|\Z)|\{(?=\{|\Z)|(?<=\{)\{|\A\{")
_AT_START = re.compile(r"\s*(\d{0,9})([#+.)-])")
_MARKS = {"plain": "", "bold": "**", "italic": "*"}
_LOOKS: Mapping[str, Json] = {"plain": {}, "bold": {"weight": "bolder"}, "italic": {"italic": True}}


# --- who is spoken to ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Spoken:
    """Somebody who is spoken to in a card: what stands in `<at>...</at>`, the account, and the name that is shown."""

    tag: str
    user: str
    name: str

    @property
    def entity(self) -> Json:
        return {"type": "mention", "text": f"<at>{self.tag}</at>", "mentioned": {"id": self.user, "name": self.name}}


People = Mapping[int, Spoken]
NOBODY: People = {}


def spoken(said: Iterable[Text], accounts: Accounts) -> People:
    """The people who are mentioned and have an account here. Two of one name get tags that differ."""
    found: dict[int, Spoken] = {}
    for part in (part for text in said for part in text if isinstance(part, Mention)):
        if part.person in accounts and part.person not in found:
            name = _NOT_IN_A_TAG.sub("", part.name).strip()[:_NAME] or str(part.person)
            taken = {each.tag for each in found.values()}
            tag = f"{name} {part.person}" if name in taken else name
            found[part.person] = Spoken(tag, accounts[part.person], fit(part.name, _NAME))
    return found


# --- blocks --------------------------------------------------------------------------------------------------------


def paragraph(text: Text, people: People = NOBODY, look: Json = PLAIN) -> list[Json]:
    """A block for each line of a text; never none."""
    first, *more = [_block(line, people, look) for line in _lines(text)]
    return [first, *({**block, "spacing": "none"} for block in more)]


def heading(words: str) -> Json:
    """A heading, which a screen reader can jump to."""
    return {
        "type": "TextBlock",
        "text": markdown((Span(fit(_BREAK.sub(" ", words), _HEADING)),)),
        "style": "heading",
        "size": "medium",
        "weight": "bolder",
        "spacing": "large",
        "wrap": True,
    }


def spaced(blocks: list[Json], spacing: str) -> list[Json]:
    """The same blocks, with this space above them."""
    return [{**blocks[0], "spacing": spacing}, *blocks[1:]]


def fit(words: str, limit: int) -> str:
    """These words, cut with "…" where a control has no room for more; a space where there are none."""
    if not words.strip():
        return _NOTHING
    return shortened(words, limit)


def _block(line: Text, people: People, look: Json) -> Json:
    if any(_needs_markdown(part, people) for part in line):
        return {"type": "TextBlock", "text": markdown(line, people), "wrap": True, **look}
    runs = [run for part in line for run in _runs(part, look)]
    return {"type": "RichTextBlock", "inlines": runs or [_run(_NOTHING, look)]}


def _needs_markdown(part: Span | Mention | Link, people: People) -> bool:
    return part.person in people if isinstance(part, Mention) else isinstance(part, Link) and _safe(part.url)


def _runs(part: Span | Mention | Link, look: Json) -> list[Json]:
    match part:
        case Span(words, style):
            return _of(words, {**look, **_LOOKS[style]})
        case Mention(_, name):
            return _of(name, {**look, **_LOOKS["bold"]})
        case Link(words):
            return _of(words, look)
        case _:
            assert_never(part)


def _of(words: str, look: Json) -> list[Json]:
    pieces = _TOKEN.split(words) if "<" in words or "{" in words else [words]
    return [_run(piece, look) for piece in pieces] if words else []


def _run(words: str, look: Json) -> Json:
    return {"type": "TextRun", "text": words, **look}


# --- lines ---------------------------------------------------------------------------------------------------------


def weight(words: str) -> int:
    """Characters that these words take at most, escaped and as JSON."""
    return size(escape(words)) // 2


def _lines(text: Text) -> list[Text]:
    """A text cut at its line breaks, and where a line is longer than a block may be."""
    words = plain(text)
    if len(words) <= _LIGHT and not _BREAK.search(words):
        return [text]
    lines: list[list[Span | Mention | Link]] = [[]]
    room = LINE
    for part in text:
        for place, piece in enumerate(_pieces(part)):
            words = piece.name if isinstance(piece, Mention) else piece.text
            needed = weight(words)
            if place or (needed > room and lines[-1]):
                lines.append([])
                room = LINE
            if words:
                lines[-1].append(piece)
                room -= needed
    return [tuple(line) for line in lines]


def _pieces(part: Span | Mention | Link) -> list[Span | Mention | Link]:
    """A part cut at its line breaks and at what fits in a block; people and links stay whole."""
    if not isinstance(part, Span):
        return [part]
    return [Span(piece, part.style) for line in _BREAK.split(part.text) for piece in _bearable(line)]


def _bearable(line: str) -> list[str]:
    """A line in pieces that fit in a block, cut at a space where there is one."""
    if len(line) <= LINE and weight(line) <= LINE:  # a character takes one at least
        return [line]
    half = line.rfind(" ", 1, len(line) // 2) + 1 or len(line) // 2
    return [*_bearable(line[:half]), *_bearable(line[half:])]


# --- Markdown ------------------------------------------------------------------------------------------------------


def escape(words: str) -> str:
    """Words that Markdown shows as they are, within a line."""
    return _LIVE.sub(_escaped, words)


def _escaped(live: re.Match[str]) -> str:
    """In a function of its own: a template with a group costs twice as much."""
    return f"\\{live[0]}"


def markdown(line: Text, people: People = NOBODY) -> str:
    """One line as the Markdown of a text block or a fact."""
    pieces = [_marked(part, people) for part in line]
    written = ""
    for place, (words, mark) in enumerate(pieces):
        after = next((mark or words for words, mark in pieces[place + 1 :] if words), "")
        if written.endswith("!") and words.startswith("["):
            written = f"{written[:-1]}\\!"  # else the link that follows would be a picture
        written += _styled(words, mark, written, after)
    start = _AT_START.match(written)
    shown = f"{start[1]}\\{written[start.start(2) :]}" if start else written.lstrip()
    return shown or _NOTHING


def _marked(part: Span | Mention | Link, people: People) -> tuple[str, str]:
    """Escaped words, and the mark that goes around them."""
    match part:
        case Span(words, style):
            return escape(words), _MARKS[style]
        case Mention(person, name):
            known = people.get(person)
            return (f"<at>{known.tag}</at>", "") if known else (escape(name), "**")
        case Link(words, url) if _safe(url):
            return f"[{escape(words)}]({url})", ""
        case Link(words):
            return escape(words), ""
        case _:
            assert_never(part)


def _styled(words: str, mark: str, before: str, after: str) -> str:
    """Words between marks, where the marks will be read as such; without them where they would show."""
    inner = words.strip()
    if not mark or not inner:
        return words
    lead, trail = words[: words.index(inner)], words[words.index(inner) + len(inner) :]
    before, after = before + lead, trail + after
    opens = not before or before[-1].isspace() or (inner[0].isalnum() and before[-1] != "*")
    closes = not after or after[0].isspace() or (inner[-1].isalnum() and after[0] != "*")
    return f"{lead}{mark}{inner}{mark}{trail}" if opens and closes else words


def _safe(url: str) -> bool:
    return url.startswith(("https://", "http://")) and not re.search(r"[\s|<>()\\]", url)
