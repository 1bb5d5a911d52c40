"""A bare Bolt app that only acknowledges, on aiohttp, as its makers mean it. It knows nothing of Ritme."""

from __future__ import annotations

import asyncio
import re
import time
from typing import Any

from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult

SECRET, TEAM = "benchmark", "T1"


def app() -> web.Application:
    async def authorize(**_: Any) -> AuthorizeResult:
        return AuthorizeResult(enterprise_id=None, team_id=TEAM, bot_token="xoxb-x", bot_id="B1", bot_user_id="U1")

    bolt = AsyncApp(signing_secret=SECRET, authorize=authorize, process_before_response=True)

    @bolt.command(re.compile(""))
    async def nothing(ack: Any) -> None:
        await ack()

    async def events(request: web.Request) -> web.Response:
        return await to_aiohttp_response(await bolt.async_dispatch(await to_bolt_request(request)))

    found = web.Application()
    found.add_routes([web.post("/slack/events", events), web.get("/state", state(lambda: 0))])
    return found


def state(commits: Any) -> Any:
    """Says how much CPU this process used, and how often it committed."""

    async def answer(_: web.Request) -> web.Response:
        return web.json_response({"cpu": time.process_time(), "commits": commits()})

    return answer


async def serve(served: web.Application) -> None:
    """Listens on a free port, which it prints."""
    runner = web.AppRunner(served, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    print(runner.addresses[0][1], flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(serve(app()))
