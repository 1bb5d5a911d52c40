"""The arithmetic of goals, who may read them, and how progress rolls up."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.words import words
from models import goals
from models.cadence import Span, Workweek
from models.errors import Refused
from models.goals import POLICY, Draft, Goal, Measure, Period, rules
from models.identity import Person
from models.scope import Scope
from tests.world import World

Q4, YEAR = Period(2026, 4), Period(2026)
TODAY = date(2026, 11, 24)
amounts = st.floats(-1e6, 1e6)


# --- arithmetic ---------------------------------------------------------------------------------------


def test_periods() -> None:
    assert [str(period) for period in rules.periods(TODAY)] == ["2026-Q4", "2027-Q1", "2026", "2027"]
    assert (Q4.starts, Q4.ends) == (date(2026, 10, 1), date(2026, 12, 31))
    assert (YEAR.starts, YEAR.ends) == (date(2026, 1, 1), date(2026, 12, 31))
    assert [Period.parse(text) for text in ("2026", "2026-Q4", "2026-Q5", "26", "٢٠٢٦")] == [YEAR, Q4, None, None, None]
    assert [str(one) for one in rules.quarters(2026, date(2026, 8, 1))] == ["2026-Q3", "2026-Q4"]


@given(amounts, amounts, amounts)
def test_the_way_has_a_begin_and_an_end(start: float, target: float, current: float) -> None:
    if start == target:
        return
    assert rules.covered(start, target, start) == 0.0
    assert rules.covered(start, target, target) == 1.0
    assert 0.0 <= rules.covered(start, target, current) <= 1.0


def test_a_way_may_lead_down() -> None:
    assert rules.covered(20, 10, 15) == 0.5
    assert str(rules.covered(20, 10, 20)) == "0.0"


@given(st.lists(st.integers(0, 10), max_size=8))
def test_at_risk_by_two_falls_in_a_row_or_four_at_most(told: list[int]) -> None:
    was, fallen = None, 0
    for confidence in told:
        fallen = rules.falls(fallen, was, confidence)
        was = confidence
    falling = len(told) > 2 and told[-3] > told[-2] > told[-1]
    low = bool(told) and told[-1] <= 4
    assert rules.risk(was, fallen) == ("falling" if falling else "low" if low else "")


FULL, MONDAYS = Workweek("12345"), Workweek("1")


@pytest.mark.parametrize(
    ("updated", "period", "week", "first"),
    [
        (date(2026, 11, 2), Q4, FULL, date(2026, 11, 16)),
        (date(2026, 11, 2), Q4, MONDAYS, date(2026, 11, 16)),
        (date(2026, 11, 3), Q4, MONDAYS, date(2026, 11, 17)),
        (date(2026, 11, 2), Q4, Workweek("12345", (Span(date(2026, 11, 9), date(2026, 11, 13)),)), date(2026, 11, 23)),
        (date(2026, 11, 2), Period(2027, 1), FULL, date(2027, 1, 14)),
    ],
)
def test_stale_from_the_day_on_that_two_own_weeks_are_over(
    updated: date, period: Period, week: Workweek, first: date
) -> None:
    assert not rules.is_stale(updated, period, first - timedelta(days=1), week)
    assert rules.is_stale(updated, period, first, week)


def test_nobody_who_works_on_no_day_has_stale_goals() -> None:
    assert not rules.is_stale(date(2020, 1, 1), Period(2020), TODAY, Workweek(""))


@given(st.sampled_from(["1", "135", "12345", "67", "1234567"]), st.integers(0, 40), st.integers(0, 40))
def test_the_quick_condition_misses_nothing(weekdays: str, start: int, later: int) -> None:
    updated = date(2026, 10, 5) + timedelta(days=start)
    if rules.is_stale(updated, Q4, updated + timedelta(days=later), Workweek(weekdays)):
        assert later > rules.QUIET_DAYS


levels = st.tuples(st.sampled_from(rules.LEVELS), st.sampled_from([YEAR, Q4]))


@given(st.lists(levels, min_size=2, max_size=6))
def test_no_goal_comes_to_stand_below_itself(chain: list[tuple[str, Period]]) -> None:
    steps = zip(chain, [*chain[1:], chain[0]], strict=True)
    assert not all(rules.may_contribute(*below, *above) for below, above in steps)


@pytest.mark.parametrize(
    ("language", "typed", "number"),
    [
        ("nl", "1.250,5", 1250.5),
        ("nl", "€ 1.250", 1250.0),
        ("nl", "62,5 %", 62.5),
        ("nl", "-3", -3.0),
        ("en", "1,250.5", 1250.5),
        ("en", "$900", 900.0),
    ],
)
def test_numbers_as_one_writes_them(language: str, typed: str, number: float) -> None:
    speech = words(language, "Europe/Amsterdam")
    assert speech.parse_number(typed) == number
    assert speech.parse_number(speech.number(number, 2)) == number


@pytest.mark.parametrize("typed", ["", "1250.5", "1.25", "nan", "inf", "1e9", "٣", "5 klanten", "1,2,3", "9" * 40])
def test_what_is_no_number_in_dutch(typed: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        words("nl", "Europe/Amsterdam").parse_number(typed)


# --- roll-up ------------------------------------------------------------------------------------------


def _add(scope: Scope, title: str, period: Period = Q4, **draft: object) -> int:
    return goals.add(scope, Draft(title, period, **draft)).id  # type: ignore[arg-type]


def _progress(scope: Scope, *ids: int) -> list[float]:
    return [round(goals.get(scope, id).progress, 3) for id in ids]


def test_progress_rolls_up_and_own_key_results_come_first(world: World) -> None:
    with world.scope("hanna") as scope:
        year = _add(scope, "Graag blijven", YEAR, level="organisation")
        quarter = _add(scope, "Dit kwartaal", level="organisation", parent_id=year)
    with world.scope("anna") as scope:
        team = _add(scope, "Sneller live", level="team", team_id=1, parent_id=quarter)
    for handle, progress in (("noor", 0.8), ("sem", 0.4)):
        with world.scope(handle) as scope:
            mine = goals.show(scope, _add(scope, "Mijn deel", parent_id=team), everyone=True)
            goals.update(scope, mine.id, progress=progress)
    with world.scope("anna") as scope:
        assert _progress(scope, team, quarter, year) == [0.6, 0.6, 0.6]
        with pytest.raises(Refused, match=r"goals\.measured"):
            goals.update(scope, team, progress=0.9)
        goals.add_result(scope, team, Measure("Releases", target=4))
        goals.update(scope, team, values={1: 1})
        assert _progress(scope, team, quarter, year) == [0.25, 0.25, 0.25]
        goals.drop_result(scope, 1, "Telt niet mee.")
        assert _progress(scope, team, quarter, year) == [0.6, 0.6, 0.6]
    with world.scope("noor") as scope:
        [mine] = goals.mine(scope)
        goals.close(scope, mine.id, 0.8, "Klaar.")
    with world.scope("sem") as scope:
        [mine] = goals.mine(scope)
        goals.update(scope, mine.id, progress=1.0)
        goals.change(scope, mine.id, title="Los", text="", period=Q4, parent_id=0, reason="Hoort er niet bij.")
        assert _progress(scope, team, quarter, year) == [0.8, 0.8, 0.8]


def test_a_closed_goal_stays_as_it_was(world: World) -> None:
    with world.scope("noor") as scope:
        year = _add(scope, "Groeien", YEAR)
        part = _add(scope, "Presenteren", parent_id=year)
        goals.update(scope, part, progress=0.5)
        goals.close(scope, year, 0.5, "Halverwege.")
        goals.update(scope, part, progress=1.0)
        assert _progress(scope, year) == [0.5]
        goals.reopen(scope, year)
        assert _progress(scope, year) == [1.0]
        assert goals.get(scope, year).score is None


def test_reaching_happens_once(world: World) -> None:
    with world.scope("noor") as scope:
        id = _add(scope, "Presenteren")
        told = [goals.update(scope, id, progress=progress).reached for progress in (0.5, 1.0, 1.0, 0.9, 1.0)]
        assert told == [False, True, False, False, True]


@pytest.mark.parametrize(
    "link", ["javascript:alert(1)", "http://evil.example/p1", "https://chat.example/a b", "https://x/" + "p" * 500]
)
def test_evidence_is_an_address_that_a_platform_made(world: World, link: str) -> None:
    with world.scope("noor") as scope:
        goal = goals.update(scope, _add(scope, "Presenteren"), evidence=link).goal
        assert [one.evidence for one in goals.updates(scope, goal)] == [""]


# --- refusals -----------------------------------------------------------------------------------------


def _wrong(scope: Scope, verb: Callable[[], object]) -> list[tuple[str, str]]:
    with pytest.raises(Refused) as refused:
        verb()
    return [(problem.code, problem.field) for problem in refused.value.problems]


def test_what_is_wrong_is_said_all_at_once(world: World) -> None:
    with world.scope("noor") as scope:
        secret = world.people["sem"]
        assert _wrong(scope, lambda: goals.add(scope, Draft(" ", Period(2025), "team", 1, parent_id=secret))) == [
            ("goals.title", "title"),
            ("goals.level", "for"),
            ("goals.period", "period"),
        ]
        id = _add(scope, "Presenteren")
        for n in range(5):
            goals.add_result(scope, id, Measure(f"Resultaat {n}"))
        assert _wrong(scope, lambda: goals.add_result(scope, id, Measure("x" * 151, "currency", 1, 1, "euros"))) == [
            ("goals.full", ""),
            ("goals.long", "title"),
            ("goals.currency", "unit"),
            ("goals.same", "target"),
        ]
        assert _wrong(scope, lambda: goals.update(scope, id, values={99: 1}, progress=0.5, confidence=11)) == [
            ("goals.result_gone", ""),
            ("goals.measured", "progress"),
            ("goals.confidence", "confidence"),
        ]
        assert _wrong(scope, lambda: goals.close(scope, id, None, "")) == [
            ("goals.score", "score"),
            ("goals.learned", "learned"),
        ]


def test_a_goal_contributes_upwards_only(world: World) -> None:
    with world.scope("noor") as scope:
        year, quarter = _add(scope, "Jaar", YEAR), _add(scope, "Kwartaal")
        other = _add(scope, "Ander")
    with world.scope("sem") as scope:
        assert _wrong(scope, lambda: _add(scope, "Van mij", parent_id=year)) == [("goals.parent", "parent")]
    with world.scope("noor") as scope:
        assert _wrong(scope, lambda: _add(scope, "Naast", parent_id=quarter)) == [("goals.parent", "parent")]
        goals.change(scope, quarter, title="Kwartaal", text="", period=Q4, parent_id=year, reason="Past.")
        assert _wrong(
            scope, lambda: goals.change(scope, year, title="Jaar", text="", period=Q4, parent_id=0, reason="Korter.")
        ) == [("goals.below", "period")]
        goals.close(scope, year, 1.0, "Mooi.")
        assert _wrong(
            scope, lambda: goals.change(scope, other, title="Ander", text="", period=Q4, parent_id=year, reason="Past.")
        ) == [("goals.parent", "parent")]


# --- who reads ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("partner", ["", "sem"])
@pytest.mark.parametrize("handle", ["noor", "anna", "iris", "hanna", "joris"])
def test_the_line_and_the_condition_name_the_same_people(world: World, handle: str, partner: str) -> None:
    with world.scope(handle) as scope:
        if partner:
            scope.db.change(scope.me, partner_id=world.people[partner])
        id = _add(scope, "Presenteren")
        named = {scope.me.id, *(one.id for one in goals.readers(scope, scope.me))}
        everybody = scope.db.all(Person)
        reading = {one.id for one in everybody if scope.db.count(Goal, Goal.id == id, POLICY.allows(scope.as_(one)))}
        assert reading == named
        goals.show(scope, id, everyone=True)
        told = {
            one.id for one in everybody if scope.db.count(Goal, Goal.id == id, POLICY.allows(scope.as_(one), "outcome"))
        }
        assert told == named


def test_only_its_keeper_changes_a_goal(world: World) -> None:
    with world.scope("hanna") as scope:
        ours = _add(scope, "Graag blijven", YEAR, level="organisation")
    with world.scope("anna") as scope:
        team = _add(scope, "Sneller live", level="team", team_id=1)
    with world.scope("noor") as scope:
        own = _add(scope, "Presenteren")
        everybody = {handle: scope.as_(scope.db.get(Person, id)) for handle, id in world.people.items()}  # type: ignore[arg-type]
        may = {
            id: {handle for handle, eyes in everybody.items() if goals.may_all(eyes, [goals.get(scope, id)], "change")}
            for id in (ours, team, own)
        }
    assert may == {ours: {"hanna", "bo", "joris"}, team: {"anna"}, own: {"noor"}}
