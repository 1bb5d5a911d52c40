"""Writes the pages of the documentation that are made from the code: `make papers`."""

from __future__ import annotations

from pathlib import Path

from bot.papers import gather
from bot.papers.markdown import markdown
from bot.words import words
from views import papers

DOCS = Path(__file__).parent.parent.parent / "docs"
FOLDERS = {"en": DOCS, "nl": DOCS / "nl"}
ZONE = "Europe/Amsterdam"


def pages() -> dict[Path, str]:
    """Every page by its file."""
    found = {}
    for language, folder in FOLDERS.items():
        said = words(language, ZONE)
        for paper in (papers.seeing(gather.grants(), gather.usual(), said), papers.ai(said)):
            found[folder / f"{paper.name}.md"] = markdown(paper)
    return found


def write() -> None:
    for path, text in pages().items():
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write()
