"""Running text as Slack writes it: rich text where it can be, which has no markup to escape, else mrkdwn."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from bot.messages import Link, Mention, Span, Style, Text
from bot.messages import plain as words_of

Json = dict[str, Any]
Accounts = Mapping[int, str]
"""User ids of the people who can be spoken to in this workspace."""

PARAGRAPH = 3000
"""Characters of a text object, and of one run of ours in rich text."""

_QUOTE = 3 * PARAGRAPH
_NOTHING = "-"
_MARKS: Mapping[Style, str] = {"plain": "", "bold": "*", "italic": "_"}
_STYLES: Mapping[Style, Json] = {"plain": {}, "bold": {"style": {"bold": True}}, "italic": {"style": {"italic": True}}}
# Slack hands over an emoji that was picked as ":tada:"; "12:30:00", "a:b:c" and "std::list::x" are not emoji.
_NAME = r":((?:[+-]1|[0-9_'+-]*[a-z][a-z0-9_'+-]*)(?:::skin-tone-[2-6])?):"
_EMOJI = re.compile(_NAME)
_IN_A_ROW = re.compile(rf"(?<![\w:])(?:{_NAME})+(?![\w:])")
# What Slack would take for markup; it has no way to say that a mark is none. In "snake_case" nobody would.
_LIVE = re.compile(r"[*~`]|(?<![^\W_])_|_(?![^\W_])")
_QUOTED = re.compile(r"^\s*>", re.MULTILINE)
_BESIDE = frozenset(" \n\u00a0.,:;!?…()'\"\u2019·-/")


def fit(words: str, limit: int) -> str:
    """These words, cut with "…" where they are too many; a dash where there are none."""
    if not words.strip():
        return _NOTHING
    return words if len(words) <= limit else words[: limit - 1].rstrip() + "…"


def escape(words: str) -> str:
    """Exactly the three control characters; Slack decodes no others."""
    return words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def plain_text(words: str, limit: int) -> Json:
    """A text object in which nothing is markup."""
    return {"type": "plain_text", "text": fit(words, limit)}


def text_object(text: Text, accounts: Accounts, limit: int = PARAGRAPH) -> Json:
    """A text object, plain as long as nothing in it needs markup."""
    if _unstyled(text):
        return plain_text(words_of(text), limit)
    # Slack itself makes nothing live that is not markup: no bare address, no "@channel".
    return {"type": "mrkdwn", "text": _mrkdwn(text, accounts, limit), "verbatim": True}


def says_exactly(text: Text) -> bool:
    """Whether a text object can say these words. Markup has no escape for its own marks, and a style needs room beside
    it; what cannot be said so is said in rich text.
    """
    if _unstyled(text):
        return True
    words = words_of(text)
    return not (_LIVE.search(words) or _QUOTED.search(words)) and all(map(_stands_alone, _around(text)))


def _unstyled(text: Text) -> bool:
    return all(isinstance(part, Span) and part.style == "plain" for part in text)


def _around(text: Text) -> list[tuple[str, str, str]]:
    """What is styled, and the letters on both sides of it."""
    found: list[tuple[str, str, str]] = []
    waiting: tuple[str, str] | None = None
    before = ""
    for part in text:
        words = part.name if isinstance(part, Mention) else part.text
        if not words:
            continue
        styled = not isinstance(part, Span) or part.style != "plain"
        if waiting:
            found.append((*waiting, "*" if styled else words[0]))
            waiting = None
        inner = words.strip() if styled else ""
        if inner:
            beside = before if words.startswith(inner) else " "
            if words.endswith(inner):
                waiting = beside, inner
            else:
                found.append((beside, inner, " "))
        before = "*" if styled else words[-1]
    return [*found, (*waiting, "")] if waiting else found


def _stands_alone(around: tuple[str, str, str]) -> bool:
    before, words, after = around
    return "\n" not in words and {before, after} <= _BESIDE | {""}


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


def _mrkdwn(text: Text, accounts: Accounts, limit: int) -> str:
    """Markup of at most this length. Escapes count, so a cut may have to be made again, shorter."""
    marked, most = _all_marked(text, accounts), limit
    while len(marked) > limit:
        marked = _all_marked(cut(text, most), accounts)
        most -= len(marked) - limit
    return marked.strip() or _NOTHING


def _all_marked(text: Text, accounts: Accounts) -> str:
    return "".join([_marked(part, accounts) for part in text])


def _marked(part: Span | Mention | Link, accounts: Accounts) -> str:
    if isinstance(part, Span):
        mark = _MARKS[part.style]
        return _styled(escape(part.text), mark) if mark else escape(part.text)
    if isinstance(part, Mention):
        known = accounts.get(part.person)
        return f"<@{known}>" if known else _styled(escape(part.name), "*")
    return f"<{escape(part.url)}|{escape(part.text)}>" if _safe(part.url) else escape(part.text)


def _styled(words: str, mark: str) -> str:
    """The mark must touch the words, and outer spaces must not be lost."""
    inner = words.strip()
    return words.replace(inner, f"{mark}{inner}{mark}", 1) if inner else words


def _safe(url: str) -> bool:
    return url.startswith(("https://", "http://")) and not re.search(r"[\s|<>]", url)
