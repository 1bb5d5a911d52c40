"""Where the demo's calls are served: what somebody does goes in, what the page should do comes out.

The page's requests come here, and so do the made-up people of the history and of the play in the terminal.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from bot.calls import (
    Answer,
    AtOnce,
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
from bot.demo import looks, parse, render
from bot.demo.chat import Chat, Entry, dm
from bot.demo.looks import Looks
from bot.demo.state import Hands, Menu, Person
from bot.messages import Form, Message, plain, texts
from bot.serving import Serve
from bot.words import Words


class Nowhere(LookupError):
    """There is no such person or room here."""


async def _nothing() -> None:
    """There is nothing to send."""


@dataclass(frozen=True, slots=True)
class Parts:
    """What the demo is given: the pipeline, the clock, and what is known of people.

    `people` is everybody in the company as they are now; `menu` is what can be typed and done, in a reader's words.
    `send` sends what waits: nothing beats in the demo but the hands of its clock. `looks` are the chats through whose
    eyes the page can look.
    """

    serve: Serve
    hands: Hands
    people: Callable[[], Awaitable[tuple[Person, ...]]]
    menu: Callable[[Words], Menu]
    send: Callable[[], Awaitable[None]] = _nothing
    looks: Looks = field(default_factory=dict)


class Desk:
    """Serves what people do, and lets the replies happen in the chat."""

    def __init__(self, chat: Chat, parts: Parts) -> None:
        self.chat = chat
        self.parts = parts
        self._met: set[str] = set()

    async def act(self, body: Any) -> list[render.Json]:
        """What the page should do after this. Raises `parse.Malformed` and `Nowhere`."""
        call = self._told(parse.call(body))
        user = await self._known(call.account.user if call.account else "")
        room = call.origin.channel or dm(user)
        if not self.chat.knows(user, room):
            raise Nowhere(room)
        if call.kind == "text":
            self.chat.write(room, user, call.text)
            if room != dm(user):
                return []  # said to colleagues: Ritme reads only what is sent to it
        settled = [self._settle(reply, call, user) for reply in await self.parts.serve(call)]
        if call.kind != "lookup":
            await self.parts.send()  # after the answer, which a delivery may change again
        return settled

    async def home(self, user: str, key: str) -> Message | None:
        """The overview as it is now. It only reads, so nothing is said anywhere."""
        replies = await self.parts.serve(parse.call({"kind": "home", "as": user, "key": key}))
        return next((reply.message for reply in replies if isinstance(reply, ShowHome)), None)

    async def somebody(self, user: str) -> Person:
        """The person with this handle; the first one when the page does not say through whose eyes it looks."""
        people = await self.parts.people()
        if not user:
            return people[0]
        found = next((person for person in people if person.user == user), None)
        if found is None:
            raise Nowhere(user)
        return found

    async def _known(self, user: str) -> str:
        """The same handle, once it is known to be somebody's."""
        if user not in self._met:
            self._met.add((await self.somebody(user)).user)
        return user

    def _told(self, call: Call) -> Call:
        """A shortcut, with the message that it was used on, as far as its user can see that message."""
        if call.kind != "shortcut" or call.account is None:
            return call
        entry = self.chat.entry(call.origin.message, call.account.user)
        if entry is None:
            raise parse.Malformed("no such message")
        mentions = {"author": entry.author} if entry.author else {}
        return replace(call, text=_words_of(entry), mentions=mentions)

    def _settle(self, reply: AtOnce, call: Call, user: str) -> render.Json:  # noqa: PLR0911 - a line for each reply
        """Does what a reply asks of the chat, and says what it asks of the page."""
        match reply:
            case Answer(message):
                return self._answer(message, call, user)
            case ReplaceOrigin(message):
                entry = self.chat.entry(call.origin.message, user)
                if entry and self.chat.revise(entry.id, message):
                    return {"type": "answer", "room": entry.room, "id": entry.id}
                return self._answer(message, call, user)
            case OpenForm(form) | UpdateForm(form):
                return {"type": reply.type, **self._form(form, {})}
            case Invalid(form, errors):
                return {"type": "invalid", **self._form(form, errors)}
            case Options(found):
                return {"type": "options", "options": render.options(found)}
            case InsertInCompose(text):
                return {"type": "insert", "text": text}
            case ShowHome(message):
                return {"type": "show_home", "message": render.message(message)}
            case CloseForm():
                return {"type": "close_form"}

    def _form(self, form: Form, errors: Mapping[str, str]) -> render.Json:
        shown = looks.form(form, self.parts.looks, errors)
        return {"form": render.form(form, errors), "looks": shown, "errors": dict(errors)}

    def _answer(self, message: Message, call: Call, user: str) -> render.Json:
        entry = self.chat.say(call.origin.channel or dm(user), message, only=user)
        return {"type": "answer", "room": entry.room, "id": entry.id}


def _words_of(entry: Entry) -> str:
    """What a message says, as running text."""
    if entry.message is None:
        return entry.text
    return "\n".join(filter(None, map(plain, texts(entry.message.body)))) or entry.message.summary
