"""What somebody says to Ritme, as Teams sends it: alone, in a group, in a channel, and where the host is another tenant."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import urlencode

from bot.app import build_router
from bot.calls import Call
from tests.walls.five import House

Json = dict[str, Any]

BOT = "28:app"
ELSEWHERE = "99999999-0000-4000-8000-000000000009"


@dataclass(frozen=True, slots=True)
class Seat:
    """From where somebody speaks. `host` is the tenant that the conversation itself names."""

    name: str
    tenant: str
    kind: str
    host: str


def seats(by: House, at: House) -> Iterator[Seat]:
    """Everywhere from where somebody of one organisation speaks; a meeting or a group may be at home in another."""
    (tenant,) = by.teams
    yield Seat("alone", tenant, "personal", tenant)
    yield Seat("in a channel", tenant, "channel", tenant)
    yield Seat("in a group of another's", tenant, "groupChat", at.teams[-1] if at.platform == "teams" else ELSEWHERE)


def can(seat: Seat, call: Call) -> bool:
    """Whether this is the same there. What is said to nobody in particular is said to Ritme alone, and there who asks
    for the overview is shown it.
    """
    alone = seat.kind == "personal"
    return not alone if (call.kind, call.name) == ("command", "home") else alone or call.kind != "text"


def activity(call: Call, seat: Seat, number: int, service: str) -> Json:
    """What Teams sends."""
    assert call.account is not None
    return {**_envelope(call.account.user, seat, number, service), **_SHAPES[call.kind](call, seat)}


def _envelope(user: str, seat: Seat, number: int, service: str) -> Json:
    room = f"a:{user}" if seat.kind == "personal" else f"19:{seat.kind}@thread.tacv2"
    data: Json = {"tenant": {"id": seat.tenant}}
    if seat.kind == "channel":
        data |= {"team": {"id": "19:team@thread.tacv2"}, "channel": {"id": room}, "teamsChannelId": room}
    return {
        "type": "invoke", "id": str(1_790_000_000_000 + number), "timestamp": "2026-11-24T09:00:00.000Z",
        "channelId": "msteams", "serviceUrl": service, "locale": "nl-NL", "localTimezone": "Europe/Amsterdam",
        "from": {"id": f"29:{user}", "name": "Noor Jansen", "aadObjectId": user}, "recipient": {"id": BOT, "name": "Ritme"},
        "conversation": {"id": room, "conversationType": seat.kind, "tenantId": seat.host, "isGroup": seat.kind != "personal"},
        "channelData": data,
    }  # fmt: skip


# --- one function for each shape ---------------------------------------------------------------------


def _command(call: Call, _: Seat) -> Json:
    """Said to Ritme by name, and with a name of somebody who is there in both tenants."""
    entities = [_mention("Ritme", BOT)]
    text = f"<at>Ritme</at> ritme {call.name} {call.text}"
    if "@Noor Jansen" in text:
        text = text.replace("@Noor Jansen", "<at>Noor Jansen</at>")
        entities.append(_mention("Noor Jansen", "29:unoor3"))
    return {"type": "message", "text": text, "textFormat": "plain", "entities": entities}


def _mention(name: str, id: str) -> Json:
    return {"type": "mention", "text": f"<at>{name}</at>", "mentioned": {"id": id, "name": name}}


def _text(call: Call, _: Seat) -> Json:
    return {"type": "message", "text": call.text, "textFormat": "plain", "entities": []}


def _press(call: Call, _: Seat) -> Json:
    held = {"ritme": {"k": "press", "n": call.name, "c": dict(call.carry)}}
    if call.name in _opening():
        return {"name": "task/fetch", "value": {"data": {"type": "task/fetch", **held}}, "replyToId": "1"}
    action = {"type": "Action.Execute", "verb": call.name, "data": held}
    return {"name": "adaptiveCard/action", "value": {"action": action, "trigger": "manual"}, "replyToId": "1"}


@cache
def _opening() -> frozenset[str]:
    return build_router().opening


def _submit(call: Call, _: Seat) -> Json:
    several = [name for name, value in call.values.items() if isinstance(value, tuple)]
    typed = {name: ",".join(value) if isinstance(value, tuple) else value for name, value in call.values.items()}
    held = {"k": "submit", "n": call.name, "c": dict(call.carry), "l": several, "f": "f:1", "o": {}}
    return {"name": "task/submit", "value": {"data": {"ritme": held, **typed}}}


def _lookup(call: Call, _: Seat) -> Json:
    asked = {"queryText": call.text, "queryOptions": {"skip": 0, "top": 15}, "kind": "search"}
    return {"name": "application/search", "value": {**asked, "dataset": f"{call.name}?{urlencode(dict(call.carry))}"}}


def _shortcut(call: Call, _: Seat) -> Json:
    author = {"user": {"userIdentityType": "aadUser", "id": call.mentions["author"], "displayName": "Noor Jansen"}}
    said = {"id": "1", "from": author, "body": {"contentType": "text", "content": call.text}, "attachments": []}
    used = {"commandId": call.name, "commandContext": "message", "messagePayload": said}
    return {"name": "composeExtension/fetchTask", "value": used}


def _home(call: Call, _: Seat) -> Json:
    action = {"type": "Action.Execute", "verb": call.name, "data": {}}
    return {"name": "adaptiveCard/action", "value": {"action": action, "trigger": "automatic"}, "replyToId": "1"}


def _happened(call: Call, seat: Seat) -> Json:
    return EVENTS[call.name](seat)


_SHAPES: dict[str, Callable[[Call, Seat], Json]] = {
    "command": _command,
    "press": _press,
    "submit": _submit,
    "lookup": _lookup,
    "shortcut": _shortcut,
    "text": _text,
    "home": _home,
    "event": _happened,
}

EVENTS: dict[str, Callable[[Seat], Json]] = {
    "installation.met": lambda seat: _added(seat),
    "installation.left": lambda _: {"type": "installationUpdate", "action": "remove"},
}
"""What Teams tells, by what it is called here."""


def _added(seat: Seat) -> Json:
    """To somebody's own chat by themselves, to a room by anybody."""
    if seat.kind == "personal":
        return {"type": "installationUpdate", "action": "add"}
    return {"type": "conversationUpdate", "membersAdded": [{"id": BOT}]}
