"""What a release stands on: everything pinned by hash, and the recipe that looks it over."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.mark.parametrize("name", ["run", "test", "release"])
def test_everything_is_pinned_by_hash_and_names_no_address(name: str) -> None:
    text = (ROOT / "requirements" / f"{name}.txt").read_text()
    wanted = re.split(r"(?m)^(?=[a-z0-9])", text)[1:]
    assert wanted
    assert [one.split()[0] for one in wanted if not re.match(r"[a-z0-9.\-]+(\[[a-z,]+\])?==", one)] == []
    assert [one.split()[0] for one in wanted if "--hash=sha256:" not in one] == []
    assert "://" not in text


def test_what_runs_needs_none_of_the_tools_of_a_release() -> None:
    tools = ("cyclonedx-bom==", "pip-audit==")
    found = {name: (ROOT / "requirements" / f"{name}.txt").read_text() for name in ("run", "test", "release")}
    assert all(tool in found["release"] for tool in tools)
    assert not any(tool in found[name] for name in ("run", "test") for tool in tools)


def test_a_release_lists_what_is_in_it_and_holds_it_against_known_flaws() -> None:
    told = subprocess.run(["make", "-n", "release"], cwd=ROOT, capture_output=True, text=True, check=True)
    steps = told.stdout.replace("\\\n", " ")
    assert re.search(r"cyclonedx-py requirements requirements/run\.txt .*dist/ritme\.cdx\.json", steps)
    assert re.search(r"pip-audit --strict --require-hashes .*requirements/run\.txt", steps)


def test_whoever_finds_a_weak_spot_knows_the_way() -> None:
    text = (ROOT / "SECURITY.md").read_text()
    for heading in ("How to report", "Supported versions", "How soon", "In scope", "Out of scope"):
        assert f"## {heading}" in text
