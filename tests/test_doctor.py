"""`ritme doctor` looks databases and clocks over, and says what to do."""

from __future__ import annotations

import os
import re
import sqlite3
import stat
import subprocess
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest

from bot import checkup, clock, schema
from bot.clock import apart, dated
from bot.db import Database
from bot.doctor import examine
from bot.engine.tables import address
from bot.settings import Settings, load
from bot.slack.checkup import checkup as slack_checkup
from tests.fakes.slack import FakeSlack
from tests.postgres import Server
from tests.test_running import slack_settings
from tests.world import START

NTP = "leases, signatures and tokens rely on it, so set it by NTP"


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for field in Settings.model_fields.values():
        monkeypatch.delenv(str(field.validation_alias), raising=False)
    monkeypatch.chdir(tmp_path)


async def found(settings: Settings, *about: str) -> list[tuple[str, str, str]]:
    """What the doctor finds about these things, without what is good."""
    every = [(one.level, one.about, one.text) for one in await examine(settings)]
    return [one for one in every if one[0] != "good" and one[1] in about]


# --- clocks ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (14.9, []),
        (-14.9, []),
        (15, [("look", f"this machine is 15 s ahead of the database; {NTP}")]),
        (-44, [("look", f"this machine is 44 s behind the database; {NTP}")]),
        (45, [("bad", f"this machine is 45 s ahead of the database; {NTP}")]),
        (-4000, [("bad", f"this machine is 4000 s behind the database; {NTP}")]),
    ],
)
def test_two_clocks_may_differ_a_little(seconds: float, said: list[tuple[str, str]]) -> None:
    assert apart(START + timedelta(seconds=seconds), START, "the database") == said


def test_a_date_of_http_is_a_moment() -> None:
    assert dated("Tue, 24 Nov 2026 09:00:00 GMT") == START
    assert [dated(said) for said in ("", "yesterday")] == [None, None]


async def test_the_clock_is_compared_with_slacks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with FakeSlack() as slack:
        settings = slack_settings(tmp_path, slack)
        assert [text for _, text in await slack_checkup(settings) if "NTP" in text] == []
        monkeypatch.setattr(clock, "NEAR", 0)
        (off,) = [(level, text) for level, text in await slack_checkup(settings) if "NTP" in text]
        assert re.fullmatch(rf"this machine is \d s (ahead of|behind) Slack; {NTP}", off[1])


# --- SQLite ------------------------------------------------------------------------------------------


def _mounted(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, *mounts: tuple[str, str]) -> None:
    """These places are file systems of these kinds."""
    lines = (f"{n} 1 0:{n} / {place} rw,relatime shared:1 - {kind} some rw" for n, (place, kind) in enumerate(mounts))
    file = tmp_path / "mountinfo"
    file.write_text("\n".join(lines))
    monkeypatch.setattr(checkup, "MOUNTS", file)


async def test_a_file_on_a_network_file_system(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    folder = tmp_path / "on the network"
    folder.mkdir()
    settings = load(RITME_DATABASE_URL=f"sqlite:///{folder}/ritme.db")
    schema.upgrade(settings.database_url)
    written = str(folder).replace(" ", r"\040")
    assert await found(settings, "database") == []
    _mounted(monkeypatch, tmp_path, ("/", "ext4"), (written, "nfs4"), (f"{written}er", "ext4"))
    advice = "where SQLite's locks may not hold; move it to a disk of this machine, or use PostgreSQL"
    bad = f"{folder} is on a network file system (nfs4), {advice}"
    assert await found(settings, "database") == [("bad", "database", bad)]


def test_a_file_that_everybody_may_read(tmp_path: Path) -> None:
    """As one that an earlier version or another program made; a new one is for its owner alone."""
    settings = load(RITME_DATABASE_URL=f"sqlite:///{tmp_path}/our people.db")

    def advised() -> list[tuple[str, str]]:
        return [(level, said) for level, about, said in checkup.sqlite(settings) if about == "database"]

    before = os.umask(0o022)
    try:
        schema.upgrade(settings.database_url)
        with closing(Database(settings.database_url, readers=1)) as database, database.writer.begin() as connection:
            connection.exec_driver_sql("CREATE TABLE beside (id INTEGER)")
            files = list(tmp_path.iterdir())
            assert {one.name for one in files} == {f"our people.db{end}" for end in ("", "-wal", "-shm")}
            assert {stat.S_IMODE(one.stat().st_mode) for one in files} == {0o600}
            assert advised() == []
            for one in files:
                one.chmod(0o644)
            ((level, said),) = advised()
            advice, _, command = said.partition("; run: ")
            assert (level, advice) == ("look", "everybody on this machine may read it")
            subprocess.run(command, shell=True, check=True)  # noqa: S602 - what an operator would type
            assert advised() == []
    finally:
        os.umask(before)


@pytest.mark.parametrize(
    ("mounts", "kind"),
    [
        ([("/", "ext4")], ""),
        ([("/", "nfs"), ("{folder}", "ext4")], ""),
        ([("/", "ext4"), ("{folder}", "ext4"), ("{folder}", "cifs")], "cifs"),  # the last one is above
        ([("/", "ext4"), ("{folder}er", "cifs")], ""),
        ([("/", "fuse.sshfs")], "fuse.sshfs"),
        ([], ""),
    ],
)
def test_the_innermost_mount_counts(
    mounts: list[tuple[str, str]], kind: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    _mounted(monkeypatch, tmp_path, *((place.format(folder=tmp_path), sort) for place, sort in mounts))
    assert checkup.shared(tmp_path) == kind


def test_where_nobody_can_tell_nothing_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(checkup, "MOUNTS", tmp_path / "nowhere")
    assert checkup.shared(tmp_path) == ""


async def test_a_version_with_a_defect_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = load()
    monkeypatch.setattr(checkup, "SOUND_SQLITE", (99, 0, 0))
    advice = f"version {sqlite3.sqlite_version} has a rare defect with several writers; use 99.0.0 or newer"
    assert await found(settings, "SQLite") == [("look", "SQLite", advice)]


# --- PostgreSQL --------------------------------------------------------------------------------------


@pytest.fixture
def url(postgres: Server) -> Iterator[str]:
    """A database with Ritme's tables."""
    url = postgres.empty()
    schema.upgrade(url)
    yield url
    postgres.drop(url)


def told(url: str, statement: str) -> None:
    with psycopg.connect(address(url), autocommit=True) as connection:
        connection.execute(statement.encode())


def settings(url: str, **more: Any) -> Settings:
    return load(RITME_DATABASE_URL=url, **more)


async def test_a_healthy_server(url: str) -> None:
    good = {(one.about, one.text) for one in await examine(settings(url)) if one.level == "good"}
    assert await found(settings(url), "PostgreSQL", "clock", "engine", "workers", "database") == []
    assert [about for about, said in good if re.fullmatch(r"version \d+", said)] == ["PostgreSQL"]
    assert ("clock", "time zones are known") in good


async def test_what_a_server_must_not_do(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    name = url.partition("@/")[2].partition("?")[0]
    told(url, f"ALTER DATABASE {name} SET synchronous_commit = off")
    told(url, f"ALTER DATABASE {name} CONNECTION LIMIT 5")
    monkeypatch.setattr(clock, "NEAR", 0)
    commit, time, room = await found(settings(url), "PostgreSQL", "clock")
    advice = "a crash loses what people were told is kept; set it to on for this database and its role"
    assert commit == ("bad", "PostgreSQL", f"synchronous_commit is off: {advice}")
    assert (time[0], time[1], "0 s" in time[2]) == ("look", "clock", True)
    advice = "a process takes up to 9; raise max_connections or the limit of the role, or run fewer processes"
    assert room == ("look", "PostgreSQL", f"4 connections are left, and {advice}")


async def test_an_old_server_is_named(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checkup, "TRIED", 99)
    ((level, _, said),) = await found(settings(url), "PostgreSQL")
    assert (level, said.endswith("is older than Ritme is tried on; use 99 or newer")) == ("look", True)
    monkeypatch.setattr(checkup, "OLDEST", 98)
    ((level, _, said),) = await found(settings(url), "PostgreSQL")
    assert (level, said.endswith("is too old; use 99 or newer")) == ("bad", True)


async def test_many_processes_need_a_worker_and_the_queues_tables(url: str) -> None:
    cluster = settings(url, RITME_ENGINE="cluster")
    none = "none runs, so nothing is planned or sent; start one: ritme worker"
    assert await found(cluster, "engine", "workers") == [("bad", "workers", none)]
    beat = "INSERT INTO ritme_engine.procrastinate_workers (last_heartbeat) VALUES (now() - interval '{} seconds')"
    told(url, beat.format(100))
    ((level, _, said),) = await found(cluster, "engine", "workers")
    assert (level, re.sub(r"\d+", "N", said)) == (
        "bad",
        "none was heard of for N s; look at their logs, or start one: ritme worker",
    )
    told(url, beat.format(0))
    assert await found(cluster, "engine", "workers") == []
    told(url, "DROP SCHEMA ritme_engine CASCADE")
    missing = "The database has no tables for RITME_ENGINE=cluster yet. Run: ritme db upgrade"
    assert await found(cluster, "engine", "workers") == [("bad", "engine", missing)]
    assert await found(settings(url), "engine", "workers") == []
