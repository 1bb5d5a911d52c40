"""What the works council agreed to, so what may begin. A lower floor and a capability that it did not cover ask for
consent again, so every consent is a row that says what it covers.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from itertools import takewhile
from typing import ClassVar

from sqlalchemy import CheckConstraint
from sqlmodel import Field

from models import directory
from models.anonymity import SMALLEST
from models.base import Row, core
from models.errors import Problems, refuse
from models.identity import Person
from models.kept import Kept, unname
from models.moments import moment
from models.onboarding import beginning
from models.scope import Scope

CAPABILITIES = ("checkins", "digest", "feedback", "goals", "kudos")
"""What Ritme does with people, so what consent is asked for: the capabilities whose routes are gated."""

LARGEST = 25


class Consent(Row, table=True):
    """The works council agreed, or there is none. `floor` is the smallest group shown.

    `covers` names the capabilities that may begin, and with a minus those that were left out: "checkins -kudos". What
    stands nowhere in it is what Ritme could not do at that time. Where all were left out, it was withdrawn on that day.
    """

    __tablename__ = "consent"
    __table_args__ = (
        CheckConstraint("kind IN ('council', 'none')", name="kind"),
        CheckConstraint("floor >= 3", name="floor"),
    )

    kept: ClassVar[Kept] = Kept(
        "What the works council agreed to, and who wrote that down.",
        by={"by_id": unname("That there is consent must stay on record.")},
        marks="covers",
        ids="consent",
    )

    kind: str
    agreed_on: date
    floor: int
    covers: str
    by_id: int = Field(foreign_key="person.id")
    at: datetime = moment()

    @property
    def withdraws(self) -> bool:
        return all(one.startswith("-") for one in self.covers.split())


def waiting(scope: Scope) -> tuple[str, ...]:
    """The capabilities that Ritme has not begun with here, without those that were left out."""
    waits = [one for one in CAPABILITIES if not scope.org.begun(one)]
    off = left_out(scope) if waits else ()
    return tuple(one for one in waits if one not in off)


def covered(scope: Scope) -> tuple[str, ...]:
    """The capabilities that may begin; all of them while no consent is on record, for then everything is asked."""
    return tuple(one for one in CAPABILITIES if one in scope.org.covers.split() or not scope.org.consent)


def left_out(scope: Scope) -> tuple[str, ...]:
    """The capabilities that the last consent left out on purpose. It is settled that they don't begin, so nobody is
    reminded of them.
    """
    last = _last(scope)
    named = last.covers.split() if last else []
    return tuple(one for one in CAPABILITIES if f"-{one}" in named and one not in scope.org.covers.split())


def new(scope: Scope) -> tuple[str, ...]:
    """The capabilities of which the last consent says nothing: Ritme learned them since, so somebody must be asked."""
    begin = covered(scope)
    others = [one for one in CAPABILITIES if one not in begin]
    off = left_out(scope) if others else ()
    return tuple(one for one in others if one not in off)


def last_agreed(scope: Scope) -> date | None:
    """The youngest day on which the works council agreed, of all that is on record, whatever was recorded after it;
    None where it never did. What a council once agreed to is loosened by nobody but a council.
    """
    days = [one.agreed_on for one in scope.db.all(Consent, kind="council") if not one.withdraws]
    if scope.org.consent == "council" and scope.org.consent_on:
        days.append(scope.org.consent_on)
    return max(days, default=None)


def withdrawn_on(scope: Scope) -> date | None:
    """The day on which consent was withdrawn as a whole, while none was recorded after it."""
    last = None if scope.org.covers else _last(scope)
    return last.agreed_on if last and last.withdraws else None


def _last(scope: Scope) -> Consent | None:
    return scope.db.one(Consent, order=core(Consent).c.id.desc())


def record_consent(scope: Scope, kind: str, agreed_on: date | None, floor: int, covers: Collection[str]) -> Consent:
    """Writes down what the works council agreed to ("council"), or that there is none ("none").

    Of the capabilities those may begin that it `covers`; the others don't, and stop where they went on. Once a council
    agreed, a lower floor and what it did not cover yet need a younger consent of theirs; where there is none any more,
    it takes only this word that they may begin. To leave something out needs no younger day, and nor does it to take
    that back on the day on which it was recorded. What was withdrawn takes a consent that is not older than that.
    Where everybody was told of Ritme before, they hear of what begins.

    Refused as "denied", "onboarding.kind", "onboarding.agreed_on" (no day), "onboarding.agreed_later" (one to come),
    "onboarding.agreed_before" (facts: day; one before the last consent), "onboarding.withdrawn" (facts: day; one before
    it was withdrawn), "onboarding.floor" (facts: smallest, largest), "onboarding.again" (facts: floor),
    "onboarding.covers" (nothing) or "onboarding.new" (facts: day, names).
    """
    directory.guard(scope)
    chosen = [one for one in CAPABILITIES if one in covers]
    _check(scope, kind, agreed_on, floor, chosen)
    others = [one for one in CAPABILITIES if one not in covers]
    day = agreed_on or scope.today
    scope.db.change(scope.org, consent=kind, consent_on=day, floor=floor, covers=" ".join(chosen))
    said = " ".join([*chosen, *(f"-{one}" for one in others)])
    row = Consent(kind=kind, agreed_on=day, floor=floor, covers=said, by_id=scope.me.id, at=scope.now)
    consent = scope.db.add(row)
    if begun_by(scope, consent.id):
        beginning.plan(scope, consent.id)
    return consent


def _check(scope: Scope, kind: str, agreed_on: date | None, floor: int, chosen: Collection[str]) -> None:
    problems = Problems()
    if kind not in {"council", "none"}:
        problems.add("onboarding.kind", "kind")
    if kind == "council" and agreed_on is None:
        problems.add("onboarding.agreed_on", "agreed_on")
    if agreed_on and agreed_on > scope.today:
        problems.add("onboarding.agreed_later", "agreed_on")
    if not SMALLEST <= floor <= LARGEST:
        problems.add("onboarding.floor", "floor", smallest=SMALLEST, largest=LARGEST)
    if not chosen:
        problems.add("onboarding.covers", "covers")
    if kind == "council" and agreed_on:
        _check_agreed(scope, problems, agreed_on, floor, chosen)
    if kind == "none" and floor < scope.org.floor and last_agreed(scope) is not None:
        problems.add("onboarding.again", "floor", floor=scope.org.floor)
    problems.settle()


def _check_agreed(scope: Scope, problems: Problems, day: date, floor: int, chosen: Collection[str]) -> None:
    """What is looser than the last consent takes a younger one."""
    last, withdrawn = last_agreed(scope), withdrawn_on(scope)
    added = [one for one in chosen if one not in (*scope.org.covers.split(), *_slipped(scope))]
    if withdrawn and day < withdrawn and added:
        problems.add("onboarding.withdrawn", "agreed_on", day=withdrawn)
        return
    if last is None or day > last:
        return
    if floor < scope.org.floor:
        problems.add("onboarding.again", "agreed_on", floor=scope.org.floor)
    elif added:
        problems.add("onboarding.new", "agreed_on", day=last, names=added)
    elif day < last:
        problems.add("onboarding.agreed_before", "agreed_on", day=last)


def _slipped(scope: Scope) -> tuple[str, ...]:
    """What a council agreed to and only today's records leave out: a tick that slipped is put right by ticking it."""
    rows = scope.db.all(Consent, order="-id")
    went_on = {one: _went_on(scope, rows, one, scope.today) for one in left_out(scope)}
    return tuple(one for one, before in went_on.items() if before and before.kind == "council")


def begun_by(scope: Scope, consent: int) -> tuple[str, ...]:
    """What began by this consent and goes on now, where everybody had been told of Ritme; not what only slipped. Before
    the first consent nobody had, so nothing began by that.
    """
    row, *before = scope.db.all(Consent, core(Consent).c.id <= consent, order="-id")
    day = row.at.astimezone(scope.zone).date()
    began = (one for one in row.covers.split() if before and scope.org.begun(one))
    return tuple(one for one in began if not _went_on(scope, before, one, day))


def recorder(scope: Scope, consent: int) -> Person | None:
    """Who wrote this consent down."""
    row = scope.db.get(Consent, consent)
    return None if row is None else scope.db.get(Person, row.by_id)


def _went_on(scope: Scope, rows: Sequence[Consent], capability: str, day: date) -> Consent | None:
    """By which of these, the youngest first, a capability went on when this day began, or since; None where by none."""
    off = tuple(takewhile(lambda row: f"-{capability}" in row.covers.split(), rows))
    before = rows[len(off)] if len(off) < len(rows) else None
    if before is None or capability not in before.covers.split():
        return None
    return before if all(row.at.astimezone(scope.zone).date() == day for row in off) else None


# --- withdrawing it ----------------------------------------------------------------------------------


def guard_withdraw(scope: Scope) -> None:
    """Refuses to withdraw consent as "denied", or "onboarding.no_consent" where none is on record."""
    directory.guard(scope)
    if not scope.org.covers:
        refuse("onboarding.no_consent")


def withdraw(scope: Scope, day: date | None) -> Consent:
    """Writes down that the works council took back its consent on this day; without a council, HR does so today.

    Everything stops, and nothing is deleted. Refused like `guard_withdraw`, or as "onboarding.withdrawn_on" (facts:
    day, the first that can be chosen; no day, one before the consent, or one to come).
    """
    guard_withdraw(scope)
    kind, agreed = scope.org.consent, last_agreed(scope)
    if kind == "none":
        day, agreed = scope.today, None
    if day is None or day > scope.today or (agreed and day < agreed):
        refuse("onboarding.withdrawn_on", "withdrawn_on", day=agreed)
    off = " ".join(f"-{one}" for one in CAPABILITIES)
    scope.db.change(scope.org, covers="")
    row = Consent(kind=kind, agreed_on=day, floor=scope.org.floor, covers=off, by_id=scope.me.id, at=scope.now)
    return scope.db.add(row)
