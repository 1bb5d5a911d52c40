"""Who holds which role in which made-up situation, and what is left of it afterwards; `tests/test_policy_cells.py` walks
through all of it. Whoever adds an object, a role or a verb to `models.policy.POLICIES` adds it here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from models import checkins, directory, feedback, goals, kudos, settings
from models.checkins import Answers
from models.checkins.tables import CheckinNote, CheckinPeriod
from models.digest import Digest, DigestLine
from models.feedback import Sbi, Wish
from models.goals import Draft, Period
from models.identity import Absence, Deputy, Person
from models.scope import Scope

TODAY = date(2026, 11, 24)
SBI = Sbi("Dinsdag", "Je legde het rustig uit", "Het werd meteen duidelijk")
WISH = Wish("Demo", "Wat viel je op?", TODAY + timedelta(days=7))


class Office:
    """The company in one transaction, through anybody's eyes."""

    def __init__(self, clock: Scope, people: Mapping[str, int]) -> None:
        self.clock, self.people = clock, people

    def person(self, handle: str) -> Person:
        found = self.clock.db.get(Person, self.people[handle])
        assert found is not None
        return found

    def as_(self, handle: str) -> Scope:
        return self.clock.as_(self.person(handle))

    def later(self, days: int) -> Office:
        """The same company so many days on."""
        clock = self.clock
        return Office(Scope(clock.db, clock.org, clock.me, clock.now + timedelta(days=days)), self.people)

    def sets(self, handle: str, **values: Any) -> None:
        """Columns of somebody's row; a value that is a handle stands for that person."""
        found = {name: self.people.get(value, value) for name, value in values.items()}
        self.clock.db.change(self.person(handle), **found)


Make = Callable[[Office], int]
Undo = Callable[[Office, int], object]


@dataclass(frozen=True)
class Case:
    """One entry: how it comes to be, whose it is, who holds which roles for it, and how it is shared no longer."""

    object: str
    name: str
    make: Make
    subject: str
    holds: Mapping[str, tuple[str, ...]]
    unshare: Undo | None = None


# --- check-ins ---------------------------------------------------------------------------------------


def _checkin(handle: str) -> Make:
    def make(office: Office) -> int:
        scope = office.as_(handle)
        period = checkins.open_period(scope)
        assert period is not None
        told = Answers(blocker="Geen toegang", priorities=("Demo",), energy=2, share_energy=True)
        return checkins.send(scope, period.id, told).id

    return make


AWAY = 4
"""For how many days Anna is away."""


def away(office: Office) -> None:
    """Anna is away from that day on."""
    starts = office.clock.today
    absence = Absence(person_id=office.people["anna"], starts=starts, until=starts + timedelta(days=AWAY - 1))
    office.clock.db.add(absence)


def _attended(office: Office) -> int:
    """Noor's, read by her manager, whose deputy is Sem today, and by Ravi, who reads along."""
    office.clock.db.add(Deputy(manager_id=office.people["anna"], deputy_id=office.people["sem"]))
    away(office)
    office.sets("noor", second_id="ravi")
    return _checkin("noor")(office)


def _with_partner(office: Office) -> int:
    office.sets("iris", partner_id="lotte")
    return _checkin("iris")(office)


def _alone(office: Office, _: int) -> None:
    """Nobody reads along any more, and whom the deputy stood in for is back."""
    for handle in ("noor", "iris"):
        settings.set_readers(office.as_(handle), None, keeps_second=False)
    office.clock.db.remove(Absence)


def _energy_for_me(office: Office, id: int) -> None:
    checkins.change(office.as_("noor"), id, Answers(blocker="Geen toegang", priorities=("Demo",), energy=2))


def _reply(office: Office) -> int:
    """Ravi reads along and replies, then Noor answers; the answer is the entry."""
    checkin = _attended(office)
    checkins.respond(office.as_("ravi"), checkin, "", "Zal ik helpen?")
    checkins.respond(office.as_("noor"), checkin, "", "Graag")
    return _newest_note(office)


def _first_reply(office: Office) -> int:
    checkins.respond(office.as_("ravi"), _attended(office), "", "Zal ik helpen?")
    return _newest_note(office)


def _passed(office: Office) -> int:
    checkins.pass_on(office.as_("anna"), _attended(office), "Het team wacht op toegang.")
    return _newest_note(office)


def _newest_note(office: Office) -> int:
    return office.clock.db.all(CheckinNote)[-1].id


def _period(office: Office) -> int:
    _checkin("noor")(office)
    found = office.clock.db.one(CheckinPeriod, CheckinPeriod.person_id == office.people["noor"])
    assert found is not None
    return found.id


# --- feedback, kudos, goals, digests ------------------------------------------------------------------


def _feedback(office: Office) -> int:
    scope = office.as_("sem")
    return feedback.give(scope, office.person("lotte"), SBI, (office.people["anna"],)).id


def _request(office: Office) -> int:
    return feedback.ask(office.as_("noor"), [office.person("sem")], WISH)[0].id


def _kudos(**wishes: str) -> Make:
    """From Sem to these people, each thanked the way they like it."""

    def make(office: Office) -> int:
        for handle, wish in wishes.items():
            office.sets(handle, kudos=wish)
        return kudos.give(office.as_("sem"), [office.person(handle) for handle in wishes], "Dankjewel").id

    return make


def _takes_out(handle: str) -> Undo:
    return lambda office, id: kudos.remove(office.as_(handle), id)


def _goal(handle: str, level: str = "person", *, shown: bool = False) -> Make:
    def make(office: Office) -> int:
        scope = office.as_(handle)
        draft = Draft("Sneller live", Period(2026), level, scope.me.team_id or 1 if level == "team" else None)
        goal = goals.add(scope, draft)
        if shown:
            goals.show(scope, goal.id, everyone=True)
        return goal.id

    return make


def _digest(office: Office) -> int:
    """A line to Anna about Noor, that names Sem."""
    noor, anna, sem = (office.people[one] for one in ("noor", "anna", "sem"))
    now, add = office.clock.now, office.clock.db.add
    made = add(Digest(manager_id=anna, period="2026-W48", at=now, shown_at=now))
    line: dict[str, Any] = {
        "digest_id": made.id,
        "manager_id": anna,
        "place": 0,
        "part": "ask",
        "kind": "thank",
        "at": now,
    }
    return add(DigestLine(about_id=noor, by_id=sem, **line)).id


# --- the cases ---------------------------------------------------------------------------------------

_MINE = ("owner", "owner until it is seen")
_EVERYBODY = ("joris", "anna", "noor", "sem", "lotte", "ravi", "maria", "iris", "hanna", "bo")
_READERS = {"anna": ("manager",), "sem": ("deputy",), "ravi": ("second",)}

CASES = (
    Case("checkin", "with a manager", _attended, "noor", {"noor": _MINE, **_READERS}, _alone),
    Case("checkin", "without a manager", _with_partner, "iris", {"iris": _MINE, "lotte": ("partner",)}, _alone),
    Case("checkin_energy", "", _attended, "noor", {"noor": ("owner",), "anna": ("manager",)}, _energy_for_me),
    Case(
        "checkin_note",
        "an answer",
        _reply,
        "noor",
        {"noor": ("author", "owner of the check-in"), "ravi": ("replied before",)},
        _alone,
    ),
    Case(
        "checkin_note",
        "a reply",
        _first_reply,
        "noor",
        {"ravi": ("author",), "noor": ("owner of the check-in",)},
        _alone,
    ),
    Case(
        "checkin_note",
        "a sentence passed on",
        _passed,
        "noor",
        {"anna": ("author",), "joris": ("receiver",), "noor": ("owner of the check-in",)},
        _alone,
    ),
    Case("checkin_period", "", _period, "noor", {"noor": ("owner",), "anna": ("manager",)}),
    Case(
        "feedback",
        "",
        _feedback,
        "lotte",
        {"sem": ("author",), "lotte": ("subject",), "anna": ("manager",)},
        lambda office, id: feedback.withdraw(office.as_("sem"), id),
    ),
    Case(
        "feedback_request",
        "",
        _request,
        "noor",
        {"noor": ("asker",), "sem": ("asked",)},
        lambda office, id: feedback.take_back(office.as_("noor"), id),
    ),
    Case(
        "kudos",
        "to the manager",
        _kudos(lotte="manager", ravi="private"),
        "lotte",
        {"sem": ("giver",), "lotte": ("receiver",), "ravi": ("other receiver",), "anna": ("manager",)},
        _takes_out("lotte"),
    ),
    Case(
        "kudos",
        "for everyone",
        _kudos(lotte="public", ravi="private"),
        "lotte",
        dict.fromkeys(_EVERYBODY, ("everyone",))
        | {"sem": ("giver",), "lotte": ("receiver",), "ravi": ("other receiver",)},
        _takes_out("lotte"),
    ),
    Case("goal", "of a person", _goal("noor"), "noor", {"noor": ("owner",), "anna": ("manager",)}),
    Case(
        "goal",
        "shown to everyone",
        _goal("noor", shown=True),
        "noor",
        dict.fromkeys(_EVERYBODY, ("everyone, where the owner says so",))
        | {"noor": ("owner",), "anna": ("manager", "everyone, where the owner says so")},
        lambda office, id: goals.show(office.as_("noor"), id, everyone=False),
    ),
    Case(
        "goal",
        "of a team",
        _goal("anna", "team"),
        "noor",
        dict.fromkeys(_EVERYBODY, ("everyone",)) | {"anna": ("everyone", "team manager")},
    ),
    Case(
        "goal",
        "of the organisation",
        _goal("hanna", "organisation"),
        "noor",
        dict.fromkeys(_EVERYBODY, ("everyone",)) | dict.fromkeys(("hanna", "bo", "joris"), ("everyone", "steering")),
    ),
    Case("digest", "", _digest, "noor", {"noor": ("named in it",), "sem": ("named in it",), "anna": ("manager",)}),
)

SUCCESSOR = "hanna"
"""Who also is HR, which by itself gives no right."""

ALIASES = {"other receiver": "receiver"}
"""Two people in one role of whom only one shares no longer."""


# --- what is left of a role ---------------------------------------------------------------------------

ALL = "*"
"""All verbs of the role."""

LEFT: Mapping[tuple[str, str], tuple[str, str, str]] = {
    # what is left once: the subject has another manager, the subject left, it is shared no longer
    ("checkin", "owner"): (ALL, "", ALL),
    ("checkin", "owner until it is seen"): (ALL, "", ALL),
    ("checkin", "manager"): ("", "", ALL),
    ("checkin", "deputy"): ("", "", ""),
    ("checkin", "second"): (ALL, "", ""),
    ("checkin", "partner"): ("", "", ""),
    ("checkin_energy", "owner"): (ALL, "", ALL),
    ("checkin_energy", "manager"): ("", "", ""),
    ("checkin_note", "author"): (ALL, ALL, ALL),
    ("checkin_note", "receiver"): (ALL, ALL, ALL),
    ("checkin_note", "owner of the check-in"): (ALL, "", ALL),
    ("checkin_note", "replied before"): (ALL, "", ""),
    ("checkin_period", "owner"): (ALL, "", ALL),
    ("checkin_period", "manager"): ("", "", ALL),
    ("feedback", "author"): (ALL, ALL, ""),
    ("feedback", "subject"): (ALL, "", ""),
    ("feedback", "manager"): ("", "", ""),
    ("feedback_request", "asker"): (ALL, "", "read"),
    ("feedback_request", "asked"): (ALL, ALL, "read"),
    ("kudos", "giver"): (ALL, ALL, ALL),
    ("kudos", "receiver"): (ALL, "", ""),
    ("kudos", "other receiver"): (ALL, ALL, ALL),
    ("kudos", "manager"): ("", "", ""),
    ("kudos", "everyone"): (ALL, ALL, ""),
    ("goal", "owner"): (ALL, "", ALL),
    ("goal", "manager"): ("", "", ALL),
    ("goal", "team manager"): ("", ALL, ALL),
    ("goal", "steering"): (ALL, ALL, ALL),
    ("goal", "everyone"): (ALL, ALL, ALL),
    ("goal", "everyone, where the owner says so"): (ALL, ALL, ""),
    ("digest", "named in it"): (ALL, ALL, ALL),
    ("digest", "manager"): ("", "", ALL),
}

FOLLOWS = {("checkin_period", "manager"), ("goal", "manager"), ("goal", "team manager")}
"""Roles that a new manager has from the first day on, also for what was there before."""


def changes_manager(office: Office, case: Case) -> None:
    """The subject gets another manager, and so does everybody who had the same one."""
    before = office.person(case.subject).manager_id
    office.sets(case.subject, manager_id=SUCCESSOR)
    if before is not None:
        office.clock.db.update(Person, Person.manager_id == before, manager_id=office.people[SUCCESSOR])


def leaves(office: Office, handle: str) -> None:
    directory.close(office.clock, [office.person(handle)])
