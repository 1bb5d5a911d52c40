"""What was said lately: a chat sends again what it thinks is lost, and nobody should read an answer twice."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable

REMEMBERED, MOST = 600.0, 20_000
"""Seconds for which a key is remembered, and how many are remembered at most."""


class Once:
    """What was said in the last minutes, as this process knows. It spares an answer; effects are counted by rows."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._known: OrderedDict[str, float] = OrderedDict()

    def first(self, key: str) -> bool:
        """Whether this is the first time."""
        now = self._now()
        while self._known and (len(self._known) > MOST or next(iter(self._known.values())) < now - REMEMBERED):
            self._known.popitem(last=False)
        if key in self._known:
            return False
        self._known[key] = now
        return True
