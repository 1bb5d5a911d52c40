"""The personal overview: what waits, a manager's team, and the rhythm for HR."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from models import home
from models.checkins import CheckinPeriod
from models.identity import Person
from tests.chat import Chat, Speaker
from tests.doors.demo import DemoDoor
from tests.test_digest_composing import answer
from tests.test_feedback import TOLD, gives
from tests.test_feedback_requests import alone, asks
from tests.world import World

MONDAY = datetime(2026, 11, 30, 8, 0, tzinfo=UTC)


async def test_an_empty_day_teaches(chat: Chat) -> None:
    noor = chat.person("noor")
    await noor.opens_home()
    assert noor.home.lines[:2] == ("Vandaag", "Er wacht niets op je. Wie maakte je werk de laatste tijd makkelijker?")


async def test_what_waits_stands_first_each_with_its_button(chat: Chat) -> None:
    await chat.moves(MONDAY)
    noor, anna = chat.person("noor"), chat.person("anna")
    await noor.presses("Beantwoorden")
    await noor.fills(priorities="Rapport afmaken")
    await anna.opens_home()
    assert anna.home.lines[:3] == (
        "Vandaag",
        "Je check-in staat open tot vr 4 dec om 17:00.",
        "Noor stuurde je een check-in.",
    )
    assert anna.home.buttons[:2] == ("Beantwoorden", "Lezen")


async def test_only_a_manager_has_a_team(chat: Chat) -> None:
    anna, noor = chat.person("anna"), chat.person("noor")
    await anna.opens_home()
    await noor.opens_home()
    at = anna.home.lines.index("Mijn team")
    assert anna.home.lines[at : at + 2] == ("Mijn team", "Je geeft leiding aan 5 mensen.")
    assert "Mijn team" not in noor.home.lines
    assert "Het ritme" not in noor.home.lines


async def test_hr_sees_no_counts_of_a_small_company(chat: Chat) -> None:
    """Everybody here has one of two managers, so nobody is counted."""
    await chat.moves(MONDAY + timedelta(days=7))
    hanna = chat.person("hanna")
    await hanna.opens_home()
    at = hanna.home.lines.index("Het ritme")
    assert hanna.home.lines[at + 1].startswith("Hier zie je hoeveel mensen meedoen")


FRIDAY = datetime(2026, 11, 20, 16, tzinfo=UTC)


def _week(person: int, state: str, closes: datetime = FRIDAY) -> CheckinPeriod:
    """Somebody's check-in of the week before."""
    return CheckinPeriod(
        person_id=person,
        period="2026-11-16",
        starts=date(2026, 11, 16),
        ends=date(2026, 11, 22),
        due_at=datetime(2026, 11, 16, 8, tzinfo=UTC),
        closes_at=closes,
        state=state,
    )


def test_hr_counts_span_three_managers_and_the_floor(world: World) -> None:
    def asked(handles: dict[str, str]) -> None:
        with world.scope("hanna") as scope:
            for handle, state in handles.items():
                scope.db.add(_week(world.people[handle], state))

    def last() -> tuple[int | None, int | None]:
        with world.scope("hanna") as scope:
            weeks = home.rhythm(scope)
            assert weeks is not None
            return weeks[-1].asked, weeks[-1].joined

    asked({"noor": "answered", "sem": "asked", "lotte": "skipped", "anna": "answered"})
    assert last() == (None, None)  # four people
    asked({"bo": "answered", "ravi": "off"})
    assert last() == (None, None)  # five people of two managers
    with world.scope("hanna") as scope:
        scope.db.change(scope.db.get(Person, world.people["sem"]), manager_id=world.people["iris"])
    assert last() == (5, 4)
    with world.scope("hanna") as scope:
        late = scope.db.one(CheckinPeriod, person_id=world.people["sem"], state="asked")
        assert late is not None
        scope.db.change(late, state="skipped")
    assert last() == (5, 5), "a late skip shows, as the impact assessment says"
    with world.scope("anna") as scope:
        assert home.rhythm(scope) is None
    with world.scope("hanna") as scope:
        scope.db.change(scope.org, covers="goals")
        assert home.rhythm(scope) is None, "nothing is counted where check-ins stopped"


async def test_no_zone_moves_anybody_to_another_week(chat: Chat) -> None:
    """Noor's open check-in closes on Sunday evening here, which is Monday in Auckland."""
    world, hanna = chat.world, chat.person("hanna")
    sunday = datetime(2026, 11, 22, 21, tzinfo=UTC)
    with world.scope("hanna") as scope:
        for lead, handle in (("iris", "sem"), ("lotte", "ravi")):
            scope.db.change(scope.db.get(Person, world.people[handle]), manager_id=world.people[lead])
        for handle in ("noor", "sem", "ravi", "lotte", "anna", "bo"):
            late = handle == "noor"
            scope.db.add(_week(world.people[handle], "asked" if late else "answered", sunday if late else FRIDAY))

    async def counted() -> list[str]:
        await hanna.opens_home()
        return [line for line in hanna.home.lines if "deden" in line]

    here = await counted()
    assert here == ["Vorige week deden 5 van de 6 mensen mee aan de check-in."]
    await hanna.taps("settings.me")
    await hanna.fills(zone="Pacific/Auckland")
    assert await counted() == here
    with world.scope("hanna") as scope:
        scope.db.change(scope.org, zone="Pacific/Auckland")
    assert await counted() == here, "nor the organisation's"


# --- as it is now ------------------------------------------------------------------------------------


async def overview(person: Speaker, *about: str) -> list[str]:
    """The lines with one of these words in an overview that stands there. It is what opening it anew would show; the
    demo's page does that by itself, whenever anything has changed.
    """
    shown = person.home.lines, person.home.buttons
    await person.opens_home()
    assert isinstance(person.chat.door, DemoDoor) or (person.home.lines, person.home.buttons) == shown
    return [line for line in person.home.lines if any(word in line for word in about)]


async def test_kudos_come_and_go(chat: Chat) -> None:
    sem, lotte, noor = (chat.person(one) for one in ("sem", "lotte", "noor"))
    for one in (lotte, noor):
        await one.opens_home()
    await sem.types("/kudos @Lotte @Noor dank voor jullie hulp")
    assert [await overview(one, "Sem") for one in (lotte, noor)] == [["👏 Sem bedankte je"]] * 2
    await noor.taps("kudos.delete", kudos="1")
    assert [await overview(one, "Sem") for one in (lotte, noor)] == [["👏 Sem bedankte je"], []]
    await sem.taps("kudos.delete", kudos="1")
    assert await overview(lotte, "Sem") == []


async def test_feedback_comes_is_read_hidden_and_taken_back(chat: Chat) -> None:
    lotte, sem = chat.person("lotte"), chat.person("sem")
    await lotte.opens_home()
    await gives(chat, "sem", "Lotte")
    assert await overview(lotte, "Sem", "nieuw") == ["Van Sem", "di 24 nov, nieuw"]
    await sem.taps("feedback.withdraw", feedback="1")
    assert await overview(lotte, "Sem", "nieuw") == []
    await gives(chat, "sem", "Lotte")
    await lotte.taps("feedback.read", feedback="2")
    assert await overview(lotte, "Sem", "nieuw") == ["Van Sem"]
    await lotte.taps("feedback.hide", feedback="2")
    assert await overview(lotte, "Sem") == []
    await lotte.taps("feedback.show", feedback="2")
    assert await overview(lotte, "Sem") == ["Van Sem"]


async def test_a_request_waits_until_it_is_answered_declined_or_taken_back(chat: Chat) -> None:
    lotte, sem = chat.person("lotte"), chat.person("sem")
    for one in (lotte, sem):
        await one.opens_home()
    waits = ["Lotte vraagt je om feedback over de klantdag, graag uiterlijk di 1 dec.", "Lotte vraagt je om feedback"]
    await asks(chat, "lotte", "Sem")
    assert await overview(sem, "Lotte") == waits
    await sem.taps("feedback.answer", request="1")
    await sem.fills(**TOLD)
    assert (await overview(sem, "Lotte"), await overview(lotte, "Sem")) == ([], ["Van Sem"])
    await asks(chat, "lotte", "Sem")
    assert await overview(sem, "Lotte") == waits
    await sem.taps("feedback.decline", request="2")
    assert await overview(sem, "Lotte") == []
    await asks(chat, "lotte", "Sem")
    await lotte.taps("feedback.recall", request="3")
    assert await overview(sem, "Lotte") == []


async def test_a_request_that_lapsed_waits_no_more(chat: Chat) -> None:
    alone(chat)
    sem = chat.person("sem")
    await asks(chat, "lotte", "Sem")
    await sem.opens_home()
    for days in (5, 11):
        await chat.jumps(timedelta(days=days))
    assert await overview(sem, "Lotte") == []


async def test_what_a_digest_asks_waits_until_it_is_dealt_with(chat: Chat) -> None:
    chat.only("anna")
    anna = chat.person("anna")
    await chat.jumps(MONDAY - timedelta(days=3))
    await chat.person("sem").types("/kudos @Lotte dank voor je rust")
    await anna.opens_home()
    assert await overview(anna, "aandacht") == []
    await chat.moves(MONDAY)
    assert await overview(anna, "aandacht") == ["1 punt in je team vraagt je aandacht."]
    await anna.taps("digest.talked", line="1")
    assert await overview(anna, "aandacht") == []


async def test_so_does_what_a_digest_asks_that_was_asked_for(chat: Chat) -> None:
    answer(chat.world, "sem", 15, blocker="De testomgeving ligt plat", seen=True)
    anna = chat.person("anna")
    await anna.opens_home()
    await anna.types("/ritme digest")
    assert await overview(anna, "aandacht") == ["2 punten in je team vragen je aandacht."]
    await anna.taps("digest.talked", line="1", answer="1")
    assert await overview(anna, "aandacht") == ["1 punt in je team vraagt je aandacht."]
