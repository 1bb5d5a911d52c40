"""Slack's consent, version 2 of its OAuth: where to ask for it, what it gives, and how what it gave is given anew.

With token rotation a token lives for twelve hours, and what renews it can be used once. So one process renews it, well
before it ends: whoever needs it first and gets the lease. Scheduled work needs it like everything else.
"""

from __future__ import annotations

import asyncio
import base64
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode, urljoin

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from bot.again import OutOfReach, Pauses
from bot.parcels import Halted
from bot.payload import deep
from bot.slack.installs import Grant, Store
from bot.slack.send import FAILURES, outcome

log = structlog.get_logger()

SCOPES = frozenset({"chat:write", "commands", "im:history", "im:write", "users:read", "users:read.email"})
"""What the manifest asks for; a test holds the two together."""

EARLY = 2 * 3600.0
"""Seconds before its end from which a token is renewed; until then the old one works beside it."""

LEASE = 60.0
"""Seconds that one process has for it."""

_LAST = 60.0
"""Seconds before its end after which a token is not used any more, unless there is no other."""
_REST = 15.0
"""Seconds for which Slack is left alone that did not renew a token."""
_TRIES, _PAUSE = 40, 0.25
"""How often, and after how many seconds, who has no token looks whether another process has renewed it."""


class Declined(Exception):
    """Slack gives nothing for this. The text is its own word for why."""


@dataclass(frozen=True, slots=True)
class Consent:
    """Somebody agreed: what was given, and who it was."""

    grant: Grant
    by: str


class OAuth:
    """One app at Slack's consent page. `client` speaks without a token; `real` is seconds since 1970."""

    def __init__(self, id: str, secret: str, client: AsyncWebClient, real: Callable[[], float]) -> None:
        self._id, self._secret, self._client, self._real = id, secret, client, real
        # The SDK's own way to say it is one that aiohttp is going to give up.
        self._head = {"Authorization": f"Basic {base64.b64encode(f'{id}:{secret}'.encode()).decode()}"}

    def address(self, state: str) -> str:
        """Where a browser goes to agree. Slack sends it back to the address that the app's settings name first."""
        asked = {"client_id": self._id, "scope": ",".join(sorted(SCOPES)), "state": state}
        return f"{urljoin(self._client.base_url, '../oauth/v2/authorize')}?{urlencode(asked)}"

    async def exchanged(self, code: str) -> Consent:
        """What a code stands for; it counts once. Raises Declined and OutOfReach."""
        said = await self._asked(code=code)
        whole = said.get("is_enterprise_install") is True
        team, grid = said.get("team"), said.get("enterprise")
        owner = grid if whole else team
        id, access = deep(owner, "id"), deep(said, "access_token")
        if not (id and access):
            raise Declined("no_bot")
        grant = Grant(
            team=id,
            name=deep(owner, "name") or id,
            user=deep(said, "bot_user_id"),
            enterprise=deep(grid, "id"),
            granted_at=self._real(),
            access=access,
        )
        return Consent(self._with_end(grant, said), deep(said, "authed_user", "id"))

    async def renewed(self, grant: Grant) -> Grant:
        """The same, given anew. Raises Declined and OutOfReach."""
        said = await self._asked(grant_type="refresh_token", refresh_token=grant.refresh)
        access = deep(said, "access_token")
        if not access:
            raise Declined("no_token")
        return self._with_end(replace(grant, access=access, version=grant.version + 1), said)

    async def undone(self, client: AsyncWebClient) -> None:
        """Takes the app out of a workspace again, where that can be done."""
        try:
            await client.apps_uninstall(client_id=self._id, client_secret=self._secret)
        except FAILURES as failure:
            log.warning("app not taken out again", reason=outcome(failure).reason)

    # inside

    def _with_end(self, grant: Grant, said: Mapping[str, Any]) -> Grant:
        seconds = said.get("expires_in")
        if not isinstance(seconds, int | float) or not deep(said, "refresh_token"):
            return replace(grant, refresh="", expires_at=float("inf"))
        return replace(grant, refresh=deep(said, "refresh_token"), expires_at=self._real() + seconds)

    async def _asked(self, **what: str) -> Mapping[str, Any]:
        try:
            answer = await self._client.api_call("oauth.v2.access", data=what, headers=self._head)
        except FAILURES as failure:
            ended = outcome(failure)
            if isinstance(ended, Halted):
                raise Declined(ended.reason) from None
            raise OutOfReach(f"Slack is out of reach ({ended.reason})") from None
        return answer.data if isinstance(answer.data, dict) else {}


class Renewal:
    """Sees to it that a token that ends is renewed in time, by one process. `troubles` says by team whose token Slack
    does not renew, and why.
    """

    def __init__(self, oauth: OAuth, store: Store, real: Callable[[], float]) -> None:
        self._oauth, self._store, self._real = oauth, store, real
        self._name = secrets.token_hex(8)
        self._running: set[asyncio.Task[Grant]] = set()
        self._resting: dict[str, float] = {}
        self.troubles: dict[str, str] = {}

    async def __call__(self, grant: Grant, *, refused: bool = False) -> Grant:
        """The grant itself, or another one where it is time for that, or where Slack `refused` its token just now.
        Raises OutOfReach.
        """
        worn = grant.access if refused else ""
        for _ in range(_TRIES):
            if grant.access != worn and self._left(grant) > EARLY:
                self.troubles.pop(grant.team, None)
                return grant
            if not grant.refresh or self._real() < self._resting.get(grant.team, 0.0):
                return grant
            if await self._store.lease(grant, self._name, self._real() + LEASE):
                return await self._shielded(grant)
            if grant.access != worn and self._left(grant) > _LAST:
                return grant  # another process is at it, and this one works on
            await asyncio.sleep(_PAUSE)
            grant = await self._store.find(grant.team) or grant
        return grant

    async def settle(self) -> None:
        """Waits until what was begun is written down: what renews a token is used up by then."""
        while self._running:
            await asyncio.wait(self._running)

    # inside

    def _left(self, grant: Grant) -> float:
        return grant.expires_at - self._real()

    async def _shielded(self, grant: Grant) -> Grant:
        """Goes on also when whoever needed it does not wait."""
        task = asyncio.create_task(self._renew(grant))
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return await asyncio.shield(task)

    async def _renew(self, grant: Grant) -> Grant:
        try:
            fresh = await self._oauth.renewed(grant)
        except (Declined, OutOfReach) as failure:
            self.troubles[grant.team] = str(failure)
            self._resting[grant.team] = self._real() + _REST
            log.warning("token not renewed", team=grant.team, reason=str(failure))
            await self._store.release(grant, self._name, str(failure))
            return await self._store.find(grant.team) or grant  # who was slower than its lease may have done it
        self.troubles.pop(grant.team, None)
        self._resting.pop(grant.team, None)
        log.info("token renewed", team=grant.team)
        return await self._written(fresh)

    async def _written(self, fresh: Grant) -> Grant:
        """Nobody else has it, so it is tried for as long as it takes."""
        pauses = Pauses()
        while True:
            try:
                kept = await self._store.renew(fresh)
                return fresh if kept else await self._store.find(fresh.team) or fresh
            except OutOfReach:
                log.warning("renewed token not written down yet", team=fresh.team)
                await asyncio.sleep(pauses.next())
