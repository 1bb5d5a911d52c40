"""What the views of check-ins are told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from bot.messages import Mention

MAX_TEXT = 2000

Verb = Literal["last", "team", "skip", "moment"]
"""What a word after the command does."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody who may read a check-in, as "manager", "deputy", "second" or "partner"."""

    who: Mention
    role: str


@dataclass(frozen=True, slots=True)
class Asking:
    """A check-in that is asked. `plans` are the priorities of last time."""

    period: int
    name: str
    closes: datetime
    plans: tuple[str, ...] = ()
    readers: tuple[Reader, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """A priority, and what came of it ("done", "carried", "dropped", or empty where that is not told yet)."""

    id: int
    text: str
    outcome: str = ""


@dataclass(frozen=True, slots=True)
class StaleGoal:
    """A goal that was not updated lately.

    `progress` lies in 0..1; a `measured` one follows from key results, so it isn't asked. `confidence` is from 0 to 10,
    None when nobody said.
    """

    id: int
    title: str
    progress: float
    confidence: int | None
    measured: bool = False


@dataclass(frozen=True, slots=True)
class Draft:
    """What is known when the form opens. `turn` chooses the wording of the questions.

    `alone` is who has no manager, `checkin` the one that is being changed, `typed` what was typed after the command.
    """

    period: int
    turn: int = 0
    plans: tuple[Plan, ...] = ()
    blocker: str = ""
    priorities: tuple[str, ...] = ()
    energy: int = 0
    shared: bool = False
    goals: tuple[StaleGoal, ...] = ()
    readers: tuple[Reader, ...] = ()
    alone: bool = False
    checkin: int = 0
    typed: str = ""


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of a check-in after it was sent. `seen_by` and `reaction` are empty until then."""

    checkin: int
    readers: tuple[Reader, ...] = ()
    seen_by: str = ""
    reaction: str = ""
    changeable: bool = True


@dataclass(frozen=True, slots=True)
class Note:
    """What somebody said about a check-in. `kind` is "reaction", "reply" or "passed"; `to` got what was passed on,
    `about` is who wrote the check-in, where that is not plain.
    """

    author: str
    kind: str
    text: str
    to: str = ""
    about: str = ""


@dataclass(frozen=True, slots=True)
class Read:
    """A check-in to read. `mine` is the writer's own view; `turn` chose the wording of the questions; `answer_to` is
    who reads what is written here.
    """

    checkin: int
    writer: Mention
    at: datetime
    mine: bool
    turn: int = 0
    settled: tuple[Plan, ...] = ()
    blocker: str = ""
    priorities: tuple[str, ...] = ()
    energy: int = 0
    energy_for: str = ""  # the manager's name; empty when only the writer sees it
    notes: tuple[Note, ...] = ()
    seen_by: str = ""
    answer_to: tuple[Mention, ...] = ()
    above: str = ""  # to whom the reader may pass a sentence on
    changeable: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """One person in a reader's list. `state` is that of their newest period; `checkin` is 0 when there is none."""

    who: Mention
    state: str
    checkin: int = 0
    at: datetime | None = None
    unread: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """A part of a reader's list, from the line numbered `start`; `left` is how many lines come after it."""

    lines: tuple[Line, ...] = ()
    start: int = 0
    left: int = 0


@dataclass(frozen=True, slots=True)
class Rhythm:
    """A cadence in plain parts: see `models.cadence.Cadence`. `own` is a moment that the person chose."""

    every: str
    day: str
    at: str
    rule: str = ""
    own: bool = False
