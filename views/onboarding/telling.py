"""What is said around the announcement, and the announcement itself."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from bot.messages import (
    Actions,
    Button,
    Confirm,
    Element,
    Facts,
    Message,
    Say,
    Small,
    Text,
    plain,
)
from bot.words import Words, bold
from views import settings
from views.onboarding.facts import Setup, Welcome, capability


def welcome(facts: Welcome, words: Words) -> Message:
    """The first message that somebody gets: who I am, what I ask, what I never do, who sees what, how to stop me. Of
    what Ritme can do it names what may begin.
    """
    hello = words.say(
        "Hi {name}, I'm Ritme. I help you and your colleagues keep a good rhythm of small conversations.",
        name=facts.name,
    )
    if facts.by:
        hello = words.say(
            "Hi {name}, I'm Ritme. {by} asked me to help you and your colleagues keep a good rhythm of small "
            "conversations.",
            name=facts.name,
            by=bold(facts.by),
        )
    rows = (
        *_offered(facts, words),
        (words.line("What I never do"), words.say("Read along in channels, rank people, or share private notes.")),
        (
            words.line("How to stop me"),
            words.say("Type {command} and press Pause.", command=bold(words.line("/ritme settings"))),
        ),
    )
    small = (Small(words.say("This is what everybody gets. Only you see it now.")),) if facts.preview else ()
    choose = (_moment(words),) if "checkins" in facts.covers else ()
    summary = words.line("Hi {name}, I'm Ritme. Nice to meet you.", name=facts.name)
    return Message(summary, (Say(hello), Facts(rows), *small, *choose))


def begins(facts: Welcome, words: Words) -> Message:
    """To who knows Ritme already, what it begins with now: those of `facts.covers`."""
    names = words.all_of(capability(one, words) for one in facts.covers)
    hello = words.say("Hi {name}, this is what I begin with here: {names}.", name=facts.name, names=names)
    if facts.by:
        hello = words.say(
            "Hi {name}, {by} asked me to let you know what I begin with here: {names}.",
            name=facts.name,
            by=bold(facts.by),
            names=names,
        )
    choose = (_moment(words),) if "checkins" in facts.covers else ()
    summary = words.line("I begin here with {names}.", names=plain(names))
    return Message(summary, (Say(hello), Facts(tuple(_offered(facts, words))), *choose))


def _moment(words: Words) -> Actions:
    return Actions((Button(words.line("Choose a moment"), "settings.moment", style="primary"),))


def _offered(facts: Welcome, words: Words) -> Iterator[tuple[str, Text]]:
    """What Ritme does with people here."""
    if "checkins" in facts.covers:
        rhythm = settings.rhythm(facts.rhythm, words)
        yield (
            words.line("What I ask"),
            words.say("A check-in of two minutes, {rhythm}. Skipping is fine.", rhythm=rhythm),
        )
        yield words.line("Who sees it"), _readers(facts, words)
    if "digest" in facts.covers:
        yield (
            words.line("What managers get"),
            words.say("A weekly digest of what their team needs. What it says about you, you can read too."),
        )
    freely = [capability(one, words) for one in ("kudos", "feedback", "goals") if one in facts.covers]
    if freely:
        asked = {"checkins", "digest"} & {*facts.covers}
        label = words.line("What else there is") if asked else words.line("What there is")
        yield label, words.say("You can come here for {names} whenever you like.", names=words.all_of(freely))


def _readers(facts: Welcome, words: Words) -> Text:
    if facts.readers:
        return words.say(
            "You and {names}. HR only sees that conversations take place, never a word of them.",
            names=words.all_of(bold(name) for name in facts.readers),
        )
    return words.say("Only you, until you choose somebody to talk with. HR never sees a word of it.")


def preview(facts: Setup, words: Words) -> Message:
    """After looking: the announcement is in the direct message; sending it is one press away."""
    sent = Say(words.say("I sent you a direct message with what everybody will get, each in their own language."))
    summary = words.line("Look in your direct messages.")
    if facts.announced_on:
        return Message(summary, (sent,))
    if not facts.consent or facts.withdrawn_on:
        wait = words.say(
            "You can send it to everybody once the works council's consent is on record, or that there is none."
        )
        record = Button(words.line("Record consent"), "onboarding.consent", style="primary")
        return Message(summary, (sent, Small(wait), Actions((record,))))
    confirm = Confirm(
        words.line("Tell everybody?"),
        words.many_line(
            "One person gets this message, in your name.", "{n} people get this message, in your name.", n=facts.people
        ),
        words.line("Send it"),
        words.line("Not yet"),
    )
    send = Button(words.line("Send the announcement"), "onboarding.announce", style="primary", confirm=confirm)
    return Message(summary, (sent, Actions((send,))))


def announced(n: int, unreached: int, facts: Setup, words: Words) -> Message:
    """After sending: to how many, who has no account to get it by, and what comes next."""
    line = words.many(
        "The announcement is on its way to one person, in your name.",
        "The announcement is on its way to {n} people, in your name.",
        n=n,
    )
    body: list[Element] = [Say(line), Small(words.say("Everybody gets it at a quiet moment of a working day."))]
    if unreached:
        later = words.many(
            "One person has no chat account yet, and hears it as soon as there is one.",
            "{n} people have no chat account yet, and hear it as soon as there is one.",
            n=unreached,
        )
        body.append(Small(later))
    if facts.first is None and "checkins" in facts.covers:
        body.append(Actions((Button(words.line("Choose the first day"), "onboarding.start", style="primary"),)))
    return Message(words.line("The announcement is on its way."), tuple(body))


def begun(first: date, words: Words) -> Message:
    line = words.say(
        "Ritme starts on {day}. Everybody gets check-ins at their own moment.", day=bold(words.long_day(first))
    )
    return Message(words.line("Ritme starts."), (Say(line),))


def channel_set(word: str, words: Words) -> Message:
    line = words.say("This is the channel for {word} from now on.", word=bold(word))
    everybody = words.say(
        "Everybody in this channel reads what I post here, also guests and people of other organisations, now and "
        "later. I can't see who they are. Is it for colleagues alone? Then choose a channel with nobody else in it."
    )
    small = words.say("Add me to the channel as well, or I can't post here.")
    return Message(words.line("This channel is set."), (Say(line), Say(everybody), Small(small)))
