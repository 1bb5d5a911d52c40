"""`chat.postMessage` without the SDK. It goes out a hundred thousand times, and aiohttp with orjson takes two thirds of
the CPU that the SDK's client takes (`python -m benchmarks sending`).

The way there is the client's own (session, address, token, proxy, certificates), and what went wrong is raised as the
client raises it. Everything that is rarer goes through the client.
"""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, cast

import aiohttp
import orjson
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

METHOD = "chat.postMessage"


async def post_message(client: AsyncWebClient, body: Mapping[str, Any]) -> Mapping[str, Any]:
    """Posts a message, once; returns what Slack answered. Raises SlackApiError for what Slack refuses, and what aiohttp
    raises.
    """
    if client.session is None or client.session.closed:
        return cast("Mapping[str, Any]", (await client.api_call(METHOD, json=dict(body))).data)
    url = client.base_url + METHOD
    headers = {"Authorization": f"Bearer {client.token}", "Content-Type": "application/json;charset=utf-8"}
    ssl = True if client.ssl is None else client.ssl
    async with client.session.post(
        url, data=orjson.dumps(body), headers=headers, proxy=client.proxy, ssl=ssl
    ) as answer:
        data = _read(answer, await answer.read())
    if answer.status == HTTPStatus.OK and data.get("ok"):
        return data
    head: Any = answer.headers  # names in any case, as the client has them
    found = AsyncSlackResponse(
        client=client, http_verb="POST", api_url=url, req_args={}, data=data, headers=head, status_code=answer.status
    )
    found.validate()  # type: ignore[no-untyped-call]  # the SDK left its types out
    return data


def _read(answer: aiohttp.ClientResponse, body: bytes) -> dict[str, Any]:
    """What Slack says; nothing where somebody else answers, such as a proxy. Raises SlackApiError for broken JSON."""
    if answer.content_type != "application/json" or not body.strip():
        return {}
    try:
        said = orjson.loads(body)
    except orjson.JSONDecodeError as broken:
        raise SlackApiError("not JSON", answer) from broken  # type: ignore[no-untyped-call]  # as above
    return said if isinstance(said, dict) else {}
