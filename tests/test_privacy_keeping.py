"""What is over goes, and nothing goes early."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as some
from sqlalchemy import Connection, Date, update

from models import onboarding, privacy
from models.base import core
from models.delivery import Delivery
from models.errors import Refused
from models.identity import Person
from models.kept import TERMS, kept
from models.privacy import erasing, keeping, messages
from models.privacy.ground import Table, references, tables
from models.privacy.tables import Deletion, Erasure, Retention
from models.scope import Scope
from tests.privacy import NOW, Company, everything_in, founded
from tests.world import Home, World

PEOPLE = 40
ENDING = [table for table in tables() if kept(table).kind and table is not Person]
DAY = timedelta(days=1)


@pytest.fixture
def company(home: Home) -> Iterator[Company]:
    company = founded(home, PEOPLE)
    yield company
    company.close()


def _age(connection: Connection, ages: dict[Table, list[int]]) -> None:
    """Gives every row with a term an age in days."""
    for table, days in ages.items():
        column = core(table).c[kept(table).since]
        for id, age in enumerate(days, 1):
            moment = NOW - DAY * age
            value = moment.date() if isinstance(column.type, Date) else moment
            values: dict[str, Any] = {column.name: value}
            if table.__name__ == "Absence":
                values["starts"] = value
            if table.__name__ == "CheckinPeriod":
                values["latest"] = False
            if table.__name__ == "Goal":
                values |= {"parent_id": None}
            connection.execute(update(core(table)).where(core(table).c.id == id).values(values))


def _over(row: dict[str, Any], table: Table, months: int) -> bool:
    since = row[kept(table).since]
    until = keeping.before(NOW, months)
    if since is None:
        return False
    return bool(since < (until if isinstance(since, datetime) else until.date()))


def _deleted(scope: Scope) -> None:
    place: int | None = 0
    while place is not None:
        place = keeping.step(scope, place)


def _carried_out(scope: Scope, id: int) -> None:
    while (begun := privacy.wish(scope, id)) is not None:
        erasing.step(scope, begun)


ages = some.lists(some.integers(0, 1200), min_size=PEOPLE, max_size=PEOPLE)


@settings(max_examples=5, phases=[Phase.generate], suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    days=some.fixed_dictionaries(dict.fromkeys(ENDING, ages)),
    months=some.fixed_dictionaries({kind: some.integers(1, 36) for kind, term in TERMS.items() if not term.fixed}),
)
def test_what_is_over_goes_and_nothing_goes_early(company: Company, days: Any, months: dict[str, int]) -> None:
    with company.database.writer.connect() as connection, connection.begin() as all_of_it:
        scope = company.scope(connection)
        scope.db.remove(Retention)
        scope.db.remove(Erasure)
        for kind, chosen in months.items():
            scope.db.add(Retention(kind=kind, months=chosen, by_id=1, at=NOW))
        _age(connection, days)
        before = everything_in(connection)
        terms = {kind: one.months for kind, one in keeping.terms(scope).items()}
        _deleted(scope)
        after = {table: _left(rows) for table, rows in everything_in(connection).items()}
        _judge(before, after, terms)
        assert set(keeping.counts(scope).values()) == {0}
        all_of_it.rollback()


def _left(rows: list[dict[str, Any]]) -> set[int]:
    """The rows that are still there, other than messages that are being taken back."""
    return {row["id"] for row in rows if row.get("kind") != messages.GONE}


def _judge(before: dict[Any, list[dict[str, Any]]], after: dict[Any, set[int]], terms: Any) -> None:
    """Row by row: what is over is gone, and nothing else."""
    held = _held(before, after)
    for table, rows in before.items():
        says = kept(table)
        for row in rows:
            alive = row["id"] in after[table]
            if table is Delivery:
                assert alive == _still_known(row, before, after, terms), row
            elif says.kind and table is not Person and _over(row, table, terms[says.kind]):
                assert not alive or row["id"] in held[table], (table, row)
            elif not says.of and table.__name__ != "Audience":
                assert alive, (table, row)


def _still_known(row: dict[str, Any], before: dict[Any, list[dict[str, Any]]], after: Any, terms: Any) -> bool:
    """A message goes by its own term, and what stands in a chat with the last entry that it tells of."""
    told = _told(row["ids"])
    there = any(id in after[table] for table, id in told)
    gone = any(id not in after[table] and id in {one["id"] for one in before[table]} for table, id in told)
    if row["verb"] not in {"dm", "post"} or row["state"] not in {"sending", "sent", "unknown"}:
        return not _over(row, Delivery, terms["messages"])
    return there or not (gone or _over(row, Delivery, terms["messages"]))


def _told(ids: str) -> list[tuple[Table, int]]:
    """The entries that the ids of a message name."""
    words = {word: table for table in tables() if table is not Person for word in kept(table).ids.split()}
    said = orjson.loads(ids)
    several = [(word, said[word.rstrip("*")]) for word in words if word.rstrip("*") in said]
    return [(words[word], int(id)) for word, value in several for id in str(value).split(",")]


def _held(before: dict[Any, list[dict[str, Any]]], after: dict[Any, set[int]]) -> dict[Any, set[int]]:
    """What stays for a while because something that ends later needs it."""
    held: dict[Any, set[int]] = {table: set() for table in before}
    for table in before:
        for one in references(table):
            if one.part and not kept(one.table).of:
                held[table] |= {row[one.column] for row in before[one.table] if row["id"] in after[one.table]}
    return held


def test_one_look_is_enough_unless_there_is_much_to_look_through(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    with company.database.writer.begin() as connection:
        scope = company.scope(connection)
        _deleted(scope)
        assert keeping.step(scope) is None
        monkeypatch.setattr(keeping, "LARGE", 0)
        full = [at for at, table in enumerate(keeping._ending()) if scope.db.one(table)]
        places = [place for at in full if (place := keeping.step(scope, at)) is not None]
    assert places == [at + 1 for at in full]


def test_leavers_go_when_their_time_is_over(company: Company) -> None:
    with company.database.writer.begin() as connection:
        scope = company.scope(connection)
        scope.db.remove(Erasure)
        left = {1: NOW - DAY * 732, 2: NOW - DAY * 729, 3: None, 4: NOW - DAY * 3000}
        for id, at in left.items():
            scope.db.update(Person, core(Person).c.id == id, closed_at=at)
        assert keeping.counts(scope)["leavers"] == 2
        _deleted(scope)
        assert {one.person_id for one in erasing.going_on(scope)} == {1, 4}
        for one in erasing.going_on(scope):  # as the clock does, each by itself
            _carried_out(scope, one.id)
        here = {one.id for one in scope.db.all(Person) if one.email != erasing.FORMER}
        assert here == set(range(1, PEOPLE + 1)) - {1, 4}
        assert scope.db.count(Erasure) == 0


def test_a_refused_wish_goes_after_a_year_and_one_that_waits_never(world: World) -> None:
    for handle in ("noor", "sem"):
        with world.scope(handle) as scope:
            privacy.ask(scope)
    with world.scope("hanna") as scope:
        refused = scope.db.all(Erasure, person_id=world.people["noor"])[0]
        scope.db.change(refused, refused_at=scope.now, refusal="A court case is going on.")
        for days, left in ((364, {"noor", "sem"}), (366, {"sem"}), (3000, {"sem"})):
            _deleted(Scope(scope.db, scope.org, scope.me, scope.now + DAY * days))
            assert {one.person_id for one in scope.db.all(Erasure)} == {world.people[name] for name in left}


def test_the_log_says_how_much_went(company: Company) -> None:
    with company.database.writer.begin() as connection:
        scope = company.scope(connection)
        _age(connection, {table: [2000] * PEOPLE for table in ENDING if table is not Person})
        counted = keeping.counts(scope)
        assert min(counted[kind] for kind in ("checkins", "feedback", "goals", "kudos", "digests")) > 0
        _deleted(scope)
        log = {one.entries: one.rows for one in scope.db.all(Deletion) if one.day == scope.today and one.why == "over"}
        assert log["feedback"] == PEOPLE
        assert set(keeping.counts(scope).values()) == {0}


def test_a_month_ends_where_it_is_short() -> None:
    at = datetime(2026, 3, 31, 12, tzinfo=UTC)
    assert keeping.before(at, 1) == datetime(2026, 2, 28, 12, tzinfo=UTC)
    assert keeping.before(at, 13) == datetime(2025, 2, 28, 12, tzinfo=UTC)
    assert keeping.before(at, 24) == datetime(2024, 3, 31, 12, tzinfo=UTC)


def test_longer_needs_the_works_council_and_shorter_does_not(world: World) -> None:
    with world.scope("hanna") as scope:
        assert keeping.choose(scope, "checkins", 6, None).months == 6
        assert keeping.choose(scope, "checkins", 12, None).agreed_on is None  # as long as is safe
    with world.scope("hanna") as scope:
        for day in (None, date(2026, 10, 1), date(2026, 11, 25)):  # none, the last one on record, one to come
            assert _refused(scope, "checkins", 13, day) == ["privacy.agreed_on"]
        assert keeping.choose(scope, "checkins", 18, date(2026, 11, 20)).agreed_on == date(2026, 11, 20)
        assert keeping.choose(scope, "checkins", 15, None).agreed_on == date(2026, 11, 20)  # covered by that
        assert keeping.choose(scope, "checkins", 12, None).agreed_on is None
        assert _refused(scope, "checkins", 0, None) == ["privacy.months"]
        assert _refused(scope, "technical", 2, None) == ["privacy.kind"]
    with world.scope("noor") as scope:
        assert _refused(scope, "checkins", 6, None) == ["denied"]


ONE, TWO = date(2026, 11, 20), date(2026, 11, 21)


@pytest.mark.parametrize(
    ("chosen", "said"),
    [
        ((("feedback", 36, ONE), ("feedback", 60, ONE)), ["privacy.agreed_on"]),
        ((("feedback", 36, TWO), ("feedback", 60, ONE)), ["privacy.agreed_on"]),
        ((("feedback", 36, ONE), ("feedback", 60, None)), ["privacy.agreed_on"]),
        ((("feedback", 36, ONE), ("feedback", 60, TWO), ("feedback", 120, TWO)), ["privacy.agreed_on"]),
        ((("feedback", 36, ONE), ("feedback", 30, None), ("feedback", 36, ONE)), ["privacy.agreed_on"]),
        ((("feedback", 36, ONE), ("feedback", 24, None), ("feedback", 36, ONE)), ["privacy.agreed_on"]),
        ((("feedback", 36, TWO), ("feedback", 12, ONE), ("feedback", 36, TWO)), ["privacy.agreed_on"]),
        (
            (("feedback", 36, ONE), ("feedback", 1, None), ("feedback", 24, None), ("feedback", 25, ONE)),
            ["privacy.agreed_on"],
        ),
        ((("feedback", 36, ONE), ("feedback", 60, TWO)), []),
        ((("feedback", 36, ONE), ("feedback", 24, None), ("feedback", 36, TWO)), []),
        ((("feedback", 36, ONE), ("checkins", 18, ONE), ("goals", 36, ONE)), []),
        ((("feedback", 36, ONE), ("feedback", 30, None), ("feedback", 30, None)), []),
    ],
)
def test_no_way_round_leads_to_a_longer_term_without_a_younger_consent(
    world: World, chosen: tuple[tuple[str, int, date | None], ...], said: list[str]
) -> None:
    """The last word of a row is what comes of it; those before it are accepted."""
    with world.scope("hanna") as scope:
        for one in chosen[:-1]:
            assert keeping.choose(scope, *one).months == one[1]
        found: list[str] = []
        try:
            keeping.choose(scope, *chosen[-1])
        except Refused as refused:
            found = [problem.code for problem in refused.problems]
        assert found == said


def test_what_a_council_agreed_to_before_any_consent_was_on_record_counts(world: World) -> None:
    with world.scope("hanna") as scope:
        scope.db.change(scope.org, consent="", consent_on=None)
        assert keeping.choose(scope, "checkins", 18, ONE).agreed_on == ONE
        onboarding.record_consent(scope, "none", None, 5, onboarding.CAPABILITIES)
        assert _refused(scope, "checkins", 24, ONE) == ["privacy.agreed_on"]
        assert keeping.choose(scope, "checkins", 24, TWO).agreed_on == TWO


def test_the_word_that_there_is_no_council_opens_no_longer_term_where_one_agreed(world: World) -> None:
    with world.scope("hanna") as scope:
        onboarding.record_consent(scope, "council", date(2026, 11, 2), 5, onboarding.CAPABILITIES)
        onboarding.record_consent(scope, "none", None, 5, onboarding.CAPABILITIES)
        assert keeping.asks_council(scope)
        for day in (None, date(2026, 11, 1), date(2026, 11, 2)):
            assert _refused(scope, "checkins", 13, day) == ["privacy.agreed_on"]
        assert keeping.choose(scope, "checkins", 13, date(2026, 11, 3)).months == 13


def test_who_never_had_a_council_chooses_longer_terms_freely(world: World) -> None:
    with world.scope("hanna") as scope:
        scope.db.change(scope.org, consent="", consent_on=None)
        assert _refused(scope, "checkins", 13, None) == ["privacy.agreed_on"]
        onboarding.record_consent(scope, "none", None, 5, onboarding.CAPABILITIES)
        assert keeping.choose(scope, "checkins", 13, None).months == 13


def _refused(scope: Scope, kind: str, months: int, day: date | None) -> list[str]:
    with pytest.raises(Refused) as refused:
        keeping.choose(scope, kind, months, day)
    return [problem.code for problem in refused.value.problems]


def test_the_nameless_former_colleague_does_not_leave(world: World) -> None:
    with world.scope("hanna") as scope:
        former = erasing.former(scope)
        later = Scope(scope.db, scope.org, scope.me, scope.now + timedelta(days=4000))
        assert keeping.counts(later)["leavers"] == 0
        assert erasing.former(later) == former
