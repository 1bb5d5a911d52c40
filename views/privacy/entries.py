"""How one row looks to somebody who reads what is kept of them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time

from bot.messages import Element, Facts, Heading, Quote, Small, Span, Text
from bot.words import Words
from views.privacy import names
from views.privacy.facts import Entry, Table, Value


def table(shown: Table, words: Words) -> Iterator[Element]:
    """A table's heading and the entries of it that are shown."""
    yield Heading(names.table(shown.name, words))
    for place, one in enumerate(shown.entries, shown.start + 1):
        yield Small(words.say("{place} of {many}", place=str(place), many=str(shown.rows)))
        yield from entry(one, words)


def entry(one: Entry, words: Words) -> Iterator[Element]:
    """What is said about it, and then what somebody said."""
    known = {column: value for column, value in one.values.items() if column in names.COLUMNS and said(value)}
    facts = tuple(
        (names.COLUMNS[column](words), _text(written(value, words)))
        for column, value in known.items()
        if column not in one.words
    )
    if facts:
        yield Facts(facts)
    for column, value in known.items():
        if column in one.words:
            yield Small(_text(names.COLUMNS[column](words)))
            yield Quote(written(value, words))


def said(value: Value) -> bool:
    return value is not None and value != ""


def written(value: Value, words: Words) -> str:
    """A value as a reader would write it."""
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


def _text(said: str) -> Text:
    return (Span(said),)
