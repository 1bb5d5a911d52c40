"""Everything that happens is a `Call`; everything that is said in return is a reply.

A platform's `parse` makes calls, `bot.dispatch` serves them, handlers return replies. Nothing here knows a platform
or a capability.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Literal

from bot.messages import Form, Message, Option
from bot.words import visible

Kind = Literal["command", "press", "submit", "shortcut", "lookup", "home", "event", "text", "due"]
"""
- command: a typed verb and what follows it
- press: a button
- submit: a form that was sent
- shortcut: an action on somebody's message (`Call.text` is that message, `Call.origin.permalink` its address)
- lookup: letters typed in a `Search` field (`Call.text`)
- home: the personal overview was opened
- event: a person joined, changed or left; the app was removed; what a `Fetch` brought back
- text: free text said to Ritme in a direct message
- due: the clock, for planned work
"""

Value = str | tuple[str, ...]

PERMALINK = "permalink"
"""The name under which a form or button carries a message's address. What is carried may come back by way of somebody's
own computer, so a platform's `parse` believes it only where that platform makes such addresses."""


_LARGEST = 2**31 - 1
"""PostgreSQL keeps no larger id, and refuses to look for one."""


def whole(text: str) -> int | None:
    """A whole number out of a field's value or name, as databases can keep it; None for anything else."""
    found = int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None
    return found if found is not None and found <= _LARGEST else None


@dataclass(frozen=True, slots=True)
class Account:
    """A person as one platform knows them. `team` is the platform's id of the workspace or tenant."""

    platform: str
    team: str
    user: str


@dataclass(frozen=True, slots=True)
class Profile:
    """A person as a platform describes them. `human` is False for bots and guests."""

    user: str
    name: str
    email: str = ""
    zone: str = ""
    locale: str = ""
    active: bool = True
    human: bool = True


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a call came from, in the platform's own ids. Handlers pass it on and do not look inside.

    `channel` and `message` name the message whose button was pressed or that a shortcut was used on, `trigger` opens
    a form, `view` is the open form, `respond` an address for a late private answer. `direct` says that a command was
    typed among a few people, and not in a channel.
    """

    channel: str = ""
    message: str = ""
    trigger: str = ""
    view: str = ""
    respond: str = ""
    permalink: str = ""
    direct: bool = False


@dataclass(frozen=True, slots=True)
class Call:
    """One thing that happened. `key` is the same for every delivery of the same happening, and for no other.

    `mentions` maps what stands in `text` ("@Lotte de Boer") to the platform's user id, for people who were picked
    rather than typed; for a shortcut, "author" to who wrote the message. `values` are a form's fields, `carry` is what
    the button or form held on to. `profiles` are the people that an event is about. A call without a key has no
    effect that could be doubled.
    """

    kind: Kind
    name: str
    account: Account | None
    key: str
    text: str = ""
    mentions: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Value] = field(default_factory=dict)
    carry: Mapping[str, str] = field(default_factory=dict)
    origin: Origin = field(default_factory=Origin)
    profiles: tuple[Profile, ...] = ()

    def value(self, name: str) -> str:
        """A single-valued field, stripped, and without NUL, which no database keeps; empty when it was left empty, or
        when nobody would see anything of what is in it.
        """
        value = self.values.get(name, "")
        return visible(value.replace("\0", "")) if isinstance(value, str) else ""

    def number(self, name: str) -> int | None:
        """A field as a whole number; None when it is none."""
        return whole(self.value(name))

    def day(self, name: str) -> date | None:
        """A field as a day; None when it is none."""
        try:
            return date.fromisoformat(self.value(name))
        except ValueError:
            return None

    def clock(self, name: str) -> time | None:
        """A field as a time of day on somebody's wall, in whole minutes; None when it is none."""
        try:
            return time.fromisoformat(self.value(name)).replace(second=0, microsecond=0, tzinfo=None)
        except ValueError:
            return None

    def chosen(self, name: str) -> tuple[str, ...]:
        """A field of several values; empty when it was left empty."""
        value = self.values.get(name, ())
        return (value,) if isinstance(value, str) and value else tuple(value)

    def id(self, name: str) -> int:
        """An id out of the carry. 0, which no row has, when it is absent or not a number."""
        return whole(self.carry.get(name, "")) or 0

    def ids(self, name: str) -> tuple[int, ...]:
        """The ids of a `Search` field, or of one entry in it, each once. What is no id is left out."""
        found = (whole(text) for text in self.chosen(name))
        return tuple(dict.fromkeys(id for id in found if id is not None))


# --- replies at once, to the caller ---------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Answer:
    """Said to the caller alone, right where they are."""

    message: Message
    type: Literal["answer"] = "answer"


@dataclass(frozen=True, slots=True)
class OpenForm:
    """A form to fill in, or a sheet to read.

    `again` says that serving the same call once more does no harm, because it only asks or shows. Then nothing of it
    is written down: what somebody typed or reads in a form stays out of what is kept of answers.
    """

    form: Form
    again: bool = False
    type: Literal["open_form"] = "open_form"


@dataclass(frozen=True, slots=True)
class UpdateForm:
    """Another form in the place of the open one; `again` as in `OpenForm`.

    `private` says that the call did something and what the form shows is not written down for all that: the same call
    once more does nothing, and is answered with nothing.
    """

    form: Form
    again: bool = False
    private: bool = False
    type: Literal["update_form"] = "update_form"


@dataclass(frozen=True, slots=True)
class CloseForm:
    type: Literal["close_form"] = "close_form"


@dataclass(frozen=True, slots=True)
class Invalid:
    """The form again, filled in, with a sentence at each field that needs another look."""

    form: Form
    errors: Mapping[str, str]
    type: Literal["invalid"] = "invalid"


@dataclass(frozen=True, slots=True)
class ReplaceOrigin:
    """The message whose button was pressed becomes this one. Where there is none, it is an `Answer`."""

    message: Message
    type: Literal["replace_origin"] = "replace_origin"


@dataclass(frozen=True, slots=True)
class ShowHome:
    """The personal overview, to who opened it."""

    message: Message
    type: Literal["show_home"] = "show_home"


@dataclass(frozen=True, slots=True)
class Options:
    options: tuple[Option, ...]
    type: Literal["options"] = "options"


@dataclass(frozen=True, slots=True)
class InsertInCompose:
    """A text put into the caller's compose box, for them to send."""

    text: str
    type: Literal["insert_in_compose"] = "insert_in_compose"


AtOnce = Answer | OpenForm | UpdateForm | CloseForm | Invalid | ReplaceOrigin | ShowHome | Options | InsertInCompose

# --- durable replies: they become delivery rows in the same transaction ---------------------------

Ids = Mapping[str, int | str]


@dataclass(frozen=True, slots=True)
class Tell:
    """Say `kind` to a person by direct message.

    `nudge` marks what Ritme starts by itself: it counts in the person's weekly budget of attention. `not_before` is
    for quiet hours, `expires` for what is of no use later. `once` makes the row unique: a second `Tell` with the same
    word is no second message.
    """

    person: int
    kind: str
    ids: Ids = field(default_factory=dict)
    nudge: bool = False
    not_before: datetime | None = None
    expires: datetime | None = None
    once: str = ""


@dataclass(frozen=True, slots=True)
class Post:
    """Say `kind` in a channel, in the channel's language. `channel` is the word of a channel setting ("kudos")."""

    channel: str
    kind: str
    ids: Ids = field(default_factory=dict)
    once: str = ""


@dataclass(frozen=True, slots=True)
class Revise:
    """Say again, in place, whatever was sent as `kind` with these ids."""

    kind: str
    ids: Ids


@dataclass(frozen=True, slots=True)
class Retract:
    """Take back whatever was sent as `kind` with these ids."""

    kind: str
    ids: Ids


@dataclass(frozen=True, slots=True)
class RefreshHome:
    """Show this person's overview anew; several at once become one."""

    person: int


Durable = Tell | Post | Revise | Retract | RefreshHome


@dataclass(frozen=True, slots=True)
class Fetch:
    """Ask the platform for everybody in the workspace.

    That may take longer than a caller can wait, so it goes on after the answer. What comes back is a Call of kind
    "event" named `then`, with `Call.profiles` and this carry, or with "failed" in the carry and a reference for the
    log; nobody waits for its replies any more, so what it says is durable.
    """

    then: str
    carry: Mapping[str, str] = field(default_factory=dict)


Reply = AtOnce | Durable | Fetch
Replies = Reply | tuple[Reply, ...] | list[Reply] | None
