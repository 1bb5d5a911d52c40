"""Fields that several forms about goals share."""

from __future__ import annotations

from dataclasses import dataclass

from bot.messages import Choice, Option, TextInput
from bot.words import Words, shortened
from views.goals.facts import period

MAX_TITLE, MAX_TEXT, MAX_UNIT = 150, 1500, 30
SHORT = 55
"""Characters of a title where it stands beside something else."""


@dataclass(frozen=True, slots=True)
class Choosing:
    """What a goal can be. `whose` are (value, team or company name) beyond oneself, `parents` are (id, title, period),
    `periods` are written ("2026-Q4").
    """

    whose: tuple[tuple[str, str], ...] = ()
    parents: tuple[tuple[int, str, str], ...] = ()
    periods: tuple[str, ...] = ()


def period_field(choosing: Choosing, chosen: str, words: Words) -> Choice:
    options = tuple(Option(written, period(written, words)) for written in choosing.periods)
    return Choice("period", words.line("For when?"), options, chosen)


def parent_field(choosing: Choosing, chosen: int, words: Words) -> Choice:
    options = (
        Option("0", words.line("Nothing in particular")),
        *(
            Option(
                str(id), words.line("{title} ({period})", title=shortened(title, SHORT), period=period(written, words))
            )
            for id, title, written in choosing.parents
        ),
    )
    hint = words.line(
        "Its progress counts in the goal you choose here. In a goal that everybody can read, it only counts if "
        "everybody can read this one too."
    )
    return Choice("parent", words.line("What does it contribute to?"), options, str(chosen), hint)


def reason_field(words: Words) -> TextInput:
    return TextInput(
        "reason",
        words.line("Why does it change?"),
        hint=words.line("It stays visible in the history of the goal."),
        multiline=True,
        max_length=MAX_TEXT,
    )
