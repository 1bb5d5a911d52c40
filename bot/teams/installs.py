"""Where people and rooms are reached: conversation references of our own, refreshed by everything that comes in.

Teams says of no conversation where it is, except in what it sends. So each activity is compared with what is known,
and only what is new is written down.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal, Protocol, TypeVar

from bot.payload import Json, deep
from bot.teams.connector import Connector, Failed, Place

SERVICE = "https://smba.trafficmanager.net/teams/"
"""Where Teams is spoken with before a tenant has said anything."""

MOST = 50_000
"""References in memory at most; the rest is looked up."""

Kind = Literal["personal", "group", "channel"]
Kept = TypeVar("Kept")


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

    async def keep(self, reference: Reference) -> None:
        """Writes it down as it is; who has a personal conversation and is not `blocked` can be reached again."""

    async def drop(self, reference: Reference) -> None:
        """The app is gone there. A person is not reached any more, until they are heard of again."""


class Installs:
    """The references, in memory where they were used."""

    def __init__(self, store: References, connector: Connector, service: str = SERVICE) -> None:
        self._store, self._connector, self._service = store, connector, service
        self._known: dict[tuple[str, str], Reference] = {}
        self._services: dict[str, str] = {}
        self._heard: dict[tuple[str, str], Place] = {}

    # looking

    async def find(self, team: str, user: str) -> Reference | None:
        """How a person is reached."""
        return self._known.get((team, user)) or self._learnt(await self._store.person(team, user))

    async def room(self, team: str, conversation: str) -> Reference | None:
        return self._known.get((team, conversation)) or self._learnt(await self._store.room(team, conversation))

    async def people(self, team: str) -> tuple[Reference, ...]:
        """Everybody who has a conversation with Ritme."""
        return tuple(one for one in await self._store.people(team) if one.conversation)

    async def rooms(self, team: str) -> tuple[Reference, ...]:
        return await self._store.rooms(team)

    def heard(self, team: str, user: str) -> Place | None:
        """The room where somebody spoke last, as far as is remembered."""
        return self._heard.get((team, user))

    async def service(self, team: str) -> str:
        """The address to begin a conversation at."""
        if team not in self._services:
            self._services[team] = await self._store.service(team) or self._service
        return self._services[team]

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
        """What an activity tells. Whether a person of it was not known before."""
        self._services[reference.tenant] = reference.service_url
        if reference.kind == "personal":
            return await self._keep(replace(reference, blocked=False))
        await self._keep(replace(reference, user="", mri="", locale="", zone="", home=""))
        if not reference.user:
            return False
        _bounded(self._heard, reference.key, reference.place)
        return await self._keep(replace(reference, kind="personal", conversation="", home=""))

    async def met(self, reference: Reference) -> bool:
        """The app was added for a person, or to a room. What is in memory of them may be old."""
        self._known.pop(reference.key, None)
        return await self.keep(reference)

    async def left(self, reference: Reference) -> None:
        """The app was removed for a person, or from a room."""
        gone = reference if reference.kind == "personal" else replace(reference, user="")
        self._known.pop(gone.key, None)
        await self._store.drop(gone)

    async def block(self, team: str, user: str) -> None:
        """Teams lets nothing through to this person. Their next sign of life is news, and is written down."""
        found = await self.find(team, user)
        if found is not None:
            self._learnt(replace(found, blocked=True))

    async def pin(self, team: str, user: str, activity: str) -> None:
        """Which activity is somebody's overview; empty where there is none any more."""
        found = await self.find(team, user)
        if found is not None and found.home != activity:
            self._learnt(replace(found, home=activity))
            await self._store.keep(replace(found, home=activity))

    # inside

    async def _keep(self, fresh: Reference) -> bool:
        known = await (self.find if fresh.user else self.room)(*fresh.key)
        merged = _merged(known, fresh) if known else fresh
        if merged != known:
            await self._store.keep(merged)
            self._learnt(merged)
        return known is None

    def _learnt(self, reference: Reference | None) -> Reference | None:
        if reference is not None:
            _bounded(self._known, reference.key, reference)
        return reference


def _bounded(kept: dict[tuple[str, str], Kept], key: tuple[str, str], what: Kept) -> None:
    """Remembers something, and forgets the oldest where it becomes too much."""
    if len(kept) >= MOST and key not in kept:
        del kept[next(iter(kept))]
    kept[key] = what


def _merged(known: Reference, fresh: Reference) -> Reference:
    """What is said now, and what was said before where nothing is said of it.

    What somebody writes in a room does not tell that they can be reached alone.
    """
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


def object_id(member: dict[str, object]) -> str:
    """A member's id in the tenant's directory; empty for bots and people from outside."""
    return (deep(member, "aadObjectId") or deep(member, "objectId")).lower()
