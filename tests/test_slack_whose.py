"""A payload belongs to who installed the app, and its sender to where they are at home."""

from __future__ import annotations

from typing import Any

import pytest

from bot.payload import Malformed
from bot.slack import parse, whose

ORG_WIDE = {"enterprise_id": "E1", "team_id": "T5", "is_enterprise_install": True}
POSTED = {"type": "block_actions", "team": {"id": "T9"}, "user": {"id": "U1", "team_id": "T9"}}


@pytest.mark.parametrize(
    ("payload", "team", "lives"),
    [
        # one workspace
        ({"command": "/kudos", "team_id": "T1", "user_id": "U1"}, "T1", "T1"),
        ({"team": {"id": "T1"}, "user": {"id": "U1", "team_id": "T1"}}, "T1", "T1"),
        ({"team_id": "T1", "event": {"type": "app_home_opened", "user": "U1"}}, "T1", ""),
        ({"team_id": "T1", "event": {"type": "message", "user": "U1", "team": "T1"}}, "T1", "T1"),
        # a channel that two companies share
        ({"team_id": "T9", "authorizations": [{"team_id": "T1"}], "context_team_id": "T9", "event": {"user_team": "T9"}}, "T1", "T9"),
        ({"team_id": "T1", "authorizations": [{"team_id": "T1"}], "event": {"source_team": "T9", "team": "T1"}}, "T1", "T9"),
        (POSTED | {"message": {"bot_id": "B1", "team": "T1"}}, "T1", "T9"),
        (POSTED | {"message": {"bot_profile": {"team_id": "T1"}, "team": "T9"}}, "T1", "T9"),
        (POSTED | {"message": {"user": "U2", "team": "T1"}}, "T9", "T9"),
        (POSTED | {"view": {"app_installed_team_id": "T1", "team_id": "T9"}}, "T1", "T9"),
        # a Grid that installed the app as a whole
        ({"team_id": "T5", "authorizations": [ORG_WIDE], "event": {"team": "T5"}}, "E1", "T5"),
        ({"command": "/kudos", "team_id": "T5", "enterprise_id": "E1", "is_enterprise_install": "true"}, "E1", "T5"),
        ({"team": None, "enterprise": {"id": "E1"}, "is_enterprise_install": True, "user": {"team_id": "T5"}}, "E1", "T5"),
        ({"team": None, "enterprise": {"id": "E1"}, "user": {"id": "U1", "team_id": "T5"}}, "E1", "T5"),
        # a workspace of a Grid that installed it for itself
        ({"team": {"id": "T5"}, "enterprise": {"id": "E1"}, "is_enterprise_install": False, "user": {"team_id": "T6"}}, "T5", "T6"),
        ({"command": "/x", "team_id": "T5", "enterprise_id": "E1", "is_enterprise_install": "false"}, "T5", "T5"),
    ],
)  # fmt: skip
def test_whose_it_is(payload: dict[str, Any], team: str, lives: str) -> None:
    assert (whose.team(payload), whose.home(payload)) == (team, lives)


@pytest.mark.parametrize(
    "payload",
    [
        {},
        {"user": {"id": "U1", "team_id": "T1"}},  # where somebody is at home says nothing of who installed it
        {"team": "T1", "authorizations": "T1", "enterprise": ["E1"]},
        {"authorizations": [["E1"]], "is_enterprise_install": [], "team": {"id": 1}},
        {"is_enterprise_install": True, "team": {"id": "T1"}},
    ],
)
def test_what_nobody_installed_is_nobodys(payload: dict[str, Any]) -> None:
    with pytest.raises(Malformed):
        whose.team(payload)


def test_people_from_elsewhere_come_and_go_without_a_trace() -> None:
    def told(**user: Any) -> Any:
        body = {"type": "event_callback", "event_id": "Ev1", "team_id": "T1", "authorizations": [{"team_id": "T1"}]}
        return parse.call({**body, "event": {"type": "user_change", "user": {"id": "U1", **user}}})

    assert told(team_id="T9", is_stranger=True, deleted=True) is None
    assert told(team_id="T1") is not None
    grid = told(team_id="T9", enterprise_user={"enterprise_id": "E1", "teams": ["T1"]})
    assert grid.profiles[0].human


def test_the_author_of_a_message_is_named_where_they_are_at_home_here() -> None:
    def used(**message: Any) -> Any:
        said = {"type": "message", "user": "U2", "text": "x", "ts": "1.1", **message}
        body = {"type": "message_action", "callback_id": "kudos.message", "trigger_id": "1", "team": {"id": "T1"}}
        call = parse.call({**body, "user": {"id": "U1", "team_id": "T1"}, "channel": {"id": "C1"}, "message": said})
        assert call is not None
        return call.mentions

    assert used() == used(team="T1") == {"author": "U2"}
    assert used(team="T9") == used(user_team="T9", team="T1") == {}
