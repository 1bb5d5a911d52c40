"""Who is who: organisations, their installations, their people and the people's accounts.

These tables are what a call is placed by (`models.scope.enter`); the verbs on them belong to `models.directory`.
"""

from __future__ import annotations

from datetime import date, datetime, time
from typing import ClassVar

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from models.base import Row
from models.kept import REMOVE, UNLINK, Kept
from models.moments import moment

LANGUAGES = ("nl", "en")


class Organisation(SQLModel, table=True):
    """A tenant, and the frame that its HR people set."""

    __tablename__ = "organisation"
    __table_args__ = (
        CheckConstraint("floor >= 3", name="floor"),
        CheckConstraint("language IN ('nl', 'en')", name="language"),
        CheckConstraint("freedom IN ('nothing', 'moment', 'often')", name="freedom"),
    )

    kept: ClassVar[Kept] = Kept(
        "The organisation and the frame that HR sets. It is about nobody.",
        marks="name zone workdays cadence consent covers",
    )

    id: int = Field(default=None, primary_key=True)
    name: str
    language: str = "nl"
    zone: str = "Europe/Amsterdam"
    workdays: str = "12345"  # ISO weekdays, Monday is 1
    cadence: str = "weekly mon 09:00"
    freedom: str = "moment"  # what people choose of it themselves: nothing, day and time, or also how often
    checkins_from: date | None = None  # the first day on which anybody is asked
    floor: int = 5  # the smallest group that is ever shown
    attention: int = 5  # messages that Ritme starts, per person and week
    kudos_per_day: int = 10
    kudos_per_pair: int = 3  # to the same person, per week
    consent: str = ""  # "" (nothing may start), "council" or "none" (there is no works council)
    consent_on: date | None = None  # the day the works council agreed
    covers: str = ""  # the capabilities that the consent covers, by name
    announced_at: datetime | None = moment(default=None)  # when everybody was told, in the name of a person

    def begun(self, capability: str) -> bool:
        """Whether Ritme may do this with people: the consent covers it, and everybody was told beforehand."""
        return capability in self.covers.split() and self.announced_at is not None


class Installation(Row, table=True):
    """One Slack workspace or Teams tenant of an organisation; also a lane of deliveries."""

    __tablename__ = "installation"
    __table_args__ = (UniqueConstraint("platform", "team"),)

    kept: ClassVar[Kept] = Kept(
        "Which chats Ritme speaks in. It is about nobody.", marks="platform team name sender rates"
    )

    platform: str
    team: str  # the platform's own id of the workspace or tenant
    name: str = ""
    paused_until: datetime | None = moment(default=None)  # a rate limit holds the whole lane
    sender: str = ""  # which process sends in it; another one begins without what it had saved up
    rates: str = ""  # how fast, as `models.delivery.rates` writes it
    removed_at: datetime | None = moment(default=None)


class Token(Row, table=True):
    """What a chat gave an installation to speak with. Sealed by `bot.secrets`; gone with the installation.

    A token that ends is renewed by one process at a time: the one that holds the lease (`renewing`) until real time
    `renewing_until`. `version` counts, so who comes late writes nothing. Where the chat does not renew it,
    `failing_since` and `failed_at` are the first and the last of the tries in a row that brought nothing, and `trouble`
    says why.
    """

    __tablename__ = "installation_token"
    __table_args__ = (UniqueConstraint("installation_id"),)

    kept: ClassVar[Kept] = Kept(
        "With what Ritme speaks in a chat, sealed. It is about nobody.",
        marks="access refresh user enterprise renewing trouble",
    )

    installation_id: int = Field(foreign_key="installation.id")
    access: str  # sealed
    refresh: str = ""  # sealed; empty where the token does not end
    expires_at: datetime | None = moment(default=None)
    granted_at: datetime = moment()  # real time
    user: str = ""  # what the chat calls the bot there
    enterprise: str = ""  # the Enterprise Grid that the workspace belongs to
    version: int = 1
    renewing: str = ""
    renewing_until: datetime | None = moment(default=None)
    failing_since: datetime | None = moment(default=None)  # real time, as the next
    failed_at: datetime | None = moment(default=None)
    trouble: str | None = None


class InstallState(SQLModel, table=True):
    """Somebody is on their way through a chat's page of consent. Both are hashes: of the state that comes back with
    them, and of what their browser holds. Whoever brings both first uses it up.
    """

    __tablename__ = "install_state"

    kept: ClassVar[Kept] = Kept(
        "Who installs Ritme comes back to the browser that they left from. It is about nobody.", marks="state browser"
    )

    id: int = Field(default=None, primary_key=True)
    state: str = Field(unique=True)
    browser: str
    expires_at: datetime = moment(index=True)  # real time


class Team(Row, table=True):
    """A group of people under one manager."""

    __tablename__ = "team"
    __table_args__ = (UniqueConstraint("org_id", "name"),)

    kept: ClassVar[Kept] = Kept("Which teams there are. It is about nobody.", words="name", marks="cadence")

    name: str
    parent_id: int | None = Field(default=None, foreign_key="team.id")
    cadence: str = ""  # over the organisation's when set


class Person(Row, table=True):
    """Somebody in the organisation. A leaver stays, closed, until retention ends."""

    __tablename__ = "person"
    __table_args__ = (
        UniqueConstraint("email", "org_id"),
        Index("ix_person_letters", "org_id", "letters"),
        CheckConstraint("language IN ('nl', 'en')", name="language"),
        CheckConstraint("kudos IN ('public', 'private', 'manager')", name="kudos"),
    )

    kept: ClassVar[Kept] = Kept(
        "Who works here, for whom, when, and how they like to be spoken to.",
        about={"id": REMOVE},
        named={"manager_id": UNLINK, "second_id": UNLINK, "partner_id": UNLINK},
        words="name short letters email",
        marks="zone workdays cadence listed chosen",
        kind="leavers",
        since="closed_at",
        ids="person to led*",
    )

    name: str
    short: str = ""  # first name, or the full name where two share it
    letters: str = ""  # the first three of the name, folded, by which a typed name is looked up
    email: str
    language: str = "nl"
    zone: str = "Europe/Amsterdam"
    workdays: str = ""  # ISO weekdays; empty means the organisation's
    cadence: str = ""  # over the team's when set
    team_id: int | None = Field(default=None, foreign_key="team.id", index=True)
    manager_id: int | None = Field(default=None, foreign_key="person.id", index=True)
    second_id: int | None = Field(default=None, foreign_key="person.id")  # a second manager or dotted line
    partner_id: int | None = Field(default=None, foreign_key="person.id")  # chosen where there is no manager
    hr: bool = False
    admin: bool = False
    kudos: str = "public"  # how they like to be thanked: public, private, or only to the manager
    quiet_from: time = time(18, 0)
    quiet_until: time = time(8, 0)
    digest_day: int = 1  # ISO weekday on which a manager's digest comes
    digest_at: time = time(9, 0)
    starts_on: date | None = None
    leaves_on: date | None = None
    paused: bool = False  # asked Ritme to start no conversation
    listed: str = ""  # what HR's list says of them ("name email zone"): there the chat changes nothing
    chosen: str = ""  # what they chose themselves ("language zone"): there neither list nor chat changes anything
    closed_at: datetime | None = moment(default=None)


class Account(Row, table=True):
    """A person on an installation."""

    __tablename__ = "account"
    __table_args__ = (UniqueConstraint("installation_id", "user"),)

    kept: ClassVar[Kept] = Kept("By what name a chat knows somebody.", about={"person_id": REMOVE}, marks="user")

    installation_id: int = Field(foreign_key="installation.id")
    person_id: int = Field(foreign_key="person.id", index=True)
    user: str  # the platform's own id of the person
    preferred: bool = True  # where a person has several, the one that messages go to
    closed_at: datetime | None = moment(default=None)
    blocked_at: datetime | None = moment(default=None)  # nothing reaches them here, until a sign of life


class Conversation(Row, table=True):
    """Where a platform's bot speaks with somebody, or in a room, for platforms that tell it only in passing.

    A person's row has their `user`, also where they have no conversation yet; a room's has none.
    """

    __tablename__ = "conversation"
    __table_args__ = (
        UniqueConstraint("user", "conversation", "installation_id"),
        Index("ix_conversation_mri", "mri", "installation_id"),
    )

    kept: ClassVar[Kept] = Kept(
        "Where a chat lets Ritme speak with somebody.",
        about={"user": REMOVE},
        marks="conversation kind service_url bot mri locale zone home",
    )

    installation_id: int = Field(foreign_key="installation.id")
    user: str = ""  # the platform's own id of the person
    conversation: str = ""  # the platform's own id
    kind: str = "personal"  # personal, group, channel
    service_url: str = ""  # where the platform serves it
    bot: str = ""  # what the platform calls the bot there
    mri: str = ""  # what it calls the person there
    locale: str = ""
    zone: str = ""
    home: str = ""  # the message that is the person's overview


class Channel(Row, table=True):
    """A channel that Ritme posts in, by the word it is known by ("kudos")."""

    __tablename__ = "channel"
    __table_args__ = (UniqueConstraint("installation_id", "word"),)

    kept: ClassVar[Kept] = Kept("Which channels Ritme posts in. It is about nobody.", marks="word channel language")

    installation_id: int = Field(foreign_key="installation.id")
    word: str
    channel: str  # the platform's own id
    language: str = "nl"


class Absence(Row, table=True):
    """Away from one day up to and including another. It has no reason, anywhere."""

    __tablename__ = "absence"
    __table_args__ = (CheckConstraint("until >= starts", name="order"),)

    kept: ClassVar[Kept] = Kept(
        "When somebody is away, so that nobody is asked then. It has no reason.",
        about={"person_id": REMOVE},
        marks="source",
        kind="absences",
        since="until",
    )

    person_id: int = Field(foreign_key="person.id", index=True)
    starts: date
    until: date
    source: str = "person"  # person, csv, ics, chat


class Deputy(Row, table=True):
    """Who reads and acts for a manager while that manager is absent; named beforehand."""

    __tablename__ = "deputy"
    __table_args__ = (UniqueConstraint("org_id", "manager_id"),)

    kept: ClassVar[Kept] = Kept(
        "Who reads for a manager who is away.", about={"manager_id": REMOVE, "deputy_id": REMOVE}
    )

    manager_id: int = Field(foreign_key="person.id")
    deputy_id: int = Field(foreign_key="person.id", index=True)
