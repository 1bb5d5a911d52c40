"""Microsoft on loopback, as far as an app in Teams needs it: keys, tokens, and a connector that takes what is said."""

from __future__ import annotations

import asyncio
import itertools
import random
import time
from collections import Counter
from collections.abc import Iterator
from typing import Any, Self

import jwt
import orjson
from aiohttp import web
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from jwt.algorithms import RSAAlgorithm

from benchmarks.doors import name

APP, TENANT = "00000000-0000-4000-8000-00000000a001", "00000000-0000-4000-8000-00000000a002"
ISSUER = "https://api.botframework.com"
LOGIN = "https://login.microsoftonline.com"
_KID = "one"
_PATIENCE = 120


class Microsoft:
    """`slow` are the seconds that the connector takes to take something; each app has a connector's path of its own."""

    def __init__(self) -> None:
        self.slow, self.tokens = 0.0, 0
        self._key = generate_private_key(65537, 2048)
        self._taken: Counter[str] = Counter()
        self._expected: Counter[str] = Counter()
        self._news = asyncio.Event()

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.add_routes(
            [
                web.get("/openid", self._openid),
                web.get("/keys", self._keys),
                web.get(f"/{TENANT}/v2.0/.well-known/openid-configuration", self._login),
                web.post(f"/{TENANT}/oauth2/v2.0/token", self._token),
                web.post("/{app}/v3/conversations/{conversation}/activities", self._take),
                web.post("/{app}/v3/conversations/{conversation}/activities/{activity}", self._take),
            ]
        )
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.base = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._runner.cleanup()

    def requests(self, app: str, people: int) -> Iterator[bytes]:
        """Messages that are typed to the bot, no two alike, with the token that Teams would send for an hour."""
        header, choose = f"Bearer {self._signed(app)}", random.Random(1)
        for number in itertools.count():
            giver = number % people
            receiver = (giver + choose.randrange(1, people)) % people
            text = f"kudos @{name(receiver)} for finding out why the import was slow, number {number}"
            body = orjson.dumps(message(self.service(app), giver, number, text))
            head = (
                "POST /api/messages HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json; charset=utf-8\r\n"
                f"Authorization: {header}\r\nContent-Length: {len(body)}\r\n\r\n"
            )
            yield head.encode() + body

    def service(self, app: str) -> str:
        return f"{self.base}/{app}/"

    async def took(self, app: str, count: int) -> None:
        """Waits until so many more replies of an app were taken."""
        self._expected[app] += count
        async with asyncio.timeout(_PATIENCE):
            while self._taken[app] < self._expected[app]:
                self._news.clear()
                await self._news.wait()

    # inside

    def _signed(self, app: str) -> str:
        now = int(time.time())
        claims = {"iss": ISSUER, "aud": APP, "nbf": now - 60, "exp": now + 3600, "serviceurl": self.service(app)}
        return jwt.encode(claims, self._key, "RS256", {"kid": _KID})

    async def _openid(self, _: web.Request) -> web.Response:
        return web.json_response({"issuer": ISSUER, "jwks_uri": f"{self.base}/keys"})

    async def _keys(self, _: web.Request) -> web.Response:
        listed = RSAAlgorithm.to_jwk(self._key.public_key(), as_dict=True)
        return web.json_response({"keys": [{**listed, "use": "sig", "kid": _KID, "endorsements": ["msteams"]}]})

    async def _login(self, _: web.Request) -> web.Response:
        ends = {f"{what}_endpoint": f"{LOGIN}/{TENANT}/oauth2/v2.0/{what}" for what in ("authorization", "token")}
        return web.json_response({"issuer": f"{LOGIN}/{TENANT}/v2.0", **ends})

    async def _token(self, _: web.Request) -> web.Response:
        self.tokens += 1
        return web.json_response({"token_type": "Bearer", "expires_in": 3600, "access_token": "given"})

    async def _take(self, request: web.Request) -> web.Response:
        said = await request.read()
        if request.headers.get("Authorization") != "Bearer given" or b"number" not in said:
            return web.Response(status=400)
        await asyncio.sleep(self.slow)
        self._taken[request.match_info["app"]] += 1
        self._news.set()
        return web.json_response({"id": "1"}, status=201)


def user(number: int) -> str:
    """Somebody's object id."""
    return f"00000000-0000-4000-8000-{number:012}"


def message(service: str, giver: int, number: int, text: str) -> dict[str, Any]:
    """What Teams sends when somebody types to the bot in their own conversation with it."""
    return {
        "type": "message",
        "id": str(1_780_000_000_000 + number),
        "timestamp": "2026-11-24T09:00:00.000Z",
        "localTimestamp": "2026-11-24T10:00:00.000+01:00",
        "localTimezone": "Europe/Amsterdam",
        "channelId": "msteams",
        "serviceUrl": service,
        "from": {"id": f"29:{user(giver)}", "name": name(giver), "aadObjectId": user(giver)},
        "conversation": {"id": f"a:{user(giver)}", "conversationType": "personal", "tenantId": TENANT},
        "recipient": {"id": f"28:{APP}", "name": "Ritme"},
        "entities": [
            {
                "type": "clientInfo",
                "locale": "en-US",
                "country": "US",
                "platform": "Web",
                "timezone": "Europe/Amsterdam",
            }
        ],
        "channelData": {"tenant": {"id": TENANT}},
        "locale": "en-US",
        "text": text,
        "textFormat": "plain",
    }
