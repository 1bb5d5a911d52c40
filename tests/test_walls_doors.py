"""Through the real doors of both chats, from wherever somebody is: nothing of another organisation is said or written.

Every call of every route is aimed from each of five organisations at the others, as the chats send it: from a workspace,
from a Grid as a whole, from a channel that two companies share, by strangers whose ids look like ours, from a tenant's
chats, groups and channels. And so is every other address of the web server.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from bot.app import build_router
from bot.calls import Account, Call
from bot.router import Router
from bot.slack.grid import Grid
from tests.slackmarket import Browser
from tests.soak.figures import Figures
from tests.walls import slack, teams
from tests.walls.cases import CALLERS, Case
from tests.walls.doors import Doors, Letter, letters, running, said
from tests.walls.five import HOUSES, House
from tests.walls.watch import NOBODY
from tests.world import Home

SLACK = HOUSES[:3]
ELSEWHERE = House(0, "slack", (slack.ELSEWHERE,))
UNLISTED = House(0, "teams", (teams.ELSEWHERE,))

FEW, MANY = {"text", "home", "event", "shortcut"}, {"press", "submit"}
"""Kinds of calls of which there are few, and many."""

FOUND = {"home", "people", "checkin", "goal", "kudos", "feedback", "digest"}
"""Commands and lookups where everybody finds something of their own organisation's."""

OTHERWISE = {
    "person.seen": "somebody new says something",
    "people.fetched": "the chat's people are fetched",
    "installation.brought": "somebody agrees on Slack's page",
}
"""Events that no chat tells of, and what brings them."""


@pytest.fixture
async def doors(home: Home) -> AsyncIterator[Doors]:
    async with running(home) as opened:
        yield opened


def _aims(*, soak: bool) -> Iterator[tuple[House, House]]:
    for number, by in enumerate(HOUSES):
        for at in HOUSES:
            if by is not at and (soak or at is HOUSES[(number + 2) % len(HOUSES)]):
                yield by, at


# --- what people say and do --------------------------------------------------------------------------


def _aimed(router: Router, by: House, at: House, *, soak: bool) -> Iterator[Letter]:
    """The letters of one at another. In the short version the organisations of a chat, and the places of each, take
    turns with what there is much of.
    """
    callers = tuple(CALLERS) if soak else ("administrator",)
    alike, turns = [house for house in HOUSES if house.platform == by.platform], Counter[str]()
    for number, case in enumerate(said(router, by, at, callers=callers, each=False)):
        everywhere, kind = [*letters(case)], case.call.kind
        assert everywhere, f"{case.name} comes by no door"
        if soak or kind in FEW:
            yield from everywhere
        elif kind not in MANY or number % len(alike) == alike.index(by):
            yield everywhere[turns[kind] % len(everywhere)]
            turns[kind] += 1


@pytest.mark.soak
@pytest.mark.timeout(3600)
async def test_nothing_comes_through_a_door(doors: Doors, *, soak: bool, figures: Figures) -> None:
    through, sent = list[str](), set[tuple[int, str, str]]()
    count = 0
    for by, at in _aims(soak=soak):
        for letter in _aimed(doors.ritme.router, by, at, soak=soak):
            through += await doors.through(letter)
            sent.add((by.id, letter.call.kind, letter.seat.name))
            count += 1
    figures(letters=count, through=len(through))
    assert through == []
    assert _everywhere(doors.ritme.router) - sent == set()
    assert count > 350


def _everywhere(router: Router) -> set[tuple[int, str, str]]:
    """Every kind of call from every place of each organisation. Of lookups there are too few to take turns."""
    cases = [case for by, at in _aims(soak=False) for case in said(router, by, at, callers=("HR",), each=False)]
    places = {(case.by.id, one.call.kind, one.seat.name) for case in cases for one in letters(case)}
    return {place for place in places if place[1] != "lookup"}


def test_every_route_comes_by_a_door() -> None:
    router = build_router()
    routes = {(route.kind, route.name) for route in router.routes if route.kind != "due"}
    for by in (HOUSES[0], HOUSES[3]):
        come = {(case.call.kind, case.call.name) for case in said(router, by, HOUSES[1], callers=("HR",), each=False)}
        assert {one for one in come if one[0] != "event"} == {one for one in routes if one[0] != "event"}
    events = {name for kind, name in routes if kind == "event"}
    assert events <= slack.EVENTS.keys() | teams.EVENTS.keys() | OTHERWISE.keys()


async def test_the_same_letters_reach_what_is_their_own(doors: Doors) -> None:
    """Else nothing could come through. Whoever is at home there finds much, from each of their places."""
    for by in HOUSES:
        places = set()
        for case in said(doors.ritme.router, by, by, callers=("administrator",), each=False):
            for letter in letters(case) if case.call.name in FOUND else ():
                assert await doors.through(letter) == []
                places.add(letter.seat.name)
        found = Counter(place for place, _, _ in doors.reached)
        assert found.keys() == places
        assert max(found.values()) >= 6, sorted(doors.reached)
        doors.reached.clear()


async def test_who_is_not_here_is_served_by_nobody(doors: Doors) -> None:
    """A workspace that did not install it, in a channel with one that did; and a tenant that is not listed."""
    through, router = list[str](), doors.ritme.router
    for by, at, status in ((ELSEWHERE, HOUSES[0], 200), (UNLISTED, HOUSES[3], 403)):
        for case in said(router, by, at, callers=("administrator",), each=False):
            if case.call.kind in {"command", "home", "text", "lookup", "event"}:
                for letter in letters(case):
                    through += await doors.through(replace(letter, by=NOBODY, arrives=False, status=status))
    assert (through, doors.served) == ([], set())


# --- what happens beside it --------------------------------------------------------------------------


async def test_somebody_new_is_known_by_their_address_in_their_own_organisation(doors: Doors) -> None:
    """The same address is somebody's in all of them."""
    for by, at in _aims(soak=False):
        account = Account(by.platform, by.teams[-1], slack.NEW if by.platform == "slack" else slack.NEW.lower())
        call = Call("command", "mydata", account, "")
        seats = slack.seats(by, at) if by.platform == "slack" else teams.seats(by, at)
        for seat in seats:
            stranger = isinstance(seat, slack.Seat) and seat.stranger
            if seat.kind == "personal" if isinstance(seat, teams.Seat) else slack.can(seat, call):
                letter = Letter(f"new: {by.id} at {at.id}, {seat.name}", NOBODY if stranger else by, seat, call)
                assert await doors.through(letter) == []
    met = {place for place, _, name in doors.served if name == "person.seen"}
    assert met == {"at home", "in a shared channel", "a Grid as a whole", "a neighbour in a Grid", "alone"}
    doors.served.clear()
    for by, at in _aims(soak=False):  # and so is everybody whom the chat knows
        call = Call("command", "people", Account(by.platform, by.teams[0], by.user("bo")), "", text="sync")
        seats = slack.seats(by, at) if by.platform == "slack" else teams.seats(by, at)
        letter = Letter(f"people: {by.id} at {at.id}", by, next(iter(seats)), call)
        assert await doors.through(letter) == []
        assert {name for _, kind, name in doors.served if kind == "event"} == {"people.fetched"}
        doors.served.clear()


# --- every address of the web server -----------------------------------------------------------------


async def _chats(doors: Doors) -> list[str]:
    """What one letter brings through this door; all of them are above."""
    through = list[str]()
    for by in (HOUSES[0], HOUSES[3]):
        account = Account(by.platform, by.teams[-1], by.user("noor"))
        for letter in letters(Case("home", by, HOUSES[1], Call("home", "home", account, ""))):
            through += await doors.through(letter)
    return through


def _shown(path: str) -> Callable[[Doors], Awaitable[list[str]]]:
    """A page that is the same for everybody, whatever they name. Those of an operator have the ids of lanes."""

    async def shown(doors: Doors) -> list[str]:
        through = list[str]()
        for at in HOUSES:
            asked = f"{path}?team={at.teams[0]}&org={at.id}&id={at.row(1)}&user={at.user('noor')}"

            async def page(browser: Browser, asked: str = asked, held: int = at.row(1)) -> str:
                status, text, headers = await browser.get(asked, Cookie=f"ritme_install={held}")
                assert status in {200, 302} or path == "/readyz"  # here nobody wakes the clock
                return re.sub(r'lane="\d+"', "", f"{text} {dict(headers)}")

            through += await doors.page(f"{path} at {at.id}", NOBODY, page)
        return through

    return shown


async def _consented(doors: Doors) -> list[str]:
    """Everybody agrees for their own workspace or Grid, and with what another's browser left with."""
    through = list[str]()
    for by in SLACK:
        for owner in by.teams:

            async def agreed(browser: Browser, owner: str = owner) -> str:
                status, text = await browser.installs(doors.slack, owner, HOUSES[0].user("noor"))
                assert status == 200
                return text.replace(doors.slack.names[owner], "")

            async def crossed(browser: Browser, owner: str = owner) -> str:
                async with Browser(doors.ritme) as other:
                    theirs = await doors.slack.agree(await other.leaves(), owner, HOUSES[0].user("noor"))
                    state = parse_qs(urlsplit(await browser.leaves()).query)["state"][0]
                    answers = [await browser.returns(theirs), await other.returns(f"code=x&state={state}")]
                assert [status for status, _ in answers] == [400, 400]
                return str(answers)

            through += await doors.page(f"consent for {owner}", by, agreed)
            through += await doors.page(f"another's consent for {owner}", NOBODY, crossed)
    assert ("a browser", "event", "installation.brought") in doors.served
    return through


ENDPOINTS: dict[tuple[str, str], Callable[[Doors], Awaitable[list[str]]]] = {
    ("POST", "/slack/events"): _chats,
    ("POST", "/api/messages"): _chats,
    ("GET", "/slack/install"): _shown("/slack/install"),
    ("GET", "/slack/oauth_redirect"): _consented,
    ("GET", "/healthz"): _shown("/healthz"),
    ("GET", "/readyz"): _shown("/readyz"),
    ("GET", "/metrics"): _shown("/metrics"),
}
"""Every address with what is tried there."""


async def test_nothing_comes_through_any_address(doors: Doors) -> None:
    assert {one for one in doors.endpoints() if one[0] != "HEAD"} == ENDPOINTS.keys()
    assert [line for tried in dict.fromkeys(ENDPOINTS.values()) for line in await tried(doors)] == []


# --- and without them --------------------------------------------------------------------------------


async def test_a_door_that_mistakes_a_stranger_or_an_organisation_is_seen(
    doors: Doors, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Grid, "holds", _everybody)
    for by in SLACK:
        found = await _found(
            doors, by, HOUSES[3], lambda one: one.by is NOBODY and one.call.name.startswith("checkins.")
        )
        assert {f"says of {by.id}", "writes in served of another"} <= found
    for by, at in ((HOUSES[0], HOUSES[1]), (HOUSES[3], HOUSES[4])):
        monkeypatch.setattr(f"bot.{by.platform}.parse.team", lambda _, at=at: at.teams[0])
        found = await _found(doors, by, at, lambda one: one.call.kind == "command" and one.call.name in FOUND)
        assert {f"says of {at.id}", "writes in served of another"} <= found
        assert by.platform == "teams" or f"speaks to {at.teams[0]}" in found


async def _everybody(*_: Any) -> bool:
    """A door that knows no strangers."""
    return True


async def _found(doors: Doors, by: House, at: House, which: Callable[[Letter], bool]) -> set[str]:
    """What some letters of somebody bring, without the names and ids in it."""
    aimed = said(doors.ritme.router, by, at, callers=("manager",), each=False)
    chosen = [letter for case in aimed for letter in letters(case) if which(letter)]
    lines = [line for letter in chosen for line in await doors.through(letter)]
    return {line.rpartition(": ")[2].partition(" {")[0] for line in lines}
