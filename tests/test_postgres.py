"""Several processes on one PostgreSQL: what only happens when they are at it at the same moment."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import threading
import traceback
from collections import Counter
from collections.abc import Iterator
from copy import copy
from pathlib import Path
from typing import Any

import psycopg
import pytest
import structlog
from sqlalchemy import Connection, event, func, insert, select, text
from sqlalchemy.exc import IntegrityError

from bot import postgres as server
from bot.calls import Account, Answer, Call, OpenForm
from bot.db import Database, Unavailable
from bot.doctor import examine, retry
from bot.engine.tables import address
from bot.export import export
from bot.messages import plain
from bot.settings import load
from bot.words import words
from models.base import core
from models.due import Due
from models.identity import Account as Reached
from models.identity import Organisation, Person, Team
from models.kudos import Kudos
from models.scope import LOCK, alone, enter_org
from models.served import Served
from tests.chat import Chat
from tests.doors.plain import PlainPlatform
from tests.mail import Office
from tests.postgres import Server
from tests.test_delivery import note
from tests.test_dispatch import Pipeline
from tests.world import START, World
from views.house import MANNERS


@pytest.fixture
def world(postgres: Server) -> Iterator[World]:
    world = World(postgres)
    yield world
    world.close()


@pytest.fixture
def twin(world: World) -> Iterator[World]:
    """The same company, as another process sees it: with connections and threads of its own."""
    twin = copy(world)
    twin.database = Database(world.url)
    yield twin
    twin.database.close()


def thanks(key: str) -> Call:
    return Call("command", "kudos", Account("demo", "T1", "noor"), key, text="@Lotte dank je wel voor je hulp")


async def count(world: World, table: Any, *where: Any) -> int:
    query = select(func.count()).select_from(core(table)).where(*where)
    return await world.database.read(lambda connection: connection.execute(query).scalar_one())


def hasty(database: Database, wait: str) -> None:
    """Who writes here waits no longer than this for others."""

    @event.listens_for(database.writer, "connect")
    def connect(raw: Any, _: Any) -> None:
        raw.autocommit = True
        raw.execute(f"SET lock_timeout = '{wait}'")
        raw.autocommit = False


def entering(org: int) -> Any:
    """Enters an organisation, and returns its name."""
    return lambda connection: enter_org(connection, org, START).org.name


def said(replies: Any) -> str:
    (reply,) = [one for one in replies if isinstance(one, Answer | OpenForm)]
    if isinstance(reply, OpenForm):
        return plain(reply.form.problem)
    return " ".join(plain(part.text) for part in reply.message.body if hasattr(part, "text"))


async def test_the_same_call_at_once_has_one_effect_and_one_answer(world: World, twin: World) -> None:
    serving = [Chat(each, PlainPlatform()).dispatch.serve for each in (world, twin)]
    answers = await asyncio.gather(*(serve(thanks("k1")) for _ in range(6) for serve in serving))
    assert len({said(answer) for answer in answers}) == 1
    assert (await count(world, Kudos), await count(world, Served)) == (1, 1)


async def test_givers_at_once_stay_within_the_quota(world: World, twin: World) -> None:
    with world.scope("bo") as scope:
        scope.db.update(Organisation, kudos_per_day=2)
    serving = [Chat(each, PlainPlatform()).dispatch.serve for each in (world, twin)]
    calls = [serve(thanks(f"{place}.{n}")) for n in range(5) for place, serve in enumerate(serving)]
    heard = Counter(said(answer)[:11] for answer in await asyncio.gather(*calls))
    assert await count(world, Kudos) == 2
    assert sorted(heard.values()) == [2, 8]


async def test_two_planners_at_once_plan_once(world: World, twin: World, postgres: Server) -> None:
    alone = World(postgres)
    await Chat(alone, PlainPlatform()).ticker.plan()
    await asyncio.gather(*(Chat(each, PlainPlatform()).ticker.plan() for each in (world, twin)))
    planned = [await count(each, Due) for each in (world, alone)]
    alone.close()
    assert planned[0] == planned[1] > 0


async def test_two_workers_at_a_lane_send_everything_once(world: World, twin: World) -> None:
    office, other = Office(world), Office(twin)
    other.platforms["demo"] = other.mail = office.mail
    await office.queue(*(note(office, "lotte", f"number {n}") for n in range(150)))
    await asyncio.gather(office.out.route(), other.out.route())
    await asyncio.gather(office.out.drain(1), other.out.drain(1))
    assert len(office.mail.said("lotte")) == len(set(office.mail.said("lotte"))) == 150
    assert Counter(await office.states()) == {"sent": 150}


async def test_organisations_write_side_by_side_and_each_waits_for_its_own(world: World, twin: World) -> None:
    hasty(twin.database, "50ms")

    def another(connection: Connection) -> None:
        values = {key: field.default for key, field in Organisation.model_fields.items() if key not in {"id", "name"}}
        connection.execute(insert(core(Organisation)), values | {"name": "Another"})

    await world.database.write(another)
    with world.scope("bo"):
        assert await twin.database.write(entering(2)) == "Another"
        assert await twin.database.read(entering(1)) == "De Molen"
        with pytest.raises(Unavailable, match="lock timeout"):
            await twin.database.write(entering(1))
    assert await twin.database.write(entering(1)) == "De Molen"


async def test_who_stands_still_in_the_middle_of_a_write_holds_up_nobody(
    world: World, twin: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Several statements that are sent as one and never end: the server's own limit does not see that."""
    monkeypatch.setattr("bot.postgres._END", server._END.bindparams(silence=0))
    hasty(twin.database, "50ms")
    with psycopg.connect(address(world.url)) as silent:
        with contextlib.suppress(psycopg.OperationalError), silent.pipeline():
            silent.execute("SELECT pg_advisory_xact_lock(%s, 1)", [LOCK])
            silent.execute("UPDATE person SET name = name")
            silent.pgconn.flush()
            with pytest.raises(Unavailable, match="lock timeout"):
                await twin.database.write(entering(1))
            assert await twin.database.write(entering(1)) == "De Molen"
        assert silent.broken


async def test_who_waited_sees_what_the_other_did(world: World, twin: World) -> None:
    def counted(connection: Connection) -> int:
        scope = enter_org(connection, 1, world.clock.now())
        assert scope is not None
        number = scope.db.count(Team)
        scope.db.add(Team(name=f"team {number}"))
        return number

    jobs = [each.database.write(counted) for _ in range(10) for each in (world, twin)]
    assert sorted(await asyncio.gather(*jobs)) == list(range(1, 21))


async def test_a_deadlock_runs_again_and_both_are_done(world: World) -> None:
    meet, runs = threading.Barrier(2), list[str]()

    def job(first: str, second: str) -> Any:
        def change(connection: Connection) -> None:
            began = first in runs
            runs.append(first)
            connection.execute(text("UPDATE company_value SET name = name || :mark WHERE name LIKE :it"), _value(first))
            if not began:
                meet.wait(10)  # each holds what the other wants
            connection.execute(
                text("UPDATE company_value SET name = name || :mark WHERE name LIKE :it"), _value(second)
            )

        return world.database.write(change)

    await asyncio.gather(job("Samen", "Houd"), job("Houd", "Samen"))
    names = select(func.array_agg(text("name"))).select_from(text("company_value"))
    found = await world.database.read(lambda connection: connection.execute(names).scalar_one())
    assert sorted(found) == ["Houd het eenvoudig!!", "Samen sterker!!"]
    assert len(runs) >= 3  # on a busy machine they may meet again


def _value(name: str) -> dict[str, str]:
    return {"mark": "!", "it": f"{name}%"}


async def test_one_read_sees_one_moment_and_changes_nothing(world: World) -> None:
    seen = threading.Event(), threading.Event()

    def look(connection: Connection) -> list[Any]:
        first = connection.execute(text("SELECT count(*) FROM team")).scalar()
        seen[0].set()
        seen[1].wait(10)
        return [first, connection.execute(text("SELECT count(*) FROM team")).scalar()]

    reading = asyncio.create_task(world.database.read(look))
    await asyncio.to_thread(seen[0].wait, 10)
    with world.scope("bo") as scope:
        scope.db.add(Team(name="Design"))
    seen[1].set()
    assert await reading == [1, 1]
    with pytest.raises(Unavailable, match="read-only"):
        await world.database.read(lambda connection: connection.execute(text("DELETE FROM team")))


async def test_an_error_does_not_quote_what_people_wrote(world: World) -> None:
    def private(connection: Connection) -> None:
        scope = enter_org(connection, 1, world.clock.now())
        assert scope is not None
        scope.db.add(Person(name="something private", email="p@demolen.example", language="xx"))

    with pytest.raises(IntegrityError, match="ck_person_language") as failure:
        await world.database.write(private)
    whole = "".join(traceback.format_exception(failure.value))
    assert "something private" not in whole.replace('name="something private"', "")


async def test_a_server_that_restarts_is_busy_and_loses_nothing_acknowledged(world: World, postgres: Server) -> None:
    pipeline = Pipeline(world)
    acknowledged, others, done = list[str](), list[str](), asyncio.Event()
    busy = said((Answer(MANNERS.busy(words("nl", "Europe/Amsterdam"))),))

    async def calls(caller: int) -> None:
        for number in itertools.count():
            if done.is_set():
                return
            key = f"{caller}.{number}"
            answer = said(await pipeline.serve(pipeline.call("command", "team", key=key, text=key)))
            (others if answer == busy else acknowledged).append(key)

    with structlog.testing.capture_logs():
        callers = [asyncio.create_task(calls(caller)) for caller in range(4)]
        for _ in range(2):
            await _grows(acknowledged)
            await asyncio.to_thread(postgres.stop)
            await _grows(others)
            await asyncio.to_thread(postgres.start)
            await _grows(acknowledged)
        done.set()
        await asyncio.gather(*callers)
    keys, names = (select(core(table).c[name]) for table, name in ((Served, "key"), (Team, "name")))
    kept = await world.database.read(lambda connection: list(connection.scalars(keys)))
    made = await world.database.read(lambda connection: [name.split()[0] for name in connection.scalars(names)])
    assert set(acknowledged) - set(kept) == set()
    assert sorted(kept) == sorted(set(made) - {"Platform"})
    assert len(made) == len(kept) + 1
    assert said(await pipeline.serve(pipeline.call("command", "team", key=acknowledged[0]))).startswith("team ")
    assert await pipeline.count(Served) == len(kept)


async def _grows(some: list[str]) -> None:
    known = len(some)
    async with asyncio.timeout(60):
        while len(some) == known:  # noqa: ASYNC110 - it is filled by who knows nothing of tests
            await asyncio.sleep(0.01)


@pytest.mark.parametrize("number", ["2147483648", "999999999999999999"])
async def test_an_id_larger_than_any_is_no_id(world: World, number: str) -> None:
    serve = Chat(world, PlainPlatform()).dispatch.serve
    answer = said(
        await serve(Call("press", "kudos.edit", Account("demo", "T1", "noor"), "k1", carry={"kudos": number}))
    )
    assert answer == said(await serve(Call("press", "kudos.edit", Account("demo", "T1", "noor"), "k2")))


async def test_thousands_of_rows_go_in_together(world: World) -> None:
    with world.scope("bo") as scope:
        rows = [{"kind": "test", "key": f"{n}", "at": scope.now, "about_id": n, "parked": ""} for n in range(5000)]
        statements = list[str]()
        event.listen(world.database.writer, "before_cursor_execute", lambda *said: statements.append(said[2]))
        scope.db.insert_all(Due, rows)
    assert len(statements) == 1
    assert await count(world, Due, core(Due).c.kind == "test") == 5000


def test_what_a_call_costs_in_words_to_the_server(world: World) -> None:
    """Before the handler begins: one for the lock, one for who calls. Nothing else is said."""
    statements = list[str]()
    event.listen(world.database.writer, "before_cursor_execute", lambda *said: statements.append(said[2]))
    with world.scope("noor"):
        pass
    assert [statement.split()[1].partition(".")[0].partition("(")[0] for statement in statements] == [
        "pg_advisory_xact_lock",
        "person",
    ]
    with world.database.writer.begin() as connection:
        alone(connection)
    assert len(statements) == 3


async def test_an_operators_commands(world: World, tmp_path: Path) -> None:
    settings = load(RITME_DATABASE_URL=world.url)
    assert [found.text for found in await examine(settings) if found.level == "bad"] == []
    office = Office(world)
    await office.run(lambda scope: scope.db.update(Reached, Reached.user == "sem", closed_at=scope.now))
    await office.queue(note(office, "sem"))
    await office.flush()
    assert retry(settings) == (0, 1)
    assert export(world.url, tmp_path / "everything", "csv", lambda *_: None) > 20
