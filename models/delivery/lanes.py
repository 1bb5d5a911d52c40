"""A lane of deliveries: one installation, in order, answers before bulk.

What is handed out is claimed: for the length of a lease it is nobody else's, and only who holds its token may settle
it. A claim whose lease ran out may have been sent, so it is looked up before it is sent again.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import product

from sqlalchemy import and_, bindparam, func, literal, or_, select, update

from models.base import ORG, Moment, core
from models.delivery import Delivery, attention
from models.identity import Account, Installation
from models.prepared import Prepared
from models.scope import Scope

LEASE = timedelta(seconds=90)
"""Real time. A batch is settled well within it, whatever the platform does."""

LOOK_AFTER = timedelta(seconds=30)
"""Real time. A request that was cut off can still land; nobody looks for it earlier."""

HOME_KEPT = timedelta(days=1)

OPEN = ("pending", "sending", "unknown")


@dataclass(frozen=True, slots=True)
class Claim:
    """One message to send: a delivery, and those that are said as part of it.

    `since` is real time: it may have arrived at any moment from then on. None where it was never tried.
    """

    rows: tuple[Delivery, ...]
    since: datetime | None

    @property
    def head(self) -> Delivery:
        return self.rows[0]


@dataclass(frozen=True, slots=True)
class Settled:
    """What became of a claimed row. Where `not_before` is given the row is routed anew from that moment.

    `unreached` tells that the account it went to cannot be reached.
    """

    row: Delivery
    state: str
    reason: str = ""
    ref: str = ""
    attempts: int = 0
    retry_at: datetime | None = None
    tried_at: datetime | None = None
    not_before: datetime | None = None
    unreached: bool = False


def find(scope: Scope, lane: int, real: datetime) -> Installation | None:
    """The lane's installation; None while a rate limit holds it or after it was removed."""
    found = scope.db.get(Installation, lane)
    if found is None or found.removed_at is not None or (found.paused_until and found.paused_until > real):
        return None
    return found


def claim(scope: Scope, lane: int, real: datetime, limit: int, busy: Collection[str], *, gap: bool) -> list[Claim]:
    """Takes the next messages of a lane: at most `limit`, none for a channel that is `busy`.

    With a `gap` at most one post for each channel.
    """
    row = core(Delivery).c
    ready = [row.installation_id == lane, row.bundle_id.is_(None), or_(row.retry_at.is_(None), row.retry_at <= real)]
    if busy:
        ready.append(~and_(row.verb == "post", row.to.in_(busy)))
    heads: list[Delivery] = []
    for nudge, state in product((False, True), ("unknown", "sending", "pending")):
        if len(heads) < limit:
            where = (row.state == state, row.nudge == nudge, *ready)
            heads.extend(scope.db.all(Delivery, *where, order=(row.not_before, row.id), limit=limit - len(heads)))
    if gap:
        heads = _one_post_each(heads)
    return _claimed(scope, heads, real)


def _one_post_each(rows: Iterable[Delivery]) -> list[Delivery]:
    kept: dict[tuple[str, str | int], Delivery] = {}
    for row in rows:
        kept.setdefault((row.verb, row.to if row.verb == "post" else row.id), row)
    return list(kept.values())


def _claimed(scope: Scope, heads: list[Delivery], real: datetime) -> list[Claim]:
    if not heads:
        return []
    row = core(Delivery).c
    parts = _parts(scope, [head for head in heads if head.nudge])
    scope.db.update(
        Delivery,
        row.id.in_([one.id for one in (*heads, *parts)]),
        state="sending",
        token=row.token + 1,
        retry_at=real + LEASE,
        tried_at=func.coalesce(row.tried_at, literal(real, Moment)),
    )
    for one in (*heads, *parts):
        one.__dict__["token"] += 1
    return [Claim((head, *(part for part in parts if part.bundle_id == head.id)), head.tried_at) for head in heads]


def _parts(scope: Scope, heads: list[Delivery]) -> list[Delivery]:
    """What is said as part of these, most important first; found by whom it is for."""
    row = core(Delivery).c
    if not heads:
        return []
    people, ids = {head.person_id for head in heads}, {head.id for head in heads}
    found = scope.db.all(Delivery, row.person_id.in_(people), row.bundle_id.in_(ids))
    return sorted((part for part in found if part.state in OPEN), key=attention.rank)


_BECOMES = (
    *("state", "reason", "ref", "attempts", "sent_at"),
    *("retry_at", "tried_at", "not_before", "installation_id", "bundle_id", "week"),
)
_mine = (
    core(Delivery).c.org_id == ORG,
    core(Delivery).c.id == bindparam("row"),
    core(Delivery).c.token == bindparam("held"),
    core(Delivery).c.state == "sending",
)
_SETTLE = Prepared(update(core(Delivery)).where(*_mine).values({name: bindparam(f"new_{name}") for name in _BECOMES}))


def settle(scope: Scope, settled: Iterable[Settled]) -> int:
    """Writes down what became of claimed rows; returns how many were still the claimer's to settle."""
    return scope.db.many(_SETTLE, [_settlement(scope, one) for one in settled])


def _settlement(scope: Scope, one: Settled) -> dict[str, object]:
    anew = one.not_before is not None
    return {
        "row": one.row.id,
        "held": one.row.token,
        "new_state": one.state,
        "new_reason": one.reason,
        "new_ref": one.ref,
        "new_attempts": one.attempts,
        "new_retry_at": one.retry_at,
        "new_tried_at": one.tried_at,
        "new_not_before": one.not_before if anew else one.row.not_before,
        "new_installation_id": None if anew else one.row.installation_id,
        "new_bundle_id": None if anew else one.row.bundle_id,
        "new_week": "" if anew else one.row.week,
        "new_sent_at": scope.now if one.state == "sent" else None,
    }


def pause(scope: Scope, lane: int, until: datetime) -> None:
    """Holds the whole lane until this moment of real time."""
    scope.db.update(Installation, Installation.id == lane, paused_until=until)


def unreached(scope: Scope, lane: int, users: Collection[str]) -> None:
    """Nothing goes to these accounts any more, until they show a sign of life."""
    if users:
        account = core(Account).c
        theirs = (account.installation_id == lane, account.user.in_(users), account.blocked_at.is_(None))
        scope.db.update(Account, *theirs, blocked_at=scope.now)


def renamed(scope: Scope, refs: Mapping[int, str]) -> None:
    """What was changed may have another name now: a long message takes more of the platform's messages than before."""
    row = core(Delivery).c
    for target, ref in refs.items():
        known = scope.db.get(Delivery, target)
        if known is not None and known.ref not in {"", ref}:
            scope.db.update(Delivery, row.id.in_([one.id for one in said_together(scope, known)]), ref=ref)


def taken_back(scope: Scope, targets: Collection[int]) -> None:
    """What was retracted is not there any more, so nothing changes it again."""
    if targets:
        scope.db.update(Delivery, core(Delivery).c.id.in_(targets), state="withdrawn", reason="retracted")


def said_together(scope: Scope, target: Delivery) -> list[Delivery]:
    """Everything that was said in the same message, in its order, without what was taken back."""
    row = core(Delivery).c
    head = target.bundle_id or target.id
    where = (row.person_id == target.person_id, or_(row.id == head, row.bundle_id == head), row.ref == target.ref)
    said = scope.db.all(Delivery, *where) if target.nudge else [target]
    return sorted((one for one in said if one.state == "sent"), key=attention.rank)


def shares_its_message(scope: Scope, channel: str, message: str) -> Delivery | None:
    """What was said to the caller in this message, where something else was said with it, or it took several."""
    row = core(Delivery).c
    names = message, f"{channel}:{message}"
    several = and_(row.ref.startswith(f"{channel}:", autoescape=True), row.ref.contains(","))
    mine = (row.person_id == scope.me.id, row.nudge == True, or_(row.ref.in_(names), several))  # noqa: E712 - a column
    found = [one for one in scope.db.all(Delivery, *mine) if one.state == "sent"]
    said = [one for one in found if one.ref in names or message in _messages(one)]
    return said[0] if len(said) > 1 or any("," in one.ref for one in said) else None


def _messages(row: Delivery) -> list[str]:
    """The platform's own ids of what was sent; a long message may be several of the platform's."""
    return row.ref.rpartition(":")[2].split(",")


def halt_removed(scope: Scope) -> int:
    """Stops what waits for an installation that is gone; returns how many rows that were."""
    row, installation = core(Delivery).c, core(Installation).c
    gone = select(installation.id).where(scope.db.mine(Installation), installation.removed_at.is_not(None))
    return scope.db.update(
        Delivery, row.state.in_(OPEN), row.installation_id.in_(gone), state="halted", reason="installation_removed"
    )


def forget(scope: Scope) -> None:
    """Drops what need not be remembered: overviews that were shown anew."""
    row = core(Delivery).c
    scope.db.remove(
        Delivery, row.verb == "home", row.state.in_(("sent", "withdrawn")), row.created_at < scope.now - HOME_KEPT
    )
