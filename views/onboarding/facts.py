"""What setting up is about, as facts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from bot.words import Words
from views.settings import Rhythm


@dataclass(frozen=True, slots=True)
class Setup:
    """How an organisation is set up. `next` is the step to take: "people", "consent", "announce", "start" or none.

    `covers` are the capabilities that may begin, all of them while no consent is on record; `left_out` those that it
    leaves out, `new` those that it says nothing of. `withdrawn_on` is the day on which it was withdrawn as a whole.
    `announcer` is who told everybody, `began` says that the first day
    has come. `unreached` of the people were not found in the chat. `begins` is
    what began just now.
    """

    next: str
    people: int
    language: str
    zone: str
    workdays: str
    attention: int
    floor: int
    rhythm: Rhythm
    freedom: str
    per_day: int
    per_pair: int
    consent: str = ""
    consent_on: date | None = None
    withdrawn_on: date | None = None
    covers: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    new: tuple[str, ...] = ()
    values: tuple[str, ...] = ()
    channel: bool = False
    announced_on: date | None = None
    announcer: str = ""
    first: date | None = None
    began: bool = False
    unreached: int = 0
    begins: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Welcome:
    """The first message to somebody. `by` is who told everybody, `readers` who reads their check-ins, `covers` are the
    capabilities that may begin.
    """

    name: str
    by: str
    rhythm: Rhythm
    readers: tuple[str, ...]
    covers: tuple[str, ...]
    preview: bool = False


def capability(name: str, words: Words) -> str:
    """What a capability is called among people."""
    names = {
        "checkins": words.line("check-ins"),
        "digest": words.line("the weekly digest for managers"),
        "feedback": words.line("feedback"),
        "goals": words.line("goals"),
        "kudos": words.line("kudos"),
    }
    return names[name]
