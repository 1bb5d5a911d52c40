"""How it looks when people come, go, and are away."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from bot.messages import Actions, Button, DateInput, Form, Item, Message, Say, Small, Text
from bot.router import Help, Sentence
from bot.words import Words, bold
from views import house
from views.examples import Example

NAMED = 8
"""Names in a sentence at most; the rest is counted."""


@dataclass(frozen=True, slots=True)
class Away:
    """Days on which somebody is away."""

    id: int
    starts: date
    until: date


@dataclass(frozen=True, slots=True)
class Counts:
    """What came of asking the chat for everybody."""

    new: int = 0
    matched: int = 0
    known: int = 0
    closed: int = 0
    nameless: int = 0
    left: int = 0
    reused: int = 0


@dataclass(frozen=True, slots=True)
class Crowd:
    """The organisation's people in numbers; names where somebody has to do something about them."""

    known: int
    unmanaged: tuple[str, ...] = ()
    unreached: tuple[str, ...] = ()
    without_app: tuple[str, ...] = ()


# --- leave -------------------------------------------------------------------------------------------


def help_leave(words: Words) -> Help:
    return Help(
        words.line("Say when you're away, so that I leave you alone."),
        (words.line("/ritme leave 24 dec - 2 jan"), words.line("/ritme leave friday"), words.line("/ritme leave")),
    )


def leave_form(words: Words) -> Form:
    return Form(
        "directory.take_leave",
        words.line("Add leave"),
        words.line("Save"),
        (
            DateInput("starts", words.line("First day away")),
            DateInput("until", words.line("Last day away"), optional=True, hint=words.line("Empty means one day.")),
        ),
        words.line("Cancel"),
        sees=words.say(
            "Colleagues can see that you're away and until when. I don't ask why, and there's nowhere to say it."
        ),
        inline=True,
    )


def away(absences: tuple[Away, ...], words: Words) -> Message:
    """The caller's leave, with a way to add and to cancel."""
    add = Actions((Button(words.line("Add leave"), "directory.leave", style="primary"),))
    summary = words.line("Your leave")
    if not absences:
        return Message(summary, (Say(words.say("You have no leave ahead that I know of.")), add))
    items = tuple(
        Item(_days(one, words), button=Button(words.line("Cancel leave"), "directory.cancel", {"leave": str(one.id)}))
        for one in absences
    )
    return Message(summary, (Say(words.say("On these days I leave you alone:")), *items, add))


def taken(one: Away, words: Words, *, names_deputy: bool = False) -> Message:
    """After adding leave. `names_deputy` offers a manager without a deputy to name one."""
    buttons = [Button(words.line("Cancel leave"), "directory.cancel", {"leave": str(one.id)})]
    if names_deputy:
        buttons.append(Button(words.line("Name a deputy"), "settings.team"))
    rest = words.say(
        "I won't ask you anything then, and it counts nowhere. Colleagues can see that you're away, and until when. "
        "If your plans change, you can cancel it."
    )
    done = words.line("Your leave is noted.")
    return Message(
        done, (Say(words.say("You're away: {days}.", days=_days(one, words))), Say(rest), Actions(tuple(buttons)))
    )


def cancelled(one: Away, words: Words) -> Message:
    line = words.say("Your leave is cancelled: {days}. You'll hear from me as usual.", days=_days(one, words))
    return Message(words.line("Your leave is cancelled."), (Say(line),))


def _days(one: Away, words: Words) -> Text:
    if one.starts == one.until:
        return (bold(words.day(one.starts)),)
    return words.say(
        "{first} up to and including {last}", first=bold(words.day(one.starts)), last=bold(words.day(one.until))
    )


# --- people ------------------------------------------------------------------------------------------


def help_people(words: Words) -> Help:
    return Help(
        words.line("For HR and administrators: see who I know, and fetch everybody from the chat."),
        (words.line("/ritme people"), words.line("/ritme people sync"), words.line("/ritme people help")),
    )


def crowd(people: Crowd, words: Words) -> Message:
    known = words.many(
        "I know one person in your organisation.", "I know {n} people in your organisation.", n=people.known
    )
    fetch = Actions((Button(words.line("Fetch from the chat"), "directory.sync", style="primary"),))
    return Message(words.line("The people I know"), (Say(known), *_missing(people, words), fetch))


def _missing(people: Crowd, words: Words) -> Iterator[Item]:
    """Who lacks a manager, an account or the app, and what helps."""
    if people.unmanaged:
        n = len(people.unmanaged)
        names = _names(people.unmanaged, words)
        yield Item(
            words.many("One person has no manager.", "{n} people have no manager.", n=n),
            words.many(
                "{names} chooses somebody to talk with.", "{names} choose somebody to talk with.", n=n, names=names
            ),
        )
    if people.unreached:
        n = len(people.unreached)
        yield Item(
            words.many("One person has no chat account.", "{n} people have no chat account.", n=n),
            words.say("{names}. My messages don't reach them.", names=_names(people.unreached, words)),
        )
    if people.without_app:
        yield Item(
            words.many(
                "One person hasn't added me to the chat, or has blocked me.",
                "{n} people haven't added me to the chat, or have blocked me.",
                n=len(people.without_app),
            ),
            words.say(
                "{names}. My messages don't reach them. In Teams they can add me under Apps, and your Teams "
                "administrator can add me for everybody. As soon as they write to me I reach them again.",
                names=_names(people.without_app, words),
            ),
        )


def hello(name: str, words: Words) -> Message:
    """To who just added Ritme: short, for what there is to say comes at a quiet moment."""
    typed = words.line("help")
    here = words.say("Hi {name}, here I am. This is where the two of us can talk.", name=name)
    more = words.say("Type {help} to see what you can do here.", help=bold(typed))
    settings = Actions((Button(words.line("Settings"), "settings.show"),))
    return Message(words.line("Hi {name}, here I am.", name=name), (Say(here), Small(more), settings))


def hello_room(words: Words) -> Message:
    """To everybody in a channel or group chat that Ritme was added to."""
    typed = words.line("help")
    here = words.say("Hi everybody, I'm Ritme. Mention me when you need me. What you write to each other I don't read.")
    more = words.say("Type {help} after my name to see what you can do here.", help=bold(typed))
    return Message(words.line("Hi everybody, I'm Ritme."), (Say(here), Small(more)))


def fetching(words: Words) -> Message:
    """Asking a large workspace takes a while."""
    text = words.say("I'm asking the chat who is there. You'll hear from me when I know.")
    return Message(words.line("I'm asking the chat who is there."), (Say(text),))


def unfetched(reference: str, words: Words) -> Message:
    text = words.say(
        "The chat didn't tell me who is there, so nothing has changed. Try again in a while with {command}. "
        "Does it keep failing? Whoever runs Ritme can look for {reference} in the log.",
        command=bold(words.line("/ritme people sync")),
        reference=reference,
    )
    return Message(words.line("The chat didn't tell me who is there."), (Say(text),))


def synced(counts: Counts, words: Words) -> Message:
    """What came of asking the chat for everybody, in numbers."""
    said = tuple(Item(line) for count, line in (*_found(counts, words), *_unclear(counts, words)) if count)
    if not said:
        return Message(
            words.line("The chat named nobody."), (Say(words.say("The chat named nobody. Try again later.")),)
        )
    small = Small(words.say("Bots and guests are left out. Rights in the chat give no rights here."))
    return Message(words.line("The people of the chat are in."), (*said, small))


def _found(n: Counts, words: Words) -> Iterator[tuple[int, Text]]:
    yield n.new, words.many("One person is new.", "{n} people are new.", n=n.new)
    yield (
        n.matched,
        words.many("One person was found by e-mail address.", "{n} people were found by e-mail address.", n=n.matched),
    )
    yield n.known, words.many("One person was known already.", "{n} people were known already.", n=n.known)
    yield n.closed, words.many("One account is no longer in use.", "{n} accounts are no longer in use.", n=n.closed)


def _unclear(n: Counts, words: Words) -> Iterator[tuple[int, Text]]:
    """Who is in the chat, and yet not let in."""
    yield (
        n.left,
        words.many(
            "One person is still in the chat, but not on HR's list.",
            "{n} people are still in the chat, but not on HR's list.",
            n=n.left,
        ),
    )
    yield (
        n.reused,
        words.many(
            "One account is new and has the e-mail address of somebody who left. I don't know whether it's the same "
            "person; whoever runs Ritme can tell me.",
            "{n} accounts are new and have the e-mail address of somebody who left. I don't know whether they're the "
            "same people; whoever runs Ritme can tell me.",
            n=n.reused,
        ),
    )
    yield (
        n.nameless,
        words.many(
            "One account shows no e-mail address, so I don't know whose it is.",
            "{n} accounts show no e-mail address, so I don't know whose they are.",
            n=n.nameless,
        ),
    )


def left(name: str, orphans: tuple[str, ...], words: Words) -> Message:
    """To HR: a manager left, and these people have none now. Without a name it was one who is erased."""
    names = _names(orphans, words)
    line = words.say("{name} has left. Without a manager now: {names}.", name=bold(name), names=names)
    if not name:
        line = words.say("Whoever led them isn't in Ritme any more. Without a manager now: {names}.", names=names)
    todo = words.say(
        "Name a new manager in your list of people, who then reads the check-ins that are sent from that day on, and "
        "none from before."
    )
    left = words.line("{name} has left, and led a team.", name=name)
    return Message(left if name else words.line("A team has no manager now."), (Say(line), Small(todo)))


def _names(names: tuple[str, ...], words: Words) -> Text:
    rest = len(names) - NAMED
    if rest <= 0:
        return words.all_of(names)
    return words.many("{names} and one other", "{names} and {n} others", n=rest, names=words.all_of(names[:NAMED]))


# --- refusals ----------------------------------------------------------------------------------------

WRONG: Mapping[str, Callable[[Mapping[str, Any], Words], str]] = {
    "cells": lambda _, words: words.line("there are more cells than headers."),
    "name": lambda _, words: words.line("the name is missing or too long."),
    "email": lambda facts, words: words.line("'{value}' is not an e-mail address.", value=facts["value"]),
    "twice": lambda facts, words: words.line(
        "'{value}' is on line {first} too. Everybody needs an address of their own.",
        value=facts["value"],
        first=str(facts["first"]),
    ),
    "self": lambda _, words: words.line("nobody can be their own manager."),
    "manager": lambda facts, words: words.line(
        "the manager '{value}' is not on the list, or leaves.", value=facts["value"]
    ),
    "second": lambda facts, words: words.line(
        "the second manager '{value}' is not on the list, or leaves.", value=facts["value"]
    ),
    "circle": lambda facts, words: words.line(
        "the managers go round in a circle: {names}.", names=" → ".join((*facts["names"], facts["names"][0]))
    ),
    "workdays": lambda facts, words: words.line(
        "I can't read the working days '{value}'. Write them like 'mon tue thu'.", value=facts["value"]
    ),
    "zone": lambda facts, words: words.line(
        "I don't know the time zone '{value}'. Write it like 'Europe/Amsterdam'.", value=facts["value"]
    ),
    "language": lambda facts, words: words.line("the language '{value}' is neither nl nor en.", value=facts["value"]),
    "date": lambda facts, words: words.line("'{value}' is not a date like 2026-12-31.", value=facts["value"]),
    "order": lambda _, words: words.line("the last day lies before the first."),
    "role": lambda facts, words: words.line("the role '{value}' is neither hr nor admin.", value=facts["value"]),
    "leave": lambda facts, words: words.line(
        "I can't read the leave '{value}'. Write it like '2026-12-24 - 2027-01-02'.", value=facts["value"]
    ),
}
"""What can be wrong with a row of HR's list, as the end of a sentence that begins with the line."""

TERMINAL: Mapping[str, Sentence] = {
    "person.unknown": lambda facts, words: words.line(
        "Nobody here has the e-mail address '{email}'. {command} shows everybody.",
        email=str(facts["name"]),
        command="ritme people list",
    ),
}
"""What an operator hears instead of what helps somebody in a chat: here people are named by their address."""

REFUSALS: Mapping[str, Sentence] = {
    "people.word": lambda facts, words: house.unknown_word(
        str(facts["typed"]), (words.line("/ritme people"), words.line("/ritme people sync")), words
    ),
    "people.line": lambda facts, words: words.line(
        "Line {line}: {wrong}", line=str(facts["line"]), wrong=WRONG[facts["wrong"]](facts, words)
    ),
    "people.empty": lambda _, words: words.line("There's nobody on the list."),
    "people.column": lambda facts, words: words.line(
        "The list has no column '{column}'. The first line should hold the headers.", column=str(facts["column"])
    ),
    "people.moved_on": lambda _, words: words.line(
        "The people here changed while you looked. Nothing was written; compare again, please."
    ),
    "leave.unreadable": lambda facts, words: words.line(
        "I can't read '{text}' as days. Write it like '24 dec - 2 jan', or use /ritme leave to choose the days.",
        text=str(facts["text"]),
    ),
    "leave.backwards": lambda _, words: words.line("The last day lies before the first. Choose a later one."),
    "leave.past": lambda facts, words: words.line(
        "Those days are over: the last one was {day}. Do you mean next year? Type the year as well.",
        day=words.long_day(facts["until"]),
    ),
    "leave.long": lambda _, words: words.line("That's more than two years. Check the year, please."),
    "leave.gone": lambda _, words: words.line("That leave was cancelled already."),
    "leave.no_day": lambda _, words: words.line("Choose the first day that you're away."),
}

_LEAVE = Away(3, date(2026, 12, 24), date(2027, 1, 2))
_FRIDAY = Away(4, date(2026, 11, 27), date(2026, 11, 27))

EXAMPLES = (
    Example("directory.leave_form", leave_form),
    Example("directory.away", lambda words: away((_FRIDAY, _LEAVE), words)),
    Example("directory.not away", lambda words: away((), words)),
    Example("directory.taken", lambda words: taken(_LEAVE, words)),
    Example("directory.taken by a manager", lambda words: taken(_FRIDAY, words, names_deputy=True)),
    Example("directory.cancelled", lambda words: cancelled(_LEAVE, words)),
    Example("directory.crowd", lambda words: crowd(Crowd(12, ("Iris Smit",), ("Bo Peters", "Ravi Patel")), words)),
    Example("directory.hello", lambda words: hello("Noor", words)),
    Example("directory.hello to a room", hello_room),
    Example("directory.crowd without the app", lambda words: crowd(Crowd(12, without_app=("Sem Bakker",)), words)),
    Example("directory.fetching", fetching),
    Example("directory.unfetched", lambda words: unfetched("7F3K", words)),
    Example("directory.synced", lambda words: synced(Counts(3, 1, 8, 1, 2, 1, 1), words)),
    Example("directory.synced nobody", lambda words: synced(Counts(), words)),
    Example("directory.left", lambda words: left("Anna Visser", ("Noor Jansen", "Sem Bakker"), words)),
    Example("directory.left and erased", lambda words: left("", ("Noor Jansen", "Sem Bakker"), words)),
)
