"""Tokens that end are renewed in time, once, whoever needs them; and one that was taken away is used by nobody."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import replace
from functools import partial
from typing import Any

import pytest
from sqlalchemy import select

from bot.again import OutOfReach
from bot.clock import Clock
from bot.db import Database
from bot.doctor import examine
from bot.parcels import Halted, Later, Parcel, Sent
from bot.renewals import KEEPS, failing
from bot.secrets import Secrets
from bot.slack import installs as installing
from bot.slack.installs import Books, Grant, Installs, session, web_client
from bot.slack.oauth import EARLY, OAuth, Renewal
from bot.slack.send import SlackPlatform
from bot.tokens import Tokens
from models.base import core
from models.identity import Installation, Token
from tests.fakes.slack.market import Market
from tests.machine import until
from tests.slackdoor import said
from tests.slackmarket import KEY, built, database_of, running
from tests.world import Home

HALF_A_DAY = 43200


class Time:
    """The wall clock and the monotonic one of everybody, moved by hand."""

    def __init__(self) -> None:
        self.gone = 0.0

    def real(self) -> float:
        return time.time() + self.gone

    def monotonic(self) -> float:
        return time.monotonic() + self.gone


class Hand(Clock):
    def __init__(self, moved: Time) -> None:
        super().__init__()
        self._moved = moved

    def real(self) -> Any:
        from datetime import UTC, datetime

        moved: Time | None = getattr(self, "_moved", None)
        return datetime.fromtimestamp(time.time() + (moved.gone if moved else 0.0), UTC)


class Process:
    """What one process of Ritme's has of Slack: a store, a cache, a way out."""

    def __init__(self, url: str, slack: Market, http: Any, moved: Time) -> None:
        self.database = Database(url, readers=2)
        client = partial(web_client, http, base=slack.url)
        self.tokens = Tokens(self.database, Secrets([KEY]), Hand(moved))
        self.oauth = OAuth(slack.client_id, slack.client_secret, client(), moved.real)
        self.renewal = Renewal(self.oauth, self.tokens, moved.real)
        self.installs = Installs(Books(self.tokens, client, self.renewal, moved.real), moved.monotonic)
        self.platform = SlackPlatform(self.installs)

    async def says(self, to: str, text: str = "hello") -> Any:
        return await self.platform.send(Parcel(1, "dm", "T1", to, said(text)))


class Stage:
    def __init__(self, slack: Market, moved: Time, processes: list[Process], noor: str) -> None:
        self.slack, self.moved, self.processes, self.noor = slack, moved, processes, noor

    @property
    def heard(self) -> list[str]:
        return [message.text for message in self.slack.workspaces["T1"].see_dm(self.noor)]

    async def consented(self) -> Grant:
        """Somebody installs the app, by the first process."""
        one = self.processes[0]
        query = await self.slack.agree(one.oauth.address("s"), "T1", self.noor)
        consent = await one.oauth.exchanged(query.split("&")[0].removeprefix("code="))
        await one.tokens.keep(consent.grant, "nl")
        await one.installs.forget("T1")
        return consent.grant


@pytest.fixture
async def stage(home: Home) -> AsyncIterator[Stage]:
    """Two processes on one database (one, where the database is a file), and a workspace whose tokens end."""
    moved, url = Time(), database_of(home)
    async with AsyncExitStack() as opening:
        slack = await opening.enter_async_context(Market(moved.real, lives=HALF_A_DAY))
        http = await opening.enter_async_context(session())
        noor = slack.workspace("T1", "De Molen").add_user("Noor Visser", id="UNOOR")
        processes = [Process(url, slack, http, moved) for _ in range(2)]
        for one in processes:
            opening.callback(one.database.close)
        yield Stage(slack, moved, processes, noor)


async def test_a_token_is_renewed_before_it_ends_and_by_scheduled_work(stage: Stage) -> None:
    await stage.consented()
    one, other = stage.processes
    assert isinstance(await one.says(stage.noor), Sent)
    stage.moved.gone = HALF_A_DAY - EARLY - 60
    assert isinstance(await one.says(stage.noor), Sent)
    assert stage.slack.asked["renewed"] == 0
    stage.moved.gone = HALF_A_DAY - EARLY + 60
    assert isinstance(await one.says(stage.noor), Sent)
    assert stage.slack.asked["renewed"] == 1
    assert isinstance(await other.says(stage.noor), Sent)
    assert stage.slack.asked["renewed"] == 1
    for days in range(1, 5):
        stage.moved.gone = days * 86400.0  # nothing was said since the day before, and the token is long over
        assert isinstance(await stage.processes[days % 2].says(stage.noor), Sent)
        assert stage.slack.asked["renewed"] == 1 + days
    assert len(stage.heard) == 8


async def test_of_many_who_need_it_at_once_one_renews_it(stage: Stage) -> None:
    await stage.consented()
    stage.slack.delay = 0.05
    for renewed, gone in enumerate((HALF_A_DAY - 3600.0, 2.0 * HALF_A_DAY), 1):  # soon to end, and over
        stage.moved.gone = gone
        ends = await asyncio.gather(*(stage.processes[n % 2].says(stage.noor, str(n)) for n in range(16)))
        assert [type(one) for one in ends] == [Sent] * 16
        assert stage.slack.asked["renewed"] == renewed
    assert len(stage.heard) == 32


async def test_a_token_that_is_refused_in_mid_send_is_replaced(stage: Stage) -> None:
    await stage.consented()
    one, other = stage.processes
    for each in (one, other):
        assert isinstance(await each.says(stage.noor), Sent)
    stage.moved.gone = HALF_A_DAY - EARLY + 60
    assert isinstance(await one.says(stage.noor), Sent)  # renewed here, and not known there yet
    stage.slack.end("T1")
    stage.slack.tokens[stage.slack.every_secret[-2]].ends_at = float("inf")  # the newest works on
    stage.moved.gone -= 120  # the other one has no reason to look
    assert isinstance(await other.says(stage.noor), Sent)
    assert (len(stage.heard), stage.slack.asked["renewed"]) == (4, 1)


async def test_a_token_that_ends_sooner_than_was_said_is_renewed(stage: Stage) -> None:
    await stage.consented()
    stage.slack.delay = 0.05
    for each in stage.processes:
        assert isinstance(await each.says(stage.noor), Sent)
    stage.slack.end("T1")
    ends = await asyncio.gather(*(stage.processes[n % 2].says(stage.noor, str(n)) for n in range(8)))
    assert [type(one) for one in ends] == [Sent] * 8
    assert (len(stage.heard), stage.slack.asked["renewed"]) == (10, 1)


async def test_sending_goes_on_while_tokens_come_and_go(stage: Stage) -> None:
    await stage.consented()
    stage.slack.delay = 0.02
    for number in range(40):
        both = zip(stage.processes, "ab", strict=True)
        ends = await asyncio.gather(*(one.says(stage.noor, f"{name}{number}") for one, name in both))
        assert [type(one) for one in ends] == [Sent, Sent]
        stage.moved.gone += HALF_A_DAY / 15
    assert len(stage.heard) == len(set(stage.heard)) == 80
    assert stage.slack.asked["renewed"] >= 3


async def test_what_slack_does_not_renew_holds_the_lane_and_is_told(stage: Stage) -> None:
    grant = await stage.consented()
    one = stage.processes[0]
    stage.slack.failing = "internal_error"
    stage.moved.gone = HALF_A_DAY - 3600.0
    assert isinstance(await one.says(stage.noor), Sent)  # the old one works on
    assert one.renewal.troubles == {"T1": "Slack is out of reach (internal_error)"}
    asked = stage.slack.asked["oauth.v2.access"]
    await one.installs.forget("T1")
    assert isinstance(await one.says(stage.noor), Sent)
    assert stage.slack.asked["oauth.v2.access"] == asked  # it is left alone for a while
    stage.slack.failing = ""
    stage.moved.gone += installing.KNOWN + 1
    assert isinstance(await one.says(stage.noor), Sent)
    assert (one.renewal.troubles, stage.slack.asked["renewed"]) == ({}, 1)
    stage.slack.refreshers = {token: replace(known, used=True) for token, known in stage.slack.refreshers.items()}
    stage.moved.gone += HALF_A_DAY
    assert await one.says(stage.noor) == Later(60.0, "token_expired", lane=True)
    assert one.renewal.troubles == {"T1": "invalid_refresh_token"}
    assert grant.refresh != ""
    await stage.consented()
    assert isinstance(await one.says(stage.noor), Sent)


async def test_an_operator_hears_of_a_token_that_keeps_not_being_renewed(stage: Stage) -> None:
    await stage.consented()
    one, other = stage.processes
    stage.slack.failing = "internal_error"
    stage.moved.gone = HALF_A_DAY - 3600.0
    assert isinstance(await one.says(stage.noor), Sent)
    assert await one.database.read(failing) == []  # once is nothing
    stage.moved.gone += installing.KNOWN + KEEPS.total_seconds()
    assert isinstance(await other.says(stage.noor), Sent)
    (found,) = await one.database.read(failing)
    assert (found.team, found.name, found.trouble) == ("T1", "De Molen", "Slack is out of reach (internal_error)")
    async with running(built(str(one.database.url), stage.slack)) as ritme:
        assert (await ritme.notes())["tokens"] == "Slack keeps not renewing 1 of them; ritme doctor says which"
        assert "ritme_tokens_failing 1.0" in (await ritme.measured()).text().decode()
        said_so = [one for one in await examine(ritme.settings) if one.text.startswith("De Molen (T1)")]
    assert [(one.level, one.about) for one in said_so] == [("bad", "slack")]
    assert said_so[0].text.endswith("(Slack is out of reach (internal_error)); install the app there again")
    stage.slack.failing = ""
    stage.moved.gone += installing.KNOWN + 1
    assert isinstance(await one.says(stage.noor), Sent)
    assert await other.database.read(failing) == []


async def test_a_process_that_dies_in_between_leaves_the_lease_to_others(stage: Stage) -> None:
    await stage.consented()
    one, other = stage.processes
    grant = await one.tokens.find("T1")
    assert grant is not None
    stage.moved.gone = HALF_A_DAY - 3600.0
    assert await one.tokens.lease(grant, "dead", stage.moved.real() + 60)
    assert not await other.tokens.lease(grant, "me", stage.moved.real() + 60)
    assert isinstance(await other.says(stage.noor), Sent)
    assert stage.slack.asked["renewed"] == 0
    stage.moved.gone += 61
    assert isinstance(await other.says(stage.noor), Sent)
    assert stage.slack.asked["renewed"] == 1
    late = replace(grant, access="late", version=grant.version + 1)
    assert not await one.tokens.renew(late)


async def test_what_is_renewed_is_written_down_although_nobody_waits(stage: Stage) -> None:
    await stage.consented()
    one, other = stage.processes
    stage.slack.delay = 0.1
    stage.moved.gone = HALF_A_DAY + 60.0
    speaking = asyncio.create_task(one.says(stage.noor))
    await until(lambda: stage.slack.asked["renewed"] == 1)
    speaking.cancel()
    await one.renewal.settle()
    assert isinstance(await other.says(stage.noor), Sent)
    assert stage.slack.asked["renewed"] == 1


async def test_a_database_that_is_away_costs_no_renewed_token(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    await stage.consented()
    one = stage.processes[0]
    stage.moved.gone = HALF_A_DAY + 60.0
    kept, failures = one.tokens.renew, [OutOfReach("busy"), OutOfReach("busy")]

    async def renew(*given: Any) -> bool:
        if failures:
            raise failures.pop()
        return await kept(*given)

    monkeypatch.setattr(one.tokens, "renew", renew)
    monkeypatch.setattr("bot.again.FIRST", 0.01)
    assert isinstance(await one.says(stage.noor), Sent)
    assert (failures, stage.slack.asked["renewed"]) == ([], 1)


# --- taken away --------------------------------------------------------------------------------------


async def test_a_removal_is_noticed_by_every_process_within_a_minute(stage: Stage) -> None:
    await stage.consented()
    one, other = stage.processes
    for each in (one, other):
        assert isinstance(await each.says(stage.noor), Sent)
    await _removed(one)
    await one.installs.forget("T1")
    assert await one.installs.find("T1") is None
    assert await one.says(stage.noor) == Halted("not_installed")
    stage.moved.gone += 59
    assert await other.installs.find("T1") is None
    assert await other.says(stage.noor) == Halted("not_installed")
    assert installing.KNOWN < 60


async def test_a_token_that_no_key_opens_waits_for_an_operator(stage: Stage) -> None:
    await stage.consented()
    one = stage.processes[0]
    one.tokens._secrets = Secrets(["A" * 43 + "="])
    assert await one.says(stage.noor) == Later(60.0, "no key of RITME_SECRET_KEY opens the token of T1", lane=True)
    one.tokens._secrets = Secrets([KEY])
    assert isinstance(await one.says(stage.noor), Sent)


async def test_what_was_known_is_used_while_the_database_is_away(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    await stage.consented()
    one = stage.processes[0]
    assert isinstance(await one.says(stage.noor), Sent)

    async def away(_team: str) -> None:
        raise OutOfReach("busy")

    monkeypatch.setattr(one.tokens, "find", away)
    stage.moved.gone += 600
    assert isinstance(await one.says(stage.noor), Sent)
    stage.moved.gone += HALF_A_DAY
    assert await one.says(stage.noor) == Later(60.0, "busy", lane=True)


async def _removed(process: Process) -> None:
    """As the event does it."""
    from models.directory.chat import remove_installation
    from models.scope import enter_team

    def job(connection: Any) -> None:
        scope = enter_team(connection, "slack", "T1", Clock().now())
        assert scope is not None
        remove_installation(scope)

    await process.database.write(job)
    with process.database.reader.connect() as connection:
        assert connection.execute(select(core(Token).c.id)).all() == []
        assert connection.execute(select(core(Installation).c.removed_at)).scalar() is not None
