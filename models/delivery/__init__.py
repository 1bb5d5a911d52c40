"""What is to be said, kept as rows: the kind and the ids, never the words.

A row is written in the transaction of the facts. `routing` gives it an installation (its lane), `attention` decides
when a nudge may disturb somebody, `claims` hands rows out to be sent and settles them, `lanes` and `rates` know the
installation they go by. `bot.delivery` runs them and asks the capability for the words; `forecast` says when it will
be done, and `aside` what needs a person.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar

import orjson
from sqlalchemy import Index
from sqlmodel import Field

from models.base import Row, partial
from models.kept import REMOVE, Kept
from models.moments import moment

STATES = ("new", "pending", "sending", "sent", "unknown", "halted", "expired", "withdrawn")
"""new: has no lane yet; pending: waits in its lane; sending: claimed; unknown: may have arrived; halted: needs a
person; expired: too late to be useful; withdrawn: nothing to say any more."""

OPEN = ("pending", "sending", "unknown")
"""In a lane, and not done."""

EXPIRING = "state = 'pending' AND expires_at IS NOT NULL"
APART = "state = 'pending' AND (verb = 'home' OR verb = 'retract' OR verb = 'revise')"


class Delivery(Row, table=True):
    """One message on its way to one person or channel."""

    __tablename__ = "delivery"
    __table_args__ = (
        Index("ix_delivery_state", "state", "installation_id", "nudge", "not_before"),
        Index("ix_delivery_person", "person_id", "week"),
        Index("ix_delivery_said", "ids", "kind", "org_id"),
        partial("ix_delivery_once", "once", "org_id", unique=True, where="once IS NOT NULL"),
        partial("ix_delivery_holding", "to", "installation_id", where="retry_at IS NOT NULL"),
        partial("ix_delivery_expiring", "installation_id", "expires_at", where=EXPIRING),
        # One column more than the first has, without which SQLite would as soon take that one.
        partial("ix_delivery_apart", "state", "installation_id", "nudge", "bundle_id", "not_before", where=APART),
    )

    kept: ClassVar[Kept] = Kept(
        "What Ritme is to say or said to somebody, by kind and not in words, so that it can be changed and taken back.",
        about={"person_id": REMOVE},
        marks="verb kind ids state channel to once week ref reason",
        kind="messages",
        since="created_at",
    )

    verb: str  # dm, post, revise, retract, home
    kind: str
    ids: str  # JSON, keys in order
    state: str = "new"
    person_id: int | None = Field(default=None, foreign_key="person.id")
    channel: str = ""  # the word of a channel setting
    installation_id: int | None = Field(default=None, foreign_key="installation.id")
    to: str = ""  # the platform's id of the user or channel, once routed
    target_id: int | None = None  # the delivery that a revise or retract is about
    bundle_id: int | None = None  # the delivery that this one is said as part of
    once: str | None = None
    nudge: bool = False  # Ritme started it; what somebody waits for overtakes what Ritme sends to many
    week: str = ""  # the person's own week whose attention a nudge takes, such as "2026-W48"
    created_at: datetime = moment()
    not_before: datetime = moment()
    expires_at: datetime | None = moment(default=None)
    attempts: int = 0
    token: int = 0  # fences: a claim raises it, only the claim that holds it may settle
    tried_at: datetime | None = moment(default=None)  # real time from which it may have arrived
    retry_at: datetime | None = moment(default=None)  # real time before which nobody may claim it
    sent_at: datetime | None = moment(default=None)
    ref: str = ""  # the platform's own name of what was sent
    reason: str = ""


def written(ids: Mapping[str, Any]) -> str:
    """Ids as they stand in a row, which is also how a row is found again by them."""
    return orjson.dumps(dict(ids), option=orjson.OPT_SORT_KEYS).decode()
