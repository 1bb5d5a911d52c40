"""The digest, as conversations: it comes once a week, can be acted on, and everybody reads what it said of them."""

# ruff: noqa: RUF001 - Dutch quotation marks

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from models import privacy, settings
from models.base import core
from models.digest import Digest, DigestLine, replan
from models.goals import Draft, Period, add, update
from models.identity import Absence, Organisation, Person
from tests.chat import Chat
from tests.seen import Seen
from tests.test_digest_composing import answer

MONDAY = datetime(2026, 11, 30, 8, 0, tzinfo=UTC)
"""Monday 30 November 2026, 09:00 in Amsterdam."""

DAY, WEEK = timedelta(days=1), timedelta(days=7)
ATTENTION = "Dit vraagt je aandacht"


def change(chat: Chat, handle: str, **values: object) -> None:
    with chat.world.scope(handle) as scope:
        scope.db.change(scope.me, **values)


def digests(chat: Chat, handle: str = "anna") -> list[Seen]:
    """The messages that brought somebody a digest, oldest first."""
    return [dm for dm in chat.person(handle).dms if any(line.startswith("Week ") for line in dm.lines)]


def made(chat: Chat, handle: str = "anna") -> list[str]:
    """The periods for which somebody got a digest."""
    with chat.world.scope(handle) as scope:
        return [row.period for row in scope.db.all(Digest, Digest.manager_id == scope.me.id)]


def between(seen: Seen, first: str, last: str) -> list[str]:
    lines = list(seen.lines)
    end = next((at for at, line in enumerate(lines) if line.startswith(last)), len(lines))
    return lines[lines.index(first) + 1 : end]


async def thanked(chat: Chat, giver: str = "sem", line: str = "/kudos @Lotte dank voor je rust") -> None:
    await chat.person(giver).types(line)


# --- when --------------------------------------------------------------------------------------------


async def test_asks_of_one_sort_are_said_together_and_crowd_out_no_other(chat: Chat) -> None:
    for handle in ("noor", "sem", "lotte", "ravi", "maria"):
        with chat.world.scope(handle) as scope:
            goal = add(scope, Draft(f"Doel van {handle}", Period(2026, 4)))
            for confidence in (7, 5):
                update(scope, goal.id, confidence=confidence)
    answer(chat.world, "sem", 15, blocker="De testomgeving ligt plat", seen=True)
    anna = chat.person("anna")
    await anna.types("/ritme digest")
    asks = between(anna.answered, ATTENTION, "Wat")
    assert asks[0] == "Het vertrouwen daalde bij 5 doelen:"
    assert len(asks) == 7
    assert asks[6] == "Sem loopt sinds ma 9 nov ergens tegenaan."
    assert anna.answered.buttons[:6] == (*["Doel bekijken"] * 5, "Lezen en reageren")


async def test_a_digest_beside_a_check_in_is_told_in_the_same_notification(chat: Chat) -> None:
    chat.only("anna")
    await chat.jumps(MONDAY - 3 * DAY)
    await thanked(chat)
    await chat.moves(MONDAY)
    anna = chat.person("anna")
    assert [dm.summary for dm in anna.dms] == [
        "Hoi Anna, tijd voor je check-in. Het kost je twee minuten. · 1 punt in je team vraagt je aandacht."
    ]
    await anna.presses("Beantwoorden")
    await anna.fills(priorities="Begroting")
    assert [dm.summary for dm in anna.dms] == [
        "Dank je wel, je check-in is binnen. · 1 punt in je team vraagt je aandacht."
    ]


async def test_it_comes_on_the_managers_own_day_and_time(chat: Chat) -> None:
    change(chat, "anna", digest_day=3, digest_at=datetime(2026, 1, 1, 10, 30).time())  # noqa: DTZ001 - a time on the wall
    chat.only("anna")
    await chat.jumps(MONDAY)
    await thanked(chat)
    await chat.moves(datetime(2026, 12, 2, 9, 29, tzinfo=UTC))
    assert "2026-W49" not in made(chat)
    await chat.moves(datetime(2026, 12, 2, 9, 30, tzinfo=UTC))
    assert made(chat) == ["2026-W49"]
    assert digests(chat)[-1].lines[:3] == (
        "Week 49 · Platform",
        ATTENTION,
        "Je hebt Noor een tijdje niet bedankt. Wat waardeer je?",
    )
    assert "Lotte kreeg kudos van Sem." in digests(chat)[-1].lines


async def test_it_comes_again_after_a_quiet_stretch_that_outlasts_the_last_one(chat: Chat) -> None:
    with chat.world.scope("hanna") as scope:
        privacy.choose(scope, "digests", 1, None)
    await chat.jumps(MONDAY - 3 * DAY)
    await thanked(chat)
    await chat.moves(MONDAY)
    assert (made(chat), len(digests(chat))) == (["2026-W49"], 1)
    chat.only()
    await chat.jumps(MONDAY + 4 * WEEK - DAY)
    assert made(chat) == ["2026-W49"]
    await chat.moves(MONDAY + 5 * WEEK - DAY)
    await chat.jumps(MONDAY + 6 * WEEK - 3 * DAY)
    chat.only("anna", "joris")
    assert (made(chat), digests(chat)) == ([], [])
    await thanked(chat, "sem", "/kudos @Ravi dank voor je hulp")
    await chat.moves(MONDAY + 6 * WEEK + DAY)
    assert (made(chat), len(digests(chat))) == (["2027-W02"], 1)
    assert (made(chat, "joris"), len(digests(chat, "joris"))) == (["2027-W02"], 1)


async def test_another_day_counts_in_the_same_week(chat: Chat) -> None:
    chat.only("anna")
    await chat.jumps(MONDAY)
    await thanked(chat)
    with chat.world.scope("anna") as scope:
        settings.set_team(scope, None, 2, datetime(2026, 1, 1, 14).time())  # noqa: DTZ001 - a time on the wall
    await chat.moves(MONDAY + DAY)
    assert made(chat) == []
    await chat.moves(MONDAY + DAY + timedelta(hours=5))
    assert made(chat) == ["2026-W49"]


async def test_nothing_new_no_digest(chat: Chat) -> None:
    for week in range(3):
        await chat.jumps(MONDAY + week * WEEK)
        assert made(chat) == []
    assert digests(chat) == []


async def test_once_a_week_whatever_happens_to_the_clock_the_zone_or_the_plan(chat: Chat) -> None:
    chat.only("anna")
    await thanked(chat)
    await chat.moves(MONDAY)
    with chat.world.scope("anna") as scope:
        scope.db.change(scope.me, zone="America/New_York", digest_at=datetime(2026, 1, 1, 15).time())  # noqa: DTZ001
        replan(scope, scope.me)
        replan(scope, scope.me)
    await thanked(chat, "sem", "/kudos @Ravi dank voor je hulp")
    await chat.moves(MONDAY + 3 * DAY)
    assert made(chat) == ["2026-W48", "2026-W49"]
    assert len(digests(chat)) == 2


async def test_who_is_away_gets_it_on_the_next_working_day(chat: Chat) -> None:
    chat.only("anna")
    await chat.jumps(MONDAY - DAY)
    await thanked(chat)
    with chat.world.scope("anna") as scope:
        scope.db.add(Absence(person_id=scope.me.id, starts=date(2026, 11, 30), until=date(2026, 12, 1)))
    await chat.moves(MONDAY + DAY)
    assert made(chat) == []
    await chat.moves(MONDAY + 2 * DAY)
    assert made(chat) == ["2026-W49"]
    assert len(digests(chat)) == 1


async def test_who_is_away_all_week_hears_nothing_of_it(chat: Chat) -> None:
    chat.only("anna")
    await chat.jumps(MONDAY - DAY)
    await thanked(chat)
    with chat.world.scope("anna") as scope:
        scope.db.add(Absence(person_id=scope.me.id, starts=date(2026, 11, 30), until=date(2026, 12, 6)))
    await chat.moves(MONDAY + 6 * DAY)
    assert made(chat) == []


async def test_nothing_before_consent(chat: Chat) -> None:
    with chat.world.scope("bo") as scope:
        scope.db.update(Organisation, covers="checkins kudos")
    await thanked(chat)
    for week in range(2):
        await chat.jumps(MONDAY + week * WEEK)
    assert made(chat) == []
    await chat.person("anna").types("/ritme weekbericht")
    assert made(chat) == []


async def test_it_waits_for_room_in_the_weeks_attention(chat: Chat) -> None:
    """With no place left for anything that Ritme starts, the digest is not brought, and so it said nothing."""
    with chat.world.scope("bo") as scope:
        scope.db.update(Organisation, attention=0)
    await thanked(chat)
    await chat.moves(MONDAY + DAY)
    assert len(made(chat)) == 1
    assert digests(chat) == []
    await chat.person("lotte").types("/ritme weekbericht mij")
    assert len(chat.person("lotte").form.lines) == 1


# --- what it says ------------------------------------------------------------------------------------


async def test_it_says_what_needs_attention_in_order_and_what_went_well(chat: Chat) -> None:
    chat.only("anna", "noor", "sem")
    await chat.jumps(MONDAY)
    for handle, blocker in (("noor", "De testomgeving ligt plat"), ("sem", "")):
        person = chat.person(handle)
        await person.presses("Beantwoorden")
        await person.fills(blocker=blocker, priorities="Rapport afmaken")
    with chat.world.scope("lotte") as scope:
        goal = add(scope, Draft(level="person", title="Rustige releases", period=Period(2026, 4)))
        update(scope, goal.id, confidence=7)
        update(scope, goal.id, confidence=5)
    await chat.moves(DAY)
    await thanked(chat, "noor", "/kudos @Sem dank voor je geduld")
    await chat.jumps(MONDAY + WEEK)
    [*_, digest] = digests(chat)
    assert between(digest, ATTENTION, "Wat goed ging") == [
        "Lotte heeft sinds ma 30 nov minder vertrouwen in ‘Rustige releases’: het ging van 7 naar 5.",
        "Noor loopt sinds ma 30 nov ergens tegenaan.",
        "Sem stuurde je op ma 30 nov een check-in die nog niemand heeft geopend.",
        "Je hebt Ravi een tijdje niet bedankt. Wat waardeer je?",
    ]
    assert between(digest, "Wat goed ging", "Wat je hier niet ziet")[0] == "Sem kreeg kudos van Noor."
    assert "De testomgeving ligt plat" not in digest.text
    assert "geduld" not in digest.text


async def test_every_line_leads_to_where_it_can_be_acted_on(chat: Chat) -> None:
    chat.only("anna", "noor")
    await chat.jumps(MONDAY)
    noor, anna = chat.person("noor"), chat.person("anna")
    await noor.presses("Beantwoorden")
    await noor.fills(priorities="Rapport afmaken")
    await chat.jumps(MONDAY + WEEK)
    await anna.presses("Lezen en reageren")
    assert "Rapport afmaken" in anna.form.text
    await anna.types("/ritme weekbericht")
    await anna.presses("Kudos geven")
    assert anna.form.summary == "Kudos geven"
    await anna.types("/ritme weekbericht")
    await anna.presses("Overzicht openen")
    assert anna.answered.summary == "Je overzicht"


async def test_silence_counts_after_three_periods_and_rests_after_a_talk(chat: Chat) -> None:
    chat.only("anna", "noor")
    for week in range(3):
        await chat.jumps(MONDAY + week * WEEK)
        await chat.moves(timedelta(hours=6))  # it is nine in New York, too
        assert made(chat) == []
    await chat.jumps(MONDAY + 3 * WEEK)
    [digest] = digests(chat)
    assert "Van Noor hoor je sinds ma 30 nov niets in check-ins. Misschien is een praatje fijn." in digest.lines
    anna = chat.person("anna")
    await anna.presses("We hebben gepraat")
    [digest] = digests(chat)
    assert digest.lines.count("Jullie hebben gepraat. Ik laat het er voorlopig bij.") == 1
    for week in (4, 5):
        await chat.jumps(MONDAY + week * WEEK)
    with chat.world.scope("anna") as scope:
        silent = scope.db.all(DigestLine, DigestLine.kind == "silent", DigestLine.manager_id == scope.me.id)
    assert len({line.about_id for line in silent}) == len(silent) == 5


async def test_skipping_is_no_silence(chat: Chat) -> None:
    chat.only("anna", "noor", "sem")
    for week in range(3):
        await chat.jumps(MONDAY + week * WEEK)
        await chat.person("noor").presses("Overslaan")
    await chat.jumps(MONDAY + 3 * WEEK)
    assert "Noor hoor je" not in digests(chat)[-1].text
    assert "Sem hoor je" in digests(chat)[-1].text


# --- when asked for ----------------------------------------------------------------------------------


async def test_asked_for_it_shows_this_weeks_again(chat: Chat) -> None:
    await chat.jumps(MONDAY - DAY)
    await thanked(chat)
    await chat.moves(MONDAY)
    anna = chat.person("anna")
    await anna.types("/ritme digest")
    assert [line for line in anna.answered.lines if line not in digests(chat)[-1].lines] == []
    assert made(chat) == ["2026-W49"]


async def test_asked_for_before_it_came_it_shows_how_things_are_now(chat: Chat) -> None:
    await chat.jumps(MONDAY + 2 * DAY)
    await thanked(chat)
    anna = chat.person("anna")
    await anna.types("/ritme weekbericht")
    assert "Lotte kreeg kudos van Sem." in anna.sees
    await anna.types("/ritme weekbericht")
    assert made(chat) == ["2026-12-02"]
    await chat.person("lotte").types("/ritme weekbericht mij")
    assert chat.person("lotte").form.lines[1:] == ("Lotte kreeg kudos van Sem.", "Anna kreeg dit op wo 2 dec.")


async def test_who_leads_nobody_hears_for_whom_it_is(chat: Chat) -> None:
    noor = chat.person("noor")
    await noor.types("/ritme weekbericht")
    assert noor.sees.startswith("Het weekbericht is voor wie een team leidt.")
    await noor.presses("Wat er over mij stond")
    assert noor.form.lines == ("Er stond nog niets over jou in een weekbericht. Komt dat er, dan lees je het hier.",)


# --- what it said about me ---------------------------------------------------------------------------


async def test_everybody_reads_exactly_what_was_said_about_them(chat: Chat) -> None:
    await chat.jumps(MONDAY - DAY)
    await thanked(chat)
    await thanked(chat, "ravi", "/kudos @Noor thanks for the quick fix")
    await chat.moves(MONDAY)
    sent = [line for dm in digests(chat) for line in between(dm, ATTENTION, "Wat je hier niet ziet")]
    assert sorted(line for line in sent if line != "Wat goed ging") == [
        "Je hebt Noor een tijdje niet bedankt. Wat waardeer je?",
        "Lotte kreeg kudos van Sem.",
        "Noor kreeg kudos van Ravi.",
    ]
    read: dict[str, list[str]] = {}
    for handle in ("noor", "sem", "lotte", "iris"):
        person = chat.person(handle)
        await person.types("/ritme weekbericht mij")
        read[handle] = sorted(line for line in person.form.lines[1:] if not line.startswith("Anna kreeg dit"))
    assert read == {
        "noor": ["Je hebt Noor een tijdje niet bedankt. Wat waardeer je?", "Noor kreeg kudos van Ravi."],
        "sem": ["Lotte kreeg kudos van Sem."],
        "lotte": ["Lotte kreeg kudos van Sem."],
        "iris": [],
    }
    ravi = chat.person("ravi")
    await ravi.types("/ritme digest me")
    assert ravi.form.lines[1:] == ("Noor got kudos from Ravi.", "Anna got this on Mon 30 Nov.")


async def test_what_is_taken_back_is_no_longer_said(chat: Chat) -> None:
    await chat.jumps(MONDAY - DAY)
    await thanked(chat)
    await chat.moves(MONDAY)
    assert "Lotte kreeg kudos van Sem." in digests(chat)[-1].lines
    await chat.person("sem").presses("Verwijderen")
    assert thanks(chat) == []
    await chat.person("anna").types("/ritme weekbericht")
    assert "Lotte kreeg kudos" not in chat.person("anna").sees
    await chat.person("lotte").types("/ritme weekbericht mij")
    assert "kudos" not in chat.person("lotte").form.text


async def test_who_takes_themselves_out_of_it_is_no_longer_named(chat: Chat) -> None:
    await chat.jumps(MONDAY - DAY)
    await thanked(chat, "sem", "/kudos @Lotte @Noor dank voor jullie rust")
    await chat.moves(MONDAY)
    assert thanks(chat) == ["Lotte kreeg kudos van Sem.", "Noor kreeg kudos van Sem."]
    await chat.person("noor").presses("Verwijderen")
    assert thanks(chat) == ["Lotte kreeg kudos van Sem."]


def thanks(chat: Chat) -> list[str]:
    """What the newest digest in Anna's chat says of kudos."""
    return sorted(line for line in digests(chat)[-1].lines if "kreeg kudos" in line)


async def test_a_former_manager_reads_no_more_of_it(chat: Chat) -> None:
    await chat.jumps(MONDAY - DAY)
    await thanked(chat)
    await chat.moves(MONDAY)
    change(chat, "lotte", manager_id=chat.world.people["joris"])
    await chat.person("anna").types("/ritme weekbericht")
    assert "Lotte" not in chat.person("anna").sees
    with chat.world.scope("anna") as scope:
        line = scope.db.one(DigestLine, core(DigestLine).c.about_id == chat.world.people["lotte"])
        other = scope.db.one(Person, Person.id == chat.world.people["hanna"])
    assert line is not None
    assert other is not None
    await chat.person("anna").taps("digest.talked", line=str(line.id))
    with chat.world.scope("anna") as scope:
        assert scope.db.get(DigestLine, line.id).done_at is None


async def test_what_it_says_of_energy_is_so(chat: Chat) -> None:
    """One person's number stays out of the digest, and stands in the check-in in which it was shared."""
    chat.only("anna", "noor")
    noor, anna = chat.person("noor"), chat.person("anna")
    await chat.jumps(MONDAY)
    await noor.presses("Beantwoorden")
    await noor.fills(priorities="Rapport afmaken", energy="2", energy_for="manager")
    await anna.opens_home()
    await anna.presses("Lezen")
    assert [line for line in anna.form.lines if "nergie" in line] == ["Energie: 2 van 5"]
    await anna.types("/ritme weekbericht")
    said = (
        "Energie zie je hier alleen als gemiddelde van minstens 5 mensen die hun energie met je delen. Wat één van hen "
        "met je deelt, staat in de check-in."
    )
    assert said in anna.sees
