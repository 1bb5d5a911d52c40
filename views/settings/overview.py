"""Everything that somebody set, with a button beside each part."""

from __future__ import annotations

from bot.messages import (
    Actions,
    Button,
    Confirm,
    Element,
    Heading,
    Item,
    Message,
    Say,
    Small,
    Text,
)
from bot.words import Words, bold
from views.days import WEEKDAYS, weekday
from views.settings.parts import (
    LANGUAGES,
    Settings,
    chat_names,
    rhythm,
    weekdays,
)


def overview(facts: Settings, words: Words) -> Message:
    """Everything that stands, with a button beside each part."""
    return Message(words.line("Your settings"), (*_items(facts, words), *_silence(facts, words)))


def saved(facts: Settings, words: Words) -> Message:
    """The same, after something changed; said in the language that stands now."""
    done = words.say("That's saved. This is how things stand now:")
    return Message(words.line("Your settings are saved."), (Say(done), *_items(facts, words), *_silence(facts, words)))


def section(facts: Settings, words: Words) -> tuple[Element, ...]:
    """The overview's part about settings."""
    line = words.say(
        "I ask you {rhythm}, and I'm quiet from {start} to {end}.",
        rhythm=rhythm(facts.rhythm, words),
        start=words.clock(facts.quiet_from),
        end=words.clock(facts.quiet_until),
    )
    if not facts.begun:
        line = words.say("Once Ritme has started here, I ask you {rhythm}.", rhythm=rhythm(facts.rhythm, words))
    if facts.paused:
        line = words.say("I start no conversations with you, because you asked me to.")
    return (Heading(words.line("Settings")), Item(line, button=Button(words.line("Settings"), "settings.show")))


def _items(facts: Settings, words: Words) -> tuple[Element, ...]:
    parts = [_moment_item(facts, words), _me_item(facts, words)]
    if facts.second or not facts.manager:
        parts.append(_readers_item(facts, words))
    if facts.leads:
        parts.append(_team_item(facts, words))
    if len(facts.chats) > 1:
        parts.append(_chat_item(facts, words))
    return tuple(parts)


def _moment_item(facts: Settings, words: Words) -> Item:
    line = words.say("Check-in: {rhythm}", rhythm=bold(rhythm(facts.rhythm, words)))
    if not facts.begun:
        line = words.say("Check-in, once Ritme has started here: {rhythm}", rhythm=bold(rhythm(facts.rhythm, words)))
    quiet = words.say(
        "Quiet from {start} to {end}", start=words.clock(facts.quiet_from), end=words.clock(facts.quiet_until)
    )
    return Item(line, quiet, Button(words.line("Choose a moment"), "settings.moment"))


def _me_item(facts: Settings, words: Words) -> Item:
    line = words.say(
        "{language}, {zone}; you work on {days}",
        language=bold(dict(LANGUAGES)[facts.language]),
        zone=facts.zone,
        days=weekdays(facts.workdays, words),
    )
    liked = {
        "public": words.say("Kudos for you go to the kudos channel"),
        "private": words.say("Kudos for you stay between you and the giver"),
        "manager": words.say("Kudos for you go to you and your manager"),
    }
    return Item(line, liked[facts.kudos], Button(words.line("Language and days"), "settings.me"))


def _readers_item(facts: Settings, words: Words) -> Item:
    change = Button(words.line("Choose readers"), "settings.readers")
    if facts.second:
        return Item(words.say("{name} reads your check-ins too", name=bold(facts.second.name)), button=change)
    if facts.partner:
        return Item(words.say("You talk with {name}", name=bold(facts.partner.name)), button=change)
    return Item(words.say("Nobody reads your check-ins but you"), button=change)


def _team_item(facts: Settings, words: Words) -> Item:
    line = words.say(
        "Digest of your team: {day} at {time}",
        day=bold(weekday(WEEKDAYS[facts.digest_day - 1], words)),
        time=words.clock(facts.digest_at),
    )
    deputy = words.say("You named no deputy for when you're away")
    if facts.deputy:
        deputy = words.say("{name} is your deputy when you're away", name=facts.deputy.name)
    return Item(line, deputy, Button(words.line("Digest and deputy"), "settings.team"))


def _chat_item(facts: Settings, words: Words) -> Item:
    now, *others = chat_names(facts.chats).values()
    line = words.say("You hear from me in {chat}", chat=bold(now))
    also = words.say("You can talk with me in {chats} as well", chats=words.all_of(others))
    return Item(line, also, Button(words.line("Choose a chat"), "settings.chat"))


def _silence(facts: Settings, words: Words) -> tuple[Element, ...]:
    """How to stop Ritme, and how to start it again."""
    if facts.paused:
        line = words.say("I start no conversations with you. What you do yourself still works.")
        return (
            Item(line, _noticed(facts, words), Button(words.line("Start again"), "settings.resume", style="primary")),
        )
    confirm = Confirm(
        words.line("Shall I be quiet?"),
        words.line("I won't ask you anything any more. You can start again whenever you like."),
        words.line("Be quiet"),
        words.line("Leave it as it is"),
    )
    line = words.say("Rather not hear from me?")
    return (Item(line, _noticed(facts, words), Button(words.line("Pause"), "settings.pause", confirm=confirm)),)


def _noticed(facts: Settings, words: Words) -> Text:
    """What others notice of the silence."""
    if facts.manager is None:
        return words.say("I tell nobody that you pause.")
    return words.say(
        "I tell nobody that you pause. {name} only sees that check-ins stay unanswered, and after three I suggest "
        "a talk.",
        name=facts.manager.name,
    )


def paused(facts: Settings, words: Words) -> Message:
    return Message(
        words.line("I'm quiet from now on."),
        (
            Say(words.say("I won't start a conversation with you any more. What you do yourself still works.")),
            Small(_noticed(facts, words)),
            Actions((Button(words.line("Start again"), "settings.resume"),)),
        ),
    )
