"""`pytest --soak`: the long version of every test that has one, and a table of what they measured at the end.

Also where the processes come from that such tests kill. A test with a long version is marked `soak`, asks for the fixture `soak` to know which one it is, and tells `figures`
what it found. `seed` makes what it draws repeatable.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests.soak.lives import Nursery

Figures = Callable[..., None]

_TABLE = pytest.StashKey[dict[str, dict[str, object]]]()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--soak", action="store_true", help="run the long version of the tests that have one")
    parser.addoption("--seed", type=int, default=1, help="what the soak tests draw by")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "soak: has a long version, which `make soak` runs")
    config.stash[_TABLE] = {}


@pytest.fixture
def soak(request: pytest.FixtureRequest) -> bool:
    """Whether this is the long version."""
    return bool(request.config.getoption("--soak"))


@pytest.fixture
def seed(request: pytest.FixtureRequest) -> int:
    return int(request.config.getoption("--seed"))


@pytest.fixture
def figures(request: pytest.FixtureRequest) -> Figures:
    """Takes numbers by name, for the table at the end."""

    def tell(**found: object) -> None:
        request.config.stash[_TABLE].setdefault(request.node.name, {}).update(found)

    return tell


@pytest.fixture(scope="session")
def nursery() -> Iterator[Nursery]:
    """Where processes of Ritme's come from."""
    opened = Nursery()
    yield opened
    opened.close()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    table = config.stash[_TABLE]
    if not (config.getoption("--soak") and table):
        return
    terminalreporter.section(f"figures, seed {config.getoption('--seed')}")
    for name, found in table.items():
        terminalreporter.line(name)
        for key, value in found.items():
            shown = ", ".join(f"{part} {count}" for part, count in value.items()) if isinstance(value, dict) else value
            terminalreporter.line(f"    {key.replace('_', ' '):24} {shown}")
