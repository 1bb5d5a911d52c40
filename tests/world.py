"""A small made-up company in a real database, for tests."""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import Connection, insert

from bot import schema
from bot.clock import Clock
from bot.db import Database
from bot.secrets import Secrets
from models import directory, enforced
from models.base import MetaData, core
from models.identity import Account, Channel, Installation, Organisation, Person, Team
from models.kudos import CompanyValue
from models.onboarding import CAPABILITIES
from models.scope import Scope, across, enter, enter_org
from tests.lent import Lent
from tests.postgres import WALLED, Server

START = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
"""When every test begins: Tuesday 24 November 2026, 10:00 in Amsterdam."""

CAST = {
    # handle: (name, manager, language, zone)
    "joris": ("Joris van Dam", "", "nl", "Europe/Amsterdam"),
    "anna": ("Anna Visser", "joris", "nl", "Europe/Amsterdam"),
    "noor": ("Noor Jansen", "anna", "nl", "Europe/Amsterdam"),
    "sem": ("Sem Bakker", "anna", "nl", "Europe/Amsterdam"),
    "lotte": ("Lotte de Boer", "anna", "nl", "Europe/Amsterdam"),
    "ravi": ("Ravi Patel", "anna", "en", "Europe/London"),
    "maria": ("Maria Costa", "anna", "en", "America/New_York"),
    "iris": ("Iris Smit", "", "nl", "Europe/Amsterdam"),
    "hanna": ("Hanna Mulder", "joris", "nl", "Europe/Amsterdam"),
    "bo": ("Bo Peters", "joris", "nl", "Europe/Amsterdam"),
}
"""Hanna is HR, Bo is an admin, Iris has no manager, Joris manages Anna, Anna manages most others."""


Home = Path | Server
"""Where a company's database is: a folder for an SQLite file, or a PostgreSQL server."""


def _made(url: str, platform: str, team: str, prefix: str) -> dict[str, int]:
    """Makes and fills the made-up company's database; returns its people's ids by handle."""
    database = Database(url)
    if database.sqlite:
        MetaData.create_all(database.writer)
        with database.writer.begin() as connection:
            enforced.build(connection)
    else:
        # Only a migration knows all of what PostgreSQL needs.
        schema.upgrade(url, row_security=database.url.username == WALLED)
    with database.writer.begin() as connection:
        people = _fill(_founded(connection), platform, team, prefix)
    database.close()
    return people


@cache
def _file(*company: str) -> tuple[bytes, dict[str, int]]:
    """The company in a file, made once for all tests."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "filled.db"
        people = _made(f"sqlite:///{path}", *company)
        return path.read_bytes(), people


def _lent(server: Server, *company: str) -> Lent:
    return server.lend(company, lambda url: _made(url, *company))


def _copied(folder: Path, *company: str) -> tuple[str, dict[str, int]]:
    """The address of a copy of the company's file, and its people's ids by handle."""
    data, people = _file(*company)
    (folder / "ritme.db").write_bytes(data)
    return f"sqlite:///{folder / 'ritme.db'}", people


def _founded(connection: Connection) -> Scope:
    values = {
        **{k: f.default for k, f in Organisation.model_fields.items() if k not in {"id", "name"}},
        "name": "De Molen",
        "consent": "council",
        "consent_on": date(2026, 10, 1),
        "covers": " ".join(CAPABILITIES),
        "announced_at": datetime(2026, 10, 5, 9, 0, tzinfo=UTC),
        "checkins_from": date(2026, 10, 12),
    }
    across(connection).execute(insert(core(Organisation)), values)
    scope = enter_org(connection, 1, START)
    assert scope is not None
    return scope


def _fill(scope: Scope, platform: str, team: str, prefix: str) -> dict[str, int]:
    db, people = scope.db, dict[str, int]()
    installation = db.add(Installation(platform=platform, team=team, name="De Molen"))
    db.add(Channel(installation_id=installation.id, word="kudos", channel="C-KUDOS", language="nl"))
    group = db.add(Team(name="Platform"))
    for handle, (name, manager, language, zone) in CAST.items():
        person = db.add(
            Person(
                name=name,
                email=f"{handle}@demolen.example",
                language=language,
                zone=zone,
                manager_id=people.get(manager),
                team_id=group.id if manager == "anna" else None,
                hr=handle == "hanna",
                admin=handle == "bo",
            )
        )
        people[handle] = person.id
        db.add(Account(installation_id=installation.id, person_id=person.id, user=_user(handle, prefix)))
    directory.shorten(db)
    db.add(CompanyValue(name="Samen sterker"))
    db.add(CompanyValue(name="Houd het eenvoudig"))
    return people


def _user(handle: str, prefix: str) -> str:
    return f"{prefix}{handle.upper()}" if prefix else handle


class World:
    """The company's database and clock. `platform` and `team` name its one installation.

    A user id is the handle, with `prefix` before it ("UNOOR" where the platform wants it so).
    """

    def __init__(self, home: Home, platform: str = "demo", team: str = "T1", prefix: str = "") -> None:
        self.home, self.platform, self.team, self.prefix = home, platform, team, prefix
        self.clock = Clock(START, frozen=True)
        self._company = (platform, team, prefix)
        self._lent = _lent(home, *self._company) if isinstance(home, Server) else None
        self.url, people = (self._lent.url, self._lent.people) if self._lent else _copied(home, *self._company)
        self.people = dict(people)
        self.database = self._lent.database if self._lent else Database(self.url)

    def user(self, handle: str) -> str:
        """The platform's own id of this person."""
        return _user(handle, self.prefix)

    def scope(self, handle: str):  # type: ignore[no-untyped-def]  # a context manager
        """A scope through somebody's eyes, in a transaction that is committed."""
        return _Scoped(self, handle)

    def opens(self, *keys: str) -> None:
        """Opens the database again, with these keys for what is kept sealed."""
        self._leave()
        self.database = Database(self.url, vault=Secrets(keys) if keys else None)

    def close(self) -> None:
        self._leave()
        if self._lent and isinstance(self.home, Server):
            self.home.give_back(self._company, self._lent)

    def _leave(self) -> None:
        if self._lent is None or self.database is not self._lent.database:
            self.database.close()


class _Scoped:
    def __init__(self, world: World, handle: str) -> None:
        self.world, self.handle = world, handle

    def __enter__(self) -> Scope:
        self._begin = self.world.database.writer.begin()
        connection = self._begin.__enter__()
        now = self.world.clock.now()
        scope = enter(connection, self.world.platform, self.world.team, self.world.user(self.handle), now)
        assert scope is not None
        return scope

    def __exit__(self, *failure: object) -> None:
        self._begin.__exit__(*failure)  # type: ignore[arg-type]
