"""`ritme privacy`: a person's data for themselves, erasing somebody, and what is over."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import orjson
import typer
from sqlalchemy.exc import SQLAlchemyError

from bot.commands.organisations import Which, one_organisation
from bot.commands.terminal import refuse, say, settings
from bot.db import Database
from bot.document import html
from handlers import privacy as handler
from models import directory
from models import privacy as model
from models.identity import Person
from models.scope import Scope

privacy = typer.Typer(help="A person's own data.", no_args_is_help=True)

_ALSO = (
    "Another name that texts have; repeatable. It goes out of everybody's texts for good, also where it is an "
    "ordinary word: a single name as you type it, one of several words whatever its capitals."
)
Email = Annotated[str, typer.Argument(help="Whose data, by e-mail address; also of somebody who left.")]


@privacy.command("export")
def exported(
    email: Email,
    folder: Annotated[Path, typer.Argument(help="Where to write it, for you alone.")] = Path(),
    *,
    organisation: Which = "",
) -> None:
    """Writes everything that is kept about somebody: a document to read, and JSON for other systems."""
    with one_organisation(organisation) as scope:
        person = model.somebody(scope, email)
        theirs = scope.as_(person)
        title, body = handler.document(theirs)
        files = {"html": html(title, body, person.language).encode(), "json": _json(model.bundle(theirs))}
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for kind, data in files.items():
            _write(folder / f"ritme-{person.id}.{kind}", data)
    except OSError as failure:
        refuse(f"{folder}: {failure.strerror}.", code=1)


def _write(path: Path, data: bytes) -> None:
    path.touch(mode=0o600)
    path.chmod(0o600)  # also where an older one lies there
    path.write_bytes(data)
    say(f"{path}")


def _json(bundle: object) -> bytes:
    return orjson.dumps(bundle, option=orjson.OPT_INDENT_2) + b"\n"


@privacy.command("erase")
def erased(
    email: Email,
    *,
    also: Annotated[list[str] | None, typer.Option(help=_ALSO)] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Erase without asking.")] = False,
    organisation: Which = "",
) -> None:
    """Erases somebody for good, after saying what stays and why."""
    with one_organisation(organisation) as scope:
        person = model.somebody(scope, email)
        _told(scope, person)
    if not (yes or typer.confirm(f"Erase {person.name} for good?")):
        refuse("Nothing was erased.", code=1)
    with one_organisation(organisation) as scope:
        led = directory.reports(scope, person.id)
        wish = model.begin(scope, person, "decided", also or ())
    while _more(organisation, wish.id):
        pass
    _settle()
    if led:
        say(f"without a manager now: {', '.join(one.name for one in led)}. Tell HR, who names one in its list.")
    say("Erased. Copies that were made before (backups, what was printed) still have it.")


def _told(scope: Scope, person: Person) -> None:
    if copy := model.copy_asked(scope.as_(person)):
        say(
            f"asked for a copy on {copy.asked_at:%Y-%m-%d} and doesn't have it yet: ritme privacy export {person.email}"
        )
    for one in model.staying(scope, person.id):
        say(f"stays without the name: {one.rows} x {one.entries}. {one.why}")


def _more(organisation: str, id: int) -> bool:
    """One piece of an erasure, in a transaction of its own."""
    with one_organisation(organisation) as scope:
        wish = model.wish(scope, id)
        return wish is not None and model.erase_step(scope, wish)


def _settle() -> None:
    """What SQLite still has of it in its log of the last changes is gone too, once nobody reads by that."""
    chosen = settings()
    if chosen.sqlite:
        database = Database(chosen.database_url, readers=1)
        database.writer.raw_connection().execute("PRAGMA wal_checkpoint(TRUNCATE)")
        database.close()


@privacy.command("retention")
def retention(
    *,
    dry: Annotated[bool, typer.Option("--dry-run", help="Only count what would be deleted now.")] = False,
    organisation: Which = "",
) -> None:
    """Deletes what is older than its term; it happens every night by itself."""
    with one_organisation(organisation) as scope:
        terms, counts = model.terms(scope), model.counts(scope)
    for kind, count in counts.items():
        say(f"{kind}: {count} older than {terms[kind].months} months")
    if dry:
        return
    place: int | None = 0
    while place is not None:
        with one_organisation(organisation) as scope:
            place = model.keep_step(scope, place)
    with one_organisation(organisation) as scope:
        begun = [one.id for one in model.going_on(scope) if not _still_hears(scope, one)]
    failed = [id for id in begun if not _carried_out(organisation, id)]
    if failed:
        refuse(f"Deleted, but {len(failed)} could not be erased; ritme doctor says more.", code=1)
    say("Deleted.")


def _still_hears(scope: Scope, wish: model.Erasure) -> bool:
    """Whether it has not begun: who hears of it first is closed when it does, by the clock."""
    return directory.people(scope, [wish.person_id])[wish.person_id].closed_at is None


def _carried_out(organisation: str, id: int) -> bool:
    """An erasure to its end. One that fails holds up no other; the clock tries it too, and puts it aside."""
    try:
        while _more(organisation, id):
            pass
    except SQLAlchemyError:
        return False
    return True
