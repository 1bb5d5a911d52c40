"""Check-ins, as conversations: changed until somebody read them, and always for whom the form names."""

from __future__ import annotations

from models.checkins import Answers, CheckinEnergy, change
from models.checkins.tables import ENERGY
from models.identity import Absence, Deputy
from tests.chat import Chat
from tests.test_checkins import answered, asked, sent


async def test_it_can_be_changed_until_it_was_read(chat: Chat) -> None:
    noor = await answered(chat, priorities="Rapport", energy="2", energy_for="manager")
    await noor.presses("Aanpassen")
    assert (noor.form.values["priorities"], noor.form.values["energy"]) == ("Rapport", "2")
    await noor.fills(priorities="Rapport\nDemo", energy="4", energy_for="me")
    anna = chat.person("anna")
    await anna.types("/checkin team")
    await noor.presses("Aanpassen")
    await anna.presses("Lezen")
    assert "Energie" not in anna.form.text
    assert anna.form.lines[:4] == ("Van Noor, verstuurd op ma 30 nov.", "Prioriteiten", "Rapport", "Demo")
    await noor.fills(priorities="Te laat")
    said = noor.sees + (noor.form.text if noor.reading else "")
    assert "Iemand heeft deze check-in gelezen, dus het antwoord blijft zoals het is." in said
    await anna.types("/checkin team")
    await anna.presses("Lezen")
    assert anna.form.lines[2:4] == ("Rapport", "Demo")


async def test_a_form_with_other_readers_than_it_said_is_given_back(chat: Chat) -> None:
    noor = await asked(chat)
    await noor.presses("Beantwoorden")
    with chat.world.scope("noor") as scope:
        scope.db.change(scope.me, manager_id=chat.world.people["joris"])
    await noor.fills(blocker="Alleen voor Anna bedoeld")
    assert noor.form.lines[0].startswith("Wie dit kan lezen, is intussen veranderd.")
    assert noor.form.sees == "Alleen jij en Joris (je leidinggevende) kunnen dit lezen."
    assert noor.form.values["blocker"] == "Alleen voor Anna bedoeld"
    assert sent(chat, "noor") == []


async def test_who_was_left_out_and_reads_in_another_role_by_now_is_asked_about_again(chat: Chat) -> None:
    """Lotte reads along, which Noor can leave out. A deputy's reading Noor can't."""
    world, lotte = chat.world, chat.person("lotte")
    with world.scope("noor") as scope:
        scope.db.change(scope.me, second_id=lotte.id)
    noor = await asked(chat)
    await noor.presses("Beantwoorden")
    assert noor.form.values["also"] == (str(lotte.id),)
    with world.scope("anna") as scope:
        scope.db.add(Deputy(manager_id=scope.me.id, deputy_id=lotte.id))
        scope.db.add(Absence(person_id=scope.me.id, starts=scope.today, until=scope.today))
    await noor.fills(blocker="Niet voor Lotte", also=())
    assert noor.form.lines[0].startswith("Wie dit kan lezen, is intussen veranderd.")
    assert noor.form.sees == (
        "Alleen jij kunt dit lezen, samen met Anna (je leidinggevende) en Lotte (vervangt je leidinggevende)."
    )
    assert (noor.form.values["blocker"], sent(chat, "noor")) == ("Niet voor Lotte", [])
    await noor.fills()
    assert len(sent(chat, "noor")) == 1


async def test_a_change_is_for_whom_its_form_names(chat: Chat) -> None:
    noor = await answered(chat, blocker="Geen toegang", energy="2", energy_for="manager")
    await noor.presses("Aanpassen")
    assert noor.form.sees == "Alleen jij en Anna (je leidinggevende) kunnen dit lezen."
    with chat.world.scope("noor") as scope:
        scope.db.change(scope.me, manager_id=chat.world.people["joris"])
    await noor.fills(blocker="Alleen voor Anna bedoeld", energy="1")
    assert noor.form.lines[0].startswith("Wie dit kan lezen, is intussen veranderd.")
    assert noor.form.sees == "Alleen jij kunt dit lezen."
    assert (noor.form.values["blocker"], noor.form.values["energy"]) == ("Alleen voor Anna bedoeld", "1")
    await noor.fills()
    [one] = sent(chat, "noor")
    await noor.taps("checkins.open", checkin=str(one.id))
    assert "Energie: 1 van 5. Alleen jij ziet dit." in noor.form.text
    for reader in ("anna", "joris"):
        await chat.person(reader).taps("checkins.open", checkin=str(one.id))
        assert not chat.person(reader).reading


async def test_energy_goes_to_nobody_who_cannot_read_the_check_in(chat: Chat) -> None:
    """Whatever a form says: the manager of today was not there when it was sent."""
    await answered(chat, blocker="Geen toegang")
    [one] = sent(chat, "noor")
    with chat.world.scope("noor") as scope:
        scope.db.change(scope.me, manager_id=chat.world.people["joris"])
        change(scope, one.id, Answers(blocker="Geen toegang", energy=1, share_energy=True))
    with chat.world.scope("joris") as scope:
        assert scope.db.count(CheckinEnergy, CheckinEnergy.checkin_id == one.id) == 1
        assert ENERGY.all(scope) == []


async def test_an_answer_to_a_reply_goes_to_whom_its_form_names(chat: Chat) -> None:
    sem = chat.person("sem")
    with chat.world.scope("noor") as scope:
        scope.db.change(scope.me, second_id=sem.id)
    noor, anna = await answered(chat, blocker="Geen toegang"), chat.person("anna")
    [one] = sent(chat, "noor")
    await anna.taps("checkins.open", checkin=str(one.id))
    await anna.fills(reply="Waarmee help ik?")
    await noor.taps("checkins.open", checkin=str(one.id))
    assert noor.form.sees == "Wat je hier schrijft, gaat alleen naar Anna."
    await sem.taps("checkins.open", checkin=str(one.id))
    await sem.fills(reply="Ik kan ook meekijken")
    await noor.fills(reply="Sem zit me in de weg")
    assert noor.form.lines[0].startswith("Wie dit kan lezen, is intussen veranderd.")
    assert noor.form.sees == "Wat je hier schrijft, gaat alleen naar Anna en Sem."
    assert noor.form.values["reply"] == "Sem zit me in de weg"
    await sem.taps("checkins.open", checkin=str(one.id))
    assert "Sem zit me in de weg" not in sem.form.text
    await noor.fills(reply="Dank jullie wel")
    await sem.taps("checkins.open", checkin=str(one.id))
    assert "Dank jullie wel" in sem.form.text


async def test_a_sentence_is_passed_on_to_whom_its_form_names(chat: Chat) -> None:
    await answered(chat, blocker="Geen toegang")
    [one] = sent(chat, "noor")
    anna, joris, iris = (chat.person(name) for name in ("anna", "joris", "iris"))
    await anna.taps("checkins.open", checkin=str(one.id))
    await anna.taps("checkins.pass", checkin=str(one.id))
    assert anna.form.sees == "Alleen jij, Joris en Noor kunnen deze zin lezen."
    with chat.world.scope("anna") as scope:
        scope.db.change(scope.me, manager_id=iris.id)
    await anna.fills(sentence="Noor heeft toegang nodig")
    assert anna.form.sees == "Alleen jij, Iris en Noor kunnen deze zin lezen."
    assert (anna.form.values["sentence"], joris.dms, iris.dms) == ("Noor heeft toegang nodig", [], [])
    await anna.fills()
    assert [dm.lines for dm in iris.dms] == [("Anna geeft iets aan je door.",)]
