"""What the views of feedback are told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from bot.messages import Mention

Role = Literal["subject", "author", "reader"]
State = Literal["open", "answered", "declined", "lapsed", "withdrawn"]
Verb = Literal["ask", "list", "give"]
"""What a word after the command does."""
Part = Literal["received", "given", "shared", "hidden"]


@dataclass(frozen=True, slots=True)
class Line:
    """Feedback as far as a message tells of it. It has no room for the words, so no message can hold them.

    `role` is who the reader of the message is, `others` are all who can read the words besides them, `topic` is what
    was asked.
    """

    id: int
    author: Mention
    subject: Mention
    at: datetime
    role: Role = "subject"
    topic: str = ""
    others: tuple[Mention, ...] = ()
    read: bool = False
    seen: bool = False
    thanked: bool = False
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Sbi:
    """The words of feedback: only for forms and sheets, which leave nothing behind in a chat."""

    situation: str = ""
    behaviour: str = ""
    impact: str = ""
    wish: str = ""


@dataclass(frozen=True, slots=True)
class Ask:
    """A request for feedback."""

    id: int
    asker: Mention
    asked: Mention
    topic: str
    question: str
    deadline: date
    state: State = "open"


@dataclass(frozen=True, slots=True)
class Hint:
    """What deserves a second look in a field; `words` are the words that it is about."""

    field: str
    kind: str
    words: str = ""


@dataclass(frozen=True, slots=True)
class Giving:
    """What is known when the form to give feedback opens.

    `choices` are those whom the author may let read along, by name. When `feedback` is being changed, its readers are
    fixed: all `others` who can read it. `several` were named, though it is for one at a time.
    """

    to: Mention
    told: Sbi = Sbi()
    choices: tuple[Mention, ...] = ()
    request: Ask | None = None
    feedback: int = 0
    others: tuple[Mention, ...] = ()
    hints: tuple[Hint, ...] = ()
    several: bool = False


@dataclass(frozen=True, slots=True)
class Asking:
    """What is known when the form to ask for feedback opens.

    `goals` are (id, title), `choices` those whom an answer's writer may let read along, by name.
    """

    deadline: date
    last: date
    to: tuple[Mention, ...] = ()
    topic: str = ""
    question: str = ""
    goals: tuple[tuple[int, str], ...] = ()
    goal: int = 0
    choices: tuple[Mention, ...] = ()


@dataclass(frozen=True, slots=True)
class Overview:
    """Everything about feedback that concerns one person: the newest of each."""

    waiting: tuple[Ask, ...] = ()
    received: tuple[Line, ...] = ()
    asked: tuple[Ask, ...] = ()
    given: tuple[Line, ...] = ()
    shared: tuple[Line, ...] = ()
    hidden: bool = False
