"""What people do with Ritme from where Ritme is not: a chat of two, a meeting, the search box on top."""

from __future__ import annotations

from typing import Any

import pytest

from bot.calls import Answer, CloseForm, OpenForm
from bot.messages import Message
from bot.teams import parse
from bot.teams.installs import Reference
from tests.slackdoor import said
from tests.teamsstage import FORM, Stage, dialog, seen, stage, told
from tests.test_teams_parse import SERVICE, activity, invoke, sent

__all__ = ["stage"]

COMPOSE = {"commandId": "kudos", "commandContext": "compose", "context": {"theme": "default"}}
MEETING = {"id": "19:meeting_x@thread.v2", "tenantId": "TENANT-1", "name": "Weekstart"}
"""As Teams sends it: a meeting does not say what kind of conversation it is."""

TWO = {"id": "19:noor-1_sem-1@unq.gbl.spaces", "conversationType": "personal", "tenantId": "TENANT-1"}
KNOWN = Reference(
    "tenant-1", "noor-1", "", "personal", SERVICE, "28:app", "29:Noor", "nl-NL", "Europe/Amsterdam"
)  # fmt: skip


@pytest.mark.parametrize("conversation", [MEETING, TWO, {}, None, "x"])
@pytest.mark.parametrize(
    ("name", "value"), [("composeExtension/fetchTask", COMPOSE), ("application/search", {"dataset": "people"})]
)
def test_it_tells_who_somebody_is_and_not_where(conversation: Any, name: str, value: dict[str, Any]) -> None:
    body = invoke(name, value, conversation=conversation)
    call = parse.call(body)
    assert call is not None
    assert (call.origin.channel, parse.reference(body)) == ("", KNOWN)


def test_a_form_from_there_goes_back_to_no_conversation() -> None:
    body = sent("composeExtension/submitAction", title="x") | {"conversation": MEETING}
    body["value"]["data"]["ritme"]["o"] = {"c": MEETING["id"], "m": "17"}
    call = parse.call(body)
    assert call is not None
    assert (call.origin.channel, call.origin.message, call.origin.view) == ("", "", "42")


@pytest.mark.parametrize("conversation", [MEETING, {"id": "19:x@thread.v2", "conversationType": "novel"}])
def test_a_conversation_that_does_not_say_what_it_is_is_nobodys_own(conversation: dict[str, str]) -> None:
    body = activity("message", text="kudos", conversation=conversation)
    found = parse.reference(body)
    assert found is not None
    assert (found.kind, parse.call(body)) == ("group", None)


async def test_what_is_said_after_it_is_said_in_ones_own_chat(stage: Stage) -> None:
    door, serve, noor = stage
    world = door.teams.world
    world.add("sem", "Sem Bakker")
    meeting = world.group("19:meeting_x@thread.v2", [noor, "sem"])
    meeting.kind = ""
    await door.people.say(noor, "hoi")
    serve.answers = (OpenForm(FORM),)
    await door.people.compose(noor, "kudos", meeting.id)
    serve.answers = (CloseForm(), Answer(said("Verstuurd.")), Answer(said("En nog iets.")))
    await door.people.submit(noor, title="x")
    assert (seen(stage, dialog(stage)), told(stage)) == ("Verstuurd.", ["En nog iets."])
    assert meeting.said == []


async def test_ritme_still_writes_where_it_did(stage: Stage) -> None:
    door, serve, noor = stage
    world = door.teams.world
    await door.people.say(noor, "hoi")
    world.group("19:meeting_x@thread.v2", [noor]).kind = ""
    serve.answers = (OpenForm(FORM),)
    await door.people.compose(noor, "kudos", "19:meeting_x@thread.v2")
    known = await door.installs.find(world.tenant, noor)
    assert known is not None
    assert (known.conversation, await door.installs.rooms(world.tenant)) == (world.personal(noor), ())


async def test_who_has_no_chat_with_ritme_reads_it_in_the_dialog(stage: Stage) -> None:
    door, serve, noor = stage
    door.teams.world.group("19:g", [noor])
    serve.answers = (Answer(Message("Nog niet begonnen.", ())), Answer(said("Dit hoort niemand.")))
    reply = await door.people.compose(noor, "kudos", "19:g")
    assert (reply.status, seen(stage, dialog(stage)), told(stage)) == (200, "Nog niet begonnen.", [])
