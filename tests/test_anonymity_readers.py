"""Who sees every screen after everything that happens learns nothing but what is published in the end."""

from __future__ import annotations

from collections.abc import Iterator
from math import sqrt
from random import Random
from statistics import fmean, stdev

import pytest

from bot.secrets import new
from models import anonymity
from models.identity import Person
from models.scope import Scope, enter_org
from tests.anonymity.houses import Figure, Live, Ritme
from tests.anonymity.reader import Reader, commonest
from tests.anonymity.rounds import SCORES, Round, drawn
from tests.soak.figures import Figures
from tests.world import START, World

pytestmark = [pytest.mark.soak, pytest.mark.sqlite("what is shown is the same on both")]

LONG, SHORT = 10_000, 60
"""Rounds."""
MOST = 48
"""People of the largest round."""
POINT = 0.01
SURE = 3.3
"""Standard errors: chance goes further once in two thousand times."""


@pytest.fixture(autouse=True)
def keys(world: World) -> None:
    world.opens(new())


def crowd(world: World) -> list[Person]:
    with world.database.writer.begin() as connection:
        scope = _clock(connection)
        return [scope.db.add(Person(name=f"P{n}", email=f"p{n}@demolen.example")) for n in range(MOST)]


def rounds(seed: int, count: int, *, continuous: bool = False) -> Iterator[Round]:
    chance = Random(seed)
    for _ in range(count):
        yield drawn(chance, continuous=continuous)


def lived(world: World, people: list[Person], made: Round) -> Iterator[Ritme]:
    """The round in Ritme, before its first event; nothing where only "named" was offered. Nothing of it stays."""
    with world.database.writer.connect() as connection:
        scope = _clock(connection)
        sizes = anonymity.invited(made.people)
        if len(anonymity.offered(made.groups, sizes, made.floor, sealed=True)) == len(anonymity.Kind):
            yield Ritme(scope, people, made)
        connection.rollback()


def _clock(connection: object) -> Scope:
    scope = enter_org(connection, 1, START)  # type: ignore[arg-type]  # a connection
    assert scope
    return scope


def above(gains: list[float], *, sure: bool) -> float:
    """How far the attacker is above who only reads the end: at most, where it must be sure, and else at least."""
    error = SURE * stdev(gains) / sqrt(len(gains))
    return fmean(gains) + (error if sure else -error)


@pytest.mark.parametrize("continuous", [False, True])
def test_the_whole_history_says_no_more_than_the_last_figures(
    world: World, *, continuous: bool, soak: bool, seed: int, figures: Figures
) -> None:
    people, count = crowd(world), LONG if soak else SHORT
    gains: dict[str, list[float]] = {"everything": [], "first to last": [], "last to first": [], "by name": []}
    hits, answers, rate, held = 0, 0, list[float](), 0
    for made in rounds(seed, count, continuous=continuous):
        for house in lived(world, people, made):
            held += 1
            reader = _watched(house)
            last = _last(house)
            guesses = reader.guesses()
            assert guesses.keys() == last.keys()
            if not last:
                continue
            right = fmean(last[said] == house.value(said) for said in last)
            rate.append(right)
            gains["everything"].append(fmean(guesses[said] == house.value(said) for said in last) - right)
            for name, order in _by_place(house).items():
                gains[name].append(order - right)
            hits += sum(guesses[said] == house.value(said) for said in last)
            answers += len(last)
    figures(
        rounds=count, offered=held, answers=answers, end_alone=f"{fmean(rate):.4f}", all_history=f"{hits / answers:.4f}"
    )
    figures(**{f"gain {name}": f"{fmean(gain):+.4f}" for name, gain in gains.items()})
    assert len(rate) > count / 4  # there was much to be learned
    assert {name: gain for name, gain in gains.items() if above(gain, sure=soak) > POINT} == {}
    assert set(gains["everything"]) == {0.0}


def _watched(house: Ritme) -> Reader:
    """A reader who looks after everything that happens."""
    reader = Reader()
    for event in house.made.events:
        house.happens(event)
        shown = list(house.seen())
        assert house.made.continuous or shown == []
        reader.looks(shown)
    house.close()
    reader.looks(house.seen())
    for members in reader.known():
        assert len(members) >= house.made.floor
    for group in house.made.groups:
        _knows_a_group(house, reader, group)
    return reader


def _knows_a_group(house: Ritme, reader: Reader, group: int) -> None:
    """Who is told what each person in this group said still learns of nobody else in a group below the floor."""
    tree, mine = house.made.groups, set[tuple[int, int]]()
    for person, score in house.said.items():
        at: int | None = house.made.people[person]
        while at is not None and at != group:
            at = tree[at]
        if at is not None and score:
            mine.add((person, 0))
    told = [Figure(frozenset([one]), tuple(int(house.value(one) == score) for score in SCORES)) for one in mine]
    for members in reader.known(told):
        left = members - mine
        assert not left or len(left) >= house.made.floor


def _last(house: Ritme) -> dict[tuple[int, int], int]:
    """The best guesses of somebody who only saw the finest figures of the end."""
    published = anonymity.published(house.scope, house.opening)
    return {
        (one, 0): commonest(tuple(result.scores.get(score, 0) for score in SCORES))
        for result, (_, people) in zip(published, house.published.values(), strict=True)
        for one in people
    }


def _by_place(house: Ritme) -> dict[str, float]:
    """How often it is right to take the rows, as they lie, for the order in which people answered, or are called."""
    right: dict[str, list[bool]] = {"first to last": [], "last to first": [], "by name": []}
    for people, scores in house.rows():
        for name, order in (
            ("first to last", people),
            ("last to first", people[::-1]),
            ("by name", sorted(people)),
        ):
            right[name] += [house.said[one] == score for one, score in zip(order, scores, strict=True)]
    return {name: fmean(found) for name, found in right.items()}


def test_without_the_defence_the_same_reader_finds_every_answer(*, soak: bool, seed: int, figures: Figures) -> None:
    """Whoever answers when there is a figure already is known to the point, and so is whoever changes or leaves."""
    found, chances, complements, complete = 0, 0, 0, 0
    for made in rounds(seed, LONG if soak else SHORT):
        house, reader = Live(made), Reader()
        targets, before = set[tuple[int, int]](), False
        for event in made.events:
            house.happens(event)
            shown, there = list(house.seen()), before
            reader.looks(shown)
            before = bool(shown)
            if there and event.does == "answer":
                targets.add(house.now[event.person])
        guesses, known = reader.guesses(), reader.known()
        chances += len(targets)
        found += sum(guesses[said] == house.scores[said] for said in targets)
        assert all(frozenset([said]) in known for said in targets)
        complement, whole = _complements(house)
        complements, complete = complements + complement, complete + whole
    figures(answers=chances, found=f"{found / chances:.2%}", complements=f"{complete} of {complements}")
    assert chances > 0
    assert found == chances
    assert complements > 0
    assert complete == complements


def _complements(house: Live) -> tuple[int, int]:
    """Of the last screens alone: teams that are hidden while all others are shown, and how many of them follow."""
    shown = {one.members for one in house.seen()}
    everybody = frozenset(house.now.values())
    teams = [
        frozenset(said for one, said in house.now.items() if house.made.people[one] == team)
        for team in set(house.made.people.values())
    ]
    hidden = [team for team in teams if team and team not in shown]
    if len(hidden) != 1 or everybody not in shown or hidden[0] == everybody:
        return 0, 0
    follows = Reader(house.seen()).known().get(hidden[0])
    truth = [house.scores[said] for said in hidden[0]]
    return 1, int(follows == tuple(truth.count(score) for score in SCORES))
