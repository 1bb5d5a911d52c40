"""One week at Havenlicht, played in the terminal: what people do, and what each of them sees."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from bot.demo import terminal
from bot.demo.chat import Chat, Entry
from bot.demo.company import BY_HANDLE
from bot.demo.desk import Desk
from bot.demo.hand import Filled, called
from bot.demo.render import Json
from bot.demo.story import Deed, Watcher, play, told
from bot.words import Words

_INDENT = 8


class Teller(Watcher):
    """Prints what happens, each thing once, under the day and the time at which it happens."""

    def __init__(self, console: Console, chat: Chat, words: Words) -> None:
        self._console = console
        self._chat = chat
        self._words = words
        self._last = chat.version
        self._day: date | None = None

    def passed(self) -> None:
        for entry in self._chat.since(self._last):
            self._last = entry.version
            if not entry.author:
                self._says(entry)

    def does(self, deed: Deed, what: str) -> None:
        where = f"  #{deed.room}" if deed.room else ""
        self._headed(deed.at, Text.assemble((_name(deed.who), "bold"), (where, "dim"), "  ", (what, "cyan")))

    def fills(self, form: Json, values: Mapping[str, Filled]) -> None:
        shown = Text(form["title"], "bold")
        for wanted, value in values.items():
            if value:
                part = called(form, wanted)
                shown.append(f"\n{part['label']}\n", "dim")
                shown.append(f"  {_shown(part, value)}", "cyan")
        if form["sees"]:
            shown.append("\n")
            shown.append("".join(run["text"] for run in form["sees"]), "dim italic")
        self._indented(shown)

    def _says(self, entry: Entry) -> None:
        if entry.message is None:
            return
        to = entry.only or entry.room.removeprefix("@")
        reader = _name(to) if to in BY_HANDLE else f"#{to}"
        self._headed(entry.changed or entry.at, Text.assemble(("Ritme → ", "green"), (reader, "bold green")))
        self._indented(terminal.message(entry.message))

    def _headed(self, at: datetime, what: Text) -> None:
        here = at.astimezone(self._words.zone)
        if here.date() != self._day:
            self._day = here.date()
            self._console.print()
            self._console.rule(Text(f"{self._words.weekday(here)} {self._words.long_day(here)}", "bold"), style="dim")
        self._console.print()
        self._console.print(Text.assemble((f"{self._words.clock(at)}   ", "dim"), what))

    def _indented(self, what: Any) -> None:
        self._console.print(Padding(what, (0, 0, 0, _INDENT), expand=False))


async def run(desk: Desk, console: Console, words: Words) -> None:
    """Plays the coming week, until the next Monday's digests are in."""
    hands = desk.parts.hands
    today = hands.now().astimezone(words.zone).date()
    monday = today + timedelta(days=-today.weekday() % 7)
    teller = Teller(console, desk.chat, words)
    await play(desk, told("week", monday), teller)
    await hands.move(_noon(monday + timedelta(weeks=1), words))
    teller.passed()
    console.print()


def _noon(day: date, words: Words) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=words.zone)


def _shown(part: Json, value: Filled) -> str:
    """What goes in a field as its reader sees it: the labels of what was chosen."""
    labels = {option["value"]: option["label"] for option in part.get("options", ())}
    values = value.split("\n") if isinstance(value, str) else value
    return " · ".join(labels.get(each, each) for each in values)


def _name(user: str) -> str:
    return BY_HANDLE[user].name
