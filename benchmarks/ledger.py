"""Databases full of thanks that wait to be told, in as many lanes as asked for, and the ledger that sends them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

import aiohttp
from sqlalchemy import func, insert, select

from benchmarks.planning import written
from bot.app import CAPABILITIES, build_router
from bot.clock import Clock
from bot.db import Database
from bot.delivery import Outbound
from bot.messages import Message, Say, Span
from bot.metrics import Metrics
from bot.router import Routes
from bot.slack.installs import Installed, Installs, web_client
from bot.slack.send import SlackPlatform
from models.base import core
from models.delivery import Delivery
from models.delivery import written as named
from models.identity import Account, Installation, Organisation, Person
from models.kudos import Kudos, KudosReceiver
from models.scope import Scope

THEN = datetime(2026, 1, 1, tzinfo=UTC)
PEOPLE = 400
"""In each organisation; of one person nothing overtakes, so few of them would wait for each other."""
UNBOUND = 1e6
"""Messages a second that no test comes near."""
TEXT = "Thank you for the calm way in which you helped the new colleagues through their first release."


def fill(database: Database, lanes: int, messages: int, kind: str = "kudos.told") -> None:
    """As many organisations as lanes, in each a workspace with people, and so many messages that may go now."""
    with database.writer.begin() as connection:
        for org in range(1, lanes + 1):
            for table, rows in _rows(org, messages, kind):
                connection.execute(insert(core(table)), rows)


def _rows(org: int, messages: int, kind: str) -> list[tuple[Any, list[dict[str, Any]]]]:
    first = (org - 1) * PEOPLE + 1
    people, thanks = range(first, first + PEOPLE), range((org - 1) * messages + 1, org * messages + 1)
    house = Organisation(name="Large", consent="council", consent_on=THEN.date(), covers="kudos", announced_at=THEN)
    return [
        (Organisation, [{"id": org} | written(house) | {"checkins_from": date(2026, 1, 1)}]),
        (Installation, [{"id": org} | written(Installation(org_id=org, platform="slack", team=f"T{org}"))]),
        (Person, [{"id": id} | written(_person(org, id)) for id in people]),
        (Account, [written(Account(org_id=org, installation_id=org, person_id=id, user=f"U{id}")) for id in people]),
        (Kudos, [{"id": id} | written(Kudos(org_id=org, giver_id=first, text=TEXT, at=THEN)) for id in thanks]),
        (KudosReceiver, [_received(org, id, first) for id in thanks]),
        (Delivery, [_waiting(org, id, first, kind) for id in thanks]),
    ]


def _person(org: int, id: int) -> Person:
    return Person(org_id=org, name=f"Person {id}", short=f"Person {id}", email=f"p{id}@large.example", language="en")


def _received(org: int, kudos: int, first: int) -> dict[str, Any]:
    return written(KudosReceiver(org_id=org, kudos_id=kudos, person_id=first + kudos % PEOPLE, shown="public"))


def _waiting(org: int, kudos: int, first: int, kind: str) -> dict[str, Any]:
    person = first + kudos % PEOPLE
    row = Delivery(
        org_id=org,
        verb="dm",
        kind=kind,
        ids=named({"kudos": kudos}),
        state="pending",
        person_id=person,
        installation_id=org,
        to=f"U{person}",
        created_at=THEN,
        not_before=THEN,
    )
    return written(row)


class Workspaces(Installs):
    """Workspaces that nobody has to be asked about, each with a token of its own."""

    def __init__(self, http: aiohttp.ClientSession, api: str, lanes: int) -> None:
        self._here = {
            f"T{n}": Installed(f"T{n}", "Large", "U1", "B1", web_client(http, f"xoxb-{n}", api))
            for n in range(1, lanes + 1)
        }

    async def find(self, team: str, *, instead: Installed | None = None) -> Installed | None:
        return self._here.get(team) if instead is None else None


class Hasty(SlackPlatform):
    """Slack, without its wish for a second between two messages to one person."""

    post_gap = dm_gap = 0.0


plain = Routes("plain", {}, gated=False)
"""A capability that says the same to everybody, so that only the way out is measured."""
SAME = Message("Thanks", (Say((Span(TEXT),)),))


@plain.deliver("plain.said")
def said(scope: Scope, ids: Mapping[str, Any]) -> Message:  # noqa: ARG001 - the shape of every saying
    return SAME


def outbound(database: Database, workspaces: Workspaces, rate: float) -> Outbound:
    """The way out of a Ritme that may send so many messages a second in each lane."""
    return Outbound(
        build_router((*CAPABILITIES, plain)), database, Clock(), {"slack": Hasty(workspaces, rate)}, Metrics()
    )


async def left(database: Database, states: Sequence[str] = ("pending", "sending", "unknown")) -> int:
    """How many are not sent yet."""
    row = core(Delivery).c
    query = select(func.count()).where(row.state.in_(states))
    return await database.read(lambda connection: connection.execute(query).scalar_one())
