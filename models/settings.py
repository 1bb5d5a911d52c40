"""What people set for themselves: language, times, working days, readers, a deputy, and silence."""

from __future__ import annotations

from datetime import time

from models import checkins, digest, directory, replanning
from models.cadence import WEEKDAYS, Cadence, zone_named
from models.directory.leaving import name_deputy
from models.errors import Problems, refuse
from models.identity import LANGUAGES, Person
from models.scope import Scope

KUDOS = ("public", "private", "manager")
DAYS = "1234567"


def set_me(scope: Scope, language: str, zone: str, workdays: str, kudos: str) -> Person:
    """Language, zone, working days (ISO digits) and how the caller likes to be thanked.

    A digest that would come on a day off comes on the next working day from then on. Refused as "settings.language",
    "zone.unknown" (facts: zone), "settings.workdays" or "settings.kudos".
    """
    problems = Problems()
    if language not in LANGUAGES:
        problems.add("settings.language", "language")
    if zone not in directory.zones():
        problems.add("zone.unknown", "zone", zone=zone)
    if not workdays or not set(workdays) <= set(DAYS):
        problems.add("settings.workdays", "workdays")
    if kudos not in KUDOS:
        problems.add("settings.kudos", "kudos")
    problems.settle()
    me = scope.me
    own = "" if workdays == scope.org.workdays else workdays
    digest_day = int(working_day(str(me.digest_day), workdays))
    moved = (me.zone, me.workdays or scope.org.workdays) != (zone_named(zone).key, workdays)
    chosen = {"language": language, "zone": zone, "workdays": own}
    words = {*me.chosen.split(), *(column for column, value in chosen.items() if getattr(me, column) != value)}
    scope.db.change(me, **chosen, kudos=kudos, digest_day=digest_day, chosen=" ".join(sorted(words)))
    if moved:
        replanning.replan(scope, [me.id])
    return me


def chosen_time(at: time | None, field: str) -> time:
    """The time of day that was chosen in a field. Refused as "settings.time" where none was."""
    if at is None:
        refuse("settings.time", field)
    return at


def set_moment(scope: Scope, every: str, day: str, at: time, quiet_from: time, quiet_until: time) -> Cadence:
    """When the caller is asked, as far as HR leaves it to them, and between which times never.

    A day and time at which they are asked already change nothing: they go on following HR's. `every` counts only where
    people may choose how often; `day` is "mon" to "sun". Refused as "cadence.unreadable".
    """
    scope.db.change(scope.me, quiet_from=quiet_from, quiet_until=quiet_until)
    before = checkins.cadence(scope, scope.me)
    if scope.org.freedom != "nothing":
        _choose(scope, before, every, day, at)
    now = checkins.cadence(scope, scope.me)
    if now != before:
        checkins.replan(scope, [scope.me.id])
    return now


def _choose(scope: Scope, before: Cadence, every: str, day: str, at: time) -> None:
    if scope.org.freedom == "often" and before.every not in {"rule", every}:
        scope.db.change(scope.me, cadence="")
        if checkins.cadence(scope, scope.me).every != every:
            own = Cadence.parse(f"{every} {day} {at:%H:%M}")
            scope.db.change(scope.me, cadence=str(own))
            return
    if (day_asked(scope, before), before.at) != (day, at):
        checkins.choose_moment(scope, day or WEEKDAYS[0], at)


def day_asked(scope: Scope, cadence: Cadence) -> str:
    """The day on which the caller is really asked, as `Cadence.day` writes it: never one of every week that they are
    off.
    """
    weekly = cadence.every in {"weekly", "two-weekly"}
    workdays = scope.me.workdays or scope.org.workdays
    return WEEKDAYS[int(working_day(_digit(cadence.day), workdays)) - 1] if weekly else cadence.day


def _digit(day: str) -> str:
    return str(WEEKDAYS.index(day) + 1)


def working_day(digit: str, workdays: str) -> str:
    """The first working day from this day of the week on, both as ISO digits."""
    return min(workdays, key=lambda day: (int(day) - int(digit)) % 7)


def set_readers(scope: Scope, partner: Person | None, *, keeps_second: bool) -> None:
    """Takes out the second reader, and names somebody to talk with where there is no manager.

    Refused as "checkin.partner" for oneself.
    """
    me = scope.me
    if me.second_id is not None and not keeps_second:
        scope.db.change(me, second_id=None, chosen=" ".join(sorted({*me.chosen.split(), "second"})))
    if me.manager_id is None:
        checkins.choose_partner(scope, partner)


def set_team(scope: Scope, deputy: Person | None, digest_day: int, digest_at: time) -> None:
    """A manager's deputy, and when their digest comes (ISO weekday and time on their own wall).

    Refused as "deputy.self", "deputy.no_team" or "settings.digest_day".
    """
    if str(digest_day) not in DAYS:
        refuse("settings.digest_day", "digest_day")
    name_deputy(scope, deputy)
    scope.db.change(scope.me, digest_day=digest_day, digest_at=digest_at)
    digest.replan(scope, scope.me)


def pause(scope: Scope, *, paused: bool) -> None:
    """Ritme starts no conversation with the caller until they say so; what they ask for themselves still works."""
    scope.db.change(scope.me, paused=paused)
