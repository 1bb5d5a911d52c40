"""Publishing: all at once, shuffled, and never less than the floor of anything."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from models.anonymity import seals
from models.anonymity.asking import parts, random_ids, seal, write_participants
from models.anonymity.blocks import Block, divide
from models.anonymity.results import groups as groups_of
from models.anonymity.seals import PURPOSE, Answer
from models.anonymity.tables import Opening, Participant, Publication, Response, SealedAnswer
from models.scope import Scope


@dataclass(frozen=True, slots=True)
class _Value:
    """One answer to one part. What else the same person said is not known of it."""

    group: int
    part: str
    said: int | str


def release(scope: Scope, opening: Opening) -> bool:
    """Publishes, before a continuous opening closes, the groups of which enough new answers came; whether any were.

    It is for the clock: in the call that brings an answer it would say whose answer made it enough.
    """
    if not opening.continuous or opening.closed_at is not None:
        return False
    answers = _waiting(scope, opening)
    values = _torn(one for one, _ in answers)
    blocks = {
        part: [frozenset({group}) for group, count in counts.items() if count >= opening.floor]
        for part, counts in _counted(values, parts(opening)).items()
    }
    if not any(blocks.values()):
        return False
    _publish(scope, opening, values, blocks)
    _forget(scope, opening)
    seal(scope, opening, _left(answers, blocks))
    _rewrite(scope, opening)
    return True


def close(scope: Scope, opening: Opening) -> Opening:
    """Publishes what there is, in the finest groups that are sound. What is too little for any is gone for good, and so
    is who took part.
    """
    if opening.closed_at is not None:
        return opening
    values = _torn(one for one, _ in _waiting(scope, opening))
    crowd = {one.group_id: 0 for one in _participants(scope, opening)}
    groups, asked = groups_of(scope, opening), parts(opening)
    counts = _counted(values, asked)
    blocks = {part: divide(groups, crowd | counts[part], opening.floor).blocks for part in asked}
    _publish(scope, opening, values, blocks)
    _forget(scope, opening)
    scope.db.remove(Participant, Participant.opening_id == opening.id)
    return scope.db.change(opening, closed_at=scope.now)


def _waiting(scope: Scope, opening: Opening) -> list[tuple[Answer, int | None]]:
    """What was said and not published, each with its author where that is kept."""
    vault = seals.vault(scope)
    rows = scope.db.all(SealedAnswer, opening_id=opening.id)
    return [(seals.unpacked(vault.open(PURPOSE, row.body)), row.author_id) for row in rows]


def _torn(answers: Iterable[Answer]) -> list[_Value]:
    """Each part by itself."""
    return [_Value(one.group, part, said) for one in answers for part, said in one.said.items()]


def _left(
    answers: Iterable[tuple[Answer, int | None]], blocks: Mapping[str, Sequence[Block]]
) -> list[tuple[Answer, int | None]]:
    """What waits on when these blocks are published. All of it is sealed anew, so that no row tells when it came.

    An answer whose author is kept, and of which nothing was published, stays theirs and whole, so that it can still be
    changed. What is left of any other is torn apart and nobody's, like what was published.
    """
    left = list[tuple[Answer, int | None]]()
    for one, author in answers:
        rest = {part: said for part, said in one.said.items() if frozenset({one.group}) not in blocks[part]}
        if author is not None and len(rest) == len(one.said):
            left.append((one, author))
        else:
            left += [(Answer(one.group, {part: said}), None) for part, said in rest.items()]
    return left


def _counted(values: Iterable[_Value], asked: Iterable[str]) -> dict[str, dict[int, int]]:
    """How many answers there are to each part, by group."""
    counts: dict[str, dict[int, int]] = {part: defaultdict(int) for part in asked}
    for one in values:
        counts[one.part][one.group] += 1
    return counts


def _publish(scope: Scope, opening: Opening, values: Sequence[_Value], blocks: Mapping[str, Sequence[Block]]) -> None:
    """Writes what lies in these blocks of each part, under random ids and in their order."""
    batch = opening.batch + 1
    scope.db.change(opening, batch=batch)
    places = dict[tuple[str, int], int]()
    for part in sorted(blocks):
        for block in blocks[part]:
            groups = " ".join(map(str, sorted(block)))
            made = scope.db.add(Publication(opening_id=opening.id, part=part, batch=batch, groups=groups))
            places |= dict.fromkeys(((part, group) for group in block), made.id)
    shown = [one for one in values if (one.part, one.group) in places]
    ids = random_ids(scope, Response, len(shown))
    rows = [_row(id, places[one.part, one.group], one.said) for id, one in zip(ids, shown, strict=True)]
    scope.db.insert_all(Response, sorted(rows, key=lambda row: row["id"]))


def _row(id: int, publication: int, said: int | str) -> dict[str, Any]:
    score, text = (said, "") if isinstance(said, int) else (None, said)
    return {"id": id, "publication_id": publication, "score": score, "text": text}


def _forget(scope: Scope, opening: Opening) -> None:
    scope.db.remove(SealedAnswer, SealedAnswer.opening_id == opening.id)


def _rewrite(scope: Scope, opening: Opening) -> None:
    """Writes anew who took part, so that the rows no longer lie in the order in which people did."""
    people = {one.person_id: (one.group_id, one.answered) for one in _participants(scope, opening)}
    scope.db.remove(Participant, Participant.opening_id == opening.id)
    write_participants(scope, opening, people)


def _participants(scope: Scope, opening: Opening) -> list[Participant]:
    return scope.db.all(Participant, opening_id=opening.id)
