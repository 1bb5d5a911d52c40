"""The organisation's people: finding them, naming them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import bindparam, select

from models.base import ORG, Db, core, loaded
from models.errors import refuse
from models.identity import Account, Installation, Person
from models.scope import Scope

# --- finding -----------------------------------------------------------------------------------------


def person(scope: Scope, id: int) -> Person:
    """An active colleague. Refused as "person.unknown" when there is none by this id."""
    found = scope.db.get(Person, id)
    if found is None or found.closed_at is not None:
        refuse("person.unknown", name="")
    return found


def people(scope: Scope, ids: Iterable[int]) -> dict[int, Person]:
    """People by id, leavers too: what they once wrote still carries their name."""
    wanted = tuple(dict.fromkeys(ids))
    if not wanted:
        return {}
    rows = scope.db.rows(_BY_IDS, ids=wanted)
    return {found.id: found for found in (loaded(Person, row) for row in rows)}


def everyone(scope: Scope) -> list[Person]:
    """All active people, by name."""
    table = core(Person).c
    return scope.db.all(Person, table.closed_at.is_(None), order=(table.name, table.id))


def reports(scope: Scope, manager: int) -> list[Person]:
    """The active people of one manager, by name."""
    table = core(Person).c
    return scope.db.all(Person, table.manager_id == manager, table.closed_at.is_(None), order=(table.name, table.id))


def search(scope: Scope, letters: str, limit: int = 20) -> list[Person]:
    """Active colleagues whose name or e-mail address has a word that starts with these letters; not the caller."""
    wanted = letters.casefold().strip().removeprefix("@")
    found = [one for one in everyone(scope) if one.id != scope.me.id and _starts(one, wanted)]
    return found[:limit]


def _starts(one: Person, wanted: str) -> bool:
    name = one.name.casefold()
    return name.startswith(wanted) or one.email.casefold().startswith(wanted) or f" {wanted}" in f" {name}"


_BY_IDS = select(*core(Person).columns).where(
    core(Person).c.org_id == ORG, core(Person).c.id.in_(bindparam("ids", expanding=True))
)


_BY_ACCOUNTS = (
    select(core(Account).c.user, *core(Person).columns)
    .join_from(core(Account), core(Person), core(Person).c.id == core(Account).c.person_id)
    .join(core(Installation), core(Installation).c.id == core(Account).c.installation_id)
    .where(
        core(Account).c.org_id == ORG,
        core(Installation).c.platform == bindparam("platform"),
        core(Installation).c.team == bindparam("team"),
        core(Account).c.user.in_(bindparam("users", expanding=True)),
        core(Account).c.closed_at.is_(None),
        core(Person).c.closed_at.is_(None),
    )
)


def by_accounts(scope: Scope, users: Iterable[str]) -> dict[str, Person]:
    """Active people by their user id on the platform that the call came from."""
    rows = scope.db.rows(_BY_ACCOUNTS, platform=scope.platform, team=scope.team, users=tuple(users))
    return {row[0]: loaded(Person, row[1:]) for row in rows}


# --- names in a command --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Named:
    """What a typed text begins with: people by name, and the rest of the text."""

    people: tuple[Person, ...]
    rest: str


_AND = re.compile(r"^(?:,|&|and\b|en\b)\s*", re.IGNORECASE)


def leading_people(scope: Scope, text: str, mentions: Mapping[str, str]) -> Named:
    """Reads "@Lotte and @Ravi thanks for ..." from the left.

    A mention that was picked counts by its account; an @name that was typed by the longest name that fits. Refused
    as "person.unknown" (facts: name, and the near ones) or "person.ambiguous" (facts: name, people).
    """
    rest = text.strip()
    found: list[Person] = []
    accounts = by_accounts(scope, mentions.values()) if mentions else {}
    while True:
        candidate = _AND.sub("", rest, count=1) if found else rest
        if not candidate.startswith("@"):
            break
        one, rest = _leading_one(scope, candidate, mentions, accounts)
        if one not in found:
            found.append(one)
        rest = rest.lstrip(" ,:")
    return Named(tuple(found), rest)


def _leading_one(
    scope: Scope, text: str, mentions: Mapping[str, str], accounts: Mapping[str, Person]
) -> tuple[Person, str]:
    for shown in sorted(mentions, key=len, reverse=True):
        if text.startswith(shown):
            one = accounts.get(mentions[shown])
            if one is None:
                refuse("person.unknown", name=shown.removeprefix("@"), near=())
            return one, text[len(shown) :]
    return _typed(scope, text[1:])


def _typed(scope: Scope, text: str) -> tuple[Person, str]:
    """The person whose name the text starts with: the longest name wins, a first name must be the only one."""
    colleagues = everyone(scope)
    folded = text.casefold()
    full = [one for one in colleagues if _begins(folded, one.name)]
    if full:
        best = max(full, key=lambda one: len(one.name))
        return best, text[len(best.name) :]
    word = re.split(r"[\s,:]", text, maxsplit=1)[0]
    first = [one for one in colleagues if _first_name(one).casefold() == word.casefold()]
    if len(first) == 1:
        return first[0], text[len(word) :]
    if first:
        refuse("person.ambiguous", name=word, people=tuple(one.name for one in first))
    near = tuple(one.name for one in colleagues if one.name.casefold().startswith(word.casefold()[:3]))
    refuse("person.unknown", name=word, near=near[:3])


def _begins(folded: str, name: str) -> bool:
    name = name.casefold()
    return folded.startswith(name) and not folded[len(name) : len(name) + 1].isalnum()


def _first_name(one: Person) -> str:
    return one.name.split(" ", 1)[0]


def named(scope: Scope, text: str) -> Person:
    """The one person that a typed name stands for, with or without @. Refused like `leading_people`."""
    return _typed(scope, text.strip().removeprefix("@"))[0]


def shorten(db: Db) -> None:
    """Gives everybody the name they are called by: the first name, or the full name where two share it."""
    active = db.all(Person, core(Person).c.closed_at.is_(None))
    firsts = [_first_name(one).casefold() for one in active]
    for one in active:
        first = _first_name(one)
        short = first if firsts.count(first.casefold()) == 1 else one.name
        if short != one.short:
            db.change(one, short=short)
