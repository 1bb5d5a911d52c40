"""Where a round takes place: in Ritme, or in a house that has a threshold for each figure and no other defence.

Both tell a reader more than any reader knows: exactly whose answers each figure holds.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain, combinations

import pytest

from models import anonymity
from models.anonymity import Kind, Plan
from models.anonymity.tables import Participant, Publication, Response
from models.base import core
from models.errors import Refused
from models.identity import Person
from models.scope import Scope
from tests.anonymity.algebra import Sums
from tests.anonymity.rounds import SCORES, Event, Round

Said = tuple[int, int]
"""A person, and which of their answers."""


@dataclass(frozen=True, slots=True)
class Figure:
    """What a screen shows: how often each score was given, and by whom that was."""

    members: frozenset[Said]
    counts: Sums


def filters(made: Round) -> Iterator[tuple[int, ...]]:
    """Every choice of groups that somebody could look at."""
    return chain.from_iterable(combinations(made.groups, size) for size in range(1, len(made.groups) + 1))


class Ritme:
    """The round in Ritme, in a real database."""

    def __init__(self, scope: Scope, people: Sequence[Person], made: Round) -> None:
        self.made, self.scope = made, scope
        self.people = {number: people[number - 1] for number in made.people}
        self.number = {person.id: number for number, person in self.people.items()}
        self.floor = replace(scope, org=scope.org.model_copy(update={"floor": made.floor}))
        plan = Plan(
            "rounds",
            1,
            Kind.ANONYMOUS,
            {"score": "score"},
            {self.people[one].id: group for one, group in made.people.items()},
            made.groups,
            made.continuous,
        )
        self.opening = anonymity.begin(self.floor, plan)
        self.said = dict[int, int]()
        self.waiting = list[int]()
        self.published = dict[int, tuple[frozenset[int], list[int]]]()
        """By publication: its groups, and whose answers it holds, in the order in which they came."""

    def happens(self, event: Event) -> None:
        match event.does:
            case "answer":
                self._answer(event)
                self.said[event.person] = event.score
                self.waiting.append(event.person)
            case "edit":
                with pytest.raises(Refused):
                    self._answer(event)
            case "leave":  # and has everything about them erased
                self.scope.db.remove(Participant, Participant.person_id == self.people[event.person].id)
            case "tick":
                anonymity.release(self.scope, self.opening)
                self._noted()

    def close(self) -> None:
        anonymity.close(self.scope, self.opening)
        self._noted()

    def seen(self) -> Iterator[Figure]:
        """Everything that anybody can see of it now, through every filter, and in an export."""
        results = anonymity.published(self.scope, self.opening)
        if not results:
            return
        tree = anonymity.groups(self.scope, self.opening)
        for one, (_, people) in zip(results, self.published.values(), strict=True):
            yield Figure(_firsts(people), _counts(one.scores))
        for chosen in filters(self.made):
            inside = set(anonymity.within((one.groups for one in results), chosen, tree))
            members = _firsts(one for groups, people in self.published.values() if groups in inside for one in people)
            for total in anonymity.summed(results, chosen, tree):
                yield Figure(members, _counts(total.scores))

    def rows(self) -> list[tuple[list[int], list[int]]]:
        """For each publication: its people in the order in which they answered, its scores as the rows lie."""
        found = []
        for id, (_, people) in self.published.items():
            rows = self.scope.db.all(Response, Response.publication_id == id, order=core(Response).c.id)
            found.append((people, [row.score or 0 for row in rows]))
        return found

    def value(self, said: Said) -> int:
        return self.said[said[0]]

    # inside

    def _answer(self, event: Event) -> None:
        me = self.scope.as_(self.people[event.person])
        anonymity.answer(me, self.opening.id, {"score": event.score})

    def _noted(self) -> None:
        for row in self.scope.db.all(Publication):
            if row.id not in self.published:
                groups = frozenset(map(int, row.groups.split()))
                now = [one for one in self.waiting if self.made.people[one] in groups]
                self.waiting = [one for one in self.waiting if one not in now]
                self.published[row.id] = groups, now


class Live:
    """The same round with figures that follow every answer, each hidden below the floor by itself."""

    def __init__(self, made: Round) -> None:
        self.made = made
        self.now = dict[int, Said]()
        self.scores = dict[Said, int]()
        self.insides = {frozenset(one for one in made.people if self._inside(one, chosen)) for chosen in filters(made)}

    def happens(self, event: Event) -> None:
        if event.does in {"answer", "edit"}:
            before = self.now.get(event.person)
            said = (event.person, 0 if before is None else before[1] + 1)
            self.now[event.person] = said
            self.scores[said] = event.score
        elif event.does == "leave":
            self.now.pop(event.person, None)

    def seen(self) -> Iterator[Figure]:
        for inside in self.insides:
            members = frozenset(self.now[one] for one in inside & self.now.keys())
            if len(members) >= self.made.floor:
                scores = [self.scores[said] for said in members]
                yield Figure(members, tuple(scores.count(score) for score in SCORES))

    def _inside(self, person: int, chosen: Collection[int]) -> bool:
        at: int | None = self.made.people[person]
        while at is not None and at not in chosen:
            at = self.made.groups[at]
        return at is not None


def _firsts(people: Iterable[int]) -> frozenset[Said]:
    """The one answer that each of them could give."""
    return frozenset((one, 0) for one in people)


def _counts(scores: Mapping[int, int]) -> Sums:
    return tuple(scores.get(score, 0) for score in SCORES)
