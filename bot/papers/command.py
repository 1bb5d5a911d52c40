"""`ritme papers`: writes them into a folder, each as Markdown and as a page to print."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection

from bot import founding, schema
from bot.clock import Clock
from bot.db import Database
from bot.papers import gather
from bot.papers.markdown import markdown
from bot.papers.page import page
from bot.settings import Settings
from bot.terminal import refuse, say
from bot.words import words
from models.scope import Scope, enter_org
from views import papers
from views.papers import Document, Facts


def write(settings: Settings, language: str, folder: Path, organisation: str) -> None:
    """Writes the papers of the one organisation here, or of the one that is named so."""
    for document in documents(_facts(settings, organisation), language):
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


def _facts(settings: Settings, organisation: str) -> Facts:
    try:
        schema.check(settings.database_url)
    except schema.OutOfDate as problem:
        refuse(str(problem))
    database = Database(settings.database_url, readers=1)
    try:
        with database.reader.connect() as connection:
            return gather.facts(_scope(connection, organisation), settings)
    finally:
        database.close()


def _scope(connection: Connection, name: str) -> Scope:
    known = founding.organisations(connection)
    meant = [id for id, called in known if name in {"", called}]
    if not known:
        refuse("There is no organisation yet: ritme people import comes first.")
    if len(meant) != 1:
        refuse(f"Which organisation? {', '.join(called for _, called in known)}: name one with --organisation.")
    scope = enter_org(connection, meant[0], Clock().now())
    if scope is None:
        raise LookupError(name)
    return scope
