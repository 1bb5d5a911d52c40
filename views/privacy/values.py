"""What stands in a column, as a reader would say it: states and kinds in words, what a digest said as it said it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, time
from typing import Any

from bot.messages import Mention, Text
from bot.words import Words
from views import days, digest
from views.deliveries import kinds
from views.onboarding.facts import capability
from views.papers.names import objects, roles
from views.privacy import names
from views.privacy.facts import Value

CODES: Mapping[str, Mapping[str, names.Called]] = {
    "person.language": {
        "nl": lambda words: words.line("Dutch"),
        "en": lambda words: words.line("English"),
    },
    "person.kudos": {
        "public": lambda words: words.line("In the kudos channel"),
        "private": lambda words: words.line("Only to me"),
        "manager": lambda words: words.line("To me and my manager"),
    },
    "kudos_receiver.shown": {
        "public": lambda words: words.line("In the kudos channel"),
        "private": lambda words: words.line("Only to the receiver"),
        "manager": lambda words: words.line("To the receiver and their manager"),
    },
    "absence.source": {
        "person": lambda words: words.line("Said in the chat"),
        "csv": lambda words: words.line("From HR's list"),
        "ics": lambda words: words.line("From a calendar"),
        "chat": lambda words: words.line("From the status in the chat"),
    },
    "checkin_period.state": {
        "planned": lambda words: words.line("Still to come"),
        "asked": lambda words: words.line("Asked, not answered"),
        "answered": lambda words: words.line("Answered"),
        "skipped": lambda words: words.line("Skipped"),
        "off": lambda words: words.line("Not asked"),
    },
    "checkin_priority.outcome": {
        "done": lambda words: words.line("Done"),
        "carried": lambda words: words.line("Taken along"),
        "dropped": lambda words: words.line("Dropped"),
    },
    "checkin_note.kind": {
        "reaction": lambda words: words.line("A reaction"),
        "reply": lambda words: words.line("A reply"),
        "passed": lambda words: words.line("A sentence passed on"),
    },
    "feedback_request.state": {
        "open": lambda words: words.line("Waits for an answer"),
        "answered": lambda words: words.line("Answered"),
        "declined": lambda words: words.line("Declined"),
        "lapsed": lambda words: words.line("Lapsed"),
        "withdrawn": lambda words: words.line("Taken back"),
    },
    "goal.level": {
        "organisation": lambda words: words.line("The organisation"),
        "team": lambda words: words.line("A team"),
        "person": lambda words: words.line("A person"),
    },
    "goal.kind": {
        "objective": lambda words: words.line("With key results"),
        "theme": lambda words: words.line("A theme"),
    },
    "goal.shown": {
        "manager": lambda words: words.line("Only the manager"),
        "everyone": lambda words: words.line("Everybody in the organisation"),
    },
    "key_result.measure": {
        "number": lambda words: words.line("A number"),
        "percentage": lambda words: words.line("A percentage"),
        "currency": lambda words: words.line("An amount"),
        "yesno": lambda words: words.line("Yes or no"),
    },
    "goal_change.what": {
        "title": lambda words: words.line("Title"),
        "text": lambda words: words.line("Words"),
        "parent": lambda words: words.line("What it contributes to"),
        "period": lambda words: words.line("Period"),
        "result": lambda words: words.line("A key result's title"),
        "start": lambda words: words.line("Where a key result starts"),
        "target": lambda words: words.line("What a key result aims for"),
        "added": lambda words: words.line("A key result was added"),
        "dropped": lambda words: words.line("A key result was dropped"),
        "reopened": lambda words: words.line("Opened again"),
    },
    "consent.kind": {
        "council": lambda words: words.line("The works council agreed"),
        "none": lambda words: words.line("There is no works council"),
    },
    "erasure.why": {
        "asked": lambda words: words.line("You asked for it"),
        "decided": lambda words: words.line("Your employer decided so"),
        "left": lambda words: words.line("The term after leaving is over"),
    },
    "due.kind": {
        "checkins.remind": lambda words: words.line("Reminder of a check-in"),
        "digest.send": lambda words: words.line("Weekly digest"),
        "directory.leaves": lambda words: words.line("Closing after the last day"),
        "feedback.remind": lambda words: words.line("Reminder of a request for feedback"),
        "feedback.lapse": lambda words: words.line("Lapsing of a request for feedback"),
        "privacy.remind": lambda words: words.line("Reminder of a question about your data"),
        "privacy.erase": lambda words: words.line("Erasing your data"),
    },
    "digest_line.part": {
        "ask": lambda words: words.line("What needs attention"),
        "good": lambda words: words.line("What went well"),
        "team": lambda words: words.line("The team together"),
    },
}
"""By table and column: what each of its words means."""

_WEEK: Mapping[str, Callable[[Words], str]] = {
    "participation": lambda words: words.line("How many of the team took part"),
    "energy": lambda words: words.line("The team's average energy"),
    "hidden": lambda words: words.line("What was left out, because too few people were in it"),
}


def shown(table: str, column: str, value: Value, words: Words) -> str:
    """A value as a reader would write it."""
    codes = CODES.get(f"{table}.{column}", {})
    if value in codes:
        return codes[str(value)](words)
    spoken = _SPOKEN.get(f"{table}.{column}")
    return spoken(str(value), words) if spoken else _plain(value, words)


def weekday(digit: str, words: Words) -> str:
    """An ISO day of the week."""
    return days.weekday(days.WEEKDAYS[int(digit) - 1], words)


def _object(object: str, words: Words) -> str:
    return objects(words)[object][0] if object in objects(words) else object


def _moment(cadence: str, words: Words) -> str:
    """A moment of one's own: its day and its time; a rule as it stands."""
    *_, day, at = ["", *cadence.split()] if cadence.split() else ["", "", ""]
    return f"{days.weekday(day, words)}, {at}" if day in days.WEEKDAYS else cadence


_SPOKEN: Mapping[str, Callable[[str, Words], str]] = {
    "delivery.kind": kinds.called,
    "due.kind": kinds.called,
    "audience.object": _object,
    "reading.object": _object,
    "retention.kind": names.kind,
    "consent.covers": lambda covers, words: ", ".join(
        capability(one, words) for one in covers.split() if not one.startswith("-")
    ),
    "person.workdays": lambda digits, words: ", ".join(weekday(digit, words) for digit in digits),
    "person.digest_day": weekday,
    "person.cadence": _moment,
}
"""By table and column: how a value is said that is no plain word, number or moment."""


def role(values: Mapping[str, Value], words: Words) -> str:
    """As whom somebody may read an entry."""
    key = (str(values.get("object")), str(values.get("role")))
    known = roles(words)
    return known[key][0] if key in known else key[1]


def remark(values: Mapping[str, Value], words: Words) -> str:
    """What a line of a digest said, word for word."""
    kind, facts = str(values["kind"]), json.loads(str(values["facts"]))
    if kind in _WEEK:
        return "; ".join((_WEEK[kind](words), *_chart(facts, words)))
    since = date.fromisoformat(facts["since"]) if "since" in facts else None
    who, by = (Mention(0, str(values.get(name) or "")) for name in ("about_id", "by_id"))
    line = digest.Line(kind, who, 0, 0, by, facts.get("title", ""), since, facts.get("was", 0), facts.get("now", 0))
    return plain(digest.sentence(line, words))


def _chart(facts: Mapping[str, Any], words: Words) -> Iterator[str]:
    for day, value in zip(facts.get("weeks", ()), facts.get("values", ()), strict=False):
        if value is not None:
            said = words.line("{n} of {many}", n=value[0], many=value[1]) if isinstance(value, list) else value
            yield f"{words.day(date.fromisoformat(day))}: {said if isinstance(said, str) else words.number(said, 1)}"


def plain(text: Text) -> str:
    return "".join(span.name if isinstance(span, Mention) else span.text for span in text)


def _plain(value: Value, words: Words) -> str:
    match value:
        case bool():
            return words.line("yes") if value else words.line("no")
        case datetime():
            return f"{words.long_day(value)}, {words.clock(value)}"
        case date():
            return words.long_day(value)
        case time():
            return words.clock(value)
        case float():
            return words.number(value, 2)
        case _:
            return str(value)
