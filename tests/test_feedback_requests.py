"""Asking for feedback, as conversations with people and with the clock."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from models import feedback as model
from models import goals
from models.feedback import FeedbackRequest
from models.identity import Absence, Person
from tests.chat import Chat
from tests.test_feedback import TOLD

QUESTION = "Hoe kwam mijn presentatie over?"
DAY = timedelta(days=1)


async def asks(chat: Chat, asker: str, *names: str, **more: Any) -> None:
    speaker = chat.person(asker)
    await speaker.types("/feedback vraag")
    values = {"to": list(names), "topic": "de klantdag", "question": QUESTION} | more
    await speaker.fills(**values)


def requests(chat: Chat, handle: str) -> list[tuple[str, str, date]]:
    """The requests of somebody: whom, how it stands, by when."""
    with chat.world.scope(handle) as scope:
        people = {one.id: one.short for one in scope.db.all(Person)}
        found = scope.db.all(FeedbackRequest, FeedbackRequest.asker_id == scope.me.id)
        return [(people[one.asked_id], one.state, one.deadline) for one in found]


def works(chat: Chat, handle: str, **values: Any) -> None:
    with chat.world.scope("bo") as scope:
        scope.db.change(scope.db.get(Person, chat.world.people[handle]), **values)


def alone(chat: Chat) -> None:
    """No check-ins and no digest, so that every message is about feedback."""
    with chat.world.scope("bo") as scope:
        scope.db.change(scope.org, checkins_from=None, covers="feedback goals kudos")


def away(chat: Chat, handle: str, starts: date, until: date) -> None:
    with chat.world.scope("bo") as scope:
        scope.db.add(Absence(person_id=chat.world.people[handle], starts=starts, until=until))


# --- asking -------------------------------------------------------------------------------------------


async def test_a_line_fills_in_the_form(chat: Chat) -> None:
    lotte = chat.person("lotte")
    await lotte.types("/feedback vraag @Sem @Ravi Patel over de klantdag")
    assert lotte.form.fields == ("to", "topic", "question", "deadline")
    assert lotte.form.values["topic"] == "de klantdag"
    assert lotte.form.values["deadline"] == "2026-12-01"
    assert lotte.form.sees == (
        "Alleen wie je vraagt, ziet je vraag. Het antwoord is voor jou, en ook voor Anna als de schrijver dat kiest."
    )
    await lotte.fills(question=QUESTION)
    assert lotte.answered.lines == (
        "Je vraag ligt bij Sem en Ravi. Je hoort van me zodra er een antwoord is.",
        *("Sem, over de klantdag", "uiterlijk di 1 dec"),
        *("Ravi, over de klantdag", "uiterlijk di 1 dec"),
    )
    (dm,) = chat.person("sem").dms
    assert dm.summary == "Lotte vraagt je om feedback."
    assert dm.lines == (
        "💬 Lotte vraagt je om feedback over de klantdag:",
        QUESTION,
        "Graag uiterlijk di 1 dec. Nee zeggen mag, en een reden hoeft niet.",
    )
    assert dm.buttons == ("Feedback geven", "Liever niet")
    assert chat.person("ravi").dms[0].lines[0] == "💬 Lotte asks you for feedback about de klantdag:"


async def test_an_answer_shows_the_question_and_tells_the_asker(chat: Chat) -> None:
    sem, lotte = chat.person("sem"), chat.person("lotte")
    await asks(chat, "lotte", "Sem")
    await sem.presses("Feedback geven")
    assert sem.form.lines[:2] == ("Vraag van Lotte over de klantdag:", QUESTION)
    assert sem.form.values["situation"] == "de klantdag"
    await sem.fills(behaviour=TOLD["behaviour"], impact=TOLD["impact"])
    (dm,) = sem.dms
    assert dm.lines == (
        "Je feedback is bij Lotte.",
        "Alleen jij en Lotte kunnen dit lezen.",
        "Je kunt je feedback aanpassen of terugnemen totdat die gelezen is.",
    )
    assert [one.lines[0] for one in lotte.dms] == ["💬 Sem heeft je vraag over de klantdag beantwoord."]
    assert requests(chat, "lotte") == [("Sem", "answered", date(2026, 12, 1))]
    await lotte.presses("Lezen")
    assert lotte.form.lines[:2] == ("Sem aan Lotte, di 24 nov", "Over de klantdag")
    assert sem.dms[0].lines[2] == "Lotte heeft het gelezen"
    assert sem.dms[0].buttons == ("Lezen",)


async def test_an_answered_request_is_answered_once(chat: Chat) -> None:
    sem = chat.person("sem")
    await asks(chat, "lotte", "Sem")
    await sem.presses("Feedback geven")
    await sem.fills(behaviour=TOLD["behaviour"], impact=TOLD["impact"])
    await sem.taps("feedback.answer", request="1")
    assert "Deze vraag is al gesloten" in sem.sees


async def test_declining_takes_one_click_and_no_reason(chat: Chat) -> None:
    alone(chat)
    sem, lotte = chat.person("sem"), chat.person("lotte")
    await asks(chat, "lotte", "Sem")
    await sem.presses("Liever niet")
    (dm,) = sem.dms
    assert dm.lines == ("Prima. Ik laat Lotte weten dat het je nu niet uitkomt.",)
    assert [one.lines for one in lotte.dms] == [
        (
            "Het komt Sem deze keer niet uit om je feedback te geven over de klantdag.",
            "Dat kan allerlei redenen hebben. Misschien heeft iemand anders het ook gezien.",
        )
    ]
    await lotte.presses("Iemand anders vragen")
    assert lotte.form.values["topic"] == "de klantdag"
    assert lotte.form.values["question"] == QUESTION
    await chat.moves(4 * DAY)
    await chat.jumps(17 * DAY)
    assert (len(sem.dms), len(lotte.dms)) == (1, 1)


async def test_who_declined_may_still_answer(chat: Chat) -> None:
    sem = chat.person("sem")
    await asks(chat, "lotte", "Sem")
    await sem.presses("Liever niet")
    await sem.presses("Toch feedback geven")
    await sem.fills(behaviour=TOLD["behaviour"], impact=TOLD["impact"])
    assert requests(chat, "lotte") == [("Sem", "answered", date(2026, 12, 1))]


async def test_an_answer_taken_back_counts_as_declined(chat: Chat) -> None:
    sem, lotte = chat.person("sem"), chat.person("lotte")
    await asks(chat, "lotte", "Sem")
    await sem.presses("Feedback geven")
    await sem.fills(behaviour=TOLD["behaviour"], impact=TOLD["impact"])
    await sem.presses("Terugnemen")
    assert requests(chat, "lotte") == [("Sem", "declined", date(2026, 12, 1))]
    assert [dm.lines[0] for dm in lotte.dms] == [
        "Het komt Sem deze keer niet uit om je feedback te geven over de klantdag."
    ]
    assert sem.dms[0].lines == ("Prima. Ik laat Lotte weten dat het je nu niet uitkomt.",)


async def test_the_asker_can_take_it_back(chat: Chat) -> None:
    sem, lotte = chat.person("sem"), chat.person("lotte")
    await asks(chat, "lotte", "Sem")
    await sem.presses("Feedback geven")
    await lotte.presses("Terugnemen")
    assert lotte.sees == "Je vraag aan Sem over de klantdag is teruggenomen."
    assert sem.dms == []
    await sem.fills(behaviour=TOLD["behaviour"], impact=TOLD["impact"])
    assert [dm.lines[0] for dm in lotte.dms] == ["💬 Sem gaf je feedback."]
    assert requests(chat, "lotte") == [("Sem", "withdrawn", date(2026, 12, 1))]


async def test_nobody_has_more_than_three_open(chat: Chat) -> None:
    sem = chat.person("sem")
    for asker in ("lotte", "noor", "maria"):
        await asks(chat, asker, "Sem")
    ravi = chat.person("ravi")
    await asks(chat, "ravi", "Sem", "Noor")
    assert ravi.form.errors == {
        "to": "Sem has enough requests at the moment. Ask somebody else, or try again in a few days."
    }
    assert ravi.form.values["question"] == QUESTION
    assert requests(chat, "ravi") == []
    await sem.presses("Liever niet")
    await ravi.fills()
    assert [one[:2] for one in requests(chat, "ravi")] == [("Sem", "open"), ("Noor", "open")]


async def test_a_request_of_a_leaver_takes_no_place(chat: Chat) -> None:
    for asker in ("lotte", "noor", "maria"):
        await asks(chat, asker, "Sem")
    works(chat, "maria", closed_at=chat.world.clock.now())
    await asks(chat, "ravi", "Sem")
    assert [one[:2] for one in requests(chat, "ravi")] == [("Sem", "open")]
    with chat.world.scope("sem") as scope:
        assert len(model.waiting_for(scope)) == 3


async def test_what_is_missing_is_said_at_its_field(chat: Chat) -> None:
    lotte = chat.person("lotte")
    await asks(chat, "lotte", "Sem", topic=" ", question=" ", deadline="2026-12-09")
    assert lotte.form.errors == {
        "topic": "Zeg waarover het gaat: een doel, een project of een vaardigheid.",
        "question": "Schrijf op wat je wilt weten.",
        "deadline": "Kies uiterlijk di 8 dec. Na twee weken weten mensen het niet meer.",
    }
    await lotte.fills(topic="de klantdag", question=QUESTION, deadline="2026-11-24")
    assert lotte.form.errors == {"deadline": "Gun je collega wat tijd: kies een dag vanaf morgen."}
    await lotte.fills(deadline="2026-12-08")
    assert requests(chat, "lotte") == [("Sem", "open", date(2026, 12, 8))]


async def test_leavers_are_not_asked(chat: Chat) -> None:
    lotte = chat.person("lotte")
    await lotte.types("/feedback vraag @Sem over de klantdag")
    works(chat, "sem", closed_at=chat.world.clock.now())
    await lotte.fills(question=QUESTION)
    assert lotte.form.lines[0].endswith("Kies iemand anders.")
    assert lotte.form.values["question"] == QUESTION
    assert requests(chat, "lotte") == []
    works(chat, "ravi", leaves_on=date(2026, 11, 24))
    await asks(chat, "lotte", "Ravi")
    away_soon = "Ravi is er de komende twee weken niet. Vraag iemand anders, of probeer het later nog eens."
    assert lotte.form.errors == {"to": away_soon}


# --- working days -------------------------------------------------------------------------------------


async def test_the_default_is_a_week_of_ones_own_working_days(chat: Chat) -> None:
    works(chat, "lotte", workdays="23")
    await chat.person("lotte").types("/feedback vraag")
    assert chat.person("lotte").form.values["deadline"] == "2026-12-01"
    away(chat, "lotte", date(2026, 11, 25), date(2026, 12, 4))
    await chat.person("lotte").types("/feedback vraag")
    assert chat.person("lotte").form.values["deadline"] == "2026-12-08"


async def test_a_deadline_falls_on_a_day_that_the_asked_person_works(chat: Chat) -> None:
    works(chat, "sem", workdays="14")
    away(chat, "noor", date(2026, 11, 25), date(2026, 12, 3))
    await asks(chat, "lotte", "Sem", "Noor", deadline="2026-12-02")
    assert requests(chat, "lotte") == [("Sem", "open", date(2026, 11, 30)), ("Noor", "open", date(2026, 12, 4))]


async def test_who_is_away_for_two_weeks_is_not_asked(chat: Chat) -> None:
    away(chat, "sem", date(2026, 11, 20), date(2026, 12, 8))
    lotte = chat.person("lotte")
    await asks(chat, "lotte", "Sem")
    assert lotte.form.errors == {
        "to": "Sem is er de komende twee weken niet. Vraag iemand anders, of probeer het later nog eens."
    }
    assert lotte.form.values["topic"] == "de klantdag"


async def test_who_is_away_gets_it_later_and_the_asker_hears_so_at_once(chat: Chat) -> None:
    alone(chat)
    away(chat, "sem", date(2026, 11, 23), date(2026, 11, 27))
    sem, lotte = chat.person("sem"), chat.person("lotte")
    await asks(chat, "lotte", "Sem", "Noor")
    assert lotte.answered.lines[:2] == (
        "Je vraag ligt bij Noor. Je hoort van me zodra er een antwoord is.",
        "Sem is er nu niet en is ma 30 nov terug. Je vraag wacht zolang.",
    )
    assert (len(sem.dms), len(chat.person("noor").dms)) == (0, 1)
    await lotte.presses("Iemand anders vragen")
    assert (lotte.form.values["topic"], lotte.form.values["question"]) == ("de klantdag", QUESTION)
    await chat.moves(datetime(2026, 11, 30, 6, 59, tzinfo=UTC))
    assert sem.dms == []
    await chat.moves(datetime(2026, 11, 30, 7, 1, tzinfo=UTC))
    assert [dm.summary for dm in sem.dms] == ["Lotte vraagt je om feedback."]
    await chat.moves(datetime(2026, 12, 1, 12, 0, tzinfo=UTC))
    assert len(sem.dms) == 1
    await chat.moves(datetime(2026, 12, 2, 12, 0, tzinfo=UTC))
    assert [dm.summary for dm in sem.dms[1:]] == ["Lotte krijgt nog graag je feedback."]


async def test_who_wants_no_messages_gets_it_when_they_do_again(chat: Chat) -> None:
    alone(chat)
    sem = chat.person("sem")
    await sem.taps("settings.pause")
    await asks(chat, "lotte", "Sem")
    assert [dm.summary for dm in sem.dms if "feedback" in dm.summary] == []
    await sem.taps("settings.resume")
    await chat.moves(timedelta(minutes=1))
    assert [dm.summary for dm in sem.dms if "feedback" in dm.summary] == ["Lotte vraagt je om feedback."]
    await sem.taps("settings.pause")
    await sem.taps("settings.resume")
    await chat.moves(timedelta(minutes=1))
    assert [dm.summary for dm in sem.dms if "feedback" in dm.summary] == ["Lotte vraagt je om feedback."]


async def test_who_asks_does_not_learn_who_wants_no_messages(chat: Chat) -> None:
    """Sem wants none, Noor gets them; to Lotte they are the same until the end."""
    alone(chat)
    await chat.person("sem").taps("settings.pause")
    lotte = chat.person("lotte")
    said = {}
    for name in ("Sem", "Noor"):
        await asks(chat, "lotte", name)
        answer = lotte.answered
        said[name] = (answer.summary, *(line.replace(name, "X") for line in answer.lines), *answer.buttons)
    assert said["Sem"] == said["Noor"]
    assert lotte.answered.lines[0] == "Je vraag ligt bij Noor. Je hoort van me zodra er een antwoord is."
    assert (len(chat.person("sem").dms), len(chat.person("noor").dms)) == (0, 1)
    for _ in range(2):
        await chat.jumps(7 * DAY)
    await chat.moves(DAY)
    assert [dm.lines[:3] for dm in lotte.dms] == [
        (
            "Er kwam twee weken geen antwoord op 2 van je vragen, dus die zijn verlopen. Dat gebeurt.",
            "Sem, over de klantdag",
            "Noor, over de klantdag",
        )
    ]


# --- about a goal -------------------------------------------------------------------------------------


async def test_a_goal_can_be_what_it_is_about(chat: Chat) -> None:
    with chat.world.scope("lotte") as scope:
        goal = goals.add(scope, goals.Draft("Rustig presenteren", goals.Period(2026, 4)))
    lotte = chat.person("lotte")
    await lotte.taps("feedback.ask", goal=str(goal.id))
    assert lotte.form.fields == ("to", "topic", "goal", "question", "deadline")
    assert lotte.form.values["goal"] == str(goal.id)
    await lotte.fills(to=["Sem"], question=QUESTION)
    assert chat.person("sem").dms[0].lines[0] == "💬 Lotte vraagt je om feedback over Rustig presenteren:"
    with chat.world.scope("lotte") as scope:
        assert [one.goal_id for one in model.asked_by(scope, 5)] == [goal.id]


async def test_no_goal_is_offered_where_goals_stopped(chat: Chat) -> None:
    with chat.world.scope("lotte") as scope:
        goal = goals.add(scope, goals.Draft("Rustig presenteren", goals.Period(2026, 4)))
    lotte = chat.person("lotte")
    await lotte.taps("feedback.ask", goal=str(goal.id))
    with chat.world.scope("hanna") as scope:
        scope.db.change(scope.org, covers="checkins digest feedback kudos")
    await lotte.fills(to=["Sem"], question="Hoe kwam mijn presentatie over?")
    assert (tuple(lotte.form.errors), chat.person("sem").dms) == (("topic",), []), "its title stands for nothing"
    await lotte.fills(topic="de klantdag")
    with chat.world.scope("lotte") as scope:
        assert [(one.topic, one.goal_id) for one in model.asked_by(scope, 5)] == [("de klantdag", None)]
    await lotte.taps("feedback.ask", goal=str(goal.id))
    assert lotte.form.fields == ("to", "topic", "question", "deadline")


async def test_a_goal_that_somebody_was_asked_about_is_closed_instead_of_taken_back(chat: Chat) -> None:
    with chat.world.scope("lotte") as scope:
        goal = goals.add(scope, goals.Draft("Rustig presenteren", goals.Period(2026, 4)))
    lotte = chat.person("lotte")
    await lotte.taps("feedback.ask", goal=str(goal.id))
    await lotte.fills(to=["Sem"], question=QUESTION)
    await lotte.taps("goals.view", goal=str(goal.id))
    assert "Verwijderen" not in lotte.form.buttons
    await lotte.taps("goals.remove", goal=str(goal.id))
    assert lotte.sees.startswith("Over dit doel is al iets verteld of gevraagd")


async def test_somebody_elses_goal_is_not_told(chat: Chat) -> None:
    with chat.world.scope("noor") as scope:
        goal = goals.add(scope, goals.Draft("GEHEIM", goals.Period(2026, 4)))
    lotte = chat.person("lotte")
    await lotte.taps("feedback.ask", goal=str(goal.id))
    assert lotte.form.fields == ("to", "topic", "question", "deadline")
    assert "GEHEIM" not in lotte.form.text
    await lotte.fills(to=["Sem"], topic="de klantdag", question=QUESTION)
    with chat.world.scope("lotte") as scope:
        assert [one.goal_id for one in model.asked_by(scope, 5)] == [None]


# --- lists --------------------------------------------------------------------------------------------


async def test_the_list_says_how_everything_stands(chat: Chat) -> None:
    await asks(chat, "lotte", "Sem", "Noor")
    await asks(chat, "sem", "Lotte", topic="de demo")
    await chat.person("noor").presses("Liever niet")
    lotte = chat.person("lotte")
    await lotte.types("/feedback lijst")
    assert lotte.answered.lines == (
        *("Wacht op jou", "Sem vraagt je om feedback", "Over de demo, uiterlijk di 1 dec"),
        *("Je vroeg", "Noor, over de klantdag", "deze keer liever niet"),
        *("Sem, over de klantdag", "uiterlijk di 1 dec"),
    )
    await lotte.presses("Liever niet")
    assert lotte.sees == "Prima. Ik laat Sem weten dat het je nu niet uitkomt."
