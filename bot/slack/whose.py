"""Whose a payload is: the workspace or Enterprise Grid that installed the app, and where its sender is at home.

In a shared channel those differ, and with an organisation-wide installation the workspace says nothing. What is known
is looked up by who installed the app, never by where somebody is at home: an id from elsewhere names another person,
however much it looks like one of ours.
"""

from __future__ import annotations

from typing import Any

from bot.payload import Json, Malformed, deep


def team(body: Json) -> str:
    """The workspace that installed the app, or the Grid where it was installed for all of it. Raises `Malformed`."""
    first = _first(body)
    if _whole(first if "is_enterprise_install" in first else body):
        found = grid(body)
    else:
        found = (
            deep(body, "view", "app_installed_team_id")
            or deep(first, "team_id")
            or _poster(body)
            or deep(body, "team", "id")
            or deep(body, "team_id")
            or deep(body, "view", "team_id")
            or grid(body)
        )
    if not found:
        raise Malformed("no team")
    return found


def grid(body: Json) -> str:
    """The Grid that the installation is part of; empty where it is part of none."""
    return deep(_first(body), "enterprise_id") or deep(body, "enterprise", "id") or deep(body, "enterprise_id")


def home(body: Json) -> str:
    """The workspace or Grid where its sender is at home; empty where nothing is said of it."""
    event = body.get("event")
    if isinstance(event, dict):
        return _home(event)
    return deep(body, "user", "team_id") or (deep(body, "team_id") if "command" in body else "")


def strange(message: Any, body: Json) -> bool:
    """Whether a message in a payload is by somebody of another company, as far as the payload tells. Within a Grid
    people are told apart by their ids.
    """
    theirs = _home(message) or deep(message, "team_id")
    return bool(theirs) and theirs != team(body) and not grid(body)


def foreign(person: Json, body: Json) -> bool:
    """Whether a person that a payload tells of is of another company. One of a Grid's says where else they are."""
    known = {*homes(person), deep(person, "enterprise_user", "enterprise_id")} - {""}
    return bool(deep(person, "team_id")) and known.isdisjoint({team(body), grid(body)})


def homes(person: Any) -> set[str]:
    """The workspaces that somebody's own record names: where they are at home, and where else in their Grid."""
    inside = person.get("enterprise_user") if isinstance(person, dict) else None
    held = inside.get("teams") if isinstance(inside, dict) else None
    others = held if isinstance(held, list) else ()
    return {deep(person, "team_id"), *(one for one in others if isinstance(one, str))}


def _home(one: Any) -> str:
    return deep(one, "user_team") or deep(one, "source_team") or deep(one, "team")


def _first(body: Json) -> Json:
    """The first of those for whom the app was sent an event."""
    granted = body.get("authorizations")
    first = granted[0] if isinstance(granted, list) and granted else None
    return first if isinstance(first, dict) else {}


def _whole(said: Json) -> bool:
    return said.get("is_enterprise_install") in (True, "true")


def _poster(body: Json) -> str:
    """Who installed the app that posted the message whose button was pressed: the presser may be from elsewhere."""
    if body.get("type") != "block_actions":
        return ""
    return deep(body, "message", "bot_profile", "team_id") or (
        deep(body, "message", "team") if deep(body, "message", "bot_id") else ""
    )
