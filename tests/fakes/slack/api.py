"""The Web API over HTTP: reads a request as Slack does, and answers with Slack's words."""

import asyncio
import json
from collections import Counter, deque

from aiohttp import web

from .limits import Bad, check_message, need
from .socket import Socket
from .world import World

PER_MINUTE = {1: 1, 2: 20, 3: 50, 4: 100}
TIERS = {
    "users.list": 2, "conversations.open": 3, "chat.update": 3, "chat.delete": 3, "conversations.history": 3,
    "apps.connections.open": 1, "views.open": 4, "views.publish": 4, "views.push": 4, "views.update": 4,
    "users.info": 4, "chat.postEphemeral": 4,
}  # fmt: skip


class Faults:
    """What goes wrong, and when. Rates need a seeded `random.Random`."""

    def __init__(self):
        self.planned = {}
        self.random, self.rates = None, {}

    def plan(self, method, *kinds):
        """The next calls of a method: "ok", "429", "500" (not done), "500 done", "drop done", "hang done" or "nonsense"."""
        self.planned.setdefault(method, deque()).extend(kinds)

    def chaos(self, random, **rates):
        """Shares of all calls, by kind: `chaos(rng, **{"429": 0.01, "500": 0.005, "500 done": 0.005})`."""
        self.random, self.rates = random, rates

    def next(self, method):
        if self.planned.get(method):
            return self.planned[method].popleft()
        if self.random:
            drawn = self.random.random()
            for kind, share in self.rates.items():
                drawn -= share
                if drawn < 0:
                    return kind
        return "ok"


class Api:
    def __init__(self, world: World, tokens, socket: Socket):
        self.world, self.socket = world, socket
        self.bot_token, self.app_token = tokens
        self.faults = Faults()
        self.retry_after = "30"
        self.tiers = False
        self.auth_error = ""
        self.calls = Counter()
        self._recent = {}

    def routes(self):
        return [web.route("*", "/api/{method}", self._call), web.post("/respond/{id}", self._respond)]

    async def _call(self, request):
        method = request.match_info["method"]
        self.calls[method] += 1
        await request.read()  # whoever is killed at a fault has said all of it
        fault = self.faults.next(method)
        if fault == "429" or (self.tiers and self._too_fast(method)):
            return _json({"ok": False, "error": "ratelimited"}, 429, {"Retry-After": self.retry_after})
        if fault == "500":
            return _json({"ok": False, "error": "internal_error"}, 500)
        if fault == "nonsense":
            return web.Response(text="<html>", content_type="application/json")
        answer = self._answer(method, request, await _arguments(request))
        match fault:
            case "500 done":
                return _json({"ok": False, "error": "internal_error"}, 500)
            case "drop done":
                request.transport.abort()
            case "hang done":
                await asyncio.sleep(3600)
        return _json(answer)

    def _answer(self, method, request, given):
        try:
            self._authenticate(method, request)
            done = getattr(self, method.replace(".", "_"), None)
            need(done, method, "unknown_method")
            return {"ok": True, **done(given)}
        except Bad as bad:
            return {"ok": False, "error": bad.error, "response_metadata": {"messages": [bad.where]}}

    def _authenticate(self, method, request):
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        need(token, method, "not_authed")
        self.accept(token, self.app_token if method == "apps.connections.open" else self.bot_token)
        need(not self.auth_error, "token", self.auth_error)

    def accept(self, token, wanted):
        need(token == wanted, "token", "invalid_auth")

    def _too_fast(self, method):
        window = self._recent.setdefault(method, deque())
        while window and window[0] <= self.world.now() - 60:
            window.popleft()
        if len(window) >= PER_MINUTE.get(TIERS.get(method), 1_000_000):
            return True
        window.append(self.world.now())
        return False

    async def _respond(self, request):
        try:
            self.calls["response_url"] += 1
            self.world.respond(request.match_info["id"], await request.json())
        except Bad as bad:
            return _json({"ok": False, "error": bad.error}, 404)
        return web.Response(text="ok")

    # methods, named as Slack names them with the dots as underscores

    def auth_test(self, _given):
        return {
            "team_id": self.world.team,
            "team": "Example",
            "user_id": "UBOT",
            "bot_id": "BBOT",
            "url": "https://example.slack.com/",
        }

    def chat_postMessage(self, given):  # noqa: N802
        check_message(given.get("text", ""), given.get("blocks", []))
        channel = self.world.place(given.get("channel", ""))
        said = self.world.post(channel, given.get("text", ""), given.get("blocks", []), metadata=_metadata(given))
        return {"channel": channel, "ts": said.ts, "message": _shown(said)}

    def chat_postEphemeral(self, given):  # noqa: N802
        check_message(given.get("text", ""), given.get("blocks", []))
        channel, user = self.world.place(given.get("channel", "")), given.get("user", "")
        need(user in self.world.channels[channel]["members"], user, "user_not_in_channel")
        said = self.world.post(channel, given.get("text", ""), given.get("blocks", []), to=user)
        return {"message_ts": said.ts}

    def chat_update(self, given):
        check_message(given.get("text", ""), given.get("blocks", []), limit=4000)
        channel = self.world.place(given.get("channel", ""))
        said = self.world.message(channel, given.get("ts", ""))
        need(said.author == "UBOT", "not ours", "cant_update_message")
        said.text, said.blocks = given.get("text", ""), given.get("blocks", [])
        return {"channel": channel, "ts": said.ts, "text": said.text}

    def chat_delete(self, given):
        said = self.world.message(self.world.place(given.get("channel", "")), given.get("ts", ""))
        need(said.author == "UBOT", "not ours", "cant_delete_message")
        self.world.messages.remove(said)
        self.world.deleted.append(said)
        return {"channel": said.channel, "ts": said.ts}

    def conversations_open(self, given):
        need(given.get("users") in self.world.users, "users", "user_not_found")
        return {"channel": {"id": self.world.place(given["users"])}}

    def conversations_history(self, given):
        channel = self.world.place(given.get("channel", ""))
        oldest, latest = float(given.get("oldest") or 0), float(given.get("latest") or "inf")
        found = [m for m in self.world.seen(channel, "") if oldest < float(m.ts) <= latest]
        page, cursor = _page(found[::-1], given)
        whole = str(given.get("include_all_metadata", "")).lower() in {"1", "true"}
        return {"messages": [_shown(m, whole=whole) for m in page], "has_more": bool(cursor), **_next(cursor)}

    def users_info(self, given):
        need(given.get("user") in self.world.users, "user", "user_not_found")
        return {"user": self._user(self.world.users[given["user"]], given)}

    def users_list(self, given):
        page, cursor = _page(list(self.world.users.values()), given)
        return {"members": [self._user(user, given) for user in page], **_next(cursor)}

    def _user(self, user, given):
        wants = str(given.get("include_locale", "")).lower() in {"1", "true"}
        return user if wants else {name: value for name, value in user.items() if name != "locale"}

    def views_open(self, given):
        return _view(self.world, self.world.open(given.get("trigger_id", ""), given.get("view")))

    def views_push(self, given):
        return _view(self.world, self.world.open(given.get("trigger_id", ""), given.get("view"), push=True))

    def views_update(self, given):
        found = self.world.update(given.get("view_id", ""), given.get("view"), given.get("hash", ""))
        return _view(self.world, found)

    def views_publish(self, given):
        found = self.world.publish(given.get("user_id", ""), given.get("view"), given.get("hash", ""))
        return _view(self.world, found)

    def apps_connections_open(self, _given):
        return {"url": self.socket.address()}


async def _arguments(request):
    """JSON, a form or a query; in a form, nested values are JSON."""
    if request.content_type == "application/json":
        return await request.json()
    given = {**request.query, **(await request.post())}
    return {name: _nested(name, value) for name, value in given.items()}


def _nested(name, value):
    return json.loads(value) if name in {"blocks", "view", "metadata"} and isinstance(value, str) else value


def _metadata(given):
    metadata = given.get("metadata")
    if metadata:
        need(set(metadata) == {"event_type", "event_payload"}, "metadata", "invalid_metadata_format")
    return metadata


def _shown(message, *, whole=True):
    shown = {
        "type": "message",
        "ts": message.ts,
        "user": message.author,
        "text": message.text,
        "blocks": message.blocks,
    }
    if message.author == "UBOT":
        shown["bot_id"] = "BBOT"
    return {**shown, "metadata": message.metadata} if whole and message.metadata else shown


def _view(world, view):
    return {"view": {**view.view, "id": view.id, "hash": view.hash, "root_view_id": view.root, "team_id": world.team}}


def _page(found, given):
    start, limit = int(given.get("cursor") or 0), int(given.get("limit") or 100)
    end = start + limit
    return found[start:end], str(end) if end < len(found) else ""


def _next(cursor):
    return {"response_metadata": {"next_cursor": cursor}}


def _json(body, status=200, headers=None):
    return web.json_response(body, status=status, headers=headers)
