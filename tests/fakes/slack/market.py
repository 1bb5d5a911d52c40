"""All of Slack on loopback: several workspaces and Enterprise Grids, and one app that they may install.

async with Market() as slack:
    molen = slack.workspace("T1", "De Molen")
    back = await slack.agree(location, "T1", molen.add_user("Noor Visser"))   # the address that /slack/install gives
    ... GET /slack/oauth_redirect?{back}

Codes and refresh tokens count once. With `lives` (seconds) tokens end, and are given anew.
"""

import asyncio
import base64
import secrets
import time
from collections import Counter
from dataclasses import dataclass
from functools import partial
from urllib.parse import parse_qs, urlencode, urlsplit

from aiohttp import web

from . import FakeSlack
from .api import _arguments, _json
from .limits import Bad, need


@dataclass
class Given:
    """A token or a code. `owner` is the workspace or Grid."""

    owner: str
    user: str = ""
    ends_at: float = float("inf")
    used: bool = False


class Market:
    client_id, client_secret = "123.456", "canary-client-secret"
    signing_secret = FakeSlack.signing_secret

    def __init__(self, now=time.time, *, lives=0):
        self.now, self.lives = now, lives
        self.workspaces, self.grids, self.names = {}, {}, {}
        self.codes, self.tokens, self.refreshers = {}, {}, {}
        self.asked = Counter()
        self.delay, self.failing = 0.0, ""
        self.every_secret = []

    @property
    def url(self):
        """The Web API's base, for `RITME_SLACK_API_URL`."""
        return f"{self.base}/api/"

    # who there is

    def workspace(self, team, name, grid=""):
        """A workspace, perhaps of a Grid, with people of its own."""
        made = FakeSlack(team, self.now)
        made.bot_token, made.base = "", f"{self.base}/{team}"
        made.api.accept = partial(self._accept, team)
        made.world.grid = grid
        self.workspaces[team], self.names[team] = made, name
        if grid:
            self.grids.setdefault(grid, []).append(team)
            self.names.setdefault(grid, f"Grid {grid}")
        return made

    # consent

    async def agree(self, location, owner, user):
        """Somebody agrees on Slack's page; gives the query with which Slack sends their browser back."""
        asked = {name: found[0] for name, found in parse_qs(urlsplit(location).query).items()}
        assert urlsplit(location).path == "/oauth/v2/authorize"
        assert asked["client_id"] == self.client_id
        assert "chat:write" in asked["scope"].split(",")
        code = self._secret("code")
        self.codes[code] = Given(owner, user)
        return urlencode({"code": code, "state": asked["state"]})

    def refuse(self, location):
        """Somebody does not agree."""
        state = parse_qs(urlsplit(location).query)["state"][0]
        return urlencode({"error": "access_denied", "state": state})

    def revoke(self, owner):
        """All tokens of an installation are of no use any more."""
        self.tokens = {token: one for token, one in self.tokens.items() if one.owner != owner}

    def end(self, owner):
        """The tokens of an installation are over, as if their time had come."""
        for one in self.tokens.values():
            if one.owner == owner:
                one.ends_at = self.now()

    def working(self, owner):
        """The tokens of an installation that work now."""
        return [token for token, one in self.tokens.items() if one.owner == owner and one.ends_at > self.now()]

    # the Web API

    async def _call(self, request):
        method, given = request.match_info["method"], await _arguments(request)
        self.asked[method] += 1
        if method == "oauth.v2.access":
            return await self._access(request, given)
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        known = self.tokens.get(token)
        if known is None:
            return _json({"ok": False, "error": "invalid_auth"})
        if method == "apps.uninstall":
            self.revoke(known.owner)
            return _json({"ok": True})
        if method == "auth.test":
            return _json({"ok": True, "team_id": known.owner, "team": self.names[known.owner], "user_id": "UBOT"})
        if method == "auth.teams.list":
            teams = [{"id": team, "name": self.names[team]} for team in self.grids.get(known.owner, [])]
            return _json({"ok": True, "teams": teams})
        return await self._of(known.owner, given).api._call(request)

    def _of(self, owner, given):
        """The workspace that a call is about."""
        teams = self.grids.get(owner, [owner])
        wanted = {value for value in given.values() if isinstance(value, str)}
        for team in teams:
            world = self.workspaces[team].world
            if team in wanted or wanted & (world.users.keys() | world.channels.keys()):
                return self.workspaces[team]
        return self.workspaces[teams[0]]

    def _accept(self, team, token, _wanted):
        known = self.tokens.get(token)
        need(known, "token", "invalid_auth")
        need(known.ends_at > self.now(), "token", "token_expired")
        need(team in self.grids.get(known.owner, [known.owner]), "token", "invalid_auth")

    async def _access(self, request, given):
        try:
            need(not self.failing, "planned", self.failing)
            head = request.headers.get("Authorization", "")
            sent = base64.b64decode(head.removeprefix("Basic ")).decode() if head.startswith("Basic ") else ""
            need(sent == f"{self.client_id}:{self.client_secret}", "client", "bad_client_secret")
            answer = self._renewed(given) if given.get("grant_type") == "refresh_token" else self._exchanged(given)
        except Bad as bad:
            return _json({"ok": False, "error": bad.error})
        await asyncio.sleep(self.delay)
        return _json({"ok": True, **answer})

    def _exchanged(self, given):
        code = self.codes.get(given.get("code", ""))
        need(code, "code", "invalid_code")
        need(not code.used, "code", "code_already_used")
        code.used = True
        self.revoke(code.owner)
        whole = code.owner in self.grids
        grid = code.owner if whole else self.workspaces[code.owner].world.grid
        return {
            **self._given(code.owner),
            "app_id": "A1", "scope": "chat:write,commands", "token_type": "bot", "bot_user_id": "UBOT",
            "authed_user": {"id": code.user}, "is_enterprise_install": whole,
            "team": None if whole else {"id": code.owner, "name": self.names[code.owner]},
            "enterprise": {"id": grid, "name": self.names[grid]} if grid else None,
        }  # fmt: skip

    def _renewed(self, given):
        self.asked["renewed"] += 1
        known = self.refreshers.get(given.get("refresh_token", ""))
        need(known, "refresh_token", "invalid_refresh_token")
        need(not known.used, "refresh_token", "invalid_refresh_token")
        known.used = True
        return self._given(known.owner)

    def _given(self, owner):
        if not self.lives:
            token = self._secret("xoxb")
            self.tokens[token] = Given(owner)
            return {"access_token": token}
        token, again = self._secret("xoxe.xoxb-1"), self._secret("xoxe-1")
        self.tokens[token] = Given(owner, ends_at=self.now() + self.lives)
        self.refreshers[again] = Given(owner)
        return {"access_token": token, "refresh_token": again, "expires_in": self.lives}

    def _secret(self, kind):
        made = f"{kind}-canary{secrets.token_hex(12)}"
        self.every_secret.append(made)
        return made

    async def _respond(self, request):
        return await self.workspaces[request.match_info["team"]].api._respond(request)

    # the server

    async def __aenter__(self):
        app = web.Application(client_max_size=4 * 1024 * 1024)
        app.add_routes([
            web.route("*", "/api/{method}", self._call),
            web.post("/{team}/respond/{id}", self._respond),
        ])  # fmt: skip
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        host, port = self._runner.addresses[0]
        self.base = f"http://{host}:{port}"
        return self

    async def __aexit__(self, *_):
        for one in self.workspaces.values():
            if one.door:
                await one.door.close()
        await self._runner.cleanup()
