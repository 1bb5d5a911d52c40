"""What an operator's graphs are made of. Numbers about the machine and its queues, never about people."""

from __future__ import annotations

from datetime import datetime, timedelta

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from models.delivery.gauges import Gauges

_CALL = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)
"""Seconds; Slack waits for three, and 0.25 is the promise for the slowest in a hundred."""
_LATE = (1, 2, 5, 15, 60, 300, 900, 3600, 4 * 3600, 24 * 3600)
_LANE = ("platform", "lane")
_BATCH = (1, 2, 4, 8, 16, 32, 64)


class Metrics:
    """The numbers of one running Ritme. Each has its own registry, so that several can live in one process."""

    def __init__(self) -> None:
        own = self._registry = CollectorRegistry()
        self._calls = Counter("ritme_calls", "Calls served", ("kind", "name", "outcome"), registry=own)
        self._call = Histogram("ritme_call_seconds", "From call to reply", ("kind",), buckets=_CALL, registry=own)
        self._batch = Histogram("ritme_commit_calls", "Calls per commit", buckets=_BATCH, registry=own)
        self._sent = Counter("ritme_deliveries", "Deliveries settled", ("platform", "kind", "result"), registry=own)
        self._limited = Counter("ritme_rate_limited", "Answers that it was too much (429)", _LANE, registry=own)
        self._waited = Counter("ritme_rate_waited_seconds", "Waited for the rate, summed", _LANE, registry=own)
        self._settled_late = Counter(
            "ritme_deliveries_settled_late", "Results of claims that had been lost", _LANE, registry=own
        )
        self._unsettled = Counter(
            "ritme_deliveries_unsettled", "Results that the database did not take", _LANE, registry=own
        )
        self._late = Histogram(
            "ritme_delivery_late_seconds", "From due to sent", ("nudge",), buckets=_LATE, registry=own
        )
        self._late_nudge, self._late_answer = self._late.labels("yes"), self._late.labels("no")
        self._due = Counter("ritme_due", "Planned work served", ("kind", "outcome"), registry=own)
        self._due_late = Histogram("ritme_due_late_seconds", "From due to served", buckets=_LATE, registry=own)
        self._depth = Gauge("ritme_deliveries_waiting", "Deliveries by lane and state", (*_LANE, "state"), registry=own)
        self._rate = Gauge("ritme_rate", "Messages a second that may go now", (*_LANE, "group"), registry=own)
        self._longest = Gauge("ritme_oldest_delivery_seconds", "Age of the oldest open delivery", registry=own)
        self._oldest = Gauge("ritme_oldest_due_seconds", "Age of the oldest open due work", registry=own)
        self._parked = Gauge("ritme_due_parked", "Due work that failed and waits for an operator", registry=own)
        self._failing = Gauge("ritme_tokens_failing", "Tokens that a chat keeps not renewing", registry=own)

    def called(self, kind: str, name: str, outcome: str) -> None:
        """A call was served. `outcome` is ok, again, refused, busy, failed, stranger or unknown."""
        self._calls.labels(kind, name, outcome).inc()

    def took(self, kind: str, seconds: float) -> None:
        """From a call to its replies."""
        self._call.labels(kind).observe(seconds)

    def committed(self, calls: int) -> None:
        """The writer committed this many calls at once."""
        self._batch.observe(calls)

    def delivered(self, platform: str, kind: str, result: str, count: int = 1) -> None:
        """Deliveries were settled with this state; without a platform where they never got as far."""
        self._sent.labels(platform or "none", kind, result).inc(count)

    def limited(self, platform: str, lane: int) -> None:
        """The platform said that it was too much."""
        self._limited.labels(platform, lane).inc()

    def waited(self, platform: str, lane: int, seconds: float) -> None:
        """A message waited so long for its turn."""
        self._waited.labels(platform, lane).inc(seconds)

    def settled_late(self, platform: str, lane: int, count: int) -> None:
        """So many results came after the claim was lost, and were not written down."""
        self._settled_late.labels(platform, lane).inc(count)

    def unsettled(self, platform: str, lane: int, count: int) -> None:
        """So many results could not be written down; the rows are found again by their lease."""
        self._unsettled.labels(platform, lane).inc(count)

    def late(self, nudge: bool, by: timedelta) -> None:  # noqa: FBT001 - a label with two values
        """A delivery was sent this long after it could have been."""
        (self._late_nudge if nudge else self._late_answer).observe(max(0.0, by.total_seconds()))

    def fell_due(self, kind: str, outcome: str, count: int, late: timedelta) -> None:
        """Due rows were served (or parked), the oldest of them this late."""
        self._due.labels(kind, outcome).inc(count)
        self._due_late.observe(max(0.0, late.total_seconds()))

    def lanes(self, found: Gauges, now: datetime) -> None:
        """How full and how fast the lanes are at this moment. What has no lane yet is in lane 0."""
        self._depth.clear()
        self._rate.clear()
        for depth in found.depths:
            self._depth.labels(depth.platform or "none", depth.lane, depth.state).set(depth.count)
        for speed in found.speeds:
            self._rate.labels(speed.platform, speed.lane, speed.group).set(speed.rate)
        self._longest.set((now - found.oldest).total_seconds() if found.oldest else 0.0)

    def queues(self, oldest: timedelta, parked: int) -> None:
        """How much due work waits at this moment."""
        self._oldest.set(max(0.0, oldest.total_seconds()))
        self._parked.set(parked)

    def tokens(self, failing: int) -> None:
        """So many workspaces have a token that is not renewed."""
        self._failing.set(failing)

    def text(self) -> bytes:
        """All of it, in the format that Prometheus reads."""
        return generate_latest(self._registry)
