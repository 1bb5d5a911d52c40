"""The first rows: an organisation, and the installation by which a chat reaches it."""

from __future__ import annotations

from sqlalchemy import Connection, insert, select

from models.base import core, loaded
from models.identity import Installation, Organisation
from models.scope import alone


class Ambiguous(Exception):  # noqa: N818 - it reads as what happened
    """There are several organisations, and nothing says which of them is meant."""


def organisation(connection: Connection, name: str) -> int:
    """The id of the one organisation here; it is founded by this name where there is none yet, once."""
    alone(connection)
    found = list(connection.scalars(select(core(Organisation).c.id).order_by(core(Organisation).c.id)))
    if len(found) > 1:
        raise Ambiguous
    if found:
        return int(found[0])
    new = Organisation(name=name).__dict__
    values = {column.name: new[column.name] for column in core(Organisation).columns if column.name != "id"}
    result = connection.execute(insert(core(Organisation)).values(values))
    return int(result.inserted_primary_key[0])  # type: ignore[index]  # one row was written, so it has a key


def installation(connection: Connection, platform: str, team: str, name: str) -> Installation:
    """The installation of a workspace or tenant: as it is known, back after a removal, or new."""
    alone(connection)
    table = core(Installation)
    known = (table.c.platform == platform, table.c.team == team)
    row = connection.execute(select(*table.columns).where(*known)).first()
    if row is None:
        values = {"org_id": organisation(connection, name), "platform": platform, "team": team, "name": name}
        connection.execute(insert(table).values(values))
    else:
        connection.execute(table.update().where(*known).values(name=name, removed_at=None))
    return loaded(Installation, connection.execute(select(*table.columns).where(*known)).one())
