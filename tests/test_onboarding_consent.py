"""A works council's consent: to what it agreed begins and nothing else, not by the way and not on an old day."""

from __future__ import annotations

from datetime import date, timedelta

from bot.calls import Account, Call, Invalid
from models import goals, onboarding
from models.delivery import Delivery
from models.digest import Digest, DigestLine
from models.goals import Draft, Period
from models.goals.tables import Goal
from tests.chat import Chat, Speaker
from tests.test_onboarding import nothing_yet, org

NOT_BEGUN = "Dit staat hier nu niet aan. Je hoort het van HR voordat dat verandert."
ALL = onboarding.CAPABILITIES


def but(*left_out: str) -> tuple[str, ...]:
    return tuple(one for one in ALL if one not in left_out)


async def opens(chat: Chat) -> Speaker:
    """HR opens the form of the consent."""
    hanna = chat.person("hanna")
    await hanna.types("/ritme inrichten")
    await hanna.presses("Instemming vastleggen")
    return hanna


def not_agreed_to(what: str) -> str:
    return (
        f"De instemming van 1 oktober 2026 gaat nog niet over {what}. Leg het voor aan de ondernemingsraad, en vul de "
        "dag in waarop die ermee instemde."
    )


async def tomorrow(chat: Chat) -> None:
    """A day passes in which nobody hears anything."""
    chat.only()
    await chat.jumps(timedelta(days=1))


async def _is_new(chat: Chat, *capabilities: str) -> Speaker:
    """Ritme can do these since the works council agreed on 1 October."""
    with chat.world.scope("hanna") as scope:
        scope.db.change(scope.org, covers=" ".join(but(*capabilities)))
        assert onboarding.last_agreed(scope) == date(2026, 10, 1)
    return await opens(chat)


# --- what begins -------------------------------------------------------------------------------------


async def test_a_council_may_agree_to_some_parts_and_not_to_others(chat: Chat) -> None:
    nothing_yet(chat)
    noor, hanna = chat.person("noor"), await opens(chat)
    assert hanna.form.values["covers"] == ALL
    await hanna.fills(agreed_on="2026-11-20", covers=("checkins", "digest", "goals"))
    assert (
        "Ingestemd op 20 november 2026. Groepen kleiner dan 5 worden nooit getoond. Uitgezet: feedback en kudos."
    ) in hanna.answered.lines
    await hanna.presses("Eerst bekijken")
    await hanna.presses("Aankondiging versturen")
    await chat.moves(timedelta(minutes=1))
    (told,) = noor.dms
    assert "Je kunt hier terecht voor doelen, wanneer je maar wilt." in told.text
    await hanna.presses("Eerste dag kiezen")
    await hanna.fills(first="2026-11-24")
    for typed in ("/kudos @Lotte dank voor je rust", "/feedback @Lotte"):
        await noor.types(typed)
        assert noor.sees == NOT_BEGUN
    await noor.types("/checkin")
    assert noor.reading
    await noor.types("/ritme hulp")
    assert "Er komt nog meer. Je hoort het van HR voordat het begint." not in noor.answered.lines
    await noor.opens_home()
    assert noor.home.lines[:2] == ("Vandaag", "Er wacht niets op je.")


async def test_what_was_left_out_is_not_asked_for_again_and_again(chat: Chat) -> None:
    hanna = await opens(chat)
    await hanna.fills(covers=but("kudos"))
    await hanna.opens_home()
    assert "Inrichting" not in hanna.home.lines
    await opens(chat)
    assert hanna.form.values["covers"] == but("kudos")
    assert [line for line in hanna.form.lines if "Nieuw" in line] == []


async def test_what_was_left_out_takes_a_younger_consent_to_begin(chat: Chat) -> None:
    noor, hanna = chat.person("noor"), await opens(chat)
    await hanna.fills(covers=but("kudos"))
    await tomorrow(chat)
    await opens(chat)
    assert hanna.form.values["agreed_on"] == "2026-10-01"
    await hanna.fills(covers=ALL)
    assert hanna.form.errors == {"agreed_on": not_agreed_to("kudos")}
    await noor.types("/kudos @Lotte dank voor je rust")
    assert noor.sees == NOT_BEGUN
    await hanna.fills(agreed_on="2026-10-02")
    await noor.types("/kudos @Lotte dank voor je rust")
    assert noor.sees != NOT_BEGUN
    assert len(chat.channel("kudos")) == 1


async def test_a_tick_that_slipped_is_put_right_on_the_same_day(chat: Chat) -> None:
    noor, hanna = chat.person("noor"), await opens(chat)
    await hanna.fills(agreed_on="2026-11-20")
    await tomorrow(chat)
    await opens(chat)
    await hanna.fills(covers=but("goals", "kudos"))
    await noor.types("/kudos @Lotte dank voor je rust")
    assert noor.sees == NOT_BEGUN
    await opens(chat)
    assert hanna.form.values["agreed_on"] == "2026-11-20"
    await hanna.fills(covers=but("goals"))
    assert org(chat, "covers") == " ".join(but("goals"))
    await noor.types("/kudos @Lotte dank voor je rust")
    assert len(chat.channel("kudos")) == 1
    await tomorrow(chat)
    await opens(chat)
    await hanna.fills(covers=ALL)
    assert hanna.form.errors == {"agreed_on": not_agreed_to("doelen").replace("1 oktober", "20 november")}, (
        "from the next day on it takes the council"
    )


async def test_something_new_takes_a_day_on_which_the_council_agreed_to_it(chat: Chat) -> None:
    noor, hanna = chat.person("noor"), await _is_new(chat, "goals")
    assert "Nieuw sinds de vorige keer: doelen. Dat begint als je het hier aanvinkt." in hanna.form.lines
    assert hanna.form.values["covers"] == but("goals")
    await hanna.fills(covers=ALL)
    assert hanna.form.errors == {"agreed_on": "Kies de dag waarop de ondernemingsraad instemde."}
    await hanna.fills(agreed_on="2026-10-01")
    assert hanna.form.errors == {"agreed_on": not_agreed_to("doelen")}
    await noor.types("/doel nieuw Sneller")
    assert noor.sees == NOT_BEGUN
    await hanna.fills(agreed_on="2026-10-02")
    await noor.types("/doel nieuw Sneller")
    assert noor.reading


async def test_something_new_that_is_left_out_is_no_step_any_more(chat: Chat) -> None:
    hanna = await _is_new(chat, "goals")
    await hanna.fills(agreed_on="2026-10-01")
    assert org(chat, "covers") == " ".join(but("goals"))
    await hanna.opens_home()
    assert "Inrichting" not in hanna.home.lines


async def test_without_a_council_only_what_is_ticked_begins(chat: Chat) -> None:
    hanna = await _is_new(chat, "goals", "kudos")
    await hanna.fills(kind="none", covers=but("goals"))
    assert org(chat, "covers") == "checkins digest feedback kudos"
    assert (
        "Er is geen ondernemingsraad. Groepen kleiner dan 5 worden nooit getoond. Uitgezet: doelen."
    ) in hanna.answered.lines


async def test_a_consent_to_nothing_is_refused_and_what_was_filled_in_stays(chat: Chat) -> None:
    world = chat.world
    hanna = Account(world.platform, world.team, world.user("hanna"))
    typed = {"kind": "council", "agreed_on": "2026-11-20", "covers": (), "floor": "7"}
    [reply] = await chat.dispatch.serve(Call("submit", "onboarding.record_consent", hanna, "k", values=typed))
    assert isinstance(reply, Invalid)
    assert reply.errors == {"covers": "Vink ten minste één ding aan waarmee Ritme mag beginnen."}
    kept = {field.name: field.value for field in reply.form.fields}
    assert kept == {"kind": "council", "agreed_on": date(2026, 11, 20), "covers": (), "floor": "7"}
    assert org(chat, "covers") == " ".join(ALL)


# --- what stops --------------------------------------------------------------------------------------


async def test_what_is_unticked_stops_the_same_minute(chat: Chat) -> None:
    """What waits for the morning is not said any more."""
    with chat.world.scope("hanna") as scope:
        scope.db.change(scope.org, checkins_from=None, covers="feedback goals kudos")
    sem, lotte = chat.person("sem"), chat.person("lotte")
    chat.world.clock.move(chat.world.clock.now().replace(hour=21))
    await lotte.types("/feedback vraag @Sem over de klantdag")
    await lotte.fills(question="Hoe kwam mijn presentatie over?")
    hanna = await opens(chat)
    await hanna.fills(agreed_on="2026-10-01", covers=("goals", "kudos"))
    await sem.types("/feedback @Lotte")
    assert sem.sees == NOT_BEGUN
    await sem.opens_home()
    assert sem.home.lines[:2] == ("Vandaag", "Er wacht niets op je. Wie maakte je werk de laatste tijd makkelijker?")
    assert "Feedback geven" not in sem.home.buttons
    await chat.moves(timedelta(days=1))
    assert sem.dms == []
    with chat.world.scope("hanna") as scope:
        rows = scope.db.all(Delivery, kind="feedback.asked", order="id")
        assert [(row.state, row.reason) for row in rows] == [("withdrawn", "not_started")]


async def test_a_digest_says_nothing_of_what_stopped(chat: Chat) -> None:
    anna, thanks = chat.person("anna"), "Lotte kreeg kudos van Sem."
    asks = "Je hebt Noor een tijdje niet bedankt. Wat waardeer je?"
    await chat.person("sem").types("/kudos @Lotte dank voor je rust")
    await anna.types("/ritme weekbericht")
    assert {thanks, asks} <= set(anna.answered.lines)
    hanna = await opens(chat)
    await hanna.fills(covers=but("kudos"))
    await anna.types("/ritme weekbericht")
    assert {thanks, asks} & set(anna.answered.lines) == set()
    chat.only()
    await chat.moves(timedelta(days=1))
    await anna.types("/ritme weekbericht")
    assert "Er is nu niets dat je aandacht vraagt. Fijne week." in anna.answered.lines
    with chat.world.scope("anna") as scope:
        last = scope.db.all(Digest, order="-id")[0]
        assert [row.kind for row in scope.db.all(DigestLine, digest_id=last.id)] == ["hidden"]


async def test_a_check_in_asks_nothing_of_goals_where_they_stopped(chat: Chat) -> None:
    noor = chat.person("noor")
    with chat.world.scope("noor") as scope:
        goal = goals.add(scope, Draft("Sneller uitrollen", Period(2026, 4)))
        scope.db.update(Goal, Goal.id == goal.id, updated_at=scope.now - timedelta(weeks=6))
    await noor.types("/checkin")
    assert f"confidence-{goal.id}" in noor.form.fields
    hanna = await opens(chat)
    await hanna.fills(covers=but("goals"))
    await noor.fills(**{f"confidence-{goal.id}": "7", "priorities": "Begroting"})
    assert noor.reading
    assert f"confidence-{goal.id}" not in noor.form.fields
    await noor.fills()
    assert not noor.reading


async def test_without_check_ins_there_is_no_first_day_and_nobody_is_promised_one(chat: Chat) -> None:
    nothing_yet(chat)
    noor, hanna = chat.person("noor"), await opens(chat)
    await hanna.fills(agreed_on="2026-11-20", covers=("feedback", "kudos"))
    await hanna.presses("Eerst bekijken")
    await hanna.presses("Aankondiging versturen")
    assert "Eerste dag kiezen" not in hanna.answered.buttons
    await chat.moves(timedelta(minutes=1))
    (told,) = noor.dms
    assert told.buttons == ()
    assert "Je kunt hier terecht voor kudos en feedback, wanneer je maar wilt." in told.text
    assert [word for word in ("check-in", "week", "doelen") if word in told.text] == []
    await hanna.opens_home()
    assert "Inrichting" not in hanna.home.lines
    await hanna.types("/ritme inrichten")
    assert hanna.answered.lines[0] == "Ritme loopt. Zo is het ingericht:"
    assert "Er zijn geen check-ins, dus een eerste dag is niet nodig." in hanna.answered.lines
