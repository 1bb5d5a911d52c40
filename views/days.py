"""Days of the week, for whoever speaks of them."""

from __future__ import annotations

from datetime import date, timedelta

from bot.words import Words

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_MONDAY = date(2024, 1, 1)


def weekday(day: str, words: Words) -> str:
    """The weekday "mon" to "sun" in the reader's language."""
    return words.weekday(_MONDAY + timedelta(days=WEEKDAYS.index(day)))
