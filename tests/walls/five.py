"""Five organisations that look alike: the same names and the same user ids, in two Slack workspaces, in one Slack
organisation of two workspaces, and in two Teams tenants. Every table of each has rows, and all their words are canaries.

An id says whose row it is: 3_000_007 is the seventh of the third organisation. In every table it is another row.
Somebody is known in every installation of their organisation, by the same id.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, Table, insert
from sqlmodel import AutoString

import models
from models.base import core
from models.identity import Account, Installation, Organisation, Person
from models.onboarding import CAPABILITIES
from models.walls import org_column
from tests.rows import listed, numbered
from tests.world import CAST

EACH = 12
"""Rows of each table of each organisation."""

FIRST = 1_000_000


@dataclass(frozen=True, slots=True)
class House:
    """One of the organisations: its id, and where its people are."""

    id: int
    platform: str
    teams: tuple[str, ...]

    def row(self, number: int) -> int:
        """The id of its so-many-eth row, in whatever table."""
        return self.id * FIRST + number

    @property
    def canary(self) -> str:
        """What stands in all its words."""
        return f"KANARIE{self.id}"

    def spoken_of(self, text: str) -> set[str]:
        """Its words and the ids of its rows that stand in a text."""
        ids = set(re.findall(rf"\b{self.id}0000(?:0[1-9]|1[0-2])\b", text))
        return ids | ({self.canary} if self.canary in text else set())

    def user(self, handle: str) -> str:
        """What its chat calls somebody. It looks the same in all of them; Teams' ids have small letters."""
        known = f"U{handle.upper()}{PEOPLE.index(handle) + 1}"
        return known if self.platform == "slack" else known.lower()


HOUSES = (
    House(1, "slack", ("T1",)),
    House(2, "slack", ("T2",)),
    House(3, "slack", ("E3", "T3")),
    House(4, "teams", ("44444444-0000-4000-8000-000000000004",)),
    House(5, "teams", ("55555555-0000-4000-8000-000000000005",)),
)

PEOPLE = tuple(CAST)

PLAIN: dict[str, dict[str, Any]] = {
    "organisation": {
        "language": "nl",
        "zone": "Europe/Amsterdam",
        "workdays": "12345",
        "cadence": "weekly mon 09:00",
        "freedom": "often",
        "floor": 5,
        "attention": 5,
        "kudos_per_day": 10,
        "kudos_per_pair": 3,
        "consent": "council",
        "consent_on": date(2026, 10, 1),
        "covers": " ".join(CAPABILITIES),
        "checkins_from": date(2026, 10, 12),
    },
    "team": {"cadence": ""},
    "person": {"zone": "Europe/Amsterdam", "workdays": "", "cadence": "", "listed": "", "chosen": "", "closed_at": None}
    | {"paused": False, "leaves_on": None, "starts_on": None},
    "account": {"closed_at": None, "blocked_at": None},
    "installation": {"removed_at": None, "paused_until": None, "rates": "", "sender": ""},
    "channel": {"word": "kudos", "language": "nl"},
    "conversation": {"locale": "nl", "zone": "Europe/Amsterdam"},
    "delivery": {"ids": "{}", "verb": "dm", "kind": "kudos.told", "state": "new", "week": "", "channel": ""},
    "due": {"done_at": None, "parked": ""},
}
"""What has a form of its own, and no words."""


def fill(connection: Connection) -> None:
    """Writes all of them, into tables that have no conditions."""
    for table in models.everything().sorted_tables:
        if org_column(table):
            for house in HOUSES:
                connection.execute(insert(table), [*_rows(table, house)])


def _rows(table: Table, house: House) -> Iterator[dict[str, Any]]:
    how_many = {
        "organisation": 1,
        "planned": 1,
        "installation": len(house.teams),
        "channel": 1,
        "installation_token": 1,
        "account": EACH * len(house.teams),
    }.get(table.name, EACH)
    for number, row in enumerate(numbered(table, max(EACH, how_many)), 1):
        if number <= how_many:
            yield _own(table, row, house, number)


def _own(table: Table, row: dict[str, Any], house: House, number: int) -> dict[str, Any]:
    free = {column.name for column in table.columns if isinstance(column.type, AutoString)} - listed(table).keys()
    for name in free & {name for name, value in row.items() if value is not None}:
        row[name] = f"{house.canary} {table.name} {name} {number}"
    for column in table.columns:
        for key in column.foreign_keys:
            if org_column(key.column.table) == "org_id" and row[column.name] is not None:
                most = len(house.teams) if key.column.table is core(Installation) else EACH
                row[column.name] = house.row((row[column.name] - 1) % most + 1)
    row |= PLAIN.get(table.name, {})
    if table is core(Organisation):
        return row | {"id": house.id}
    return row | {"id": house.row(number), "org_id": house.id} | _place(table, house, number)


def _place(table: Table, house: House, number: int) -> dict[str, Any]:
    """Who and where, which looks the same in all of them."""
    handle = PEOPLE[(number - 1) % len(PEOPLE)]
    if table is core(Installation):
        return {"platform": house.platform, "team": house.teams[number - 1]}
    if table is core(Account):
        return _account(house, number)
    if table is core(Person):
        name, manager, language, _ = CAST[handle]
        boss = house.row(PEOPLE.index(manager) + 1) if manager and number <= len(PEOPLE) else None
        alike = {
            "name": name,
            "short": name.split()[0],
            "letters": name[:3].casefold(),
            "email": f"{handle}{number}@x.example",
        }
        return alike | {"language": language, "manager_id": boss, "hr": handle == "hanna", "admin": handle == "bo"}
    return {}


def _account(house: House, number: int) -> dict[str, Any]:
    """Everybody in the first installation, then everybody in the next."""
    lane, person = divmod(number - 1, EACH)
    user = house.user(PEOPLE[person]) if person < len(PEOPLE) else f"USPARE{person + 1}"
    return {
        "user": user,
        "person_id": house.row(person + 1),
        "installation_id": house.row(lane + 1),
        "preferred": not lane,
    }
