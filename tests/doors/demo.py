"""Through the demo's own web server, as its page asks."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from aiohttp.test_utils import TestClient, TestServer

from bot.calls import Profile
from bot.demo import render
from bot.demo.chat import Chat as Rooms
from bot.demo.chat import Room, dm
from bot.demo.desk import Desk, Parts
from bot.demo.listen import Door
from bot.demo.send import DemoPlatform
from bot.demo.state import Menu, Person
from tests.chat import Chat
from tests.seen import Seen
from tests.world import CAST, Home, World

Json = dict[str, Any]


class DemoDoor:
    """What people do on the page, and what they see there."""

    name = "demo"

    def __init__(self, client: TestClient[Any, Any], rooms: Rooms) -> None:
        self.client, self.rooms = client, rooms
        self.pages: dict[str, Json] = {}
        self._keys = itertools.count(1)

    # doing

    async def command(self, user: str, verb: str, text: str) -> None:
        await self._do(user, {"kind": "typed", "text": f"/{verb} {text}".strip()})

    async def repeat(self, user: str, verb: str, text: str, times: int) -> list[str]:
        body = self._body(user, {"kind": "typed", "text": f"/{verb} {text}"})
        answers = await asyncio.gather(*(self._post(body) for _ in range(times)))
        entries = [self._entry(user, reply) for replies in answers for reply in replies if reply["type"] == "answer"]
        return ["\n".join(_lines(entry["body"])) for entry in entries]

    async def say(self, user: str, text: str) -> None:
        await self._do(user, {"kind": "typed", "text": text})

    async def press(self, user: str, label: str) -> None:
        places = self._places(user)
        found = [(place, button) for place in places for button in _buttons(place) if button["label"] == label]
        assert found, f"{user} sees no button {label!r} among {[_labels(place) for place in places]}"
        place, button = found[0]
        asked = {"kind": "press", "name": button["name"], "carry": button["carry"], "message": place.get("id", "")}
        await self._do(user, asked)

    async def tap(self, user: str, name: str, carry: dict[str, str]) -> None:
        await self._do(user, {"kind": "press", "name": name, "carry": carry})

    async def submit(self, user: str, values: dict[str, Any]) -> None:
        form = self._page(user).get("form")
        assert form, "no form is open"
        fields = {part["name"]: part for part in form["body"] if "name" in part}
        unknown = values.keys() - fields.keys()
        assert not unknown, f"no such fields: {unknown}"
        now = {name: _prefilled(part) for name, part in fields.items()}
        for name, value in values.items():
            part = fields[name]
            now[name] = await self._chosen(user, part, value) if part["type"] == "search" else value
        asked = {"kind": "submit", "name": form["name"], "carry": form["carry"], "values": now}
        await self._do(user, asked)

    async def shortcut(self, user: str, name: str, author: str, text: str) -> None:
        said = self.rooms.write("C-KUDOS", author, text)
        permalink = f"https://demo.example/{said.id}"
        await self._do(user, {"kind": "shortcut", "name": name, "message": said.id, "permalink": permalink})
        self.rooms.retract(said.id)

    async def home(self, user: str) -> None:
        shown = await (await self.client.get("/api/home", params={"as": user})).json()
        self._page(user).update(home=shown, answer=shown)

    # seeing

    def answered(self, user: str) -> Seen | None:
        return _seen(self._page(user).get("answer"))

    def form(self, user: str) -> Seen | None:
        return _seen(self._page(user).get("form"))

    def overview(self, user: str) -> Seen | None:
        return _seen(self._page(user).get("home"))

    def dms(self, user: str) -> list[Seen]:
        entries = self.rooms.visible(user, dm(user))
        return [_drawn(entry.message) for entry in entries if entry.message and not entry.only]

    def channel(self, word: str) -> list[Seen]:
        entries = self.rooms.visible("", f"C-{word.upper()}")
        return [_drawn(entry.message) for entry in entries if entry.message]

    # inside

    def _page(self, user: str) -> Json:
        return self.pages.setdefault(user, {})

    def _body(self, user: str, parts: Json) -> Json:
        return {"as": user, "key": f"{user}-{next(self._keys)}", "room": dm(user), **parts}

    async def _post(self, body: Json) -> list[Json]:
        origin = f"http://127.0.0.1:{self.client.port}"
        answer = await self.client.post("/api/call", json=body, headers={"Origin": origin})
        assert answer.status == 200, await answer.text()
        return await answer.json()  # type: ignore[no-any-return]

    async def _do(self, user: str, parts: Json) -> None:
        page = self._page(user)
        for reply in await self._post(self._body(user, parts)):
            match reply["type"]:
                case "answer":
                    page["answer"] = self._entry(user, reply)
                case "open_form" | "update_form" | "invalid":
                    page["form"] = reply["form"]
                case "close_form":
                    page["form"] = None
                case "show_home":
                    page["home"] = page["answer"] = reply["message"]

    def _entry(self, user: str, reply: Json) -> Json:
        entry = self.rooms.entry(reply["id"], user)
        assert entry is not None
        assert entry.message is not None
        return {"id": entry.id, **_message(entry.message)}

    def _places(self, user: str) -> list[Json]:
        page = self._page(user)
        entries = [entry for entry in self.rooms.visible(user, dm(user)) if entry.message and not entry.only]
        dms = [{"id": entry.id, **_message(entry.message)} for entry in reversed(entries)]
        return [place for place in (page.get("answer"), page.get("form"), *dms, page.get("home")) if place]

    async def _chosen(self, user: str, part: Json, names: Any) -> Any:
        """Types each name into the search field and takes the first option."""
        found = []
        for name in [names] if isinstance(names, str) else names:
            (reply,) = await self._post(self._body(user, {"kind": "lookup", "name": part["lookup"], "text": name}))
            assert reply["options"], f"nobody is called {name}"
            found.append(reply["options"][0]["value"])
        return found if part["several"] else (found or [""])[0]


class _Hands:
    """The test moves the clock itself."""

    def __init__(self, world: World) -> None:
        self.now = world.clock.now

    async def moves(self) -> tuple[()]:
        return ()

    async def move(self, to: Any) -> None:
        raise AssertionError(to)


@asynccontextmanager
async def opened(home: Home) -> AsyncIterator[Chat]:
    """A company on the demo's page."""
    world = World(home, "demo", "demo")
    everybody = tuple(Person(handle, name, language, zone) for handle, (name, _, language, zone) in CAST.items())
    rooms = Rooms((Room("C-KUDOS", "Kudos"),), world.clock.now)
    platform = DemoPlatform(rooms, tuple(Profile(one.user, one.name) for one in everybody))
    chat = Chat(world, platform)

    async def people() -> tuple[Person, ...]:
        return everybody

    desk = Desk(rooms, Parts(chat.dispatch.serve, _Hands(world), people, lambda _: Menu((), ())))
    async with TestClient(TestServer(Door(desk).app())) as client:
        assert (await client.get("/")).status == 200
        chat.door = DemoDoor(client, rooms)
        yield chat
    world.close()


# --- reading what the page is given ------------------------------------------------------------------


def _message(said: Any) -> Json:
    return render.message(said)


def _drawn(said: Any) -> Seen:
    found = _seen(_message(said))
    assert found is not None
    return found


def _seen(place: Json | None) -> Seen | None:
    if not place:
        return None
    lines = tuple(_lines(place["body"]))
    if "title" not in place:
        return Seen(place["summary"], lines, _labels(place))
    fields = [part for part in place["body"] if "name" in part]
    problem = (place["problem"],) if place["problem"] else ()
    return Seen(
        place["title"],
        problem + lines,
        _labels(place),
        tuple(part["name"] for part in fields),
        {part["name"]: part["error"] for part in fields if part["error"]},
        {part["name"]: _prefilled(part) for part in fields},
        _text(place["sees"]),
    )


def _text(runs: list[Json]) -> str:
    return "".join(run["text"] for run in runs)


def _lines(parts: list[Json]) -> list[str]:
    return [line for part in parts for line in _part(part)]


def _part(part: Json) -> list[str]:
    match part["type"]:
        case "heading" | "quote":
            return [part["text"]]
        case "say" | "small" | "meter":
            return [_text(part["text"])]
        case "facts":
            return [f"{label}: {_text(value)}" for label, value in part["rows"]]
        case "item":
            return [_text(part["text"]), *([_text(part["small"])] if part["small"] else [])]
        case "chart":
            return [part["title"], part["sentence"]]
        case "divider" | "actions":
            return []
        case _:
            return [part["label"]]


def _buttons(place: Json) -> list[Json]:
    rows = [part["buttons"] if part["type"] == "actions" else [part.get("button")] for part in place["body"]]
    return [button for row in rows for button in row if button]


def _labels(place: Json) -> tuple[str, ...]:
    return tuple(button["label"] for button in _buttons(place))


def _prefilled(part: Json) -> Any:
    value = part["value"]
    if part["type"] == "search":
        chosen = [option["value"] for option in value]
        return tuple(chosen) if part["several"] else (chosen or [""])[0]
    return tuple(value) if isinstance(value, list) else value
