"""Goals, as conversations: set, told, changed, closed."""

from __future__ import annotations

from datetime import timedelta

from models import goals
from models.goals import Draft, Measure, Period
from models.identity import Team
from tests.chat import Chat, Speaker

Q4 = Period(2026, 4)
YEAR = Period(2026)


def arranged(chat: Chat, handle: str, title: str, period: Period = Q4, **draft: object) -> int:
    """A goal that is there already."""
    with chat.world.scope(handle) as scope:
        return goals.add(scope, Draft(title, period, **draft)).id  # type: ignore[arg-type]


def measured(chat: Chat, handle: str, title: str, *wishes: Measure) -> int:
    """A goal with key results that is there already."""
    id = arranged(chat, handle, title)
    with chat.world.scope(handle) as scope:
        for wish in wishes:
            goals.add_result(scope, id, wish)
    return id


async def sheet(person: Speaker, id: int) -> list[str]:
    """A goal in full, as this person reads it; the last line says who else does."""
    await person.taps("goals.view", goal=str(id))
    return read(person)


def read(person: Speaker) -> list[str]:
    """The lines of the open sheet, whether or not its platform draws the last one apart."""
    form = person.form
    return [*form.lines, *([form.sees] if form.sees else [])]


# --- setting ------------------------------------------------------------------------------------------


async def test_a_goal_takes_two_short_forms(chat: Chat) -> None:
    noor = chat.person("noor")
    await noor.types("/doel nieuw Ons plan presenteren")
    assert noor.form.values == {"title": "Ons plan presenteren", "period": "2026-Q4", "kind": "objective"}
    assert noor.form.sees == "Alleen jij en Anna kunnen dit lezen."
    await noor.fills()
    assert noor.form.summary == "Resultaat toevoegen"
    assert noor.form.lines[0] == "Ons plan presenteren staat op de lijst."
    await noor.fills(title="Klanten die het zagen", start="10", target="1.250,5", unit="klanten")
    assert noor.answered.lines == (
        "Het resultaat staat erbij.",
        "Ons plan presenteren",
        "Q4 2026",
        "0%",
        "Gemaakt op di 24 nov door jou",
        "Alleen jij en Anna kunnen dit lezen.",
    )
    await noor.types("/goal")
    await noor.presses("Bekijken")
    assert "10, op weg van 10 naar 1.250,5 klanten · 0%" in noor.form.lines


async def test_a_goal_says_what_it_contributes_to(chat: Chat) -> None:
    above = arranged(chat, "anna", "Sneller live", level="team", team_id=1)
    noor = chat.person("noor")
    await noor.types("/goal add Tests die niet wiebelen")
    await noor.fills(parent=str(above))
    await noor.types("/goal")
    assert noor.answered.lines[2] == "Q4 2026 · draagt bij aan: Sneller live"


async def test_a_theme_has_words(chat: Chat) -> None:
    noor = chat.person("noor")
    await noor.types("/goal add Meer rust")
    await noor.fills(kind="theme")
    assert noor.form.fields == ("text",)
    await noor.fills(text="Niemand werkt op vrijdagavond.")
    assert noor.answered.lines[0] == "Het doel staat er."
    await noor.presses("Bekijken")
    assert "Niemand werkt op vrijdagavond." in noor.form.lines
    assert "Resultaat toevoegen" not in noor.form.buttons
    await noor.types("/goal update rust")
    await noor.fills(progress="140%", confidence="8")
    assert noor.form.errors == {"progress": "Kies een percentage van 0 tot 100."}
    await noor.fills(progress="40%")
    assert noor.answered.lines[3] == "40% · vertrouwen 8"


async def test_numbers_are_typed_as_one_writes_them(chat: Chat) -> None:
    noor, ravi = chat.person("noor"), chat.person("ravi")
    id = arranged(chat, "noor", "Kosten omlaag")
    await noor.taps("goals.result", goal=str(id))
    await noor.fills(title="Kosten", measure="currency", start="1250.5", target="900")
    assert noor.form.errors == {"start": "Ik lees in '1250.5' geen getal. Schrijf het zoals 1.250,5."}
    assert noor.form.values["title"] == "Kosten"
    await noor.fills(start="€ 1.250,5")
    assert "1.250,5 EUR, op weg van 1.250,5 EUR naar 900 EUR · 0%" in await sheet(noor, id)
    other = arranged(chat, "ravi", "Lower cost")
    await ravi.taps("goals.result", goal=str(other))
    await ravi.fills(title="Cost", measure="currency", start="1,250.5", target="900", unit="$")
    assert "1,250.5 USD, on the way from 1,250.5 USD to 900 USD · 0%" in await sheet(ravi, other)


async def test_more_than_three_objectives_get_a_word_and_no_wall(chat: Chat) -> None:
    noor = chat.person("noor")
    for title in ("Een", "Twee", "Drie"):
        await noor.types(f"/goal add {title}")
        await noor.fills()
        assert noor.form.lines[1] == "Waaraan zie je dat het bereikt is?"
    await noor.types("/goal add Vier")
    await noor.fills()
    assert noor.form.lines[1] == "Er staan nu 4 doelen open. Met drie of minder komt er vaak meer af."


async def test_what_was_only_just_set_can_be_taken_back(chat: Chat) -> None:
    noor = chat.person("noor")
    id = measured(chat, "noor", "Vergissing", Measure("Iets"))
    await sheet(noor, id)
    await noor.presses("Verwijderen")
    assert noor.sees == "Het doel is weg, met alles erin."
    kept = arranged(chat, "noor", "Echt")
    with chat.world.scope("noor") as scope:
        goals.update(scope, kept, progress=0.2)
    await noor.taps("goals.remove", goal=str(kept))
    assert noor.sees.startswith("Over dit doel is al iets verteld")
    await noor.types("/goal")
    assert "Echt" in noor.answered.lines


# --- telling ------------------------------------------------------------------------------------------


async def test_telling_how_it_stands_and_reaching_it(chat: Chat) -> None:
    noor = chat.person("noor")
    measured(chat, "noor", "Presenteren", Measure("Klanten", target=4), Measure("Gids af", "yesno"))
    await noor.types("/goal update present")
    assert noor.form.fields == ("result1", "result2", "confidence", "note")
    await noor.fills(result1="2", confidence="7", note="Het loopt.")
    assert noor.answered.lines[:4] == ("Je update is binnen.", "Presenteren", "Q4 2026", "25% · vertrouwen 7")
    await noor.presses("Bijwerken")
    assert noor.form.values == {"result1": "2", "result2": "0", "confidence": "7", "note": ""}
    await noor.fills(result1="5", result2="1", confidence="10")
    assert noor.answered.lines[0] == "🎯 Het doel is bereikt. Mooi gedaan."
    assert noor.answered.buttons == ("Doel afsluiten", "Feedback vragen", "Bekijken")
    await noor.presses("Doel afsluiten")
    assert noor.form.values == {"score": "10", "learned": ""}
    await noor.fills(score="7", learned="Eerder vragen.")
    assert noor.answered.lines[:2] == ("Presenteren, afgesloten met 0,7.", "Eerder vragen.")
    assert noor.answered.buttons == ("Feedback vragen", "Weer openen")
    await noor.presses("Weer openen")
    assert noor.answered.lines[0] == "Het doel staat weer open."


async def test_confidence_that_falls_twice_says_so(chat: Chat) -> None:
    noor, anna = chat.person("noor"), chat.person("anna")
    id = arranged(chat, "noor", "Presenteren")
    for confidence, note in (("8", "Goed begin."), ("7", "Twee zieken."), ("5", "Drie zieken.")):
        await noor.types("/goal update")
        await noor.fills(confidence=confidence, note=note)
        await chat.moves(timedelta(days=1))
    assert noor.answered.lines[3:5] == ("0% · vertrouwen 7 → 5 ↓", "Het vertrouwen is twee keer op rij gedaald.")
    await anna.types("/goal list risico")
    assert anna.answered.lines[1:4] == (
        "Presenteren",
        "Q4 2026 · doel van Noor",
        "0% · vertrouwen 7 → 5 ↓",
    )
    story = await sheet(anna, id)
    assert "Het vertrouwen ging van 8 naar 5 tussen di 24 nov en do 26 nov." in story
    assert "do 26 nov, door Noor: Drie zieken." in story


async def test_a_message_becomes_evidence(chat: Chat) -> None:
    noor = chat.person("noor")
    arranged(chat, "noor", "Presenteren")
    id = arranged(chat, "noor", "Gids schrijven")
    await noor.uses("goals.message", "sem", "De gids staat online")
    assert noor.form.values == {"goal": "1", "note": "De gids staat online"}
    await noor.fills(goal=str(id))
    assert noor.form.values == {"progress": "0", "confidence": "", "note": "De gids staat online"}
    await noor.fills(progress="80", confidence="9")
    story = await sheet(noor, id)
    [told] = [line for line in story if line.startswith("di 24 nov, door jou: De gids staat online · ")]
    assert "het bericht" in told
    with chat.world.scope("noor") as scope:
        [update] = goals.updates(scope, goals.get(scope, id))
    assert update.evidence.startswith(("https://", "http://127.0.0.1", "http://localhost"))


async def test_with_one_goal_a_message_needs_one_form(chat: Chat) -> None:
    noor = chat.person("noor")
    await noor.uses("goals.message", "sem", "De gids staat online")
    assert not noor.reading
    arranged(chat, "noor", "Gids schrijven")
    await noor.uses("goals.message", "sem", "De gids staat online")
    assert noor.form.summary == "Doel bijwerken"


async def test_a_goal_closed_meanwhile_keeps_what_was_typed(chat: Chat) -> None:
    noor = chat.person("noor")
    id = arranged(chat, "noor", "Presenteren")
    await noor.types("/goal update")
    with chat.world.scope("noor") as scope:
        goals.close(scope, id, 0.5, "Genoeg.")
    await noor.fills(confidence="6", note="Lang verhaal")
    assert noor.form.lines[0].startswith("'Presenteren' is intussen afgesloten, dus dit is niet opgeslagen.")
    assert noor.form.values["note"] == "Lang verhaal"
    with chat.world.scope("noor") as scope:
        assert goals.updates(scope, goals.get(scope, id)) == []


# --- changing -----------------------------------------------------------------------------------------


async def test_a_change_has_a_reason_that_stays_visible(chat: Chat) -> None:
    noor, anna = chat.person("noor"), chat.person("anna")
    id = measured(chat, "noor", "Goed begin", Measure("Cijfer", start=6, target=8))
    await sheet(noor, id)
    await noor.presses("Aanpassen")
    await noor.fills(title="Iedereen vindt de weg", period="2027-Q1", reason=" ")
    assert noor.form.errors == {"reason": "Schrijf in een paar woorden waarom, dan kunnen anderen het volgen."}
    await noor.fills(reason="Het was vaag.")
    assert noor.answered.lines[1:3] == ("Iedereen vindt de weg", "Q1 2027")
    await noor.taps("goals.result_change", result="1")
    await noor.fills(target="8,5", reason="Het ging goed.")
    story = await sheet(anna, id)
    assert story[story.index("Geschiedenis") + 1 :] == [
        "Streefwaarde van 'Cijfer' veranderd van 8 in 8,5",
        "di 24 nov, door Noor: Het ging goed.",
        "Periode veranderd van Q4 2026 in Q1 2027",
        "di 24 nov, door Noor: Het was vaag.",
        "Titel veranderd van 'Goed begin' in 'Iedereen vindt de weg'",
        "di 24 nov, door Noor: Het was vaag.",
        "Alleen jij en Noor kunnen dit lezen.",
    ]


async def test_a_key_result_can_be_dropped(chat: Chat) -> None:
    noor = chat.person("noor")
    id = measured(chat, "noor", "Presenteren", Measure("Uren", target=10), Measure("Klanten", target=4))
    await noor.taps("goals.update", goal=str(id))
    await noor.fills(result2="4", confidence="8")
    assert noor.answered.lines[3] == "50% · vertrouwen 8"
    await noor.taps("goals.result_change", result="1")
    await noor.presses("Resultaat laten vervallen")
    await noor.fills(reason="Uren zeggen niets.")
    assert noor.answered.lines[3] == "100% · vertrouwen 8"
    assert "Resultaat vervallen: 'Uren'" in await sheet(noor, id)


# --- teams --------------------------------------------------------------------------------------------


async def test_a_year_goal_becomes_quarter_goals_of_teams(chat: Chat) -> None:
    hanna, anna, noor = chat.person("hanna"), chat.person("anna"), chat.person("noor")
    await hanna.types("/goal add Iedereen blijft graag")
    await hanna.fills(**{"for": "organisation"}, period="2026")
    with chat.world.scope("hanna") as scope:
        [year] = goals.of_organisation(scope)
    await sheet(hanna, year.id)
    await hanna.presses("Vertalen naar teams")
    assert hanna.form.values == {"title": "Iedereen blijft graag", "period": "2026-Q4", "teams": ("1",)}
    await hanna.fills(title="Een fijne eerste week")
    assert hanna.sees.startswith("Iedereen blijft graag heeft nu een doel voor Q4 2026 bij Platform.")
    assert [dm.summary for dm in anna.dms] == ["Hanna heeft een doel gemaakt voor je team."]
    await anna.types("/goal")
    assert anna.answered.lines[1:3] == (
        "Een fijne eerste week",
        "Q4 2026 · doel van team Platform · draagt bij aan: Iedereen blijft graag",
    )
    await anna.presses("Bijwerken")
    await anna.fills(progress="60", confidence="7")
    await noor.types("/goal list organisatie")
    assert noor.answered.lines[1:4] == ("Iedereen blijft graag", "2026 · doel van De Molen", "60%")
    await hanna.taps("goals.cascade", goal=str(year.id))
    await hanna.fills()
    assert hanna.form.errors == {"teams": "Zo'n doel is er in dat kwartaal al voor Platform. Kies alleen andere teams."}


async def test_of_many_teams_the_wanted_ones_are_searched(chat: Chat) -> None:
    year = arranged(chat, "hanna", "Iedereen blijft graag", YEAR, level="organisation")
    with chat.world.scope("hanna") as scope:
        scope.db.add_all([Team(name=f"Winkel {number}") for number in range(1, 12)])
    hanna, anna = chat.person("hanna"), chat.person("anna")
    await hanna.taps("goals.cascade", goal=str(year))
    await hanna.fills(teams=["Winkel 11", "Platform"], title=" ")
    assert hanna.form.errors == {"title": "Schrijf in een paar woorden wat je wilt."}
    await hanna.fills(title="Een fijne eerste week")
    with chat.world.scope("hanna") as scope:
        below = goals.children(scope, goals.get(scope, year))
    assert [(goal.title, goal.owner_id) for goal in below] == [
        ("Een fijne eerste week", hanna.id),
        ("Een fijne eerste week", anna.id),
    ]
    await anna.taps("goals.cascade", goal=str(year))
    assert anna.form.values["teams"] == ("1",)
