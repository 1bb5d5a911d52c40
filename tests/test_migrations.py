"""The migrations lead to the models, step by step, up and down, and lose no row on the way, on both databases."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import inspect, text

from bot import schema
from bot.db import engine
from models.base import MetaData
from tests.filling import fill, held
from tests.postgres import Server
from tests.world import Home

STEPS = sorted((path.stem.split("_")[0] for path in (schema.FOLDER / "versions").glob("[0-9]*.py")), key=schema._number)


@pytest.fixture
def url(home: Home) -> Iterator[str]:
    """The address of a database without a table."""
    if isinstance(home, Server):
        made = home.empty()
        yield made
        home.drop(made)
    else:
        yield f"sqlite:///{home / 'ritme.db'}"


@pytest.fixture
def rows(*, soak: bool) -> int:
    """How many rows each table gets at most: in the long version more than 200,000 in all."""
    return 7500 if soak else 60


def filled(url: str, rows: int) -> None:
    opened = engine(url)
    with opened.begin() as connection:
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("PRAGMA foreign_keys = ON")
        fill(connection, rows)
    opened.dispose()


def holds(url: str) -> dict[str, Any]:
    opened = engine(url)
    with opened.connect() as connection:
        found = held(connection)
    opened.dispose()
    return found


def common(one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in one.items() if name in other}


def test_they_are_numbered_one_by_one() -> None:
    """Shapes count up, and so do the additions to each."""
    numbers = [schema._number(step) for step in STEPS]
    assert sorted({shape for shape, _ in numbers}) == list(range(1, numbers[-1][0] + 1))
    for shape in range(1, numbers[-1][0] + 1):
        additions = [addition for one, addition in numbers if one == shape]
        assert additions == list(range(len(additions)))


@pytest.mark.soak
def test_every_step_up_and_down_and_up_again_changes_no_row(url: str, rows: int) -> None:
    for step, following in zip(STEPS, [*STEPS[1:], ""], strict=True):
        schema.upgrade(url, step)
        filled(url, rows)  # what this step brought
        if following:
            before = holds(url)
            schema.upgrade(url, following)
            after = holds(url)
            assert common(before, after) == common(after, before)
            schema.downgrade(url, step)
            assert holds(url) == before
            schema.upgrade(url, following)
            assert holds(url) == after
    assert schema.difference(url) == []
    assert {table for table, count in holds(url).items() if "." not in table and count} == set(MetaData.tables)
    for step in reversed(["base", *STEPS[:-1]]):
        before = holds(url)
        schema.downgrade(url, step)
        after = holds(url)
        assert common(before, after) == after
    schema.upgrade(url)
    assert schema.difference(url) == []


CHILD = """
import sys
from sqlalchemy import event
from sqlalchemy.engine import Engine
from bot import schema

@event.listens_for(Engine, "after_cursor_execute")
def done(connection, cursor, statement, *_):
    print(" ".join(statement.split()), flush=True)
    sys.stdin.readline()

schema.upgrade(sys.argv[1])
"""


def upgrading(url: str) -> subprocess.Popen[str]:
    """A process that upgrades, and waits for a line after each statement."""
    pipe = subprocess.PIPE
    return subprocess.Popen([sys.executable, "-c", CHILD, url], stdin=pipe, stdout=pipe, text=True, bufsize=1)


def goes_on(child: subprocess.Popen[str], statements: int) -> int:
    """Lets it run so many statements; returns how many there were."""
    assert child.stdin is not None
    assert child.stdout is not None
    for number in range(statements):
        if not child.stdout.readline():
            return number
        child.stdin.write("\n")
    return statements


def ended(child: subprocess.Popen[str]) -> int:
    child.communicate()
    return child.returncode


def test_killed_in_the_middle_nothing_has_changed_and_the_next_one_does_it(url: str) -> None:
    schema.upgrade(url, "0007")
    filled(url, 20)
    before = holds(url)
    for statements in (6, 15, 40):
        child = upgrading(url)
        assert goes_on(child, statements) == statements
        child.kill()
        assert ended(child) == -9
        assert schema.current(url) == "0007"
        assert holds(url) == before
    schema.upgrade(url)
    after = holds(url)
    assert common(before, after) == common(after, before)
    assert schema.difference(url) == []


def test_two_at_once_and_it_is_done_once(url: str) -> None:
    schema.upgrade(url, "0007")
    first = upgrading(url)
    goes_on(first, 12)  # in the middle of it
    second = subprocess.Popen(
        [sys.executable, "-c", "import sys; from bot import schema; schema.upgrade(sys.argv[1])", url]
    )
    with pytest.raises(subprocess.TimeoutExpired):
        second.wait(3)
    goes_on(first, 10_000)
    assert (ended(first), ended(second)) == (0, 0)
    assert schema.difference(url) == []


def test_a_partial_index_with_other_rows_is_noticed(url: str) -> None:
    schema.upgrade(url)
    opened = engine(url)
    with opened.begin() as connection:
        connection.execute(text("DROP INDEX ix_due_open"))
        connection.execute(text("CREATE INDEX ix_due_open ON due (parked, at)"))
    opened.dispose()
    assert schema.difference(url) == ["ix_due_open holds the rows where anything, not where done_at is null"]


def test_text_sorts_alike(url: str) -> None:
    """By code point, whatever the locale of a PostgreSQL server: then both databases show one order."""
    schema.upgrade(url)
    opened = engine(url)
    with opened.connect() as connection:
        looked = inspect(connection)
        sorts = {
            getattr(column["type"], "collation", None)
            for table in MetaData.tables
            for column in looked.get_columns(table)
            if column["type"].python_type is str
        }
    opened.dispose()
    assert sorts == ({None} if url.startswith("sqlite") else {"C"})


def test_a_new_migration_speaks_of_partial_indexes_to_both(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "migrations"
    shutil.copytree(schema.FOLDER, folder, ignore=shutil.ignore_patterns("__pycache__"))
    for path in (folder / "versions").glob("*.py"):
        path.unlink() if path.stem > "0001_z" else None
    monkeypatch.setattr(schema, "FOLDER", folder)
    written = schema.revision("everything else")
    assert written is not None
    lines = written.read_text()
    partial = [index for table in MetaData.sorted_tables for index in table.indexes if "postgresql" in index.info]
    assert len(partial) > 3
    assert lines.count("postgresql_where=") == len(partial)
    assert 'postgresql_where=sa.text("latest")' in lines.replace("'", '"')
