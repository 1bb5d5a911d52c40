"""A digest to thousands of people, in all the weather that Teams knows."""

from __future__ import annotations

import json
import math
import random
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from bot.calls import Tell
from bot.conversations import Conversations
from bot.messages import Message, Say, Span
from bot.parcels import Platform
from bot.teams.connector import Connector, session
from bot.teams.hosts import Hosts
from bot.teams.installs import Installs
from bot.teams.send import TeamsPlatform
from bot.teams.tokens import Tokens
from models.base import core
from models.delivery import Delivery
from models.identity import Account, Conversation, Installation, Person
from models.scope import Scope
from tests.fakes.teams.connector import FakeTeams
from tests.mail import Mail, Office
from tests.world import World

FEW, MANY = 2000, 5000
"""People in the short version, which are still several batches and claims, and in the long one."""
WEATHER = {
    "429": 0.01,
    "429 bare": 0.01,
    "412": 0.01,
    "502": 0.01,
    "503": 0.01,
    "504": 0.01,
    "500": 0.01,
    "500 done": 0.01,
    "drop done": 0.005,
}


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path, platform="teams", team=FakeTeams().world.tenant)
    yield world
    world.close()


def _speak(scope: Scope, ids: Mapping[str, Any]) -> Message:
    """A short digest; a long one for every hundredth manager."""
    parts = 12 if ids["n"] % 100 == 0 else 1
    return Message("Week 48", tuple(Say((Span(f"Digest {ids['n']}.{part} " + "Sem " * 150),)) for part in range(parts)))


def _settle_in(office: Office, teams: FakeTeams, crowd: int) -> None:
    """So many people; some have no conversation yet, some never had the app, some blocked it."""
    with office.world.scope("bo") as scope:
        first = scope.db.count(Person) + 1
        names = [f"p{n}" for n in range(crowd)]
        scope.db.add_all(Person(name=name, short=name, email=f"{name}@demolen.example") for name in names)
        scope.db.add_all(Account(installation_id=1, person_id=first + n, user=name) for n, name in enumerate(names))
        other = scope.db.add(Installation(platform="other", team="T2"))
        blocked = [n for n in range(crowd) if n % 50 == 7]
        scope.db.add_all(
            Account(installation_id=other.id, person_id=first + n, user=f"other-{n}", preferred=False)
            for n in blocked[:10]
        )
        known = [n for n in range(crowd) if n % 20 != 3]
        scope.db.add_all(
            Conversation(
                installation_id=1, user=f"p{n}", conversation=f"a:p{n}", service_url=teams.service, mri=f"29:p{n}"
            )
            for n in known
        )
    for n, name in enumerate(names):
        office.world.people[name] = first + n
        teams.world.add(name, name, blocked=n in blocked, installed=n % 100 != 43)


async def _open(office: Office) -> int:
    """How many are on their way."""
    state = core(Delivery).c.state
    query = select(func.count()).where(state.in_(("new", "pending", "sending", "unknown")))
    return await office.world.database.read(lambda connection: connection.execute(query).scalar_one())


@pytest.mark.soak
async def test_every_digest_is_settled_and_none_is_lost(world: World, *, soak: bool) -> None:
    crowd = MANY if soak else FEW
    async with FakeTeams() as teams, session() as http:
        office, other = Office(world, saying=_speak), Mail()
        other.name = "other"
        _settle_in(office, teams, crowd)
        teams.largest_card = 4096
        teams.faults.chaos(random.Random(48), **WEATHER)
        tokens = Tokens(http, teams.token_url, teams.world.app, teams.secret)
        connector = Connector(http, tokens, Hosts(["127.0.0.1"]), "28:app")
        installs = Installs(Conversations(world.database, world.clock), connector, teams.service)
        platforms: dict[str, Platform] = {"teams": TeamsPlatform(connector, installs, rate=10_000), "other": other}
        office.platforms = platforms  # type: ignore[assignment]  # an office knows only mail
        office.out = office.another()

        ids = [office.id(f"p{n}") for n in range(crowd)]
        await office.queue(*(Tell(person, "digest", {"n": n}, nudge=True) for n, person in enumerate(ids)))
        turns = 0
        while await _open(office) and turns < 500:
            await office.flush()
            office.clock.wait(31)
            turns += 1
            if turns % 20 == 0:
                teams.revoke()

        states = Counter(await office.states())
        closed = {n for n in range(crowd) if teams.world.people[f"p{n}"].blocked} | set(range(43, crowd, 100))
        assert states == {"sent": crowd - len(closed) + 10, "halted blocked": len(closed) - 10}
        assert len(other.boxes) == 10

        said = {n: "".join(json.dumps(one.body) for one in teams.world.seen(f"a:p{n}")) for n in range(crowd)}
        assert {n for n, text in said.items() if not text} == closed
        lost = [
            (n, part)
            for n in set(range(crowd)) - closed
            for part in range(12 if n % 100 == 0 else 1)
            if f"Digest {n}.{part} " not in said[n]
        ]
        assert lost == []
        unsure = crowd * 1.2 * (WEATHER["500 done"] + WEATHER["drop done"])
        twice = sum(text.count(f"Digest {n}.0 ") - 1 for n, text in said.items() if n not in closed)
        assert 0 < twice < unsure + 5 * math.sqrt(unsure)  # chance strays less, the more there are
