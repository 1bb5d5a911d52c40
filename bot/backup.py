"""A backup: one SQLite file with everything that is kept, from either kind of database, taken while Ritme runs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, Engine, Table, text
from sqlalchemy.engine import make_url

from bot import schema
from bot.copies import Failed, Unfit, address, counted, opened, pour, require_sound, revision, tables, taken, whole


@dataclass(frozen=True, slots=True)
class Copied:
    """What was copied. `size` is in bytes."""

    revision: str
    rows: int
    size: int


def backup(url: str, file: Path, *, over: bool = False) -> Copied:
    """Writes a backup of the database at an address into a new file, or with `over` into one that is there.

    It has every row that was committed before this began. Raises Unfit, Failed, and what the disk or the database say.
    """
    kept = make_url(url)
    sqlite = kept.get_backend_name() == "sqlite"
    live = Path(kept.database or "") if sqlite else None
    if live and not live.is_file():
        raise Unfit(f"There is no database at {live}.")
    if live and file.exists() and file.samefile(live):
        raise Unfit(f"{file} is the database itself.")
    if file.is_dir() or (file.exists() and not over):
        raise Unfit(f"{file} is there already. Choose another name, or write over a file with --force.")
    has = revision(live) if live else schema.current(url)
    require_known(has, "The database")
    with whole(file) as part:
        if live:
            taken(live, part)
        else:
            _streamed(url, part, has)
        require_sound(part)
        return Copied(revision(part), rows(part), part.stat().st_size)


def require_known(revision: str, what: str) -> None:
    """Raises Unfit where this version cannot know what is in a database of this revision."""
    if not revision:
        raise Unfit(f"{what} is none of Ritme's, or it is empty.")
    if not any((schema.FOLDER / "versions").glob(f"{revision}_*.py")):
        raise Unfit(f"{what} was made by a newer version of Ritme ({revision}, this one knows {schema.head()}).")


def rows(file: Path) -> int:
    """How many rows a file of ours holds."""
    with opened(address(file)) as kept, kept.connect() as connection:
        return sum(counted(connection, tables(kept)).values())


def _streamed(url: str, part: Path, has: str) -> None:
    """The rows of PostgreSQL as they are at one moment, in a file with the shape that they have there."""
    schema.upgrade(address(part), has)
    with opened(url) as source, opened(address(part)) as target:
        _read(source, target, has)


def _read(source: Engine, target: Engine, has: str) -> None:
    ours = tables(target)
    moment = source.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    with target.connect() as writing, moment.connect() as reading:
        writing.exec_driver_sql("PRAGMA synchronous = OFF")  # it is nothing before it is whole
        hold(reading, ours, "ACCESS SHARE")
        if reading.execute(text("SELECT version_num FROM alembic_version")).scalar() != has:
            raise Failed("The database was upgraded meanwhile. Try again.")
        pour(reading, writing, ours)
        writing.commit()


def hold(connection: Connection, tables: Sequence[Table], mode: str) -> None:
    """Keeps others from these tables of PostgreSQL until the transaction ends, as far as the mode says.

    It comes first: a transaction sees the moment at which it first reads.
    """
    quoted = connection.dialect.identifier_preparer.format_table
    connection.execute(text(f"LOCK TABLE {', '.join(map(quoted, tables))} IN {mode} MODE"))
