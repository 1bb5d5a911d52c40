"""What a field of a form says is held to, on every platform."""

from __future__ import annotations

import ast
from dataclasses import fields
from pathlib import Path

import pytest

from bot.messages import FIELDS

PLATFORMS = Path(__file__).parent.parent / "bot"


def _reads(platform: str) -> set[str]:
    """The names that any file of a platform reads of anything."""
    trees = [ast.parse(path.read_text()) for path in (PLATFORMS / platform).rglob("*.py")]
    return {node.attr for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Attribute)}


@pytest.mark.parametrize("platform", ["slack", "teams", "demo"])
def test_all_that_a_field_says_is_read(platform: str) -> None:
    """What no renderer reads promises something that nobody keeps."""
    said = {(kind.__name__, each.name) for kind in FIELDS for each in fields(kind)} - {
        (kind.__name__, "type") for kind in FIELDS
    }
    reads = _reads(platform)
    assert {one for one in said if one[1] not in reads} == set()
