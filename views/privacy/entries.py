"""How one row looks to somebody who reads what is kept of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.messages import Element, Facts, Heading, Item, Quote, Small, Span
from bot.words import Words
from views.privacy import names, values
from views.privacy.facts import Entry, Table, Value
from views.privacy.whys import why


def table(shown: Table, words: Words) -> Iterator[Element]:
    """A table's heading and the entries of it that are shown."""
    yield Heading(names.table(shown.name, words))
    for place, one in enumerate(shown.entries, shown.start + 1):
        yield Small(words.say("{place} of {many}", place=str(place), many=str(shown.rows)))
        yield from entry(shown.name, one, words)


def entry(table: str, one: Entry, words: Words) -> Iterator[Element]:
    """What is said about it, and then what somebody said."""
    known = [
        (column, called(words), written(table, column, one, words))
        for column, value in one.values.items()
        if (called := names.column(table, column)) and said(value)
    ]
    facts = tuple((label, _text(text)) for column, label, text in known if column not in one.words)
    if facts:
        yield Facts(facts)
    for column, label, text in known:
        if column in one.words:
            yield Small(_text(label))
            yield Quote(text)


def staying(heading: str, stays: Sequence[tuple[str, int, str]], words: Words) -> Iterator[Element]:
    """To who would be erased: what stays of them, of each table how much, and why."""
    if stays:
        yield Heading(heading)
    for table, rows, reason in stays:
        yield Item((Span(names.staying(table, words), "bold"),), words.many("{n} entry", "{n} entries", rows))
        yield Small((Span(why(reason, words)),))


def may_stay(heading: str, reasons: Sequence[tuple[str, str]], words: Words) -> Iterator[Element]:
    """To who decides: what stays of anybody, and why. What there is of one person is nobody else's to count."""
    yield Heading(heading)
    for table in names.STAYING:
        if whys := [why(reason, words) for name, reason in reasons if name == table]:
            yield Item((Span(names.staying(table, words), "bold"),), (Span(" ".join(whys)),))


def said(value: Value) -> bool:
    return value is not None and value != ""


def written(table: str, column: str, one: Entry, words: Words) -> str:
    """A value as a reader would write it."""
    match table, column:
        case "digest_line", "facts":
            return values.remark(one.values, words)
        case "audience", "role":
            return values.role(one.values, words)
    return values.shown(table, column, one.values[column], words)


def _text(said: str) -> tuple[Span]:
    return (Span(said),)
