"""A restored copy answers people and says nothing old; once it is let go, it says what is new."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bot import doctor, fence, outbox
from bot.app import Parts, build
from bot.backup import backup
from bot.calls import Account, Call, Post, Tell
from bot.db import engine
from bot.fence import Fenced
from bot.restore import restore
from bot.running import Ritme, Works
from bot.settings import Settings
from models.base import core
from models.delivery import Delivery
from models.directory.leaving import plan_leaving
from models.identity import Organisation, Person
from models.scope import Scope, enter_org
from tests.mail import Mail
from tests.postgres import Server
from tests.rows import revised
from tests.world import Home, World

DAY = timedelta(days=1)


class Copy:
    """A Ritme whose heart beats by hand, on the world's database or on a copy of it."""

    def __init__(self, url: str, world: World) -> None:
        self.url, self.world, self.mail = url, world, Mail()
        self.settings = Settings(RITME_DATABASE_URL=url, RITME_PORT=0)
        parts = Parts(clock=world.clock, platforms={"demo": self.mail})
        self.ritme: Ritme = build(self.settings, parts)
        works = Works(self.ritme.ticker, self.ritme.outbound)
        self.work = Fenced(works, self.ritme.database, self.ritme.ticker.rest)

    async def beat(self) -> None:
        await self.work.tick()
        while lanes := await self.work.lanes():
            for lane in lanes:
                await self.work.drain(lane)
        assert self.ritme.ticker.last > 0

    async def run(self, job: Any) -> Any:
        def inside(connection: Any) -> Any:
            scope = enter_org(connection, 1, self.world.clock.now())
            assert scope is not None
            return job(scope)

        return await self.ritme.database.write(inside)

    async def types(self, handle: str, command: str, text: str) -> None:
        account = Account("demo", self.world.team, self.world.user(handle))
        await self.ritme.dispatch.serve(Call("command", command, account, f"{handle}{text}", text=text))

    async def release(self, *, moved: bool = False) -> int:
        self.world.clock.step(timedelta(seconds=1))
        return await fence.release(self.ritme.ticker, self.ritme.database, moved=moved)

    async def states(self, *where: Any) -> list[str]:
        row = core(Delivery).c
        query = select(row.state, row.reason).where(*where).order_by(row.id)
        found = await self.ritme.database.read(lambda connection: connection.execute(query).all())
        return [f"{state} {reason}".strip() for state, reason in found]

    @property
    def heard(self) -> int:
        """How many messages reached anybody."""
        return sum(map(len, self.mail.boxes.values()))


@asynccontextmanager
async def opened(url: str, world: World) -> AsyncIterator[Copy]:
    copy = Copy(url, world)
    try:
        yield copy
    finally:
        copy.ritme.database.close()


BOTH = pytest.mark.parametrize("elsewhere", ["sqlite", "postgresql"], indirect=True)


@pytest.fixture
def elsewhere(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a new database: a file, unless a test asks for `BOTH`."""
    if getattr(request, "param", "sqlite") == "sqlite":
        yield f"sqlite:///{tmp_path / 'elsewhere.db'}"
        return
    server: Server = request.getfixturevalue("postgres")
    url = server.empty()
    yield url
    server.drop(url)


async def copied(world: World, url: str, file: Path, *, later: timedelta = DAY * 0) -> None:
    """A backup of the world as it is, restored elsewhere some time later."""
    backup(world.url, file)
    world.clock.step(later)
    await restore(url, file, world.clock.now())


@pytest.fixture
def world(home: Home) -> Iterator[World]:
    """The company, in a database that knows its revision."""
    world = World(home)
    revised(world)
    yield world
    world.close()


# --- what waited -------------------------------------------------------------------------------------


@BOTH
async def test_nothing_old_is_sent_and_everything_new_is(world: World, elsewhere: str, tmp_path: Path) -> None:
    async with opened(world.url, world) as original:
        await original.beat()  # what the clock has to do today is done
        before = len(await original.states())
        await original.types("noor", "kudos", "@sem for the original")
        mine, theirs = core(Delivery).c.id > before, core(Delivery).c.id > before + 3
        assert await original.states(mine) == ["new", "new", "new"]
        world.clock.step(timedelta(seconds=1))
        backup(world.url, tmp_path / "backup.db")
        await original.beat()
        assert "for the original" in str(original.mail.boxes)

    await restore(elsewhere, tmp_path / "backup.db", world.clock.now())
    async with opened(elsewhere, world) as copy:
        await copy.beat()
        world.clock.step(timedelta(minutes=1))
        await copy.types("anna", "kudos", "@ravi for the copy")
        await copy.beat()
        assert await copy.states(mine) == ["new"] * 6
        assert copy.mail.parcels == []

        assert await copy.release() == 2
        assert await copy.states(mine) == [*["halted restored"] * 2, "withdrawn restored", *["new"] * 3]
        await copy.beat()
        assert await copy.states(theirs) == ["sent"] * 3
        assert ("for the copy" in str(copy.mail.boxes), "for the original" in str(copy.mail.boxes)) == (True, False)


@pytest.mark.parametrize("state", ["new", "pending", "sending", "unknown"])
async def test_in_whatever_state_it_waited(world: World, elsewhere: str, tmp_path: Path, state: str) -> None:
    async with opened(world.url, world) as original:
        await original.run(
            lambda scope: outbox.queue(scope, [Tell(world.people["sem"], "kudos.received", {"kudos": 1})])
        )
        lane = {} if state == "new" else {"installation_id": 1, "to": "sem"}
        await original.run(lambda scope: scope.db.update(Delivery, state=state, **lane))
    await copied(world, elsewhere, tmp_path / "backup.db", later=DAY)
    async with opened(elsewhere, world) as copy:
        assert await copy.release() == 1
        await copy.beat()
        assert (await copy.states(), copy.mail.parcels) == (["halted restored"], [])


async def test_an_operator_lets_go_what_was_put_aside_by_its_name_alone(
    world: World, elsewhere: str, tmp_path: Path
) -> None:
    async with opened(world.url, world) as original:
        await original.types("noor", "kudos", "@sem for the original")
        await original.run(lambda scope: outbox.queue(scope, [Post("kudos", "kudos.posted", {"kudos": 1})]))
        await original.run(lambda scope: scope.db.update(Delivery, Delivery.verb == "post", state="halted", reason="x"))
    await copied(world, elsewhere, tmp_path / "backup.db", later=DAY)
    async with opened(elsewhere, world) as copy:
        assert doctor.retry(copy.settings, now=world.clock.now())[1] > 0
        aside = await copy.release()
        await copy.beat()
        assert (doctor.retry(copy.settings, now=world.clock.now()), copy.mail.parcels) == ((0, 0), [])
        assert doctor.retry(copy.settings, restored=True, now=world.clock.now()) == (0, aside)
        await copy.beat()
        assert "for the original" in str(copy.mail.boxes)
        assert doctor.retry(copy.settings, restored=True, now=world.clock.now()) == (0, 0)


async def test_where_the_original_stopped_before_what_waited_goes_out(
    world: World, elsewhere: str, tmp_path: Path
) -> None:
    async with opened(world.url, world) as original:
        await original.types("noor", "kudos", "@sem before the move")
    await copied(world, elsewhere, tmp_path / "backup.db")
    async with opened(elsewhere, world) as copy:
        await copy.beat()
        assert copy.mail.parcels == []
        assert await copy.release(moved=True) == 0
        await copy.beat()
        assert "before the move" in str(copy.mail.boxes)


# --- what fell due -----------------------------------------------------------------------------------


async def asked_daily(original: Copy, world: World) -> None:
    """Everybody is asked every day; Sem's last day is the next one; the night's work is planned, nothing is sent."""

    def arrange(scope: Scope) -> None:
        scope.db.update(Organisation, cadence="FREQ=DAILY 09:00")
        sem = scope.db.get(Person, world.people["sem"])
        assert sem is not None
        last = date(2026, 11, 25)
        scope.db.change(sem, leaves_on=last)
        plan_leaving(scope, [(sem.id, sem.zone, last)])

    await original.run(arrange)
    await original.ritme.ticker.plan()


@BOTH
async def test_three_days_later_nobody_hears_of_what_fell_due_in_between(
    world: World, elsewhere: str, tmp_path: Path
) -> None:
    async with opened(world.url, world) as original:
        await asked_daily(original, world)
    await copied(world, elsewhere, tmp_path / "backup.db", later=DAY * 3 + timedelta(hours=6))
    async with opened(elsewhere, world) as copy:
        await copy.beat()
        assert (await copy.states(), await closed(copy, world)) == ([], False)

        asked = await copy.release()
        assert (asked, await closed(copy, world)) == (9, True)
        assert set(await copy.states()) == {"halted restored"}
        await copy.beat()
        assert copy.mail.parcels == []
        # Saturday and Sunday nobody works; on Monday everybody is asked, once.
        await copy.ritme.ticker.advance(datetime(2026, 11, 30, 20, tzinfo=world.clock.now().tzinfo))
        assert {user: len(box) for user, box in copy.mail.boxes.items() if user != "joris"} == dict.fromkeys(
            (handle for handle in world.people if handle not in {"sem", "joris"}), 1
        )


async def test_a_copy_that_is_moved_goes_on_as_after_standing_still(
    world: World, elsewhere: str, tmp_path: Path
) -> None:
    async with opened(world.url, world) as original:
        await asked_daily(original, world)
    await copied(world, elsewhere, tmp_path / "backup.db", later=DAY * 3 + timedelta(hours=6))
    async with opened(elsewhere, world) as copy:
        assert await copy.release(moved=True) == 0
        await copy.beat()
        assert {len(box) for box in copy.mail.boxes.values()} == {1}
        assert await closed(copy, world)


async def test_ended_halfway_it_is_begun_again(world: World, elsewhere: str, tmp_path: Path) -> None:
    """What the clock said in silence before it was killed is as old as what waited."""
    async with opened(world.url, world) as original:
        await asked_daily(original, world)
    await copied(world, elsewhere, tmp_path / "backup.db", later=DAY * 3)
    async with opened(elsewhere, world) as copy:
        now = world.clock.now()
        await copy.ritme.database.write(lambda connection: fence.put_up(connection, fence.LIFTING, now))
        await copy.ritme.ticker.plan()
        await copy.ritme.ticker.fall_due()
    world.clock.step(timedelta(minutes=3))
    async with opened(elsewhere, world) as copy:
        await copy.beat()
        assert copy.mail.parcels == []
        assert await copy.release() > 0
        await copy.beat()
        assert copy.mail.parcels == []


async def test_while_something_due_cannot_be_served_the_fence_stands(
    world: World, elsewhere: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with opened(world.url, world) as original:
        await asked_daily(original, world)
    await copied(world, elsewhere, tmp_path / "backup.db", later=DAY)
    async with opened(elsewhere, world) as copy:

        async def busy() -> None:
            """As when the database is: the clock leaves the rest for its next beat."""

        with monkeypatch.context() as patch:
            patch.setattr(copy.ritme.ticker, "fall_due", busy)
            with pytest.raises(fence.Busy):
                await copy.release()
        await copy.beat()
        assert copy.mail.parcels == []
        await copy.release()
        assert await copy.ritme.database.read(fence.status) is None


async def closed(copy: Copy, world: World) -> bool:
    """Whether Sem left."""
    sem = await copy.run(lambda scope: scope.db.get(Person, world.people["sem"]))
    return sem.closed_at is not None


# --- how it is told ----------------------------------------------------------------------------------


async def test_it_says_that_it_is_fenced_and_what_to_do(world: World, elsewhere: str, tmp_path: Path) -> None:
    await copied(world, elsewhere, tmp_path / "backup.db")
    async with opened(elsewhere, world) as copy:
        said = (await copy.ritme.notes())["fence"]
        assert "restored from backup.db" in said
        assert said.endswith("When all is well: ritme db release")
        assert said in [found.text for found in await doctor.examine(copy.settings) if found.about == "fence"]
        assert not any((await copy.ritme.checks()).values()) or set((await copy.ritme.checks()).items()) <= {
            ("database", ""),
            ("clock", "stands still"),
        }
        await copy.beat()
        assert not any((await copy.ritme.checks()).values())
        await copy.release()
        assert await copy.ritme.notes() == {}
        assert await copy.release() == 0


async def test_a_fence_by_hand_holds_everything_from_its_moment_on(world: World) -> None:
    async with opened(world.url, world) as copy:
        await copy.types("noor", "kudos", "@sem before")
        await copy.ritme.database.write(lambda connection: fence.put_up(connection, "a snapshot", world.clock.now()))
        world.clock.step(timedelta(seconds=1))
        await copy.types("noor", "kudos", "@ravi after")
        await copy.beat()
        assert copy.mail.parcels == []
        assert await copy.release() > 0
        await copy.beat()
        assert ("after" in str(copy.mail.boxes), "before" in str(copy.mail.boxes)) == (True, False)


async def test_a_clock_that_was_ahead_makes_nothing_new(world: World, elsewhere: str, tmp_path: Path) -> None:
    """Where the original's clock was ahead of ours, what it wrote is still older than the fence."""
    with world.scope("noor") as scope:
        outbox.queue(scope, [Tell(world.people["sem"], "kudos.received", {"kudos": 1})])
    backup(world.url, tmp_path / "backup.db")
    await restore(elsewhere, tmp_path / "backup.db", world.clock.now() - DAY)
    opened = engine(elsewhere)
    with opened.connect() as connection:
        found = fence.status(connection)
    opened.dispose()
    assert found is not None
    assert found.old == 1


async def test_what_people_do_while_the_fence_is_lifted_brings_back_nothing_of_the_clocks(
    world: World, tmp_path: Path
) -> None:
    """Their moment is later than the one at which it began to be lifted."""
    copy = Copy(world.url, world)
    told: list[Tell] = [Tell(world.people["sem"], "kudos.told", {"kudos": 1})]
    await copy.ritme.database.write(lambda connection: fence.put_up(connection, "by hand", world.clock.now()))
    world.clock.step(DAY)
    now = world.clock.now()
    world.clock.step(timedelta(seconds=2))
    await copy.run(lambda scope: outbox.queue(scope, told))
    world.clock.move(now)

    async def caught_up() -> None:
        await copy.run(lambda scope: outbox.queue(scope, told))

    copy.ritme.ticker.plan = caught_up  # type: ignore[method-assign]  # the clock says something of what fell due
    assert await fence.release(copy.ritme.ticker, copy.ritme.database) == 1
    assert await copy.states() == ["new", "halted restored"]
    copy.ritme.database.close()


async def test_a_fence_that_is_put_up_while_a_lane_is_drained(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fence, "SLICE", 0.0)
    copy = Copy(world.url, world)
    slices: list[float | None] = []

    async def drain(_: int, seconds: float | None = None) -> int:
        slices.append(seconds)
        if len(slices) == 2:
            await copy.ritme.database.write(lambda connection: fence.put_up(connection, "by hand", world.clock.now()))
        return 1

    monkeypatch.setattr(copy.ritme.outbound, "drain", drain)
    assert await copy.work.drain(1) == 2
    assert slices == [0.0, 0.0]
    copy.ritme.database.close()
