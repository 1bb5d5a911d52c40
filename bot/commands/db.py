"""`ritme db`: the database's shape, its backups, and the fence around what was restored."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy.exc import DBAPIError

from bot import fence, logs, schema
from bot.backup import backup
from bot.clock import Clock
from bot.commands.terminal import refuse, say, settings
from bot.copies import Failed, Unfit
from bot.db import Database
from bot.engine import AlreadyRunning, Unprepared
from bot.restore import restore
from bot.settings import Settings

database = typer.Typer(help="The database: its shape, its backups.", no_args_is_help=True)


# --- its shape ---------------------------------------------------------------------------------------


@database.command("upgrade")
def upgrade() -> None:
    """Brings the database to the newest revision. Make a backup first."""
    chosen = settings()
    before = schema.secured(chosen.database_url)
    schema.upgrade(chosen.database_url, row_security=chosen.row_security)
    say(f"{chosen.database} is at revision {schema.current(chosen.database_url)}.")
    now = schema.secured(chosen.database_url)
    if now != before:
        say(f"Row security is {'on' if now else 'off'} now, as RITME_ROW_SECURITY says.")
    elif now and chosen.row_security is None:
        say("Row security stays on, though RITME_ROW_SECURITY is not set here. To take it off: RITME_ROW_SECURITY=0")


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


# --- its backups -------------------------------------------------------------------------------------


@database.command("backup")
def backed_up(
    file: Annotated[Path, typer.Argument(help="The file to write.")],
    *,
    force: Annotated[bool, typer.Option("--force", help="Write over a file that is there.")] = False,
) -> None:
    """Writes everything that is kept into one SQLite file, while Ritme runs."""
    chosen = settings()
    begun = time.monotonic()
    with _said(f"{file} was not written"):
        made = backup(chosen.database_url, file, over=force)
    taken = time.monotonic() - begun
    say(f"{file}: {made.rows} rows at revision {made.revision}, {_size(made.size)}, in {taken:.1f} s.")
    say("It holds what people wrote in confidence, unencrypted: keep it where only you can read it.")


@database.command("restore")
def restored(file: Annotated[Path, typer.Argument(help="A backup.")]) -> None:
    """Fills a new or empty database, of either kind, from a backup, and puts a fence around it."""
    chosen = settings()
    begun = time.monotonic()
    with _said(f"{chosen.database} was not restored"):
        made = asyncio.run(restore(chosen.database_url, file, Clock().now()))
    taken = time.monotonic() - begun
    say(f"{chosen.database} holds {made.rows} rows of {file} at revision {made.revision}, in {taken:.1f} s.")
    say("A fence stands around it: once Ritme runs, people are answered, but nothing is planned or sent.")
    say("Next: start Ritme, run ritme doctor, look around in the chat, and then: ritme db release")


# --- the fence ---------------------------------------------------------------------------------------


@database.command("fence")
def fenced(why: Annotated[str, typer.Argument(help="In a few words, for whoever finds it.")]) -> None:
    """Puts a fence around a database that something else brought back, such as a snapshot of a disk. Do it before Ritme
    starts.
    """
    chosen = _current()
    database = Database(chosen.database_url, readers=1)
    try:
        with database.writer.begin() as connection:
            fence.put_up(connection, why, Clock().now())
    finally:
        database.close()
    say(f"A fence stands around {chosen.database}: nothing is planned or sent. To lift it: ritme db release")


@database.command("release")
def released(
    *,
    moved: Annotated[
        bool,
        typer.Option("--moved", help="The original stopped before its copy was made: what waited is sent, too."),
    ] = False,
) -> None:
    """Lifts the fence. What waited when the copy was made, or fell due since, is put aside and never sent by itself."""
    chosen = _current()
    try:
        aside = asyncio.run(_release(chosen, moved=moved))
    except fence.Busy:
        refuse("The database is too busy, and the fence still stands. Try again: ritme db release", code=1)
    if aside is None:
        say(f"No fence stands around {chosen.database}.")
        return
    say(f"The fence is gone, and Ritme speaks again. {aside} older messages were put aside.")
    if aside:
        say("ritme doctor counts them; ritme doctor --retry-restored sends them, some of them perhaps a second time.")


async def _release(chosen: Settings, *, moved: bool) -> int | None:
    """How many messages were put aside; None where no fence stood."""
    from bot.app import Parts, build  # noqa: PLC0415 - only here the clock has to work

    logs.configure(chosen.secrets)
    ritme = build(chosen, Parts(clock=Clock(Clock().now(), frozen=True)))
    try:
        if not await ritme.database.read(fence.stands):
            return None
        return await fence.release(ritme.ticker, ritme.database, moved=moved)
    finally:
        ritme.database.close()


def _current() -> Settings:
    """The settings, where the database has the newest shape."""
    chosen = settings()
    try:
        schema.check(chosen.database_url)
    except schema.OutOfDate as problem:
        refuse(str(problem))
    return chosen


@contextmanager
def _said(undone: str) -> Iterator[None]:
    """Says in words what was in the way: 2 where another command would do, 1 where something failed."""
    try:
        yield
    except (Unfit, AlreadyRunning, Unprepared) as problem:
        refuse(str(problem))
    except Failed as problem:
        refuse(f"{undone}: {problem}", code=1)
    except OSError as failure:
        refuse(f"{undone}: {failure.strerror}.", code=1)
    except (sqlite3.Error, DBAPIError) as failure:
        refuse(f"{undone}: {_reason(failure)}.", code=1)


def _reason(failure: Exception) -> str:
    """What the database said, without what people wrote."""
    raw = failure.orig if isinstance(failure, DBAPIError) else failure
    if isinstance(raw, sqlite3.Error) and getattr(raw, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_FULL:
        return "there is no room left on the disk"
    return str(raw).partition("\n")[0].rstrip(".")


def _size(size: int) -> str:
    return f"{size / 1_000_000:.1f} MB"
