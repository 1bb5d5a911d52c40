"""A made-up person at the keyboard: types, presses and fills in through the same requests that the page sends."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bot.demo.chat import dm
from bot.demo.desk import Desk
from bot.demo.render import Json
from bot.messages import Actions, Button, Item, Message

Filled = str | Sequence[str]
"""What goes in a field, which is called by its name or by its label: in a search field names of people, in a choice a
value or the beginning of a label."""

_KEYS = itertools.count(1)


class Stuck(RuntimeError):
    """What a person wanted to do is not there, or was refused."""


class Hand:
    """One person. `form` is the form that is open, as the page gets it."""

    def __init__(self, desk: Desk, user: str) -> None:
        self.user = user
        self.form: Json | None = None
        self._desk = desk
        self._from: Mapping[str, str] = {}

    async def types(self, line: str, room: str = "") -> None:
        """A command, or words to Ritme or to colleagues."""
        await self._act({"kind": "typed", "text": line}, {"room": room or dm(self.user)})

    async def presses(self, name: str, label: str = "", *, home: bool = False) -> str:
        """The newest button of this name in the direct messages, or the first one in the overview; its label."""
        for origin, message in [await self._overview()] if home else self._seen():
            button = next((each for each in _buttons(message) if each.name == name and label in ("", each.label)), None)
            if button:
                await self._act({"kind": "press", "name": name, "carry": dict(button.carry)}, origin)
                return button.label
        raise Stuck(f"{self.user} sees no button {name}")

    async def fills(self, values: Mapping[str, Filled]) -> None:
        """Fills in these fields of the open form, leaves the others as they stand, and sends it."""
        form = self.form
        if form is None:
            said = next((message.summary for _, message in self._seen()), "nothing")
            raise Stuck(f"{self.user} has no form to fill in, but heard: {said}")
        filled = {part["name"]: _prefilled(part) for part in form["body"] if "name" in part}
        for wanted, value in values.items():
            part = called(form, wanted)
            filled[part["name"]] = (
                await self._searched(part, value, form) if part["type"] == "search" else _picked(part, value)
            )
        self.form = None
        sent = {"kind": "submit", "name": form["name"], "carry": form["carry"], "values": filled}
        await self._act(sent, self._from)

    async def _searched(self, part: Json, names: Filled, form: Json) -> Filled:
        """Types each name into the search field and takes the first option."""
        found = []
        for name in [names] if isinstance(names, str) else names:
            asked = {"kind": "lookup", "name": part["lookup"], "text": name, "carry": form["carry"]}
            (reply,) = await self._desk.act({"as": self.user, "key": _key(), **asked})
            if not reply["options"]:
                raise Stuck(f"{self.user} finds no {name}")
            found.append(reply["options"][0]["value"])
        return found if part["several"] else found[0]

    async def _act(self, what: Json, origin: Mapping[str, str]) -> None:
        for reply in await self._desk.act({"as": self.user, "key": _key(), **what, **origin}):
            if reply["type"] == "invalid":
                raise Stuck(f"{self.user}: {reply['form']['problem']} {_errors(reply['form'])}")
            if "form" in reply:
                self.form, self._from = reply["form"], origin

    async def _overview(self) -> tuple[Mapping[str, str], Message | None]:
        return {}, await self._desk.home(self.user, _key())

    def _seen(self) -> Iterator[tuple[Mapping[str, str], Message]]:
        """The direct messages, newest first, and where they stand."""
        for entry in reversed(list(self._desk.chat.visible(self.user, dm(self.user)))):
            if entry.message:
                yield {"room": entry.room, "message": entry.id}, entry.message


def called(form: Json, wanted: str) -> Json:
    """The field of this name, or with this label."""
    for key in ("name", "label"):
        for part in form["body"]:
            if "name" in part and part[key] == wanted:
                return part  # type: ignore[no-any-return]  # JSON
    raise Stuck(f"{form['name']} has no field {wanted}")


def _picked(part: Json, value: Filled) -> Filled:
    """What was chosen, by its value or by how its label begins; any other field as it is typed."""
    if not isinstance(value, str):
        return [_option(part, each) for each in value]
    return _option(part, value) if "options" in part else value


def _option(part: Json, wanted: str) -> str:
    options = part["options"]
    exact = [option for option in options if option["value"] == wanted]
    found = exact or [option for option in options if option["label"].startswith(wanted)]
    if not found:
        raise Stuck(f"{part['name']} offers no {wanted}")
    return str(found[0]["value"])


def _buttons(message: Message | None) -> Iterator[Button]:
    for part in message.body if message else ():
        match part:
            case Actions(buttons):
                yield from buttons
            case Item(button=Button() as button):
                yield button
            case _:
                pass


def _prefilled(part: Json) -> Any:
    """What a field holds before anybody touches it, as the page sends it."""
    if part["type"] != "search":
        return part["value"]
    chosen = [option["value"] for option in part["value"]]
    return chosen if part["several"] else "".join(chosen[:1])


def _errors(form: Json) -> dict[str, str]:
    return {part["name"]: part["error"] for part in form["body"] if part.get("error")}


def _key() -> str:
    return f"hand-{next(_KEYS)}"
