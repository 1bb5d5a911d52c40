"""Feedback, as conversations: giving it, reading it, and changing one's mind in time."""

from __future__ import annotations

from typing import Any

import pytest

from models.served import Served
from tests.chat import Chat

TOLD = {
    "situation": "In de demo van dinsdag",
    "behaviour": "Je stopte na elk scherm en vroeg de klant wat die ervan vond.",
    "impact": "Zo hoorden we twee dingen die we nog niet wisten.",
}


async def gives(chat: Chat, author: str, name: str, **more: Any) -> None:
    """Somebody gives feedback to a colleague, by name."""
    speaker = chat.person(author)
    await speaker.types(f"/feedback @{name}")
    await speaker.fills(**(TOLD | more))
    assert not speaker.reading, speaker.form


async def test_a_name_and_words_open_the_form(chat: Chat) -> None:
    sem = chat.person("sem")
    await sem.types("/feedback @Lotte je vroeg iedereen naar hun mening voordat je besloot")
    assert sem.form.fields == ("situation", "behaviour", "impact", "wish", "audience")
    assert sem.form.values["behaviour"] == "je vroeg iedereen naar hun mening voordat je besloot"
    assert sem.form.values["audience"] == "subject"
    assert sem.form.sees == "Alleen jij en Lotte kunnen dit lezen; Anna alleen als je dat hier kiest."


async def test_the_message_says_from_whom_and_the_button_opens_it(chat: Chat) -> None:
    sem, lotte = chat.person("sem"), chat.person("lotte")
    await gives(chat, "sem", "Lotte", wish="Doe je dat de volgende keer weer?")
    assert sem.answered.lines == (
        "Je feedback is bij Lotte.",
        "Alleen jij en Lotte kunnen dit lezen.",
        "Je kunt je feedback aanpassen of terugnemen totdat die gelezen is.",
    )
    assert [(dm.summary, dm.lines) for dm in lotte.dms] == [
        ("Sem gaf je feedback.", ("💬 Sem gaf je feedback.", "Alleen jij en Sem kunnen dit lezen.")),
    ]
    await lotte.presses("Lezen")
    assert lotte.form.lines == (
        "Sem aan Lotte, di 24 nov",
        "In welke situatie?",
        TOLD["situation"],
        "Wat zag of hoorde je?",
        TOLD["behaviour"],
        "Wat was het effect?",
        TOLD["impact"],
        "Wat zou je graag zien, of vragen?",
        "Doe je dat de volgende keer weer?",
        "Alleen jij en Sem kunnen dit lezen.",
    )
    assert chat.person("anna").dms == []


async def test_the_manager_reads_it_when_chosen(chat: Chat) -> None:
    sem, anna = chat.person("sem"), chat.person("anna")
    await gives(chat, "sem", "Lotte", audience=str(anna.id))
    assert sem.answered.lines[1] == "Alleen jij, Lotte en Anna kunnen dit lezen."
    assert chat.person("lotte").dms[0].lines[1] == "Alleen jij, Sem en Anna kunnen dit lezen."
    assert [dm.lines for dm in anna.dms] == [
        ("💬 Sem gaf Lotte feedback en deelt die met jou.", "Lotte weet dat je het kunt lezen."),
    ]
    await anna.presses("Lezen")
    assert anna.form.lines[4] == TOLD["behaviour"]
    assert anna.form.buttons == ()
    await anna.types("/feedback lijst")
    assert anna.answered.lines[:2] == ("Met jou gedeeld", "Sem aan Lotte")


async def test_upward_the_choice_is_the_managers_manager(chat: Chat) -> None:
    noor = chat.person("noor")
    await noor.types("/feedback @Anna")
    assert noor.form.sees == "Alleen jij en Anna kunnen dit lezen; Joris alleen als je dat hier kiest."
    await noor.types("/feedback @Joris")
    assert noor.form.sees == "Alleen jij en Joris kunnen dit lezen."
    assert noor.form.fields == ("situation", "behaviour", "impact", "wish")


async def test_a_manager_does_not_choose_to_read_their_own_words(chat: Chat) -> None:
    anna = chat.person("anna")
    await anna.types("/feedback @Lotte")
    assert anna.form.sees == "Alleen jij en Lotte kunnen dit lezen."


async def test_without_a_name_the_form_asks_for_whom_first(chat: Chat) -> None:
    sem = chat.person("sem")
    await sem.types("/feedback je vroeg iedereen naar hun mening")
    await sem.fills(to="Lotte")
    assert sem.form.values["behaviour"] == "je vroeg iedereen naar hun mening"
    assert sem.form.sees.startswith("Alleen jij en Lotte")


@pytest.mark.parametrize(
    ("typed", "meant", "buttons"),
    [
        ("lijts", "/feedback lijst", ("Alles tonen", "Feedback vragen", "Feedback geven")),
        ("vraagg", "/feedback vraag", ("Feedback vragen", "Feedback geven")),
    ],
)
async def test_a_word_that_is_nearly_one_is_asked_about(
    chat: Chat, typed: str, meant: str, buttons: tuple[str, ...]
) -> None:
    sem = chat.person("sem")
    await sem.types(f"/feedback {typed}")
    assert sem.answered.lines == (f"Ik ken '{typed}' hier niet. Bedoel je {meant}?",)
    assert sem.answered.buttons == buttons


async def test_a_word_that_is_nearly_one_before_a_name_is_read_as_that(chat: Chat) -> None:
    sem = chat.person("sem")
    await sem.types("/feedback vrag @Lotte over de klantdag")
    assert (sem.form.summary, sem.form.values["topic"]) == ("Feedback vragen", "de klantdag")
    await sem.types("/feedback geef @Lotte je nam de tijd")
    assert (sem.form.lines[0], sem.form.values["behaviour"]) == ("Voor Lotte.", "je nam de tijd")


async def test_other_words_are_feedback(chat: Chat) -> None:
    sem = chat.person("sem")
    await sem.types("/feedback lijst maken ging goed")
    assert sem.form.values["behaviour"] == "lijst maken ging goed"
    assert sem.form.sees == "Nog niemand leest dit. De volgende stap zegt bij naam wie dat kan."


async def test_several_names_are_one_at_a_time(chat: Chat) -> None:
    sem = chat.person("sem")
    await sem.types("/feedback @Lotte @Noor jullie namen de tijd voor elkaar")
    assert sem.form.lines[0] == "Feedback is voor één persoon tegelijk. Deze is voor Lotte."
    assert sem.form.values["behaviour"] == "jullie namen de tijd voor elkaar"


async def test_oneself_is_nobody_to_give_feedback_to(chat: Chat) -> None:
    sem = chat.person("sem")
    await sem.types("/feedback @Sem goed bezig vandaag hoor")
    assert sem.form.lines[:2] == (
        "Voor wie is je feedback?",
        "Dit is iets tussen jou en een collega. Kies iemand anders.",
    )
    assert sem.form.values["behaviour"] == "goed bezig vandaag hoor"


async def test_a_name_that_is_not_known_opens_the_form_with_the_words(chat: Chat) -> None:
    sem = chat.person("sem")
    await sem.types("/feedback @Lot je vroeg iedereen naar hun mening")
    assert sem.form.lines[:2] == ("Voor wie is je feedback?", "Ik ken geen 'Lot'. Bedoel je Lotte de Boer?")
    await sem.fills(to="Lotte")
    assert sem.form.values["behaviour"] == "je vroeg iedereen naar hun mening"


async def test_asking_somebody_who_is_not_known_keeps_the_others_and_the_words(chat: Chat) -> None:
    sem = chat.person("sem")
    await sem.types("/feedback vraag @Lotte @Rvi over de klantdag")
    assert sem.form.lines[:2] == (
        "Wie wil je vragen?",
        "Ik ken geen 'Rvi'. Typ de eerste letters van de naam om iemand te kiezen.",
    )
    assert (sem.form.values["to"], sem.form.values["topic"]) == ((str(chat.person("lotte").id),), "de klantdag")


async def test_what_is_missing_is_said_at_its_field(chat: Chat) -> None:
    sem = chat.person("sem")
    await sem.types("/feedback @Lotte")
    await sem.fills(**(TOLD | {"situation": "x" * 1999, "behaviour": " ", "impact": " "}))
    assert sem.form.errors == {
        "behaviour": "Beschrijf wat je zag of hoorde.",
        "impact": "Vertel wat het deed met jou, met het werk of met anderen.",
    }
    assert sem.form.values["situation"] == "x" * 1999


# --- a second look ------------------------------------------------------------------------------------


async def test_a_label_gets_a_second_look_and_can_be_sent_anyway(chat: Chat) -> None:
    sem, lotte = chat.person("sem"), chat.person("lotte")
    await sem.types("/feedback @Lotte")
    await sem.fills(**(TOLD | {"behaviour": "je bent slordig"}), audience=str(chat.person("anna").id))
    assert sem.form.lines[:2] == (
        "Kijk er nog even naar voordat het weggaat. Je kunt je tekst aanpassen, of toch versturen.",
        "Voor Lotte.",
    )
    assert "'Je bent slordig' gaat over de persoon. Wat zag je gebeuren?" in sem.form.lines
    assert sem.form.values["behaviour"] == "je bent slordig"
    assert sem.form.values["audience"] == str(chat.person("anna").id)
    assert lotte.dms == []
    await sem.fills()
    assert not sem.reading
    await lotte.presses("Lezen")
    assert lotte.form.lines[4] == "je bent slordig"


async def test_words_in_a_form_stay_out_of_what_is_kept_of_answers(chat: Chat) -> None:
    sem, lotte = chat.person("sem"), chat.person("lotte")
    await sem.types("/feedback @Lotte")
    await sem.fills(**(TOLD | {"behaviour": "je bent slordig"}))
    await sem.fills()
    await lotte.presses("Lezen")
    await lotte.presses("Bedanken")
    assert "je bent slordig" in lotte.form.lines
    with chat.world.scope("bo") as scope:
        kept = [one.outcome or "" for one in scope.db.all(Served)]
    assert [("verstuurd" in one, "slordig" in one) for one in kept] == [(True, False), (False, False)]


async def test_a_second_look_comes_once_and_the_words_can_change(chat: Chat) -> None:
    sem, lotte = chat.person("sem"), chat.person("lotte")
    await sem.types("/feedback @Lotte")
    await sem.fills(**(TOLD | {"behaviour": "goed gedaan"}))
    assert "Dit is nog algemeen. Wat zag of hoorde je precies?" in sem.form.lines
    await sem.fills(behaviour="je bent geweldig")
    assert not sem.reading
    await lotte.presses("Lezen")
    assert lotte.form.lines[4] == "je bent geweldig"


async def test_hints_speak_the_readers_language(chat: Chat) -> None:
    ravi = chat.person("ravi")
    await ravi.types("/feedback @Lotte")
    await ravi.fills(situation="you never join", behaviour="You are lazy in stand-ups", impact="we wait for you")
    assert "'You never': every time? Name one moment that you remember." in ravi.form.lines
    assert "'You are lazy' is about the person. What did you see happen?" in ravi.form.lines


async def test_a_missing_field_at_the_second_look_keeps_it_the_second_look(chat: Chat) -> None:
    sem = chat.person("sem")
    await sem.types("/feedback @Lotte")
    await sem.fills(**(TOLD | {"behaviour": "je bent slordig"}))
    await sem.fills(impact=" ")
    assert sem.form.errors == {"impact": "Vertel wat het deed met jou, met het werk of met anderen."}
    await sem.fills(impact=TOLD["impact"])
    assert not sem.reading


# --- until it is read ---------------------------------------------------------------------------------


async def test_words_can_change_until_somebody_has_read_them(chat: Chat) -> None:
    sem, lotte = chat.person("sem"), chat.person("lotte")
    await gives(chat, "sem", "Lotte", audience=str(chat.person("anna").id))
    await sem.presses("Aanpassen")
    assert sem.form.sees == "Alleen jij, Lotte en Anna kunnen dit lezen."
    assert sem.form.fields == ("situation", "behaviour", "impact", "wish")
    await sem.fills(impact="Daardoor konden we vrijdag live.")
    await sem.presses("Aanpassen")
    await lotte.presses("Lezen")
    assert lotte.form.lines[6] == "Daardoor konden we vrijdag live."
    await sem.fills(impact="te laat")
    assert sem.form.lines[0] == "Het is gelezen, dus de tekst blijft zoals die is."
    assert sem.form.values["impact"] == "te laat"
    await lotte.presses("Lezen")
    assert lotte.form.lines[6] == "Daardoor konden we vrijdag live."


async def test_a_manager_who_read_it_fixes_the_words_too(chat: Chat) -> None:
    sem, anna = chat.person("sem"), chat.person("anna")
    await gives(chat, "sem", "Lotte", audience=str(anna.id))
    await anna.presses("Lezen")
    await sem.presses("Terugnemen")
    assert sem.sees == "Het is gelezen, dus de tekst blijft zoals die is."
    await sem.types("/feedback lijst")
    assert sem.answered.lines == ("Je gaf", "Aan Lotte", "di 24 nov, nog niet gelezen")


async def test_taking_back_leaves_nothing(chat: Chat) -> None:
    sem, lotte, anna = chat.person("sem"), chat.person("lotte"), chat.person("anna")
    await gives(chat, "sem", "Lotte", audience=str(anna.id))
    await sem.presses("Terugnemen")
    assert sem.sees == "Je feedback voor Lotte is teruggenomen. Niemand kan het meer lezen."
    assert (lotte.dms, anna.dms) == ([], [])
    await lotte.taps("feedback.read", feedback="1")
    assert lotte.sees == "Deze feedback is er niet meer, of is niet voor jou om te lezen."
    await sem.types("/feedback lijst")
    assert sem.answered.lines == ("Nog geen feedback. Vraag een collega hoe iets ging.",)


# --- the receiver -------------------------------------------------------------------------------------


async def test_seen_and_thanked_come_back_to_the_author(chat: Chat) -> None:
    sem, lotte = chat.person("sem"), chat.person("lotte")
    await gives(chat, "sem", "Lotte")
    await lotte.presses("Lezen")
    assert sem.dms == []
    await sem.types("/feedback lijst")
    assert sem.answered.lines == ("Je gaf", "Aan Lotte", "di 24 nov, Lotte heeft het gelezen")
    await lotte.presses("Bedanken")
    assert lotte.form.lines[-1] == "Je hebt Sem bedankt."
    assert lotte.form.buttons == ("Verbergen",)
    assert [dm.lines for dm in sem.dms] == [("💬 Lotte bedankt je voor je feedback.",)]
    await lotte.taps("feedback.thank", feedback="1")
    assert len(sem.dms) == 1


async def test_hiding_is_for_ones_own_lists_only(chat: Chat) -> None:
    sem, lotte = chat.person("sem"), chat.person("lotte")
    await gives(chat, "sem", "Lotte")
    await lotte.presses("Lezen")
    await lotte.presses("Verbergen")
    assert lotte.form.lines[-1] == "Het staat niet meer in je lijsten. Wie het kan lezen, blijft gelijk."
    await lotte.types("/feedback lijst")
    assert lotte.answered.lines == ("Nog geen feedback. Vraag een collega hoe iets ging.",)
    await lotte.presses("Tonen wat je verborg")
    assert lotte.answered.lines == ("Je verborg", "Van Sem", "di 24 nov")
    await lotte.presses("Lezen")
    await lotte.presses("Weer tonen")
    await lotte.types("/feedback lijst")
    assert lotte.answered.lines == ("Je kreeg", "Van Sem", "di 24 nov")
    await sem.types("/feedback lijst")
    assert sem.answered.lines == ("Je gaf", "Aan Lotte", "di 24 nov, Lotte heeft het gelezen")


# --- places -------------------------------------------------------------------------------------------


async def test_the_menu_starts_everything(chat: Chat) -> None:
    lotte = chat.person("lotte")
    await gives(chat, "sem", "Lotte")
    await lotte.types("/feedback")
    assert lotte.answered.lines == (
        "Geef feedback, of vraag erom. Feedback blijft altijd tussen de mensen voor wie die is.",
        "Van Sem",
        "di 24 nov, nieuw",
    )
    assert lotte.answered.buttons == ("Lezen", "Feedback geven", "Feedback vragen", "Alles tonen")
    await lotte.presses("Feedback geven")
    assert lotte.form.fields == ("to",)
    await lotte.presses("Feedback vragen")
    assert lotte.form.fields == ("to", "topic", "question", "deadline")


async def test_long_lists_come_in_pages(chat: Chat) -> None:
    for number in range(12):
        await gives(chat, "sem", "Lotte", impact=f"effect {number}")
    lotte = chat.person("lotte")
    await lotte.types("/feedback list")
    assert lotte.answered.lines.count("Van Sem") == 3
    await lotte.presses("Allemaal tonen")
    assert lotte.answered.lines.count("Van Sem") == 10
    await lotte.presses("Oudere tonen")
    assert lotte.answered.lines == ("Je kreeg", *("Van Sem", "di 24 nov, nieuw") * 2)
    assert "Oudere tonen" not in lotte.answered.buttons


async def test_the_overview_shows_what_is_new(chat: Chat) -> None:
    await gives(chat, "sem", "Lotte")
    lotte = chat.person("lotte")
    await lotte.opens_home()
    place = lotte.home.lines.index("Feedback")
    assert lotte.home.lines[place : place + 3] == ("Feedback", "Van Sem", "di 24 nov, nieuw")
