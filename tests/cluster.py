"""Whole Ritmes in processes of their own, whose chat is a table: what they were handed stands there, and by whom."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import Connection, func, insert, select

from bot import logs, outbox, sayings
from bot.app import Parts, build
from bot.calls import Call, Profile, Reply, Tell
from bot.clock import Clock
from bot.db import Database
from bot.engine.cluster import ClusterEngine, Timings
from bot.engine.tables import address, inside
from bot.messages import Message
from bot.parcels import Pace as Rate
from bot.parcels import Parcel, Result, Sent
from bot.router import Router, Routes
from bot.settings import load
from models import due
from models.base import core
from models.identity import Account, Installation, Organisation, Person
from models.scope import Scope, enter_org
from tests import machine
from tests.mail import message
from tests.soak.lives import Nursery

QUICK = Timings(beat=0.1, slice=0.5, patience=2.0)
"""For tests that shall not wait long for the dead."""

TABLE = "CREATE TABLE heard (delivery bigint, team text, by text, at timestamptz DEFAULT clock_timestamp())"


@dataclass(frozen=True)
class Plan:
    """How a process shall be. `slow` is how many seconds its chat takes for a message, `kinds` what it knows."""

    url: str
    name: str
    doors: bool = False
    port: int = 0
    slow: float = 0.0
    kinds: tuple[str, ...] = ("note",)
    again: float = 60.0
    timings: Mapping[str, Any] | None = None


class Paper:
    """`bot.parcels.Platform` on a table."""

    name = "demo"
    post_gap = dm_gap = 0.0
    paces: tuple[Rate, ...] = ()

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._database: psycopg.AsyncConnection[Any] | None = None

    async def send(self, parcel: Parcel) -> Result:
        await asyncio.sleep(self._plan.slow)
        if self._database is None or self._database.closed:
            self._database = await psycopg.AsyncConnection.connect(address(self._plan.url), autocommit=True)
        values = (parcel.delivery, parcel.team, self._plan.name)
        await self._database.execute("INSERT INTO heard VALUES (%s, %s, %s)", values)
        return Sent(f"{parcel.to}:{parcel.delivery}")

    async def find_sent(self, parcel: Parcel, since: datetime) -> Sent | None:
        query = f"SELECT 1 FROM heard WHERE delivery = {parcel.delivery}"  # noqa: S608 - a number
        found = await asyncio.to_thread(rows, self._plan.url, query)
        return Sent(f"{parcel.to}:{parcel.delivery}") if found else None

    async def profile(self, team: str, user: str) -> Profile | None:
        return None

    async def people(self, team: str) -> tuple[Profile, ...]:
        return ()


def router(kinds: tuple[str, ...]) -> Router:
    """What a version knows: how to say a kind, and what to do when it falls due."""
    routes = Routes("test", gated=False)

    def say(scope: Scope, ids: Mapping[str, Any]) -> Message:
        return message(ids["text"])

    def serve(kind: str, call: Call, scope: Scope) -> list[Reply]:
        return [Tell(row.person_id or 0, kind, {"text": row.key}) for row in due.fired(scope, call.ids("rows"))]

    for kind in kinds:
        routes.deliver(kind)(say)
        routes.due(f"{kind}.due")(partial(serve, kind))
    return Router([routes])


def live(plan: dict[str, Any]) -> None:
    """The life of such a process."""
    _live(Plan(**plan | {"kinds": tuple(plan["kinds"])}))


def _live(plan: Plan) -> None:
    logs.configure(stream=sys.stderr, console=False)
    sayings.ASK_AGAIN = timedelta(seconds=plan.again)
    port = {"RITME_PORT": plan.port} if plan.doors or plan.port else {}
    settings = load(doors=plan.doors, RITME_DATABASE_URL=plan.url, RITME_ENGINE="cluster", **port)
    timings = Timings(**plan.timings) if plan.timings else Timings()
    parts = Parts(
        router=router(plan.kinds),
        platforms={"demo": Paper(plan)},
        engine=lambda work: ClusterEngine(work, plan.url, timings),
    )
    asyncio.run(build(settings, parts).run(doors=plan.doors))


# --- on the test's side ------------------------------------------------------------------------------


@dataclass
class Life:
    """A process, as a test holds it."""

    plan: Plan
    id: int
    nursery: Nursery
    _end: asyncio.Task[int] | None = None

    @property
    def gone(self) -> bool:
        return self._end is not None and self._end.done()

    def sign(self, number: signal.Signals) -> None:
        os.kill(self.id, number)

    async def ended(self, seconds: float = 40) -> int:
        """How it ended. However often it is asked, it is waited for once."""
        self._end = self._end or asyncio.create_task(self.nursery.ask(wait=self.id))
        return await asyncio.wait_for(asyncio.shield(self._end), seconds)


@dataclass
class Town:
    """A database with organisations of many people, each with a lane of its own, and the processes at work on it."""

    url: str
    folder: Path
    nursery: Nursery
    lives: list[Life] = field(default_factory=list)

    async def starts(self, name: str, timings: Timings | None = QUICK, **values: Any) -> Life:
        """A process begins; where it is a worker it may take a moment until it works."""
        plan = Plan(self.url, name, timings=asdict(timings) if timings else None, **values)
        id = await self.nursery.ask(plan=asdict(plan), log=str(self.folder / f"{name}.log"))
        self.lives.append(life := Life(plan, id, self.nursery))
        return life

    def queues(self, kind: str = "note", org: int = 0, most: int | None = None) -> None:
        """Something is to be said to everybody, to everybody in one organisation, or to so many in each."""

        def tell(scope: Scope) -> None:
            outbox.queue(scope, [_tell(one.id, kind) for one in scope.db.all(Person)[:most]])

        for id in [org] if org else self.orgs():
            self._write(id, tell)

    def joins(self, kind: str = "note") -> None:
        """Somebody new comes to each organisation, and is to hear something."""

        def tell(scope: Scope) -> None:
            (lane,), people = scope.db.all(Installation), scope.db.all(Person)
            outbox.queue(scope, [_tell(_joined(scope, lane.id, lane.team, len(people)), kind)])

        for id in self.orgs():
            self._write(id, tell)

    def plans(self, kind: str) -> None:
        """Something falls due now for everybody in the first organisation."""
        self._write(1, lambda scope: due.plan(scope, *(_due(scope, one.id, kind) for one in scope.db.all(Person))))

    def orgs(self) -> list[int]:
        return [row[0] for row in rows(self.url, "SELECT id FROM organisation ORDER BY id")]

    def states(self) -> Counter[str]:
        return Counter(dict(rows(self.url, "SELECT state, count(*) FROM delivery GROUP BY state")))

    def sent(self) -> bool:
        return set(self.states()) <= {"sent"}

    def heard(self) -> list[tuple[int, str, str, datetime]]:
        """Every message that a chat was handed: its delivery, its team, by whom, and when; the oldest first."""
        return rows(self.url, "SELECT * FROM heard ORDER BY at")

    def voices(self) -> set[str]:
        """Who said anything."""
        return {row[0] for row in rows(self.url, "SELECT DISTINCT by FROM heard")}

    def said(self) -> Counter[str]:
        """How much was said in each team."""
        return Counter(dict(rows(self.url, "SELECT team, count(*) FROM heard GROUP BY team")))

    def once(self) -> bool:
        """Whether everything that was said was said once."""
        said = [delivery for delivery, *_ in self.heard()]
        return len(said) == len(set(said))

    def of(self, name: str) -> set[str]:
        """The teams in which somebody said something last."""
        last = {team: by for _, team, by, _ in self.heard()}
        return {team for team, by in last.items() if by == name}

    def _write(self, org: int, job: Callable[[Scope], Any]) -> None:
        database = Database(self.url)
        with database.writer.begin() as connection:
            connection.exec_driver_sql(
                "SET LOCAL lock_timeout = 0"
            )  # a worker may stand still in the middle of a write
            scope = enter_org(connection, org, Clock().now())
            assert scope is not None
            job(scope)
        database.close()


def _tell(person: int, kind: str) -> Tell:
    return Tell(person, kind, {"text": "hello"})


def _due(scope: Scope, person: int, kind: str) -> due.Due:
    return due.Due(kind=f"{kind}.due", key=f"p{person}", at=scope.now, person_id=person)


def fill(url: str, orgs: int, people: int) -> dict[str, int]:
    """Makes a town in an empty database."""
    from bot import schema

    schema.upgrade(url)
    database = Database(url)
    with database.writer.begin() as connection:
        for number in range(1, orgs + 1):
            _founded(connection, number, people)
        connection.exec_driver_sql(TABLE)
    database.close()
    return {}


def _founded(connection: Connection, number: int, people: int) -> None:
    values = {k: f.default for k, f in Organisation.model_fields.items() if k not in {"id", "name"}}
    connection.execute(insert(core(Organisation)), values | {"name": f"Org {number}"})
    org = connection.execute(select(func.max(core(Organisation).c.id))).scalar_one()
    scope = enter_org(connection, org, Clock().now())
    assert scope is not None
    lane = scope.db.add(Installation(platform="demo", team=f"T{number}", name=f"Org {number}")).id
    for one in range(people):
        _joined(scope, lane, f"T{number}", one)


def _joined(scope: Scope, lane: int, team: str, number: int) -> int:
    person = scope.db.add(Person(name=f"P{number} Jansen", email=f"p{number}@{team.lower()}.example"))
    scope.db.add(Account(installation_id=lane, person_id=person.id, user=f"u{number}"))
    return person.id


@asynccontextmanager
async def town(url: str, folder: Path, nursery: Nursery) -> AsyncIterator[Town]:
    """Ends what still runs at the end, however it is."""
    found = Town(url, folder, nursery)
    try:
        yield found
    finally:
        for life in found.lives:
            if not life.gone:
                life.sign(signal.SIGKILL)
            await life.ended()


def rows(url: str, query: str) -> list[tuple[Any, ...]]:
    """What the database says, seeing our tables and the engine's."""
    with psycopg.connect(inside(url).replace("ritme_engine", "public,ritme_engine"), autocommit=True) as connection:
        cursor = connection.execute(query.encode())
        return cursor.fetchall() if cursor.description else []


def one(url: str, query: str) -> Any:
    return rows(url, query)[0][0]


until = partial(machine.until, often=0.2)
"""Each look is a connection of its own, which the workers' database has to open."""
