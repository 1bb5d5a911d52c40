"""Who may set up Ritme: HR and administrators of Ritme itself. Being one in the chat gives no right here."""

from __future__ import annotations

from typing import Literal

from models.base import core
from models.errors import refuse
from models.identity import Person
from models.scope import Scope

Role = Literal["hr", "admin"]
ROLES: tuple[Role, ...] = ("hr", "admin")


def guard(scope: Scope) -> None:
    """Refuses as "denied" whoever is neither HR nor an administrator."""
    if not may_manage(scope.me):
        refuse("denied")


def may_manage(person: Person) -> bool:
    return person.hr or person.admin


def by_email(scope: Scope, email: str) -> Person:
    """The active person with this e-mail address. Refused as "person.unknown" (facts: name) when there is none."""
    found = scope.db.one(Person, Person.email == email.strip().casefold(), core(Person).c.closed_at.is_(None))
    if found is None:
        refuse("person.unknown", name=email.strip(), near=())
    return found


def set_role(scope: Scope, person: Person, role: Role, *, held: bool) -> Person:
    """Gives or takes a role: from the command line, and to who brings Ritme where nobody sets it up yet."""
    return scope.db.change(person, **{role: held})
