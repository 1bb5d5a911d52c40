"""Through the real Bot Framework token check and our own edge, against a working fake of Teams."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from bot.conversations import Conversations
from bot.parcels import Parcel, Result, Sent
from bot.teams.installs import Reference
from bot.teams.send import TeamsPlatform, referred
from tests.chat import Chat
from tests.fakes.teams.people import actions, inputs, labels, shown
from tests.fakes.teams.world import Activity, Dialog
from tests.seen import Seen
from tests.teamsdoor import Set
from tests.teamsdoor import opened as door_opened
from tests.world import CAST, Home, World

Place = Activity | Dialog

TENANT = "11111111-0000-4000-8000-00000000000a"
CHANNEL = "C-KUDOS"


class TeamsDoor:
    """What people do in Teams, and what they see there. Who gets a card with one button only, presses it."""

    name = "teams"

    def __init__(self, everything: Set, told: set[str]) -> None:
        self.fake, self.people, self._told = everything.teams, everything.people, told
        self.teams = self.fake.world
        self._answers: dict[str, Place] = {}
        self._homes: dict[str, str] = {}

    # doing

    async def command(self, user: str, verb: str, text: str) -> None:
        self._closes(user)
        await self._watch(user, self.people.say(user, f"/{verb} {text}".strip()))
        await self._press_the_only_button(user)

    async def repeat(self, user: str, verb: str, text: str, times: int) -> list[str]:
        self._closes(user)
        before = len(self.people.see_personal(user))
        await self.people.say(user, f"/{verb} {text}")
        await asyncio.gather(*(self.people.door.again() for _ in range(times - 1)))
        said = [one for one in self.people.see_personal(user)[before:] if one.author == "bot"]
        return ["\n".join(_lines(shown(one, user))) for one in said] * times

    async def say(self, user: str, text: str) -> None:
        self._closes(user)
        await self._watch(user, self.people.say(user, text))
        await self._press_the_only_button(user)

    async def press(self, user: str, label: str) -> None:
        where = next((place for place in self._places(user) if label in labels(shown(place, user))), None)
        assert where, f"{user} sees no button {label!r} among {[labels(shown(p, user)) for p in self._places(user)]}"
        if isinstance(where, Activity):
            self._closes(user)
        await self._watch(user, self.people.press(user, label, where))

    async def tap(self, user: str, name: str, carry: dict[str, str]) -> None:
        data = {"ritme": {"k": "press", "n": name, "c": carry}}
        action = {"type": "Action.Execute", "verb": name, "title": "Tap", "data": data}
        body = {"attachments": [{"content": {"type": "AdaptiveCard", "version": "1.5", "body": []}}]}
        self._closes(user)
        forged = self.teams.put(self.teams.personal(user), body)
        await self._watch(user, self.people.act(user, action, forged))
        await self._press_the_only_button(user)

    async def submit(self, user: str, values: dict[str, Any]) -> None:
        form = self._form(user)
        assert form is not None, "no form is open"
        typed = {name: await self._typed(user, form, name, value) for name, value in values.items()}
        await self._watch(user, self.people.submit(user, form, **typed))

    async def shortcut(self, user: str, name: str, author: str, text: str) -> None:
        self._closes(user)
        said = self.people.write(author, CHANNEL, text)
        await self._watch(user, self.people.message_action(user, name, said))
        self.teams.conversations[CHANNEL].said.remove(said)

    async def home(self, user: str) -> None:
        """Looks at the overview that stands in the chat, which asks for itself anew; else asks for it."""
        card = self._home(user)
        if card is None:
            await self._watch(user, self.people.say(user, "/ritme"))
            self._homes[user] = self._answers[user].id  # type: ignore[union-attr]  # it is said in the chat
        else:
            await self.people.refresh(user, card)
            self._answers[user] = card

    # seeing

    def answered(self, user: str) -> Seen | None:
        place = self._answers.get(user)
        return None if place is None else _seen(place, user)

    def form(self, user: str) -> Seen | None:
        place = self._form(user)
        return None if place is None else _seen(place, user)

    def overview(self, user: str) -> Seen | None:
        place = self._home(user)
        return None if place is None else _seen(place, user)

    def dms(self, user: str) -> list[Seen]:
        return [_seen(one, user) for one in self.people.see_personal(user) if one.id in self._told]

    def channel(self, word: str) -> list[Seen]:
        return [_seen(one, "") for one in self.people.see(f"C-{word.upper()}")]

    # inside

    def _closes(self, user: str) -> None:
        """A dialog covers the chat: who goes on there has closed it."""
        self.teams.dialogs.pop(user, None)

    async def _press_the_only_button(self, user: str) -> None:
        """A dialog opens only on a press."""
        place = self._answers.get(user)
        if place is None or self.teams.dialog(user):
            return
        (*others, last) = actions(shown(place, user)) or [{}]
        if not others and last.get("data", {}).get("ritme", {}).get("k") == "again":
            await self._watch(user, self.people.act(user, last, place))

    async def _watch(self, user: str, doing: Any) -> None:
        """Does something, and remembers what came of it: a new message, a changed one, or a note in a dialog."""
        before = self._picture(user)
        reply = await doing
        assert reply.good, f"Teams got {reply.status}"
        now = self._picture(user)
        changed = [one for one in self.people.see_personal(user) if before.get(one.id) != now[one.id]]
        changed = [one for one in changed if one.author == "bot"]
        note = self.teams.dialog(user)
        if note is not None and not _sends(note.card) and not _is_sheet(note):
            self._answers[user] = note
        elif changed:
            self._answers[user] = changed[-1]

    def _picture(self, user: str) -> dict[str, str]:
        return {one.id: json.dumps(shown(one, user)) for one in self.people.see_personal(user)}

    def _home(self, user: str) -> Activity | None:
        known = self._homes.get(user)
        return self.teams.find(self.teams.personal(user), known) if known else None

    def _form(self, user: str) -> Place | None:
        """The dialog that is open, unless it only says something; or a form that stands in the chat."""
        dialog = self.teams.dialog(user)
        if dialog is not None:
            return dialog if _sends(dialog.card) or _is_sheet(dialog) else None
        place = self._answers.get(user)
        return place if isinstance(place, Activity) and inputs(shown(place, user)) else None

    def _places(self, user: str) -> list[Place]:
        said = [one for one in reversed(self.people.see_personal(user)) if one.author == "bot"]
        places = [self._answers.get(user), self.teams.dialog(user), *said, self._home(user)]
        return [place for place in places if place is not None]

    async def _typed(self, user: str, form: Place, name: str, value: Any) -> Any:
        """Types each name into a search field and takes the first option."""
        known = inputs(shown(form, user))
        assert name in known, f"no field {name} among {list(known)}"
        if "choices.data" not in known[name]:
            return value
        found = []
        for letters in [value] if isinstance(value, str) else value:
            offered = await self.people.lookup(user, name, letters, form)
            assert offered, f"nobody is called {letters}"
            found.append(offered[0][1])
        return found


class Told:
    """The way out, which remembers what Ritme said of itself: a chat in Teams shows answers beside it."""

    name, post_gap, dm_gap, paces = TeamsPlatform.name, 0.0, 0.0, ()

    def __init__(self, platform: TeamsPlatform) -> None:
        self._platform = platform
        self.told: set[str] = set()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._platform, name)

    async def send(self, parcel: Parcel) -> Result:
        result = await self._platform.send(parcel)
        if isinstance(result, Sent) and parcel.verb == "dm":
            self.told.update(referred(result.ref)[1])
        return result


@asynccontextmanager
async def opened(home: Home) -> AsyncIterator[Chat]:
    """A company in Teams, whose people all have the app."""
    world = World(home, "teams", TENANT, "")
    calls: list[Any] = []

    async def serve(call: Any) -> Any:
        return await calls[0].serve(call)

    async def form(call: Any) -> Any:
        return await calls[0].form(call)

    async with door_opened(serve, form=form, store=Conversations(world.database, world.clock)) as everything:
        teams = everything.teams.world
        for handle, (name, _, language, zone) in CAST.items():
            locale = {"nl": "nl-NL", "en": "en-GB"}[language]
            known = teams.add(world.user(handle), name, email=f"{handle}@demolen.example", zone=zone, locale=locale)
            place = (teams.personal(known.user), "personal", everything.teams.service)
            await everything.installs.keep(Reference(TENANT, known.user, *place, mri=known.mri))
        teams.channel(CHANNEL, "kudos", list(map(world.user, CAST)))
        platform = Told(everything.platform)
        chat = Chat(world, platform)
        calls.append(chat.dispatch)
        chat.door = TeamsDoor(everything, platform.told)
        yield chat
    world.close()


# --- reading cards -----------------------------------------------------------------------------------

_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
_MARKED = re.compile(r"(?<![\\\w*])(\*{1,2})(?=\S)(.+?)(?<=\S)\1(?![\w*])")
_LINKED = re.compile(r"(?<!\\)\[((?:\\.|[^\]\\])*)\]\([^)]*\)")
_SPOKEN = re.compile(r"<at>(.*?)</at>")
_BLANK = "\N{NO-BREAK SPACE}"


def _seen(place: Place, user: str) -> Seen:
    card = shown(place, user)
    if isinstance(place, Activity) and not inputs(card):
        return Seen(place.body.get("summary", ""), tuple(_lines(card)), tuple(labels(card)))
    body, sees = list(card["body"]), ""
    if card.get("actions"):
        foot = _last_paragraph(body)
        sees, body = "\n".join(map(_text, foot)), body[: len(body) - len(foot)]
    typed = place.typed if isinstance(place, Dialog) else place.typed.get(user, {})
    values = {name: _value(field, typed.get(name)) for name, field in inputs(card).items()}
    title = place.body["title"] if isinstance(place, Dialog) else place.body["summary"]
    if isinstance(place, Activity):
        body = body[1:]  # its title, which a dialog has above it
    buttons = tuple(one["title"] for one in actions({"body": body}))
    found = _lines({"body": [part for part in body if id(part) not in {id(one) for one in _said_at_fields(body)}]})
    return Seen(title, tuple(found), buttons, tuple(values), _errors(body), values, sees)


def _lines(card: Any) -> list[str]:
    """The lines of text, without what is only drawn. A line break makes a block of its own, joined here again."""
    lines: list[str] = []
    _gather(card.get("body", []), lines)
    return lines


def _gather(blocks: list[Any], lines: list[str]) -> None:
    before: Any = None
    for block in blocks:
        match block["type"]:
            case "TextBlock" | "RichTextBlock":
                if before is not None and block.get("spacing") == "none" and _look(before) == _look(block):
                    lines[-1] += f"\n{_text(block)}"
                else:
                    lines.append(_text(block))
            case "FactSet":
                lines += [f"{_unmarked(one['title'])}: {_unmarked(one['value'])}" for one in block["facts"]]
            case "Container":
                inner: list[str] = []
                _gather(block["items"], inner)
                lines += inner
            case "ColumnSet":
                for column in block["columns"]:
                    _gather(column["items"], lines)
            case kind if kind.startswith("Input."):
                lines.append(block["label"])
            case _:
                pass
        before = block if block["type"] in {"TextBlock", "RichTextBlock"} else None


def _look(block: Any) -> tuple[Any, ...]:
    return block.get("isSubtle"), block.get("inlines", [{}])[0].get("isSubtle")


def _text(block: Any) -> str:
    if block["type"] == "RichTextBlock":
        return "".join(run["text"] for run in block["inlines"]).replace(_BLANK, "")
    return _unmarked(block["text"])


def _unmarked(text: str) -> str:
    """Live Markdown as the characters that people see; a mention is shown as the name of who is meant."""
    text = _SPOKEN.sub(r"\1", _LINKED.sub(r"\1", text))
    text = _MARKED.sub(r"\2", text)
    return _ESCAPED.sub(r"\1", text).replace(_BLANK, "")


def _last_paragraph(body: list[Any]) -> list[Any]:
    """The small print that a form ends with."""
    found: list[Any] = []
    while body[len(body) - len(found) - 1 :] and _subtle(body[-len(found) - 1]):
        found.insert(0, body[-len(found) - 1])
        if found[0].get("spacing") != "none":
            break
    return found


def _subtle(block: Any) -> bool:
    return block["type"] in {"TextBlock", "RichTextBlock"} and bool(_look(block)[0] or _look(block)[1])


def _said_at_fields(body: list[Any]) -> list[Any]:
    """What stands above a field because it needs another look, and the hint below it."""
    found = []
    for place, block in enumerate(body):
        if block["type"].startswith("Input."):
            above = place - 1
            while above >= 0 and _wrong(body[above]) and (body[above].get("spacing") in {"medium", "none"}):
                found.append(body[above])
                above -= 1
            below = place + 1
            while below < len(body) and _subtle(body[below]) and body[below].get("spacing") == "none":
                found.append(body[below])
                below += 1
    return found


def _errors(body: list[Any]) -> dict[str, str]:
    found = {}
    for place, block in enumerate(body):
        if block["type"].startswith("Input.") and place and _wrong(body[place - 1]):
            found[block["id"]] = _text(body[place - 1])
    return found


def _wrong(block: Any) -> bool:
    runs = block.get("inlines", [block])
    return block["type"] in {"TextBlock", "RichTextBlock"} and runs[0].get("color") == "attention"


def _value(field: Any, typed: Any) -> Any:
    """What stands in a field."""
    value = field.get("value", "") if typed is None else typed
    return tuple(one for one in value.split(",") if one) if field.get("isMultiSelect") else value


def _sends(card: Any) -> bool:
    """Whether something is asked here."""
    return bool(card.get("actions"))


def _is_sheet(dialog: Dialog) -> bool:
    """Whether it is a form to read, which has a name of its own; a note is called after the app."""
    return bool(dialog.body["title"] != "Ritme")
