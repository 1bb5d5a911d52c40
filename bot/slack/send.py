"""The way out to Slack: `bot.parcels.Platform` on its Web API."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import TypeVar

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.again import OutOfReach
from bot.calls import Profile
from bot.messages import Message
from bot.parcels import LIMITED, Halted, Later, Pace, Parcel, Result, Sent, Unknown, in_a_minute, pause
from bot.payload import deep
from bot.slack import parse, render
from bot.slack.installs import Installed, Installs
from bot.slack.post import post_message

log = structlog.get_logger()

T = TypeVar("T")

FAILURES = (SlackClientError, aiohttp.ClientError, TimeoutError, OSError)
"""Everything that the outside world can do to a request."""

_MARK = "ritme_delivery"
_PAGE = 200
_TRIES = 5
_VAGUE = frozenset({"internal_error", "fatal_error", "service_unavailable", "request_timeout"})
_LIMITED = frozenset({"ratelimited", "rate_limited"})
EXPIRED = "token_expired"
_WORN = tuple(Halted(reason) for reason in (EXPIRED, "token_revoked", "invalid_auth"))

NO_TOKEN = 60.0
"""Seconds after which a token that cannot be had now is asked for again."""

POSTING = in_a_minute("say", ("dm", "post"), 300, 15)
"""A workspace takes "several hundred a minute" of all channels together; Slack does not say how many."""
PACES = (
    POSTING,
    in_a_minute("change", ("revise", "retract"), 50, 10),
    in_a_minute("home", ("home",), 100, 20),
    in_a_minute("look", ("look",), 50, 10),
)
"""Slack's tiers are so many a minute: 3 for changing, taking back and reading a conversation, 4 for an overview."""


class SlackPlatform:
    """Sends parcels to every workspace that has the app; `rate` is how many messages a second one of them takes."""

    name = parse.PLATFORM
    post_gap = dm_gap = 1.0

    def __init__(self, installs: Installs, rate: float | None = None) -> None:
        self._installs = installs
        self.paces = _paces(rate) if rate else PACES

    async def send(self, parcel: Parcel) -> Result:
        try:
            installed = await self._installs.find(parcel.team)
            if installed is None:
                return Halted("not_installed")
            ended = await self._sent(installed, parcel)
            if ended in _WORN:  # nothing was done, and perhaps the token was renewed a moment ago
                another = await self._installs.find(parcel.team, instead=installed)
                ended = await self._sent(another, parcel) if another else ended
        except OutOfReach as failure:
            return Later(NO_TOKEN, str(failure), lane=True)
        return Later(NO_TOKEN, EXPIRED, lane=True) if ended == Halted(EXPIRED) else ended

    async def _sent(self, installed: Installed, parcel: Parcel) -> Result:
        try:
            return await _done(installed.client, parcel)
        except FAILURES as failure:
            ended = outcome(failure)
            gone_already = parcel.verb == "retract" and ended == Halted("message_not_found")
            return Sent() if gone_already else ended

    async def find_sent(self, parcel: Parcel, since: datetime) -> Sent | Unknown | Later | None:
        """Looks for the delivery's mark in the direct message. A channel is not read, so there nobody can tell.

        `since` is real time. What does not add anything may simply be done again.
        """
        if parcel.verb == "post":
            return Unknown("no_lookup")
        try:
            installed = await self._installs.find(parcel.team)
            if parcel.verb != "dm" or installed is None:
                return None
            return await _found(installed.client, parcel, since - timedelta(minutes=1))
        except OutOfReach as failure:
            return Later(NO_TOKEN, str(failure), lane=True)
        except FAILURES as failure:
            ended = outcome(failure)
            return ended if isinstance(ended, Later) else Unknown(ended.reason)

    async def profile(self, team: str, user: str) -> Profile | None:
        try:
            installed = await self._installs.find(team)
            if installed is None:
                return None
            answer = await installed.client.users_info(user=user, include_locale=True)
        except OutOfReach as failure:
            log.warning("profile not found", reason=str(failure))
            return None
        except FAILURES as failure:
            log.warning("profile not found", reason=outcome(failure).reason)
            return None
        return parse.profile(answer["user"], team)

    async def people(self, team: str) -> tuple[Profile, ...]:
        """Everybody, or an error: half a list would look as if the other half had left."""
        installed = await self._installs.find(team)
        if installed is None:
            return ()
        whole = installed.team == installed.enterprise
        found: dict[str, Profile] = {}  # in a Grid somebody may be in several workspaces
        for workspace in await workspaces(installed.client) if whole else [""]:
            cursor: str | None = ""
            while cursor is not None:
                answer = await _page(installed.client, cursor, workspace)
                found |= {one.user: one for one in (parse.profile(user, team) for user in answer["members"])}
                cursor = _next(answer)
        return tuple(found.values())


def _paces(rate: float) -> tuple[Pace, ...]:
    """Where Slack takes more messages than usual, it takes more of the rest as well; where fewer, that says nothing."""
    posting = POSTING.at(rate)
    return posting, *(pace.times(max(1.0, posting.rate / POSTING.rate)) for pace in PACES[1:])


# --- doing what a parcel says ----------------------------------------------------------------------


async def _done(client: AsyncWebClient, parcel: Parcel) -> Result:
    channel, _, stamp = parcel.sent.partition(":")
    match parcel.verb, parcel.message:
        case "retract", _:
            await client.chat_delete(channel=channel, ts=stamp)
            return Sent()
        case _, None:
            return Halted("nothing_to_say")
        case "home", said:
            await client.views_publish(user_id=parcel.to, view=render.home(said, parcel.accounts))
            return Sent()
        case "revise", said:
            place = {"channel": channel, "ts": stamp}
            await _drawn(lambda body: client.api_call("chat.update", json=body), said, parcel.accounts, place)
            return Sent(parcel.sent)
        case _, said:
            answer = await _drawn(partial(post_message, client), said, parcel.accounts, _address(parcel))
            return Sent(f"{answer['channel']}:{answer['ts']}")


def _address(parcel: Parcel) -> render.Json:
    others = {"beside": list(parcel.beside)} if parcel.beside else {}
    mark = {"event_type": _MARK, "event_payload": {"delivery": parcel.delivery, **others}}
    return {"channel": parcel.to, "metadata": mark, "unfurl_links": False, "unfurl_media": False}


async def _drawn(
    say: Callable[[render.Json], Awaitable[T]],
    said: Message,
    accounts: Mapping[int, str],
    address: render.Json,
) -> T:
    """Says a message with Slack's own charts, and without them where they are not known yet."""
    try:
        return await say(address | render.message(said, accounts, native=True))
    except SlackApiError as failure:
        if outcome(failure) != Halted("invalid_blocks"):
            raise
    return await say(address | render.message(said, accounts))


async def _found(client: AsyncWebClient, parcel: Parcel, since: datetime) -> Sent | None:
    channel = (await client.conversations_open(users=parcel.to))["channel"]["id"]
    names = {parcel.delivery, *parcel.beside}
    cursor: str | None = ""
    while cursor is not None:
        answer = await client.conversations_history(
            channel=channel,
            oldest=f"{since.timestamp():.6f}",
            include_all_metadata=True,
            limit=_PAGE,
            cursor=cursor or None,
        )
        for said in answer["messages"]:
            if not names.isdisjoint(_marked(said)):
                return Sent(f"{channel}:{said['ts']}")
        cursor = _next(answer)
    return None


def _marked(said: render.Json) -> list[int]:
    """The deliveries that a message says."""
    mark = said.get("metadata") or {}
    if mark.get("event_type") != _MARK:
        return []
    payload = mark["event_payload"]
    return [payload.get("delivery"), *payload.get("beside", ())]


async def workspaces(client: AsyncWebClient) -> list[str]:
    """The workspaces of a Grid that installed the app as a whole. Raises what Slack answers."""
    found: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        answer = await client.auth_teams_list(limit=_PAGE, cursor=cursor or None)
        found += [deep(one, "id") for one in answer["teams"]]
        cursor = _next(answer)
    return found


async def _page(client: AsyncWebClient, cursor: str, workspace: str = "") -> AsyncSlackResponse:
    """A page of people; the method is slow by Slack's own limits, so it is waited for."""
    asked = partial(
        client.users_list, limit=_PAGE, include_locale=True, cursor=cursor or None, team_id=workspace or None
    )
    for _ in range(_TRIES - 1):
        try:
            return await asked()
        except SlackApiError as failure:
            limit = outcome(failure)
            if not isinstance(limit, Later):
                raise
            await asyncio.sleep(limit.seconds)
    return await asked()


def _next(answer: AsyncSlackResponse) -> str | None:
    return (answer.get("response_metadata") or {}).get("next_cursor") or None


# --- how it ended ----------------------------------------------------------------------------------


def outcome(failure: BaseException) -> Later | Halted | Unknown:
    """What a failure means for what was asked: not yet, never, or nobody knows."""
    if isinstance(failure, aiohttp.ClientConnectorError):
        return Later(pause(""), "unreachable", lane=True)
    if not isinstance(failure, SlackApiError) or not isinstance(failure.response, AsyncSlackResponse):
        return Unknown(type(failure).__name__)
    answer = failure.response
    error = _error(answer)
    if answer.status_code == 429 or error in _LIMITED:
        return Later(pause(answer.headers.get("Retry-After", "")), LIMITED, lane=True)
    if answer.status_code >= 500 or error in _VAGUE:
        return Unknown(error or str(answer.status_code))
    return Halted(error or str(answer.status_code))


def _error(answer: AsyncSlackResponse) -> str:
    return str(answer.data.get("error", "")) if isinstance(answer.data, dict) else ""
