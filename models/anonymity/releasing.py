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
    values = _waiting(scope, opening)
    blocks = {
        part: [frozenset({group}) for group, count in counts.items() if count >= opening.floor]
        for part, counts in _counted(values, parts(opening)).items()
    }
    if not any(blocks.values()):
        return False
    left = _publish(scope, opening, values, blocks)
    _forget(scope, opening)
    seal(scope, opening, [Answer(one.group, {one.part: one.said}) for one in left])
    _rewrite(scope, opening)
    return True


def close(scope: Scope, opening: Opening) -> Opening:
    """Publishes what there is, in the finest groups that are sound. What is too little for any is gone for good, and so
    is who took part.
    """
    if opening.closed_at is not None:
        return opening
    values = _waiting(scope, opening)
    crowd = {one.group_id: 0 for one in _participants(scope, opening)}
    groups, asked = groups_of(scope, opening), parts(opening)
    counts = _counted(values, asked)
    blocks = {part: divide(groups, crowd | counts[part], opening.floor).blocks for part in asked}
    _publish(scope, opening, values, blocks)
    _forget(scope, opening)
    scope.db.remove(Participant, Participant.opening_id == opening.id)
    return scope.db.change(opening, closed_at=scope.now)


def _waiting(scope: Scope, opening: Opening) -> list[_Value]:
    """What was said and not published, each part by itself."""
    vault = seals.vault(scope)
    found = list[_Value]()
    for row in scope.db.all(SealedAnswer, opening_id=opening.id):
        answer = seals.unpacked(vault.open(PURPOSE, row.body))
        found += [_Value(answer.group, part, said) for part, said in answer.said.items()]
    return found


def _counted(values: Iterable[_Value], asked: Iterable[str]) -> dict[str, dict[int, int]]:
    """How many answers there are to each part, by group."""
    counts: dict[str, dict[int, int]] = {part: defaultdict(int) for part in asked}
    for one in values:
        counts[one.part][one.group] += 1
    return counts


def _publish(
    scope: Scope, opening: Opening, values: Sequence[_Value], blocks: Mapping[str, Sequence[Block]]
) -> list[_Value]:
    """Writes what lies in these blocks of each part, under random ids and in their order. Returns the rest."""
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
    return [one for one in values if (one.part, one.group) not in places]


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
