"""Made-up rounds: groups of 2 to 12, who answer, change their mind and leave in some order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random
from typing import Literal

from models.anonymity import Groups

SCORES = (1, 2, 3, 4, 5)
ALL = 1
"""The group around all others."""

Does = Literal["answer", "edit", "leave", "tick"]


@dataclass(frozen=True, slots=True)
class Event:
    """What happens: somebody answers, sends another score, or leaves; or the clock looks."""

    does: Does
    person: int = 0
    score: int = 0


@dataclass(frozen=True, slots=True)
class Round:
    groups: Groups
    people: Mapping[int, int]
    """By person: the group."""
    events: tuple[Event, ...]
    floor: int
    continuous: bool = False


def drawn(chance: Random, *, continuous: bool = False) -> Round:
    """One to four teams, perhaps in two departments; everything about it is as random as people are."""
    groups: dict[int, int | None] = {ALL: None}
    people = dict[int, int]()
    departments = [ALL] if chance.random() < 0.6 else [2, 3]
    groups |= {one: ALL for one in departments if one != ALL}
    for number in range(chance.randint(1, 4)):
        team = 10 + number
        groups[team] = chance.choice(departments)
        for _ in range(chance.randint(2, 12)):
            people[len(people) + 1] = team
    events = _events(chance, people)
    return Round(groups, people, tuple(events), chance.choice((3, 4, 5, 5, 5)), continuous)


def _events(chance: Random, people: Mapping[int, int]) -> list[Event]:
    weights = [chance.random() for _ in SCORES]
    keen = chance.uniform(0.4, 1)
    timed = list[tuple[float, Event]]()
    for person in people:
        at, score = chance.random(), chance.choices(SCORES, weights)[0]
        gone = chance.random() * 10
        if chance.random() < keen and at < gone:
            timed.append((at, Event("answer", person, score)))
            if chance.random() < 0.1 and (later := chance.uniform(at, 1)) < gone:
                timed.append((later, Event("edit", person, chance.choices(SCORES, weights)[0])))
        if gone < 1:
            timed.append((gone, Event("leave", person)))
    timed += [(chance.random(), Event("tick")) for _ in range(3)]
    return [event for _, event in sorted(timed, key=lambda one: one[0])]
