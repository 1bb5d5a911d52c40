"""The demo's way in: the page, what it asks, and what people do on it. The work is done by `desk`."""

from __future__ import annotations

import asyncio
import contextlib
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson
from aiohttp import web

from bot.demo import looks, parse, render, state
from bot.demo.desk import Desk, Nowhere
from bot.demo.guard import HEADERS, Guard
from bot.words import words

PAGE = Path(__file__).parent / "page"
_TYPES = {".html": "text/html", ".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
_HEARTBEAT = 15.0
"""Seconds between two signs of life on an event stream, so that a closed one is noticed."""


class Door:
    """The demo's web server."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._guard = Guard()
        self._moving = asyncio.Lock()

    def app(self) -> web.Application:
        app = web.Application(middlewares=[self._guard.check, _refused], client_max_size=256 * 1024)
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
        parts = self._desk.parts
        me = await self._desk.somebody(request.query.get("as", ""))
        reader = words(me.language, me.zone)
        now, moves = parts.hands.now(), await parts.hands.moves(reader.zone)
        return _json(state.view(self._desk.chat, me, await parts.people(), now, moves, parts.menu(reader)))

    async def _room(self, request: web.Request) -> web.StreamResponse:
        parts = self._desk.parts
        me = await self._desk.somebody(request.query.get("as", ""))
        room = request.query.get("room", "")
        if not self._desk.chat.knows(me.user, room):
            raise Nowhere(room)
        return _json(state.room(self._desk.chat, me, await parts.people(), room, parts.hands.now(), parts.looks))

    async def _home(self, request: web.Request) -> web.StreamResponse:
        me = await self._desk.somebody(request.query.get("as", ""))
        shown = await self._desk.home(me.user, f"home:{self._desk.chat.version}")
        return _json({**render.message(shown), "looks": looks.home(shown, self._desk.parts.looks)} if shown else None)

    async def _events(self, request: web.Request) -> web.StreamResponse:
        """A line whenever the chat has changed."""
        response = web.StreamResponse(headers={**HEADERS, "Content-Type": "text/event-stream"})
        await response.prepare(request)
        version = -1
        with contextlib.suppress(ConnectionError):  # the page was closed
            while True:
                try:
                    version = await asyncio.wait_for(self._desk.chat.after(version), _HEARTBEAT)
                    await response.write(f"data: {version}\n\n".encode())
                except TimeoutError:
                    await response.write(b": still here\n\n")
        return response

    # what happens

    async def _call(self, request: web.Request) -> web.StreamResponse:
        return _json(await self._desk.act(await _body(request)))

    async def _read(self, request: web.Request) -> web.StreamResponse:
        body = await _body(request)
        me = await self._desk.somebody(str(body.get("as", "")))
        self._desk.chat.read(me.user, str(body.get("room", "")))
        return _json(None)

    async def _clock(self, request: web.Request) -> web.StreamResponse:
        """Moves the clock to one of the moments that the page offered; one hand at a time."""
        to = _moment((await _body(request)).get("to"))
        hands = self._desk.parts.hands
        async with self._moving:
            if to > hands.now():
                await hands.move(to)
                self._desk.chat.touch()
        return _json(None)


@web.middleware
async def _refused(request: web.Request, handler: Any) -> web.StreamResponse:
    """What the page would never ask, as an answer that says so."""
    try:
        answer: web.StreamResponse = await handler(request)
    except parse.Malformed as problem:
        return web.json_response({"error": str(problem)}, status=400, headers=HEADERS)
    except Nowhere:
        return web.json_response({"error": "not here"}, status=404, headers=HEADERS)
    return answer


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
        raise parse.Malformed("not JSON") from problem
    if not isinstance(body, dict):
        raise parse.Malformed("not an object")
    return body


def _moment(text: Any) -> datetime:
    try:
        moment = datetime.fromisoformat(str(text))
    except ValueError as problem:
        raise parse.Malformed("not a moment") from problem
    if moment.tzinfo is None:
        raise parse.Malformed("a moment needs a zone")
    return moment
