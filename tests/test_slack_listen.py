"""The door, over HTTP and over a web socket: what is said back, where, and when."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.calls import (
    Answer,
    Call,
    CloseForm,
    InsertInCompose,
    Invalid,
    OpenForm,
    Options,
    ReplaceOrigin,
    ShowHome,
    UpdateForm,
)
from bot.messages import Actions, Button, Form, Message, Option, Say, Search, Span, TextInput
from bot.slack import render
from tests.fakes.slack import FakeSlack
from tests.slackdoor import Recorder, Set, opened, said

FORM = Form("goal.new", "Nieuw doel", "Bewaar", (TextInput("title", "Titel"),), "Sluit", {"team": "7"})
PICK = Form("kudos.give", "Kudos", "Dank", (Search("to", "Wie?", "people", several=True),), "Sluit")
BUTTON = Message("Kies", (Say((Span("Kies maar"),)), Actions((Button("Doe", "go", {"id": "7"}),))))


@pytest.fixture(params=["http", "socket"])
async def stage(request: pytest.FixtureRequest) -> AsyncIterator[tuple[Set, FakeSlack, Recorder, str]]:
    serve = Recorder()
    async with opened(serve, socket=request.param == "socket") as everything:
        yield everything, everything.slack, serve, everything.slack.add_user("Noor Jansen")


Stage = tuple[Set, FakeSlack, Recorder, str]


def last(slack: FakeSlack, user: str) -> str:
    return slack.see_dm(user)[-1].said


async def shown(stage: Stage, message: Message = BUTTON) -> None:
    """An answer with a button stands in the person's direct message."""
    _, slack, serve, noor = stage
    serve.answers = (Answer(message),)
    await slack.command(noor, "/ritme", "x")
    serve.answers = ()


async def posted(stage: Stage, message: Message = BUTTON) -> None:
    """A message of the app with a button stands in the person's direct message."""
    _, slack, _, noor = stage
    drawn = render.message(message)
    slack.world.post(slack.world.dm(noor), drawn["text"], drawn["blocks"])


async def form_open(stage: Stage, form: Form = FORM) -> None:
    _, slack, serve, noor = stage
    serve.answers = (OpenForm(form),)
    await slack.command(noor, "/ritme", "x")
    assert slack.see_form(noor).title == form.title
    serve.answers = ()


# --- the same calls by both roads ------------------------------------------------------------------------


async def _everything(slack: FakeSlack, serve: Recorder) -> list[Call]:
    noor = slack.add_user("Noor Jansen", id="UNOOR")
    serve.answers = (OpenForm(PICK),)
    await slack.command(noor, "/kudos", "@Noor Jansen dank & groet")
    serve.answers = (Options((Option("4", "Lotte"),)),)
    await slack.lookup(noor, "to", "lo")
    serve.answers = (CloseForm(), Answer(BUTTON))
    await slack.submit(noor, to=["Lotte"])
    serve.answers = ()
    await slack.press(noor, "Doe")
    await slack.shortcut(noor, "kudos.message", slack.see_dm(noor)[-1])
    await slack.open_home(noor)
    await slack.say(noor, "hoi", gesture="g")
    await slack.join(noor)
    await slack.change(noor, deleted=True)
    await slack.revoke()
    return serve.calls


async def test_both_roads_make_the_same_calls() -> None:
    roads = []
    for socket in (False, True):
        serve = Recorder()
        async with opened(serve, socket=socket, now=lambda: 1_795_512_000.0) as everything:
            roads.append([_without_addresses(call) for call in await _everything(everything.slack, serve)])
    assert roads[0] == roads[1]
    kinds = ["command", "lookup", "submit", "press", "shortcut", "home", "text", "event", "event", "event"]
    assert [call[0] for call in roads[0]] == kinds


def _without_addresses(call: Call) -> tuple[Any, ...]:
    """Response addresses hold the port of the fake."""
    origin = call.origin
    where = (origin.channel, origin.message, origin.trigger, origin.view, origin.permalink, bool(origin.respond))
    return (call.kind, call.name, call.account, call.key, call.text, call.mentions, call.values, call.carry, where)


# --- commands --------------------------------------------------------------------------------------------


async def test_an_answer_is_for_the_caller_alone(stage: Stage) -> None:
    _, slack, serve, noor = stage
    sem = slack.add_user("Sem Bakker")
    channel = slack.add_channel("general", [noor, sem])
    serve.answers = (Answer(said("Eerst.")), Answer(said("Dan.")))
    await slack.command(noor, "/ritme", "help", channel=channel)
    assert [m.said for m in slack.see_channel(channel, noor)] == ["Eerst.", "Dan."]
    assert slack.see_channel(channel, sem) == []


async def test_a_form_opens_after_the_acknowledgement(stage: Stage) -> None:
    _, slack, serve, noor = stage
    serve.answers = (OpenForm(FORM),)
    reply = await slack.command(noor, "/goal")
    assert (reply.status, reply.body) == (200, {})
    assert slack.see_form(noor).title == "Nieuw doel"


@pytest.mark.parametrize("stage", ["http"], indirect=True)
@pytest.mark.parametrize("failure", ["500", "429", "drop done"])
async def test_a_form_that_cannot_open_leaves_a_button(stage: Stage, failure: str) -> None:
    _, slack, serve, noor = stage
    slack.faults.plan("views.open", failure)
    serve.answers = (OpenForm(FORM),)
    await slack.command(noor, "/goal", "beter @Noor Jansen")
    assert slack.see_dm(noor)[-1].labels == ["Nieuw doel"]
    await slack.press(noor, "Nieuw doel")
    first, again = serve.calls
    assert slack.see_form(noor).title == "Nieuw doel"
    assert (again.kind, again.name, again.text, again.mentions) == ("command", "goal", first.text, first.mentions)
    assert again.key != first.key


# --- buttons ---------------------------------------------------------------------------------------------


async def test_a_press_on_an_ephemeral_answer_replaces_it(stage: Stage) -> None:
    _, slack, serve, noor = stage
    await shown(stage)
    serve.answers = (ReplaceOrigin(said("Gedaan.")),)
    await slack.press(noor, "Doe")
    assert [m.said for m in slack.see_dm(noor)] == ["Gedaan."]
    assert (serve.calls[-1].name, serve.calls[-1].carry) == ("go", {"id": "7"})


async def test_a_press_on_a_message_replaces_it(stage: Stage) -> None:
    _, slack, serve, noor = stage
    await posted(stage)
    serve.answers = (ReplaceOrigin(said("Gedaan.")),)
    await slack.press(noor, "Doe")
    assert [m.said for m in slack.see_dm(noor)] == ["Gedaan."]


async def test_a_press_answers_below(stage: Stage) -> None:
    _, slack, serve, noor = stage
    await posted(stage)
    serve.answers = (Answer(said("Uitleg.")),)
    await slack.press(noor, "Doe")
    assert [m.said for m in slack.see_dm(noor)] == ["Kies maar", "Uitleg."]


async def test_a_form_opened_by_a_press_replaces_the_message_when_it_is_sent(stage: Stage) -> None:
    _, slack, serve, noor = stage
    await posted(stage)
    serve.answers = (OpenForm(FORM),)
    await slack.press(noor, "Doe")
    serve.answers = (CloseForm(), ReplaceOrigin(said("Bewaard.")))
    await slack.submit(noor, title="x")
    assert [m.said for m in slack.see_dm(noor)] == ["Bewaard."]
    assert slack.see_form(noor) is None


async def test_a_message_that_is_gone_is_answered_anew(stage: Stage) -> None:
    _, slack, serve, noor = stage
    await posted(stage)
    message = slack.see_dm(noor)[0]
    serve.answers = (ReplaceOrigin(said("Gedaan.")),)
    slack.world.messages.remove(message)
    await slack.press(noor, "Doe", message)
    assert [m.said for m in slack.see_dm(noor)] == ["Gedaan."]


# --- forms -----------------------------------------------------------------------------------------------


async def test_errors_stand_at_their_fields(stage: Stage) -> None:
    _, slack, serve, noor = stage
    await form_open(stage)
    serve.answers = (Invalid(FORM.filled({"title": "x"}), {"title": "Te kort."}),)
    await slack.submit(noor, title="x")
    assert slack.see_form(noor).errors == {"title": "Te kort."}
    serve.answers = (CloseForm(), Answer(said("Bewaard.")))
    await slack.submit(noor, title="langer")
    assert slack.see_form(noor) is None
    assert last(slack, noor) == "Bewaard."
    assert serve.calls[-1].carry == {"team": "7"}
    assert serve.calls[-1].values == {"title": "langer"}
    assert serve.calls[-1].key != serve.calls[-2].key


async def test_a_problem_of_the_whole_form_stands_above_it(stage: Stage) -> None:
    _, slack, serve, noor = stage
    await form_open(stage)
    wrong = Form("goal.new", "Nieuw doel", "Bewaar", FORM.body, "Sluit", problem="Dit doel is al gesloten.")
    serve.answers = (Invalid(wrong.filled({"title": "getypt"}), {"title": "Kijk hier."}),)
    await slack.submit(noor, title="getypt")
    form = slack.see_form(noor)
    assert form.said == "Dit doel is al gesloten.\nTitel\nKijk hier."
    assert form.inputs["title"]["element"]["initial_value"] == "getypt"


async def test_an_answer_that_closes_nothing_keeps_what_was_typed(stage: Stage) -> None:
    _, slack, serve, noor = stage
    await form_open(stage)
    serve.answers = (Answer(said("Het is erg druk.")),)
    for _ in range(2):
        await slack.submit(noor, title="getypt")
        assert slack.see_form(noor).said == "Het is erg druk.\nTitel"
    serve.answers = (CloseForm(),)
    await slack.submit(noor)
    assert serve.calls[-1].values == {"title": "getypt"}
    assert slack.see_form(noor) is None


@pytest.mark.parametrize("reply", [UpdateForm, OpenForm])
async def test_a_next_form_takes_the_place_of_the_first(stage: Stage, reply: Any) -> None:
    _, slack, serve, noor = stage
    await form_open(stage)
    serve.answers = (reply(PICK),)
    await slack.submit(noor, title="x")
    assert slack.see_form(noor).title == "Kudos"
    slack.close(noor)
    assert slack.see_form(noor) is None


async def test_a_button_in_a_form(stage: Stage) -> None:
    _, slack, serve, noor = stage
    with_button = Form("f", "Blad", "", (Actions((Button("Doe", "go"),)),), "Sluit")
    await form_open(stage, with_button)
    serve.answers = (UpdateForm(FORM),)
    await slack.press(noor, "Doe")
    assert slack.see_form(noor).title == "Nieuw doel"
    await form_open(stage, with_button)
    serve.answers = (OpenForm(FORM),)
    await slack.press(noor, "Doe")
    assert slack.see_form(noor).title == "Nieuw doel"
    slack.close(noor)
    serve.answers = (Answer(said("Uitleg.")),)
    await slack.press(noor, "Doe")
    assert slack.see_form(noor).said == "Uitleg."
    slack.close(noor)
    serve.answers = (ReplaceOrigin(said("Klaar.")),)
    await slack.press(noor, "Doe")
    assert slack.see_form(noor).said == "Klaar."
    assert slack.see_dm(noor) == []


async def test_a_search_field_offers_what_is_found(stage: Stage) -> None:
    _, slack, serve, noor = stage
    await form_open(stage, PICK)
    serve.answers = (Options((Option("4", "Lotte"), Option("5", "Ravi"))),)
    assert await slack.lookup(noor, "to", "l") == [("Lotte", "4"), ("Ravi", "5")]
    serve.answers = ()
    assert await slack.lookup(noor, "to", "zz") == []
    serve.answers = (CloseForm(),)
    await slack.submit(noor, to=["Lotte", "Ravi"])
    assert serve.calls[-1].values == {"to": ("4", "5")}


async def test_an_answer_after_half_an_hour_still_arrives(stage: Stage) -> None:
    _, slack, serve, noor = stage
    await form_open(stage)
    slack.world._responses.clear()
    serve.answers = (CloseForm(), Answer(said("Bewaard.")))
    await slack.submit(noor, title="x")
    assert last(slack, noor) == "Bewaard."


# --- overview, shortcuts, words -----------------------------------------------------------------------------


async def test_the_overview(stage: Stage) -> None:
    _, slack, serve, noor = stage
    serve.answers = (ShowHome(BUTTON),)
    await slack.open_home(noor)
    assert slack.see_home(noor).said == "Kies maar"
    serve.answers = (OpenForm(FORM),)
    await slack.press(noor, "Doe", slack.see_home(noor))
    serve.answers = (CloseForm(), Answer(said("Bewaard.")))
    await slack.submit(noor, title="x")
    assert slack.see_form(noor).said == "Bewaard."
    assert slack.see_dm(noor) == []
    slack.close(noor)
    serve.answers = (ReplaceOrigin(said("Gedaan.")),)
    await slack.press(noor, "Doe", slack.see_home(noor))
    assert slack.see_form(noor).said == "Gedaan."


async def test_a_shortcut_never_touches_somebodys_message(stage: Stage) -> None:
    _, slack, serve, noor = stage
    channel = slack.add_channel("general", [noor])
    message = slack.write(noor, channel, "Live!")
    serve.answers = (OpenForm(FORM), ReplaceOrigin(said("Uitleg.")))
    await slack.shortcut(noor, "goals.evidence", message)
    assert slack.see_form(noor).title == "Nieuw doel"
    serve.answers = (CloseForm(), ReplaceOrigin(said("Bewaard.")))
    await slack.submit(noor, title="x")
    assert [m.said for m in slack.see_channel(channel, noor)] == ["Live!", "Uitleg.", "Bewaard."]


async def test_words_are_answered_where_they_were_said(stage: Stage) -> None:
    _, slack, serve, noor = stage
    serve.answers = (Answer(said("Ik kan niet kletsen.")),)
    await slack.say(noor, "hoi")
    assert [(m.said, m.to) for m in slack.see_dm(noor)] == [("hoi", ""), ("Ik kan niet kletsen.", "")]


async def test_words_to_copy(stage: Stage) -> None:
    _, slack, serve, noor = stage
    serve.answers = (InsertInCompose("Dank je wel!"),)
    await slack.command(noor, "/ritme", "x")
    assert last(slack, noor) == "Dank je wel!"


# --- when something fails -----------------------------------------------------------------------------------


@pytest.mark.parametrize("stage", ["http"], indirect=True)
async def test_an_event_without_effect_is_delivered_again(stage: Stage) -> None:
    _, slack, serve, noor = stage
    serve.answers = RuntimeError("no effect")
    assert (await slack.join(noor)).status == 500
    serve.answers = ()
    assert (await slack.door.again()).status == 200


@pytest.mark.parametrize("stage", ["socket"], indirect=True)
async def test_an_event_without_effect_is_not_acknowledged(stage: Stage) -> None:
    _, slack, serve, noor = stage
    slack.door.timeout = 0.2
    serve.answers = RuntimeError("no effect")
    assert (await slack.join(noor)).status == 504


async def test_a_person_is_always_answered(stage: Stage) -> None:
    _, slack, serve, noor = stage
    await posted(stage)
    serve.answers = RuntimeError("no effect")
    await slack.command(noor, "/goal")
    assert last(slack, noor) == "Sorry."
    await slack.press(noor, "Doe")
    assert [m.said for m in slack.see_dm(noor)] == ["Kies maar", "Sorry.", "Sorry."]
    await form_open(stage)
    serve.answers = RuntimeError("no effect")
    await slack.submit(noor, title="getypt")
    assert slack.see_form(noor).said == "Sorry.\nTitel"
    assert slack.see_form(noor).typed == {"title": "getypt"}


async def test_a_workspace_that_removed_the_app_is_forgotten(stage: Stage) -> None:
    everything, slack, serve, noor = stage
    await slack.uninstall()
    assert await everything.installs.find(slack.team) is None
    serve.calls.clear()
    assert (await slack.command(noor, "/goal")).status == 200
    assert serve.calls == []


async def test_what_the_app_said_itself_is_not_answered(stage: Stage) -> None:
    _, slack, serve, _ = stage
    await slack.event({"type": "message", "channel": "D1", "channel_type": "im", "user": "UBOT", "text": "x"})
    assert serve.calls == []


@pytest.mark.parametrize("stage", ["http"], indirect=True)
async def test_the_environment_of_an_oauth_app_changes_nothing(monkeypatch: pytest.MonkeyPatch, stage: Stage) -> None:
    for name in ("SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET", "SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET"):
        monkeypatch.setenv(name, "x")
    serve = Recorder(Answer(said("Ja.")))
    async with opened(serve) as everything:
        noor = everything.slack.add_user("Noor Jansen")
        await everything.slack.command(noor, "/goal")
        assert last(everything.slack, noor) == "Ja."
        assert everything.slack.api.calls["auth.test"] == 1
