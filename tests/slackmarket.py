"""A running Ritme that others install from all of Slack, through its own web server."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache, partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Self

import aiohttp

from bot import schema, secrets
from bot.app import Parts, build
from bot.engine.local import LocalEngine
from bot.running import Ritme
from bot.settings import load
from tests.fakes.slack import FakeSlack
from tests.fakes.slack.market import Market
from tests.postgres import Server
from tests.world import Home

KEY = secrets.new()
QUICK = partial(LocalEngine, beat=0.2)


def database_of(home: Home) -> str:
    """The address of a database with tables and nothing in them."""
    if isinstance(home, Server):
        url, _ = home.copy("tables", _tables)
        return url
    (home / "ritme.db").write_bytes(_file())
    return f"sqlite:///{home / 'ritme.db'}"


def _tables(url: str) -> dict[str, int]:
    schema.upgrade(url)
    return {}


@cache
def _file() -> bytes:
    """Its file, made once for all tests: the migrations take longer than most of them."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "tables.db"
        _tables(f"sqlite:///{path}")
        return path.read_bytes()


def built(url: str, slack: Market, **values: Any) -> Ritme:
    given = {
        "RITME_DATABASE_URL": url,
        "RITME_PORT": 0,
        "RITME_SECRET_KEY": KEY,
        "RITME_SLACK_API_URL": slack.url,
        "SLACK_CLIENT_ID": slack.client_id,
        "SLACK_CLIENT_SECRET": slack.client_secret,
        "SLACK_SIGNING_SECRET": slack.signing_secret,
    }
    return build(load(**(given | values)), Parts(engine=QUICK))


@asynccontextmanager
async def running(ritme: Ritme, *, doors: bool = True) -> AsyncIterator[Ritme]:
    await ritme.start(doors=doors)
    for platform in ritme.platforms.values():
        platform.post_gap = platform.dm_gap = 0.0  # type: ignore[misc]  # nobody waits for a fake
    try:
        yield ritme
    finally:
        await ritme.stop()


class Browser:
    """Somebody's browser: it keeps cookies, and goes where it is sent."""

    def __init__(self, ritme: Ritme, language: str = "nl-NL,nl;q=0.9,en;q=0.5") -> None:
        self.base = f"http://127.0.0.1:{ritme.port}"
        jar = aiohttp.CookieJar(unsafe=True)
        self._http = aiohttp.ClientSession(cookie_jar=jar, headers={"Accept-Language": language})

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._http.close()

    async def get(self, path: str, **headers: str) -> tuple[int, str, Any]:
        """The status, the text and the headers of a page."""
        async with self._http.get(f"{self.base}{path}", allow_redirects=False, headers=headers) as answer:
            return answer.status, await answer.text(), answer.headers

    async def leaves(self) -> str:
        """Where it is sent to agree."""
        status, _, headers = await self.get("/slack/install")
        assert status == 302
        return str(headers["Location"])

    async def returns(self, query: str) -> tuple[int, str]:
        status, text, _ = await self.get(f"/slack/oauth_redirect?{query}")
        return status, text

    async def installs(self, slack: Market, owner: str, user: str) -> tuple[int, str]:
        """The whole way."""
        return await self.returns(await slack.agree(await self.leaves(), owner, user))


def opens(ritme: Ritme, workspace: FakeSlack) -> None:
    """From now on this workspace talks to that Ritme."""
    workspace.connect_http(f"http://127.0.0.1:{ritme.port}/slack/events")

    async def after() -> None:
        for part in ritme.parts:
            await part._door.settle()  # type: ignore[attr-defined]  # the part of a platform
        await ritme.dispatch.settle()
        await ritme.outbound.flush()

    workspace.after = after
