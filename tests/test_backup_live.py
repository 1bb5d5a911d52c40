"""Backups while others write, and the real commands in processes of their own."""

from __future__ import annotations

import os
import re
import resource
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert
from typer.testing import CliRunner, Result

from bot import cli, schema
from bot.backup import backup
from bot.commands import terminal
from bot.copies import opened, require_sound
from bot.restore import restore
from bot.settings import Settings
from models.base import core
from models.due import Due
from models.identity import Organisation
from models.served import Served
from tests.postgres import Server
from tests.rows import FIRST, content, newest, revised, run
from tests.soak.figures import Figures
from tests.world import World

NOW = datetime(2026, 11, 24, 9, 0, 0, 1, UTC)
ROOT = Path(__file__).parent.parent


# --- while others write ------------------------------------------------------------------------------


class Writer(threading.Thread):
    """Writes two rows that belong together in each transaction, again and again; `done` of them are committed.

    After each it pauses for so many seconds.
    """

    def __init__(self, url: str, pause: float) -> None:
        super().__init__(daemon=True)
        self.done, self.failed = 0, ""
        self._url, self._pause, self._leave = url, pause, threading.Event()

    def run(self) -> None:
        try:
            with opened(self._url) as there, there.connect() as connection:
                if connection.dialect.name == "sqlite":
                    connection.exec_driver_sql("PRAGMA journal_mode = WAL")
                    connection.commit()
                while not self._leave.wait(self._pause):
                    with connection.begin():
                        self._pair(connection, self.done + 1)
                    self.done += 1
        except Exception as failure:  # noqa: BLE001 - the test says it
            self.failed = repr(failure)

    def _pair(self, connection: Any, number: int) -> None:
        key = f"{number:09}"
        connection.execute(insert(core(Served)), {"org_id": 1, "key": key, "at": NOW, "outcome": None})
        row = {"kind": "pair", "key": key, "at": NOW, "about_id": number, "parked": "", "done_at": None}
        connection.execute(insert(core(Due)), {"org_id": 1, "person_id": None} | row)

    def stop(self) -> None:
        self._leave.set()
        self.join()
        assert self.failed == ""


@pytest.mark.soak
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
async def test_each_backup_under_load_has_all_that_was_committed_before_it_began(
    *, postgres: Server, tmp_path: Path, kind: str, soak: bool, figures: Figures
) -> None:
    url = newest(postgres if kind == "postgresql" else tmp_path)
    times = 50 if soak else 3
    run(
        url,
        lambda connection: connection.execute(insert(core(Organisation)), FIRST | {"id": 1}),
    )
    writer = Writer(url, 0.0 if soak else 0.002)
    writer.start()
    meanwhile = rows = 0
    try:
        for number in range(times):
            while writer.done < rows + 20 and not writer.failed:
                writer.join(0.01)
            before = writer.done
            backup(url, tmp_path / f"{number}.db")
            meanwhile += writer.done - before
            rows = _as_one(tmp_path / f"{number}.db", before)
            assert rows <= writer.done + 1
    finally:
        writer.stop()
    assert meanwhile > times  # nobody waited for a backup
    for number in range(times):
        new = tmp_path / f"restored {number}.db"
        restored = postgres.empty() if kind == "postgresql" and number % 5 == 0 else f"sqlite:///{new}"
        await restore(restored, tmp_path / f"{number}.db", NOW)
        assert len(content(restored)["served"]) == _as_one(tmp_path / f"{number}.db", 0)
        new.unlink(missing_ok=True)
    figures(backups=times, restores=times, rows=rows, written_meanwhile=meanwhile)


def _as_one(file: Path, before: int) -> int:
    """How many pairs a backup has: every one up to some moment, none of them halved."""
    require_sound(file)
    with closing(sqlite3.connect(file)) as raw:
        served = [int(key) for (key,) in raw.execute("SELECT key FROM served ORDER BY key")]
        due = [number for (number,) in raw.execute("SELECT about_id FROM due ORDER BY about_id")]
    assert served == due == list(range(1, len(served) + 1))
    assert len(served) >= before
    return len(served)


# --- the command -------------------------------------------------------------------------------------


OUTSIDE = {str(field.validation_alias) for field in Settings.model_fields.values()}


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """The same command in this process, for what no other process has a part in."""
    for name in OUTSIDE:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(ROOT / "tests")

    def run(url: str, *words: str) -> Result:
        monkeypatch.setattr(terminal.console, "_file", None)
        return CliRunner().invoke(cli.app, words, env={"RITME_DATABASE_URL": url})

    return run


def ritme(url: str, *words: str, limit: int = 0) -> subprocess.CompletedProcess[str]:
    """The real command in a process of its own, which may write files of so many bytes at most."""
    environment = {name: value for name, value in os.environ.items() if name not in OUTSIDE}

    def limited() -> None:
        if limit:
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    return subprocess.run(
        [sys.executable, "-m", "bot", *words],
        env=environment | {"RITME_DATABASE_URL": url, "PYTHONPATH": str(ROOT)},
        cwd=ROOT / "tests",  # a developer's own settings stand one folder up
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=limited,
    )


def test_the_commands_from_a_running_house_to_the_next(
    world: World, tmp_path: Path, asked: Callable[..., Result]
) -> None:
    """While the database is open: a backup; elsewhere: a restore, and what the fence says."""
    revised(world)
    file, new = tmp_path / "backup.db", f"sqlite:///{tmp_path / 'new.db'}"
    made = ritme(world.url, "db", "backup", str(file))
    assert re.match(rf"{file}: \d+ rows at revision {schema.head()}, 0\.\d MB, in \d+\.\d s\.", made.stdout), made
    assert (made.returncode, "in confidence" in made.stdout) == (0, True)
    again = asked(world.url, "db", "backup", str(file))
    assert (again.exit_code, "--force" in again.stderr) == (2, True)
    back = ritme(new, "db", "restore", str(file))
    assert (back.returncode, "ritme db release" in back.stdout) == (0, True)
    sick = asked(new, "doctor")
    assert (sick.exit_code, "restored from backup.db" in " ".join(sick.stdout.split())) == (1, True)
    freed = asked(new, "db", "release")
    assert (freed.exit_code, "The fence is gone" in freed.stdout) == (0, True), freed
    assert "No fence stands" in asked(new, "db", "release").stdout
    fenced = asked(new, "db", "fence", "the disk came from a snapshot")
    assert (fenced.exit_code, "ritme db release" in fenced.stdout) == (0, True)
    assert "the disk came from a snapshot" in " ".join(asked(new, "doctor").stdout.split())


@pytest.mark.parametrize("command", ["backup", "restore"])
def test_without_room_it_says_so_and_leaves_nothing(tmp_path: Path, command: str) -> None:
    kept, folder = tmp_path / "kept.db", tmp_path / "full"
    newest(tmp_path, "kept.db", filled=True)
    folder.mkdir()
    if command == "backup":
        full = ritme(f"sqlite:///{kept}", "db", "backup", str(folder / "copy.db"), limit=100_000)
    else:
        full = ritme(f"sqlite:///{folder / 'new.db'}", "db", "restore", str(kept), limit=100_000)
    assert (full.returncode, "was not " in full.stderr) == (1, True), full
    assert [path.name for path in folder.iterdir() if path.name != "new.db.lock"] == []
