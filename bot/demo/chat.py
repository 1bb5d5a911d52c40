"""The demo's chat, in memory: rooms, what was said in them, and who saw what.

A room is a channel ("kudos") or the direct messages of one person with Ritme ("@noor"). Messages are kept neutral and
are drawn when somebody looks, so that another look or another language needs no second history.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bot.messages import Message


@dataclass(frozen=True, slots=True)
class Room:
    """A channel that everybody is in. `name` is its id as well; `topic` says what it is for."""

    name: str
    topic: str


@dataclass(slots=True)
class Entry:
    """One message. `author` is a user id, or empty for Ritme; `only` is the one person who sees it, or empty.

    A person's message has `text`, Ritme's has `message`. `delivery` is the delivery it came by, 0 for a direct answer.
    `accounts` are the user ids of the people it speaks to. `changed` is when it became what it is now, and `version`
    the chat's version since then.
    """

    id: str
    room: str
    author: str
    at: datetime
    text: str = ""
    message: Message | None = None
    only: str = ""
    edited: bool = False
    delivery: int = 0
    accounts: Mapping[int, str] = field(default_factory=dict)
    changed: datetime | None = None
    version: int = 0

    @property
    def number(self) -> int:
        return int(self.id[1:])


MOST = 3000
"""Messages that a chat remembers; a demo may stand open for weeks."""

NOBODY: Mapping[int, str] = {}
"""For where nobody's account is known: people are named, not spoken to."""


def dm(user: str) -> str:
    """The room of this person's direct messages with Ritme."""
    return f"@{user}"


class Chat:
    """Everything that can be seen in the demo. `version` grows by one with every change."""

    def __init__(self, rooms: tuple[Room, ...], now: Callable[[], datetime]) -> None:
        self.rooms = rooms
        self.version = 0
        self._now = now
        self._entries: dict[str, Entry] = {}
        self._count = 0
        self._read: dict[tuple[str, str], int] = {}
        self._changed = asyncio.Event()

    def write(self, room: str, user: str, text: str) -> Entry:
        """A person says something in a channel, or to Ritme."""
        entry = self._add(Entry(self._next(), room, user, self._now(), text=text))
        self._read[user, room] = entry.number
        return entry

    def say(
        self, room: str, message: Message, *, only: str = "", delivery: int = 0, accounts: Mapping[int, str] = NOBODY
    ) -> Entry:
        """Ritme says something."""
        entry = Entry(self._next(), room, "", self._now(), "", message, only, delivery=delivery, accounts=accounts)
        return self._add(entry)

    def revise(self, id: str, message: Message, accounts: Mapping[int, str] = NOBODY) -> bool:
        """Puts another message in the place of this one; False when there is none."""
        entry = self._entries.get(id)
        if entry is None or entry.message is None:
            return False
        entry.edited = entry.edited or entry.message != message
        entry.message, entry.accounts = message, accounts
        self._changes(entry)
        return True

    def retract(self, id: str) -> bool:
        if self._entries.pop(id, None) is None:
            return False
        self.touch()
        return True

    def touch(self) -> None:
        """Something that people see has changed: whoever looks should look again."""
        self.version += 1
        self._changed.set()
        self._changed = asyncio.Event()

    def entry(self, id: str, user: str) -> Entry | None:
        """A message, if this person can see it."""
        entry = self._entries.get(id)
        return entry if entry and self._sees(user, entry) else None

    def since(self, version: int) -> list[Entry]:
        """Every message that is new or different since this version, as it happened."""
        return sorted(
            (each for each in self._entries.values() if each.version > version), key=lambda each: each.version
        )

    def delivered(self, delivery: int) -> Entry | None:
        return next((entry for entry in self._entries.values() if entry.delivery == delivery), None)

    def visible(self, user: str, room: str) -> Iterator[Entry]:
        """What this person sees in this room, oldest first."""
        return (entry for entry in self._entries.values() if entry.room == room and self._sees(user, entry))

    def unread(self, user: str, room: str) -> int:
        last = self._read.get((user, room), 0)
        return sum(1 for entry in self.visible(user, room) if entry.number > last and entry.author != user)

    def read(self, user: str, room: str) -> None:
        """Everything in this room has been seen by this person."""
        last = max((entry.number for entry in self.visible(user, room)), default=0)
        if self._read.get((user, room), 0) < last:
            self._read[user, room] = last
            self.touch()

    def read_all(self, users: tuple[str, ...]) -> None:
        """Everybody has seen everything: where history ends and the demo begins."""
        for user in users:
            for room in (dm(user), *(room.name for room in self.rooms)):
                self.read(user, room)

    def knows(self, user: str, room: str) -> bool:
        return room == dm(user) or any(room == each.name for each in self.rooms)

    async def after(self, version: int) -> int:
        """Waits until the chat is newer than `version`, and says how new."""
        while self.version <= version:
            await self._changed.wait()
        return self.version

    def _sees(self, user: str, entry: Entry) -> bool:
        return entry.only in ("", user) and self.knows(user, entry.room)

    def _next(self) -> str:
        self._count += 1
        return f"m{self._count}"

    def _add(self, entry: Entry) -> Entry:
        self._entries[entry.id] = entry
        if len(self._entries) > MOST:
            del self._entries[next(iter(self._entries))]  # the oldest
        self._changes(entry)
        return entry

    def _changes(self, entry: Entry) -> None:
        self.touch()
        entry.version, entry.changed = self.version, self._now()
