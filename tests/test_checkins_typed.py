"""What is typed after the command, when it is no word that does something: nothing of it is lost."""

from __future__ import annotations

import pytest

from tests.chat import Chat
from tests.test_checkins import MONDAY, asked


@pytest.mark.parametrize(
    ("typed", "meant", "button"),
    [
        ("overslan", "/checkin overslaan", "Overslaan"),
        ("skipp", "/checkin overslaan", "Overslaan"),
        ("overslaan deze week", "/checkin overslaan", "Overslaan"),
        ("laaste", "/checkin laatste", "Mijn laatste bekijken"),
        ("teams", "/checkin team", "Hele team"),
        ("momment di 9:00", "/checkin moment", "Moment kiezen"),
    ],
)
async def test_a_word_that_is_nearly_one_is_asked_about(chat: Chat, typed: str, meant: str, button: str) -> None:
    noor = chat.person("noor")
    await noor.types(f"/checkin {typed}")
    assert noor.answered.lines == (f"Ik ken '{typed}' hier niet. Bedoel je {meant}?",)
    assert noor.answered.buttons == (button, "Beantwoorden")


async def test_the_button_does_what_was_meant(chat: Chat) -> None:
    noor = await asked(chat)
    await noor.types("/checkin overslan")
    await noor.presses("Overslaan")
    assert noor.answered.lines[0].startswith("Prima, je check-in van ma 30 nov slaan we over.")
    await noor.types("/checkin laaste")
    await noor.presses("Mijn laatste bekijken")
    assert noor.sees == "Je hebt nog geen check-in. Je kunt er een invullen wanneer het jou uitkomt."


async def test_a_word_that_is_none_says_which_there_are(chat: Chat) -> None:
    noor = chat.person("noor")
    await noor.types("/checkin blub")
    assert noor.answered.lines == (
        "Ik ken 'blub' hier niet. Na /checkin kun je laatste, overslaan, team of moment typen.",
    )
    await noor.presses("Beantwoorden")
    assert noor.form.summary == "Check-in"


async def test_words_for_the_check_in_itself_are_not_lost(chat: Chat) -> None:
    noor, typed = chat.person("noor"), "De testomgeving lag plat en ik wacht nog op toegang"
    await noor.types(f"/checkin {typed}")
    assert noor.form.lines[:2] == ("Dit typte je erbij. Zet het waar het hoort:", typed)
    await noor.fills(blocker="Geen toegang")
    await chat.moves(MONDAY)
    await noor.types(f"/checkin {typed}")
    assert noor.form.lines == (
        "Dit typte je erbij. Ik bewaar het nergens, dus kopieer het als je het nog nodig hebt:",
        typed,
        "Je hebt je check-in al beantwoord. Wil je terugkijken, of alvast de volgende beantwoorden?",
    )
    assert noor.form.buttons == ("Bekijken", "Aanpassen", "Volgende beantwoorden")
