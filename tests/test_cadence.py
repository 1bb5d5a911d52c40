"""Time rules: wall clocks, working days, quiet hours and how often something happens."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from time import process_time

import pytest
from dateutil.rrule import rrulestr
from hypothesis import event, given, settings
from hypothesis import strategies as st

from models.cadence import (
    Cadence,
    Span,
    Workweek,
    instant,
    next_allowed,
    occurrences,
    zone_named,
)
from models.errors import Refused

DAY = timedelta(days=1)
AMSTERDAM = zone_named("Europe/Amsterdam")
NINE = time(9)

# 2026-11-23 is a Monday.
MONDAY = date(2026, 11, 23)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


# --- the wall clock ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("zone", "day", "wall", "expected"),
    [
        ("Europe/Amsterdam", "2026-01-05", "09:00", "2026-01-05T08:00"),
        ("Europe/Amsterdam", "2026-07-06", "09:00", "2026-07-06T07:00"),
        ("Europe/Amsterdam", "2026-03-29", "02:00", "2026-03-29T01:00"),  # skipped: 02:00 to 03:00
        ("Europe/Amsterdam", "2026-03-29", "02:30", "2026-03-29T01:00"),
        ("Europe/Amsterdam", "2026-03-29", "02:59:59", "2026-03-29T01:00"),
        ("Europe/Amsterdam", "2026-03-29", "03:00", "2026-03-29T01:00"),
        ("Europe/Amsterdam", "2026-10-25", "02:30", "2026-10-25T00:30"),  # shown twice: the first
        ("Europe/Amsterdam", "2026-10-25", "03:00", "2026-10-25T02:00"),
        ("Africa/Cairo", "2026-04-24", "00:00", "2026-04-23T22:00"),  # midnight does not exist
        ("Africa/Cairo", "2026-04-24", "00:30", "2026-04-23T22:00"),
        ("Africa/Cairo", "2026-04-24", "01:00", "2026-04-23T22:00"),
        ("Africa/Cairo", "2026-10-29", "23:30", "2026-10-29T20:30"),  # the hour before midnight comes twice
        ("Africa/Cairo", "2026-10-30", "00:00", "2026-10-29T22:00"),
        ("Australia/Lord_Howe", "2026-10-04", "02:15", "2026-10-03T15:30"),  # a gap of thirty minutes
        ("Australia/Lord_Howe", "2026-10-04", "02:30", "2026-10-03T15:30"),
        ("Australia/Lord_Howe", "2026-04-05", "01:45", "2026-04-04T14:45"),
        ("Pacific/Apia", "2011-12-30", "09:00", "2011-12-30T10:00"),  # a whole day that never was
    ],
)
def test_a_wall_time_is_one_instant(zone, day, wall, expected):
    assert instant(date.fromisoformat(day), time.fromisoformat(wall), zone_named(zone)) == utc(expected)


@given(
    st.dates(date(2025, 1, 1), date(2027, 12, 31)),
    st.times(),
    st.sampled_from(["Europe/Amsterdam", "Africa/Cairo", "Australia/Lord_Howe", "America/St_Johns", "Asia/Kolkata"]),
)
def test_a_wall_that_shows_the_time_shows_it_at_that_instant(day, wall, name):
    zone = zone_named(name)
    at = instant(day, wall, zone)
    shown = at.astimezone(zone)
    asked = datetime.combine(day, wall)
    if datetime.combine(day, wall, zone).astimezone(UTC).astimezone(zone).replace(tzinfo=None) == asked:
        assert (shown.replace(tzinfo=None), shown.fold) == (asked, 0)
    else:
        before = (at - timedelta(seconds=1)).astimezone(zone)
        assert before.replace(tzinfo=None) < asked < shown.replace(tzinfo=None)


@pytest.mark.parametrize("name", ["", "Mars/Olympus", "Europe", "../etc/passwd", "/etc/passwd", "a\x00b"])
def test_an_unknown_zone_is_refused(name):
    with pytest.raises(Refused, match=r"^zone\.unknown$"):
        zone_named(name)


# --- working days ----------------------------------------------------------------------------------------------------


def test_working_days_leave_out_days_off_absences_and_holidays():
    week = Workweek("124", (Span(date(2026, 11, 26), date(2026, 12, 1)),), frozenset({MONDAY}))
    working = [day for ahead in range(14) if week.is_working(day := MONDAY + DAY * ahead)]
    assert working == [date(2026, 11, 24), date(2026, 12, 3)]
    assert week.first_working_day(MONDAY, MONDAY) is None
    assert week.last_working_day(MONDAY, date(2026, 12, 2)) == date(2026, 11, 24)
    assert week.next_working_day(date(2026, 11, 24)) == date(2026, 12, 3)
    assert (week.is_absent(date(2026, 12, 1)), week.is_absent(date(2026, 12, 2))) == (True, False)


def test_three_working_days_are_counted_in_the_persons_own_days():
    friday = date(2026, 11, 27)
    assert Workweek().add_working_days(friday, 3) == date(2026, 12, 2)
    assert Workweek("15").add_working_days(friday, 3) == date(2026, 12, 7)
    assert Workweek().add_working_days(friday, 0) == friday


def test_who_is_away_for_good_has_no_next_working_day():
    assert Workweek("").add_working_days(MONDAY, 3) is None
    assert Workweek("12345", (Span(MONDAY, date(2099, 1, 1)),)).next_working_day(MONDAY) is None


def test_what_no_week_can_hold_is_refused():
    with pytest.raises(ValueError, match="digits"):
        Workweek("128")
    with pytest.raises(ValueError, match="before it starts"):
        Span(MONDAY, MONDAY - DAY)


# --- quiet hours and shifts --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("quiet_from", "quiet_until", "at", "expected"),
    [
        ("18:00", "08:00", "2026-11-23T09:00", "2026-11-23T09:00"),  # Monday 10:00, in the day
        ("18:00", "08:00", "2026-11-23T05:00", "2026-11-23T07:00"),  # 06:00, waits for 08:00
        ("18:00", "08:00", "2026-11-23T17:00", "2026-11-24T07:00"),  # 18:00, the day is over
        ("18:00", "08:00", "2026-11-27T18:00", "2026-11-30T07:00"),  # Friday evening
        ("18:00", "08:00", "2026-11-28T11:00", "2026-11-30T07:00"),  # Saturday noon
        ("07:00", "21:00", "2026-11-23T10:00", "2026-11-23T20:00"),  # a night shift sleeps by day
        ("07:00", "21:00", "2026-11-28T01:00", "2026-11-28T01:00"),  # Saturday 02:00 belongs to Friday's shift
        ("07:00", "21:00", "2026-11-28T06:00", "2026-11-30T20:00"),
        ("00:00", "08:00", "2026-11-23T22:30", "2026-11-23T22:30"),  # open until midnight
        ("00:00", "00:00", "2026-11-27T22:59", "2026-11-27T22:59"),  # no quiet hours
        ("00:00", "00:00", "2026-11-27T23:00", "2026-11-29T23:00"),
    ],
)
def test_nobody_is_disturbed_in_quiet_hours(quiet_from, quiet_until, at, expected):
    allowed = next_allowed(
        utc(at), AMSTERDAM, time.fromisoformat(quiet_from), time.fromisoformat(quiet_until), Workweek()
    )
    assert allowed == utc(expected)


def test_who_is_away_for_good_is_never_disturbed():
    assert next_allowed(utc("2026-11-23T09:00"), AMSTERDAM, time(18), time(8), Workweek("")) is None


# --- cadences ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "every", "day", "written"),
    [
        ("weekly mon 09:00", "weekly", "mon", "weekly mon 09:00"),
        ("  Weekly  SUN 23:59 ", "weekly", "sun", "weekly sun 23:59"),
        ("two-weekly tue 13:30 from 2026-11-24", "two-weekly", "tue", "two-weekly tue 13:30 from 2026-11-24"),
        ("monthly 1 09:00", "monthly", "1", "monthly 1 09:00"),
        ("monthly mon 09:00", "monthly", "mon", "monthly mon 09:00"),
        ("FREQ=MONTHLY;BYDAY=1FR 09:00", "monthly", "fri", "monthly fri 09:00"),
        ("monthly last 09:00 until 2027-01-01", "monthly", "last", "monthly last 09:00 until 2027-01-01"),
        ("RRULE:BYDAY=MO;FREQ=WEEKLY;INTERVAL=1 09:00", "weekly", "mon", "weekly mon 09:00"),
        ("freq=daily;count=3 09:00 from 2026-11-23", "rule", "", "FREQ=DAILY 09:00 from 2026-11-23 until 2026-11-25"),
        (
            "FREQ=DAILY;UNTIL=20261231T000000Z 09:00 until 2027-01-01",
            "rule",
            "",
            "FREQ=DAILY 09:00 until 2026-12-31",
        ),
        ("FREQ=MONTHLY;BYDAY=-1FR 16:00", "rule", "", "FREQ=MONTHLY;BYDAY=-1FR 16:00"),
    ],
)
def test_a_cadence_is_kept_as_a_short_text(text, every, day, written):
    cadence = Cadence.parse(text)
    assert (cadence.every, cadence.day, str(cadence)) == (every, day, written)
    assert Cadence.parse(written) == cadence


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "cadence.unreadable"),
        ("weekly", "cadence.unreadable"),
        ("weekly monday 09:00", "cadence.unreadable"),
        ("weekly mon 9:00", "cadence.unreadable"),
        ("weekly mon 24:00", "cadence.unreadable"),
        ("weekly mon 09:00\nFREQ=DAILY", "cadence.unreadable"),
        ("monthly 29 09:00", "cadence.unreadable"),
        ("monthly 0 09:00", "cadence.unreadable"),
        ("two-weekly tue 09:00 from 2026-02-30", "cadence.date"),
        ("weekly tue 09:00 from 1900-01-01", "cadence.date"),
        ("FREQ=DAILY;UNTIL=20261399 09:00", "cadence.date"),
        ("FREQ=HOURLY 09:00", "cadence.too_fine"),
        ("FREQ=SECONDLY;INTERVAL=1 09:00", "cadence.too_fine"),
        ("FREQ=DAILY;BYHOUR=9,17 09:00", "cadence.too_fine"),
        ("FREQ=DAILY;FREQ=WEEKLY 09:00", "cadence.unreadable"),
        ("FREQ=DAILY;BYEASTER=0 09:00", "cadence.unreadable"),
        ("FREQ=DAILY;INTERVAL=0 09:00", "cadence.unreadable"),
        ("FREQ=DAILY;INTERVAL=99999 09:00", "cadence.unreadable"),
        ("FREQ=DAILY;COUNT=1000 09:00", "cadence.unreadable"),
        ("FREQ=MONTHLY;BYSETPOS=999 09:00", "cadence.unreadable"),
        ("FREQ=DAILY;BYMONTHDAY=" + ",".join(["1"] * 200) + " 09:00", "cadence.unreadable"),
        ("INTERVAL=2;XFREQ=DAILY 09:00", "cadence.unreadable"),
        ("FREQ=YEARLY;INTERVAL=9 09:00 from 2026-01-01", None),
        ("FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30 09:00", "cadence.never"),
        ("FREQ=WEEKLY;BYMONTH=2;BYMONTHDAY=31 09:00", "cadence.never"),
        ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29 09:00 from 2025-01-01", "cadence.never"),
        ("FREQ=DAILY;BYSETPOS=2 09:00", "cadence.never"),
    ],
)
def test_a_cadence_that_cannot_be_is_refused_by_name(text, code):
    if code is None:
        assert Cadence.parse(text)
    else:
        with pytest.raises(Refused) as refused:
            Cadence.parse(text)
        assert [(problem.code, problem.field) for problem in refused.value.problems] == [(code, "cadence")]


@pytest.mark.parametrize(
    ("frame", "moment"),
    [
        ("weekly mon 09:00", "weekly thu 14:00"),
        ("two-weekly mon 09:00 from 2026-11-23", "two-weekly thu 14:00 from 2026-11-23"),
        ("monthly last 09:00", "monthly thu 14:00"),
        ("FREQ=WEEKLY;BYDAY=MO,WE 09:00", "FREQ=WEEKLY;BYDAY=MO,WE 14:00"),
    ],
)
def test_a_moment_of_ones_own_keeps_how_often(frame, moment):
    assert str(Cadence.parse(frame).at_moment("thu", time(14))) == moment


RFC_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
numbers = st.lists(st.integers(-400, 400), min_size=1, max_size=4).map(lambda values: ",".join(map(str, values)))
weekdays = st.lists(
    st.tuples(st.sampled_from(["", "1", "-1", "5", "-5", "53"]), st.sampled_from(RFC_DAYS)),
    min_size=1,
    max_size=4,
).map(lambda days: ",".join("".join(day) for day in days))
rules = st.fixed_dictionaries(
    {"FREQ": st.sampled_from(["DAILY", "WEEKLY", "MONTHLY", "YEARLY"])},
    optional={
        "INTERVAL": st.integers(1, 40).map(str),
        "BYMONTH": st.integers(1, 12).map(str),
        "BYWEEKNO": numbers,
        "BYYEARDAY": numbers,
        "BYMONTHDAY": numbers,
        "BYDAY": weekdays,
        "BYSETPOS": numbers,
        "WKST": st.sampled_from(["MO", "SU"]),
        "COUNT": st.integers(1, 50).map(str),
    },
).map(lambda parts: ";".join(f"{key}={value}" for key, value in parts.items()))


@settings(max_examples=150, deadline=None)
@given(rules)
def test_no_rule_however_odd_hangs_or_breaks(rule):
    began = process_time()
    try:
        cadence = Cadence.by_rule(rule, NINE)
        occurrences(cadence, Workweek(), AMSTERDAM, MONDAY, MONDAY + DAY * 90)
    except Refused as refused:
        event(str(refused))
    assert process_time() - began < 2


@settings(max_examples=100, deadline=None)
@given(
    st.sampled_from(
        [
            "FREQ=DAILY;INTERVAL=3",
            "FREQ=WEEKLY;BYDAY=MO,TH",
            "FREQ=WEEKLY;INTERVAL=3;BYDAY=TU;WKST=SU",
            "FREQ=MONTHLY;BYDAY=-1FR",
            "FREQ=MONTHLY;BYMONTHDAY=31",
            "FREQ=YEARLY;BYWEEKNO=1,20;BYDAY=MO",
            "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
        ]
    ),
    st.dates(date(2024, 1, 1), date(2026, 12, 31)),
)
def test_a_rule_names_the_days_that_the_standard_says(rule, anchor):
    cadence = Cadence.by_rule(rule, NINE, anchor)
    expected = [found.date() for found in rrulestr(rule, dtstart=datetime.combine(anchor, time()))[:30]]
    found, day = [], anchor
    while len(found) < 30:
        named = cadence.day_from(day)
        found.append(named)
        day = named + DAY
    assert found == expected
    assert [cadence.day_until(day) for day in expected] == expected
