"""People who are away, come, change and leave, as conversations."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from bot.calls import Account as Caller
from bot.calls import Call, Profile
from models import directory
from models.directory.days import read_span, read_weekdays
from models.directory.leaving import plan_leaving
from models.due import Due
from models.errors import Refused
from models.identity import Absence, Account, Installation, Person
from tests.chat import Chat
from tests.world import World

TODAY = date(2026, 11, 24)
FOR_HR = "Dit is voor HR en de beheerders van Ritme. Mis je iets, of klopt er iets niet? Vraag het een van hen."
KIM = Profile("UKIM", "Kim Vos", "Kim@demolen.example", "Europe/London", "en-GB")


async def happens(chat: Chat, event: str, *profiles: Profile, key: str = "") -> None:
    """Something that the platform reports about these people."""
    world = chat.world
    caller = Caller(world.platform, world.team, profiles[0].user if profiles else "")
    await chat.dispatch.serve(Call("event", event, caller, key, profiles=profiles))
    await chat.settle()


def found(chat: Chat, email: str) -> Person | None:
    with chat.world.scope("bo") as scope:
        return scope.db.one(Person, Person.email == email)


def kim(chat: Chat) -> Person:
    person = found(chat, "kim@demolen.example")
    assert person is not None
    return person


def changes(chat: Chat, **values: Any) -> None:
    """Something else became true of Kim."""
    person = kim(chat)
    with chat.world.scope("bo") as scope:
        scope.db.change(person, **values)


# --- days as people type them ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "first", "last"),
    [
        ("24 dec - 2 jan", "2026-12-24", "2027-01-02"),
        ("24 december t/m 2 januari", "2026-12-24", "2027-01-02"),
        ("Dec 24 to Jan 2", "2026-12-24", "2027-01-02"),
        ("24-12 t/m 2-1", "2026-12-24", "2027-01-02"),
        ("24/12/2026 - 2/1/2027", "2026-12-24", "2027-01-02"),
        ("2026-12-24 until 2027-01-02", "2026-12-24", "2027-01-02"),
        ("24-31 dec", "2026-12-24", "2026-12-31"),
        ("from 24 to 31 december", "2026-12-24", "2026-12-31"),
        ("vrijdag", "2026-11-27", "2026-11-27"),
        ("today", "2026-11-24", "2026-11-24"),
        ("morgen - vrijdag", "2026-11-25", "2026-11-27"),
        ("morgen - overmorgen", "2026-11-25", "2026-11-26"),
        ("20 nov t/m vrijdag", "2026-11-20", "2026-11-27"),
        ("29 feb", "2028-02-29", "2028-02-29"),
        ("3 mrt", "2027-03-03", "2027-03-03"),
    ],
)
def test_days_are_read_as_they_are_typed(typed: str, first: str, last: str) -> None:
    assert read_span(typed, TODAY) == (date.fromisoformat(first), date.fromisoformat(last))


@pytest.mark.parametrize("typed", ["", "soon", "31 nov", "24", "dec", "24 dec - ooit", "99-99-2026"])
def test_what_is_no_day_is_refused(typed: str) -> None:
    with pytest.raises(Refused, match=r"leave\.unreadable"):
        read_span(typed, TODAY)


@pytest.mark.parametrize(
    ("typed", "digits"),
    [("ma-do", "1234"), ("mon, tue; fri", "125"), ("54321", "12345"), ("maandag", "1"), ("Mo-Fr", "12345")],
)
def test_working_days_are_read(typed: str, digits: str) -> None:
    assert read_weekdays(typed) == digits


@pytest.mark.parametrize("typed", ["t", "someday", "8", "vr-ma"])
def test_what_is_no_working_day_is_refused(typed: str) -> None:
    assert read_weekdays(typed) is None


# --- leave -------------------------------------------------------------------------------------------


async def test_leave_is_typed_shown_and_cancelled(chat: Chat) -> None:
    noor = chat.person("noor")
    await noor.types("/ritme verlof 24 dec - 2 jan")
    assert noor.answered.lines[0] == "Je bent weg: do 24 dec tot en met za 2 jan."
    await noor.types("/ritme leave vrijdag")
    await noor.types("/ritme verlof")
    assert noor.answered.lines == (
        "Op deze dagen laat ik je met rust:",
        "vr 27 nov",
        "do 24 dec tot en met za 2 jan",
    )
    await noor.presses("Verlof annuleren")
    assert noor.answered.lines == ("Je verlof is geannuleerd: vr 27 nov. Je hoort weer gewoon van me.",)
    await noor.types("/ritme verlof")
    assert noor.answered.lines[1:] == ("do 24 dec tot en met za 2 jan",)


async def test_leave_without_typing(chat: Chat) -> None:
    ravi = chat.person("ravi")
    await ravi.types("/ritme leave")
    assert ravi.answered.lines == ("You have no leave ahead that I know of.",)
    await ravi.presses("Add leave")
    await ravi.fills(starts="2026-12-04", until="2026-12-01")
    assert ravi.form.errors == {"until": "The last day lies before the first. Choose a later one."}
    await ravi.fills(until="2026-12-07")
    assert ravi.answered.lines[0] == "You're away: Fri 4 Dec up to and including Mon 7 Dec."


async def test_days_that_touch_become_one_absence(chat: Chat) -> None:
    noor = chat.person("noor")
    for typed in ("1 dec - 4 dec", "5 dec - 8 dec", "3 dec", "20 dec"):
        await noor.types(f"/ritme leave {typed}")
    with chat.world.scope("noor") as scope:
        spans = [(one.starts.day, one.until.day) for one in directory.away(scope)]
    assert spans == [(1, 8), (20, 20)]


async def test_leave_that_makes_no_sense_is_explained(chat: Chat) -> None:
    noor = chat.person("noor")
    await noor.types("/ritme verlof ooit")
    assert noor.sees.startswith("Ik kan 'ooit' niet lezen als dagen.")
    await noor.types("/ritme verlof 2 nov")
    assert noor.sees.startswith("Die dagen zijn voorbij: de laatste was 2 november 2026.")
    await noor.types("/ritme verlof 1-1-2027 - 1-1-2037")
    assert noor.sees == "Dat is meer dan twee jaar. Kijk het jaar nog eens na."


async def test_nobody_cancels_the_leave_of_another(chat: Chat) -> None:
    await chat.person("noor").types("/ritme verlof vrijdag")
    with chat.world.scope("noor") as scope:
        (absence,) = scope.db.all(Absence)
    sem = chat.person("sem")
    await sem.taps("directory.cancel", leave=str(absence.id))
    assert sem.sees == "Dat verlof was al geannuleerd."
    with chat.world.scope("noor") as scope:
        assert len(scope.db.all(Absence)) == 1


async def test_a_manager_on_leave_is_offered_a_deputy(chat: Chat) -> None:
    anna = chat.person("anna")
    await anna.types("/ritme verlof vrijdag")
    await anna.presses("Vervanger aanwijzen")
    await anna.fills(deputy="Lotte")
    assert "Lotte vervangt je als je weg bent" in anna.answered.lines
    await anna.types("/ritme verlof 1 dec")
    assert anna.answered.buttons == ("Verlof annuleren",)


# --- the chat's people -------------------------------------------------------------------------------


async def test_a_newcomer_of_the_chat_is_known_and_hears_who_ritme_is(chat: Chat) -> None:
    await happens(chat, "person.joined", KIM)
    person = kim(chat)
    assert (person.name, person.short, person.zone, person.language) == ("Kim Vos", "Kim", "Europe/London", "en")
    await happens(chat, "person.joined", KIM, key="again")
    with chat.world.scope("bo") as scope:
        assert scope.db.count(Person, Person.email == "kim@demolen.example") == 1
        assert scope.db.count(Account, Account.person_id == person.id) == 1
        assert [row.person_id for row in scope.db.all(Due, Due.kind == "onboarding.welcome")] == [person.id]


async def test_an_account_finds_its_person_by_address(chat: Chat) -> None:
    with chat.world.scope("bo") as scope:
        scope.db.add(Person(name="Kim de Vos", short="Kim", email="kim@demolen.example", listed="name zone"))
    await happens(chat, "person.seen", KIM)
    person = kim(chat)
    assert (person.name, person.zone, person.language) == ("Kim de Vos", "Europe/Amsterdam", "en")
    with chat.world.scope("bo") as scope:
        assert [one.user for one in scope.db.all(Account, Account.person_id == person.id)] == ["UKIM"]


async def test_bots_guests_and_who_has_no_address_never_become_people(chat: Chat) -> None:
    strangers = (
        replace(KIM, human=False),
        replace(KIM, user="UGUEST", email="guest@elsewhere.example", human=False),
        replace(KIM, user="UNAMELESS", email=""),
        replace(KIM, user="UGONE", email="gone@demolen.example", active=False),
    )
    before = _everybody(chat)
    await happens(chat, "person.changed", *strangers)
    assert _everybody(chat) == before


async def test_a_guest_on_hrs_list_is_known_and_not_reached(chat: Chat) -> None:
    """The list says who works here; a guest's account speaks for nobody, whatever address it shows."""
    with chat.world.scope("bo") as scope:
        scope.db.add(Person(name="Kim de Vos", short="Kim", email="kim@demolen.example", listed="name"))
    await happens(chat, "person.seen", replace(KIM, human=False))
    with chat.world.scope("bo") as scope:
        assert [one.name for one in directory.not_reached(scope)] == ["Kim de Vos"]
    await happens(chat, "person.changed", KIM)
    with chat.world.scope("bo") as scope:
        assert directory.not_reached(scope) == []
    await happens(chat, "person.changed", replace(KIM, human=False))
    assert kim(chat).closed_at is None
    with chat.world.scope("bo") as scope:
        assert [one.name for one in directory.not_reached(scope)] == ["Kim de Vos"]


async def test_what_people_chose_themselves_the_chat_does_not_change(chat: Chat) -> None:
    await happens(chat, "person.joined", KIM)
    changes(chat, chosen="zone")
    await happens(chat, "person.changed", replace(KIM, name="Kim Bos", zone="Asia/Tokyo", locale="nl-NL"))
    person = kim(chat)
    assert (person.name, person.zone, person.language) == ("Kim Bos", "Europe/London", "nl")


async def test_who_is_on_no_list_leaves_and_comes_back_with_their_account(chat: Chat) -> None:
    await happens(chat, "person.joined", KIM)
    await happens(chat, "person.changed", replace(KIM, active=False))
    assert kim(chat).closed_at is not None
    await happens(chat, "person.changed", KIM)
    assert kim(chat).closed_at is None


async def test_an_address_that_comes_again_is_not_who_left_with_it(chat: Chat) -> None:
    """Whoever has the address now would read what was written to Kim."""
    hanna, again = chat.person("hanna"), replace(KIM, user="UKIM2", name="Kim Visser")
    await happens(chat, "person.joined", KIM)
    await happens(chat, "person.changed", replace(KIM, active=False))
    for event in ("person.joined", "person.seen", "person.changed"):
        await happens(chat, event, again)
    assert (kim(chat).name, kim(chat).closed_at) == ("Kim Vos", chat.world.clock.now())
    await _fetched(chat, again)
    assert hanna.dms[-1].lines[0] == (
        "Eén account is nieuw en heeft het e-mailadres van iemand die is vertrokken. Ik weet niet of het dezelfde "
        "persoon is; wie Ritme draaiend houdt, kan me dat vertellen."
    )
    with chat.world.scope("bo") as scope:
        directory.rejoin(scope, KIM.email)
    await happens(chat, "person.seen", again)
    assert (kim(chat).name, kim(chat).closed_at) == ("Kim Visser", None)


async def _fetched(chat: Chat, *profiles: Profile) -> None:
    """What the chat told when Hanna asked for everybody."""
    world = chat.world
    asker = Caller(world.platform, world.team, world.user("hanna"))
    await chat.dispatch.serve(Call("event", "people.fetched", asker, "", profiles=profiles))
    await chat.settle()


def test_who_left_by_hrs_list_comes_back_by_it(world: World) -> None:
    with world.scope("bo") as scope:
        scope.db.change(scope.db.get(Person, world.people["sem"]), listed="left", closed_at=scope.now)
        with pytest.raises(Refused, match=r"person\.unknown"):
            directory.rejoin(scope, "sem@demolen.example")


async def test_who_comes_back_has_no_role_any_more(chat: Chat) -> None:
    """Hanna's account still lives, and what she types opens her again: as a colleague, not as HR."""
    hanna = chat.person("hanna")
    with chat.world.scope("bo") as scope:
        directory.close(scope, [directory.person(scope, hanna.id)])
    await hanna.types("/ritme inrichten")
    assert hanna.sees == FOR_HR
    assert _closed(chat, "hanna") is False


async def test_where_hr_keeps_a_list_the_list_decides_who_left(chat: Chat) -> None:
    await happens(chat, "person.joined", KIM)
    changes(chat, listed="name")
    await happens(chat, "person.changed", replace(KIM, active=False))
    assert kim(chat).closed_at is None, "only not reached"
    with chat.world.scope("bo") as scope:
        assert [one.name for one in directory.not_reached(scope)] == ["Kim Vos"]
    changes(chat, closed_at=chat.world.clock.now())
    await happens(chat, "person.changed", KIM)
    assert kim(chat).closed_at is not None


async def test_hr_hears_of_a_team_without_a_manager(chat: Chat) -> None:
    world = chat.world
    gone = Profile(world.user("anna"), "Anna Visser", "anna@demolen.example", active=False)
    await happens(chat, "person.changed", gone)
    (told,) = chat.person("hanna").dms
    assert told.lines[0] == (
        "Anna Visser is uit dienst. Nu zonder leidinggevende: "
        "Lotte de Boer, Maria Costa, Noor Jansen, Ravi Patel en Sem Bakker."
    )
    assert told.lines[1] == (
        "Geef in je personeelslijst een nieuwe leidinggevende op. Die leest de check-ins die vanaf dan worden "
        "verstuurd, niet die van daarvoor."
    )
    assert chat.person("bo").dms == []


async def test_the_last_day_closes_when_it_is_over(chat: Chat) -> None:
    with chat.world.scope("bo") as scope:
        sem = directory.person(scope, chat.world.people["sem"])
        scope.db.change(sem, leaves_on=date(2026, 11, 25))
        plan_leaving(scope, [(sem.id, sem.zone, date(2026, 11, 25))])
    await chat.moves(timedelta(days=1, hours=12))
    assert _closed(chat, "sem") is False
    await chat.moves(timedelta(hours=4))
    assert _closed(chat, "sem") is True


async def test_a_last_day_that_moved_meanwhile_counts(chat: Chat) -> None:
    with chat.world.scope("bo") as scope:
        sem = directory.person(scope, chat.world.people["sem"])
        plan_leaving(scope, [(sem.id, sem.zone, date(2026, 11, 25))])
        scope.db.change(sem, leaves_on=date(2027, 1, 31))
    await chat.moves(timedelta(days=3))
    assert _closed(chat, "sem") is False


async def test_everybody_is_fetched_from_the_chat(chat: Chat) -> None:
    hanna = chat.person("hanna")
    await hanna.types("/ritme mensen ophalen")
    assert hanna.sees == "Ik vraag de chat wie er allemaal zijn. Je hoort van me zodra ik het weet."
    assert hanna.dms[-1].lines[0] == "10 mensen kende ik al."


async def test_who_is_no_hr_fetches_nobody(chat: Chat) -> None:
    sem = chat.person("sem")
    for typed in ("/ritme mensen", "/ritme people sync"):
        await sem.types(typed)
        assert sem.sees == FOR_HR
    await sem.taps("directory.sync")
    assert sem.sees == FOR_HR


async def test_hr_sees_who_is_known(chat: Chat) -> None:
    hanna = chat.person("hanna")
    await hanna.types("/ritme mensen")
    assert hanna.answered.lines == (
        "Ik ken 10 mensen in je organisatie.",
        "2 mensen hebben geen leidinggevende.",
        "Iris Smit en Joris van Dam kiezen zelf een gesprekspartner.",
    )


async def test_an_app_that_was_removed_reaches_nobody(chat: Chat) -> None:
    await happens(chat, "installation.removed")
    with chat.world.database.reader.connect() as connection:
        table = Installation.__table__  # type: ignore[attr-defined]
        (row,) = connection.execute(table.select()).all()
    assert row.removed_at is not None


def _everybody(chat: Chat) -> list[str]:
    with chat.world.scope("bo") as scope:
        return [one.email for one in scope.db.all(Person)]


def _closed(chat: Chat, handle: str) -> bool:
    with chat.world.scope("bo") as scope:
        person = scope.db.get(Person, chat.world.people[handle])
        assert person is not None
        return person.closed_at is not None


@pytest.mark.parametrize("few", [0, 4, 32])
def test_people_come_in_the_order_in_which_they_are_asked_for(
    world: World, few: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many of them are looked up at once, and by which statement."""
    monkeypatch.setattr("models.prepared.FEW", few)
    ids = sorted(world.people.values(), reverse=True)
    with world.scope("sem") as scope:
        for count in range(len(ids) + 1):
            assert list(directory.people(scope, [*ids[:count], *ids[:count], 999])) == ids[:count]
