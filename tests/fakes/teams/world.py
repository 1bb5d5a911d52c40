"""What a tenant holds: people, conversations, what was said in them, and the dialogs that are open."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from itertools import count
from typing import Any

Json = dict[str, Any]


@dataclass
class Someone:
    """A person of the tenant. `user` is the Entra object id, `mri` what this bot calls them."""

    user: str
    name: str
    email: str = ""
    locale: str = "nl-NL"
    zone: str = "Europe/Amsterdam"
    installed: bool = True
    """Whether they have the app for themselves, so that it can write to them."""
    blocked: bool = False
    guest: bool = False

    @property
    def mri(self) -> str:
        return f"29:{self.user}"

    @property
    def member(self) -> Json:
        """As a roster shows them."""
        return {
            "id": self.mri,
            "aadObjectId": self.user,
            "objectId": self.user,
            "name": self.name,
            "email": self.email,
            "userPrincipalName": self.email,
            "tenantId": "",
            "userRole": "guest" if self.guest else "user",
        }


@dataclass
class Activity:
    """Something that stands in a conversation. `to` is set when only that person sees it."""

    id: str
    conversation: str
    body: Json
    author: str = "bot"
    to: str = ""
    mine: dict[str, Json] = field(default_factory=dict)
    """By person, the card that only they see in its place, until it is changed for everybody."""
    typed: dict[str, Json] = field(default_factory=dict)
    """By person, what they typed in its inputs and did not send yet."""

    @property
    def cards(self) -> list[Json]:
        """The adaptive cards in it."""
        return [one["content"] for one in self.body.get("attachments", ())]


@dataclass
class Conversation:
    """A chat with the bot (`personal`), a group chat, or a channel of a team."""

    id: str
    kind: str
    members: list[str] = field(default_factory=list)
    said: list[Activity] = field(default_factory=list)
    name: str = ""
    team: str = ""
    installed: bool = True
    """Whether the app is in it."""


@dataclass
class Dialog:
    """A dialog that somebody has open. `id` is the invoke that opened it, `errors` come from the card itself."""

    user: str
    body: Json
    typed: Json = field(default_factory=dict)
    conversation: str = ""
    extension: str = ""
    """The id of the message extension's command, where it was opened by one."""

    @property
    def card(self) -> Json:
        return dict(self.body["card"]["content"])


class World:
    """One tenant with one app in it."""

    def __init__(self, tenant: str = "11111111-0000-4000-8000-00000000000a", app: str = "app") -> None:
        self.tenant, self.app = tenant, app
        self.people: dict[str, Someone] = {}
        self.conversations: dict[str, Conversation] = {}
        self.dialogs: dict[str, list[Dialog]] = {}
        self._count = count(1)

    def number(self) -> str:
        """A fresh id, as Teams makes them for activities: digits that grow."""
        return str(1_790_000_000_000 + next(self._count))

    def add(self, user: str, name: str, **more: Any) -> Someone:
        """A person, with a personal conversation of their own."""
        self.people[user] = Someone(user, name, **more)
        self.conversations[self.personal(user)] = Conversation(self.personal(user), "personal", [user])
        return self.people[user]

    def personal(self, user: str) -> str:
        """The id of the conversation between this person and the bot."""
        return f"a:{user}"

    def channel(self, id: str, name: str, members: list[str], team: str = "19:team@thread.tacv2") -> Conversation:
        self.conversations[id] = Conversation(id, "channel", members, name=name, team=team)
        return self.conversations[id]

    def group(self, id: str, members: list[str]) -> Conversation:
        self.conversations[id] = Conversation(id, "groupChat", members)
        return self.conversations[id]

    def put(self, conversation: str, body: Json, *, author: str = "bot", to: str = "") -> Activity:
        """Something said. A channel's thread belongs to its channel."""
        place = self.conversations[conversation.partition(";")[0]]
        said = Activity(self.number(), conversation, json.loads(json.dumps(body)), author, to)
        place.said.append(said)
        return said

    def find(self, conversation: str, id: str) -> Activity | None:
        place = self.conversations.get(conversation.partition(";")[0])
        return next((one for one in place.said if one.id == id), None) if place else None

    def seen(self, conversation: str, user: str = "") -> list[Activity]:
        """What this person sees there, oldest first."""
        return [one for one in self.conversations[conversation].said if one.to in {"", user}]

    def dialog(self, user: str) -> Dialog | None:
        pile = self.dialogs.get(user)
        return pile[-1] if pile else None
