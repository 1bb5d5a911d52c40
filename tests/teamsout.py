"""Ritme's way out to a fake Teams, without a door."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any

from bot.messages import Message, Say, Span
from bot.parcels import Parcel
from bot.teams.connector import Connector, session
from bot.teams.hosts import Hosts
from bot.teams.installs import Installs, Reference
from bot.teams.send import TeamsPlatform
from bot.teams.tokens import Tokens
from tests.fakes.teams.connector import FakeTeams
from tests.teamsdoor import Memory

NOOR, SEM = "00000000-0000-4000-8000-000000000001", "00000000-0000-4000-8000-000000000002"
KUDOS = "19:kudos@thread.tacv2"


@dataclass
class Stage:
    """Teams, and Ritme's way out to it, with Noor who has the app."""

    teams: FakeTeams
    tokens: Tokens
    connector: Connector
    store: Memory
    installs: Installs
    platform: TeamsPlatform

    @property
    def tenant(self) -> str:
        return self.teams.world.tenant

    def knows(self, user: str, **more: Any) -> Reference:
        """A reference that an activity of this person left behind."""
        world = self.teams.world
        known = Reference(self.tenant, user, world.personal(user), "personal", self.teams.service, mri=f"29:{user}")
        self.store.kept[known.key] = replace(known, **more)
        return self.store.kept[known.key]

    def parcel(self, verb: str = "dm", to: str = NOOR, message: Message | None = None, **more: Any) -> Parcel:
        return Parcel(more.pop("delivery", 7), verb, self.tenant, to, message or said("Hoi."), **more)  # type: ignore[arg-type]

    def texts(self, conversation: str) -> list[str]:
        return [json.dumps(one.body, ensure_ascii=False) for one in self.teams.world.seen(conversation)]

    def personal(self, user: str = NOOR) -> list[str]:
        return self.texts(self.teams.world.personal(user))


def said(*texts: str) -> Message:
    return Message("Bericht", tuple(Say((Span(text),)) for text in texts))


@asynccontextmanager
async def opened() -> AsyncIterator[Stage]:
    async with FakeTeams() as teams, session() as http:
        tokens = Tokens(http, teams.token_url, teams.world.app, teams.secret)
        connector = Connector(http, tokens, Hosts(["127.0.0.1"]), f"28:{teams.world.app}")
        store = Memory()
        installs = Installs(store, connector, teams.service)
        teams.world.add(NOOR, "Noor Jansen", email="noor@demolen.example")
        stage = Stage(teams, tokens, connector, store, installs, TeamsPlatform(connector, installs, rate=10_000))
        stage.knows(NOOR)
        yield stage
