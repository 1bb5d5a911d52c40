"""A working connector service on loopback: Teams' REST API for bots with its limits, and the token endpoint beside it.

async with FakeTeams() as teams:
    noor = teams.world.add("noor", "Noor Jansen").user
    ... Connector(http, Tokens(http, teams.token_url, teams.world.app, teams.secret), teams.hosts) ...
    assert teams.world.seen(teams.world.personal(noor))[-1].cards == [...]
"""

from __future__ import annotations

import asyncio
import json
import secrets
import time
from collections import Counter, deque
from collections.abc import Callable
from random import Random
from typing import Any, Self

from aiohttp import web

from .world import Activity, Conversation, Json, Someone, World

SCOPE = "https://api.botframework.com/.default"
LARGEST_CARD, LARGEST = 28 * 1024, 100 * 1024
"""Bytes of a card; bytes of a whole activity as UTF-16, which is how Teams counts."""

PER_CONVERSATION = ((7, 1), (8, 2), (60, 30), (1800, 3600))
PER_APP = ((50, 1),)
"""So many requests in so many seconds."""

PAGE_LEAST, PAGE_MOST = 50, 500

TROUBLE = {
    "412": (412, "PreconditionFailed"),
    "429": (429, "Throttled"),
    "500": (500, "ServiceError"),
    "500 done": (500, "ServiceError"),
    "502": (502, "ServiceError"),
    "503": (503, ""),
    "504": (504, ""),
}


class Refuse(Exception):
    def __init__(self, status: int, code: str, message: str = "", **headers: str) -> None:
        super().__init__(code)
        self.status, self.code, self.message, self.headers = status, code, message, headers


class Faults:
    """What goes wrong, and when: "ok", a status of `TROUBLE`, "429 bare" (without Retry-After), "drop done", "hang"
    or "redirect"; "done" means that it happened all the same.
    """

    def __init__(self) -> None:
        self.planned: dict[str, deque[str]] = {}
        self.random: Random | None = None
        self.rates: dict[str, float] = {}

    def plan(self, what: str, *kinds: str) -> None:
        """The next requests of a kind: "say", "update", "delete", "create", "members", "member" or "token"."""
        self.planned.setdefault(what, deque()).extend(kinds)

    def chaos(self, random: Random, **rates: float) -> None:
        """Shares of all that is said, changed and begun, by kind of trouble."""
        self.random, self.rates = random, rates

    def next(self, what: str) -> str:
        if self.planned.get(what):
            return self.planned[what].popleft()
        if self.random and what != "token":
            drawn = self.random.random()
            for kind, share in self.rates.items():
                drawn -= share
                if drawn < 0:
                    return kind
        return "ok"


class FakeTeams:
    """Teams around a `World`. `now` is its clock, in seconds; `limits` switches the rate limits on; of a `crowd`
    nobody is answered before all are there.
    """

    def __init__(self, world: World | None = None, now: Callable[[], float] = time.monotonic) -> None:
        self.world = world or World()
        self.now = now
        self.secret = "s3cret"
        self.faults = Faults()
        self.limits = False
        self.largest_card = LARGEST_CARD
        self.retry_after = "1"
        self.crowd = asyncio.Barrier(1)
        self.calls: Counter[str] = Counter()
        self.tokens: dict[str, bool] = {}
        self.lifetime: Any = 3599
        self._recent: dict[str, deque[float]] = {}

    # where it is

    @property
    def service(self) -> str:
        return f"{self.base}/teams/"

    @property
    def token_url(self) -> str:
        return f"{self.base}/{self.world.tenant}/oauth2/v2.0/token"

    def revoke(self) -> None:
        """No token that was given works any more."""
        self.tokens = dict.fromkeys(self.tokens, False)

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=4 * 1024 * 1024)
        said = "/teams/v3/conversations"
        app.add_routes(
            [
                web.post("/{tenant}/oauth2/v2.0/token", self._token),
                web.post(said, self._served("create", self._create)),
                web.post(f"{said}/{{id}}/activities", self._served("say", self._say)),
                web.put(f"{said}/{{id}}/activities/{{activity}}", self._served("update", self._update)),
                web.delete(f"{said}/{{id}}/activities/{{activity}}", self._served("delete", self._delete)),
                web.get(f"{said}/{{id}}/pagedmembers", self._served("members", self._members)),
                web.get(f"{said}/{{id}}/members/{{user}}", self._served("member", self._member)),
            ]
        )
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        host, port = self._runner.addresses[0]
        self.base = f"http://{host}:{port}"
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._runner.cleanup()

    # tokens

    async def _token(self, request: web.Request) -> web.Response:
        self.calls["token"] += 1
        fault = self.faults.next("token")
        form = await request.post()
        if fault != "ok":
            return web.json_response({"error": "temporarily_unavailable"}, status=int(fault))
        if request.match_info["tenant"] != self.world.tenant or form.get("scope") != SCOPE:
            return web.json_response({"error": "invalid_scope"}, status=400)
        known = (form.get("client_id"), form.get("client_secret"), form.get("grant_type"))
        if known != (self.world.app, self.secret, "client_credentials"):
            return web.json_response({"error": "invalid_client"}, status=401)
        token = secrets.token_urlsafe(24)
        self.tokens[token] = True
        return web.json_response({"token_type": "Bearer", "expires_in": self.lifetime, "access_token": token})

    # one request

    def _served(self, what: str, do: Callable[[web.Request, Json], Json]) -> Callable[[web.Request], Any]:
        async def serve(request: web.Request) -> web.StreamResponse:
            self.calls[what] += 1
            said = await request.read()  # whoever is killed at a fault has said all of it
            fault = self.faults.next(what)
            await self.crowd.wait()
            try:
                self._authorised(request)
                if self.limits:
                    self._slowly(request.match_info.get("id", ""))
                self._troubled(fault)
                answer = do(request, json.loads(said) if said else {})
            except Refuse as refuse:
                return _refused(refuse)
            if fault == "drop done":
                assert request.transport
                request.transport.abort()
            if fault == "hang":
                await asyncio.sleep(3600)
            if fault == "500 done":
                return _refused(Refuse(500, "ServiceError"))
            return web.json_response(answer, status=201 if request.method == "POST" else 200)

        return serve

    def _authorised(self, request: web.Request) -> None:
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if not self.tokens.get(token):
            raise Refuse(401, "Unauthorized", "Authorization has been denied for this request.")

    def _troubled(self, fault: str) -> None:
        if fault == "429 bare":
            raise Refuse(429, "Throttled", "Too many requests.")
        if fault in TROUBLE and not fault.endswith("done"):
            status, code = TROUBLE[fault]
            more = {"Retry-After": self.retry_after} if status == 429 else {}
            raise Refuse(status, code, "Trouble.", **more)
        if fault == "redirect":
            raise Refuse(307, "", "", Location="http://127.0.0.1:9/")

    def _slowly(self, conversation: str) -> None:
        for key, most in ((f"to {conversation}", PER_CONVERSATION), ("all", PER_APP)):
            recent = self._recent.setdefault(key, deque(maxlen=2000))
            if any(sum(1 for at in recent if at > self.now() - seconds) >= count for count, seconds in most):
                raise Refuse(429, "Throttled", "Too many requests.", **{"Retry-After": self.retry_after})
            recent.append(self.now())

    # what is asked

    def _place(self, request: web.Request) -> Conversation:
        """The conversation, where the bot may speak."""
        place = self.world.conversations.get(request.match_info["id"].partition(";")[0])
        if place is None:
            raise Refuse(404, "ConversationNotFound", "Conversation not found.")
        if place.kind == "personal":
            self._open(self.world.people[place.members[0]])
        elif not place.installed:
            raise Refuse(403, "BotNotInConversationRoster", "The bot is not part of the conversation roster.")
        return place

    def _open(self, someone: Someone) -> None:
        if someone.blocked:
            inner = json.dumps({"subCode": "MessageWritesBlocked", "details": "Thread is blocked", "errorCode": 209})
            raise Refuse(403, "Forbidden", inner)
        if not someone.installed:
            raise Refuse(403, "ForbiddenOperationException", "Bot is not installed in user's personal scope")

    def _create(self, _: web.Request, body: Json) -> Json:
        if body.get("tenantId") != self.world.tenant or len(body.get("members", ())) != 1 or body.get("isGroup"):
            raise Refuse(400, "BadSyntax", "Incorrect conversation creation parameters")
        someone = self._someone(str(body["members"][0].get("id", "")))
        if someone is None:
            raise Refuse(404, "NotFound", "User not found in the tenant.")
        self._open(someone)
        id = self.world.personal(someone.user)
        self.world.conversations.setdefault(id, Conversation(id, "personal", [someone.user]))
        return {"id": id}

    def _say(self, request: web.Request, body: Json) -> Json:
        place, to = self._place(request), ""
        if request.query.get("isTargetedActivity") == "true":
            someone = self._someone(str(body.get("recipient", {}).get("id", "")))
            if place.kind == "personal" or someone is None or someone.user not in place.members:
                raise Refuse(400, "BadArgument", "The recipient is not a member of this conversation.")
            to = someone.user
        self._sized(body)
        return {"id": self.world.put(request.match_info["id"], body, to=to).id}

    def _update(self, request: web.Request, body: Json) -> Json:
        said = self._ours(request)
        self._sized(body)
        said.body = json.loads(json.dumps(body))
        said.mine.clear()
        return {"id": said.id}

    def _delete(self, request: web.Request, _: Json) -> Json:
        said = self._ours(request)
        self.world.conversations[said.conversation.partition(";")[0]].said.remove(said)
        return {}

    def _ours(self, request: web.Request) -> Activity:
        place = self._place(request)
        said = self.world.find(place.id, request.match_info["activity"])
        targeted = request.query.get("isTargetedActivity") == "true"
        if said is None or bool(said.to) != targeted:
            raise Refuse(404, "ActivityNotFoundInConversation", "Conversation not found.")
        if said.author != "bot":
            raise Refuse(403, "NotEnoughPermissions", "Not the bot's own message.")
        return said

    def _members(self, request: web.Request, _: Json) -> Json:
        place = self._place(request)
        size = int(request.query.get("pageSize", 200))
        if not PAGE_LEAST <= size <= PAGE_MOST:
            raise Refuse(400, "BadArgument", "pageSize is out of range.")
        start = int(request.query.get("continuationToken") or 0)
        shown = [self._shown(user) for user in place.members[start : start + size]]
        more = start + size < len(place.members)
        return {"members": shown, **({"continuationToken": str(start + size)} if more else {})}

    def _member(self, request: web.Request, _: Json) -> Json:
        place, someone = self._place(request), self._someone(request.match_info["user"])
        if someone is None or someone.user not in place.members:
            raise Refuse(404, "MemberNotFoundInConversation", "Member not found in conversation.")
        return self._shown(someone.user)

    # inside

    def _shown(self, user: str) -> Json:
        return {**self.world.people[user].member, "tenantId": self.world.tenant}

    def _someone(self, id: str) -> Someone | None:
        return self.world.people.get(id.removeprefix("29:"))

    def _sized(self, body: Json) -> None:
        cards = [one.get("content") for one in body.get("attachments", ())]
        sizes = [len(json.dumps(card, ensure_ascii=False, separators=(",", ":")).encode()) for card in cards]
        whole = 2 * len(json.dumps(body, ensure_ascii=False, separators=(",", ":")))
        if any(size > self.largest_card for size in sizes) or whole > LARGEST:
            raise Refuse(413, "MessageSizeTooBig", "Message size too large.")


def _refused(refuse: Refuse) -> web.Response:
    said = {"error": {"code": refuse.code, "message": refuse.message}} if refuse.code else None
    if said is None:
        return web.Response(status=refuse.status, headers=refuse.headers)
    return web.json_response(said, status=refuse.status, headers=refuse.headers)
