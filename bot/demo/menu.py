"""What can be typed and done in the demo, as the router knows it, in a reader's words."""

from __future__ import annotations

from bot.demo.state import Command, Menu
from bot.router import Router
from bot.words import Words

_FAMILY = "/ritme"


def menu(router: Router, words: Words) -> Menu:
    """Every command with its first example, and every shortcut."""
    commands = []
    for command in router.commands.values():
        help = command.help(words)
        usage, hint = _parts(help.examples[0])
        commands.append(Command(usage, hint, help.summary))
    shortcuts = tuple((shortcut.name, shortcut.label(words)) for shortcut in router.shortcuts.values())
    return Menu(tuple(sorted(commands, key=_daily_first)), shortcuts)


def _parts(example: str) -> tuple[str, str]:
    """The verb and what follows it: "/ritme overzicht" is itself, "/kudos @Lotte dank je" begins with "/kudos"."""
    words = example.split(" ")
    length = 2 if words[0] == _FAMILY else 1
    return " ".join(words[:length]), " ".join(words[length:])


def _daily_first(command: Command) -> tuple[bool, str]:
    return command.usage.startswith(_FAMILY), command.usage
