"""Setting up Ritme for an organisation: consent first, then the frame, the announcement, and the first day.

Nothing starts before the works council's consent, or that there is no council, is on record, and everybody was told
in the name of a person (`Organisation.begun`). Consent may be for some of the capabilities and not for others. A lower
floor and a capability that it did not cover ask for consent again, so every consent is a row that says what it covers.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, ClassVar

from sqlalchemy import CheckConstraint, select
from sqlmodel import Field

from models import checkins, directory
from models.anonymity import SMALLEST
from models.base import Row, core
from models.cadence import Cadence
from models.directory.leaving import welcome
from models.due import Due
from models.errors import Problems, refuse
from models.identity import LANGUAGES, Account, Channel, Installation, Person
from models.kept import Kept, unname
from models.kudos import CompanyValue, values
from models.moments import moment
from models.scope import Scope

CAPABILITIES = ("checkins", "digest", "feedback", "goals", "kudos")
"""What Ritme does with people, so what consent is asked for: the capabilities whose routes are gated."""

CHANNELS = ("kudos",)
"""The words of the channels that Ritme posts in."""
LARGEST = 25
MOST_ATTENTION = 20
MOST_VALUES, LONGEST_VALUE = 10, 60


class Consent(Row, table=True):
    """The works council agreed, or there is none. `floor` is the smallest group shown.

    `covers` names the capabilities that may begin, and with a minus those that were left out: "checkins -kudos". What
    stands nowhere in it is what Ritme could not do at that time.
    """

    __tablename__ = "consent"
    __table_args__ = (
        CheckConstraint("kind IN ('council', 'none')", name="kind"),
        CheckConstraint("floor >= 3", name="floor"),
    )

    kept: ClassVar[Kept] = Kept(
        "What the works council agreed to, and who wrote that down.",
        by={"by_id": unname("That there is consent must stay on record.")},
        marks="covers",
    )

    kind: str
    agreed_on: date
    floor: int
    covers: str
    by_id: int = Field(foreign_key="person.id")
    at: datetime = moment()


class Announcement(Row, table=True):
    """Who told everybody about Ritme, by name, and when."""

    __tablename__ = "announcement"

    kept: ClassVar[Kept] = Kept(
        "Who told everybody about Ritme, and when.",
        by={"by_id": unname("That everybody was told must stay on record.")},
    )

    by_id: int = Field(foreign_key="person.id")
    at: datetime = moment()


# --- consent -----------------------------------------------------------------------------------------


def may_start(scope: Scope, capability: str = "checkins") -> bool:
    """Whether Ritme may begin with this by itself: consent covers it, people were told, a first day is set."""
    return scope.org.begun(capability) and scope.org.checkins_from is not None


def waiting(scope: Scope) -> tuple[str, ...]:
    """The capabilities that Ritme has not begun with here, without those that were left out."""
    waits = [one for one in CAPABILITIES if not scope.org.begun(one)]
    off = left_out(scope) if waits else ()
    return tuple(one for one in waits if one not in off)


def covered(scope: Scope) -> tuple[str, ...]:
    """The capabilities that may begin; all of them while no consent is on record, for then everything is asked."""
    return tuple(one for one in CAPABILITIES if one in scope.org.covers.split() or not scope.org.consent)


def left_out(scope: Scope) -> tuple[str, ...]:
    """The capabilities that the last consent left out on purpose. It is settled that they don't begin, so nobody is
    reminded of them.
    """
    last = scope.db.one(Consent, order=core(Consent).c.id.desc())
    named = last.covers.split() if last else []
    return tuple(one for one in CAPABILITIES if f"-{one}" in named and one not in scope.org.covers.split())


def new(scope: Scope) -> tuple[str, ...]:
    """The capabilities of which the last consent says nothing: Ritme learned them since, so somebody must be asked."""
    begin = covered(scope)
    others = [one for one in CAPABILITIES if one not in begin]
    off = left_out(scope) if others else ()
    return tuple(one for one in others if one not in off)


def last_agreed(scope: Scope) -> date | None:
    """The youngest day on which the works council agreed, of all that is on record, whatever was recorded after it;
    None where it never did. What a council once agreed to is loosened by nobody but a council.
    """
    days = [one.agreed_on for one in scope.db.all(Consent, kind="council")]
    if scope.org.consent == "council" and scope.org.consent_on:
        days.append(scope.org.consent_on)
    return max(days, default=None)


def record_consent(scope: Scope, kind: str, agreed_on: date | None, floor: int, covers: Collection[str]) -> Consent:
    """Writes down what the works council agreed to ("council"), or that there is none ("none").

    Of the capabilities those may begin that it `covers`; the others don't, and stop where they went on. Once a council
    agreed, a lower floor and what it did not cover yet need a younger consent of theirs; where there is none any more,
    it takes only this word that they may begin. To leave something out needs no younger day.

    Refused as "denied", "onboarding.kind", "onboarding.agreed_on" (no day), "onboarding.agreed_later" (one to come),
    "onboarding.agreed_before" (facts: day; one before the last consent), "onboarding.floor" (facts: smallest, largest),
    "onboarding.again" (facts: floor), "onboarding.covers" (nothing) or "onboarding.new" (facts: day, names).
    """
    directory.guard(scope)
    problems = Problems()
    chosen = [one for one in CAPABILITIES if one in covers]
    others = [one for one in CAPABILITIES if one not in covers]
    if kind not in {"council", "none"}:
        problems.add("onboarding.kind", "kind")
    if kind == "council" and agreed_on is None:
        problems.add("onboarding.agreed_on", "agreed_on")
    if agreed_on and agreed_on > scope.today:
        problems.add("onboarding.agreed_later", "agreed_on")
    if not SMALLEST <= floor <= LARGEST:
        problems.add("onboarding.floor", "floor", smallest=SMALLEST, largest=LARGEST)
    if not chosen:
        problems.add("onboarding.covers", "covers")
    if kind == "council" and agreed_on:
        _check_agreed(scope, problems, agreed_on, floor, chosen)
    if kind == "none" and floor < scope.org.floor and last_agreed(scope) is not None:
        problems.add("onboarding.again", "floor", floor=scope.org.floor)
    problems.settle()
    day = agreed_on or scope.today
    scope.db.change(scope.org, consent=kind, consent_on=day, floor=floor, covers=" ".join(chosen))
    said = " ".join([*chosen, *(f"-{one}" for one in others)])
    return scope.db.add(Consent(kind=kind, agreed_on=day, floor=floor, covers=said, by_id=scope.me.id, at=scope.now))


def _check_agreed(scope: Scope, problems: Problems, day: date, floor: int, chosen: Collection[str]) -> None:
    """What is looser than the last consent takes a younger one."""
    last = last_agreed(scope)
    if last is None or day > last:
        return
    added = [one for one in chosen if one not in scope.org.covers.split()]
    if floor < scope.org.floor:
        problems.add("onboarding.again", "agreed_on", floor=scope.org.floor)
    elif added:
        problems.add("onboarding.new", "agreed_on", day=last, names=added)
    elif day < last:
        problems.add("onboarding.agreed_before", "agreed_on", day=last)


# --- the frame ---------------------------------------------------------------------------------------


def set_company(scope: Scope, language: str, zone: str, workdays: str, attention: int) -> None:
    """The organisation's language, zone, working days (ISO digits) and weekly budget of attention.

    People of whom nobody said otherwise follow. Refused as "denied", "settings.language", "zone.unknown" (facts:
    zone), "settings.workdays" or "onboarding.attention" (facts: most).
    """
    directory.guard(scope)
    problems, org = Problems(), scope.org
    if language not in LANGUAGES:
        problems.add("settings.language", "language")
    if zone not in directory.zones():
        problems.add("zone.unknown", "zone", zone=zone)
    if not workdays or not set(workdays) <= set("1234567"):
        problems.add("settings.workdays", "workdays")
    if not 1 <= attention <= MOST_ATTENTION:
        problems.add("onboarding.attention", "attention", most=MOST_ATTENTION)
    problems.settle()
    moved = (org.zone, org.workdays) != (zone, workdays)
    _follow(scope, "language", language)
    _follow(scope, "zone", zone)
    scope.db.change(org, language=language, zone=zone, workdays=workdays, attention=attention)
    if moved:
        checkins.replan(scope)


def _follow(scope: Scope, column: str, value: str) -> None:
    """Whoever only had the organisation's old value gets the new one: no list, chat or choice of theirs said it."""
    person = core(Person).c
    unknown_to_chat = person.id.not_in(select(core(Account).c.person_id).where(scope.db.mine(Account)))
    unsaid = ~person.listed.contains(column) & ~person.chosen.contains(column)
    scope.db.update(Person, person[column] == getattr(scope.org, column), unsaid, unknown_to_chat, **{column: value})


def set_rhythm(scope: Scope, every: str, day: str, at: time, rule: str, freedom: str) -> Cadence:
    """How often everybody is asked, and what of it people choose themselves.

    `every` is "weekly", "two-weekly", "monthly" or "rule" with an RFC 5545 `rule`. Refused as "denied",
    "onboarding.freedom", or by the rule as "cadence.unreadable", "cadence.too_fine", "cadence.date" or "cadence.never".
    """
    directory.guard(scope)
    if freedom not in {"nothing", "moment", "often"}:
        refuse("onboarding.freedom", "freedom")
    chosen = Cadence.by_rule(rule, at) if every == "rule" else Cadence.parse(f"{every} {day} {at:%H:%M}")
    before = scope.org.cadence
    checkins.set_for(scope, None, chosen)
    scope.db.change(scope.org, freedom=freedom)
    if scope.org.cadence != before:
        checkins.replan(scope)
    return chosen


def set_kudos(scope: Scope, names: Sequence[str], per_day: int, per_pair: int) -> None:
    """The company's values, and how often one may give kudos: a day, and to the same person a week.

    A value that is no longer named stays with the kudos that named it. Refused as "denied", "onboarding.values" (facts:
    most), "onboarding.value" (facts: most, name) or "onboarding.quota".
    """
    directory.guard(scope)
    problems = Problems()
    wanted = list({name.casefold(): name for name in (" ".join(name.split()) for name in names) if name}.values())
    if len(wanted) > MOST_VALUES:
        problems.add("onboarding.values", "values", most=MOST_VALUES)
    for name in wanted:
        if len(name) > LONGEST_VALUE:
            problems.add("onboarding.value", "values", most=LONGEST_VALUE, name=name)
    for field, number in (("per_day", per_day), ("per_pair", per_pair)):
        if not 1 <= number <= 100:
            problems.add("onboarding.quota", field)
    problems.settle()
    known = {one.name.casefold(): one for one in scope.db.all(CompanyValue)}
    folded = {name.casefold() for name in wanted}
    for key, one in known.items():
        if one.retired == (key in folded):
            scope.db.change(one, retired=key not in folded)
    scope.db.add_all(CompanyValue(name=name) for name in wanted if name.casefold() not in known)
    scope.db.change(scope.org, kudos_per_day=per_day, kudos_per_pair=per_pair)


def set_channel(scope: Scope, word: str, channel: str) -> None:
    """The channel that the caller is in, if any, is known by this word from now on.

    Refused as "denied", "onboarding.channel_word" (facts: word, known) or "onboarding.no_channel".
    """
    directory.guard(scope)
    named = word.casefold()
    if named not in CHANNELS:
        refuse("onboarding.channel_word", word=word, known=CHANNELS)
    lane = scope.db.one(Installation, platform=scope.platform, team=scope.team)
    if not channel or lane is None:
        refuse("onboarding.no_channel")
    scope.db.remove(Channel, Channel.installation_id == lane.id, Channel.word == named)
    scope.db.add(Channel(installation_id=lane.id, word=named, channel=channel, language=scope.org.language))


def has_channel(scope: Scope, word: str) -> bool:
    return scope.db.one(Channel, word=word) is not None


def company_values(scope: Scope) -> list[str]:
    return [one.name for one in values(scope)]


# --- going live --------------------------------------------------------------------------------------


def announce(scope: Scope) -> int:
    """Plans the first message to everybody, in the caller's name; returns to how many people.

    Who has no account anywhere gets it as soon as they have one.

    Refused as "denied", "onboarding.consent_first" or "onboarding.told" (facts: day).
    """
    directory.guard(scope)
    if not scope.org.consent:
        refuse("onboarding.consent_first")
    if scope.org.announced_at is not None:
        refuse("onboarding.told", day=scope.org.announced_at)
    scope.db.change(scope.org, announced_at=scope.now)
    scope.db.add(Announcement(by_id=scope.me.id, at=scope.now))
    everyone = [one.id for one in directory.everyone(scope)]
    welcome(scope, everyone)
    return len(everyone)


def to_welcome(scope: Scope, rows: Sequence[Due]) -> list[Person]:
    """Who hears now who Ritme is. For people without an account nothing is planned until they have one."""
    people = directory.people(scope, [row.person_id for row in rows if row.person_id])
    unreached = {one.id for one in directory.not_reached(scope)} & people.keys()
    scope.db.remove(Due, core(Due).c.id.in_([row.id for row in rows if row.person_id in unreached]))
    return [one for one in people.values() if one.closed_at is None and one.id not in unreached]


def announcer(scope: Scope) -> Person | None:
    """Who told everybody; None where nobody is known to have."""
    told = scope.db.one(Announcement, order=core(Announcement).c.id.desc())
    return None if told is None else scope.db.get(Person, told.by_id)


def guard_start(scope: Scope) -> None:
    """Refuses to choose the first day as "denied", "onboarding.announce_first", or "onboarding.began" (facts: day): by
    moving a day that has come, everybody's check-ins would stop.
    """
    directory.guard(scope)
    if scope.org.announced_at is None:
        refuse("onboarding.announce_first")
    if began(scope):
        refuse("onboarding.began", day=scope.org.checkins_from)


def began(scope: Scope) -> bool:
    """Whether the first day has come."""
    return scope.org.checkins_from is not None and scope.org.checkins_from <= scope.today


def start(scope: Scope, first: date | None) -> date:
    """People are asked from this day on; returns it.

    Refused like `guard_start`, or as "onboarding.first" (no day, or one that is over).
    """
    guard_start(scope)
    if first is None or first < scope.today:
        refuse("onboarding.first", "first")
    scope.db.change(scope.org, checkins_from=first)
    checkins.replan(scope)
    return first


def first_day(scope: Scope) -> date:
    """The next day that the organisation's rhythm names; the first day to propose."""
    return Cadence.parse(scope.org.cadence).day_from(scope.today) or scope.today


# --- how far -----------------------------------------------------------------------------------------

STEPS = ("people", "consent", "announce", "start")
"""What must have happened before the first check-in, in order. Where there are none, no first day is chosen."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an organisation is; `next` is one of `STEPS`, or empty when it runs."""

    people: int
    next: str


def progress(scope: Scope) -> Progress:
    org, people = scope.org, scope.db.count(Person, core(Person).c.closed_at.is_(None))
    done: dict[str, Any] = {
        "people": people > 1,
        "consent": bool(org.consent) and not new(scope),
        "announce": org.announced_at is not None,
        "start": org.checkins_from is not None or "checkins" not in covered(scope),
    }
    return Progress(people, next((step for step in STEPS if not done[step]), ""))
