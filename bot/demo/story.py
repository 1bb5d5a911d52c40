"""What people of the made-up company do and when, read from `story.toml` (the past) and `week.toml` (the play)."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bot.demo.company import BY_HANDLE
from bot.demo.desk import Desk
from bot.demo.hand import Filled, Hand
from bot.demo.render import Json

_HERE = Path(__file__).parent
_OUTCOMES = ("done", "dropped")
_DAYS = ("mon", "tue", "wed", "thu", "fri")


@dataclass(frozen=True, slots=True)
class Deed:
    """One thing that somebody does: a line that is typed or a button that is pressed, and the forms that follow.

    `label` says which of several such buttons, `home` that it is one of the overview.
    """

    at: datetime
    who: str
    line: str = ""
    room: str = ""
    press: str = ""
    label: str = ""
    home: bool = False
    fills: tuple[Mapping[str, Filled], ...] = ()


def told(name: str, monday: date) -> list[Deed]:
    """The deeds of a story, in order; its first week begins on this Monday."""
    story = tomllib.loads((_HERE / f"{name}.toml").read_text(encoding="utf-8"))
    deeds = [*_checkins(story.get("checkins", ()), monday), *_typed(story.get("typed", ()), monday)]
    return sorted(deeds, key=lambda deed: deed.at)


class Watcher:
    """Somebody who watches a play; this one looks away."""

    def passed(self) -> None:
        """Time went by, or somebody did something: there may be something new to see."""

    def does(self, deed: Deed, what: str) -> None:
        """Somebody types a line, or presses a button that says this."""

    def fills(self, form: Json, values: Mapping[str, Filled]) -> None:
        """Somebody fills in a form."""


async def play(desk: Desk, deeds: Sequence[Deed], watcher: Watcher | None = None) -> None:
    """Lets time pass from deed to deed. Raises `bot.demo.hand.Stuck` where somebody cannot do what is told."""
    watcher, hands = watcher or Watcher(), desk.parts.hands
    people: dict[str, Hand] = {}
    for deed in deeds:
        if deed.at > hands.now():
            await hands.move(deed.at)
        watcher.passed()
        await _done(people.setdefault(deed.who, Hand(desk, deed.who)), deed, watcher)
        watcher.passed()


async def _done(hand: Hand, deed: Deed, watcher: Watcher) -> None:
    if deed.press:
        watcher.does(deed, f"[{await hand.presses(deed.press, deed.label, home=deed.home)}]")
    else:
        await hand.types(deed.line, deed.room)
        watcher.does(deed, deed.line)
    for values in deed.fills:
        if hand.form:
            watcher.fills(hand.form, values)
        await hand.fills(values)


def _checkins(rows: Sequence[Mapping[str, Any]], monday: date) -> Iterator[Deed]:
    for row in rows:
        values: dict[str, Filled] = {plan: outcome for outcome in _OUTCOMES for plan in row.get(outcome, ())}
        values |= {"blocker": row.get("blocker", ""), "priorities": "\n".join(row.get("plans", ()))}
        if "energy" in row:
            values |= {"energy": str(row["energy"]), "energy_for": "manager" if row.get("share", True) else "me"}
        yield Deed(_moment(row, monday), row["who"], press="checkins.answer", fills=(values,))


def _typed(rows: Sequence[Mapping[str, Any]], monday: date) -> Iterator[Deed]:
    for row in rows:
        line, room, press, label = (row.get(name, "") for name in ("line", "room", "press", "label"))
        home, fills = row.get("home", False), tuple(row.get("fills", ()))
        for _ in range(row.get("times", 1)):
            yield Deed(_moment(row, monday), row["who"], line, room, press, label, home, fills)


def _moment(row: Mapping[str, Any], monday: date) -> datetime:
    """A row's moment ("tue 09:30" of a week), where this person is."""
    day, clock = row["at"].split()
    on = monday + timedelta(weeks=row["week"] - 1, days=_DAYS.index(day))
    zone = ZoneInfo(BY_HANDLE[row["who"]].zone)
    return datetime.combine(on, time.fromisoformat(clock), zone)
