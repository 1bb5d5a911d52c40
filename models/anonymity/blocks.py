"""Which groups are shown, and which are shown only together. Pure.

The groups form a tree, known before anybody answers. What is published is a *division*: blocks of groups that have no
group in common. Every other figure (of a department, of everybody, of any filter) is a sum of whole blocks, so there
are no two figures whose difference is anything but a sum of whole blocks. A block is *sound* when it has as many
answers as the floor, and when what is left of it, for somebody who knows all that one group of the tree said, is
nothing or again as many as the floor.

A group that is too small is not left out of a sum that others are shown beside, for the difference would show it: it
is joined with the next-smallest block of its department, and with the next, until they are sound together. Where a
department cannot do that, its small groups look for others one level higher. What finds no place at the top is
withheld from every figure. A group of which nobody answered is small like any other, so nobody sees that it was nobody.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

Groups = Mapping[int, int | None]
"""Each group with the one that it is in; None for those at the top."""

Counts = Mapping[int, int]
"""How many answers there are of the people who stand directly in a group, also where that is none. A group that nobody
stands in directly is not in it."""

Block = frozenset[int]


@dataclass(frozen=True, slots=True)
class Division:
    """The blocks that are published, by their smallest group, and the groups that are in none of them."""

    blocks: tuple[Block, ...]
    withheld: Block


def divide(groups: Groups, counts: Counts, floor: int) -> Division:
    """The finest division that hides what must be hidden. Says the same for the same numbers, whoever answered what."""
    blocks, small = _Tree(groups, counts, floor).settled(None)
    withheld = frozenset[int]().union(*small)
    return Division(tuple(sorted(blocks, key=min)), withheld)


def is_sound(block: Block, groups: Groups, counts: Counts, floor: int) -> bool:
    """Whether a block may be shown: see above."""
    total = sum(counts[group] for group in block)
    known = dict[int, int]()
    for group in block:
        for around in _upwards(groups, group):
            known[around] = known.get(around, 0) + counts[group]
    return total >= floor and all(left == total or total - left >= floor for left in known.values())


def within(blocks: Iterable[Block], chosen: Iterable[int], groups: Groups) -> tuple[Block, ...]:
    """What a filter shows: the blocks that lie wholly in the chosen groups and the groups below those."""
    wanted = frozenset(chosen)
    inside = {group for group in groups if not wanted.isdisjoint(_upwards(groups, group))}
    return tuple(block for block in blocks if block <= inside)


def _upwards(groups: Groups, group: int) -> Iterator[int]:
    """A group, the one that it is in, and so on."""
    at: int | None = group
    while at is not None:
        yield at
        at = groups[at]


class _Tree:
    """The groups, walked from below."""

    def __init__(self, groups: Groups, counts: Counts, floor: int) -> None:
        self.groups, self.counts, self.floor = groups, counts, floor
        self.below = dict[int | None, list[int]]()
        for group in sorted(groups):
            self.below.setdefault(groups[group], []).append(group)

    def settled(self, group: int | None) -> tuple[list[Block], list[Block]]:
        """The blocks of a group and all below it, and what is too small to be one and looks further up."""
        blocks, small = list[Block](), list[Block]()
        for one in self.below.get(group, ()):
            found, left = self.settled(one)
            blocks += found
            small += left
        if group is not None and group in self.counts:
            (blocks if self.counts[group] >= self.floor else small).append(frozenset({group}))
        return self._joined(blocks, small) if small else (blocks, small)

    def _joined(self, blocks: list[Block], small: list[Block]) -> tuple[list[Block], list[Block]]:
        """The small ones as one block, with as many of the next-smallest as that takes; or all as it was."""
        together = frozenset[int]().union(*small)
        others = sorted(blocks, key=lambda block: (self._size(block), min(block)))
        while not is_sound(together, self.groups, self.counts, self.floor):
            if not others:
                return blocks, small
            together |= others.pop(0)
        return [*others, together], []

    def _size(self, block: Block) -> int:
        return sum(self.counts[group] for group in block)
