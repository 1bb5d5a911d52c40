"""botbuilder's own adapter on aiohttp, as its makers mean it, with a bot that answers one text.

It knows nothing of Ritme. What `CloudAdapter` adds to its base class for HTTP is in a package of its own that Ritme
does not need, so those few lines are here. Microsoft is found on loopback, where the library asks for a token at every
turn.
"""

from __future__ import annotations

import asyncio
import sys
from typing import Any

import requests
from aiohttp import web
from botbuilder.core import ActivityHandler, CloudAdapterBase, MessageFactory, TurnContext
from botbuilder.schema import Activity
from botframework.connector.auth import (
    AuthenticationConstants,
    BotFrameworkAuthenticationFactory,
    PasswordServiceClientCredentialFactory,
    microsoft_app_credentials,
)
from msal import ConfidentialClientApplication  # type: ignore[import-untyped] # it has no types of its own

from benchmarks.microsoft import APP, ISSUER, LOGIN, TENANT
from benchmarks.noop import serve, state


class _Bot(ActivityHandler):  # type: ignore[misc] # botbuilder has no types of its own
    async def on_message_activity(self, turn_context: TurnContext) -> None:
        await turn_context.send_activity(MessageFactory.text(f"You said: {turn_context.activity.text}"))


class _Nearby(requests.Session):
    """Finds on loopback who gives tokens."""

    def __init__(self, microsoft: str) -> None:
        super().__init__()
        self._microsoft = microsoft

    def request(self, method: Any, url: Any, *given: Any, **more: Any) -> requests.Response:
        return super().request(method, url.replace(LOGIN, self._microsoft), *given, **more)


def app(microsoft: str) -> web.Application:
    def signed_in(**given: Any) -> ConfidentialClientApplication:
        return ConfidentialClientApplication(**given, http_client=_Nearby(microsoft))

    microsoft_app_credentials.ConfidentialClientApplication = signed_in
    authentication = BotFrameworkAuthenticationFactory.create(
        to_channel_from_bot_login_url=f"{LOGIN}/{TENANT}",
        to_channel_from_bot_oauth_scope=AuthenticationConstants.TO_CHANNEL_FROM_BOT_OAUTH_SCOPE,
        to_bot_from_channel_token_issuer=ISSUER,
        oauth_url=AuthenticationConstants.OAUTH_URL,
        to_bot_from_channel_open_id_metadata_url=f"{microsoft}/openid",
        to_bot_from_emulator_open_id_metadata_url=f"{microsoft}/openid",
        credential_factory=PasswordServiceClientCredentialFactory(APP, "secret", TENANT),
    )
    adapter, bot = CloudAdapterBase(authentication), _Bot()

    async def messages(request: web.Request) -> web.Response:
        activity = Activity().deserialize(await request.json())
        await adapter.process_activity(request.headers.get("Authorization", ""), activity, bot.on_turn)
        return web.Response(status=201)

    found = web.Application()
    found.add_routes([web.post("/api/messages", messages), web.get("/state", state(lambda: 0))])
    return found


if __name__ == "__main__":
    asyncio.run(serve(app(sys.argv[1])))
