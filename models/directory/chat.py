"""People as the chat knows them.

An account belongs to the person with its e-mail address. Where HR keeps a list, the list decides who works here, how
they are called and when they leave; the chat only says how they are reached. Whoever is on no list comes and goes
with their account, and not with another one: an address may be somebody else's by then. Bots and guests never become
people.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Protocol

from sqlalchemy import bindparam, select

from models.base import ORG, core
from models.directory.leaving import Left, close, welcome
from models.directory.naming import shorten
from models.directory.zones import zones
from models.errors import refuse
from models.identity import Account, Installation, Person, Token
from models.prepared import Prepared
from models.scope import Scope

CHUNK = 500


class Profile(Protocol):
    """A person as a platform describes them. `human` is False for bots and guests."""

    @property
    def user(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def email(self) -> str: ...
    @property
    def zone(self) -> str: ...
    @property
    def locale(self) -> str: ...
    @property
    def active(self) -> bool: ...
    @property
    def human(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class Chat:
    """One of somebody's accounts: the platform, and the name of the workspace or tenant there."""

    account: int
    platform: str
    name: str
    preferred: bool


@dataclass(slots=True)
class Met:
    """What came of profiles, in numbers. `nameless` have no e-mail address to be known by; `left` are whom HR's
    list closed; `reused` have the address of somebody who left, and an account that was never theirs.

    By id: `arrived` are new people, `reached` those who had no account before, `moved` those whose zone is another
    now. `gone` are the people who left with their account.
    """

    new: int = 0
    matched: int = 0
    known: int = 0
    closed: int = 0
    nameless: int = 0
    left: int = 0
    reused: int = 0
    moved: list[int] = field(default_factory=list)
    arrived: list[int] = field(default_factory=list)
    reached: list[int] = field(default_factory=list)
    renamed: bool = False
    gone: list[Left] = field(default_factory=list)


def meet(scope: Scope, profiles: Sequence[Profile]) -> Met:
    """Brings the accounts of the installation that the call came from in step with these profiles."""
    met = Met()
    lane = _installation(scope)
    if lane is None:
        return met
    for start in range(0, len(profiles), CHUNK):
        desk = _Desk(scope, lane, profiles[start : start + CHUNK], met)
        for profile in desk.profiles:
            desk.meet(profile)
    if met.arrived or met.renamed:
        shorten(scope.db)
    welcome(scope, [*met.arrived, *met.reached])
    return met


def remove_installation(scope: Scope) -> None:
    """The app was removed from a workspace: nobody is reached there any more, and what it was spoken with is forgotten.
    People and entries stay.
    """
    lane = _installation(scope)
    if lane is not None:
        scope.db.change(lane, removed_at=scope.now)
        scope.db.remove(Token, Token.installation_id == lane.id)


def not_reached(scope: Scope) -> list[Person]:
    """Active people without an account anywhere, by name."""
    person, account, installation = core(Person), core(Account), core(Installation)
    reached = (
        select(account.c.person_id)
        .join(installation, installation.c.id == account.c.installation_id)
        .where(installation.c.org_id == ORG, account.c.closed_at.is_(None), installation.c.removed_at.is_(None))
    )
    return scope.db.all(
        Person, person.c.closed_at.is_(None), person.c.id.not_in(reached), order=(person.c.name, person.c.id)
    )


def without_app(scope: Scope) -> list[Person]:
    """Active people with an account whom nothing reaches: they never added the app, removed it, or blocked it."""
    person, account, installation = core(Person), core(Account), core(Installation)
    open_ = (
        select(account.c.person_id)
        .join(installation, installation.c.id == account.c.installation_id)
        .where(installation.c.org_id == ORG, account.c.closed_at.is_(None), installation.c.removed_at.is_(None))
    )
    theirs = person.c.id.in_(open_), person.c.id.not_in(open_.where(account.c.blocked_at.is_(None)))
    return scope.db.all(Person, person.c.closed_at.is_(None), *theirs, order=(person.c.name, person.c.id))


def chats(scope: Scope) -> list[Chat]:
    """Where the caller can be reached, the preferred one first."""
    return [Chat(*row) for row in scope.db.rows(_chats(), person=scope.me.id)]


@cache
def _chats() -> Prepared:
    account, installation = core(Account).c, core(Installation).c
    query = select(account.id, installation.platform, installation.name, account.preferred)
    return Prepared(
        query.join(core(Installation), installation.id == account.installation_id)
        .where(
            account.org_id == ORG,
            account.person_id == bindparam("person"),
            account.closed_at.is_(None),
            installation.removed_at.is_(None),
        )
        .order_by(account.preferred.desc(), account.id)
    )


def prefer(scope: Scope, account: int) -> None:
    """From now on the caller hears of Ritme at this account. Refused as "settings.chat" when it is not theirs."""
    if account not in {one.account for one in chats(scope)}:
        refuse("settings.chat", "chat")
    row = core(Account).c
    scope.db.update(Account, row.person_id == scope.me.id, preferred=row.id == account)


def _installation(scope: Scope) -> Installation | None:
    return scope.db.one(
        Installation,
        Installation.platform == scope.platform,
        Installation.team == scope.team,
        core(Installation).c.removed_at.is_(None),
    )


class _Desk:
    """Some profiles, with everything that is known about them."""

    def __init__(self, scope: Scope, lane: Installation, profiles: Sequence[Profile], met: Met) -> None:
        account, person = core(Account).c, core(Person).c
        self.scope, self.db, self.lane, self.profiles, self.met = scope, scope.db, lane, profiles, met
        users = [one.user for one in profiles]
        found = self.db.all(Account, account.installation_id == lane.id, account.user.in_(users))
        self.accounts = {one.user: one for one in found}
        emails = {_email(one) for one in profiles} - {""}
        owners = {one.person_id for one in found}
        people = self.db.all(Person, person.email.in_(emails) | person.id.in_(owners))
        self.by_id = {one.id: one for one in people}
        self.by_email = {one.email: one for one in people}
        others = self.db.all(Account, account.person_id.in_(self.by_id), account.closed_at.is_(None))
        self.reached = {(one.person_id, one.id) for one in others}

    def meet(self, profile: Profile) -> None:
        account = self.accounts.get(profile.user)
        person = self.by_id[account.person_id] if account else self.by_email.get(_email(profile))
        if not (profile.active and profile.human):
            if account is not None and account.closed_at is None:
                self._lose(account)
        elif person is None:
            self._arrive(profile)
        elif person.closed_at is not None and person.listed:
            self.met.left += 1
        elif person.closed_at is not None and account is None:
            self.met.reused += 1  # perhaps somebody else by now, who would read what is not for them
        else:
            if person.closed_at is not None:
                self.db.change(person, closed_at=None)
            if self._speaks(self._open(person, account, profile.user)):
                self._follow(person, profile)

    def _arrive(self, profile: Profile) -> None:
        email = _email(profile)
        if not email:
            self.met.nameless += 1
            return
        person = Person(
            name=_name(profile),
            short=_name(profile),
            email=email,
            language=_language(profile) or self.scope.org.language,
            zone=_zone(profile) or self.scope.org.zone,
        )
        self.db.add(person)
        self.db.add(Account(installation_id=self.lane.id, person_id=person.id, user=profile.user))
        self.by_email[email] = self.by_id[person.id] = person
        self.met.new += 1
        self.met.arrived.append(person.id)

    def _open(self, person: Person, account: Account | None, user: str) -> Account:
        """The account is theirs and in use."""
        if account is None:
            first = not any(owner == person.id for owner, _ in self.reached)
            row = Account(installation_id=self.lane.id, person_id=person.id, user=user, preferred=first)
            account = self.accounts[user] = self.db.add(row)
            self.reached.add((person.id, row.id))
            self.met.matched += 1
            self.met.reached += [person.id] if first else []
        elif account.closed_at is not None:
            self.db.change(account, closed_at=None)
            self.met.matched += 1
        else:
            self.met.known += 1
        return account

    def _speaks(self, account: Account) -> bool:
        """Where somebody has accounts in several chats, the one they prefer says who they are."""
        others = {id for owner, id in self.reached if owner == account.person_id} - {account.id}
        return account.preferred or not others

    def _follow(self, person: Person, profile: Profile) -> None:
        """Takes over what the chat says, except what HR's list or they themselves said."""
        said = {"name": _name(profile), "zone": _zone(profile), "language": _language(profile)}
        if _email(profile) not in self.by_email:
            said["email"] = _email(profile)
        settled = {*person.listed.split(), *person.chosen.split(), *(["name", "email"] if person.listed else [])}
        fresh: dict[str, Any] = {
            column: value
            for column, value in said.items()
            if value and column not in settled and getattr(person, column) != value
        }
        if not fresh:
            return
        self.db.change(person, **fresh)
        self.met.renamed |= "name" in fresh
        if "zone" in fresh:
            self.met.moved.append(person.id)

    def _lose(self, account: Account) -> None:
        """The account is out of use; who is on no list and has no other account has left."""
        self.db.change(account, closed_at=self.scope.now)
        self.reached.discard((account.person_id, account.id))
        self.met.closed += 1
        person = self.by_id[account.person_id]
        elsewhere = any(owner == person.id for owner, _ in self.reached)
        if not person.listed and not elsewhere and person.closed_at is None:
            self.met.gone += close(self.scope, [person])


def _email(profile: Profile) -> str:
    return profile.email.strip().casefold()


def _name(profile: Profile) -> str:
    return " ".join(profile.name.split()) or _email(profile).partition("@")[0]


def _zone(profile: Profile) -> str:
    return profile.zone if profile.zone in zones() else ""


def _language(profile: Profile) -> str:
    """Dutch or English; empty for any other language, and where nothing is said."""
    found = profile.locale.casefold()[:2]
    return found if found in {"nl", "en"} else ""
