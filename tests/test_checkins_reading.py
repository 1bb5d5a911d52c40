"""Check-ins, as conversations: read, answered back, passed on, and seen by nobody else."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from models import checkins
from models.base import core
from models.checkins import Checkin, CheckinEnergy, CheckinNote
from models.checkins.tables import ENERGY, NOTES, POLICY
from models.identity import Deputy, Person
from tests.chat import Chat, Speaker

MONDAY = datetime(2026, 11, 30, 8, 0, tzinfo=UTC)
CAST_OF_ANNA = ["Lotte", "Maria", "Noor", "Ravi", "Sem"]


async def written(chat: Chat, **values: object) -> Speaker:
    """Noor, who was asked on Monday and answered; besides her Anna and Joris hear of Ritme."""
    chat.only("noor", "anna", "joris")
    await chat.jumps(MONDAY)
    noor = chat.person("noor")
    await noor.presses("Beantwoorden")
    await noor.fills(**({"priorities": "Rapport", "blocker": "Geen toegang tot de test"} | values))
    return noor


async def read(chat: Chat, handle: str = "anna") -> Speaker:
    """Somebody who opened Noor's check-in."""
    reader = chat.person(handle)
    await reader.types("/checkin team")
    await reader.presses("Lezen")
    return reader


async def test_opening_it_is_reading_it_and_the_writer_sees_so(chat: Chat) -> None:
    noor = await written(chat)
    anna = chat.person("anna")
    await anna.types("/checkin team")
    assert anna.answered.lines[:1] == ("De check-ins die je kunt lezen",)
    shown = dict(zip(anna.answered.lines[1::2], anna.answered.lines[2::2], strict=True))
    assert shown == {
        "Lotte": "Nog niet beantwoord",
        "Maria": "Nog niet gevraagd",
        "Noor": "Nieuw, verstuurd op ma 30 nov",
        "Ravi": "Nog niet gevraagd",
        "Sem": "Nog niet beantwoord",
    }
    await anna.presses("Lezen")
    assert anna.form.lines[:5] == (
        "Van Noor, verstuurd op ma 30 nov.",
        "Waar liep je tegenaan?",
        "Geen toegang tot de test",
        "Prioriteiten",
        "Rapport",
    )
    assert [dm.lines for dm in noor.dms] == [("Anna heeft je check-in gezien.",)]
    assert noor.dms[0].buttons == ("Bekijken",)


async def test_a_reaction_is_quiet_and_a_reply_is_told(chat: Chat) -> None:
    noor = await written(chat)
    anna = await read(chat)
    assert anna.form.sees == "Wat je hier schrijft, gaat alleen naar Noor."
    await anna.fills()
    assert anna.form.errors == {"reply": "Kies een reactie of schrijf een paar woorden."}
    await anna.fills(reaction="💪")
    assert [dm.lines for dm in noor.dms] == [("Anna heeft je check-in gezien: 💪",)]
    await read(chat)
    await anna.fills(reply="Zal ik toegang voor je vragen?")
    assert [dm.lines for dm in noor.dms] == [("Anna heeft je check-in gelezen en schreef iets terug.",)]
    await noor.presses("Lezen")
    assert noor.form.lines[-4:-1] == ("Anna reageerde: 💪", "Anna schreef:", "Zal ik toegang voor je vragen?")
    await noor.fills(reply="Graag")
    assert [dm.summary for dm in anna.dms[1:]] == ["Noor antwoordde op wat je over de check-in schreef."]
    await anna.presses("Lezen")
    assert anna.form.lines[-4:-2] == ("Noor schreef:", "Graag")


async def test_a_sentence_is_passed_on_and_the_writer_sees_it(chat: Chat) -> None:
    noor = await written(chat)
    anna = await read(chat)
    await anna.presses("Doorgeven aan Joris")
    assert anna.form.sees == "Alleen jij, Joris en Noor kunnen deze zin lezen."
    await anna.fills(sentence="Het team wacht op toegang tot de test.")
    joris = chat.person("joris")
    assert joris.dms[-1].summary == "Anna geeft iets aan je door."
    await joris.presses("Lezen")
    assert joris.form.lines == (
        "Anna schreef over een check-in van Noor:",
        "Het team wacht op toegang tot de test.",
        "Alleen jij, Anna en Noor kunnen deze zin lezen.",
    )
    assert noor.dms[-1].lines == ("Anna gaf iets uit je check-in door aan Joris, in eigen woorden.",)
    await noor.presses("Lezen")
    assert noor.form.lines[1] == "Waar liep je tegenaan?"
    assert noor.form.lines[-2:] == ("Anna gaf dit door aan Joris:", "Het team wacht op toegang tot de test.")
    [checkin] = _all(chat, Checkin)
    await joris.taps("checkins.open", checkin=str(checkin.id))
    assert joris.sees == "Deze check-in is er niet meer, of is niet voor jou om te lezen."


async def test_who_has_no_manager_passes_nothing_on(chat: Chat) -> None:
    await chat.jumps(MONDAY)
    anna = chat.person("anna")
    await anna.presses("Beantwoorden")
    await anna.fills(priorities="Begroting")
    joris = chat.person("joris")
    await joris.types("/checkin team")
    await joris.presses("Lezen")
    assert joris.form.buttons == ()


async def test_the_overview_shows_what_waits_and_what_is_new(chat: Chat) -> None:
    await written(chat)
    anna, noor = chat.person("anna"), chat.person("noor")
    await anna.opens_home()
    lines = anna.home.lines
    assert lines[:2] == ("Vandaag", "Je check-in staat open tot vr 4 dec om 17:00.")
    assert "Check-in" not in lines
    start = lines.index("Nieuwe check-ins")
    assert lines[start : start + 3] == ("Nieuwe check-ins", "Noor", "Nieuw, verstuurd op ma 30 nov")
    await noor.opens_home()
    last = noor.home.lines.index("Check-in")
    assert noor.home.lines[last + 1] == "Je laatste check-in: ma 30 nov"


async def test_an_unread_check_in_of_last_week_is_new_in_the_list_too(chat: Chat) -> None:
    await written(chat)
    await chat.jumps(MONDAY + timedelta(weeks=1))
    anna = chat.person("anna")
    await anna.types("/checkin team")
    of_noor = anna.answered.lines.index("Noor") + 1
    assert anna.answered.lines[of_noor] == "Nog niet beantwoord · Nieuw, verstuurd op ma 30 nov"
    await anna.presses("Lezen")
    await anna.types("/checkin team")
    assert anna.answered.lines[of_noor] == "Nog niet beantwoord"


async def test_a_large_team_is_shown_in_parts(chat: Chat) -> None:
    with chat.world.scope("bo") as scope:
        reports = (f"Collega {number:02}" for number in range(1, 61))
        people = [{"name": name, "short": name, "manager_id": chat.world.people["anna"]} for name in reports]
        scope.db.add_all([Person(email=f"{one['name']}@demolen.example", **one) for one in people])
    anna = chat.person("anna")
    await anna.types("/checkin team")
    pages = [anna.answered]
    for left in (45, 25, 5):
        assert anna.answered.buttons == (f"Nog {left} tonen",)
        await anna.presses(f"Nog {left} tonen")
        pages.append(anna.answered)
    assert pages[-1].buttons == ()
    colleagues = [f"Collega {number:02}" for number in range(1, 61)]
    assert [name for page in pages for name in page.lines[1::2]] == [*colleagues, *CAST_OF_ANNA]
    assert {page.lines[0] for page in pages} == {"De check-ins die je kunt lezen"}


# --- nobody else -------------------------------------------------------------------------------------


def _all(chat: Chat, table: type) -> list:
    with chat.world.scope("bo") as scope:
        return scope.db.all(table)


async def test_nobody_else_reads_anything(chat: Chat) -> None:
    """HR, administrators, the manager's manager and colleagues see nothing of a check-in."""
    await written(chat, energy="1", energy_for="manager")
    anna = await read(chat)
    await anna.fills(reply="Zal ik helpen?")
    tables = ((Checkin, POLICY), (CheckinEnergy, ENERGY), (CheckinNote, NOTES))
    assert [len(_all(chat, table)) for table, _ in tables] == [1, 1, 1]
    seen = {}
    for handle in chat.world.people:
        with chat.world.scope(handle) as scope:
            seen[handle] = [len(scope.db.all(table, policy.allows(scope))) for table, policy in tables]
    assert {handle for handle, counts in seen.items() if any(counts)} == {"noor", "anna"}
    assert (seen["noor"], seen["anna"]) == ([1, 1, 1], [1, 1, 1])


@pytest.mark.parametrize("to", ["joris", "hanna"])
async def test_a_new_manager_reads_what_comes_after_and_the_old_one_no_more(chat: Chat, to: str) -> None:
    await written(chat, energy="4", energy_for="manager")
    with chat.world.scope("noor") as scope:
        scope.db.change(scope.me, manager_id=chat.world.people[to])
    for handle in ("anna", to):
        with chat.world.scope(handle) as scope:
            assert scope.db.all(Checkin, POLICY.allows(scope)) == []
            assert scope.db.all(CheckinEnergy, ENERGY.allows(scope)) == []


async def test_the_line_names_exactly_who_can_read(chat: Chat) -> None:
    with chat.world.scope("noor") as scope:
        scope.db.change(scope.me, second_id=chat.world.people["sem"])
        said = set(checkins.audience(scope))
    await written(chat)
    [checkin] = _all(chat, Checkin)
    readers = set()
    for handle, id in chat.world.people.items():
        with chat.world.scope(handle) as scope:
            if scope.db.count(Checkin, core(Checkin).c.id == checkin.id, POLICY.allows(scope)):
                readers.add(id)
    assert readers == said | {chat.world.people["noor"]}


async def test_who_is_taken_out_cannot_open_what_was_sent_before(chat: Chat) -> None:
    """As the form says in which that is chosen."""
    with chat.world.scope("noor") as scope:
        scope.db.change(scope.me, second_id=chat.world.people["sem"])
    noor = await written(chat)
    sem = await read(chat, "sem")
    assert "Rapport" in sem.form.lines
    await noor.types("/ritme instellingen")
    await noor.presses("Lezers kiezen")
    assert noor.form.sees == "Wie je weghaalt of vervangt, kan ook wat je eerder stuurde niet meer openen."
    await noor.fills(second="remove")
    [checkin] = _all(chat, Checkin)
    await sem.taps("checkins.open", checkin=str(checkin.id))
    assert sem.sees == "Deze check-in is er niet meer, of is niet voor jou om te lezen."


async def test_an_answer_to_who_cannot_read_it_any_more_stays_with_its_writer(chat: Chat) -> None:
    noor, anna = await written(chat), await read(chat)
    await anna.fills(reply="Zal ik helpen?")
    await noor.types("/checkin laatste")
    assert noor.form.sees == "Wat je hier schrijft, gaat alleen naar Anna."
    with chat.world.scope("noor") as scope:
        scope.db.change(scope.me, manager_id=chat.world.people["joris"])
    await noor.fills(reply="Ja graag, ik kom er niet uit")
    shown = [chat.door.form(noor.user), chat.door.answered(noor.user)]  # each chat has its own place for it
    lines = [line for one in shown if one for line in (*one.lines, one.values.get("reply"))]
    assert (
        "Wie je over deze check-in schreef, kan die niet meer lezen. Je antwoord is dus naar niemand gegaan. Je kunt je "
        "woorden hier nog kopiëren."
    ) in lines
    assert chat.world.platform == "demo" or "Ja graag, ik kom er niet uit" in lines  # its page leaves the form open
    assert [one.text for one in _all(chat, CheckinNote)] == ["Zal ik helpen?"]


async def test_a_new_manager_reads_nothing_from_before(chat: Chat) -> None:
    """Neither does the old one any more: as HR is told when a manager leaves."""
    noor = await written(chat)
    await read(chat)
    with chat.world.scope("hanna") as scope:
        scope.db.update(Person, Person.id == noor.id, manager_id=chat.world.people["bo"])
    [checkin] = _all(chat, Checkin)
    for handle in ("anna", "bo"):
        person = chat.person(handle)
        await person.taps("checkins.open", checkin=str(checkin.id))
        assert person.sees == "Deze check-in is er niet meer, of is niet voor jou om te lezen."


@pytest.mark.parametrize(
    ("press", "handle"), [("checkins.open", "hanna"), ("checkins.edit", "anna"), ("checkins.pass", "lotte")]
)
async def test_a_button_that_one_should_not_have_does_nothing(chat: Chat, press: str, handle: str) -> None:
    await written(chat)
    [checkin] = _all(chat, Checkin)
    person = chat.person(handle)
    await person.taps(press, checkin=str(checkin.id))
    assert not person.reading
    assert _all(chat, Checkin)[0].seen_at is None


async def test_no_zone_of_their_own_lets_a_deputy_read_longer(chat: Chat) -> None:
    anna, bo = chat.person("anna"), chat.person("bo")
    with chat.world.scope("anna") as scope:
        scope.db.add(Deputy(manager_id=scope.me.id, deputy_id=bo.id))
    await anna.types("/ritme verlof 30 nov t/m 2 dec")
    await written(chat)
    await chat.moves(datetime(2026, 12, 2, 22, 59, tzinfo=UTC))
    await bo.taps("checkins.open", checkin="1")
    assert "Geen toegang tot de test" in bo.form.lines
    await chat.moves(timedelta(minutes=1))
    await bo.taps("settings.me")
    await bo.fills(zone="Pacific/Pago_Pago")  # there it is Wednesday for another eleven hours
    await bo.taps("checkins.open", checkin="1")
    assert bo.sees == "Deze check-in is er niet meer, of is niet voor jou om te lezen."
