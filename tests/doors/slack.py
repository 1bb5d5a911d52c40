"""Through the real Bolt app, with signed requests, against a working fake of the Web API."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from tests.chat import Chat
from tests.fakes.slack import FakeSlack, Message, View
from tests.fakes.slack.world import _plain, _run
from tests.seen import Seen
from tests.slackdoor import opened as door_opened
from tests.world import CAST, Home, World

Place = Message | View


class SlackDoor:
    """What people do in Slack, and what they see there."""

    name = "slack"

    def __init__(self, slack: FakeSlack) -> None:
        self.slack = slack
        self._answers: dict[str, Place] = {}

    # doing

    async def command(self, user: str, verb: str, text: str) -> None:
        await self._watch(user, self.slack.command(user, f"/{verb}", text))

    async def repeat(self, user: str, verb: str, text: str, times: int) -> list[str]:
        reply = await self.slack.command(user, f"/{verb}", text)
        again = await asyncio.gather(*(self.slack.door.again() for _ in range(times - 1)))
        return ["\n".join(_lines(one.body["blocks"])) for one in (reply, *again)]

    async def say(self, user: str, text: str) -> None:
        before = {id(message) for message in self.slack.see_dm(user)}
        await self.slack.say(user, text)
        self._answers[user] = [m for m in self.slack.see_dm(user) if id(m) not in before and m.author == "UBOT"][-1]

    async def press(self, user: str, label: str) -> None:
        where = next((place for place in self._places(user) if label in place.labels), None)
        assert where, f"{user} sees no button {label!r} among {[place.labels for place in self._places(user)]}"
        await self._watch(user, self.slack.press(user, label, where))

    async def tap(self, user: str, name: str, carry: dict[str, str]) -> None:
        button = {"type": "button", "action_id": name, "value": json.dumps(carry), "text": _TAP}
        forged = self.slack.world.post(self.slack.world.dm(user), "", [{"type": "actions", "elements": [button]}])
        forged.to = user
        await self._watch(user, self.slack.press(user, name, forged))

    async def submit(self, user: str, values: dict[str, Any]) -> None:
        form = self.slack.see_form(user)
        assert form is not None, "no form is open"
        typed = {name: await self._typed(user, form, name, value) for name, value in values.items()}
        await self._watch(user, self.slack.submit(user, **typed))

    async def shortcut(self, user: str, name: str, author: str, text: str) -> None:
        said = self.slack.write(author, "C-KUDOS", text)
        await self._watch(user, self.slack.shortcut(user, name, said))
        self.slack.world.messages.remove(said)

    async def home(self, user: str) -> None:
        await self.slack.open_home(user)
        self._answers[user] = self.slack.see_home(user)

    # seeing

    def answered(self, user: str) -> Seen | None:
        place = self._answers.get(user)
        return None if place is None else _seen(place)

    def form(self, user: str) -> Seen | None:
        place = self.slack.see_form(user)
        return None if place is None or not place.view.get("callback_id") else _seen(place)

    def overview(self, user: str) -> Seen | None:
        place = self.slack.see_home(user)
        return None if place is None else _seen(place)

    def dms(self, user: str) -> list[Seen]:
        return [_seen(m) for m in self.slack.see_dm(user) if m.author == "UBOT" and not m.to and m.metadata]

    def channel(self, word: str) -> list[Seen]:
        return [_seen(message) for message in self.slack.see_channel(f"C-{word.upper()}")]

    # inside

    async def _watch(self, user: str, doing: Any) -> None:
        """Does something, and remembers what came of it: a new private message, a changed one, or a note in a view."""
        before = {id(message): json.dumps(message.blocks) for message in self.slack.see_dm(user)}
        reply = await doing
        assert reply.good, f"Slack got {reply.status}"
        changed = [m for m in self.slack.see_dm(user) if before.get(id(m)) != json.dumps(m.blocks)]
        note = self.slack.see_form(user)
        if changed:
            self._answers[user] = changed[-1]
        elif note is not None and not note.view.get("callback_id"):
            self._answers[user] = note

    def _places(self, user: str) -> list[Place]:
        places = [self._answers.get(user), self.slack.see_form(user), *reversed(self.slack.see_dm(user))]
        places.append(self.slack.see_home(user))
        return [place for place in places if place is not None]

    async def _typed(self, user: str, form: View, name: str, value: Any) -> Any:
        """Types each name into a search field and takes the first option."""
        assert name in form.inputs, f"no field {name} among {list(form.inputs)}"
        kind = form.inputs[name]["element"]["type"]
        if not kind.endswith("external_select"):
            return value
        found = []
        for letters in [value] if isinstance(value, str) else value:
            offered = await self.slack.lookup(user, name, letters)
            assert offered, f"nobody is called {letters}"
            found.append(offered[0][1])
        return found if kind.startswith("multi") else (found or [""])[0]


@asynccontextmanager
async def opened(home: Home, *, socket: bool = False) -> AsyncIterator[Chat]:
    """A company in Slack, reached by signed requests or down the app's web socket."""
    world = World(home, "slack", "T0000001", "U")
    calls: list[Any] = []

    async def serve(call: Any) -> Any:
        return await calls[0](call)

    async with door_opened(serve, socket=socket) as everything:
        slack, platform = everything.slack, everything.platform
        for handle, (name, _, language, zone) in CAST.items():
            locale = {"nl": "nl-NL", "en": "en-GB"}[language]
            slack.add_user(name, id=world.user(handle), email=f"{handle}@demolen.example", zone=zone, locale=locale)
        members = {"UBOT", *map(world.user, CAST)}
        slack.world.channels["C-KUDOS"] = {"id": "C-KUDOS", "name": "kudos", "members": members}
        platform.post_gap = platform.dm_gap = 0.0
        platform.paces = ()
        chat = Chat(world, platform)
        calls.append(chat.dispatch.serve)
        chat.door = SlackDoor(slack)
        yield chat
    world.close()


# --- reading blocks ----------------------------------------------------------------------------------

SPARKS = "▁▂▃▄▅▆▇█·"
_TAP = {"type": "plain_text", "text": "Tap"}


def _seen(place: Place) -> Seen:
    if isinstance(place, Message):
        return Seen(_unescaped(place.text), _lines(place.blocks), tuple(place.labels))
    blocks = place.view["blocks"]
    sees = ""
    if blocks and blocks[-1]["type"] == "context" and place.view.get("submit"):
        *blocks, last = blocks
        sees = "\n".join(_block(last))
    values = {name: _value(block["element"], place.typed.get(name)) for name, block in place.inputs.items()}
    return Seen(place.title, _lines(blocks), tuple(place.labels), tuple(values), dict(place.errors), values, sees)


def _lines(blocks: list[Any]) -> tuple[str, ...]:
    return tuple(_named(line) for block in blocks for line in _block(block))


def _named(line: str) -> str:
    """A mention is shown as the name of who is meant."""
    return re.sub(r"<@U(\w+)>", lambda found: CAST[found[1].lower()][0].split()[0], line)


def _block(block: Any) -> list[str]:
    """The lines of one block, without styles, and without what is only drawn (bars, sparklines)."""
    match block["type"]:
        case "header" | "section":
            return [_unmarked(line) for line in _plain(block.get("text"))]
        case "context":
            return [_unmarked(line) for each in block["elements"] for line in _plain(each)]
        case "rich_text":
            said = ["".join(map(_run, part["elements"])) for part in block["elements"]]
            return [line for one in said for line in _drawn_away(one)]
        case "input":
            return [block["label"]["text"]]
        case "data_visualization":
            return [block["title"]]
        case _:
            return []


def _drawn_away(said: str) -> list[str]:
    lines = said.rstrip("\n").split("\n")
    if not any(set(line[:1]) & set("▰▱" + SPARKS) for line in lines):
        return [said.rstrip("\n")]
    return [line.lstrip("▰▱ ") for line in lines if not set(line[:1]) & set(SPARKS)]


def _unmarked(line: str) -> str:
    return line.replace("*", "").replace("_", "")


def _unescaped(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _value(element: Any, typed: Any) -> Any:
    """What stands in a field."""
    if typed is not None:
        return tuple(typed) if isinstance(typed, list | tuple) else typed
    if "initial_option" in element:
        return element["initial_option"]["value"]
    if "initial_options" in element:
        return tuple(option["value"] for option in element["initial_options"])
    empty: Any = () if element["type"] in {"checkboxes", "multi_static_select", "multi_external_select"} else ""
    return next((element[key] for key in ("initial_value", "initial_date", "initial_time") if key in element), empty)
