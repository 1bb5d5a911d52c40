"""The message that shows how a goal stands is a link; what anybody made up never is one."""

from __future__ import annotations

import json
from typing import Any

import pytest

from models import goals
from tests.chat import Chat, Speaker
from tests.fakes.teams.people import actions
from tests.test_goals import arranged, sheet

EVIL = "https://evil.example/login"
MADE_UP = (
    EVIL,
    "https://teams.microsoft.com.evil.example/l/message/19:c/1",
    "https://teams.microsoft.com@evil.example/l/message/19:c/1",
    "https://teams.microsoft.com/dl/launcher/launcher.html?url=https://evil.example",
    "https://evil.example/x.slack.com/archives/C1/p1",
    "https://demolen.slack.com.evil.example/archives/C1/p1",
    "https://demolen.slack.com@evil.example/archives/C1/p1",
    "https://slack.com/openid/connect/authorize?redirect_uri=https://evil.example",
)


def altered(chat: Chat, person: Speaker, address: str) -> None:
    """The open form carries another address, as an altered client sends it along."""
    door: Any = chat.door
    if chat.world.platform == "slack":
        view = door.slack.see_form(person.user).view
        held = json.loads(view["private_metadata"])
        assert held["carry"]["permalink"]
        held["carry"]["permalink"] = address
        view["private_metadata"] = json.dumps(held)
    elif chat.world.platform == "teams":
        (send, *_) = actions(door.teams.dialog(person.user).card)
        assert send["data"]["ritme"]["c"]["permalink"]
        send["data"]["ritme"]["c"]["permalink"] = address
    else:
        pytest.skip("all that is said in the demo is said by who sits at that machine")


@pytest.mark.parametrize("address", MADE_UP)
async def test_an_address_that_was_made_up_is_none(chat: Chat, address: str) -> None:
    noor, sem = chat.person("noor"), chat.person("sem")
    id = arranged(chat, "noor", "Gids schrijven")
    with chat.world.scope("noor") as scope:
        goals.show(scope, id, everyone=True)
    await noor.uses("goals.message", "sem", "De gids staat online")
    altered(chat, noor, address)
    await noor.fills(progress="80", confidence="9")
    assert "di 24 nov, door Noor: De gids staat online" in await sheet(sem, id)
    with chat.world.scope("noor") as scope:
        assert [one.evidence for one in goals.updates(scope, goals.get(scope, id))] == [""]
