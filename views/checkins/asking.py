"""The check-in as a message: asked, reminded of, sent, skipped."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from bot.messages import Actions, Button, Element, Heading, Item, Message, Say, Small, Span, Text
from bot.words import Words, bold
from views.checkins.facts import Asking, Reader, Sent, Verb


def ask(asking: Asking, words: Words) -> Message:
    """The direct message that starts it."""
    hello = words.say("Hi {name}, time for your check-in. It takes you two minutes.", name=asking.name)
    body: list[Element] = [Say(hello)]
    if asking.plans:
        plans = words.all_of(bold(plan) for plan in asking.plans)
        body.append(Say(words.say("Last time you planned: {plans}.", plans=plans)))
    summary = words.line("Hi {name}, time for your check-in. It takes you two minutes.", name=asking.name)
    return Message(summary, (*body, *_answer(asking, words)))


def reminder(asking: Asking, words: Words) -> Message:
    """Said once, without reproach."""
    text = words.say("Your check-in is still open. No time this week? Feel free to skip it once.")
    return Message(words.line("Your check-in is still open."), (Say(text), *_answer(asking, words)))


def _answer(asking: Asking, words: Words) -> tuple[Element, ...]:
    carry = {"period": str(asking.period)}
    until = words.say("You can answer until {moment}.", moment=words.moment(asking.closes))
    return (
        Actions(
            (
                Button(words.line("Answer"), "checkins.answer", carry, "primary"),
                Button(words.line("Skip"), "checkins.skip", carry),
            )
        ),
        Small((*until, Span(" "), *who_reads(asking.readers, words))),
    )


def who_reads(readers: Iterable[Reader], words: Words) -> Text:
    """Who will be able to read it, by name."""
    names = [_named(reader, words) for reader in readers]
    if not names:
        return words.say("Only you can read this.")
    if len(names) == 1:
        return words.say("Only you and {names} can read this.", names=names[0])
    return words.say("Only you can read this, together with {names}.", names=words.all_of(names))


def _named(reader: Reader, words: Words) -> Text:
    match reader.role:
        case "manager":
            return words.say("{name} (your manager)", name=reader.who.name)
        case "deputy":
            return words.say("{name} (stands in for your manager)", name=reader.who.name)
        case "partner":
            return words.say("{name} (your conversation partner)", name=reader.who.name)
        case _:
            return words.say("{name} (reads along)", name=reader.who.name)


def sent(facts: Sent, words: Words) -> Message:
    """After sending, in the place of the question; later, that it was seen."""
    if facts.seen_by:
        line = words.say("{name} has seen your check-in.", name=bold(facts.seen_by))
        if facts.reaction:
            line = words.say(
                "{name} has seen your check-in: {reaction}", name=bold(facts.seen_by), reaction=facts.reaction
            )
        return Message(words.line("Your check-in was seen."), (Say(line), Actions((_view(facts.checkin, words),))))
    return Message(
        words.line("Thank you, your check-in is in."),
        (Say(_thanks(facts, words)), Actions((_view(facts.checkin, words), *_change(facts, words)))),
    )


def _thanks(facts: Sent, words: Words) -> Text:
    if not facts.changeable:  # who has seen it is not there any more
        return words.say("Thank you, your check-in is in.")
    if not facts.readers:
        return words.say("Thank you, your check-in is in. Only you can read it, and you can change it.")
    if len(facts.readers) == 1:
        name = facts.readers[0].who.name
        return words.say("Thank you, your check-in is in. You can change it until {name} has read it.", name=name)
    return words.say("Thank you, your check-in is in. You can change it until somebody has read it.")


def already(facts: Sent, early: int, words: Words) -> Message:
    """Asked for again after it was answered. `early` is the next period, where it can be answered already."""
    line = words.say("You have answered your check-in. Want to look back, or answer the next one already?")
    buttons = [_view(facts.checkin, words), *_change(facts, words)]
    if early:
        buttons.append(Button(words.line("Answer the next one"), "checkins.answer", {"period": str(early)}))
    return Message(words.line("You have answered your check-in."), (Say(line), Actions(tuple(buttons))))


def skipped(period: int, of: datetime, again: datetime | None, manager: str, words: Words) -> Message:
    """After skipping the check-in of a day. `again` is when the next one comes, where that is known; `manager` sees
    that it was skipped.
    """
    line = words.say("That's fine, we skip the check-in of {day}.", day=words.day(of))
    if again is not None:
        line = words.say(
            "That's fine, we skip the check-in of {day}. You'll hear from me again on {moment}.",
            day=words.day(of),
            moment=words.moment(again),
        )
    button = Button(words.line("Answer after all"), "checkins.answer", {"period": str(period)})
    noticed = (Small(words.say("{name} only sees that you skipped it.", name=manager)),) if manager else ()
    return Message(words.line("That's fine, we skip this one."), (Say(line), Actions((button,)), *noticed))


def unread(typed: str, near: Verb | None, words: Words) -> Message:
    """To who typed a word that does nothing here. `near` is what may have been meant."""
    buttons = [Button(words.line("Answer"), "checkins.answer")]
    line = words.say(
        "I don't know '{typed}' here. After /checkin you can type last, skip, team or moment.", typed=typed
    )
    if near is not None:
        command, button = _verb(near, words)
        buttons.insert(0, button)
        line = words.say("I don't know '{typed}' here. Do you mean {command}?", typed=typed, command=bold(command))
    return Message(words.line("I don't know that word."), (Say(line), Actions(tuple(buttons))))


def _verb(verb: Verb, words: Words) -> tuple[str, Button]:
    """How it is typed, and the button that does the same."""
    match verb:
        case "last":
            return words.line("/checkin last"), Button(words.line("See my last one"), "checkins.last")
        case "skip":
            return words.line("/checkin skip"), Button(words.line("Skip"), "checkins.skip")
        case "team":
            return words.line("/checkin team"), Button(words.line("Whole team"), "checkins.team")
        case "moment":
            return words.line("/checkin moment"), Button(words.line("Choose a moment"), "checkins.moment")


def nothing_yet(words: Words) -> Message:
    """There is no check-in to look back at."""
    line = words.say("You have no check-in yet. You can fill one in whenever it suits you.")
    button = Button(words.line("Answer"), "checkins.answer", style="primary")
    return Message(words.line("You have no check-in yet."), (Say(line), Actions((button,))))


def section(last: Sent | None, at: datetime | None, words: Words) -> tuple[Element, ...]:
    """The overview's part: the last one (sent `at`). What waits stands above, under today."""
    heading = Heading(words.line("Check-in"))
    if last is None or at is None:
        line = words.say("You have no check-in yet. You can fill one in whenever it suits you.")
        return heading, Item(line, button=Button(words.line("Answer"), "checkins.answer"))
    seen = words.say("{name} has seen it.", name=last.seen_by) if last.seen_by else ()
    return heading, Item(words.say("Your last check-in: {day}", day=words.day(at)), seen, _view(last.checkin, words))


def _view(checkin: int, words: Words) -> Button:
    return Button(words.line("View"), "checkins.open", {"checkin": str(checkin)})


def _change(facts: Sent, words: Words) -> tuple[Button, ...]:
    carry = {"checkin": str(facts.checkin)}
    return (Button(words.line("Change"), "checkins.edit", carry),) if facts.changeable else ()
