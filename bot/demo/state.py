"""What the page shows to one pair of eyes, as JSON in that reader's words. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from bot.demo import looks, render
from bot.demo.chat import Chat, Entry, dm
from bot.demo.labels import labels
from bot.demo.looks import Looks
from bot.words import Words, words


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of the made-up company, as they are now. `away` is the first day back, if they are away."""

    user: str
    name: str
    language: str
    zone: str
    title: str = ""
    away: date | None = None


@dataclass(frozen=True, slots=True)
class Command:
    """Something that can be typed: `usage` is "/kudos", `hint` what follows it, `text` what it does."""

    usage: str
    hint: str
    text: str


@dataclass(frozen=True, slots=True)
class Menu:
    """What can be typed, and what can be done with somebody's message (name and label)."""

    commands: tuple[Command, ...]
    shortcuts: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Move:
    """A moment that the clock can go to. `brings` counts what becomes due on the way, by kind of work."""

    to: datetime
    what: str
    brings: Mapping[str, int] = field(default_factory=dict)


class Hands(Protocol):
    """The hands of the demo's clock."""

    def now(self) -> datetime:
        """Business time."""

    async def moves(self, zone: ZoneInfo) -> tuple[Move, ...]:
        """Where the clock can go, the next event first; days begin where the reader is."""

    async def move(self, to: datetime) -> None:
        """Goes there from due instant to due instant, doing what is due at each."""


_COUNTED = ("checkins.ask", "digest.send")
"""What is counted of what a moment brings, and said first. Of reminders and the like most turn out needless."""


def view(
    chat: Chat, me: Person, people: tuple[Person, ...], now: datetime, moves: tuple[Move, ...], menu: Menu
) -> render.Json:
    """Everything around the conversation: the panes, the badges, the clock, and the page's own words."""
    reader = words(me.language, me.zone)
    return {
        "version": chat.version,
        "me": me.user,
        "language": me.language,
        "labels": labels(reader, me.name.split()[0]),
        "clock": {
            "now": reader.moment(now),
            "zone": _place(me.zone),
            "moves": [
                {"to": move.to.isoformat(), "what": move.what, "label": _move(move, now, reader)} for move in moves
            ],
        },
        "people": [_person(person, chat, now, reader) for person in people],
        "rooms": [_dm(chat, me, reader), *(_channel(chat, me, name, topic) for name, topic in _rooms(chat))],
        "commands": [{"usage": command.usage, "hint": command.hint, "text": command.text} for command in menu.commands],
        "shortcuts": [{"name": name, "label": label} for name, label in menu.shortcuts],
    }


def room(chat: Chat, me: Person, people: tuple[Person, ...], id: str, now: datetime, through: Looks) -> render.Json:
    """A conversation as this person sees it, oldest first, in each of these looks."""
    reader = words(me.language, me.zone)
    names = {person.user: person.name for person in people}
    return {
        "room": id,
        "version": chat.version,
        "entries": [_entry(entry, names, now, reader, through) for entry in chat.visible(me.user, id)],
    }


def _rooms(chat: Chat) -> list[tuple[str, str]]:
    return [(room.name, room.topic) for room in chat.rooms]


def _dm(chat: Chat, me: Person, reader: Words) -> render.Json:
    id = dm(me.user)
    topic = reader.line("Only you and Ritme see this conversation.")
    return {"id": id, "kind": "dm", "name": "Ritme", "topic": topic, "unread": chat.unread(me.user, id)}


def _channel(chat: Chat, me: Person, name: str, topic: str) -> render.Json:
    return {"id": name, "kind": "channel", "name": name, "topic": topic, "unread": chat.unread(me.user, name)}


def _person(person: Person, chat: Chat, now: datetime, reader: Words) -> render.Json:
    """`reader` is who looks; the clock beside a name is that person's own."""
    theirs = words(person.language, person.zone)
    away = person.away and reader.line("away until {day}", day=reader.day(person.away))
    return {
        "user": person.user,
        "name": person.name,
        "initials": _initials(person.name),
        "title": person.title,
        "time": theirs.clock(now),
        "place": _place(person.zone),
        "away": away or "",
        "unread": chat.unread(person.user, dm(person.user)),
    }


def _entry(entry: Entry, names: Mapping[str, str], now: datetime, reader: Words, through: Looks) -> render.Json:
    said: dict[str, Any] = {"text": entry.text}
    if entry.message is not None:
        shown = looks.message(entry.message, through, entry.accounts, posted=entry.delivery > 0)
        said = {"summary": entry.message.summary, "looks": shown}
    return {
        "id": entry.id,
        "author": entry.author,
        "name": names.get(entry.author, "Ritme"),
        "day": _day(entry.at, now, reader),
        "time": reader.clock(entry.at),
        "private": bool(entry.only),
        "edited": entry.edited,
        **said,
    }


def _move(move: Move, now: datetime, reader: Words) -> str:
    """As the clock's button says it: "maandag 09:00: 11 check-ins"."""
    kinds = sorted(move.brings, key=lambda kind: (_COUNTED.index(kind) if kind in _COUNTED else len(_COUNTED), kind))
    brings = ", ".join(dict.fromkeys(_brought(kind, move.brings[kind], reader) for kind in kinds))
    when = _soon(move.to, now, reader)
    if not brings:
        return reader.line("{when}: nothing planned", when=when)
    return reader.line("{when}: {what}", when=when, what=brings)


def _brought(kind: str, n: int, reader: Words) -> str:
    if kind == "checkins.ask":
        return reader.many_line("{n} check-in", "{n} check-ins", n=n)
    if kind == "digest.send":
        return reader.many_line("{n} digest", "{n} digests", n=n)
    return reader.line("reminders") if kind.endswith(".remind") else reader.line("messages")


def _soon(at: datetime, now: datetime, reader: Words) -> str:
    """A moment not far ahead: "09:00", "morgen 09:00", "maandag 09:00", "di 1 dec om 09:00"."""
    days = (at.astimezone(reader.zone).date() - now.astimezone(reader.zone).date()).days
    if days == 0:
        return reader.clock(at)
    if days == 1:
        return reader.line("tomorrow {time}", time=reader.clock(at))
    if days < 7:
        return f"{reader.weekday(at)} {reader.clock(at)}"
    return reader.moment(at)


def _day(at: datetime, now: datetime, reader: Words) -> str:
    day, today = at.astimezone(reader.zone).date(), now.astimezone(reader.zone).date()
    if day == today:
        return reader.line("Today")
    if day == today - timedelta(days=1):
        return reader.line("Yesterday")
    name = f"{reader.weekday(day)} {reader.long_day(day)}"
    return name[0].upper() + name[1:]


def _place(zone: str) -> str:
    return zone.rpartition("/")[2].replace("_", " ")


def _initials(name: str) -> str:
    parts = [part for part in name.split() if part[0].isupper()]
    return (parts[0][0] + (parts[-1][0] if len(parts) > 1 else "")).upper()
