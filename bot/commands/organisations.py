"""Whose organisation a command is about: the only one here, or the one that is named."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer
from sqlalchemy import Connection

from bot import founding, schema
from bot.clock import Clock
from bot.commands.terminal import refuse, settings
from bot.db import Database
from bot.words import Words, words
from models.errors import Refused
from models.scope import Scope, enter_org
from views import directory, house, privacy

Which = Annotated[str, typer.Option(help="The organisation's name or number, where there are several.")]


@contextmanager
def one_organisation(which: str = "", *, founds: bool = False, keeps: bool = True) -> Iterator[Scope]:
    """The organisation of this name or number, or the only one, in a transaction; what is refused is said in words.

    Where there is none yet, a command that `founds` gets a new one. Who only looks `keeps` nothing of it.
    """
    chosen = settings()
    try:
        schema.check(chosen.database_url)
    except schema.OutOfDate as problem:
        refuse(str(problem))
    database = Database(chosen.database_url, readers=1)
    try:
        with database.writer.connect() as connection, connection.begin() as transaction:
            yield _scope(connection, which, founds=founds)
            if not keeps:
                transaction.rollback()
    except Refused as refused:
        refuse(*_sentences(refused))
    except founding.Ambiguous as unclear:
        here = ", ".join(f"{id} {name}" for id, name in unclear.found)
        refuse(f"Which organisation? Name one with --organisation, by its name or number. There is: {here}.")
    finally:
        database.close()


def _scope(connection: Connection, which: str, *, founds: bool) -> Scope:
    id = founding.chosen(connection, which) if founds else founding.named(connection, which)
    if id is None:
        refuse("There is no organisation yet: ritme people import comes first.")
    scope = enter_org(connection, id, Clock().now())
    if scope is None:
        raise LookupError(which)
    return scope


def _words() -> Words:
    """The operator's language, as their terminal has it."""
    language = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    return words("nl" if language.startswith("nl") else "en", "Europe/Amsterdam")


def _sentences(refused: Refused) -> list[str]:
    known = {**house.SENTENCES, **directory.REFUSALS, **directory.TERMINAL, **privacy.REFUSALS}
    return [known[problem.code](problem.facts, _words()) for problem in refused.problems]
