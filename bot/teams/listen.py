"""The way in from Teams: activities with a signed token.

    verify (token, tenant, service) → parse (a call) → botbuilder → serve (commits) → answer → what is left

botbuilder is kept lean: it is given what it needs to route a turn, and neither a client nor a credential. Its own
adapter would answer 500 to every invoke that has something to say and to every bad token, and would build two clients
for each turn.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial

import orjson
import structlog
from aiohttp import web
from botbuilder.core import TurnContext
from botbuilder.core.teams import TeamsActivityHandler
from botbuilder.schema import Activity

from bot import entrance
from bot.calls import Account, Answer, AtOnce, Call, Invalid, Profile
from bot.entrance import Refused
from bot.messages import Form, Message
from bot.once import Once
from bot.payload import Json, Malformed, deep, digest
from bot.serving import Afterwards, Serve, served
from bot.teams import parse
from bot.teams.answer import Cards, Desk, acknowledge, typed
from bot.teams.installs import Installs, Reference
from bot.teams.send import Connector, Failed, profile
from bot.teams.verify import Verifier

log = structlog.get_logger()

PATH = "/api/messages"
Remade = Callable[[Call], Awaitable[Form | None]]

_HEADERS = ("authorization", "content-type")


@dataclass(frozen=True, slots=True)
class Parts:
    """What the door is given. `verb` is the command that a typed word stands for; `form` makes the form of a call
    again, filled in, where that can be done; `sorry` is said when serving itself failed.
    """

    serve: Serve
    form: Remade
    installs: Installs
    connector: Connector
    now: Callable[[], float]
    sorry: Callable[[], Message]
    verb: Callable[[str], str]
    opening: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Taken:
    """What to answer to an activity, and what to begin once that is on its way."""

    status: int = 200
    body: Json | None = None
    then: Callable[[], None] = lambda: None


@dataclass(slots=True)
class Turn:
    """One activity that means something: the call, who made it, and what came of it."""

    name: str
    call: Call
    who: Reference
    body: Json | None = None
    left: Sequence[AtOnce] = ()


class Door:
    """Takes activities to the pipeline, and its replies back."""

    def __init__(self, parts: Parts, verifier: Verifier) -> None:
        self._parts = parts
        self._verifier = verifier
        self._bot = _Turns(self._listen)
        self._cards = Cards(parts.opening)
        self._said = Once(parts.now)
        self._after = Afterwards()

    def routes(self) -> list[web.RouteDef]:
        return [web.post(PATH, self._http)]

    async def take(self, body: Json) -> Taken:
        """One genuine activity."""
        try:
            call, who = parse.call(body), parse.reference(body)
        except Malformed as problem:
            log.warning("malformed activity", reason=str(problem))
            return Taken(400)
        if who and (call is None or call.kind != "event"):
            await self._known(who)
        if who is None or call is None:
            return Taken(body={} if body["type"] == "invoke" else None)
        return await self._take(body, call, who)

    async def settle(self) -> None:
        """Waits for everything that is still being done after an answer."""
        await self._after.settle()

    # inside

    async def _http(self, request: web.Request) -> web.StreamResponse:
        try:
            raw = await entrance.body(request)
            body = await self._verifier.open(entrance.headers(request, _HEADERS), raw)
        except Refused as refused:
            log.warning("request refused", reason=refused.reason)
            return web.Response(status=refused.status)
        taken = await self.take(body)
        response = _response(taken)
        try:
            await response.prepare(request)
            await response.write_eof()
        finally:  # what was committed is said, whether or not Teams waited
            taken.then()
        return response

    async def _take(self, body: Json, call: Call, who: Reference) -> Taken:
        turn = Turn(deep(body, "name"), await self._meant(call, who), who)
        await self._bot.on_turn(_context(self, body, turn))
        if body["type"] == "message" and not self._said.first(digest([call.key, turn.left])):
            turn.left = ()
        return Taken(200, turn.body, partial(self._begin, turn))

    async def _listen(self, turn: Turn) -> None:
        """What botbuilder is told to do with everything."""
        call = turn.call
        if call.name == parse.MET:
            call = replace(call, profiles=await self._profiles(turn.who))
        elif call.name == parse.LEFT:
            await self._parts.installs.left(turn.who)
        replies = await served(call, self._parts.serve, self._parts.sorry)
        if call.name == parse.MET and not await self._parts.installs.keep(turn.who):
            return  # Teams tells of one coming in two ways
        if call.kind == "submit":
            replies = await self._given_back(call, replies)
        turn.body, turn.left = acknowledge(turn.name, call, replies, self._cards, turn.who.mri)

    async def _given_back(self, call: Call, replies: tuple[AtOnce, ...]) -> tuple[AtOnce, ...]:
        """An answer that does not close a form is a problem, and nobody should have to type twice.

        Teams does not send a form back with its values, so the form is made again; where that cannot be done, the
        words are given back to copy.
        """
        said = next((reply.message for reply in replies if isinstance(reply, Answer)), None)
        if said is None or any(not isinstance(reply, Answer) for reply in replies):
            return replies
        form = await self._parts.form(call)
        if form is not None:
            return (Invalid(replace(form, body=(*said.body, *form.body)), {}),)
        return (Answer(replace(said, body=(*said.body, *typed(call)))),) if call.origin.view else replies

    async def _profiles(self, who: Reference) -> tuple[Profile, ...]:
        """Who added Ritme, as the conversation knows them; nobody where it doesn't tell."""
        try:
            member = await self._parts.connector.member(who.place, who.mri or who.user)
        except Failed:
            return ()
        return (profile(member, who.tenant, who),)

    async def _known(self, who: Reference) -> None:
        """Where to find somebody is of use later; without it they are answered all the same."""
        try:
            await self._parts.installs.keep(who)
        except Exception:
            log.exception("reference not kept")

    async def _meant(self, call: Call, who: Reference) -> Call:
        """The call with object ids for who is mentioned, and the overview where somebody asks for their own."""
        if any(id.startswith("29:") for id in call.mentions.values()):
            found = await asyncio.gather(*(self._person(id, who) for id in call.mentions.values()))
            named = zip(call.mentions, found, strict=True)
            call = replace(call, mentions={name: id for name, id in named if id})
        if call.kind in {"command", "text"} and who.kind == "personal" and self._asks_for_home(call):
            return replace(call, kind="home", name="home", text="")
        return call

    def _asks_for_home(self, call: Call) -> bool:
        """By that word alone; in a conversation of one's own it is a card that stays as things are."""
        word, rest = (call.text.strip(), "") if call.kind == "text" else (call.name, call.text)
        return not rest and self._parts.verb(word) == "home"

    async def _person(self, id: str, who: Reference) -> str:
        """The object id of who is mentioned; empty where nobody knows it, and the name has to do."""
        if not id.startswith("29:"):
            return id
        try:
            user, told = await self._parts.installs.known_as(who.tenant, id, who.place)
        except Exception:
            log.exception("mention not known")
            return ""
        if told:
            await self._met(told, who)
        return user

    async def _met(self, told: Json, who: Reference) -> None:
        """Somebody is mentioned for the first time: the directory may know them by their address."""
        account = Account(parse.PLATFORM, who.tenant, who.user)
        seen = Call("event", "person.seen", account, "", profiles=(profile(told, who.tenant),))
        with suppress(Exception):  # logged where they are served; the name still says who is meant
            await served(seen, self._parts.serve, self._parts.sorry)

    def _begin(self, turn: Turn) -> None:
        """Starts on the replies that did not travel in the answer."""
        if not turn.left:
            return
        self._after.begin(self._finish(turn))

    async def _finish(self, turn: Turn) -> None:
        parts = self._parts
        desk = Desk(parts.connector, parts.installs, parts.opening, turn.call, turn.who)
        for reply in turn.left:
            await desk.do(reply)


class _Turns(TeamsActivityHandler):  # type: ignore[misc] # botbuilder has no types of its own
    """botbuilder's handler. Whatever kind of activity it finds, the turn holds the call that it means."""

    def __init__(self, listen: Callable[[Turn], Awaitable[None]]) -> None:
        self._listen = listen

    async def on_message_activity(self, turn_context: TurnContext) -> None:
        await self._listen(turn_context.turn_state[_TURN])

    async def on_invoke_activity(self, turn_context: TurnContext) -> None:
        await self._listen(turn_context.turn_state[_TURN])

    async def on_installation_update(self, turn_context: TurnContext) -> None:
        await self._listen(turn_context.turn_state[_TURN])

    async def on_conversation_update_activity(self, turn_context: TurnContext) -> None:
        await self._listen(turn_context.turn_state[_TURN])


_TURN = "ritme.turn"


def _context(door: Door, body: Json, turn: Turn) -> TurnContext:
    """A turn as botbuilder wants it. Its activity says what kind it is; all else is in the call already."""
    activity = Activity(
        type=body["type"],
        id=body["id"],
        name=turn.name,
        channel_id=deep(body, "channelId"),
        service_url=turn.who.service_url,
    )
    context = TurnContext(door, activity)
    context.turn_state[_TURN] = turn
    return context


def _response(taken: Taken) -> web.Response:
    if taken.body is None:
        return web.Response(status=taken.status)
    return web.Response(body=orjson.dumps(taken.body), status=taken.status, content_type="application/json")
