"""Kudos: thanks between colleagues, close to the work. No points and no counts about who is thanked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, time, timedelta
from typing import Any, ClassVar

from sqlalchemy import CheckConstraint, Index, and_, bindparam, exists, func, literal, select, union_all
from sqlmodel import Field

from models import directory, policy
from models.base import ORG, Row, core
from models.errors import Problems, refuse
from models.identity import Channel, Installation, Person
from models.kept import REMOVE, Kept, unname
from models.moments import moment
from models.prepared import Prepared
from models.scope import Scope

MAX_TEXT = 600
EDITABLE = timedelta(minutes=10)
"""How long after giving the words can be changed; the views say it in words."""
CHANNEL = "kudos"
"""The word of the channel setting."""


class CompanyValue(Row, table=True):
    """Something the organisation stands for, in its own words; a kudos may name one."""

    __tablename__ = "company_value"

    kept: ClassVar[Kept] = Kept("What the organisation stands for. It is about nobody.", marks="name")

    name: str
    retired: bool = False


class Kudos(Row, table=True):
    """One thank-you, in the giver's words."""

    __tablename__ = "kudos"
    __table_args__ = (
        CheckConstraint(f"length(text) BETWEEN 1 AND {MAX_TEXT}", name="text"),
        Index("ix_kudos_given", "org_id", "giver_id", "at"),
        Index("ix_kudos_at", "org_id", "at"),
    )

    kept: ClassVar[Kept] = Kept(
        "Thanks between colleagues, in the giver's words.",
        by={"giver_id": unname("Thanks belong to who was thanked.")},
        words="text",
        kind="kudos",
        since="at",
        ids="kudos",
    )

    giver_id: int = Field(foreign_key="person.id")
    text: str
    value_id: int | None = Field(default=None, foreign_key="company_value.id")
    at: datetime = moment()


class KudosReceiver(Row, table=True):
    """Somebody who was thanked, and how they wish to be: `shown` is their preference when it was given."""

    __tablename__ = "kudos_receiver"
    __table_args__ = (
        CheckConstraint("shown IN ('public', 'private', 'manager')", name="shown"),
        Index("ix_kudos_receiver_kudos", "kudos_id"),
        Index("ix_kudos_receiver_person", "person_id", "kudos_id"),
    )

    kept: ClassVar[Kept] = Kept("Who was thanked.", about={"person_id": REMOVE}, of="kudos_id", carries=True)

    kudos_id: int = Field(foreign_key="kudos.id", ondelete="CASCADE")
    person_id: int = Field(foreign_key="person.id")
    shown: str


def _receiver(**columns: Any) -> Any:
    receiver = core(KudosReceiver).c
    matches = [receiver[name] == value for name, value in columns.items()]
    return exists().where(receiver.kudos_id == core(Kudos).c.id, *matches)


POLICY = policy.declare(
    "kudos",
    Kudos,
    policy.standing("giver", "read change delete", lambda me: Kudos.giver_id == me),
    policy.standing("receiver", "read delete", lambda me: _receiver(person_id=me)),
    policy.standing("everyone", "read", lambda _: _receiver(shown="public")),
    policy.fixed(policy.MANAGER, "read"),
)


# --- reading -----------------------------------------------------------------------------------------


def get(scope: Scope, id: int, verb: str = "read") -> Kudos:
    """A kudos that the caller may do this with. Refused as "kudos.gone" when there is none."""
    found = POLICY.get(scope, id, verb)
    if found is None:
        refuse("kudos.gone")
    return found


def posted(scope: Scope, id: int) -> Kudos | None:
    """A kudos as the kudos channel may show it; None when it is gone or nobody in it wishes to be named there."""
    return scope.db.one(Kudos, Kudos.id == id, _receiver(shown="public"))


def receivers(scope: Scope, id: int) -> list[KudosReceiver]:
    return scope.db.all(KudosReceiver, kudos_id=id)


def receiver_ids(scope: Scope, id: int) -> list[int]:
    return [one.person_id for one in receivers(scope, id)]


def seen(scope: Scope, kudos: Kudos) -> list[KudosReceiver]:
    """The receivers that the caller may be told of: all of them for the giver; for others those who like it public,
    themselves, and the people whose manager they are here.
    """
    everybody = receivers(scope, kudos.id)
    if kudos.giver_id == scope.me.id:
        return everybody
    mine = {scope.me.id, *POLICY.abouts(scope, kudos.id, scope.me.id)}
    return [one for one in everybody if one.shown == "public" or one.person_id in mine]


def manager_told(scope: Scope, kudos: Kudos) -> str:
    """How the manager is called who reads a kudos because the caller likes to be thanked that way; empty for none."""
    id = scope.me.manager_id or 0
    told = id != kudos.giver_id and scope.me.id in POLICY.abouts(scope, kudos.id, id)
    return directory.somebody(scope, id).short if told else ""


def received(scope: Scope, limit: int = 3) -> list[Kudos]:
    """The newest thanks to the caller."""
    return POLICY.all(scope, role="receiver", order="-at -id", limit=limit)


def has_channel(scope: Scope) -> bool:
    """Whether there is a channel where public thanks are posted."""
    return bool(scope.db.rows(_CHANNEL))


_channel, _installation = core(Channel).c, core(Installation).c
_CHANNEL = Prepared(
    select(_channel.id)
    .join(core(Installation), _installation.id == _channel.installation_id)
    .where(_channel.org_id == ORG, _channel.word == literal(CHANNEL), _installation.removed_at.is_(None))
    .limit(1)
)


def values(scope: Scope) -> list[CompanyValue]:
    """The company's values that can be named."""
    return scope.db.all(CompanyValue, CompanyValue.retired == False, order=core(CompanyValue).c.name)  # noqa: E712


def value_name(scope: Scope, id: int | None) -> str:
    found = scope.db.get(CompanyValue, id) if id else None
    return found.name if found else ""


# --- changing ----------------------------------------------------------------------------------------


def give(scope: Scope, to: Sequence[Person], text: str, value_id: int | None = None) -> Kudos:
    """Thanks these people.

    Refused, all at once, as "kudos.nobody", "kudos.self", "kudos.empty", "kudos.long" (facts: most), "kudos.quota"
    (facts: most) and "kudos.pair" (facts: name, most).
    """
    _check(scope, to, text)
    kudos = scope.db.insert(
        Kudos, giver_id=scope.me.id, text=text.strip(), value_id=_known(scope, value_id), at=scope.now
    )
    scope.db.insert_all(KudosReceiver, [{"kudos_id": kudos.id, "person_id": one.id, "shown": one.kudos} for one in to])
    for one in to:
        if one.kudos == "manager":
            POLICY.fix(scope, kudos.id, one, POLICY.audience(scope, one))
    return kudos


def change(scope: Scope, id: int, text: str, value_id: int | None) -> Kudos:
    """Other words, while it is `EDITABLE`. Refused as "kudos.late" afterwards."""
    kudos = get(scope, id, "change")
    if scope.now - kudos.at > EDITABLE:
        refuse("kudos.late")
    problems = Problems()
    _check_text(problems, text)
    problems.settle()
    return scope.db.change(kudos, text=text.strip(), value_id=_known(scope, value_id))


def _known(scope: Scope, value_id: int | None) -> int | None:
    """The value, if it is one of this organisation's."""
    return value_id if value_id and scope.db.get(CompanyValue, value_id) else None


def remove(scope: Scope, id: int) -> bool:
    """Takes a kudos back. The giver takes back the whole; a receiver takes out themselves, and the last one the whole.

    Returns whether the whole is gone.
    """
    kudos = get(scope, id, "delete")
    if kudos.giver_id != scope.me.id:
        scope.db.remove(KudosReceiver, KudosReceiver.kudos_id == id, KudosReceiver.person_id == scope.me.id)
        scope.db.remove(policy.Audience, *_readers_of(id), policy.Audience.about_id == scope.me.id)
        if receivers(scope, id):
            return False
    scope.db.remove(policy.Audience, *_readers_of(id))
    scope.db.remove(KudosReceiver, KudosReceiver.kudos_id == id)
    scope.db.remove(Kudos, Kudos.id == id)
    return True


def _readers_of(id: int) -> tuple[bool, bool]:
    """The condition of who was written down as a reader of a kudos."""
    return policy.Audience.object == POLICY.object, policy.Audience.entry_id == id


def _check(scope: Scope, to: Sequence[Person], text: str) -> None:
    problems = Problems()
    if not to:
        problems.add("kudos.nobody", "to")
    if any(one.id == scope.me.id for one in to):
        problems.add("kudos.self", "to")
    _check_text(problems, text)
    _check_caps(scope, problems, to)
    problems.settle()


def _check_text(problems: Problems, text: str) -> None:
    if not text.strip():
        problems.add("kudos.empty", "text")
    if len(text.strip()) > MAX_TEXT:
        problems.add("kudos.long", "text", most=MAX_TEXT)


_TODAY = bindparam("today", type_=core(Kudos).c.at.type)
_WEEK = bindparam("week", type_=core(Kudos).c.at.type)
_MINE = and_(core(Kudos).c.org_id == ORG, core(Kudos).c.giver_id == bindparam("me"))
_GIVEN = Prepared(
    union_all(
        select(literal(0), func.count()).select_from(core(Kudos)).where(_MINE, core(Kudos).c.at >= _TODAY),
        select(core(KudosReceiver).c.person_id, func.count())
        .join_from(core(Kudos), core(KudosReceiver), core(KudosReceiver).c.kudos_id == core(Kudos).c.id)
        .where(_MINE, core(Kudos).c.at >= _WEEK)
        .group_by(core(KudosReceiver).c.person_id),
    )
)
"""How many kudos the caller gave today (in the row of nobody), and how many each person got from them this week."""


def _check_caps(scope: Scope, problems: Problems, to: Iterable[Person]) -> None:
    """At most so many a day, and so many to the same person in seven days: thanks stay worth something."""
    midnight = datetime.combine(scope.today, time(), scope.zone)
    given = dict[int, int](
        (person, times)
        for person, times in scope.db.rows(_GIVEN, me=scope.me.id, today=midnight, week=scope.now - timedelta(days=7))
    )
    if given[0] >= scope.org.kudos_per_day:
        problems.add("kudos.quota", most=scope.org.kudos_per_day)
    for one in to:
        if given.get(one.id, 0) >= scope.org.kudos_per_pair:
            problems.add("kudos.pair", "to", name=one.short, most=scope.org.kudos_per_pair)
