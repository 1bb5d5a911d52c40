"""`chat.postMessage` without the SDK: every answer means what it means to the SDK's own client."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiohttp import web
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.parcels import Halted, Later, Unknown
from bot.slack.installs import session, web_client
from bot.slack.post import METHOD, post_message
from bot.slack.send import FAILURES, outcome

BODY = {"channel": "U1", "text": "Hoi, Zoë.", "blocks": [], "unfurl_links": False}
JSON, PAGE = "application/json; charset=utf-8", "text/html"


@dataclass
class Api:
    """Gives one answer to everything, and remembers what it was asked."""

    answer: web.Response = field(default_factory=web.Response)
    asked: list[Any] = field(default_factory=list)
    cookies: list[str | None] = field(default_factory=list)

    async def said(self, request: web.Request) -> web.Response:
        told = await request.json() if request.can_read_body else None
        self.asked.append((request.method, request.path, request.headers.get("Authorization"), told))
        self.cookies.append(request.headers.get("Cookie"))
        given = self.answer
        return web.Response(body=given.body, status=given.status, headers=given.headers)


@asynccontextmanager
async def served() -> AsyncIterator[tuple[Api, AsyncWebClient]]:
    api, app = Api(), web.Application()
    app.router.add_route("*", "/{path:.*}", api.said)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        async with session() as http:
            yield api, web_client(http, "xoxb-1", f"http://127.0.0.1:{runner.addresses[0][1]}/api/")
    finally:
        await runner.cleanup()


def answer(body: str, status: int = 200, kind: str = JSON, **headers: str) -> web.Response:
    return web.Response(body=body.encode(), status=status, headers={"Content-Type": kind, **headers})


async def both(client: AsyncWebClient) -> tuple[Any, Any]:
    """How it ends without the SDK, and with it."""
    ends: list[Any] = []
    for say in (lambda: post_message(client, BODY), lambda: client.api_call(METHOD, json=BODY)):
        try:
            said: Any = await say()
            ends.append(getattr(said, "data", said))
        except FAILURES as failure:
            ends.append(outcome(failure))
    return ends[0], ends[1]


@pytest.mark.parametrize(
    ("given", "ends"),
    [
        (answer('{"ok": true, "channel": "D1", "ts": "1.2"}'), {"ok": True, "channel": "D1", "ts": "1.2"}),
        (answer('{"ok": true, "ts": "1.2"}', kind="application/json"), {"ok": True, "ts": "1.2"}),
        (answer('{"ok": false, "error": "is_archived"}'), Halted("is_archived")),
        (answer('{"ok": false, "error": "internal_error"}'), Unknown("internal_error")),
        (answer('{"ok": false, "error": "ratelimited"}'), Later(30.0, "ratelimited", lane=True)),
        (answer('{"ok": false}', 429, **{"retry-after": "7"}), Later(7.0, "ratelimited", lane=True)),
        (answer("Slow down", 429, "text/plain", **{"RETRY-AFTER": "7"}), Later(7.0, "ratelimited", lane=True)),
        (answer("", 429), Later(30.0, "ratelimited", lane=True)),
        (answer("<html>", 503, PAGE), Unknown("503")),
        (answer("", 503), Unknown("503")),
        (answer('{"ok": tr', 503), Unknown("SlackApiError")),
        (answer('{"ok": tr'), Unknown("SlackApiError")),
        (answer("<html>", 404, PAGE), Halted("404")),
        (answer("<html>", 200, PAGE), Halted("200")),
        (answer(""), Halted("200")),
        (answer("", 302, PAGE, Location="/elsewhere"), Unknown("TooManyRedirects")),
        (answer("", 307, PAGE, Location="/elsewhere"), Unknown("TooManyRedirects")),
    ],
    ids=lambda value: value.status if isinstance(value, web.Response) else str(value),
)
async def test_it_ends_as_with_the_client(given: web.Response, ends: Any) -> None:
    async with served() as (api, client):
        api.answer = given
        assert await both(client) == (ends, ends)
        half = len(api.asked) // 2
        assert api.asked[:half] == api.asked[half:]
        assert api.asked[0] == ("POST", f"/api/{METHOD}", "Bearer xoxb-1", BODY)


@pytest.mark.parametrize("body", ["[]", '["ok"]', "null", "3"])
async def test_json_that_is_no_object_is_not_slack(body: str) -> None:
    """The SDK's client stumbles over it."""
    async with served() as (api, client):
        api.answer = answer(body)
        with pytest.raises(SlackApiError) as refused:
            await post_message(client, BODY)
        assert outcome(refused.value) == Halted("200")


async def test_the_proxy_of_the_client_is_the_way() -> None:
    async with served() as (api, client):
        api.answer = answer('{"ok": true}')
        client.proxy, client.base_url = client.base_url, "http://slack.example/api/"
        assert await both(client) == ({"ok": True}, {"ok": True})
        assert [path for _, path, *_ in api.asked] == [f"/api/{METHOD}"] * 2


async def test_a_session_that_was_closed_is_no_matter() -> None:
    async with served() as (api, client):
        api.answer = answer('{"ok": true}')
        assert client.session
        await client.session.close()
        assert await both(client) == ({"ok": True}, {"ok": True})


async def test_what_one_workspace_is_given_as_a_cookie_goes_nowhere() -> None:
    async with served() as (api, client):
        client.base_url = client.base_url.replace("127.0.0.1", "localhost")  # no cookie stays with a bare address
        api.answer = answer('{"ok": true, "ts": "1.2"}', **{"Set-Cookie": "d=secret; Path=/"})
        await both(client)
        await both(client)
    assert api.cookies == [None] * 4
