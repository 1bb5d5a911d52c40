"""Keeps the Dutch catalogues in step with the sentences in the code: `make words`.

One catalogue per capability: `views/kudos.py` (or `views/kudos/`) fills `prompts/locales/nl/kudos.po`; the demo's page,
the pages of Slack's consent and the Teams app have their own. New sentences appear with an empty translation, gone
ones leave; a test refuses empty ones.
"""

from __future__ import annotations

import sys
from collections.abc import Collection, Iterator, Mapping
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po, write_po

from bot.words import CATALOGUES

ROOT = Path(__file__).parent.parent
KEYWORDS: dict[str, tuple[int, ...]] = {"line": (1,), "say": (1,), "many": (1, 2), "many_line": (1, 2)}


def sources() -> dict[str, list[Path]]:
    """The files whose sentences belong to each catalogue."""
    found: dict[str, list[Path]] = {"words": [ROOT / "bot" / "words.py"]}
    for path in sorted((ROOT / "views").rglob("*.py")):
        name = path.relative_to(ROOT / "views").parts[0].removesuffix(".py")
        found.setdefault(name, []).append(path)
    for platform in ("demo", "slack", "teams"):
        found[platform] = sorted((ROOT / "bot" / platform).glob("*.py"))
    return found


def sentences(paths: list[Path]) -> Iterator[str | tuple[str, str]]:
    """Every sentence said in these files: a string, or the two plural forms."""
    for path in paths:
        for _, message, _, _ in extract_from_file("python", path, KEYWORDS):
            if isinstance(message, str):
                yield message
            else:
                yield message[0], message[1]


def path_of(name: str) -> Path:
    """Where a catalogue is kept."""
    return CATALOGUES / "nl" / f"{name}.po"


def catalogue(name: str) -> Catalog:
    """The Dutch catalogue as it stands in its file; empty when there is none yet."""
    if not path_of(name).exists():
        return Catalog(locale="nl")
    with path_of(name).open("rb") as file:
        return read_po(file, locale="nl")


def translations() -> dict[str, str | tuple[str, ...]]:
    """The Dutch of every sentence that has one; catalogues are read as one, so each may learn from all."""
    found: dict[str, str | tuple[str, ...]] = {}
    for name in sources():
        for message in catalogue(name):
            if message.id and message.string:
                key = message.id if isinstance(message.id, str) else message.id[0]
                found[key] = message.string if isinstance(message.string, str) else tuple(message.string)
    return found


def collect(only: Collection[str] = ()) -> None:
    """Writes these catalogues (all when none is named) anew from the code and the translations that are there."""
    known = translations()
    for name in only or sources():
        if content := written(name, known):
            path_of(name).write_bytes(content)


def written(name: str, known: Mapping[str, str | tuple[str, ...]]) -> bytes:
    """A catalogue as it is written from the code and the translations that are known; empty where nothing is said."""
    new, content = Catalog(locale="nl", charset="utf-8", fuzzy=False), BytesIO()
    for sentence in sentences(sources()[name]):
        new.add(sentence, known.get(sentence[0] if isinstance(sentence, tuple) else sentence))
    new.header_comment = ""
    if len(new):
        write_po(content, new, omit_header=True, no_location=True, sort_output=False, width=116)
    return content.getvalue()


if __name__ == "__main__":
    collect(sys.argv[1:])
