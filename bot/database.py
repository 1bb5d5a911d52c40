"""`ritme db`: the database's shape."""

from __future__ import annotations

from typing import Annotated

import typer

from bot import schema
from bot.terminal import refuse, say, settings

database = typer.Typer(help="The database: its shape and its newest revision.", no_args_is_help=True)


@database.command("upgrade")
def upgrade() -> None:
    """Brings the database to the newest revision. Make a backup first."""
    chosen = settings()
    schema.upgrade(chosen.database_url)
    say(f"{chosen.database} is at revision {schema.current(chosen.database_url)}.")


@database.command("downgrade")
def downgrade(revision: str) -> None:
    """Brings the database back to an older revision. Make a backup first."""
    chosen = settings()
    schema.downgrade(chosen.database_url, revision)
    say(f"{chosen.database} is back at revision {revision}.")


@database.command("revision")
def revision(
    message: str,
    *,
    addition: Annotated[
        bool, typer.Option("--addition", help="It only adds what older versions can leave alone; they go on beside it.")
    ] = False,
) -> None:
    """Writes a migration from what changed in the models."""
    say(str(schema.revision(message, addition=addition)))


@database.command("check")
def check() -> None:
    """Compares the database with the models; exits 1 where they differ."""
    chosen = settings()
    try:
        schema.check(chosen.database_url)
    except schema.OutOfDate as problem:
        refuse(str(problem), code=1)
    found = schema.difference(chosen.database_url)
    if found:
        refuse(*found, code=1)
    say(f"{chosen.database} is at revision {schema.head()} and equals the models.")
