"""`ritme people`: the people of the organisation, from a list, and who may set up Ritme."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated

import typer

from bot.commands.organisations import Which, one_organisation
from bot.commands.terminal import refuse, say
from models import directory, replanning
from models.directory import Difference, Role

people = typer.Typer(help="The organisation's people.", no_args_is_help=True)


@people.command("import")
def imported(
    file: Annotated[Path, typer.Argument(help="A CSV file with at least a name and an e-mail address in each row.")],
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Apply without asking.")] = False,
    dry: Annotated[bool, typer.Option("--dry-run", help="Only show what would change.")] = False,
    organisation: Annotated[
        str, typer.Option(help="The organisation's name or number, where there are several; its name, the first time.")
    ] = "",
) -> None:
    """Brings everybody on a list in, shows first what would change, and closes who is no longer on it."""
    try:
        data = file.read_bytes()
    except OSError as failure:
        refuse(f"{file}: {failure.strerror}.")
    with one_organisation(organisation, founds=True, keeps=False) as scope:
        listing = directory.read(data, scope.today)
        difference = directory.compare(scope, listing)
    for line in _told(difference, listing.unused):
        say(line)
    if difference.nothing or dry:
        return
    if not (yes or typer.confirm("Apply?")):
        refuse("Nothing was changed.", code=1)
    with one_organisation(organisation, founds=True) as scope:  # refused where the people here changed meanwhile
        replanning.replan(scope, directory.apply(scope, listing, difference))
    say("Done.")


@people.command("role")
def role(
    email: Annotated[str, typer.Argument(help="Whose role.")],
    role: Annotated[str, typer.Argument(help="hr or admin.")],
    *,
    take: Annotated[bool, typer.Option("--take", help="Take the role away instead of giving it.")] = False,
    organisation: Which = "",
) -> None:
    """Gives somebody the role of HR or administrator, or takes it away."""
    known: dict[str, Role] = {"hr": "hr", "admin": "admin"}
    if role not in known:
        refuse("A role is hr or admin.")
    with one_organisation(organisation) as scope:
        person = directory.set_role(scope, directory.by_email(scope, email), known[role], held=not take)
    say(f"{person.name} is {'no longer ' if take else ''}{role}.")


@people.command("rejoin")
def rejoined(email: Annotated[str, typer.Argument(help="Who is back.")], organisation: Which = "") -> None:
    """Says that a new account with the e-mail address of somebody who left is that same person.

    They then read again what was theirs. Is it somebody else, then erase who left: ritme privacy erase.
    """
    with one_organisation(organisation) as scope:
        say(f"{directory.rejoin(scope, email).name} is back, and known by any account with this address.")


@people.command("list")
def listed(organisation: Which = "") -> None:
    """Shows who is here, with their roles."""
    with one_organisation(organisation) as scope:
        for one in directory.everyone(scope):
            roles = ", ".join(name for name in ("hr", "admin") if getattr(one, name))
            say(f"{one.name} <{one.email}>{f' ({roles})' if roles else ''}")


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
    yield from _doubts(difference)
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


def _doubts(difference: Difference) -> Iterator[str]:
    """Who may be somebody else than it seems."""
    for one in difference.returning:
        for was in (change.before for change in one.changes if change.column == "name"):
            yield (
                f"! {one.name} comes back under the address that {was} left with, and would read what was theirs. "
                f"Is it somebody else? Then first: ritme privacy erase {one.email}"
            )
    for name, before, after in difference.twins:
        yield f"! {name} leaves as {before} and comes as {after}. Is it one person? Then correct the address first."
