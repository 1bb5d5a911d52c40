"""The command line: run it, look it over, bring people in, take data out."""

from __future__ import annotations

import asyncio
import gc
from contextlib import AsyncExitStack
from pathlib import Path
from socket import socket
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer
from sqlalchemy.exc import OperationalError
from typer.core import TyperGroup

from bot import logs, schema
from bot.commands.db import database
from bot.commands.organisations import Which
from bot.commands.people import people
from bot.commands.privacy import privacy
from bot.commands.secrets import keyring
from bot.commands.terminal import console, refuse, say, settings
from bot.engine import AlreadyRunning, Unprepared, tables
from bot.export import Format, export
from bot.settings import Settings, Wrong, load

if TYPE_CHECKING:
    from bot.doctor import Finding
    from bot.running import Ritme


class Commands(TyperGroup):
    """What every command says alike: that there is no database to reach."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except OperationalError as failure:
            if failure.statement:  # it was reached, and something else is the matter
                raise
            refuse(f"The database is out of reach: {failure.orig}")


app = typer.Typer(
    cls=Commands,
    help="Ritme: a rhythm of small conversations, in the chat.",
    no_args_is_help=True,
    pretty_exceptions_show_locals=False,
    add_completion=False,
)
app.add_typer(database, name="db")
app.add_typer(people, name="people")
app.add_typer(privacy, name="privacy")
app.add_typer(keyring, name="secrets")

_MARKS = {"good": "[green]✓[/]", "look": "[yellow]![/]", "bad": "[red]✗[/]"}


def main() -> None:
    """The entry point of the command `ritme`."""
    app()


# --- running -----------------------------------------------------------------------------------------


@app.command()
def run(
    host: Annotated[str | None, typer.Option(help="Address to listen on, over RITME_HOST.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on, over RITME_PORT.")] = None,
) -> None:
    """Runs Ritme until it is told to stop: its doors, and with RITME_ENGINE=local its clock and its sending too."""
    _run(settings(**_given(RITME_HOST=host, RITME_PORT=port)), doors=True)


@app.command()
def worker(
    host: Annotated[str | None, typer.Option(help="Address to listen on, over RITME_HOST.")] = None,
    port: Annotated[
        int | None, typer.Option(help="Port for /healthz, /readyz and /metrics, over RITME_PORT; without, none.")
    ] = None,
) -> None:
    """Runs the clock and the sending, without a door. With RITME_ENGINE=cluster there may be any number of these."""
    _run(settings(doors=False, **_given(RITME_HOST=host, RITME_PORT=port)), doors=False)


def _given(**options: str | int | None) -> dict[str, Any]:
    return {name: value for name, value in options.items() if value is not None}


def _run(chosen: Settings, *, doors: bool) -> None:
    logs.configure(chosen.secrets)
    for notice in chosen.notices:
        say(notice)
    try:
        schema.check(chosen.database_url, row_security=chosen.row_security)
        if chosen.engine == "cluster":
            tables.check(chosen.database_url)
        asyncio.run(_built(chosen).run(doors=doors))
    except (schema.OutOfDate, AlreadyRunning, Unprepared) as problem:
        refuse(str(problem))
    except OperationalError as failure:
        refuse(f"The database is out of reach: {failure.orig}")
    except Wrong as wrong:
        refuse(*wrong.problems)


def _built(chosen: Settings) -> Ritme:
    gc.disable()  # what a start makes, stays: `Ritme.run` begins to look for what went once everything stands
    from bot.app import build  # noqa: PLC0415 - only a running Ritme needs all its parts

    return build(chosen)


# --- trying it out -----------------------------------------------------------------------------------


@app.command("demo")
def shown(
    port: Annotated[int, typer.Option(help="Port on this machine to listen on.")] = 8080,
    script: Annotated[
        bool, typer.Option("--script", help="Play a week in the terminal, and print what each person sees.")
    ] = False,
) -> None:
    """Tries Ritme out: a made-up company with four weeks behind it, in your browser, on this machine alone."""
    from bot.demo import run  # noqa: PLC0415 - only the demo needs it

    logs.configure()
    try:
        opened = None if script else run.listening(port)
    except OSError:
        refuse(f"Port {port} is in use. Choose another one: ritme demo --port {port + 1}")
    asyncio.run(_show(opened))


async def _show(opened: socket | None) -> None:
    from bot.app import demo  # noqa: PLC0415 - only a running Ritme needs all its parts
    from bot.demo import run  # noqa: PLC0415 - as above

    async with AsyncExitStack() as company:
        with console.status("A made-up company lives through its first four weeks with Ritme..."):
            desk = await company.enter_async_context(demo())
        await (run.serve(desk, opened, console) if opened else run.tell(desk, console))


# --- looking it over, taking data out ----------------------------------------------------------------


@app.command()
def doctor(
    *,
    again: Annotated[
        bool, typer.Option("--retry", help="Let failed work fall due again, and halted messages be sent again.")
    ] = False,
    restored: Annotated[
        bool, typer.Option("--retry-restored", help="Send what waited in a restored copy, sent before or not.")
    ] = False,
) -> None:
    """Looks Ritme over, and says what to do; exits 1 where something is wrong."""
    from bot.doctor import Finding, examine, retry  # noqa: PLC0415 - only this command needs it

    try:
        chosen = load()
    except Wrong as wrong:
        _report([Finding("bad", "settings", problem) for problem in wrong.problems])
        raise typer.Exit(1) from None
    if again:
        parked, halted = retry(chosen)
        say(f"{parked} pieces of work and {halted} messages are tried again.")
    if restored:
        _, halted = retry(chosen, restored=True)
        say(f"{halted} messages of the restored copy are sent.")
    found = asyncio.run(examine(chosen))
    _report(found)
    if any(finding.level == "bad" for finding in found):
        raise typer.Exit(1)


def _report(found: list[Finding]) -> None:
    from rich.table import Table  # noqa: PLC0415 - as above

    table = Table(box=None, show_header=False, pad_edge=False)
    for finding in found:
        table.add_row(_MARKS[finding.level], finding.about, finding.text)
    console.print(table, highlight=False)


@app.command("export")
def exported(
    folder: Annotated[Path, typer.Argument(help="A new or empty folder.")],
    format: Annotated[
        Format, typer.Option(help="One file per table: csv for spreadsheets, json for lines of JSON.")
    ] = "csv",
) -> None:
    """Writes everything that is kept into open files. They hold what people wrote in confidence: keep them so."""
    chosen = settings()
    try:
        schema.check(chosen.database_url, row_security=chosen.row_security)
        total = export(chosen.database_url, folder, format, lambda name, count: say(f"{name}: {count}"))
    except schema.OutOfDate as problem:
        refuse(str(problem))
    except FileExistsError:
        refuse(f"{folder} is not empty.")
    say(f"{total} rows in {folder}")


@app.command("papers")
def papers(
    lang: Annotated[Literal["nl", "en"], typer.Option(help="The language they are in.")],
    out: Annotated[Path, typer.Option(help="The folder to write into.")] = Path("papers"),
    organisation: Which = "",
) -> None:
    """Writes what a works council and a data protection officer ask for, as Markdown and as pages to print."""
    from bot.commands import papers  # noqa: PLC0415 - only this command needs them

    papers.write(lang, out, organisation)


# --- Teams -------------------------------------------------------------------------------------------


def _page(site: str) -> str:
    if not site.startswith("https://") or "." not in site:
        raise typer.BadParameter("Teams only links to https addresses.", param_hint="--site")
    return site


@app.command("teams-package")
def teams_package(
    site: Annotated[
        str,
        typer.Option(
            help="An https page of your own about Ritme; Teams links to it for support, privacy and terms.",
            callback=_page,
        ),
    ],
    file: Annotated[Path, typer.Argument(help="Where to write it.")] = Path("ritme-teams.zip"),
) -> None:
    """Writes the Teams app package for the registration in TEAMS_APP_ID, ready for upload."""
    from bot.app import build_router  # noqa: PLC0415 - only what is served is packed
    from bot.teams import package  # noqa: PLC0415 - as above

    chosen = settings()
    if not chosen.teams_app_id:
        refuse("TEAMS_APP_ID is missing: the package names the bot's registration.")
    package.write(file, build_router(), chosen.teams_app_id, site)
    say(f"{file} is ready. Upload it in the Teams admin centre: Teams apps, Manage apps, Upload new app.")
