"""Keeps how Teams' people and rooms are reached: `bot.teams.installs.References` on the database."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, literal, select
from sqlalchemy.engine import Connection

from bot.clock import Clock
from bot.db import Database
from bot.teams.installs import Reference, begins, merged
from models.base import ORG, Where, core
from models.identity import Account, Conversation, Installation
from models.prepared import Prepared
from models.scope import Across, Scope, enter_team

PLATFORM = "teams"

_FIELDS = ("user", "conversation", "kind", "service_url", "bot", "mri", "locale", "zone", "home")


class Conversations:
    """The references of every tenant that is known; of any other nothing is kept."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database, self._clock = database, clock

    async def person(self, tenant: str, user: str) -> Reference | None:
        return await self._first(_PERSON, tenant, user=user)

    async def room(self, tenant: str, conversation: str) -> Reference | None:
        return await self._first(_ROOM, tenant, conversation=conversation)

    async def named(self, tenant: str, mri: str) -> Reference | None:
        return await self._first(_NAMED, tenant, mri=mri)

    async def people(self, tenant: str) -> tuple[Reference, ...]:
        return await self._all(_PEOPLE, tenant)

    async def rooms(self, tenant: str) -> tuple[Reference, ...]:
        return await self._all(_ROOMS, tenant)

    async def service(self, tenant: str) -> str:
        found = await self._first(_SERVED, tenant)
        return found.service_url if found else ""

    async def keep(self, fresh: Reference) -> bool:
        return await self._database.write(partial(self._keep, fresh=fresh))

    async def pin(self, tenant: str, user: str, home: str, instead: str = "") -> None:
        await self._database.write(partial(self._pin, tenant=tenant, user=user, home=home, instead=instead))

    async def drop(self, reference: Reference) -> None:
        await self._database.write(partial(self._drop, reference=reference))

    # inside

    async def _first(self, query: Across, tenant: str, **values: str) -> Reference | None:
        found = await self._all(query, tenant, **values)
        return found[0] if found else None

    async def _all(self, query: Across, tenant: str, **values: str) -> tuple[Reference, ...]:
        rows = await self._database.read(lambda connection: query.rows(connection, tenant=tenant, **values))
        return tuple(_reference(tenant, row) for row in rows)

    def _keep(self, connection: Connection, fresh: Reference) -> bool:
        """One change, so that nothing is lost of what another process writes at the same time."""
        scope = enter_team(connection, PLATFORM, fresh.tenant, self._clock.now())
        lane = None if scope is None else _lane(scope, fresh.tenant)
        if scope is None or lane is None:
            return False
        query, place = (_KNOWN, {"user": fresh.user}) if fresh.user else (_PLACE, {"conversation": fresh.conversation})
        rows = scope.db.rows(query, tenant=fresh.tenant, **place)
        known = _reference(fresh.tenant, rows[0]) if rows else None
        whole = merged(known, fresh)
        values = {name: getattr(whole, name) for name in _FIELDS}
        if not scope.db.update(Conversation, *_same(lane, whole), **values):
            scope.db.add(Conversation(installation_id=lane, **values))
        if whole.user and whole.conversation and not whole.blocked:
            scope.db.update(Account, *_blocked(lane, whole.user), blocked_at=None)
        return begins(known, fresh)

    def _pin(self, connection: Connection, tenant: str, user: str, home: str, instead: str) -> None:
        scope = enter_team(connection, PLATFORM, tenant, self._clock.now())
        lane = None if scope is None else _lane(scope, tenant)
        if scope is not None and lane is not None:
            row = core(Conversation).c
            still = (row.home == instead,) if instead else ()
            scope.db.update(Conversation, row.installation_id == lane, row.user == user, *still, home=home)

    def _drop(self, connection: Connection, reference: Reference) -> None:
        scope = enter_team(connection, PLATFORM, reference.tenant, self._clock.now())
        lane = None if scope is None else _lane(scope, reference.tenant)
        if scope is None or lane is None:
            return
        scope.db.remove(Conversation, *_same(lane, reference))
        if reference.user:
            account = core(Account).c
            theirs = (account.installation_id == lane, account.user == reference.user, account.blocked_at.is_(None))
            scope.db.update(Account, *theirs, blocked_at=scope.now)


def _query(where: ColumnElement[bool], most: int | None = None) -> Select[Any]:
    row, account, installation = core(Conversation), core(Account), core(Installation)
    theirs = and_(account.c.installation_id == row.c.installation_id, account.c.user == row.c.user)
    return (
        select(*(row.c[name] for name in _FIELDS), account.c.blocked_at.is_not(None))
        .join(installation, installation.c.id == row.c.installation_id)
        .outerjoin(account, theirs)
        .where(installation.c.platform == PLATFORM, installation.c.team == bindparam("tenant"), where)
        .order_by(row.c.id.desc())
        .limit(None if most is None else literal(most))
    )


_row = core(Conversation).c
_BY_USER = _query(_row.user == bindparam("user"), 1)
_BY_ROOM = _query(and_(_row.conversation == bindparam("conversation"), _row.user == ""), 1)
_PERSON, _ROOM = Across(_BY_USER), Across(_BY_ROOM)
_KNOWN, _PLACE = (Prepared(query.where(_row.org_id == ORG)) for query in (_BY_USER, _BY_ROOM))
_NAMED = Across(_query(_row.mri == bindparam("mri"), 1))
_PEOPLE, _ROOMS = Across(_query(_row.user != "")), Across(_query(_row.user == ""))
_SERVED = Across(_query(_row.service_url != "", 1))
"""Built once: building takes longer than asking."""


def _reference(tenant: str, row: Sequence[Any]) -> Reference:
    user, conversation, kind, *rest = tuple[Any, ...](row)
    return Reference(tenant, user, conversation, kind, *rest)


def _lane(scope: Scope, tenant: str) -> int | None:
    found = scope.db.one(Installation, platform=PLATFORM, team=tenant)
    return found.id if found else None


def _same(lane: int, reference: Reference) -> Iterator[Where]:
    row = core(Conversation).c
    yield row.installation_id == lane
    yield row.user == reference.user
    if not reference.user:
        yield row.conversation == reference.conversation


def _blocked(lane: int, user: str) -> Iterator[Where]:
    account = core(Account).c
    yield from (account.installation_id == lane, account.user == user, account.blocked_at.is_not(None))
