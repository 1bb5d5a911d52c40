"""The made-up company: four weeks lived through the same calls as any, and a clock that keeps its word."""

from __future__ import annotations

import io
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from copy import deepcopy
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import pytest_asyncio
from rich.console import Console
from typer.testing import CliRunner

from bot.app import demo
from bot.cli import app
from bot.db import Database
from bot.demo import run
from bot.demo.chat import Chat, Entry, dm
from bot.demo.company import CAST, VALUES
from bot.demo.desk import Desk
from bot.demo.hand import Hand, Stuck
from bot.demo.history import BEGIN, live
from bot.messages import Actions
from bot.words import words

AMSTERDAM = ZoneInfo("Europe/Amsterdam")


class Weeks:
    """The four weeks, lived by the first demo that begins. Those after it find everything as it was then."""

    def __init__(self) -> None:
        self._lived = False
        self._at, self._said = BEGIN, dict[str, Any]()
        self._rows = sqlite3.connect(":memory:")

    async def live(self, desk: Desk, database: Database) -> None:
        if not self._lived:
            await live(desk, database)
            with _opened(database) as file:
                file.backup(self._rows)
            self._lived, self._at, self._said = True, desk.parts.hands.now(), _said(desk.chat)
            return
        with _opened(database) as file:
            self._rows.backup(file)
        vars(desk.chat).update(deepcopy(self._said))
        desk.parts.hands._clock.move(self._at)  # type: ignore[attr-defined]  # the demo's own hands

    def close(self) -> None:
        self._rows.close()


def _said(chat: Chat) -> dict[str, Any]:
    """All that a chat knows of what was said in it."""
    return deepcopy({name: vars(chat)[name] for name in ("version", "_entries", "_count", "_read")})


def _opened(database: Database) -> closing[sqlite3.Connection]:
    return closing(sqlite3.connect(str(database.url.database)))


@pytest.fixture(scope="module")
def weeks() -> Iterator[None]:
    lived = Weeks()
    with closing(lived), pytest.MonkeyPatch.context() as patch:
        patch.setattr("bot.demo.history.live", lived.live)
        yield


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def history(weeks: None) -> AsyncIterator[Desk]:
    """The demo as it begins. Tests only look."""
    async with demo() as desk:
        yield desk


@pytest.fixture
async def desk(weeks: None) -> AsyncIterator[Desk]:
    """A demo of one's own."""
    async with demo() as desk:
        yield desk


def labels(entry: Entry) -> list[str]:
    assert entry.message
    return [button.label for part in entry.message.body if isinstance(part, Actions) for button in part.buttons]


def summaries(desk: Desk, user: str, room: str) -> list[str]:
    return [entry.message.summary for entry in desk.chat.visible(user, room) if entry.message]


# --- how it begins -------------------------------------------------------------------------------------


@pytest.mark.asyncio(loop_scope="module")
async def test_a_dozen_people_in_two_languages_and_three_zones(history: Desk) -> None:
    people = await history.parts.people()
    assert [one.user for one in people] == [member.handle for member in CAST]
    assert (len(people), {one.language for one in people}) == (12, {"nl", "en"})
    assert {one.zone for one in people} == {"Europe/Amsterdam", "Europe/London", "America/New_York"}
    assert [(one.user, str(one.away)) for one in people if one.away] == [("joost", "2026-12-07")]


@pytest.mark.asyncio(loop_scope="module")
async def test_it_begins_on_a_monday_morning_with_everything_read(history: Desk) -> None:
    assert history.parts.hands.now() == BEGIN
    unread = {
        (one.handle, room): history.chat.unread(one.handle, room)
        for one in CAST
        for room in (dm(one.handle), "kudos", "algemeen", "klantdag")
    }
    assert set(unread.values()) == {0}


@pytest.mark.asyncio(loop_scope="module")
async def test_four_weeks_lie_behind_it(history: Desk) -> None:
    assert len(summaries(history, "noor", "kudos")) == 8
    seen = [one for one in summaries(history, "noor", dm("noor")) if one == "Je check-in is gezien."]
    assert len(seen) == 4
    digests = [entry for entry in history.chat.visible("anna", dm("anna")) if "Overzicht openen" in labels(entry)]
    assert [str(entry.at.date()) for entry in digests] == ["2026-11-02", "2026-11-09", "2026-11-16"]
    assert summaries(history, "joost", dm("joost"))[-1].startswith("Noor bedankt je")  # nothing since he is away


@pytest.mark.asyncio(loop_scope="module")
async def test_the_menu_is_in_the_readers_words(history: Desk) -> None:
    menu = history.parts.menu(words("nl", "Europe/Amsterdam"))
    usages = [command.usage for command in menu.commands]
    assert usages[:4] == ["/checkin", "/doel", "/feedback", "/kudos"]
    assert "/ritme instellingen" in usages
    assert sorted(name for name, _ in menu.shortcuts) == ["goals.message", "kudos.message"]
    assert "Vastleggen bij een doel" in [label for _, label in menu.shortcuts]


@pytest.mark.asyncio(loop_scope="module")
async def test_the_company_has_its_values(history: Desk) -> None:
    hand = Hand(history, "noor")
    await hand.types("/kudos")
    assert hand.form
    options = next(part["options"] for part in hand.form["body"] if part.get("name") == "value")
    assert [option["label"] for option in options] == sorted(VALUES)


@pytest.mark.asyncio(loop_scope="module")
async def test_who_cannot_do_what_is_told_is_stuck(history: Desk) -> None:
    with pytest.raises(Stuck, match="noor sees no button nothing"):
        await Hand(history, "noor").presses("nothing")
    with pytest.raises(Stuck, match="noor has no form to fill in"):
        await Hand(history, "noor").fills({})


# --- the clock -----------------------------------------------------------------------------------------


async def test_the_clock_brings_what_it_said(desk: Desk) -> None:
    next_event, monday, *_ = await desk.parts.hands.moves(AMSTERDAM)
    nine = BEGIN + timedelta(minutes=45)
    assert (next_event.what, next_event.to, next_event.brings["checkins.ask"]) == ("next", nine, 6)
    assert (monday.what, monday.to) == ("monday", nine)
    before = desk.chat.version
    await desk.parts.hands.move(next_event.to)
    asked = [entry for entry in desk.chat.since(before) if "Beantwoorden" in labels(entry)]
    assert sorted(entry.room for entry in asked) == ["@anna", "@hanna", "@lotte", "@marijke", "@noor", "@sem"]
    assert (await desk.parts.hands.moves(AMSTERDAM))[1].to == nine + timedelta(weeks=1)


async def test_what_people_set_for_themselves_shows(desk: Desk) -> None:
    noor = Hand(desk, "noor")
    await noor.types("/ritme instellingen")
    await noor.presses("settings.me")
    await noor.fills({"language": "en", "zone": "America/New_York"})
    me = await desk.somebody("noor")
    assert (me.language, me.zone) == ("en", "America/New_York")


async def test_the_clock_knows_what_a_call_moved(desk: Desk) -> None:
    """Whoever moves to New York is asked at nine o'clock there, and the button counts so at once."""
    noor = Hand(desk, "noor")
    await noor.types("/ritme instellingen")
    await noor.presses("settings.me")
    await noor.fills({"zone": "America/New_York"})
    nine = (await desk.parts.hands.moves(AMSTERDAM))[0]
    assert nine.brings["checkins.ask"] == 5
    await desk.parts.hands.move(nine.to)
    before = desk.chat.version
    await desk.parts.hands.move(nine.to + timedelta(hours=6))
    assert "@noor" in {entry.room for entry in desk.chat.since(before) if "Beantwoorden" in labels(entry)}


# --- the play and the command --------------------------------------------------------------------------


async def test_a_week_is_told_in_the_terminal(desk: Desk) -> None:
    out = io.StringIO()
    await run.tell(desk, Console(file=out, width=100))
    told = out.getvalue()
    for line in (
        "Ritme → Noor Jansen",
        "Hoi Noor, tijd voor je check-in. Het kost je twee minuten.",
        "Hi Maya, time for your check-in. It takes you two minutes.",
        "Sem Bakker  [Liever niet]",
        "Ritme → #kudos",
        "Je reactie is nu bij Sem.",
        "Week 49 · Platform",
    ):
        assert line in told
    assert "Monday 30 November 2026" in told


def test_a_port_in_use_is_said() -> None:
    held = run.listening(0)
    held.listen()
    port = held.getsockname()[1]
    result = CliRunner().invoke(app, ["demo", "--port", str(port)])
    held.close()
    assert result.exit_code == 2
    assert f"ritme demo --port {port + 1}" in result.output
