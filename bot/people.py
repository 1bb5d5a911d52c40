"""`ritme people`: the people of the organisation, from a list, and who may set up Ritme."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy import Connection
from sqlalchemy.engine import make_url

from bot import founding, schema
from bot.clock import Clock
from bot.db import Database
from bot.terminal import refuse, say, settings
from bot.words import Words, words
from models import directory, replanning
from models.directory import Difference, Role
from models.errors import Refused
from models.scope import Scope, enter_org
from views import directory as view
from views import house

people = typer.Typer(help="The organisation's people.", no_args_is_help=True)

WHICH = typer.Option(help="The organisation's name or number where there are several; its name, the first time.")


@people.command("import")
def imported(
    file: Annotated[Path, typer.Argument(help="A CSV file with at least a name and an e-mail address in each row.")],
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Apply without asking.")] = False,
    dry: Annotated[bool, typer.Option("--dry-run", help="Only show what would change.")] = False,
    organisation: Annotated[str, WHICH] = "",
) -> None:
    """Brings everybody on a list in, shows first what would change, and closes who is no longer on it."""
    try:
        data = file.read_bytes()
    except OSError as failure:
        refuse(f"{file}: {failure.strerror}.")
    with one_organisation(organisation) as scope:
        listing = directory.read(data, scope.today)
        difference = directory.compare(scope, listing)
    for line in _told(difference, listing.unused):
        say(line)
    if difference.nothing or dry:
        return
    if not (yes or typer.confirm("Apply?")):
        refuse("Nothing was changed.", code=1)
    with one_organisation(organisation) as scope:  # refused where the people here changed meanwhile
        replanning.replan(scope, directory.apply(scope, listing, difference))
    say("Done.")


@people.command("role")
def role(
    email: Annotated[str, typer.Argument(help="Whose role.")],
    role: Annotated[str, typer.Argument(help="hr or admin.")],
    *,
    take: Annotated[bool, typer.Option("--take", help="Take the role away instead of giving it.")] = False,
    organisation: Annotated[str, WHICH] = "",
) -> None:
    """Gives somebody the role of HR or administrator, or takes it away."""
    known: dict[str, Role] = {"hr": "hr", "admin": "admin"}
    if role not in known:
        refuse("A role is hr or admin.")
    with one_organisation(organisation) as scope:
        person = directory.set_role(scope, directory.by_email(scope, email), known[role], held=not take)
    say(f"{person.name} is {'no longer ' if take else ''}{role}.")


@people.command("list")
def listed(organisation: Annotated[str, WHICH] = "") -> None:
    """Shows who is here, with their roles."""
    with one_organisation(organisation) as scope:
        for one in directory.everyone(scope):
            roles = ", ".join(name for name in ("hr", "admin") if getattr(one, name))
            say(f"{one.name} <{one.email}>{f' ({roles})' if roles else ''}")


@contextmanager
def one_organisation(which: str = "") -> Iterator[Scope]:
    """The organisation of this name or number, or the only one, in a transaction; what is refused is said in words."""
    chosen = settings()
    try:
        schema.check(chosen.database_url)
    except schema.OutOfDate as problem:
        refuse(str(problem))
    database = Database(chosen.database_url, readers=1)
    try:
        with database.writer.begin() as connection:
            yield _scope(connection, which)
    except Refused as refused:
        refuse(*_sentences(refused))
    except founding.Ambiguous as several:
        found = ", ".join(f"{id} {name}" for id, name in several.found)
        place = make_url(chosen.database_url).database
        refuse(f"{place} holds several organisations. Name one with --organisation, by its number: {found}.")
    finally:
        database.close()


def _scope(connection: Connection, which: str) -> Scope:
    scope = enter_org(connection, founding.chosen(connection, which), Clock().now())
    if scope is None:
        raise LookupError(which)
    return scope


def _words() -> Words:
    """The operator's language, as their terminal has it."""
    language = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    return words("nl" if language.startswith("nl") else "en", "Europe/Amsterdam")


def _sentences(refused: Refused) -> list[str]:
    known = {**house.SENTENCES, **view.REFUSALS}
    return [known[problem.code](problem.facts, _words()) for problem in refused.problems]


def _told(difference: Difference, unused: Sequence[str]) -> Iterator[str]:
    """What would change, line by line: + comes, < comes back, ~ changes, - leaves."""
    for mark, some in (("+", difference.new), ("<", difference.returning), ("~", difference.changed)):
        for one in some:
            yield f"{mark} {one.name} <{one.email}>"
            if mark == "~":
                yield from (f"    {c.column}: {c.before or '-'} → {c.after or '-'}" for c in one.changes)
    for leaver in difference.leaving:
        yield f"- {leaver.name} <{leaver.email}>"
        if leaver.orphans:
            yield f"    without a manager then: {', '.join(leaver.orphans)}"
    for name, before, after in difference.twins:
        yield f"! {name} leaves as {before} and comes as {after}. Is it one person? Then correct the address first."
    if unused:
        yield f"! These columns mean nothing here: {', '.join(unused)}"
    if not difference.managed:
        yield "! Nobody would be left who may set up Ritme; give somebody a role: ritme people role EMAIL admin"
    come, change, leave = (
        len(difference.new) + len(difference.returning),
        len(difference.changed),
        len(difference.leaving),
    )
    yield f"{come} come, {change} change, {leave} leave, {difference.unchanged} stay as they are."
