"""What is sealed in the database: read for the doctor, and sealed anew with another key."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Column, Connection, Table, select, update

import models
from bot.db import Database
from bot.founding import organisations
from bot.secrets import Secrets, Unreadable
from models.base import ORG, core
from models.identity import Installation, Token
from models.scope import enter_org

COLUMNS = ("access", "refresh")

PURPOSE = "sealed"
"""What a column of any other table is marked with whose texts are sealed; the mark says for what."""


def purpose(platform: str, team: str, column: str) -> str:
    """What a token is sealed for: it opens as nothing else."""
    return f"{platform} {team} {column}"


@dataclass(frozen=True, slots=True)
class Sealed:
    """One sealed text, and where it stands."""

    org: int
    table: Table
    row: int
    column: str
    purpose: str
    text: str


@dataclass(slots=True)
class Counts:
    """How many secrets were sealed anew, were sealed with the first key already, and open with no key."""

    renewed: int = 0
    already: int = 0
    unreadable: int = 0


def everything(connection: Connection) -> Iterator[Sealed]:
    """Every sealed text, organisation by organisation."""
    token, lane = core(Token), core(Installation)
    columns = (token.c.id, lane.c.platform, lane.c.team, *(token.c[name] for name in COLUMNS))
    query = select(*columns).join(lane, lane.c.id == token.c.installation_id)
    for org, _ in organisations(connection):
        scope = enter_org(connection, org, datetime.now(UTC))
        if scope is None:
            continue
        for id, platform, team, *texts in scope.db.rows(query.where(scope.db.mine(Token))):
            for column, text in zip(COLUMNS, texts, strict=True):
                if text:
                    yield Sealed(org, token, id, column, purpose(platform, team, column), text)
        for table, marked in _marked():
            for id, text in scope.db.rows(select(table.c.id, marked).where(table.c.org_id == ORG)):
                yield Sealed(org, table, id, marked.name, marked.info[PURPOSE], text)


def _marked() -> list[tuple[Table, Column[str]]]:
    tables = models.everything().sorted_tables
    return [(table, column) for table in tables for column in table.columns if PURPOSE in column.info]


def unreadable(connection: Connection, secrets: Secrets | None) -> tuple[int, int]:
    """How many secrets there are, and how many of them no key opens."""
    found = list(everything(connection))
    return len(found), sum(not secrets or not _opens(secrets, one) for one in found)


def rotate(url: str, secrets: Secrets) -> Counts:
    """Seals everything with the first key. What changes meanwhile is left as it is then: that is sealed with the first
    key, too, by every process that knows it.
    """
    counts, database = Counts(), Database(url, readers=1)
    try:
        with database.reader.connect() as connection:
            found = list(everything(connection))
        for one in found:
            _rotate(database, secrets, one, counts)
    finally:
        database.close()
    return counts


def _rotate(database: Database, secrets: Secrets, one: Sealed, counts: Counts) -> None:
    try:
        fresh = secrets.renewed(one.purpose, one.text)
    except Unreadable:
        counts.unreadable += 1
        return
    if fresh == one.text:
        counts.already += 1
        return
    still = (one.table.c.org_id == ORG, one.table.c.id == one.row, one.table.c[one.column] == one.text)
    with database.writer.begin() as connection:
        scope = enter_org(connection, one.org, datetime.now(UTC))
        counts.renewed += (
            scope.db.many(update(one.table).where(*still).values({one.column: fresh}), [{}]) if scope else 0
        )


def _opens(secrets: Secrets, one: Sealed) -> bool:
    try:
        secrets.open(one.purpose, one.text)
    except Unreadable:
        return False
    return True
