"""A company of any size around the world, and what the simulation itself knows of its people."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import insert

from bot.db import Database
from models import everything
from models.base import core
from models.identity import Account, Installation, Organisation, Person, Team
from models.privacy import Retention

FOUNDED = datetime(2026, 1, 7, 12, 0, tzinfo=UTC)
"""A Wednesday."""

ZONES = (
    *("Europe/Amsterdam", "Africa/Cairo", "Australia/Lord_Howe", "America/Los_Angeles", "Asia/Kathmandu"),
    *("Europe/London", "America/New_York", "America/Sao_Paulo", "Asia/Kolkata", "Asia/Tokyo"),
    *("Pacific/Auckland", "Pacific/Honolulu"),
)
"""Both hemispheres; Cairo has no midnight on one day of the year, Lord Howe moves by half an hour."""

CADENCES = (
    *("", "", "", "weekly mon 15:00", "weekly fri 15:00", "weekly sun 09:00"),
    *("two-weekly tue 15:00", "two-weekly thu 09:00", "monthly mon 09:00", "monthly 15 15:00", "monthly last 15:00"),
)
WORKDAYS = ("", "", "", "1234", "124", "245", "35", "12345")
DAY = timedelta(days=1)
KEPT = ("checkins", "digests")
"""The terms that are longer than a life here."""


@dataclass(frozen=True, slots=True)
class Plot:
    """How large a life is and how much happens in it."""

    seed: int
    people: int
    weeks: int
    restarts: int
    outages: int
    attention: int = 5
    zones: int = 12


@dataclass(frozen=True, slots=True)
class Week:
    """The days on which somebody works ("" are the organisation's), when they get a digest, and where, from a day on."""

    since: date
    workdays: str
    zone: str
    digest_day: int
    digest_at: time = time(9)


@dataclass(slots=True)
class Colleague:
    """What is true of somebody now, as the simulation knows it by itself."""

    id: int
    manager: int | None
    weeks: list[Week]
    """What their week looked like, the newest last."""
    leave: dict[int, tuple[date, date]] = field(default_factory=dict)
    touched: list[tuple[datetime, datetime]] = field(default_factory=list)
    """From when to when something changed that moves what is asked of them."""

    @property
    def zone(self) -> str:
        """Where they live now."""
        return self.weeks[-1].zone

    def week(self, day: date) -> Week:
        """How their week was at that time."""
        return next((week for week in reversed(self.weeks) if week.since <= day), self.weeks[0])

    def works(self, day: date) -> bool:
        away = any(first <= day <= last for first, last in self.leave.values())
        return not away and str(day.isoweekday()) in (self.week(day).workdays or "12345")

    def may_be_disturbed(self, at: datetime, zone: str = "") -> bool:
        """Whether they were at work: by the clock of where they live now, or of another zone."""
        local = at.astimezone(ZoneInfo(zone or self.zone))
        return self.works(local.date()) and 8 <= local.hour < 18

    def is_touched(self, start: datetime, end: datetime) -> bool:
        return any(first < end and start < last for first, last in self.touched)


def found(database: Database, chance: Random, plot: Plot) -> dict[int, Colleague]:
    """Fills an empty database; returns its people by id. About one in twelve leads the others."""
    everything().create_all(database.writer)
    managers = max(3, plot.people * 2 // 25)
    ids = range(1, plot.people + 1)
    known = {
        id: Colleague(
            id,
            None if id == 1 else 1 if id <= managers else 2 + (id % (managers - 1)),
            [
                Week(
                    FOUNDED.date(),
                    zone=chance.choice(ZONES[: plot.zones]),
                    workdays=chance.choice(WORKDAYS),
                    digest_day=chance.choice((1, 1, 1, 2, 5)),
                )
            ],
        )
        for id in ids
    }
    with database.writer.begin() as connection:
        org = Organisation(
            name="Rondom",
            consent="council",
            consent_on=date(2026, 1, 1),
            covers="checkins digest feedback goals kudos",
            announced_at=FOUNDED - DAY,
            checkins_from=FOUNDED.date() + DAY,
            attention=plot.attention,
        )
        for row in (org, Installation(org_id=1, platform="demo", team="T"), Team(org_id=1, name="A")):
            connection.execute(insert(core(type(row))), _written(row))
        connection.execute(
            insert(core(Person)),
            [
                _written(
                    Person(
                        org_id=1,
                        name=f"P {one.id}",
                        short=f"P {one.id}",
                        email=f"p{one.id}@x.example",
                        zone=one.zone,
                        workdays=one.weeks[0].workdays,
                        manager_id=one.manager,
                        digest_day=one.weeks[0].digest_day,
                        cadence=chance.choice(CADENCES),
                        team_id=1,
                        hr=one.id == 1,
                        language="en",
                    )
                )
                for one in known.values()
            ],
        )
        accounts = [_written(Account(org_id=1, installation_id=1, person_id=id, user=f"U{id}")) for id in ids]
        connection.execute(insert(core(Account)), accounts)
        # What is looked at in the end must still be there.
        terms = [_written(Retention(org_id=1, kind=kind, months=60, by_id=1, at=FOUNDED)) for kind in KEPT]
        connection.execute(insert(core(Retention)), terms)
    return known


def _written(row: Any) -> dict[str, Any]:
    return {name: value for name, value in row.__dict__.items() if name in core(type(row)).c and name != "id"}
