"""After an erasure nothing is left of somebody: no row, no id, no name, no address, also not in the file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest
from sqlalchemy import Connection, select

from bot.db import Database
from models.base import core
from models.delivery import Delivery, written
from models.feedback import FeedbackRequest
from models.identity import Person
from models.kept import kept
from models.privacy import erasing, messages
from models.privacy.ground import references, tables
from models.privacy.tables import Deletion, Erasure
from models.scope import Scope
from tests.privacy import MANY, Company, email, everything_in, founded, name, user
from tests.world import Home

GOING = (3, 8, 50, 51, 120)


@pytest.fixture
def company(home: Home) -> Iterator[Company]:
    company = founded(home)
    yield company
    company.close()


def erase(company: Company, person: int) -> int:
    """Erases somebody the way the clock does: a piece in each transaction; returns how many that took."""
    with company.database.writer.begin() as connection:
        scope = company.scope(connection)
        erasing.begin(scope, _person(scope, person), "decided", [f"Nickname {person}"])
    pieces = 0
    more = True
    while more:
        with company.database.writer.begin() as connection:
            scope = company.scope(connection)
            going = scope.db.one(Erasure, Erasure.person_id == person)
            assert going is not None
            more = erasing.step(scope, going)
        pieces += 1
    return pieces


def _person(scope: Scope, id: int) -> Person:
    found = scope.db.get(Person, id)
    assert found is not None
    return found


def _naming(connection: Connection) -> dict[int, list[str]]:
    """Where each of those who go is still named: by a column, by an id in a message, or in a text."""
    known = {one: [word.casefold() for word in (name(one), email(one), user(one), f"nickname {one}")] for one in GOING}
    found: dict[int, list[str]] = {person: [] for person in GOING}
    for table, rows in everything_in(connection).items():
        says = kept(table)
        where = core(table).name
        for row in rows:
            texts = " ".join(str(value) for value in row.values() if isinstance(value, str)).casefold()
            met = set(_people(orjson.loads(row["ids"]))) if where == "delivery" else set[int]()
            for person, lines in found.items():
                lines += [f"{where}.{column}" for column in says.people if row[column] == person and column != "user"]
                lines += [f"{where} {row['id']}: {word}" for word in known[person] if word in texts]
                lines += [f"delivery {row['id']}: {row['ids']}"] if person in met else []
    return found


def _people(ids: dict[str, Any]) -> Iterator[int]:
    words = {word.rstrip("*") for word in kept(Person).ids.split()}
    for word, value in ids.items():
        if word in words:
            yield from (int(one) for one in str(value).replace(",", " ").split())


def test_nothing_is_left_of_somebody(company: Company) -> None:
    with company.database.reader.connect() as connection:
        before = everything_in(connection)
        assert all(len(lines) > 20 for lines in _naming(connection).values())
    for person in GOING:
        assert erase(company, person) > 1
    with company.database.reader.connect() as connection:
        assert _naming(connection) == {person: [] for person in GOING}
        _nothing_dangles(connection)
        _only_theirs_is_gone(before, connection)


def _nothing_dangles(connection: Connection) -> None:
    """Every reference points at something, also where no database looks."""
    after = {core(table).name: {row["id"] for row in rows} for table, rows in everything_in(connection).items()}
    for table in tables():
        for one in references(table):
            column = core(one.table).c[one.column]
            pointed = set(connection.scalars(select(column).where(column.is_not(None))))
            assert pointed - after[core(table).name] == set()


def _only_theirs_is_gone(before: dict[Any, list[dict[str, Any]]], connection: Connection) -> None:
    """Of what is about others everything stays, and says what it said but for the names."""
    after = everything_in(connection)
    for table, rows in before.items():
        left = {row["id"]: row for row in after[table]}
        fates = kept(table).fates
        for row in rows:
            named = any(row[column] in GOING for column, _ in fates if column != "user")
            if row["id"] in left and not named:
                words = [one for one in kept(table).words.split() if one not in {"key", "outcome"}]
                assert all((row[one] or "").count("and") == (left[row["id"]][one] or "").count("and") for one in words)


def test_who_stays_keeps_everything(company: Company) -> None:
    """Whoever has nothing to do with them keeps all their rows, to the letter."""
    with company.database.reader.connect() as connection:
        before = everything_in(connection)
    erase(company, 8)
    with company.database.reader.connect() as connection:
        after = {core(table).name: {row["id"] for row in rows} for table, rows in everything_in(connection).items()}
    for table, rows in before.items():
        says = kept(table)
        alone = [row for row in rows if not says.of and not references(table) and says.mentions == "strike"]
        alone = [row for row in alone if not any(row[column] == 8 for column in says.people if column != "user")]
        if core(table).name in {"kudos", "audience", "delivery", "conversation", "due"}:
            continue
        assert {row["id"] for row in alone} - after[core(table).name] == set()


def _told_of_one_who_goes(scope: Scope) -> None:
    """Somebody who stays got a message that names a row in which somebody who goes loses their name."""
    asked = (one for one in scope.db.all(FeedbackRequest, core(FeedbackRequest).c.asked_id.in_(GOING)))
    request = next(one for one in asked if one.asker_id not in GOING)
    said = {"verb": "dm", "kind": "feedback.declined", "ids": written({"request": request.id}), "state": "sent"}
    scope.db.add(Delivery(**said, person_id=request.asker_id, created_at=scope.now, not_before=scope.now))


def test_messages_are_taken_back_and_then_forgotten(company: Company) -> None:
    with company.database.writer.begin() as connection:
        _told_of_one_who_goes(company.scope(connection))
    for person in GOING:
        erase(company, person)
    with company.database.writer.begin() as connection:
        scope = company.scope(connection)
        row = core(Delivery).c
        gone = scope.db.all(Delivery, row.kind == messages.GONE)
        back = {one.target_id for one in gone if one.verb == "retract"}
        assert back
        assert back == {one.id for one in gone if one.verb != "retract"}
        assert {(one.ids, one.once) for one in gone} == {("{}", None)}
        assert {one.person_id for one in gone}.isdisjoint(GOING)
        anew = scope.db.all(Delivery, row.verb == "revise")
        assert anew
        assert all(one.not_before <= scope.now for one in anew)
        assert messages.forget(scope) == 0
    with company.database.writer.begin() as connection:
        scope = company.scope(connection)
        later = Scope(scope.db, scope.org, scope.me, scope.now + messages.KNOWN * 1.01)
        assert messages.forget(later) == 0, "its chat is out of reach"
        scope.db.update(Delivery, row.kind == messages.GONE, state="sent")
        assert messages.forget(later) == len(gone)


def test_what_stays_is_said_with_its_reason(company: Company) -> None:
    with company.database.reader.connect() as connection:
        told = erasing.staying(company.scope(connection), 50)
    assert {one.entries for one in told} > {"feedback", "kudos"}
    assert all(one.rows > 0 and one.why.endswith(".") for one in told)


def test_the_log_has_counts_and_nothing_else(company: Company) -> None:
    erase(company, 50)
    with company.database.reader.connect() as connection:
        scope = company.scope(connection)
        found = [one for one in scope.db.all(Deletion, Deletion.day == scope.today) if one.why == "erased"]
        assert {"checkin", "person", "account"} <= {one.entries for one in found}
        assert all(set(one.__dict__) == {"id", "org_id", "day", "entries", "why", "rows"} for one in found)


@pytest.mark.sqlite("PostgreSQL clears its own pages when it vacuums")
def test_the_file_has_forgotten_too(home: Path) -> None:
    """Deleted text is overwritten, and so is what was changed; the write-ahead log is emptied."""
    company = founded(home, 60)
    url = company.url.removeprefix("sqlite:///")
    known = [name(8).encode(), email(8).encode(), user(8).encode()]
    assert all(one in Path(url).read_bytes().lower() or one in Path(url).read_bytes() for one in known)
    erase(company, 8)
    company.database.close()
    database = Database(company.url)
    try:
        database.writer.raw_connection().execute("PRAGMA wal_checkpoint(TRUNCATE)")
        held = b"".join(path.read_bytes() for path in Path(home).glob("many.db*")).lower()
        assert [one for one in known if one.lower() in held] == []
    finally:
        database.close()


def test_somebody_can_be_erased_after_somebody(company: Company) -> None:
    """The nameless former colleague stands for all of them, also where two met."""
    for person in range(1, MANY, 40):
        erase(company, person)
    with company.database.reader.connect() as connection:
        scope = company.scope(connection)
        assert scope.db.count(Person, Person.email == erasing.FORMER) == 1
