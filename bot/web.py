"""The one web server: the doors' routes, and what an operator asks a running Ritme."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable

from aiohttp import web

from bot.entrance import LARGEST, server_log
from bot.metrics import Metrics

Checks = Callable[[], Awaitable[dict[str, str]]]
"""Asks every part how it is: its name, and what is the matter with it, or nothing."""

Notes = Callable[[], Awaitable[dict[str, str]]]
"""What an operator should know, though it keeps nobody from being served here."""

CHECK_TIMEOUT = 5.0


class Web:
    """The server of one running Ritme."""

    def __init__(
        self, routes: Iterable[web.RouteDef], checks: Checks, notes: Notes, measure: Callable[[], Awaitable[Metrics]]
    ) -> None:
        self._checks = checks
        self._notes = notes
        self._measure = measure
        self._app = web.Application(client_max_size=LARGEST)
        self._app.add_routes(
            [
                web.get("/healthz", self._health),
                web.get("/readyz", self._ready),
                web.get("/metrics", self._metrics),
                *routes,
            ]
        )
        self._runner = web.AppRunner(
            self._app, access_log=None, shutdown_timeout=10, logger=server_log, auto_decompress=False
        )

    async def start(self, host: str, port: int) -> int:
        """Begins to listen; returns the port, which the system chooses where it is 0. Raises OSError if taken."""
        await self._runner.setup()
        await web.TCPSite(self._runner, host, port).start()
        return int(self._runner.addresses[0][1])

    async def stop(self) -> None:
        """Answers what is being asked, then closes."""
        await self._runner.cleanup()

    async def _health(self, _: web.Request) -> web.Response:
        return web.Response(text="ok\n")

    async def _ready(self, _: web.Request) -> web.Response:
        """200 when everything works, else 503; either way each part by name."""
        notes: dict[str, str] = {}
        try:
            async with asyncio.timeout(CHECK_TIMEOUT):
                parts = await self._checks()
                notes = await self._notes()
        except TimeoutError:
            parts = {"database": "does not answer"}
        ready = not any(parts.values())
        body = {"ready": ready, "parts": {name: problem or "ok" for name, problem in parts.items()}}
        body |= {"notes": notes} if notes else {}
        return web.json_response(body, status=200 if ready else 503)

    async def _metrics(self, _: web.Request) -> web.Response:
        text = (await self._measure()).text()
        return web.Response(body=text, headers={"Content-Type": "text/plain; version=0.0.4; charset=utf-8"})
