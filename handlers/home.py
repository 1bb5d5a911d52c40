"""The personal overview: what every capability has to show to one person."""

from __future__ import annotations

from collections.abc import Callable

from bot.calls import Answer, Call, Replies, ShowHome
from bot.messages import Message
from bot.router import Router, Routes, Withdrawn
from models.scope import Scope
from views import home as view


def build(router: Callable[[], Router]) -> Routes:
    """The overview's routes. It shows the parts of all the others, so it gets the router, once it is there."""
    routes = Routes("home", gated=False)

    def overview(scope: Scope) -> Message:
        return view.home(tuple(section(scope) for section in router().sections), scope.words)

    @routes.home()
    def opened(call: Call, scope: Scope) -> Replies:
        return ShowHome(overview(scope))

    @routes.command("home", view.help, aliases=("overzicht", "overview"), reads=True)
    def asked(call: Call, scope: Scope) -> Replies:
        return Answer(overview(scope))

    @routes.press("home.show", reads=True)
    def shown(call: Call, scope: Scope) -> Replies:
        return Answer(overview(scope))

    @routes.deliver("home")
    def refreshed(scope: Scope, _: object) -> Message | Withdrawn:
        return overview(scope)

    return routes
