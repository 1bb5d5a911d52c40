"""Which goals count in the one above them: only those that everybody who reads that one may read."""

from __future__ import annotations

from datetime import timedelta
from itertools import product

from models import goals
from models.base import core
from models.goals import POLICY, Draft, Goal
from models.goals.tables import counts_in
from models.identity import Person
from models.privacy import keeping
from tests.chat import Chat, Speaker
from tests.test_goals import Q4, YEAR, arranged, sheet
from tests.test_privacy_said import erased
from tests.world import World


def told(chat: Chat, handle: str, title: str, parent: int, progress: float, *, everyone: bool = False) -> int:
    """A goal below another that is there already, and how it stands."""
    id = arranged(chat, handle, title, parent_id=parent)
    with chat.world.scope(handle) as scope:
        goals.show(scope, id, everyone=everyone)
        goals.update(scope, id, progress=progress)
    return id


async def stands(person: Speaker, id: int) -> str:
    """How far a goal is, as this person reads it."""
    return next(line for line in await sheet(person, id) if line.partition("%")[0].isdigit())


async def test_a_goal_for_few_counts_in_none_for_all(chat: Chat) -> None:
    noor, sem, anna = chat.person("noor"), chat.person("sem"), chat.person("anna")
    team = arranged(chat, "anna", "Sneller live", level="team", team_id=1)
    own = arranged(chat, "noor", "Presenteren", parent_id=team)
    await noor.taps("goals.update", goal=str(own))
    await noor.fills(progress="37", confidence="7")
    assert noor.answered.lines[-1] == "Alleen jij en Anna kunnen dit lezen."
    told(chat, "sem", "Testen", team, 0.5, everyone=True)
    assert await stands(sem, team) == "50%"
    await sheet(noor, own)
    await noor.presses("Aan iedereen laten zien")
    assert await stands(sem, team) == "44%"
    await sheet(noor, own)
    await noor.presses("Niet meer aan iedereen tonen")
    assert await stands(sem, team) == "50%"
    shown = await sheet(anna, team)
    assert shown[shown.index("Wat eraan bijdraagt") :][:6] == [
        "Wat eraan bijdraagt",
        "Presenteren · 37% · vertrouwen 7",
        "Q4 2026 · doel van Noor · draagt bij aan: Sneller live",
        "Testen · 50%",
        "Q4 2026 · doel van Sem · draagt bij aan: Sneller live",
        "Doelen die niet iedereen mag lezen, tellen hier niet mee.",
    ]


async def test_where_nothing_counts_its_keeper_says_how_it_stands(chat: Chat) -> None:
    anna, sem = chat.person("anna"), chat.person("sem")
    team = arranged(chat, "anna", "Sneller live", level="team", team_id=1)
    told(chat, "noor", "Presenteren", team, 0.37)
    await anna.taps("goals.update", goal=str(team))
    await anna.fills(progress="60", confidence="7")
    assert await stands(sem, team) == "60% · vertrouwen 7"


async def test_who_is_erased_counts_no_more(chat: Chat) -> None:
    sem = chat.person("sem")
    team = arranged(chat, "anna", "Sneller live", level="team", team_id=1)
    told(chat, "noor", "Presenteren", team, 0.37, everyone=True)
    told(chat, "sem", "Testen", team, 0.5, everyone=True)
    assert await stands(sem, team) == "44%"
    await erased(chat, "noor")
    assert await stands(sem, team) == "50%"


def test_what_is_over_counts_no_more(world: World) -> None:
    with world.scope("anna") as scope:
        team = goals.add(scope, Draft("Sneller live", Q4, "team", 1)).id
    for handle, progress in (("noor", 0.2), ("sem", 0.6)):
        with world.scope(handle) as scope:
            own = goals.add(scope, Draft("Mijn deel", Q4, parent_id=team)).id
            goals.show(scope, own, everyone=True)
            goals.update(scope, own, progress=progress)
    with world.scope("sem") as scope:
        scope.db.update(Goal, core(Goal).c.owner_id == world.people["noor"], updated_at=scope.now - timedelta(days=900))
        place: int | None = 0
        while place is not None:
            place = keeping.step(scope, place)
        assert goals.get(scope, team).progress == 0.6


def test_a_closed_goal_that_few_read_counts_no_more_where_many_do(world: World) -> None:
    with world.scope("anna") as scope:
        team = goals.add(scope, Draft("Sneller live", Q4, "team", 1)).id
    with world.scope("noor") as scope:
        own = goals.add(scope, Draft("Mijn deel", Q4, parent_id=team)).id
        goals.update(scope, own, progress=0.4)
        goals.show(scope, own, everyone=True)
        goals.close(scope, own, 0.4, "Grenzen stellen.")
        assert goals.get(scope, team).progress == 0.4
        goals.show(scope, own, everyone=False)
        assert goals.get(scope, team).progress == 0


def test_a_year_goal_that_everyone_reads_takes_in_none_for_few(world: World) -> None:
    with world.scope("noor") as scope:
        year = goals.add(scope, Draft("Groeien", YEAR)).id
        part = goals.add(scope, Draft("Presenteren", Q4, parent_id=year)).id
        goals.update(scope, part, progress=0.4)
        assert goals.get(scope, year).progress == 0.4
        goals.show(scope, year, everyone=True)
        assert goals.get(scope, year).progress == 0
        goals.show(scope, part, everyone=True)
        assert goals.get(scope, year).progress == 0.4


def test_what_counts_is_what_every_reader_of_the_other_may_read(world: World) -> None:
    """The rule of `counts_in` against the rows of the policy, for every pair of goals."""
    with world.scope("hanna") as scope:
        goals.add(scope, Draft("Graag blijven", YEAR, "organisation"))
    with world.scope("anna") as scope:
        goals.add(scope, Draft("Sneller live", YEAR, "team", 1))
    for handle, everyone in product(("noor", "sem", "anna"), (False, True)):
        with world.scope(handle) as scope:
            goals.show(scope, goals.add(scope, Draft("Van mij", YEAR)).id, everyone=everyone)
    with world.scope("hanna") as scope:
        found = scope.db.all(Goal)
        reads = {
            goal.id: {
                one.id
                for one in scope.db.all(Person)
                if scope.db.count(Goal, Goal.id == goal.id, POLICY.allows(scope.as_(one)))
            }
            for goal in found
        }
    for goal, above in product(found, found):
        assert counts_in(goal, above) == (reads[goal.id] >= reads[above.id]), (goal, above)
