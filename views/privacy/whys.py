"""Why something stays of somebody who was erased, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping

from bot.words import Words
from views.privacy.names import Called

WHYS: Mapping[str, Called] = {
    "A goal of a team or of the organisation stays theirs.": lambda words: words.line(
        "A goal of a team or of the organisation stays theirs."
    ),
    "What was told of a team's goal is part of its history.": lambda words: words.line(
        "What was told of a team's goal is part of its history."
    ),
    "What was changed of a team's goal is part of its history.": lambda words: words.line(
        "What was changed of a team's goal is part of its history."
    ),
    "Thanks belong to who was thanked.": lambda words: words.line("Thanks belong to who was thanked."),
    "It was said to somebody, who may read it back.": lambda words: words.line(
        "It was said to somebody, who may read it back."
    ),
    "What was passed on stays in the sight of whose check-in it is.": lambda words: words.line(
        "What was passed on stays in the sight of whose check-in it is."
    ),
    "The question is its asker's.": lambda words: words.line("The question is its asker's."),
    "Feedback belongs to who received it.": lambda words: words.line("Feedback belongs to who received it."),
    "That there is consent must stay on record.": lambda words: words.line(
        "That there is consent must stay on record."
    ),
    "That everybody was told must stay on record.": lambda words: words.line(
        "That everybody was told must stay on record."
    ),
    "That a term was chosen must stay on record.": lambda words: words.line(
        "That a term was chosen must stay on record."
    ),
    "That an entry was opened stays to be seen by whose it is.": lambda words: words.line(
        "That an entry was opened stays to be seen by whose it is."
    ),
}
"""The reasons that tables declare (`models.kept.unname`), by themselves."""


def why(reason: str, words: Words) -> str:
    return WHYS[reason](words) if reason in WHYS else reason
