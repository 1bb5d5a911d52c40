"""Looks a Ritme over: settings, database, clock, Slack, Teams. Each finding says what to do."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import Select, func, select
from sqlalchemy.engine import Connection
from sqlalchemy.exc import SQLAlchemyError

from bot import checkup as databases
from bot import fence, renewals, schema, sealed
from bot.checkup import Level
from bot.db import Database, engine
from bot.secrets import Secrets
from bot.settings import Settings
from models import due
from models.base import core
from models.delivery import Delivery
from models.delivery.aside import CHUNK, NO_LOOKUP, RESTORED, halted, release
from models.due import Due
from models.identity import Account, Organisation, Person
from models.scope import Scope, enter_org

_ADVICE = {
    NO_LOOKUP: "; they may be there already, --retry sends them again",
    RESTORED: "; the original may have sent them, --retry-restored sends them from here, and --retry does not",
}

_AGAIN = {"privacy.erase": "; until then they are not erased: see to what it says, and let it go on with --retry"}


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


def retry(settings: Settings, *, restored: bool = False, now: datetime | None = None) -> tuple[int, int]:
    """Lets parked work fall due again and halted deliveries be sent again; returns how many of each.

    With `restored` these are the deliveries that a restored copy had waiting, and they alone: the original may have
    sent them. Posts that a channel may have already are posted again either way.
    """
    database = Database(settings.database_url, readers=1)
    with database.reader.connect() as connection:
        orgs = connection.scalars(select(core(Organisation).c.id).order_by(core(Organisation).c.id)).all()
    parked = again = 0
    for org in orgs:
        enter = partial(_entered, database, org, now or datetime.now(UTC))
        with enter() as scope:
            parked += 0 if restored else due.unpark(scope)
            aside = [one for one in halted(scope) if (one.reason == RESTORED) == restored]
        for one in aside:
            for _ in range(0, one.count, CHUNK):  # others get their turn in between
                with enter() as scope:
                    again += release(scope, one.kind, one.reason, blind=True).again
    database.close()
    return parked, again


_PARKED = (core(Due).c.done_at.is_(None), core(Due).c.parked != "")


@contextmanager
def _entered(database: Database, org: int, now: datetime) -> Iterator[Scope]:
    """An organisation, in a transaction that is committed."""
    with database.writer.begin() as connection:
        scope = enter_org(connection, org, now)
        if scope is None:
            raise LookupError(f"no organisation {org}")
        yield scope


def _database(settings: Settings) -> Iterator[Finding]:
    if settings.sqlite:
        yield from (Finding(*found) for found in databases.sqlite(settings))
    try:
        schema.check(settings.database_url)
    except schema.OutOfDate as problem:
        yield Finding("bad", "database", str(problem))
        return
    except SQLAlchemyError as failure:
        why, *_ = str(getattr(failure, "orig", type(failure).__name__)).splitlines()  # what the driver says
        yield Finding("bad", "database", f"{settings.database} cannot be reached: {why}")
        return
    yield Finding("good", "database", f"{settings.database}, at revision {schema.head()}")
    opened = engine(settings.database_url)
    with opened.connect() as connection:
        if not settings.sqlite:
            yield from (Finding(*found) for found in databases.postgresql(settings, connection))
        yield from _content(connection)
        yield from _secrets(settings, connection)
        yield from _tokens(connection)
    opened.dispose()


def _content(connection: Connection) -> Iterator[Finding]:
    """What is in it, and what waits for an operator."""
    found = fence.status(connection)
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
    parked = select(work.kind, work.parked, func.count()).where(*_PARKED)
    for kind, reference, count in connection.execute(parked.group_by(work.kind, work.parked)):
        advice = f"see the log{_AGAIN.get(kind, '')}"
        yield Finding("bad", "planned work", f"{count} of {kind} failed (reference {reference}); {advice}")
    aside = select(row.kind, row.reason, func.count()).where(row.state == "halted")
    for kind, reason, count in connection.execute(aside.group_by(row.kind, row.reason)):
        yield Finding("look", "deliveries", f"{count} of {kind} halted ({reason}){_ADVICE.get(reason, '')}")


def _secrets(settings: Settings, connection: Connection) -> Iterator[Finding]:
    """Whether what is sealed can be opened."""
    kept, shut = sealed.unreadable(connection, Secrets(settings.keys) if settings.keys else None)
    if kept and not settings.keys:
        yield Finding("bad", "secrets", f"{kept} are kept, and RITME_SECRET_KEY is not set; put the key back")
    elif shut:
        advice = "put the old key back, last in the row"
        yield Finding("bad", "secrets", f"{shut} of {kept} open with no key of RITME_SECRET_KEY; {advice}")
    elif kept:
        yield Finding("good", "secrets", f"{kept} are kept, and all of them can be read")


def _tokens(connection: Connection) -> Iterator[Finding]:
    """Workspaces that will fall silent, or have."""
    for one in renewals.failing(connection):
        since = f"has not renewed the token since {one.since:%Y-%m-%d %H:%M} UTC ({one.trouble})"
        yield Finding("bad", "slack", f"{one.name} ({one.team}): Slack {since}; install the app there again")


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
