"""What goes wrong at a chat's end, by share of what is asked, and a trap that goes off in the middle of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from random import Random

SHARES = {"429": 0.01, "500": 0.005, "500 done": 0.005, "drop done": 0.005}
"""One per cent refused for now, one per cent failed of which half was done all the same, and half a per cent done by
who then hung up."""

SAYING = frozenset({"chat.postMessage", "say"})
SPARED = frozenset({"auth.test", "token", "apps.connections.open"})
"""What a start needs: without it there would be nothing to kill."""


class Weather:
    """Stands in the place of a fake's `faults`."""

    def __init__(self, random: Random, shares: dict[str, float]) -> None:
        self._random, self._shares = random, shares
        self.drawn: Counter[str] = Counter()
        self.accepted = 0
        """Said, though the answer was another or none."""
        self.said = 0
        self.hears: Callable[[], str | None] = lambda: None
        """Is called with every message that is about to be taken in, and may say what becomes of it."""

    def next(self, what: str) -> str:
        kind = "ok" if what in SPARED else self._draw()
        if what in SAYING:
            kind = self.hears() or kind
            self.said += 1
            self.accepted += kind.endswith("done")
        if kind != "ok":
            self.drawn[kind] += 1
        return kind

    def _draw(self) -> str:
        drawn = self._random.random()
        for kind, share in self._shares.items():
            drawn -= share
            if drawn < 0:
                return kind
        return "ok"
