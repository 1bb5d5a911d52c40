"""How Havenlicht came to use Ritme: founded, listed, set up; then four weeks, lived through the same calls as any."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.engine import Connection

from bot import founding
from bot.calls import Call
from bot.db import Database
from bot.demo.company import BY_HANDLE, CAST, NAME, VALUES, profiles
from bot.demo.desk import Desk
from bot.demo.hand import Filled
from bot.demo.installs import PLATFORM, TEAM, account
from bot.demo.state import Person
from bot.demo.story import Deed, play, told
from models import directory
from models.scope import enter_team
from models.working import workweeks

_ZONE = ZoneInfo("Europe/Amsterdam")
FIRST = date(2026, 10, 26)
"""The Monday of the first of four weeks; the week before it is for setting up. Always the same, so that what people
say about dates stays true."""
FOUNDED = datetime(2026, 10, 19, 8, 0, tzinfo=_ZONE)
BEGIN = datetime(2026, 11, 23, 8, 15, tzinfo=_ZONE)
"""The Monday morning on which the demo begins: before anybody's check-in."""


async def live(desk: Desk, database: Database) -> None:
    """Everything up to the morning on which the demo begins. The clock stands at `FOUNDED`."""
    await database.write(_found)
    for profile in profiles():
        seen = Call("event", "person.seen", account(profile.user), "", profiles=(profile,))
        await desk.parts.serve(seen)
    await play(desk, [*_set_up(), *told("story", FIRST)])
    await desk.parts.hands.move(BEGIN)
    desk.chat.read_all(tuple(BY_HANDLE))


def _set_up() -> Iterator[Deed]:
    """What HR does in the chat before anybody is asked anything."""
    at = FOUNDED + timedelta(hours=1)
    steps: tuple[tuple[str, Mapping[str, Filled]], ...] = (
        ("onboarding.consent", {"kind": "council", "agreed_on": "2026-10-12", "floor": "5"}),
        ("onboarding.kudos", {"values": "\n".join(VALUES)}),
        ("onboarding.preview", {}),
        ("onboarding.announce", {}),
        ("onboarding.start", {"first": FIRST.isoformat()}),
    )
    yield Deed(at, "hanna", line="/ritme setup channel kudos", room="kudos")
    yield Deed(at, "hanna", line="/ritme setup")
    for press, values in steps:
        yield Deed(at, "hanna", press=press, fills=(values,) if values else ())


def _found(connection: Connection) -> None:
    """The organisation, its workspace, and HR's list of people."""
    founding.installation(connection, founding.Workspace(PLATFORM, TEAM, NAME))
    scope = enter_team(connection, PLATFORM, TEAM, FOUNDED)
    if scope is None:
        raise LookupError(TEAM)
    listing = directory.read(_listing(), scope.today)
    directory.apply(scope, listing, directory.compare(scope, listing))


def _listing() -> bytes:
    """HR's list as a spreadsheet writes it. Joost is away from the third week on."""
    out = io.StringIO()
    rows = csv.writer(out)
    rows.writerow(("naam", "e-mail", "leidinggevende", "team", "werkdagen", "tijdzone", "taal", "rollen", "verlof"))
    away = f"{FIRST + timedelta(weeks=2)} - {FIRST + timedelta(weeks=5, days=4)}"
    for one in CAST:
        manager = BY_HANDLE[one.manager].email if one.manager else ""
        leave = away if one.handle == "joost" else ""
        days, roles = one.workdays, " ".join(one.roles)
        rows.writerow((one.name, one.email, manager, one.team, days, one.zone, one.language, roles, leave))
    return out.getvalue().encode()


def crowd(connection: Connection, now: datetime) -> tuple[Person, ...]:
    """The company's people as they are now: what they set for themselves, and whether they are away."""
    scope = enter_team(connection, PLATFORM, TEAM, now)
    if scope is None:
        raise LookupError(TEAM)
    known = directory.by_accounts(scope, BY_HANDLE)
    weeks = workweeks(scope, known.values())
    shown = []
    for member in CAST:
        one = known.get(member.handle)
        if one is None:
            continue
        today = now.astimezone(ZoneInfo(one.zone)).date()
        week = weeks[one.id]
        back = week.next_working_day(today) if week.is_absent(today) else None
        shown.append(Person(member.handle, one.name, one.language, one.zone, member.title, back))
    return tuple(shown)
