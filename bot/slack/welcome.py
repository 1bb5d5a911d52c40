"""The way in for a workspace: to Slack's page of consent, and back with what was agreed.

    /slack/install → Slack → /slack/oauth_redirect: state (once, in this browser) → code (once) → token → kept

The state is 256 bits drawn at random, and so is what the browser holds in a cookie; neither is of use alone.
"""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

import structlog
from aiohttp import web
from slack_sdk.web.async_client import AsyncWebClient

from bot.again import OutOfReach
from bot.calls import Profile
from bot.slack import pages, parse
from bot.slack.installs import Installs, Store
from bot.slack.oauth import Consent, Declined, OAuth
from bot.slack.send import FAILURES, outcome
from bot.words import Words

log = structlog.get_logger()

INSTALL, REDIRECT = "/slack/install", "/slack/oauth_redirect"
COOKIE = "ritme_install"
LIFE = timedelta(minutes=10)
"""How long somebody has to agree; `pages` says it in words."""

_HERE = frozenset({"127.0.0.1", "::1", "localhost"})
_LONGEST = 1000


class States(Protocol):
    """Who is on their way. Raises OutOfReach."""

    async def begin(self, state: str, browser: str) -> bool:
        """Remembers that this browser left with this state. False where too many are on their way."""

    async def used(self, state: str, browser: str) -> bool:
        """Whether that browser left with that state, not long ago, and this is the first time that it comes back."""


@dataclass(frozen=True, slots=True)
class Hall:
    """What the way in needs. `admits` are the workspaces and Grids that may install the app, empty for any; `client`
    speaks with a token; `arrived` hears who brought the app, by the installation and their own profile.
    """

    oauth: OAuth
    states: States
    store: Store
    installs: Installs
    admits: frozenset[str]
    client: Callable[[str], AsyncWebClient]
    arrived: Callable[[str, Profile], Awaitable[None]]


class Welcome:
    """Two addresses for browsers."""

    def __init__(self, hall: Hall) -> None:
        self._hall = hall

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get(INSTALL, self._leave, allow_head=False),
            web.get(REDIRECT, self._return, allow_head=False),
        ]

    # going

    async def _leave(self, request: web.Request) -> web.StreamResponse:
        words = _speech(request)
        state, browser = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
        try:
            if not await self._hall.states.begin(state, browser):
                return pages.later(words, crowded=True)
        except OutOfReach:
            return pages.later(words)
        response = web.Response(status=302, headers={**pages.HEADERS, "Location": self._hall.oauth.address(state)})
        response.set_cookie(
            COOKIE,
            browser,
            max_age=int(LIFE.total_seconds()),
            path="/slack",
            httponly=True,
            secure=_encrypted(request),
            samesite="Lax",
        )
        return response

    # coming back

    async def _return(self, request: web.Request) -> web.StreamResponse:
        words = _speech(request)
        try:
            response = await self._returned(request, words)
        except OutOfReach as failure:
            log.warning("installation not finished", reason=str(failure))
            response = pages.later(words)
        except Declined as failure:
            log.warning("installation declined", reason=str(failure))
            response = pages.declined(words, INSTALL)
        response.del_cookie(COOKIE, path="/slack", httponly=True, secure=_encrypted(request), samesite="Lax")
        return response

    async def _returned(self, request: web.Request, words: Words) -> web.Response:
        """Raises Declined and OutOfReach."""
        state, browser = _only(request, "state"), request.cookies.get(COOKIE, "")
        if not (state and browser) or not await self._hall.states.used(state, browser[:_LONGEST]):
            return pages.over(words, INSTALL)
        code = _only(request, "code")
        if not code:
            return pages.cancelled(words, INSTALL)
        consent = await self._hall.oauth.exchanged(code)
        grant = consent.grant
        if self._hall.admits and self._hall.admits.isdisjoint({grant.team, grant.enterprise}):
            log.warning("workspace not admitted", team=grant.team)
            await self._hall.oauth.undone(self._hall.client(grant.access))
            return pages.refused(words, grant.name)
        await self._hall.store.keep(grant, words.language)
        await self._hall.installs.forget(grant.team)
        log.info("workspace installed", team=grant.team)
        await self._greeted(consent)
        return pages.arrived(words, grant.name)

    async def _greeted(self, consent: Consent) -> None:
        """Who brought the app sets it up. Where they cannot be known, an operator gives them the role."""
        try:
            answer = await self._hall.client(consent.grant.access).users_info(user=consent.by, include_locale=True)
            await self._hall.arrived(consent.grant.team, parse.profile(answer["user"], consent.grant.team))
        except FAILURES as failure:
            log.warning("who installed it is not known", team=consent.grant.team, reason=outcome(failure).reason)
        except Exception:
            log.exception("who installed it was not met", team=consent.grant.team)


def _speech(request: web.Request) -> Words:
    return pages.speech(request.headers.get("Accept-Language", "")[:_LONGEST])


def _only(request: web.Request, name: str) -> str:
    """A parameter that is there once, and of a bearable length; empty otherwise."""
    found = request.query.getall(name, [])
    return found[0] if len(found) == 1 and len(found[0]) <= _LONGEST else ""


def _encrypted(request: web.Request) -> bool:
    """Whether the browser speaks https: what ends TLS before us says so, and elsewhere than on this machine it does."""
    forwarded = request.headers.get("X-Forwarded-Proto", "").partition(",")[0].strip().lower()
    return request.secure or forwarded == "https" or (request.url.host or "") not in _HERE
