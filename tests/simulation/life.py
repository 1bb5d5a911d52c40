"""Two years of a company: work, leave, moves, outages, restarts and a clock that goes wrong."""

from __future__ import annotations

import asyncio
import heapq
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from functools import partial
from itertools import count
from pathlib import Path
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from bot.app import build_router
from bot.messages import Message
from bot.router import Saying
from models import checkins, directory, replanning, settings
from models.base import core
from models.cadence import Cadence
from models.delivery import Delivery, written
from models.due import Due
from models.errors import Refused
from models.identity import Person
from models.kudos import Kudos, KudosReceiver
from models.scope import Scope, enter_org
from tests.simulation.company import CADENCES, DAY, FOUNDED, WORKDAYS, ZONES, Colleague, Plot, found
from tests.simulation.stage import Arrived, Post, Process, SkewedClock

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
SETTLING = timedelta(weeks=2)
"""At the end nothing goes wrong any more for this long, so that everything can come to its end."""


class Life:
    """One company through one plot. Everything that is chosen is chosen by the seed."""

    def __init__(self, folder: Path, plot: Plot) -> None:
        self.plot, self.chance = plot, Random(plot.seed)
        self.clock = SkewedClock(FOUNDED)
        self.post = Post(self.clock)
        self.post.listens = self._arrived
        router = build_router()
        router.sayings = {kind: _signed(kind, saying) for kind, saying in router.sayings.items()}
        url = f"sqlite:///{folder / 'life.db'}"
        self.processes = [Process(url, router, self.post, self.chance) for _ in range(2)]
        self.people = found(self.processes[0], self.chance, plot)
        self.end = FOUNDED + timedelta(weeks=plot.weeks)
        self.kills = 0
        self.ticks = 0
        self.down: list[tuple[datetime, datetime]] = []
        """From when to when nothing ran."""
        self.wrong: list[str] = []
        """What must never happen and happened, in words."""
        self.seen: Counter[str] = Counter()
        self._order = count()
        self._ahead: list[tuple[datetime, int, Callable[[], None]]] = []
        self._wakes: list[datetime] = []
        self._happen()

    async def live(self) -> None:
        """From the founding to the end."""
        while self.clock.true < self.end + SETTLING:
            self.clock.true = max(self.clock.true, self._next())
            while self._wakes and self._wakes[0] <= self.clock.true:
                heapq.heappop(self._wakes)
            while self._ahead and self._ahead[0][0] <= self.clock.true:
                heapq.heappop(self._ahead)[2]()
            await self._work()

    def close(self) -> None:
        for process in self.processes:
            process.close()

    # the machine

    async def _work(self) -> None:
        """One of the processes works, or both at once."""
        both = self.chance.random() < 0.25
        working = self.processes if both else [self.chance.choice(self.processes)]
        self.ticks += 1
        lived = await asyncio.gather(*(process.work() for process in working))
        self.kills += lived.count(False)
        if not all(lived):
            # Somebody starts it again, in seconds or minutes.
            heapq.heappush(self._wakes, self.clock.true + timedelta(seconds=self.chance.choice((1, 20, 100, 400))))

    def _next(self) -> datetime:
        """The next true moment at which there is anything to do. A planner wakes twice a day at least."""
        now, skew = self.clock.now(), self.clock.skew
        with self.processes[0].reader.connect() as connection:
            work, said = core(Due).c, core(Delivery).c
            waits = select(func.min(said.not_before)).where(
                said.state == "new", said.installation_id.is_(None), said.nudge, said.not_before > now
            )
            tried = select(func.min(said.retry_at)).where(
                said.state.in_(("pending", "sending", "unknown")), said.retry_at > now
            )
            due = select(func.min(work.at)).where(work.done_at.is_(None), work.parked == "", work.at > now)
            found = [connection.execute(query).scalar() for query in (due, waits, tried)]
        moments = [at - skew for at in found if at is not None]
        return min([*moments, self.clock.true + 12 * HOUR, *self._wakes[:1]])

    def _doom(self) -> None:
        """A process dies within its next calls: in a plan, while it serves, while it sends."""
        process = self.chance.choice(self.processes)
        process.doomed = self.chance.randint(1, self.chance.choice((8, 60)))

    def _fail(self) -> None:
        """Nothing runs for a while; never twice without a day's work in between, or it would be longer than that."""
        began = self.clock.true
        if self.down and began - self.down[-1][1] < DAY:
            return
        self.clock.true += HOUR * self.chance.choice((1, 5, 12, 30, 48, 60, 72))
        self.down.append((began, self.clock.true))

    def _wrong_clock(self) -> None:
        self.clock.skew = HOUR * self.chance.choice((-1, 1))
        self._at(self.clock.true + HOUR * self.chance.choice((1, 3, 30)), self._right_clock)

    def _right_clock(self) -> None:
        self.clock.skew = timedelta()

    # what happens

    def _at(self, at: datetime, what: Callable[[], None]) -> None:
        heapq.heappush(self._ahead, (at, next(self._order), what))

    def _some_time(self) -> datetime:
        return FOUNDED + (self.end - FOUNDED) * self.chance.random()

    def _happen(self) -> None:
        """Writes the plot: when what will happen."""
        changes = self.plot.people * self.plot.weeks // 8
        for what, times in (
            (self._doom, self.plot.restarts * 3 // 2),  # a process may be doomed twice and dies once
            (self._fail, self.plot.outages // 2),
            (self._wrong_clock, self.plot.weeks // 4),
            (self._change, changes),
        ):
            for _ in range(times):
                self._at(self._some_time(), what)
        for _ in range(self.plot.outages - self.plot.outages // 2):
            sunday = FOUNDED + timedelta(weeks=self.chance.randrange(self.plot.weeks), days=4)
            self._at(sunday - HOUR * self.chance.randrange(12), self._fail)  # over Monday 09:00
        for week in range(self.plot.weeks + 5):
            self._at(FOUNDED + timedelta(weeks=week, days=3, hours=self.chance.randrange(24)), self._thank)

    def _arrived(self, message: Arrived) -> None:
        """Checks what somebody gets against how things are at this moment, and lets them answer some of it."""
        one = self.people[int(message.to.removeprefix("U"))]
        at = self.clock.now()
        if not one.may_be_disturbed(at):
            local = at.astimezone(ZoneInfo(one.zone))
            self.wrong.append(f"{message.said} reached {one.id} on {local:%a %d %b %Y %H:%M} {one.zone}")
        for said in message.said:
            kind, _, ids = said.partition(" ")
            self.seen[kind] += 1
            if kind == "checkins.ask" and self.chance.random() < 0.4:
                period = int(ids.rpartition(":")[2].rstrip("}"))
                later = self.clock.true + HOUR * self.chance.uniform(0.1, 40)
                self._at(later, partial(self._answer, one, period))

    def _answer(self, one: Colleague, period: int) -> None:
        with self._scope(one) as scope:
            try:
                if self.chance.random() < 0.6:
                    checkins.skip(scope, period)
                else:
                    blocker = "The test environment" if self.chance.random() < 0.3 else ""
                    checkins.send(scope, period, checkins.Answers(blocker=blocker, priorities=("Tests",), energy=3))
            except Refused:
                self.seen["refused"] += 1  # answered twice, or too late

    def _thank(self) -> None:
        """Every manager has something new to read each week: it is weekend all over the world, between two digests."""
        led = {one.manager: one.id for one in self.people.values() if one.manager}
        with self._scope(self.people[1]) as scope:
            for receiver in led.values():
                giver = next(id for id in (1, 2, 3) if id not in {receiver, self.people[receiver].manager})
                kudos = scope.db.add(Kudos(giver_id=giver, text="Thank you", at=scope.now))
                scope.db.add(KudosReceiver(kudos_id=kudos.id, person_id=receiver, shown="public"))

    def _change(self) -> None:
        """Something in somebody's life."""
        one = self.chance.choice(list(self.people.values()))
        change = self.chance.choice(
            (self._moves, self._moment, self._rhythm, self._goes_away, self._comes_back, self._other_manager, self._day)
        )
        before, now = one.touched[:], self.clock.now()
        with self._scope(one) as scope:
            change(one, scope)
        self.seen[change.__name__] += 1
        if one.touched == before:
            one.touched.append((now - 3 * DAY, now + 3 * DAY))

    def _moves(self, one: Colleague, scope: Scope) -> None:
        zone, workdays = self.chance.choice(ZONES[: self.plot.zones]), self.chance.choice(WORKDAYS) or "12345"
        settings.set_me(scope, "en", zone, workdays, "public")
        one.weeks.append(replace(one.weeks[-1], since=scope.today, workdays=workdays, zone=zone))

    def _moment(self, one: Colleague, scope: Scope) -> None:
        checkins.choose_moment(scope, self.chance.choice(("mon", "wed", "sat")), time(self.chance.choice((9, 12))))

    def _rhythm(self, one: Colleague, scope: Scope) -> None:
        cadence = self.chance.choice([text for text in CADENCES if text])
        checkins.set_for(self._seen_by(scope, 1), scope.me, Cadence.parse(cadence))

    def _goes_away(self, one: Colleague, scope: Scope) -> None:
        first = scope.today + DAY * self.chance.randint(-1, 9)
        last = max(first + DAY * self.chance.choice((0, 0, 2, 6, 13, 40)), scope.today)
        directory.go_away(scope, first, last)
        replanning.replan(scope, [one.id])
        self._leave_of(one, scope)
        one.touched.append((scope.now - 3 * DAY, scope.now + 3 * DAY))
        one.touched.append((_midnight(first), _midnight(min(first, scope.today) + DAY)))

    def _comes_back(self, one: Colleague, scope: Scope) -> None:
        for absence in directory.away(scope)[:1]:
            directory.cancel_leave(scope, absence.id)
            replanning.replan(scope, [one.id])
            one.touched.append((min(scope.now, _midnight(absence.starts)), _midnight(absence.until) + 3 * DAY))
        self._leave_of(one, scope)

    def _other_manager(self, one: Colleague, scope: Scope) -> None:
        leads = {each.manager for each in self.people.values()}
        if one.id not in leads:
            chosen = self.chance.choice([id for id in leads if id and id != one.id])
            for id in (one.manager, chosen):
                if id:
                    self.people[id].touched.append((scope.now - 7 * DAY, scope.now + 7 * DAY))
            one.manager = chosen
            scope.db.change(scope.me, manager_id=chosen)

    def _day(self, one: Colleague, scope: Scope) -> None:
        if one.id not in {each.manager for each in self.people.values()}:
            return
        day, at = self.chance.randint(1, 5), time(self.chance.choice((9, 11)))
        one.weeks.append(replace(one.weeks[-1], since=scope.today, digest_day=day, digest_at=at))
        one.touched.append((scope.now - 7 * DAY, scope.now + 7 * DAY))
        settings.set_team(scope, None, day, at)

    def _leave_of(self, one: Colleague, scope: Scope) -> None:
        one.leave |= {each.id: (each.starts, each.until) for each in directory.away(scope)}
        kept = {each.id for each in directory.away(scope)}
        one.leave = {id: days for id, days in one.leave.items() if id in kept or days[1] < scope.today}

    # inside

    @contextmanager
    def _scope(self, one: Colleague) -> Iterator[Scope]:
        with self.processes[0].writer.begin() as connection:
            scope = enter_org(connection, 1, self.clock.now())
            assert scope is not None
            yield self._seen_by(scope, one.id)

    def _seen_by(self, scope: Scope, id: int) -> Scope:
        person = scope.db.get(Person, id)
        assert person is not None
        return scope.as_(person)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=FOUNDED.tzinfo)


def _signed(kind: str, saying: Saying) -> Saying:
    """The same words, with a summary that says what they are: what arrives tells by itself what was in it."""

    def signed(scope: Scope, ids: Any) -> Any:
        said = saying(scope, ids)
        return Message(f"{kind} {written(ids)}", said.body) if isinstance(said, Message) else said

    return signed
