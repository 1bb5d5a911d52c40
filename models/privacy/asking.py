"""What somebody asks of their employer about their own data: a copy, or to be erased; and that it is answered.

A wish waits until it is answered or taken back, however long that takes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, time, timedelta

from models import directory, due
from models.base import core
from models.cadence import instant, zone_named
from models.delivery import OPEN, Delivery
from models.directory.roles import ROLES
from models.errors import refuse
from models.identity import Person
from models.kept import kept
from models.privacy import erasing
from models.privacy.keeping import before
from models.privacy.tables import CopyWish, Erasure
from models.scope import Scope

LONGEST = 2000
"""Characters of an answer."""

REMIND = "privacy.remind"
"""The kind of due work: reminding who decides of a wish that still waits."""

LAST = "privacy.last"
"""The kind of the last message to who is erased."""

HEARS, LONG_ENOUGH = timedelta(minutes=5), timedelta(days=1)
"""So long who is erased has to hear it before it begins; and so long it waits for a chat that is out of reach."""

BEFORE, MORNING = timedelta(days=7), time(9)
"""So long before the day on which an answer is due, and when that day."""

Wish = Erasure | CopyWish
Ids = Mapping[str, int | str]


def answer_by(asked: datetime) -> datetime:
    """Until when a wish must be answered: within a month (GDPR, article 12(3))."""
    return before(asked, -1)


def deciders(scope: Scope, asker: int) -> list[Person]:
    """Who decides for the employer about somebody's wish, by name: HR, or whoever may set up Ritme where nobody else is
    HR. Nobody decides about themselves; where nobody is left, an operator does.
    """
    for role in ROLES:
        holders = scope.db.all(Person, closed_at=None, order="name id", **{role: True})
        if others := [one for one in holders if one.id != asker]:
            return others
    return []


def decides(scope: Scope, asker: int) -> bool:
    """Whether the caller decides about this person's wish."""
    return scope.me.id in {one.id for one in deciders(scope, asker)}


# --- what waits --------------------------------------------------------------------------------------


def naming(known: Wish) -> dict[str, int | str]:
    """What names exactly this wish, in messages and on buttons.

    Its id alone would not do: after a restore the next wish gets the id of one that came after the backup, of somebody
    else, whose buttons still stand in a chat.
    """
    asked_at = known.asked_at.astimezone(UTC).isoformat()
    return {kept(type(known)).ids: known.id, "person": known.person_id, "since": asked_at}


def is_named(known: Wish, ids: Ids) -> bool:
    """Whether a message or a button is about this wish."""
    return all(str(ids.get(word, "")) == str(value) for word, value in naming(known).items())


def waiting(scope: Scope) -> list[Wish]:
    """Every wish that waits for an answer, the oldest first."""
    erasures = scope.db.all(Erasure, decided_at=None, refused_at=None)
    return sorted((*erasures, *scope.db.all(CopyWish)), key=lambda one: one.asked_at)


def waits(scope: Scope, ids: Ids) -> Wish | None:
    """The wish that a message or a button is about, where it still waits for an answer."""
    return next((one for one in waiting(scope) if is_named(one, ids)), None)


def to_decide(scope: Scope) -> list[Wish]:
    """The wishes that wait for the caller among others, the oldest first."""
    if not directory.may_manage(scope.me):
        return []
    return [one for one in waiting(scope) if decides(scope, one.person_id)]


def overdue(scope: Scope, known: Wish) -> bool:
    """Whether the day is over by which it should have been answered."""
    return scope.now >= answer_by(known.asked_at)


def _answerable(scope: Scope, ids: Ids) -> Wish:
    directory.guard(scope)
    known = waits(scope, ids)
    if known is None:
        refuse("privacy.gone")
    if known.person_id == scope.me.id:
        refuse("privacy.own")
    if not decides(scope, known.person_id):
        refuse("privacy.hr", names=tuple(one.name for one in deciders(scope, known.person_id)))
    return known


# --- the clock ---------------------------------------------------------------------------------------


def to_remind(scope: Scope, rows: tuple[int, ...]) -> list[Wish]:
    """The wishes of due rows that still wait."""
    keys = {row.key for row in due.fired(scope, rows)}
    return [one for one in waiting(scope) if _key(one) in keys]


def _start(scope: Scope, known: Wish) -> None:
    """Plans its reminder."""
    zone = zone_named(scope.org.zone)
    day = (answer_by(known.asked_at) - BEFORE).astimezone(zone).date()
    at = instant(day, MORNING, zone)
    due.plan(scope, due.Due(kind=REMIND, key=_key(known), at=at, person_id=known.person_id, about_id=known.id))


def _stop(scope: Scope, known: Wish) -> None:
    due.cancel(scope, REMIND, _key(known))


def _key(known: Wish) -> str:
    return ":".join((kept(type(known)).ids, *(str(value) for value in naming(known).values())))


# --- a copy ------------------------------------------------------------------------------------------


def copy_asked(scope: Scope) -> CopyWish | None:
    """The caller's own wish for a copy, which they were not given yet."""
    return scope.db.one(CopyWish, person_id=scope.me.id)


def ask_copy(scope: Scope) -> tuple[CopyWish, bool]:
    """The caller asks for a copy; returns the wish, and whether it is new."""
    known = copy_asked(scope)
    if known is not None:
        return known, False
    known = scope.db.add(CopyWish(person_id=scope.me.id, asked_at=scope.now))
    _start(scope, known)
    return known, True


def give_copy(scope: Scope, ids: Ids) -> CopyWish:
    """HR gave somebody their copy; returns the wish that is no more.

    Refused as "denied", "privacy.gone", "privacy.own" or "privacy.hr".
    """
    known = _answerable(scope, ids)
    if not isinstance(known, CopyWish):
        refuse("privacy.gone")
    scope.db.remove(CopyWish, CopyWish.id == known.id)
    _stop(scope, known)
    return known


# --- erasing -----------------------------------------------------------------------------------------


def asked(scope: Scope) -> Erasure | None:
    """The caller's own wish to be erased, also one that was refused."""
    return scope.db.one(Erasure, person_id=scope.me.id)


def leaving(scope: Scope) -> bool:
    """Whether it is decided to erase the caller."""
    known = asked(scope)
    return known is not None and known.decided_at is not None


def wish(scope: Scope, id: int) -> Erasure | None:
    """Somebody's wish, or the decision about it."""
    return scope.db.get(Erasure, id)


def undecided(scope: Scope, ids: Ids) -> Erasure:
    """Somebody else's wish that waits for an answer, for who may give it.

    Refused as "denied", "privacy.gone" when there is none, "privacy.own", or "privacy.hr" (facts: names) for an
    administrator where these decide.
    """
    known = _answerable(scope, ids)
    if not isinstance(known, Erasure):
        refuse("privacy.gone")
    return known


def ask(scope: Scope) -> tuple[Erasure, bool]:
    """The caller asks to be erased; returns the wish, and whether it is new. After a refusal one can ask again."""
    known = asked(scope)
    if known is not None and known.refused_at is None:
        return known, False
    if known is None:
        known = scope.db.add(Erasure(person_id=scope.me.id, why="asked", asked_at=scope.now))
    else:
        known = scope.db.change(known, asked_at=scope.now, refused_at=None, refusal=None)
    _start(scope, known)
    return known, True


def take_back(scope: Scope) -> Erasure:
    """The caller would rather stay; returns the wish that is no more.

    Refused as "privacy.gone" once it is decided, or was never asked.
    """
    known = asked(scope)
    if known is None or waits(scope, naming(known)) is None:
        refuse("privacy.gone")
    scope.db.remove(Erasure, Erasure.id == known.id)
    _stop(scope, known)
    return known


def erase(scope: Scope, ids: Ids, also: Sequence[str] = ()) -> Erasure:
    """HR decides to erase somebody, who still hears so (`to_hear`); then it begins by itself. `also` as in
    `erasing.begin`.

    Refused as "denied", "privacy.gone", "privacy.own" or "privacy.hr".
    """
    known = undecided(scope, ids)
    _stop(scope, known)
    person = directory.somebody(scope, known.person_id)
    return erasing.begin(scope, person, known.why, also, after=HEARS)


def to_hear(scope: Scope, known: Erasure) -> bool:
    """Whether somebody who is to be erased must still hear so: the message is on its way, or their empty overview, for
    a day at most.
    """
    row = core(Delivery).c
    what = (row.kind == LAST) | (row.verb == "home")
    last = (row.person_id == known.person_id, what, row.state.in_(("new", *OPEN)))
    begun = known.decided_at is None or scope.now >= known.decided_at + LONG_ENOUGH
    return not begun and scope.db.one(Delivery, *last) is not None


def decline(scope: Scope, ids: Ids, reason: str) -> Erasure:
    """HR decides not to erase somebody, and says why.

    Refused as "denied", "privacy.gone", "privacy.own", "privacy.hr", "privacy.reason" (none) or "privacy.long" (facts:
    most).
    """
    known, reason = undecided(scope, ids), reason.strip()
    if not reason:
        refuse("privacy.reason", "reason")
    if len(reason) > LONGEST:
        refuse("privacy.long", "reason", most=LONGEST)
    _stop(scope, known)
    return scope.db.change(known, refused_at=scope.now, refusal=reason)
