"""How Havenlicht came to use Ritme: founded, listed, set up; then four weeks, lived through the same calls as any."""

from __future__ import annotations

import csv
import io
from datetime import date, datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from sqlalchemy.engine import Connection

from bot import founding
from bot.calls import Call
from bot.clock import Clock
from bot.db import Database
from bot.demo.company import BY_HANDLE, CAST, NAME, profiles
from bot.demo.desk import Desk
from bot.demo.installs import PLATFORM, TEAM, account
from bot.demo.state import Hands
from bot.demo.story import play, told
from models import directory
from models.scope import enter_team

_ZONE = ZoneInfo("Europe/Amsterdam")
WEEKS = 4
"""Full weeks of history; the week before them is for setting up."""


def starts(monday: date) -> datetime:
    """When the company begins, for a demo that begins on this Monday: at seven, a week before its history."""
    begin = monday - timedelta(weeks=WEEKS + 1)
    return datetime(begin.year, begin.month, begin.day, 6, tzinfo=_ZONE)


async def live(desk: Desk, hands: Hands, database: Database, clock: Clock, monday: date) -> None:
    """Everything up to the morning on which the demo begins. The clock stands at `starts(monday)`."""
    await database.write(partial(_found, clock=clock))
    for profile in profiles():
        seen = Call("event", "person.seen", account(profile.user), "", profiles=(profile,))
        await desk.parts.serve(seen)
    await play(desk, hands, told("story", monday - timedelta(weeks=WEEKS)))
    await hands.move(datetime(monday.year, monday.month, monday.day, 8, 15, tzinfo=_ZONE))
    desk.chat.read_all(tuple(BY_HANDLE))


def _found(connection: Connection, clock: Clock) -> None:
    """The organisation, its workspace, and HR's list of people."""
    founding.installation(connection, PLATFORM, TEAM, NAME)
    scope = enter_team(connection, PLATFORM, TEAM, clock.now())
    if scope is None:
        raise LookupError(TEAM)
    listing = directory.read(_listing(scope.today), scope.today)
    directory.apply(scope, listing, directory.compare(scope, listing))


def _listing(today: date) -> bytes:
    """HR's list as a spreadsheet writes it. Joost is away from the third week on."""
    out = io.StringIO()
    rows = csv.writer(out)
    rows.writerow(("naam", "e-mail", "leidinggevende", "team", "werkdagen", "tijdzone", "taal", "rollen", "verlof"))
    away = f"{today + timedelta(weeks=3)} - {today + timedelta(weeks=7, days=4)}"
    for one in CAST:
        manager = BY_HANDLE[one.manager].email if one.manager else ""
        leave = away if one.handle == "joost" else ""
        days, roles = one.workdays, " ".join(one.roles)
        rows.writerow((one.name, one.email, manager, one.team, days, one.zone, one.language, roles, leave))
    return out.getvalue().encode()
