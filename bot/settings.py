"""What an operator sets. A part whose variables are unset is off; a part that is half set stops the start, by name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import get_close_matches
from typing import Any, Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, DotEnvSettingsSource, EnvSettingsSource, SettingsConfigDict
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from bot import secrets as sealing

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
_SLACK_ID = re.compile(r"[TE][A-Z0-9]{1,20}")
_GUID = re.compile(r"[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")


class Wrong(Exception):
    """The settings cannot be used. `problems` are sentences that name the variable and say what to do."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


def _variable(name: str, default: Any = None, **more: Any) -> Any:
    return Field(default, validation_alias=name, **more)


class Settings(BaseSettings):
    """Everything that can be set, from the environment or a file `.env` in the working directory."""

    model_config = SettingsConfigDict(
        env_file=".env", env_ignore_empty=True, extra="ignore", frozen=True, hide_input_in_errors=True
    )

    database_url: str = _variable("RITME_DATABASE_URL", "sqlite:///ritme.db", repr=False)
    row_security: bool | None = _variable("RITME_ROW_SECURITY")
    engine: Literal["local", "cluster"] = _variable("RITME_ENGINE", "local")
    host: str = _variable("RITME_HOST", "127.0.0.1")
    port: int = _variable("RITME_PORT", 8080, ge=0, le=65535)
    secret_key: SecretStr | None = _variable("RITME_SECRET_KEY")

    slack_bot_token: SecretStr | None = _variable("SLACK_BOT_TOKEN")
    slack_signing_secret: SecretStr | None = _variable("SLACK_SIGNING_SECRET")
    slack_app_token: SecretStr | None = _variable("SLACK_APP_TOKEN")
    slack_client_id: str | None = _variable("SLACK_CLIENT_ID")
    slack_client_secret: SecretStr | None = _variable("SLACK_CLIENT_SECRET")
    slack_api_url: str = _variable("RITME_SLACK_API_URL", "https://slack.com/api/")
    slack_teams: str | None = _variable("RITME_SLACK_TEAMS")
    slack_rate: float | None = _variable("RITME_SLACK_RATE", gt=0)

    teams_app_id: str | None = _variable("TEAMS_APP_ID")
    teams_app_password: SecretStr | None = _variable("TEAMS_APP_PASSWORD")
    teams_tenant_id: str | None = _variable("TEAMS_TENANT_ID")
    teams_openid_url: str | None = _variable("RITME_TEAMS_OPENID_URL")
    teams_token_url: str | None = _variable("RITME_TEAMS_TOKEN_URL")
    teams_service_hosts: str | None = _variable("RITME_TEAMS_SERVICE_HOSTS")
    teams_rate: float | None = _variable("RITME_TEAMS_RATE", gt=0)
    teams_anonymous: bool = _variable("RITME_TEAMS_ANONYMOUS", default=False)

    anthropic_api_key: SecretStr | None = _variable("ANTHROPIC_API_KEY")
    anthropic_base_url: str | None = _variable("ANTHROPIC_BASE_URL")
    coach_model: str | None = _variable("RITME_COACH_MODEL")

    @field_validator("slack_api_url")
    @classmethod
    def _ends_in_a_slash(cls, url: str) -> str:
        return url if url.endswith("/") else f"{url}/"

    @property
    def slack(self) -> bool:
        """Whether Ritme speaks with Slack."""
        return self.slack_bot_token is not None or self.slack_client_id is not None

    @property
    def installers(self) -> frozenset[str]:
        """The workspaces and Enterprise Grids that may install the app, by Slack's ids; empty for any."""
        return frozenset(_listed(self.slack_teams))

    @property
    def tenants(self) -> dict[str, str]:
        """The tenants that Teams may come from: their ids in lower case, and what they are called."""
        found = (one.partition("=") for one in _listed(self.teams_tenant_id))
        return {id.strip().lower(): name.strip() or "Ritme" for id, _, name in found}

    @property
    def hosts_many(self) -> bool:
        """Whether each new workspace or tenant is an organisation of its own, and not another chat of the one here."""
        return self.slack_client_id is not None or len(self.tenants) > 1

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys that secrets are kept with, the one that encrypts first. Raises `bot.secrets.Malformed`."""
        return sealing.keys(self.secret_key.get_secret_value()) if self.secret_key else ()

    @property
    def teams(self) -> bool:
        """Whether Ritme speaks with Teams."""
        return self.teams_app_id is not None or self.teams_anonymous

    @property
    def database(self) -> str:
        """The database's address as it may be shown: without its password."""
        return make_url(self.database_url).render_as_string(hide_password=True)

    @property
    def sqlite(self) -> bool:
        return make_url(self.database_url).get_backend_name() == "sqlite"

    @property
    def listens(self) -> bool:
        """Whether a port was chosen. Without one a worker does not listen at all."""
        return "port" in self.model_fields_set

    @property
    def secrets(self) -> tuple[str, ...]:
        """Every secret that is set, for the log to leave out."""
        values = (getattr(self, name) for name in type(self).model_fields)
        found = [value.get_secret_value() for value in values if isinstance(value, SecretStr)]
        password = make_url(self.database_url).password
        return (*found, *self.keys, *([str(password)] if password else []))

    @property
    def notices(self) -> tuple[str, ...]:
        """What is set and has no effect: in this version, or because its name is no setting's."""
        unused = {"ANTHROPIC_API_KEY": self.anthropic_api_key}
        idle = (f"{name} has no effect in this version." for name, value in unused.items() if value)
        return (*idle, *map(_misspelled, _unknown()))


def load(*, doors: bool = True, **values: Any) -> Settings:
    """The settings, from the environment; `values` by variable name come first. Raises Wrong.

    A process without doors needs nothing to check who knocks.
    """
    try:
        settings = Settings(**values)
    except ValidationError as failure:
        raise Wrong([f"{error['loc'][0]}: {error['msg']}." for error in failure.errors()]) from None
    problems = [
        *_database(settings),
        *_keys(settings),
        *_slack(settings, doors=doors),
        *_teams(settings),
        *_coach(settings),
    ]
    if problems:
        raise Wrong(problems)
    return settings


def _unknown() -> list[str]:
    """What is called like a setting of Ritme's and is none. It stops nothing: a cluster may name its own so."""
    sources = (EnvSettingsSource(Settings), DotEnvSettingsSource(Settings))
    given = {name.upper() for source in sources for name in source.env_vars}
    return sorted(name for name in given - _names() if name.startswith("RITME_"))


def _names() -> set[str]:
    return {str(field.validation_alias) for field in Settings.model_fields.values()}


def _misspelled(name: str) -> str:
    close = get_close_matches(name, _names(), 1)
    return f"{name} is no setting, and has no effect." + (f" Did you mean {close[0]}?" if close else "")


def _database(settings: Settings) -> Iterator[str]:
    try:
        backend = make_url(settings.database_url).get_backend_name()
    except ArgumentError:
        yield "RITME_DATABASE_URL: this is no database address. Use one like sqlite:///ritme.db."
        return
    if backend not in {"sqlite", "postgresql"}:
        yield f"RITME_DATABASE_URL: Ritme runs on SQLite and PostgreSQL, not on {backend}."
    elif settings.engine == "cluster" and backend == "sqlite":
        yield "RITME_ENGINE: cluster needs PostgreSQL. Set RITME_DATABASE_URL to one (postgresql://...), or use local."
    elif settings.row_security and backend == "sqlite":
        yield "RITME_ROW_SECURITY needs PostgreSQL. Set RITME_DATABASE_URL to one (postgresql://...), or unset it."


def _keys(settings: Settings) -> Iterator[str]:
    try:
        settings.keys  # noqa: B018 - reading them is looking at them
    except sealing.Malformed as problem:
        yield f"RITME_SECRET_KEY: {problem}. Make one with: ritme secrets new"


def _slack(settings: Settings, *, doors: bool) -> Iterator[str]:
    bot, signing, app = settings.slack_bot_token, settings.slack_signing_secret, settings.slack_app_token
    if doors and bot and not (signing or app):
        yield "SLACK_SIGNING_SECRET or SLACK_APP_TOKEN is missing: SLACK_BOT_TOKEN alone can send, but not hear."
    if (signing or app) and not (bot or settings.slack_client_id):
        given = "SLACK_SIGNING_SECRET" if signing else "SLACK_APP_TOKEN"
        yield f"SLACK_BOT_TOKEN is missing: {given} alone can hear, but not answer."
    if bot and not bot.get_secret_value().startswith(("xoxb-", "xoxe.xoxb-")):
        yield "SLACK_BOT_TOKEN: this is no bot token; those begin with xoxb-."
    if app and not app.get_secret_value().startswith("xapp-"):
        yield "SLACK_APP_TOKEN: this is no app-level token; those begin with xapp-."
    yield from _together(SLACK_CLIENT_ID=settings.slack_client_id, SLACK_CLIENT_SECRET=settings.slack_client_secret)
    if doors and settings.slack_client_id and not signing:
        yield "SLACK_SIGNING_SECRET is missing: an app that others install hears over HTTP."
    if settings.slack_client_id and not settings.secret_key:
        made = "Make one with: ritme secrets new"
        yield f"RITME_SECRET_KEY is missing: the tokens of those who install the app are kept encrypted with it. {made}"
    if not _safe(settings.slack_api_url):
        yield "RITME_SLACK_API_URL: secrets and keys only travel over https."
    yield from _installers(settings)


def _installers(settings: Settings) -> Iterator[str]:
    if settings.slack_teams and not settings.slack_client_id:
        yield "SLACK_CLIENT_ID is missing: RITME_SLACK_TEAMS has no meaning without it."
    if settings.slack_teams is not None and not settings.installers:
        yield "RITME_SLACK_TEAMS: it names nobody. List who may install the app, or unset it to let everybody."
    for id in settings.installers:
        if not _SLACK_ID.fullmatch(id):
            yield f"RITME_SLACK_TEAMS: {id} is no id of a workspace (T...) or an Enterprise Grid (E...)."


def _teams(settings: Settings) -> Iterator[str]:
    app, tenants = settings.teams_app_id, settings.tenants
    yield from _together(TEAMS_APP_ID=app, TEAMS_APP_PASSWORD=settings.teams_app_password)
    if settings.teams and not tenants:
        yield "TEAMS_TENANT_ID is missing: Ritme serves the tenants that are listed, and has to know which."
    for name, id in (("TEAMS_APP_ID", app), *(("TEAMS_TENANT_ID", tenant) for tenant in tenants)):
        if id is not None and not _GUID.fullmatch(id):
            yield f"{name}: this is no id; those look like 00000000-0000-0000-0000-000000000000."
    if len(tenants) < len(list(_listed(settings.teams_tenant_id))):
        yield "TEAMS_TENANT_ID: a tenant stands there twice."
    urls = {
        "RITME_TEAMS_OPENID_URL": settings.teams_openid_url,
        "RITME_TEAMS_TOKEN_URL": settings.teams_token_url,
    }
    yield from (f"{name}: secrets and keys only travel over https." for name, url in urls.items() if not _safe(url))
    alone = (
        {}
        if settings.teams
        else {
            "TEAMS_TENANT_ID": settings.teams_tenant_id,
            "RITME_TEAMS_SERVICE_HOSTS": settings.teams_service_hosts,
        }
    )
    if not app:
        unused = (alone | urls).items()
        yield from (f"TEAMS_APP_ID is missing: {name} has no meaning without it." for name, value in unused if value)
    if settings.teams_anonymous and app:
        yield "RITME_TEAMS_ANONYMOUS: anonymous callers are only for an app without TEAMS_APP_ID."
    if settings.teams_anonymous and settings.host not in LOOPBACK:
        yield "RITME_TEAMS_ANONYMOUS: anonymous callers are only for this machine. Set RITME_HOST to 127.0.0.1."


def _safe(url: str | None) -> bool:
    """Whether an address is encrypted, or on this machine."""
    found = urlsplit(url or "https:")
    return found.scheme == "https" or (found.scheme == "http" and found.hostname in LOOPBACK)


def _coach(settings: Settings) -> Iterator[str]:
    if not settings.anthropic_api_key:
        for name, value in (
            ("ANTHROPIC_BASE_URL", settings.anthropic_base_url),
            ("RITME_COACH_MODEL", settings.coach_model),
        ):
            if value:
                yield f"ANTHROPIC_API_KEY is missing: {name} has no meaning without it."


def _together(**pair: object) -> Iterator[str]:
    """Two variables that need each other."""
    (first, one), (second, other) = pair.items()
    if one and not other:
        yield f"{second} is missing: {first} needs it."
    if other and not one:
        yield f"{first} is missing: {second} needs it."


def _listed(text: str | None) -> Iterator[str]:
    """What stands between commas."""
    return filter(None, (one.strip() for one in (text or "").split(",")))
