"""What somebody asks of their employer about their own data: a copy, or to be erased; and that it is answered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from models import directory
from models.directory.roles import ROLES
from models.errors import refuse
from models.identity import Person
from models.privacy import erasing
from models.privacy.keeping import before
from models.privacy.tables import CopyWish, Erasure
from models.scope import Scope

LONGEST = 2000
"""Characters of an answer."""


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


# --- a copy ------------------------------------------------------------------------------------------


def copy_asked(scope: Scope) -> datetime | None:
    """When the caller asked for a copy, while an answer to that is due."""
    known = scope.db.one(CopyWish, person_id=scope.me.id)
    return known.asked_at if known is not None and scope.now < answer_by(known.asked_at) else None


def ask_copy(scope: Scope) -> bool:
    """The caller asks for a copy; returns whether that is new."""
    if copy_asked(scope) is not None:
        return False
    scope.db.remove(CopyWish, CopyWish.person_id == scope.me.id)
    scope.db.add(CopyWish(person_id=scope.me.id, asked_at=scope.now))
    return True


# --- erasing -----------------------------------------------------------------------------------------


def asked(scope: Scope) -> Erasure | None:
    """The caller's own wish to be erased, also one that was refused."""
    return scope.db.one(Erasure, person_id=scope.me.id)


def wish(scope: Scope, id: int) -> Erasure | None:
    """Somebody's wish, or the decision about it."""
    return scope.db.get(Erasure, id)


def naming(known: Erasure) -> dict[str, int | str]:
    """What names exactly this wish, in messages and on buttons.

    Its id alone would not do: SQLite gives the id of a wish that was taken back to the next one, of somebody else.
    """
    asked_at = known.asked_at.astimezone(UTC).isoformat()
    return {"erasure": known.id, "person": known.person_id, "asked": asked_at}


def is_named(known: Erasure, ids: Mapping[str, int | str]) -> bool:
    """Whether a message or a button is about this wish."""
    return all(str(ids.get(word, "")) == str(value) for word, value in naming(known).items())


def waiting(scope: Scope) -> list[Erasure]:
    """Every wish to be erased that waits for an answer, the oldest first."""
    return scope.db.all(Erasure, decided_at=None, refused_at=None, order="asked_at id")


def waits(scope: Scope, ids: Mapping[str, int | str]) -> Erasure | None:
    """The wish that a message or a button is about, where it still waits for an answer."""
    return next((one for one in waiting(scope) if is_named(one, ids)), None)


def undecided(scope: Scope, ids: Mapping[str, int | str]) -> Erasure:
    """Somebody else's wish that waits for an answer, for who may give it.

    Refused as "denied", "privacy.gone" when there is none, or "privacy.own".
    """
    directory.guard(scope)
    known = waits(scope, ids)
    if known is None:
        refuse("privacy.gone")
    if known.person_id == scope.me.id:
        refuse("privacy.own")
    return known


def ask(scope: Scope) -> tuple[Erasure, bool]:
    """The caller asks to be erased; returns the wish, and whether it is new. After a refusal one can ask again."""
    known = asked(scope)
    if known is None:
        return scope.db.add(Erasure(person_id=scope.me.id, why="asked", asked_at=scope.now)), True
    if known.refused_at is None:
        return known, False
    return scope.db.change(known, asked_at=scope.now, refused_at=None, refusal=None), True


def take_back(scope: Scope) -> Erasure:
    """The caller would rather stay; returns the wish that is no more.

    Refused as "privacy.gone" once it is decided, or was never asked.
    """
    known = asked(scope)
    if known is None or waits(scope, naming(known)) is None:
        refuse("privacy.gone")
    scope.db.remove(Erasure, Erasure.id == known.id)
    return known


def erase(scope: Scope, ids: Mapping[str, int | str], also: Sequence[str] = ()) -> Erasure:
    """HR decides to erase somebody, who is closed at once; it goes on by itself. `also` as in `erasing.begin`.

    Refused as "denied", "privacy.gone" or "privacy.own".
    """
    known = undecided(scope, ids)
    person = directory.people(scope, [known.person_id])[known.person_id]
    return erasing.begin(scope, person, known.why, also)


def decline(scope: Scope, ids: Mapping[str, int | str], reason: str) -> Erasure:
    """HR decides not to erase somebody, and says why.

    Refused as "denied", "privacy.gone", "privacy.own", "privacy.reason" (none) or "privacy.long" (facts: most).
    """
    known, reason = undecided(scope, ids), reason.strip()
    if not reason:
        refuse("privacy.reason", "reason")
    if len(reason) > LONGEST:
        refuse("privacy.long", "reason", most=LONGEST)
    return scope.db.change(known, refused_at=scope.now, refusal=reason)
