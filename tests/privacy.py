"""A company of 200 people with something in every table, and in every text the names of others."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import orjson
from sqlalchemy import Connection, bindparam, select, text, update

from bot import schema
from bot.db import Database
from models import everything
from models.base import core
from models.delivery import STATES
from models.identity import LANGUAGES, Organisation, Person
from models.kept import kept
from models.privacy.ground import Table, tables
from models.scope import Scope, enter_org
from tests.filling import fill
from tests.world import Home

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
MANY = 200
_NEXT = "SELECT setval(pg_get_serial_sequence(:name, 'id'), coalesce(max(id), 0) + 1, false) FROM {}"
_SHORTER = {"title": 150, "text": 200, "topic": 150, "old": 150, "new": 150}


def name(id: int) -> str:
    return f"Zoë van 't Hof-{id:03}"


def email(id: int) -> str:
    return f"zoe.{id:03}@demolen.example"


def user(id: int) -> str:
    return f"UZOE{id:03}"


@dataclass
class Company:
    """The company's database, and where it is."""

    url: str
    database: Database
    home: Home

    def scope(self, connection: Connection, person: int = 0) -> Scope:
        """Through somebody's eyes, or nobody's."""
        scope = enter_org(connection, 1, NOW)
        assert scope is not None
        found = scope.db.get(Person, person)
        return scope.as_(found) if found else scope

    def close(self) -> None:
        self.database.close()
        if not isinstance(self.home, Path):
            self.home.drop(self.url)


def founded(home: Home, people: int = MANY) -> Company:
    """The company in a database of its own."""
    url = _prepared(home, people)
    return Company(url, Database(url), home)


def _prepared(home: Home, people: int) -> str:
    if isinstance(home, Path):
        (home / "many.db").write_bytes(_file(people))
        return f"sqlite:///{home / 'many.db'}"
    url, _ = home.copy(("many", str(people)), lambda url: _make(url, people))
    return url


@cache
def _file(people: int) -> bytes:
    """The company in a file, made once for all tests."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "many.db"
        _make(f"sqlite:///{path}", people)
        return path.read_bytes()


def _make(url: str, people: int) -> dict[str, int]:
    database = Database(url)
    if database.sqlite:
        everything().create_all(database.writer)
    else:
        schema.upgrade(url)
    with database.writer.begin() as connection:
        columns = core(Organisation).columns
        frame = {
            column.name: Organisation.model_fields[column.name].default for column in columns if column.name != "id"
        }
        connection.execute(core(Organisation).insert(), frame | {"name": "De Molen", "consent": "none"})
        fill(connection, people)
        for table in tables():
            _dress(connection, table, random.Random(core(table).name))
            if not database.sqlite:  # which does so by itself
                connection.execute(text(_NEXT.format(core(table).name)), {"name": core(table).name})
    database.close()
    return {}


def _dress(connection: Connection, table: Table, dice: random.Random) -> None:
    """Gives the rows of a table contents that make sense: people their names, texts the names of others."""
    columns = [column for column in core(table).columns if column.name != "org_id"]
    changes = [
        {f"new_{key}": value for key, value in _dressed(table, dict(row._mapping), dice).items()} | {"row": row.id}
        for row in connection.execute(select(*columns))
    ]
    for change in changes:
        values: dict[str, Any] = {key.removeprefix("new_"): bindparam(key) for key in change if key != "row"}
        if values:
            connection.execute(update(core(table)).where(core(table).c.id == bindparam("row")).values(values), change)


def _dressed(table: Table, row: dict[str, Any], dice: random.Random) -> dict[str, Any]:
    some = dice.randrange(1, MANY + 1)
    id = row["id"]
    match core(table).name:
        case "person":
            own = {"name": name(id), "email": email(id), "short": f"Zoë {id}", "letters": "zoë"}
            return own | {"closed_at": None, "language": LANGUAGES[id % 2], "zone": "Europe/Amsterdam", "team_id": None}
        case "account":
            return {"user": user(id), "person_id": id, "installation_id": 1 + id % 3}
        case "conversation":
            return {"user": user(id), "installation_id": 1 + id % 3}
        case "served":
            return {"key": f"press:{user(some)}:{id}", "outcome": orjson.dumps([name(some)]).decode()}
        case "delivery":
            verb, state = dice.choice(["dm", "post", "home"]), dice.choice(STATES)
            return {"ids": _ids(dice), "verb": verb, "state": state, "once": None, "target_id": None}
        case "digest_line":
            facts = {"text": f"waits for {name(some)}"}
            return {"facts": orjson.dumps(facts).decode(), "entries": f"[{id}]", "object": "checkin"}
    words = {}
    for column in kept(table).words.split():
        said = row[column] or ""
        words[column] = f"{said[:60]} and {name(some)}, or {email(some).upper()}."[: _SHORTER.get(column, 400)]
    return words


def _ids(dice: random.Random) -> str:
    word = dice.choice(list(_speaking()))
    ids = [dice.randrange(1, MANY + 1) for _ in range(2)]
    value: Any = ",".join(map(str, ids)) if word.endswith("*") else ids[0]
    return orjson.dumps(
        {word.rstrip("*"): value, "to": dice.randrange(1, MANY + 1)}, option=orjson.OPT_SORT_KEYS
    ).decode()


def _speaking() -> Iterator[str]:
    for table in tables():
        yield from kept(table).ids.split()


def everything_in(connection: Connection) -> dict[Table, list[dict[str, Any]]]:
    """Every row of every table."""
    return {
        table: [
            dict(row._mapping) for row in connection.execute(select(*core(table).columns).order_by(core(table).c.id))
        ]
        for table in tables()
    }
