"""Durable replies become rows of the ledger, in the transaction of the facts they speak of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from bot.calls import Durable, Post, RefreshHome, Retract, Revise, Tell
from models.base import columns, core
from models.delivery import Delivery, lanes, written
from models.scope import Scope

_LATER = {"id", "installation_id", "bundle_id", "tried_at", "retry_at", "sent_at"}
_GIVEN = {"org_id", "verb", "kind", "ids", "created_at", "not_before"}
_BLANK: dict[str, Any] = {
    name: Delivery.model_fields[name].default for name in columns(Delivery) if name not in _LATER | _GIVEN
}


def queue(scope: Scope, replies: Iterable[Durable]) -> None:
    """Writes the rows of a call's durable replies. What has a `once` that is known already is left out."""
    rows: list[dict[str, Any]] = []
    homes: dict[int, dict[str, Any]] = {}
    for reply in replies:
        match reply:
            case Tell():
                rows.append(_row(scope, "dm", reply.kind, reply.ids) | _tell(scope, reply))
            case Post():
                place = {"channel": reply.channel, "once": reply.once or None}
                rows.append(_row(scope, "post", reply.kind, reply.ids) | place)
            case Revise():
                rows.extend(_again(scope, reply))
            case Retract():
                _withdraw(scope, reply)
                rows.extend(_again(scope, reply))
            case RefreshHome():
                homes[reply.person] = _row(scope, "home", "home", {"person": reply.person})
    lanes.outdated(scope, [home["ids"] for home in homes.values()])
    rows.extend(home | {"person_id": person} for person, home in homes.items())
    scope.db.insert_all(Delivery, _unsaid(scope, rows))


def _row(scope: Scope, verb: str, kind: str, ids: Mapping[str, Any]) -> dict[str, Any]:
    return _BLANK | {
        "org_id": scope.org.id,
        "verb": verb,
        "kind": kind,
        "ids": written(ids),
        "created_at": scope.now,
        "not_before": scope.now,
    }


def _tell(scope: Scope, reply: Tell) -> dict[str, Any]:
    return {
        "person_id": reply.person,
        "nudge": reply.nudge,
        "not_before": reply.not_before or scope.now,
        "expires_at": reply.expires,
        "once": reply.once or None,
    }


def _withdraw(scope: Scope, reply: Retract) -> None:
    """What waits for its turn has nothing to say any more. What is said with others in one message is left to its
    saying.
    """
    row = core(Delivery).c
    waits = (row.state.in_(("new", "pending")), row.verb.in_(("dm", "post")), ~row.nudge)
    named = (row.kind == reply.kind, row.ids == written(reply.ids))
    scope.db.update(Delivery, *named, *waits, state="withdrawn", reason="retracted", retry_at=None)


def _again(scope: Scope, reply: Revise | Retract) -> Iterable[dict[str, Any]]:
    """Rows that change what was sent. What was not sent yet is said as it is then."""
    verb = "revise" if isinstance(reply, Revise) else "retract"
    said = scope.db.all(
        Delivery,
        Delivery.kind == reply.kind,
        Delivery.ids == written(reply.ids),
        core(Delivery).c.verb.in_(("dm", "post")),
        core(Delivery).c.state.in_(("sending", "sent", "unknown")),
    )
    for target in said:
        yield _row(scope, verb, reply.kind, reply.ids) | {
            "person_id": target.person_id,
            "channel": target.channel,
            "target_id": target.id,
        }


def _unsaid(scope: Scope, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    words = [row["once"] for row in rows if row["once"]]
    if not words:
        return rows
    known = {row.once for row in scope.db.some(Delivery, words, "once")}
    fresh: dict[str, dict[str, Any]] = {}
    for index, row in enumerate(rows):
        if row["once"] not in known:
            fresh.setdefault(row["once"] or f"\0{index}", row)
    return list(fresh.values())
