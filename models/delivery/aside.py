"""What stands aside and needs a person, and why; and how it goes again when an operator says so."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import case, func, or_, select

from models.base import core
from models.delivery import Delivery
from models.identity import Channel
from models.scope import Scope

RESTORED = "restored"
"""Why something stands aside that waited in a copy: what it was copied from may have sent it since."""

NO_LOOKUP = "unknown: no_lookup"
"""Why something stands aside that may have arrived where nobody can look."""

CHUNK = 1000
"""Rows that are released in one transaction."""


@dataclass(frozen=True, slots=True)
class Halt:
    """What stands aside of one kind, for one reason. A reason is a short code; of what broke it is "failed".

    `blind` are those of it that may stand in a channel already, where nobody can look.
    """

    kind: str
    reason: str
    count: int
    blind: int
    oldest: datetime


@dataclass(frozen=True, slots=True)
class Released:
    """How many go again, and how many of the same are left for the next time."""

    again: int
    left: int


def halted(scope: Scope) -> list[Halt]:
    """Everything that needs a person, by kind and reason, the most first."""
    row, reason = core(Delivery).c, _reason()
    query = (
        select(row.kind, reason, func.count(), func.sum(case((_blind(), 1), else_=0)), func.min(row.created_at))
        .where(scope.db.mine(Delivery), row.state == "halted")
        .group_by(row.kind, reason)
    )
    found = [Halt(*one) for one in scope.db.rows(query)]
    return sorted(found, key=lambda one: (-one.count, one.kind, one.reason))


def release(scope: Scope, kind: str, reason: str, *, blind: bool = False, limit: int = CHUNK) -> Released:
    """Sends again what stands aside of this kind for this reason, as `halted` names them, the oldest first.

    It goes the whole way anew: to whom it is for now, when they may be disturbed now, and not if it is too late. What
    may have arrived is looked up before. What nobody can look up stays where it is unless `blind` is said.
    """
    row = core(Delivery).c
    mine = (scope.db.mine(Delivery), row.state == "halted", row.kind == kind, _reason() == reason)
    where = mine if blind else (*mine, ~_blind())
    found = scope.db.rows(select(row.id, row.verb, row.installation_id).where(*where).order_by(row.id).limit(limit))
    posts = [id for id, verb, lane in found if verb == "post" and lane is not None]
    others = [id for id, verb, lane in found if verb != "post" or lane is None]
    looked_from = {RESTORED: func.coalesce(row.tried_at, row.created_at), NO_LOOKUP: None}.get(reason, row.tried_at)
    afresh = {"reason": "", "attempts": 0, "retry_at": None, "not_before": scope.now, "bundle_id": None, "week": ""}
    if others:
        ways = {"state": "new", "installation_id": None, "to": "", "tried_at": looked_from}
        scope.db.update(Delivery, row.id.in_(others), **afresh, **ways)
    if posts:
        # Of a post each channel has its own row, so it stays in its lane, or all the others would hear it again.
        to = func.coalesce(_channel(), row.to)
        scope.db.update(Delivery, row.id.in_(posts), **afresh, state="pending", tried_at=None, to=to)
    return Released(len(found), scope.db.count(Delivery, *where))


def _reason() -> Any:
    """The code without the reference that what broke has in the log."""
    row = core(Delivery).c
    return case(
        (row.reason.like("failed %"), "failed"),
        (row.reason.like("unknown: failed %"), "unknown: failed"),
        else_=row.reason,
    )


def _blind() -> Any:
    """Whether it may be there already, and nobody can look."""
    row = core(Delivery).c
    perhaps = or_(row.tried_at.is_not(None), row.reason == RESTORED)
    return case((row.verb == "post", perhaps), else_=row.reason == NO_LOOKUP)


def _channel() -> Any:
    """Where the channel of a post is now."""
    row, channel = core(Delivery).c, core(Channel).c
    where = (channel.installation_id == row.installation_id, channel.word == row.channel)
    return select(channel.channel).where(*where).limit(1).scalar_subquery()
