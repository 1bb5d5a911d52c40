"""What no form of ours would send, as an attacker or a broken client sends it: never a failure, never an effect."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, time

import pytest

from bot.app import build_dispatch
from bot.calls import Account, Answer, AtOnce, Call, Invalid, Kind, Value
from bot.messages import Choice, Choices, DateInput, Form, NumberInput, Option, Search, TextInput, TimeInput
from models import goals
from models.base import Db
from models.goals import Draft, Goal, KeyResult, Period
from models.identity import Absence, Organisation, Team
from models.kudos import CompanyValue, Kudos
from tests.world import World

HUGE = "9" * 5000


async def serve(
    world: World, handle: str, kind: Kind, name: str, values: Mapping[str, Value], **carry: str
) -> tuple[AtOnce, ...]:
    dispatch = build_dispatch(world.database, world.clock, {})
    account = Account(world.platform, world.team, world.user(handle))
    return await dispatch.serve(Call(kind, name, account, f"{handle}-{name}-{values}", values=values, carry=carry))


async def test_an_id_is_a_number_that_a_database_can_keep() -> None:
    ids = ("7", "7", "", "-1", "²", "\u0661", "1e3", HUGE, "9223372036854775808", "08")
    call = Call("submit", "x", None, "", values={"to": ids, "text": "\0"}, carry={"goal": HUGE})
    assert call.value("text") == ""
    assert call.ids("to") == (7, 8)
    assert call.id("goal") == 0


@pytest.mark.parametrize("value", ["abc", "²", HUGE, "999", "-1"])
async def test_kudos_name_a_value_of_their_own_organisation(world: World, value: str) -> None:
    with world.scope("bo") as scope:
        other = scope.db.add(Organisation(name="Elders"))
        theirs = Db(scope.db.connection, other.id).add(CompanyValue(name="Van hen"))
    to = (str(world.people["noor"]), str(world.people["noor"]))
    for chosen in (value, str(theirs.id)):
        await serve(world, "sem", "submit", "kudos.give", {"to": to, "text": "dank", "value": chosen})
    with world.scope("sem") as scope:
        assert [one.value_id for one in scope.db.all(Kudos)] == [None, None]


@pytest.mark.parametrize("day", ["2026-02-30", "soon", "9999-12-31"])
async def test_leave_on_a_day_that_is_none(world: World, day: str) -> None:
    replies = await serve(world, "noor", "submit", "directory.take_leave", {"starts": day, "until": ""})
    assert [type(one) for one in replies] == [Invalid]
    with world.scope("noor") as scope:
        assert scope.db.all(Absence) == []


async def test_a_goal_never_stands_below_itself(world: World) -> None:
    with world.scope("noor") as scope:
        goal = goals.add(scope, Draft("Ons plan bij klanten", Period(2026)))
    values = {"title": "Ons plan", "text": "", "period": "2026-Q4", "parent": str(goal.id), "reason": "anders"}
    (reply,) = await serve(world, "noor", "submit", "goals.change", values, goal=str(goal.id))
    assert isinstance(reply, Invalid)
    assert reply.form.problem
    with world.scope("noor") as scope:
        assert [one.parent_id for one in scope.db.all(Goal)] == [None]


async def test_a_goal_contributes_to_nothing_that_its_form_does_not_offer(world: World) -> None:
    """Hanna's team is not Noor's: what Noor hangs below its goal would count in it, and be named there."""
    with world.scope("hanna") as scope:
        scope.db.change(scope.me, team_id=scope.db.add(Team(name="Mensen")).id)
        team = scope.me.team_id
    with world.scope("joris") as scope:
        theirs = goals.add(scope, Draft("Iedereen ingewerkt", Period(2026, 4), "team", team))
    with world.scope("noor") as scope:
        own = goals.add(scope, Draft("Ons plan bij klanten", Period(2026, 4)))
        assert theirs.id not in [one.id for one in goals.possible_parents(scope)]
    new = {"title": "Ook van ons", "period": "2026-Q4", "for": "person", "kind": "theme", "parent": str(theirs.id)}
    other = {"title": own.title, "text": "", "period": "2026-Q4", "parent": str(theirs.id), "reason": "anders"}
    (added,) = await serve(world, "noor", "submit", "goals.add", new)
    (changed,) = await serve(world, "noor", "submit", "goals.change", other, goal=str(own.id))
    assert [type(one) for one in (added, changed)] == [Invalid, Invalid]
    with world.scope("noor") as scope:
        assert [(one.title, one.parent_id) for one in scope.db.all(Goal, order="id")] == [
            ("Iedereen ingewerkt", None),
            ("Ons plan bij klanten", None),
        ]


async def test_what_stands_above_a_goal_stays_whatever_its_form_offers_by_now(world: World) -> None:
    with world.scope("anna") as scope:
        above = goals.add(scope, Draft("Sneller live", Period(2026, 4), "team", scope.db.one(Team, name="Platform").id))
    with world.scope("noor") as scope:
        own = goals.add(scope, Draft("Ons plan", Period(2026, 4), parent_id=above.id))
        scope.db.change(scope.me, team_id=None)
    values = {"title": "Ons eigen plan", "text": "", "period": "2026-Q4", "parent": str(above.id), "reason": "anders"}
    await serve(world, "noor", "submit", "goals.change", values, goal=str(own.id))
    with world.scope("noor") as scope:
        assert [(one.title, one.parent_id) for one in goals.mine(scope)] == [("Ons eigen plan", above.id)]


async def test_a_key_result_is_measured_in_a_known_way(world: World) -> None:
    with world.scope("noor") as scope:
        goal = goals.add(scope, Draft("Ons plan bij klanten", Period(2026, 4)))
    values = {"title": "Klanten", "measure": "elephants", "target": "2"}
    await serve(world, "noor", "submit", "goals.result", values, goal=str(goal.id))
    with world.scope("noor") as scope:
        assert [one.measure for one in scope.db.all(KeyResult)] == ["number"]


@pytest.mark.parametrize("field", ["resultx", "result²", f"result{HUGE}", "result999"])
async def test_a_goal_is_told_of_its_own_results(world: World, field: str) -> None:
    with world.scope("noor") as scope:
        goal = goals.add(scope, Draft("Ons plan bij klanten", Period(2026, 4)))
    (reply,) = await serve(world, "noor", "submit", "goals.update", {field: "3"}, goal=str(goal.id))
    assert isinstance(reply, Invalid)
    with world.scope("noor") as scope:
        assert scope.db.all(Goal)[0].progress == 0


async def test_a_message_is_logged_on_a_goal_that_was_closed_meanwhile(world: World) -> None:
    (reply,) = await serve(world, "noor", "submit", "goals.pick", {"goal": "1", "note": "Gelukt"})
    assert isinstance(reply, Answer)
    assert reply.message.summary.startswith("Dit doel is er niet meer")


@pytest.mark.parametrize("at", ["25:00", "", "morgen"])
async def test_a_time_that_is_none(world: World, at: str) -> None:
    values = {"digest_day": "²", "digest_at": at}
    (reply,) = await serve(world, "anna", "submit", "settings.set_team", values)
    assert isinstance(reply, Invalid)


@pytest.mark.parametrize("typed", ["", "09:30", "2026-11-24", "a", (), ("09:30", "a"), ("2026-11-24",)])
def test_what_was_sent_goes_back_where_it_fits(typed: str | tuple[str, ...]) -> None:
    """Who forges a form also says of each field whether it holds one text or several."""
    choices = (Option("a", "A"),)
    fields = (TextInput("text", "L"), NumberInput("number", "L"), DateInput("day", "L"), TimeInput("time", "L"),
              Choice("one", "L", choices), Choices("some", "L", choices), Search("who", "L", "look", choices))  # fmt: skip
    shown = Form("x", "X", "Send", fields, "Close").filled({field.name: typed for field in fields})
    several = (typed,) if typed and isinstance(typed, str) else tuple(typed)
    one = typed if isinstance(typed, str) else ""
    assert [field.value for field in shown.fields] == [
        one,
        one,
        date(2026, 11, 24) if one == "2026-11-24" else None,
        time(9, 30) if one == "09:30" else None,
        one,
        several,
        choices if "a" in several else (),
    ]
