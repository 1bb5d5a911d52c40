"""What must be true of every life: nothing lost, nothing twice, nothing at a bad moment, and a reason for all the rest."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.engine import Connection

from models.base import core, loaded
from models.checkins import CheckinPeriod
from models.delivery import Delivery, written
from models.digest import Digest
from models.digest.planning import LATE
from models.due import Due
from tests.simulation.company import DAY, FOUNDED, Colleague
from tests.simulation.life import SETTLING, Life

ASK = "checkins.ask"
WEEKLY = "digest.weekly"


class Verdict:
    """Reads the rows of a life that was lived, and what arrived in its chat."""

    def __init__(self, life: Life, connection: Connection) -> None:
        self.life, self.connection = life, connection
        self.reasons: Counter[str] = Counter()
        """How often something was asked or told, and how often for which reason it was not."""
        self.periods = self._all(CheckinPeriod)
        self.digests = self._all(Digest)
        self.deliveries = self._all(Delivery)
        self.due = self._all(Due)
        self.arrived = Counter(said for message in life.post.arrived for said in message.said)
        self.now = life.clock.now()

    def wrong(self) -> list[str]:
        """Everything that is not as it must be, in words."""
        checks = (self._rows, self._twice, self._bursts, self._covered, self._asks, self._weeks)
        return [*self.life.wrong, *(found for check in checks for found in check())]

    # the rows as such

    def _rows(self) -> Iterator[str]:
        """Everything came to its end, and nothing failed."""
        for row in self.due:
            if row.parked:
                yield f"parked: {row.kind} {row.key} {row.parked}"
            elif row.done_at is None and row.at < self.now - DAY:
                yield f"never done: {row.kind} {row.key} of {row.at}"
        for said in self.deliveries:
            if said.state in {"halted", "sending", "unknown", "pending"}:
                yield f"{said.state}: {said.kind} {said.ids} {said.reason}"
            elif said.state == "new" and said.not_before < self.now - DAY:
                yield f"never routed: {said.kind} {said.ids}"

    def _twice(self) -> Iterator[str]:
        """What was said was said once, and what stands as sent arrived."""
        for said, times in self.arrived.items():
            if times != 1:
                yield f"{times} times: {said}"
        sent = Counter(_name(row) for row in self.deliveries if row.state == "sent" and row.verb == "dm")
        for said in sent | self.arrived:
            if sent[said] != self.arrived[said]:
                yield f"{said} stands as sent {sent[said]} times and arrived {self.arrived[said]} times"

    def _bursts(self) -> Iterator[str]:
        """Nobody gets more in a week than they agreed to, nor two messages at one moment."""
        weeks: Counter[tuple[str, Any]] = Counter()
        moments: Counter[tuple[str, datetime]] = Counter()
        asks: Counter[tuple[str, date]] = Counter()
        for message in self.life.post.arrived:
            person = self.life.people[int(message.to.removeprefix("U"))]
            weeks[message.to, message.at.isocalendar()[:2]] += 1
            moments[message.to, message.at] += 1
            asked = sum(said.startswith(ASK) for said in message.said)
            asks[message.to, message.at.astimezone(_zone(person, message.at)).date()] += asked
        # A week here is one in UTC, theirs begins up to a day earlier or later, and may begin anew after a move.
        for (to, week), many in weeks.items():
            if many > 2 * self.life.plot.attention:
                yield f"{many} messages to {to} in {week}"
        for (to, at), many in moments.items():
            if many > 1:
                yield f"{many} messages to {to} at {at}"
        for (to, day), many in asks.items():
            if many > 1:
                yield f"{many} check-ins to {to} on {day}"

    # check-ins

    def _covered(self) -> Iterator[str]:
        """Every day of everybody belongs to one period."""
        own: dict[int, list[CheckinPeriod]] = defaultdict(list)
        for row in sorted(self.periods, key=lambda row: row.starts):
            own[row.person_id].append(row)
        for id in self.life.people:
            rows = own[id]
            if not rows or rows[-1].ends < self.now.date():
                yield f"{id} is not planned any more"
            for one, other in pairwise(rows):
                if one.ends + DAY != other.starts:
                    yield f"{id}: a period ends on {one.ends}, the next begins on {other.starts}"

    def _asks(self) -> Iterator[str]:
        """One check-in for each person and period, or a reason on record."""
        told: dict[str, list[Delivery]] = defaultdict(list)
        for said in self.deliveries:
            if said.kind == ASK and said.verb == "dm":
                told[said.ids].append(said)
        for row in self.periods:
            if row.closes_at <= self.now:
                asked = told[written({"period": row.id})]
                wrong = self._asked(row, asked)
                if wrong:
                    yield f"{_shown(row)} {wrong}: {[(said.state, said.reason) for said in asked]}"

    def _asked(self, row: CheckinPeriod, asked: list[Delivery]) -> str:
        """What is wrong with a period that is over and the deliveries that asked about it."""
        if row.state == "planned":
            return "was never decided"
        if len(asked) > 1 or (row.state == "asked") > len(asked):
            return "has not one delivery"
        if row.state == "off" and asked:
            return "is off, yet was asked"
        if asked and asked[0].state == "sent":
            self.reasons["asked"] += 1
            late = asked[0].expires_at and asked[0].sent_at and asked[0].sent_at >= asked[0].expires_at
            return "was asked when it was over" if late else ""
        if row.state in {"answered", "skipped"}:
            self.reasons["answered before it was asked"] += 1
            return ""
        reason = self._why_not_asked(row, self.life.people[row.person_id], asked)
        self.reasons[reason or "?"] += 1
        return "" if reason else "was not asked"

    def _why_not_asked(self, row: CheckinPeriod, one: Colleague, asked: list[Delivery]) -> str:
        first = FOUNDED.date() - DAY
        days = [row.starts + DAY * n for n in range((row.ends - row.starts).days + 1)]
        if not any(one.works(day) for day in days if day > first):
            return "no working day"
        closes = max((day for day in days if one.works(day)), default=row.ends)
        closes_at = min(row.closes_at, datetime.combine(closes, time(17), tzinfo=_zone(one, row.closes_at)))
        if self._was_down(row.due_at, closes_at):
            return "nothing ran"
        start = datetime.combine(row.starts, time(), tzinfo=FOUNDED.tzinfo) - 2 * DAY
        if one.is_touched(start, row.closes_at + DAY):
            return "something changed"
        if asked and not self._moments(one, asked[0].created_at, row.closes_at):
            return "no working hour left"
        if asked and self._is_full(one, asked[0].created_at):
            return "the week was full"
        return ""

    # digests

    def _weeks(self) -> Iterator[str]:
        """One digest for each manager and week, or a reason."""
        made = Counter((row.manager_id, row.period) for row in self.digests)
        said = {row.ids: row for row in self.deliveries if row.kind == WEEKLY and row.verb == "dm"}
        leads = {one.manager for one in self.life.people.values() if one.manager}
        monday = FOUNDED.date() - DAY * FOUNDED.weekday() + 7 * DAY
        while monday < (self.life.end + SETTLING - 8 * DAY).date():
            year, number, _ = monday.isocalendar()
            for manager in leads:
                one = self.life.people[manager]
                if made[manager, f"{year}-W{number:02}"] == 0:
                    reason = self._why_no_digest(one, monday)
                    self.reasons[f"no digest: {reason or '?'}"] += 1
                    if not reason:
                        yield f"{manager} got no digest in {year}-W{number:02}"
            monday += 7 * DAY
        for row in self.digests:
            brought = said.get(written({"digest": row.id}))
            one = self.life.people[row.manager_id]
            if brought is None:
                yield f"digest {row.id} was made and not brought"
            elif brought.state == "sent":
                self.reasons["digest"] += 1
            else:
                reason = self._why_not_brought(one, brought)
                self.reasons[f"digest not brought: {reason or '?'}"] += 1
                if not reason:
                    yield f"digest {row.id} of {row.manager_id} was {brought.state} ({brought.reason})"

    def _why_no_digest(self, one: Colleague, monday: date) -> str:
        week = one.week(monday)
        days = [monday + DAY * n for n in range(week.digest_day - 1, 7)]
        day = next((day for day in days if one.works(day)), None)
        start = datetime.combine(monday, time(), tzinfo=FOUNDED.tzinfo)
        if one.is_touched(start - DAY, start + 8 * DAY):
            return "something changed"
        if day is None:
            return "no working day"
        at = datetime.combine(day, week.digest_at, tzinfo=ZoneInfo(week.zone))
        return "nothing ran" if self._was_down(at, at + LATE) else ""

    def _why_not_brought(self, one: Colleague, row: Delivery) -> str:
        end = row.expires_at or row.created_at + 7 * DAY
        if one.is_touched(row.created_at - DAY, end):
            return "something changed"
        if self._was_down(row.created_at, end) or any(
            start < end and row.created_at < stop for start, stop in self.life.down
        ):
            return "nothing ran"
        if self._is_full(one, row.created_at):
            return "the week was full"
        return "" if self._moments(one, row.created_at, end) else "no working hour left"

    # why

    def _was_down(self, start: datetime, end: datetime) -> bool:
        """Whether nothing ran for as long as it could have been of use, or a wrong clock made it seem so."""
        hour = timedelta(hours=1)
        return any(first <= start + 2 * hour and end - 2 * hour <= last for first, last in self.life.down)

    def _moments(self, one: Colleague, start: datetime, end: datetime) -> bool:
        """Whether they were at work at any time at which anything ran."""
        at = start
        while at < end:
            ran = not any(first <= at <= last for first, last in self.life.down)
            if ran and one.may_be_disturbed(at, one.week(at.date()).zone):
                return True
            at += timedelta(minutes=15)
        return False

    def _is_full(self, one: Colleague, at: datetime) -> bool:
        """Whether the person's week had no place for it any more."""
        zone = _zone(one, at)
        week = at.astimezone(zone).isocalendar()[:2]
        got = [
            message
            for message in self.life.post.arrived
            if message.to == f"U{one.id}" and message.at.astimezone(zone).isocalendar()[:2] == week
        ]
        return len(got) >= self.life.plot.attention

    def _all(self, table: type[Any]) -> list[Any]:
        rows: Iterable[Any] = self.connection.execute(select(*core(table).columns).order_by(core(table).c.id))
        return [loaded(table, row) for row in rows]


def _zone(one: Colleague, at: datetime) -> ZoneInfo:
    """Where somebody lived then."""
    return ZoneInfo(one.week(at.date()).zone)


def _name(row: Delivery) -> str:
    return f"{row.kind} {row.ids}"


def _shown(row: CheckinPeriod) -> str:
    return f"period {row.id} of {row.person_id} ({row.starts} - {row.ends}, {row.due_at:%a %d %H:%M} {row.state})"
