"""What begins later than Ritme itself: everybody hears of it once, and of a tick that slipped nobody does."""

from __future__ import annotations

from datetime import timedelta

from models import directory, onboarding
from models.delivery import Delivery
from models.identity import Person
from tests.chat import Chat, Speaker
from tests.test_onboarding_consent import ALL, but

TOLD = "Hoi Noor, Hanna Mulder vroeg me je te laten weten waarmee ik hier begin: kudos."


async def _records(chat: Chat, agreed_on: str, *covers: str) -> Speaker:
    """HR records a consent to these."""
    hanna = chat.person("hanna")
    await hanna.types("/ritme inrichten")
    await hanna.presses("Instemming vastleggen")
    await hanna.fills(agreed_on=agreed_on, covers=covers)
    return hanna


async def _without_kudos(chat: Chat) -> None:
    """The council agreed to all but kudos, a day ago."""
    await _records(chat, "2026-11-20", *but("kudos"))
    chat.only()
    await chat.jumps(timedelta(days=1))
    chat.only("noor", "hanna", "bo")


def told(chat: Chat, handle: str) -> list[str]:
    """How everything begins that Ritme told somebody, apart from check-ins."""
    return [dm.lines[0] for dm in chat.person(handle).dms if "check-in" not in dm.summary]


async def test_who_knows_ritme_hears_what_begins_later(chat: Chat) -> None:
    await _without_kudos(chat)
    chat.world.clock.move(chat.world.clock.now().replace(hour=21))
    hanna = await _records(chat, "2026-11-24", *ALL)
    assert hanna.answered.lines[0] == ("Dit begint nu: kudos. Iedereen hoort het namens jou, op een rustig moment.")
    await chat.moves(timedelta(minutes=1))
    assert told(chat, "noor") == [], "not at night"
    await chat.moves(timedelta(days=1))
    assert told(chat, "noor") == [TOLD]
    assert "Je kunt hier terecht voor kudos, wanneer je maar wilt." in chat.person("noor").dms[-1].text
    assert [len(told(chat, one)) for one in ("hanna", "bo")] == [1, 1], "HR and administrators hear it as well"


async def test_the_form_says_beforehand_that_everybody_hears_it(chat: Chat) -> None:
    hanna = chat.person("hanna")
    await hanna.types("/ritme inrichten")
    await hanna.presses("Instemming vastleggen")
    assert hanna.form.sees == (
        "Dit wordt bewaard met je naam en de datum van vandaag. Wat hierdoor begint, hoort iedereen namens jou."
    )


async def test_of_a_tick_that_slipped_nobody_hears(chat: Chat) -> None:
    await _records(chat, "2026-11-20", *ALL)
    chat.only()
    await chat.jumps(timedelta(days=1))
    chat.only("noor")
    await _records(chat, "2026-11-20", *but("kudos"))
    hanna = await _records(chat, "2026-11-20", *ALL)
    assert hanna.answered.lines[0] == "Ritme loopt. Zo is het ingericht:"
    await chat.moves(timedelta(days=1))
    assert told(chat, "noor") == []


async def test_nobody_hears_of_what_stopped_again_before_it_was_said(chat: Chat) -> None:
    await _without_kudos(chat)
    chat.world.clock.move(chat.world.clock.now().replace(hour=21))
    await _records(chat, "2026-11-24", *ALL)
    await _records(chat, "2026-11-24", *but("kudos"))
    await chat.moves(timedelta(days=1))
    assert told(chat, "noor") == []
    with chat.world.scope("hanna") as scope:
        rows = scope.db.all(Delivery, kind=onboarding.BEGINS, person_id=chat.person("noor").id)
        assert [(row.state, row.reason) for row in rows] == [("withdrawn", "not_started")]


async def test_who_left_meanwhile_asked_nobody(chat: Chat) -> None:
    await _without_kudos(chat)
    chat.world.clock.move(chat.world.clock.now().replace(hour=21))
    await _records(chat, "2026-11-24", *ALL)
    with chat.world.scope("bo") as scope:
        directory.close(scope, scope.db.some(Person, [chat.person("hanna").id]))
    await chat.moves(timedelta(days=1))
    assert told(chat, "noor") == ["Hoi Noor, hier begin ik nu mee: kudos."]


async def test_what_was_withdrawn_is_told_when_it_begins_again(chat: Chat) -> None:
    await _without_kudos(chat)
    hanna = chat.person("hanna")
    await hanna.types("/ritme inrichten")
    await hanna.presses("Instemming intrekken")
    await hanna.fills()
    await chat.jumps(timedelta(days=1))
    assert told(chat, "noor") == []
    await _records(chat, "2026-11-26", "feedback", "goals")
    await chat.moves(timedelta(minutes=1))
    assert told(chat, "noor")[0] == (
        "Hoi Noor, Hanna Mulder vroeg me je te laten weten waarmee ik hier begin: feedback en doelen."
    )


async def test_who_has_not_begun_yet_hears_it_in_the_first_message_only(chat: Chat) -> None:
    noor = chat.person("noor")
    await _without_kudos(chat)
    with chat.world.scope("hanna") as scope:
        scope.db.change(scope.db.get(Person, noor.id), starts_on=scope.today + timedelta(days=7))
    await _records(chat, "2026-11-24", *ALL)
    await chat.moves(timedelta(minutes=1))
    with chat.world.scope("hanna") as scope:
        assert scope.db.all(Delivery, kind=onboarding.BEGINS, person_id=noor.id) == []
        assert len(scope.db.all(Delivery, kind=onboarding.BEGINS)) == 9
