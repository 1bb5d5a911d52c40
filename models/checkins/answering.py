"""Answering: which period is open, what is asked in it, and what becomes of the answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from sqlalchemy import Date, bindparam, select

from models import directory
from models.base import ORG, core
from models.checkins import planning
from models.checkins.tables import (
    ENERGY,
    MAX_PRIORITY,
    MAX_TEXT,
    MOST_PRIORITIES,
    OUTCOMES,
    PERIODS,
    POLICY,
    Checkin,
    CheckinEnergy,
    CheckinPeriod,
    CheckinPriority,
)
from models.errors import Problems, refuse
from models.identity import Absence, Person
from models.policy import Audience
from models.prepared import Prepared
from models.scope import Scope

REMOVABLE = frozenset({"second", "partner"})
"""Readers whom the writer may leave out."""

LONG_LEAVE = timedelta(days=21)
"""Who comes back from this long an absence starts with a clean sheet."""


# --- which period ------------------------------------------------------------------------------------


def open_period(scope: Scope, wanted: int = 0) -> CheckinPeriod | None:
    """The caller's period to answer now: the wanted one while nothing newer was answered, else today's.

    Who is new gets their first one. None when today's is answered. Refused as "checkin.not_begun".
    """
    planning.require_begun(scope)
    planning.plan_one(scope, scope.me, scope.today)
    periods = _periods(scope)
    waiting = _waiting(periods)
    known = next((row for row in waiting if row.id == wanted), None)
    is_new = all(row.starts > scope.today and row.state != "answered" for row in periods)
    return known or next((row for row in waiting if row.starts <= scope.today <= row.ends or is_new), None)


def early_period(scope: Scope) -> CheckinPeriod | None:
    """The period after today's, for who wants to answer it early; None when that was done too."""
    planning.require_begun(scope)
    today = open_period(scope) or max(_periods(scope), key=lambda row: row.starts)
    planning.plan_one(scope, scope.me, max(today.ends, scope.today) + timedelta(days=1))
    ahead = [row for row in _periods(scope) if row.starts > scope.today]
    return ahead[0] if ahead and ahead[0].state != "answered" else None


def waiting(scope: Scope) -> CheckinPeriod | None:
    """The caller's period that was asked about and is still open."""
    if not planning.begun(scope.org, scope.today):
        return None
    asked = [row for row in _waiting(_periods(scope)) if row.state == "asked" and row.closes_at > scope.now]
    return asked[-1] if asked else None


def next_asked(scope: Scope) -> CheckinPeriod | None:
    """The next period that the caller will be asked about, where it is planned already."""
    return next((row for row in _periods(scope) if row.state == "planned" and row.due_at > scope.now), None)


def period(scope: Scope, id: int) -> CheckinPeriod | None:
    """One of the caller's own periods."""
    return PERIODS.one(scope, role="owner", id=id)


def turn(scope: Scope, one: CheckinPeriod) -> int:
    """Chooses the wording of the questions: one further each time, and not the same for a whole team."""
    row = core(CheckinPeriod).c
    return one.person_id + scope.db.count(CheckinPeriod, row.person_id == one.person_id, row.starts < one.starts)


def turn_of(scope: Scope, sent: Checkin) -> int:
    """The turn that the questions had which a check-in answers."""
    answered = scope.db.get(CheckinPeriod, sent.period_id)
    return turn(scope, answered) if answered else 0


def _periods(scope: Scope) -> list[CheckinPeriod]:
    """The caller's newest periods, oldest first."""
    return scope.db.all(CheckinPeriod, person_id=scope.me.id, order="-starts", limit=8)[::-1]


def _waiting(periods: Sequence[CheckinPeriod]) -> list[CheckinPeriod]:
    """Those of which neither they nor anything newer was answered."""
    newest = max((row.starts for row in periods if row.state == "answered"), default=date.min)
    return [row for row in periods if row.starts > newest]


# --- what is asked -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Answers:
    """What a form holds. `outcomes` are by priority id, `left_out` are readers that the writer unticked."""

    outcomes: Mapping[int, str] = field(default_factory=dict)
    blocker: str = ""
    priorities: Sequence[str] = ()
    energy: int | None = None
    share_energy: bool = False
    left_out: frozenset[int] = frozenset()


def open_priorities(scope: Scope, changing: Checkin | None = None) -> list[CheckinPriority]:
    """What the caller set out to do last time, to tell what came of it.

    While a check-in is being changed, those that it settled itself. Nothing after a long leave.
    """
    if changing is not None:
        return scope.db.all(CheckinPriority, person_id=scope.me.id, settled_id=changing.id)
    last = newest(scope)
    if last is None or _was_away(scope, last):
        return []
    return scope.db.all(CheckinPriority, checkin_id=last.id, outcome="")


def _was_away(scope: Scope, since: Checkin) -> bool:
    day = since.at.astimezone(scope.zone).date()
    leaves = scope.db.rows(_LEAVES, person=scope.me.id, since=day, today=scope.today)
    return any(until - starts >= LONG_LEAVE for starts, until in leaves)


_absence = core(Absence).c
_LEAVES = Prepared(
    select(_absence.starts, _absence.until).where(
        _absence.org_id == ORG,
        _absence.person_id == bindparam("person"),
        _absence.until >= bindparam("since", type_=Date),
        _absence.starts <= bindparam("today", type_=Date),
    )
)


def audience(scope: Scope) -> dict[int, str]:
    """Who would read a check-in that the caller sends now: person id to role."""
    return POLICY.audience(scope, scope.me)


def newest(scope: Scope) -> Checkin | None:
    """The caller's newest check-in."""
    return POLICY.one(scope, role="owner", order="-at -id")


# --- answering ---------------------------------------------------------------------------------------


def send(scope: Scope, period_id: int, answers: Answers) -> Checkin:
    """Stores the answer to a period and fixes its readers.

    Refused, all at once, as "checkin.answered", "checkin.empty", "checkin.long", "checkin.priority_long" and
    "checkin.many" (facts: most).
    """
    one = period(scope, period_id)
    open_ = open_period(scope, period_id)
    if one is None or open_ is None or open_.id != one.id:
        refuse("checkin.answered")
    before = open_priorities(scope)
    _check(answers, before)
    sent = scope.db.add(Checkin(person_id=scope.me.id, period_id=one.id, blocker=answers.blocker, at=scope.now))
    readers = {id: role for id, role in audience(scope).items() if not _left_out(id, role, answers)}
    POLICY.fix(scope, sent.id, scope.me, readers)
    _write(scope, sent, before, answers)
    scope.db.change(one, state="answered")
    return sent


def change(scope: Scope, id: int, answers: Answers) -> Checkin:
    """Another answer in the place of the first. Refused as "checkin.seen" once somebody read it."""
    sent = changeable(scope, id)
    before = open_priorities(scope, sent)
    _check(answers, before)
    audience = core(Audience).c
    unticked = audience.person_id.in_(answers.left_out) & audience.role.in_(REMOVABLE)
    scope.db.remove(Audience, audience.object == "checkin", audience.entry_id == id, unticked)
    _unwrite(scope, sent)
    scope.db.change(sent, blocker=answers.blocker)
    _write(scope, sent, before, answers)
    return sent


def changeable(scope: Scope, id: int) -> Checkin:
    """The caller's check-in while nobody read it and it is the newest. Refused as "checkin.seen"."""
    found = POLICY.get(scope, id, "change")
    last = newest(scope)
    if found is None or last is None or found.id != last.id:
        refuse("checkin.seen")
    return found


def skip(scope: Scope, wanted: int = 0) -> CheckinPeriod:
    """Leaves a period out, which counts as answered. Refused as "checkin.answered" when it was, or is over."""
    one = open_period(scope, wanted)
    if one is None or (wanted and one.id != wanted):
        refuse("checkin.answered")
    planning.plan_one(scope, scope.me, one.ends + timedelta(days=1))
    return scope.db.change(one, state="skipped")


def choose_partner(scope: Scope, partner: Person | None) -> None:
    """Who reads with somebody that has no manager. Refused as "checkin.partner" for oneself or with a manager."""
    me = scope.me
    if me.manager_id is not None or (partner is not None and partner.id == me.id):
        refuse("checkin.partner", "partner")
    scope.db.change(me, partner_id=None if partner is None else directory.person(scope, partner.id).id)


def _left_out(id: int, role: str, answers: Answers) -> bool:
    return role in REMOVABLE and id in answers.left_out


def _outcome(row: CheckinPriority, answers: Answers) -> str:
    """What came of a priority; one of which nothing is said is taken along."""
    told = answers.outcomes.get(row.id, "")
    return told if told in OUTCOMES else "carried"


def _check(answers: Answers, before: Sequence[CheckinPriority]) -> None:
    problems = Problems()
    carried = sum(_outcome(row, answers) == "carried" for row in before)
    if len(answers.blocker) > MAX_TEXT:
        problems.add("checkin.long", "blocker", most=MAX_TEXT)
    if any(len(text) > MAX_PRIORITY for text in answers.priorities):
        problems.add("checkin.priority_long", "priorities", most=MAX_PRIORITY)
    if len(answers.priorities) + carried > MOST_PRIORITIES:
        problems.add("checkin.many", "priorities", most=MOST_PRIORITIES)
    if not (before or answers.blocker or answers.priorities or answers.energy):
        problems.add("checkin.empty")
    problems.settle()


def _write(scope: Scope, sent: Checkin, before: Sequence[CheckinPriority], answers: Answers) -> None:
    me = scope.me.id
    for row in before:
        scope.db.change(row, outcome=_outcome(row, answers), settled_id=sent.id)
    texts = [(row.text, True) for row in before if row.outcome == "carried"]
    texts += [(text, False) for text in answers.priorities]
    scope.db.add_all(
        CheckinPriority(checkin_id=sent.id, person_id=me, text=text, carried=again) for text, again in texts
    )
    if answers.energy:
        readers = _energy_readers(scope, sent) if answers.share_energy else {}
        energy = CheckinEnergy(checkin_id=sent.id, person_id=me, value=answers.energy, shared=bool(readers))
        scope.db.add(energy)
        ENERGY.fix(scope, energy.id, scope.me, readers)


def _energy_readers(scope: Scope, sent: Checkin) -> dict[int, str]:
    """Who reads the energy when it is shared: nobody who can't read the check-in itself."""
    around = POLICY.readers(scope, sent.id)
    return {id: role for id, role in ENERGY.audience(scope, scope.me).items() if id in around}


def _unwrite(scope: Scope, sent: Checkin) -> None:
    priority, energy, audience = core(CheckinPriority).c, core(CheckinEnergy).c, core(Audience).c
    scope.db.remove(CheckinPriority, priority.checkin_id == sent.id)
    scope.db.update(CheckinPriority, priority.settled_id == sent.id, outcome="", settled_id=None)
    for row in scope.db.all(CheckinEnergy, checkin_id=sent.id):
        scope.db.remove(Audience, audience.object == "checkin_energy", audience.entry_id == row.id)
    scope.db.remove(CheckinEnergy, energy.checkin_id == sent.id)
