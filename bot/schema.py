"""The shape of the database: migrations, and whether it has the newest one."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from sqlalchemy import create_engine, inspect, text
from sqlalchemy.engine import make_url

import models

if TYPE_CHECKING:
    from alembic.config import Config

FOLDER = Path(__file__).parent.parent / "models" / "migrations"


class OutOfDate(Exception):  # noqa: N818 - it reads as what happened
    """The database has another shape than this version needs. The text says what to do."""


def upgrade(url: str, to: str = "head") -> None:
    """Brings a database to a revision, the newest unless another is named. Whole, or not at all."""
    from alembic import command  # noqa: PLC0415 - Alembic is for operators, and not part of a start

    command.upgrade(_config(url), to)


def downgrade(url: str, to: str) -> None:
    """Brings a database back to a revision."""
    from alembic import command  # noqa: PLC0415 - as above

    command.downgrade(_config(url), to)


def revision(message: str) -> Path | None:
    """Writes a migration from what the models have and the newest revision has not; returns its file."""
    from alembic import command  # noqa: PLC0415 - as above

    with TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/newest.db"
        upgrade(url)
        made = command.revision(_config(url), message, autogenerate=True, rev_id=f"{int(head() or 0) + 1:04}")
    return Path(made.path) if made and not isinstance(made, list) else None


def difference(url: str) -> list[str]:
    """What the models have and a database has not, or the other way round, as Alembic says it."""
    from alembic.autogenerate import compare_metadata  # noqa: PLC0415 - as above
    from alembic.migration import MigrationContext  # noqa: PLC0415 - as above

    engine = create_engine(url)
    with engine.connect() as connection:
        found = compare_metadata(
            MigrationContext.configure(connection, opts={"compare_type": True}), models.everything()
        )
    engine.dispose()
    return [str(one) for one in found]


def head() -> str:
    """The newest revision in the code, read from the names of the files: `<number>_<what>.py`, counting up."""
    files = sorted(path.stem for path in (FOLDER / "versions").glob("[0-9]*.py"))
    return files[-1].split("_")[0] if files else ""


def current(url: str) -> str:
    """The revision that a database has; empty where it has none."""
    engine = create_engine(url)
    try:
        with engine.connect() as connection:
            if not inspect(connection).has_table("alembic_version"):
                return ""
            return connection.execute(text("SELECT version_num FROM alembic_version")).scalar() or ""
    finally:
        engine.dispose()


def check(url: str) -> None:
    """Raises OutOfDate unless the database has the newest revision. A file that isn't there is not made."""
    file = make_url(url).database
    missing = url.startswith("sqlite") and not (file and Path(file).exists())
    has, needs = ("" if missing else current(url)), head()
    if has and has == needs:
        return
    if has > needs:
        raise OutOfDate(f"The database was made by a newer version of Ritme ({has}, this one knows {needs}).")
    shown = f"is at revision {has}" if has else "is empty"
    raise OutOfDate(f"The database {shown}, and this version needs {needs}. Make a backup, then run: ritme db upgrade")


def _config(url: str) -> Config:
    from alembic.config import Config  # noqa: PLC0415 - as above

    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    config.attributes["url"] = url
    return config
