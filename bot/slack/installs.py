"""Who installed the app: a workspace, its bot, and the client that speaks with its token.

Today there is one workspace, whose token stands in the settings. `find` and `forget` are all that the door and the
sender ask, so a table of installations can take its place.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

API = "https://slack.com/api/"
PATIENCE = aiohttp.ClientTimeout(total=10)
"""Seconds that Slack gets for an answer; after that nobody knows whether it did what it was asked."""

# The SDK writes whole answers, tokens among them, at DEBUG; this logger never goes that low.
_quiet = logging.getLogger("bot.slack.web")
_quiet.setLevel(logging.WARNING)


@dataclass(frozen=True, slots=True)
class Installed:
    """One workspace that has the app. `user` and `bot` are the app's own ids in it."""

    team: str
    name: str
    user: str
    bot: str
    client: AsyncWebClient


class Installs:
    """The installations, by workspace."""

    def __init__(self) -> None:
        self._known: dict[str, Installed] = {}

    async def connect(self, client: AsyncWebClient) -> Installed:
        """Asks Slack whose token this is. Raises SlackApiError when it is nobody's."""
        who = await client.auth_test()
        installed = Installed(who["team_id"], who["team"], who["user_id"], who["bot_id"], client)
        self._known[installed.team] = installed
        return installed

    async def find(self, team: str) -> Installed | None:
        return self._known.get(team)

    async def forget(self, team: str) -> None:
        """The app was removed: its token is of no use, and is not kept."""
        self._known.pop(team, None)


def session() -> aiohttp.ClientSession:
    """The one HTTP session for everything that goes to Slack; a connection per call would be six times slower."""
    return aiohttp.ClientSession(timeout=PATIENCE)


def web_client(http: aiohttp.ClientSession, token: str | None = None, base: str = API) -> AsyncWebClient:
    """A Web API client that sends a request once. What to do when nobody knows how it ended is not for the SDK."""
    return AsyncWebClient(token=token, base_url=base, session=http, retry_handlers=[], logger=_quiet)
