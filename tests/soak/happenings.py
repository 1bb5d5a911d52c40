"""What people do in both chats, as the signed requests that the chats make of it, each ready to be delivered often.

Everything here gives one kudos with a mark in its text, so its effect can be counted.
"""

from __future__ import annotations

import asyncio
import copy
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from itertools import count
from random import Random
from typing import Any

from tests.fakes.slack import Reply, encode, signed
from tests.fakes.slack.world import View
from tests.fakes.teams.doors import HttpDoor
from tests.fakes.teams.people import People, actions
from tests.fakes.teams.world import Dialog
from tests.machine import until
from tests.soak.stage import House, Who


@dataclass(frozen=True)
class Happening:
    """Something that somebody did once. `shape` is by what means."""

    mark: str
    shape: str
    path: str
    raw: bytes
    headers: dict[str, str]


class _Taker:
    """Stands where a chat reaches Ritme, and keeps what it was going to say."""

    def __init__(self) -> None:
        self.taken: Any = None

    async def deliver(self, *given: Any, **_: Any) -> Reply:
        self.taken = given
        return Reply(503, {})

    async def close(self) -> None:
        pass


class Hands:
    """People of both chats, and what they do. `learn` first: some of it begins with a form that Ritme opened."""

    def __init__(self, house: House, random: Random) -> None:
        self.house, self._random = house, random
        self._marks = count(1)
        self._taker = _Taker()
        self._teams = People(house.teams.world, house.teams.service)
        self._auth = house.openid.header(house.teams.service)
        self._form: View
        self._dialog: Dialog
        self._shapes: dict[str, tuple[str, Callable[[Who, Who, str], Awaitable[None]]]] = {
            "command": ("slack", self._command),
            "text": ("slack", self._text),
            "press": ("slack", self._press),
            "submit": ("slack", self._submit),
            "message": ("teams", self._say),
            "again": ("teams", self._again),
            "task": ("teams", self._task),
        }

    async def learn(self, base: str) -> None:
        """Opens a form in each chat, by a Ritme that answers there."""
        slack, teams = self.house.slack, self._teams
        one, another = (next(who for who in self.house.people if who.platform == name) for name in ("slack", "teams"))
        slack.connect_http(f"{base}/slack/events")
        while not slack.see_form(one.user):  # the time to open a form may be over before it is asked for
            await slack.command(one.user, "/kudos")
            await asyncio.sleep(0.5)
        self._form = slack.see_form(one.user)
        await slack.door.close()
        teams.door = HttpDoor(f"{base}/api/messages", self.house.openid.header)
        await teams.say(another.user, "/kudos")
        await until(lambda: teams.see_personal(another.user)[-1].author == "bot")
        card = teams.see_personal(another.user)[-1]
        await teams.act(another.user, actions(card.cards[0])[0], card)
        await until(lambda: bool(teams.world.dialog(another.user)))
        self._dialog = teams.world.dialogs[another.user][-1]
        await teams.door.close()
        slack.door = teams.door = self._taker

    async def do(self, *shapes: str) -> Happening:
        """Something that somebody does, in either chat; of these shapes where any are named."""
        mark = f"k{next(self._marks):06}"
        shape = self._random.choice(shapes or tuple(self._shapes))
        platform, make = self._shapes[shape]
        giver = self._random.choice([one for one in self.house.people if one.platform == platform])
        receiver = self._random.choice([one for one in self.house.people if one != giver])
        await make(giver, receiver, mark)
        if giver.platform == "teams":
            return Happening(
                mark, shape, "/api/messages", json.dumps(self._taker.taken[0]).encode(), self._teams_headers
            )
        raw, content_type = encode(*self._taker.taken)
        slack = self.house.slack
        headers = signed(slack.signing_secret, raw, content_type, slack.world.now())
        return Happening(mark, shape, "/slack/events", raw, headers)

    # Slack

    async def _command(self, giver: Who, receiver: Who, mark: str) -> None:
        await self.house.slack.command(giver.user, "/kudos", f"@{receiver.name} dank je wel voor {mark}")

    async def _text(self, giver: Who, receiver: Who, mark: str) -> None:
        await self.house.slack.say(giver.user, f"kudos @{receiver.name} dank je wel voor {mark}")

    async def _press(self, giver: Who, receiver: Who, mark: str) -> None:
        """The button that repeats a command whose form could not be opened."""
        slack = self.house.slack
        call = {"kind": "command", "name": "kudos", "text": f"@{receiver.name} dank je wel voor {mark}"}
        held = {"call": json.dumps(call)}
        text = {"type": "plain_text", "text": "Opnieuw"}
        button = {"type": "button", "action_id": "slack.again", "text": text, "value": json.dumps(held)}
        said = slack.world.post(slack.world.dm(giver.user), "Opnieuw?", [{"type": "actions", "elements": [button]}])
        await slack.press(giver.user, "Opnieuw", said)

    async def _submit(self, giver: Who, receiver: Who, mark: str) -> None:
        slack = self.house.slack
        slack.world.forms.pop(giver.user, None)
        form = slack.world.stack(giver.user, copy.deepcopy(self._form.view))
        chosen = {"text": {"type": "plain_text", "text": receiver.name}, "value": str(receiver.id)}
        form.options["to"] = [chosen]
        await slack.submit(giver.user, to=[chosen["value"]], text=f"Dank je wel voor {mark}")

    # Teams

    @property
    def _teams_headers(self) -> dict[str, str]:
        return {"Content-Type": "application/json; charset=utf-8", "Authorization": self._auth}

    async def _say(self, giver: Who, receiver: Who, mark: str) -> None:
        await self._teams.say(giver.user, f"/kudos @{receiver.name} dank je wel voor {mark}")

    async def _again(self, giver: Who, receiver: Who, mark: str) -> None:
        """The same button, in a card."""
        call = {"kind": "command", "name": "kudos", "text": f"@{receiver.name} dank je wel voor {mark}"}
        world = self._teams.world
        card = world.put(world.personal(giver.user), {"text": "Opnieuw?"})
        action = {"type": "Action.Execute", "verb": "again", "data": {"ritme": {"k": "again", "call": call}}}
        await self._teams.act(giver.user, action, card)

    async def _task(self, giver: Who, receiver: Who, mark: str) -> None:
        body = copy.deepcopy(self._dialog.body)
        place = self._teams.world.personal(giver.user)
        dialog = Dialog(giver.user, body, {}, place)
        for action in actions(dialog.card):
            action.get("data", {}).get("ritme", {})["f"] = mark  # what it was opened by: each dialog has its own
        await self._teams.submit(giver.user, dialog, to=str(receiver.id), text=f"Dank je wel voor {mark}")
