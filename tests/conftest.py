"""What every test can ask for."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractAsyncContextManager
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
import structlog
from hypothesis import settings
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite

from tests.chat import Chat
from tests.doors import demo, plain, slack, teams, two
from tests.loggers import as_before
from tests.postgres import Server
from tests.world import Home, World

# The clock of a busy machine proves nothing about a property.
settings.register_profile("ritme", deadline=None)
settings.load_profile("ritme")

# A failure that a test expects is told in short; the usual way draws every variable of every frame, for minutes.
_plain = structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)
structlog.configure(processors=[structlog.processors.add_log_level, _plain])

# A test need not wait until a disk is sure; what is durable is tested by faults, not by this.
if Path("/dev/shm").is_dir():  # noqa: S108 - memory, where there is some
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", "/dev/shm")  # noqa: S108 - the same

# What was compiled for one database of a kind serves all of them: each test opens its own, and would compile anew.
for _kind in (SQLiteDialect_pysqlite, PGDialect_psycopg):
    setattr(_kind, "__hash__", lambda self: hash(type(self)))  # noqa: B010 - mypy knows no such assignment
    setattr(_kind, "__eq__", lambda self, other: type(self) is type(other))  # noqa: B010 - as above

pytest_plugins = ["tests.soak.figures", "tests.canaries"]

DOORS = {
    "plain": plain.opened,
    "slack": slack.opened,
    "socket": partial(slack.opened, socket=True),
    "teams": teams.opened,
    "demo": demo.opened,
    "two-slack": two.slack,
    "two-teams": two.teams,
}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--doors", default="slack,socket,teams,demo", help="through which doors conversations go")
    parser.addoption(
        "--databases",
        default="sqlite",
        help="on which databases: sqlite, postgresql, walled (postgresql with row security); sqlite@slack+demo goes "
        "through these doors alone there",
    )
    parser.addoption(
        "--screenshots", default="", metavar="DIR", help="keep a picture of every step in the browser here"
    )


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "home" not in metafunc.fixturenames:
        return
    own = metafunc.definition.get_closest_marker("sqlite")  # such a test runs wherever the others do
    asked = ["sqlite"] if own else metafunc.config.getoption("databases").split(",")
    homes = {
        name: door or metafunc.config.getoption("doors") for name, _, door in (one.partition("@") for one in asked)
    }
    if "door" in metafunc.fixturenames:
        pairs = [(door, home) for home, doors in homes.items() for door in doors.replace("+", ",").split(",")]
        metafunc.parametrize(("door", "home"), pairs, indirect=["home"], scope="function")
    else:
        metafunc.parametrize("home", homes, indirect=True, scope="function")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "sqlite(reason): about SQLite itself, so on no other database")


@pytest.fixture(autouse=True)
def _logging() -> Iterator[None]:
    """A command that is run here sets up logging as if the process were its own."""
    with as_before():
        yield


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """A PostgreSQL server, started when somebody first needs it."""
    # Not below the other temporary folders: pytest closes those to any other user, and for root the server is one.
    with TemporaryDirectory(prefix="ritme-postgres-", dir=os.environ.get("PYTEST_DEBUG_TEMPROOT")) as folder:
        server = Server(Path(folder))
        yield server
        server.close()


@pytest.fixture
def home(request: pytest.FixtureRequest, tmp_path: Path, postgres: Server) -> Home:
    """Where this test's databases are: a folder of its own, or the server."""
    return {"postgresql": lambda: postgres, "walled": lambda: postgres.walled}.get(request.param, lambda: tmp_path)()


@pytest.fixture
def world(home: Home) -> Iterator[World]:
    """A made-up company in a real database, on Tuesday 24 November 2026, 10:00 in Amsterdam."""
    world = World(home)
    yield world
    world.close()


@pytest.fixture
async def chat(home: Home, door: str) -> AsyncIterator[Chat]:
    """The company's chat, through each platform's own door."""
    opened: AbstractAsyncContextManager[Chat] = DOORS[door](home)
    async with opened as chat:
        yield chat
