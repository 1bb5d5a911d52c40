"""What people set for themselves, as conversations."""

from __future__ import annotations

from datetime import UTC, datetime, time

import pytest

from bot.messages import Button, Message
from bot.words import words
from models.identity import Person
from tests.chat import Chat
from tests.seen import buttons
from views.settings import EXAMPLES, Rhythm, day_options

MONDAY = datetime(2026, 11, 30, 8, 0, tzinfo=UTC)
DUTCH = words("nl", "Europe/Amsterdam")


def works(chat: Chat, handle: str, digits: str) -> None:
    with chat.world.scope("hanna") as scope:
        scope.db.update(Person, Person.id == chat.world.people[handle], workdays=digits)


def cadence(chat: Chat, handle: str) -> str:
    with chat.world.scope(handle) as scope:
        return str(scope.me.cadence)


async def test_settings_say_on_which_day_somebody_is_really_asked(chat: Chat) -> None:
    """Everybody is asked on Monday; who is off then hears on Tuesday."""
    works(chat, "noor", "234")
    noor = chat.person("noor")
    await noor.types("/ritme instellingen")
    assert noor.answered.lines[0] == "Check-in: elke week op dinsdag om 09:00"
    await chat.moves(MONDAY.replace(hour=12))
    assert [dm.summary for dm in noor.dms] == []
    await chat.moves(MONDAY.replace(day=1, month=12, hour=12))
    assert [dm.summary for dm in noor.dms] == ["Hoi Noor, tijd voor je check-in. Het kost je twee minuten."]


async def test_who_keeps_the_day_they_are_asked_on_follows_hr(chat: Chat) -> None:
    works(chat, "noor", "234")
    noor = chat.person("noor")
    await noor.types("/ritme instellingen")
    await noor.presses("Moment kiezen")
    assert noor.form.values["day"] == "tue"
    await noor.fills(quiet_from="19:00")
    assert cadence(chat, "noor") == "", "what stays as it stands goes on following HR's"
    await noor.presses("Moment kiezen")
    await noor.fills(day="wed")
    assert noor.answered.lines[1] == "Check-in: elke week op woensdag om 09:00"
    assert cadence(chat, "noor") == "moment wed 09:00"


@pytest.mark.parametrize(
    ("stands", "offered"),
    [
        (Rhythm("weekly", "tue", time(9)), ["dinsdag", "woensdag"]),
        (Rhythm("monthly", "mon", time(9)), ["dinsdag", "woensdag", "maandag"]),
        (Rhythm("monthly", "last", time(9)), ["dinsdag", "woensdag", "de laatste dag"]),
        (Rhythm("monthly", "15", time(9)), ["dinsdag", "woensdag", "de 15e"]),
    ],
)
def test_working_days_are_offered_and_what_stands(stands: Rhythm, offered: list[str]) -> None:
    assert [option.label for option in day_options(stands, "23", DUTCH)] == offered


async def test_a_first_monday_stays_what_it_is(chat: Chat) -> None:
    with chat.world.scope("hanna") as scope:
        scope.db.change(scope.org, cadence="monthly mon 09:00")
    works(chat, "noor", "234")
    noor = chat.person("noor")
    await noor.types("/ritme instellingen")
    assert noor.answered.lines[0] == "Check-in: elke maand op de eerste maandag om 09:00"
    await noor.presses("Moment kiezen")
    assert noor.form.values["day"] == "mon"


async def test_a_digest_never_comes_on_a_day_off(chat: Chat) -> None:
    anna = chat.person("anna")
    await anna.types("/ritme instellingen")
    await anna.presses("Weekbericht en vervanger")
    await anna.fills(digest_day="5")
    await anna.presses("Taal en werkdagen")
    await anna.fills(workdays=("2", "3", "4"))
    assert "Weekbericht van je team: dinsdag om 09:00" in anna.answered.lines
    with chat.world.scope("anna") as scope:
        assert scope.me.digest_day == 2


async def test_before_the_start_nothing_is_said_to_go_on(chat: Chat) -> None:
    with chat.world.scope("hanna") as scope:
        scope.db.change(scope.org, consent="", covers="", consent_on=None, announced_at=None, checkins_from=None)
    anna = chat.person("anna")
    await anna.types("/ritme instellingen")
    assert anna.answered.lines[0] == "Check-in, zodra Ritme hier is begonnen: elke week op maandag om 09:00"
    await anna.opens_home()
    assert anna.home.lines[:4] == (
        "Vandaag",
        "Er wacht niets op je. Ritme staat hier nu niet aan; je hoort het van HR voordat dat verandert.",
        "Mijn team",
        "Je geeft leiding aan 5 mensen.",
    )
    assert "Zodra Ritme hier is begonnen, krijg je je check-in elke week op maandag om 09:00." in anna.home.lines
    refused = {"Kudos geven", "Weekbericht openen", "Hele team", "Nieuw doel", "Feedback geven"}
    assert refused & set(anna.home.buttons) == set()


def test_the_answers_to_the_question_before_a_pause_cannot_be_mixed_up() -> None:
    """Going on may be pausing as well as not pausing."""
    made = EXAMPLES[0].make(DUTCH)
    assert isinstance(made, Message)
    (asked,) = [button.confirm for button in buttons(made) if isinstance(button, Button) and button.confirm]
    assert (asked.title, asked.yes, asked.no) == ("Zal ik stil zijn?", "Stil zijn", "Zo laten")


async def test_who_pauses_is_left_alone_and_can_start_again(chat: Chat) -> None:
    noor = chat.person("noor")
    await noor.types("/ritme instellingen")
    before = noor.answered.lines[-1]
    await noor.presses("Pauzeren")
    assert noor.answered.lines[0] == "Ik begin geen gesprek meer met je. Wat je zelf doet, werkt gewoon."
    assert (
        noor.answered.lines[1]
        == before
        == (
            "Ik vertel niemand dat je pauzeert. Anna ziet alleen dat er geen antwoord komt op check-ins, en krijgt na drie "
            "keer de tip om eens te praten."
        )
    )
    iris = chat.person("iris")
    await iris.types("/ritme instellingen")
    assert iris.answered.lines[-1] == "Ik vertel niemand dat je pauzeert."
    await chat.moves(MONDAY.replace(hour=12))
    assert noor.dms == []
    await noor.presses("Weer beginnen")
    assert noor.answered.lines[0] == "Dat is opgeslagen. Zo staat het nu:"
