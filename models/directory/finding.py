"""Finding the organisation's people."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Any

from sqlalchemy import BindParameter, Boolean, bindparam, func, or_, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from models.base import ORG, core, loaded
from models.errors import refuse
from models.identity import Account, Installation, Person, Team
from models.prepared import Prepared
from models.scope import Scope

# --- finding -----------------------------------------------------------------------------------------


def person(scope: Scope, id: int) -> Person:
    """An active colleague. Refused as "person.unknown" when there is none by this id."""
    found = scope.db.get(Person, id)
    if found is None or found.closed_at is not None:
        refuse("person.unknown", name="")
    return found


def people(scope: Scope, ids: Iterable[int]) -> dict[int, Person]:
    """People by id, in the order asked for; leavers too, since what they once wrote still carries their name."""
    wanted = tuple(dict.fromkeys(ids))
    found = {one.id: one for one in scope.db.some(Person, wanted)}
    return {id: found[id] for id in wanted if id in found}


def somebody(scope: Scope, id: int) -> Person:
    """A person by an id that an entry names, also who left. Raises LookupError where there never was one."""
    return people(scope, (id,))[id]


def everyone(scope: Scope) -> list[Person]:
    """All active people, by name."""
    return scope.db.all(Person, closed_at=None, order="name id")


def reports(scope: Scope, manager: int) -> list[Person]:
    """The active people of one manager, by name."""
    return scope.db.all(Person, manager_id=manager, closed_at=None, order="name id")


def team_named(scope: Scope, name: str) -> Team | None:
    """The team that a typed name stands for."""
    wanted = name.strip().casefold()
    return next((team for team in scope.db.all(Team) if team.name.casefold() == wanted), None)


def search(scope: Scope, letters: str, limit: int = 20) -> list[Person]:
    """Active colleagues whose name or e-mail address has a word that starts with these letters; not the caller."""
    wanted = letters.casefold().strip().removeprefix("@")
    table = core(Person)
    likely = or_(
        *(func.lower(column).startswith(wanted, autoescape=True) for column in (table.c.name, table.c.email)),
        func.lower(table.c.name).contains(f" {wanted}", autoescape=True),
        *(BeyondAscii(column) for column in (table.c.name, table.c.email)),
    )
    query = (
        select(table.c.id, table.c.name, table.c.email)
        .where(scope.db.mine(Person), table.c.closed_at.is_(None), table.c.id != scope.me.id, likely)
        .order_by(table.c.name, table.c.id)
    )
    found = (id for id, name, email in scope.db.stream(query) if _starts(name, email, wanted))
    return list(people(scope, islice(found, limit)).values())


def letters(name: str) -> str:
    """What somebody is found by when their name is typed."""
    return name.casefold()[:LETTERS]


def beginning(scope: Scope, start: str) -> Sequence[tuple[int, str]]:
    """Id and name, by name, of all active people whose name may begin with these letters, which are no more than
    `letters` makes; or who have fewer, and it is the letters that begin with their name.
    """
    if len(start) < LETTERS:
        return scope.db.rows(_BY_FIRST, first=start[:1], length=len(start[:1]))
    return scope.db.rows(_BY_LETTERS, three=start, two=start[:2], one=start[:1])


LETTERS = 3
_NAMES = (
    select(core(Person).c.id, core(Person).c.name)
    .where(core(Person).c.org_id == ORG, core(Person).c.closed_at.is_(None))
    .order_by(core(Person).c.name, core(Person).c.id)
)
_FEW: list[BindParameter[str]] = [bindparam(name) for name in ("three", "two", "one")]
_BY_LETTERS = Prepared(_NAMES.where(core(Person).c.letters.in_(_FEW)))
_BY_FIRST = Prepared(_NAMES.where(func.substr(core(Person).c.letters, 1, bindparam("length")) == bindparam("first")))


class BeyondAscii(FunctionElement[bool]):
    """Whether there are letters in a text of which SQLite knows no upper and lower case: then Python looks."""

    type = Boolean()
    inherit_cache = True


@compiles(BeyondAscii)
def _globbed(asked: BeyondAscii, compiler: Any, **kw: Any) -> str:
    return f"{compiler.process(asked.clauses, **kw)} GLOB '*[^ -~]*'"


@compiles(BeyondAscii, "postgresql")
def _matched(asked: BeyondAscii, compiler: Any, **kw: Any) -> str:
    return f"{compiler.process(asked.clauses, **kw)} ~ '[^ -~]'"


def _starts(name: str, email: str, wanted: str) -> bool:
    return f" {wanted}" in f" {name.casefold()}" or email.casefold().startswith(wanted)


_BY_ACCOUNT = Prepared(
    select(*core(Person).columns)
    .join_from(core(Account), core(Person), core(Person).c.id == core(Account).c.person_id)
    .join(core(Installation), core(Installation).c.id == core(Account).c.installation_id)
    .where(
        core(Account).c.org_id == ORG,
        core(Installation).c.platform == bindparam("platform"),
        core(Installation).c.team == bindparam("team"),
        core(Account).c.user == bindparam("user"),
        core(Account).c.closed_at.is_(None),
        core(Person).c.closed_at.is_(None),
    )
)


def by_accounts(scope: Scope, users: Iterable[str]) -> dict[str, Person]:
    """Active people by their user id on the platform that the call came from."""
    found: dict[str, Person] = {}
    for user in users:  # a few at most: the people who are named in a command
        for row in scope.db.rows(_BY_ACCOUNT, platform=scope.platform, team=scope.team, user=user):
            found[user] = loaded(Person, row)
    return found
