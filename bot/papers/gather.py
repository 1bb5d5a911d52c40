"""The facts of the papers as they are now: from the tables, the policy, one organisation and the settings."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy.engine import make_url
from sqlmodel import SQLModel

from bot.founding import NAMELESS
from bot.settings import Settings
from models import directory, everything, privacy
from models.anonymity import MANAGERS, SMALLEST
from models.base import core
from models.cadence import Cadence
from models.identity import Organisation
from models.kept import TERMS, kept
from models.onboarding import CAPABILITIES, left_out, withdrawn_on
from models.policy import POLICIES
from models.privacy.ground import parents
from models.scope import Scope
from views.papers import Company, Entry, Facts, Frame, Grant, Machine, Term
from views.settings import Rhythm


def facts(scope: Scope, settings: Settings) -> Facts:
    """Everything about one organisation, on the day of the scope."""
    return Facts(scope.today, company(scope), machine(settings), grants(), entries(), terms(scope))


def company(scope: Scope) -> Company:
    org = scope.org
    return Company(
        name="" if org.name == NAMELESS else org.name,
        people=len(directory.everyone(scope)),
        rhythm=_rhythm(org.cadence),
        attention=org.attention,
        frame=Frame(org.floor, MANAGERS, SMALLEST),
        capabilities=CAPABILITIES,
        consent=org.consent,
        consent_on=org.consent_on,
        withdrawn_on=withdrawn_on(scope),
        covers=tuple(org.covers.split()),
        left_out=left_out(scope),
        announced_on=org.announced_at.astimezone(scope.zone).date() if org.announced_at else None,
        first=org.checkins_from,
    )


def _rhythm(text: str) -> Rhythm:
    cadence = Cadence.parse(text)
    return Rhythm(cadence.every, cadence.day, cadence.at)


def machine(settings: Settings) -> Machine:
    kind = "SQLite" if settings.sqlite else "PostgreSQL"
    host = make_url(settings.database_url).host
    return Machine(
        database=f"{kind} ({host})" if host else kind,
        slack=settings.slack or settings.slack_client_id is not None,
        teams=settings.teams,
        model=settings.anthropic_api_key is not None,
        sealed=settings.secret_key is not None,
        row_security=bool(settings.row_security),
    )


def terms(scope: Scope) -> tuple[Term, ...]:
    """For how long each kind of entry is kept here."""
    chosen = privacy.terms(scope).values()
    return tuple(Term(one.kind, one.months, one.usual, TERMS[one.kind].fixed, one.agreed_on) for one in chosen)


def entries() -> tuple[Entry, ...]:
    """The data map: every table there is."""
    everything()
    every = (one for one in _below(SQLModel) if hasattr(one, "__table__"))
    return tuple(_entry(one, _part(one)) for one in sorted(every, key=lambda one: core(one).name))


def _below(of: type[SQLModel]) -> Iterator[type[SQLModel]]:
    for one in of.__subclasses__():
        yield one
        yield from _below(one)


def _entry(table: type[SQLModel], part: str) -> Entry:
    says = kept(table)
    return Entry(core(table).name, says.why, tuple(says.people), tuple(says.words.split()), says.kind, part)


def _part(table: type[SQLModel]) -> str:
    whole = parents(table)
    return core(whole).name if whole else ""


def grants() -> tuple[Grant, ...]:
    """The policy table."""
    everything()
    return tuple(Grant(name, one.role, one.verbs) for name, policy in POLICIES.items() for one in policy.grants)


def usual() -> Frame:
    """The numbers that guard groups, where nobody chose others."""
    return Frame(Organisation.model_fields["floor"].default, MANAGERS, SMALLEST)
