"""From nothing to the first check-in, as HR goes through it."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest

from bot.calls import Account, Call, Profile
from models import directory, onboarding
from models.delivery import Delivery
from models.errors import Refused
from models.identity import Person
from models.kudos import CompanyValue
from models.onboarding import Consent
from tests.chat import Chat
from tests.world import World

FOR_HR = "Dit is voor HR en de beheerders van Ritme. Mis je iets, of klopt er iets niet? Vraag het een van hen."


def nothing_yet(chat: Chat) -> None:
    """An organisation that has people and nothing else."""
    with chat.world.scope("hanna") as scope:
        scope.db.change(scope.org, consent="", covers="", consent_on=None, announced_at=None, checkins_from=None)


def org(chat: Chat, column: str) -> object:
    with chat.world.scope("hanna") as scope:
        return getattr(scope.org, column)


def may_start(chat: Chat) -> bool:
    with chat.world.scope("hanna") as scope:
        return scope.org.begun("checkins") and scope.org.checkins_from is not None


async def test_from_nothing_to_the_first_check_in(chat: Chat) -> None:
    nothing_yet(chat)
    hanna, noor = chat.person("hanna"), chat.person("noor")
    await hanna.types("/ritme inrichten")
    await hanna.presses("Instemming vastleggen")
    await hanna.fills(kind="council", agreed_on="2026-11-20")
    await hanna.presses("Ritme aanpassen")
    await hanna.fills(day="wed", at="10:00")
    await hanna.presses("Eerst bekijken")
    (preview,) = hanna.dms
    assert preview.lines[0].startswith("Hoi Hanna, ik ben Ritme. Hanna Mulder vroeg me")
    assert noor.dms == []
    await hanna.presses("Aankondiging versturen")
    assert hanna.answered.lines[0] == "De aankondiging is namens jou onderweg naar 10 mensen."
    await chat.moves(timedelta(minutes=1))
    (told,) = noor.dms
    assert told.summary == "Hoi Noor, ik ben Ritme. Leuk je te ontmoeten."
    assert told.buttons == ("Moment kiezen",)
    said = told.text
    assert "Een check-in van twee minuten, elke week op woensdag om 10:00." in said
    assert "Jij en Anna. HR ziet alleen dat er gesprekken zijn, nooit een woord ervan." in said
    assert "Meelezen in kanalen" in said
    assert not may_start(chat)
    await chat.moves(timedelta(days=2))
    assert [dm.summary for dm in noor.dms] == [told.summary], "nobody is asked before the first day"
    await hanna.presses("Eerste dag kiezen")
    await hanna.fills(first="2026-12-02")
    assert may_start(chat)
    await chat.jumps(timedelta(days=5))
    await chat.moves(timedelta(days=1))
    assert [dm.summary for dm in noor.dms][1:] == ["Hoi Noor, tijd voor je check-in. Het kost je twee minuten."]


async def test_nobody_is_asked_anything_by_a_colleague_before_they_were_told(chat: Chat) -> None:
    """Consent is on record, the announcement is not out: colleagues' questions begin after it, and a question that
    meets somebody's first message stands below it.
    """
    with chat.world.scope("hanna") as scope:
        scope.db.change(scope.org, announced_at=None, checkins_from=None)
    noor, lotte, hanna = chat.person("noor"), chat.person("lotte"), chat.person("hanna")
    for typed in ("/feedback vraag @Lotte over de demo", "/kudos @Lotte dank voor je hulp", "/doel"):
        await noor.types(typed)
        assert noor.sees == "Dit staat hier nu niet aan. Je hoort het van HR voordat dat verandert."
    await noor.opens_home()
    assert {"Kudos geven", "Feedback geven", "Nieuw doel"} & set(noor.home.buttons) == set()
    await chat.moves(timedelta(days=1))
    assert lotte.dms == []
    chat.world.clock.move(chat.world.clock.now().replace(hour=21))
    await hanna.types("/ritme inrichten")
    await hanna.presses("Eerst bekijken")
    await hanna.presses("Aankondiging versturen")
    await noor.types("/feedback vraag @Lotte over de demo")
    await noor.fills(question="Hoe ging het?")
    await chat.moves(timedelta(days=2))
    (told,) = [dm.summary for dm in lotte.dms]
    assert told == "Hoi Lotte, ik ben Ritme. Leuk je te ontmoeten. · Noor vraagt je om feedback."


async def test_the_button_of_the_first_message_chooses_a_moment(chat: Chat) -> None:
    nothing_yet(chat)
    hanna, ravi = chat.person("hanna"), chat.person("ravi")
    await _announce(chat)
    await ravi.presses("Choose a moment")
    await ravi.fills(day="fri", at="15:00")
    assert ravi.answered.lines[1] == "Check-in, once Ritme has started here: every week on Friday at 15:00"
    await hanna.taps("onboarding.announce")
    assert hanna.sees.startswith("De aankondiging ging al uit op 24 november 2026.")


async def test_nothing_is_announced_without_consent_and_nothing_starts_unannounced(chat: Chat) -> None:
    nothing_yet(chat)
    hanna = chat.person("hanna")
    await hanna.taps("onboarding.announce")
    assert hanna.sees.startswith("Leg eerst de instemming van de ondernemingsraad vast")
    await hanna.types("/ritme inrichten")
    assert "Ik vraag nog niemand iets. Eerst komt de aankondiging." in hanna.answered.lines
    assert "Eerste dag kiezen" not in hanna.answered.buttons
    await hanna.taps("onboarding.start")
    assert hanna.sees == "Verstuur eerst de aankondiging. Daarna kun je de eerste dag kiezen."
    assert (org(chat, "announced_at"), org(chat, "checkins_from")) == (None, None)


async def test_the_announcement_can_be_looked_at_before_consent_and_says_what_is_missing(chat: Chat) -> None:
    nothing_yet(chat)
    hanna = chat.person("hanna")
    await hanna.types("/ritme inrichten")
    await hanna.presses("Eerst bekijken")
    assert hanna.answered.lines[1:] == (
        "Je kunt het aan iedereen sturen zodra de instemming van de ondernemingsraad is vastgelegd, of dat er geen ondernemingsraad is.",
    )
    assert hanna.answered.buttons == ("Instemming vastleggen",)


async def test_the_first_day_can_be_moved_until_it_has_come(chat: Chat) -> None:
    """Moving it later would stop everybody's check-ins without a word."""
    nothing_yet(chat)
    await _announce(chat)
    hanna, noor = chat.person("hanna"), chat.person("noor")
    await hanna.presses("Eerste dag kiezen")
    await hanna.fills(first="2026-12-07")
    await hanna.types("/ritme inrichten")
    assert hanna.answered.lines[0] == "Ritme begint op 7 december 2026. Zo is het ingericht:"
    await hanna.presses("Andere dag kiezen")
    await hanna.fills(first="2026-11-30")
    chat.only("noor")
    await chat.jumps(timedelta(days=7))
    asked = len(noor.dms)
    await hanna.types("/ritme inrichten")
    assert "Sinds 30 november 2026 krijgt iedereen check-ins." in hanna.answered.lines
    assert not {"Eerste dag kiezen", "Andere dag kiezen"} & set(hanna.answered.buttons)
    await hanna.taps("onboarding.start")
    assert hanna.sees == "Ritme is op 30 november 2026 begonnen, dus de eerste dag staat vast."
    with pytest.raises(Refused, match=r"onboarding\.began"), chat.world.scope("hanna") as scope:
        onboarding.start(scope, date(2027, 6, 1))
    await chat.jumps(timedelta(days=7))
    assert len(noor.dms) > asked, "check-ins go on"


async def test_consent_is_a_row_with_a_name_and_what_it_covers(chat: Chat) -> None:
    nothing_yet(chat)
    bo = chat.person("bo")
    await bo.types("/ritme inrichten")
    await bo.presses("Instemming vastleggen")
    await bo.fills(kind="council", agreed_on="2026-12-24", floor="2")
    assert bo.form.errors == {
        "agreed_on": "Die dag moet nog komen. Leg de instemming vast zodra die er is.",
        "floor": "Kies een getal van 3 tot en met 25.",
    }
    await bo.fills(kind="council", agreed_on="", floor="4")
    assert bo.form.errors == {"agreed_on": "Kies de dag waarop de ondernemingsraad instemde."}
    await bo.fills(kind="none", agreed_on="")
    with chat.world.scope("bo") as scope:
        (row,) = scope.db.all(Consent)
        assert (row.kind, row.agreed_on, row.floor, row.by_id) == ("none", date(2026, 11, 24), 4, scope.me.id)
        assert row.covers == "checkins digest feedback goals kudos"
        assert (scope.org.consent, scope.org.floor) == ("none", 4)


async def test_a_smaller_group_asks_consent_again(chat: Chat) -> None:
    hanna = chat.person("hanna")
    await hanna.types("/ritme inrichten")
    await hanna.presses("Instemming vastleggen")
    await hanna.fills(floor="3")
    assert hanna.form.errors == {
        "agreed_on": "Voor een groep kleiner dan 5 is een nieuwe instemming van de ondernemingsraad nodig, "
        "met de dag waarop die gegeven is."
    }
    await hanna.fills(kind="none", agreed_on="", floor="3")
    assert set(hanna.form.errors) == {"floor"}
    await hanna.fills(kind="council", agreed_on="2020-01-01", floor="5")
    assert hanna.form.errors == {
        "agreed_on": "De ondernemingsraad stemde in op 1 oktober 2026. Kies die dag, of een latere."
    }
    await hanna.fills(agreed_on="2026-11-23", floor="3")
    assert org(chat, "floor") == 3


async def test_something_new_asks_consent_again(chat: Chat) -> None:
    with chat.world.scope("hanna") as scope:
        scope.db.change(scope.org, covers="checkins kudos")
        assert scope.org.begun("checkins")
        assert not scope.org.begun("digest")
    hanna = chat.person("hanna")
    await hanna.opens_home()
    assert "Ritme kan iets nieuws. Leg het voor aan de ondernemingsraad." in hanna.home.lines
    await hanna.presses("Verdergaan")
    new = "Nieuw sinds de laatste instemming: het weekbericht voor leidinggevenden, feedback en doelen. Leg het voor aan de ondernemingsraad."
    assert new in hanna.answered.lines
    await hanna.presses("Instemming vastleggen")
    await hanna.fills(agreed_on="2026-11-20", covers=onboarding.CAPABILITIES)
    with chat.world.scope("hanna") as scope:
        assert scope.org.begun("digest")


async def test_the_company_sets_its_frame_and_who_said_nothing_follows(chat: Chat) -> None:
    hanna = chat.person("hanna")
    with chat.world.scope("bo") as scope:
        scope.db.add(Person(name="Kim Vos", short="Kim", email="kim@demolen.example"))
    await hanna.types("/ritme inrichten")
    await hanna.presses("Tijden aanpassen")
    await hanna.fills(language="en", zone="London", workdays=("1", "2", "3", "4"), attention="40")
    assert hanna.form.errors == {"attention": "Kies een getal van 1 tot en met 20."}
    await hanna.fills(attention="3")
    with chat.world.scope("bo") as scope:
        assert (scope.org.language, scope.org.zone) == ("en", "Europe/London")
        assert (scope.org.workdays, scope.org.attention) == ("1234", 3)
        kim = scope.db.one(Person, Person.email == "kim@demolen.example")
        assert kim is not None
        assert (kim.language, kim.zone) == ("en", "Europe/London")
        assert scope.me.language == "nl", "who has an account said it by that"


async def test_a_rhythm_by_a_rule(chat: Chat) -> None:
    hanna = chat.person("hanna")
    await hanna.types("/ritme inrichten")
    await hanna.presses("Ritme aanpassen")
    await hanna.fills(every="rule", cadence="FREQ=SOMETIMES")
    assert hanna.form.errors == {
        "cadence": "Dit kan ik niet lezen. Schrijf het als FREQ=MONTHLY;BYDAY=1TU: elke eerste dinsdag van de maand."
    }
    await hanna.fills(cadence="FREQ=MONTHLY;BYDAY=2TU,4TU", at="11:00", freedom="nothing")
    assert org(chat, "cadence") == "FREQ=MONTHLY;BYDAY=2TU,4TU 11:00"
    assert org(chat, "freedom") == "nothing"
    noor = chat.person("noor")
    await noor.types("/ritme instellingen")
    assert noor.answered.lines[0] == "Check-in: op de dagen die HR koos, om 11:00"


async def test_company_values_come_go_and_return(chat: Chat) -> None:
    hanna = chat.person("hanna")

    async def sets(text: str) -> list[tuple[str, bool]]:
        await hanna.types("/ritme inrichten")
        await hanna.presses("Waarden aanpassen")
        await hanna.fills(values=text)
        with chat.world.scope("hanna") as scope:
            return [(one.name, one.retired) for one in scope.db.all(CompanyValue)]

    assert await sets("Samen sterker\nDoe  wat je zegt\n") == [
        ("Samen sterker", False),
        ("Houd het eenvoudig", True),
        ("Doe wat je zegt", False),
    ]
    assert (await sets("houd het eenvoudig"))[1] == ("Houd het eenvoudig", False)


async def test_how_many_kudos_one_may_give_has_its_bounds(chat: Chat) -> None:
    hanna = chat.person("hanna")
    await hanna.types("/ritme inrichten")
    await hanna.presses("Waarden aanpassen")
    await hanna.fills(per_day="0", per_pair="101")
    assert hanna.form.errors == dict.fromkeys(("per_day", "per_pair"), "Kies een getal van 1 tot en met 100.")
    await hanna.fills(per_day="100", per_pair="1")
    assert (org(chat, "kudos_per_day"), org(chat, "kudos_per_pair")) == (100, 1)


@pytest.mark.parametrize("press", ["consent", "company", "rhythm", "kudos", "preview", "announce", "start", "show"])
async def test_setting_up_is_for_hr_and_administrators(chat: Chat, press: str) -> None:
    sem = chat.person("sem")
    await sem.taps(f"onboarding.{press}")
    assert sem.sees == FOR_HR


def test_every_change_of_the_frame_is_guarded(world: World) -> None:
    changes = [
        lambda scope: onboarding.record_consent(scope, "none", None, 5, ["kudos"]),
        lambda scope: onboarding.set_company(scope, "en", "Europe/London", "12345", 5),
        lambda scope: onboarding.set_rhythm(scope, "weekly", "mon", time(9), "", "often"),
        lambda scope: onboarding.set_kudos(scope, ["Moed"], 10, 3),
        lambda scope: onboarding.set_channel(scope, "kudos", "C-SEM"),
        lambda scope: onboarding.announce(scope),
        lambda scope: onboarding.start(scope, date(2026, 12, 1)),
    ]
    for change in changes:
        with pytest.raises(Refused, match="denied"), world.scope("sem") as scope:
            change(scope)


async def test_the_overview_leads_hr_through_and_nobody_else(chat: Chat) -> None:
    nothing_yet(chat)
    hanna, sem = chat.person("hanna"), chat.person("sem")
    await hanna.opens_home()
    await sem.opens_home()
    assert "Inrichting" in hanna.home.lines
    assert "Inrichting" not in sem.home.lines
    await hanna.presses("Verdergaan")
    assert hanna.answered.lines[0].startswith("Van hier tot de eerste check-in")


async def test_who_comes_later_hears_it_too(chat: Chat) -> None:
    nothing_yet(chat)
    await _announce(chat)
    world = chat.world
    kim = Profile("UKIM", "Kim Vos", "kim@demolen.example", "Europe/Amsterdam", "nl-NL")
    await chat.dispatch.serve(
        Call("event", "person.joined", Account(world.platform, world.team, "UKIM"), "k", profiles=(kim,))
    )
    await chat.moves(timedelta(minutes=1))
    with world.scope("hanna") as scope:
        person = scope.db.one(Person, Person.email == kim.email)
        assert person is not None
    assert _told(chat, person.id) == ["onboarding.welcome"]
    assert len(chat.person("noor").dms) == 1


async def test_who_has_no_account_hears_it_when_they_have_one(chat: Chat) -> None:
    nothing_yet(chat)
    world = chat.world
    with world.scope("hanna") as scope:
        person = scope.db.add(Person(name="Kim Vos", short="Kim", email="kim@demolen.example", listed="name"))
    await chat.person("hanna").types("/ritme inrichten")
    assert "Ik ken 11 mensen. Eén van hen vond ik nog niet in de chat." in chat.person("hanna").answered.text
    await _announce(chat)
    assert (
        "Eén persoon heeft nog geen chataccount, en hoort het zodra dat er is." in chat.person("hanna").answered.lines
    )
    assert _told(chat, person.id) == []
    kim = Profile("UKIM", "Kim Vos", "kim@demolen.example")
    await chat.dispatch.serve(
        Call("event", "person.seen", Account(world.platform, world.team, "UKIM"), "", profiles=(kim,))
    )
    await chat.moves(timedelta(minutes=1))
    assert _told(chat, person.id) == ["onboarding.welcome"]


async def test_who_left_asked_no_joiner(chat: Chat) -> None:
    """Who told everybody has left, and was perhaps erased, before somebody's first day."""
    noor, sem, monday = chat.person("noor"), chat.person("sem"), date(2026, 11, 30)
    nothing_yet(chat)
    with chat.world.scope("hanna") as scope:
        scope.db.change(scope.db.get(Person, noor.id), starts_on=monday)
    await _announce(chat)
    assert sem.dms[0].lines[0].startswith("Hoi Sem, ik ben Ritme. Hanna Mulder vroeg me")
    with chat.world.scope("bo") as scope:
        directory.close(scope, scope.db.some(Person, [chat.person("hanna").id]))
    await chat.moves(timedelta(days=6))
    assert noor.dms[0].lines[0] == (
        "Hoi Noor, ik ben Ritme. Ik help jou en je collega's aan een goed ritme van kleine gesprekken."
    )


def _told(chat: Chat, person: int) -> list[str]:
    with chat.world.scope("hanna") as scope:
        return [row.kind for row in scope.db.all(Delivery, Delivery.person_id == person)]


async def _announce(chat: Chat) -> None:
    hanna = chat.person("hanna")
    await hanna.taps("onboarding.consent")
    await hanna.fills(kind="none")
    await hanna.taps("onboarding.announce")
    await chat.moves(timedelta(minutes=1))
