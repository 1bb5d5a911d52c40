"""Asking so that nobody can find out who said what: what is promised, answered, published, and refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot import sealed
from bot.db import Database
from bot.export import export
from bot.secrets import Secrets, Unreadable, new
from models import anonymity
from models.anonymity import Kind, Opening, Plan, Result
from models.anonymity.tables import Participant, Response, SealedAnswer
from models.errors import Refused
from models.scope import enter_org
from tests.world import START, World

PARTS = {"clarity": "score", "advice": "text"}


@pytest.fixture(autouse=True)
def keys(world: World) -> None:
    world.opens(new())


def asks(world: World, *handles: str, **plan: object) -> Opening:
    """Opens something for these people, in one group unless `groups` says otherwise."""
    with world.scope("hanna") as scope:
        people = {world.people[one]: 0 for one in handles}
        given = {"kind": Kind.ANONYMOUS, "parts": PARTS, "people": people} | plan
        return anonymity.begin(scope, Plan("rounds", 1, **given))  # type: ignore[arg-type]


def says(world: World, opening: Opening, handle: str, **said: int | str) -> None:
    with world.scope(handle) as scope:
        anonymity.answer(scope, opening.id, said)


def closes(world: World, opening: Opening) -> tuple[Result, ...]:
    with world.scope("hanna") as scope:
        fresh = scope.db.get(Opening, opening.id)
        assert fresh
        return anonymity.published(scope, anonymity.close(scope, fresh))


def refused(world: World, opening: Opening, handle: str, **said: int | str) -> tuple[str, ...]:
    with pytest.raises(Refused) as caught:
        says(world, opening, handle, **said)
    return tuple(problem.code for problem in caught.value.problems)


TEAM = ("noor", "sem", "lotte", "ravi", "maria")


def test_a_group_of_the_floor_is_published_at_the_close_and_not_before(world: World) -> None:
    opening = asks(world, *TEAM)
    for score, handle in enumerate(TEAM, 1):
        says(world, opening, handle, clarity=score, advice=f"advice {score}")
        with world.scope("hanna") as scope:
            assert anonymity.published(scope, opening) == ()
    advice, clarity = closes(world, opening)
    assert (clarity.part, clarity.scores, clarity.mean) == ("clarity", {1: 1, 2: 1, 3: 1, 4: 1, 5: 1}, 3.0)
    assert sorted(advice.texts) == [f"advice {score}" for score in range(1, 6)]


def test_each_question_has_its_own_floor(world: World) -> None:
    opening = asks(world, *TEAM)
    for handle in TEAM:
        says(world, opening, handle, clarity=4, advice="" if handle == "noor" else "more of it")
    assert [one.part for one in closes(world, opening)] == ["clarity"]


def test_too_few_answers_are_gone_for_good(world: World) -> None:
    opening = asks(world, *TEAM)
    for handle in TEAM[:4]:
        says(world, opening, handle, clarity=4)
    assert closes(world, opening) == ()
    with world.scope("hanna") as scope:
        assert [scope.db.count(table) for table in (SealedAnswer, Response, Participant)] == [0, 0, 0]


def test_an_anonymous_answer_is_sent_once(world: World) -> None:
    opening = asks(world, *TEAM)
    says(world, opening, "noor", clarity=4)
    assert refused(world, opening, "noor", clarity=5) == ("anonymity.answered",)
    with world.scope("noor") as scope:
        assert anonymity.has_answered(scope, opening)
        assert [one.author_id for one in scope.db.all(SealedAnswer)] == [None]


def test_a_confidential_answer_can_be_changed_until_it_is_published(world: World) -> None:
    opening = asks(world, *TEAM, kind=Kind.CONFIDENTIAL)
    for handle in (*TEAM, "noor"):
        says(world, opening, handle, clarity=5 if handle == "noor" else 2)
    with world.scope("noor") as scope:
        assert {one.author_id for one in scope.db.all(SealedAnswer)} == {world.people[one] for one in TEAM}
    [clarity] = closes(world, opening)
    assert clarity.scores == {2: 4, 5: 1}
    assert refused(world, opening, "noor", clarity=1) == ("anonymity.gone",)


def test_only_who_is_asked_can_answer_and_only_what_is_asked(world: World) -> None:
    opening = asks(world, *TEAM)
    assert refused(world, opening, "iris", clarity=4) == ("anonymity.gone",)
    assert refused(world, opening, "noor", clarity=11) == ("anonymity.score",)
    assert refused(world, opening, "noor", advice="x" * 1001) == ("anonymity.long",)
    assert refused(world, opening, "noor", advice="\x01" * 1000) == ("anonymity.long",)
    with world.scope("noor") as scope:
        assert not anonymity.has_answered(scope, opening)


def test_the_floor_is_the_one_of_the_day_it_opened(world: World) -> None:
    opening = asks(world, *TEAM)
    with world.scope("hanna") as scope:
        scope.db.change(scope.org, floor=3)
    for handle in TEAM[:4]:
        says(world, opening, handle, clarity=4)
    assert opening.floor == 5
    assert closes(world, opening) == ()


def test_who_cannot_be_hidden_is_asked_by_name_only(world: World) -> None:
    with pytest.raises(ValueError, match="anonymous was not offered"):
        asks(world, *TEAM[:4])
    with pytest.raises(ValueError, match="named was not offered"):
        asks(world, *TEAM, kind=Kind.NAMED)
    groups, people = {1: None, 2: 1, 3: 1}, {2: 6, 3: 4}
    assert anonymity.too_small(groups, people, 5) == {3}
    assert anonymity.offered(groups, people, 5, sealed=True) == (Kind.NAMED,)
    assert anonymity.offered(groups, {2: 6, 3: 5}, 5, sealed=True) == tuple(Kind)


def test_without_keys_only_named_is_offered(world: World) -> None:
    world.opens()
    with world.scope("hanna") as scope:
        assert not anonymity.ready(scope)
    assert anonymity.offered({0: None}, {0: 12}, 5, sealed=False) == (Kind.NAMED,)
    with pytest.raises(ValueError, match="anonymous was not offered"):
        asks(world, *TEAM)


def test_nobody_is_told_who_took_part_and_the_clock_reminds_the_others(world: World) -> None:
    opening = asks(world, *TEAM)
    says(world, opening, "noor", clarity=4)
    with world.scope("hanna") as scope, pytest.raises(Refused):
        anonymity.waiting(scope, opening)
    with world.database.writer.begin() as connection:
        clock = enter_org(connection, 1, START)
        assert clock
        assert anonymity.waiting(clock, opening) == [world.people[one] for one in TEAM[1:]]


def test_what_stays_open_publishes_a_group_when_enough_is_new(world: World) -> None:
    crowd = (*TEAM, "anna", "joris", "bo", "iris", "hanna")
    opening = asks(world, *crowd, continuous=True)

    def released() -> tuple[Result, ...]:
        with world.scope("hanna") as scope:
            fresh = scope.db.get(Opening, opening.id)
            assert fresh
            anonymity.release(scope, fresh)
            return anonymity.published(scope, fresh)

    for handle in crowd[:4]:
        says(world, opening, handle, clarity=4, advice="a")
        assert released() == ()
    says(world, opening, crowd[4], clarity=4)
    [first] = released()
    assert (first.part, first.scores) == ("clarity", {4: 5})
    for handle in crowd[5:9]:
        says(world, opening, handle, clarity=1)
        assert released() == (first,)
    says(world, opening, crowd[9], clarity=2, advice="b")
    assert [one.answers for one in released()] == [5, 5, 5]
    assert refused(world, opening, crowd[0], clarity=1) == ("anonymity.answered",)
    assert [one.answers for one in closes(world, opening)] == [5, 5, 5]


def test_what_stays_open_and_is_confidential_can_be_changed_until_it_is_published(world: World) -> None:
    others = ("anna", "joris", "bo", "iris", "hanna")
    people = {world.people[one]: 1 for one in TEAM} | {world.people[one]: 2 for one in others}
    groups = {0: None, 1: 0, 2: 0}
    opening = asks(world, kind=Kind.CONFIDENTIAL, people=people, groups=groups, continuous=True)

    def released() -> list[tuple[frozenset[int], str, dict[int, int]]]:
        with world.scope("hanna") as scope:
            fresh = scope.db.get(Opening, opening.id)
            assert fresh
            anonymity.release(scope, fresh)
            shown = anonymity.published(scope, fresh)
            return [(one.groups, one.part, dict(one.scores)) for one in shown]

    def waits() -> list[int | None]:
        with world.scope("iris") as scope:
            found = [one.author_id for one in scope.db.all(SealedAnswer)]
            return sorted(found, key=lambda author: author or 0)

    for handle in TEAM:
        says(world, opening, handle, clarity=4)
    says(world, opening, "iris", clarity=3, advice="less")
    assert released() == [(frozenset({1}), "clarity", {4: 5})]
    assert refused(world, opening, "noor", clarity=1) == ("anonymity.answered",)
    assert waits() == [world.people["iris"]]
    says(world, opening, "iris", clarity=9, advice="more")
    assert waits() == [world.people["iris"]]
    for handle in others:
        if handle != "iris":
            says(world, opening, handle, clarity=3)
    assert released()[1:] == [(frozenset({2}), "clarity", {3: 4, 9: 1})]
    assert waits() == [None]  # the other half of what Iris said, which is no longer hers to change
    assert refused(world, opening, "iris", clarity=1) == ("anonymity.answered",)


def test_closing_twice_changes_nothing(world: World) -> None:
    opening = asks(world, *TEAM)
    for handle in TEAM:
        says(world, opening, handle, clarity=4)
    assert closes(world, opening) == closes(world, opening)


def test_what_waits_is_sealed_anew_with_another_key(world: World) -> None:
    old, fresh = new(), new()
    world.opens(old)
    opening = asks(world, *TEAM)
    for handle in TEAM:
        says(world, opening, handle, clarity=4)
    assert sealed.rotate(world.url, Secrets([fresh, old])) == sealed.Counts(renewed=len(TEAM))
    world.opens(fresh)
    assert [one.scores for one in closes(world, opening)] == [{4: len(TEAM)}]


def test_two_open_databases_in_one_process_keep_their_keys_apart(world: World) -> None:
    opening = asks(world, *TEAM)
    for handle in TEAM:
        says(world, opening, handle, clarity=4)
    first, second = world.database, Database(world.url, vault=Secrets([new()]))
    world.database = second
    with pytest.raises(Unreadable):
        closes(world, opening)
    world.database = first
    assert [one.scores for one in closes(world, opening)] == [{4: len(TEAM)}]
    second.close()


def test_an_export_holds_what_was_published_and_nothing_that_waits(world: World, tmp_path: Path) -> None:
    opening = asks(world, *TEAM)
    for handle in TEAM:
        says(world, opening, handle, advice="a canary")
    assert "sealed_answer.json" not in _exported(world, tmp_path / "before")
    assert _holding(tmp_path / "before", "a canary") == []
    closes(world, opening)
    _exported(world, tmp_path / "after")
    assert _holding(tmp_path / "after", "a canary") == ["response.json"]


def _exported(world: World, folder: Path) -> list[str]:
    export(world.url, folder, "json", lambda *_: None)
    return [path.name for path in folder.iterdir()]


def _holding(folder: Path, words: str) -> list[str]:
    return [path.name for path in sorted(folder.iterdir()) if words in path.read_text()]
