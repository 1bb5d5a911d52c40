"""The Teams app package is what Teams wants, what the router serves, and whole in both languages."""

from __future__ import annotations

import json
import struct
import zipfile
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from bot.app import build_router
from bot.cli import app
from bot.teams import package
from bot.words import words
from tests.judges import judge_schema

ID = "11111111-2222-4333-8444-555555555555"
SITE = "https://intranet.demolen.example/ritme"
ROUTER = build_router()


@pytest.fixture
def packed(tmp_path: Path) -> dict[str, bytes]:
    file = tmp_path / "ritme-teams.zip"
    package.write(file, ROUTER, ID, SITE)
    with zipfile.ZipFile(file) as found:
        assert found.testzip() is None
        return {name: found.read(name) for name in found.namelist()}


def test_teams_would_take_it(packed: dict[str, bytes]) -> None:
    judge_schema(json.loads(packed["manifest.json"]), "MicrosoftTeams-1.30.schema.json")
    judge_schema(json.loads(packed["nl.json"]), "MicrosoftTeams-1.30.Localization.schema.json")


def test_everything_that_it_names_is_in_it(packed: dict[str, bytes]) -> None:
    manifest = json.loads(packed["manifest.json"])
    (dutch,) = manifest["localizationInfo"]["additionalLanguages"]
    assert set(packed) == {"manifest.json", dutch["file"], *manifest["icons"].values()}
    assert manifest["id"] == manifest["bots"][0]["botId"] == manifest["composeExtensions"][0]["botId"] == ID


@pytest.mark.parametrize(("icon", "size"), [("color.png", 192), ("outline.png", 32)])
def test_icons_have_the_size_that_teams_wants(packed: dict[str, bytes], icon: str, size: int) -> None:
    assert packed[icon][:8] == b"\x89PNG\r\n\x1a\n"
    assert struct.unpack(">II", packed[icon][16:24]) == (size, size)


def test_its_commands_and_actions_are_those_of_the_router(packed: dict[str, bytes]) -> None:
    manifest = json.loads(packed["manifest.json"])
    for listed in manifest["bots"][0]["commandLists"]:
        everybodys = {name for name, command in ROUTER.commands.items() if command.only is None}
        assert {one["title"] for one in listed["commands"]} == everybodys
    found = {one["id"]: one["context"] for one in manifest["composeExtensions"][0]["commands"]}
    assert found == {name: ["compose", "commandBox"] for name in ROUTER.composes} | {
        name: ["message"] for name in ROUTER.shortcuts
    }


def test_every_word_in_it_that_people_type_is_understood_in_both_languages(packed: dict[str, bytes]) -> None:
    manifest, dutch = json.loads(packed["manifest.json"]), json.loads(packed["nl.json"])
    for number, listed in enumerate(manifest["bots"][0]["commandLists"]):
        for place, one in enumerate(listed["commands"]):
            localised = dutch[f"bots[0].commandLists[{number}].commands[{place}].title"]
            assert ROUTER.verb(localised) == ROUTER.verb(one["title"]) == one["title"]


def test_every_text_in_it_has_its_dutch(packed: dict[str, bytes]) -> None:
    def texts(part: Any, path: str) -> set[str]:
        if isinstance(part, dict):
            return {found for name, inner in part.items() for found in texts(inner, f"{path}.{name}".lstrip("."))}
        if isinstance(part, list):
            return {found for place, inner in enumerate(part) for found in texts(inner, f"{path}[{place}]")}
        return {path} if path.rpartition(".")[2] in {"title", "description", "short", "full"} else set()

    assert texts(json.loads(packed["manifest.json"]), "") == set(json.loads(packed["nl.json"])) - {"$schema"}


def test_an_offered_command_is_a_command() -> None:
    english = words("en", "Europe/London")
    assert {name: one.label(english) for name, one in ROUTER.composes.items()} == {
        "feedback ask": "Ask for feedback",
        "goal update": "Update a goal",
        "kudos": "Give kudos",
    }
    assert {one.command for one in ROUTER.composes.values()} <= set(ROUTER.commands)


def test_the_command_line_writes_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TEAMS_APP_ID", ID)
    monkeypatch.setenv("TEAMS_APP_PASSWORD", "secret")
    monkeypatch.setenv("TEAMS_TENANT_ID", "99999999-2222-4333-8444-555555555555")
    done = CliRunner().invoke(app, ["teams-package", "--site", SITE])
    assert done.exit_code == 0, done.output
    assert (tmp_path / "ritme-teams.zip").exists()


@pytest.mark.parametrize(
    ("site", "said"),
    [("http://intranet.example", "--site"), ("intranet", "--site")],
)
def test_a_page_that_teams_would_not_take_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, site: str, said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TEAMS_APP_ID", ID)
    monkeypatch.setenv("TEAMS_APP_PASSWORD", "secret")
    monkeypatch.setenv("TEAMS_TENANT_ID", "99999999-2222-4333-8444-555555555555")
    done = CliRunner().invoke(app, ["teams-package", "--site", site])
    assert done.exit_code == 2
    assert said in done.output


def test_without_an_app_id_it_says_what_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("TEAMS_APP_ID", raising=False)
    done = CliRunner().invoke(app, ["teams-package", "--site", SITE])
    assert done.exit_code == 2
    assert "TEAMS_APP_ID" in done.output
