"""Three words that are never mixed: named, confidential, anonymous."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from models.anonymity.blocks import Groups, divide


class Kind(StrEnum):
    """What becomes of an author. It is said before typing, stands in the row that opens, and never changes after."""

    NAMED = "named"
    """Whoever may read an answer sees who wrote it. Floors say nothing of it, and nothing of it passes through here."""
    CONFIDENTIAL = "confidential"
    """Who wrote it is kept until it is published, so that it can be changed until then. Readers see groups only."""
    ANONYMOUS = "anonymous"
    """Who wrote it is not kept. Readers see groups only, and nobody can change or find what they sent."""


def too_small(groups: Groups, people: Mapping[int, int], floor: int) -> frozenset[int]:
    """The groups that stay hidden even when everybody answers: they are only asked by name, and hear so first.

    `people` says how many stand directly in each group.
    """
    return divide(groups, people, floor).withheld


def offered(groups: Groups, people: Mapping[int, int], floor: int, *, sealed: bool) -> tuple[Kind, ...]:
    """What can be promised to everybody in these groups. `sealed` says whether there are keys to keep answers with."""
    return (Kind.NAMED,) if not sealed or too_small(groups, people, floor) else tuple(Kind)
