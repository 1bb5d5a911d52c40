"""How often, on which day, at what time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import time

from bot.messages import Actions, Button, Choice, Element, Field, Form, Message, Option, Say, Small, Text, TimeInput
from bot.words import Words
from views.checkins.facts import Rhythm
from views.days import WEEKDAYS, weekday


def form(rhythm: Rhythm, days: Sequence[str], words: Words) -> Form:
    """To choose a moment of one's own, among the days on which one works."""
    body: list[Element | Field] = [Say(_now(rhythm, words))]
    if rhythm.day in WEEKDAYS or rhythm.every == "monthly":
        options = tuple(Option(day, weekday(day, words)) for day in days)
        chosen = rhythm.day if rhythm.day in days else _next(rhythm.day, days)
        body.append(Choice("day", words.line("Which day suits you?"), options, chosen))
    body.append(TimeInput("at", words.line("What time?"), time.fromisoformat(rhythm.at)))
    if rhythm.own:
        body.append(Actions((Button(words.line("Same moment as my team"), "checkins.moment_forget"),)))
    return Form(
        "checkins.moment_choose",
        words.line("Choose your moment"),
        words.line("Save"),
        tuple(body),
        words.line("Cancel"),
        sees=words.say("Nobody is told. It only decides when I write to you."),
        inline=True,
    )


def _next(day: str, days: Sequence[str]) -> str:
    """The working day on which one is asked instead of this one; the first of the week for a day of the month."""
    start = WEEKDAYS.index(day) if day in WEEKDAYS else 0
    return next(day for day in (*WEEKDAYS[start:], *WEEKDAYS) if day in days)


def chosen(rhythm: Rhythm, words: Words) -> Message:
    """After choosing a moment."""
    note = words.say("It counts from your next check-in.")
    return Message(words.line("Your moment is set."), (Say(_now(rhythm, words)), Small(note)))


def set_for(names: Sequence[str], rhythm: Rhythm, words: Words) -> Message:
    """After HR chose for people, a team, or (without names) everybody."""
    often = _often(rhythm, words)
    line = words.say("From the next check-in on, everybody is asked {often}.", often=often)
    if names:
        line = words.say(
            "The rhythm of {names} from the next check-in on: {often}.", names=words.all_of(names), often=often
        )
    return Message(words.line("The rhythm is set."), (Say(line),))


def _now(rhythm: Rhythm, words: Words) -> Text:
    return words.say("You get your check-in {often}.", often=_often(rhythm, words))


def _often(rhythm: Rhythm, words: Words) -> str:
    """A cadence as a part of a sentence: every other week on Monday at 09:00."""
    named = weekday(rhythm.day, words) if rhythm.day in WEEKDAYS else ""
    match rhythm.every:
        case "weekly":
            return words.line("every week on {day} at {time}", day=named, time=rhythm.at)
        case "two-weekly":
            return words.line("every other week on {day} at {time}", day=named, time=rhythm.at)
        case "monthly" if named:
            return words.line("every month on the first {day} at {time}", day=named, time=rhythm.at)
        case "monthly" if rhythm.day == "last":
            return words.line("on the last day of every month at {time}", time=rhythm.at)
        case "monthly":
            return words.line("every month on day {day} at {time}", day=rhythm.day, time=rhythm.at)
        case _:
            return words.line("by the rule {rule} at {time}", rule=rhythm.rule, time=rhythm.at)
