"""Microsoft's tokens: an OpenID endpoint on loopback, the keys behind it, and what they sign, good and bad."""

from __future__ import annotations

import json
import time
from functools import cache
from typing import Any, Self

from aiohttp import web
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from jwt import api_jws
from jwt.algorithms import RSAAlgorithm

ISSUER = "https://api.botframework.com"
SECRET = "a secret that is long enough to be taken for one, by any library"


@cache
def key(name: str) -> RSAPrivateKey:
    """A key of this name; making one takes a while."""
    return generate_private_key(65537, 2048)


class FakeOpenId:
    """The endpoint where an app learns Microsoft's keys. `listed` are their ids with what they are endorsed for."""

    def __init__(self, app: str = "app") -> None:
        self.app = app
        self.listed: dict[str, list[str]] = {"one": ["msteams", "webchat"], "other": ["webchat"], "bare": []}
        self.fetched = 0
        self.down = False

    async def __aenter__(self) -> Self:
        for kid in self.listed:
            key(kid)  # made now, for nobody waits that long for an answer
        app = web.Application()
        app.add_routes([web.get("/openid", self._openid), web.get("/keys", self._keys)])
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        host, port = self._runner.addresses[0]
        self.base = f"http://{host}:{port}"
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._runner.cleanup()

    @property
    def url(self) -> str:
        return f"{self.base}/openid"

    def token(
        self, service: str, *, kid: str | None = "one", signed: str = "", alg: str = "RS256", **claims: Any
    ) -> str:
        """A token as Teams sends it. `signed` is the key that really signs; a claim that is None is left out."""
        now = int(time.time())
        good = {"iss": ISSUER, "aud": self.app, "nbf": now - 60, "exp": now + 3600, "serviceurl": service}
        held = {name: value for name, value in (good | claims).items() if value is not None}
        headers = {"kid": kid} if kid is not None else {}
        signer = None if alg == "none" else SECRET if alg == "HS256" else key(signed or kid or "one")
        return api_jws.encode(json.dumps(held).encode(), signer, alg, headers)  # claims of any shape

    def header(self, service: str, **more: Any) -> str:
        return f"Bearer {self.token(service, **more)}"

    # inside

    async def _openid(self, _: web.Request) -> web.Response:
        if self.down:
            return web.Response(status=503)
        return web.json_response({"issuer": ISSUER, "jwks_uri": f"{self.base}/keys"})

    async def _keys(self, _: web.Request) -> web.Response:
        self.fetched += 1
        return web.json_response({"keys": [_listed(kid, channels) for kid, channels in self.listed.items()]})


def _listed(kid: str, channels: list[str]) -> dict[str, Any]:
    shown = json.loads(RSAAlgorithm.to_jwk(key(kid).public_key()))
    return {"kty": "RSA", "use": "sig", "kid": kid, "x5t": kid, "n": shown["n"], "e": shown["e"],
            **({"endorsements": channels} if channels else {})}  # fmt: skip
