"""Which groups are shown together, whatever the tree and the numbers; and that no sum gives away another."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import chain, combinations

from hypothesis import example, given
from hypothesis import strategies as some

from models.anonymity import Groups, divide, is_sound, within
from tests.anonymity.algebra import Algebra

Crowd = tuple[Groups, Mapping[int, int], int]


@some.composite
def crowds(draw: some.DrawFn) -> Crowd:
    """A tree of up to nine groups, how many people of some of them answered, and a floor."""
    size = draw(some.integers(1, 9))
    groups = {one: draw(some.sampled_from([None, *range(1, one)])) for one in range(1, size + 1)}
    counted = draw(some.sets(some.sampled_from(sorted(groups)), min_size=1))
    return groups, {one: draw(some.integers(0, 12)) for one in counted}, draw(some.integers(3, 7))


TEAMS: dict[int, int | None] = {1: None, 2: 1, 3: 1, 4: 1}


def shown(groups: Groups, counts: Mapping[int, int]) -> list[list[int]]:
    """The blocks, and last what is withheld, at a floor of five."""
    found = divide(groups, counts, 5)
    return [sorted(one) for one in (*found.blocks, found.withheld)]


def test_a_small_group_takes_the_next_smallest_along() -> None:
    # Of two teams, whoever knows all of team 3 would know the two of team 4.
    assert shown(TEAMS, {2: 9, 3: 6, 4: 2}) == [[2, 3, 4], []]
    assert shown(TEAMS | {5: 1}, {2: 9, 3: 6, 4: 2, 5: 4}) == [[2], [3, 4, 5], []]


def test_one_small_group_beside_one_other_is_withheld_and_in_no_sum() -> None:
    assert shown(TEAMS, {2: 9, 4: 2}) == [[2], [4]]
    assert within(divide(TEAMS, {2: 9, 4: 2}, 5).blocks, {1}, TEAMS) == (frozenset({2}),)


def test_a_small_group_looks_one_level_higher_where_its_department_has_no_place() -> None:
    groups = {1: None, 2: 1, 3: 1, 21: 2, 22: 2, 31: 3, 32: 3}
    counts = {21: 8, 22: 3, 31: 7, 32: 4}
    assert shown(groups, counts) == [[21, 22, 31, 32], []]
    assert within(divide(groups, counts, 5).blocks, {2}, groups) == ()


def test_a_group_of_which_nobody_answered_cannot_be_told_from_a_small_one() -> None:
    assert shown(TEAMS | {5: 1}, {2: 9, 3: 8, 4: 0, 5: 7}) == [[2], [3], [4, 5], []]


@given(crowds())
@example((TEAMS, {2: 0, 3: 0, 4: 0}, 5))
def test_every_block_is_sound_and_every_group_has_one_place(crowd: Crowd) -> None:
    groups, counts, floor = crowd
    found = divide(*crowd)
    places = [*chain.from_iterable(found.blocks), *found.withheld]
    assert sorted(places) == sorted(counts)
    assert all(is_sound(block, groups, counts, floor) for block in found.blocks)


@given(crowds())
def test_nothing_is_withheld_where_everybody_together_is_sound(crowd: Crowd) -> None:
    groups, counts, floor = crowd
    if is_sound(frozenset(counts), groups, counts, floor):
        assert divide(*crowd).withheld == frozenset()


@given(crowds())
def test_no_difference_of_published_sums_gives_a_group_that_is_hidden(crowd: Crowd) -> None:
    """Every filter there is, every sum and difference of what they show: never fewer answers than the floor."""
    groups, counts, floor = crowd
    found, seen = divide(*crowd), Algebra[int]()
    for some_of in chain.from_iterable(combinations(groups, size) for size in range(1, min(len(groups), 4) + 1)):
        shown = frozenset(chain.from_iterable(within(found.blocks, some_of, groups)))
        if shown:
            seen.learn(shown, (sum(counts[one] for one in shown),))
    for atom, sums in seen.atoms().items():
        assert sums == (sum(counts[one] for one in atom),)
        assert sums[0] >= floor
        assert is_sound(atom, groups, counts, floor)


@given(crowds(), some.data())
def test_who_knows_all_of_one_group_learns_of_no_fewer_than_the_floor(crowd: Crowd, data: some.DataObject) -> None:
    groups, counts, floor = crowd
    known = data.draw(some.sampled_from(sorted(groups)))
    below = {one for one in counts if known in _upwards(groups, one)}
    for block in divide(*crowd).blocks:
        left = sum(counts[one] for one in block - below)
        assert left == 0 or left >= floor


def test_without_the_rule_a_difference_gives_a_small_group_away() -> None:
    """The usual way, a threshold for each figure by itself: the same subtraction finds what it hides."""
    seen = Algebra[int]()
    seen.learn([2, 3, 4], (17,))
    seen.learn([2], (9,))
    seen.learn([3], (6,))
    assert seen.atoms()[frozenset([4])] == (2,)


def _upwards(groups: Groups, group: int | None) -> list[int]:
    return [] if group is None else [group, *_upwards(groups, groups[group])]
