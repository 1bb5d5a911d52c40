"""What somebody gets to see of themselves: everything that is theirs, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from models.base import core
from models.identity import Account
from models.kept import kept
from models.privacy import gathering
from models.privacy.ground import Table, parents, policy, tables
from models.scope import Scope
from tests.privacy import MANY, Company, everything_in, founded, user
from tests.world import Home

Rows = dict[Table, list[dict[str, Any]]]


@pytest.fixture
def company(home: Home) -> Iterator[Company]:
    company = founded(home)
    yield company
    company.close()


def test_everything_that_is_theirs_and_nothing_else(company: Company) -> None:
    """Against the declarations, read a second way: row by row, in Python."""
    with company.database.reader.connect() as connection:
        rows = everything_in(connection)
        assert {core(table).name for table, found in rows.items() if not found} == set()
        seen: set[str] = set()
        for person in range(1, MANY + 1, 4):
            scope = company.scope(connection, person)
            got = {part.name: {row["id"] for row in part.rows} for part in gathering.gather(scope)}
            assert gathering.counted(scope) == {name: len(ids) for name, ids in got.items()}
            assert got == {core(table).name: ids for table, ids in _theirs(scope, rows).items() if ids}
            seen |= set(got)
        about = {core(table).name for table in tables() if kept(table).about or kept(table).by}
        assert about - seen <= {"participant"} | set()


def test_what_only_somebody_else_may_see_is_absent(company: Company) -> None:
    with company.database.reader.connect() as connection:
        found = 0
        for person in range(1, MANY + 1, 4):
            for part in gathering.gather(company.scope(connection, person)):
                for column, whose in part.kept.private.items():
                    theirs = [row for row in part.rows if row[whose] == person]
                    assert all(column in row for row in theirs)
                    assert not any(column in row for row in part.rows if row[whose] != person)
                    found += len(part.rows) - len(theirs)
        assert found > 0


def test_who_has_many_accounts_is_counted_by_the_same_statements(company: Company) -> None:
    """Statements that are built once are kept for good, so there is none for each number of accounts."""
    with company.database.writer.begin() as connection:
        scope = company.scope(connection, 1)
        before, built = gathering.counted(scope), gathering._counting.cache_info().currsize
        place = scope.db.all(Account, person_id=1)[0].installation_id
        for number in range(3):
            scope.db.add(Account(installation_id=place, person_id=1, user=f"U-MORE-{number}"))
        assert gathering.counted(scope) == before | {"account": before["account"] + 3}
        assert gathering._counting.cache_info().currsize == built


def _theirs(scope: Scope, rows: Rows) -> dict[Table, set[int]]:
    """By the declarations: the rows about them or by them, the parts of those, the entries they carry."""
    own: dict[Table, set[int]] = {}
    for table in tables():  # entries come before their parts
        says, entry = kept(table), parents(table)
        columns = [*says.about, *says.by]
        ids = {row["id"] for row in rows[table] if any(_is(scope.me.id, row, column) for column in columns)}
        if entry is not None:
            ids |= {row["id"] for row in rows[table] if row[says.of] in own[entry]}
        own[table] = _allowed(scope, table, ids)
    carried: dict[Table, set[int]] = {table: set() for table in tables()}
    for part in tables():
        entry = parents(part)
        if kept(part).carries and entry is not None:
            named = [row for row in rows[part] if any(_is(scope.me.id, row, column) for column in kept(part).about)]
            carried[entry] |= {row[kept(part).of] for row in named}
    return {table: own[table] | _allowed(scope, table, carried[table]) for table in tables()}


def _is(person: int, row: dict[str, Any], column: str) -> bool:
    return row[column] == (user(person) if column == "user" else person)


def _allowed(scope: Scope, table: Table, ids: set[int]) -> set[int]:
    rules = policy(table)
    if rules is None:
        return ids
    return {row.id for row in scope.db.all(table, core(table).c.id.in_(ids), rules.allows(scope))}
