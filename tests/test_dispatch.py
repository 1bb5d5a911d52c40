"""Every call is served once, in one transaction, and answered kindly whatever happens."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
import structlog
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import event

from bot.calls import (
    Account,
    Answer,
    AtOnce,
    Call,
    CloseForm,
    Fetch,
    Invalid,
    OpenForm,
    Options,
    Profile,
    Tell,
    UpdateForm,
)
from bot.db import Unavailable
from bot.dispatch import Dispatch
from bot.messages import Form, Option, TextInput, plain
from bot.metrics import Metrics
from bot.router import Help, Router, Routes
from bot.words import words
from models.base import Db, core
from models.delivery import Delivery
from models.errors import Problems, refuse
from models.identity import Account as AccountRow
from models.identity import Person, Team
from models.scope import Scope
from models.served import Served
from tests.mail import Mail, message
from tests.world import World
from views.house import MANNERS

REFUSALS = {
    "team.short": lambda facts, words: words.line("That's too short: {text}", text=facts["text"]),
    "team.gone": lambda facts, words: words.line("That team is gone."),
}


def form(call: Call, scope: Scope) -> Form:
    if call.id("gone"):
        refuse("team.gone")
    body = (TextInput("name", "Name"), TextInput("why", "Why"))
    return Form("team.make", "A team", "Make", body, "Close", carry=call.carry)


def made_up() -> Routes:  # noqa: C901 - a handler for each way to end
    """A capability that makes teams, and fails in every way."""
    routes = Routes("teams", REFUSALS, gated=False)

    def help(_: Any) -> Help:
        return Help("Teams", ("a", "b", "c"))

    @routes.command("team", help, aliases=("ploeg",))
    def team(call: Call, scope: Scope) -> Any:
        count = scope.db.count(Team)
        scope.db.add(Team(name=f"{call.text} {count}"))
        return Answer(message(f"team {count} made")), Tell(scope.me.id, "teams.made", {"count": count})

    @routes.submit("team.make", form)
    def make(call: Call, scope: Scope) -> Any:
        scope.db.add(Team(name=call.value("name")))  # rolled back where what follows is refused
        problems = Problems()
        if len(call.value("name")) < 3:
            problems.add("team.short", "name", text=call.value("name"))
        if call.value("why") == "whole":
            problems.add("team.gone")
        problems.settle()
        return CloseForm()

    @routes.submit("team.look", form)
    def look(call: Call, scope: Scope) -> Any:
        return UpdateForm(form(call, scope).filled(call.values), again=True)

    @routes.press("team.keep")
    def keep(call: Call, scope: Scope) -> Any:
        scope.db.add(Team(name="kept"))
        return UpdateForm(form(call, scope).filled({"name": "something private"}), private=True)

    @routes.press("team.fail")
    def fail(call: Call, scope: Scope) -> Any:
        scope.db.add(Team(name="half done"))
        raise ZeroDivisionError(call.text)

    @routes.press("team.unsaid")
    def unsaid(call: Call, scope: Scope) -> Any:
        refuse("a code that no view knows")

    @routes.press("team.refuse")
    def refused(call: Call, scope: Scope) -> Any:
        refuse("team.gone")

    @routes.press("team.quiet", reads=True)
    def quiet(call: Call, scope: Scope) -> Any:
        return Tell(scope.me.id, "teams.made", {})

    @routes.press("team.surprise", reads=True)
    def surprise(call: Call, scope: Scope) -> Any:
        return OpenForm(form(call, scope))

    @routes.lookup("team.find")
    def find(call: Call, scope: Scope) -> Any:
        if call.text == "?":
            refuse("team.gone")
        return Options((Option("1", f"{scope.me.short}'s"),))

    @routes.event("team.renamed")
    def renamed(call: Call, scope: Scope) -> Any:
        if call.text == "fail":
            raise ZeroDivisionError
        scope.db.add(Team(name=call.text))

    @routes.command("ask", help)
    def ask(call: Call, scope: Scope) -> Any:
        return Answer(message("asked")), Fetch("team.heard", {"from": "here"})

    @routes.event("team.heard")
    def heard(call: Call, scope: Scope) -> Any:
        failed = " failed" if "failed" in call.carry else ""
        scope.db.add(Team(name=f"{call.carry['from']} {len(call.profiles)}{failed}"))

    @routes.event("person.seen")
    def seen(call: Call, scope: Scope) -> Any:
        profile = call.profiles[0]
        person = scope.db.one(Person, Person.email == profile.email)
        if person:
            scope.db.add(AccountRow(installation_id=1, person_id=person.id, user=profile.user))

    return routes


class Pipeline:
    def __init__(self, world: World) -> None:
        self.world = world
        self.mail = Mail()
        self.metrics = Metrics()
        router = Router([made_up()])
        self.dispatch = Dispatch(router, world.database, world.clock, MANNERS, {"demo": self.mail}, self.metrics)
        self.serve = self.dispatch.serve

    def call(self, kind: Any, name: str, handle: str = "noor", key: str = "k1", **parts: Any) -> Call:
        return Call(kind, name, Account("demo", "T1", handle), key, **parts)

    async def count(self, table: Any, **equal: Any) -> int:
        where = [core(table).c[name] == value for name, value in equal.items()]
        return await self.world.database.read(lambda connection: Db(connection, 1).count(table, *where))

    async def teams(self) -> int:
        """How many were made: the world begins with one."""
        return await self.count(Team) - 1

    def counted(self) -> list[tuple[str, str, str, int]]:
        """How the calls ended, as an operator's graphs have it."""
        found = text_string_to_metric_families(self.metrics.text().decode())
        calls = [one for family in found for one in family.samples if one.name == "ritme_calls_total"]
        return sorted((*(one.labels[name] for name in ("kind", "name", "outcome")), int(one.value)) for one in calls)


@pytest.fixture
def pipeline(world: World) -> Pipeline:
    return Pipeline(world)


@pytest.fixture
def errors() -> Iterator[list[Any]]:
    with structlog.testing.capture_logs() as found:
        yield found


def text(replies: tuple[AtOnce, ...]) -> str:
    (reply,) = replies
    assert isinstance(reply, Answer)
    return " ".join(plain(part.text) for part in reply.message.body if hasattr(part, "text"))


# --- once --------------------------------------------------------------------------------------------


async def test_four_deliveries_at_once_have_one_effect_and_one_answer(pipeline: Pipeline) -> None:
    call = pipeline.call("command", "team", text="blue")
    answers = await asyncio.gather(*(pipeline.serve(call) for _ in range(4)))
    assert answers == [(Answer(message("team 1 made")),)] * 4
    assert await pipeline.teams() == 1
    assert await pipeline.count(Delivery) == 1


async def test_changed_bytes_under_the_same_key_are_the_same_happening(pipeline: Pipeline) -> None:
    calls = [pipeline.call("command", "team", text=word) for word in ("blue", "green", "red", "white")]
    answers = [await pipeline.serve(call) for call in calls]
    assert len(set(map(text, answers))) == 1
    assert await pipeline.teams() == 1


async def test_other_keys_and_other_organisations_are_other_happenings(pipeline: Pipeline) -> None:
    for key in ("k1", "k2"):
        await pipeline.serve(pipeline.call("command", "team", key=key))
    assert await pipeline.teams() == 2


async def test_the_first_answer_is_forgotten_before_its_key(pipeline: Pipeline) -> None:
    call = pipeline.call("command", "team")
    await pipeline.serve(call)
    with pipeline.world.scope("noor") as scope:
        scope.db.update(Served, outcome=None)
    assert await pipeline.serve(call) == ()
    assert await pipeline.teams() == 1


async def test_a_failed_call_may_be_tried_again(pipeline: Pipeline) -> None:
    call = pipeline.call("submit", "team.make", values={"name": "x", "why": ""})
    await pipeline.serve(call)
    assert await pipeline.count(Served) == 0
    better = replace(call, values={"name": "long enough", "why": ""})
    assert await pipeline.serve(better) == (CloseForm(),)
    assert await pipeline.teams() == 1


async def test_a_form_that_only_asks_again_is_not_kept_and_comes_again(pipeline: Pipeline) -> None:
    call = pipeline.call("submit", "team.look", values={"name": "something private", "why": ""})
    answers = [await pipeline.serve(call), *await asyncio.gather(*(pipeline.serve(call) for _ in range(2)))]
    assert answers[1:] == answers[:1] * 2
    [asked] = answers[0]
    assert isinstance(asked, UpdateForm)
    assert [field.value for field in asked.form.fields] == ["something private", ""]
    assert await pipeline.count(Served) == 0


async def test_a_form_after_an_effect_is_not_kept_and_the_effect_comes_once(pipeline: Pipeline) -> None:
    call = pipeline.call("press", "team.keep")
    [shown] = await pipeline.serve(call)
    assert isinstance(shown, UpdateForm)
    assert await asyncio.gather(*(pipeline.serve(call) for _ in range(3))) == [()] * 3
    assert await pipeline.teams() == 1
    assert await pipeline.count(Served, outcome="[]") == await pipeline.count(Served) == 1


# --- refused -----------------------------------------------------------------------------------------


async def test_a_refused_form_comes_back_filled_in_with_a_sentence_at_its_field(pipeline: Pipeline) -> None:
    values = {"name": "x", "why": "whole"}
    call = pipeline.call("submit", "team.make", values=values, carry={"from": "home"})
    (reply,) = await pipeline.serve(call)
    assert isinstance(reply, Invalid)
    assert reply.errors == {"name": "That's too short: x"}
    assert reply.form.problem == "That team is gone."
    assert {field.name: field.value for field in reply.form.fields} == values  # type: ignore[union-attr]
    assert reply.form.carry == {"from": "home"}
    assert await pipeline.teams() == 0


async def test_where_the_form_itself_is_gone_the_sentence_is_the_answer(pipeline: Pipeline) -> None:
    call = pipeline.call("submit", "team.make", values={"name": "x"}, carry={"gone": "1"})
    assert text(await pipeline.serve(call)) == "That's too short: x"


async def test_a_refused_press_is_answered_and_a_refused_lookup_is_empty(pipeline: Pipeline) -> None:
    assert text(await pipeline.serve(pipeline.call("press", "team.refuse"))) == "That team is gone."
    assert await pipeline.serve(pipeline.call("lookup", "team.find", text="?")) == (Options(()),)


# --- unexpected --------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["team.fail", "team.unsaid"])
async def test_anything_unexpected_has_a_reference_that_stands_in_the_log(
    pipeline: Pipeline, errors: list[Any], name: str
) -> None:
    said = text(await pipeline.serve(pipeline.call("press", name, text="something private")))
    (error,) = errors
    assert error["event"] == "call failed"
    assert error["reference"] in said
    assert await pipeline.teams() == 0
    assert b'ritme_calls_total{kind="press",name="%s",outcome="failed"} 1.0' % name.encode() in pipeline.metrics.text()


async def test_an_event_that_had_no_effect_is_heard_of_so_that_it_comes_again(pipeline: Pipeline) -> None:
    with pytest.raises(ZeroDivisionError):
        await pipeline.serve(pipeline.call("event", "team.renamed", text="fail"))
    await pipeline.serve(pipeline.call("event", "team.renamed", text="blue"))
    await pipeline.serve(pipeline.call("event", "team.renamed", text="blue"))
    assert await pipeline.teams() == 1


async def test_an_event_that_nobody_knows_is_nothing_and_an_old_button_is_explained(pipeline: Pipeline) -> None:
    assert await pipeline.serve(pipeline.call("event", "moon.full")) == ()
    said = text(await pipeline.serve(pipeline.call("press", "from another version")))
    assert said != ""


@pytest.mark.sqlite("one file that another process holds; PostgreSQL's is in test_postgres")
async def test_a_busy_database_is_explained_and_nothing_was_done(pipeline: Pipeline) -> None:
    database = pipeline.world.database

    @event.listens_for(database.writer, "connect")
    def connect(raw: Any, _: Any) -> None:
        raw.execute("PRAGMA busy_timeout = 20")

    database.writer.dispose()
    other = sqlite3.connect(str(database.url.database), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")  # another process writes
    call = pipeline.call("command", "team")
    said = text(await pipeline.serve(call))
    with pytest.raises(Unavailable):
        await pipeline.serve(pipeline.call("event", "team.renamed", text="blue"))
    other.close()
    assert said == text((Answer(MANNERS.busy(words("nl", "Europe/Amsterdam"))),))
    assert await pipeline.teams() == 0
    assert text(await pipeline.serve(call)) == "team 1 made"


# --- who and what ------------------------------------------------------------------------------------


async def test_words_of_every_language_are_the_same_command(pipeline: Pipeline) -> None:
    assert text(await pipeline.serve(pipeline.call("command", "Ploeg"))) == "team 1 made"


async def test_what_the_platform_is_asked_comes_back_as_an_event(pipeline: Pipeline) -> None:
    async def people(team: str) -> tuple[Profile, ...]:
        return (Profile("a", "A"), Profile("b", "B"))

    pipeline.mail.people = people  # type: ignore[assignment]
    call = pipeline.call("command", "ask")
    first, again = await pipeline.serve(call), await pipeline.serve(call)
    await pipeline.dispatch.settle()
    assert text(first) == text(again) == "asked"
    assert await pipeline.count(Team, name="here 2") == 1


async def test_a_platform_that_does_not_answer_is_heard_of(pipeline: Pipeline, errors: list[Any]) -> None:
    async def people(team: str) -> tuple[Profile, ...]:
        raise ConnectionError

    pipeline.mail.people = people  # type: ignore[assignment]
    assert text(await pipeline.serve(pipeline.call("command", "ask"))) == "asked"
    await pipeline.dispatch.settle()
    assert [error["event"] for error in errors] == ["fetching failed"]
    assert await pipeline.count(Team, name="here 0 failed") == 1


async def test_the_caller_is_answered_in_their_own_language(pipeline: Pipeline) -> None:
    dutch, english = [await pipeline.serve(pipeline.call("press", "team.fail", who)) for who in ("noor", "ravi")]
    assert [text(dutch).startswith(start) for start in ("Er ging", "Something")] == [True, False]
    assert [text(english).startswith(start) for start in ("Er ging", "Something")] == [False, True]


async def test_a_route_that_only_reads_cannot_lose_a_message(pipeline: Pipeline, errors: list[Any]) -> None:
    await pipeline.serve(pipeline.call("press", "team.quiet"))
    assert [error["event"] for error in errors] == ["call failed"]


async def test_every_form_can_say_what_is_missing_in_the_readers_words(pipeline: Pipeline) -> None:
    (looked,) = await pipeline.serve(pipeline.call("submit", "team.look", values={"name": "Red"}))
    (wrong,) = await pipeline.serve(pipeline.call("submit", "team.make", key="k2", values={"name": "R"}))
    assert isinstance(looked, UpdateForm)
    assert isinstance(wrong, Invalid)
    assert (looked.form.missing, wrong.form.missing) == ("Vul dit nog in.", "Vul dit nog in.")


async def test_a_button_that_opens_a_form_says_so_beforehand(pipeline: Pipeline, errors: list[Any]) -> None:
    await pipeline.serve(pipeline.call("press", "team.surprise"))
    assert [error["event"] for error in errors] == ["call failed"]


async def test_the_slowest_answer_is_measured(pipeline: Pipeline) -> None:
    await pipeline.serve(pipeline.call("command", "team"))
    assert b'ritme_call_seconds_count{kind="command"} 1.0' in pipeline.metrics.text()
