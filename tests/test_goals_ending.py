"""A period is over: who keeps a goal that is still open is asked once what came of it."""

# ruff: noqa: RUF001 - Dutch quotation marks

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from models import goals
from models.due import Due
from models.goals import Period
from models.identity import Absence
from tests.chat import Chat
from tests.seen import Seen
from tests.test_feedback_requests import alone
from tests.test_goals import arranged

NEW_YEAR = datetime(2027, 1, 1, 8, 0, tzinfo=UTC)
"""Friday 1 January 2027, 09:00 in Amsterdam: the first morning after the quarter."""
NEXT_QUARTER = datetime(2027, 4, 1, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)
ONE = "Q4 2026 is voorbij en er staat nog 1 doel van je open."
DONE = "Je doelen van Q4 2026 zijn afgesloten of hebben meer tijd. Dank je wel."


def quiet(chat: Chat) -> None:
    """No check-ins and no digest, so that every message is about goals."""
    alone(chat)
    with chat.world.scope("bo") as scope:
        scope.db.change(scope.org, announced_at=scope.now, covers="goals")


def lately(chat: Chat, to: datetime = NEW_YEAR) -> None:
    """Two days before: nothing happened in the weeks until then."""
    chat.world.clock.move(to - 2 * DAY)


def asked(chat: Chat, handle: str = "noor") -> list[Seen]:
    return [dm for dm in chat.person(handle).dms if "voorbij" in dm.summary or "is over" in dm.summary]


async def test_who_keeps_an_open_goal_is_asked_once_and_can_close_it(chat: Chat) -> None:
    quiet(chat)
    noor = chat.person("noor")
    arranged(chat, "noor", "Leren presenteren")
    arranged(chat, "noor", "Volgend jaar", Period(2027, 1))
    lately(chat)
    await chat.moves(NEW_YEAR - timedelta(minutes=1))
    assert asked(chat) == []
    await chat.moves(NEW_YEAR)
    (dm,) = asked(chat)
    assert (dm.summary, dm.lines[2:]) == (
        ONE,
        ("Leren presenteren · 0%", "Q4 2026 · Al twee weken of langer niet bijgewerkt."),
    )
    assert dm.buttons == ("Bekijken", "Doel afsluiten", "Meer tijd geven")
    await noor.presses("Doel afsluiten")
    await noor.fills(score="7", learned="Vaker oefenen.")
    assert [dm.lines for dm in noor.dms] == [(DONE,)]
    await chat.moves(goals.ending.LATE + 2 * DAY)
    assert len(noor.dms) == 1


async def test_the_end_can_be_moved(chat: Chat) -> None:
    quiet(chat)
    noor = chat.person("noor")
    for title in ("Leren presenteren", "Rustig plannen"):
        arranged(chat, "noor", title)
    lately(chat)
    await chat.moves(NEW_YEAR)
    assert [dm.summary for dm in asked(chat)] == ["Q4 2026 is voorbij en er staan nog 2 doelen van je open."]
    await noor.presses("Meer tijd geven")
    assert noor.form.values["period"] == "2027-Q1"
    await noor.fills(reason="De klantdag is verzet.")
    assert [dm.summary for dm in asked(chat)] == [ONE]
    with chat.world.scope("noor") as scope:
        assert sorted(str(goal.period) for goal in goals.mine(scope)) == ["2026-Q4", "2027-Q1"]
    lately(chat, NEXT_QUARTER)
    await chat.moves(NEXT_QUARTER)
    assert [dm.summary for dm in asked(chat)] == [ONE, "Q1 2027 is voorbij en er staat nog 1 doel van je open."]


async def test_the_overview_shows_it_as_long_as_it_is_open(chat: Chat) -> None:
    quiet(chat)
    noor = chat.person("noor")
    arranged(chat, "noor", "Leren presenteren")
    line = "De tijd voor je doel ‘Leren presenteren’ is om. Wat is ervan gekomen?"
    lately(chat)
    await chat.moves(NEW_YEAR - DAY)
    await noor.opens_home()
    assert line not in noor.home.lines
    await chat.moves(NEW_YEAR)
    lately(chat, NEW_YEAR + 30 * DAY)
    await chat.moves(NEW_YEAR + 30 * DAY)
    await noor.opens_home()
    assert noor.home.lines[1] == line
    await noor.presses("Doel afsluiten")
    await noor.fills(score="10", learned="Vaker oefenen.")
    await noor.opens_home()
    assert line not in noor.home.lines


async def test_who_closed_it_in_time_or_wants_no_messages_hears_nothing(chat: Chat) -> None:
    quiet(chat)
    closed = arranged(chat, "noor", "Leren presenteren")
    arranged(chat, "sem", "Rustig plannen")
    arranged(chat, "lotte", "Schrijven")
    lately(chat)
    await chat.moves(NEW_YEAR - DAY / 2)
    with chat.world.scope("noor") as scope:
        goals.close(scope, closed, 1.0, "Vaker oefenen.")
    with chat.world.scope("sem") as scope:
        scope.db.change(scope.me, paused=True)
    with chat.world.scope("lotte") as scope:
        scope.db.add(Absence(person_id=scope.me.id, starts=date(2027, 1, 1), until=date(2027, 1, 8)))
    await chat.moves(NEW_YEAR + DAY)
    assert [asked(chat, handle) for handle in ("noor", "sem", "lotte")] == [[], [], []]
    await chat.moves(NEW_YEAR + 10 * DAY)
    assert [len(asked(chat, handle)) for handle in ("noor", "sem", "lotte")] == [0, 0, 1]


async def test_a_goal_of_a_team_is_asked_of_who_leads_it_now(chat: Chat) -> None:
    quiet(chat)
    arranged(chat, "anna", "Sneller live", level="team", team_id=1)
    lately(chat)
    await chat.moves(NEW_YEAR - 2 * DAY)
    with chat.world.scope("bo") as scope:
        for handle in ("noor", "sem", "lotte", "ravi", "maria"):
            id = chat.world.people[handle]
            scope.db.change(scope.db.get(type(scope.me), id), manager_id=chat.world.people["hanna"])
    await chat.moves(NEW_YEAR)
    assert [len(asked(chat, handle)) for handle in ("anna", "hanna", "noor")] == [0, 1, 0]


async def test_who_moved_to_where_the_period_lasts_is_asked_there_and_the_row_waits(chat: Chat) -> None:
    quiet(chat)
    arranged(chat, "noor", "Leren presenteren")
    lately(chat)
    await chat.moves(NEW_YEAR - DAY)
    with chat.world.scope("noor") as scope:
        scope.db.change(scope.me, zone="America/New_York")
    await chat.moves(NEW_YEAR + timedelta(hours=6) - timedelta(minutes=1))
    assert asked(chat) == []
    await chat.moves(NEW_YEAR + timedelta(hours=6))
    assert len(asked(chat)) == 1
    with chat.world.scope("noor") as scope:
        (row,) = scope.db.all(Due, kind=goals.ENDED)
    assert (row.key, row.at) == (f"{chat.world.people['noor']}:2026-Q4", NEW_YEAR + timedelta(hours=6))


async def test_planning_again_plans_nothing_twice(chat: Chat) -> None:
    quiet(chat)
    arranged(chat, "noor", "Leren presenteren")
    arranged(chat, "maria", "Write the guide")
    lately(chat)
    await chat.moves(NEW_YEAR - DAY)
    with chat.world.scope("noor") as scope:
        for _ in range(3):
            goals.plan_endings(scope, NEW_YEAR + DAY)
        rows = scope.db.all(Due, Due.kind == goals.ENDED, order=Due.key)
    world = chat.world
    expected = {
        f"{world.people['noor']}:2026-Q4": NEW_YEAR,
        f"{world.people['maria']}:2026-Q4": NEW_YEAR + timedelta(hours=6),  # 09:00 in New York
    }
    assert {row.key: row.at for row in rows} == expected
