"""Where people and rooms are reached: conversation references of our own, refreshed by everything that comes in.

Teams says of no conversation where it is, except in what it sends. So each activity is compared with what is known,
and only what is new is written down. What is known is asked of the store each time: another process may have learnt
since that somebody came, left, was blocked, or has another overview.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal, Protocol

from bot.payload import Json, deep
from bot.teams.connector import Connector, Failed, Place

SERVICE = "https://smba.trafficmanager.net/teams/"
"""Where Teams is spoken with before a tenant has said anything."""

MOST = 50_000
"""Rooms in memory, by who spoke there, at most."""

Kind = Literal["personal", "group", "channel"]


@dataclass(frozen=True, slots=True)
class Reference:
    """How somebody is reached, or how a room is.

    For a person the kind is "personal", and `conversation` is empty where they are known only from a room. For a room
    `user` is empty. `mri` is what Teams calls the person ("29:..."), `bot` what it calls us, `home` the activity that
    is their overview. `blocked` tells that nothing reaches them at present.
    """

    tenant: str
    user: str
    conversation: str
    kind: Kind
    service_url: str = ""
    bot: str = ""
    mri: str = ""
    locale: str = ""
    zone: str = ""
    home: str = ""
    blocked: bool = False

    @property
    def place(self) -> Place:
        return Place(self.service_url, self.conversation)

    @property
    def key(self) -> tuple[str, str]:
        return self.tenant, self.user or self.conversation


class References(Protocol):
    """What keeps references for good."""

    async def person(self, tenant: str, user: str) -> Reference | None: ...
    async def room(self, tenant: str, conversation: str) -> Reference | None: ...
    async def named(self, tenant: str, mri: str) -> Reference | None: ...
    async def people(self, tenant: str) -> tuple[Reference, ...]: ...
    async def rooms(self, tenant: str) -> tuple[Reference, ...]: ...

    async def service(self, tenant: str) -> str:
        """The address that was last seen in this tenant; empty where there is none."""

    async def keep(self, fresh: Reference) -> bool:
        """Merges what is said now into what is known, as one change. Whether there was no such conversation before.

        Who has a personal conversation and is not `blocked` can be reached again.
        """

    async def pin(self, tenant: str, user: str, home: str, instead: str = "") -> None:
        """Writes down somebody's overview: in any case, or only where it is still another (`instead`)."""

    async def drop(self, reference: Reference) -> None:
        """The app is gone there. A person is not reached any more, until they are heard of again."""


class Installs:
    """The references, and what follows from them. It remembers nothing that another process would have to know."""

    def __init__(self, store: References, connector: Connector, service: str = SERVICE) -> None:
        self._store, self._connector, self._service = store, connector, service
        self._heard: dict[tuple[str, str], Place] = {}

    # looking

    async def find(self, team: str, user: str) -> Reference | None:
        """How a person is reached."""
        return await self._store.person(team, user)

    async def room(self, team: str, conversation: str) -> Reference | None:
        return await self._store.room(team, conversation)

    async def people(self, team: str) -> tuple[Reference, ...]:
        """Everybody who has a conversation with Ritme."""
        return tuple(one for one in await self._store.people(team) if one.conversation)

    async def rooms(self, team: str) -> tuple[Reference, ...]:
        return await self._store.rooms(team)

    def heard(self, team: str, user: str) -> Place | None:
        """The room where somebody spoke last, as far as is remembered: a hint for what they say there just now."""
        return self._heard.get((team, user))

    async def service(self, team: str) -> str:
        """The address to begin a conversation at."""
        return await self._store.service(team) or self._service

    async def known_as(self, team: str, mri: str, place: Place) -> tuple[str, Json]:
        """The object id of somebody in a conversation whom Teams calls by an "29:" id; empty where nobody knows.

        Beside it is who they are, as Teams tells it the first time that they are asked for.
        """
        found = await self._store.named(team, mri)
        if found is not None:
            return found.user, {}
        try:
            member = await self._connector.member(place, mri)
        except Failed:
            return "", {}
        user = object_id(member)
        if user:
            await self._keep(Reference(team, user, "", "personal", place.service, mri=mri))
        return user, member if user else {}

    # learning

    async def keep(self, reference: Reference) -> bool:
        """What an activity tells. Whether the conversation was not known before."""
        if reference.kind == "personal":
            return await self._keep(replace(reference, blocked=False))
        new = await self._keep(replace(reference, user="", mri="", locale="", zone="", home=""))
        if reference.user:
            self._hear(reference)
            await self._keep(replace(reference, kind="personal", conversation="", home=""))
        return new

    async def left(self, reference: Reference) -> None:
        """The app was removed for a person, or from a room."""
        await self._store.drop(reference if reference.kind == "personal" else replace(reference, user=""))

    async def pin(self, team: str, user: str, activity: str) -> None:
        """Which activity is somebody's overview from now on."""
        await self._store.pin(team, user, activity)

    async def unpin(self, team: str, user: str, activity: str) -> None:
        """That activity is gone. Where another one took its place meanwhile, that stays."""
        await self._store.pin(team, user, "", instead=activity)

    # inside

    async def _keep(self, fresh: Reference) -> bool:
        known = await (self.find if fresh.user else self.room)(*fresh.key)
        return merged(known, fresh) != known and await self._store.keep(fresh)

    def _hear(self, reference: Reference) -> None:
        """Remembers where somebody spoke, and forgets the oldest where it becomes too much."""
        if len(self._heard) >= MOST and reference.key not in self._heard:
            del self._heard[next(iter(self._heard))]
        self._heard[reference.key] = reference.place


def merged(known: Reference | None, fresh: Reference) -> Reference:
    """What is said now, and what was said before where nothing is said of it.

    What somebody writes in a room does not tell that they can be reached alone.
    """
    if known is None:
        return fresh
    return Reference(
        known.tenant,
        known.user,
        fresh.conversation or known.conversation,
        known.kind if known.user else fresh.kind,
        fresh.service_url or known.service_url,
        fresh.bot or known.bot,
        fresh.mri or known.mri,
        fresh.locale or known.locale,
        fresh.zone or known.zone,
        fresh.home or (known.home if fresh.conversation in {"", known.conversation} else ""),
        known.blocked and not fresh.conversation,
    )


def begins(known: Reference | None, fresh: Reference) -> bool:
    """Whether there was no such conversation."""
    return known is None or fresh.conversation not in {"", known.conversation}


def object_id(member: dict[str, object]) -> str:
    """A member's id in the tenant's directory; empty for bots and people from outside."""
    return (deep(member, "aadObjectId") or deep(member, "objectId")).lower()
