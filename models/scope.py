"""Whose eyes a call looks through: one person of one organisation, at one moment, in one transaction."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from sqlalchemy import Integer, String, bindparam, func, literal, select, true
from sqlalchemy.engine import Connection

from bot.words import Words, words
from models.base import WRITES, Db, core, loaded
from models.cadence import zone_named
from models.enforced import ALL, SECURED, SETTING
from models.errors import Refused
from models.identity import Account, Installation, Organisation, Person
from models.prepared import Prepared

log = logging.getLogger(__name__)

VAULT = "vault"
"""Where a connection's `info` has the keys that its database was opened with."""


class Resident(Protocol):
    """As much of a person as their zone depends on."""

    @property
    def id(self) -> int: ...
    @property
    def zone(self) -> str: ...


@dataclass(frozen=True)
class Scope:
    """What a handler and a model may know of the world around a call.

    `now` is business time, aware UTC. `me` has id 0, for which no policy condition holds, when the clock calls.
    `db` sees one organisation only.
    """

    db: Db
    org: Organisation
    me: Person
    now: datetime
    team: str = ""  # the workspace the call came from, in the platform's own id
    platform: str = ""

    @cached_property
    def words(self) -> Words:
        return words(self.me.language or self.org.language, self.zone_of(self.me).key)

    @property
    def zone(self) -> ZoneInfo:
        return self.words.zone

    def zone_of(self, person: Resident) -> ZoneInfo:
        """The zone that somebody lives in; the organisation's where theirs can't be read."""
        try:
            return zone_named(person.zone or self.org.zone)
        except Refused:
            log.warning("person %s has a zone that can't be read: %r", person.id, person.zone)
            return self._home

    @property
    def _home(self) -> ZoneInfo:
        try:
            return zone_named(self.org.zone)
        except Refused:
            log.warning("organisation %s has a zone that can't be read: %r", self.org.id, self.org.zone)
            return ZoneInfo("UTC")

    @property
    def today(self) -> date:
        """The date where the reader is."""
        return self.now.astimezone(self.zone).date()

    @property
    def office_day(self) -> date:
        """The date where the organisation is. By this one a right ends: whoever chooses another zone for themselves
        doesn't move it.
        """
        return self.now.astimezone(self._home).date()

    @property
    def vault(self) -> Any:
        """Who holds the keys of what is kept sealed (`models.anonymity.Vault`); None where there are none."""
        return self.db.connection.info.get(VAULT)

    def as_(self, person: Person) -> Scope:
        """The same moment through another person's eyes."""
        return Scope(self.db, self.org, person, self.now, self.team, self.platform)


_installation = core(Installation).c
_HERE = (
    _installation.platform == bindparam("platform"),
    _installation.team == bindparam("team"),
    _installation.removed_at.is_(None),
)


def _identity() -> Any:
    account, installation, person, org = (core(t) for t in (Account, Installation, Person, Organisation))
    return (
        select(*person.columns, *org.columns)
        .select_from(installation)
        .join(account, account.c.installation_id == installation.c.id)
        .join(person, person.c.id == account.c.person_id)
        .join(org, org.c.id == installation.c.org_id)
        .where(*_HERE, account.c.user == bindparam("user"), account.c.closed_at.is_(None), person.c.closed_at.is_(None))
    )


_TEAM = Prepared(select(_installation.org_id).where(*_HERE), walled=False)
_IDENTITY = Prepared(_identity(), walled=False)
_WIDTH = len(core(Person).columns)


LOCK = 0x5269746D
"""The class of our locks on organisations ("Ritm"), apart from anybody else's in the same database."""


def across(connection: Connection) -> Connection:
    """The one door through the wall: from here on this transaction looks across organisations, until it enters one.

    For the engine's few questions, such as whose work is due, and for operators. Nothing that serves people uses it.
    """
    _inside(connection, ALL)
    return connection


class Across:
    """A question that goes through that door and is asked often: what is `Prepared`, of all organisations."""

    def __init__(self, query: Any) -> None:
        self._prepared = Prepared(query, walled=False)

    def rows(self, connection: Connection, **values: Any) -> Sequence[Any]:
        """What the query returns."""
        return self._prepared.rows(across(connection), values)


def _inside(connection: Connection, org: str) -> None:
    """Tells a database with row security which organisation's rows there are, until the transaction ends."""
    if connection.info.get(SECURED):
        connection.execute(_INSIDE, {"org": org})


_INSIDE = select(func.set_config(SETTING, bindparam("org", type_=String), true()))


def alone(connection: Connection, org_id: int = 0) -> None:
    """Waits until nobody else writes in this organisation, until the end of the transaction; 0 stands for all that
    belongs to none. Where one connection writes, it is alone already.
    """
    if connection.get_execution_options().get(WRITES):
        connection.execute(_ALONE, {"org": org_id})


def _alone_in(connection: Connection, platform: str, team: str) -> None:
    """The same for the organisation of an installation. What is known of it is read after this, and so is true."""
    if connection.get_execution_options().get(WRITES):
        connection.execute(_ALONE_IN, {"platform": platform, "team": team})


def _locked(org: Any) -> Any:
    return select(func.pg_advisory_xact_lock(literal(LOCK, Integer), org))


_ALONE, _ALONE_IN = _locked(bindparam("org", type_=Integer)), _locked(_installation.org_id).where(*_HERE)


def enter(connection: Connection, platform: str, team: str, user: str, now: datetime) -> Scope | None:
    """The scope of a caller by their platform account; None when nobody active is known by it."""
    _alone_in(across(connection), platform, team)
    found = _IDENTITY.rows(connection, {"platform": platform, "team": team, "user": user})
    if not found:
        return None
    me, org = loaded(Person, found[0][:_WIDTH]), loaded(Organisation, found[0][_WIDTH:])
    _inside(connection, str(org.id))
    return Scope(Db(connection, org.id), org, me, now, team, platform)


def enter_org(connection: Connection, org_id: int, now: datetime) -> Scope | None:
    """The clock's scope on an organisation."""
    alone(connection, org_id)
    return _nobody(connection, org_id, now)


def enter_team(connection: Connection, platform: str, team: str, now: datetime) -> Scope | None:
    """The clock's scope on the organisation of an installation; None when it is not known or was removed."""
    _alone_in(across(connection), platform, team)
    found = _TEAM.rows(connection, {"platform": platform, "team": team})
    scope = _nobody(connection, found[0][0], now) if found else None
    return None if scope is None else replace(scope, team=team, platform=platform)


def _nobody(connection: Connection, org_id: int, now: datetime) -> Scope | None:
    _inside(connection, str(org_id))
    found = _ORG.rows(connection, {"id": org_id})
    if not found:
        return None
    org = loaded(Organisation, found[0])
    nobody = loaded(Person, tuple((_NOBODY | {"org_id": org.id, "language": org.language, "zone": org.zone}).values()))
    return Scope(Db(connection, org.id), org, nobody, now)


_ORG = Prepared(select(*core(Organisation).columns).where(core(Organisation).c.id == bindparam("id")), walled=False)
_NOBODY = {name: None if field.is_required() else field.default for name, field in Person.model_fields.items()} | {
    "id": 0,
    "name": "Ritme",
    "short": "Ritme",
    "email": "",
}
"""The columns of the person with whose eyes the clock looks."""
