"""The personal overview: what every capability has to show to one person."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bot.calls import Answer, Call, Replies, ShowHome
from bot.messages import Element, Message, mention
from bot.router import Router, Routes, Section, Withdrawn
from models import home as model
from models import onboarding, privacy
from models.scope import Scope
from views import home as view


def build(router: Callable[[], Router]) -> Routes:
    """The overview's routes. It shows the parts of all the others, so it gets the router, once it is there."""
    routes = Routes("home", gated=False)

    def overview(scope: Scope) -> Message:
        return _overview(router().sections, scope)

    @routes.section(10)
    def today(scope: Scope) -> tuple[Element, ...]:
        waiting = tuple(_waiting(one) for one in model.today(scope))
        begun = any(map(scope.org.begun, onboarding.CAPABILITIES))
        return view.today(waiting, scope.words, begun=begun, kudos=scope.org.begun("kudos"))

    @routes.section(70)
    def team(scope: Scope) -> tuple[Element, ...]:
        found = model.team(scope)
        return _team(found, scope) if found else ()

    @routes.section(80)
    def rhythm(scope: Scope) -> tuple[Element, ...]:
        weeks = model.rhythm(scope)
        if weeks is None:
            return ()
        shown = tuple(view.Week(week.monday, week.asked, week.joined) for week in weeks)
        return view.rhythm(shown, scope.org.floor, scope.words)

    @routes.home()
    def opened(call: Call, scope: Scope) -> Replies:
        return ShowHome(overview(scope))

    @routes.command("home", view.help, aliases=("overzicht", "overview"), reads=True)
    @routes.press("home.show", reads=True)
    def asked(call: Call, scope: Scope) -> Replies:
        return Answer(overview(scope))

    @routes.deliver("home")
    def refreshed(scope: Scope, _: object) -> Message | Withdrawn:
        return overview(scope)

    return routes


def _overview(sections: Sequence[Section], scope: Scope) -> Message:
    """Of who is being erased it shows nothing any more: as it is then, it stays in their chat."""
    if privacy.leaving(scope):
        return view.leaving(scope.words)
    return view.home(tuple(section(scope) for section in sections), scope.words)


def _team(found: model.Team, scope: Scope) -> tuple[Element, ...]:
    digest, checkins = scope.org.begun("digest"), scope.org.begun("checkins")
    return view.team(found.people, found.unread, scope.words, digest=digest, checkins=checkins)


def _waiting(one: model.Waiting) -> view.Waiting:
    who = mention(one.who) if one.who else None
    return view.Waiting(one.kind, one.entry, who, one.title, one.until or one.day, one.many)
