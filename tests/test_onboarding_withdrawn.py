"""Consent that is withdrawn: everything stops, nothing is lost, and what comes in between waits for the next consent."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.calls import Account, Call, Profile
from models import directory, onboarding
from models.checkins import CheckinPeriod
from models.delivery import Delivery
from models.errors import Refused
from tests.chat import Chat, Speaker
from tests.test_checkins import MONDAY
from tests.test_feedback_requests import asks, requests
from tests.test_onboarding import org
from tests.test_onboarding_consent import ALL, NOT_BEGUN, opens, tomorrow
from tests.world import World

WITHDRAW = "Instemming intrekken"


async def _withdraws(chat: Chat) -> Speaker:
    """HR opens the form that stops everything."""
    hanna = chat.person("hanna")
    await hanna.types("/ritme inrichten")
    await hanna.presses(WITHDRAW)
    return hanna


async def test_a_council_can_withdraw_and_everything_stops(chat: Chat) -> None:
    sem, lotte, noor = chat.person("sem"), chat.person("lotte"), chat.person("noor")
    chat.world.clock.move(chat.world.clock.now().replace(hour=21))
    await lotte.types("/feedback vraag @Sem over de klantdag")
    await lotte.fills(question="Hoe kwam mijn presentatie over?")
    hanna = await _withdraws(chat)
    assert hanna.form.lines[0] == (
        "Dit stopt meteen: check-ins, het weekbericht voor leidinggevenden, feedback, doelen en kudos. Wie daarvan nog "
        "iets verwacht, hoort niets meer."
    )
    assert hanna.form.values == {"withdrawn_on": "2026-11-24"}
    await hanna.fills()
    assert hanna.answered.lines[0] == "Ritme is gestopt, want de instemming is ingetrokken. Zo is het ingericht:"
    assert (
        "Ingestemd op 1 oktober 2026, ingetrokken op 24 november 2026. Er gaat niets meer uit, en er is niets "
        "verwijderd."
    ) in hanna.answered.lines
    assert WITHDRAW not in hanna.answered.buttons
    for typed in ("/kudos @Lotte dank voor je rust", "/feedback @Lotte", "/checkin", "/doel", "/ritme weekbericht"):
        await noor.types(typed)
        assert noor.sees == NOT_BEGUN
    await chat.jumps(timedelta(days=7))
    assert [one.dms for one in (sem, lotte, noor)] == [[], [], []]
    await lotte.types("/ritme gegevens")
    assert "Verzoeken om feedback" in lotte.form.lines, "nothing is deleted"


async def test_nobody_is_urged_to_record_again_what_was_withdrawn(chat: Chat) -> None:
    hanna = await _withdraws(chat)
    await hanna.fills()
    await hanna.opens_home()
    assert "Inrichting" not in hanna.home.lines
    await hanna.types("/ritme hulp")
    assert "Er komt nog meer. Je hoort het van HR voordat het begint." not in hanna.answered.lines
    await hanna.taps("onboarding.withdraw")
    assert hanna.sees == "Er is geen instemming vastgelegd, dus er valt niets in te trekken."


async def test_after_it_was_withdrawn_a_new_consent_begins_again(chat: Chat) -> None:
    noor, hanna = chat.person("noor"), await _withdraws(chat)
    await hanna.fills(withdrawn_on="2026-11-20")
    await tomorrow(chat)
    await opens(chat)
    assert (hanna.form.values["covers"], hanna.form.values["agreed_on"]) == ((), "")
    await hanna.fills(agreed_on="2026-11-19", covers=ALL)
    assert hanna.form.errors == {
        "agreed_on": "De ondernemingsraad trok de instemming op 20 november 2026 in. Vul de dag in waarop die opnieuw "
        "instemde."
    }
    await hanna.fills(agreed_on="2026-11-25")
    assert "Ingestemd op 25 november 2026. Groepen kleiner dan 5 worden nooit getoond." in hanna.answered.lines
    await noor.types("/kudos @Lotte dank voor je rust")
    assert len(chat.channel("kudos")) == 1


async def test_what_was_withdrawn_by_mistake_comes_back_on_the_same_day(chat: Chat) -> None:
    hanna = await opens(chat)
    await hanna.fills(agreed_on="2026-11-20")
    await tomorrow(chat)
    await _withdraws(chat)
    await hanna.fills()
    await opens(chat)
    await hanna.fills(agreed_on="2026-11-20", covers=ALL)
    assert org(chat, "covers") == " ".join(ALL)


async def test_a_consent_is_not_withdrawn_before_it_was_given_or_in_the_future(chat: Chat) -> None:
    hanna = await _withdraws(chat)
    for day in ("2026-09-30", "2026-11-25"):
        await hanna.fills(withdrawn_on=day)
        assert hanna.form.errors == {"withdrawn_on": "Kies een dag van 1 oktober 2026 tot en met vandaag."}
    assert org(chat, "covers") == " ".join(ALL)


async def test_without_a_council_hr_stops_everything_and_begins_again(chat: Chat) -> None:
    noor, hanna = chat.person("noor"), await opens(chat)
    await hanna.fills(kind="none", agreed_on="")
    await _withdraws(chat)
    assert hanna.form.values == {}
    await hanna.fills()
    assert "Ingetrokken op 24 november 2026. Er gaat niets meer uit, en er is niets verwijderd." in hanna.answered.lines
    await noor.types("/kudos @Lotte dank voor je rust")
    assert noor.sees == NOT_BEGUN
    await opens(chat)
    assert hanna.form.values["kind"] == "none"
    await hanna.fills(covers=("kudos",))
    await noor.types("/kudos @Lotte dank voor je rust")
    assert len(chat.channel("kudos")) == 1


async def test_nothing_is_announced_after_it_was_withdrawn(chat: Chat) -> None:
    with chat.world.scope("hanna") as scope:
        scope.db.change(scope.org, announced_at=None, checkins_from=None)
    hanna = await _withdraws(chat)
    await hanna.fills()
    await hanna.taps("onboarding.announce")
    assert hanna.sees.startswith("Leg eerst de instemming van de ondernemingsraad vast")


async def test_who_comes_while_it_is_withdrawn_is_welcomed_when_it_goes_on(chat: Chat) -> None:
    kim, world = Profile("UKIM", "Kim Vos", "kim@demolen.example", "Europe/Amsterdam", "nl-NL"), chat.world
    hanna = await _withdraws(chat)
    await hanna.fills()
    await chat.dispatch.serve(
        Call("event", "person.joined", Account(world.platform, world.team, kim.user), "k", profiles=(kim,))
    )
    chat.only("hanna")
    await chat.jumps(timedelta(days=2))
    with world.scope("hanna") as scope:
        assert scope.db.all(Delivery, kind="onboarding.welcome") == []
    await opens(chat)
    await hanna.fills(agreed_on="2026-11-26", covers=ALL)
    await chat.jumps(timedelta(days=2))
    with world.scope("hanna") as scope:
        (welcome,) = scope.db.all(Delivery, kind="onboarding.welcome")
        person = directory.by_email(scope, kim.email)
        assert welcome.person_id == person.id


async def _withdraws_on_sunday(chat: Chat) -> Speaker:
    """What is to be asked tomorrow was planned already. Nobody but Noor would be."""
    chat.only("noor")
    await chat.jumps(MONDAY - timedelta(hours=20))
    assert _periods(chat, "noor") == [("2026-11-30", "planned")]
    hanna = await _withdraws(chat)
    await hanna.fills()
    return hanna


def _periods(chat: Chat, handle: str) -> list[tuple[str, str]]:
    with chat.world.scope(handle) as scope:
        rows = scope.db.all(CheckinPeriod, person_id=scope.me.id, order="id")
        return [(one.period, one.state) for one in rows]


async def test_a_check_in_that_falls_due_while_it_is_withdrawn_is_asked_when_it_goes_on(chat: Chat) -> None:
    noor, hanna = chat.person("noor"), await _withdraws_on_sunday(chat)
    await chat.jumps(MONDAY)
    assert noor.dms == []
    await opens(chat)
    await hanna.fills(agreed_on="2026-11-30", covers=ALL)
    await chat.jumps(timedelta(hours=23))
    assert [one.buttons[0] for one in noor.dms] == ["Moment kiezen"]  # what begins is told at once
    await chat.jumps(timedelta(hours=1))
    assert [one.buttons[0] for one in noor.dms] == ["Moment kiezen", "Beantwoorden"]
    assert _periods(chat, "noor")[0] == ("2026-11-30", "asked")


async def test_what_was_withdrawn_for_a_whole_period_is_not_asked_afterwards(chat: Chat) -> None:
    noor, hanna = chat.person("noor"), await _withdraws_on_sunday(chat)
    states = []
    for day in range(7):
        await chat.jumps(MONDAY + timedelta(days=day))
        states += [state for _, state in _periods(chat, "noor")]
    assert states == ["planned"] * 5 + ["off"] * 2  # on Friday evening it would have closed
    await opens(chat)
    await hanna.fills(agreed_on="2026-12-06", covers=ALL)
    await chat.jumps(MONDAY + timedelta(days=7))
    assert _periods(chat, "noor")[:2] == [("2026-11-30", "off"), ("2026-12-07", "asked")]
    [both] = noor.dms
    assert (both.buttons[0], "Beantwoorden" in both.buttons) == ("Moment kiezen", True)


async def test_a_request_for_feedback_waits_while_it_is_withdrawn_and_is_brought_when_it_goes_on(chat: Chat) -> None:
    chat.only("sem", "lotte")
    sem, lotte = chat.person("sem"), chat.person("lotte")
    await asks(chat, "lotte", "Sem")
    hanna = await _withdraws(chat)
    await hanna.fills()
    for _ in range(4):
        await chat.jumps(timedelta(days=7))
    assert (len(sem.dms), lotte.dms) == (1, [])
    await opens(chat)
    await hanna.fills(agreed_on="2026-12-22", covers=("feedback",))
    await chat.jumps(timedelta(days=1))
    assert [dm.summary for dm in sem.dms] == [
        "Lotte vraagt je om feedback.",
        "Ik begin hier met feedback. · Lotte krijgt nog graag je feedback.",
    ]
    await chat.moves(datetime(2026, 12, 28, 22, 59, tzinfo=UTC))
    assert [state for _, state, _ in requests(chat, "lotte")] == ["open"]
    await chat.moves(timedelta(hours=13))
    assert [state for _, state, _ in requests(chat, "lotte")] == ["lapsed"]
    assert lotte.dms[-1].lines[0] == "Er kwam twee weken geen antwoord op je vraag, dus die is verlopen. Dat gebeurt."


def test_withdrawing_is_for_hr_and_administrators(world: World) -> None:
    with pytest.raises(Refused, match="denied"), world.scope("sem") as scope:
        onboarding.withdraw(scope, scope.today)
