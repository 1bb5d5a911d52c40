"""The first rows: organisations, and the installations by which chats reach them.

Where Ritme serves one company, its chats belong to one organisation: whichever comes first founds it. Where it serves
many, every workspace or tenant that is not known yet founds its own, and none ever joins another's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, insert, select

from models.base import core, loaded
from models.identity import Installation, Organisation
from models.scope import across, alone

NAMELESS = "Ritme"
"""What an organisation is called while nobody said its name."""


class Ambiguous(Exception):
    """Nothing says which organisation is meant. `found` are the ids and names of those that are here."""

    def __init__(self, found: Sequence[tuple[int, str]]) -> None:
        super().__init__("which organisation")
        self.found = found


@dataclass(frozen=True, slots=True)
class Workspace:
    """A workspace or tenant of a chat. `own` tells that it founds an organisation of its own when it is new; that
    speaks `language`.
    """

    platform: str
    team: str
    name: str
    own: bool = False
    language: str = "nl"


def organisation(connection: Connection, name: str) -> int:
    """The id of the one organisation here; it is founded by this name where there is none yet, once."""
    alone(connection)
    found = organisations(connection)
    if len(found) > 1:
        raise Ambiguous(found)
    return found[0][0] if found else _founded(connection, Organisation(name=name))


def named(connection: Connection, which: str) -> int | None:
    """The id of the organisation of this name or number; where nothing is said, of the only one. None where there is
    none at all. Raises Ambiguous where that says too little, or something else.
    """
    found = organisations(connection)
    meant = [id for id, name in found if not which or which.casefold() in {str(id), name.casefold()}]
    if len(meant) == 1 or not found:
        return meant[0] if meant else None
    raise Ambiguous(found)


def chosen(connection: Connection, which: str) -> int:
    """The same; the first one is founded, by this name, or without one of its own."""
    known = named(connection, which)
    return organisation(connection, which or NAMELESS) if known is None else known


def organisations(connection: Connection) -> list[tuple[int, str]]:
    """Every organisation here, by id and name."""
    row = core(Organisation).c
    return [(id, name) for id, name in across(connection).execute(select(row.id, row.name).order_by(row.id))]


def installation(connection: Connection, workspace: Workspace) -> Installation:
    """The installation of a workspace or tenant: as it is known, back after a removal, or new. Raises Ambiguous."""
    alone(connection)
    table = core(Installation)
    known = (table.c.platform == workspace.platform, table.c.team == workspace.team)
    row = across(connection).execute(select(*table.columns).where(*known)).first()
    if row is None:
        values = {"platform": workspace.platform, "team": workspace.team, "name": workspace.name}
        across(connection).execute(insert(table).values(org_id=_home(connection, workspace), **values))
    else:
        across(connection).execute(table.update().where(*known).values(name=workspace.name, removed_at=None))
    return loaded(Installation, across(connection).execute(select(*table.columns).where(*known)).one())


def _home(connection: Connection, workspace: Workspace) -> int:
    """The organisation that a new installation belongs to; one without a name of its own takes the workspace's."""
    if workspace.own:
        return _founded(connection, Organisation(name=workspace.name, language=workspace.language))
    id, row = organisation(connection, workspace.name), core(Organisation)
    nameless = (row.c.id == id, row.c.name == NAMELESS)
    across(connection).execute(row.update().where(*nameless).values(name=workspace.name))
    return id


def _founded(connection: Connection, new: Organisation) -> int:
    values = {column.name: new.__dict__[column.name] for column in core(Organisation).columns if column.name != "id"}
    result = across(connection).execute(insert(core(Organisation)).values(values))
    return int(result.inserted_primary_key[0])  # type: ignore[index]  # one row was written, so it has a key
