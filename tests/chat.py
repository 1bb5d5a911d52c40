"""A test reads like a conversation:

    noor = chat.person("noor")
    await noor.types("/kudos @Lotte dank je wel voor je hulp")
    assert noor.sees.startswith("Je hebt Lotte bedankt.")
    assert chat.channel("kudos")[-1].lines[0] == "👏 Noor bedankt Lotte:"

What a person sees comes back as `Seen`: the notification, the lines of text, the labels of the buttons, the open
form. A driver carries the words in and out through one platform's real door.
"""

from __future__ import annotations

import asyncio
import itertools
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from bot.app import build_dispatch
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
from bot.messages import (
    Actions,
    Button,
    Chart,
    Divider,
    Facts,
    Form,
    Heading,
    Item,
    Message,
    Meter,
    Quote,
    Say,
    Search,
    Small,
    plain,
)
from bot.parcels import Parcel, Result, Sent
from tests.world import World


@dataclass(frozen=True)
class Seen:
    """One message or form as a person sees it, in words."""

    summary: str
    lines: tuple[str, ...]
    buttons: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    errors: dict[str, str] = field(default_factory=dict)
    values: dict[str, Any] = field(default_factory=dict)
    sees: str = ""

    @property
    def text(self) -> str:
        return "\n".join(self.lines)


class PlainPlatform:
    """Keeps what it is given to send, as a chat without pixels."""

    name = "demo"
    post_gap = 0.0

    def __init__(self) -> None:
        self.sent: dict[str, list[tuple[str, Message]]] = {}
        self.homes: dict[str, Message] = {}
        self._refs = itertools.count(1)

    async def send(self, parcel: Parcel) -> Result:
        if parcel.verb == "home":
            assert parcel.message is not None
            self.homes[parcel.to] = parcel.message
            return Sent()
        if parcel.verb in {"dm", "post"}:
            assert parcel.message is not None
            ref = f"{parcel.to}:{next(self._refs)}"
            self.sent.setdefault(parcel.to, []).append((ref, parcel.message))
            return Sent(ref)
        place = self.sent[parcel.sent.split(":")[0]]
        index = next(i for i, (ref, _) in enumerate(place) if ref == parcel.sent)
        if parcel.verb == "retract":
            del place[index]
        else:
            assert parcel.message is not None
            place[index] = (parcel.sent, parcel.message)
        return Sent(parcel.sent)

    async def find_sent(self, parcel: Parcel, since: datetime) -> Sent | None:
        return None

    async def profile(self, team: str, user: str) -> Profile | None:
        return None

    async def people(self, team: str) -> tuple[Profile, ...]:
        return ()


class Chat:
    """The company's chat. `world` is the database below it, for arranging what a conversation needs first."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.platform = PlainPlatform()
        self.dispatch = build_dispatch(world.database, world.clock, {world.platform: self.platform})
        self._people: dict[str, Speaker] = {}

    def person(self, handle: str) -> Speaker:
        return self._people.setdefault(handle, Speaker(self, handle))

    def channel(self, word: str) -> list[Seen]:
        return [seen(message) for _, message in self.platform.sent.get(f"C-{word.upper()}", [])]

    async def settle(self) -> None:
        """Sends everything that can be sent now."""
        from tests.settle import settle

        await settle(self)

    async def moves(self, to: datetime | timedelta) -> None:
        """Moves the clock from due instant to due instant, sending in between."""
        from tests.settle import moves

        await moves(self, self.world.clock.now() + to if isinstance(to, timedelta) else to)


class Speaker:
    """One person at their keyboard."""

    def __init__(self, chat: Chat, handle: str) -> None:
        self.chat, self.handle = chat, handle
        self.account = Account(chat.world.platform, chat.world.team, handle)
        self.answer: Message | None = None
        self.open: Form | None = None
        self.errors: dict[str, str] = {}
        self._keys = itertools.count(1)

    @property
    def id(self) -> int:
        return self.chat.world.people[self.handle]

    # doing

    async def types(self, line: str) -> None:
        """A slash command, or free text to Ritme."""
        if not line.startswith("/"):
            await self._serve("text", "text", text=line)
            return
        verb, _, rest = line[1:].partition(" ")
        if verb == "ritme":
            verb, _, rest = (rest or "home").partition(" ")
        await self._serve("command", verb, text=rest)

    async def presses(self, label: str) -> None:
        """The newest button with this label: in the answer, the open form, the direct messages, the overview."""
        button = next(button for button in self._buttons() if button.label == label)
        await self._serve("press", button.name, carry=dict(button.carry))

    async def taps(self, name: str, **carry: str) -> None:
        """A button that this person should not have, as an attacker would press it."""
        await self._serve("press", name, carry=carry)

    async def repeats(self, line: str, times: int) -> list[Seen]:
        """The same happening, delivered several times at once; what each delivery was answered."""
        verb, _, rest = line[1:].partition(" ")
        call = Call("command", verb, self.account, f"{self.handle}-{next(self._keys)}", text=rest)
        answers = await asyncio.gather(*(self.chat.dispatch.serve(call) for _ in range(times)))
        await self.chat.settle()
        return [seen(reply.message) for replies in answers for reply in replies if isinstance(reply, Answer)]

    async def fills(self, **values: Any) -> None:
        """Fills in these fields of the open form, leaves the others as they stand, and sends it."""
        form = self.open
        assert form is not None, "no form is open"
        unknown = values.keys() - {part.name for part in form.fields}
        assert not unknown, f"no such fields: {unknown}"
        now = {part.name: _standing(part) for part in form.fields}
        for name, value in values.items():
            part = next(part for part in form.fields if part.name == name)
            now[name] = await self._chosen(part, value) if isinstance(part, Search) else value
        await self._serve("submit", form.name, values=now, carry=dict(form.carry))

    async def uses(self, shortcut: str, author: str, text: str, permalink: str = "https://chat.example/p1") -> None:
        """A shortcut on somebody's message."""
        await self._serve(
            "shortcut", shortcut, text=text, mentions={"author": author}, origin=Origin(permalink=permalink)
        )

    async def opens_home(self) -> None:
        await self._serve("home", "home")

    # seeing

    @property
    def sees(self) -> str:
        """The last answer, in words."""
        assert self.answer is not None, "nothing was answered"
        return seen(self.answer).text

    @property
    def answered(self) -> Seen:
        assert self.answer is not None, "nothing was answered"
        return seen(self.answer)

    @property
    def form(self) -> Seen:
        assert self.open is not None, "no form is open"
        return seen(self.open, self.errors)

    @property
    def dms(self) -> list[Seen]:
        return [seen(message) for _, message in self.chat.platform.sent.get(self.handle, [])]

    # inside

    def _buttons(self) -> list[Button]:
        places = [self.answer, self.open]
        places += [message for _, message in reversed(self.chat.platform.sent.get(self.handle, []))]
        places.append(self.chat.platform.homes.get(self.handle))
        return [button for place in places if place is not None for button in _buttons(place)]

    async def _chosen(self, part: Search, names: Any) -> Any:
        """Types each name into the search field and takes the first option."""
        found = []
        for name in [names] if isinstance(names, str) else names:
            replies = await self._ask(part.lookup, name)
            assert replies, f"nobody is called {name}"
            found.append(replies[0].value)
        return tuple(found) if part.several else found[0]

    async def _ask(self, lookup: str, letters: str) -> Any:
        call = Call("lookup", lookup, self.account, "", text=letters)
        (reply,) = await self.chat.dispatch.serve(call)
        assert isinstance(reply, Options)
        return reply.options

    async def _serve(self, kind: Any, name: str, **parts: Any) -> None:
        key = f"{self.handle}-{next(self._keys)}"
        for reply in await self.chat.dispatch.serve(Call(kind, name, self.account, key, **parts)):
            self._hears(reply)
        await self.chat.settle()

    def _hears(self, reply: AtOnce) -> None:
        match reply:
            case Answer(message) | ReplaceOrigin(message):
                self.answer, self.errors = message, {}
            case ShowHome(message):
                self.chat.platform.homes[self.handle] = self.answer = message
            case OpenForm(form) | UpdateForm(form):
                self.open, self.errors = form, {}
            case Invalid(form, errors):
                self.open, self.errors = form, dict(errors)
            case CloseForm():
                self.open, self.errors = None, {}
            case _:
                pass


def seen(thing: Message | Form, errors: dict[str, str] | None = None) -> Seen:
    """A message or form in words."""
    lines = tuple(line for part in thing.body for line in _lines(part))
    buttons = tuple(button.label for button in _buttons(thing))
    if isinstance(thing, Message):
        return Seen(thing.summary, lines, buttons)
    values = {part.name: _standing(part) for part in thing.fields}
    problem = (thing.problem,) if thing.problem else ()
    names = tuple(part.name for part in thing.fields)
    return Seen(thing.title, problem + lines, buttons, names, errors or {}, values, plain(thing.sees))


def _lines(part: Any) -> list[str]:
    match part:
        case Heading(text) | Quote(text):
            return [text]
        case Say(text) | Small(text):
            return [plain(text)]
        case Meter(_, text):
            return [plain(text)]
        case Facts(rows):
            return [f"{label}: {plain(value)}" for label, value in rows]
        case Item(text, small):
            return [plain(text), *([plain(small)] if small else [])]
        case Chart(title, sentence):
            return [title, sentence]
        case Divider() | Actions():
            return []
        case _:
            return [part.label]


def _buttons(thing: Message | Form) -> list[Button]:
    found: list[Button] = []
    for part in thing.body:
        if isinstance(part, Actions):
            found.extend(part.buttons)
        elif isinstance(part, Item) and part.button:
            found.append(part.button)
    return found


def _standing(part: Any) -> Any:
    """What a field holds before anybody touches it, as the platforms send it."""
    value = part.value
    if isinstance(part, Search):
        chosen = tuple(option.value for option in value)
        return chosen if part.several else (chosen[0] if chosen else "")
    if value is None:
        return ""
    return value if isinstance(value, str | tuple) else value.isoformat()[:10]
