"""Asks Microsoft whether the app's credentials work, and whether its keys can be had."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Literal

import aiohttp

from bot.clock import apart, dated
from bot.settings import Settings
from bot.teams.connector import session
from bot.teams.hosts import Hosts
from bot.teams.tokens import LOGIN, NoToken, Tokens
from bot.teams.verify import OPENID

Found = list[tuple[Literal["good", "look", "bad"], str]]

_ADVICE = {
    "invalid_client": "TEAMS_APP_PASSWORD is wrong or has expired; make a new client secret",
    "unauthorized_client": "TEAMS_APP_ID is no app of the tenant TEAMS_TENANT_ID",
    "invalid_request": "Microsoft does not know the tenant TEAMS_TENANT_ID",
}


async def checkup(settings: Settings) -> Found:
    """What there is to say of the connection with Teams, worst or best."""
    found: Found = [("good", f"app {settings.teams_app_id or '-'}, {_tenants(settings)}")]
    more = Hosts.listed(settings.teams_service_hosts).more
    if more:
        found.append(("look", f"RITME_TEAMS_SERVICE_HOSTS: the app's token also goes to {', '.join(sorted(more))}"))
    if not (settings.teams_app_id and settings.teams_app_password):
        return [*found, ("look", "RITME_TEAMS_ANONYMOUS: callers are believed without a token, for trying out only")]
    async with session() as http:
        found.append(await _token(http, settings, settings.teams_app_password.get_secret_value()))
        found.extend(await _keys(http, settings.teams_openid_url or OPENID))
    return [*found, ("good", "HTTPS: Teams must reach /api/messages on your public address")]


def _tenants(settings: Settings) -> str:
    found = list(settings.tenants)
    return f"tenant{'s' if len(found) > 1 else ''} {', '.join(found)}"


async def _token(http: aiohttp.ClientSession, settings: Settings, secret: str) -> tuple[Literal["good", "bad"], str]:
    url = settings.teams_token_url or LOGIN.format(tenant=next(iter(settings.tenants)))
    try:
        await Tokens(http, url, settings.teams_app_id or "", secret).get()
    except NoToken as none:
        return "bad", f"no token ({none.reason}): {_ADVICE.get(none.reason, 'Microsoft could not be asked')}"
    return "good", "the app's credentials work"


async def _keys(http: aiohttp.ClientSession, url: str) -> Found:
    try:
        async with http.get(url, raise_for_status=True) as answer:
            said = dated(answer.headers.get("Date", ""))
    except (aiohttp.ClientError, TimeoutError, OSError) as failure:
        return [("bad", f"Microsoft's keys are out of reach ({type(failure).__name__}); nobody can be let in")]
    off = apart(datetime.now(UTC), said, "Microsoft") if said else []
    return [("good", "Microsoft's keys can be had"), *off]
