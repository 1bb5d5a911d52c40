"""Tokens that a chat keeps not renewing: an operator has some hours to have the app installed again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, select

from models.base import core
from models.identity import Installation, Token
from models.scope import across

KEEPS = timedelta(minutes=5)
"""Between the first and the last of the tries in a row that failed, before an operator is told."""


@dataclass(frozen=True, slots=True)
class Failing:
    """A workspace whose token is not renewed: since when, and why."""

    team: str
    name: str
    since: datetime
    trouble: str


def failing(connection: Connection) -> list[Failing]:
    """Every such workspace. One failed try, or some within minutes, is nobody's concern: there are hours for it."""
    token, lane = core(Token).c, core(Installation).c
    query = (
        select(lane.team, lane.name, token.failing_since, token.failed_at, token.trouble)
        .join(core(Installation), lane.id == token.installation_id)
        .where(token.failing_since.is_not(None), lane.removed_at.is_(None))
        .order_by(lane.id)
    )
    found = across(connection).execute(query).all()
    return [
        Failing(team, name, since, trouble or "") for team, name, since, last, trouble in found if last - since >= KEEPS
    ]
