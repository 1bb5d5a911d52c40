"""What waits to be said and what stands aside, for administrators of Ritme: kinds and counts, never who or what."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from models.base import core
from models.delivery import Delivery, forecast
from models.delivery.aside import Halt, Released, halted, release
from models.errors import refuse
from models.fence import Fence
from models.identity import Person
from models.scope import Scope

BROKE = frozenset({"failed", "unknown: failed"})
"""Reasons that have a reference in the log."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """So many of a kind. `held` ones wait until it suits those they are for; the others are on their way.

    `done_at` is when the last will have gone, at the latest; None where nothing binds them.
    """

    kind: str
    count: int
    done_at: datetime | None = None
    held: bool = False


@dataclass(frozen=True, slots=True)
class Aside:
    """What needs a person, as `models.delivery.aside` counts it. Of what broke, `reference` finds one in the log."""

    halt: Halt
    reference: str = ""


def guard(scope: Scope) -> None:
    """Refuses as "deliveries.denied" whoever is no administrator."""
    if not may_look(scope.me):
        refuse("deliveries.denied")


def may_look(person: Person) -> bool:
    return person.admin


def waiting(scope: Scope) -> list[Waiting]:
    """Everything that is still to be said, by kind, the most first."""
    found: dict[tuple[str, bool], Waiting] = {}
    for one in (*_laned(scope), *_unrouted(scope)):
        known = found.get((one.kind, one.held))
        found[one.kind, one.held] = _together(known, one) if known else one
    return sorted(found.values(), key=lambda one: (-one.count, one.kind, one.held))


def _laned(scope: Scope) -> Iterable[Waiting]:
    return (Waiting(bulk.kind, bulk.count, bulk.done_at) for bulk in forecast.backlog(scope))


def _unrouted(scope: Scope) -> Iterable[Waiting]:
    """What has no lane yet: nudges until they may disturb somebody, anything else for a moment."""
    row = core(Delivery).c
    new = (scope.db.mine(Delivery), row.state == "new", row.installation_id.is_(None))
    query = select(row.kind, row.nudge, func.count()).where(*new).group_by(row.kind, row.nudge)
    return (Waiting(kind, count, held=nudge) for kind, nudge, count in scope.db.rows(query))


def _together(one: Waiting, other: Waiting) -> Waiting:
    done = max((at for at in (one.done_at, other.done_at) if at), default=None)
    return Waiting(one.kind, one.count + other.count, done, one.held)


def aside(scope: Scope) -> list[Aside]:
    """Everything that stands aside, by kind and reason, the most first."""
    halts = halted(scope)
    references = _references(scope) if any(halt.reason in BROKE for halt in halts) else {}
    return [Aside(halt, references.get((halt.kind, halt.reason), "")) for halt in halts]


def _references(scope: Scope) -> dict[tuple[str, str], str]:
    """Of each kind that broke, one of the references that the log has, by kind and reason."""
    row = core(Delivery).c
    unclear = row.reason.like("unknown: %")
    broke = (scope.db.mine(Delivery), row.state == "halted", row.reason.like("%failed %"))
    query = select(row.kind, func.max(row.reason)).where(*broke).group_by(row.kind, unclear)
    parts = ((kind, reason.rpartition(" ")) for kind, reason in scope.db.rows(query))
    return {(kind, reason): reference for kind, (reason, _, reference) in parts}


def count_aside(scope: Scope) -> int:
    """How many stand aside."""
    return scope.db.count(Delivery, core(Delivery).c.state == "halted")


def fenced(scope: Scope) -> bool:
    """Whether nothing goes out here until an operator says so; see `bot.fence`."""
    return bool(scope.db.rows(select(core(Fence).c.id).limit(1)))


def send_again(scope: Scope, kind: str, reason: str, *, blind: bool) -> Released:
    """Sends again what stands aside of this kind for this reason, an administrator says.

    Refused as "deliveries.denied" for everybody else, and as "deliveries.fenced" where nothing goes out.
    """
    guard(scope)
    if fenced(scope):
        refuse("deliveries.fenced")
    return release(scope, kind, reason, blind=blind)


def admins(scope: Scope) -> list[int]:
    """Everybody whose overview says that something stands aside."""
    person = core(Person).c
    query = select(person.id).where(scope.db.mine(Person), person.admin, person.closed_at.is_(None)).order_by(person.id)
    return [row.id for row in scope.db.rows(query)]
