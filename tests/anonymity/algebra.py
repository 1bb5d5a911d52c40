"""What follows from sums: the reader who subtracts every figure from every other."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import Generic, TypeVar

T = TypeVar("T", bound=Hashable)
Set = frozenset[T]
Sums = tuple[int, ...]
Row = tuple[list[int], list[int]]
"""An equation: how often each atom is in it, and the sums."""

_PRIME = 2**61 - 1
"""Sums are kept modulo a prime far larger than any of them: exact, without fractions."""


class Algebra(Generic[T]):
    """Linear equations: the sum over these members is so much, for each of several values at once.

    Members who stand in all the same equations can't be told apart by sums, so they are one unknown.
    """

    def __init__(self) -> None:
        self._equations = dict[Set[T], Sums]()

    def learn(self, members: Iterable[T], sums: Sums) -> None:
        self._equations[frozenset(members)] = sums

    def atoms(self) -> dict[Set[T], Sums | None]:
        """The members by what can't be told apart, with their sums where the equations give them."""
        stands = dict[T, set[int]]()
        for number, members in enumerate(self._equations):
            for one in members:
                stands.setdefault(one, set()).add(number)
        alike = dict[frozenset[int], set[T]]()
        for one, numbers in stands.items():
            alike.setdefault(frozenset(numbers), set()).add(one)
        atoms = [frozenset(members) for members in alike.values()]
        return dict(zip(atoms, self._solved(atoms), strict=True))

    def _solved(self, atoms: list[Set[T]]) -> list[Sums | None]:
        pivots = dict[int, Row]()
        for members, sums in self._equations.items():
            if len(pivots) == len(atoms):
                break  # all is known
            row = [int(atom <= members) for atom in atoms], [one % _PRIME for one in sums]
            for column, head in pivots.items():
                if by := row[0][column]:
                    row = _less(row, head, by)
            column = next((place for place, one in enumerate(row[0]) if one), -1)
            if column >= 0:
                head = _scaled(row, pow(row[0][column], -1, _PRIME))
                pivots = {at: _less(one, head, one[0][column]) if one[0][column] else one for at, one in pivots.items()}
                pivots[column] = head
        known = {at: tuple(map(_signed, right)) for at, (left, right) in pivots.items() if sum(map(bool, left)) == 1}
        return [known.get(column) for column in range(len(atoms))]


def _scaled(row: Row, by: int) -> Row:
    return [one * by % _PRIME for one in row[0]], [one * by % _PRIME for one in row[1]]


def _less(row: Row, head: Row, by: int) -> Row:
    left = [(one - by * other) % _PRIME for one, other in zip(row[0], head[0], strict=True)]
    return left, [(one - by * other) % _PRIME for one, other in zip(row[1], head[1], strict=True)]


def _signed(one: int) -> int:
    return one - _PRIME if one > _PRIME // 2 else one
