"""The web socket heals: it is asked to go, it is cut, it goes silent, it is refused; and nothing is lost meanwhile."""

from __future__ import annotations

import asyncio
import json
import random
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import pytest
from slack_bolt.response import BoltResponse
from sqlalchemy import select

from bot.again import FIRST, LONGEST, REFUSED, Pauses
from bot.app import build_dispatch
from bot.calls import Answer, AtOnce, Call, Replies, Tell
from bot.router import Help, Router, Routes
from bot.settings import Wrong
from bot.slack.installs import session, web_client
from bot.slack.listen import Taken
from bot.slack.socket import Socket, Timings
from models.base import core
from models.delivery import Delivery
from models.scope import Scope
from tests.fakes.slack import FakeSlack
from tests.machine import until
from tests.slackdoor import Recorder, Set, opened, said
from tests.world import Home, World

QUICK = Timings(0.1, 1.0, 5.0, 0.2, 2.0, 0.0, lambda: Pauses(0.001, 0.01))


class Asked(Pauses):
    """Keeps how long it was asked to wait at least, and does not."""

    def __init__(self, *_: float) -> None:
        super().__init__(0.001, 0.001)
        self.least: list[float] = []

    def next(self, least: float = 0.0) -> float:
        self.least.append(least)
        return super().next()


@asynccontextmanager
async def connected(
    slack: FakeSlack, timings: Timings = QUICK, now: Callable[[], float] | None = None
) -> AsyncIterator[Socket]:
    """A web socket whose envelopes are acknowledged and forgotten."""

    async def take(_: dict[str, Any]) -> Taken:
        return Taken(BoltResponse(status=200))

    async with session() as http:
        more = {"now": now} if now else {}
        socket = Socket(http, web_client(http, base=slack.url), slack.app_token, take, timings, **more)
        await socket.start()
        try:
            yield socket
        finally:
            await socket.stop()


async def asks(door: Set) -> str:
    """What somebody is answered who types something, trying until it arrives."""
    noor = door.slack.add_user("Noor Jansen")
    door.slack.door.timeout = 0.3
    async with asyncio.timeout(60):
        while not (await door.slack.command(noor, "/goal")).good:
            pass
    return str(door.slack.see_dm(noor)[-1].said)


# --- what heals ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("reason", ["warning", "refresh_requested", "link_disabled", "too_many_websockets", "news"])
async def test_it_comes_back_when_slack_asks(reason: str) -> None:
    async with opened(Recorder(Answer(said("Ja."))), socket=True, timings=replace(QUICK, silent=10.0)) as door:
        await door.slack.socket.disconnect(reason)
        await door.slack.socket.connected(times=2)
        await door.slack.socket.standing(1)
        assert (await asks(door), door.slack.socket.opened) == ("Ja.", 2)


@pytest.mark.parametrize("harm", ["cut", "close", "silence"])
async def test_it_heals(harm: str) -> None:
    async with opened(Recorder(Answer(said("Ja."))), socket=True, timings=QUICK) as door:
        done = getattr(door.slack.socket, harm)()
        if done:
            await done
        await door.slack.socket.connected(times=2)
        assert await asks(door) == "Ja."
        assert door.socket
        assert door.socket.problem() == ""


async def test_a_socket_that_is_refused_or_says_nothing_is_tried_anew_with_a_new_address() -> None:
    async with FakeSlack() as slack:
        slack.socket.refuses = 2
        slack.socket.mute = True
        async with connected(slack, Timings(0.02, 0.1, 1.0, pauses=QUICK.pauses)) as socket:
            assert socket.problem() == "Slack is out of reach (WSServerHandshakeError)"
            await until(lambda: socket.problem().endswith("(the web socket did not say hello)"))
            slack.socket.mute = False
            await until(lambda: socket.problem() == "")
        assert slack.api.calls["apps.connections.open"] >= 4


@pytest.mark.parametrize(
    ("fault", "least"), [("500", 0), ("429", 30), ("hang done", 0), ("drop done", 0), ("nonsense", 0)]
)
async def test_while_slack_gives_no_address_it_goes_on_asking(fault: str, least: float) -> None:
    pauses = Asked()
    async with FakeSlack() as slack, connected(slack, Timings(open=1.0, pauses=lambda: pauses)) as socket:
        slack.faults.plan("apps.connections.open", fault, fault)
        slack.socket.cut()
        await slack.socket.connected(times=2)
        await until(lambda: socket.problem() == "")
    assert pauses.least == [0, least, least]  # the first because the connection had only just been opened


async def test_a_token_that_is_refused_stops_the_start() -> None:
    async with FakeSlack() as slack:
        slack.api.auth_error = "invalid_auth"
        with pytest.raises(Wrong, match=r"SLACK_APP_TOKEN: Slack refuses it \(invalid_auth\)\."):
            async with connected(slack):
                pass


async def test_a_token_that_is_refused_later_is_named_and_seldom_tried() -> None:
    pauses = Asked()
    async with FakeSlack() as slack, connected(slack, Timings(0.02, 0.1, pauses=lambda: pauses)) as socket:
        slack.api.auth_error = "token_revoked"
        slack.socket.cut()
        await until(lambda: socket.problem() == "SLACK_APP_TOKEN: Slack refuses it (token_revoked).")
        slack.api.auth_error = ""
        await until(lambda: socket.problem() == "")
    assert set(pauses.least[1:]) == {REFUSED}


async def test_connections_that_end_at_once_are_opened_ever_more_slowly() -> None:
    pauses = Asked()
    async with FakeSlack() as slack:
        slack.socket.most = 0
        async with connected(slack, Timings(pauses=lambda: pauses)):
            await until(lambda: len(pauses.least) > 3)
            slack.socket.most = 1
            await slack.socket.connected()
            await slack.socket.standing(1)


# --- what is promised ------------------------------------------------------------------------------------


def test_the_numbers_keep_the_promise() -> None:
    """Well again within thirty seconds, and said to be silent within twenty."""
    timings = Timings()
    assert timings.silent < 20
    assert timings.silent + 2 * timings.ping + timings.open <= 30
    assert FIRST + timings.open <= 30


def test_pauses_grow_and_begin_anew() -> None:
    pauses = Pauses()
    drawn = [pauses.next() for _ in range(12)]
    wide = [min(FIRST * 2**n, LONGEST) for n in range(12)]
    assert all(most / 2 <= pause <= most for pause, most in zip(drawn, wide, strict=True))
    assert pauses.next(REFUSED) == REFUSED
    pauses.over()
    assert pauses.next() <= FIRST


async def test_silence_is_measured_and_not_believed() -> None:
    """A connection that stays open says nothing of whether it works."""
    now = [0.0]
    async with FakeSlack() as slack, connected(slack, Timings(ping=0.01, open=1.0), lambda: now[0]) as socket:
        slack.socket.silence()
        slack.socket.mute = True
        for _ in range(10):
            await asyncio.sleep(0.01)  # what was on its way has arrived, and was looked at
        now[0] = 11.9
        assert socket.problem() == ""
        now[0] = 12.1
        assert socket.problem() == "the web socket is silent"
        assert len(slack.socket.connections) == 1
        slack.socket.mute = False
        await slack.socket.connected(times=2)
        await until(lambda: socket.problem() == "")


# --- nothing is lost -------------------------------------------------------------------------------------


async def test_words_that_come_again_are_answered_once_and_alike() -> None:
    """Slack repeats what was acknowledged late. Where the answer is another now, it is said."""
    serve = Recorder(Answer(said("Het is erg druk.")))
    async with opened(serve, socket=True, timings=QUICK) as door:
        noor = door.slack.add_user("Noor Jansen")
        await door.slack.say(noor, "dank Lotte")
        for answer in ("Het is erg druk.", "Gedaan.", "Gedaan."):
            serve.answers = (Answer(said(answer)),)
            assert (await door.slack.door.again()).good
            await door.door.settle()
        assert [m.said for m in door.slack.see_dm(noor)] == ["dank Lotte", "Het is erg druk.", "Gedaan."]


class Gate:
    """A pipeline that keeps everybody waiting until it is opened."""

    def __init__(self) -> None:
        self.begun, self.open = asyncio.Event(), asyncio.Event()
        self.calls: list[Call] = []

    async def __call__(self, call: Call) -> tuple[AtOnce, ...]:
        self.calls.append(call)
        self.begun.set()
        await self.open.wait()
        return (Answer(said("Ja.")),)


@pytest.mark.parametrize("reason", ["warning", "refresh_requested"])
async def test_what_is_being_served_is_acknowledged_where_it_came(reason: str) -> None:
    serve = Gate()
    async with opened(serve, socket=True, timings=QUICK) as door:
        noor = door.slack.add_user("Noor Jansen")
        asking = asyncio.create_task(door.slack.command(noor, "/goal"))
        await serve.begun.wait()
        await door.slack.socket.disconnect(reason)
        await door.slack.socket.connected(times=2)
        assert len(door.slack.socket.connections) == 2  # the old one stands until the new one does
        serve.open.set()
        assert (await asking).good
        await door.slack.socket.standing(1)
    assert len(serve.calls) == 1


async def test_the_old_connection_is_read_until_slack_closes_it() -> None:
    serve = Recorder(Answer(said("Ja.")))
    async with opened(serve, socket=True, timings=Timings(pauses=QUICK.pauses)) as door:
        old = door.slack.socket.connections[0]
        await door.slack.socket.disconnect()
        await door.slack.socket.connected(times=2)
        door.slack.socket.pick = lambda connections: connections[0]
        assert (await asks(door), door.slack.socket.connections[0]) == ("Ja.", old)
        await old.ws.close()
        await door.slack.socket.standing(1)


async def test_of_too_many_one_goes_before_another_comes() -> None:
    serve = Gate()
    async with opened(serve, socket=True, timings=QUICK) as door:
        door.slack.socket.most = 1
        noor = door.slack.add_user("Noor Jansen")
        asking = asyncio.create_task(door.slack.command(noor, "/goal"))
        await serve.begun.wait()
        await door.slack.socket.disconnect("too_many_websockets")
        serve.open.set()
        assert (await asking).good
        await door.slack.socket.connected(times=2)


async def test_what_comes_while_leaving_is_served_first() -> None:
    serve = Gate()
    async with opened(serve, socket=True, timings=QUICK) as door:
        noor = door.slack.add_user("Noor Jansen")
        asking = asyncio.create_task(door.slack.command(noor, "/goal"))
        await serve.begun.wait()
        assert door.socket
        leaving = asyncio.create_task(door.socket.stop())
        await asyncio.sleep(0)
        serve.open.set()
        assert (await asking).good
        await leaving


def noting() -> Router:
    """A capability that leaves one delivery for each number."""
    routes = Routes("notes", gated=False)

    @routes.command("note", lambda _: Help("", ("", "", "")), short=True)
    def note(call: Call, scope: Scope) -> Replies:
        return Tell(scope.me.id, "notes.noted", {"number": int(call.text)}), Answer(said("Ja."))

    return Router([routes])


def payload(slack: FakeSlack, number: int) -> dict[str, Any]:
    return {
        "command": "/note", "text": str(number), "team_id": slack.team, "user_id": "UNOOR", "channel_id": "D1",
        "channel_name": "directmessage", "trigger_id": f"trigger.{number}", "response_url": f"{slack.base}/respond/x",
    }  # fmt: skip


@pytest.mark.parametrize("seed", [1, 2])
async def test_fifty_harms_among_five_hundred_envelopes(home: Home, seed: int) -> None:
    """Each envelope is delivered until it is acknowledged, and has one effect."""
    rng, served = random.Random(seed), 0
    moments = {at: rng.choice(["before", "after"]) for at in rng.sample(range(1, 501), 50)}
    world = World(home, "slack", "T0000001", "U")
    dispatch = build_dispatch(world.database, world.clock, {}, noting())

    async def serve(call: Call) -> tuple[AtOnce, ...]:
        nonlocal served
        served += 1
        moment = moments.pop(served, "")
        if moment == "before":
            await harm(door.slack.socket)
        replies = await dispatch.serve(call)
        if moment == "after":
            await harm(door.slack.socket)
        return replies

    async def harm(socket: Any) -> None:
        await until(lambda: bool(socket.connections))
        match rng.choice(["cut", "cut", "silence", "warning", "refresh_requested", "too_many_websockets"]):
            case "cut":
                socket.cut()
            case "silence":
                socket.silence()
            case reason:
                await socket.disconnect(reason)

    async with opened(serve, socket=True, timings=QUICK) as door:
        slack, tried, lanes = door.slack, Counter[int](), asyncio.Semaphore(20)
        slack.socket.pick = rng.choice

        async def deliver(number: int) -> None:
            async with lanes:
                _, tried[number] = await slack.socket.insisted("slash_commands", payload(slack, number), 1)

        async with asyncio.timeout(60):
            await asyncio.gather(*(deliver(number) for number in range(500)))
    assert (moments, max(tried.values()) > 1, slack.socket.opened > 20) == ({}, True, True)
    with world.database.reader.connect() as connection:
        effects = sorted(json.loads(ids)["number"] for ids in connection.scalars(select(core(Delivery).c.ids)))
    world.close()
    assert effects == list(range(500))
