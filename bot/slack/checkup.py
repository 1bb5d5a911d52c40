"""Asks Slack whether the tokens work and what they may do."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Literal

from slack_sdk.errors import SlackApiError

from bot.clock import apart, dated
from bot.settings import Settings
from bot.slack.installs import session, web_client
from bot.slack.oauth import SCOPES
from bot.slack.send import FAILURES, outcome

Found = list[tuple[Literal["good", "look", "bad"], str]]


async def checkup(settings: Settings) -> Found:
    """What there is to say of the connection with Slack, worst or best."""
    token, app = settings.slack_bot_token, settings.slack_app_token
    consent: Found = []
    if settings.slack_client_id:
        open_to = ", ".join(sorted(settings.installers)) or "anybody: RITME_SLACK_TEAMS names those who may"
        consent = [("good" if settings.installers else "look", f"/slack/install is open to {open_to}")]
    if token is None:
        return consent
    async with session() as http:
        client = web_client(http, token.get_secret_value(), settings.slack_api_url)
        try:
            who = await client.auth_test()
        except FAILURES as failure:
            return [*consent, ("bad", f"SLACK_BOT_TOKEN does not work: {outcome(failure).reason}")]
        found: Found = [
            *consent,
            ("good", f"workspace {who['team']}, as {who['user']}"),
            *_scopes(who.headers),
            *_clock(who.headers),
        ]
        if app:
            try:
                await web_client(http, base=settings.slack_api_url).apps_connections_open(
                    app_token=app.get_secret_value()
                )
                found.append(("good", "Socket Mode: the app-level token works"))
            except FAILURES as failure:
                found.append(("bad", f"SLACK_APP_TOKEN does not work: {_reason(failure)}"))
        else:
            found.append(("good", "HTTP: Slack must reach /slack/events on your public address"))
        return found


def _scopes(headers: Mapping[str, str]) -> Found:
    said = next((value for name, value in headers.items() if name.lower() == "x-oauth-scopes"), None)
    if said is None:
        return [("look", "Slack did not say which scopes the token has")]
    missing = sorted(SCOPES - {scope.strip() for scope in said.split(",")})
    if missing:
        return [("bad", f"scopes are missing: {', '.join(missing)}; install the app again with manifest.yml")]
    return [("good", f"all {len(SCOPES)} scopes")]


def _clock(headers: Mapping[str, str]) -> Found:
    said = dated(next((value for name, value in headers.items() if name.lower() == "date"), ""))
    return [*apart(datetime.now(UTC), said, "Slack")] if said else []


def _reason(failure: BaseException) -> str:
    return str(failure.response["error"]) if isinstance(failure, SlackApiError) else outcome(failure).reason
