"""The page's own words, in the language of whoever's eyes one looks through."""

from __future__ import annotations

from collections.abc import Mapping

from bot.words import Words


def labels(words: Words, first_name: str) -> Mapping[str, str]:
    """Every word that the page itself says, by the name under which its scripts know it.

    `{name}` that is still in a sentence is filled in by the page.
    """
    line = words.line
    return {
        "demo": line("demo"),
        "demoNote": line("A made-up company. Everything runs on this machine and is gone when you stop it."),
        "skip": line("Go to the message box"),
        "chats": line("Chats"),
        "conversation": line("Conversation"),
        "overview": line("Overview"),
        "overviewOf": line("Overview of {name}", name=first_name),
        "direct": line("Direct messages"),
        "channels": line("Channels"),
        "people": line("Look through the eyes of"),
        "you": line("this is you"),
        "unread": line("unread"),
        "messageRitme": line("Message Ritme, or type /"),
        "messageChannel": line("Message #{name}, or type /", name="{name}"),
        "send": line("Send"),
        "commands": line("Commands"),
        "openCommands": line("Show the commands"),
        "onlyYou": line("Only you can see this"),
        "edited": line("edited"),
        "app": line("app"),
        "more": line("More with this message"),
        "nothingYet": line("Nothing has been said here yet."),
        "optional": line("optional"),
        "choose": line("Choose…"),
        "searchPeople": line("Type a few letters"),
        "noneFound": line("Nothing found"),
        "remove": line("Remove {name}", name="{name}"),
        "close": line("Close"),
        "clear": line("Clear"),
        "required": line("This one is still empty."),
        "clock": line("The clock of this company"),
        "moveClock": line("Move the clock to {name}", name="{name}"),
        "otherMoments": line("Other moments"),
        "moveNext": line("To the next event"),
        "moveMonday": line("To Monday morning"),
        "moveHour": line("An hour later"),
        "moveDay": line("A day later"),
        "moving": line("Time passes…"),
        "look": line("As it looks in"),
        "theme": line("Light or dark"),
        "themeAuto": line("As your system"),
        "themeLight": line("Light"),
        "themeDark": line("Dark"),
        "newMessage": line("New for {name}: {what}", name=first_name, what="{name}"),
        "offline": line("Ritme isn't answering. Is the demo still running in your terminal?"),
        "left": line("{name} characters left", name="{name}"),
    }
