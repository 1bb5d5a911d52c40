"""`ritme secrets`: the keys that secrets are kept with."""

from __future__ import annotations

import typer

from bot import schema, sealed, secrets
from bot.commands.terminal import refuse, say, settings
from bot.secrets import Secrets

keyring = typer.Typer(help="The keys that tokens are kept with.", no_args_is_help=True)


@keyring.command("new")
def new() -> None:
    """Prints a new key for RITME_SECRET_KEY. It is kept nowhere else."""
    say(secrets.new())


@keyring.command("rotate")
def rotate() -> None:
    """Encrypts everything with the first key of RITME_SECRET_KEY, while Ritme runs; exits 1 where no key opens it."""
    chosen = settings(doors=False)
    if not chosen.keys:
        refuse("RITME_SECRET_KEY is missing: nothing is encrypted without it.")
    try:
        schema.check(chosen.database_url)
    except schema.OutOfDate as problem:
        refuse(str(problem))
    counts = sealed.rotate(chosen.database_url, Secrets(chosen.keys))
    say(f"{counts.renewed} secrets are encrypted anew, {counts.already} were so already.")
    if counts.unreadable:
        refuse(f"{counts.unreadable} open with none of these keys: put the key that they were made with back.", code=1)
