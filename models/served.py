"""Which calls had their effect. The row is committed with the effect, so the same happening never counts twice."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import ClassVar

from sqlalchemy import UniqueConstraint, bindparam, delete, literal, null, select, update

from models.base import ORG, Row, core, partial
from models.kept import Kept
from models.moments import Moment, moment
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
        json="outcome",
        mentions="remove",
        kind="technical",
        since="at",
    )

    key: str
    at: datetime = moment()
    outcome: str | None = None


_served = core(Served).c
_ours = _served.org_id == ORG
_old = _served.at < bindparam("until", type_=Moment)
_oldest = select(_served.id).where(_ours).order_by(_served.id).limit(literal(CHUNK))

_OUTCOME = Prepared(select(_served.outcome).where(_served.key == bindparam("key"), _ours))
_FORGET_OUTCOMES = Prepared(
    update(core(Served)).where(_ours, _served.outcome.is_not(None), _old).values(outcome=null())
)
_FORGET_KEYS = Prepared(delete(core(Served)).where(_served.id.in_(_oldest), _ours, _old))


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
    scope.db.apply(_FORGET_OUTCOMES, until=scope.now - OUTCOME_KEPT)
    return scope.db.apply(_FORGET_KEYS, until=scope.now - KEY_KEPT) == CHUNK
