"""What is asked for a digest: one question for each kind of fact, ordered by manager, built once.

Every row begins with the manager's id, holds only what that manager may read (the same conditions as everywhere,
for a column of managers instead of one caller), and costs what was written lately, not what was ever written.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Date,
    FromClause,
    Join,
    Select,
    and_,
    bindparam,
    case,
    exists,
    func,
    literal,
    or_,
    select,
)
from sqlalchemy.ext.compiler import compiles

from models import anonymity, policy
from models.base import ORG, core
from models.checkins import POLICY as CHECKIN
from models.checkins import Checkin, CheckinEnergy, CheckinNote, CheckinPeriod
from models.checkins.tables import ENERGY, PERIODS
from models.digest.tables import Digest, DigestLine
from models.goals import POLICY as GOAL
from models.goals import Goal, GoalAsk
from models.identity import Absence, Person
from models.kudos import POLICY as KUDOS
from models.kudos import Kudos, KudosReceiver
from models.moments import Moment
from models.policy import DAY


class Ordered(Join):
    """A join of which SQLite reads the left side first. Left to itself it walks through the whole of history."""

    inherit_cache = True


@compiles(Ordered, "sqlite")
def _ordered(join: Ordered, compiler: Any, **kw: Any) -> str:
    kw["asfrom"] = True
    left, right = compiler.process(join.left, **kw), compiler.process(join.right, **kw)
    return f"{left} CROSS JOIN {right} ON {compiler.process(join.onclause, **kw)}"


report = core(Person).alias("report")
got = core(KudosReceiver).alias("got")
manager, person = report.c.manager_id, report.c.id.label("person")


def _moment(name: str) -> BindParameter[datetime]:
    """One of `streams.AGO`, or of the bounds of the weeks in the charts."""
    return bindparam(name, type_=Moment)


def _day(name: str) -> BindParameter[date]:
    """One of `streams.DAYS_AGO`."""
    return bindparam(name, type_=Date)


WEEKS, MISSED = 6, 3
"""Weeks in the charts, and periods without an answer after which the silence is worth a talk."""

BOUNDS = tuple(_moment(f"bound{n}") for n in range(WEEKS + 1))
"""Where the weeks in the charts begin, and where the last one ends."""


@dataclass(frozen=True)
class Questions:
    """What is asked of the database, for all managers or for a few.

    For all, what was written lately is read first and its people are looked up; for a few, their people are read
    first. The conditions are the same.
    """

    few: bool

    # who there is

    def people(self) -> Select[Any]:
        """(manager, person, working days, first day)"""
        return self._ask(select(manager, person, report.c.workdays, report.c.starts_on).select_from(report))

    def absences(self) -> Select[Any]:
        """(manager, person, first day, last day), of who is or was away in the last two months."""
        absence = core(Absence)
        query = select(manager, person, absence.c.starts, absence.c.until)
        query = query.select_from(self._along((absence, absence.c.person_id == report.c.id)))
        return self._ask(query.where(absence.c.until >= _day("away")))

    # what was said before

    def asked(self) -> Select[Any]:
        """(manager, person, kind, when it was last asked, when the manager last said that it was dealt with)"""
        line, digest = core(DigestLine), core(Digest)
        return (
            select(line.c.manager_id, line.c.about_id, line.c.kind, func.max(line.c.at), func.max(line.c.done_at))
            .select_from(Ordered(digest, line, line.c.digest_id == digest.c.id))
            .where(
                core(Digest).c.org_id == ORG,
                digest.c.at >= _moment("memory"),
                line.c.part == "ask",
                or_(digest.c.asked.is_(False), line.c.done_at.is_not(None)),
                self._some(digest.c.manager_id),
            )
            .group_by(line.c.manager_id, line.c.about_id, line.c.kind)
            .order_by(line.c.manager_id)
        )

    def digests(self) -> Select[Any]:
        """(manager, when their last weekly digest was made)"""
        digest = core(Digest).c
        whose = digest.manager_id + 0  # grouped by the column itself, SQLite would read all there ever were
        return (
            select(whose, func.max(digest.at))
            .where(
                core(Digest).c.org_id == ORG,
                digest.at >= _moment("memory"),
                digest.asked.is_(False),
                self._some(digest.manager_id),
            )
            .group_by(whose)
            .order_by(whose)
        )

    # what may need the manager

    def goals(self) -> Select[Any]:
        """(manager, person, goal, title, falls, was, confidence, since, updated, year, quarter), falling or quiet.

        Not what the manager asked after lately, unless something moved since.
        """
        goal, ask = core(Goal), core(GoalAsk).c
        asked = exists().where(
            ask.goal_id == goal.c.id,
            ask.asker_id == manager,
            ask.at > _moment("asked_after"),
            ask.at > goal.c.updated_at,
        )
        columns = (goal.c.id, goal.c.title, goal.c.falls, goal.c.was, goal.c.confidence, goal.c.confident_at)
        query = (
            select(manager, person, *columns, goal.c.updated_at, goal.c.year, goal.c.quarter)
            .select_from(self._along((goal, goal.c.owner_id == report.c.id)))
            .where(
                goal.c.level.in_(("person", "team")),
                goal.c.closed_at.is_(None),
                or_(goal.c.falls > 0, goal.c.updated_at <= _moment("quiet")),
                ~asked,
                GOAL.allows_each(manager, DAY),
            )
        )
        return self._ask(query, Goal)

    def blockers(self) -> Select[Any]:
        """(manager, person, check-in, at): blockers that the manager did not respond to and that are still there."""
        checkin, note = core(Checkin), core(CheckinNote).c
        later = checkin.alias("later")
        gone = exists().where(
            later.c.person_id == checkin.c.person_id, later.c.at > checkin.c.at, later.c.blocker == ""
        )
        heard = exists().where(note.checkin_id == checkin.c.id, note.author_id == manager)
        query = (
            select(manager, person, checkin.c.id, checkin.c.at)
            .select_from(self._along((checkin, checkin.c.person_id == report.c.id)))
            .where(
                checkin.c.at >= _moment("lately"),
                checkin.c.blocker != "",
                ~gone,
                ~heard,
                CHECKIN.allows_each(manager, DAY),
            )
        )
        return self._ask(query, Checkin)

    def unseen(self) -> Select[Any]:
        """(manager, person, check-in, at): check-ins that nobody opened."""
        checkin = core(Checkin)
        query = (
            select(manager, person, checkin.c.id, checkin.c.at)
            .select_from(self._along((checkin, checkin.c.person_id == report.c.id)))
            .where(
                checkin.c.at >= _moment("lately"),
                checkin.c.at <= _moment("settled"),
                checkin.c.seen_at.is_(None),
                CHECKIN.allows_each(manager, DAY),
            )
        )
        return self._ask(query, Checkin)

    def silent(self) -> Select[Any]:
        """(manager, person, period, first day of the first of the periods without an answer)"""
        period = core(CheckinPeriod)
        earlier, later = period.alias("earlier"), period.alias("later")
        last = (
            select(earlier.c.state, earlier.c.starts)
            .where(
                earlier.c.person_id == period.c.person_id,
                earlier.c.starts <= period.c.starts,
                earlier.c.state != "off",
            )
            .order_by(earlier.c.starts.desc())
            .limit(MISSED)
            .correlate(period)
            .subquery()
        )
        missed = select(func.count()).select_from(last).where(last.c.state == "asked").correlate(period)
        since = select(func.min(last.c.starts)).select_from(last).correlate(period)
        heard = exists().where(
            later.c.person_id == period.c.person_id,
            later.c.starts > period.c.starts,
            later.c.state.in_(("answered", "skipped")),
        )
        query = (
            select(manager, person, period.c.id, since.scalar_subquery())
            .select_from(self._along((period, period.c.person_id == report.c.id)))
            .where(
                self._short(period.c.starts),
                period.c.closes_at > _moment("fresh"),
                period.c.closes_at <= _moment("now"),
                period.c.state == "asked",
                PERIODS.allows_each(manager, DAY),
                ~heard,
                missed.scalar_subquery() == MISSED,
            )
        )
        return self._ask(query, CheckinPeriod)

    def thanked(self) -> Select[Any]:
        """(manager, person): whom the manager thanked lately."""
        kudos = core(Kudos)
        thanks = Ordered(kudos, got, got.c.kudos_id == kudos.c.id)
        query = (
            select(manager, person)
            .select_from(Ordered(thanks, report, report.c.id == got.c.person_id))
            .where(
                core(Kudos).c.org_id == ORG,
                kudos.c.at >= _moment("a_while"),
                kudos.c.giver_id == manager,
                self._some(kudos.c.giver_id),
            )
        )
        return self._ask(query)

    # what went well

    def kudos(self) -> Select[Any]:
        """(manager, person, kudos, giver, at): thanks by others that the manager may read, to this person."""
        kudos, audience = core(Kudos), core(policy.Audience).c
        lately = kudos.alias("lately")
        first = select(func.min(lately.c.id)).where(lately.c.org_id == ORG, lately.c.at >= _moment("good"))
        told = exists().where(
            audience.org_id == kudos.c.org_id,
            audience.object == KUDOS.object,
            audience.entry_id == kudos.c.id,
            audience.person_id == manager,
            audience.about_id == got.c.person_id,
        )
        query = (
            select(manager, person, kudos.c.id, kudos.c.giver_id, kudos.c.at)
            .select_from(self._along((kudos, got.c.kudos_id == kudos.c.id), (got, got.c.person_id == report.c.id)))
            .where(
                kudos.c.at >= _moment("good"),
                got.c.kudos_id >= first.scalar_subquery(),
                kudos.c.giver_id != manager,
                or_(got.c.shown == "public", told),
                KUDOS.allows_each(manager, DAY),
            )
        )
        return self._ask(query, Kudos)

    def reached(self) -> Select[Any]:
        """(manager, person, goal, title, when it was reached)"""
        goal = core(Goal)
        query = (
            select(manager, person, goal.c.id, goal.c.title, goal.c.reached_at)
            .select_from(self._along((goal, goal.c.owner_id == report.c.id)))
            .where(
                goal.c.level.in_(("person", "team")),
                goal.c.reached_at >= _moment("good"),
                GOAL.allows_each(manager, DAY),
            )
        )
        return self._ask(query, Goal)

    # the team

    def participation(self) -> Select[Any]:
        """(manager, week, how many were asked, how many answered or skipped), never of a group below the floor."""
        period = core(CheckinPeriod)
        week = self._week(period.c.closes_at)
        asked = func.count(period.c.person_id.distinct())
        joined = func.count(case((period.c.state != "asked", period.c.person_id)).distinct())
        query = (
            select(manager, week, asked, joined)
            .select_from(self._along((period, period.c.person_id == report.c.id)))
            .where(
                self._short(period.c.starts),
                self._charted(period.c.closes_at),
                period.c.state.in_(("asked", "answered", "skipped")),
            )
            .group_by(manager, week)
            .having(anonymity.reached(asked, bindparam("floor")))
        )
        return self._ask(query, CheckinPeriod)

    def energy(self) -> Select[Any]:
        """(manager, week, average), never of a group below the floor; only of who shared it with this manager."""
        checkin, energy = core(Checkin), core(CheckinEnergy)
        week = self._week(checkin.c.at)
        people = self._along((checkin, checkin.c.person_id == report.c.id))
        query = (
            select(manager, week, func.avg(energy.c.value))
            .select_from(Ordered(people, energy, energy.c.checkin_id == checkin.c.id))
            .where(self._charted(checkin.c.at), energy.c.shared, ENERGY.allows_each(manager, DAY))
            .group_by(manager, week)
            .having(anonymity.reached(func.count(checkin.c.person_id.distinct()), bindparam("floor")))
        )
        return self._ask(query, Checkin)

    # inside

    def _charted(self, at: ColumnElement[datetime]) -> ColumnElement[bool]:
        return and_(at >= BOUNDS[0], at < BOUNDS[-1])

    def _short(self, starts: ColumnElement[date]) -> ColumnElement[bool]:
        """Periods of up to about a quarter: a longer one says nothing of these weeks."""
        return starts >= _day("quarter")

    def _week(self, at: ColumnElement[datetime]) -> ColumnElement[int]:
        """Which week of the charts a moment lies in, from 0."""
        within = BOUNDS[1:-1]
        return case(*((at < bound, literal(n)) for n, bound in enumerate(within)), else_=literal(len(within)))

    def _along(self, *steps: tuple[FromClause, ColumnElement[bool]]) -> Any:
        """The tables in the order in which they are read, each with the condition that leads to the next.

        The way leads from the entries to the people who report; for a few managers it is walked back.
        """
        tables: list[Any] = [*(table for table, _ in steps), report]
        ways = [way for _, way in steps]
        if self.few:
            tables, ways = tables[::-1], ways[::-1]
        joined = tables[0]
        for table, way in zip(tables[1:], ways, strict=True):
            joined = Ordered(joined, table, way)
        return joined

    def _ask(self, query: Select[Any], entries: Any = None) -> Select[Any]:
        """What each question ends with. `entries` is the table that is read first for all managers."""
        # For a few managers the index on the organisation would lead through everybody in it; a sum has no index.
        org = report.c.org_id + 0 if self.few else report.c.org_id
        query = query.where(org == ORG, report.c.closed_at.is_(None), self._some(manager))
        if entries is not None and not self.few:
            query = query.where(core(entries).c.org_id == ORG)
        return query.order_by(manager)

    def _some(self, column: ColumnElement[Any]) -> ColumnElement[bool]:
        return column.in_(bindparam("managers", expanding=True)) if self.few else column.is_not(None)


@cache
def question(name: str, *, few: bool) -> Select[Any]:
    """A question by its name, built once; `Streams` gives its parameters their values."""
    asked: Select[Any] = getattr(Questions(few), name)()
    return asked
