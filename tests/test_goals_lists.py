"""Who finds which goals, and who does not."""

from __future__ import annotations

from datetime import date, timedelta

from models import goals
from models.goals import Draft, Period
from models.identity import Absence, Person
from tests.chat import Chat
from tests.test_goals import arranged, read, sheet

DAY = timedelta(days=1)


# --- who reads ----------------------------------------------------------------------------------------


async def test_a_personal_goal_is_for_its_owner_and_the_manager(chat: Chat) -> None:
    noor, sem, anna = (chat.person(handle) for handle in ("noor", "sem", "anna"))
    id = arranged(chat, "noor", "Leren presenteren")
    await anna.types("/goal list @Noor")
    assert anna.answered.lines[1] == "Leren presenteren"
    assert anna.answered.buttons == ("Bekijken", "Nieuw doel")
    await sem.types("/goal list @Noor")
    assert sem.answered.lines[1].startswith("Er zijn geen doelen van Noor die jij kunt lezen.")
    await sem.taps("goals.view", goal=str(id))
    assert sem.sees == "Dit doel is er niet meer, of het is niet aan jou. Er is niets veranderd."
    await anna.taps("goals.update", goal=str(id))
    assert anna.sees == "Dit doel is er niet meer, of het is niet aan jou. Er is niets veranderd."
    await sheet(noor, id)
    await noor.presses("Aan iedereen laten zien")
    assert read(noor)[-1] == "Iedereen bij De Molen kan dit lezen."
    await sem.types("/goal list @Noor")
    assert sem.answered.lines[1] == "Leren presenteren"


async def test_a_score_stays_with_owner_and_manager(chat: Chat) -> None:
    id = arranged(chat, "noor", "Leren presenteren")
    with chat.world.scope("noor") as scope:
        goals.show(scope, id, everyone=True)
        goals.close(scope, id, 0.3, "Te veel tegelijk.")
    assert "Afgesloten met 0,3. Wat eruit geleerd is:" in await sheet(chat.person("noor"), id)
    assert "Afgesloten met 0,3. Wat eruit geleerd is:" in await sheet(chat.person("anna"), id)
    told = await sheet(chat.person("sem"), id)
    assert "Dit doel is afgesloten." in told
    assert "Te veel tegelijk." not in told


async def test_a_closed_goal_is_shown_to_everyone_only_as_long_as_its_owner_wants(chat: Chat) -> None:
    noor, sem = chat.person("noor"), chat.person("sem")
    id = arranged(chat, "noor", "Leren presenteren")
    with chat.world.scope("noor") as scope:
        goals.show(scope, id, everyone=True)
        goals.close(scope, id, 0.3, "Te veel tegelijk.")
    assert "Leren presenteren" in await sheet(sem, id)
    await noor.types("/doel lijst afgesloten")
    await noor.presses("Bekijken")
    assert read(noor)[-1] == "Iedereen bij De Molen kan dit lezen."
    await noor.presses("Niet meer aan iedereen tonen")
    assert read(noor)[-1] == "Alleen jij en Anna kunnen dit lezen."
    assert noor.form.buttons == ("Feedback vragen", "Weer openen")
    await sem.taps("goals.view", goal=str(id))
    assert sem.sees == "Dit doel is er niet meer, of het is niet aan jou. Er is niets veranderd."
    await noor.taps("goals.show", goal=str(id), to="everyone")
    with chat.world.scope("noor") as scope:
        assert goals.get(scope, id).shown == "manager", "nobody is shown a goal once it is closed"


async def test_a_goal_above_that_one_may_not_read_stays_unnamed(chat: Chat) -> None:
    year = arranged(chat, "noor", "Geheime droom", Period(2026))
    id = arranged(chat, "noor", "Eerste stap", parent_id=year)
    with chat.world.scope("noor") as scope:
        goals.show(scope, id, everyone=True)
    assert "Geheime droom" in "\n".join(await sheet(chat.person("anna"), id))
    assert "Geheime droom" not in "\n".join(await sheet(chat.person("sem"), id))


async def test_goals_follow_the_manager_of_today(chat: Chat) -> None:
    arranged(chat, "noor", "Leren presenteren")
    with chat.world.scope("noor") as scope:
        scope.db.change(scope.me, manager_id=chat.world.people["hanna"])
    for handle, found in (("hanna", True), ("anna", False)):
        person = chat.person(handle)
        await person.types("/goal list @Noor")
        assert ("Leren presenteren" in person.answered.lines) is found


async def test_only_who_leads_sets_goals_for_others(chat: Chat) -> None:
    noor, anna, hanna, joris = (chat.person(handle) for handle in ("noor", "anna", "hanna", "joris"))
    offered = {}
    for one in (noor, anna, hanna, joris):
        await one.types("/goal add")
        offered[one.handle] = "for" in one.form.fields
    assert offered == {"noor": False, "anna": True, "hanna": True, "joris": True}
    await anna.types("/goal add Alles anders")
    await anna.fills(**{"for": "team:1"})
    with chat.world.scope("anna") as scope:
        [team] = goals.of_teams(scope, [1])
    assert (team.title, team.owner_id) == ("Alles anders", anna.id)
    await hanna.taps("goals.update", goal=str(team.id))
    assert hanna.sees == "Dit doel is er niet meer, of het is niet aan jou. Er is niets veranderd."


# --- lists --------------------------------------------------------------------------------------------


async def test_lists_in_both_languages(chat: Chat) -> None:
    year = arranged(chat, "hanna", "Iedereen blijft graag", Period(2026), level="organisation")
    arranged(chat, "anna", "Sneller live", level="team", team_id=1, parent_id=year)
    arranged(chat, "noor", "Presenteren")
    arranged(chat, "ravi", "Write the guide", parent_id=year)
    noor, ravi = chat.person("noor"), chat.person("ravi")
    seen = {}
    for line in ("lijst", "list team", "lijst team Platform", "list organisation", "lijst los", "lijst risico"):
        await noor.types(f"/doel {line}")
        seen[line] = noor.answered.lines[:2]
    assert seen == {
        "lijst": ("Jouw doelen", "Presenteren"),
        "list team": ("Doelen van team Platform", "Sneller live"),
        "lijst team Platform": ("Doelen van team Platform", "Sneller live"),
        "list organisation": ("Doelen van De Molen", "Iedereen blijft graag"),
        "lijst los": ("Doelen die nog nergens aan bijdragen", "Presenteren"),
        "lijst risico": ("Doelen die risico lopen", "Om je heen loopt niets risico."),
    }
    await ravi.types("/goal list orphan")
    assert ravi.answered.lines[1] == "Every goal around you contributes to another one."
    await ravi.types("/goal list @Ravi")
    assert ravi.answered.lines[:2] == ("Goals of Ravi", "Write the guide")


async def test_an_empty_list_says_what_is_true(chat: Chat) -> None:
    noor, anna, iris = (chat.person(handle) for handle in ("noor", "anna", "iris"))
    for which in ("risico", "stil", "los"):
        await noor.types(f"/doel lijst {which}")
        assert noor.answered.lines[1] == ("Er zijn nog geen open doelen van jou, je mensen, je team of de organisatie.")
    arranged(chat, "noor", "Presenteren")
    await noor.types("/goal list orphan")
    assert noor.answered.lines[1] == "De organisatie heeft nog geen doelen waar andere aan kunnen bijdragen."
    await anna.types("/goal list @Sem")
    assert anna.answered.lines[1] == "Sem heeft nu geen open doelen."
    await noor.types("/goal list @Sem")
    assert noor.answered.lines[1].startswith("Er zijn geen doelen van Sem die jij kunt lezen.")
    await noor.types("/goal list team")
    assert noor.answered.lines[1] == "Team Platform heeft nu geen open doelen."
    await iris.types("/goal list team")
    assert iris.answered.lines == (
        "Doelen van je team",
        "Ik weet niet in welk team je zit. Noem een team bij naam, zoals /doel lijst team Verkoop.",
    )
    await noor.types("/goal list organisation")
    assert noor.answered.lines[1] == "De Molen heeft nu geen open doelen. HR en de directie kunnen ze maken."


async def test_a_closed_goal_shows_what_came_of_it(chat: Chat) -> None:
    """A theme was never measured, so neither nought percent nor an old confidence says anything."""
    id = arranged(chat, "noor", "Leren presenteren", kind="theme")
    noor = chat.person("noor")
    with chat.world.scope("noor") as scope:
        goals.update(scope, id, confidence=3)
    await noor.taps("goals.close", goal=str(id))
    assert noor.form.values["score"] == "", "nobody is offered that nothing came of it"
    await noor.fills(score="7", learned="Vaker oefenen.")
    await noor.types("/doel lijst afgesloten")
    assert noor.answered.lines == ("Jouw afgesloten doelen", "Leren presenteren · afgesloten met 0,7", "Q4 2026")
    told = await sheet(noor, id)
    assert "Afgesloten met 0,7. Wat eruit geleerd is:" in told
    assert "0% · vertrouwen 3" not in told[: told.index("Geschiedenis")]


async def test_a_long_list_goes_on(chat: Chat) -> None:
    for number in range(1, 14):
        arranged(chat, "noor", f"Doel {number}")
    noor = chat.person("noor")
    await noor.types("/goal")
    assert noor.answered.buttons == (*["Bekijken"] * 10, "Nog 3 tonen", "Nieuw doel")
    await noor.presses("Nog 3 tonen")
    assert noor.answered.lines == (
        "Jouw doelen",
        *(line for n in (11, 12, 13) for line in (f"Doel {n} · 0%", "Q4 2026")),
    )


async def test_an_unknown_word_gets_help(chat: Chat) -> None:
    noor = chat.person("noor")
    await noor.types("/goal lsit")
    assert noor.sees == (
        "Ik ken 'lsit' niet bij een doel. Je kunt /doel nieuw, /doel bijwerken, /doel lijst of /doel hulp typen."
    )
    await noor.types("/goal list alles")
    assert noor.sees.startswith("Ik ken de lijst 'alles' niet. Je kunt vragen om mijn, team, organisatie, risico, stil")
    await noor.types("/goal list @Piet")
    assert noor.sees.startswith("Ik ken geen 'Piet'.")
    await noor.types("/goal list @")
    assert noor.sees.startswith("Ik ken de lijst '@' niet.")
    arranged(chat, "noor", "Presenteren")
    await noor.types("/goal update zwemmen")
    assert noor.sees == "Geen van je open doelen heeft 'zwemmen' in de titel. Typ /doel om ze allemaal te zien."


async def test_the_overview_shows_ones_goals(chat: Chat) -> None:
    noor = chat.person("noor")
    await noor.opens_home()
    at = noor.home.lines.index("Mijn doelen")
    assert noor.home.lines[at + 1] == "Nog geen doelen. Begin met één: wat wil je dit kwartaal bereikt hebben?"
    await noor.presses("Nieuw doel")
    await noor.fills(title="Presenteren")
    await noor.opens_home()
    at = noor.home.lines.index("Mijn doelen")
    assert noor.home.lines[at + 1 : at + 3] == ("Presenteren · 0%", "Q4 2026")


# --- stale --------------------------------------------------------------------------------------------


def _stale(chat: Chat, handle: str) -> list[str]:
    with chat.world.scope(handle) as scope:
        return [goal.title for goal in goals.stale(scope, scope.me.id)]


async def test_stale_after_two_working_weeks_of_ones_own(chat: Chat) -> None:
    for handle in ("noor", "sem", "lotte"):
        arranged(chat, handle, "Presenteren")
    with chat.world.scope("noor") as scope:
        goals.add(scope, Draft("Volgend jaar", Period(2027)))
        sem, lotte = chat.world.people["sem"], chat.world.people["lotte"]
        scope.db.update(Person, Person.id == sem, workdays="12")
        scope.db.add(Absence(person_id=lotte, starts=date(2026, 11, 30), until=date(2026, 12, 4)))
    await chat.moves(13 * DAY)  # Monday 7 December
    assert [_stale(chat, handle) for handle in ("noor", "sem", "lotte")] == [[], [], []]
    await chat.moves(DAY)
    assert [_stale(chat, handle) for handle in ("noor", "sem", "lotte")] == [["Presenteren"], ["Presenteren"], []]
    await chat.person("anna").types("/goal list stil")
    assert chat.person("anna").answered.lines[1:3] == ("Presenteren", "Q4 2026 · doel van Noor")
    await chat.moves(7 * DAY)
    assert _stale(chat, "lotte") == ["Presenteren"]
    with chat.world.scope("lotte") as scope:
        goals.update(scope, goals.mine(scope)[0].id, confidence=7)
    assert _stale(chat, "lotte") == []
