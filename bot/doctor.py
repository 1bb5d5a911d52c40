"""Looks a Ritme over: settings, database, clock, Slack, Teams. Each finding says what to do."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import Select, case, func, null, select, update
from sqlalchemy.engine import Connection, make_url
from sqlalchemy.exc import SQLAlchemyError

from bot import fence, schema
from bot.db import Database, engine
from bot.settings import Settings
from models.base import core
from models.delivery import Delivery
from models.due import Due
from models.identity import Account, Organisation, Person
from models.scope import alone

Level = Literal["good", "look", "bad"]

UNCLEAR = "unknown: no_lookup"
"""What may have arrived where nobody can look: who tries it again decided that it did not."""

_ADVICE = {
    UNCLEAR: "; they may stand in their channel already, --retry posts them again",
    fence.RESTORED: "; the original may have sent them, --retry-restored sends them from here, and --retry does not",
}

SOUND_SQLITE = (3, 51, 3)
"""Before this version several writers can, rarely, damage a database in WAL mode."""


@dataclass(frozen=True, slots=True)
class Finding:
    level: Level
    about: str
    text: str


async def examine(settings: Settings) -> list[Finding]:
    """Everything there is to find with these settings."""
    found = [Finding("good", "settings", "complete"), *(Finding("look", "settings", text) for text in settings.notices)]
    found += [*_database(settings), *_zones()]
    if settings.slack:
        from bot.slack.checkup import checkup  # noqa: PLC0415 - Slack's libraries only where Slack is used

        found += [Finding(level, "slack", text) for level, text in await checkup(settings)]
    else:
        found.append(Finding("look", "slack", "off: SLACK_BOT_TOKEN is not set"))
    if settings.teams:
        from bot.teams.checkup import checkup as teams_checkup  # noqa: PLC0415 - as above

        found += [Finding(level, "teams", text) for level, text in await teams_checkup(settings)]
    else:
        found.append(Finding("look", "teams", "off: TEAMS_APP_ID is not set"))
    return found


def retry(settings: Settings, *, restored: bool = False) -> tuple[int, int]:
    """Lets parked work fall due again and halted deliveries be sent again; returns how many of each.

    With `restored` these are the deliveries that a restored copy had waiting, and they alone: the original may have
    sent them.
    """
    database = Database(settings.database_url, readers=1)
    work, row = core(Due), core(Delivery)
    with database.writer.begin() as connection:
        for org in connection.scalars(select(core(Organisation).c.id).order_by(core(Organisation).c.id)).all():
            alone(connection, org)  # all of them, each time in this order
        failed = update(work).where(work.c.done_at.is_(None), work.c.parked != "").values(parked="")
        parked = 0 if restored else connection.execute(failed).rowcount
        aside = row.c.reason == fence.RESTORED
        blind = case((row.c.reason == UNCLEAR, null()), else_=row.c.tried_at)
        halted = connection.execute(
            update(row)
            .where(row.c.state == "halted", aside if restored else ~aside)
            .values(state="new", reason="", attempts=0, retry_at=None, tried_at=blind)
            .values(installation_id=None, bundle_id=None, week="")
        ).rowcount
    database.close()
    return parked, halted


def _database(settings: Settings) -> Iterator[Finding]:
    if settings.sqlite:
        yield from _sqlite(settings)
    try:
        schema.check(settings.database_url)
    except schema.OutOfDate as problem:
        yield Finding("bad", "database", str(problem))
        return
    except SQLAlchemyError as failure:
        yield Finding("bad", "database", f"{settings.database} cannot be reached ({type(failure).__name__})")
        return
    yield Finding("good", "database", f"{settings.database}, at revision {schema.head()}")
    opened = engine(settings.database_url)
    with opened.connect() as connection:
        yield from _content(connection)
    opened.dispose()


def _sqlite(settings: Settings) -> Iterator[Finding]:
    if sqlite3.sqlite_version_info < SOUND_SQLITE:
        sound = ".".join(map(str, SOUND_SQLITE))
        text = f"version {sqlite3.sqlite_version} has a rare defect with several writers; use {sound} or newer"
        yield Finding("look", "SQLite", text)
    file = make_url(settings.database_url).database
    folder = Path(file or ".").absolute().parent
    if not os.access(folder, os.W_OK):
        yield Finding("bad", "database", f"{folder} cannot be written; SQLite needs the folder, too")


def _content(connection: Connection) -> Iterator[Finding]:
    """What is in it, and what waits for an operator."""
    found = fence.standing(connection)
    if found:
        yield Finding("bad", "fence", found.told)
    org, person, work, row = (core(table).c for table in (Organisation, Person, Due, Delivery))
    names = list(connection.scalars(select(org.name).order_by(org.id)))
    people = connection.execute(select(func.count(person.id)).where(person.closed_at.is_(None))).scalar_one()
    if names:
        yield Finding("good", "organisation", f"{', '.join(names)}; {people} people")
    else:
        yield Finding("look", "organisation", "none yet; begin with: ritme people import FILE.csv")
    shut = connection.execute(_unreached()).scalar_one()
    if shut:
        why = "they never added the app, removed it, or blocked it; /ritme people names them"
        yield Finding("look", "people", f"{shut} cannot be reached: {why}")
    parked = select(work.kind, work.parked, func.count()).where(work.done_at.is_(None), work.parked != "")
    for kind, reference, count in connection.execute(parked.group_by(work.kind, work.parked)):
        yield Finding("bad", "planned work", f"{count} of {kind} failed (reference {reference}); see the log")
    halted = select(row.kind, row.reason, func.count()).where(row.state == "halted")
    for kind, reason, count in connection.execute(halted.group_by(row.kind, row.reason)):
        yield Finding("look", "deliveries", f"{count} of {kind} halted ({reason}){_ADVICE.get(reason, '')}")


def _unreached() -> Select[int]:
    """How many people have accounts, and cannot be reached at any of them."""
    person, account = core(Person).c, core(Account).c
    theirs = select(account.person_id).where(account.closed_at.is_(None))
    shut = person.id.in_(theirs), person.id.not_in(theirs.where(account.blocked_at.is_(None)))
    return select(func.count(person.id)).where(person.closed_at.is_(None), *shut)


def _zones() -> Iterator[Finding]:
    try:
        ZoneInfo("Europe/Amsterdam")
    except ZoneInfoNotFoundError:
        yield Finding("bad", "clock", "there is no time zone data; install the package tzdata")
    else:
        yield Finding("good", "clock", "time zones are known")
