"""When a request reminds, and when it lapses: in the working days of whom is asked."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time

from models import directory, due
from models.base import core
from models.cadence import DAY, Workweek, instant
from models.due import Due
from models.feedback.tables import FeedbackRequest
from models.identity import Person
from models.scope import Scope
from models.working import workweeks

ASKED = "feedback.asked"
"""The message that brings a request."""
REMIND, LAPSE = "feedback.remind", "feedback.lapse"
REMIND_AFTER = 3
"""Working days of the asked person."""
WEEKS = 2
"""Until the last deadline that may be wished for, and until a request lapses."""

When = Callable[[Scope, FeedbackRequest, Person, Workweek], datetime | None]
_MORNING = time(9)


def today(scope: Scope, one: Person) -> date:
    """The date where somebody is."""
    return scope.now.astimezone(scope.zone_of(one)).date()


def reminds_at(scope: Scope, request: FeedbackRequest, one: Person, week: Workweek) -> datetime | None:
    """The morning after three working days; None for who is away for good."""
    zone = scope.zone_of(one)
    day = week.add_working_days(request.at.astimezone(zone).date(), REMIND_AFTER)
    return instant(day, _MORNING, zone) if day else None


def lapses_at(scope: Scope, request: FeedbackRequest, one: Person, week: Workweek) -> datetime | None:
    """The end of the last day of two weeks of one's own working days; None for who is away for good.

    Where the reminder came late, because nothing went out meanwhile, it leaves as long for an answer as it came after.
    """
    zone = scope.zone_of(one)
    spans = [(request.at, WEEKS * len(week.weekdays)), (_reminded(scope, request), REMIND_AFTER)]
    days = [week.add_working_days(at.astimezone(zone).date(), many) for at, many in spans]
    known = [day for day in days if day]
    return instant(max(known) + DAY, time(), zone) if len(known) == len(days) else None


def _reminded(scope: Scope, request: FeedbackRequest) -> datetime:
    """When the reminder came; now, where it is still to come."""
    row = scope.db.one(Due, kind=REMIND, key=str(request.id))
    if row is None or row.parked:
        return request.at
    return row.done_at or scope.now


def start(scope: Scope, request: FeedbackRequest, one: Person, week: Workweek) -> None:
    """Plans the reminder and the end of a request."""
    for kind, when in ((REMIND, reminds_at), (LAPSE, lapses_at)):
        at = when(scope, request, one, week)
        if at is not None:
            due.plan(scope, Due(kind=kind, key=str(request.id), at=at, person_id=one.id, about_id=request.id))


def stop(scope: Scope, request: FeedbackRequest) -> None:
    """Forgets both."""
    for kind in (REMIND, LAPSE):
        due.cancel(scope, kind, str(request.id))


def fired(scope: Scope, ids: tuple[int, ...], when: When) -> list[FeedbackRequest]:
    """The requests of due rows that are still open, and really due.

    Who went away meanwhile gets the working days that they missed: then it is put off. While consent is withdrawn
    everything waits in the same way.
    """
    rows = due.fired(scope, ids)
    if not scope.org.begun("feedback"):
        due.put_off(scope, {row.id: scope.now + DAY for row in rows})
        return []
    table = core(FeedbackRequest).c
    found = scope.db.all(FeedbackRequest, table.id.in_([row.about_id for row in rows]), table.state == "open")
    requests = {one.id: one for one in found}
    people = directory.people(scope, (one.asked_id for one in found))
    weeks = workweeks(scope, people.values())
    now: list[FeedbackRequest] = []
    later: dict[int, datetime] = {}
    for row in rows:
        one = requests.get(row.about_id)
        if one is None:
            continue
        at = when(scope, one, people[one.asked_id], weeks[one.asked_id])
        if at is None or at <= scope.now:
            now.append(one)
        else:
            later[row.id] = at
    due.put_off(scope, later)
    return now
