"""How fast a lane goes: as fast as the platform allows, and no faster."""

from __future__ import annotations

import heapq
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.pace import Bucket, Pacer
from bot.parcels import Pace, in_a_minute
from bot.slack.send import PACES, SlackPlatform
from bot.teams.send import PACE
from models.delivery import rates
from models.delivery.rates import CLIMB, LOWEST, Rate

FIVE = Pace("say", frozenset({"dm", "post"}), rate=5.0, burst=10.0)
REAL = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


def sent(bucket: Bucket, seconds: float, begin: float = 0.0) -> list[float]:
    """When messages go, of somebody who always has one more."""
    found: list[float] = []
    now = begin
    while now <= begin + seconds:
        now += bucket.take(now)
        found.append(now)
    return found[:-1]


def test_a_new_bucket_is_empty_and_goes_evenly() -> None:
    assert sent(Bucket(FIVE, 0.0), 2.0) == pytest.approx([0.2 * n for n in range(1, 11)])


def test_after_a_rest_some_go_at_once() -> None:
    assert sent(Bucket(FIVE, 0.0), 1.0, begin=3600.0)[:12] == pytest.approx([3600.0] * 10 + [3600.2, 3600.4])


@given(
    st.lists(st.floats(0, 30), min_size=1, max_size=60),
    st.floats(0.5, 30),
    st.floats(1, 20),
)
def test_in_no_time_more_go_than_the_burst_and_the_rate(waits: list[float], rate: float, burst: float) -> None:
    bucket, now, went = Bucket(Pace("say", frozenset({"dm"}), rate, burst), 0.0), 0.0, []
    for wait in waits:
        now += wait
        went.append(now + bucket.take(now))
    went.sort()
    for first in range(len(went)):
        for last in range(first, len(went)):
            assert last - first + 1 <= burst + rate * (went[last] - went[first]) + 1 + 1e-6


def test_a_claim_takes_what_may_go_within_its_slice() -> None:
    bucket = Bucket(FIVE, 0.0)
    assert bucket.room(0.0, 1.0) == 5
    assert [bucket.take(0.0) for _ in range(3)] == pytest.approx([0.2, 0.4, 0.6])
    assert bucket.room(0.0, 1.0) == 2
    assert bucket.room(3600.0, 1.0) == 15
    for _ in range(15):
        bucket.take(3600.0)
    assert bucket.room(3600.0, 1.0) == 0


def test_a_limit_halves_the_rate_once_and_it_climbs_back_slowly() -> None:
    bucket = Bucket(FIVE, 0.0)
    for _ in range(16):  # all that were on their way are refused together
        bucket.lower(100.0, 30.0)
    assert bucket.rate(100.0) == 2.5
    assert bucket.room(130.0, 0.0) == 0
    assert bucket.rate(100.0 + CLIMB / 4) == pytest.approx(3.75)
    assert bucket.rate(100.0 + CLIMB) == 5.0
    for n in range(40):
        bucket.lower(1000.0 + 30 * n, 30.0)
    assert bucket.rate(1000.0 + 30 * 39) == pytest.approx(5 * LOWEST)
    assert bucket.rate(10_000.0) == 5.0


def test_another_process_begins_with_what_was_learned() -> None:
    first = Pacer([FIVE], (), 0.0, REAL)
    bucket = first.bucket("dm")
    assert bucket is not None
    bucket.lower(10.0, 5.0)
    text = rates.written(first.rates(10.0, REAL))
    assert rates.read(text) == (Rate("say", ("dm", "post"), 5.0, 2.5, REAL),)
    later = REAL + timedelta(seconds=CLIMB / 4)
    second = Pacer([FIVE], rates.read(text), 777.0, later)
    assert [rate.low for rate in second.rates(777.0, later)] == pytest.approx([3.75])
    assert second.room("dm", 777.0, 1.0) == 3  # and with nothing saved up


def test_what_the_operator_raised_or_lowered_counts_at_once() -> None:
    known = rates.read(rates.written(Pacer([FIVE], (), 0.0, REAL).rates(0.0, REAL)))
    for now in (2.0, 50.0):
        pacer = Pacer([FIVE.times(now / 5)], known, 0.0, REAL)
        assert [rate.low for rate in pacer.rates(0.0, REAL)] == [now]


def test_what_no_pace_names_is_not_bound() -> None:
    pacer = Pacer([FIVE], (), 0.0, REAL)
    assert (pacer.room("home", 0.0, 1.0), pacer.group("home"), pacer.bucket("home")) == (None, "", None)


def test_the_platforms_keep_to_their_documents() -> None:
    """Slack: tiers by the minute. Teams: fifty requests a second, of which answers want some."""
    verbs = [verb for pace in PACES for verb in pace.verbs]
    assert sorted(verbs) == ["dm", "home", "look", "post", "retract", "revise"]
    assert {pace.group: round(pace.burst + 60 * pace.rate) for pace in PACES} == {
        "say": 300,
        "change": 50,
        "home": 100,
        "look": 50,
    }
    assert PACE.verbs == {"dm", "post", "revise", "retract", "home"}
    assert PACE.burst + PACE.rate <= 50


def test_an_operators_rate_is_for_posting_and_never_slows_the_rest() -> None:
    faster, slower = SlackPlatform(None, 50.0).paces, SlackPlatform(None, 1.0).paces  # type: ignore[arg-type]  # asks nobody
    assert (faster[0].rate, slower[0].rate) == (pytest.approx(47.5), pytest.approx(0.95))
    assert [pace.rate for pace in faster[1:]] == pytest.approx([10 * pace.rate for pace in PACES[1:]])
    assert list(slower[1:]) == list(PACES[1:])


class Strict:
    """A platform that takes exactly `rate` a second, with `burst` in hand, and refuses the rest."""

    def __init__(self, rate: float, burst: float) -> None:
        self.bucket, self.refused = Bucket(Pace("", frozenset(), rate, burst), -3600.0), 0

    def takes(self, now: float) -> None:
        if self.bucket.room(now, 0.0):
            self.bucket.take(now)
        else:
            self.refused += 1


@pytest.mark.parametrize("hiccup", [0.0, 0.3])
def test_twenty_lanes_at_exactly_the_limit(hiccup: float) -> None:
    """Each on its own bucket against a strict platform; claims and a busy machine take their time in between."""
    lanes = [(Bucket(in_a_minute("say", ("dm",), 300, 15), 0.0), Strict(5.0, 5.0)) for _ in range(20)]
    messages, ends = 600, []
    for bucket, strict in lanes:
        queue: list[float] = []
        now, left = 0.0, messages
        while left:
            claimed = min(left, bucket.room(now, 1.0))
            for _ in range(claimed):
                heapq.heappush(queue, now + bucket.take(now))
            left -= claimed
            now = max(now, max(queue, default=now)) + 0.02 + (hiccup if left % 50 == 0 else 0.0)
        for at in sorted(queue):
            strict.takes(at)
        ends.append(max(queue))
    assert [strict.refused for _, strict in lanes] == [0] * 20
    assert messages / 5.0 / max(ends) >= 0.9


def test_a_rate_that_was_guessed_too_high_settles_below_the_limit() -> None:
    """A platform that takes two a second, where the documents let us hope for five."""
    bucket, strict, now, went, refusals = Bucket(FIVE, 0.0), Strict(2.0, 2.0), 0.0, 0, []
    while now < 3600:
        now += bucket.take(now)
        before = strict.refused
        strict.takes(now)
        if strict.refused > before:
            refusals.append(now)
            bucket.lower(now, 5.0)
            now += 5.0
        else:
            went += 1
    assert went >= 0.6 * 2 * 3600
    assert len(refusals) <= 60
