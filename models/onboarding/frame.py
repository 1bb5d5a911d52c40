"""The frame that HR sets: times, rhythm, kudos, and the channels that Ritme posts in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import time

from sqlalchemy import select

from models import checkins, directory
from models.base import core
from models.cadence import Cadence
from models.errors import Problems, refuse
from models.identity import LANGUAGES, Account, Channel, Installation, Person
from models.kudos import CompanyValue, values
from models.scope import Scope

CHANNELS = ("kudos",)
"""The words of the channels that Ritme posts in."""
MOST_ATTENTION = 20
MOST_VALUES, LONGEST_VALUE = 10, 60


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


def company_values(scope: Scope) -> list[str]:
    return [one.name for one in values(scope)]
