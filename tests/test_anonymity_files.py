"""Who holds the database, its log of writes, its backups and the program's logs cannot tell who said what."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Callable
from math import sqrt
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import text

from bot.backup import backup
from bot.secrets import new
from models import anonymity, served
from models.anonymity import Kind, Opening, Plan
from models.anonymity.tables import Participant
from tests.anonymity.thief import Links, Thief, everything
from tests.rows import revised
from tests.soak.figures import Figures
from tests.world import CAST, World

pytestmark = pytest.mark.soak

SURE = 4
"""Standard deviations: chance goes further once in thirty thousand times."""

NAIVE = "CREATE TABLE plain_answer (id {id}, score INTEGER, text VARCHAR)"
IDS = {"sqlite": "INTEGER PRIMARY KEY", "postgresql": "SERIAL PRIMARY KEY"}


@pytest.fixture(autouse=True)
def keys(world: World) -> None:
    world.opens(new())


def opened(world: World, number: int) -> Opening:
    parts = {"score": "score", "advice": "text"}
    with world.scope("hanna") as scope:
        people = {world.people[handle]: 0 for handle in CAST}
        return anonymity.begin(scope, Plan("rounds", number, Kind.ANONYMOUS, parts, people))  # type: ignore[arg-type]


def closed(world: World, opening: Opening) -> None:
    with world.scope("hanna") as scope:
        anonymity.close(scope, opening)


def canary(opening: Opening, score: int) -> str:
    """What nobody else on this disk ever wrote; the higher the score, the longer."""
    return f"canary {opening.entry_id} {score} " + "x" * 80 * score


Says = Callable[[World, Opening, str, int], None]


def in_ritme(world: World, opening: Opening, handle: str, score: int) -> None:
    """As a call does it, with the row that says it was served."""
    with world.scope(handle) as scope:
        served.keep(scope, f"{opening.entry_id} {handle}", "[]")
        anonymity.answer(scope, opening.id, {"score": score, "advice": canary(opening, score)})


def plainly(world: World, opening: Opening, handle: str, score: int) -> None:
    """The usual way: no author in the row, and nothing else."""
    with world.scope(handle) as scope:
        mine = (Participant.opening_id == opening.id, Participant.person_id == scope.me.id)
        scope.db.update(Participant, *mine, answered=True)
        statement = text("INSERT INTO plain_answer (score, text) VALUES (:score, :text)")
        scope.db.connection.execute(statement, {"score": score, "text": canary(opening, score)})


def watched(world: World, chance: Random, number: int, says: Says, said: str) -> tuple[Thief, Links]:
    """One opening, everybody in it with a score of their own, and a copy of it all after every answer."""
    thief, opening = Thief(said), opened(world, number)
    thief.looks(world)
    crowd = chance.sample(sorted(CAST), len(CAST))
    scores = dict(zip(crowd, chance.sample(range(1, 11), len(crowd)), strict=True))
    for handle in crowd:
        says(world, opening, handle, scores[handle])
        thief.looks(world)
    closed(world, opening)
    thief.looks(world)
    return thief, {world.people[handle]: score for handle, score in scores.items()}


def cleared(world: World, *tables: str) -> None:
    """For the next opening: so that what is found is of one only."""
    with world.database.writer.begin() as connection:
        for table in (*tables, "sealed_answer", "participant", "response", "publication", "opening_group", "opening"):
            connection.execute(text(f"DELETE FROM {table}"))  # noqa: S608 - names from above


def test_no_way_of_linking_is_better_than_chance(world: World, *, soak: bool, seed: int, figures: Figures) -> None:
    chance, openings = Random(seed), 400 if soak else 6
    hits = defaultdict[str, int](int)
    for number in range(openings):
        thief, truth = watched(world, chance, number, in_ritme, "response")
        scores = [row for row in thief.moments[-1]["response"] if row["score"] is not None]
        assert sorted(row["score"] for row in scores) == sorted(truth.values())
        thief.moments[-1]["response"] = scores
        assert len(thief.lengths()) == 1
        for way, links in thief.ways():
            hits[way] += sum(truth[person] == score for person, score in links.items())
        cleared(world)
    # Who guesses at random is right once in each opening, give or take one.
    most = openings + SURE * sqrt(openings)
    figures(
        openings=openings,
        by_chance=openings,
        at_most=f"{most:.0f}",
        **{way.replace(" ", "_"): n for way, n in hits.items()},
    )
    assert {way: count for way, count in hits.items() if count > most} == {}
    assert hits["came along"] == hits["same transaction"] == 0


def test_without_the_defence_the_same_thief_links_everybody(world: World, *, seed: int) -> None:
    with world.database.writer.begin() as connection:
        connection.execute(text(NAIVE.format(id=IDS[connection.dialect.name])))
    thief, truth = watched(world, Random(seed), 1, plainly, "plain_answer")
    found = dict(thief.ways())
    assert found["came along"] == truth
    assert found["by id, in time"] == truth
    assert found["by place, in time"] == truth
    if not world.database.sqlite:
        assert found["same transaction"] == truth


def test_nothing_readable_is_on_the_disk_in_a_backup_or_in_a_log_before_it_is_published(
    world: World, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    revised(world)
    opening = opened(world, 4711)
    canaries = [canary(opening, score).encode() for score in range(1, len(CAST) + 1)]
    with caplog.at_level(logging.DEBUG):
        for score, handle in enumerate(CAST, 1):
            in_ritme(world, opening, handle, score)
            copy = tmp_path / f"after {score}.db"
            backup(world.url, copy)
            assert not any(one in copy.read_bytes() for one in canaries)
        before = everything(world)
        closed(world, opening)
    assert not any(one in before for one in canaries)
    after = everything(world)
    assert all(one in after for one in canaries)
    assert "canary" not in caplog.text


def test_the_log_of_writes_holds_what_was_published_in_no_order_of_people(
    world: World, *, soak: bool, seed: int, figures: Figures
) -> None:
    """The texts, as they lie on the disk, taken for the order in which people answered."""
    chance, openings, hits = Random(seed), 200 if soak else 5, 0
    for number in range(openings):
        opening = opened(world, number)
        crowd = chance.sample(sorted(CAST), len(CAST))
        scores = chance.sample(range(1, 11), len(crowd))
        for handle, score in zip(crowd, scores, strict=True):
            with world.scope(handle) as scope:
                anonymity.answer(scope, opening.id, {"advice": f"canary {number} of {score}."})
        closed(world, opening)
        disk = everything(world)
        lies = sorted(scores, key=lambda score: disk.rindex(f"canary {number} of {score}.".encode()))
        hits += sum(one == other for one, other in zip(scores, lies, strict=True))
    most = openings + SURE * sqrt(openings)
    figures(openings=openings, by_chance=openings, hits=hits)
    assert hits <= most
