"""No pixels: calls go straight to the pipeline, messages are kept as they are. For tests of one capability's rules."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

from bot.calls import (
    Account,
    Answer,
    AtOnce,
    Call,
    CloseForm,
    Invalid,
    OpenForm,
    Options,
    Origin,
    Profile,
    ReplaceOrigin,
    ShowHome,
    UpdateForm,
)
from bot.messages import Button, Form, Message, Search
from bot.parcels import Pace, Parcel, Result, Sent
from tests.chat import Chat
from tests.seen import Seen, buttons, prefilled, seen
from tests.world import CAST, Home, World

PERMALINK = "https://chat.example/p1"


class PlainPlatform:
    """Keeps what it is given to send."""

    name = "demo"
    post_gap = dm_gap = 0.0
    paces: tuple[Pace, ...] = ()

    def __init__(self) -> None:
        self.sent: dict[str, list[tuple[str, Message]]] = {}
        self.homes: dict[str, Message] = {}
        self._refs = itertools.count(1)

    async def send(self, parcel: Parcel) -> Result:
        message = parcel.message
        if parcel.verb == "home" and message:
            self.homes[parcel.to] = message
            return Sent()
        if parcel.verb in {"dm", "post"} and message:
            ref = f"{parcel.to}:{next(self._refs)}"
            self.sent.setdefault(parcel.to, []).append((ref, message))
            return Sent(ref)
        place = self.sent[parcel.sent.split(":")[0]]
        index = next(i for i, (ref, _) in enumerate(place) if ref == parcel.sent)
        if message:
            place[index] = (parcel.sent, message)
        else:
            del place[index]
        return Sent(parcel.sent)

    async def find_sent(self, parcel: Parcel, since: datetime) -> Sent | None:
        return None

    async def profile(self, team: str, user: str) -> Profile | None:
        return None

    async def people(self, team: str) -> tuple[Profile, ...]:
        return tuple(Profile(handle, name, f"{handle}@demolen.example") for handle, (name, *_) in CAST.items())


class PlainDoor:
    """Straight to the pipeline."""

    name = "plain"

    def __init__(self, world: Any, serve: Any, platform: PlainPlatform) -> None:
        self.world, self.serve, self.platform = world, serve, platform
        self.answers: dict[str, Message] = {}
        self.forms: dict[str, Form | None] = {}
        self.errors: dict[str, dict[str, str]] = {}
        self._keys = itertools.count(1)

    # doing

    async def command(self, user: str, verb: str, text: str) -> None:
        if verb == "ritme":
            verb, _, text = (text or "home").partition(" ")
        await self._do(user, "command", verb, text=text)

    async def repeat(self, user: str, verb: str, text: str, times: int) -> list[str]:
        call = Call("command", verb, self._account(user), self._key(user), text=text)
        answers = await asyncio.gather(*(self.serve(call) for _ in range(times)))
        return [seen(reply.message).text for replies in answers for reply in replies if isinstance(reply, Answer)]

    async def say(self, user: str, text: str) -> None:
        await self._do(user, "text", "text", text=text)

    async def press(self, user: str, label: str) -> None:
        button = next((button for button in self._buttons(user) if button.label == label), None)
        assert button, f"{user} sees no button {label!r} among {[b.label for b in self._buttons(user)]}"
        await self.tap(user, button.name, dict(button.carry))

    async def tap(self, user: str, name: str, carry: dict[str, str]) -> None:
        await self._do(user, "press", name, carry=carry)

    async def submit(self, user: str, values: dict[str, Any]) -> None:
        form = self.forms.get(user)
        assert form is not None, "no form is open"
        unknown = values.keys() - {part.name for part in form.fields}
        assert not unknown, f"no such fields: {unknown}"
        now = {part.name: prefilled(part) for part in form.fields}
        for part in form.fields:
            if part.name in values:
                value = values[part.name]
                now[part.name] = await self._chosen(user, part, value) if isinstance(part, Search) else value
        await self._do(user, "submit", form.name, values=now, carry=dict(form.carry))

    async def shortcut(self, user: str, name: str, author: str, text: str) -> None:
        origin = Origin(permalink=PERMALINK)
        await self._do(user, "shortcut", name, text=text, mentions={"author": author}, origin=origin)

    async def home(self, user: str) -> None:
        await self._do(user, "home", "home")

    # seeing

    def answered(self, user: str) -> Seen | None:
        found = self.answers.get(user)
        return seen(found) if found else None

    def form(self, user: str) -> Seen | None:
        found = self.forms.get(user)
        return seen(found, self.errors.get(user)) if found else None

    def overview(self, user: str) -> Seen | None:
        found = self.platform.homes.get(user)
        return seen(found) if found else None

    def dms(self, user: str) -> list[Seen]:
        return [seen(message) for _, message in self.platform.sent.get(user, [])]

    def channel(self, word: str) -> list[Seen]:
        return [seen(message) for _, message in self.platform.sent.get(f"C-{word.upper()}", [])]

    # inside

    def _account(self, user: str) -> Account:
        return Account(self.world.platform, self.world.team, user)

    def _key(self, user: str) -> str:
        return f"{user}-{next(self._keys)}"

    async def _do(self, user: str, kind: Any, name: str, **parts: Any) -> None:
        for reply in await self.serve(Call(kind, name, self._account(user), self._key(user), **parts)):
            self._hears(user, reply)

    def _hears(self, user: str, reply: AtOnce) -> None:
        match reply:
            case Answer(message) | ReplaceOrigin(message):
                self.answers[user] = message
            case ShowHome(message):
                self.platform.homes[user] = self.answers[user] = message
            case OpenForm(form) | UpdateForm(form):
                self.forms[user], self.errors[user] = form, {}
            case Invalid(form, errors):
                self.forms[user], self.errors[user] = form, dict(errors)
            case CloseForm():
                self.forms[user], self.errors[user] = None, {}
            case _:
                pass

    def _buttons(self, user: str) -> list[Button]:
        places: list[Message | Form | None] = [self.answers.get(user), self.forms.get(user)]
        places += [message for _, message in reversed(self.platform.sent.get(user, []))]
        places.append(self.platform.homes.get(user))
        return [button for place in places if place is not None for button in buttons(place)]

    async def _chosen(self, user: str, part: Search, names: Any) -> Any:
        """Types each name into the search field and takes the first option."""
        found = []
        for name in [names] if isinstance(names, str) else names:
            call = Call("lookup", part.lookup, self._account(user), "", text=name)
            (reply,) = await self.serve(call)
            assert isinstance(reply, Options)
            assert reply.options, f"nobody is called {name}"
            found.append(reply.options[0].value)
        return tuple(found) if part.several else found[0]


@asynccontextmanager
async def opened(home: Home) -> AsyncIterator[Chat]:
    """A company whose chat has no pixels."""
    world = World(home)
    platform = PlainPlatform()
    chat = Chat(world, platform)
    chat.door = PlainDoor(world, chat.dispatch.serve, platform)
    yield chat
    world.close()
