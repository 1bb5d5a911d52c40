"""What belongs to no capability: help, and an answer to free text."""

from __future__ import annotations

import difflib
from collections.abc import Callable

from bot.calls import Answer, Call, Replies
from bot.messages import Message
from bot.router import Router, Routes
from models.scope import Scope
from views import house as view


def build(router: Callable[[], Router]) -> Routes:
    """The house's routes. They speak of all the others, so they get the router, once it is there."""
    routes = Routes("house", gated=False)

    def helped(name: str, scope: Scope) -> Message:
        known = router().commands
        if name in known:
            return view.command(name, known[name].help(scope.words), scope.words)
        lines = tuple((command.name, command.help(scope.words)) for command in known.values())
        return view.commands(lines, scope.words)

    @routes.command("help", view.help, aliases=("hulp",), reads=True)
    def help(call: Call, scope: Scope) -> Replies:
        typed = call.carry.get("unknown", "")
        if typed:
            near = difflib.get_close_matches(typed.casefold(), router().words, n=1, cutoff=0.5)
            return Answer(view.unknown_command(typed, router().verb(near[0]) if near else "", scope.words))
        return Answer(helped(call.carry.get("command", "") or router().verb(call.text.strip()), scope))

    @routes.press("house.help", reads=True)
    def show_help(call: Call, scope: Scope) -> Replies:
        return Answer(helped(call.carry.get("command", ""), scope))

    @routes.text()
    def text(call: Call, scope: Scope) -> Replies:
        return Answer(view.chat(scope.words))

    return routes
