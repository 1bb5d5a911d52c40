"""Everything that is kept, in open files: one for each table, CSV or JSON lines.

Cells that a spreadsheet would run as a formula are made harmless: what people typed stays text.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from datetime import date, datetime, time
from pathlib import Path
from typing import Any, Literal

import orjson
from sqlalchemy import Table, select
from sqlalchemy.engine import Connection

import models
from bot.db import Database
from models.scope import across

Format = Literal["csv", "json"]

TECHNICAL = frozenset({"served", "planned", "due", "delivery", "fence", "sealed_answer"})
"""Tables about the machine's own work, and what nobody may read yet."""

# Spreadsheets of East Asia take the wide signs as well. A typed apostrophe is kept apart from one that means "text".
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\0", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def export(url: str, folder: Path, format: Format, told: Callable[[str, int], None]) -> int:
    """Writes every table into a folder that is new or empty; returns how many rows. `told` hears of each table.

    Raises FileExistsError where something is in the folder. Only the user who runs it may read the files.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise FileExistsError(folder)
    database = Database(url, readers=1)
    total = 0
    with database.reader.connect() as connection:
        across(connection)
        for table in models.everything().sorted_tables:
            if table.name not in TECHNICAL:
                count = _written(connection, table, folder / f"{table.name}.{format}", format)
                told(table.name, count)
                total += count
    database.close()
    return total


def _written(connection: Connection, table: Table, path: Path, format: Format) -> int:
    path.touch(mode=0o600)
    rows = _rows(connection, table)
    count = 0
    if format == "json":
        with path.open("wb") as file:
            for row in rows:
                file.write(orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE))
                count += 1
        return count
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, [column.name for column in table.columns])
        writer.writeheader()
        for row in rows:
            writer.writerow({name: cell(value) for name, value in row.items()})
            count += 1
    return count


def _rows(connection: Connection, table: Table) -> Iterator[dict[str, Any]]:
    key = list(table.primary_key.columns)
    everything = select(*table.columns).order_by(*key)
    for row in connection.execute(everything, execution_options={"yield_per": 1000}):
        yield dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's public name for it


def cell(value: Any) -> str:
    """A value as a cell of CSV."""
    if value is None:
        return ""
    if isinstance(value, date | datetime | time):
        return value.isoformat()
    text = str(value)
    # A leading apostrophe is how spreadsheets themselves write "this is text". Numbers are left alone.
    return f"'{text}" if isinstance(value, str) and text.lstrip("'").startswith(_FORMULA) else text
