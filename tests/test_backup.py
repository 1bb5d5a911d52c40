"""A backup is whole, holds everything that was committed before it began, and fills either kind of database again."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert
from sqlalchemy.engine import make_url

import models
from bot import schema
from bot.backup import backup
from bot.copies import Failed, Unfit, require_sound, tables
from bot.engine import AlreadyRunning
from bot.engine.lock import FileLock
from bot.restore import restore
from models.base import core
from models.identity import Organisation
from tests.postgres import Server
from tests.rows import FIRST, content, fill, newest, run, some

NOW = datetime(2026, 11, 24, 9, 0, 0, 1, UTC)
ROOT = Path(__file__).parent.parent
Made = Callable[..., str]


@pytest.fixture
def made(tmp_path: Path, postgres: Server) -> Iterator[Made]:
    """Makes databases: an empty one, or one at a revision, of this kind."""
    urls: list[str] = []

    def make(kind: str, revision: str = "") -> str:
        name = f"made {len(urls)}.db"
        if revision == "head":
            url = newest(postgres if kind == "postgresql" else tmp_path, name)
        else:
            url = postgres.empty() if kind == "postgresql" else f"sqlite:///{tmp_path / name}"
        urls.append(url)
        if revision not in {"", "head"}:
            schema.upgrade(url, revision)
        return url

    yield make
    for url in urls:
        if url.startswith("postgresql"):
            postgres.drop(url)


def path(url: str) -> Path:
    return Path(make_url(url).database or "")


# --- there and back ----------------------------------------------------------------------------------


async def test_every_row_of_every_table_goes_there_and_back(made: Made, tmp_path: Path) -> None:
    first, server, last = made("sqlite", "head"), made("postgresql"), made("sqlite")
    run(first, fill)
    before = content(first)
    assert min(len(rows) for rows in before.values()) >= 12
    out = backup(first, tmp_path / "out.db")
    assert (await restore(server, tmp_path / "out.db", NOW)).rows == out.rows
    assert content(server) == before
    back = backup(server, tmp_path / "back.db")
    await restore(last, tmp_path / "back.db", NOW)
    assert content(last) == before
    assert back.rows == out.rows + 1  # a fence
    assert schema.difference(last) == []
    # What is written next gets an id of its own, and what points to nobody is refused.
    table = models.everything().tables["company_value"]
    run(server, lambda connection: connection.execute(insert(table), {"org_id": 1, "name": "x"}))
    assert max(row.id for row in content(server)["company_value"]) == len(before["company_value"]) + 1
    with pytest.raises(Exception, match=r"fk_company_value_org_id|foreign key"):
        run(server, lambda connection: connection.execute(insert(table), {"org_id": 999, "name": "x"}))


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
async def test_an_older_revision_is_saved_as_it_is_and_upgraded_when_it_comes_back(
    made: Made, tmp_path: Path, kind: str
) -> None:
    url, target = made(kind, "0009"), made("sqlite")

    def people(connection: Any) -> None:
        old = {table.name: table for table in tables(connection.engine)}
        org = {"cadence": "weekly mon 09:00", "freedom": "moment", "floor": 5, "language": "nl"}
        connection.execute(insert(old["organisation"]), some(old["organisation"], 1) | org)
        person = {"kudos": "public", "language": "nl", "name": "Zoë"}
        connection.execute(insert(old["person"]), some(old["person"], 1) | person)

    run(url, people)
    old = backup(url, tmp_path / "old.db")
    assert old.revision == "0009"
    assert (await restore(target, tmp_path / "old.db", NOW)).revision == schema.head()
    assert [(row.name, row.letters) for row in content(target)["person"]] == [("Zoë", "zoë")]


# --- what is refused ---------------------------------------------------------------------------------


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    """A backup of a filled database."""
    backup(newest(tmp_path, "filled.db", filled=True), tmp_path / "saved.db")
    return tmp_path / "saved.db"


def test_only_who_made_it_may_read_it_and_nothing_else_is_left(saved: Path, tmp_path: Path) -> None:
    assert saved.stat().st_mode & 0o777 == 0o600
    assert sorted(path.name for path in tmp_path.iterdir() if path.name.startswith("saved")) == ["saved.db"]
    with closing(sqlite3.connect(saved)) as raw:
        assert raw.execute("PRAGMA journal_mode").fetchone() == ("delete",)


def test_nothing_is_written_over_unasked(made: Made, tmp_path: Path) -> None:
    url, file = made("sqlite", "head"), tmp_path / "kept.txt"
    file.write_text("mine")
    with pytest.raises(Unfit, match="--force"):
        backup(url, file)
    assert file.read_text() == "mine"
    backup(url, file, over=True)
    require_sound(file)
    with pytest.raises(Unfit, match="the database itself"):
        backup(url, path(url), over=True)
    with pytest.raises(Unfit, match="--force"):
        backup(url, tmp_path, over=True)


def test_there_has_to_be_something_to_save(made: Made, tmp_path: Path) -> None:
    with pytest.raises(Unfit, match="no database"):
        backup(made("sqlite"), tmp_path / "a.db")
    empty = made("sqlite")
    path(empty).touch()
    with pytest.raises(Unfit, match="empty"):
        backup(empty, tmp_path / "a.db")
    newer = made("sqlite", "head")
    run(newer, lambda connection: connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(Unfit, match="newer version of Ritme"):
        backup(newer, tmp_path / "a.db")
    assert not (tmp_path / "a.db").exists()


def _damage(file: Path) -> None:
    """Turns over what stands in the middle of it."""
    data = bytearray(file.read_bytes())
    data[len(data) // 2 : len(data) // 2 + 8192] = os.urandom(8192)
    file.write_bytes(data)


def _cut(file: Path) -> None:
    os.truncate(file, file.stat().st_size // 2)


def _orphan(file: Path) -> None:
    with closing(sqlite3.connect(file)) as raw, raw:
        raw.execute("DELETE FROM organisation WHERE id = 1")


def _renew(file: Path) -> None:
    with closing(sqlite3.connect(file)) as raw, raw:
        raw.execute("UPDATE alembic_version SET version_num = '9999'")


def _forget(file: Path) -> None:
    with closing(sqlite3.connect(file)) as raw, raw:
        raw.execute("DROP TABLE alembic_version")


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (_damage, "damaged|cannot be read"),
        (_cut, "damaged|cannot be read"),
        (lambda file: file.write_text("a letter"), "cannot be read"),
        (_orphan, "lost what they belong to"),
        (_renew, "newer version of Ritme"),
        (_forget, "none of Ritme's"),
        (Path.unlink, "no file"),
    ],
)
async def test_a_bad_file_is_refused_before_anything_happens(
    saved: Path, tmp_path: Path, spoil: Callable[[Path], None], reason: str
) -> None:
    spoil(saved)
    with pytest.raises(Unfit, match=reason):
        await restore(f"sqlite:///{tmp_path / 'new.db'}", saved, NOW)
    assert not (tmp_path / "new.db").exists()


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
async def test_a_database_that_holds_people_is_left_alone(made: Made, saved: Path, kind: str) -> None:
    url = made(kind)
    await restore(url, saved, NOW)
    before = content(url)
    with pytest.raises(Unfit, match="holds 12 people"):
        await restore(url, saved, NOW)
    assert content(url) == before


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
async def test_what_a_first_start_left_gives_way(made: Made, saved: Path, kind: str) -> None:
    """A Ritme that ran once knows its workspace, and nobody in it."""
    url = made(kind, "head")
    run(url, lambda connection: connection.execute(insert(core(Organisation)), FIRST))
    await restore(url, saved, NOW)
    assert len(content(url)["organisation"]) == 12


async def test_no_running_ritme_has_its_database_replaced(saved: Path, tmp_path: Path) -> None:
    lock = FileLock(tmp_path / "new.db.lock")
    await lock.take()
    with pytest.raises(AlreadyRunning):
        await restore(f"sqlite:///{tmp_path / 'new.db'}", saved, NOW)
    await lock.leave()
    assert not (tmp_path / "new.db").exists()


async def test_what_lies_beside_a_lost_database_is_not_mixed_into_the_new_one(saved: Path, tmp_path: Path) -> None:
    (tmp_path / "new.db-wal").write_text("changes of another")
    with pytest.raises(Unfit, match=r"new\.db-wal belong to a database that was here"):
        await restore(f"sqlite:///{tmp_path / 'new.db'}", saved, NOW)
    assert not (tmp_path / "new.db").exists()


async def test_a_database_that_somebody_has_open_does_not_give_way(made: Made, saved: Path) -> None:
    url = made("sqlite", "head")
    with closing(sqlite3.connect(path(url), isolation_level=None)) as raw:
        raw.execute("PRAGMA journal_mode = WAL")
        raw.execute("BEGIN")
        raw.execute("SELECT count(*) FROM person").fetchone()
        with pytest.raises(Failed, match="in use"):
            await restore(url, saved, NOW)
    await restore(url, saved, NOW)
    assert [path.name for path in saved.parent.iterdir() if path.name.endswith((".part", "-wal", "-shm"))] == []
