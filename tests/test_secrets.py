"""Secrets are kept sealed, by keys that stand elsewhere and can be replaced while Ritme runs."""

from __future__ import annotations

import base64
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot import schema, sealed, secrets
from bot.backup import backup
from bot.clock import Clock
from bot.db import Database
from bot.doctor import examine
from bot.secrets import Malformed, Secrets, Unreadable
from bot.settings import Settings, Wrong, load
from bot.slack.installs import Grant
from bot.tokens import Tokens
from tests.postgres import Server
from tests.test_cli import Ritme, lines, ready, ritme  # noqa: F401 - fixtures
from tests.world import Home

OLD, NEW, OTHER = (base64.urlsafe_b64encode(bytes([n]) * secrets.SIZE).decode() for n in (1, 2, 3))
ACCESS, REFRESH = "xoxe.xoxb-1-canary-access", "xoxe-1-canary-refresh"


def grant(team: str = "T1", **more: Any) -> Grant:
    return Grant(team, "De Molen", "UBOT", "", time.time(), ACCESS, REFRESH, time.time() + 43200, **more)


@pytest.fixture
def url(home: Home) -> Iterator[str]:
    """The address of an empty database with tables."""
    made = home.empty() if isinstance(home, Server) else f"sqlite:///{home / 'ritme.db'}"
    schema.upgrade(made)
    yield made
    if isinstance(home, Server):
        home.drop(made)


@pytest.fixture
def database(url: str) -> Iterator[Database]:
    opened = Database(url, readers=1)
    yield opened
    opened.close()


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


# --- keys --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("short", "this is no key; a key is 44 characters long"),
        (OLD[:-1], "this is no key; a key is 44 characters long"),
        (f"{OLD},{'é' * 44}", "key 2 of 2 is no key; a key is 44 characters long"),
        (f"{OLD},", "key 2 of 2 is empty"),
        (f",{OLD}", "key 1 of 2 is empty"),
        (f"{OLD}, {NEW}, {OLD}", "key 3 of 3 stands there twice"),
    ],
)
def test_what_is_no_key_is_told_without_saying_it(text: str, problem: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Malformed) as told:
        secrets.keys(text)
    assert str(told.value) == problem
    monkeypatch.setenv("RITME_SECRET_KEY", text)
    with pytest.raises(Wrong) as wrong:
        load()
    assert wrong.value.problems == [f"RITME_SECRET_KEY: {problem}. Make one with: ritme secrets new"]


def test_the_app_that_others_install_needs_a_key() -> None:
    values = {"SLACK_CLIENT_ID": "1.2", "SLACK_SIGNING_SECRET": "s" * 32}
    with pytest.raises(Wrong) as wrong:
        load(**values)
    assert [one.split(":")[0] for one in wrong.value.problems] == [
        "SLACK_CLIENT_SECRET is missing",
        "RITME_SECRET_KEY is missing",
    ]
    with pytest.raises(Wrong, match="SLACK_CLIENT_ID is missing: SLACK_CLIENT_SECRET needs it"):
        load(SLACK_CLIENT_SECRET="x")
    whole = values | {"SLACK_CLIENT_SECRET": "x" * 32, "RITME_SECRET_KEY": f" {NEW} , {OLD}"}
    chosen = load(**whole)
    assert (chosen.slack, chosen.hosts_many, chosen.keys) == (True, True, (NEW, OLD))
    assert {NEW, OLD} < set(chosen.secrets)


def test_every_key_reads_and_the_first_one_writes() -> None:
    before = Secrets([OLD]).seal("slack T1 access", ACCESS)
    both = Secrets([NEW, OLD])
    assert both.open("slack T1 access", before) == ACCESS
    after = both.renewed("slack T1 access", before)
    assert both.renewed("slack T1 access", after) == after
    assert Secrets([NEW]).open("slack T1 access", after) == ACCESS
    for stranger in (Secrets([OTHER]), Secrets([OLD])):
        with pytest.raises(Unreadable):
            stranger.open("slack T1 access", after)


def test_what_is_sealed_for_one_opens_for_no_other() -> None:
    kept = Secrets([OLD])
    seal = kept.seal("slack T1 access", ACCESS)
    for purpose in ("slack T2 access", "slack T1 refresh", ""):
        with pytest.raises(Unreadable):
            kept.open(purpose, seal)
    for spoilt in (seal[:-4], "", "gAAAA", ACCESS, seal.swapcase(), "é"):
        with pytest.raises(Unreadable):
            kept.open("slack T1 access", spoilt)


# --- in the database ---------------------------------------------------------------------------------


async def test_what_comes_back_is_what_was_kept(database: Database) -> None:
    tokens = Tokens(database, Secrets([OLD]), Clock())
    first = grant()
    await tokens.keep(first, "en")
    found = await tokens.find("T1")
    assert found is not None
    assert (found.access, found.refresh, found.version) == (ACCESS, REFRESH, 1)
    assert found.expires_at == pytest.approx(first.expires_at, abs=1e-3)
    await tokens.keep(grant(), "en")  # consent once more
    again = await tokens.find("T1")
    assert again is not None
    assert again.version == 2
    assert await tokens.find("T2") is None


async def test_keys_are_changed_while_everything_goes_on(url: str, database: Database) -> None:
    running = Tokens(database, Secrets([NEW, OLD]), Clock())
    for team in ("T1", "T2", "T3"):
        await Tokens(database, Secrets([OLD]), Clock()).keep(grant(team), "nl")
    assert await running.lease(grant("T2", version=1), "me", time.time() + 60)
    assert sealed.rotate(url, Secrets([NEW, OLD])) == sealed.Counts(renewed=6)
    assert sealed.rotate(url, Secrets([NEW, OLD])) == sealed.Counts(already=6)
    assert await running.renew(grant("T2", version=2))
    alone = Tokens(database, Secrets([NEW]), Clock())
    found = [await alone.find(team) for team in ("T1", "T2", "T3")]
    assert [(one.team, one.access, one.version) for one in found if one] == [
        ("T1", ACCESS, 1),
        ("T2", ACCESS, 2),
        ("T3", ACCESS, 1),
    ]
    assert sealed.rotate(url, Secrets([OTHER])) == sealed.Counts(unreadable=6)


async def test_no_token_is_in_the_database_or_its_backup_in_clear(url: str, database: Database, tmp_path: Path) -> None:
    await Tokens(database, Secrets([OLD]), Clock()).keep(grant(), "nl")
    backup(url, tmp_path / "backup.db")
    found = files(tmp_path)
    assert "backup.db" in found
    assert [name for name, data in found.items() if b"canary" in data or OLD.encode() in data] == []


# --- for operators -----------------------------------------------------------------------------------


def test_a_new_key_is_printed(ritme: Ritme) -> None:  # noqa: F811 - the fixture
    printed = [lines(ritme("secrets new")) for _ in range(2)]
    assert [len(secrets.keys(one)) for (one,) in printed] == [1, 1]
    assert printed[0] != printed[1]


async def test_the_command_says_what_it_did(ready: Ritme, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811 - the fixture
    kept = Database("sqlite:///ritme.db", readers=1)
    await Tokens(kept, Secrets([OLD]), Clock()).keep(grant(), "nl")
    kept.close()
    assert ready("secrets rotate").exit_code == 2
    monkeypatch.setenv("RITME_SECRET_KEY", f"{NEW},{OLD}")
    for said in (
        "2 secrets are encrypted anew, 0 were so already.",
        "0 secrets are encrypted anew, 2 were so already.",
    ):
        done = ready("secrets rotate")
        assert (done.exit_code, lines(done)) == (0, [said])
    monkeypatch.setenv("RITME_SECRET_KEY", OTHER)
    lost = ready("secrets rotate")
    assert lost.exit_code == 1
    assert "2 open with none of these keys" in lost.output


async def test_the_doctor_says_when_a_token_cannot_be_read(url: str, database: Database) -> None:
    await Tokens(database, Secrets([OLD]), Clock()).keep(grant(), "nl")

    async def told(key: str | None) -> list[tuple[str, str]]:
        found = await examine(Settings(RITME_DATABASE_URL=url, RITME_SECRET_KEY=key))
        return [(one.level, one.text) for one in found if one.about == "secrets"]

    assert await told(OLD) == [("good", "2 are kept, and all of them can be read")]
    assert await told(OTHER) == [
        ("bad", "2 of 2 open with no key of RITME_SECRET_KEY; put the old key back, last in the row")
    ]
    assert await told(None) == [("bad", "2 are kept, and RITME_SECRET_KEY is not set; put the key back")]
