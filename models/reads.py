"""Who opened whose entry: sensitive reads are rows, and whose entry it is may see them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import ClassVar

from sqlalchemy import ColumnElement, Index
from sqlmodel import Field

from models.base import Row, core
from models.kept import REMOVE, Kept, unname
from models.scope import Scope


class Reading(Row, table=True):
    """Somebody opened an entry of somebody else on a day of their own. Opening it again that day changes nothing."""

    __tablename__ = "reading"
    __table_args__ = (Index("ix_reading_about", "about_id", "day"), Index("ix_reading_entry", "entry_id", "object"))

    kept: ClassVar[Kept] = Kept(
        "Who opened which entry, and when, for whose entry it is.",
        about={"about_id": REMOVE},
        named={"reader_id": unname("That an entry was opened stays to be seen by whose it is.")},
        marks="object",
        kind="reads",
        since="day",
    )

    reader_id: int = Field(foreign_key="person.id")
    about_id: int = Field(foreign_key="person.id")
    object: str
    entry_id: int
    day: date


def opened(scope: Scope, object: str, entry_id: int, about_id: int) -> None:
    """Writes down that the caller opened an entry of somebody else; one's own is nobody's business."""
    if about_id == scope.me.id:
        return
    if not _known(scope, object, entry_id, about_id, core(Reading).c.day == scope.today):
        scope.db.insert(
            Reading, reader_id=scope.me.id, about_id=about_id, object=object, entry_id=entry_id, day=scope.today
        )


def may_show(scope: Scope, object: str, entry_id: int, about_id: int) -> bool:
    """Whether the words of an entry may be shown to the caller: their own, and those that they opened before."""
    return about_id == scope.me.id or _known(scope, object, entry_id, about_id)


def _known(scope: Scope, object: str, entry_id: int, about_id: int, *where: ColumnElement[bool]) -> bool:
    row = core(Reading).c
    same = (row.entry_id == entry_id, row.object == object, row.reader_id == scope.me.id, row.about_id == about_id)
    return scope.db.count(Reading, *same, *where) > 0


def of(scope: Scope, limit: int) -> Sequence[Reading]:
    """Who opened what is about the caller, the newest first."""
    row = core(Reading).c
    return scope.db.all(Reading, row.about_id == scope.me.id, order=(row.day.desc(), row.id.desc()), limit=limit)
