"""Running text as Slack writes it: rich text where it can be, which has no markup to escape, else mrkdwn."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from bot.messages import Link, Mention, Span, Style, Text
from bot.words import shortened

Json = dict[str, Any]
Accounts = Mapping[int, str]
"""User ids of the people who can be spoken to in this workspace."""

PARAGRAPH = 3000
"""Characters of a text object, and of one run of ours in rich text."""

_QUOTE = 3 * PARAGRAPH
_NOTHING = "-"
# They stand for markup until it is known that markup can say it: characters for private use. Where somebody typed one,
# there are more of them than marks, and the text is said in rich text.
_BOLD, _ITALIC, _LEFT, _RIGHT = "\ue000", "\ue001", "\ue002", "\ue003"
_EDGE = re.compile(f"[{_BOLD}-{_RIGHT}]")
_MARKS: Mapping[Style, str] = {"bold": _BOLD, "italic": _ITALIC}
_STYLES: Mapping[Style, Json] = {"plain": {}, "bold": {"style": {"bold": True}}, "italic": {"style": {"italic": True}}}
# Slack hands over an emoji that was picked as ":tada:"; "12:30:00", "a:b:c" and "std::list::x" are not emoji.
_NAME = r":((?:[+-]1|[0-9_'+-]*[a-z][a-z0-9_'+-]*)(?:::skin-tone-[2-6])?):"
_EMOJI = re.compile(_NAME)
_IN_A_ROW = re.compile(rf"(?<![\w:])(?:{_NAME})+(?![\w:])")
# What Slack would take for markup; it has no way to say that a mark is none. In "snake_case" nobody would.
_LIVE = re.compile(rf"[*~`]|(?<![^\W_])_|_(?![^\W_])|^[\s{_BOLD}-{_RIGHT}]*>", re.MULTILINE)
_MAYBE_LIVE = re.compile("[*~`_>]")
_BESIDE = frozenset(" \n\u00a0.,:;!?…()'\"\u2019·-/") | {""}
"""What may touch a mark, or nothing."""


def fit(words: str, limit: int) -> str:
    """These words, cut with "…" where they are too many; a dash where there are none."""
    if not words.strip():
        return _NOTHING
    return shortened(words, limit)


def escape(words: str) -> str:
    """Exactly the three control characters; Slack decodes no others."""
    return words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def plain_text(words: str, limit: int) -> Json:
    """A text object in which nothing is markup."""
    return {"type": "plain_text", "text": fit(words, limit)}


def text_object(text: Text, accounts: Accounts, limit: int = PARAGRAPH) -> Json | None:
    """A text object, plain as long as nothing in it needs markup; None where markup cannot say exactly these words,
    which is for rich text then.
    """
    said, marks = _drawn(text, accounts)
    if not marks:
        return plain_text(said, limit)
    markup, most = _markup(said, marks), limit
    while markup and len(markup) > limit:  # escapes count, so a cut may have to be made again, shorter
        over = len(markup) - limit
        markup, most = _markup(*_drawn(cut(text, most), accounts)), most - over
    # Slack itself makes nothing live that is not markup: no bare address, no "@channel".
    return None if markup is None else {"type": "mrkdwn", "text": markup.strip() or _NOTHING, "verbatim": True}


def _drawn(text: Text, accounts: Accounts) -> tuple[str, int]:
    """Words with what stands for their marks, and how many of those there are."""
    said, marks = "", 0
    for part in text:
        if isinstance(part, Span) and part.style == "plain":
            said += part.text
            continue
        words, around = _marked(part, accounts)
        said += words
        marks += around
    return said, marks


def _markup(said: str, marks: int) -> str | None:
    """What was drawn as mrkdwn. None where that says something else: a mark has no escape, and needs room beside it."""
    if (_MAYBE_LIVE.search(said) and _LIVE.search(said)) or not _stand_alone(said, marks):
        return None
    said = escape(said).replace(_BOLD, "*").replace(_ITALIC, "_")
    return said.replace(_LEFT, "<").replace(_RIGHT, ">")


def _marked(part: Span | Mention | Link, accounts: Accounts) -> tuple[str, int]:
    """What is not plain with what stands for its marks, and how many those are."""
    if isinstance(part, Span):
        return _styled(part.text, _MARKS[part.style])
    if isinstance(part, Mention):
        known = accounts.get(part.person)
        return (f"{_LEFT}@{known}{_RIGHT}", 2) if known else _styled(part.name, _BOLD)
    return (f"{_LEFT}{part.url}|{part.text}{_RIGHT}", 2) if _safe(part.url) else (part.text, 0)


def _styled(words: str, mark: str) -> tuple[str, int]:
    """The mark must touch the words, and outer spaces must not be lost."""
    inner = words.strip()
    return (words.replace(inner, f"{mark}{inner}{mark}", 1), 2) if inner else (words, 0)


def _stand_alone(said: str, marks: int) -> bool:
    """Whether these are all the marks there are, each pair on one line, with room on both sides."""
    found = [edge.start() for edge in _EDGE.finditer(said)]
    return len(found) == marks and all(
        said[max(left - 1, 0) : left] in _BESIDE
        and said[right + 1 : right + 2] in _BESIDE
        and "\n" not in said[left:right]
        for left, right in zip(found[::2], found[1::2], strict=True)
    )


def runs(text: Text, accounts: Accounts) -> list[Json]:
    """The elements of a rich text section or quote; never none."""
    found = [run for part in cut(text, PARAGRAPH) for run in _runs(part, accounts)]
    return found or [{"type": "text", "text": _NOTHING}]


def quoted(words: str) -> list[Json]:
    """Somebody's own words, as runs of a bearable length."""
    words = words if len(words) <= _QUOTE else fit(words, _QUOTE)
    pieces = [words[at : at + PARAGRAPH] for at in range(0, len(words), PARAGRAPH)]
    return [run for piece in pieces for run in _with_emoji(piece, {})] or [{"type": "text", "text": _NOTHING}]


def cut(text: Text, limit: int) -> Text:
    """The first characters of a text, with "…" where something was cut off."""
    kept: list[Span | Mention | Link] = []
    for part in text:
        words = part.name if isinstance(part, Mention) else part.text
        if len(words) > limit:
            return (*kept, Span(words[: max(limit - 1, 0)].rstrip() + "…"))
        kept.append(part)
        limit -= len(words)
    return tuple(kept)


def _runs(part: Span | Mention | Link, accounts: Accounts) -> list[Json]:
    if isinstance(part, Span):
        return _with_emoji(part.text, _STYLES[part.style])
    if isinstance(part, Mention):
        known = accounts.get(part.person)
        return [{"type": "user", "user_id": known}] if known else _with_emoji(part.name, _STYLES["bold"])
    if _safe(part.url):
        return [{"type": "link", "url": part.url, "text": fit(part.text, PARAGRAPH)}]
    return _with_emoji(part.text, {})


def _with_emoji(words: str, style: Json) -> list[Json]:
    """Words as runs, with each `:name:` as the emoji that it was when it was picked."""
    if ":" not in words:
        return [{"type": "text", "text": words, **style}] if words else []
    found: list[Json] = []
    at = 0
    for row in _IN_A_ROW.finditer(words):
        found.append({"type": "text", "text": words[at : row.start()], **style})
        found += [{"type": "emoji", "name": name} for name in _EMOJI.findall(row[0])]
        at = row.end()
    found.append({"type": "text", "text": words[at:], **style})
    return [run for run in found if run.get("text", "-")]


def _safe(url: str) -> bool:
    return url.startswith(("https://", "http://")) and not re.search(r"[\s|<>]", url)
