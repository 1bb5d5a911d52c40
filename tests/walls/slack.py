"""What somebody says to Ritme, as Slack sends it: from one workspace, from a Grid, and from a channel that two share.

In a shared channel everything but the installation names the other company. Somebody of the other company who presses
there, and whose id looks like one of ours, is a stranger.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import orjson

from bot.calls import Call
from tests.walls.five import HOUSES, House

Json = dict[str, Any]

GRID, NEIGHBOUR, ELSEWHERE = "E3", "T33", "T9"
"""The Grid, a workspace of it that installed nothing, and a workspace that nobody here knows."""

ROOM, NEW = "C1", "UNEW"


@dataclass(frozen=True, slots=True)
class Seat:
    """From where somebody speaks: who installed the app there, in which workspace they are at home, and what else the
    payload names. A `stranger` is not of the company that installed it.
    """

    name: str
    team: str
    home: str
    other: str
    enterprise: str = ""
    whole: bool = False
    shared: bool = False
    stranger: bool = False
    form: bool = False
    """Whether buttons are pressed in a form, and not on a message."""

    @property
    def here(self) -> str:
        """The workspace where something is done that takes the app."""
        return self.home if self.whole else self.team

    @property
    def told(self) -> str:
        """The workspace that the payload itself names: in a shared channel that of who is there."""
        return self.other if self.shared else self.home


def seats(by: House, at: House) -> Iterator[Seat]:
    """Everywhere from where somebody of one organisation speaks, while another is next to them; and strangers."""
    other = at.teams[-1] if at.platform == "slack" else ELSEWHERE
    own = by.teams[-1]
    grid = GRID if GRID in by.teams else ""
    yield Seat("at home", own, own, other, grid)
    yield Seat("at home in a form", own, own, other, grid, form=True)
    yield Seat("in a shared channel", own, own, other, grid, shared=True)
    yield Seat("a stranger on a message", own, other, other, grid, shared=True, stranger=True)
    yield Seat("a stranger in a form", own, other, other, grid, shared=True, stranger=True, form=True)
    if grid:
        yield Seat("a Grid as a whole", grid, own, other, grid, whole=True)
        yield Seat("a Grid as a whole, shared", grid, NEIGHBOUR, other, grid, whole=True, shared=True, form=True)
        yield Seat("a neighbour in a Grid", own, NEIGHBOUR, other, grid)
        yield Seat("a stranger to a Grid", grid, other, other, grid, whole=True, shared=True, stranger=True)


def can(seat: Seat, call: Call) -> bool:
    """Whether Slack lets anybody do this there: what is not offered to strangers needs the app in their workspace, and
    of who opens an overview or removes the app nothing is said of where they are at home.
    """
    if seat.stranger and (call.kind == "home" or call.name == "installation.removed"):
        return False
    if seat.form:
        return call.kind in {"press", "submit", "lookup"}
    return not seat.stranger or seat.whole or call.kind not in {"command", "shortcut"}


def payload(call: Call, seat: Seat, number: int) -> tuple[str, Json]:
    """How it is packed ("events_api", "slash_commands", "interactive"), and what is in it."""
    assert call.account is not None
    return _SHAPES[call.kind](call, seat, call.account.user, f"{number}.0")


# --- one function for each shape ---------------------------------------------------------------------


def _command(call: Call, seat: Seat, user: str, stamp: str) -> tuple[str, Json]:
    return "slash_commands", {
        "token": "old", "team_id": seat.here, "team_domain": "example", "channel_id": ROOM, "channel_name": "shared",
        "user_id": user, "user_name": "noor", "command": "/ritme", "text": f"{call.name} {_escaped(call.text, user)}",
        "api_app_id": "A1", "is_enterprise_install": str(seat.whole).lower(), "trigger_id": stamp,
        **({"enterprise_id": seat.enterprise, "enterprise_name": "Grid"} if seat.enterprise else {}),
    }  # fmt: skip


def _press(call: Call, seat: Seat, user: str, stamp: str) -> tuple[str, Json]:
    action = {"type": "button", "action_id": call.name, "block_id": "b", "action_ts": stamp}
    action["value"] = orjson.dumps(dict(call.carry)).decode()
    where = {"view": _view(call, seat, stamp)} if seat.form else _message(seat, stamp)
    return "interactive", {**_interactive("block_actions", seat, user, stamp), "actions": [action], **where}


def _submit(call: Call, seat: Seat, user: str, stamp: str) -> tuple[str, Json]:
    state = {name: {"a": _typed(value)} for name, value in call.values.items()}
    view = {**_view(call, seat, stamp), "callback_id": call.name, "hash": stamp, "state": {"values": state}}
    return "interactive", {**_interactive("view_submission", seat, user, stamp), "view": view}


def _lookup(call: Call, seat: Seat, user: str, stamp: str) -> tuple[str, Json]:
    asked = {"action_id": call.name, "block_id": "to", "value": call.text, "view": _view(call, seat, stamp)}
    return "interactive", {**_interactive("block_suggestion", seat, user, stamp), **asked}


def _shortcut(call: Call, seat: Seat, user: str, stamp: str) -> tuple[str, Json]:
    author = {"user": call.mentions["author"], "user_team": seat.home, "text": call.text, "ts": stamp}
    used = {"callback_id": call.name, "message": {"type": "message", **author}, "channel": {"id": ROOM}}
    where = {} if seat.whole else {"team": {"id": seat.team, "domain": "example"}}
    return "interactive", {**_interactive("message_action", seat, user, stamp), **used, **where}


def _text(call: Call, seat: Seat, user: str, stamp: str) -> tuple[str, Json]:
    said = {
        "type": "message",
        "channel": f"D{user}",
        "channel_type": "im",
        "user": user,
        "text": call.text,
        "ts": stamp,
    }
    at_home = {"team": seat.told, "user_team": seat.home, "source_team": seat.home, "client_msg_id": stamp}
    return "events_api", _event({**said, **at_home}, seat, stamp)


def _home(call: Call, seat: Seat, user: str, stamp: str) -> tuple[str, Json]:
    del call
    return "events_api", _event({"type": "app_home_opened", "user": user, "tab": "home"}, seat, stamp)


def _happened(call: Call, seat: Seat, user: str, stamp: str) -> tuple[str, Json]:
    return "events_api", _event(EVENTS[call.name](seat, user), seat, stamp)


_SHAPES: dict[str, Callable[[Call, Seat, str, str], tuple[str, Json]]] = {
    "command": _command,
    "press": _press,
    "submit": _submit,
    "lookup": _lookup,
    "shortcut": _shortcut,
    "text": _text,
    "home": _home,
    "event": _happened,
}


def _changed(seat: Seat, user: str) -> Json:
    """Somebody has another name. A stranger with our id has gone."""
    told = {"id": user, "team_id": seat.home, "name": "x", "tz": "Asia/Tokyo", "deleted": seat.stranger}
    inside = {"id": user, "enterprise_id": GRID, "teams": ["T3", NEIGHBOUR]} if seat.home in {"T3", NEIGHBOUR} else None
    profile = {"real_name": "Noor Jansen", "email": "noor3@x.example"}
    return {**told, "is_stranger": False, "profile": profile, **({"enterprise_user": inside} if inside else {})}


EVENTS: dict[str, Callable[[Seat, str], Json]] = {
    "person.changed": lambda seat, user: {"type": "user_change", "user": _changed(seat, user)},
    "person.joined": lambda seat, user: {"type": "team_join", "user": _changed(seat, user)},
    "installation.removed": lambda _seat, _user: {"type": "tokens_revoked", "tokens": {"bot": ["UBOT"]}},
}
"""What Slack tells, by what it is called here."""


# --- parts -------------------------------------------------------------------------------------------


def _interactive(kind: str, seat: Seat, user: str, stamp: str) -> Json:
    """Whoever presses in a shared channel is told of with the workspace that they are in."""
    return {
        "type": kind, "token": "old", "api_app_id": "A1", "trigger_id": stamp, "is_enterprise_install": seat.whole,
        "team": None if seat.whole else {"id": seat.home, "domain": "example"},
        "enterprise": {"id": seat.enterprise, "name": "Grid"} if seat.enterprise else None,
        "user": {"id": user, "username": "noor", "name": "noor", "team_id": seat.home},
    }  # fmt: skip


def _message(seat: Seat, stamp: str) -> Json:
    """The app's own message, in a channel."""
    container = {"type": "message", "message_ts": stamp, "channel_id": ROOM, "is_ephemeral": False}
    ours = {"type": "message", "bot_id": "BBOT", "user": "UBOT", "team": seat.team, "ts": stamp, "text": "x"}
    profile = {"id": "BBOT", "app_id": "A1", "team_id": seat.team}
    return {"container": container, "channel": {"id": ROOM}, "message": {**ours, "bot_profile": profile}}


def _view(call: Call, seat: Seat, stamp: str) -> Json:
    held = {"carry": dict(call.carry), "from": {"c": ROOM}}
    return {"id": f"V{stamp}", "type": "modal", "private_metadata": orjson.dumps(held).decode(), "blocks": [],
            "team_id": seat.told, "app_installed_team_id": seat.team}  # fmt: skip


def _event(event: Json, seat: Seat, stamp: str) -> Json:
    granted = {"enterprise_id": seat.enterprise or None, "team_id": NEIGHBOUR if seat.whole else seat.team,
               "user_id": "UBOT", "is_bot": True, "is_enterprise_install": seat.whole}  # fmt: skip
    return {
        "type": "event_callback", "token": "old", "api_app_id": "A1", "event_id": f"Ev{stamp}", "event_time": 2_000_000_000,
        "team_id": seat.told, "enterprise_id": seat.enterprise or None, "context_team_id": seat.told,
        "context_enterprise_id": seat.enterprise or None, "is_ext_shared_channel": seat.shared,
        "authorizations": [granted], "event": event,
    }  # fmt: skip


def _typed(value: Any) -> Json:
    if isinstance(value, tuple):
        return {"type": "multi_static_select", "selected_options": [{"value": one} for one in value]}
    return {"type": "plain_text_input", "value": value}


def _escaped(text: str, user: str) -> str:
    """The one name that is typed, as Slack sends it: by an id that is somebody's in all of them."""
    return text.replace("@Noor Jansen", f"<@{HOUSES[0].user('noor')}|Noor Jansen>") if user else text
