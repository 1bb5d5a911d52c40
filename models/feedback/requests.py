"""Asking for feedback: at most three open requests for anybody, one reminder, and two weeks."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, func, select

from models import goals
from models.base import core
from models.cadence import DAY, Workweek
from models.delivery import Delivery, lanes, written
from models.errors import Problems, refuse
from models.feedback import clock
from models.feedback.tables import MAX_QUESTION, MAX_TOPIC, REQUESTS, FeedbackRequest
from models.identity import Person
from models.prepared import Prepared
from models.scope import Scope
from models.working import workweek, workweeks

MOST_OPEN = 3
MOST_AT_ONCE = 10


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants feedback on, and by when. `deadline` is None when it could not be read.

    A goal without a topic is asked about by its title.
    """

    topic: str
    question: str
    deadline: date | None
    goal_id: int | None = None


# --- reading -----------------------------------------------------------------------------------------


def request(scope: Scope, id: int, verb: str = "read") -> FeedbackRequest:
    """A request that the caller may do this with ("read", "answer", "withdraw"). Refused as "feedback.gone"."""
    found = REQUESTS.get(scope, id, verb)
    if found is None:
        refuse("feedback.gone")
    return found


def answerable(scope: Scope, id: int) -> FeedbackRequest:
    """A request that the caller can still answer, also after they declined it or it lapsed.

    Refused as "feedback.closed" when it was answered already or taken back.
    """
    found = request(scope, id, "answer")
    if found.state in {"answered", "withdrawn"}:
        refuse("feedback.closed")
    return found


def waiting_for(scope: Scope) -> list[FeedbackRequest]:
    """The open requests to the caller, the nearest deadline first."""
    return REQUESTS.listed(scope, _waiting())


@cache
def _waiting() -> Prepared:
    return REQUESTS.listing(_open(), role="asked", order="deadline id")


def asked_by(scope: Scope, limit: int) -> list[FeedbackRequest]:
    """The caller's own requests, the newest first."""
    return REQUESTS.all(scope, role="asker", order="-id", limit=limit)


def by_ids(scope: Scope, ids: Collection[int]) -> dict[int, FeedbackRequest]:
    """Requests by id, as far as the caller may read them."""
    return {one.id: one for one in REQUESTS.some(scope, ids)}


def heard_of(scope: Scope, kind: str, id: int) -> bool:
    """Whether the caller, who was asked, has a message of this kind about a request in their chat."""
    return lanes.heard_of(scope, kind, {"request": id})


def unheard(scope: Scope) -> list[FeedbackRequest]:
    """The open requests to the caller of which the message was left out, because they wanted none just then."""
    waiting, row = {written({"request": one.id}): one for one in waiting_for(scope)}, core(Delivery).c
    if not waiting:
        return []
    brought = scope.db.all(Delivery, row.kind == clock.ASKED, row.ids.in_(waiting), row.target_id.is_(None))
    heard = {one.ids for one in brought if one.reason != "paused"}
    left_out = {one.ids for one in brought if one.reason == "paused"}
    return [one for ids, one in waiting.items() if ids in left_out - heard]


def _open() -> ColumnElement[bool]:
    """Open, and asked by somebody who is still here."""
    row, person = core(FeedbackRequest).c, core(Person).c
    return (row.state == "open") & exists().where(person.id == row.asker_id, person.closed_at.is_(None))


def _counted(scope: Scope, *where: ColumnElement[bool]) -> Select[Any]:
    row = core(FeedbackRequest).c
    query = select(row.asked_id, func.count()).where(scope.db.mine(FeedbackRequest), _open(), *where)
    return query.group_by(row.asked_id).order_by(row.asked_id)


# --- asking ------------------------------------------------------------------------------------------


def unreached(scope: Scope, to: Iterable[Person]) -> dict[int, date]:
    """Who of these is away now: by id, the day on which they are back.

    That somebody wants no messages is their own affair, so it makes no difference here.
    """
    known = list(to)
    weeks, found = workweeks(scope, known), dict[int, date]()
    for one in known:
        today = clock.today(scope, one)
        back = weeks[one.id].next_working_day(today) if weeks[one.id].is_absent(today) else None
        if back:
            found[one.id] = back
    return found


def default_deadline(scope: Scope) -> date:
    """One week ahead, in the caller's own working days."""
    week = workweek(scope, scope.me)
    day = week.add_working_days(scope.today, len(week.weekdays))
    return min(day or last_deadline(scope), last_deadline(scope))


def last_deadline(scope: Scope) -> date:
    return scope.today + timedelta(weeks=clock.WEEKS)


def ask(scope: Scope, to: Sequence[Person], wish: Wish) -> list[FeedbackRequest]:
    """Asks these people, each by a working day of their own.

    Refused, all at once, as "feedback.nobody", "feedback.self", "feedback.many" (facts: most),
    "feedback.full" and "feedback.away" (facts: names), "feedback.topic", "feedback.question", "feedback.long" (facts:
    most), "feedback.date", "feedback.soon" and "feedback.late" (facts: last).
    """
    wish = _about_goal(scope, wish)
    weeks = workweeks(scope, to)
    wished = wish.deadline or scope.today + DAY
    deadlines = {one.id: day for one in to if (day := _deadline(scope, one, weeks[one.id], wished))}
    _check(scope, to, wish, deadlines)
    return [_asked(scope, one, wish, deadlines[one.id], weeks[one.id]) for one in to]


def about(scope: Scope, goal_id: int | None = None) -> dict[int, str]:
    """The goals that the caller can ask about, with their titles: their own open ones, and this one. None where goals
    didn't begin, or stopped.
    """
    if not scope.org.begun("goals"):
        return {}
    open_ones = {goal.id: goal.title for goal in goals.mine(scope)}
    this = goals.by_ids(scope, (goal_id,)) if goal_id else {}
    return open_ones | {id: goal.title for id, goal in this.items()}


def _about_goal(scope: Scope, wish: Wish) -> Wish:
    """The wish with its goal's title, if that is what it is about; without a goal that the caller can't read."""
    id = wish.goal_id if scope.org.begun("goals") else None
    goal = goals.by_ids(scope, (id,)).get(id) if id else None
    if goal is None:
        return replace(wish, goal_id=None)
    return replace(wish, topic=wish.topic.strip() or goal.title)


def _asked(scope: Scope, one: Person, wish: Wish, deadline: date, week: Workweek) -> FeedbackRequest:
    added = scope.db.add(
        FeedbackRequest(
            asker_id=scope.me.id,
            asked_id=one.id,
            topic=wish.topic.strip(),
            question=wish.question.strip(),
            goal_id=wish.goal_id,
            deadline=deadline,
            at=scope.now,
        )
    )
    clock.start(scope, added, one, week)
    return added


def _deadline(scope: Scope, one: Person, week: Workweek, wished: date) -> date | None:
    """The last working day of the asked person up to the wish, or the first one after it within two weeks."""
    today = clock.today(scope, one)
    first = max(today + DAY, one.starts_on or today)
    last = min(today + timedelta(weeks=clock.WEEKS), one.leaves_on or date.max)
    return week.last_working_day(first, min(wished, last)) or week.first_working_day(first, last)


def _check(scope: Scope, to: Sequence[Person], wish: Wish, deadlines: Mapping[int, date]) -> None:
    problems = Problems()
    if not to:
        problems.add("feedback.nobody", "to")
    if len(to) > MOST_AT_ONCE:
        problems.add("feedback.many", "to", most=MOST_AT_ONCE)
    if any(one.id == scope.me.id for one in to):
        problems.add("feedback.self", "to")
    _check_text(problems, "topic", wish.topic, MAX_TOPIC)
    _check_text(problems, "question", wish.question, MAX_QUESTION)
    if wish.deadline is None:
        problems.add("feedback.date", "deadline")
    elif wish.deadline <= scope.today:
        problems.add("feedback.soon", "deadline")
    elif wish.deadline > last_deadline(scope):
        problems.add("feedback.late", "deadline", last=last_deadline(scope))
    full = _full(scope, to)
    if full:
        problems.add("feedback.full", "to", names=full)
    away = tuple(one.short for one in to if one.id not in deadlines)
    if away:
        problems.add("feedback.away", "to", names=away)
    problems.settle()


def _check_text(problems: Problems, field: str, text: str, most: int) -> None:
    if not text.strip():
        problems.add(f"feedback.{field}", field)
    if len(text.strip()) > most:
        problems.add("feedback.long", field, most=most)


def _full(scope: Scope, to: Sequence[Person]) -> tuple[str, ...]:
    """The names of those who have enough requests already."""
    asked = core(FeedbackRequest).c.asked_id.in_([one.id for one in to])
    many = {person for person, count in scope.db.rows(_counted(scope, asked)) if count >= MOST_OPEN}
    return tuple(one.short for one in to if one.id in many)


# --- closing -----------------------------------------------------------------------------------------


def decline(scope: Scope, id: int) -> FeedbackRequest:
    """Rather not. Refused as "feedback.closed" when it was not open any more."""
    return close(scope, _still_open(request(scope, id, "answer")), "declined")


def take_back(scope: Scope, id: int) -> FeedbackRequest:
    """The asker no longer asks. Refused as "feedback.closed" when it was not open any more."""
    return close(scope, _still_open(request(scope, id, "withdraw")), "withdrawn")


def close(scope: Scope, found: FeedbackRequest, state: str) -> FeedbackRequest:
    """Nothing more will be said about it by the clock."""
    clock.stop(scope, found)
    return scope.db.change(found, state=state, closed_at=scope.now)


def _still_open(found: FeedbackRequest) -> FeedbackRequest:
    if found.state != "open":
        refuse("feedback.closed")
    return found


# --- the clock ---------------------------------------------------------------------------------------


def remind(scope: Scope, ids: tuple[int, ...]) -> list[FeedbackRequest]:
    """The requests of these due rows of which to remind the asked person now."""
    return clock.fired(scope, ids, clock.reminds_at)


def lapse(scope: Scope, ids: tuple[int, ...]) -> list[FeedbackRequest]:
    """Closes the requests of these due rows whose two weeks are over, and returns them."""
    return [close(scope, one, "lapsed") for one in clock.fired(scope, ids, clock.lapses_at)]
