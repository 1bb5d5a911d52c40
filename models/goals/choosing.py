"""What somebody can choose from when they set a goal."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import ColumnElement, and_, bindparam, exists, func, or_, select

from models.base import ORG, core
from models.goals.rules import KINDS, Period, quarters
from models.goals.tables import POLICY, Goal, holder, steering
from models.identity import Person, Team
from models.scope import Scope

_goal, _person, _team = core(Goal).c, core(Person).c, core(Team).c
MOST_PARENTS = 60


def may_steer(scope: Scope) -> bool:
    """Whether the caller may set goals for the organisation."""
    query = select(holder.c.id).where(holder.c.org_id == ORG, holder.c.id == bindparam("me"), steering())
    return bool(scope.db.rows(query, me=scope.me.id))


def led_teams(scope: Scope) -> list[Team]:
    """The teams whose people the caller leads, by name."""
    member = exists().where(_person.team_id == _team.id, _person.manager_id == scope.me.id, _person.closed_at.is_(None))
    return scope.db.all(Team, member, order=_team.name)


def own_teams(scope: Scope) -> list[Team]:
    """The teams that the caller belongs to or leads, by name."""
    teams = {team.id: team for team in led_teams(scope)}
    if scope.me.team_id and scope.me.team_id not in teams:
        teams |= teams_by_id(scope, [scope.me.team_id])
    return sorted(teams.values(), key=lambda team: team.name)


def teams_by_id(scope: Scope, ids: Iterable[int]) -> dict[int, Team]:
    wanted = tuple(ids)
    return {team.id: team for team in scope.db.all(Team, _team.id.in_(wanted))} if wanted else {}


def teams_below(scope: Scope, goal: Goal) -> list[Team]:
    """The teams that the caller may translate a year goal for: all of them from the organisation's goal for who may
    change it, else the teams that the caller leads.
    """
    return guided_teams(scope) if goal.level == "organisation" else led_teams(scope)


def guided_teams(scope: Scope) -> list[Team]:
    """The teams that the caller may set goals for, in one way or another, by name."""
    return scope.db.all(Team, order=_team.name) if may_steer(scope) else led_teams(scope)


def leader(scope: Scope, team_id: int) -> int | None:
    """By id, who leads a team: the manager of most of its people."""
    led = select(_person.manager_id).where(
        _person.org_id == ORG,
        _person.team_id == bindparam("team"),
        _person.manager_id.is_not(None),
        _person.closed_at.is_(None),
    )
    most = led.group_by(_person.manager_id).order_by(func.count().desc(), _person.manager_id).limit(1)
    found = scope.db.rows(most, team=team_id)
    return found[0][0] if found else None


def possible_parents(scope: Scope) -> list[Goal]:
    """The open goals that something of the caller could contribute to: the organisation's, those of their teams and
    of the teams above these, and their own for a year.
    """
    order = (_goal.level, _goal.year, _goal.quarter, _goal.title)
    return scope.db.all(Goal, *_possible(scope), order=order, limit=MOST_PARENTS)


def possible_parent(scope: Scope, id: int) -> Goal | None:
    """The goal with this id, if it is one of `possible_parents`, however many these are."""
    found = scope.db.all(Goal, _goal.id == id, *_possible(scope))
    return found[0] if found else None


def _possible(scope: Scope) -> tuple[ColumnElement[bool], ...]:
    teams = {team.id: team for team in own_teams(scope)}
    teams |= teams_by_id(scope, {team.parent_id for team in teams.values() if team.parent_id} - teams.keys())
    own = and_(_goal.level == "person", _goal.owner_id == scope.me.id, _goal.quarter == 0)
    where = or_(_goal.level == "organisation", _goal.team_id.in_(tuple(teams)), own)
    return where, _goal.closed_at.is_(None), POLICY.allows(scope)


def open_objectives(scope: Scope, goal: Goal) -> int:
    """How many objectives are open for whoever this goal is for: a person, a team, the organisation."""
    whose = {
        "person": _goal.owner_id == goal.owner_id,
        "team": _goal.team_id == goal.team_id,
        "organisation": _goal.org_id == goal.org_id,
    }
    return scope.db.count(
        Goal, _goal.level == goal.level, whose[goal.level], Goal.kind == KINDS[0], _goal.closed_at.is_(None)
    )


def remaining_quarters(scope: Scope, goal: Goal) -> tuple[Period, ...]:
    """The quarters of a goal's year that are not over."""
    return quarters(goal.year, scope.today)
