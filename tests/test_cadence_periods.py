"""Exactly one period covers each day of a person, whatever happens to clocks, zones and cadences."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.cadence import Cadence, Period, Span, Workweek, next_periods, occurrences, planned_again, zone_named

DAY = timedelta(days=1)
AMSTERDAM = zone_named("Europe/Amsterdam")

# 2026-11-23 is a Monday.
MONDAY = date(2026, 11, 23)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def weekly(day: str = "mon", at: str = "09:00") -> Cadence:
    return Cadence.parse(f"weekly {day} {at}")


def test_a_week_is_asked_about_on_monday_and_closes_on_friday():
    assert occurrences(weekly(), Workweek(), AMSTERDAM, MONDAY + DAY, MONDAY + DAY) == [
        Period("2026-11-23", MONDAY, date(2026, 11, 29), utc("2026-11-23T08:00"), utc("2026-11-27T16:00"))
    ]


def test_nothing_is_asked_or_closed_on_a_day_off():
    [period] = occurrences(weekly(), Workweek("234"), AMSTERDAM, MONDAY, MONDAY)
    assert (period.due, period.closes) == (utc("2026-11-24T08:00"), utc("2026-11-26T16:00"))


def test_a_period_without_a_working_day_is_nobodys_to_answer():
    leave = Workweek("12345", (Span(MONDAY, date(2026, 12, 4)),))
    assert [period.works for period in occurrences(weekly(), leave, AMSTERDAM, MONDAY, date(2026, 12, 7))] == [
        False,
        False,
        True,
    ]


def test_who_is_asked_at_the_end_of_their_last_day_has_until_midnight():
    [period] = occurrences(weekly("mon", "16:30"), Workweek("1"), AMSTERDAM, MONDAY, MONDAY)
    assert (period.due, period.closes) == (utc("2026-11-23T15:30"), utc("2026-11-23T23:00"))
    [period] = occurrences(weekly("mon", "23:30"), Workweek("1"), AMSTERDAM, MONDAY, MONDAY)
    assert (period.due, period.closes) == (utc("2026-11-23T22:30"), utc("2026-11-23T23:30"))


def test_a_changed_cadence_counts_from_the_next_period():
    [current] = occurrences(weekly(), Workweek(), AMSTERDAM, MONDAY, MONDAY)
    monthly = Cadence.parse("monthly 1 09:00")
    after = next_periods(current, monthly, Workweek(), AMSTERDAM, MONDAY, date(2027, 1, 1))
    # Monday the 30th alone is no month: it joins December, which is asked about on the first.
    assert [(period.start, period.end, period.due) for period in after] == [
        (date(2026, 11, 30), date(2026, 12, 31), utc("2026-12-01T08:00")),
        (date(2027, 1, 1), date(2027, 1, 31), utc("2027-01-01T08:00")),
    ]


def test_whoever_chose_tuesday_is_asked_on_tuesday():
    [current] = occurrences(weekly("thu"), Workweek(), AMSTERDAM, MONDAY, MONDAY)
    after = next_periods(current, weekly("tue"), Workweek(), AMSTERDAM, MONDAY, date(2026, 12, 8))
    assert [(period.start, period.end, period.due) for period in after] == [
        (date(2026, 11, 26), date(2026, 12, 7), utc("2026-12-01T08:00")),
        (date(2026, 12, 8), date(2026, 12, 14), utc("2026-12-08T08:00")),
    ]


def test_a_rule_that_begins_far_ahead_leaves_a_period_in_front():
    [current] = occurrences(weekly(), Workweek(), AMSTERDAM, MONDAY, MONDAY)
    later = Cadence.parse("weekly mon 09:00 from 2027-01-04")
    after = next_periods(current, later, Workweek(), AMSTERDAM, MONDAY, date(2027, 1, 4))
    assert [(period.start, period.end, period.due) for period in after] == [
        (date(2026, 11, 30), date(2027, 1, 3), utc("2026-11-30T08:00")),
        (date(2027, 1, 4), date(2027, 1, 10), utc("2027-01-04T08:00")),
    ]


def test_a_cadence_with_an_end_ends():
    ending = Cadence.parse("FREQ=WEEKLY;BYDAY=MO;COUNT=2 09:00 from 2026-11-23")
    assert [period.id for period in occurrences(ending, Workweek(), AMSTERDAM, MONDAY, date(2027, 6, 1))] == [
        "2026-11-23",
        "2026-11-30",
    ]


def test_who_is_new_starts_at_the_next_named_day():
    assert [p.id for p in next_periods(None, weekly(), Workweek(), AMSTERDAM, MONDAY + DAY, MONDAY + DAY * 8)] == [
        "2026-11-30"
    ]


def test_a_move_across_the_world_asks_once_and_never_at_once():
    daily = Cadence.parse("FREQ=DAILY 09:00")
    [there] = occurrences(daily, Workweek("1234567"), zone_named("Pacific/Honolulu"), MONDAY, MONDAY)
    [here] = next_periods(there, daily, Workweek("1234567"), zone_named("Pacific/Kiritimati"), MONDAY, MONDAY + DAY)
    assert (there.due, there.closes) == (utc("2026-11-23T19:00"), utc("2026-11-24T03:00"))
    assert (here.id, here.due) == ("2026-11-24", there.closes)


@pytest.mark.parametrize(
    ("zone", "cadence", "first", "dues"),
    [
        # a gap of an hour, a fold of an hour
        ("Europe/Amsterdam", "02:30", "2026-03-28", ("2026-03-28T01:30", "2026-03-29T01:00", "2026-03-30T00:30")),
        ("Europe/Amsterdam", "02:30", "2026-10-24", ("2026-10-24T00:30", "2026-10-25T00:30", "2026-10-26T01:30")),
        # a day without a midnight, and one whose last hour comes twice
        ("Africa/Cairo", "00:00", "2026-04-23", ("2026-04-22T22:00", "2026-04-23T22:00", "2026-04-24T21:00")),
        ("Africa/Cairo", "23:30", "2026-10-28", ("2026-10-28T20:30", "2026-10-29T20:30", "2026-10-30T21:30")),
        # half an hour
        ("Australia/Lord_Howe", "02:15", "2026-10-03", ("2026-10-02T15:45", "2026-10-03T15:30", "2026-10-04T15:15")),
        ("Australia/Lord_Howe", "01:45", "2026-04-04", ("2026-04-03T14:45", "2026-04-04T14:45", "2026-04-05T15:15")),
    ],
)
def test_every_day_is_asked_about_once_where_the_clocks_change(zone, cadence, first, dues):
    start, everyday = date.fromisoformat(first), Workweek("1234567")
    found = occurrences(Cadence.parse(f"FREQ=DAILY {cadence}"), everyday, zone_named(zone), start, start + DAY * 2)
    assert [period.due for period in found] == [utc(due) for due in dues]
    assert [period.start for period in found] == [start, start + DAY, start + DAY * 2]
    check(found)


@pytest.mark.parametrize(
    "zone", ["Europe/Amsterdam", "Africa/Cairo", "Australia/Lord_Howe", "America/New_York", "Pacific/Auckland"]
)
def test_nine_oclock_stays_nine_oclock_all_year(zone):
    there = zone_named(zone)
    year = occurrences(weekly(), Workweek(), there, date(2026, 1, 5), date(2027, 1, 3))
    assert [f"{period.due.astimezone(there):%a %H:%M}" for period in year] == ["Mon 09:00"] * 52
    assert len({period.due.hour * 60 + period.due.minute for period in year}) == 2  # summer and winter


# --- two simulated years -------------------------------------------------------------------------------------------------

ZONES = ["Europe/Amsterdam", "Africa/Cairo", "Australia/Lord_Howe", "America/Los_Angeles", "Pacific/Kiritimati"]
cadences = st.builds(
    lambda every, at: Cadence.parse(f"{every} {at:%H:%M}"),
    st.sampled_from(
        [
            "weekly mon",
            "weekly fri",
            "two-weekly wed",
            "monthly 1",
            "monthly last",
            "FREQ=WEEKLY;BYDAY=MO,TH",
            "FREQ=DAILY",
            "FREQ=MONTHLY;BYDAY=2TU",
        ]
    ),
    st.times().map(lambda at: at.replace(second=0, microsecond=0)),
)
workweeks = st.builds(
    lambda days, leaves: Workweek("".join(sorted(days)), tuple(Span(day, day + DAY * long) for day, long in leaves)),
    st.sets(st.sampled_from("1234567"), min_size=1),
    st.lists(st.tuples(st.dates(date(2026, 1, 1), date(2027, 12, 31)), st.integers(0, 40)), max_size=4),
)
lives = st.tuples(cadences, workweeks, st.sampled_from(ZONES).map(zone_named))
"""How somebody is asked, when they work, and where they are."""

FIRST, LAST = date(2026, 1, 1), date(2027, 12, 31)


def check(periods: list[Period]) -> None:
    assert len({period.id for period in periods}) == len(periods)
    for one, next_one in pairwise(periods):
        assert next_one.start == one.end + DAY
        assert one.due < one.closes <= next_one.due


@settings(max_examples=60, deadline=None)
@given(lives)
def test_one_period_covers_each_day(life):
    cadence, workweek, zone = life
    periods = occurrences(cadence, workweek, zone, FIRST, LAST)
    check(periods)
    assert periods[0].start <= FIRST
    assert periods[-1].end >= LAST
    for period in periods:
        asked, closed = (at.astimezone(zone) for at in (period.due, period.closes - timedelta(seconds=1)))
        assert period.works == (workweek.first_working_day(period.start, period.end) is not None)
        assert not period.works or workweek.is_working(asked.date())
        # Someone who is asked within the last hour of their last day has until an hour later.
        assert not period.works or workweek.is_working(closed.date()) or closed - asked <= timedelta(hours=1)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 90), lives), min_size=1, max_size=12), st.data())
def test_no_change_restart_or_second_planner_asks_twice_or_skips(chapters, data):
    """A planner that wakes now and then, in a life of changes, forgetting all but what it stored."""
    stored: list[Period] = []
    today = FIRST
    for days, (cadence, workweek, zone) in chapters:
        until = today + DAY * days
        while today < until:
            horizon = today + DAY * 2
            today += DAY * data.draw(st.integers(0, 30), label="asleep")
            after = stored[-1] if stored else None
            planned = next_periods(after, cadence, workweek, zone, today, horizon)
            assert next_periods(after, cadence, workweek, zone, today, horizon) == planned
            in_two = next_periods(after, cadence, workweek, zone, today, horizon - DAY)
            resumed = next_periods((in_two or [after])[-1], cadence, workweek, zone, today, horizon)
            assert in_two + resumed == planned or not after
            stored += planned
            today += DAY
    check(stored)


@settings(max_examples=60, deadline=None)
@given(lives, st.sampled_from(ZONES).map(zone_named), workweeks, st.dates(FIRST, LAST - DAY * 70))
def test_planning_again_elsewhere_or_with_other_leave_keeps_the_ids(life, elsewhere, other, day):
    cadence, workweek, zone = life
    periods = occurrences(cadence, workweek, zone, day, day + DAY * 70)
    again = occurrences(cadence, other, elsewhere, day, day + DAY * 70)
    assert [(p.id, p.start, p.end) for p in again] == [(p.id, p.start, p.end) for p in periods]


def test_leave_that_comes_up_later_moves_the_ask():
    [stored] = occurrences(weekly(), Workweek(), AMSTERDAM, MONDAY, MONDAY)
    leave = Workweek("12345", (Span(MONDAY - DAY * 9, MONDAY + DAY), Span(MONDAY + DAY * 4, MONDAY + DAY * 20)))
    assert planned_again(stored, weekly(), leave, AMSTERDAM) == replace(
        stored, due=utc("2026-11-25T08:00"), closes=utc("2026-11-26T16:00")
    )


def test_the_periods_of_a_person_hold_through_a_zone_change_in_mid_period():
    [stored] = occurrences(weekly(), Workweek(), AMSTERDAM, MONDAY, MONDAY)
    moved = next_periods(stored, weekly(), Workweek(), zone_named("America/Los_Angeles"), MONDAY, MONDAY + DAY * 7)
    assert moved == [
        replace(
            moved[0],
            id="2026-11-30",
            start=date(2026, 11, 30),
            due=utc("2026-11-30T17:00"),
            closes=utc("2026-12-05T01:00"),
        )
    ]
