"""Which calls had their effect. The row is committed with the effect, so the same happening never counts twice."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import ClassVar

from sqlalchemy import UniqueConstraint, bindparam, select

from models.base import ORG, Row, core, partial
from models.kept import Kept
from models.moments import moment
from models.prepared import Prepared
from models.scope import Scope

OUTCOME_KEPT = timedelta(minutes=15)
"""How long the first answer is kept, to be given again: longer than a signature is accepted."""
KEY_KEPT = timedelta(days=7)
CHUNK = 1000
"""Keys that are dropped in one transaction."""


class Served(Row, table=True):
    """One call that was served. `outcome` is what the caller was answered, as JSON, until `OUTCOME_KEPT` is over."""

    __tablename__ = "served"
    __table_args__ = (
        UniqueConstraint("key", "org_id"),
        partial("ix_served_answered", "at", where="outcome IS NOT NULL"),
    )

    kept: ClassVar[Kept] = Kept(
        "Which calls were served, so that none counts twice; what was answered is forgotten in a quarter of an hour.",
        words="key outcome",
        mentions="remove",
        kind="technical",
        since="at",
    )

    key: str
    at: datetime = moment()
    outcome: str | None = None


_ours = core(Served).c.org_id == ORG
_OUTCOME = Prepared(select(core(Served).c.outcome).where(core(Served).c.key == bindparam("key"), _ours))


def keep(scope: Scope, key: str, outcome: str) -> None:
    """Writes down that a call was served. Raises IntegrityError when it was already."""
    scope.db.insert(Served, key=key, at=scope.now, outcome=outcome)


def first_outcome(scope: Scope, key: str) -> str | None:
    """What the first delivery of a call was answered: "[]" when that is forgotten, None when there was none."""
    rows = scope.db.rows(_OUTCOME, key=key)
    return None if not rows else rows[0][0] or "[]"


def forget(scope: Scope) -> bool:
    """Drops answers and keys that are past their time; returns whether there may be more of them.

    Rows are as old as their ids, so nobody has to look at those that stay.
    """
    served = core(Served).c
    scope.db.update(Served, served.outcome.is_not(None), served.at < scope.now - OUTCOME_KEPT, outcome=None)
    oldest = select(served.id).where(served.org_id == ORG).order_by(served.id).limit(CHUNK).scalar_subquery()
    return scope.db.remove(Served, served.id.in_(oldest), served.at < scope.now - KEY_KEPT) == CHUNK
