"""Who belongs to an installation. Within an Enterprise Grid people of many workspaces do, each with one id."""

from __future__ import annotations

from collections.abc import Callable

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from bot.parcels import Halted
from bot.payload import deep
from bot.slack.installs import Installed
from bot.slack.send import FAILURES, outcome, workspaces
from bot.slack.whose import homes

log = structlog.get_logger()

KNOWN = 3600.0
"""Seconds for which an answer of Slack's is believed."""
_PAUSE = 60.0
"""Seconds between two questions about the workspaces of one Grid."""
_MOST = 10_000


class Grid:
    """Remembers which workspaces, and which people of other workspaces, belong to a Grid. `now` is real time."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._workspaces: dict[str, tuple[float, frozenset[str]]] = {}
        self._people: dict[tuple[str, str, str], tuple[float, bool]] = {}

    async def holds(self, installed: Installed, home: str, user: str) -> bool:
        """Whether somebody who is at home there belongs to the company that installed the app. Where Slack cannot be
        asked, they do not.
        """
        if not home or home in {installed.team, installed.enterprise}:
            return True
        if not installed.enterprise:
            return False
        if installed.team == installed.enterprise:
            return home in await self._of(installed, home)
        return await self._knows(installed, home, user)

    # inside

    async def _of(self, installed: Installed, wanted: str) -> frozenset[str]:
        looked, known = self._workspaces.get(installed.team, (float("-inf"), frozenset[str]()))
        age = self._now() - looked
        if age < (KNOWN if wanted in known else _PAUSE):
            return known
        try:
            known = frozenset(await workspaces(installed.client))
        except FAILURES as failure:
            log.warning("workspaces of a grid not known", team=installed.team, reason=outcome(failure).reason)
        self._workspaces[installed.team] = self._now(), known
        return known

    async def _knows(self, installed: Installed, home: str, user: str) -> bool:
        key = installed.team, home, user
        looked, inside = self._people.get(key, (float("-inf"), False))
        if self._now() - looked < KNOWN:
            return inside
        try:
            found = (await installed.client.users_info(user=user))["user"]
        except FAILURES as failure:
            log.warning("person of a grid not known", team=installed.team, reason=outcome(failure).reason)
            return False
        theirs = deep(found, "enterprise_user", "enterprise_id")  # an id from elsewhere may look like one of ours
        inside = theirs == installed.enterprise and home in homes(found)
        if len(self._people) >= _MOST:
            self._people.clear()
        self._people[key] = self._now(), inside
        return inside


async def works(client: AsyncWebClient) -> bool:
    """Whether Slack takes this token; it does where nobody can tell."""
    try:
        await client.auth_test()
    except FAILURES as failure:
        return not isinstance(outcome(failure), Halted)
    return True
