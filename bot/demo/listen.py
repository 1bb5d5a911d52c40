"""The demo's way in: the page, its questions, and what happens when somebody types, presses or sends.

The same calls as every other platform's, served by the same pipeline; what a reply does to the chat is decided here.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson
from aiohttp import web

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
from bot.demo import parse, render, state
from bot.demo.chat import Chat, Entry, dm
from bot.demo.guard import HEADERS, Guard
from bot.demo.state import Hands, Menu, Person
from bot.messages import Message, plain, texts
from bot.words import Words, words

PAGE = Path(__file__).parent / "page"
_TYPES = {".html": "text/html", ".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
_HEARTBEAT = 15.0
"""Seconds between two signs of life on an event stream, so that a closed one is noticed."""

Serve = Callable[[Call], Awaitable[tuple[AtOnce, ...]]]


@dataclass(frozen=True, slots=True)
class Parts:
    """What the door is given: the pipeline, the clock, and what is known of people.

    `people` is everybody in the company as they are now; `menu` is what can be typed and done, in a reader's words.
    """

    serve: Serve
    hands: Hands
    people: Callable[[], Awaitable[tuple[Person, ...]]]
    menu: Callable[[Words], Menu]


class Door:
    """The demo's web server."""

    def __init__(self, chat: Chat, parts: Parts) -> None:
        self._chat = chat
        self._parts = parts
        self._guard = Guard()
        self._moving = asyncio.Lock()

    def app(self) -> web.Application:
        app = web.Application(middlewares=[self._guard.check], client_max_size=256 * 1024)
        app.add_routes(
            [
                web.get("/", self._index),
                web.get("/page/{name}", self._file),
                web.get("/api/view", self._view),
                web.get("/api/room", self._room),
                web.get("/api/home", self._home),
                web.get("/api/events", self._events),
                web.post("/api/call", self._call),
                web.post("/api/read", self._read),
                web.post("/api/clock", self._clock),
            ]
        )
        return app

    # the page itself

    async def _index(self, _request: web.Request) -> web.StreamResponse:
        response = _page("index.html")
        self._guard.admit(response)
        return response

    async def _file(self, request: web.Request) -> web.StreamResponse:
        return _page(request.match_info["name"])

    # what it asks

    async def _view(self, request: web.Request) -> web.StreamResponse:
        people = await self._parts.people()
        me = _one(people, request.query.get("as", ""))
        reader = words(me.language, me.zone)
        moves = await self._parts.hands.moves()
        now = self._parts.hands.now()
        return _json(state.view(self._chat, me, people, now, moves, self._parts.menu(reader)))

    async def _room(self, request: web.Request) -> web.StreamResponse:
        people = await self._parts.people()
        me = _one(people, request.query.get("as", ""))
        room = request.query.get("room", "")
        if not self._chat.knows(me.user, room):
            raise web.HTTPNotFound
        return _json(state.room(self._chat, me, people, room, self._parts.hands.now()))

    async def _home(self, request: web.Request) -> web.StreamResponse:
        me = await self._somebody(request.query.get("as", ""))
        key = f"home:{me.user}:{self._chat.version}:{self._parts.hands.now().isoformat()}"
        replies = await self._parts.serve(parse.call({"kind": "home", "as": me.user, "key": key}))
        shown = next((reply.message for reply in replies if isinstance(reply, ShowHome)), None)
        return _json(render.message(shown) if shown else None)

    async def _events(self, request: web.Request) -> web.StreamResponse:
        """A line whenever the chat has changed."""
        response = web.StreamResponse(headers={**HEADERS, "Content-Type": "text/event-stream"})
        await response.prepare(request)
        version = -1
        with contextlib.suppress(ConnectionError):  # the page was closed
            while True:
                try:
                    version = await asyncio.wait_for(self._chat.after(version), _HEARTBEAT)
                    await response.write(f"data: {version}\n\n".encode())
                except TimeoutError:
                    await response.write(b": still here\n\n")
        return response

    # what happens

    async def _call(self, request: web.Request) -> web.StreamResponse:
        body = await _body(request)
        try:
            call = self._told(parse.call(body))
        except parse.Malformed as problem:
            raise web.HTTPBadRequest(text=str(problem)) from problem
        me = await self._somebody(call.account.user if call.account else "")
        room = call.origin.channel or dm(me.user)
        if not self._chat.knows(me.user, room):
            raise web.HTTPNotFound
        if call.kind == "text":
            self._chat.write(room, me.user, call.text)
            if room != dm(me.user):
                return _json([])  # said to colleagues: Ritme reads only what is sent to it
        replies = await self._parts.serve(call)
        return _json([self._settle(reply, call, me.user) for reply in replies])

    async def _read(self, request: web.Request) -> web.StreamResponse:
        body = await _body(request)
        me = await self._somebody(str(body.get("as", "")))
        self._chat.read(me.user, str(body.get("room", "")))
        return _json(None)

    async def _clock(self, request: web.Request) -> web.StreamResponse:
        """Moves the clock to one of the moments that the page offered; one hand at a time."""
        body = await _body(request)
        to = _moment(body.get("to"))
        async with self._moving:
            if to > self._parts.hands.now():
                await self._parts.hands.move(to)
                self._chat.touch()
        return _json(None)

    # inside

    async def _somebody(self, user: str) -> Person:
        return _one(await self._parts.people(), user)

    def _told(self, call: Call) -> Call:
        """A shortcut, with the message that it was used on, as far as its user can see that message."""
        if call.kind != "shortcut" or call.account is None:
            return call
        entry = self._chat.entry(call.origin.message, call.account.user)
        if entry is None:
            raise parse.Malformed("no such message")
        mentions = {"author": entry.author} if entry.author else {}
        return replace(call, text=_words_of(entry), mentions=mentions)

    def _settle(self, reply: AtOnce, call: Call, user: str) -> render.Json:  # noqa: PLR0911 - a line for each reply there is
        """Does what a reply asks of the chat, and says what it asks of the page."""
        match reply:
            case Answer(message):
                return self._answer(message, call, user)
            case ReplaceOrigin(message):
                entry = self._chat.entry(call.origin.message, user)
                if entry and self._chat.revise(entry.id, message):
                    return {"type": "answer", "room": entry.room, "id": entry.id}
                return self._answer(message, call, user)
            case OpenForm(form) | UpdateForm(form):
                return {"type": reply.type, "form": render.form(form)}
            case Invalid(form, errors):
                return {"type": "invalid", "form": render.form(form, errors)}
            case Options(found):
                return {"type": "options", "options": render.options(found)}
            case InsertInCompose(text):
                return {"type": "insert", "text": text}
            case ShowHome(message):
                return {"type": "show_home", "message": render.message(message)}
            case CloseForm():
                return {"type": "close_form"}

    def _answer(self, message: Message, call: Call, user: str) -> render.Json:
        entry = self._chat.say(call.origin.channel or dm(user), message, only=user)
        return {"type": "answer", "room": entry.room, "id": entry.id}


def _words_of(entry: Entry) -> str:
    """What a message says, as running text."""
    if entry.message is None:
        return entry.text
    return "\n".join(filter(None, map(plain, texts(entry.message.body)))) or entry.message.summary


def _one(people: tuple[Person, ...], user: str) -> Person:
    """The person with this handle; the first one when the page does not say through whose eyes it looks."""
    if not user:
        return people[0]
    found = next((person for person in people if person.user == user), None)
    if found is None:
        raise web.HTTPNotFound
    return found


def _page(name: str) -> web.Response:
    path = PAGE / name
    if path.parent != PAGE or path.suffix not in _TYPES or not path.is_file():
        raise web.HTTPNotFound
    return web.Response(body=path.read_bytes(), content_type=_TYPES[path.suffix], charset="utf-8", headers=HEADERS)


def _json(value: Any) -> web.Response:
    return web.json_response(value, headers=HEADERS)


async def _body(request: web.Request) -> dict[str, Any]:
    if request.content_type != "application/json":
        raise web.HTTPUnsupportedMediaType
    try:
        body = orjson.loads(await request.read())
    except orjson.JSONDecodeError as problem:
        raise web.HTTPBadRequest from problem
    if not isinstance(body, dict):
        raise web.HTTPBadRequest
    return body


def _moment(text: Any) -> datetime:
    try:
        moment = datetime.fromisoformat(str(text))
    except ValueError as problem:
        raise web.HTTPBadRequest from problem
    if moment.tzinfo is None:
        raise web.HTTPBadRequest
    return moment
