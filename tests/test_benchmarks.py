"""What is measured still runs, at a size that takes a moment."""

from __future__ import annotations

from benchmarks import planning


def test_planning_asks_everybody() -> None:
    assert next(name for name, *_ in planning.run(600)) == "planning 600 people of one minute, s"
