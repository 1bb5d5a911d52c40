"""What is planned follows people's lives until the moment it is said, whoever plans it and however often."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, select
from sqlalchemy.engine import Connection

from bot.tick import Ticker
from handlers import directory as directory_handlers
from models import checkins, digest, directory, replanning, settings
from models.base import Db, core, loaded
from models.cadence import Cadence
from models.checkins import CheckinPeriod, planning, rhythm
from models.directory import leaving
from models.due import Due
from models.identity import Person
from models.scope import Scope, enter_org
from tests.chat import Chat
from tests.doors.plain import PlainPlatform
from tests.world import Home, World

MONDAY = datetime(2026, 11, 30, tzinfo=UTC)
NIGHT = MONDAY + timedelta(hours=2)
"""Monday 02:00 in UTC: the check-ins and digests of 09:00 in Amsterdam are planned, and nothing fell due."""
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@pytest.fixture
def chat(world: World) -> Chat:
    """Rows alone count here, so no door is needed."""
    return Chat(world, PlainPlatform())


def rows(world: World, kind: str, handle: str) -> list[Due]:
    """What is planned of a kind for somebody from Monday on."""
    with world.scope(handle) as scope:
        row = core(Due).c
        found = scope.db.all(Due, row.kind == kind, row.person_id == scope.me.id, order=row.id)
    return [one for one in found if one.done_at is None or one.done_at >= MONDAY]


def asked_at(world: World, handle: str) -> list[datetime]:
    with world.scope(handle) as scope:
        found = scope.db.all(CheckinPeriod, CheckinPeriod.person_id == scope.me.id, CheckinPeriod.state == "asked")
    return [one.due_at for one in found]


# --- a change between plan and send ------------------------------------------------------------------


def moves_to(zone: str) -> Callable[[Scope], object]:
    return lambda scope: settings.set_me(scope, "nl", zone, "12345", "public")


def works_on(days: str) -> Callable[[Scope], object]:
    return lambda scope: settings.set_me(scope, "nl", scope.me.zone, days, "public")


def is_away(days: int) -> Callable[[Scope], object]:
    def away(scope: Scope) -> None:
        directory_handlers._taken(scope, directory.go_away(scope, scope.today, scope.today + DAY * (days - 1)))

    return away


def chooses(day: str, hour: int) -> Callable[[Scope], object]:
    return lambda scope: checkins.choose_moment(scope, day, time(hour))


def rhythm_of_the_team(scope: Scope) -> None:
    hr = scope.db.one(Person, Person.hr)  # type: ignore[arg-type]
    assert hr is not None
    checkins.set_for(scope.as_(hr), checkins.team_named(scope, "Platform"), Cadence.parse("weekly mon 13:00"))


@pytest.mark.parametrize(
    ("change", "hours"),
    [
        (moves_to("Asia/Tokyo"), 2),  # it is 11:00 there already: at once
        (moves_to("Africa/Cairo"), 7),
        (moves_to("America/New_York"), 14),
        (moves_to("Pacific/Honolulu"), 19),
        (works_on("35"), 48 + 8),
        (is_away(2), 48 + 8),
        (chooses("mon", 11), 10),
        (chooses("thu", 9), 72 + 8),
        (rhythm_of_the_team, 12),
    ],
)
async def test_the_ask_follows_what_changed_after_it_was_planned(
    chat: Chat, change: Callable[[Scope], object], hours: int
) -> None:
    await chat.moves(NIGHT)
    (before,) = rows(chat.world, checkins.ASK, "noor")
    assert before.at == MONDAY + 8 * HOUR
    with chat.world.scope("noor") as scope:
        change(scope)
    await chat.moves(max(MONDAY + hours * HOUR - timedelta(minutes=1), NIGHT))
    if hours > 2:
        assert asked_at(chat.world, "noor") == []
    await chat.moves(MONDAY + hours * HOUR)
    assert len(asked_at(chat.world, "noor")) == 1
    await chat.moves(MONDAY + 5 * DAY)
    assert len([dm for dm in chat.platform.sent["noor"] if "Hoi Noor" in dm[1].summary]) == 1


async def test_what_stays_as_it_was_moves_nothing(chat: Chat) -> None:
    """The working days of an organisation are the same days when they stand at the person too."""
    await chat.moves(NIGHT)
    with chat.world.scope("noor") as scope:
        scope.db.change(scope.me, workdays="12345")
        settings.set_me(scope, "en", scope.me.zone, "12345", "private")
    assert [row.at for row in rows(chat.world, checkins.ASK, "noor")] == [MONDAY + 8 * HOUR]


async def test_who_is_back_early_is_asked_at_once(chat: Chat) -> None:
    await chat.moves(NIGHT - DAY)
    with chat.world.scope("noor") as scope:
        absence = directory.go_away(scope, date(2026, 11, 30), date(2026, 12, 2))
    await chat.moves(NIGHT + 8 * HOUR)  # past 09:00: it is put off to Thursday
    assert [row.at for row in rows(chat.world, checkins.ASK, "noor")] == [MONDAY + 3 * DAY + 8 * HOUR]
    with chat.world.scope("noor") as scope:
        directory.cancel_leave(scope, absence.id)
        replanning.replan(scope, [scope.me.id])
    await chat.moves(timedelta(minutes=1))
    assert len(asked_at(chat.world, "noor")) == 1


async def test_somebody_who_cannot_make_up_their_mind_is_asked_once(chat: Chat) -> None:
    """Back and forth between two moments, before and after each of them."""
    await chat.moves(NIGHT)
    for zone in ("America/New_York", "Europe/Amsterdam", "America/New_York", "Pacific/Honolulu", "America/New_York"):
        with chat.world.scope("noor") as scope:
            moves_to(zone)(scope)
        await chat.moves(3 * HOUR)
    await chat.moves(MONDAY + 5 * DAY)
    (_,) = [row for row in rows(chat.world, checkins.ASK, "noor") if row.done_at]
    assert len(asked_at(chat.world, "noor")) == 1


@pytest.mark.parametrize(
    ("change", "at"),
    [
        (moves_to("Asia/Tokyo"), NIGHT),
        (moves_to("America/New_York"), MONDAY + 14 * HOUR),
        (is_away(1), MONDAY + 32 * HOUR),
        (lambda scope: settings.set_team(scope, None, 3, time(14)), MONDAY + 2 * DAY + 13 * HOUR),
    ],
)
async def test_the_digest_follows_what_changed_after_it_was_planned(
    chat: Chat, change: Callable[[Scope], object], at: datetime
) -> None:
    await chat.moves(NIGHT)
    with chat.world.scope("anna") as scope:
        change(scope)
    await chat.moves(MONDAY + 5 * DAY)
    assert {row.done_at for row in rows(chat.world, digest.SEND, "anna") if ":2026-W49" in row.key} == {at}


async def test_a_new_manager_gets_the_digest_of_the_week(chat: Chat) -> None:
    await chat.moves(NIGHT)
    assert rows(chat.world, digest.SEND, "hanna") == []
    with chat.world.scope("noor") as scope:
        scope.db.change(scope.me, manager_id=chat.world.people["hanna"])
    await chat.moves(timedelta(minutes=1))
    (row,) = rows(chat.world, digest.SEND, "hanna")
    assert (row.key, row.at) == (f"{chat.world.people['hanna']}:2026-W49", MONDAY + 8 * HOUR)


async def test_who_moves_west_leaves_when_the_last_day_is_over_there(chat: Chat) -> None:
    with chat.world.scope("noor") as scope:
        scope.db.change(scope.me, leaves_on=date(2026, 11, 27))
        leaving.plan_leaving(scope, [(scope.me.id, scope.me.zone, date(2026, 11, 27))])
        moves_to("Pacific/Honolulu")(scope)

    def closed() -> datetime | None:
        with chat.world.scope("anna") as scope:
            noor = scope.db.get(Person, chat.world.people["noor"])
        assert noor is not None
        return noor.closed_at

    await chat.moves(datetime(2026, 11, 28, 9, 59, tzinfo=UTC))
    assert closed() is None
    await chat.moves(timedelta(minutes=1))
    assert closed() == datetime(2026, 11, 28, 10, 0, tzinfo=UTC)


async def test_a_new_rhythm_for_many_people_is_taken_up_some_at_a_time(
    chat: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rhythm, "CHUNK", 4)
    await chat.moves(NIGHT)
    with chat.world.scope("hanna") as scope:
        checkins.set_for(scope, None, Cadence.parse("weekly wed 10:00"))
        row = core(Due).c
        parts = scope.db.all(Due, row.kind == checkins.REPLAN)
        assert [one.about_id for one in parts] == [1, 5, 9]
    await chat.moves(MONDAY + 2 * DAY + 9 * HOUR)
    with chat.world.scope("hanna") as scope:
        asked = scope.db.all(CheckinPeriod, CheckinPeriod.state == "asked")
    assert [one.due_at for one in asked] == [MONDAY + 2 * DAY + 9 * HOUR] * 8  # it is earlier in London and New York


async def test_a_clock_that_goes_an_hour_back_and_forth_asks_nobody_twice(chat: Chat) -> None:
    await chat.moves(MONDAY + 8 * HOUR)
    before = everything_planned(chat.world)
    for step in (-HOUR, HOUR / 2, -HOUR, HOUR, HOUR / 2):
        chat.world.clock.step(step)
        await chat.ticker.tick()
        await chat.outbound.flush()
    assert chat.world.clock.now() == MONDAY + 8 * HOUR
    assert everything_planned(chat.world) == before
    assert len(chat.platform.sent["noor"]) == 1


# --- whoever plans -----------------------------------------------------------------------------------


def everything_planned(world: World) -> list[tuple[str, int | None, datetime]]:
    """Without the keys: they are ids of periods, and PostgreSQL gives none again after a roll-back."""
    query = select(*core(Due).columns).order_by(core(Due).c.kind, core(Due).c.person_id, core(Due).c.at)
    with world.database.reader.connect() as connection:
        found = [loaded(Due, row) for row in connection.execute(query)]
    return [(row.kind, row.person_id, row.at) for row in found]


@pytest.fixture
def twin(home: Home, tmp_path: Path) -> Iterator[World]:
    """The same company in another database, in which nothing is disturbed."""
    (tmp_path / "twin").mkdir()
    world = World(tmp_path / "twin" if isinstance(home, Path) else home)
    yield world
    world.close()


async def test_two_planners_at_once_plan_everything_once(chat: Chat, twin: World) -> None:
    one = chat.ticker
    other = Ticker(one.router, one.database, one.clock, one.serve, one.outbound, one.metrics)
    await asyncio.gather(one.plan(), other.plan(), one.plan(), other.plan())
    alone = Chat(twin, PlainPlatform())
    await alone.ticker.plan()
    assert everything_planned(chat.world) == everything_planned(twin) != []


class Dying(Db):
    """A transaction whose process is killed at its nth statement."""

    def __init__(self, connection: Connection, org_id: int, at: int) -> None:
        super().__init__(connection, org_id)
        object.__setattr__(self, "_left", iter(range(at)))

    _left: Iterator[int]

    def _goes_on(self) -> None:
        if next(self._left, None) is None:
            raise ZeroDivisionError

    def all(self, *args: Any, **kwargs: Any) -> Any:
        self._goes_on()
        return super().all(*args, **kwargs)

    def rows(self, *args: Any, **kwargs: Any) -> Any:
        self._goes_on()
        return super().rows(*args, **kwargs)

    def insert_all(self, *args: Any, **kwargs: Any) -> None:
        self._goes_on()
        super().insert_all(*args, **kwargs)

    def many(self, *args: Any, **kwargs: Any) -> int:
        self._goes_on()
        return super().many(*args, **kwargs)


@pytest.mark.parametrize("planner", [checkins.plan, digest.plan])
async def test_a_planner_that_is_killed_at_any_statement_is_harmless(
    world: World, twin: World, planner: Callable[[Scope, datetime], bool]
) -> None:
    until = world.clock.now() + timedelta(hours=26)

    def plan(connection: Connection, at: int | None) -> None:
        scope = enter_org(connection, 1, world.clock.now())
        assert scope is not None
        planner(scope if at is None else replace(scope, db=Dying(connection, 1, at)), until)

    for at in count():
        try:
            await world.database.write(lambda connection, at=at: plan(connection, at))
        except ZeroDivisionError:
            assert everything_planned(world) == []
        else:
            break
    await twin.database.write(lambda connection: plan(connection, None))
    assert everything_planned(world) == everything_planned(twin) != []
    assert at > 1


async def test_many_people_are_planned_some_at_a_time(chat: Chat) -> None:
    """So that a caller waits for some of them at most."""
    more = planning.CHUNK * 2 + 10
    with chat.world.scope("noor") as scope:
        known = {name: value for name, value in scope.me.__dict__.items() if name != "id"}
        people = [known | {"name": f"P {n}", "email": f"p{n}@demolen.example"} for n in range(more)]
        scope.db.connection.execute(insert(core(Person)), people)
    written: list[int] = []
    planner = chat.ticker.router.planners

    def counted(plan: Callable[[Scope, datetime], Any]) -> Callable[[Scope, datetime], Any]:
        def planned(scope: Scope, until: datetime) -> Any:
            before = scope.db.count(CheckinPeriod)
            again = plan(scope, until)
            written.append(scope.db.count(CheckinPeriod) - before)
            return again

        return planned

    planner[:] = [counted(checkins.plan)]
    await chat.ticker.plan()
    assert written == [planning.CHUNK, planning.CHUNK, 10 + 10, 0]
