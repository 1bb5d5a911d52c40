"""Forms in Teams: dialogs that open on a press, and what is not sensitive in the conversation itself."""

from __future__ import annotations

from typing import Any

import pytest

from bot.calls import Answer, Call, CloseForm, Invalid, OpenForm, Options, ReplaceOrigin, ShowHome, UpdateForm
from bot.messages import Actions, Button, Choices, Form, Option, Search, TextInput
from tests.doors.teams import _seen
from tests.fakes.teams.people import labels, shown
from tests.slackdoor import Recorder, said
from tests.teamsdoor import opened
from tests.teamsstage import BUTTON, FORM, OPENS, Stage, closed, dialog, form_open, posted, seen, stage, told

__all__ = ["stage"]

PICK = Form("kudos.give", "Kudos", "Dank", (Search("to", "Wie?", "people", several=True),), "Sluit", {"a": "b"})
DAYS = Choices("days", "Dagen", (Option("1", "Ma"), Option("2", "Di")))
PLAIN = Form("settings.save", "Tijden", "Bewaar", (DAYS, TextInput("note", "Noot")), "Sluit", inline=True)


# --- dialogs ---------------------------------------------------------------------------------------------


async def test_a_button_opens_a_form_that_replaces_its_message(stage: Stage) -> None:
    door, serve, noor = stage
    card = await posted(stage, OPENS)
    serve.answers = (OpenForm(FORM),)
    await door.people.press(noor, "Open", card)
    assert dialog(stage).body["title"] == "Nieuw doel"
    serve.answers = (CloseForm(), ReplaceOrigin(said("Bewaard.")))
    await door.people.submit(noor, title="x")
    assert (closed(stage), told(stage)) == (True, ["Bewaard."])


async def test_a_button_that_opens_nothing_this_time_says_so_in_a_dialog(stage: Stage) -> None:
    door, serve, noor = stage
    card = await posted(stage, OPENS)
    serve.answers = (Answer(said("Al gedaan.")),)
    await door.people.press(noor, "Open", card)
    assert (seen(stage, dialog(stage)), told(stage)) == ("Al gedaan.", ["Kies maar"])
    door.people.close(noor)
    serve.answers = (ReplaceOrigin(said("Klaar.")),)
    await door.people.press(noor, "Open", card)
    assert (seen(stage, dialog(stage)), told(stage)) == ("Klaar.", ["Klaar."])


async def test_a_typed_command_gets_a_button_whose_place_the_answer_takes(stage: Stage) -> None:
    door, serve, noor = stage
    serve.answers = (OpenForm(FORM),)
    await door.people.say(noor, "/goal beter")
    card = door.people.see_personal(noor)[-1]
    assert labels(shown(card, noor)) == ["Nieuw doel"]
    await door.people.press(noor, "Nieuw doel", card)
    typed, pressed = serve.calls
    assert (pressed.kind, pressed.name, pressed.text) == ("command", "goal", typed.text)
    assert pressed.key != typed.key
    serve.answers = (Invalid(FORM.filled({"title": "x"}), {"title": "Te kort."}),)
    await door.people.submit(noor, title="x")
    assert _seen(dialog(stage), noor).errors == {"title": "Te kort."}
    serve.answers = (CloseForm(), Answer(said("Bewaard.")), Answer(said("En nog iets.")))
    await door.people.submit(noor, title="langer")
    assert (closed(stage), told(stage)) == (True, ["Bewaard.", "En nog iets."])
    assert (serve.calls[-1].values, serve.calls[-1].carry) == ({"title": "langer"}, {"team": "7"})


async def test_a_long_text_gets_its_button_too(stage: Stage) -> None:
    door, serve, noor = stage
    serve.answers = (OpenForm(FORM),)
    await door.people.say(noor, "/goal " + '\\"\n' * 20_000)
    card = door.people.see_personal(noor)[-1]
    await door.people.press(noor, "Nieuw doel", card)
    typed, pressed = serve.calls
    assert (len(typed.text), pressed.text) == (59_999, f"{typed.text[:3999].rstrip()}…")


async def test_a_form_sent_twice_is_one_call(stage: Stage) -> None:
    door, serve, noor = stage
    await form_open(stage)
    serve.answers = (CloseForm(),)
    await door.people.submit(noor, title="x")
    await door.http.again()
    assert serve.calls[-1] == serve.calls[-2]
    body = door.http.last | {"id": "another"}
    await door.http.deliver(body)
    assert serve.calls[-1].key == serve.calls[-2].key


async def test_a_problem_of_the_whole_form_stands_above_it(stage: Stage) -> None:
    door, serve, noor = stage
    await form_open(stage)
    wrong = Form("goals.new", "Nieuw doel", "Bewaar", FORM.body, "Sluit", problem="Dit doel is al gesloten.")
    serve.answers = (Invalid(wrong.filled({"title": "getypt"}), {"title": "Kijk hier.", "else": "En daar."}),)
    await door.people.submit(noor, title="getypt")
    form = _seen(dialog(stage), noor)
    assert (form.text, form.errors) == ("Dit doel is al gesloten.\nEn daar.\nTitel", {"title": "Kijk hier."})
    assert form.values == {"title": "getypt"}


async def test_an_answer_that_closes_nothing_keeps_what_was_typed() -> None:
    serve = Recorder()

    async def made_again(call: Call) -> Form:
        return FORM.filled(call.values)

    async with opened(serve, form=made_again, opening=frozenset({"opens"})) as door:
        stage = door, serve, door.teams.world.add("noor", "Noor Jansen").user
        await form_open(stage)
        serve.answers = (Answer(said("Het is erg druk.")),)
        for _ in range(2):
            await door.people.submit("noor", title="getypt")
            form = _seen(dialog(stage), "noor")
            assert (form.text, form.values) == ("Het is erg druk.\nTitel", {"title": "getypt"})
        serve.answers = (CloseForm(), Answer(said("Bewaard.")))
        await door.people.submit("noor")
        assert (serve.calls[-1].values, closed(stage), told(stage)) == ({"title": "getypt"}, True, ["Bewaard."])


async def test_where_a_form_cannot_be_made_again_the_words_are_given_back(stage: Stage) -> None:
    door, serve, noor = stage
    await form_open(stage)
    serve.answers = (Answer(said("Dit doel is weg.")),)
    await door.people.submit(noor, title="een heel verhaal")
    assert seen(stage, dialog(stage)) == "Dit doel is weg.\neen heel verhaal"


@pytest.mark.parametrize("reply", [UpdateForm, OpenForm])
async def test_a_next_form_takes_the_place_of_the_first(stage: Stage, reply: Any) -> None:
    door, serve, noor = stage
    await form_open(stage)
    serve.answers = (reply(PICK),)
    await door.people.submit(noor, title="x")
    assert dialog(stage).body["title"] == "Kudos"
    serve.answers = (CloseForm(), Answer(said("Bewaard.")))
    await door.people.submit(noor, to=["4", "5"])
    assert (serve.calls[-1].values, told(stage)) == ({"to": ("4", "5")}, ["Bewaard."])


async def test_a_button_in_a_form(stage: Stage) -> None:
    door, serve, noor = stage
    await form_open(stage, Form("f", "Blad", "", (Actions((Button("Doe", "go"),)),), "Sluit"))
    serve.answers = (UpdateForm(FORM),)
    await door.people.press(noor, "Doe", dialog(stage))
    assert dialog(stage).body["title"] == "Nieuw doel"
    for reply in (Answer, ReplaceOrigin):
        await form_open(stage, Form("f", "Blad", "", (Actions((Button("Doe", "go"),)),), "Sluit"))
        before = told(stage)
        serve.answers = (reply(said("Uitleg.")),)
        await door.people.press(noor, "Doe", dialog(stage))
        assert (seen(stage, dialog(stage)), told(stage)) == ("Uitleg.", before)


async def test_a_search_field_offers_what_is_found(stage: Stage) -> None:
    door, serve, noor = stage
    await form_open(stage, PICK)
    serve.answers = (Options((Option("4", "Lotte"), Option("5", "Ravi"))),)
    assert await door.people.lookup(noor, "to", "l", dialog(stage)) == [("Lotte", "4"), ("Ravi", "5")]
    assert (serve.calls[-1].name, serve.calls[-1].text, serve.calls[-1].carry) == ("people", "l", {"a": "b"})
    serve.answers = ()
    assert await door.people.lookup(noor, "to", "zz", dialog(stage)) == []


# --- a form in the conversation ----------------------------------------------------------------------------


async def test_what_is_not_sensitive_stands_in_the_conversation(stage: Stage) -> None:
    door, serve, noor = stage
    serve.answers = (OpenForm(PLAIN),)
    await door.people.say(noor, "/settings")
    card = door.people.see_personal(noor)[-1]
    serve.answers = (Invalid(PLAIN.filled({"days": ("1",), "note": "a,b"}), {"note": "Korter."}),)
    await door.people.submit(noor, card, days=["1"], note="a,b")
    assert serve.calls[-1].values == {"days": ("1",), "note": "a,b"}
    form = _seen(card, noor)
    assert (form.errors, form.values) == ({"note": "Korter."}, {"days": ("1",), "note": "a,b"})
    serve.answers = (CloseForm(), Answer(said("Bewaard.")))
    await door.people.submit(noor, card, note="a")
    card.mine.clear()
    assert told(stage) == ["Bewaard."]


async def test_among_people_even_that_is_behind_a_button(stage: Stage) -> None:
    door, serve, noor = stage
    door.teams.world.group("19:g", [noor])
    serve.answers = (OpenForm(PLAIN),)
    await door.people.mention(noor, "19:g", "settings")
    card = door.people.see("19:g", noor)[-1]
    await door.people.press(noor, "Tijden", card)
    assert dialog(stage).body["title"] == "Tijden"
    serve.answers = (CloseForm(), Answer(said("Bewaard.")))
    await door.people.submit(noor, days=["1"], note="x")
    assert [seen(stage, one) for one in door.people.see("19:g", noor)][1:] == ["Bewaard."]


# --- overview, compose box, message actions ------------------------------------------------------------------


async def test_the_overview_is_pinned_and_asks_for_itself(stage: Stage) -> None:
    door, serve, noor = stage
    serve.answers = (ShowHome(BUTTON),)
    for word in ("/ritme", "overzicht", "Overview"):
        await door.people.say(noor, word)
        assert (serve.calls[-1].kind, serve.calls[-1].name) == ("home", "home")
    card = door.people.see_personal(noor)[-1]
    found = await door.installs.find(door.teams.world.tenant, noor)
    assert found is not None
    assert found.home == card.id
    serve.answers = (ShowHome(said("Nieuw.")),)
    await door.people.refresh(noor, card)
    assert (serve.calls[-1].kind, told(stage)[-1]) == ("home", "Nieuw.")
    await door.people.say(noor, "overzicht van alles")
    assert serve.calls[-1].kind == "text"


async def test_a_form_of_the_compose_box_is_answered_where_it_is(stage: Stage) -> None:
    """The app need not be in that conversation."""
    door, serve, noor = stage
    door.teams.world.group("19:elsewhere", [noor])
    serve.answers = (OpenForm(FORM),)
    await door.people.compose(noor, "feedback ask", "19:elsewhere")
    assert (serve.calls[-1].kind, serve.calls[-1].name, serve.calls[-1].text) == ("command", "feedback", "ask")
    serve.answers = (Invalid(FORM.filled({"title": "x"}), {"title": "Te kort."}),)
    await door.people.submit(noor, title="x")
    serve.answers = (CloseForm(), Answer(said("Bewaard.")))
    await door.people.submit(noor, title="langer")
    assert (seen(stage, dialog(stage)), told(stage)) == ("Bewaard.", [])
    assert [one for one in door.people.see("19:elsewhere", noor) if one.author == "bot"] == []


async def test_an_action_on_somebodys_message(stage: Stage) -> None:
    door, serve, noor = stage
    door.teams.world.add("sem", "Sem Bakker")
    door.teams.world.group("19:g", [noor, "sem"])
    message = door.people.write("sem", "19:g", "Top & snel")
    serve.answers = (Answer(said("Dat kan niet.")),)
    await door.people.message_action(noor, "kudos.message", message)
    call = serve.calls[-1]
    assert (call.kind, call.name, call.text, call.mentions) == (
        "shortcut",
        "kudos.message",
        "Top & snel",
        {"author": "sem"},
    )
    assert call.origin.permalink.endswith(message.id)
    assert seen(stage, dialog(stage)) == "Dat kan niet."
