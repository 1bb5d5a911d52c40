"""Facts about settings, and the words and fields that several forms share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import time

from bot.messages import (
    Choice,
    Choices,
    Mention,
    Option,
    Search,
    Text,
)
from bot.words import Words
from views.days import WEEKDAYS, weekday

LANGUAGES = (("nl", "Nederlands"), ("en", "English"))
PLATFORMS = {"slack": "Slack", "teams": "Microsoft Teams"}


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How often: `every` is "weekly", "two-weekly", "monthly" or "rule"; `day` is "mon" to "sun", "1" to "28" or
    "last", and empty with "rule".
    """

    every: str
    day: str
    at: time


@dataclass(frozen=True, slots=True)
class Chat:
    """One of somebody's accounts: the platform, and what the workspace or tenant is called there."""

    account: int
    platform: str
    name: str


@dataclass(frozen=True, slots=True)
class Settings:
    """What stands for one person. `freedom` is what HR leaves to people: "nothing", "moment" or "often".

    `manager` sees whether they answered; `second` is who reads along, `partner` whom they chose where there is no
    manager; `leads` tells managers. `chats` are where they can be reached, first the one where they are. `begun` says
    that check-ins go out.
    """

    language: str
    zone: str
    workdays: str
    kudos: str
    rhythm: Rhythm
    quiet_from: time
    quiet_until: time
    freedom: str = "moment"
    paused: bool = False
    manager: Mention | None = None
    second: Mention | None = None
    partner: Mention | None = None
    leads: bool = False
    deputy: Mention | None = None
    digest_day: int = 1
    digest_at: time = time(9)
    chats: tuple[Chat, ...] = ()
    begun: bool = True


def weekdays(digits: str, words: Words) -> Text:
    """ISO digits as weekdays: a list, or from one to another where three or more follow each other."""
    names = [weekday(WEEKDAYS[int(digit) - 1], words) for digit in digits]
    if len(digits) > 2 and digits in "1234567":
        return words.say("{first} to {last}", first=names[0], last=names[-1])
    return words.all_of(names)


def rhythm(facts: Rhythm, words: Words) -> str:
    """How often and when, as a part of a sentence: "every week on Monday at 09:00"."""
    at = words.clock(facts.at)
    named = weekday(facts.day, words) if facts.day in WEEKDAYS else facts.day
    match facts.every:
        case "weekly":
            return words.line("every week on {day} at {time}", day=named, time=at)
        case "two-weekly":
            return words.line("every two weeks on {day} at {time}", day=named, time=at)
        case "monthly" if facts.day in WEEKDAYS:
            return words.line("every month on the first {day} at {time}", day=named, time=at)
        case "monthly" if facts.day == "last":
            return words.line("every month on the last day at {time}", time=at)
        case "monthly":
            return words.line("every month on day {day} at {time}", day=named, time=at)
        case _:
            return words.line("on the days that HR chose, at {time}", time=at)


def chat_names(chats: Sequence[Chat]) -> dict[int, str]:
    """By account what a chat is called; two of one platform by their own names, too."""
    kinds = [chat.platform for chat in chats]
    named = {chat.account: PLATFORMS.get(chat.platform, chat.platform.capitalize()) for chat in chats}
    return {
        chat.account: f"{named[chat.account]} ({chat.name})" if kinds.count(chat.platform) > 1 else named[chat.account]
        for chat in chats
    }


def day_options(facts: Rhythm, workdays: str, words: Words) -> tuple[Option, ...]:
    """The working days (ISO digits), and what else stands now: a day of the month, or the first of a day off."""
    days = tuple(Option(WEEKDAYS[int(digit) - 1], weekday(WEEKDAYS[int(digit) - 1], words)) for digit in workdays)
    if not facts.day or facts.day in {option.value for option in days}:
        return days
    return (*days, Option(facts.day, _named(facts.day, words)))


def _named(day: str, words: Words) -> str:
    if day in WEEKDAYS:
        return weekday(day, words)
    return words.line("the last day") if day == "last" else words.line("day {day}", day=day)


def every_options(words: Words) -> tuple[Option, ...]:
    return (
        Option("weekly", words.line("Every week")),
        Option("two-weekly", words.line("Every two weeks")),
        Option("monthly", words.line("Every month")),
    )


def workday_choices(digits: str, words: Words) -> Choices:
    options = tuple(Option(str(number), weekday(day, words)) for number, day in enumerate(WEEKDAYS, 1))
    return Choices("workdays", words.line("Working days"), options, tuple(digits))


def language_choice(language: str, words: Words) -> Choice:
    options = tuple(Option(code, name) for code, name in LANGUAGES)
    return Choice("language", words.line("Language"), options, language, look="buttons")


def zone_search(zone: str, words: Words) -> Search:
    return Search(
        "zone",
        words.line("Time zone"),
        "settings.zones",
        (Option(zone, zone),),
        placeholder=words.line("Type a city, such as Amsterdam"),
    )
