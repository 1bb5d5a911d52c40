"""A chat's Web API as small as it can be, in a process of its own: takes messages, as many as it is told to.

It takes `rate` messages a second from each token (0: any number) and `burst` of them at once, and answers after
`pause` seconds.
"""

from __future__ import annotations

import asyncio
import sys
import time
from collections import Counter
from itertools import count

from aiohttp import web

from benchmarks.noop import serve


def app(rate: float, burst: float, pause: float) -> web.Application:
    numbers, seen = count(1), Counter[str]()
    buckets: dict[str, tuple[float, float]] = {}  # tokens, and when they were counted

    def may(token: str) -> bool:
        now = time.monotonic()
        tokens, at = buckets.get(token, (burst, now))
        tokens = min(burst, tokens + rate * (now - at))
        buckets[token] = (tokens - 1 if tokens >= 1 else tokens, now)
        return tokens >= 1

    async def posted(request: web.Request) -> web.Response:
        await request.read()
        token = request.headers["Authorization"]
        if rate and not may(token):
            seen["limited"] += 1
            return web.json_response({"ok": False, "error": "ratelimited"}, status=429, headers={"Retry-After": "1"})
        if pause:
            await asyncio.sleep(pause)
        seen["taken"] += 1
        return web.json_response({"ok": True, "channel": "D1", "ts": f"1700000000.{next(numbers):06}"})

    async def state(_: web.Request) -> web.Response:
        return web.json_response({"taken": seen["taken"], "limited": seen["limited"]})

    found = web.Application()
    found.add_routes([web.post("/api/chat.postMessage", posted), web.get("/state", state)])
    return found


if __name__ == "__main__":
    asyncio.run(serve(app(*map(float, sys.argv[1:]))))
