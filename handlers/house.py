"""What belongs to no capability: help, and an answer to free text."""

from __future__ import annotations

import difflib
from collections.abc import Callable

from bot.calls import Answer, Call, Replies
from bot.messages import Message
from bot.router import Help, Router, Routes
from models import onboarding
from models.errors import refuse
from models.scope import Scope
from views import house as view


def build(router: Callable[[], Router]) -> Routes:
    """The house's routes. They speak of all the others, so they get the router, once it is there."""
    routes = Routes("house", gated=False)

    def helped(name: str, scope: Scope) -> Message:
        known, offered = router().commands.get(name), router().offered(scope)
        if known and known in offered:
            return view.command(known.help(scope.words), scope.words)
        if known and known.only:
            return view.for_others(known.help(scope.words), scope.words)
        if known:
            refuse("not_started")
        lines = tuple(command.help(scope.words) for command in offered)
        return view.commands(lines, scope.words, more=bool(onboarding.waiting(scope)))

    def nearest(typed: str, scope: Scope) -> Help | None:
        """The help of the nearest command that is there for the caller."""
        words = {word: one for one in router().offered(scope) for word in (one.name, *one.aliases)}
        near = difflib.get_close_matches(typed.casefold(), words, n=1, cutoff=0.5)
        return words[near[0]].help(scope.words) if near else None

    @routes.command("help", view.help, aliases=("hulp",), reads=True)
    def help(call: Call, scope: Scope) -> Replies:
        named = call.carry.get("command", "") or router().verb(call.text.strip())
        typed = call.carry.get("unknown", "") or ("" if named else call.text.strip())
        if typed:
            return Answer(view.unknown_command(typed, nearest(typed, scope), scope.words))
        return Answer(helped(named, scope))

    @routes.press("house.help", reads=True)
    def show_help(call: Call, scope: Scope) -> Replies:
        return Answer(helped(router().verb(call.carry.get("command", "")), scope))

    @routes.text()
    def text(call: Call, scope: Scope) -> Replies:
        return Answer(view.chat(scope.words, kudos=scope.org.begun("kudos")))

    return routes
