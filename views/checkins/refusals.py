"""What check-ins refuse, in kind sentences."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.router import Sentence
from bot.words import Words
from views.days import weekday


def _not_begun(facts: Mapping[str, Any], words: Words) -> str:
    if facts["day"] is None:
        return words.line("Check-ins haven't started here yet. You'll hear about it before they do.")
    return words.line("Check-ins start on {day}. You'll hear from me then.", day=words.day(facts["day"]))


REFUSALS: Mapping[str, Sentence] = {
    "checkin.not_begun": _not_begun,
    "checkin.answered": lambda _, words: words.line(
        "This check-in was answered already, or a newer one was. Type /checkin to see where you are."
    ),
    "checkin.gone": lambda _, words: words.line("This check-in is not there any more, or not for you to read."),
    "checkin.seen": lambda _, words: words.line(
        "Somebody has read this check-in, so it stays as it is. You can add something with a reply, or next time."
    ),
    "checkin.readers": lambda _, words: words.line(
        "Who can read this has changed in the meantime. Look at the line above the button, and send it again."
    ),
    "checkin.empty": lambda _, words: words.line("Fill in at least one thing. No time? Then skip it once."),
    "checkin.long": lambda facts, words: words.line("Keep it under {most} characters, please.", most=facts["most"]),
    "checkin.priority_long": lambda facts, words: words.line(
        "Keep each priority under {most} characters, please.", most=facts["most"]
    ),
    "checkin.many": lambda facts, words: words.line(
        "Choose at most {most} priorities, including what you take along. Less is often more.", most=facts["most"]
    ),
    "checkin.number": lambda facts, words: words.line(
        "Fill in a number from {low} to {high}.", low=facts["low"], high=facts["high"]
    ),
    "checkin.goal_gone": lambda _, words: words.line(
        "This goal was closed or changed in the meantime. Leave it empty here and look at the goal itself."
    ),
    "checkin.partner": lambda _, words: words.line("Choose a colleague, not yourself."),
    "checkin.nobody_left": lambda _, words: words.line(
        "Whoever wrote to you about this check-in can't read it any more, so your answer went to nobody. You can still "
        "copy your words from here."
    ),
    "checkin.reply_empty": lambda _, words: words.line("Choose a reaction or write a few words."),
    "checkin.sentence_empty": lambda _, words: words.line("Write the sentence that you want to pass on."),
    "checkin.nobody_above": lambda _, words: words.line(
        "You have no manager in Ritme, so there is nobody to pass it on to."
    ),
    "team.unknown": lambda facts, words: words.line(
        "I know no team called '{name}'. Type its name as it stands in Ritme.", name=facts["name"]
    ),
    "cadence.unreadable": lambda _, words: words.line(
        "I can't read this rhythm. Type for example: weekly mon 09:00, two-weekly tue 13:30 or monthly fri 10:00."
    ),
    "cadence.day_off": lambda facts, words: words.line(
        "You don't work on {day}. Choose one of your working days: {days}.",
        day=weekday(facts["day"], words),
        days=words.one_of(weekday(day, words) for day in facts["days"]),
    ),
    "cadence.too_fine": lambda _, words: words.line("A check-in comes at most once a day. Choose a calmer rhythm."),
    "cadence.date": lambda _, words: words.line("That date doesn't exist or is too far away. Type it like 2026-11-24."),
    "cadence.never": lambda _, words: words.line("By this rule no check-in would ever come. Choose another rhythm."),
}
