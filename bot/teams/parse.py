"""What Teams sends, as calls. Pure: the same activity is always the same call.

botbuilder's schema loses what is newer than itself (the tenant of a conversation, `isTargeted`), so the JSON is read
as it came.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qsl

from bot.calls import Account, Call, Kind, Origin, Value
from bot.payload import Json, Malformed, carried, deep, digest, need, need_object, text, texts
from bot.router import FAMILY
from bot.teams.installs import Kind as Room
from bot.teams.installs import Reference
from bot.teams.typed import plain, spoken

PLATFORM = "teams"

HELD = "ritme"
"""The name under which a card's action holds what is ours; its inputs stand beside it, under their own names."""

AGAIN = "again:"
"""What the mark of a form begins with that came from a card with one button, whose place its answer takes."""

MET, LEFT = "installation.met", "installation.left"
"""The app was added to a conversation, or taken out of it."""

MESSAGES = ("https://teams.microsoft.com/l/message/", "https://teams.cloud.microsoft/l/message/")
"""What the address of a message in Teams begins with."""

_KINDS: Mapping[str, Room] = {"personal": "personal", "groupchat": "group", "channel": "channel"}
_ELSEWHERE = {"composeExtension/fetchTask", "composeExtension/submitAction", "application/search"}
"""Invokes that come from anywhere in Teams: a chat of two people, a meeting, the search box, which is no chat."""

_HAPPENED: Mapping[str, str] = {"add": MET, "remove": LEFT}
_NOT_INPUTS = {HELD, "msteams"}


def call(body: Json) -> Call | None:
    """A call from one activity; None for what needs no answer. Raises `Malformed`."""
    shape = _SHAPES.get(need(body, "type"))
    return shape(body) if shape else None


def team(body: Json) -> str:
    """The tenant. Raises `Malformed`."""
    found = deep(body, "channelData", "tenant", "id") or deep(body, "conversation", "tenantId")
    if not found:
        raise Malformed("no tenant")
    return found.lower()


def kind(body: Json) -> Room:
    """Of the conversation: "personal", "group" or "channel". One that does not say so is nobody's own."""
    return _KINDS.get(deep(body, "conversation", "conversationType").lower(), "group")


def reference(body: Json) -> Reference | None:
    """Where to find the person who did this; None when nobody did. Raises `Malformed`.

    What is done from a place where Ritme is not tells who they are, and not where.
    """
    user = _user(body)
    if not user:
        return None
    about, elsewhere = _client(body), _elsewhere(body)
    return Reference(
        tenant=team(body),
        user=user,
        conversation="" if elsewhere else _channel(body).partition(";")[0],
        kind="personal" if elsewhere else kind(body),
        service_url=need(body, "serviceUrl"),
        bot=deep(body, "recipient", "id"),
        mri=deep(body, "from", "id"),
        locale=deep(body, "locale") or deep(about, "locale"),
        zone=deep(body, "localTimezone") or deep(about, "timezone"),
    )


def is_permalink(address: str) -> bool:
    """Whether it leads to a message in Teams, and nowhere else."""
    return address.startswith(MESSAGES)


# --- one function for each shape ------------------------------------------------------------------------------


def _message(body: Json) -> Call | None:
    """What a person said, or the button of an old client, which says what it holds."""
    if not _user(body):
        return None
    held = body.get("value")
    if isinstance(held, dict) and HELD in held:
        return _held(body, held)
    said, mentions, called = spoken(body)
    said = said.strip()
    if kind(body) == "personal" and not _is_command(said):
        return _call(body, "text", "text", text=said, mentions=mentions)
    if not (called or kind(body) == "personal" or _targeted(body)):
        return None  # said among people, and not to Ritme
    name, rest = _split(said)
    if name == FAMILY:
        name, rest = _split(rest)
    return _call(body, "command", name or "home", text=rest, mentions=mentions)


def _invoke(body: Json) -> Call | None:
    shape = _INVOKES.get(deep(body, "name"))
    return shape(body) if shape and _user(body) else None


def _executed(body: Json) -> Call:
    """Action.Execute on a card in the conversation."""
    action = need_object(need_object(body, "value"), "action")
    if deep(action, "verb") == "home":
        return _call(body, "home", "home", message=deep(body, "replyToId"))
    return _held(body, need_object(action, "data"))


def _dialog(body: Json) -> Call:
    """A button that may open a dialog, or anything done inside one."""
    return _held(body, need_object(need_object(body, "value"), "data"))


def _lookup(body: Json) -> Call:
    """Letters typed in a search field. It only reads, so its key says what was asked and where."""
    value = need_object(body, "value")
    name, _, held = need(value, "dataset").partition("?")
    typed, carry = deep(value, "queryText"), carried(dict(parse_qsl(held)), is_permalink)
    asked = digest([name, typed, carry])
    return _call(body, "lookup", name, key=f"lookup:{_user(body)}:{asked}", text=typed, carry=carry)


def _extension(body: Json) -> Call:
    """An action of the compose box, or on somebody's message.

    The app need not be in that conversation, so it is no place to answer in.
    """
    value = need_object(body, "value")
    name = need(value, "commandId")
    if deep(value, "commandContext") == "message":
        message = need_object(value, "messagePayload")
        said, mentions = plain(message)
        author = deep(message, "from", "user", "id").lower()
        mentions = {**mentions, "author": author} if author else mentions
        link = deep(message, "linkToMessage")
        permalink = link if is_permalink(link) else ""
        where = Origin(trigger=_id(body), respond=deep(body, "serviceUrl"), permalink=permalink)
        return _call(body, "shortcut", name, text=said, mentions=mentions, origin=where)
    command, rest = _split(name)
    where = Origin(trigger=_id(body), respond=deep(body, "serviceUrl"))
    return _call(body, "command", command, text=rest, origin=where)


def _installation(body: Json) -> Call | None:
    name = _HAPPENED.get(deep(body, "action"))
    return _call(body, "event", name, carry={"kind": kind(body)}) if name else None


def _joined(body: Json) -> Call | None:
    """Somebody came into a conversation; that matters when it is Ritme."""
    added, me = body.get("membersAdded"), deep(body, "recipient", "id")
    ours = isinstance(added, list) and any(deep(one, "id") == me for one in added)
    return _call(body, "event", MET, carry={"kind": kind(body)}) if me and ours else None


_SHAPES: Mapping[str, Callable[[Json], Call | None]] = {
    "message": _message,
    "invoke": _invoke,
    "installationUpdate": _installation,
    "conversationUpdate": _joined,
}
_INVOKES: Mapping[str, Callable[[Json], Call]] = {
    "adaptiveCard/action": _executed,
    "task/fetch": _dialog,
    "task/submit": _dialog,
    "application/search": _lookup,
    "composeExtension/fetchTask": _extension,
    "composeExtension/submitAction": _dialog,
}


# --- what an action holds ---------------------------------------------------------------------------------------


def _held(body: Json, data: Json) -> Call:
    """The call that a card's action holds: a press, a sent form, or another call that is now served."""
    held = need_object(data, HELD)
    match deep(held, "k"):
        case "press":
            carry = carried(held.get("c"), is_permalink)
            return _call(body, "press", need(held, "n"), carry=carry, origin=_pressed_at(body, held))
        case "submit":
            return _submit(body, data, held)
        case "again":
            return _again(body, need_object(held, "call"))
        case "home":
            return _call(body, "home", "home", message=deep(body, "replyToId"))
        case _:
            raise Malformed("no kind that a card of ours holds")


def _submit(body: Json, data: Json, held: Json) -> Call:
    """A form that was sent. Sent twice from one opening with the same values, it is the same call."""
    several = held.get("l")
    many = several if isinstance(several, list) else []
    values = {field: _value(typed, several=field in many) for field, typed in data.items() if field not in _NOT_INPUTS}
    name, carry, origin = need(held, "n"), carried(held.get("c"), is_permalink), _pressed_at(body, held)
    opening = origin.view or f"{origin.channel}:{origin.message}"
    key = f"submit:{_user(body)}:{opening}:{digest([name, carry, values])}"
    return _call(body, "submit", name, key=key, values=values, carry=carry, origin=origin)


def _again(body: Json, first: Json) -> Call:
    """The call that the button holds, with this press's own trigger."""
    kinds: Mapping[str, Kind] = {"command": "command", "shortcut": "shortcut", "text": "text"}
    where = _pressed_at(body, {})
    return _call(
        body,
        kinds.get(deep(first, "kind"), "press"),
        need(first, "name"),
        text=deep(first, "text"),
        mentions=texts(first.get("mentions")),
        carry=carried(first.get("carry"), is_permalink),
        origin=Origin(where.channel, where.message, AGAIN + where.trigger, "", where.respond, direct=where.direct),
    )


def _pressed_at(body: Json, held: Json) -> Origin:
    """The message or the dialog that holds the button.

    A dialog remembers itself what it came from. What a card holds comes back by way of somebody's own computer, so
    another conversation than this one is not believed.
    """
    trigger, respond = _id(body), deep(body, "serviceUrl")
    here = "" if _elsewhere(body) else _channel(body)
    mark = deep(held, "f")
    if not (mark and deep(body, "name") in _IN_DIALOG):
        return Origin(here, deep(body, "replyToId"), trigger, "", respond, direct=_direct(body))
    came = texts(held.get("o"))
    channel = came.get("c", "")
    inside = bool(here) and channel.partition(";")[0] == here.partition(";")[0]
    message = came.get("m", "") if inside else ""
    kept = AGAIN + trigger if mark.startswith(AGAIN) else trigger
    return Origin(channel if inside else "", message, kept, mark, respond, direct=_direct(body))


_IN_DIALOG = {"task/submit", "composeExtension/submitAction"}


def _value(typed: Any, *, several: bool) -> Value:
    """What stands in a field. Several values travel with commas between them."""
    said = typed if isinstance(typed, str) else str(typed) if isinstance(typed, int | float) else ""
    return tuple(one for one in text(said).split(",") if one) if several else text(said)


# --- parts ------------------------------------------------------------------------------------------------------


def _call(body: Json, what: Kind, name: str, *, key: str = "", message: str = "", **more: Any) -> Call:
    """A call of the person who did this. Ids of activities are moments, so only with the person they are unique."""
    user = _user(body)
    if "origin" not in more:
        here = "" if _elsewhere(body) else _channel(body)
        more["origin"] = Origin(here, message, _id(body), "", deep(body, "serviceUrl"), direct=_direct(body))
    return Call(what, name, Account(PLATFORM, team(body), user), key or f"{what}:{user}:{_id(body)}", **more)


def _user(body: Json) -> str:
    """The object id of who did this; empty for a bot, and for who is known to no directory."""
    return deep(need_object(body, "from"), "aadObjectId").lower()


def _id(body: Json) -> str:
    return need(body, "id")


def _channel(body: Json) -> str:
    return need(need_object(body, "conversation"), "id")


def _elsewhere(body: Json) -> bool:
    return deep(body, "name") in _ELSEWHERE


def _direct(body: Json) -> bool:
    return kind(body) != "channel"


def _targeted(body: Json) -> bool:
    """A slash command of the app, which only its caller sees."""
    return need_object(body, "recipient").get("isTargeted") is True


def _client(body: Json) -> Json:
    """What the client says of itself: language and time zone."""
    entities = body.get("entities")
    found = [e for e in entities if isinstance(e, dict)] if isinstance(entities, list) else []
    return next((one for one in found if one.get("type") == "clientInfo"), {})


def _is_command(said: str) -> bool:
    return said.startswith("/") or _split(said)[0] == FAMILY


def _split(said: str) -> tuple[str, str]:
    """The first word, in small letters and without its slash, and the rest."""
    word, rest = (*said.split(maxsplit=1), "", "")[:2]
    return word.removeprefix("/").lower(), rest.strip()
