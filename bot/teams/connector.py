"""Teams' REST API, as far as Ritme speaks it: conversations, what is said in them, and who is in them.

Each request is made once. What the outside world does comes back as a result of `bot.parcels`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import quote, unquote

import aiohttp
import orjson
from yarl import URL

from bot.parcels import LIMITED, Halted, Later, Result, Sent, Unknown, pause
from bot.payload import Json, deep
from bot.teams.hosts import Hosts
from bot.teams.tokens import NoToken, Tokens, loads, whole

PATIENCE = aiohttp.ClientTimeout(total=15, sock_connect=5)
"""Seconds that Teams gets for an answer; after that nobody knows whether it did what it was asked."""

_LARGEST = 4 * 1024 * 1024
_PAGE = 500
_AGAIN = 60.0
"""Seconds to wait where the app itself is refused: an operator mends that, and nothing is lost meanwhile."""

_BUSY = frozenset({412, 502, 503, 504})
"""Where Microsoft asks to try again: it says that nothing was done."""

_BLOCKED = re.compile(rb"MessageWritesBlocked|ConversationBlockedByUser")
_CODE = re.compile(r"[A-Za-z][A-Za-z0-9_]{1,59}")


@dataclass(frozen=True, slots=True)
class Place:
    """A conversation, and the address that Teams serves it at."""

    service: str
    conversation: str


class Failed(Exception):
    """Not done; `result` says why, and whether it helps to try again."""

    def __init__(self, result: Later | Halted | Unknown) -> None:
        super().__init__(result.reason)
        self.result = result


def session() -> aiohttp.ClientSession:
    """The one HTTP session for everything that goes to Teams."""
    return aiohttp.ClientSession(timeout=PATIENCE, cookie_jar=aiohttp.DummyCookieJar())


class Connector:
    """Speaks as the app. `bot` is its id in conversations ("28:" and the app id)."""

    def __init__(self, http: aiohttp.ClientSession, tokens: Tokens, hosts: Hosts, bot: str = "") -> None:
        self._http, self._tokens, self._hosts, self._bot = http, tokens, hosts, bot

    # saying: never raises for the outside world

    async def say(self, place: Place, activity: Json, *, to: str = "") -> Result:
        """Says something in a conversation; with `to` (a member's "29:" id) only that member sees it.

        `Sent.ref` is what `reference` makes of the conversation and the new activity.
        """
        body = {**activity, "conversation": {"id": place.conversation}}
        if self._bot:
            body["from"] = {"id": self._bot}
        if to:
            body["recipient"] = {"id": to}
        try:
            said = await self._ask("POST", place.service, _activities(place, targeted=bool(to)), body)
        except Failed as failure:
            return failure.result
        id = deep(said, "id")
        return Sent(reference(place.conversation, (id,)) if id else "")

    async def update(self, place: Place, activity_id: str, activity: Json, *, targeted: bool = False) -> Result:
        """Says something in the place of what stands there."""
        path = _activities(place, activity_id, targeted=targeted)
        return await self._done("PUT", place.service, path, {**activity, "id": activity_id})

    async def delete(self, place: Place, activity_id: str, *, targeted: bool = False) -> Result:
        return await self._done("DELETE", place.service, _activities(place, activity_id, targeted=targeted))

    async def _done(self, method: str, service: str, path: str, body: Json | None = None) -> Result:
        try:
            await self._ask(method, service, path, body)
        except Failed as failure:
            return failure.result
        return Sent()

    # asking: raises Failed

    async def create(self, service: str, tenant: str, user: str) -> Place:
        """The conversation between the app and a person; the one that is there already, where there is one."""
        body = {
            "bot": {"id": self._bot},
            "members": [{"id": user}],
            "isGroup": False,
            "tenantId": tenant,
            "channelData": {"tenant": {"id": tenant}},
        }
        made = await self._ask("POST", service, "/v3/conversations", body)
        if not deep(made, "id"):
            raise Failed(Unknown("no_conversation"))
        return Place(service, deep(made, "id"))

    async def members(self, place: Place, after: str = "") -> tuple[list[Json], str]:
        """A page of who is in a conversation, and where the next page begins; empty after the last one."""
        path = f"/v3/conversations/{_quoted(place.conversation)}/pagedmembers?pageSize={_PAGE}"
        page = await self._ask("GET", place.service, f"{path}&continuationToken={_quoted(after)}" if after else path)
        found = page.get("members")
        if not isinstance(found, list):
            raise Failed(Unknown("no_members"))
        return [one for one in found if isinstance(one, dict)], deep(page, "continuationToken")

    async def member(self, place: Place, user: str) -> Json:
        """Who somebody in a conversation is, by their "29:" id or their object id."""
        path = f"/v3/conversations/{_quoted(place.conversation)}/members/{_quoted(user)}"
        return await self._ask("GET", place.service, path)

    # inside

    async def _ask(self, method: str, service: str, path: str, body: Json | None = None) -> Json:
        base = self._hosts.base(service)
        if base is None:
            raise Failed(Halted("host"))
        url, data = URL(base + path, encoded=True), None if body is None else orjson.dumps(body)
        try:
            token = await self._tokens.get()
            status, headers, raw = await self._once(method, url, data, token)
            if status == 401:
                token = await self._tokens.get(refused=token)
                status, headers, raw = await self._once(method, url, data, token)
        except NoToken as none:
            raise Failed(Later(_AGAIN, none.reason, lane=True)) from None
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError):
            raise Failed(Later(pause(""), "unreachable", lane=True)) from None
        except (aiohttp.ClientError, TimeoutError, OSError) as failure:
            raise Failed(Unknown(type(failure).__name__)) from None
        if 200 <= status < 300:
            return loads(raw)
        raise Failed(outcome(status, headers, raw))

    async def _once(self, method: str, url: URL, data: bytes | None, token: str) -> tuple[int, str, bytes]:
        """The status, how long to wait, and the body. A redirect is an answer like any other: nobody follows it."""
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        async with self._http.request(method, url, data=data, headers=headers, allow_redirects=False) as response:
            return response.status, response.headers.get("Retry-After", ""), await whole(response, _LARGEST)


# --- names -------------------------------------------------------------------------------------------


def reference(conversation: str, activities: tuple[str, ...]) -> str:
    """What was said, as one name: the conversation, and the activities that a long message took."""
    return f"{conversation}:{','.join(quote(id, safe='') for id in activities)}"


def referred(ref: str) -> tuple[str, tuple[str, ...]]:
    """The conversation and the activities that a name is made of."""
    conversation, _, activities = ref.rpartition(":")
    return conversation, tuple(unquote(id) for id in activities.split(",") if id)


def _activities(place: Place, id: str = "", *, targeted: bool = False) -> str:
    path = f"/v3/conversations/{_quoted(place.conversation)}/activities"
    return f"{path}{f'/{_quoted(id)}' if id else ''}{'?isTargetedActivity=true' if targeted else ''}"


def _quoted(id: str) -> str:
    return quote(id, safe="")


# --- how it ended ------------------------------------------------------------------------------------


def outcome(status: int, retry_after: str, raw: bytes) -> Later | Halted | Unknown:
    """What a refusal means for what was asked: not yet, never, or nobody knows."""
    code = _code(raw) or str(status)
    if status == 429 or status in _BUSY:
        return Later(pause(retry_after, otherwise=1.0), LIMITED if status == 429 else code)
    if status == 401:
        return Later(_AGAIN, code, lane=True)
    if status == 413:
        return Halted("too_large")
    if status >= 500:
        return Unknown(code)
    if status == 403 and _BLOCKED.search(raw):
        return Halted("blocked")
    return Halted(code)


def _code(raw: bytes) -> str:
    """Microsoft's own word for it."""
    said = loads(raw)
    for found in (deep(said, "error", "code"), deep(said, "subCode"), deep(said, "code")):
        if _CODE.fullmatch(found):
            return found
    return ""
