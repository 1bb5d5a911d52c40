"""A house with two chats, both real on their other side, and a database that outlives every process that works on it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

import orjson
from sqlalchemy import Connection, update

from bot import founding, schema
from bot.db import Database
from models import directory
from models.base import core
from models.identity import Account, Channel, Conversation, Organisation, Person
from models.onboarding import CAPABILITIES
from models.scope import alone, enter_org
from tests.fakes.slack import FakeSlack
from tests.fakes.teams.connector import FakeTeams
from tests.fakes.teams.people import BOT
from tests.fakes.teams.tokens import FakeOpenId
from tests.fakes.teams.world import World
from tests.soak.clock import Pace
from tests.soak.lives import Lives, Nursery, living
from tests.soak.weather import Weather

MONDAY = datetime(2026, 11, 23, 7, 59, 45, tzinfo=UTC)
"""A quarter of a minute before nine in Amsterdam, when everybody is asked."""

TODAY = MONDAY.date()

APP = "33333333-0000-4000-8000-00000000000c"
ROOM = "19:kudos@thread.tacv2"
ASKED = "checkins.answer"
_MARK, _HELD = re.compile(r"k\d{6}"), re.compile(r"""kudos\\*": ?\\*"(\d+)""")

Key = tuple[str, str]
"""To whom or where, and what: the mark in a text, or `ASKED`."""


@dataclass(frozen=True)
class Who:
    """Somebody who works here: their row's id, the chat they are in, what that calls them, and whether they like to be
    thanked in the channel.
    """

    id: int
    platform: str
    user: str
    name: str
    public: bool


@dataclass
class House:
    """Everything that a soak holds in its hands. `database` is the test's own road to the rows."""

    pace: Pace
    slack: FakeSlack
    teams: FakeTeams
    openid: FakeOpenId
    url: str
    env: dict[str, str] = field(default_factory=dict)
    lives: Lives = field(init=False)
    people: list[Who] = field(default_factory=list)
    heard: Counter[Key] = field(default_factory=Counter)
    """How often everybody was told everything."""
    kudos: dict[str, str] = field(default_factory=dict)
    """The mark in the text of each kudos, by its id: what is private stays out of a chat, and a button holds the id."""
    _read: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.clock = self.pace.clock()
        self.database = Database(self.url)
        self.room = self.slack.add_channel("kudos")

    @property
    def team(self) -> dict[str, str]:
        """What each chat calls the organisation."""
        return {"slack": self.slack.team, "teams": self.teams.world.tenant}

    def listen(self) -> None:
        """Takes in what was said since the last time."""
        messages = self.slack.world.messages
        for said in messages[self._read["slack"] :]:
            if said.author == "UBOT":
                place = self.slack.world.channels[said.channel]["name"]
                self._hear(said.channel if place == "kudos" else place, said.blocks)
        self._read["slack"] = len(messages)
        for place in self.teams.world.conversations.values():
            for one in place.said[self._read[place.id] :]:
                if one.author == "bot":
                    self._hear(place.id.removeprefix("a:"), one.body)
            self._read[place.id] = len(place.said)

    def _hear(self, to: str, said: Any) -> None:
        text = orjson.dumps(said).decode()
        held = (self.kudos[id] for id in _HELD.findall(text) if id in self.kudos)
        for mark in {*_MARK.findall(text), *held, *([ASKED] if ASKED in text else [])}:
            self.heard[to, mark] += 1


@asynccontextmanager
async def opened(
    url: str,
    nursery: Nursery,
    log: Path,
    random: Random,
    *,
    people: dict[str, int],
    rate: float,
    shares: dict[str, float],
    first: date = TODAY,
    **env: str,
) -> AsyncIterator[House]:
    """A house with so many people in each chat, on an empty database; its processes come from the nursery.

    From the `first` day on everybody is asked how their week goes.
    """
    pace = Pace.beginning(MONDAY, rate)
    clock = pace.clock()
    slack = FakeSlack(now=lambda: clock.real().timestamp())
    async with slack, FakeTeams(World(app=APP)) as teams, FakeOpenId(APP) as openid:
        schema.upgrade(url)
        house = House(pace, slack, teams, openid, url)
        house.env = _settings(house) | env
        slack.api.retry_after = teams.retry_after = "5"
        slack.api.faults = slack.faults = Weather(Random(random.random()), shares)
        teams.faults = Weather(Random(random.random()), shares)  # type: ignore[assignment]
        try:
            house.people = await house.database.write(partial(_filled, house=house, people=people, first=first))
            async with living(nursery, house.env, pace, log) as house.lives:
                yield house
        finally:
            house.database.close()


def locked(house: House) -> ExitStack:
    """Keeps everybody else from writing in the organisation, until it is closed."""
    with ExitStack() as stack:
        connection = stack.enter_context(house.database.writer.begin())
        alone(connection, 1)
        return stack.pop_all()


def _settings(house: House) -> dict[str, str]:
    slack, teams = house.slack, house.teams
    return {
        "RITME_DATABASE_URL": house.url,
        "SLACK_BOT_TOKEN": slack.bot_token,
        "SLACK_SIGNING_SECRET": slack.signing_secret,
        "RITME_SLACK_API_URL": slack.url,
        "TEAMS_APP_ID": APP,
        "TEAMS_APP_PASSWORD": teams.secret,
        "TEAMS_TENANT_ID": teams.world.tenant,
        "RITME_TEAMS_OPENID_URL": house.openid.url,
        "RITME_TEAMS_TOKEN_URL": teams.token_url,
        "RITME_TEAMS_SERVICE_HOSTS": "127.0.0.1",
    }


# --- the people --------------------------------------------------------------------------------------


def _filled(connection: Connection, house: House, people: dict[str, int], first: date) -> list[Who]:
    ours = [founding.Workspace(name, team, "De Molen") for name, team in house.team.items()]
    lanes = {one.platform: founding.installation(connection, one).id for one in ours}
    connection.execute(update(core(Organisation)).values(_FRAME | {"checkins_from": first}))
    scope = enter_org(connection, 1, house.clock.now())
    assert scope is not None
    db, found = scope.db, list[Who]()
    for platform, room in (("slack", house.room), ("teams", ROOM)):
        db.add(Channel(installation_id=lanes[platform], word="kudos", channel=room))
    for platform, count in people.items():
        for n in range(count):
            number = len(found)
            name, email, public = f"{_letters(number)} Jansen", f"p{number}@demolen.example", n % 10 == 0
            row = db.add(Person(name=name, email=email, kudos="public" if public else "private"))
            user = _joined(house, platform, name, email)
            db.add(Account(installation_id=lanes[platform], person_id=row.id, user=user))
            found.append(Who(row.id, platform, user, name, public))
    directory.shorten(db)
    house.teams.world.channel(ROOM, "kudos", [one.user for one in found if one.platform == "teams"])
    for one in (*(one for one in found if one.platform == "teams"), None):
        db.add(_conversation(house, lanes["teams"], one))
    return found


_FRAME: dict[str, Any] = {
    "consent": "council",
    "consent_on": date(2026, 10, 1),
    "covers": " ".join(CAPABILITIES),
    "announced_at": datetime(2026, 10, 5, 9, 0, tzinfo=UTC),
    "kudos_per_day": 1_000_000,
    "kudos_per_pair": 1_000_000,
}


def _letters(number: int) -> str:
    """A first name that no other begins with."""
    found = ""
    for _ in range(4):
        number, digit = divmod(number, 20)
        found = "bcdfghjklmnpqrstvwxz"[digit] + found
    return found.capitalize()


def _joined(house: House, platform: str, name: str, email: str) -> str:
    if platform == "slack":
        return str(house.slack.add_user(name, email=email))
    number = len(house.teams.world.people)
    return house.teams.world.add(f"00000000-0000-4000-8000-{number:012}", name, email=email).user


def _conversation(house: House, lane: int, one: Who | None) -> Conversation:
    """Where somebody is reached; the room, when it is nobody."""
    where = {"kind": "personal", "user": one.user, "mri": f"29:{one.user}"} if one else {"kind": "channel"}
    place = house.teams.world.personal(one.user) if one else ROOM
    return Conversation(installation_id=lane, conversation=place, service_url=house.teams.service, bot=BOT, **where)
