"""Papers as Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import assert_never

from views.papers import Blank, Block, Document, Points, Source, Table

_LIVE = re.compile(r"([\\`*_\[\]<>|])")
"""What Markdown would take for its own."""


def markdown(document: Document) -> str:
    """The whole paper."""
    lines = [f"# {_safe(document.title)}", *_blocks(document.lead)]
    for part in document.parts:
        lines += [f"## {_safe(part.title)}", *_blocks(part.blocks)]
    return "\n\n".join(lines) + "\n"


def _blocks(blocks: tuple[Block, ...]) -> Iterator[str]:
    for block in blocks:
        match block:
            case str():
                yield _safe(block)
            case Points(items):
                yield "\n".join(f"- {_safe(item)}" for item in items)
            case Table(head, rows):
                yield "\n".join(_row(cells) for cells in (head, ["---"] * len(head), *rows))
            case Blank(asked):
                yield f"**{_safe(asked)}**\n\n> …"
            case Source(title, address):
                yield f"- {_safe(title)}: <{address}>"
            case _:
                assert_never(block)


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cell if cell == '---' else _safe(cell) for cell in cells)} |"


def _safe(text: str) -> str:
    return " ".join(_LIVE.sub(r"\\\1", text).split())
