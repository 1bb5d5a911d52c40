"""How a workspace comes to Ritme: consent that counts once, in one browser, and what it shows on the way."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import func, select, text

from bot.clock import Clock
from bot.db import Database
from bot.running import Ritme
from bot.slack import pages
from bot.slack.welcome import LIFE
from bot.tokens import ON_THE_WAY, States
from models.base import core
from models.identity import Installation, InstallState, Organisation, Person, Token
from tests.fakes.slack.market import Market
from tests.slackmarket import Browser, built, database_of, running
from tests.world import Home


@pytest.fixture
async def slack() -> AsyncIterator[Market]:
    async with Market() as market:
        market.workspace("T1", "De Molen").add_user("Noor Visser", id="UNOOR", email="noor@demolen.example")
        market.workspace("T2", "Acme & <Sons>").add_user("Ada Byron", id="UADA", email="ada@acme.example")
        yield market


@pytest.fixture
async def ritme(home: Home, slack: Market) -> AsyncIterator[Ritme]:
    async with running(built(database_of(home), slack)) as started:
        yield started


def count(ritme: Ritme, table: Any) -> int:
    with ritme.database.reader.connect() as connection:
        return connection.execute(select(func.count()).select_from(core(table))).scalar_one()


def heading(page: str) -> str:
    found = re.search(r"<h1>(.*)</h1>", page)
    return found[1] if found else ""


async def test_who_agrees_has_an_organisation_and_sets_it_up(ritme: Ritme, slack: Market) -> None:
    async with Browser(ritme) as browser:
        status, page = await browser.installs(slack, "T1", "UNOOR")
    assert (status, heading(page)) == (200, "Ritme zit nu in De Molen.")
    with ritme.database.reader.connect() as connection:
        org = connection.execute(select(core(Organisation).c.name, core(Organisation).c.language)).all()
        people = connection.execute(select(core(Person).c.name, core(Person).c.admin, core(Person).c.hr)).all()
        lanes = connection.execute(select(core(Installation).c.team, core(Installation).c.removed_at)).all()
    assert org == [("De Molen", "nl")]
    assert people == [("Noor Visser", True, False)]
    assert lanes == [("T1", None)]


async def test_the_pages_speak_the_browsers_language(ritme: Ritme, slack: Market) -> None:
    async with Browser(ritme, "de, en-GB;q=0.8, nl;q=0.3") as browser:
        status, page = await browser.installs(slack, "T2", "UADA")
        assert (status, heading(page)) == (200, "Ritme is in Acme &amp; &lt;Sons&gt;.")
        status, page = await browser.returns(slack.refuse(await browser.leaves()))
        assert (status, heading(page)) == (200, "Ritme was not added.")
        assert 'href="/slack/install"' in page
        assert '<html lang="en">' in page
    async with Browser(ritme) as browser:
        assert heading((await browser.returns("code=x&state=y"))[1]) == "Deze pagina is niet meer geldig."


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("", "en"),
        ("nl", "nl"),
        ("nl-BE,en;q=0.9", "nl"),
        ("en,nl;q=0.9", "en"),
        ("fr;q=0.9,nl;q=0.1", "nl"),
        ("nl;q=much,en;q=0.1", "en"),
        ("nl;q=0", "en"),
        ("nl;q=nan", "en"),
        (",;q=;;nl", "en"),
    ],
)
def test_a_language_is_chosen(accepted: str, language: str) -> None:
    assert pages.speech(accepted).language == language


async def test_the_browser_is_sent_on_with_a_state_and_a_cookie(ritme: Ritme, slack: Market) -> None:
    async with Browser(ritme) as browser:
        status, _, headers = await browser.get("/slack/install")
        secure = (await browser.get("/slack/install", **{"X-Forwarded-Proto": "https"}))[2]
        named = (await browser.get("/slack/install", Host="ritme.example.com"))[2]
    asked = parse_qs(urlsplit(headers["Location"]).query)
    assert (status, asked["client_id"], len(asked["state"][0])) == (302, [slack.client_id], 43)
    assert "users:read.email" in asked["scope"][0].split(",")
    (cookie,) = SimpleCookie(headers["Set-Cookie"]).values()
    assert (cookie.key, len(cookie.value), cookie["path"], cookie["max-age"]) == ("ritme_install", 43, "/slack", "600")
    assert (bool(cookie["httponly"]), cookie["samesite"], bool(cookie["secure"])) == (True, "Lax", False)
    assert all("; Secure" in one["Set-Cookie"] for one in (secure, named))
    with ritme.database.reader.connect() as connection:
        kept = str(connection.execute(text("SELECT * FROM install_state")).all())
    assert asked["state"][0] not in kept
    assert cookie.value not in kept


async def test_a_page_loads_nothing_and_runs_nothing(ritme: Ritme) -> None:
    async with Browser(ritme) as browser:
        _, page, headers = await browser.get("/slack/oauth_redirect?state=<script>&code=%00")
    assert headers["Content-Security-Policy"] == pages._POLICY
    assert re.fullmatch(
        r"default-src 'none'; style-src 'sha256-\S+'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
        pages._POLICY,
    )
    assert (headers["Referrer-Policy"], headers["Cache-Control"]) == ("no-referrer", "no-store")
    assert (headers["X-Content-Type-Options"], headers["X-Frame-Options"]) == ("nosniff", "DENY")
    assert not re.search(r"<script|javascript:|https?://|<link|<img|\son\w+=", page)


async def test_a_state_counts_once_in_its_own_browser_and_not_for_long(ritme: Ritme, slack: Market) -> None:
    async with Browser(ritme) as noor, Browser(ritme) as stranger:
        back = await slack.agree(await noor.leaves(), "T1", "UNOOR")
        theirs = await slack.agree(await stranger.leaves(), "T1", "UNOOR")
        assert (await stranger.returns(back))[0] == 400  # another browser, with a cookie of its own
        assert (await noor.returns(theirs))[0] == 400
        assert count(ritme, Token) == 0
        async with Browser(ritme) as bare:
            assert (await bare.returns(back))[0] == 400
        assert (await noor.returns(back))[0] == 400  # coming back used up the cookie
        back = await slack.agree(await noor.leaves(), "T1", "UNOOR")
        for broken in (f"{back}&state=x", back.replace("state=", "State="), f"{back}x"):
            async with Browser(ritme) as other:
                assert (await other.returns(broken))[0] == 400
        late = await slack.agree(await stranger.leaves(), "T1", "UNOOR")
        with ritme.database.writer.begin() as connection:
            before = datetime.now(UTC) - timedelta(seconds=1)
            connection.execute(core(InstallState).update().values(expires_at=before))
        assert (await stranger.returns(late))[0] == 400
        assert slack.asked["oauth.v2.access"] == 0
        await stranger.leaves()
        assert count(ritme, InstallState) == 1  # what is over is swept away


async def test_a_code_that_slack_does_not_take_is_told(ritme: Ritme, slack: Market) -> None:
    async with Browser(ritme, "en") as browser:
        back = await slack.agree(await browser.leaves(), "T1", "UNOOR")
        code = parse_qs(back)["code"][0]
        assert (await browser.returns(back))[0] == 200
        state = parse_qs(urlsplit(await browser.leaves()).query)["state"][0]
        status, page = await browser.returns(f"code={code}&state={state}")
        assert (status, heading(page)) == (400, "Slack did not confirm it.")
        slack.failing = "internal_error"
        status, page = await browser.installs(slack, "T1", "UNOOR")
        assert (status, heading(page)) == (503, "Not just now.")
    assert count(ritme, Token) == 1


async def test_only_listed_workspaces_are_admitted(home: Home, slack: Market) -> None:
    slack.workspace("T3", "Of the Grid", grid="E1").add_user("Ann", id="UANN")
    async with running(built(database_of(home), slack, RITME_SLACK_TEAMS="T1, E1")) as ritme:
        async with Browser(ritme, "en") as browser:
            status, page = await browser.installs(slack, "T2", "UADA")
            assert (status, heading(page)) == (403, "This Ritme is not for Acme &amp; &lt;Sons&gt;.")
            assert (slack.asked["apps.uninstall"], slack.working("T2")) == (1, [])
            assert (count(ritme, Token), count(ritme, Organisation)) == (0, 0)
            assert [
                (await browser.installs(slack, team, user))[0] for team, user in (("T1", "UNOOR"), ("T3", "UANN"))
            ] == [
                200,
                200,
            ]
        assert count(ritme, Organisation) == 2


async def test_too_many_on_their_way_are_asked_to_come_back(ritme: Ritme) -> None:
    ends = datetime.now(UTC) + timedelta(minutes=5)
    with ritme.database.writer.begin() as connection:
        rows = [{"state": str(n), "browser": "", "expires_at": ends} for n in range(ON_THE_WAY)]
        connection.execute(core(InstallState).insert(), rows)
    async with Browser(ritme) as browser:
        status, page, _ = await browser.get("/slack/install")
    assert (status, heading(page)) == (429, "Nu even niet.")


async def test_a_second_one_who_installs_takes_no_role(ritme: Ritme, slack: Market) -> None:
    slack.workspaces["T1"].add_user("Sem Bakker", id="USEM", email="sem@demolen.example")
    async with Browser(ritme) as browser:
        for user in ("UNOOR", "USEM", "UNOOR"):
            assert (await browser.installs(slack, "T1", user))[0] == 200
    with ritme.database.reader.connect() as connection:
        row = core(Person).c
        found = connection.execute(select(row.name, row.admin).order_by(row.id)).all()
        assert found == [("Noor Visser", True), ("Sem Bakker", False)]
        assert connection.execute(select(core(Token).c.version)).all() == [(3,)]
    assert count(ritme, Organisation) == 1


@pytest.mark.soak
async def test_of_eight_who_come_back_at_once_one_wins(home: Home, *, soak: bool) -> None:
    """In two processes, over and over."""
    url, rounds = database_of(home), 1000 if soak else 100
    databases = [Database(url, readers=2) for _ in range(1 if url.startswith("sqlite") else 2)]
    doors = [States(database, Clock(), LIFE) for database in databases]
    began, winners = time.monotonic(), []
    for number in range(rounds):
        assert await doors[0].begin(f"state {number}", "browser")
        tries = (doors[n % len(doors)].used(f"state {number}", "browser") for n in range(8))
        winners.append(sum(await asyncio.gather(*tries)))
    assert winners == [1] * rounds
    assert time.monotonic() - began < 600
    for database in databases:
        database.close()
