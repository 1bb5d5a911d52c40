"""`ritme doctor` looks the connection with Teams over."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bot import doctor
from bot.db import Database
from bot.settings import Settings, load
from bot.teams.checkup import checkup
from models.identity import Account
from tests.fakes.teams.connector import FakeTeams
from tests.fakes.teams.tokens import FakeOpenId
from tests.fakes.teams.world import World as Tenant
from tests.world import World

APP = "22222222-0000-4000-8000-00000000000b"


def _settings(teams: FakeTeams, openid: FakeOpenId, **more: Any) -> Settings:
    values = {
        "TEAMS_APP_ID": APP,
        "TEAMS_APP_PASSWORD": teams.secret,
        "TEAMS_TENANT_ID": teams.world.tenant,
        "RITME_TEAMS_TOKEN_URL": teams.token_url,
        "RITME_TEAMS_OPENID_URL": openid.url,
    }
    return load(**(values | more))


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for field in Settings.model_fields.values():
        monkeypatch.delenv(str(field.validation_alias), raising=False)
    monkeypatch.chdir(tmp_path)


async def test_a_connection_that_works() -> None:
    async with FakeTeams(Tenant(app=APP)) as teams, FakeOpenId(APP) as openid:
        found = await checkup(_settings(teams, openid))
    assert found == [
        ("good", f"app {APP}, tenant {teams.world.tenant}"),
        ("good", "the app's credentials work"),
        ("good", "Microsoft's keys can be had"),
        ("good", "HTTPS: Teams must reach /api/messages on your public address"),
    ]


async def test_what_is_wrong_is_said_with_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    async with FakeTeams(Tenant(app=APP)) as teams, FakeOpenId(APP) as openid:
        openid.down = True
        more = {"TEAMS_APP_PASSWORD": "old", "RITME_TEAMS_SERVICE_HOSTS": "127.0.0.1"}
        found = await checkup(_settings(teams, openid, **more))
        assert [text for level, text in found if level == "look"] == [
            "RITME_TEAMS_SERVICE_HOSTS: the app's token also goes to 127.0.0.1"
        ]
        assert [text for level, text in found if level == "bad"] == [
            "no token (invalid_client): TEAMS_APP_PASSWORD is wrong or has expired; make a new client secret",
            "Microsoft's keys are out of reach (ClientResponseError); nobody can be let in",
        ]
        openid.down = False
        monkeypatch.setattr("bot.clock.FAR", 0)
        monkeypatch.setattr("bot.clock.NEAR", 0)
        (clock,) = [text for level, text in await checkup(_settings(teams, openid)) if level == "bad"]
        assert clock.endswith("Microsoft; leases, signatures and tokens rely on it, so set it by NTP")


async def test_people_whom_nothing_reaches_are_counted(tmp_path: Path) -> None:
    world = World(tmp_path)
    with world.scope("bo") as scope:
        scope.db.update(Account, Account.user == "sem", blocked_at=scope.now)
    world.close()
    settings = load(RITME_DATABASE_URL=f"sqlite:///{tmp_path}/ritme.db")
    database = Database(settings.database_url, readers=1)
    with database.reader.connect() as connection:
        found = [(one.about, one.text) for one in doctor._content(connection)]
    database.close()
    assert found[1:] == [
        (
            "people",
            "1 cannot be reached: they never added the app, removed it, or blocked it; /ritme people names them",
        )
    ]
