"""What everybody who may see anything sees: published blocks, and sums of whole ones."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from models.anonymity.blocks import Block, Groups, within
from models.anonymity.tables import Opening, OpeningGroup, Publication, Response
from models.base import core
from models.scope import Scope


@dataclass(frozen=True)
class Result:
    """What some groups together said to one part: how often each score was given, and the texts in a random order."""

    part: str
    groups: Block
    scores: Mapping[int, int]
    texts: tuple[str, ...] = ()

    @cached_property
    def answers(self) -> int:
        """How many answers it holds: never fewer than the floor."""
        return sum(self.scores.values()) + len(self.texts)

    @cached_property
    def mean(self) -> float | None:
        """The average score, to one decimal; None where there are texts."""
        given = sum(self.scores.values())
        return round(sum(score * count for score, count in self.scores.items()) / given, 1) if given else None


def published(scope: Scope, opening: Opening) -> tuple[Result, ...]:
    """All that was published of an opening, the finest there is, in the order in which it was. Who may see it is for
    the capability to guard: this is the only road to answers, for screens, digests and exports alike.
    """
    places = scope.db.all(Publication, opening_id=opening.id)
    rows = scope.db.all(Response, core(Response).c.publication_id.in_([one.id for one in places])) if places else []
    found = defaultdict[int, list[Response]](list)
    for row in rows:
        found[row.publication_id].append(row)
    return tuple(_result(one, found[one.id]) for one in places)


def _result(place: Publication, rows: Iterable[Response]) -> Result:
    said = list(rows)
    scores = Counter(row.score for row in said if row.score is not None)
    texts = tuple(row.text for row in said if row.score is None)
    return Result(place.part, frozenset(map(int, place.groups.split())), dict(sorted(scores.items())), texts)


def groups(scope: Scope, opening: Opening) -> dict[int, int | None]:
    """The groups as they were when it opened, each with the one around it."""
    rows = scope.db.all(OpeningGroup, opening_id=opening.id)
    return {one.group_id: one.within_id for one in rows}


def summed(results: Iterable[Result], chosen: Iterable[int], tree: Groups) -> tuple[Result, ...]:
    """The same for any choice of groups, by part: sums of the blocks that lie wholly inside, and nothing else."""
    known = list(results)
    inside = set(within((one.groups for one in known), chosen, tree))
    sums = dict[str, Result]()
    for one in known:
        if one.groups in inside:
            sums[one.part] = _added(sums[one.part], one) if one.part in sums else one
    return tuple(sums[part] for part in sorted(sums))


def _added(one: Result, other: Result) -> Result:
    scores = Counter(one.scores) + Counter(other.scores)
    return Result(one.part, one.groups | other.groups, dict(sorted(scores.items())), one.texts + other.texts)
