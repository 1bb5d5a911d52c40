"""The steps of setting up, as HR sees them."""

from __future__ import annotations

from collections.abc import Iterator

from bot.messages import (
    Actions,
    Button,
    Element,
    Heading,
    Item,
    Message,
    Say,
    Span,
    Text,
)
from bot.words import Words, bold
from views import settings
from views.onboarding.facts import Setup, capability


def setup(facts: Setup, words: Words) -> Message:
    """Every step with what stands and a button, the next one first in line for attention. Without check-ins it runs
    as soon as everybody was told.
    """
    asks = "checkins" in facts.covers
    intro = words.say("From here to the first check-in takes about ten minutes. Nothing goes out before you say so.")
    if facts.first and asks:
        intro = words.say("Ritme starts on {day}. This is how it's set up:", day=words.long_day(facts.first))
    if facts.began or (facts.announced_on and not asks):
        intro = words.say("Ritme is running. This is how it's set up:")
    if facts.withdrawn_on:
        intro = words.say("Ritme has stopped, because the consent was withdrawn. This is how it's set up:")
    news = (_begun(facts, words),) if facts.begins else ()
    steps = (
        _people(facts, words),
        *_consent(facts, words),
        _company(facts, words),
        _rhythm(facts, words),
        _kudos(facts, words),
        _announcement(facts, words),
        _first_day(facts, words),
    )
    return Message(words.line("Setting up Ritme"), (*news, Say(intro), *steps))


def _begun(facts: Setup, words: Words) -> Say:
    names = words.all_of(capability(one, words) for one in facts.begins)
    return Say(words.say("This begins now: {names}. Everybody hears it in your name, at a quiet moment.", names=names))


def section(facts: Setup, words: Words) -> tuple[Element, ...]:
    """The overview's part while there is still a step to take."""
    todo = {
        "people": words.say("First I need to know who works here."),
        "consent": words.say("The works council's consent is not on record yet, so nothing goes out."),
        "announce": words.say("Everything is ready to tell people about Ritme."),
        "start": words.say("People know about Ritme. Choose the first day."),
    }
    if facts.next not in todo:
        return ()
    if facts.new:
        todo["consent"] = words.say("Ritme can do something new. Ask the works council about it.")
        if facts.consent == "none":
            todo["consent"] = words.say("Ritme can do something new. It begins when you've recorded that it may.")
    button = Button(words.line("Continue"), "onboarding.show", style="primary")
    return (Heading(words.line("Setup")), Item(todo[facts.next], button=button))


def _step(title: Text, small: Text, label: str, press: str, *, now: bool = False) -> Item:
    return Item(title, small, Button(label, press, style="primary" if now else "plain"))


def _people(facts: Setup, words: Words) -> Item:
    known = words.many("I know one person.", "I know {n} people.", n=facts.people)
    more = words.say("An operator imports your list with {command}.", command=bold("ritme people import"))
    small = (*known, Span(" "), *more)
    if facts.unreached:
        lost = words.many(
            "One of them I haven't found in the chat yet.",
            "{n} of them I haven't found in the chat yet.",
            n=facts.unreached,
        )
        small = (*known, Span(" "), *lost, Span(" "), *more)
    title = words.say("{step} People", step=bold("1."))
    return _step(title, small, words.line("Fetch from the chat"), "directory.sync", now=facts.next == "people")


def _consent(facts: Setup, words: Words) -> Iterator[Element]:
    """The step, and where there is a consent, the way to take it back."""
    title = words.say("{step} Works council", step=bold("2."))
    small = _on_record(facts, words)
    yield _step(title, small, words.line("Record consent"), "onboarding.consent", now=facts.next == "consent")
    if facts.consent and not facts.withdrawn_on:
        yield Actions((Button(words.line("Withdraw consent"), "onboarding.withdraw"),))


def _on_record(facts: Setup, words: Words) -> Text:
    """How it is with consent; before all else what nobody was asked about yet."""
    if facts.new:
        names = words.all_of(capability(one, words) for one in facts.new)
        if facts.consent == "none":
            return words.say("New: {names}. Record whether it may begin.", names=names)
        return words.say("New since the last consent: {names}. Ask the works council about it.", names=names)
    if facts.withdrawn_on:
        return _withdrawn(facts, words.long_day(facts.withdrawn_on), words)
    if not facts.left_out:
        return _agreed(facts, words)
    names = words.all_of(capability(one, words) for one in facts.left_out)
    return (*_agreed(facts, words), Span(" "), *words.say("Switched off: {names}.", names=names))


def _agreed(facts: Setup, words: Words) -> Text:
    if facts.consent == "council" and facts.consent_on:
        return words.say(
            "Agreed on {day}. Groups smaller than {floor} are never shown.",
            day=words.long_day(facts.consent_on),
            floor=facts.floor,
        )
    if facts.consent:
        return words.say("There is no works council. Groups smaller than {floor} are never shown.", floor=facts.floor)
    return words.say("Not on record yet. Without it nothing goes out.")


def _withdrawn(facts: Setup, on: str, words: Words) -> Text:
    if facts.consent == "council" and facts.consent_on:
        return words.say(
            "Agreed on {day}, withdrawn on {withdrawn}. Nothing goes out any more, and nothing was deleted.",
            day=words.long_day(facts.consent_on),
            withdrawn=on,
        )
    return words.say("Withdrawn on {day}. Nothing goes out any more, and nothing was deleted.", day=on)


def _company(facts: Setup, words: Words) -> Item:
    small = words.say(
        "{language}, {zone}, {days}; at most {n} messages a week that I start",
        language=dict(settings.LANGUAGES)[facts.language],
        zone=facts.zone,
        days=settings.weekdays(facts.workdays, words),
        n=facts.attention,
    )
    title = words.say("{step} Language and times", step=bold("3."))
    return _step(title, small, words.line("Change times"), "onboarding.company")


def _rhythm(facts: Setup, words: Words) -> Item:
    often = settings.rhythm(facts.rhythm, words)
    left = {
        "nothing": words.say("Everybody gets a check-in {rhythm}. People can't change that.", rhythm=often),
        "moment": words.say(
            "Everybody gets a check-in {rhythm}. People may choose another day and time.", rhythm=often
        ),
        "often": words.say("Everybody gets a check-in {rhythm}. People may choose how often, and when.", rhythm=often),
    }
    title = words.say("{step} Check-ins", step=bold("4."))
    small = left[facts.freedom] if "checkins" in facts.covers else words.say("Nobody gets a check-in.")
    return _step(title, small, words.line("Change rhythm"), "onboarding.rhythm")


def _kudos(facts: Setup, words: Words) -> Item:
    channel = words.say(
        "No channel yet: type {command} in the channel you want.",
        command=bold(words.line("/ritme setup channel kudos")),
    )
    if facts.channel:
        channel = words.say("The kudos channel is set.")
    named = words.say("No company values yet.")
    if facts.values:
        named = words.many("One company value.", "{n} company values.", n=len(facts.values))
    title = words.say("{step} Kudos", step=bold("5."))
    return _step(title, (*channel, Span(" "), *named), words.line("Change values"), "onboarding.kudos")


def _announcement(facts: Setup, words: Words) -> Item:
    title = words.say("{step} Announcement", step=bold("6."))
    if facts.announced_on:
        told = words.say("Sent on {day}.", day=words.long_day(facts.announced_on))
        if facts.announcer:
            told = words.say("Sent on {day} by {name}.", day=words.long_day(facts.announced_on), name=facts.announcer)
        return Item(title, told, Button(words.line("See it again"), "onboarding.preview"))
    small = words.say("Everybody hears from you who I am, what I ask, who sees what, and how to stop me.")
    return _step(title, small, words.line("See it first"), "onboarding.preview", now=facts.next == "announce")


def _first_day(facts: Setup, words: Words) -> Item:
    """Once the day has come it stands: choosing another would stop everybody's check-ins."""
    title = words.say("{step} First day", step=bold("7."))
    if "checkins" not in facts.covers:
        return Item(title, words.say("There are no check-ins, so no first day is needed."))
    if facts.began and facts.first:
        return Item(
            title, words.say("People have been getting check-ins since {day}.", day=words.long_day(facts.first))
        )
    if facts.first:
        small = words.say("People get check-ins from {day} on.", day=words.long_day(facts.first))
        return _step(title, small, words.line("Choose another day"), "onboarding.start")
    if not facts.announced_on:
        return Item(title, words.say("Nobody gets a check-in yet. First comes the announcement."))
    small = words.say("Nobody gets a check-in yet.")
    return _step(title, small, words.line("Choose the first day"), "onboarding.start", now=facts.next == "start")
