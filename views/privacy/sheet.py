"""What somebody reads of their own data in the chat, and the document of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from bot.messages import Actions, Button, Element, Facts, Form, Heading, Item, Say, Small, Span
from bot.words import Words
from views.privacy import entries, names, wishes
from views.privacy.facts import Mine, Table, Term
from views.privacy.names import Called

OBJECTS: Mapping[str, Called] = {
    "checkin": lambda words: words.line("a check-in"),
    "feedback": lambda words: words.line("feedback"),
    "goal": lambda words: words.line("a goal"),
    "kudos": lambda words: words.line("kudos"),
}


def sheet(mine: Mine, words: Words) -> Form:
    """All that is kept, table by table; each can be read from here. How a wish stands, who has one reads first."""
    rights, waits = tuple(wishes.rights(mine, words)), mine.copy is not None or mine.erasure is not None
    return Form(
        "privacy.sheet",
        words.line("My data"),
        "",
        (
            Say(words.say("This is everything that Ritme keeps about you and by you.")),
            *(rights if waits else ()),
            *_tables(mine, words),
            *_opened(mine, words),
            *_correct(words),
            *_terms(mine.terms, words),
            *(() if waits else rights),
        ),
        words.line("Close"),
    )


def _tables(mine: Mine, words: Words) -> Iterable[Element]:
    for name, rows in mine.tables:
        read = Button(words.line("Read"), "privacy.part", {"table": name})
        many = words.many("{n} entry", "{n} entries", rows)
        yield Item((Span(names.table(name, words), "bold"),), many, read)


def _opened(mine: Mine, words: Words) -> Iterable[Element]:
    yield Heading(words.line("Who opened your check-ins and feedback"))
    if not mine.opened:
        yield Small(words.say("Nobody else has opened a check-in of yours or feedback about you yet."))
    for one in mine.opened:
        what = OBJECTS[one.object](words) if one.object in OBJECTS else one.object
        yield Small(words.say("{name} opened {what} on {day}.", name=one.who, what=what, day=words.long_day(one.day)))


def _correct(words: Words) -> Iterable[Element]:
    yield Heading(words.line("Something isn't right?"))
    yield Say(
        words.say(
            "What you wrote you change where you wrote it: a check-in or feedback until somebody read it, kudos for "
            "ten minutes, a goal at any time. Feedback that you read stays as it is: you can hide it, or ask its "
            "writer for new feedback. HR corrects your name."
        )
    )


def _terms(terms: Iterable[Term], words: Words) -> Iterable[Element]:
    rows = tuple((names.kind(one.kind, words), words.many("{n} month", "{n} months", one.months)) for one in terms)
    if rows:
        yield Heading(words.line("How long it is kept"))
        yield Facts(rows)


def part(shown: Table, words: Words) -> Form:
    """The entries of one table, some at a time."""
    buttons = [Button(words.line("Back"), "privacy.mydata")]
    after = shown.start + len(shown.entries)
    if after < shown.rows:
        carry = {"table": shown.name, "start": str(after)}
        buttons.insert(0, Button(words.line("Next"), "privacy.part", carry, "primary"))
    body = (*entries.table(shown, words), Actions(tuple(buttons)))
    return Form("privacy.sheet", words.line("My data"), "", body, words.line("Close"))


def document(mine: Mine, tables: Iterable[Table], words: Words) -> tuple[str, tuple[Element, ...]]:
    """Everything in one document: its title, and what it says."""
    body: list[Element] = [Say(words.say("This is everything that Ritme keeps about you and by you."))]
    for one in tables:
        body.extend(entries.table(one, words))
    return words.line("The data of {name} in Ritme", name=mine.name), (
        *body,
        *_opened(mine, words),
        *_correct(words),
        *_terms(mine.terms, words),
    )
