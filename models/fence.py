"""A fence: this database is a copy of what was, so nothing that waits in it may happen by itself."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from sqlmodel import Field, SQLModel

from models.kept import Kept
from models.moments import moment


class Fence(SQLModel, table=True):
    """Why nothing is planned, served by the clock or sent, for everybody in this database; see `bot.fence`.

    What was to be said by `since` is older than the fence.
    """

    __tablename__ = "fence"

    kept: ClassVar[Kept] = Kept("Why nothing may happen by itself for now. It is about nobody.", marks="why")

    id: int = Field(default=None, primary_key=True)
    why: str
    since: datetime = moment()
