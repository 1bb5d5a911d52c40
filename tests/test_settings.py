"""Unset is off, half-set is an error that names the variable, and no secret is ever shown."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.settings import Settings, Wrong, load

GUID = "11111111-2222-4333-8444-555555555555"
TEAMS = {"TEAMS_APP_ID": GUID, "TEAMS_APP_PASSWORD": "secret", "TEAMS_TENANT_ID": GUID}
SLACK = {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_SIGNING_SECRET": "shh"}
MANY = {"SLACK_CLIENT_ID": "1.2", "SLACK_CLIENT_SECRET": "shh", "RITME_SECRET_KEY": f"{'A' * 43}="}


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch, tmp_path) -> None:
    """An empty environment, and a folder without an `.env`."""
    for field in Settings.model_fields.values():
        monkeypatch.delenv(str(field.validation_alias), raising=False)
    monkeypatch.chdir(tmp_path)


def problems(**values: str) -> list[str]:
    with pytest.raises(Wrong) as wrong:
        load(**values)
    return wrong.value.problems


def test_nothing_needs_to_be_set() -> None:
    found = load()
    assert (found.database, found.engine, found.host, found.port) == (
        "sqlite:///ritme.db",
        "local",
        "127.0.0.1",
        8080,
    )
    assert (found.slack, found.teams, found.sqlite, found.secrets, found.notices) == (False, False, True, (), ())


def test_every_variable_of_the_contract_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    assert {str(field.validation_alias) for field in Settings.model_fields.values()} == {
        *("RITME_DATABASE_URL", "RITME_ENGINE", "RITME_HOST", "RITME_PORT", "RITME_SECRET_KEY"),
        *("SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET", "SLACK_APP_TOKEN", "SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET"),
        *("RITME_SLACK_API_URL", "TEAMS_APP_ID", "TEAMS_APP_PASSWORD", "TEAMS_TENANT_ID", "RITME_TEAMS_OPENID_URL"),
        *("RITME_TEAMS_TOKEN_URL", "RITME_TEAMS_SERVICE_HOSTS", "RITME_TEAMS_ANONYMOUS"),
        *("RITME_SLACK_RATE", "RITME_TEAMS_RATE", "RITME_SLACK_TEAMS", "RITME_ROW_SECURITY"),
        *("ANTHROPIC_API_KEY", "ANTHROPIC_BASE_URL", "RITME_COACH_MODEL"),
    }
    monkeypatch.setenv("RITME_PORT", "9000")
    monkeypatch.setenv("RITME_HOST", "")  # set to nothing is not set
    assert (load().port, load().host) == (9000, "127.0.0.1")


def test_a_file_beside_it_counts_too(tmp_path) -> None:
    (tmp_path / ".env").write_text("SLACK_BOT_TOKEN=xoxb-9\nSLACK_APP_TOKEN=xapp-9\nSOMETHING_ELSE=1\n")
    assert load().slack is True


@pytest.mark.parametrize(
    ("values", "names"),
    [
        ({"SLACK_BOT_TOKEN": "xoxb-1"}, ["SLACK_SIGNING_SECRET or SLACK_APP_TOKEN is missing"]),
        ({"SLACK_SIGNING_SECRET": "shh"}, ["SLACK_BOT_TOKEN is missing"]),
        ({"SLACK_APP_TOKEN": "xapp-1"}, ["SLACK_BOT_TOKEN is missing"]),
        (SLACK | {"SLACK_BOT_TOKEN": "xapp-1"}, ["SLACK_BOT_TOKEN"]),
        (SLACK | {"SLACK_APP_TOKEN": "xoxb-1"}, ["SLACK_APP_TOKEN"]),
        (SLACK | {"SLACK_CLIENT_ID": "1.2"}, ["SLACK_CLIENT_SECRET is missing", "RITME_SECRET_KEY is missing"]),
        (SLACK | {"SLACK_CLIENT_SECRET": "x"}, ["SLACK_CLIENT_ID is missing"]),
        (SLACK | {"RITME_SLACK_API_URL": "http://slack.example/api/"}, ["RITME_SLACK_API_URL"]),
        (SLACK | {"RITME_SLACK_API_URL": "slack.example/api"}, ["RITME_SLACK_API_URL"]),
        (SLACK | MANY | {"RITME_SLACK_TEAMS": ","}, ["RITME_SLACK_TEAMS"]),
        (SLACK | MANY | {"RITME_SLACK_TEAMS": " "}, ["RITME_SLACK_TEAMS"]),
        (SLACK | MANY | {"RITME_SLACK_TEAMS": " , ,"}, ["RITME_SLACK_TEAMS"]),
        ({"TEAMS_APP_ID": GUID}, ["TEAMS_APP_PASSWORD is missing", "TEAMS_TENANT_ID is missing"]),
        ({"TEAMS_APP_ID": GUID, "TEAMS_APP_PASSWORD": "x"}, ["TEAMS_TENANT_ID is missing"]),
        ({"TEAMS_APP_PASSWORD": "x"}, ["TEAMS_APP_ID is missing"]),
        ({"TEAMS_APP_PASSWORD": "x", "TEAMS_TENANT_ID": GUID}, ["TEAMS_APP_ID is missing", "TEAMS_APP_ID is missing"]),
        ({"TEAMS_TENANT_ID": GUID}, ["TEAMS_APP_ID is missing"]),
        ({"RITME_TEAMS_OPENID_URL": "https://x"}, ["TEAMS_APP_ID is missing"]),
        ({"RITME_TEAMS_TOKEN_URL": "https://x"}, ["TEAMS_APP_ID is missing"]),
        ({"RITME_TEAMS_SERVICE_HOSTS": "x"}, ["TEAMS_APP_ID is missing"]),
        (TEAMS | {"TEAMS_APP_ID": "Ritme"}, ["TEAMS_APP_ID"]),
        (TEAMS | {"TEAMS_APP_ID": "  "}, ["TEAMS_APP_ID"]),
        (TEAMS | {"TEAMS_TENANT_ID": "example.onmicrosoft.com"}, ["TEAMS_TENANT_ID"]),
        (TEAMS | {"RITME_TEAMS_OPENID_URL": "http://login.example"}, ["RITME_TEAMS_OPENID_URL"]),
        (TEAMS | {"RITME_TEAMS_TOKEN_URL": "login.example"}, ["RITME_TEAMS_TOKEN_URL"]),
        ({"RITME_TEAMS_ANONYMOUS": "1"}, ["TEAMS_TENANT_ID is missing"]),
        (
            {"RITME_TEAMS_ANONYMOUS": "1", "RITME_HOST": "0.0.0.0", "TEAMS_TENANT_ID": GUID},  # noqa: S104
            ["RITME_TEAMS_ANONYMOUS"],
        ),
        (
            {"RITME_TEAMS_ANONYMOUS": "1", "TEAMS_TENANT_ID": GUID, "RITME_TEAMS_TOKEN_URL": "https://x"},
            ["TEAMS_APP_ID is missing"],
        ),
        (TEAMS | {"RITME_TEAMS_ANONYMOUS": "1"}, ["RITME_TEAMS_ANONYMOUS"]),
        ({"ANTHROPIC_BASE_URL": "http://x"}, ["ANTHROPIC_API_KEY is missing"]),
        ({"RITME_COACH_MODEL": "x"}, ["ANTHROPIC_API_KEY is missing"]),
        ({"RITME_ENGINE": "cluster"}, ["RITME_ENGINE"]),
        ({"RITME_ENGINE": "steam"}, ["RITME_ENGINE"]),
        ({"RITME_PORT": "often"}, ["RITME_PORT"]),
        ({"RITME_PORT": "70000"}, ["RITME_PORT"]),
        ({"RITME_DATABASE_URL": "mysql://x/y"}, ["RITME_DATABASE_URL"]),
        ({"RITME_DATABASE_URL": "ritme.db"}, ["RITME_DATABASE_URL"]),
    ],
)
def test_what_is_half_set_or_wrong_is_named(values: dict[str, str], names: list[str]) -> None:
    found = problems(**values)
    assert [problem.split(":")[0] for problem in found] == names


def test_what_is_misspelled_is_told_and_stops_nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("RITME_ROW_SECURIY", "1")
    monkeypatch.setenv("RITME_SERVICE_HOST", "10.0.0.1")  # as a cluster says where a service of this name is
    (tmp_path / ".env").write_text("RITME_DATABASEURL=sqlite:///other.db\n")
    assert load().notices == (
        "RITME_DATABASEURL is no setting, and has no effect. Did you mean RITME_DATABASE_URL?",
        "RITME_ROW_SECURIY is no setting, and has no effect. Did you mean RITME_ROW_SECURITY?",
        "RITME_SERVICE_HOST is no setting, and has no effect. Did you mean RITME_TEAMS_SERVICE_HOSTS?",
    )


def test_whole_parts_are_accepted() -> None:
    assert load(**SLACK).slack is True
    assert load(SLACK_BOT_TOKEN="xoxb-1", SLACK_APP_TOKEN="xapp-1").slack is True
    assert load(**SLACK, RITME_SLACK_API_URL="http://127.0.0.1:1/api").slack_api_url == "http://127.0.0.1:1/api/"
    teams = load(**TEAMS, RITME_TEAMS_OPENID_URL="http://127.0.0.1:1/openid", RITME_TEAMS_SERVICE_HOSTS="127.0.0.1")
    assert (teams.teams, teams.slack, teams.notices) == (True, False, ())
    assert load(RITME_TEAMS_ANONYMOUS="1", TEAMS_TENANT_ID=GUID).teams is True


def test_tenants_are_listed_by_id_and_perhaps_by_name() -> None:
    other = GUID.replace("1", "a")
    one = load(**TEAMS | {"TEAMS_TENANT_ID": f" {GUID.upper()} "})
    assert (one.tenants, one.hosts_many) == ({GUID: "Ritme"}, False)
    two = load(**TEAMS | {"TEAMS_TENANT_ID": f"{GUID} = De Molen, {other.upper()},"})
    assert (two.tenants, two.hosts_many) == ({GUID: "De Molen", other: "Ritme"}, True)
    for wrong in (f"{GUID},{GUID.upper()}", f"{GUID},x", f"=De Molen,{GUID}"):
        assert [one.split(":")[0] for one in problems(**TEAMS | {"TEAMS_TENANT_ID": wrong})] == ["TEAMS_TENANT_ID"]


def test_who_may_install_is_listed_by_id(monkeypatch: pytest.MonkeyPatch) -> None:
    assert load(**SLACK | MANY | {"RITME_SLACK_TEAMS": "T012ABC, E9"}).installers == {"T012ABC", "E9"}
    assert problems(**SLACK | MANY | {"RITME_SLACK_TEAMS": "molen"})[0].startswith("RITME_SLACK_TEAMS: molen is no id")
    monkeypatch.setenv("RITME_SLACK_TEAMS", "")  # as in an example that nobody filled in
    assert load(**SLACK | MANY).installers == frozenset()
    assert problems(**SLACK, RITME_SLACK_TEAMS="T1")[0].startswith("SLACK_CLIENT_ID is missing")


def test_no_secret_is_shown() -> None:
    values = SLACK | {
        "SLACK_APP_TOKEN": "xapp-canary",
        "SLACK_BOT_TOKEN": "xoxb-canary",
        "SLACK_SIGNING_SECRET": "signing-canary",
        "RITME_SECRET_KEY": f"{'key-' * 9}canaryA=",
        "ANTHROPIC_API_KEY": "model-canary",
        "RITME_DATABASE_URL": "postgresql://ritme:password-canary@db/ritme",
    }
    found = load(**values)
    assert "canary" not in f"{found!r} {found} {found.database}"
    assert len({secret for secret in found.secrets if "canary" in secret}) == 6
    wrong = problems(**values | {"RITME_PORT": "canary", "SLACK_BOT_TOKEN": "canary", "RITME_ENGINE": "canary"})
    assert "canary" not in " ".join(wrong)
