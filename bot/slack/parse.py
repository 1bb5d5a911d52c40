"""What Slack sends, as calls. Pure: the same payload is always the same call."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from html import unescape
from typing import Any

import orjson

from bot.calls import Account, Call, Kind, Origin, Profile, Value
from bot.payload import (
    Json,
    Malformed,
    carried,
    deep,
    digest,
    loads,
    need,
    need_first,
    need_object,
    text,
    texts,
)
from bot.router import FAMILY
from bot.slack.whose import foreign, strange, team

PLATFORM = "slack"

AGAIN = "slack.again"
"""The button that repeats a call whose form could not be opened."""

EPHEMERAL = "ephemeral"
"""`Origin.message` of a message that only one person sees; it has no address but `Origin.respond`."""

_HAPPENED: Mapping[str, str] = {
    "user_change": "person.changed",
    "team_join": "person.joined",
    "app_uninstalled": "installation.removed",
    "tokens_revoked": "installation.removed",
}
EVENTS = frozenset({"app_home_opened", "message", *_HAPPENED})
"""The event types that mean something here; all others are acknowledged and forgotten."""

_OUTSIDE = ("is_bot", "is_stranger", "is_restricted", "is_ultra_restricted")
"""What marks who is no colleague: bots, people of a shared channel, and guests of several channels or of one."""

_DIRECT = ("directmessage", "mpdm-")
_REFERENCE = re.compile(r"<([@#!]?)([^<>|]*)(?:\|([^<>]*))?>")


def call(body: Json) -> Call | None:
    """A call from one payload; None for what needs no answer. Raises `Malformed`."""
    kind = "command" if "command" in body else need(body, "type")
    shape = _SHAPES.get(kind)
    return shape(body) if shape else None


def profile(user: Json, workspace: str) -> Profile:
    """A person as Slack describes them. Bots, guests and people of another organisation are not ours."""
    grid = user.get("enterprise_user")
    teams = (grid.get("teams") if isinstance(grid, dict) else None) or [deep(user, "team_id") or workspace]
    teams = [*teams, deep(grid, "enterprise_id")] if isinstance(teams, list) else []
    strange = any(user.get(mark) is True for mark in _OUTSIDE) or need(user, "id") == "USLACKBOT"
    return Profile(
        user=need(user, "id"),
        name=deep(user, "profile", "real_name") or deep(user, "real_name") or deep(user, "name"),
        email=deep(user, "profile", "email"),
        zone=deep(user, "tz"),
        locale=deep(user, "locale"),
        active=user.get("deleted") is not True,
        human=not strange and workspace in teams,
    )


# --- one function for each shape ------------------------------------------------------------------------------


def _command(body: Json) -> Call:
    name, trigger = need(body, "command").removeprefix("/"), need(body, "trigger_id")
    channel, direct = deep(body, "channel_id"), deep(body, "channel_name").startswith(_DIRECT)
    typed, mentions = _typed(text(body.get("text")))
    if name.lower() == FAMILY:
        name, typed = (*typed.split(maxsplit=1), "", "")[:2]
    return Call(
        "command",
        name.lower() or "home",
        _account(body, need(body, "user_id")),
        f"command:{trigger}",
        text=typed.strip(),
        mentions=mentions,
        origin=Origin(channel=channel, trigger=trigger, respond=deep(body, "response_url"), direct=direct),
    )


def _event(body: Json) -> Call | None:
    event = need_object(body, "event")
    key = f"event:{need(body, 'event_id')}"
    kind = need(event, "type")
    if kind == "app_home_opened":
        return _home(body, event, key)
    if kind == "message":
        return _said(body, event, key)
    return _happened(body, event, key, _HAPPENED[kind]) if kind in _HAPPENED else None


def _home(body: Json, event: Json, key: str) -> Call | None:
    if event.get("tab") != "home":
        return None
    return Call("home", "home", _account(body, need(event, "user")), key)


def _said(body: Json, event: Json, key: str) -> Call | None:
    """Free text in the direct message with Ritme; bots, edits and joins are not text that somebody said.

    A phone on a bad line may send one gesture as two events; `client_msg_id` is equal in both. Whoever writes makes it
    up, so it counts for them alone.
    """
    if event.get("channel_type") != "im" or "subtype" in event or "bot_id" in event:
        return None
    said, mentions = _typed(text(event.get("text")))
    gesture, account = deep(event, "client_msg_id"), _account(body, need(event, "user"))
    return Call(
        "text",
        "text",
        account,
        f"text:{account.user}:{gesture}" if gesture else key,
        text=said,
        mentions=mentions,
        origin=Origin(channel=need(event, "channel")),
    )


def _happened(body: Json, event: Json, key: str, name: str) -> Call | None:
    """Somebody joined or changed, and is the account; or the app was removed, and nobody is."""
    if name == "installation.removed":
        revoked = event.get("tokens")
        ours = not isinstance(revoked, dict) or bool(revoked.get("bot"))
        return Call("event", name, _account(body, ""), key) if ours else None
    if foreign(need_object(event, "user"), body):
        return None
    who = profile(need_object(event, "user"), team(body))
    return Call("event", name, _account(body, who.user), key, profiles=(who,))


def _press(body: Json) -> Call | None:
    action = need_first(body, "actions")
    if action.get("type") != "button":
        return None
    name, held = need(action, "action_id").partition("#")[0], loads(deep(action, "value"))
    origin = _pressed_at(body)
    account = _account(body, need(need_object(body, "user"), "id"))
    moment = deep(action, "action_ts") or need(body, "trigger_id")
    where = deep(body, "container", "view_id") or f"{origin.channel}:{origin.message}"
    key = f"press:{account.user}:{where}:{name}:{moment}"
    if name == AGAIN:
        return _again(held, account, key, origin)
    return Call("press", name, account, key, carry=carried(held, is_permalink), origin=origin)


def _again(held: Json, account: Account, key: str, origin: Origin) -> Call:
    """The call that the button holds, with this press's own trigger."""
    first = loads(deep(held, "call"))
    kinds: Mapping[str, Kind] = {"command": "command", "shortcut": "shortcut", "text": "text"}
    return Call(
        kinds.get(deep(first, "kind"), "press"),
        need(first, "name"),
        account,
        key,
        text=deep(first, "text"),
        mentions=texts(first.get("mentions")),
        carry=carried(first.get("carry"), is_permalink),
        origin=origin,
    )


def _submit(body: Json) -> Call:
    """A form that was sent.

    Sent again after a broken line, its hash and its values are the same. Corrected after an error, its hash may be
    the same, but its values are not; so the key is made of both.
    """
    view = need_object(body, "view")
    if view.get("type") != "modal":
        raise Malformed("not a form")
    values = _values(need_object(need_object(view, "state"), "values"))
    carry, came = remembered(deep(view, "private_metadata"))
    return Call(
        "submit",
        need(view, "callback_id"),
        _account(body, need(need_object(body, "user"), "id")),
        f"submit:{need(view, 'id')}:{need(view, 'hash')}:{digest(values)}",
        values=values,
        carry=carry,
        origin=_at_view(came, need(view, "id"), deep(body, "trigger_id")),
    )


def _lookup(body: Json) -> Call:
    """Letters typed in a search field. It only reads, so its key says what was asked and where."""
    name, typed = need(body, "action_id").partition("#")[0], deep(body, "value")
    carry, came = remembered(deep(body, "view", "private_metadata"))
    view = deep(body, "view", "id")
    account = _account(body, need(need_object(body, "user"), "id"))
    return Call(
        "lookup",
        name,
        account,
        f"lookup:{account.user}:{view}:{digest([name, typed])}",
        text=typed,
        carry=carry,
        origin=_at_view(came, view, ""),
    )


def _shortcut(body: Json) -> Call:
    message = body.get("message")
    said, mentions = _typed(deep(message, "text"))
    trigger, channel = need(body, "trigger_id"), deep(body, "channel", "id")
    author = "" if strange(message, body) else deep(message, "user")
    return Call(
        "shortcut",
        need(body, "callback_id"),
        _account(body, need(need_object(body, "user"), "id")),
        f"shortcut:{trigger}",
        text=said,
        mentions={**mentions, "author": author} if author else mentions,
        origin=Origin(
            channel=channel,
            message=deep(message, "ts"),
            trigger=trigger,
            respond=deep(body, "response_url"),
            permalink=_permalink(deep(body, "team", "domain"), channel, message),
        ),
    )


_SHAPES: Mapping[str, Callable[[Json], Call | None]] = {
    "command": _command,
    "event_callback": _event,
    "block_actions": _press,
    "view_submission": _submit,
    "block_suggestion": _lookup,
    "message_action": _shortcut,
    "shortcut": _shortcut,
}


# --- where a form came from -----------------------------------------------------------------------------------


def remember(carry: Mapping[str, str], origin: Origin) -> str:
    """A form's `private_metadata`: its carry, and the message or command that it came from."""
    came = {"c": origin.channel, "m": origin.message, "r": origin.respond}
    return orjson.dumps({"carry": dict(carry), "from": {k: v for k, v in came.items() if v}}).decode()


def remembered(held: str) -> tuple[Mapping[str, str], Origin]:
    """The opposite of `remember`."""
    found = loads(held)
    came = texts(found.get("from"))
    origin = Origin(channel=came.get("c", ""), message=came.get("m", ""), respond=came.get("r", ""))
    return carried(found.get("carry"), is_permalink), origin


def _pressed_at(body: Json) -> Origin:
    """The message or form that holds the button, or nothing but a trigger for the overview.

    A form remembers itself what it came from.
    """
    trigger, container, view = deep(body, "trigger_id"), body.get("container"), body.get("view")
    if isinstance(view, dict):
        came = remembered(deep(view, "private_metadata"))[1]
        return _at_view(came, need(view, "id") if view.get("type") == "modal" else "", trigger)
    ephemeral = isinstance(container, dict) and container.get("is_ephemeral") is True
    return Origin(
        channel=deep(body, "channel", "id") or deep(container, "channel_id"),
        message=EPHEMERAL if ephemeral else deep(container, "message_ts"),
        trigger=trigger,
        respond=deep(body, "response_url"),
    )


def _at_view(came: Origin, view: str, trigger: str) -> Origin:
    return Origin(came.channel, came.message, trigger, view, came.respond)


def _permalink(domain: str, channel: str, message: Any) -> str:
    """A message's address, made from its parts as Slack makes them; empty when a part is missing."""
    stamp, thread = deep(message, "ts"), deep(message, "thread_ts")
    if not (re.fullmatch(r"[a-z0-9-]+", domain) and channel and stamp):
        return ""
    address = f"https://{domain}.slack.com/archives/{channel}/p{stamp.replace('.', '')}"
    return f"{address}?thread_ts={thread}&cid={channel}" if thread and thread != stamp else address


def is_permalink(address: str) -> bool:
    """Whether it leads to a message in a workspace, and nowhere else."""
    return re.match(r"https://[a-z0-9-]+\.slack\.com/archives/", address) is not None


# --- values and texts -----------------------------------------------------------------------------------------


def _account(body: Json, user: str) -> Account:
    return Account(PLATFORM, team(body), user)


def _values(state: Json) -> Mapping[str, Value]:
    """A form's fields by their names, which are the block ids."""
    return {name: _value(each) for name, elements in state.items() for each in _elements(elements)}


def _elements(elements: Any) -> list[Json]:
    if not isinstance(elements, dict) or not all(isinstance(each, dict) for each in elements.values()):
        raise Malformed("not the state of a form")
    return list(elements.values())


def _value(field: Json) -> Value:
    match field.get("type"):
        case "datepicker":
            return deep(field, "selected_date")
        case "timepicker":
            return deep(field, "selected_time")
        case "static_select" | "radio_buttons" | "external_select":
            return deep(field, "selected_option", "value")
        case "checkboxes" | "multi_static_select" | "multi_external_select":
            chosen = field.get("selected_options")
            return tuple(deep(each, "value") for each in chosen) if isinstance(chosen, list) else ()
        case _:
            return deep(field, "value")


def _typed(escaped: str) -> tuple[str, Mapping[str, str]]:
    """Slack's escapes as what the person saw: "@Lotte" for `<@U1|Lotte>`, and "&" for `&amp;`.

    The second part maps each name to its user id; two people of one name are told apart by their ids.
    """
    mentions: dict[str, str] = {}

    def seen(found: re.Match[str]) -> str:
        mark, target, label = found.groups()
        if mark != "@":
            return ("#" if mark == "#" else "") + (label or target)
        name = f"@{unescape(label or target)}"
        if mentions.setdefault(name, target) != target:
            name = f"@{target}"
            mentions[name] = target
        return name

    return unescape(_REFERENCE.sub(seen, escaped)), mentions
