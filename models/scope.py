"""Whose eyes a call looks through: one person of one organisation, at one moment, in one transaction."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, select
from sqlalchemy.engine import Connection

from bot.words import Words, words
from models.base import Db, core, loaded
from models.identity import Account, Installation, Organisation, Person
from models.prepared import Prepared


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
        return words(self.me.language or self.org.language, self.me.zone or self.org.zone)

    @property
    def zone(self) -> ZoneInfo:
        return self.words.zone

    @property
    def today(self) -> date:
        """The date where the reader is."""
        return self.now.astimezone(self.zone).date()

    def as_(self, person: Person) -> Scope:
        """The same moment through another person's eyes."""
        return replace(self, me=person)


def _identity() -> Any:
    account, installation, person, org = (core(t) for t in (Account, Installation, Person, Organisation))
    return (
        select(*person.columns, *org.columns)
        .select_from(installation)
        .join(account, account.c.installation_id == installation.c.id)
        .join(person, person.c.id == account.c.person_id)
        .join(org, org.c.id == installation.c.org_id)
        .where(
            installation.c.platform == bindparam("platform"),
            installation.c.team == bindparam("team"),
            installation.c.removed_at.is_(None),
            account.c.user == bindparam("user"),
            account.c.closed_at.is_(None),
            person.c.closed_at.is_(None),
        )
    )


_IDENTITY = Prepared(_identity())
_WIDTH = len(core(Person).columns)


def enter(connection: Connection, platform: str, team: str, user: str, now: datetime) -> Scope | None:
    """The scope of a caller by their platform account; None when nobody active is known by it."""
    found = _IDENTITY.rows(connection, {"platform": platform, "team": team, "user": user})
    if not found:
        return None
    me, org = loaded(Person, found[0][:_WIDTH]), loaded(Organisation, found[0][_WIDTH:])
    return Scope(Db(connection, org.id), org, me, now, team, platform)


def enter_org(connection: Connection, org_id: int, now: datetime) -> Scope | None:
    """The clock's scope on an organisation."""
    table = core(Organisation)
    row = connection.execute(select(*table.columns).where(table.c.id == org_id)).first()
    if row is None:
        return None
    org = loaded(Organisation, row)
    nobody = Person(id=0, org_id=org.id, name="Ritme", short="Ritme", email="", language=org.language, zone=org.zone)
    return Scope(Db(connection, org.id), org, nobody, now)


def enter_team(connection: Connection, platform: str, team: str, now: datetime) -> Scope | None:
    """The clock's scope on the organisation of an installation; None when it is not known or was removed."""
    table = core(Installation)
    org_id = connection.execute(
        select(table.c.org_id).where(table.c.platform == platform, table.c.team == team, table.c.removed_at.is_(None))
    ).scalar()
    scope = None if org_id is None else enter_org(connection, org_id, now)
    return None if scope is None else replace(scope, team=team, platform=platform)
