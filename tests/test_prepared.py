"""What is prepared says what SQLAlchemy says, in the same transaction."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import Any

import pytest
from sqlalchemy import Connection, bindparam, func, select, update

from models.base import ORG, core
from models.identity import Absence, Account, Organisation, Person
from models.prepared import FEW, Few, Prepared, insertion
from tests.world import World

ROW = {
    "name": "Kim Vos",
    "email": "kim@demolen.example",
    "quiet_from": time(19, 30),
    "starts_on": date(2026, 12, 1),
    "paused": True,
    "closed_at": datetime(2026, 11, 24, 9, 0, 0, 123456, tzinfo=UTC),
    "manager_id": None,
    "org_id": 1,
}
_TABLE = core(Person)
_BY_EMAIL = select(*_TABLE.columns).where(_TABLE.c.email == bindparam("email"), _TABLE.c.org_id == ORG)


def _both(connection: Connection, statement: Any, **values: Any) -> tuple[list[Any], list[Any]]:
    ordinary = [tuple(row) for row in connection.execute(statement, values)]
    return ordinary, list(Prepared(statement).rows(connection, values))


def test_every_type_goes_in_and_comes_out_the_same(world: World) -> None:
    with world.database.writer.begin() as connection:
        id = insertion(_TABLE, tuple(ROW)).insert(connection, ROW)
        ordinary, prepared = _both(connection, _BY_EMAIL, email=ROW["email"], org=1)
        assert prepared == ordinary
        found = dict(zip(_TABLE.columns.keys(), prepared[0], strict=True))
    assert found | ROW == found
    assert (found["id"], found["language"], found["quiet_until"]) == (id, "nl", time(8, 0))  # columns' own defaults


def test_queries_of_every_shape(world: World) -> None:
    count = select(func.count(), func.max(_TABLE.c.id)).where(_TABLE.c.org_id == ORG, _TABLE.c.paused.is_(False))
    limited = select(_TABLE.c.id).where(_TABLE.c.org_id == ORG).order_by(_TABLE.c.name.desc()).limit(3).offset(1)
    joined = (
        select(_TABLE.c.short, core(Organisation).c.consent_on).join(core(Organisation)).where(_TABLE.c.org_id == ORG)
    )
    with world.database.writer.begin() as connection:
        for statement in (count, limited, joined):
            ordinary, prepared = _both(connection, statement, org=1)
            assert prepared == ordinary
            assert len(prepared) > 0


@pytest.mark.sqlite("elsewhere nothing is converted here")
def test_moments_are_remembered_once_for_all_statements(world: World) -> None:
    """Each of many statements would else keep thousands of its own, as long as Ritme runs."""
    people, accounts = (Prepared(select(core(table).c.closed_at), walled=False) for table in (Person, Account))
    with world.database.reader.connect() as connection:
        kept = [statement._made(connection.dialect).columns for statement in (people, accounts)]
    ((_, one),), ((_, other),) = kept
    assert one is other


def test_many_changes_in_one_go(world: World) -> None:
    change = update(_TABLE).where(_TABLE.c.id == bindparam("row"), _TABLE.c.org_id == ORG)
    prepared = Prepared(change.values(short=bindparam("new"), paused=True))
    values = [{"row": world.people[name], "new": name.upper(), "org": 1} for name in ("sem", "noor")]
    with world.database.writer.begin() as connection:
        assert prepared.many(connection, [*values, {"row": 999, "new": "X", "org": 1}]) == 2
        changed = select(_TABLE.c.short).where(_TABLE.c.paused).order_by(_TABLE.c.id)
        assert list(connection.scalars(changed)) == ["NOOR", "SEM"]


def test_it_lives_in_the_transaction(world: World) -> None:
    values = {"person_id": 1, "starts": date(2026, 1, 1), "until": date(2026, 1, 2), "org_id": 1}
    connection = world.database.writer.connect()
    insertion(core(Absence), tuple(values)).insert(connection, values)  # begins one where there is none
    assert connection.in_transaction()
    connection.rollback()
    connection.close()
    with world.database.reader.connect() as reader:
        assert reader.execute(select(func.count()).select_from(core(Absence))).scalar() == 0


@pytest.mark.sqlite("elsewhere SQLAlchemy itself refuses")
def test_a_missing_value_and_an_open_list_are_refused(world: World) -> None:
    with world.database.writer.begin() as connection:
        with pytest.raises(KeyError):
            Prepared(_BY_EMAIL).rows(connection, {"org": 1})
        with pytest.raises(ValueError, match="unknown length"):
            Prepared(_BY_EMAIL.where(_TABLE.c.id.in_(bindparam("ids", expanding=True)))).rows(connection, {})


def test_what_is_asked_for_by_name_is_what_is_asked_for_by_condition(world: World) -> None:
    row = core(Person).c
    anna = world.people["anna"]
    with world.scope("noor") as scope:
        pairs = [
            (scope.db.all(Person, manager_id=anna), scope.db.all(Person, row.manager_id == anna)),
            (scope.db.all(Person, manager_id=None), scope.db.all(Person, row.manager_id.is_(None))),
            (
                scope.db.all(Person, manager_id=anna, language="nl", order="-short id", limit=2),
                scope.db.all(
                    Person, row.manager_id == anna, row.language == "nl", order=(row.short.desc(), row.id), limit=2
                ),
            ),
            (
                scope.db.all(Person, row.id > anna, language="en"),
                scope.db.all(Person, row.id > anna, Person.language == "en"),
            ),
            (scope.db.some(Person, [anna, 999, anna]), scope.db.all(Person, row.id == anna)),
            (scope.db.some(Person, [anna, 999], "manager_id"), scope.db.all(Person, row.manager_id == anna)),
        ]
    for named, conditions in pairs:
        assert [one.id for one in named] == [one.id for one in conditions] != []


@pytest.mark.parametrize("count", [0, 1, 2, 3, FEW, FEW + 1])
def test_few_and_many_ids_find_the_same(world: World, count: int) -> None:
    wanted = [*world.people.values(), *range(10_000, 10_000 + FEW + 1)][:count]
    with world.scope("noor") as scope:
        allowed = set(world.people.values())
        assert {one.id for one in scope.db.some(Person, wanted)} == set(wanted) & allowed


@pytest.mark.parametrize("count", [0, 1, 2, 3, FEW, FEW + 1])
def test_few_and_many_ids_are_changed_the_same(world: World, count: int) -> None:
    ids = list(world.people.values())
    wanted = [*ids[::3], *range(10_000, 10_000 + FEW + 1)][:count]
    asleep = Few(lambda some: update(_TABLE).where(_TABLE.c.org_id == ORG, _TABLE.c.id.in_(some)).values(paused=True))
    with world.scope("noor") as scope:
        assert scope.db.apply_to(asleep, wanted) == len(set(wanted) & set(ids))
        assert {one.id for one in scope.db.all(Person, paused=True)} == set(wanted) & set(ids)
