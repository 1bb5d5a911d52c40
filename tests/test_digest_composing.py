"""What a digest is made of: fair turns, groups that are large enough, and nothing its manager may not read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy.dialects import sqlite

from models import digest, kudos
from models.base import Db
from models.cadence import week_of
from models.checkins import POLICY as CHECKINS
from models.checkins import Checkin, CheckinEnergy, CheckinPeriod
from models.checkins.tables import ENERGY
from models.digest import Brief, Line, compose
from models.digest.composing import STREAMS
from models.digest.planning import SEND
from models.digest.streams import Streams
from models.due import Due
from models.goals import Draft, Period, add, update
from models.identity import Absence, Person
from models.scope import Scope, enter_org
from tests.world import START, World

DAY, WEEK = timedelta(days=1), timedelta(days=7)


def hire(world: World, many: int, manager: str = "anna") -> list[str]:
    """More people for a manager, by handle."""
    with world.scope(manager) as scope:
        for n in range(many):
            handle = f"new{n}"
            one = Person(name=f"New {n}", short=f"New {n}", email=f"{handle}@x.example", manager_id=scope.me.id)
            world.people[handle] = scope.db.add(one).id
    return [f"new{n}" for n in range(many)]


@contextmanager
def eyes(world: World, handle: str) -> Iterator[Scope]:
    """A scope through the eyes of somebody without an account."""
    with world.scope("bo") as scope:
        one = scope.db.get(Person, world.people[handle])
        assert one is not None
        yield scope.as_(one)


def answer(
    world: World,
    handle: str,
    days_ago: int,
    *,
    blocker: str = "",
    energy: int = 0,
    shared: bool = True,
    seen: bool = False,
) -> int:
    """A check-in that somebody sent so many days ago, to who may read it now."""
    at = world.clock.now() - days_ago * DAY
    monday = at.date() - timedelta(days=at.weekday())
    with eyes(world, handle) as scope:
        period = scope.db.add(
            CheckinPeriod(
                person_id=scope.me.id,
                period=monday.isoformat(),
                starts=monday,
                ends=monday + timedelta(days=6),
                due_at=at,
                closes_at=datetime(monday.year, monday.month, monday.day, 16, tzinfo=UTC) + 4 * DAY,
                state="answered",
            )
        )
        sent = scope.db.add(
            Checkin(
                person_id=scope.me.id, period_id=period.id, blocker=blocker, at=at, seen_at=at + DAY if seen else None
            )
        )
        CHECKINS.fix(scope, sent.id, scope.me, CHECKINS.audience(scope, scope.me))
        if energy:
            row = scope.db.add(CheckinEnergy(checkin_id=sent.id, person_id=scope.me.id, value=energy, shared=shared))
            if shared:
                ENERGY.fix(scope, row.id, scope.me, ENERGY.audience(scope, scope.me))
        return sent.id


def brief(world: World, handle: str = "anna") -> Brief:
    """What there is to say to a manager, the same whether they are asked about alone or with everybody."""
    with world.scope(handle) as scope:
        [alone] = compose(scope, [scope.me.id])
        among_all = [found for found in compose(scope) if found.manager == scope.me.id]
        assert among_all == [alone]
        return alone


def lines(world: World, part: str, handle: str = "anna") -> list[tuple[str, str]]:
    """(kind, about whom) of what there is to say."""
    names = {id: name for name, id in world.people.items()}
    return [(line.kind, names[line.about]) for line in brief(world, handle).lines if line.part == part and line.about]


def team(world: World, kind: str) -> Line | None:
    return next((line for line in brief(world).lines if line.kind == kind), None)


def make(world: World, handle: str = "anna") -> list[digest.Digest]:
    """Makes a manager's digest of this week, as the clock does."""
    with world.scope(handle) as clock:
        scope = enter_org(clock.db.connection, 1, world.clock.now())
        assert scope is not None
        key = f"{world.people[handle]}:{week_of(world.clock.now().date())}"
        at = world.clock.now()
        return digest.make(scope, [Due(kind=SEND, key=key, at=at, person_id=world.people[handle])])


# --- fair turns --------------------------------------------------------------------------------------


def test_with_25_reports_everybody_gets_a_turn(world: World) -> None:
    """Five a week, and nobody twice before everybody was there once."""
    handles = hire(world, 20)
    world.clock.move(datetime(2026, 11, 30, 8, 0, tzinfo=UTC))
    with world.scope("anna") as scope:
        everybody = [one.id for one in scope.db.all(Person, Person.manager_id == scope.me.id)]
    assert len(everybody) == 25
    turns: list[int] = []
    for _ in range(5):
        for handle in (*handles, "noor", "sem", "lotte", "ravi", "maria"):
            answer(world, handle, 3)
        [made] = make(world)
        with world.scope("anna") as scope:
            asks = scope.db.all(
                digest.DigestLine, digest.DigestLine.digest_id == made.id, digest.DigestLine.part == "ask"
            )
        assert len(asks) == 5
        turns += [line.about_id for line in asks if line.about_id]
        world.clock.step(WEEK)
    assert Counter(turns) == Counter(everybody)


def test_the_most_urgent_come_first_and_one_about_each_person(world: World) -> None:
    with world.scope("noor") as scope:
        goal = add(scope, Draft(level="person", title="Rustige releases", period=Period(2026, 4)))
        update(scope, goal.id, confidence=7)
        update(scope, goal.id, confidence=4)
    answer(world, "noor", 8)
    answer(world, "sem", 15, blocker="De bouwstraat hapert")
    answer(world, "sem", 8, blocker="De bouwstraat hapert nog")
    answer(world, "lotte", 8)
    assert lines(world, "ask") == [
        ("falling", "noor"),
        ("blocker", "sem"),
        ("unseen", "lotte"),
        ("unseen", "noor"),
        ("thank", "ravi"),
    ]


def test_a_blocker_that_is_gone_or_young_or_answered_asks_nothing(world: World) -> None:
    answer(world, "noor", 15, blocker="De bouwstraat hapert", seen=True)
    answer(world, "noor", 8, seen=True)
    answer(world, "sem", 4, blocker="Geen toegang", seen=True)
    heard = answer(world, "lotte", 10, blocker="Te veel overleg", seen=True)
    with world.scope("anna") as scope:
        from models import checkins

        checkins.respond(scope, heard, "👍", "")
    assert [kind for kind, _ in lines(world, "ask")] == ["thank"]


def test_who_is_away_is_left_in_peace(world: World) -> None:
    answer(world, "noor", 8)
    with world.scope("noor") as scope:
        scope.db.add(Absence(person_id=scope.me.id, starts=START.date(), until=START.date()))
    assert ("unseen", "noor") not in lines(world, "ask")


def test_what_was_asked_already_is_no_news(world: World) -> None:
    answer(world, "noor", 3)
    world.clock.move(datetime(2026, 11, 30, 8, 0, tzinfo=UTC))
    assert len(make(world)) == 1
    world.clock.step(WEEK)
    assert make(world) == []
    answer(world, "sem", 3)
    assert len(make(world)) == 1
    assert make(world) == []  # one for a week


@pytest.mark.parametrize(("confidence", "kind"), [((), "stale"), ((7, 5), "falling")])
def test_what_only_its_owner_can_change_is_not_repeated_every_week(
    world: World, confidence: tuple[int, ...], kind: str
) -> None:
    with world.scope("noor") as scope:
        goal = add(scope, Draft(level="person", title="Rustige releases", period=Period(2026, 4)))
        for value in confidence:
            update(scope, goal.id, confidence=value)
    world.clock.move(datetime(2026, 12, 14, 8, 0, tzinfo=UTC))
    said = []
    for _ in range(5):
        answer(world, "sem", 3)
        [made] = make(world)
        with world.scope("anna") as scope:
            of_kind = (digest.DigestLine.digest_id == made.id, digest.DigestLine.kind == kind)
            said.append(scope.db.count(digest.DigestLine, *of_kind))
        world.clock.step(WEEK)
    assert said == [1, 0, 0, 1, 0]


# --- the team ----------------------------------------------------------------------------------------


def charted(world: World, handles: tuple[str, ...], **values: object) -> None:
    for handle in handles:
        answer(world, handle, 8, energy=4, **values)  # type: ignore[arg-type]
        answer(world, handle, 15, energy=2, **values)  # type: ignore[arg-type]


def test_a_group_of_five_has_charts(world: World) -> None:
    charted(world, ("noor", "sem", "lotte", "ravi", "maria"))
    participation, energy = team(world, "participation"), team(world, "energy")
    assert participation is not None
    assert energy is not None
    assert participation.facts["values"] == [None, None, None, None, [5, 5], [5, 5]]
    assert energy.facts["values"] == [None, None, None, None, 2.0, 4.0]


def test_a_group_of_four_has_none(world: World) -> None:
    charted(world, ("noor", "sem", "lotte", "ravi"))
    assert team(world, "participation") is None
    assert team(world, "energy") is None
    hidden = team(world, "hidden")
    assert hidden is not None
    assert hidden.facts == {"without": ["participation", "energy"], "floor": 5}


def test_energy_for_oneself_is_in_no_chart(world: World) -> None:
    charted(world, ("noor", "sem", "lotte", "ravi"))
    charted(world, ("maria",), shared=False)
    assert team(world, "participation") is not None
    assert team(world, "energy") is None


def test_one_person_twice_is_not_two(world: World) -> None:
    charted(world, ("noor", "sem", "lotte", "ravi"))
    with world.scope("noor") as scope:
        for sent in scope.db.all(Checkin, Checkin.person_id == scope.me.id):
            period = scope.db.get(CheckinPeriod, sent.period_id)
            assert period is not None
            same = period.model_dump(exclude={"id", "period", "starts"})
            again = scope.db.add(CheckinPeriod(**same, period=f"{period.period}b", starts=period.starts + DAY))
            second = scope.db.add(Checkin(person_id=scope.me.id, period_id=again.id, at=sent.at))
            energy = scope.db.add(CheckinEnergy(checkin_id=second.id, person_id=scope.me.id, value=5, shared=True))
            ENERGY.fix(scope, energy.id, scope.me, ENERGY.audience(scope, scope.me))
    assert team(world, "energy") is None
    assert team(world, "participation") is None


# --- what a manager may not read ---------------------------------------------------------------------


def test_private_thanks_stay_private(world: World) -> None:
    with world.scope("lotte") as scope:
        scope.db.change(scope.me, kudos="private")
    with world.scope("ravi") as scope:
        scope.db.change(scope.me, kudos="manager")
    with world.scope("sem") as scope:
        people = [scope.db.get(Person, world.people[handle]) for handle in ("noor", "lotte", "ravi")]
        kudos.give(scope, [one for one in people if one], "Dank jullie wel")
    assert sorted(lines(world, "good")) == [("kudos", "noor"), ("kudos", "ravi")]


def test_a_new_manager_hears_nothing_older(world: World) -> None:
    answer(world, "noor", 8, blocker="De bouwstraat hapert", energy=2)
    with world.scope("noor") as scope:
        scope.db.change(scope.me, manager_id=world.people["iris"])
    assert [about for _, about in lines(world, "ask")].count("noor") == 0
    assert [kind for kind, about in lines(world, "ask", "iris") if about == "noor"] == ["thank"]


def test_one_manager_hears_nothing_of_anothers_people(world: World) -> None:
    for handle in ("noor", "anna", "hanna"):
        answer(world, handle, 8)
    assert {about for _, about in lines(world, "ask", "joris")} <= {"anna", "hanna", "bo"}
    assert {about for _, about in lines(world, "ask")} <= {"noor", "sem", "lotte", "ravi", "maria"}


def test_an_unshared_goal_of_nobodys_report_is_not_named(world: World) -> None:
    with world.scope("iris") as scope:
        goal = add(scope, Draft(level="person", title="Van mij alleen", period=Period(2026, 4)))
        update(scope, goal.id, confidence=7)
        update(scope, goal.id, confidence=4)
    with world.scope("anna") as scope:
        said = [line for found in compose(scope) for line in found.lines]
    assert [line for line in said if line.facts.get("title") == "Van mij alleen"] == []


# --- the plan of the queries -------------------------------------------------------------------------


class Written(Db):
    """Writes a statement down instead of running it."""

    def stream(self, query, /, **values):  # type: ignore[no-untyped-def]
        yield str(
            query.params(org=self.org_id, **values).compile(
                dialect=sqlite.dialect(), compile_kwargs={"literal_binds": True}
            )
        )


LATELY = {
    "asked": "digest USING INDEX ix_digest_at",
    "digests": "digest USING INDEX ix_digest_at",
    "blockers": "checkin USING INDEX ix_checkin_at",
    "unseen": "checkin USING INDEX ix_checkin_at",
    "energy": "checkin USING INDEX ix_checkin_at",
    "silent": "checkin_period USING INDEX ix_checkin_period_closes",
    "participation": "checkin_period USING INDEX ix_checkin_period_closes",
    "kudos": "kudos USING INDEX ix_kudos_at",
    "thanked": "kudos USING INDEX ix_kudos_at",
    "goals": "goal USING INDEX ix_goal_level",
    "reached": "goal USING INDEX ix_goal_reached",
}


@pytest.mark.sqlite("its planner, which has to be led")
@pytest.mark.parametrize("name", ["people", *STREAMS])
def test_streams_read_what_is_recent_and_not_all_of_history(world: World, name: str) -> None:
    """For all managers what was written lately is read first, for a few their own people."""
    with world.scope("anna") as scope:
        written = Scope(Written(scope.db.connection, 1), scope.org, scope.me, scope.now)
        for managers in (None, list(range(1, 201))):
            [statement] = Streams(written, managers).of(name)
            plan = [row[3] for row in scope.db.connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}")]
            first = plan[0] if plan[0].startswith(("SEARCH", "SCAN")) else plan[1]
            if managers is None:
                assert LATELY.get(name, "") in first
            elif name in {"asked", "digests"}:
                assert "ix_digest_manager (org_id=? AND manager_id=? AND at>?)" in first
            elif name == "thanked":
                assert "ix_kudos_given (org_id=? AND giver_id=? AND at>?)" in first
            else:
                assert "report USING INDEX ix_person_manager_id (manager_id=?)" in first
            own = [step for step in plan if "audience" in step]
            assert [step for step in own if "entry_id=?" not in step] == []
            assert [step for step in plan[1:] if step.startswith("SCAN") and "anon" not in step] == []


def test_periods_are_named_by_their_week() -> None:
    assert week_of(date(2026, 12, 31)) == "2026-W53"
    assert week_of(date(2027, 1, 3)) == "2026-W53"
