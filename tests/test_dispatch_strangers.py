"""Who is not known yet is asked after and served, and answered as kindly as everybody else when that fails."""

from __future__ import annotations

from typing import Any

import pytest
import structlog

from bot.again import OutOfReach
from bot.app import _sorry
from bot.calls import Account, Answer, Call, Options, Profile
from bot.db import Unavailable
from bot.messages import Option
from bot.words import words
from models.identity import Person
from tests.test_dispatch import Pipeline, text
from tests.world import World
from views.house import MANNERS


@pytest.fixture
def pipeline(world: World) -> Pipeline:
    return Pipeline(world)


async def test_a_stranger_is_met_and_served_or_told_so(pipeline: Pipeline) -> None:
    with pipeline.world.scope("noor") as scope:
        scope.db.add(Person(name="Kim Vos", short="Kim", email="kim@demolen.example"))

    async def profile(team: str, user: str) -> Profile:
        return Profile(user, "Kim Vos", f"{user}@demolen.example", locale="en-GB")

    pipeline.mail.profile = profile  # type: ignore[assignment]
    (options,) = await pipeline.serve(pipeline.call("lookup", "team.find", handle="kim"))
    assert options == Options((Option("1", "Kim's"),))
    said = text(await pipeline.serve(pipeline.call("press", "team.refuse", handle="eve")))
    assert said.startswith("I don't know you")
    assert pipeline.counted() == [
        ("event", "person.seen", "ok", 2),
        ("lookup", "team.find", "ok", 1),
        ("press", "team.refuse", "stranger", 1),
    ]


async def test_a_stranger_at_a_busy_moment_hears_so_in_the_language_of_their_chat(
    pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pipeline.world.scope("noor") as scope:
        scope.db.add(Person(name="Kim Vos", short="Kim", email="kim@demolen.example"))

    async def profile(team: str, user: str) -> Profile:
        return Profile(user, "Kim Vos", f"{user}@demolen.example", locale="en-GB")

    async def busy(_: Any) -> Any:
        raise Unavailable("database is locked")

    pipeline.mail.profile = profile  # type: ignore[assignment]
    call = pipeline.call("command", "team", handle="kim")
    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(pipeline.world.database, "write", busy)
        said = text(await pipeline.serve(call))
    assert said == text((Answer(MANNERS.busy(words("en", "Europe/Amsterdam"))),))
    assert pipeline.counted() == [("command", "team", "busy", 1), ("event", "person.seen", "failed", 1)]
    assert text(await pipeline.serve(call)) == "team 1 made"


@pytest.mark.parametrize("trouble", [Unavailable("database is locked"), OutOfReach("Microsoft gives no token")])
async def test_a_chat_that_cannot_say_who_somebody_is_is_busy_in_our_own_language(
    pipeline: Pipeline, trouble: Exception
) -> None:
    async def profile(team: str, user: str) -> Profile:
        raise trouble

    pipeline.mail.profile = profile  # type: ignore[assignment]
    said = text(await pipeline.serve(pipeline.call("command", "team", handle="kim")))
    assert said == text((Answer(MANNERS.busy(words("nl", "Europe/Amsterdam"))),)) == text((Answer(_sorry()),))
    assert pipeline.counted() == [("command", "team", "busy", 1)]


async def test_what_goes_wrong_with_a_stranger_has_a_reference_too(pipeline: Pipeline) -> None:
    async def profile(team: str, user: str) -> Profile:
        raise ZeroDivisionError

    pipeline.mail.profile = profile  # type: ignore[assignment]
    with structlog.testing.capture_logs() as errors:
        said = text(await pipeline.serve(pipeline.call("press", "team.refuse", handle="kim")))
    (error,) = errors
    assert (error["event"], error["reference"] in said) == ("call failed", True)
    assert pipeline.counted() == [("press", "team.refuse", "failed", 1)]


async def test_a_removed_installation_is_nobody(pipeline: Pipeline) -> None:
    call = Call("event", "team.renamed", Account("demo", "T-other", ""), "k", text="blue")
    assert await pipeline.serve(call) == ()
    assert await pipeline.teams() == 0
    assert pipeline.counted() == [("event", "team.renamed", "stranger", 1)]
