"""The app's own token for Teams: asked for with its credentials, kept until shortly before it expires."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any

import aiohttp
import orjson

LOGIN = "https://login.microsoftonline.com/{tenant}/oauth2/v2.0/token"
SCOPE = "https://api.botframework.com/.default"

EARLY = 300.0
"""Seconds before its end after which a token is not used any more."""

_LARGEST = 64 * 1024


class NoToken(Exception):
    """There is no token now. `reason` is Microsoft's code, such as "invalid_client", or what went wrong on the way."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Tokens:
    """The token of one app. `url` is where it is asked for; `trouble` is why there is none now."""

    def __init__(
        self,
        http: aiohttp.ClientSession,
        url: str,
        app: str,
        secret: str,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._http, self._url, self._app, self._secret = http, url, app, secret
        self._monotonic = monotonic
        self._token, self._until = "", 0.0
        self._asking = asyncio.Lock()
        self.trouble = ""

    async def get(self, refused: str = "") -> str:
        """A token that works, as far as anybody knows; another than the one that was `refused`. Raises NoToken."""
        if self._good(refused):
            return self._token
        async with self._asking:
            if not self._good(refused):  # somebody who was here earlier asked
                await self._ask_and_note()
            return self._token

    def _good(self, refused: str) -> bool:
        return self._monotonic() < self._until and self._token != refused

    async def _ask_and_note(self) -> None:
        try:
            await self._ask()
        except NoToken as none:
            self.trouble = none.reason
            raise
        self.trouble = ""

    async def _ask(self) -> None:
        form = {
            "grant_type": "client_credentials",
            "client_id": self._app,
            "client_secret": self._secret,
            "scope": SCOPE,
        }
        start = self._monotonic()
        try:
            async with self._http.post(self._url, data=form, allow_redirects=False) as response:
                said, status = loads(await whole(response, _LARGEST)), response.status
        except (aiohttp.ClientError, TimeoutError, OSError) as failure:
            raise NoToken(type(failure).__name__) from None
        token, seconds = said.get("access_token"), said.get("expires_in")
        if status != 200 or not isinstance(token, str) or not token.isascii() or not token.isprintable():
            raise NoToken(str(said.get("error") or status)[:60])
        lives = float(seconds) if isinstance(seconds, int | float) else EARLY
        self._token, self._until = token, start + max(lives - EARLY, lives / 2)


async def whole(response: aiohttp.ClientResponse, most: int) -> bytes:
    """The body of an answer, cut off where it is larger than it should be."""
    raw = bytearray()
    async for chunk in response.content.iter_any():
        raw += chunk
        if len(raw) > most:
            break
    return bytes(raw[:most])


def loads(raw: bytes) -> dict[str, Any]:
    """An answer as JSON; empty where it is none."""
    try:
        said = orjson.loads(raw)
    except orjson.JSONDecodeError:
        return {}
    return said if isinstance(said, dict) else {}
