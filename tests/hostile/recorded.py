"""One of everything that the chats send: what people did with every view there is, as the fakes of both chats put it.

A new view, button, form or command is in here by itself. What the fakes do not send stands below as Slack documents it.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from bot.app import build_router
from bot.calls import Call, Origin
from bot.messages import Button, Form, Message
from bot.slack import render as slack
from bot.teams import render as teams
from bot.words import words
from tests.fakes.slack.people import People as SlackPeople
from tests.fakes.slack.world import World as SlackWorld
from tests.fakes.teams.people import People as TeamsPeople
from tests.fakes.teams.people import inputs, shown
from tests.fakes.teams.world import Dialog
from tests.fakes.teams.world import World as TeamsWorld
from tests.seen import buttons, prefilled
from tests.test_views import EXAMPLES
from tests.world import CAST

Json = dict[str, Any]

TEAM, GONE = "T0000001", "T0000002"
"""The workspace, and another one that is removed again and again."""

TENANT, APP = "11111111-0000-4000-8000-00000000000a", "33333333-0000-4000-8000-00000000000c"
ROOM = "19:kudos@thread.tacv2"
BASE = "http://127.0.0.1:1"
"""Where the chats are; the one who sends puts the real address in its place."""

NONCE = "N0NCE"
"""What makes a happening another one; the one who sends puts a number in its place."""


@dataclass(frozen=True)
class Recorded:
    """What arrived at a door: how it is packed ("events_api", "slash_commands", "interactive", "activity", "demo"), and
    what it is called in a report.
    """

    kind: str
    name: str
    body: Json


class _Recorder:
    """The other side of a chat, which keeps what it is sent and answers nothing."""

    def __init__(self) -> None:
        self.kept: list[tuple[str, Json]] = []

    async def deliver(self, *what: Any, **_: Any) -> Any:
        kind, body = what if len(what) == 2 else ("activity", what[0])
        self.kept.append((kind, copy.deepcopy(body)))
        return _Nothing()


@dataclass
class _Nothing:
    status: int = 200
    good: bool = False
    body: Any = None


@cache
def everything() -> tuple[Recorded, ...]:
    """All of it."""
    return (*_ran(_slack), *_documented(), *_ran(_teams), *_demo())


def _ran(recording: Callable[[], Any]) -> tuple[Recorded, ...]:
    """A recording waits for nobody, so it is run without a loop."""
    doing = recording()
    try:
        doing.send(None)
    except StopIteration as done:
        return tuple(done.value)
    raise RuntimeError("a recording waits for something")


def _things() -> Iterator[tuple[str, Message | Form]]:
    reader = words("nl", "Europe/Amsterdam")
    return ((example.name, example.make(reader)) for example in EXAMPLES)


# --- Slack ---------------------------------------------------------------------------------------------------------


def _user(handle: str) -> str:
    return f"U{handle.upper()}"


async def _slack() -> list[Recorded]:
    world, door = SlackWorld(TEAM, lambda: 1_795_512_000.0), _Recorder()
    for handle, (name, *_) in CAST.items():
        world.add_user(name, id=_user(handle))
    people = SlackPeople(world, BASE)
    people.door = door
    noor, found = _user("noor"), list[Recorded]()

    def take(name: str) -> None:
        found.extend(Recorded(kind, name, _renewed(body)) for kind, body in door.kept)
        door.kept.clear()

    for command in build_router().words:
        await people.command(noor, f"/{command}", "@Lotte de Boer dank je wel")
        await people.command(noor, "/ritme", f"{command} @Sem Bakker")
        take(f"/{command}")
    await people.say(noor, "kudos @Lotte de Boer dank je")
    await people.open_home(noor)
    await people.open_home(noor, "messages")
    await people.join(noor)
    await people.change(noor, tz="Asia/Tokyo")
    said = people.write(_user("sem"), world.dm(noor), "Dat ging goed & <snel> @Lotte de Boer")
    for shortcut in build_router().shortcuts:
        await people.shortcut(noor, shortcut, said)
    take("said and done")
    for name, thing in _things():
        await _at_slack(people, noor, name, thing)
        take(name)
    return found


async def _at_slack(people: SlackPeople, user: str, name: str, thing: Message | Form) -> None:
    """Every button of it is pressed; a form is searched in and sent."""
    world = people.world
    if isinstance(thing, Message):
        drawn = slack.message(thing)
        place = world.post(world.dm(user), drawn["text"], drawn["blocks"])
        for button in _each(thing):
            await people.press(user, button.name, place)
        return
    view = world.stack(user, slack.form(thing, Origin(world.dm(user), "17.1", respond=f"{BASE}/respond/1")))
    for button in _each(thing):
        await people.press(user, button.name, view)
    for field, block in view.inputs.items():
        if block["element"]["type"].endswith("external_select"):
            await people.lookup(user, field, "lot")
    state = {field: {block["element"]["action_id"]: _state(block["element"])} for field, block in view.inputs.items()}
    sent = {**people._view(view), "state": {"values": state}}
    await people._deliver("interactive", {**people._interactive("view_submission", user), "view": sent})
    world.forms[user].clear()


def _each(thing: Message | Form) -> list[Button]:
    return list({button.name: button for button in buttons(thing)}.values())


def _state(element: Json) -> Json:
    """What somebody filled in."""
    kind = element["type"]
    option = {"text": {"type": "plain_text", "text": "Lotte de Boer"}, "value": "5"}
    offered = element.get("options") or [option]
    match kind:
        case "plain_text_input":
            return {"type": kind, "value": element.get("initial_value") or "Dank je wel voor je hulp"}
        case "datepicker":
            return {"type": kind, "selected_date": "2026-12-01"}
        case "timepicker":
            return {"type": kind, "selected_time": "09:30"}
        case "checkboxes" | "multi_static_select" | "multi_external_select":
            return {"type": kind, "selected_options": offered[:2]}
        case _:
            return {"type": kind, "selected_option": offered[0]}


_NONCES = {"trigger_id", "event_id", "client_msg_id", "hash", "action_ts", "event_ts"}


def _renewed(body: Any) -> Any:
    """The same with a nonce in every field that makes it another happening."""
    if isinstance(body, dict):
        return {key: NONCE if key in _NONCES and value else _renewed(value) for key, value in body.items()}
    return [_renewed(each) for each in body] if isinstance(body, list) else body


def _documented() -> Iterator[Recorded]:
    """What the fakes do not send."""
    who = {"id": "UNOOR", "username": "noor", "name": "noor", "team_id": TEAM}
    base = {"token": "old", "api_app_id": "A1", "team": {"id": TEAM, "domain": "example"}, "user": who}
    view = {
        "id": "V1",
        "hash": NONCE,
        "type": "modal",
        "callback_id": "kudos.give",
        "private_metadata": "",
        "blocks": [],
    }
    grid = {"team": None, "enterprise": {"id": "E1", "name": "Grid"}, "is_enterprise_install": True}
    interactive = {
        "global shortcut": {**base, "type": "shortcut", "callback_id": "kudos.give", "trigger_id": NONCE},
        "closed": {**base, "type": "view_closed", "view": view, "is_cleared": True},
        "workflow": {**base, "type": "workflow_step_edit", "callback_id": "x", "workflow_step": {}},
        "grid press": {**base, **grid, "type": "block_actions", "trigger_id": NONCE, "view": {**view, "app_installed_team_id": TEAM},
                       "actions": [{"type": "button", "action_id": "kudos.new", "block_id": "b", "value": "{}"}]},
        "a menu": {**base, "type": "block_actions", "trigger_id": NONCE, "container": {"type": "message"},
                   "actions": [{"type": "static_select", "action_id": "a", "selected_option": {"value": "1"}}]},
    }  # fmt: skip
    yield from (Recorded("interactive", name, body) for name, body in interactive.items())
    happened = {
        "app_uninstalled": {}, "tokens_revoked": {"tokens": {"bot": ["UBOT"], "oauth": []}}, "member_joined_channel": {"user": "UNOOR"},
        "channel_rename": {"channel": {"id": "C1"}}, "subteam_updated": {"subteam": {}}, "link_shared": {"links": [{"url": BASE}]},
        "app_mention": {"user": "UNOOR", "text": "<@UBOT> kudos"}, "user_huddle_changed": {"user": {"id": "UNOOR"}},
    }  # fmt: skip
    for name, event in happened.items():
        team = GONE if name in {"app_uninstalled", "tokens_revoked"} else TEAM
        granted = [
            {"enterprise_id": "E1", "team_id": team, "user_id": "UBOT", "is_bot": True, "is_enterprise_install": True}
        ]
        body = {"type": "event_callback", "team_id": team, "event_id": NONCE, "event_time": 1, "authorizations": granted,
                "context_team_id": "T0000009", "is_ext_shared_channel": True, "event": {"type": name, **event}}  # fmt: skip
        yield Recorded("events_api", name, body)
    yield Recorded("events_api", "url_verification", {"type": "url_verification", "token": "old", "challenge": "abc"})
    yield Recorded(
        "events_api", "app_rate_limited", {"type": "app_rate_limited", "team_id": TEAM, "minute_rate_limited": 1}
    )
    yield Recorded("slash_commands", "ssl_check", {"ssl_check": "1", "token": "old"})


# --- Teams ---------------------------------------------------------------------------------------------------------


def aad(handle: str) -> str:
    """Somebody's object id."""
    return f"00000000-0000-4000-8000-{list(CAST).index(handle):012}"


async def _teams() -> list[Recorded]:
    world, door = TeamsWorld(TENANT, APP), _Recorder()
    for handle, (name, *_) in CAST.items():
        world.add(aad(handle), name, email=f"{handle}@demolen.example")
    world.channel(ROOM, "kudos", list(world.people))
    people = TeamsPeople(world, f"{BASE}/teams/")
    people.door = door
    noor, found = aad("noor"), list[Recorded]()

    def take(name: str) -> None:
        found.extend(Recorded("activity", name, body | {"id": NONCE}) for _, body in door.kept)
        door.kept.clear()

    for command in build_router().words:
        await people.say(noor, f"/{command} @Lotte de Boer dank je wel")
        await people.mention(noor, ROOM, f"{command} @Sem Bakker", thread="17")
        take(f"/{command}")
    for compose in build_router().composes.values():
        await people.compose(noor, compose.name, ROOM)
    said = people.write(aad("sem"), ROOM, "Dat ging <goed> & snel")
    for shortcut in build_router().shortcuts:
        await people.message_action(noor, shortcut, said)
    await people.install(noor)
    await people.uninstall(aad("maria"))
    await people.join("", ROOM)
    await people.join(aad("ravi"), ROOM)
    take("said and done")
    for name, thing in _things():
        await _at_teams(people, noor, thing)
        take(name)
    return found


async def _at_teams(people: TeamsPeople, user: str, thing: Message | Form) -> None:
    """Every action of it is done; a form is searched in and sent."""
    world, place = people.world, people.world.personal(user)
    opening = build_router().opening
    if isinstance(thing, Message):
        for body in teams.message(thing, {3: aad("sem")}, opening):
            said = world.put(place, body)
            for action in _actions(shown(said, user)):
                await people.act(user, action, said)
        home = teams.home(thing, opening=opening, user=world.people[user].mri)
        await people.refresh(user, world.put(place, home))
        return
    call = Call("command", thing.name, None, "", text="dank je", carry={"kudos": "7"})
    said = world.put(place, teams.again(thing, call))
    for action in _actions(shown(said, user)):
        await people.act(user, action, said)
    dialog = Dialog(user, teams.dialog(thing, Origin(place, "17", f"f:{NONCE}")), {}, place)
    fields = inputs(dialog.card)
    for name, field in fields.items():
        if "choices.data" in field:
            await _searched(people, user, name, dialog)
    dialog.typed = {name: _typed(field) for name, field in fields.items()}
    for action in _actions(dialog.card):
        await people._send(user, dialog, action)


async def _searched(people: TeamsPeople, user: str, name: str, where: Dialog) -> None:
    query = inputs(where.card)[name]["choices.data"]
    value = {"queryText": "lot", "queryOptions": {"skip": 0, "top": 15}, "dataset": query["dataset"], "kind": "search"}
    await people._invoke(user, where.conversation, "application/search", value)


def _actions(card: Json) -> Iterator[Json]:
    """Also those behind a question."""
    for action in _walked(card, "Action."):
        if action["type"] in {"Action.Execute", "Action.Submit"}:
            yield action


def _walked(value: Any, prefix: str) -> Iterator[Json]:
    if isinstance(value, list):
        for inner in value:
            yield from _walked(inner, prefix)
    elif isinstance(value, dict):
        if str(value.get("type")).startswith(prefix):
            yield value
        for key, inner in value.items():
            if key not in {"fallback", "data", "refresh"}:
                yield from _walked(inner, prefix)


def _typed(field: Json) -> str:
    match field["type"]:
        case "Input.Date":
            return "2026-12-01"
        case "Input.Time":
            return "09:30"
        case "Input.ChoiceSet" if "choices.data" in field:
            return "5"
        case "Input.ChoiceSet":
            return str(field["choices"][0]["value"])
        case _:
            return str(field.get("value") or "Dank je wel")


# --- the demo ------------------------------------------------------------------------------------------------------


def _demo() -> Iterator[Recorded]:
    base = {"as": "noor", "key": NONCE, "room": "@noor"}
    for command in build_router().commands:
        yield Recorded(
            "demo",
            f"/{command}",
            {**base, "kind": "typed", "text": f"/{command} @Lotte dank", "mentions": {"@Lotte": "lotte"}},
        )
    yield Recorded("demo", "said", {**base, "kind": "typed", "text": "kudos voor Sem"})
    yield Recorded("demo", "in a room", {**base, "kind": "typed", "room": "C-KUDOS", "text": "hallo"})
    yield Recorded("demo", "home", {**base, "kind": "home"})
    for shortcut in build_router().shortcuts:
        used = {"kind": "shortcut", "name": shortcut, "message": "m1", "permalink": "https://demo.example/m1"}
        yield Recorded("demo", shortcut, {**base, "room": "C-KUDOS", **used})
    for name, thing in _things():
        for button in _each(thing):
            yield Recorded(
                "demo",
                name,
                {**base, "kind": "press", "name": button.name, "carry": dict(button.carry), "message": "m1"},
            )
        if isinstance(thing, Form):
            values = {field.name: _plainly(prefilled(field)) for field in thing.fields}
            yield Recorded(
                "demo",
                name,
                {**base, "kind": "submit", "name": thing.name, "carry": dict(thing.carry), "values": values},
            )
            for field in thing.fields:
                if lookup := getattr(field, "lookup", ""):
                    yield Recorded(
                        "demo",
                        name,
                        {**base, "kind": "lookup", "name": lookup, "text": "lot", "carry": dict(thing.carry)},
                    )


def _plainly(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else json.loads(json.dumps(value))
