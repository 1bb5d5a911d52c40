"""What every test can ask for."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.chat import Chat
from tests.world import World


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """A made-up company in a real SQLite database, on Tuesday 24 November 2026, 10:00 in Amsterdam."""
    world = World(tmp_path)
    yield world
    world.close()


@pytest.fixture
def chat(world: World) -> Chat:
    """The company's chat."""
    return Chat(world)
