"""Ritme's real Slack door, to be asked."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from aiohttp import web
from sqlalchemy import insert

from benchmarks.noop import SECRET, TEAM, serve, state
from benchmarks.planning import written
from bot.app import build_dispatch
from bot.clock import Clock
from bot.db import Database
from bot.messages import Message
from bot.slack.installs import Installed, Installs, session, web_client
from bot.slack.listen import Door, Parts
from models import directory, everything
from models.base import core
from models.identity import Account, Installation, Organisation, Person

PEOPLE = 4000


async def app(folder: Path) -> web.Application:
    """The real door, pipeline and database; only Slack's answers after the acknowledgement are left out."""
    database = Database(f"sqlite:///{folder / 'ritme.db'}")
    everything().create_all(database.writer)
    fill(database, "slack", TEAM, [f"U{n}" for n in range(PEOPLE)])
    http = session()
    dispatch = build_dispatch(database, Clock(), {})
    door = Door(Parts(dispatch.serve, _Installs(http), http, time.time, lambda: Message("", ())), SECRET)
    found = web.Application()
    found.add_routes([*door.routes(), web.get("/state", state(lambda: database.commits))])
    return found


class _Installs(Installs):
    """One workspace that nobody has to be asked about."""

    def __init__(self, http: Any) -> None:
        client = web_client(http, "xoxb-x", "http://127.0.0.1:9/")
        self._one = Installed(TEAM, "Large", "U1", "B1", client)

    async def find(self, team: str, *, instead: Installed | None = None) -> Installed | None:
        return self._one if team == TEAM and instead is None else None


_SYLLABLES = ("an", "bo", "da", "el", "fi", "ge", "ho", "jo", "ka", "lu", "mi", "no", "pe", "ro", "sa", "te")


def name(number: int) -> str:
    """Somebody's name: a first name that some share, and a last name."""
    rest, syllables = number, []
    for _ in range(4):
        rest, place = divmod(rest, len(_SYLLABLES))
        syllables.append(_SYLLABLES[place])
    first, last = ("".join(pair).capitalize() for pair in (syllables[:2], syllables[2:]))
    return f"{first} {last}"


def fill(database: Database, platform: str, team: str, users: Sequence[str]) -> None:
    """A house that has begun: one installation, and a person for each of these users."""
    org = Organisation(
        name="Large",
        language="en",
        consent="council",
        consent_on=date(2026, 1, 1),
        covers="kudos",
        announced_at=datetime(2026, 1, 1, tzinfo=UTC),
    )
    numbers = range(len(users))
    people = [
        Person(
            org_id=1,
            name=name(n),
            short=name(n),
            letters=directory.letters(name(n)),
            email=f"p{n}@large.example",
            language="en",
        )
        for n in numbers
    ]
    accounts = [Account(org_id=1, installation_id=1, person_id=n + 1, user=users[n]) for n in numbers]
    with database.writer.begin() as connection:
        connection.execute(insert(core(Organisation)), written(org))
        connection.execute(insert(core(Installation)), written(Installation(org_id=1, platform=platform, team=team)))
        connection.execute(insert(core(Person)), [written(one) for one in people])
        connection.execute(insert(core(Account)), [written(one) for one in accounts])


async def _serve(folder: Path) -> None:
    await serve(await app(folder))


if __name__ == "__main__":
    asyncio.run(_serve(Path(sys.argv[1])))
