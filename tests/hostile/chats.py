"""The other side of both chats, for a house under attack: it takes everything, keeps nothing, and refuses now and then."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count
from typing import Any

from aiohttp import web

from bot import secrets
from bot.entrance import server_log
from tests.fakes.teams.tokens import FakeOpenId
from tests.hostile.recorded import APP, GONE, TEAM

SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
_WORKSPACE = {
    "team_id": TEAM,
    "team": "De Molen",
    "user_id": "UBOT",
    "bot_id": "BBOT",
    "url": "https://example.slack.com/",
}


WAY = re.compile(r"way-(\d+)-")
"""What a code begins with that Slack gave to a browser: on which way it is."""


class Chats:
    """Slack's Web API, Teams' connector and Microsoft's keys, as far as anybody asks. `exchanged` counts for each way
    through Slack's page of consent how often what it gave was turned in.
    """

    def __init__(self, openid: FakeOpenId) -> None:
        self.openid = openid
        self.asked: Counter[str] = Counter()
        self.exchanged: Counter[int] = Counter()
        self.base = ""
        self._count = count(1)

    @property
    def settings(self) -> dict[str, str]:
        """Ritme's, for these chats."""
        return {
            "SLACK_BOT_TOKEN": "xoxb-fake", "SLACK_SIGNING_SECRET": SECRET, "RITME_SLACK_API_URL": f"{self.base}/api/",
            "RITME_SLACK_RATE": "1000", "RITME_TEAMS_RATE": "1000", "TEAMS_APP_ID": APP, "TEAMS_APP_PASSWORD": "a password",
            "TEAMS_TENANT_ID": "11111111-0000-4000-8000-00000000000a", "RITME_TEAMS_OPENID_URL": self.openid.url,
            "RITME_TEAMS_TOKEN_URL": f"{self.base}/token", "RITME_TEAMS_SERVICE_HOSTS": "127.0.0.1",
            "SLACK_CLIENT_ID": "123.456", "SLACK_CLIENT_SECRET": "a secret", "RITME_SECRET_KEY": secrets.new(),
        }  # fmt: skip

    @property
    def routes(self) -> list[web.RouteDef]:
        return [
            web.post("/token", self._token),
            web.route("*", "/api/{method}", self._slack),
            web.route("*", "/respond/{id:.*}", self._respond),
            web.route("*", "/{rest:.*}", self._connector),
        ]

    async def _token(self, _: web.Request) -> web.Response:
        return web.json_response({"token_type": "Bearer", "expires_in": 86399, "access_token": "a token"})

    async def _slack(self, request: web.Request) -> web.Response:
        method, number = request.match_info["method"], next(self._count)
        self.asked[method] += 1
        await request.read()
        if method == "oauth.v2.access":
            return web.json_response(self._consented(str((await request.post()).get("code", "")), number))
        if number % 10 == 0 and method != "auth.test":
            return web.json_response({"ok": False, "error": "expired_trigger_id"})
        stamp = f"{number}.000100"
        done: dict[str, Any] = {"ok": True, **_WORKSPACE, "channel": "D0000001", "ts": stamp, "message_ts": stamp, "members": [],
                                "messages": [], "user": {"id": "UNOOR", "name": "noor"}}  # fmt: skip
        return web.json_response(done | ({"channel": {"id": "D0000001"}} if method == "conversations.open" else {}))

    def _consented(self, code: str, number: int) -> dict[str, Any]:
        """What a code stands for: a workspace, seldom a Grid, sometimes nothing that makes sense."""
        way = WAY.match(code)
        if way:
            self.exchanged[int(way[1])] += 1
        team = f"T00001{number % 20:02}" if number % 5 else GONE
        good = {"ok": True, "access_token": f"xoxb-{number}", "bot_user_id": "UBOT", "team": {"id": team, "name": "<b>&"},
                "enterprise": None, "authed_user": {"id": "UNOOR"}, "is_enterprise_install": False}  # fmt: skip
        others: tuple[dict[str, Any], ...] = (
            {"ok": False, "error": "invalid_code"}, {"ok": True}, good | {"team": None}, good | {"access_token": 7},
            good | {"team": None, "enterprise": {"id": "E0000001"}, "is_enterprise_install": True},
            good | {"authed_user": None}, good | {"authed_user": {"id": 7}}, good | {"expires_in": 43200},
            good | {"expires_in": 43200, "refresh_token": f"xoxe-{number}"}, good | {"team": {"id": team, "name": [1]}},
        )  # fmt: skip
        return good if number % 3 else others[number % len(others)]

    async def _respond(self, request: web.Request) -> web.Response:
        self.asked["response_url"] += 1
        await request.read()
        return web.Response(text="ok", status=404 if next(self._count) % 10 == 0 else 200)

    async def _connector(self, request: web.Request) -> web.Response:
        self.asked["connector"] += 1
        await request.read()
        if next(self._count) % 10 == 0:
            return web.json_response({"error": {"code": "NotFound"}}, status=404)
        return web.json_response(
            {"id": f"17{next(self._count)}", "members": [], "aadObjectId": "x", "name": "Noor", "objectId": "x"}
        )


@asynccontextmanager
async def opened() -> AsyncIterator[Chats]:
    async with FakeOpenId(APP) as openid:
        chats = Chats(openid)
        app = web.Application(client_max_size=16 * 1024 * 1024)
        app.add_routes(chats.routes)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1, logger=server_log)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        host, port = runner.addresses[0]
        chats.base = f"http://{host}:{port}"
        try:
            yield chats
        finally:
            await runner.cleanup()
