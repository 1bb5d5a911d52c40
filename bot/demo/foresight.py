"""What the coming hours will bring, less the check-ins that are planned for people who are away."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from functools import partial
from zoneinfo import ZoneInfo

from sqlalchemy.engine import Connection

from bot.clock import Clock
from bot.db import Database
from bot.demo.installs import PLATFORM, TEAM
from bot.tick import Ticker, Upcoming
from models import directory
from models.base import core
from models.checkins import ASK
from models.due import Due
from models.scope import enter_team
from models.working import workweeks


class Foresight:
    """`bot.demo.hands.Clockwork`, so that the clock's button counts what will really be asked."""

    def __init__(self, ticker: Ticker, database: Database, clock: Clock) -> None:
        self._ticker = ticker
        self._database = database
        self._clock = clock

    async def advance(self, to: datetime) -> None:
        await self._ticker.advance(to)

    async def coming(self, to: datetime) -> tuple[Upcoming, ...]:
        needless = await self._database.read(partial(_needless, now=self._clock.now(), to=to))
        found = []
        for one in await self._ticker.coming(to):
            counts = Counter(one.counts)
            counts.subtract({ASK: needless[one.at]} if needless[one.at] else {})
            if +counts:
                found.append(Upcoming(one.at, +counts))
        return tuple(found)


def _needless(connection: Connection, now: datetime, to: datetime) -> Counter[datetime]:
    """By instant, how many check-ins are planned for who is away on that day."""
    scope = enter_team(connection, PLATFORM, TEAM, now)
    if scope is None:
        return Counter()
    due = core(Due).c
    rows = scope.db.all(Due, due.kind == ASK, due.done_at.is_(None), due.at > now, due.at <= to)
    people = directory.people(scope, [row.person_id for row in rows if row.person_id])
    weeks = workweeks(scope, people.values())
    return Counter(
        row.at
        for row in rows
        if row.person_id
        and weeks[row.person_id].is_absent(row.at.astimezone(ZoneInfo(people[row.person_id].zone)).date())
    )
