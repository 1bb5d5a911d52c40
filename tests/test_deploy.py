"""What an operator copies from `deploy/`: it names variables, commands and files that exist."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.main import get_command

from bot.cli import app
from bot.settings import Settings, load

ROOT = Path(__file__).parents[1]
DEPLOY = ROOT / "deploy"
UNITS = ("ritme.service", "ritme-worker@.service")


def compose() -> dict[str, Any]:
    return yaml.safe_load((DEPLOY / "compose.yml").read_text())


def roles() -> dict[str, Any]:
    """The services that run Ritme itself, by name."""
    return {name: one for name, one in compose()["services"].items() if one["image"] == "ritme"}


def known_variables() -> set[str]:
    return {str(field.validation_alias) for field in Settings.model_fields.values()}


def set_in(file: str) -> dict[str, str]:
    """The variables that a file of lines `NAME=value` sets."""
    return dict(re.findall(r"^([A-Z_]+)=(.*)$", (DEPLOY / file).read_text(), re.MULTILINE))


def test_every_variable_is_one_that_ritme_reads() -> None:
    named = [*roles()["web"]["environment"], *set_in("ritme.env.example")]
    named += re.findall(r"RITME_[A-Z_]+", (DEPLOY / "Containerfile").read_text())
    assert sorted(set(named) - known_variables()) == []


def test_the_example_as_it_is_with_the_composition_is_a_whole_configuration(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in known_variables():
        monkeypatch.delenv(name, raising=False)
    fixed = roles()["web"]["environment"]
    fixed["RITME_DATABASE_URL"] = re.sub(r"\$\{.*?\}", "secret", fixed["RITME_DATABASE_URL"])
    settings = load(
        _env_file=None, **{name: value for name, value in set_in("ritme.env.example").items() if value}, **fixed
    )
    assert (settings.engine, settings.slack, settings.teams) == ("cluster", False, False)


def test_every_role_has_the_same_settings() -> None:
    """A worker that is set otherwise than its web part would be found out late."""
    web = roles().pop("web")
    assert {(str(one["environment"]), one["env_file"]) for one in roles().values()} == {
        (str(web["environment"]), web["env_file"])
    }


def commands() -> Iterator[list[str]]:
    """Every command line of Ritme that stands in these files."""
    yield from (one["command"] for one in roles().values())
    for unit in UNITS:
        yield re.findall(r"^ExecStart=\S*/(ritme .*)$", (DEPLOY / unit).read_text(), re.MULTILINE)[0].split()
    yield re.findall(r"^CMD (.*)$", (DEPLOY / "Containerfile").read_text(), re.MULTILINE)[0].strip('[]"').split('", "')


def test_every_command_is_one_of_ours() -> None:
    for program, *words in commands():
        assert program == "ritme"
        found: Any = get_command(app)
        for word in words:
            found = found.commands[word]


def test_every_file_that_is_copied_is_there() -> None:
    copied = re.findall(r"^COPY (?!--)(\S+)", (DEPLOY / "Containerfile").read_text(), re.MULTILINE)
    assert [one for one in copied if not (ROOT / one).exists()] == []
    assert (DEPLOY / compose()["services"]["gate"]["volumes"][0].split(":")[0]).exists()


def test_what_ends_a_process_lets_it_settle_first() -> None:
    """The grace that an engine gives what it began, plus what a server takes to close."""
    from bot.engine import GRACE

    patience = [roles()["worker"]["stop_grace_period"].removesuffix("s")]
    patience += [re.findall(r"^TimeoutStopSec=(\d+)$", (DEPLOY / unit).read_text(), re.MULTILINE)[0] for unit in UNITS]
    assert [int(one) > GRACE + 10 for one in patience] == [True] * 3


def test_the_units_differ_in_their_role_alone() -> None:
    one, worker = ((DEPLOY / unit).read_text() for unit in UNITS)
    same = worker.replace("bin/ritme worker", "bin/ritme run").replace("Environment=RITME_PORT=%i\n", "")
    assert [line for line in same.splitlines() if not line.startswith(("#", "Description"))] == [
        line for line in one.splitlines() if not line.startswith(("#", "Description"))
    ]
