"""The fake workspace is as strict as Slack, or no test against it would mean anything."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.installs import session, web_client
from tests.fakes.slack import FakeSlack


class Clock:
    def __init__(self) -> None:
        self.now = 1_795_512_000.0

    def __call__(self) -> float:
        return self.now


Stage = tuple[FakeSlack, AsyncWebClient, Clock, str]


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    clock = Clock()
    async with FakeSlack(now=clock) as slack, session() as http:
        yield slack, web_client(http, slack.bot_token, slack.url), clock, slack.add_user("Noor Jansen")


async def refused(doing: Any) -> str:
    with pytest.raises(SlackApiError) as failure:
        await doing
    return str(failure.value.response["error"])


def text(words: str) -> dict[str, str]:
    return {"type": "plain_text", "text": words}


def modal(*blocks: Any, **more: Any) -> dict[str, Any]:
    return {"type": "modal", "title": text("T"), "blocks": list(blocks), **more}


DIVIDER = {"type": "divider"}
INPUT = {"type": "input", "label": text("L"), "element": {"type": "plain_text_input", "action_id": "a"}}


async def test_a_trigger_opens_one_view_within_three_seconds(stage: Stage) -> None:
    slack, client, clock, noor = stage
    trigger = slack.world.trigger(noor)
    clock.now += 3
    await client.views_open(trigger_id=trigger, view=modal(DIVIDER))
    assert await refused(client.views_open(trigger_id=trigger, view=modal(DIVIDER))) == "exchanged_trigger_id"
    late = slack.world.trigger(noor)
    clock.now += 3.1
    assert await refused(client.views_open(trigger_id=late, view=modal(DIVIDER))) == "expired_trigger_id"
    assert await refused(client.views_open(trigger_id="x", view=modal(DIVIDER))) == "invalid_trigger"


async def test_views_pile_three_high(stage: Stage) -> None:
    slack, client, _, noor = stage
    await client.views_open(trigger_id=slack.world.trigger(noor), view=modal(DIVIDER))
    for _ in range(2):
        await client.views_push(trigger_id=slack.world.trigger(noor), view=modal(DIVIDER))
    push = client.views_push(trigger_id=slack.world.trigger(noor), view=modal(DIVIDER))
    assert await refused(push) == "push_limit_reached"


async def test_a_stale_view_is_not_overwritten(stage: Stage) -> None:
    slack, client, _, noor = stage
    opened = await client.views_open(trigger_id=slack.world.trigger(noor), view=modal(DIVIDER))
    id, first = opened["view"]["id"], opened["view"]["hash"]
    await client.views_update(view_id=id, hash=first, view=modal(INPUT, submit=text("S")))
    assert await refused(client.views_update(view_id=id, hash=first, view=modal(DIVIDER))) == "hash_conflict"
    assert await refused(client.views_update(view_id="V9", view=modal(DIVIDER))) == "not_found"


@pytest.mark.parametrize(
    "view",
    [
        modal(*[DIVIDER] * 101),
        modal(INPUT),
        modal(DIVIDER, title=text("x" * 25)),
        modal(DIVIDER, private_metadata="x" * 3001),
        modal(DIVIDER, submit=text("")),
        modal({"type": "data_visualization"}),
        {"type": "home", "blocks": []},
    ],
    ids=["blocks", "no submit", "title", "metadata", "empty", "chart", "home"],
)
async def test_a_view_has_its_limits(stage: Stage, view: dict[str, Any]) -> None:
    slack, client, _, noor = stage
    assert await refused(client.views_open(trigger_id=slack.world.trigger(noor), view=view)) == "invalid_arguments"
    huge = modal(*[{"type": "section", "text": text("x" * 2900)}] * 90)
    assert await refused(client.views_open(trigger_id=slack.world.trigger(noor), view=huge)) == "view_too_large"


def section(words: str) -> dict[str, Any]:
    return {"type": "section", "text": text(words)}


BUTTON = {"type": "button", "action_id": "a", "text": text("B")}


@pytest.mark.parametrize(
    ("blocks", "error"),
    [
        ([DIVIDER] * 51, "invalid_blocks"),
        ([section("x" * 3001)], "invalid_blocks"),
        ([section("")], "invalid_blocks"),
        ([section("x" * 2900)] * 5, "msg_blocks_too_long"),
        ([{"type": "actions", "elements": [BUTTON, BUTTON]}], "invalid_blocks"),
        ([{"type": "actions", "elements": []}], "invalid_blocks"),
        ([{"type": "actions", "elements": [{**BUTTON, "text": text("x" * 76)}]}], "invalid_blocks"),
        ([{"type": "actions", "elements": [{**BUTTON, "value": "x" * 2001}]}], "invalid_blocks"),
        ([{**DIVIDER, "block_id": "a"}] * 2, "invalid_blocks"),
        ([{"type": "rich_text", "elements": []}], "invalid_blocks"),
        ([{"type": "unheard of"}], "invalid_blocks"),
        ([], "no_text"),
    ],
)
async def test_a_message_has_its_limits(stage: Stage, blocks: Any, error: str) -> None:
    _, client, _, noor = stage
    given = {"channel": noor, "blocks": blocks}
    assert await refused(client.api_call("chat.postMessage", json=given)) == error


async def test_only_its_own_messages_are_changed(stage: Stage) -> None:
    slack, client, _, noor = stage
    channel = slack.add_channel("general", [noor])
    message = slack.write(noor, channel, "Van mij.")
    change = {"channel": channel, "ts": message.ts}
    assert await refused(client.chat_update(**change, text="x")) == "cant_update_message"
    assert await refused(client.chat_delete(**change)) == "cant_delete_message"
    assert await refused(client.chat_delete(channel=channel, ts="1.1")) == "message_not_found"
    posted = await client.chat_postMessage(channel=channel, text="x")
    assert await refused(client.chat_update(channel=channel, ts=posted["ts"], text="x" * 4001)) == "msg_too_long"


async def test_tokens_are_asked_for(stage: Stage) -> None:
    slack, client, _, noor = stage
    client.token = "xoxb-other"
    assert await refused(client.chat_postMessage(channel=noor, text="x")) == "invalid_auth"
    client.token = None
    assert await refused(client.auth_test()) == "not_authed"
    assert await refused(client.apps_connections_open(app_token=slack.bot_token)) == "invalid_auth"


async def test_limits_of_speed_when_switched_on(stage: Stage) -> None:
    slack, client, clock, _ = stage
    slack.api.tiers = True
    for _ in range(20):
        await client.users_list()
    assert await refused(client.users_list()) == "ratelimited"
    clock.now += 60
    assert (await client.users_list())["ok"]


async def test_a_response_address_has_five_uses_in_half_an_hour(stage: Stage) -> None:
    slack, _, clock, noor = stage

    async def respond(url: str) -> int:
        async with aiohttp.ClientSession() as http, http.post(url, json={"text": "x"}) as answer:
            return answer.status

    url = slack._response_url(noor, slack.world.dm(noor))
    assert [await respond(url) for _ in range(6)] == [200, 200, 200, 200, 200, 404]
    late = slack._response_url(noor, slack.world.dm(noor))
    clock.now += 30 * 60 + 1
    assert await respond(late) == 404


async def test_an_ephemeral_message_is_seen_by_one(stage: Stage) -> None:
    slack, client, _, noor = stage
    sem = slack.add_user("Sem Bakker")
    channel = slack.add_channel("general", [noor])
    await client.chat_postEphemeral(channel=channel, user=noor, text="psst")
    assert [len(slack.see_channel(channel, one)) for one in (noor, sem)] == [1, 0]
    assert await refused(client.chat_postEphemeral(channel=channel, user=sem, text="x")) == "user_not_in_channel"
