"""The way by which Teams reaches a bot: activities over HTTP, with a token."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import aiohttp

from .world import Json


@dataclass
class Reply:
    """What the bot answered: a status, and the body where there is one."""

    status: int
    body: Any

    @property
    def good(self) -> bool:
        return 200 <= self.status < 300


class HttpDoor:
    """Teams at a bot's messaging endpoint. `header` makes the `Authorization` for a service; `last` was sent last."""

    def __init__(self, url: str, header: Callable[[str], str]) -> None:
        self.url, self.header = url, header
        self.session = aiohttp.ClientSession()
        self.last: Json = {}
        self._kept: dict[str, str] = {}

    async def deliver(self, body: Json) -> Reply:
        self.last = body
        return await self.again()

    async def again(self) -> Reply:
        """The last activity once more, as it was."""
        service = self.last["serviceUrl"]
        if service not in self._kept:  # Teams, too, sends one token for an hour
            self._kept[service] = self.header(service)
        return await self.send(json.dumps(self.last).encode(), {"Authorization": self._kept[service]})

    async def send(self, raw: bytes, headers: Any) -> Reply:
        """These bytes, as JSON where the headers do not say otherwise."""
        given = [*dict(headers).items()] if isinstance(headers, dict) else list(headers)
        if not any(name.lower() == "content-type" for name, _ in given):
            given.append(("Content-Type", "application/json; charset=utf-8"))
        async with self.session.post(self.url, data=io.BytesIO(raw), headers=given) as response:
            text = await response.text()
            return Reply(response.status, json.loads(text) if response.content_type == "application/json" else None)

    async def close(self) -> None:
        await self.session.close()
