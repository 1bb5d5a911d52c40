"""The way out to Teams: `bot.parcels.Platform` on its REST API."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import TypeVar

import structlog

from bot.calls import Profile
from bot.messages import Message
from bot.parcels import LIMITED, Halted, Later, Pace, Parcel, Result, Sent, Unknown
from bot.payload import Json, deep
from bot.teams import render
from bot.teams.connector import Connector, Failed, Place, reference, referred
from bot.teams.installs import Installs, Reference, object_id
from bot.teams.parse import PLATFORM

__all__ = ["Connector", "Failed", "Place", "TeamsPlatform", "profile", "reference", "referred"]

log = structlog.get_logger()

PACE = Pace("all", frozenset({"dm", "post", "revise", "retract", "home"}), rate=30.0, burst=15.0)
"""Teams allows an app 50 requests in a second in a tenant; what is left over is for answers and for long messages."""
REQUESTS = 40.0
"""Requests in a second that Ritme makes of itself, where a message takes several or a list is read."""

_TRIES = 5
_ASKED = 10
_TOGETHER, _WINDOW = 3, 10.0
"""So many conversations limited within so many seconds: then it is the app that is limited, and not they."""
_LANE = 10.0

_UNREACHED = frozenset({"blocked", "ForbiddenOperationException", "BotNotInConversationRoster", "BotDisabledByAdmin"})
"""What Teams says of a person who blocked or removed the app, or never had it."""
_GONE = frozenset({"ConversationNotFound", "ActivityNotFoundInConversation", "MemberNotFoundInConversation", "404"})
_OUTSIDE = frozenset({"guest", "anonymous"})

Ids = tuple[str, ...]
T = TypeVar("T")


class TeamsPlatform:
    """Sends parcels to the people and rooms of every tenant that has the app.

    `opening` are the buttons that may open a dialog; `rate` is how many messages a second a tenant takes.
    """

    name = PLATFORM
    post_gap = dm_gap = 0.5
    """Teams takes sixty messages in half a minute in one conversation, and eight in two seconds."""

    def __init__(
        self,
        connector: Connector,
        installs: Installs,
        opening: frozenset[str] = frozenset(),
        rate: float | None = None,
    ) -> None:
        self._connector, self._installs, self._opening = connector, installs, opening
        self.paces: tuple[Pace, ...] = (PACE.at(rate) if rate else PACE,)
        self._pace = _Pace(max(REQUESTS, rate or 0.0))
        self._limits = _Limits()
        self._begun: dict[int, Ids] = {}

    async def send(self, parcel: Parcel) -> Result:
        try:
            result = await self._done(parcel)
        except Failed as failure:
            result = failure.result
        if isinstance(result, Sent | Halted):
            self._begun.pop(parcel.delivery, None)
        if isinstance(result, Later) and result.reason == LIMITED:
            return self._limits.met(parcel.to, result)
        if isinstance(result, Halted) and parcel.verb in {"dm", "home"} and result.reason in _UNREACHED:
            return replace(result, account=True)
        return result

    async def find_sent(self, parcel: Parcel, since: datetime) -> Sent | Unknown | None:  # noqa: ARG002 - nothing to look in
        """A bot cannot read back what it said.

        Of a message its kind says whether it is said again. What changes or takes back something can be done any
        number of times.
        """
        return Unknown("no_lookup") if parcel.verb in {"dm", "post"} else None

    async def profile(self, team: str, user: str) -> Profile | None:
        """Who somebody is, from the first conversation that tells: their own, where they spoke last, the newest rooms.

        Somebody waits for this, and Teams counts the questions, so they are few.
        """
        known, heard = await self._installs.find(team, user), self._installs.heard(team, user)
        own = known.place if known and known.conversation else None
        rooms = [room.place for room in await self._installs.rooms(team)]
        for place in [place for place in dict.fromkeys([own, heard, *rooms]) if place][:_ASKED]:
            try:
                return profile(await self._connector.member(place, user), team, known)
            except Failed as failure:
                log.info("not told who somebody is", reason=failure.result.reason)
        return None

    async def people(self, team: str) -> tuple[Profile, ...]:
        """Everybody in the rooms that have the app, and everybody who has it for themselves.

        A room or a person that is gone is left out; any other trouble is an error, for half a list is no list.
        """
        found: dict[str, Profile] = {}
        for room in await self._installs.rooms(team):
            async for member in self._members(room):
                user = object_id(member)
                if user and user not in found:
                    found[user] = profile(member, team, await self._installs.find(team, user))
        for known in await self._installs.people(team):
            if known.user not in found and not known.blocked:
                alone = await self._asked(partial(self._connector.member, known.place, known.user))
                if alone is not None:
                    found[known.user] = profile(alone, team, known)
        return tuple(found.values())

    async def _members(self, room: Reference) -> AsyncIterator[Json]:
        after = ""
        while True:
            page = await self._asked(partial(self._connector.members, room.place, after))
            if page is None:
                await self._installs.left(room)
                return
            for member in page[0]:
                yield member
            after = page[1]
            if not after:
                return

    async def _asked(self, ask: Callable[[], Awaitable[T]]) -> T | None:
        """An answer, with the patience that a long list takes; None where the app is not there any more."""
        for left in reversed(range(_TRIES)):
            await self._pace.turn()
            try:
                return await ask()
            except Failed as failure:
                ended = failure.result
                if isinstance(ended, Halted) and ended.reason in _UNREACHED | _GONE:
                    return None
                if not (left and isinstance(ended, Later)):
                    raise
                await asyncio.sleep(ended.seconds)
        return None

    # doing what a parcel says

    async def _done(self, parcel: Parcel) -> Result:
        match parcel.verb, parcel.message:
            case "retract", _:
                return await self._gone(*await self._said(parcel))
            case _, None:
                return Halted("nothing_to_say")
            case "home", said:
                return await self._home(parcel, said)
            case "revise", said:
                place, ids = await self._said(parcel)
                return await self._put(parcel, place, said, ids)
            case "post", said:
                room = parcel.to.partition(";")[0]  # a thread begins outside of any other
                return await self._put(parcel, await self._room(parcel.team, room), said)
            case _, said:
                return await self._dm(parcel, said)

    async def _dm(self, parcel: Parcel, said: Message) -> Result:
        """Says it in the person's own conversation, which begins anew where it was lost."""
        known = await self._installs.find(parcel.team, parcel.to)
        if known is not None and known.conversation:
            result = await self._put(parcel, known.place, said)
            if not (isinstance(result, Halted) and result.reason == "ConversationNotFound"):
                return result
        await self._pace.turn()
        service = await self._installs.service(parcel.team)
        place = await self._connector.create(service, parcel.team, (known.mri if known else "") or parcel.to)
        await self._installs.keep(Reference(parcel.team, parcel.to, place.conversation, "personal", place.service))
        return await self._put(parcel, place, said)

    async def _home(self, parcel: Parcel, said: Message) -> Result:
        """The overview as it is now, where somebody has one; who has none gets it when they ask."""
        known = await self._installs.find(parcel.team, parcel.to)
        if known is None or not (known.home and known.conversation):
            return Sent()
        await self._pace.turn()
        shown = render.home(said, parcel.accounts, self._opening, known.mri)
        result = await self._connector.update(known.place, known.home, shown)
        if isinstance(result, Halted) and result.reason in _GONE:
            await self._installs.unpin(parcel.team, parcel.to, known.home)
            return Sent()
        return result

    async def _said(self, parcel: Parcel) -> tuple[Place, Ids]:
        """Where something was said, and as what activities."""
        conversation, ids = referred(parcel.sent)
        return await self._room(parcel.team, conversation), ids

    async def _room(self, team: str, conversation: str) -> Place:
        known = await self._installs.room(team, conversation.partition(";")[0])
        return Place(known.service_url if known else await self._installs.service(team), conversation)

    async def _gone(self, place: Place, ids: Ids) -> Result:
        """Takes it away; what is away already is away."""
        for id in ids:
            await self._pace.turn()
            result = await self._connector.delete(place, id)
            if not (isinstance(result, Sent) or (isinstance(result, Halted) and result.reason in _GONE)):
                return result
        return Sent()

    async def _put(self, parcel: Parcel, place: Place, said: Message, posted: Ids = ()) -> Result:
        """Makes what stands there say this; says it in smaller parts where Teams finds it too large."""
        pieces: tuple[Message, ...] = (said,)
        result = await self._parts(parcel, place, pieces, posted)
        while result == Halted("too_large"):
            smaller = tuple(half for piece in pieces for half in _halves(piece))
            if smaller == pieces:
                return result
            pieces = smaller
            result = await self._parts(parcel, place, pieces, posted)
        return result

    async def _parts(self, parcel: Parcel, place: Place, pieces: tuple[Message, ...], posted: Ids) -> Result:
        """Says the parts one after the other: in the place of what stands there, and the rest below it.

        What arrived is remembered until all of it has, so that a second try does not say it twice.
        """
        shown = [part for piece in pieces for part in render.message(piece, parcel.accounts, self._opening)]
        ids = list(self._begun.get(parcel.delivery, posted))
        for n, part in enumerate(shown):
            await self._pace.turn()
            if n < len(ids):
                result = await self._connector.update(place, ids[n], part)
            else:
                result = await self._connector.say(place, part)
            if not isinstance(result, Sent):
                return result
            if n == len(ids):
                ids.extend(referred(result.ref)[1])
                self._begun[parcel.delivery] = tuple(ids)
        left = await self._gone(place, tuple(ids[len(shown) :]))
        return Sent(reference(place.conversation, tuple(ids[: len(shown)]))) if isinstance(left, Sent) else left


def _halves(said: Message) -> tuple[Message, ...]:
    middle = len(said.body) // 2
    if not middle:
        return (said,)
    return replace(said, body=said.body[:middle]), replace(said, body=said.body[middle:])


def profile(member: Json, tenant: str, known: Reference | None = None) -> Profile:
    """A member of a conversation, with the language and zone that they showed themselves. Guests are not ours."""
    name, address = deep(member, "name"), deep(member, "email") or deep(member, "userPrincipalName")
    role, home = deep(member, "userRole").lower(), deep(member, "tenantId").lower()
    inside = role not in _OUTSIDE and home in {"", tenant} and "#ext#" not in deep(member, "userPrincipalName").lower()
    return Profile(
        user=object_id(member),
        name=name,
        email=address,
        zone=known.zone if known else "",
        locale=known.locale if known else "",
        human=inside and bool(object_id(member)),
    )


# --- how fast ----------------------------------------------------------------------------------------


class _Pace:
    """So many turns in a second, evenly."""

    def __init__(self, rate: float) -> None:
        self._gap, self._next = 1 / rate, 0.0

    async def turn(self) -> None:
        now = asyncio.get_running_loop().time()
        at = max(self._next, now)
        self._next = at + self._gap
        if at > now:
            await asyncio.sleep(at - now)


class _Limits:
    """Whom a limit is about. Teams does not say, so it is told by how many meet it at the same time."""

    def __init__(self) -> None:
        self._met: dict[str, float] = {}

    def met(self, to: str, later: Later) -> Later:
        """One conversation has talked enough for now; or, where several have, the whole app."""
        now = asyncio.get_running_loop().time()
        self._met = {one: at for one, at in self._met.items() if now - at < _WINDOW} | {to: now}
        if len(self._met) < _TOGETHER:
            return later
        return Later(max(later.seconds, _LANE), later.reason, lane=True)
