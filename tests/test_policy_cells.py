"""Every cell of the policy table, object by role by verb, on the real getters: before and after a change of manager,
somebody who leaves, and what is shared no longer.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest

from models import kudos, privacy
from models.errors import Refused
from models.identity import Absence
from models.policy import POLICIES
from models.scope import enter_org
from tests.policy_cases import (
    ALIASES,
    ALL,
    AWAY,
    CASES,
    FOLLOWS,
    LEFT,
    SUCCESSOR,
    Case,
    Office,
    away,
    changes_manager,
    leaves,
)
from tests.policy_getters import GETTERS
from tests.undone import undone
from tests.world import CAST, START, World

MANAGER, SUBJECT, UNSHARED = range(3)


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    world = World(tmp_path_factory.mktemp("cells"))
    yield world
    world.close()


@contextmanager
def opened(world: World) -> Iterator[Office]:
    """The company for a while; nothing that happens in it stays."""
    with world.database.writer.connect() as connection, connection.begin() as transaction:
        clock = enter_org(connection, 1, START)
        assert clock is not None
        yield Office(clock, world.people)
        transaction.rollback()


def may(office: Office, handle: str, case: Case, id: int) -> set[str]:
    """The verbs that work for somebody, each tried and undone."""
    found = set()
    for verb, getter in GETTERS[case.object].items():
        with undone(office.clock.db.connection), suppress(Refused):
            if getter(office.as_(handle), id):
                found.add(verb)
    return found


def verbs(object: str, role: str) -> set[str]:
    """What the table says."""
    name = ALIASES.get(role, role)
    return {verb for grant in POLICIES[object].grants if grant.role == name for verb in grant.verbs}


def left(case: Case, handle: str, after: int) -> set[str]:
    """What the table and what is left of a role say together."""
    found: set[str] = set()
    for role in case.holds.get(handle, ()):
        stays = LEFT[case.object, role][after]
        found |= verbs(case.object, role) if stays == ALL else set(stays.split())
    return found


def cells(office: Office, case: Case, id: int) -> dict[str, set[str]]:
    return {handle: may(office, handle, case, id) for handle in CAST}


def called(case: Case) -> str:
    return f"{case.object} {case.name}".strip()


every_case = pytest.mark.parametrize("case", CASES, ids=called)


def test_every_cell_has_a_case() -> None:
    """A new object, role or verb belongs into `tests/policy_cases.py` and `tests/policy_getters.py`."""
    there = {
        (case.object, ALIASES.get(role, role)) for case in CASES for roles in case.holds.values() for role in roles
    }
    assert there == {(name, grant.role) for name, policy in POLICIES.items() for grant in policy.grants}
    assert {(object, ALIASES.get(role, role)) for object, role in LEFT} == there
    told = {(name, verb) for name, policy in POLICIES.items() for grant in policy.grants for verb in grant.verbs}
    assert {(object, verb) for object, getters in GETTERS.items() for verb in getters} == told


@every_case
def test_who_holds_a_role_may_do_what_the_table_says_and_nobody_else_anything(company: World, case: Case) -> None:
    with opened(company) as office:
        id = case.make(office)
        said = {
            handle: {verb for role in case.holds.get(handle, ()) for verb in verbs(case.object, role)}
            for handle in CAST
        }
        assert cells(office, case, id) == said


@every_case
def test_after_a_change_of_manager(company: World, case: Case) -> None:
    with opened(company) as office:
        id = case.make(office)
        changes_manager(office, case)
        said = {handle: left(case, handle, MANAGER) for handle in CAST}
        roles = {role for held in case.holds.values() for role in held}
        for role in roles:
            if (case.object, role) in FOLLOWS:
                said[SUCCESSOR] |= verbs(case.object, role)
        assert cells(office, case, id) == said


@every_case
def test_after_a_reader_left(company: World, case: Case) -> None:
    for handle in case.holds:
        with opened(company) as office:
            id = case.make(office)
            leaves(office, handle)
            assert may(office, handle, case, id) == set()


@every_case
def test_after_who_it_is_about_left(company: World, case: Case) -> None:
    with opened(company) as office:
        id = case.make(office)
        leaves(office, case.subject)
        said = {handle: left(case, handle, SUBJECT) for handle in CAST} | {case.subject: set()}
        assert cells(office, case, id) == said


@pytest.mark.parametrize("case", [case for case in CASES if case.unshare], ids=called)
def test_after_it_is_shared_no_longer(company: World, case: Case) -> None:
    with opened(company) as office:
        id = case.make(office)
        assert case.unshare is not None
        case.unshare(office, id)
        assert cells(office, case, id) == {handle: left(case, handle, UNSHARED) for handle in CAST}


def test_a_deputy_reads_in_the_absence_in_which_it_was_sent_and_not_in_the_next(company: World) -> None:
    case = CASES[0]
    manager = verbs("checkin", "manager")
    with opened(company) as office:
        id = case.make(office)
        assert may(office.later(AWAY - 1), "sem", case, id) == verbs("checkin", "deputy") != set()
        assert may(office.later(AWAY), "sem", case, id) == set()
        again = office.later(28)
        away(again)
        assert may(again, "sem", case, id) == set()
        assert may(again, "anna", case, id) == manager
        assert may(again.later(AWAY - 1), "sem", case, id) == set()


def test_an_absence_that_gets_longer_is_the_same_one(company: World) -> None:
    case = CASES[0]
    with opened(company) as office:
        id = case.make(office)
        office.clock.db.update(Absence, until=office.later(AWAY).clock.today)
        assert may(office.later(AWAY), "sem", case, id) == verbs("checkin", "deputy")


def test_who_left_opens_nothing_and_still_has_a_right_to_a_copy(company: World) -> None:
    """By whoever runs Ritme: their own entries, and nothing that they read by being somebody's manager."""
    with opened(company) as office:
        for case in CASES:
            if case.object in {"checkin", "feedback"}:
                case.make(office)
        before = {handle: privacy.counted(office.as_(handle)) for handle in ("noor", "anna")}
        assert before["noor"]["checkin"] == 1
        leaves(office, "noor")
        assert privacy.counted(office.as_("noor"))["checkin"] == 1
        assert "checkin" not in before["anna"]
        leaves(office, "anna")
        assert "checkin" not in privacy.counted(office.as_("anna"))


def test_a_former_manager_does_not_hear_of_whom_else_was_thanked(company: World) -> None:
    """Ravi likes it public, so everybody reads the words; Lotte likes it between her, the giver and her manager."""
    with opened(company) as office:
        office.sets("lotte", kudos="manager")
        given = kudos.give(office.as_("sem"), [office.person("ravi"), office.person("lotte")], "Dankjewel")
        both, public = {office.people["ravi"], office.people["lotte"]}, {office.people["ravi"]}
        assert {one.person_id for one in kudos.seen(office.as_("anna"), given)} == both
        office.sets("lotte", manager_id=SUCCESSOR)
        for handle in ("anna", SUCCESSOR):
            assert {one.person_id for one in kudos.seen(office.as_(handle), given)} == public
