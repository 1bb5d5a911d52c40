"""How one's own settings look."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import time

from bot.messages import Message
from bot.router import Help, Sentence
from bot.words import Words
from views.examples import ANNA, LOTTE, Example
from views.settings.forms import chat_form, me_form, moment_form, readers_form, team_form
from views.settings.overview import overview, paused, saved, section
from views.settings.parts import (
    LANGUAGES,
    Chat,
    Rhythm,
    Settings,
    day_options,
    every_options,
    language_choice,
    rhythm,
    weekdays,
    workday_choices,
    zone_search,
)

__all__ = [
    "EXAMPLES",
    "LANGUAGES",
    "REFUSALS",
    "Chat",
    "Rhythm",
    "Settings",
    "chat_form",
    "day_options",
    "every_options",
    "help",
    "language_choice",
    "me_form",
    "moment_form",
    "overview",
    "paused",
    "readers_form",
    "rhythm",
    "saved",
    "section",
    "team_form",
    "weekdays",
    "workday_choices",
    "zone_search",
]


def help(words: Words) -> Help:
    return Help(
        words.line("Set your language, your times, and when I should be quiet."),
        (words.line("/ritme settings"), words.line("/ritme leave friday"), words.line("/ritme settings help")),
    )


REFUSALS: Mapping[str, Sentence] = {
    "settings.language": lambda _, words: words.line("Choose Dutch or English."),
    "settings.workdays": lambda _, words: words.line("Choose at least one working day."),
    "settings.kudos": lambda _, words: words.line("Choose how you like to be thanked."),
    "settings.time": lambda _, words: words.line("Choose a time."),
    "settings.chat": lambda _, words: words.line("Choose a chat in which I can reach you."),
    "settings.digest_day": lambda _, words: words.line("Choose a day for your digest."),
    "zone.unknown": lambda _, words: words.line("I don't know that time zone. Type a city near you."),
    "cadence.unreadable": lambda _, words: words.line("I can't read that rhythm. Choose a day and a time."),
    "checkin.partner": lambda _, words: words.line("Choose a colleague to talk with, somebody other than yourself."),
    "deputy.self": lambda _, words: words.line("You can't be your own deputy. Choose a colleague."),
    "deputy.no_team": lambda _, words: words.line("You lead nobody, so there's nothing to deputise for."),
}

_NOOR = Settings(
    "nl", "Europe/Amsterdam", "1245", "public", Rhythm("weekly", "mon", time(9)), time(18), time(8), manager=ANNA
)
_ANNA = replace(_NOOR, leads=True, deputy=LOTTE, workdays="12345")
_IRIS = replace(_NOOR, manager=None, partner=ANNA, rhythm=Rhythm("monthly", "15", time(10)), freedom="often")
_SECOND = replace(_NOOR, second=ANNA, rhythm=Rhythm("rule", "", time(10)), kudos="private")

_BOTH = replace(_NOOR, chats=(Chat(1, "teams", "De Molen"), Chat(2, "slack", "De Molen")))
_THREE = replace(_BOTH, chats=(*_BOTH.chats, Chat(3, "slack", "De Molen Lab")))

EXAMPLES = (
    Example("settings.overview", lambda words: overview(_NOOR, words)),
    Example("settings.overview of a manager", lambda words: overview(_ANNA, words)),
    Example("settings.overview without a manager", lambda words: overview(_IRIS, words)),
    Example("settings.overview with two chats", lambda words: overview(_BOTH, words)),
    Example("settings.overview paused", lambda words: overview(replace(_SECOND, paused=True), words)),
    Example("settings.overview before the start", lambda words: overview(replace(_NOOR, begun=False), words)),
    Example("settings.section", lambda words: Message("Settings", section(_NOOR, words))),
    Example(
        "settings.section before the start", lambda words: Message("S", section(replace(_NOOR, begun=False), words))
    ),
    Example("settings.saved", lambda words: saved(_NOOR, words)),
    Example("settings.paused", lambda words: paused(_NOOR, words)),
    Example("settings.paused without a manager", lambda words: paused(_IRIS, words)),
    Example("settings.moment", lambda words: moment_form(_NOOR, words)),
    Example("settings.moment and how often", lambda words: moment_form(_IRIS, words)),
    Example("settings.moment by HR", lambda words: moment_form(replace(_SECOND, freedom="nothing"), words)),
    Example("settings.me", lambda words: me_form(_NOOR, words)),
    Example("settings.readers", lambda words: readers_form(_SECOND, words)),
    Example("settings.readers without a manager", lambda words: readers_form(_IRIS, words)),
    Example("settings.chat", lambda words: chat_form(_THREE, words)),
    Example("settings.team", lambda words: team_form(_ANNA, words)),
)
