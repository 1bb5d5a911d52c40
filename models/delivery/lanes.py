"""A lane of deliveries: one installation. What holds it, what is known of its messages, and what may be forgotten."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from sqlalchemy import and_, bindparam, delete, or_, select, update

from models.base import ORG, core
from models.delivery import OPEN, Delivery, attention, written
from models.identity import Account, Installation
from models.moments import Moment
from models.prepared import Few, Prepared, one_of
from models.scope import Scope

HOME_KEPT = timedelta(days=1)


def find(scope: Scope, lane: int, real: datetime) -> Installation | None:
    """The lane's installation; None while a rate limit holds it or after it was removed."""
    found = scope.db.get(Installation, lane)
    if found is None or found.removed_at is not None or (found.paused_until and found.paused_until > real):
        return None
    return found


def pause(scope: Scope, lane: int, until: datetime) -> None:
    """Holds the whole lane until this moment of real time, or longer where something holds it longer."""
    now = core(Installation).c.paused_until
    scope.db.update(Installation, Installation.id == lane, or_(now.is_(None), now < until), paused_until=until)


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


def heard_of(scope: Scope, kind: str, ids: Mapping[str, int | str]) -> bool:
    """Whether the caller has the message of this name in their chat."""
    said = (Delivery.kind == kind, Delivery.ids == written(ids), Delivery.state == "sent")
    own = (Delivery.person_id == scope.me.id, core(Delivery).c.target_id.is_(None))
    return scope.db.count(Delivery, *said, *own) > 0


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


def outdated(scope: Scope, homes: Collection[str]) -> None:
    """Drops the overviews of these ids that nobody has claimed: another will show what they would, and more. By their
    ids they are found whatever else the same people were told over the years.
    """
    scope.db.apply_to(_OUTDATED, homes)


def halt_removed(scope: Scope) -> int:
    """Stops what waits for an installation that is gone; returns how many rows that were."""
    return scope.db.apply(_HALT_REMOVED)


def forget(scope: Scope) -> None:
    """Drops what need not be remembered: overviews that were shown anew."""
    scope.db.apply(_FORGET, until=scope.now - HOME_KEPT)


_row, _lane = core(Delivery).c, core(Installation).c
_ours = _row.org_id == ORG
_gone = select(_lane.id).where(_lane.org_id == ORG, _lane.removed_at.is_not(None))
_shown = (_row.verb == "home", one_of(_row.state, ("sent", "withdrawn")))

_HALT_REMOVED = Prepared(
    update(core(Delivery))
    .where(_ours, one_of(_row.state, OPEN), _row.installation_id.in_(_gone))
    .values(state="halted", reason="installation_removed")
)
_FORGET = Prepared(delete(core(Delivery)).where(_ours, *_shown, _row.created_at < bindparam("until", type_=Moment)))
_OUTDATED = Few(
    lambda homes: delete(core(Delivery)).where(_ours, _row.kind == "home", _row.ids.in_(homes), _row.token == 0)
)
