"""`ritme papers`: writes them into a folder, each as Markdown and as a page to print."""

from __future__ import annotations

from pathlib import Path

from bot.commands.organisations import one_organisation
from bot.commands.terminal import say, settings
from bot.papers import gather
from bot.papers.markdown import markdown
from bot.papers.page import page
from bot.words import words
from views import papers
from views.papers import Document, Facts


def write(language: str, folder: Path, organisation: str) -> None:
    """Writes the papers of the one organisation here, or of the one that is named so."""
    with one_organisation(organisation) as scope:
        facts = gather.facts(scope, settings())
    for document in documents(facts, language):
        folder.mkdir(parents=True, exist_ok=True)
        for path, text in (
            (folder / f"{document.name}.md", markdown(document)),
            (folder / f"{document.name}.html", page(document, language)),
        ):
            path.write_text(text, encoding="utf-8")
            say(str(path))


def documents(facts: Facts, language: str) -> tuple[Document, ...]:
    """Every paper there is."""
    said = words(language, "Europe/Amsterdam")
    return (
        papers.sheet(facts, said),
        papers.dpia(facts, said),
        papers.council(facts, said),
        papers.seeing(facts.grants, facts.company.frame, said),
        papers.ai(said),
    )
