"""The app's manifest is what Slack wants, what the router serves, and what the documents explain."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.app import build_router
from bot.router import FAMILY
from bot.slack.listen import PATH
from bot.slack.oauth import SCOPES
from bot.slack.parse import EVENTS
from bot.slack.welcome import REDIRECT
from bot.words import words
from tests.judges import judge_schema

ROOT = Path(__file__).parent.parent
TEXT = (ROOT / "manifest.yml").read_text()
ENGLISH = words("en", "Europe/London")
DUTCH = words("nl", "Europe/Amsterdam")


def over_http() -> str:
    """The manifest after the `sed` that its first lines tell."""
    text = TEXT.replace("#http ", "").replace("socket_mode_enabled: true", "socket_mode_enabled: false")
    return text.replace("ritme.example.com", "ritme.acme.example")


MANIFESTS: dict[str, Any] = {"socket": yaml.safe_load(TEXT), "http": yaml.safe_load(over_http())}
MANIFEST = MANIFESTS["socket"]


@pytest.mark.parametrize("road", MANIFESTS)
@pytest.mark.parametrize("version", ["1.0.0", "2.0.0"])
def test_slack_would_take_it(road: str, version: str) -> None:
    judge_schema(MANIFESTS[road], f"slack-manifest-{version}.json")


def test_commands_are_those_of_the_router() -> None:
    """A command that has another name in Dutch stands there under both."""
    helps = [c.help(speech) for speech in (DUTCH, ENGLISH) for c in build_router().commands.values() if c.short]
    short = {help.usage: help.summary for help in helps}
    listed = {c["command"]: c["description"] for c in MANIFEST["features"]["slash_commands"]}
    assert listed.pop(f"/{FAMILY}")
    assert listed == short
    assert all(c["should_escape"] for c in MANIFEST["features"]["slash_commands"])


def test_shortcuts_are_those_of_the_router() -> None:
    known = {s.name: s.label(ENGLISH) for s in build_router().shortcuts.values()}
    listed = {s["callback_id"]: s["name"] for s in MANIFEST["features"]["shortcuts"]}
    assert listed == known
    assert {s["type"] for s in MANIFEST["features"]["shortcuts"]} == {"message"}


def test_events_are_those_that_mean_something() -> None:
    named = {"message.im" if event == "message" else event for event in EVENTS}
    listed = MANIFEST["settings"]["event_subscriptions"]["bot_events"]
    assert listed == sorted(named)


def test_over_http_everything_comes_to_one_address() -> None:
    manifest = MANIFESTS["http"]
    urls = [command["url"] for command in manifest["features"]["slash_commands"]]
    settings = manifest["settings"]
    urls += [settings["event_subscriptions"]["request_url"], settings["interactivity"]["request_url"]]
    urls.append(settings["interactivity"]["message_menu_options_url"])
    assert set(urls) == {f"https://ritme.acme.example{PATH}"}
    assert settings["socket_mode_enabled"] is False


def test_consent_comes_back_to_where_it_is_awaited() -> None:
    assert MANIFESTS["http"]["oauth_config"]["redirect_urls"] == [f"https://ritme.acme.example{REDIRECT}"]
    assert "redirect_urls" not in MANIFEST["oauth_config"]
    assert sorted(SCOPES) == MANIFEST["oauth_config"]["scopes"]["bot"]


def test_for_several_workspaces_tokens_end_and_a_whole_grid_may_install_it() -> None:
    text = over_http()
    for setting in ("token_rotation_enabled", "org_deploy_enabled"):
        assert f"s/{setting}: false/{setting}: true/" in TEXT
        text = text.replace(f"\n  {setting}: false", f"\n  {setting}: true")
    manifest = yaml.safe_load(text)
    assert [manifest["settings"][one] for one in ("token_rotation_enabled", "org_deploy_enabled")] == [True, True]
    judge_schema(manifest, "slack-manifest-2.0.0.json")


def test_every_scope_has_its_reason() -> None:
    explained = re.findall(r"^\| `([a-z:.]+)` \| \S.+ \|$", (ROOT / "docs" / "slack.md").read_text(), re.MULTILINE)
    assert explained == MANIFEST["oauth_config"]["scopes"]["bot"]
    assert not any(scope.endswith(":history") and scope != "im:history" for scope in explained)
