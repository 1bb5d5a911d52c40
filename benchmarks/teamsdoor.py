"""Ritme's real Teams door, to be asked: with everything behind it, or, as "bare", with one answer to everything."""

from __future__ import annotations

import asyncio
import sys
import time
from pathlib import Path

from aiohttp import web
from pydantic import SecretStr

from benchmarks.doors import PEOPLE, fill
from benchmarks.microsoft import APP, TENANT, user
from benchmarks.noop import serve, state
from bot import logs
from bot.app import Parts, build
from bot.calls import Answer, AtOnce, Call
from bot.clock import Clock
from bot.conversations import Conversations
from bot.db import Database
from bot.messages import Message, Say, Span
from bot.running import Part
from bot.settings import Settings
from bot.teams.part import House, TeamsPart
from models import everything


async def app(folder: Path, microsoft: str, what: str) -> web.Application:
    """Only the clock's work and the drain of deliveries stand still."""
    database = Database(f"sqlite:///{folder / what}.db")
    everything().create_all(database.writer)
    fill(database, "teams", TENANT, [user(n) for n in range(PEOPLE)])
    part = (_bare if what == "bare" else _whole)(_settings(microsoft), database)
    await part.start()
    found = web.Application()
    found.add_routes([*part.routes(), web.get("/state", state(lambda: database.commits))])
    return found


def _whole(settings: Settings, database: Database) -> Part:
    (part,) = build(settings, Parts(database=database)).parts
    return part


def _bare(settings: Settings, database: Database) -> Part:
    """Who is reached where is kept all the same, and nothing else."""

    async def answered(call: Call) -> tuple[AtOnce, ...]:
        said = f"You said: {call.text}"
        return (Answer(Message(said, (Say((Span(said),)),))),)

    async def found(tenant: str, name: str) -> None:
        """It is in the database already."""

    async def nothing(_: Call) -> None:
        """There are no forms."""

    house = House(
        serve=answered,
        form=nothing,
        sorry=lambda: Message("", ()),
        found=found,
        store=Conversations(database, Clock()),
        platforms={},
        verb=lambda _: "",
        opening=frozenset(),
        real=time.time,
    )
    return TeamsPart(settings, house)


def _settings(microsoft: str) -> Settings:
    return Settings.model_construct(
        teams_app_id=APP,
        teams_app_password=SecretStr("secret"),
        teams_tenant_id=TENANT,
        teams_openid_url=f"{microsoft}/openid",
        teams_token_url=f"{microsoft}/{TENANT}/oauth2/v2.0/token",
        teams_service_hosts="127.0.0.1",
    )


async def _serve(folder: Path, microsoft: str, what: str) -> None:
    logs.configure()
    await serve(await app(folder, microsoft, what))


if __name__ == "__main__":
    asyncio.run(_serve(Path(sys.argv[1]), *sys.argv[2:]))
