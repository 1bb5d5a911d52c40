"""How often people are asked: moments of one's own, the frame that HR sets, and rows that hold through it all."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.engine import Connection

from bot.calls import Account, Answer, Call
from models import checkins, due
from models.base import core
from models.cadence import Cadence
from models.checkins import CheckinPeriod, planning
from models.due import Due
from models.errors import Refused
from models.identity import Absence, Person, Team
from models.scope import Scope, enter_org
from tests.chat import Chat
from tests.world import World

MONDAY = datetime(2026, 11, 30, 8, 0, tzinfo=UTC)
DAY = timedelta(days=1)
SUNDAY = MONDAY - DAY
"""Nobody is asked before it what a test is about, so its clock may stand still until then."""


# --- a moment of one's own ---------------------------------------------------------------------------


async def test_everybody_chooses_a_moment(chat: Chat) -> None:
    noor = chat.person("noor")
    await noor.types("/checkin moment")
    assert noor.form.lines[0] == "Je krijgt je check-in elke week op maandag om 09:00."
    await noor.fills(day="thu", at="14:30")
    assert noor.sees == "Je krijgt je check-in elke week op donderdag om 14:30.\nHet geldt vanaf je volgende check-in."
    await chat.moves(datetime(2026, 11, 26, 13, 29, tzinfo=UTC))
    assert noor.dms == []
    await chat.moves(timedelta(minutes=1))
    assert len(noor.dms) == 1
    await noor.types("/checkin moment dinsdag 9:00")
    chat.world.clock.move(SUNDAY)
    await chat.moves(datetime(2026, 12, 8, 8, 0, tzinfo=UTC))
    assert len([dm for dm in noor.dms if dm.summary.startswith("Hoi Noor")]) == 2


async def test_one_can_go_back_to_the_teams_moment(chat: Chat) -> None:
    noor = chat.person("noor")
    await noor.types("/checkin moment vr 16:00")
    await noor.types("/checkin moment")
    await noor.presses("Zelfde moment als mijn team")
    assert noor.answered.lines[0] == "Je krijgt je check-in elke week op maandag om 09:00."


async def test_a_moment_lies_on_a_working_day(chat: Chat) -> None:
    with chat.world.scope("noor") as scope:
        scope.db.change(scope.me, workdays="235")
    noor = chat.person("noor")
    await noor.types("/checkin moment")
    assert noor.form.values["day"] == "tue"
    await noor.types("/checkin moment ma 10:00")
    assert noor.sees == "Op maandag werk je niet. Kies een van je werkdagen: dinsdag, woensdag of vrijdag."
    await noor.types("/checkin moment wo 10:00")
    assert noor.answered.lines[0] == "Je krijgt je check-in elke week op woensdag om 10:00."


@pytest.mark.parametrize("typed", ["morgen", "ma", "ma 25:00", "ma 09:00 graag"])
async def test_a_moment_that_cannot_be_read_is_explained(chat: Chat, typed: str) -> None:
    noor = chat.person("noor")
    await noor.types(f"/checkin moment {typed}")
    assert noor.sees.startswith("Ik kan dit ritme niet lezen.")


# --- the frame ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        (
            "iedereen tweewekelijks op dinsdag om 13:30",
            "Vanaf de volgende keer krijgt iedereen de check-in om de week op dinsdag om 13:30.",
        ),
        (
            "all FREQ=WEEKLY;BYDAY=MO,TH 09:00",
            "Vanaf de volgende keer krijgt iedereen de check-in volgens de regel FREQ=WEEKLY;BYDAY=MO,TH om 09:00.",
        ),
        (
            "team Platform maandelijks vr 9.30",
            "Het ritme van Platform vanaf de volgende check-in: elke maand op de eerste vrijdag om 09:30.",
        ),
        (
            "@Noor Jansen en @Sem Bakker maandelijks laatste 10:00",
            "Het ritme van Noor en Sem vanaf de volgende check-in: op de laatste dag van elke maand om 10:00.",
        ),
        ("team Zwemclub wekelijks ma 09:00", "Ik ken geen team met de naam 'Zwemclub'."),
        ("iedereen FREQ=MINUTELY 09:00", "Een check-in komt hooguit één keer per dag. Kies een rustiger ritme."),
    ],
)
async def test_hr_sets_the_rhythm(chat: Chat, typed: str, answer: str) -> None:
    hanna = chat.person("hanna")
    await hanna.types(f"/checkin ritme {typed}")
    assert hanna.sees.startswith(answer)


async def test_two_people_of_one_name_both_get_the_rhythm(chat: Chat) -> None:
    """Who is picked counts by their account, whatever they are called."""
    world = chat.world
    with world.scope("hanna") as scope:
        namesakes = [world.people["noor"], world.people["sem"]]
        scope.db.update(Person, core(Person).c.id.in_(namesakes), name="Jan Bos", short="Jan Bos")
    who = Account(world.platform, world.team, world.user("hanna"))
    picked = {f"@{handle}": world.user(handle) for handle in ("noor", "sem")}
    typed = "moment @noor @sem monthly fri 10:00"
    (reply,) = await chat.dispatch.serve(Call("command", "checkin", who, "one", text=typed, mentions=picked))
    assert isinstance(reply, Answer)
    with world.scope("hanna") as scope:
        cadences = [one.cadence for one in scope.db.some(Person, namesakes)]
    assert cadences == ["monthly fri 10:00"] * 2


async def test_only_hr_and_administrators_set_the_rhythm(chat: Chat) -> None:
    anna = chat.person("anna")
    await anna.types("/checkin ritme iedereen maandelijks vr 10:00")
    assert anna.sees.startswith("Dit is voor HR en de beheerders van Ritme.")


async def test_a_person_goes_over_a_team_over_the_organisation(chat: Chat) -> None:
    hanna = chat.person("hanna")
    await hanna.types("/checkin ritme iedereen wekelijks di 10:00")
    await hanna.types("/checkin ritme team Platform wekelijks wo 10:00")
    await hanna.types("/checkin ritme @Sem Bakker wekelijks do 10:00")
    await chat.person("lotte").types("/checkin moment vr 11:00")
    await chat.moves(DAY)
    first = {}
    for handle in ("joris", "noor", "sem", "lotte"):
        with chat.world.scope(handle) as scope:
            period = core(CheckinPeriod).c
            row = scope.db.one(CheckinPeriod, period.person_id == scope.me.id, order=period.starts)
            first[handle] = f"{row.due_at.astimezone(scope.zone):%a %H:%M}"
    assert first == {"joris": "Tue 10:00", "noor": "Wed 10:00", "sem": "Thu 10:00", "lotte": "Fri 11:00"}


@pytest.mark.parametrize(
    ("unreadable", "warning"),
    [
        ({"zone": "Mars/Olympus"}, "has a zone that can't be read: 'Mars/Olympus'"),
        ({"cadence": "now and then"}, "can't be read: 'now and then'"),
        ({"cadence": "moment someday"}, "has a moment that can't be read: 'moment someday'"),
        ({"workdays": "weekend"}, "has working days that can't be read: 'weekend'"),
    ],
)
async def test_what_cannot_be_read_of_one_person_holds_up_nobody(
    chat: Chat, caplog: pytest.LogCaptureFixture, unreadable: dict[str, str], warning: str
) -> None:
    """Then the organisation's own counts, and the log says so."""
    with chat.world.scope("sem") as scope:
        scope.db.change(scope.me, **unreadable)
        sem = scope.me.id
    chat.world.clock.move(SUNDAY)
    await chat.moves(MONDAY)
    assert [len(chat.person(handle).dms) for handle in ("noor", "sem")] == [1, 1]
    with chat.world.scope("noor") as scope:
        [theirs] = scope.db.all(CheckinPeriod, CheckinPeriod.person_id == sem, CheckinPeriod.state == "asked")
    assert theirs.due_at == MONDAY
    assert any(f"person {sem} " in one and warning in one for one in caplog.messages)


async def test_a_teams_cadence_that_cannot_be_read_holds_up_nobody(
    chat: Chat, caplog: pytest.LogCaptureFixture
) -> None:
    with chat.world.scope("noor") as scope:
        scope.db.update(Team, Team.id == scope.me.team_id, cadence="whenever")
    chat.world.clock.move(SUNDAY)
    await chat.moves(MONDAY)
    assert [len(chat.person(handle).dms) for handle in ("noor", "joris")] == [1, 1]
    assert any("can't be read: 'whenever'" in one for one in caplog.messages)


# --- rows that hold ----------------------------------------------------------------------------------

START = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)

changes = st.lists(
    st.tuples(
        st.integers(1, 60),
        st.one_of(
            st.tuples(st.just("moment"), st.sampled_from(["mon", "thu", "sun"])),
            st.tuples(
                st.just("frame"),
                st.sampled_from(["weekly mon 09:00", "two-weekly wed 10:00", "monthly fri 15:00", "FREQ=DAILY 09:00"]),
            ),
            st.tuples(
                st.just("zone"), st.sampled_from(["Europe/Amsterdam", "Australia/Lord_Howe", "Pacific/Kiritimati"])
            ),
            st.tuples(st.just("workdays"), st.sampled_from(["12345", "13", "7"])),
            st.tuples(st.just("leave"), st.integers(0, 40)),
            st.tuples(st.just("asleep"), st.integers(1, 20)),
        ),
    ),
    max_size=10,
)


class Life:
    """One person, a planner that ticks once a day and remembers nothing, and everything that can happen to them."""

    def __init__(self, world: World, connection: Connection) -> None:
        self.world, self.connection = world, connection
        self.asked: Counter[int] = Counter()
        others = core(Person).c.id.not_in([world.people["noor"], world.people["hanna"]])
        self.scope.db.update(Person, others, closed_at=START)

    @property
    def scope(self) -> Scope:
        """Noor's, now."""
        scope = enter_org(self.connection, 1, self.world.clock.now())
        assert scope is not None
        person = scope.db.get(Person, self.world.people["noor"])
        assert person is not None
        return scope.as_(person)

    @property
    def periods(self) -> list[CheckinPeriod]:
        row = core(CheckinPeriod).c
        return self.scope.db.all(CheckinPeriod, row.person_id == self.world.people["noor"], order=row.starts)

    def live(self, days: int) -> None:
        for _ in range(days):
            self.tick()
            self.world.clock.step(DAY)

    def tick(self) -> None:
        scope = self.scope
        ahead = scope.now + timedelta(hours=26)
        checkins.plan(scope, ahead)
        checkins.plan(scope, ahead)
        row = core(Due).c
        rows = scope.db.all(Due, row.done_at.is_(None), row.at <= scope.now, row.kind == checkins.ASK)
        if rows:  # else the clock serves nobody
            self.asked.update(one.id for one in checkins.ask(scope, rows) if one.person_id == scope.me.id)
            due.done(scope, tuple(one.id for one in rows))

    def change(self, what: str, to: str | int) -> None:
        scope = self.scope
        match what:
            case "moment":
                checkins.choose_moment(scope, str(to), time(8))
            case "frame":
                hr = scope.db.get(Person, self.world.people["hanna"])
                assert hr is not None
                checkins.set_for(scope.as_(hr), None, Cadence.parse(str(to)))
            case "leave":
                first = scope.today + DAY
                scope.db.add(Absence(person_id=scope.me.id, starts=first, until=first + DAY * int(to)))
            case "asleep":
                self.world.clock.step(DAY * int(to))
            case _:
                scope.db.change(scope.me, **{what: to})
                checkins.replan(scope, [scope.me.id])


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(changes)
def test_exactly_one_period_covers_each_day_through_two_years(happenings: list) -> None:
    with TemporaryDirectory() as folder:
        world = World(Path(folder))
        with world.database.writer.begin() as connection:
            life = Life(world, connection)
            for days, (what, to) in happenings:
                life.live(days)
                life.change(what, to)
            life.live(30)
            periods = life.periods
            row = core(Due).c
            waits = life.scope.db.all(
                Due, row.done_at.is_(None), row.kind == checkins.ASK, row.person_id == life.scope.me.id
            )
        world.close()
    assert len({period.period for period in periods}) == len(periods)
    assert [one.ends + DAY for one in periods[:-1]] == [one.starts for one in periods[1:]]
    assert [one.latest for one in periods] == [*(False for _ in periods[1:]), True]
    assert all(one.due_at < other.due_at for one, other in pairwise(periods))
    assert all(count == 1 for count in life.asked.values())
    assert life.asked.keys() == {period.id for period in periods if period.state == "asked"}
    # What is planned will be asked: no row waits for nothing.
    assert {period.id for period in periods if period.state == "planned"} == {one.about_id for one in waits}


def test_standing_still_over_a_monday_asks_once(world: World) -> None:
    with world.database.writer.begin() as connection:
        life = Life(world, connection)
        life.live(4)
        world.clock.move(datetime(2026, 12, 3, 12, 0, tzinfo=UTC))
        life.live(1)
        assert [period.state for period in life.periods] == ["asked"]
        world.clock.move(datetime(2027, 1, 13, 12, 0, tzinfo=UTC))
        life.live(1)
        assert [(period.starts, period.state) for period in life.periods[1:]] == [
            (date(2026, 12, 7), "off"),
            (date(2026, 12, 14), "off"),
            (date(2026, 12, 21), "off"),
            (date(2026, 12, 28), "off"),
            (date(2027, 1, 4), "off"),
            (date(2027, 1, 11), "asked"),
        ]


def test_somebody_elses_cadence_is_not_mine_to_set(world: World) -> None:
    with world.scope("anna") as scope, pytest.raises(Refused, match="denied"):
        checkins.set_for(scope, scope.db.get(Person, world.people["noor"]), Cadence.parse("monthly mon 09:00"))


@pytest.mark.sqlite("its planner, which has to be led")
@pytest.mark.parametrize(
    ("name", "walk"),
    [
        ("_GOING_ON", "SEARCH checkin_period USING INDEX ix_checkin_period_latest (ends<?)"),
        ("_NEWEST", "SEARCH person USING INTEGER PRIMARY KEY (rowid>?)"),
    ],
)
def test_whom_to_plan_for_is_found_without_looking_at_everybody(world: World, name: str, walk: str) -> None:
    """A planner looks each minute, and for many people many times: its cost must not grow with who is planned."""
    with world.scope("anna") as scope:
        statement = getattr(planning, name).statement.compile(dialect=scope.db.connection.dialect)
        found = scope.db.connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", (1,) * str(statement).count("?"))
        plan = [row[3] for row in found]
    assert plan[0] == walk
    assert not [step for step in plan if "TEMP B-TREE" in step]
