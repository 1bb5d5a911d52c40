"""Getting goals: one, lists of them, and what belongs to them. Nobody gets what `POLICY` does not give."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from functools import cache

from sqlalchemy import ColumnElement, bindparam, exists, false, or_

from models import directory
from models.base import core
from models.errors import refuse
from models.goals import rules
from models.goals.tables import POLICY, Goal, GoalChange, GoalUpdate, KeyResult, counts_in, holder, kept_by
from models.moments import Moment
from models.prepared import Prepared
from models.scope import Scope
from models.working import workweeks

_goal = core(Goal).c
_open = _goal.closed_at.is_(None)
_order = (_goal.level != "person", _goal.level, _goal.year, _goal.quarter, _goal.id)
"""One's own first, then the organisation's and the team's; the nearest period first."""


# --- one goal -----------------------------------------------------------------------------------------


def get(scope: Scope, id: int, verb: str = "read") -> Goal:
    """A goal that the caller may do this with ("read", "change", "outcome"). Refused as "goals.gone"."""
    found = POLICY.get(scope, id, verb)
    if found is None:
        refuse("goals.gone")
    return found


def get_open(scope: Scope, id: int) -> Goal:
    """A goal that the caller may change and that is not closed. Refused as "goals.gone", "goals.closed" (title)."""
    goal = get(scope, id, "change")
    if goal.closed_at is not None:
        refuse("goals.closed", title=goal.title)
    return goal


def may(scope: Scope, goal: Goal, verb: str) -> bool:
    """Whether the caller may do this with a goal."""
    return POLICY.get(scope, goal.id, verb) is not None


def may_all(scope: Scope, goals: Iterable[Goal], verb: str) -> set[int]:
    """The ids of those goals that the caller may do this with."""
    return {found.id for found in POLICY.some(scope, (goal.id for goal in goals), verb)}


def results(scope: Scope, goals: Iterable[Goal]) -> dict[int, list[KeyResult]]:
    """The key results of these goals, by goal id."""
    found: dict[int, list[KeyResult]] = {goal.id: [] for goal in goals}
    for one in sorted(scope.db.some(KeyResult, found, "goal_id"), key=lambda one: one.id):
        if one.dropped_at is None:
            found[one.goal_id].append(one)
    return found


def results_ever(scope: Scope, goal: Goal) -> dict[int, KeyResult]:
    """All key results that a goal ever had, by id: the history speaks of dropped ones too."""
    return {one.id: one for one in scope.db.all(KeyResult, goal_id=goal.id)}


def parents(scope: Scope, goals: Iterable[Goal]) -> dict[int, Goal]:
    """The goals that these contribute to, by id, as far as the caller may read them."""
    return by_ids(scope, {goal.parent_id for goal in goals if goal.parent_id})


def by_ids(scope: Scope, ids: Collection[int]) -> dict[int, Goal]:
    """Goals by id, as far as the caller may read them."""
    return {goal.id: goal for goal in POLICY.some(scope, ids)}


def children(scope: Scope, goal: Goal) -> list[Goal]:
    """The goals that contribute to this one, as far as the caller may read them."""
    return scope.db.all(Goal, Goal.parent_id == goal.id, POLICY.allows(scope), order=_order)


def counting(scope: Scope, goal: Goal) -> list[Goal]:
    """The goals below whose progress counts in this one, whoever asks."""
    return [one for one in scope.db.all(Goal, parent_id=goal.id) if counts_in(one, goal)]


def measured(scope: Scope, goal: Goal) -> bool:
    """Whether progress is computed, from key results or from the goals below that count, instead of said."""
    return bool(results(scope, [goal])[goal.id] or counting(scope, goal))


def updates(scope: Scope, goal: Goal) -> list[GoalUpdate]:
    """How a goal stood, newest first."""
    order = (core(GoalUpdate).c.at.desc(), core(GoalUpdate).c.id.desc())
    return scope.db.all(GoalUpdate, GoalUpdate.goal_id == goal.id, order=order)


def changes(scope: Scope, goal: Goal) -> list[GoalChange]:
    """How a goal itself changed, newest first."""
    order = (core(GoalChange).c.at.desc(), core(GoalChange).c.id.desc())
    return scope.db.all(GoalChange, GoalChange.goal_id == goal.id, order=order)


def result_of(scope: Scope, id: int) -> tuple[Goal, KeyResult]:
    """A key result with its open goal, for changing. Refused as "goals.result_gone", or like `get_open`."""
    found = scope.db.get(KeyResult, id)
    if found is None or found.dropped_at is not None:
        refuse("goals.result_gone")
    return get_open(scope, found.goal_id), found


# --- lists --------------------------------------------------------------------------------------------


def mine(scope: Scope) -> list[Goal]:
    """The open goals that the caller keeps up to date."""
    return open_goals(scope, scope.me.id)


def open_goals(scope: Scope, person_id: int) -> list[Goal]:
    """The open goals that somebody keeps up to date, as far as the caller may read them."""
    return POLICY.listed(scope, _kept(), keeper=person_id)


@cache
def _kept(*, quiet: bool = False) -> Prepared:
    """The open goals that `keeper` keeps up to date; the quiet ones are those that were not updated since `before`."""
    old = (_goal.updated_at <= bindparam("before", type_=Moment),) if quiet else ()
    return POLICY.listing(kept_by(bindparam("keeper")), _open, *old, order=_order)


def of_person(scope: Scope, person_id: int) -> list[Goal]:
    """Somebody's personal open goals, as far as the caller may read them."""
    return _list(scope, _goal.level == "person", _goal.owner_id == person_id)


def of_teams(scope: Scope, teams: Collection[int]) -> list[Goal]:
    """The open goals of these teams."""
    return _list(scope, _goal.team_id.in_(tuple(teams)))


def of_organisation(scope: Scope) -> list[Goal]:
    return _list(scope, _goal.level == "organisation")


def closed(scope: Scope) -> list[Goal]:
    """The goals that the caller kept and that are closed, the last one first."""
    mine = or_(kept_by(scope.me.id), _goal.owner_id == scope.me.id)
    return scope.db.all(Goal, mine, ~_open, POLICY.allows(scope), order=_goal.closed_at.desc())


def at_risk(scope: Scope) -> list[Goal]:
    """Open goals around the caller whose confidence is low or fell twice in a row, the lowest first."""
    risky = or_(_goal.falls >= rules.FALLS, _goal.confidence <= rules.LOW_CONFIDENCE)
    found = _list(scope, _around(scope), risky)
    return sorted(found, key=lambda goal: 10 if goal.confidence is None else goal.confidence)


def stale_around(scope: Scope) -> list[Goal]:
    """Open goals around the caller that nobody updated lately, the longest ago first."""
    return sorted(still_stale(scope, _list(scope, _around(scope), quiet(scope))), key=lambda goal: goal.updated_at)


def stale(scope: Scope, person_id: int) -> list[Goal]:
    """The goals that somebody keeps and did not update for two of their own working weeks, the longest ago first."""
    found = POLICY.listed(scope, _kept(quiet=True), keeper=person_id, before=_quiet_since(scope))
    return sorted(still_stale(scope, found), key=lambda goal: goal.updated_at)


def orphans(scope: Scope) -> list[Goal]:
    """Goals around the caller that contribute to nothing, while the organisation has goals to contribute to."""
    above = exists().where(
        _above.c.level == "organisation", _above.c.org_id == _goal.org_id, _above.c.closed_at.is_(None)
    )
    return _list(scope, _around(scope), _goal.level != "organisation", _goal.parent_id.is_(None), above)


_above = core(Goal).alias("goal_above")


def quiet(scope: Scope) -> ColumnElement[bool]:
    """A quick first condition for stale."""
    return _goal.updated_at <= _quiet_since(scope)


def _quiet_since(scope: Scope) -> datetime:
    return scope.now - timedelta(days=rules.QUIET_DAYS)


def still_stale(scope: Scope, goals: Sequence[Goal]) -> list[Goal]:
    """Those that really are stale, by the working days of who keeps them."""
    keepers = directory.people(scope, (goal.owner_id for goal in goals))
    weeks = workweeks(scope, keepers.values())
    updated = {goal.id: goal.updated_at.astimezone(scope.zone).date() for goal in goals}
    return [goal for goal in goals if rules.is_stale(updated[goal.id], goal.period, scope.today, weeks[goal.owner_id])]


def around(scope: Scope) -> list[Goal]:
    """The open goals of the caller, their people, their team and the organisation."""
    return _list(scope, _around(scope))


def _list(scope: Scope, *where: ColumnElement[bool]) -> list[Goal]:
    return scope.db.all(Goal, *where, _open, POLICY.allows(scope), order=_order)


def _around(scope: Scope) -> ColumnElement[bool]:
    """What concerns the caller: kept by them or their people, of their teams, of the organisation."""
    me = scope.me
    people = exists().where(holder.c.id == _goal.owner_id, holder.c.manager_id == me.id)
    team = _goal.team_id == me.team_id if me.team_id else false()
    return or_(kept_by(me.id), people, team, _goal.level == "organisation")
