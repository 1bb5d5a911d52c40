"""Who may read: the line above the send button and the condition of every getter come out the same."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Self

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import bindparam

from models import policy
from models.base import core
from models.checkins import Checkin, CheckinPeriod
from models.checkins.tables import POLICY
from models.identity import Absence, Deputy, Person
from models.prepared import FEW
from models.scope import Scope, enter_org
from tests.world import START, World

LISTING = POLICY.listing(core(Checkin).c.id == bindparam("this"), order="-at id", paged=True)
HANDLES = ("anna", "noor", "sem", "lotte", "ravi", "hanna")


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    world = World(tmp_path_factory.mktemp("policy"))
    yield world
    world.close()


somebody = st.none() | st.sampled_from(HANDLES)
companies = st.fixed_dictionaries(
    {
        "manager": somebody,
        "second": somebody,
        "partner": somebody,
        "deputy": somebody,
        "away": st.booleans(),
        "gone": st.sets(st.sampled_from(HANDLES), max_size=2),
    }
)


class Office:
    """One arrangement of the company, undone afterwards."""

    def __init__(self, world: World, facts: dict) -> None:
        self.world, self.facts = world, facts

    def __enter__(self) -> Self:
        self._connection = self.world.database.writer.connect()
        self._transaction = self._connection.begin()
        scope = enter_org(self._connection, 1, START)
        assert scope is not None
        self.scope = scope
        iris = self.person("iris")
        self.set(iris, manager_id=self.id("manager"), second_id=self.id("second"), partner_id=self.id("partner"))
        if self.facts["deputy"] and self.id("manager"):
            scope.db.add(Deputy(manager_id=self.id("manager"), deputy_id=self.id("deputy")))
        if self.facts["away"] and self.id("manager"):
            today = date(2026, 11, 24)
            scope.db.add(Absence(person_id=self.id("manager"), starts=today, until=today + timedelta(days=3)))
        for handle in self.facts["gone"]:
            self.set(self.person(handle), closed_at=START)
        return self

    def __exit__(self, *_: object) -> None:
        self._transaction.rollback()
        self._connection.close()

    def id(self, role: str) -> int | None:
        handle = self.facts[role]
        return self.world.people[handle] if handle else None

    def person(self, handle: str) -> Person:
        found = self.scope.db.get(Person, self.world.people[handle])
        assert found is not None
        return found

    def set(self, person: Person, **values: object) -> None:
        self.scope.db.change(person, **values)

    def checkin(self) -> tuple[Checkin, set[int]]:
        """Iris sends a check-in; gives it with whom the line above the button named."""
        scope = self.scope.as_(self.person("iris"))
        named = POLICY.audience(scope, scope.me)
        period = scope.db.add(
            CheckinPeriod(
                person_id=scope.me.id, period="p", starts=START.date(), ends=START.date(), due_at=START, closes_at=START
            )
        )
        entry = scope.db.add(Checkin(person_id=scope.me.id, period_id=period.id, at=START))
        POLICY.fix(scope, entry.id, scope.me, named)
        return entry, set(named)

    def readers(self, entry: Checkin) -> set[int]:
        """Everybody still here for whom the getter's condition holds."""
        people = self.scope.db.all(Person, Person.closed_at == None)  # noqa: E711 - a condition in SQL
        return {one.id for one in people if self.reads(self.scope.as_(one), entry)}

    def reads(self, scope: Scope, entry: Checkin) -> bool:
        """Whether somebody gets it, whichever way it is asked for."""
        ways = [
            scope.db.all(Checkin, Checkin.id == entry.id, POLICY.allows(scope)),
            POLICY.all(scope, id=entry.id),
            POLICY.some(scope, [entry.id, 0]),
            POLICY.some(scope, [entry.id, *range(-FEW, 0)]),
            POLICY.listed(scope, LISTING, this=entry.id, most=2),
        ]
        assert {tuple(one.id for one in found) for found in ways} <= {(), (entry.id,)}
        assert len({bool(found) for found in ways}) == 1
        return bool(ways[0])


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(facts=companies)
def test_who_is_named_is_who_can_read(company: World, facts: dict) -> None:
    with Office(company, facts) as office:
        entry, named = office.checkin()
        assert office.readers(entry) == named | {company.people["iris"]}


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(facts=companies, successor=st.sampled_from(HANDLES))
def test_a_new_manager_reads_nothing_older_and_a_former_one_nothing_at_all(
    company: World, facts: dict, successor: str
) -> None:
    facts = {**facts, "second": None, "partner": None, "deputy": None, "away": False, "gone": set()}
    with Office(company, facts) as office:
        entry, named = office.checkin()
        office.set(office.person("iris"), manager_id=company.people[successor])
        still = named if facts["manager"] == successor else set()
        assert office.readers(entry) == still | {company.people["iris"]}


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(facts=companies)
def test_the_clock_reads_nothing(company: World, facts: dict) -> None:
    with Office(company, facts) as office:
        entry, _ = office.checkin()
        assert not office.reads(office.scope, entry)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(facts=companies, role=st.sampled_from(sorted(policy.FIXED)), left=st.booleans())
def test_a_role_is_held_by_whoever_would_get_it_now(company: World, facts: dict, role: str, *, left: bool) -> None:
    """Written down for everybody, it counts for exactly those who would be written down today."""
    with Office(company, facts) as office:
        iris = office.person("iris")
        entry, _ = office.checkin()
        office.scope.db.remove(policy.Audience)
        POLICY.fix(office.scope, entry.id, iris, dict.fromkeys(company.people.values(), role))
        if left:
            office.set(iris, closed_at=START)
        holders = set() if left else set(policy.FIXED[role].holders(office.scope, iris)) - {iris.id}
        here = {id for handle, id in company.people.items() if handle not in facts["gone"]}
        assert set(POLICY.readers(office.scope, entry.id)) - {iris.id} == holders & here
        assert office.readers(entry) - {iris.id} == holders & here


def test_every_object_has_its_rows() -> None:
    """Each declared object says who may read it, and no right is given to HR or admins as such."""
    for name, declared in policy.POLICIES.items():
        roles = {grant.role for grant in declared.grants if "read" in grant.verbs}
        assert roles, name
        assert not roles & {"hr", "admin"}, name
