"""Makes digests out of the streams: one manager in memory at a time, the same way for one as for all."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property, lru_cache
from itertools import chain, groupby, islice
from operator import itemgetter
from typing import Any, NamedTuple

from models.cadence import LONG_AGO, Span, Workweek
from models.digest.questions import MISSED
from models.digest.streams import A_WHILE, Streams
from models.digest.tables import ASKS, Line, begun
from models.goals import Period, rules
from models.scope import Scope

MOST_ASKS = MOST_SORTS = 5
"""Asks of one sort are said together, so the first of another sort is never crowded out by them."""
MOST_GOOD = 3
WEEK = timedelta(weeks=1)
"""How old a blocker is before somebody asks after it, and how far back good news goes in a first digest."""

RESTS = timedelta(weeks=MISSED)
"""How long it stays away."""

ONCE = frozenset({"falling", "stale"})
"""What only its owner can change: the same line every week would ask the manager for nothing new."""

RANK = {kind: place for place, kind in enumerate(ASKS)}


@dataclass(frozen=True, slots=True)
class Brief:
    """What there is to say to one manager. `new` tells whether any of it was not said before."""

    manager: int
    lines: tuple[Line, ...]
    new: bool


class Ask(NamedTuple):
    """Something that could be asked, and since when it is so: what moved after the last digest is new."""

    about: int
    kind: str
    moved: datetime
    object: str
    entries: tuple[int, ...]
    facts: dict[str, Any]

    @property
    def line(self) -> Line:
        return Line("ask", self.kind, self.about, self.object, self.entries, self.facts)


def compose(scope: Scope, managers: Sequence[int] | None = None) -> Iterator[Brief]:
    """What there is to say to each of these managers, or to all (None), by id, a manager at a time."""
    streams = Streams(scope, managers)
    weeks = tuple(day.isoformat() for day in streams.mondays[:-1])
    frame = _Frame(scope, scope.today, weeks, Workweek(scope.org.workdays))
    merged = {name: _Ahead(streams.of(name)) for name in STREAMS}
    for manager, people in groupby(streams.of("people"), itemgetter(0)):
        facts = {name: rows.of(manager) for name, rows in merged.items()}
        yield _Team(frame, manager, list(people), facts).brief()


STREAMS = (
    *("absences", "asked", "digests"),
    *("goals", "blockers", "unseen", "silent", "thanked"),
    *("kudos", "reached", "participation", "energy"),
)


class _Ahead:
    """A stream that is read one manager at a time; it looks one row ahead."""

    __slots__ = ("_next", "_rows")

    def __init__(self, rows: Iterator[Any]) -> None:
        self._rows = rows
        self._next = next(rows, None)

    def of(self, manager: int) -> list[Any]:
        """The rows of this manager. Managers are asked for in order."""
        found = []
        row = self._next
        while row is not None and row[0] <= manager:
            if row[0] == manager:
                found.append(row)
            row = next(self._rows, None)
        self._next = row
        return found


@dataclass(frozen=True, slots=True)
class _Frame:
    """What is the same for every manager. `weeks` are the Mondays of the charts."""

    scope: Scope
    today: date
    weeks: tuple[str, ...]
    workweek: Workweek


class _Team:
    """One manager's people, and what the streams tell of them."""

    def __init__(self, frame: _Frame, manager: int, people: list[Any], facts: dict[str, list[Any]]) -> None:
        self.frame, self.scope, self.today = frame, frame.scope, frame.today
        self.manager, self.people, self.facts = manager, people, facts
        self.last: datetime | None = facts["digests"][0][1] if facts["digests"] else None
        """When the last weekly digest was made."""
        self.asked = {(person, kind): at for _, person, kind, at, _ in facts["asked"]}
        """By person and kind, when the manager was last asked that."""
        self.mentioned: dict[int, datetime] = {}
        """By person, when they were last asked about."""
        for (person, _), at in self.asked.items():
            self.mentioned[person] = max(at, self.mentioned.get(person, at))

    def brief(self) -> Brief:
        picked = self._picked(self._asks())
        good = self._good()
        lines = (*(ask.line for ask in picked), *good, *self._team())
        return Brief(self.manager, lines, bool(good) or any(map(self._is_new, picked)))

    def _is_new(self, ask: Ask) -> bool:
        return ask.kind != "thank" and (ask.moved > (self.last or LONG_AGO) or (ask.about, ask.kind) not in self.asked)

    # what may need the manager

    def _asks(self) -> list[Ask]:
        """Everything that could be asked now, of what has begun. Who is away is left in peace until they are back."""
        away = {person for _, person, first, last in self.facts["absences"] if first <= self.today <= last}
        resting = self._resting()
        blocked = {ask.about: ask for ask in self._blockers()}
        unseen = (ask for ask in self._unseen() if ask.about not in blocked)  # one line leads to the same check-in
        asks = (self._falling(), blocked.values(), self._silent(), unseen, self._stale())
        found = [
            ask
            for ask in chain(*asks)
            if ask.about not in away and (ask.about, ask.kind) not in resting and not self._was_said(ask)
            if begun(self.scope, ask.kind)
        ]
        thanks = self._thanks(away.union(ask.about for ask in found)) if begun(self.scope, "thank") else ()
        return [*found, *thanks]

    def _resting(self) -> set[tuple[int, str]]:
        """What the manager dealt with lately, and silence that was mentioned lately: it comes back after some weeks.

        Not so a goal: what its owner tells meanwhile is news.
        """
        since = self.scope.now - RESTS
        return {
            (person, kind)
            for _, person, kind, at, done in self.facts["asked"]
            if (done and done > since and kind not in ONCE) or (kind == "silent" and at > since)
        }

    def _was_said(self, ask: Ask) -> bool:
        """Nothing moved since it was asked not long ago."""
        asked = self.asked.get((ask.about, ask.kind), LONG_AGO)
        return ask.kind in ONCE and asked > self.scope.now - RESTS and ask.moved <= asked

    def _picked(self, asks: Iterable[Ask]) -> list[Ask]:
        """Those that are asked this time: first one about each person, then others, and the first of every sort; in the
        order of their urgency.
        """
        waiting = sorted(asks, key=self._place)
        seen: set[int] = set()
        firsts = [ask for ask in waiting if not (ask.about in seen or seen.add(ask.about))]  # type: ignore[func-returns-value]
        others = [ask for ask in waiting if ask not in firsts]
        picked = (firsts + others)[:MOST_ASKS]
        sorts = {ask.kind for ask in picked}
        for ask in firsts + others:
            if ask.kind not in sorts and len(sorts) < MOST_SORTS:
                sorts.add(ask.kind)
                picked.append(ask)
        return sorted(picked, key=lambda ask: RANK[ask.kind])

    def _place(self, ask: Ask) -> tuple[datetime, int, datetime, int]:
        """What was not asked since it moved comes first, the most urgent before the rest, then who waited longest."""
        asked = self.asked.get((ask.about, ask.kind), LONG_AGO)
        since = LONG_AGO if ask.moved > asked else asked
        return since, RANK[ask.kind], self._mentioned(ask.about), ask.about

    def _mentioned(self, person: int) -> datetime:
        return self.mentioned.get(person, LONG_AGO)

    def _falling(self) -> Iterator[Ask]:
        fallen = [row for row in self.facts["goals"] if row.falls]
        for person, rows in _by_person(sorted(fallen, key=lambda row: (row.falls, -row.confidence))):
            goal = rows[-1]
            facts = {
                "title": goal.title,
                "was": goal.was,
                "now": goal.confidence,
                "since": self._day(goal.confident_at),
            }
            yield Ask(person, "falling", goal.confident_at, "goal", (goal.id,), facts)

    def _blockers(self) -> Iterator[Ask]:
        for person, rows in _by_person(sorted(self.facts["blockers"], key=lambda row: row.at)):
            since = rows[0].at + WEEK
            if since <= self.scope.now:
                ids = tuple(row.id for row in reversed(rows))
                facts = {"since": self._day(rows[0].at)}
                yield Ask(person, "blocker", max(since, rows[-1].at), "checkin", ids, facts)

    def _silent(self) -> Iterator[Ask]:
        for _, person, period, since in self.facts["silent"]:
            yield Ask(person, "silent", self.scope.now, "period", (period,), {"since": since.isoformat()})

    def _unseen(self) -> Iterator[Ask]:
        for person, rows in _by_person(sorted(self.facts["unseen"], key=lambda row: row.at)):
            ids = tuple(row.id for row in rows)
            yield Ask(person, "unseen", rows[-1].at, "checkin", ids, {"since": self._day(rows[0].at)})

    def _stale(self) -> Iterator[Ask]:
        still = [row for row in self.facts["goals"] if not row.falls and self._is_stale(row)]
        for person, rows in _by_person(sorted(still, key=lambda row: row.updated_at)):
            goal = rows[0]
            facts = {"title": goal.title, "since": self._day(goal.updated_at)}
            yield Ask(person, "stale", goal.updated_at, "goal", (goal.id,), facts)

    def _thanks(self, others: Collection[int]) -> Iterator[Ask]:
        """Whom the manager did not thank for a while. It is no news, and one at a time is enough."""
        start = self.scope.now - A_WHILE
        if self.scope.org.announced_at is None or self.scope.org.announced_at > start:
            return
        left_out = {row[1] for row in self.facts["thanked"]}.union(others)
        people = [
            person
            for _, person, _, starts_on in self.people
            if person not in left_out and (starts_on is None or starts_on <= start.date())
        ]
        if people:
            last = min(people, key=lambda one: (self.asked.get((one, "thank"), LONG_AGO), self._mentioned(one), one))
            yield Ask(last, "thank", LONG_AGO, "", (), {})

    def _is_stale(self, goal: Any) -> bool:
        week = self._weeks.get(goal.person) or self.frame.workweek
        updated = goal.updated_at.astimezone(self.scope.zone).date()
        return _stale(updated, goal.year, goal.quarter, self.today, week)

    @cached_property
    def _weeks(self) -> dict[int, Workweek]:
        """The working days of those whose week is not simply the organisation's."""
        absences = {
            person: [Span(one.starts, one.until) for one in rows] for person, rows in _by_person(self.facts["absences"])
        }
        return {
            person: Workweek(workdays or self.scope.org.workdays, tuple(absences.get(person, ())))
            for _, person, workdays, _ in self.people
            if workdays or person in absences
        }

    # what went well

    def _good(self) -> list[Line]:
        """What happened since the last digest: goals reached, then kudos, the newest first and one for each person."""
        since = self.last or self.scope.now - WEEK
        reached = [
            Line("good", "reached", row.person, "goal", (row.id,), {"title": row.title})
            for row in self.facts["reached"]
            if row.reached_at > since
        ]
        thanks: dict[int, Line] = {}
        for row in sorted(self.facts["kudos"], key=lambda row: (row.at, row.id), reverse=True):
            if row.at > since:
                line = Line("good", "kudos", row.person, "kudos", (row.id,), by=row.giver_id)
                thanks.setdefault(row.person, line)
        good = (line for line in (*reached, *thanks.values()) if begun(self.scope, line.kind))
        return list(islice(good, MOST_GOOD))

    # the team as a whole

    def _team(self) -> Iterator[Line]:
        """The charts, each only where the newest week has enough people for one; and what is not shown."""
        weeks = self.frame.weeks
        joined = {week: [joined, asked] for _, week, asked, joined in self.facts["participation"]}
        energy = {week: round(float(value), 1) for _, week, value in self.facts["energy"]}
        newest = len(weeks) - 1
        charts = [
            (kind, values)
            for kind, values in (("participation", joined), ("energy", energy))
            if begun(self.scope, kind)
        ]
        for kind, values in charts:
            if newest in values and len(values) > 1:
                yield Line("team", kind, facts={"weeks": weeks, "values": [values.get(n) for n in range(len(weeks))]})
        left_out = [kind for kind, values in charts if newest not in values]
        yield Line("team", "hidden", facts={"without": left_out, "floor": self.scope.org.floor})

    def _day(self, at: datetime) -> str:
        return at.astimezone(self.scope.zone).date().isoformat()


@lru_cache(4096)
def _stale(updated: date, year: int, quarter: int, today: date, week: Workweek) -> bool:
    return rules.is_stale(updated, Period(year, quarter), today, week)


def _by_person(rows: Iterable[Any]) -> Iterator[tuple[int, list[Any]]]:
    """The rows of each person, in the order in which they come."""
    found: dict[int, list[Any]] = {}
    for row in rows:
        found.setdefault(row[1], []).append(row)
    return iter(found.items())
