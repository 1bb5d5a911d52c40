"""What the house itself says: help, and what goes wrong in ways that belong to no capability."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence

from bot.messages import Actions, Button, Item, Message, Say, Small, Span
from bot.router import Help, Manners, Sentence
from bot.words import Words, bold, shortened
from views import anonymity
from views.examples import Example

_LONGEST = 60
"""Characters of what somebody typed that are said back to them."""


def help(words: Words) -> Help:
    return Help(
        words.line("See what you can do here."),
        (words.line("/ritme help"), words.line("/ritme kudos help"), words.line("/ritme")),
    )


def commands(known: tuple[Help, ...], words: Words, *, more: bool = False) -> Message:
    """What the reader can type, a line each; `more` says that there will be more of it later."""
    lines = tuple(
        Item(words.say("{command}: {summary}", command=bold(about.usage), summary=about.summary)) for about in known
    )
    intro = words.say("I help you and your colleagues keep a good rhythm of small conversations. You can type:")
    later = (Small(words.say("There's more to come. You'll hear from HR before it starts.")),) if more else ()
    examples = words.say("Type {help} after a command for examples.", help=bold(words.line("help")))
    return Message(words.line("This is what I can do."), (Say(intro), *lines, *later, Small(examples)))


def command(about: Help, words: Words) -> Message:
    """One command with its three examples."""
    lines = tuple(Item((Span(example),)) for example in about.examples)
    title = words.line("Examples of {command}", command=about.usage)
    return Message(title, (Say((Span(about.summary),)), *lines))


def for_others(about: Help, words: Words) -> Message:  # noqa: ARG001 - as every other answer
    """A command that is not for the reader: its summary says for whom it is."""
    return Message(about.summary, (Say((Span(about.summary),)),))


def unknown_command(typed: str, near: Help | None, words: Words) -> Message:
    """A word that is no command, and the nearest one that is."""
    typed = shortened(typed, _LONGEST)
    text = words.say("I don't know the command {typed}.", typed=bold(typed))
    buttons = [Button(words.line("Show all commands"), "house.help")]
    if near:
        word = near.word
        text = words.say("I don't know the command {typed}. Do you mean {near}?", typed=bold(typed), near=bold(word))
        buttons.insert(0, Button(words.line("Examples of {command}", command=word), "house.help", {"command": word}))
    return Message(words.line("I don't know that command."), (Say(text), Actions(tuple(buttons))))


def unknown_word(typed: str, ways: Sequence[str], words: Words) -> str:
    """A word after a command that means nothing there; `ways` are what can be typed, as the reader types it."""
    command, typed = ways[0], shortened(typed, _LONGEST)
    near = difflib.get_close_matches(f"{command} {typed}".casefold(), ways[1:], n=1, cutoff=0.8)
    if near:
        return words.line("I don't know '{typed}' here. Do you mean {command}?", typed=typed, command=near[0])
    if ways[1:]:
        return words.line("I don't know '{typed}' here. You can type {ways}.", typed=typed, ways=words.one_of(ways))
    return words.line("I don't know '{typed}' here. Type just {command}.", typed=typed, command=command)


def chat(words: Words, *, kudos: bool = True) -> Message:
    """An answer to free text in the direct message; `kudos` says that they can be given."""
    give = (Button(words.line("Give kudos"), "kudos.new"),) if kudos else ()
    return Message(
        words.line("I only read what you send me by a command or a button."),
        (
            Say(words.say("I can't chat, but I can help you on your way. What would you like to do?")),
            Actions((*give, Button(words.line("Show all commands"), "house.help"))),
        ),
    )


# --- manners -----------------------------------------------------------------------------------------


def stranger(words: Words) -> Message:
    return _plain(
        words.line("I don't know you yet."),
        words.line("I don't know you yet. Ask HR to add you to Ritme with the e-mail address of your chat account."),
    )


def unexpected(reference: str, words: Words) -> Message:
    return _plain(
        words.line("Something went wrong."),
        words.line(
            "Something went wrong, and that's on me. Nothing was saved, so please try again. "
            "Does it keep happening? Give your administrator code {reference}.",
            reference=reference,
        ),
    )


def busy(words: Words) -> Message:
    return _plain(
        words.line("It's very busy right now."),
        words.line("It's very busy right now, so this was not saved. Please try again in a minute."),
    )


def outdated(words: Words) -> Message:
    return _plain(
        words.line("This message is out of date."),
        words.line("This message is out of date, so the button does nothing any more. Open your overview to go on."),
    )


def refused(sentences: tuple[str, ...], words: Words) -> Message:  # noqa: ARG001 - every manner has the same shape
    return Message(sentences[0], tuple(Say((Span(sentence),)) for sentence in sentences))


def _plain(summary: str, text: str) -> Message:
    return Message(summary, (Say((Span(text),)),))


SENTENCES: Mapping[str, Sentence] = {
    "person.unknown": lambda facts, words: _unknown(str(facts["name"]), tuple(facts.get("near", ())), words),
    "person.ambiguous": lambda facts, words: words.line(
        "There are several people called {name}. Do you mean {names}? Type the full name, please.",
        name=facts["name"],
        names=words.one_of(facts["people"]),
    ),
    "person.namesakes": lambda facts, words: words.line(
        "Several people here are called {name}. Type the command without a name, and choose by e-mail address whom you "
        "mean.",
        name=facts["name"],
    ),
    "not_started": lambda _, words: words.line(
        "This isn't switched on here at the moment. You'll hear from HR before that changes."
    ),
    "denied": lambda _, words: words.line(
        "This is for HR and the administrators of Ritme. Do you miss something, or is something wrong? Ask one of them."
    ),
    **anonymity.REFUSALS,
}


def _unknown(name: str, near: tuple[str, ...], words: Words) -> str:
    name = shortened(name, _LONGEST)
    if not name:
        return words.line("This colleague is no longer here. Choose somebody else.")
    if near:
        return words.line("I know no '{name}'. Do you mean {names}?", name=name, names=words.one_of(near))
    return words.line("I know no '{name}'. Type the first letters of the name to choose somebody.", name=name)


def missing(words: Words) -> str:
    """At a field that was left empty."""
    return words.line("Please fill this in.")


MANNERS = Manners(stranger, unexpected, busy, outdated, refused, missing, SENTENCES)

EXAMPLES = (
    Example("house.commands", lambda words: commands((help(words),), words)),
    Example("house.commands before the start", lambda words: commands((help(words),), words, more=True)),
    Example("house.command", lambda words: command(help(words), words)),
    Example("house.command for others", lambda words: for_others(help(words), words)),
    Example("house.unknown command", lambda words: unknown_command("hulpje", help(words), words)),
    Example("house.chat", chat),
    Example("house.stranger", stranger),
    Example("house.unexpected", lambda words: unexpected("7F3K", words)),
    Example("house.busy", busy),
    Example("house.outdated", outdated),
    Example("house.refused", lambda words: refused((_unknown("Sanne B", ("Sanne Bakker",), words),), words)),
)
