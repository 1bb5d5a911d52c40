"""The shape of the database: migrations, and whether it has one that this version can work with.

A revision is a number, "0013": a shape that versions before it cannot work with. Or it is an addition to one,
"0013.1": new tables, new indexes, new columns that may stay empty, a key that refuses less. Then processes of the
version before go on beside the new ones, and may even be started again. So `ritme db upgrade` comes first; after an
addition processes are replaced one by one, after another shape all are stopped before and started after. A version
never runs on an older revision than its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Index, MetaData, inspect, text
from sqlalchemy.engine import make_url

import models
from bot.db import across, engine
from bot.engine import tables
from bot.sqlite import keep_private
from models import enforced, numbering

if TYPE_CHECKING:
    from alembic.config import Config

FOLDER = Path(__file__).parent.parent / "models" / "migrations"


class OutOfDate(Exception):
    """The database has another shape than this version needs. The text says what to do."""


def upgrade(url: str, to: str = "head", *, row_security: bool | None = None) -> None:
    """Brings a database to a revision, the newest unless another is named. Whole, or not at all.

    `row_security` puts the second lock between organisations on or off, on PostgreSQL; unsaid, it stays as it is. Who
    comes second while another does this waits, and then finds it done.
    """
    from alembic import command  # noqa: PLC0415 - Alembic is for operators, and not part of a start

    if _sqlite(url):
        keep_private(make_url(url))
    with _alone(url):
        command.upgrade(_config(url, row_security), to)
        if make_url(url).get_backend_name() == "postgresql":
            tables.prepare(url)


def downgrade(url: str, to: str) -> None:
    """Brings a database back to a revision."""
    from alembic import command  # noqa: PLC0415 - as above

    with _alone(url):
        command.downgrade(_config(url), to)


def revision(message: str, *, addition: bool = False) -> Path | None:
    """Writes a migration from what the models have and the newest revision has not; returns its file."""
    from alembic import command  # noqa: PLC0415 - as above

    with TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/newest.db"
        upgrade(url)
        made = command.revision(_config(url), message, autogenerate=True, rev_id=_after(head(), addition=addition))
    return Path(made.path) if made and not isinstance(made, list) else None


def difference(url: str) -> list[str]:
    """What the models have and a database has not, or the other way round, as Alembic says it."""
    from alembic.autogenerate import compare_metadata  # noqa: PLC0415 - as above
    from alembic.migration import MigrationContext  # noqa: PLC0415 - as above

    ours = models.everything()
    with _connected(url) as connection:
        found = compare_metadata(MigrationContext.configure(connection, opts={"compare_type": True}), ours)
        wrong = [] if found else list(_conditions(connection, ours))
        wrong += [f"{table} may point at another organisation's rows" for table in enforced.missing(connection)]
        wrong += [f"{table} may give out an id again" for table in numbering.repeating(connection)]
        if enforced.secured(connection):
            wrong += [f"{table} has no row security" for table in enforced.unsecured(connection)]
    return [str(one) for one in found] + wrong


def head() -> str:
    """The newest revision in the code, read from the names of the files: `<revision>_<what>.py`, counting up."""
    return max((path.stem.split("_")[0] for path in (FOLDER / "versions").glob("[0-9]*.py")), key=_number, default="")


def current(url: str) -> str:
    """The revision that a database has; empty where it has none."""
    with _connected(url) as connection:
        if not inspect(connection).has_table("alembic_version"):
            return ""
        return connection.execute(text("SELECT version_num FROM alembic_version")).scalar() or ""


def check(url: str, *, row_security: bool | None = None) -> None:
    """Raises OutOfDate unless the database has the newest revision, or one that only adds to it, and row security where
    that is asked for. A file that isn't there is not made.
    """
    file = make_url(url).database
    missing = _sqlite(url) and not (file and Path(file).exists())
    has, needs = ("" if missing else current(url)), head()
    there, here = _number(has), _number(needs)
    if has and there >= here and there[0] == here[0]:
        if row_security and not secured(url):
            raise OutOfDate("RITME_ROW_SECURITY is set, and the database has none yet. Run: ritme db upgrade")
        return
    if there > here:
        raise OutOfDate(f"The database was made by a newer version of Ritme ({has}, this one knows {needs}).")
    if not has:
        raise OutOfDate("The database is empty. Make its tables with: ritme db upgrade")
    raise OutOfDate(
        f"The database is at revision {has}, and this version needs {needs}. Make a backup, then run: ritme db upgrade"
    )


def secured(url: str) -> bool:
    """Whether row security is on; a file has none, and is not opened for this."""
    if _sqlite(url):
        return False
    with _connected(url) as connection:
        return enforced.secured(connection)


def _number(revision: str) -> tuple[int, int]:
    """A revision's shape, and which addition to it."""
    shape, _, addition = revision.partition(".")
    return int(shape or 0), int(addition or 0)


def _after(revision: str, *, addition: bool) -> str:
    shape, added = _number(revision)
    return f"{shape:04}.{added + 1}" if addition else f"{shape + 1:04}"


_UPGRADING = 0x5269746D65
"""The lock of who changes the shape of the database ("Ritme"), on PostgreSQL."""


@contextmanager
def _alone(url: str) -> Iterator[None]:
    """Lets one at a time change a database's shape. On SQLite each migration's own transaction does so."""
    if _sqlite(url):
        yield
        return
    with _connected(url) as connection:
        connection.execute(text("SELECT pg_advisory_lock(:lock)"), {"lock": _UPGRADING})
        connection.commit()  # the lock stays until the connection goes; a transaction would look at an old moment
        yield


@contextmanager
def _connected(url: str) -> Iterator[Connection]:
    opened = engine(url)
    try:
        with opened.connect() as connection:
            yield connection
    finally:
        opened.dispose()


def _conditions(connection: Connection, ours: MetaData) -> Iterator[str]:
    """Partial indexes whose rows are others than the models say. Alembic does not compare those."""
    dialect = connection.dialect.name
    looked = inspect(connection)
    for table in ours.sorted_tables:
        there = {index["name"]: index.get("dialect_options", {}) for index in looked.get_indexes(table.name)}
        for index in table.indexes:
            said, kept = _bare(_condition(index, dialect)), _bare(there[index.name].get(f"{dialect}_where"))
            if said != kept:
                yield f"{index.name} holds the rows where {kept or 'anything'}, not where {said or 'anything'}"


def _condition(index: Index, dialect: str) -> Any:
    """The rows of an index, in a dialect's words; None where it holds all."""
    return index.info.get("postgresql") if dialect == "postgresql" else index.dialect_kwargs.get("sqlite_where")


def _bare(condition: Any) -> str:
    """Without what PostgreSQL adds when it says a condition again."""
    return "" if condition is None else re.sub(r"::(text|character varying)|[()]", "", str(condition)).casefold()


def _sqlite(url: str) -> bool:
    return make_url(url).get_backend_name() == "sqlite"


def _config(url: str, row_security: bool | None = None) -> Config:  # noqa: FBT001 - as `upgrade` was told
    from alembic.config import Config  # noqa: PLC0415 - as above

    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    config.attributes["url"] = across(url)
    config.attributes["row_security"] = row_security
    return config
