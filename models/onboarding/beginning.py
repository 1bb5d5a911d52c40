"""What begins after everybody was told of Ritme: they hear of it too, as of Ritme itself, at a quiet moment."""

from __future__ import annotations

from collections.abc import Sequence

from models import directory
from models.base import core
from models.directory.leaving import WELCOME
from models.due import Due
from models.identity import Person
from models.scope import Scope

BEGINS = "onboarding.begins"


def plan(scope: Scope, consent: int) -> None:
    """Plans the word of what began by this consent. Who is still to hear who Ritme is hears all of it with that."""
    row = core(Due).c
    strangers = {one.person_id for one in scope.db.all(Due, row.done_at.is_(None), kind=WELCOME)}
    known = (one for one in directory.everyone(scope) if one.id not in strangers)
    here = (one.id for one in known if one.starts_on is None or one.starts_on <= scope.today)
    planned = {"kind": BEGINS, "at": scope.now, "about_id": consent}
    scope.db.insert_all(Due, [{**planned, "key": f"{consent}:{id}", "person_id": id} for id in here])


def to_tell(scope: Scope, rows: Sequence[Due]) -> list[tuple[Person, int]]:
    """Who hears now of what began, and by which consent. Who has no account yet hears it in their first message."""
    people = directory.people(scope, [row.person_id for row in rows if row.person_id])
    unreached = {one.id for one in directory.not_reached(scope)} & people.keys()
    found = ((people.get(row.person_id or 0), row.about_id) for row in rows)
    return [(one, consent) for one, consent in found if one and one.closed_at is None and one.id not in unreached]
