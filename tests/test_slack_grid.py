"""Who belongs to a Grid of which one workspace installed the app."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.slack import parse
from bot.slack.grid import Grid
from bot.slack.installs import Installed, session, web_client
from tests.fakes.slack.market import Given, Market


@pytest.fixture
async def installed() -> AsyncIterator[Installed]:
    """The workspace T3 of the Grid E3. Noor is in T4, too; Sem is a guest from T1; of Ravi the Grid says nothing."""
    async with Market() as slack, session() as http:
        workspace = slack.workspace("T3", "Groot", grid="E3")
        inside: Any = {"id": "UNOOR", "enterprise_id": "E3", "teams": ["T3", "T4"]}
        workspace.add_user("Noor Jansen", id="UNOOR", enterprise_user=inside)
        workspace.add_user("Sem Bakker", id="USEM", team_id="T1")
        workspace.add_user("Ravi Patel", id="URAVI", enterprise_user={"enterprise_id": "E3", "teams": None})
        slack.tokens["xoxb-3"] = Given("T3")
        yield Installed("T3", "Groot", "UBOT", "BBOT", web_client(http, "xoxb-3", slack.url), enterprise="E3")


@pytest.mark.parametrize(
    ("place", "user", "inside"),
    [
        ("T3", "UNOOR", True),
        ("E3", "UNOOR", True),
        ("T4", "UNOOR", True),
        ("T1", "UNOOR", False),  # somebody else, whose id looks like hers
        ("T1", "USEM", False),
        ("T4", "UNOBODY", False),
        ("T4", "URAVI", False),
        ("T3", "URAVI", True),
    ],
)
async def test_who_belongs_to_it(installed: Installed, place: str, user: str, inside: bool) -> None:  # noqa: FBT001 - a table
    assert await Grid(lambda: 0.0).holds(installed, place, user) is inside


GONE: Any = {"id": "UNOOR", "deleted": True}


@pytest.mark.parametrize(
    ("of", "person", "heard"),
    [
        ({"team_id": "T3"}, {"team_id": "T3"}, True),
        ({"team_id": "T3", "enterprise_id": "E3"}, {"team_id": "T4", "enterprise_user": {"enterprise_id": "E3"}}, True),
        ({"team_id": "T3"}, {"team_id": "T4", "enterprise_user": {"teams": ["T3", "T4"]}}, True),
        ({"team_id": "T3", "enterprise_id": "E3", "is_enterprise_install": True}, {"team_id": "E3"}, True),
        # of another company, in a channel that they share
        ({"team_id": "T3", "enterprise_id": "E3"}, {"team_id": "T1"}, False),
        ({"team_id": "T3", "enterprise_id": "E3", "is_enterprise_install": True}, {"team_id": "T1"}, False),
        (
            {"team_id": "T3", "enterprise_id": "E3"},
            {"team_id": "T1", "enterprise_user": {"enterprise_id": "E1"}},
            False,
        ),
        ({"team_id": "T3"}, {"team_id": "T1", "enterprise_user": {"enterprise_id": "E1", "teams": ["T1"]}}, False),
        ({"team_id": "T3"}, {"team_id": "T1", "enterprise_user": ["T3"]}, False),
        ({"team_id": "T3"}, {"team_id": "T1", "enterprise_user": {"teams": "T3"}}, False),
    ],
)
def test_nobody_leaves_because_somebody_of_another_company_does(of: Any, person: Any, heard: bool) -> None:  # noqa: FBT001 - a table
    """Whose id looks like theirs."""
    event = {"type": "user_change", "user": {**GONE, **person}}
    told = parse.call({"type": "event_callback", "event_id": "Ev1", **of, "event": event})
    assert (told is not None) is heard
