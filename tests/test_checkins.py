"""Check-ins, as conversations: asked, answered, skipped, changed."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from models.base import core
from models.checkins import POLICY, Checkin, CheckinPeriod
from models.goals import Draft as Goal
from models.goals import Period, add, get
from models.identity import Absence, Deputy, Person
from tests.chat import Chat, Speaker

MONDAY = datetime(2026, 11, 30, 8, 0, tzinfo=UTC)
"""Monday 30 November 2026, 09:00 in Amsterdam: the first check-in of everybody there."""

WEEK = timedelta(days=7)
THANKS = "Dank je wel, je check-in is binnen. Je kunt je antwoord aanpassen totdat Anna het heeft gelezen."


async def asked(chat: Chat, handle: str = "noor", *others: str) -> Speaker:
    """Somebody who was just asked for the first time, as were these others and nobody else."""
    chat.only(handle, *others)
    await chat.jumps(MONDAY)
    return chat.person(handle)


async def answered(chat: Chat, handle: str = "noor", *others: str, **values: object) -> Speaker:
    """Somebody who answered their first check-in; these others were asked, too."""
    person = await asked(chat, handle, *others)
    await person.presses("Beantwoorden")
    await person.fills(**(values or {"priorities": "Rapport afmaken\n- Klanten uitnodigen"}))
    return person


def sent(chat: Chat, handle: str) -> list[Checkin]:
    with chat.world.scope(handle) as scope:
        return scope.db.all(Checkin, core(Checkin).c.person_id == scope.me.id)


# --- asking ------------------------------------------------------------------------------------------


async def test_on_monday_everybody_is_asked_at_nine_where_they_are(chat: Chat) -> None:
    await chat.moves(MONDAY)
    asked_now = [handle for handle in chat.world.people if chat.person(handle).dms]
    assert asked_now == ["joris", "anna", "noor", "sem", "lotte", "iris", "hanna", "bo"]
    [dm] = chat.person("noor").dms
    assert dm.summary == "Hoi Noor, tijd voor je check-in. Het kost je twee minuten."
    assert dm.lines == (
        "Hoi Noor, tijd voor je check-in. Het kost je twee minuten.",
        "Je kunt antwoorden tot vr 4 dec om 17:00. Alleen jij en Anna (je leidinggevende) kunnen dit lezen.",
    )
    assert dm.buttons == ("Beantwoorden", "Overslaan")
    await chat.moves(timedelta(hours=1))
    assert [dm.summary for dm in chat.person("ravi").dms] == [
        "Hi Ravi, time for your check-in. It takes you two minutes."
    ]
    assert chat.person("maria").dms == []
    await chat.moves(timedelta(hours=5))
    assert len(chat.person("maria").dms) == 1


async def test_one_reminder_after_three_working_days_and_then_silence(chat: Chat) -> None:
    noor = await asked(chat)
    await chat.moves(timedelta(days=3) - timedelta(minutes=1))
    assert len(noor.dms) == 1
    await chat.moves(timedelta(days=3))
    assert [dm.lines[0] for dm in noor.dms[1:]] == [
        "Je check-in staat nog open. Geen tijd deze week? Sla gerust een keer over."
    ]
    await chat.moves(datetime(2026, 12, 7, 7, 59, tzinfo=UTC))
    assert len(noor.dms) == 2


async def test_who_answered_or_skipped_is_not_reminded(chat: Chat) -> None:
    noor = await answered(chat, "noor", "sem")
    sem = chat.person("sem")
    await sem.presses("Overslaan")
    assert sem.dms[0].lines == (
        "Prima, je check-in van ma 30 nov slaan we over. Op ma 7 dec om 09:00 hoor je weer van me.",
        "Anna ziet alleen dat je hebt overgeslagen.",
    )
    await chat.moves(timedelta(days=6))
    assert (len(noor.dms), len(sem.dms)) == (1, 1)


async def test_nothing_is_asked_before_consent_and_the_announcement(chat: Chat) -> None:
    noor = chat.person("noor")
    open_ = {"covers": "checkins", "checkins_from": date(2026, 10, 1)}
    for gate in ({"covers": "kudos"}, {"announced_at": None}, {"checkins_from": date(2027, 6, 1)}):
        with chat.world.scope("noor") as scope:
            scope.db.change(scope.org, **gate)
        await noor.types("/checkin")
        assert not noor.reading
        await chat.moves(WEEK)
        assert noor.dms == []
        with chat.world.scope("noor") as scope:
            scope.db.change(scope.org, **open_, announced_at=scope.now)
            scope.db.remove(CheckinPeriod)
    assert noor.sees == "De check-ins beginnen op di 1 jun. Dan hoor je van me."


async def test_who_is_away_is_asked_when_they_are_back(chat: Chat) -> None:
    chat.only("noor", "sem")
    with chat.world.scope("noor") as scope:
        scope.db.change(scope.me, workdays="1245")
        scope.db.add(Absence(person_id=scope.me.id, starts=date(2026, 11, 26), until=date(2026, 12, 1)))
        scope.db.add(Absence(person_id=chat.world.people["sem"], starts=date(2026, 11, 26), until=date(2026, 12, 7)))
    await chat.jumps(MONDAY)
    await chat.moves(datetime(2026, 12, 3, 7, 59, tzinfo=UTC))
    assert (chat.person("noor").dms, chat.person("sem").dms) == ([], [])
    await chat.moves(timedelta(minutes=1))
    assert len(chat.person("noor").dms) == 1
    await chat.moves(datetime(2026, 12, 8, 8, 0, tzinfo=UTC))
    assert len(chat.person("sem").dms) == 1
    with chat.world.scope("sem") as scope:
        states = [row.state for row in scope.db.all(CheckinPeriod, core(CheckinPeriod).c.person_id == scope.me.id)]
    assert states == ["off", "asked", "planned"][: len(states)]


async def test_who_wants_no_messages_is_not_told_and_looks_like_anybody_who_did_not_answer(chat: Chat) -> None:
    chat.only("sem", "lotte", "anna")
    sem, lotte, anna = chat.person("sem"), chat.person("lotte"), chat.person("anna")
    await sem.taps("settings.pause")
    await chat.jumps(MONDAY)
    await chat.moves(MONDAY + timedelta(days=4))
    assert (len(sem.dms), len(lotte.dms)) == (0, 2)
    await anna.types("/checkin team")
    shown = dict(zip(anna.answered.lines[1::2], anna.answered.lines[2::2], strict=True))
    assert (shown["Sem"], shown["Lotte"]) == ("Nog niet beantwoord", "Nog niet beantwoord")
    for week in (1, 2, 3):
        await chat.jumps(MONDAY + week * WEEK)
    await anna.types("/ritme weekbericht")
    quiet = [line for line in anna.answered.lines if "niets in check-ins" in line]
    assert [line.split()[1] for line in quiet if line.split()[1] in {"Sem", "Lotte"}] == ["Sem", "Lotte"]
    await sem.types("/checkin overslaan")
    assert "hoor je weer van me" not in sem.sees


async def test_who_wants_messages_again_gets_the_reminder(chat: Chat) -> None:
    chat.only("sem")
    sem = chat.person("sem")
    await sem.taps("settings.pause")
    await chat.moves(MONDAY + timedelta(days=1))
    await sem.taps("settings.resume")
    await chat.moves(timedelta(days=2))
    assert [dm.summary for dm in sem.dms] == ["Je check-in staat nog open."]


# --- answering ---------------------------------------------------------------------------------------


async def test_the_form_asks_little_and_says_who_reads(chat: Chat) -> None:
    noor = await asked(chat)
    await noor.presses("Beantwoorden")
    assert noor.form.fields == ("blocker", "priorities", "energy", "energy_for")
    assert noor.form.values["energy_for"] == "me"
    assert noor.form.sees == "Alleen jij en Anna (je leidinggevende) kunnen dit lezen."


async def test_after_sending_the_question_becomes_a_thank_you(chat: Chat) -> None:
    noor = await answered(chat)
    [dm] = noor.dms
    assert dm.lines == (THANKS,)
    assert dm.buttons == ("Bekijken", "Aanpassen")
    await noor.presses("Bekijken")
    assert noor.form.lines[1:] == ("Prioriteiten", "Rapport afmaken", "Klanten uitnodigen")


async def test_last_priorities_are_done_carried_or_dropped(chat: Chat) -> None:
    noor = await answered(chat, priorities="Rapport\nKlanten\nTests")
    await chat.jumps(WEEK)
    assert noor.dms[-1].lines[1] == "Vorige keer nam je je voor: Rapport, Klanten en Tests."
    await noor.presses("Beantwoorden")
    plans = [name for name in noor.form.fields if name.startswith("plan-")]
    assert [noor.form.values[name] for name in plans] == ["carried"] * 3
    await noor.fills(**dict(zip(plans, ("done", "carried", "dropped"), strict=True)), priorities="Demo")
    await noor.types("/checkin laatste")
    assert noor.form.lines[1:] == (
        "Wat er van de vorige plannen kwam",
        "Rapport",
        "Gedaan",
        "Klanten",
        "Meegenomen",
        "Tests",
        "Losgelaten",
        "Prioriteiten",
        "Klanten",
        "Demo",
    )
    await chat.jumps(WEEK)
    assert noor.dms[-1].lines[1] == "Vorige keer nam je je voor: Klanten en Demo."


async def test_too_many_priorities_keep_what_was_typed(chat: Chat) -> None:
    noor = await answered(chat, priorities="Rapport\nKlanten")
    await chat.jumps(WEEK)
    await noor.presses("Beantwoorden")
    await noor.fills(priorities="Demo\nTests", blocker="Geen toegang")
    too_many = "Kies hooguit 3 prioriteiten, samen met wat je meeneemt. Minder is vaak meer."
    assert noor.form.errors == {"priorities": too_many}
    assert noor.form.values["blocker"] == "Geen toegang"
    await noor.fills(priorities="Demo")
    assert len(sent(chat, "noor")) == 2


async def test_an_empty_form_is_not_an_answer(chat: Chat) -> None:
    noor = await asked(chat)
    await noor.presses("Beantwoorden")
    await noor.fills()
    assert noor.form.lines[0] == "Vul minstens één ding in. Geen tijd? Sla dan gerust een keer over."
    assert sent(chat, "noor") == []


async def test_skipping_says_when_the_next_one_comes_and_can_be_undone(chat: Chat) -> None:
    noor = await asked(chat)
    await noor.types("/checkin overslaan")
    assert noor.answered.lines == (
        "Prima, je check-in van ma 30 nov slaan we over. Op ma 7 dec om 09:00 hoor je weer van me.",
        "Anna ziet alleen dat je hebt overgeslagen.",
    )
    anna = chat.person("anna")
    await anna.types("/checkin team")
    assert "Deze keer overgeslagen" in anna.answered.text
    await noor.presses("Toch beantwoorden")
    await noor.fills(blocker="Weinig rust")
    assert len(sent(chat, "noor")) == 1


async def test_early_in_time_and_the_next_one_already(chat: Chat) -> None:
    chat.only("noor")
    noor = chat.person("noor")
    await noor.types("/checkin")
    await noor.fills(priorities="Inwerken")
    await chat.jumps(MONDAY)
    assert noor.dms == []
    await noor.types("/checkin")
    assert noor.sees == "Je hebt je check-in al beantwoord. Wil je terugkijken, of alvast de volgende beantwoorden?"
    await noor.presses("Volgende beantwoorden")
    await noor.fills(priorities="Vakantie voorbereiden")
    await chat.moves(WEEK)
    assert noor.dms == []
    await noor.types("/checkin")
    assert noor.answered.buttons[:2] == ("Bekijken", "Aanpassen")
    await chat.jumps(WEEK)
    assert len(noor.dms) == 1


async def test_a_late_answer_is_welcome_until_a_newer_one(chat: Chat) -> None:
    noor = await asked(chat)
    await chat.moves(timedelta(days=6))
    await noor.presses("Beantwoorden")
    await noor.fills(blocker="Laat, maar toch")
    [first] = sent(chat, "noor")
    with chat.world.scope("noor") as scope:
        period = scope.db.get(CheckinPeriod, first.period_id)
        assert (period.starts, period.state) == (date(2026, 11, 30), "answered")


async def test_the_words_of_the_questions_rotate(chat: Chat) -> None:
    noor = await asked(chat)
    asked_words = []
    for week in range(5):
        await chat.jumps(MONDAY + week * WEEK)
        await noor.presses("Beantwoorden")
        asked_words.append(noor.form.lines)
        await noor.types("/checkin")
        assert noor.form.lines == asked_words[-1]
    assert len(set(asked_words)) == 5


async def test_goals_that_nobody_heard_of_are_asked_in_the_same_form(chat: Chat) -> None:
    with chat.world.scope("noor") as scope:
        goal = add(scope, Goal(level="person", title="Sneller antwoorden", period=Period(2026, 4)))
    chat.only("noor")
    await chat.jumps(MONDAY + 2 * WEEK)
    noor = chat.person("noor")
    await noor.presses("Beantwoorden")
    fields = {"progress": f"progress-{goal.id}", "confidence": f"confidence-{goal.id}"}
    assert [name for name in noor.form.fields if name in fields.values()] == list(fields.values())
    await noor.fills(blocker="Drukte", **{fields["progress"]: "130", fields["confidence"]: "8"})
    assert noor.form.errors == {fields["progress"]: "Vul een getal in van 0 tot en met 100."}
    await noor.fills(**{fields["progress"]: "40"})
    with chat.world.scope("noor") as scope:
        found = get(scope, goal.id)
        assert (found.progress, found.confidence, found.updated_at) == (0.4, 8, scope.now)
    await chat.jumps(WEEK)
    await noor.presses("Beantwoorden")
    assert "confidence" not in " ".join(noor.form.fields)


async def test_coming_back_from_long_leave_starts_with_a_clean_sheet(chat: Chat) -> None:
    noor = await answered(chat, priorities="Rapport")
    with chat.world.scope("noor") as scope:
        scope.db.add(Absence(person_id=scope.me.id, starts=date(2026, 12, 5), until=date(2026, 12, 27)))
    for week in (1, 2, 3, 4):
        await chat.jumps(MONDAY + week * WEEK)
    assert len(noor.dms) == 2
    assert "Rapport" not in noor.dms[-1].text
    await noor.presses("Beantwoorden")
    assert "plan" not in " ".join(noor.form.fields)


# --- who reads ---------------------------------------------------------------------------------------


async def test_a_second_reader_can_be_left_out(chat: Chat) -> None:
    with chat.world.scope("noor") as scope:
        scope.db.change(scope.me, second_id=chat.world.people["sem"])
        scope.db.change(scope.db.get(Person, chat.world.people["lotte"]), second_id=chat.world.people["sem"])
    noor = await asked(chat, "noor", "lotte")
    await noor.presses("Beantwoorden")
    assert noor.form.values["also"] == (str(chat.world.people["sem"]),)
    assert noor.form.sees == (
        "Alleen jij en Anna (je leidinggevende) kunnen dit lezen. Wie hierboven is aangevinkt, kan het ook lezen."
    )
    await noor.fills(priorities="Rapport", also=())
    lotte = chat.person("lotte")
    await lotte.presses("Beantwoorden")
    await lotte.fills(priorities="Demo")
    sem = chat.person("sem")
    await sem.types("/checkin team")
    assert sem.answered.lines == ("De check-ins die je kunt lezen", "Lotte", "Nieuw, verstuurd op ma 30 nov")
    await sem.taps("checkins.open", checkin=str(sent(chat, "noor")[0].id))
    assert sem.sees == "Deze check-in is er niet meer, of is niet voor jou om te lezen."


async def test_without_a_manager_one_chooses_a_partner_or_keeps_it(chat: Chat) -> None:
    iris = await asked(chat, "iris")
    await iris.presses("Beantwoorden")
    assert iris.form.fields == ("blocker", "priorities", "energy", "partner")
    assert iris.form.sees == "Alleen jij kunt dit lezen, en wie je hierboven kiest."
    await iris.fills(priorities="Onderzoek")
    assert iris.dms[0].lines[0].startswith("Dank je wel, je check-in is binnen. Alleen jij kunt je antwoord lezen")
    await chat.jumps(WEEK)
    await iris.presses("Beantwoorden")
    await iris.fills(priorities="Interviews", partner="Lotte")
    lotte = chat.person("lotte")
    await lotte.types("/checkin team")
    await lotte.presses("Lezen")
    assert "Interviews" in lotte.form.lines
    with chat.world.scope("lotte") as scope:
        readable = scope.db.all(Checkin, POLICY.allows(scope), core(Checkin).c.person_id == chat.world.people["iris"])
    assert [one.id for one in readable] == [sent(chat, "iris")[-1].id]


async def test_a_deputy_reads_what_is_sent_during_the_absence(chat: Chat) -> None:
    with chat.world.scope("anna") as scope:
        scope.db.add(Deputy(manager_id=scope.me.id, deputy_id=chat.world.people["lotte"]))
    noor = await answered(chat, priorities="Voor het verlof")
    with chat.world.scope("anna") as scope:
        scope.db.add(Absence(person_id=scope.me.id, starts=date(2026, 12, 5), until=date(2026, 12, 11)))
    await chat.jumps(WEEK)
    await noor.presses("Beantwoorden")
    assert noor.form.sees == (
        "Alleen jij kunt dit lezen, samen met Anna (je leidinggevende) en Lotte (vervangt je leidinggevende)."
    )
    await noor.fills(priorities="Tijdens het verlof", energy="1", energy_for="manager")
    lotte = chat.person("lotte")
    await lotte.types("/checkin team")
    await lotte.presses("Lezen")
    assert "Tijdens het verlof" in lotte.form.lines
    assert "Energie" not in lotte.form.text
    await lotte.taps("checkins.open", checkin=str(sent(chat, "noor")[0].id))
    assert lotte.sees == "Deze check-in is er niet meer, of is niet voor jou om te lezen."


async def test_an_absence_that_is_over_is_not_opened_again_for_a_deputy(chat: Chat) -> None:
    """Anna is away for three days, comes back, and says later that she was and is away from that first day on."""
    anna, bo = chat.person("anna"), chat.person("bo")
    with chat.world.scope("anna") as scope:
        scope.db.add(Deputy(manager_id=scope.me.id, deputy_id=bo.id))
    await anna.types("/ritme verlof 30 nov t/m 2 dec")
    await answered(chat, priorities="Tijdens het verlof")
    checkin = str(sent(chat, "noor")[0].id)

    async def reads() -> bool:
        await bo.types("/checkin team")
        return "Noor" in bo.answered.lines

    assert await reads()
    await chat.moves(MONDAY + timedelta(days=1))
    await anna.types("/ritme verlof 30 nov t/m 4 dec")
    assert anna.answered.lines[0] == "Je bent weg: ma 30 nov tot en met vr 4 dec."
    await chat.moves(MONDAY + timedelta(days=4))
    assert await reads(), "longer before it was over, so it is the same absence"
    await chat.moves(MONDAY + timedelta(days=5))
    assert not await reads(), "Anna is back"
    await anna.types("/ritme verlof 5 dec")
    assert not await reads(), "the day after is another absence"
    await chat.jumps(MONDAY + timedelta(days=18))
    await anna.types("/ritme verlof 30 nov t/m 24 dec")
    assert anna.answered.lines[0] == "Je bent weg: vr 18 dec tot en met do 24 dec."
    assert not await reads()
    await bo.taps("checkins.open", checkin=checkin)
    assert bo.sees == "Deze check-in is er niet meer, of is niet voor jou om te lezen."
    with chat.world.scope("anna") as scope:
        spans = [(one.starts.isoformat(), one.until.isoformat()) for one in scope.db.all(Absence, order="id")]
    assert spans[-2:] == [("2026-11-30", "2026-12-17"), ("2026-12-18", "2026-12-24")], "the days before count too"
