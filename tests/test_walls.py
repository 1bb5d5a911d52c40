"""Organisations are kept apart by structure: a statement that is not inside one is not run, on any table, by any verb."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Select, Table, bindparam, delete, exists, func, insert, literal, or_, select, text, union, update

import models
from models.base import ORG, Db, Row, core
from models.due import Due
from models.goals import Goal
from models.identity import Account, Organisation, Person, Team
from models.kudos import Kudos
from models.prepared import Prepared
from models.walls import Outside, org_column, require_inside
from tests.world import World

TABLES = {table.name: table for table in models.everything().sorted_tables if org_column(table)}
CLASSES: dict[str, type[Row]] = {
    one.__tablename__: one  # type: ignore[misc]  # SQLModel types the name as a property
    for one in Row.__subclasses__()
    if hasattr(one, "__table__")
}

person, account, goal, team, kudos = (core(one) for one in (Person, Account, Goal, Team, Kudos))
org, other = core(Organisation), core(Person).alias("other")
mine = person.c.org_id == ORG


def test_every_table_with_an_organisation_is_looked_at() -> None:
    assert TABLES.keys() == CLASSES.keys() | {"organisation"}


# --- a statement that is not inside is not run ---------------------------------------------------------


def _unscoped(table: Table) -> dict[str, Any]:
    """Every kind of statement on a table, none of which says for which organisation."""
    column = next(one for one in table.columns if not one.primary_key and one.name != "org_id")
    name, around = table.name, core(Organisation)
    return {
        "select": select(table),
        "select one": select(table).where(table.c.id == 1),
        "count": select(func.count()).select_from(table),
        "alias": select(table.alias().c.id),
        "either": select(table.c.id).where(or_(table.c[org_column(table)] == ORG, table.c.id == 1)),
        "another": select(table.c.id).where(table.c[org_column(table)] == 2),
        "named alike": select(table.c.id).where(table.c[org_column(table)] == bindparam("organisation", 2)),
        "not": select(table.c.id).where(table.c[org_column(table)] != ORG),
        "union": union(select(table.c.id).where(table.c[org_column(table)] == ORG), select(table.c.id)),
        "subquery": select(select(table.c.id).subquery().c.id),
        "exists": select(around.c.id).where(around.c.id == ORG, exists().where(table.alias(f"{name}_").c.id == 1)),
        "scalar": select(select(func.max(table.alias().c.id)).scalar_subquery()),
        "outer": select(around.c.id).outerjoin(table.alias(f"{name}_"), literal(1) == 1).where(around.c.id == ORG),
        "update": update(table).values({column.name: column}),
        "update one": update(table).where(table.c.id == 1).values({column.name: column}),
        "delete": delete(table),
        "delete one": delete(table).where(table.c.id == 1),
        "insert": insert(table).values({"id": 1}),
        "copy": insert(table).from_select(["id"], select(person.c.id).where(mine)),
    }


@pytest.mark.parametrize("name", sorted(TABLES))
def test_no_verb_runs_a_statement_that_is_not_inside(world: World, name: str) -> None:
    statements = _unscoped(TABLES[name])
    with world.scope("noor") as scope:
        verbs: dict[str, Callable[[Any], Any]] = {
            "rows": scope.db.rows,
            "prepared": lambda one: scope.db.rows(Prepared(one)),
            "stream": lambda one: list(scope.db.stream(one)),
            "many": lambda one: scope.db.many(one, [{}]),
            "many prepared": lambda one: scope.db.many(Prepared(one), [{}]),
        }
        ran = [
            (verb, kind) for verb, run in verbs.items() for kind, one in statements.items() if not _refused(run, one)
        ]
    assert ran == []


@pytest.mark.parametrize("name", sorted(TABLES))
def test_no_condition_brings_in_what_is_not_inside(world: World, name: str) -> None:
    """The ready verbs are inside by themselves, and so is whatever their conditions ask."""
    there = exists().where(TABLES[name].alias("there").c.id == 1)
    with world.scope("noor") as scope:
        db = scope.db
        verbs: dict[str, Callable[[Any], Any]] = {
            "all": lambda one: db.all(Due, one),
            "one": lambda one: db.one(Due, one),
            "count": lambda one: db.count(Due, one),
            "update": lambda one: db.update(Due, one, kind="x"),
            "remove": lambda one: db.remove(Due, one),
            "order": lambda one: db.all(Due, order=(one,)),
        }
        assert [verb for verb, run in verbs.items() if not _refused(run, there)] == []


def _refused(run: Callable[[Any], Any], statement: Any) -> bool:
    try:
        run(statement)
    except Outside:
        return True
    return False


# --- the ready verbs are inside ------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(CLASSES))
def test_the_ready_verbs_do_not_see_or_touch_another_organisation(world: World, name: str) -> None:
    kind, table = CLASSES[name], TABLES[name]
    column = next(one.name for one in table.columns if one.name not in {"id", "org_id"})
    with world.scope("noor") as scope:
        before = scope.db.count(kind)
        ours = scope.db.one(kind)
        outside = Db(scope.db.connection, scope.org.id + 1)
        assert (outside.all(kind), outside.one(kind), outside.count(kind)) == ([], None, 0)
        assert outside.remove(kind) == 0
        if ours is not None:
            value = getattr(ours, column)
            assert outside.get(kind, ours.id) is None
            assert outside.update(kind, **{column: value}) == 0
            outside.change(ours, **{column: value})
        assert scope.db.count(kind) == before


def test_what_is_written_belongs_to_who_writes_it(world: World) -> None:
    with world.scope("noor") as scope:
        one = scope.db.add(Team(name="One", org_id=7))
        scope.db.add_all([Team(name="Two", org_id=7)])
        scope.db.insert_all(Team, [{"name": "Three", "org_id": 7, "parent_id": None, "cadence": ""}])
        four = scope.db.insert(Team, name="Four", org_id=7, parent_id=None, cadence="")
        assert (one.org_id, four.org_id) == (1, 1)
        assert scope.db.count(Team, Team.name != "Platform") == 4


def test_a_row_stays_in_its_organisation(world: World) -> None:
    with world.scope("noor") as scope:
        ours = scope.db.one(Team)
        assert ours is not None
        with pytest.raises(Outside):
            scope.db.change(ours, org_id=2)
        with pytest.raises(Outside):
            scope.db.update(Team, org_id=2)


def test_the_organisation_is_said_by_nobody_else(world: World) -> None:
    with world.scope("noor") as scope:
        names = select(person.c.org_id).where(mine).distinct()
        assert [tuple(row) for row in scope.db.rows(names, org=2)] == [(1,)]
        assert [tuple(row) for row in scope.db.rows(Prepared(names), org=2)] == [(1,)]
        assert scope.db.many(update(team).where(team.c.org_id == ORG).values(cadence=""), [{"org": 2}]) == 1


def test_it_is_looked_at_once(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[Any] = []
    monkeypatch.setattr("models.walls.require_inside", looked.append)
    with world.scope("noor") as scope:
        for id in range(20):
            scope.db.all(Team, Team.id == id, Team.cadence != "never asked before")
    assert len(looked) == 1


# --- what is inside, and what is not -------------------------------------------------------------------

INSIDE: dict[str, Select[Any]] = {
    "its own": select(person.c.id).where(mine),
    "a sum in its place": select(person.c.id).where(person.c.org_id + 0 == ORG),
    "the organisation itself": select(org.c.name).where(org.c.id == ORG),
    "a key to it": select(account.c.id).join(person, person.c.id == account.c.person_id).where(mine),
    "a key from it": select(team.c.id).join(person, person.c.team_id == team.c.id).where(mine),
    "its organisation": select(org.c.id).join(person, person.c.org_id == org.c.id).where(mine),
    "two keys to one": select(other.c.id).join(person, person.c.team_id == other.c.team_id).where(mine),
    "another's": select(kudos.c.id).where(kudos.c.org_id == person.c.org_id, mine),
    "either way": select(goal.c.id).where(mine, or_(goal.c.owner_id == person.c.id, goal.c.org_id == ORG)),
    "added by an outer join": select(person.c.id).outerjoin(team, team.c.id == person.c.team_id).where(mine),
    "around it": select(person.c.id).where(mine, exists().where(account.c.person_id == person.c.id)),
    "listed": select(person.c.id).where(person.c.id.in_(select(account.c.person_id).where(account.c.org_id == ORG))),
    "a query of its own": select(select(person.c.id).where(mine).subquery().c.id),
}

OUTSIDE: dict[str, Any] = {
    "what it is added to": select(person.c.id)
    .outerjoin(team, team.c.id == person.c.team_id)
    .where(team.c.org_id == ORG),
    "both sides of a full join": select(person.c.id).join(team, team.c.org_id == ORG, full=True),
    "one of two": select(person.c.id, other.c.id).where(mine),
    "alike but not the same": select(person.c.id, other.c.id).where(mine, person.c.name == other.c.name),
    "no key": select(kudos.c.id).where(mine, kudos.c.id == person.c.id),
    "a key to the organisation alone": select(other.c.id).where(mine, other.c.id == person.c.org_id),
    "either way, one of them not": select(goal.c.id).where(
        mine, or_(goal.c.owner_id == person.c.id, goal.c.closed_at.is_(None))
    ),
    "the other way round": select(person.c.id).where(~mine),
    "not listed": select(person.c.id).where(
        person.c.id.not_in(select(account.c.person_id).where(account.c.org_id == ORG))
    ),
    "listed by who knows what": select(person.c.id).where(person.c.id.in_(select(account.c.person_id))),
    "the same table once more": select(person.c.id).where(mine, person.c.id.in_(select(person.c.manager_id))),
    "in a column": select(person.c.id, select(func.count()).select_from(kudos).scalar_subquery()).where(mine),
    "in the order": select(person.c.id).where(mine).order_by(select(func.max(kudos.c.id)).scalar_subquery()),
    "in what is written": update(person).where(mine).values(name=select(func.max(other.c.name)).scalar_subquery()),
    "another that helps to change": update(person).where(mine, account.c.user == "x").values(name="x"),
    "text": text("SELECT 1"),
    "text in a condition": select(person.c.id).where(mine, text("1 = 1")),
    "nobody's new row": insert(team).values(name="x"),
    "a copy for another": insert(team).from_select(["name", "org_id"], select(person.c.name, literal(2)).where(mine)),
}


@pytest.mark.parametrize("name", INSIDE)
def test_inside(name: str) -> None:
    require_inside(INSIDE[name])


@pytest.mark.parametrize("name", OUTSIDE)
def test_outside(name: str) -> None:
    with pytest.raises(Outside):
        require_inside(OUTSIDE[name])
