"""The door: what is said back, where, and when."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from bot.calls import Answer, AtOnce, Call, InsertInCompose, ReplaceOrigin, ShowHome
from bot.messages import Message, Quote
from bot.teams import render
from tests.machine import until
from tests.slackdoor import said
from tests.teamsstage import BUTTON, Stage, posted, seen, stage, told

__all__ = ["stage"]

LONG = Message("Lang", tuple(Quote("lang " * 400) for _ in range(40)))


# --- messages --------------------------------------------------------------------------------------------


async def test_a_message_is_answered_in_the_conversation(stage: Stage) -> None:
    door, serve, noor = stage
    serve.answers = (Answer(said("Hoi.")), Answer(said("Dag.")), InsertInCompose("Neem dit"))
    reply = await door.people.say(noor, "/kudos dank")
    assert (reply.status, reply.body) == (200, None)
    assert told(stage) == ["Hoi.", "Dag.", "Neem dit"]


async def test_the_answer_is_on_its_way_when_it_was_committed(stage: Stage) -> None:
    """Teams gives up after a while, and sends the same again; so nothing waits for what is said."""
    door, serve, noor = stage
    door.teams.faults.plan("say", "hang")
    serve.answers = (Answer(said("Hoi.")),)
    door.people.after = None
    reply = await asyncio.wait_for(door.people.say(noor, "kudos"), 60)
    assert (reply.status, len(serve.calls)) == (200, 1)
    for task in door.door._after._going:
        task.cancel()
    door.door._after._going.clear()


async def test_who_does_not_wait_is_told_all_the_same(stage: Stage) -> None:
    """Teams hung up, but what was asked was done."""
    door, serve, noor = stage
    asked, go = asyncio.Event(), asyncio.Event()
    serve.answers = (Answer(said("Hoi.")),)

    async def slowly(call: Call) -> tuple[AtOnce, ...]:
        asked.set()
        await go.wait()
        return await serve(call)

    door.door._parts = replace(door.door._parts, serve=slowly)
    turn = asyncio.create_task(door.people.say(noor, "kudos"))
    await asked.wait()
    turn.cancel()
    await door.http.close()
    go.set()
    await until(lambda: len(door.people.see_personal(noor)) == 2)
    assert told(stage) == ["Hoi."]


async def test_a_long_answer_goes_on_in_the_next_message(stage: Stage) -> None:
    door, serve, noor = stage
    serve.answers = (Answer(LONG),)
    await door.people.say(noor, "/kudos")
    assert len(told(stage)) > 1
    assert "".join(told(stage)).count("lang") == 16_000


async def test_among_people_an_answer_is_for_the_caller_alone(stage: Stage) -> None:
    door, serve, noor = stage
    world = door.teams.world
    world.add("sem", "Sem Bakker")
    world.channel("19:c", "kudos", [noor, "sem"])
    serve.answers = (Answer(said("Alleen jij.")),)
    await door.people.mention(noor, "19:c", "kudos", thread="11")
    answers = [one for one in door.people.see("19:c", noor) if one.author == "bot"]
    assert [(one.conversation, one.to, seen(stage, one)) for one in answers] == [
        ("19:c;messageid=11", noor, "Alleen jij.")
    ]
    assert [one for one in door.people.see("19:c", "sem") if one.author == "bot"] == []


async def test_where_nothing_private_can_be_said_it_is_said_in_ones_own_chat(stage: Stage) -> None:
    door, serve, noor = stage
    world = door.teams.world
    await door.people.say(noor, "hoi")
    world.add("sem", "Sem Bakker")
    world.group("19:g", ["sem"])  # as if nothing could be said to Noor alone here
    serve.answers = (Answer(said("Hier dan.")),)
    await door.people.mention(noor, "19:g", "kudos")
    assert told(stage) == ["Hier dan."]
    assert [one for one in door.people.see("19:g", "sem") if one.author == "bot"] == []


async def test_a_repeated_message_is_answered_once(stage: Stage) -> None:
    door, serve, noor = stage
    serve.answers = (Answer(said("Hoi.")),)
    await door.people.say(noor, "kudos")
    replies = await asyncio.gather(*(door.http.again() for _ in range(5)))
    await door.door.settle()
    assert [reply.status for reply in replies] == [200] * 5
    assert (told(stage), len({call.key for call in serve.calls})) == (["Hoi."], 1)


async def test_an_answer_that_changed_is_said(stage: Stage) -> None:
    door, serve, noor = stage
    serve.answers = (Answer(said("Het is erg druk.")),)
    await door.people.say(noor, "kudos")
    serve.answers = (Answer(said("Gedaan.")),)
    await door.http.again()
    await door.door.settle()
    assert told(stage) == ["Het is erg druk.", "Gedaan."]


async def test_who_is_mentioned_is_known_by_their_object_id(stage: Stage) -> None:
    """Teams sends another id of theirs, which is this bot's alone."""
    door, serve, noor = stage
    world = door.teams.world
    world.add("sem", "Sem Bakker")
    world.group("19:g", [noor, "sem"])
    await door.people.mention(noor, "19:g", "kudos @Sem Bakker dank")
    assert (serve.calls[-1].text, serve.calls[-1].mentions) == ("@Sem Bakker dank", {"@Sem Bakker": "sem"})
    world.group("19:h", [noor])
    world.add("ravi", "Ravi")
    await door.people.mention(noor, "19:h", "kudos @Ravi dank")
    assert (serve.calls[-1].text, serve.calls[-1].mentions) == ("@Ravi dank", {})


async def test_a_mention_that_nobody_can_tell_is_a_name(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    door, serve, noor = stage

    async def broken(*_: object) -> str:
        raise ZeroDivisionError

    monkeypatch.setattr(door.installs, "known_as", broken)
    door.teams.world.add("sem", "Sem Bakker")
    door.teams.world.group("19:g", [noor, "sem"])
    await door.people.mention(noor, "19:g", "kudos @Sem Bakker dank")
    assert (serve.calls[-1].text, serve.calls[-1].mentions) == ("@Sem Bakker dank", {})


@pytest.mark.parametrize("trouble", ["500", "drop done", "403 blocked"])
async def test_what_cannot_be_said_is_lost_and_nothing_else(stage: Stage, trouble: str) -> None:
    door, serve, noor = stage
    serve.answers = (Answer(said("Hoi.")),)
    if trouble == "403 blocked":
        door.teams.world.people[noor].blocked = True
    else:
        door.teams.faults.plan("say", trouble)
    assert (await door.people.say(noor, "kudos")).status == 200
    door.teams.world.people[noor].blocked = False
    await door.people.say(noor, "kudos")
    assert told(stage)[-1] == "Hoi."


@pytest.mark.parametrize("trouble", ["412", "429", "429 bare", "502", "504"])
async def test_what_surely_was_not_said_is_tried_again(stage: Stage, trouble: str) -> None:
    door, serve, noor = stage
    door.teams.retry_after = "0"
    door.teams.faults.plan("say", trouble)
    serve.answers = (Answer(said("Hoi.")), Answer(said("Dag.")))
    await door.people.say(noor, "kudos")
    assert told(stage) == ["Hoi.", "Dag."]


async def test_a_limit_that_lasts_is_not_waited_for(stage: Stage) -> None:
    door, serve, noor = stage
    door.teams.retry_after = "11"
    door.teams.faults.plan("say", "429")
    serve.answers = (Answer(said("Hoi.")),)
    await door.people.say(noor, "kudos")
    assert (told(stage), door.teams.calls["say"]) == ([], 1)


async def test_a_store_that_fails_stops_nobody(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    door, serve, noor = stage

    async def broken(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(door.installs, "keep", broken)
    monkeypatch.setattr(door.installs, "pin", broken)
    serve.answers = (ShowHome(BUTTON), Answer(said("Hoi.")))
    assert (await door.people.say(noor, "overview")).status == 200
    assert told(stage) == ["Kies maar", "Hoi."]


async def test_a_pipeline_that_fails_says_sorry(stage: Stage) -> None:
    door, serve, noor = stage
    serve.answers = ZeroDivisionError()
    assert (await door.people.say(noor, "kudos")).status == 200
    assert told(stage) == ["Sorry."]


# --- buttons ---------------------------------------------------------------------------------------------


async def test_a_press_replaces_the_message_now_and_for_good(stage: Stage) -> None:
    door, serve, noor = stage
    card = await posted(stage)
    serve.answers = (ReplaceOrigin(said("Gedaan.")),)
    reply = await door.people.press(noor, "Doe", card)
    assert (reply.body["statusCode"], reply.body["type"]) == (200, render.CARD)
    assert told(stage) == ["Gedaan."]
    card.mine.clear()  # as it stands for whoever looks later
    assert told(stage) == ["Gedaan."]
    assert (serve.calls[-1].name, serve.calls[-1].carry) == ("go", {"id": "7"})


async def test_a_press_answers_below(stage: Stage) -> None:
    door, serve, noor = stage
    serve.answers = (Answer(said("Uitleg.")),)
    reply = await door.people.press(noor, "Doe", await posted(stage))
    assert reply.body == {"statusCode": 200, "type": "application/vnd.microsoft.activity.message", "value": ""}
    assert told(stage) == ["Kies maar", "Uitleg."]


async def test_an_old_client_that_sends_a_message_is_served_the_same(stage: Stage) -> None:
    door, serve, noor = stage
    card = await posted(stage)
    serve.answers = (ReplaceOrigin(said("Gedaan.")),)
    (action,) = [one["actions"][0] for one in card.cards[0]["body"] if one["type"] == "ActionSet"]
    await door.people.act(noor, action["fallback"], card)
    assert (serve.calls[-1].kind, serve.calls[-1].name, told(stage)) == ("press", "go", ["Gedaan."])


async def test_a_repeated_invoke_gets_the_same_body(stage: Stage) -> None:
    door, serve, noor = stage
    serve.answers = (ReplaceOrigin(said("Gedaan.")),)
    first = await door.people.press(noor, "Doe", await posted(stage))
    again = await door.http.again()
    assert again == first
    assert serve.calls[0] == serve.calls[1]


async def test_what_others_see_too_is_not_replaced_by_a_press(stage: Stage) -> None:
    door, serve, noor = stage
    world = door.teams.world
    world.channel("19:c", "kudos", [noor])
    (drawn,) = render.message(BUTTON)
    post = world.put("19:c", drawn)
    serve.answers = (ReplaceOrigin(said("Gedaan.")),)
    await door.people.press(noor, "Doe", post)
    assert seen(stage, post) == "Gedaan."
    post.mine.clear()
    assert seen(stage, post) == "Kies maar"
    assert [one.id for one in door.people.see("19:c", noor)] == [post.id]


async def test_a_message_that_is_gone_is_answered_anew(stage: Stage) -> None:
    door, serve, noor = stage
    card = await posted(stage)
    world = door.teams.world
    serve.answers = (ReplaceOrigin(said("Gedaan.")),)
    world.conversations[world.personal(noor)].said.remove(card)
    await door.people.press(noor, "Doe", card)
    assert told(stage) == ["Gedaan."]


# --- coming and going ------------------------------------------------------------------------------------------


async def test_coming_and_going(stage: Stage) -> None:
    door, serve, noor = stage
    tenant = door.teams.world.tenant
    serve.answers = (Answer(said("Welkom.")),)
    await door.people.install(noor)
    assert (serve.calls[-1].kind, serve.calls[-1].name, told(stage)) == ("event", "installation.met", ["Welkom."])
    assert await door.installs.find(tenant, noor) is not None
    serve.answers = ()
    await door.people.uninstall(noor)
    assert serve.calls[-1].name == "installation.left"
    assert await door.installs.find(tenant, noor) is None
    await door.people.install(noor)
    assert [call.name for call in serve.calls].count("installation.met") == 2


async def test_one_coming_that_is_told_in_two_ways_is_one(stage: Stage) -> None:
    door, serve, noor = stage
    serve.answers = (Answer(said("Hallo allemaal.")),)
    door.teams.world.group("19:g", [noor])
    await door.people.join("", "19:g")
    body = {**door.http.last, "type": "installationUpdate", "action": "add", "id": "another"}
    body.pop("membersAdded")
    await door.people._deliver(body)
    assert [(one.to, seen(stage, one)) for one in door.people.see("19:g")] == [("", "Hallo allemaal.")]
    assert await door.installs.room(door.teams.world.tenant, "19:g") is not None


async def test_an_event_that_had_no_effect_may_come_again(stage: Stage) -> None:
    door, serve, noor = stage
    serve.answers = ZeroDivisionError()
    assert (await door.people.install(noor)).status == 500
    serve.answers = ()
    assert (await door.http.again()).status == 200
    assert len(serve.calls) == 2


async def test_what_means_nothing_is_answered_and_forgotten(stage: Stage) -> None:
    door, serve, noor = stage
    await door.people.join(noor, door.teams.world.group("19:g", [noor]).id)
    assert door.http.last["type"] == "conversationUpdate"
    reply = await door.http.deliver(door.http.last | {"type": "invoke", "name": "signin/verifyState"})
    assert (reply.status, reply.body, serve.calls) == (200, {}, [])


# --- many at once ------------------------------------------------------------------------------------------------


async def test_sixty_turns_are_answered_at_the_same_time(stage: Stage) -> None:
    door, serve, _ = stage
    world = door.teams.world
    people = [world.add(f"p{n}", f"P {n}").user for n in range(60)]
    door.people.after = None
    serve.answers = (Answer(said("Hoi.")),)
    door.teams.crowd = asyncio.Barrier(60)
    await asyncio.gather(*(door.people.say(user, "kudos") for user in people))
    await door.door.settle()
    assert [len(door.people.see_personal(user)) for user in people] == [2] * 60
