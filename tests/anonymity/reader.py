"""Who sees everything that is ever shown, and is told whose answers each figure holds."""

from __future__ import annotations

from collections.abc import Iterable

from tests.anonymity.algebra import Algebra, Sums
from tests.anonymity.houses import Figure, Said
from tests.anonymity.rounds import SCORES


class Reader:
    """Remembers every figure, and works out all that follows from them by adding and subtracting."""

    def __init__(self, figures: Iterable[Figure] = ()) -> None:
        self._figures = set[Figure]()
        self.looks(figures)

    def looks(self, figures: Iterable[Figure]) -> None:
        self._figures.update(figures)

    def known(self, told: Iterable[Figure] = ()) -> dict[frozenset[Said], Sums]:
        """The smallest groups of which anything follows, with their scores. `told` is known from elsewhere."""
        algebra = Algebra[Said]()
        for one in (*self._figures, *told):
            algebra.learn(one.members, one.counts)
        return {members: sums for members, sums in algebra.atoms().items() if sums is not None}

    def guesses(self) -> dict[Said, int]:
        """The best guess at each answer that is in any figure: the commonest score of the smallest group it is in."""
        smallest = dict[Said, tuple[int, Sums]]()
        everything = [*self.known().items(), *((one.members, one.counts) for one in self._figures)]
        for members, sums in everything:
            for said in members:
                if said not in smallest or len(members) < smallest[said][0]:
                    smallest[said] = len(members), sums
        return {said: commonest(sums) for said, (_, sums) in smallest.items()}


def commonest(counts: Sums) -> int:
    return SCORES[max(range(len(SCORES)), key=lambda place: counts[place])]
