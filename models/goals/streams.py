"""Goals for the digest: few statements for the people of many managers, however many there are.

Each row is about a goal that its `manager_id` may read today, and comes in the order manager, person, goal, so that
several streams can be merged with one manager in memory at a time. A statement takes the parameters `org` and
`managers` (ids, at most a few hundred at once), and those that its docstring names.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, and_, bindparam, or_, select

from models import directory
from models.base import ORG, Moment, core
from models.goals import rules
from models.goals.rules import Period
from models.goals.tables import Goal
from models.identity import Person
from models.scope import Scope
from models.working import workweeks

_goal, _person = core(Goal).c, core(Person).c


def _of_reports(*where: Any) -> Select[Any]:
    """The personal goals of people, and the team goals that they keep, with the manager they are read by."""
    shown = (
        _person.manager_id,
        _goal.owner_id.label("person_id"),
        _goal.id.label("goal_id"),
        _goal.title,
        _goal.level,
        _goal.progress,
        _goal.confidence,
        _goal.was,
        _goal.falls,
        _goal.year,
        _goal.quarter,
        _goal.confident_at,
        _goal.updated_at,
        _goal.reached_at,
        _goal.closed_at,
    )
    return (
        select(*shown)
        .join_from(core(Person), core(Goal), and_(_goal.owner_id == _person.id, _goal.org_id == _person.org_id))
        .where(
            _person.org_id == ORG,
            _person.manager_id.in_(bindparam("managers", expanding=True)),
            _person.closed_at.is_(None),
            _goal.level.in_(("person", "team")),
            *where,
        )
        .order_by(_person.manager_id, _goal.owner_id, _goal.id)
    )


_since, _until = bindparam("since", type_=Moment()), bindparam("until", type_=Moment())
_open = _goal.closed_at.is_(None)

FALLEN = _of_reports(_open, _goal.confident_at >= _since, _goal.confident_at < _until, _goal.falls > 0)
"""Open goals whose confidence went down from `was` to `confidence` in a window: `since`, `until`."""

AT_RISK = _of_reports(_open, or_(_goal.falls >= rules.FALLS, _goal.confidence <= rules.LOW_CONFIDENCE))
"""Open goals that are at risk; `rules.risk(confidence, falls)` says why."""

QUIET = _of_reports(_open, _goal.updated_at <= _until)
"""Open goals without an update since `until`. Which of them are stale, by working days, is for `stale_reports`."""

REACHED = _of_reports(_goal.reached_at >= _since, _goal.reached_at < _until)
"""Goals that came to the end of the way in a window, closed meanwhile or not: `since`, `until`."""

CLOSED = _of_reports(_goal.closed_at >= _since, _goal.closed_at < _until)
"""Goals that were closed in a window: `since`, `until`. Their scores are not in here, and belong in no list."""


def fallen(scope: Scope, managers: Collection[int], since: datetime, until: datetime) -> Sequence[Any]:
    """The rows of `FALLEN`."""
    return scope.db.rows(FALLEN, managers=tuple(managers), since=since, until=until)


def at_risk_reports(scope: Scope, managers: Collection[int]) -> Sequence[Any]:
    """The rows of `AT_RISK`."""
    return scope.db.rows(AT_RISK, managers=tuple(managers))


def reached(scope: Scope, managers: Collection[int], since: datetime, until: datetime) -> Sequence[Any]:
    """The rows of `REACHED`."""
    return scope.db.rows(REACHED, managers=tuple(managers), since=since, until=until)


def closed_reports(scope: Scope, managers: Collection[int], since: datetime, until: datetime) -> Sequence[Any]:
    """The rows of `CLOSED`."""
    return scope.db.rows(CLOSED, managers=tuple(managers), since=since, until=until)


def stale_reports(scope: Scope, managers: Collection[int]) -> list[Any]:
    """The rows of `QUIET` whose keeper let two of their own working weeks go by."""
    quiet = scope.db.rows(QUIET, managers=tuple(managers), until=scope.now - timedelta(days=rules.QUIET_DAYS))
    keepers = directory.people(scope, (row.person_id for row in quiet))
    weeks = workweeks(scope, keepers.values())
    return [
        row
        for row in quiet
        if rules.is_stale(
            row.updated_at.astimezone(scope.zone).date(),
            Period(row.year, row.quarter),
            scope.today,
            weeks[row.person_id],
        )
    ]
