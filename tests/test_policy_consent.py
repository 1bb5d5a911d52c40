"""Nothing starts before the consent is on record and everybody was told: every gated route, plan and part of the
overview, one by one.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from bot.app import build_dispatch, build_router
from bot.calls import Account, Answer, Call, Invalid, Options
from bot.messages import texts
from bot.router import Route
from models import everything, onboarding
from models.due import Due
from models.errors import Refused
from models.scope import Scope
from tests.world import World

ROUTER = build_router()
GATED = [route for route in ROUTER.routes if route.gated]
WAITING = "Dit staat hier nu niet aan. Je hoort het van HR voordat dat verandert."
OWN = frozenset({"served"})
"""What is kept of any call."""


BEFORE: dict[str, dict[str, Any]] = {
    "no consent": {"consent": "", "covers": "", "consent_on": None},
    "nobody was told": {"announced_at": None},
}


@pytest.fixture(scope="module", params=BEFORE)
def company(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    world = World(tmp_path_factory.mktemp("consent"))
    with world.scope("hanna") as scope:
        scope.db.change(scope.org, **BEFORE[request.param])
    yield world
    world.close()


def rows(world: World) -> dict[str, int]:
    with world.database.reader.connect() as connection:
        tables = [table for table in everything().sorted_tables if table.name not in OWN]
        return {
            table.name: connection.execute(select(func.count()).select_from(table)).scalar_one() for table in tables
        }


def call(world: World, route: Route, number: int) -> Call:
    account = Account(world.platform, world.team, world.user("noor"))
    carry = {"kudos": "1", "goal": "1", "feedback": "1", "request": "1", "checkin": "1", "period": "1", "line": "1"}
    values = {"text": "Dank", "to": (str(world.people["sem"]),), "title": "Doel", "blocker": "Geen toegang"}
    mentions = {"@Sem": world.user("sem"), "author": world.user("sem")}
    return Call(route.kind, route.name, account, f"key {number}", "@Sem dank", mentions, values, carry)


def test_there_is_something_to_walk() -> None:
    assert {route.capability for route in GATED} == set(onboarding.CAPABILITIES)


@pytest.mark.parametrize("route", [one for one in GATED if one.kind != "due"], ids=lambda one: f"{one.kind} {one.name}")
async def test_a_gated_route_serves_nobody_and_keeps_nothing(company: World, route: Route) -> None:
    dispatch = build_dispatch(company.database, company.clock, {})
    before = rows(company)
    [reply] = await dispatch.serve(call(company, route, id(route)))
    match reply:
        case Answer(message):
            assert WAITING in [str(text) for text in _said(message)]
        case Invalid(form, _):
            assert form.problem == WAITING
        case Options(options):
            assert options == ()
        case _:
            pytest.fail(f"{route.name} answered {reply!r}")
    assert rows(company) == before


def _said(message: object) -> Iterator[str]:
    for text in texts(message.body):  # type: ignore[attr-defined]
        yield "".join(getattr(span, "text", "") for span in text)


def test_nothing_is_planned(company: World) -> None:
    with company.scope("noor") as scope:
        for planner in ROUTER.planners:
            planner(scope, scope.now + timedelta(days=60))
        planned = {row.kind.partition(".")[0] for row in scope.db.all(Due)}
        assert planned & set(onboarding.CAPABILITIES) == set()


@pytest.mark.parametrize("capability", onboarding.CAPABILITIES)
def test_a_capability_that_the_consent_leaves_out_stays_off(company: World, capability: str) -> None:
    """The others begin; this one doesn't."""
    others = [one for one in onboarding.CAPABILITIES if one != capability]
    with company.scope("hanna") as scope:
        scope.org.__dict__ |= {"covers": " ".join(others), "announced_at": scope.now}  # for looking, never written
        assert {route.capability for route in GATED if route.begun(scope)} == set(others)


AGREED, LATER = date(2026, 10, 1), date(2026, 10, 2)
ALL = onboarding.CAPABILITIES
OLD = tuple(one for one in ALL if one != "goals")


@pytest.mark.parametrize(
    ("recorded", "said"),
    [
        ((("none", None, 3),), ["onboarding.again"]),
        ((("none", LATER, 3),), ["onboarding.again"]),
        ((("none", None, 5), ("none", None, 3)), ["onboarding.again"]),
        ((("none", None, 5), ("council", AGREED, 3)), ["onboarding.again"]),
        ((("council", date(2020, 1, 1), 5),), ["onboarding.agreed_before"]),
        ((("council", date(2020, 1, 2), 3),), ["onboarding.again"]),
        ((("council", AGREED, 7), ("council", AGREED, 5)), ["onboarding.again"]),
        ((("none", None, 5), ("council", AGREED, 5)), []),
        ((("none", None, 7),), []),
        ((("none", None, 5), ("council", LATER, 3)), []),
    ],
)
def test_no_way_round_leads_to_a_smaller_group_without_a_younger_consent(
    world: World, recorded: tuple[tuple[str, date | None, int], ...], said: list[str]
) -> None:
    """The last word of a row is what comes of it; those before it are accepted."""
    with world.scope("hanna") as scope:
        onboarding.record_consent(scope, "council", AGREED, 5, ALL)
        for one in recorded[:-1]:
            onboarding.record_consent(scope, *one, ALL)
        found: list[str] = []
        try:
            onboarding.record_consent(scope, *recorded[-1], ALL)
        except Refused as refused:
            found = [problem.code for problem in refused.problems]
        assert found == said


@pytest.mark.parametrize(
    ("kind", "day", "covers", "said"),
    [
        ("council", AGREED, ALL, ["onboarding.new"]),
        ("council", AGREED, ("goals",), ["onboarding.new"]),
        ("council", date(2020, 1, 1), ALL, ["onboarding.new"]),
        ("council", date(2020, 1, 1), OLD, ["onboarding.agreed_before"]),
        ("council", AGREED, OLD, []),
        ("council", AGREED, ("kudos",), []),
        ("council", AGREED, (), ["onboarding.covers"]),
        ("council", AGREED, ("growth",), ["onboarding.covers"]),
        ("council", LATER, ALL, []),
        ("council", LATER, OLD, []),
        ("none", None, (), ["onboarding.covers"]),
        ("none", LATER, OLD, []),
        ("none", None, ("kudos",), []),
        ("none", None, ("goals",), []),
    ],
)
@pytest.mark.parametrize("learned", [True, False])
def test_no_way_round_starts_what_nobody_agreed_to(
    world: World, kind: str, day: date | None, covers: tuple[str, ...], said: list[str], *, learned: bool
) -> None:
    """The same for what Ritme learned since, and for what was left out on purpose the day before."""
    with world.scope("hanna") as scope:
        onboarding.record_consent(scope, "council", AGREED, 5, ALL)
        if learned:
            scope.db.change(scope.org, covers=" ".join(OLD))
        else:
            onboarding.record_consent(scope, "council", AGREED, 5, OLD)
    world.clock.move(world.clock.now() + timedelta(days=1))
    with world.scope("hanna") as scope:
        assert onboarding.new(scope) == (("goals",) if learned else ())
        found: list[str] = []
        try:
            onboarding.record_consent(scope, kind, day, 5, covers)
        except Refused as refused:
            found = [problem.code for problem in refused.problems]
        assert found == said
        begun = tuple(one for one in ALL if scope.org.begun(one))
        assert begun == (OLD if said else tuple(one for one in ALL if one in covers))
        assert onboarding.new(scope) == (("goals",) if said and learned else ())


Said = tuple[str, date | None, tuple[str, ...]]


@pytest.mark.parametrize(
    ("recorded", "last", "said"),
    [
        ((("council", AGREED, OLD),), ("council", AGREED, ALL), []),
        ((("none", None, OLD),), ("council", AGREED, ALL), []),
        ((("council", LATER, OLD),), ("council", LATER, ALL), []),
        ((("council", LATER, OLD),), ("council", AGREED, ALL), ["onboarding.agreed_before"]),
        ((("council", AGREED, OLD), ("council", AGREED, ("kudos",))), ("council", AGREED, ALL), []),
        ((("council", AGREED, OLD),), ("council", date(2020, 1, 1), ALL), ["onboarding.agreed_before"]),
    ],
)
def test_what_was_left_out_today_comes_back_with_the_same_consent(
    world: World, recorded: tuple[Said, ...], last: Said, said: list[str]
) -> None:
    with world.scope("hanna") as scope:
        onboarding.record_consent(scope, "council", AGREED, 5, ALL)
    world.clock.move(world.clock.now() + timedelta(days=30))
    with world.scope("hanna") as scope:
        for kind, day, covers in recorded:
            onboarding.record_consent(scope, kind, day, 5, covers)
        assert refused(scope, *last) == said


def test_what_only_hr_ticked_does_not_come_back_as_the_councils(world: World) -> None:
    """It began by the word that there is no council any more."""
    with world.scope("hanna") as scope:
        onboarding.record_consent(scope, "council", AGREED, 5, OLD)
    world.clock.move(world.clock.now() + timedelta(days=1))
    with world.scope("hanna") as scope:
        onboarding.record_consent(scope, "none", None, 5, ALL)
        onboarding.record_consent(scope, "none", None, 5, OLD)
        assert refused(scope, "council", AGREED, ALL) == ["onboarding.new"]
        assert refused(scope, "none", None, ALL) == []


def refused(scope: Scope, kind: str, day: date | None, covers: tuple[str, ...]) -> list[str]:
    """Why a consent is not recorded; nothing where it is."""
    try:
        onboarding.record_consent(scope, kind, day, 5, covers)
    except Refused as problem:
        return [one.code for one in problem.problems]
    return []


def test_who_never_had_a_council_chooses_freely(world: World) -> None:
    with world.scope("hanna") as scope:
        scope.db.change(scope.org, consent="", consent_on=None)
        for floor in (5, 3, 6, 4):
            onboarding.record_consent(scope, "none", None, floor, ALL)
            assert scope.org.floor == floor
        scope.db.change(scope.org, covers="checkins")
        onboarding.record_consent(scope, "none", None, 4, ALL)
        assert onboarding.covered(scope) == ALL
        assert onboarding.last_agreed(scope) is None
        onboarding.record_consent(scope, "council", AGREED, 3, ALL)
        assert onboarding.last_agreed(scope) == AGREED


def test_a_smaller_group_and_a_new_part_ask_again(world: World) -> None:
    agreed = date(2026, 10, 1)
    with world.scope("hanna") as scope:
        onboarding.record_consent(scope, "council", agreed, 5, ALL)
        with pytest.raises(Refused) as refused:
            onboarding.record_consent(scope, "council", agreed, 4, ALL)
        assert [problem.code for problem in refused.value.problems] == ["onboarding.again"]
        assert scope.org.floor == 5
        scope.db.change(scope.org, covers="checkins")
        assert onboarding.new(scope) == ("digest", "feedback", "goals", "kudos")
