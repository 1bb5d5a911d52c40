"""What can be typed and done in the demo, as the router knows it, in a reader's words."""

from __future__ import annotations

from bot.demo.state import Command, Menu
from bot.router import FAMILY, Router
from bot.words import Words


def menu(router: Router, words: Words) -> Menu:
    """Every command with its first example, and every shortcut."""
    commands = []
    for command in router.commands.values():
        help = command.help(words)
        hint = help.examples[0].removeprefix(help.usage).strip()
        commands.append(Command(help.usage, hint, help.summary))
    shortcuts = tuple((shortcut.name, shortcut.label(words)) for shortcut in router.shortcuts.values())
    return Menu(tuple(sorted(commands, key=_daily_first)), shortcuts)


def _daily_first(command: Command) -> tuple[bool, str]:
    return command.usage.startswith(f"/{FAMILY}"), command.usage
