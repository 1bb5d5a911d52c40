"""The way in from Slack: signed requests or a web socket, one path behind both.

    verify (raw bytes) → parse (a call) → Bolt → serve (commits) → acknowledge → what is left

Bolt is kept lean: it knows one listener for each kind of payload, processes before it responds, and asks nobody for
tokens. So an event that had no effect is answered by 500, and Slack delivers it again.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import aiohttp
import orjson
import structlog
from aiohttp import web
from slack_bolt.async_app import AsyncApp, AsyncBoltContext, AsyncBoltRequest
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.response import BoltResponse

from bot import entrance
from bot.again import OutOfReach
from bot.calls import AtOnce, Call
from bot.entrance import Refused
from bot.messages import Message
from bot.once import Once
from bot.payload import Json, Malformed, deep, digest
from bot.serving import Afterwards, Serve, served
from bot.slack import parse, whose
from bot.slack.answer import Desk, acknowledge
from bot.slack.grid import Grid, works
from bot.slack.installs import Installed, Installs
from bot.slack.verify import Verifier

log = structlog.get_logger()

PATH = "/slack/events"

_ANYTHING = re.compile("")
_HEADERS = ("x-slack-request-timestamp", "x-slack-signature", "content-type")

# Bolt logs bodies; nothing of what it logs is not also known here.
_silent = logging.getLogger("bot.slack.bolt")
_silent.setLevel(logging.CRITICAL + 1)


@dataclass(frozen=True, slots=True)
class Parts:
    """What the door is given. `now` is real time in seconds since 1970; `sorry` is said when serving itself failed."""

    serve: Serve
    installs: Installs
    http: aiohttp.ClientSession
    now: Callable[[], float]
    sorry: Callable[[], Message]


@dataclass(frozen=True, slots=True)
class Taken:
    """What to answer to a payload, and what to begin once that is on its way."""

    response: BoltResponse
    then: Callable[[], None] = lambda: None


class Door:
    """Takes payloads, by whatever road they come, to the pipeline, and its replies back.

    Without a signing secret there is no road over HTTP, only the web socket.
    """

    def __init__(self, parts: Parts, secret: str = "") -> None:
        self._parts = parts
        self._verifier = Verifier(secret, parts.now) if secret else None
        self._bolt = _bolt(self._listen)
        self._said = Once(parts.now)
        self._grid = Grid(parts.now)
        self._after = Afterwards()

    def routes(self) -> list[web.RouteDef]:
        return [web.post(PATH, partial(self._http, self._verifier))] if self._verifier else []

    async def take(self, body: Mapping[str, Any]) -> Taken:
        """One genuine payload."""
        payload = dict(body)
        if (shaken := _shaken(payload)) is not None:
            return Taken(shaken)
        try:
            call = parse.call(payload)
        except Malformed as problem:
            log.warning("malformed payload", reason=str(problem))
            return Taken(BoltResponse(status=400))
        try:
            call, installed = await self._placed(payload, call)
        except OutOfReach as failure:
            log.warning("installation not found out", reason=str(failure))
            return Taken(BoltResponse(status=503))
        if call is None or installed is None or _stale(payload, call, installed):
            return Taken(BoltResponse(status=200))  # nothing for us, or from a workspace that removed us meanwhile
        call = await self._by(call, installed, whose.home(payload))
        request = _request(payload, call, installed)
        response = await self._bolt.async_dispatch(request)
        return Taken(response, lambda: self._begin(request.context))

    async def settle(self) -> None:
        """Waits for everything that is still being done after an acknowledgement."""
        await self._after.settle()

    # inside

    async def _http(self, verifier: Verifier, request: web.Request) -> web.StreamResponse:
        try:
            raw = await entrance.body(request)
            body = verifier.open(entrance.headers(request, _HEADERS), raw)
        except Refused as refused:
            log.warning("request refused", reason=refused.reason)
            return web.Response(status=refused.status)
        taken = await self.take(body)
        answer = taken.response
        response = web.Response(status=answer.status, body=answer.body.encode(), headers=answer.first_headers())
        try:
            await response.prepare(request)
            await response.write_eof()
        finally:  # what was committed is said, whether or not Slack waited
            taken.then()
        return response

    async def _listen(self, context: AsyncBoltContext) -> BoltResponse:
        """Bolt's listener for everything."""
        call: Call = context["call"]
        installed: Installed = context["installed"]
        replies = await served(call, self._parts.serve, self._parts.sorry)
        acknowledgement, context["left"] = acknowledge(call, replies, context["view"])
        if call.name == "installation.removed":
            await self._parts.installs.forget(installed.team)
        return BoltResponse(status=200, body=orjson.dumps(acknowledgement).decode() if acknowledgement else "")

    async def _placed(self, payload: Json, call: Call | None) -> tuple[Call | None, Installed | None]:
        """The call, and the installation that it belongs to. Raises OutOfReach.

        Of a Grid that installed the app as a whole, one of its workspaces may tell that the app is gone: so it is,
        where Slack takes its token no more.
        """
        if call is None or call.account is None:
            return call, None
        installed, grid = await self._parts.installs.find(call.account.team), whose.grid(payload)
        if installed is None and call.name == "installation.removed" and grid:
            installed = await self._parts.installs.find(grid)
            if installed is not None and await works(installed.client):
                return call, None
            call = replace(call, account=replace(call.account, team=grid))
        return call, installed

    async def _by(self, call: Call, installed: Installed, home: str) -> Call:
        """The call of somebody of that company, or of a stranger, whose id means nothing there."""
        account = call.account
        if account is None or not account.user or await self._grid.holds(installed, home, account.user):
            return call
        return replace(call, account=replace(account, user=f"{home}:{account.user}"))

    def _begin(self, context: Mapping[str, Any]) -> None:
        """Starts on the replies that did not travel in the acknowledgement. Words that come again are answered once."""
        call: Call = context["call"]
        left = context.get("left")
        if not left or (call.kind == "text" and not self._said.first(digest([call.key, left]))):
            return
        self._after.begin(self._finish(context["installed"], call, left))

    async def _finish(self, installed: Installed, call: Call, left: Sequence[AtOnce]) -> None:
        desk = Desk(installed.client, self._parts.http, call)
        for reply in left:
            await desk.do(reply)


def _stale(payload: Json, call: Call, installed: Installed) -> bool:
    """Whether a removal is told of that was before the app came back."""
    happened = payload.get("event_time")
    return call.name == "installation.removed" and isinstance(happened, int) and happened < int(installed.since)


def _shaken(payload: Json) -> BoltResponse | None:
    """The answer where Slack only asks whether somebody is there."""
    if payload.get("type") == "url_verification":
        return BoltResponse(status=200, body={"challenge": deep(payload, "challenge")})
    return BoltResponse(status=200) if "ssl_check" in payload else None


def _request(payload: Json, call: Call, installed: Installed) -> AsyncBoltRequest:
    """The payload as Bolt wants it: decoded already, so that it is not decoded twice, and only what Bolt routes by.
    It reads more of a payload than it checks, and all of that is in the call.
    """
    context = {"call": call, "installed": installed, "view": payload.get("view")}
    return AsyncBoltRequest(mode="socket_mode", body=_bare(payload, call), context=context)


def _bare(payload: Json, call: Call) -> Json:
    user = call.account.user if call.account else ""
    if "command" in payload:
        return {"command": deep(payload, "command"), "user_id": user}
    kind = payload["type"]
    named: dict[str, Json] = {
        "event_callback": {"event": {"type": deep(payload, "event", "type"), "user": user}},
        "block_actions": {"actions": [{"type": "button", "action_id": call.name, "block_id": ""}]},
        "block_suggestion": {"action_id": call.name, "block_id": ""},
        "view_submission": {"view": {"type": "modal", "callback_id": call.name}},
    }
    return {"type": kind, "user": {"id": user}, **named.get(kind, {"callback_id": call.name})}


def _bolt(listener: Callable[..., Awaitable[BoltResponse]]) -> AsyncApp:
    async def authorize(context: AsyncBoltContext) -> AuthorizeResult:
        installed: Installed = context["installed"]
        return AuthorizeResult(
            enterprise_id=None,
            team_id=installed.team,
            bot_user_id=installed.user,
            bot_id=installed.bot,
            bot_token=installed.client.token,
        )

    async def failed(error: Exception, context: AsyncBoltContext) -> BoltResponse:
        call: Call = context["call"]
        if call.kind != "event":  # else it was heard of when it was served
            log.error("call not answered", kind=call.kind, call=call.name, exc_info=error)
        return BoltResponse(status=500)

    app = AsyncApp(
        name="ritme",
        logger=_silent,
        process_before_response=True,
        authorize=authorize,
        request_verification_enabled=False,  # done before anything is parsed
        attaching_function_token_enabled=False,
        attaching_conversation_kwargs_enabled=False,
    )
    for kind in (app.command, app.action, app.view, app.options, app.event, app.shortcut):
        kind(_ANYTHING)(listener)
    app.error(failed)
    return app
