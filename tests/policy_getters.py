"""The real getters by object and verb: whatever the policy table lets somebody do, done the way a handler does it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from models import checkins, digest, feedback, goals, kudos
from models.checkins.tables import CheckinNote
from models.digest import DigestLine
from models.errors import Refused
from models.identity import Person
from models.scope import Scope


def _responds(scope: Scope, id: int) -> bool:
    """A writer may answer, and is told where there is nobody to answer yet."""
    try:
        checkins.respond(scope, id, "", "Goed zo")
    except Refused as refused:
        return [problem.code for problem in refused.problems] == ["checkin.nobody_left"]
    return True


def _reads_energy(scope: Scope, id: int) -> object:
    return checkins.entry(scope, checkins.see(scope, id)).energy


def _reads_note(scope: Scope, id: int) -> object:
    """By the button of a message, or on the sheet of the check-in."""
    found = checkins.note(scope, id)
    shown = scope.db.get(CheckinNote, id)
    assert shown is not None
    try:
        sheet = checkins.entry(scope, checkins.see(scope, shown.checkin_id)).notes
    except Refused:
        return found
    assert (id in {one.id for one in sheet}) == (found is not None)
    return found


def _reads_period(scope: Scope, id: int) -> object:
    """One's own, or as a line in the list of one's team."""
    shown = [one.state for one in checkins.team(scope) if one.person.id == _noor(scope) and one.state]
    return checkins.period(scope, id) or shown


def _noor(scope: Scope) -> int:
    found = scope.db.one(Person, Person.email == "noor@demolen.example")
    assert found is not None
    return found.id


def _reads_line(scope: Scope, id: int) -> object:
    """In the digest itself, or in what digests said about the caller."""
    line = scope.db.get(DigestLine, id)
    assert line is not None
    try:
        edition = digest.get(scope, line.digest_id).lines
    except Refused:
        edition = ()
    return id in {one.id for one in edition} | {one.id for one in digest.about_me(scope)}


Getter = Callable[[Scope, int], object]

GETTERS: Mapping[str, Mapping[str, Getter]] = {
    "checkin": {
        "read": checkins.see,
        "respond": _responds,
        "pass": lambda scope, id: checkins.pass_on(scope, id, "Let hierop"),
        "change": checkins.changeable,
    },
    "checkin_energy": {"read": _reads_energy},
    "checkin_note": {"read": _reads_note},
    "checkin_period": {"read": _reads_period},
    "feedback": {
        "read": feedback.get,
        "change": feedback.unread,
        "receive": feedback.thank,
    },
    "feedback_request": {
        "read": feedback.request,
        "withdraw": feedback.take_back,
        "answer": feedback.answerable,
    },
    "kudos": {
        "read": kudos.get,
        "change": lambda scope, id: kudos.change(scope, id, "Dank je wel", None),
        "delete": lambda scope, id: kudos.remove(scope, id) is not None,
    },
    "goal": {
        "read": goals.get,
        "change": goals.get_open,
        "outcome": lambda scope, id: goals.get(scope, id, "outcome"),
    },
    "digest": {"read": _reads_line, "settle": digest.settle},
}
