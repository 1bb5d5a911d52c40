"""Opening, being asked, answering."""

from __future__ import annotations

import random
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Literal, NoReturn

from sqlalchemy import bindparam, select

from models.anonymity import seals
from models.anonymity.blocks import Groups
from models.anonymity.kinds import Kind, offered
from models.anonymity.seals import LONGEST, PURPOSE, Answer
from models.anonymity.tables import HIGHEST, Opening, OpeningGroup, Participant, SealedAnswer
from models.base import ORG, Row, core, loaded
from models.errors import refuse
from models.prepared import Prepared
from models.scope import Scope

Sort = Literal["score", "text"]

_LAST_ID = 2**31 - 2
_CHUNK = 1000
_chance = random.SystemRandom()


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be opened: for which entry, under which promise, with which questions, for whom.

    `groups` are the capability's own ids, each with the one around it; `people` says in which group each person stands.
    `continuous` publishes each group as soon as so many new answers came as the floor, by the clock.
    """

    object: str
    entry_id: int
    kind: Kind
    parts: Mapping[str, Sort]
    people: Mapping[int, int]
    groups: Groups = field(default_factory=lambda: {0: None})
    continuous: bool = False


def begin(scope: Scope, plan: Plan) -> Opening:
    """Fixes what is promised, and the organisation's floor with it: from here on nothing of it changes.

    Raises ValueError for what was never offered: groups that cannot reach the floor, or no keys to seal with.
    """
    crowd = invited(plan.people)
    if plan.kind is Kind.NAMED or plan.kind not in offered(
        plan.groups, crowd, scope.org.floor, sealed=seals.ready(scope)
    ):
        raise ValueError(f"{plan.kind} was not offered to these groups")
    opening = scope.db.add(
        Opening(
            object=plan.object,
            entry_id=plan.entry_id,
            kind=plan.kind,
            floor=scope.org.floor,
            parts=" ".join(f"{part}={sort}" for part, sort in plan.parts.items()),
            continuous=plan.continuous,
            opened_at=scope.now,
        )
    )
    scope.db.insert_all(
        OpeningGroup,
        [{"opening_id": opening.id, "group_id": one, "within_id": around} for one, around in plan.groups.items()],
    )
    write_participants(scope, opening, {person: (group, False) for person, group in plan.people.items()})
    return opening


def invited(people: Mapping[int, int]) -> dict[int, int]:
    """How many people stand directly in each group."""
    crowd = dict[int, int]()
    for group in people.values():
        crowd[group] = crowd.get(group, 0) + 1
    return crowd


def write_participants(scope: Scope, opening: Opening, people: Mapping[int, tuple[int, bool]]) -> None:
    """By person: their group, and whether they answered. In the order of people, so the rows tell of no other."""
    scope.db.insert_all(
        Participant,
        [
            {"opening_id": opening.id, "person_id": person, "group_id": group, "answered": answered}
            for person, (group, answered) in sorted(people.items())
        ],
    )


# --- being asked -------------------------------------------------------------------------------------


def get(scope: Scope, id: int) -> Opening:
    """An opening that the caller is asked in, with what was promised. Refused as "anonymity.gone"."""
    return _asked(scope, id)[0]


def has_answered(scope: Scope, opening: Opening) -> bool:
    """Whether the caller took part. Nobody is told that of anybody else."""
    place = _place(scope, opening)
    return place is not None and place.answered


def waiting(scope: Scope, opening: Opening) -> list[int]:
    """Who did not answer yet, for the clock to remind. Refused as "anonymity.gone" for a person: no list of theirs
    tells who took part.
    """
    if scope.me.id:
        _gone()
    rows = scope.db.all(
        Participant,
        Participant.opening_id == opening.id,
        core(Participant).c.answered.is_(False),
        order=core(Participant).c.person_id,
    )
    return [one.person_id for one in rows]


def _asked(scope: Scope, id: int) -> tuple[Opening, Participant]:
    """An open opening and the caller's place in it. Refused as "anonymity.gone"."""
    opening = scope.db.get(Opening, id)
    place = _place(scope, opening) if opening is not None and opening.closed_at is None else None
    if opening is None or place is None:
        _gone()
    return opening, place


_participant = core(Participant)
_PLACE = Prepared(
    select(*_participant.columns).where(
        _participant.c.opening_id == bindparam("opening"),
        _participant.c.person_id == bindparam("person"),
        _participant.c.org_id == ORG,
    )
)


def _place(scope: Scope, opening: Opening) -> Participant | None:
    found = scope.db.rows(_PLACE, opening=opening.id, person=scope.me.id)
    return loaded(Participant, found[0]) if found else None


def _gone() -> NoReturn:
    refuse("anonymity.gone")


# --- answering ---------------------------------------------------------------------------------------


def answer(scope: Scope, id: int, said: Mapping[str, int | str]) -> Opening:
    """Takes the caller's answer: by part a score from 1 to 10 or a text. What is left out or empty was not answered.

    What was promised to be anonymous is answered once; what is confidential may be sent again until any of it is
    published. Refused as "anonymity.gone", "anonymity.answered" or, of a part, "anonymity.score" (facts: highest) or
    "anonymity.long" (facts: most).
    """
    opening, place = _asked(scope, id)
    if place.answered and not _taken_back(scope, opening):
        refuse("anonymity.answered")
    sorts = parts(opening)
    body = Answer(place.group_id, {part: _checked(part, sorts[part], one) for part, one in said.items() if one})
    seal(scope, opening, [(body, scope.me.id if opening.kind == Kind.CONFIDENTIAL else None)])
    scope.db.change(place, answered=True)
    return opening


def parts(opening: Opening) -> dict[str, str]:
    """What is asked, and whether it takes a score or a text."""
    halves = (part.partition("=") for part in opening.parts.split())
    return {part: sort for part, _, sort in halves}


def _checked(part: str, sort: str, one: int | str) -> int | str:
    if sort == "text":
        if len(str(one)) > LONGEST:
            refuse("anonymity.long", part, most=LONGEST)
        return str(one)
    if not isinstance(one, int) or not 1 <= one <= HIGHEST:
        refuse("anonymity.score", part, highest=HIGHEST)
    return one


def _taken_back(scope: Scope, opening: Opening) -> bool:
    """Whether what the caller sent before could still be found, and so is gone now."""
    mine = (SealedAnswer.opening_id == opening.id, SealedAnswer.author_id == scope.me.id)
    return scope.db.remove(SealedAnswer, *mine) > 0


def seal(scope: Scope, opening: Opening, answers: Collection[tuple[Answer, int | None]]) -> None:
    """Keeps answers until they are published, each with its author where that is kept: under ids without an order, all
    of one length.
    """
    size, vault = seals.room(parts(opening)), seals.vault(scope)
    ids = random_ids(scope, SealedAnswer, len(answers))
    try:
        sealed = [(vault.seal(PURPOSE, seals.packed(one, size)), author) for one, author in answers]
    except OverflowError:
        refuse("anonymity.long", most=LONGEST)
    scope.db.insert_all(
        SealedAnswer,
        [
            {"id": id, "opening_id": opening.id, "author_id": author, "body": body}
            for id, (body, author) in sorted(zip(ids, sealed, strict=True))
        ],
    )


def random_ids(scope: Scope, table: type[Row], count: int) -> list[int]:
    """Ids that nobody has and that tell no order."""
    found = set[int]()
    while len(found) < count:
        drawn = {_chance.randint(1, _LAST_ID) for _ in range(min(count - len(found), _CHUNK))}
        found |= drawn - _taken(scope, table, drawn)
    return _chance.sample(sorted(found), count)


def _taken(scope: Scope, table: type[Row], ids: Collection[int]) -> set[int]:
    if len(ids) == 1:  # an answer on its way in
        return {id for id in ids if scope.db.get(table, id)}
    return {one.id for one in scope.db.all(table, core(table).c.id.in_(ids))}
