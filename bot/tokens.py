"""Keeps what Slack gave its installations to speak with: `bot.slack.installs.Store` on the database, sealed."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, TypeVar

from sqlalchemy import Connection, delete, func, insert, literal, or_, select

from bot import founding
from bot.again import OutOfReach
from bot.clock import Clock
from bot.db import Database, Unavailable
from bot.founding import Workspace
from bot.sealed import purpose
from bot.secrets import Secrets, Unreadable
from bot.slack.installs import Grant
from models.base import Where, core
from models.identity import Installation, InstallState, Token
from models.moments import Moment
from models.scope import Scope, enter_org, enter_team

T = TypeVar("T")

PLATFORM = "slack"

ON_THE_WAY = 1000
"""Browsers that may be on their way through Slack's page of consent at the same time."""


class Tokens:
    """The grants of every workspace that installed the app."""

    def __init__(self, database: Database, secrets: Secrets, clock: Clock) -> None:
        self._database, self._secrets, self._clock = database, secrets, clock

    async def find(self, team: str) -> Grant | None:
        found = await _reached(self._database.read(partial(self._find, team=team)))
        if isinstance(found, Unreadable):
            raise OutOfReach(f"no key of RITME_SECRET_KEY opens the token of {team}")
        return found

    async def keep(self, grant: Grant, language: str) -> None:
        await _reached(self._database.write(partial(self._keep, grant=grant, language=language)))

    async def lease(self, grant: Grant, holder: str, until: float) -> bool:
        row = core(Token).c
        free = or_(row.renewing_until.is_(None), row.renewing_until < self._clock.real())
        return await self._changed(
            grant.team, row.version == grant.version, free, renewing=holder, renewing_until=_moment(until)
        )

    async def renew(self, fresh: Grant) -> bool:
        newest = core(Token).c.version == fresh.version - 1
        return await self._changed(fresh.team, newest, **self._given(fresh), renewing="", renewing_until=None)

    async def release(self, grant: Grant, holder: str, trouble: str) -> None:
        row, now = core(Token).c, self._clock.real()
        since = func.coalesce(row.failing_since, literal(now, Moment))
        tried = {"failing_since": since, "failed_at": now, "trouble": trouble}
        await self._changed(grant.team, row.renewing == holder, renewing="", renewing_until=None, **tried)

    # inside

    def _find(self, connection: Connection, team: str) -> Grant | Unreadable | None:
        scope, lane = self._entered(connection, team)
        row = scope.db.one(Token, installation_id=lane.id) if scope and lane else None
        if lane is None or row is None:
            return None
        try:
            opened = {name: self._opened(team, name, getattr(row, name)) for name in ("access", "refresh")}
        except Unreadable as failure:
            return failure
        return Grant(
            team=team,
            name=lane.name,
            user=row.user,
            enterprise=row.enterprise,
            granted_at=row.granted_at.timestamp(),
            access=opened["access"],
            refresh=opened["refresh"],
            expires_at=row.expires_at.timestamp() if row.expires_at else float("inf"),
            version=row.version,
        )

    def _keep(self, connection: Connection, grant: Grant, language: str) -> None:
        new = Workspace(PLATFORM, grant.team, grant.name, own=True, language=language)
        lane = founding.installation(connection, new)
        scope = enter_org(connection, lane.org_id, self._clock.now())
        if scope is None:
            raise LookupError(lane.org_id)
        known = scope.db.one(Token, installation_id=lane.id)
        values = self._given(grant) | {
            "granted_at": _moment(grant.granted_at),
            "user": grant.user,
            "enterprise": grant.enterprise,
            "renewing": "",
            "renewing_until": None,
        }
        if known is None:
            scope.db.add(Token(installation_id=lane.id, **values))
        else:
            scope.db.change(known, **values | {"version": known.version + 1})

    async def _changed(self, team: str, *where: Where, **values: Any) -> bool:
        """Writes to the token of an installation, where the conditions hold. Whether they did."""

        def job(connection: Connection) -> bool:
            scope, lane = self._entered(connection, team)
            if scope is None or lane is None:
                return False
            return scope.db.update(Token, Token.installation_id == lane.id, *where, **values) == 1

        return await _reached(self._database.write(job))

    def _entered(self, connection: Connection, team: str) -> tuple[Scope | None, Installation | None]:
        scope = enter_team(connection, PLATFORM, team, self._clock.now())
        lane = scope.db.one(Installation, platform=PLATFORM, team=team) if scope else None
        return scope, lane

    def _given(self, grant: Grant) -> dict[str, Any]:
        """The columns of what a grant gave."""
        return {
            "access": self._secrets.seal(purpose(PLATFORM, grant.team, "access"), grant.access),
            "refresh": self._secrets.seal(purpose(PLATFORM, grant.team, "refresh"), grant.refresh)
            if grant.refresh
            else "",
            "expires_at": _moment(grant.expires_at) if grant.refresh else None,
            "version": max(grant.version, 1),
            "failing_since": None,
            "failed_at": None,
            "trouble": None,
        }

    def _opened(self, team: str, column: str, sealed: str) -> str:
        return self._secrets.open(purpose(PLATFORM, team, column), sealed) if sealed else ""


class States:
    """Who is on the way to Slack's page of consent and back, for as long as `life`: by hashes, so that nobody who
    sees the database can finish it in their place.
    """

    def __init__(self, database: Database, clock: Clock, life: timedelta) -> None:
        self._database, self._clock, self._life = database, clock, life

    async def begin(self, state: str, browser: str) -> bool:
        """Remembers that this browser left with this state. False where too many are on their way."""
        return await _reached(self._database.write(partial(self._begin, state=_hash(state), browser=_hash(browser))))

    async def used(self, state: str, browser: str) -> bool:
        """Whether that browser left with that state, not long ago, and did not come back before. One statement decides
        it, so of several at once one wins.
        """
        row = core(InstallState).c
        mine = (row.state == _hash(state), row.browser == _hash(browser), row.expires_at > self._clock.real())
        once = delete(core(InstallState)).where(*mine)
        return await _reached(self._database.write(lambda connection: connection.execute(once).rowcount == 1))

    # inside

    def _begin(self, connection: Connection, state: str, browser: str) -> bool:
        table, now = core(InstallState), self._clock.real()
        connection.execute(delete(table).where(table.c.expires_at <= now))
        if connection.execute(select(func.count()).select_from(table)).scalar_one() >= ON_THE_WAY:
            return False
        connection.execute(insert(table).values(state=state, browser=browser, expires_at=now + self._life))
        return True


async def _reached(asked: Awaitable[T]) -> T:
    try:
        return await asked
    except Unavailable as failure:
        raise OutOfReach(str(failure)) from failure


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
