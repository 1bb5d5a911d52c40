"""Reading: who opens a check-in, what they say back, and how a team is doing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from sqlalchemy import bindparam, or_, select

from models import directory, reads
from models.base import core, loaded
from models.checkins.tables import (
    ENERGY,
    MAX_TEXT,
    NOTES,
    PERIODS,
    POLICY,
    REACTIONS,
    Checkin,
    CheckinEnergy,
    CheckinNote,
    CheckinPeriod,
    CheckinPriority,
)
from models.errors import refuse
from models.identity import Person
from models.moments import Moment
from models.policy import READER
from models.prepared import Prepared
from models.scope import Scope

RECENT = timedelta(days=60)
"""How far back a reader's list of unread check-ins goes."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A check-in with everything that this reader may see of it."""

    checkin: Checkin
    settled: tuple[CheckinPriority, ...]
    """The priorities of the time before, with what came of them."""
    priorities: tuple[CheckinPriority, ...]
    energy: CheckinEnergy | None
    notes: tuple[CheckinNote, ...]


def get(scope: Scope, id: int, verb: str = "read") -> Checkin:
    """A check-in with which the caller may do this. Refused as "checkin.gone"."""
    found = POLICY.get(scope, id, verb)
    if found is None:
        refuse("checkin.gone")
    return found


def entry(scope: Scope, checkin: Checkin) -> Entry:
    """The whole of a check-in that the caller was given by a getter: their own, or one that they opened (`see`).

    Refused as "checkin.gone" for who did not, so that nothing shows it to a reader of whom no row says so.
    """
    if not reads.may_show(scope, POLICY.object, checkin.id, checkin.person_id):
        refuse("checkin.gone")
    return Entry(
        checkin,
        tuple(scope.db.all(CheckinPriority, settled_id=checkin.id)),
        tuple(scope.db.all(CheckinPriority, checkin_id=checkin.id)),
        ENERGY.one(scope, checkin_id=checkin.id),
        tuple(NOTES.all(scope, checkin_id=checkin.id)),
    )


def of_period(scope: Scope, period_id: int) -> Checkin | None:
    """The answer to a period, where the caller may read it."""
    return POLICY.one(scope, period_id=period_id)


def see(scope: Scope, id: int) -> Checkin:
    """Opens a check-in. The first time that somebody else does, its writer can see so and can't change it any more."""
    found = get(scope, id)
    reads.opened(scope, POLICY.object, id, found.person_id)
    if found.person_id != scope.me.id and found.seen_at is None:
        scope.db.change(found, seen_at=scope.now, seen_by_id=scope.me.id)
    return found


def fixed_readers(scope: Scope, checkin: Checkin) -> dict[int, str]:
    """Who can read the caller's own check-in: written down when it was sent, and still in that role, by id."""
    return POLICY.readers(scope, checkin.id)


def energy_readers(scope: Scope, energy: CheckinEnergy) -> dict[int, str]:
    """Who can read the energy of the caller's own check-in: as `fixed_readers`."""
    return ENERGY.readers(scope, energy.id)


def may_pass_on(scope: Scope, checkin: Checkin) -> bool:
    """Whether the caller may pass something on about a check-in, and has somebody to pass it on to."""
    above = scope.me.manager_id
    return above is not None and POLICY.get(scope, checkin.id, "pass") is not None


def unread(scope: Scope, limit: int = 5) -> list[Checkin]:
    """Recent check-ins of others that nobody opened yet, oldest first."""
    return POLICY.listed(scope, _unread(), since=scope.now - RECENT, most=limit)


@cache
def _unread() -> Prepared:
    row = core(Checkin).c
    recent = row.at >= bindparam("since", type_=Moment)
    return POLICY.listing(row.seen_at.is_(None), row.person_id != READER, recent, order=row.at, paged=True)


# --- saying something back ---------------------------------------------------------------------------


def respond(scope: Scope, id: int, reaction: str, reply: str) -> list[int]:
    """Reacts, replies, or both; returns the ids of those who get to hear of a reply.

    A reader's reply goes to the writer of the check-in, the writer's to who replied before. A reader has one
    reaction. Refused as "checkin.gone", "checkin.nobody_left" (whoever replied can't read it any more),
    "checkin.reply_empty" and "checkin.long" (facts: most).
    """
    checkin, reply = get(scope, id, "respond"), reply.strip()
    mine = checkin.person_id == scope.me.id
    to = repliers(scope, checkin) if mine else [checkin.person_id]
    if not to:
        refuse("checkin.nobody_left")
    if not reply and (mine or reaction not in REACTIONS):
        refuse("checkin.reply_empty", "reply")
    if len(reply) > MAX_TEXT:
        refuse("checkin.long", "reply", most=MAX_TEXT)
    if reaction in REACTIONS and not mine:
        own = (CheckinNote.checkin_id == id, CheckinNote.author_id == scope.me.id, CheckinNote.kind == "reaction")
        scope.db.remove(CheckinNote, *own)
        _note(scope, id, "reaction", reaction)
    if not reply:
        return []
    _note(scope, id, "reply", reply)
    return to


def pass_on(scope: Scope, id: int, sentence: str) -> tuple[Checkin, CheckinNote]:
    """Says a sentence about a check-in, in the caller's own words, to the caller's manager.

    Refused as "checkin.gone", "checkin.nobody_above", "checkin.sentence_empty" and "checkin.long" (facts: most).
    """
    checkin, sentence = get(scope, id, "pass"), sentence.strip()
    above = scope.me.manager_id
    if above is None:
        refuse("checkin.nobody_above")
    if not sentence:
        refuse("checkin.sentence_empty", "sentence")
    if len(sentence) > MAX_TEXT:
        refuse("checkin.long", "sentence", most=MAX_TEXT)
    return checkin, _note(scope, id, "passed", sentence, directory.person(scope, above).id)


def about(scope: Scope, note: CheckinNote) -> Checkin:
    """The check-in that a note is about, which the caller was given by a getter: for whose it is, not for its words."""
    found = scope.db.get(Checkin, note.checkin_id)
    if found is None:
        refuse("checkin.gone")
    return found


def note(scope: Scope, id: int) -> CheckinNote | None:
    """Something that was said about a check-in, where the caller may read it."""
    return NOTES.get(scope, id)


def _note(scope: Scope, id: int, kind: str, text: str, to: int | None = None) -> CheckinNote:
    return scope.db.add(CheckinNote(checkin_id=id, author_id=scope.me.id, kind=kind, text=text, to_id=to, at=scope.now))


def repliers(scope: Scope, checkin: Checkin) -> list[int]:
    """Who replied to a check-in and may still read it."""
    replies = scope.db.all(CheckinNote, checkin_id=checkin.id, kind="reply")
    others = dict.fromkeys(one.author_id for one in replies if one.author_id != checkin.person_id)
    people = directory.people(scope, others)
    return [id for id in others if _reads(scope.as_(people[id]), checkin.id)]


def _reads(scope: Scope, id: int) -> bool:
    return POLICY.get(scope, id) is not None


# --- a team ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Status:
    """How it stands with one person's newest period: its state, and the check-in where the caller may read it."""

    person: Person
    state: str
    """Of the period; empty where nothing was asked yet, and for who is not the caller's own report."""
    checkin: Checkin | None


def team(scope: Scope) -> list[Status]:
    """The caller's own people, and others whose check-ins they may read, by name."""
    readable = _newest_readable(scope)
    people = {one.id: one for one in directory.reports(scope, scope.me.id)}
    states = _states(scope, people, scope.today)
    people |= directory.people(scope, readable.keys() - people.keys())
    found = [
        Status(one, state.state if state else "", _of(readable.get(one.id), state))
        for one in people.values()
        for state in [states.get(one.id)]
    ]
    return sorted(found, key=lambda one: one.person.name)


def _of(checkin: Checkin | None, period: CheckinPeriod | None) -> Checkin | None:
    """The newest check-in, unless the period was answered by one that the caller may not read."""
    hidden = period is not None and period.state == "answered" and checkin and checkin.period_id != period.id
    return None if hidden else checkin


def _newest_readable(scope: Scope) -> dict[int, Checkin]:
    """By person, the newest recent check-in that the caller may read."""
    row = core(Checkin).c
    recent = (row.person_id != scope.me.id, row.at >= scope.now - RECENT)
    found = scope.db.all(Checkin, *recent, POLICY.allows(scope), order=(row.at, row.id))
    return {one.person_id: one for one in found}


def _states(scope: Scope, people: Iterable[int], day: date) -> dict[int, CheckinPeriod]:
    """By person, the newest period that was asked about or answered, or that is going on."""
    period = core(CheckinPeriod)
    query = (
        select(*period.columns)
        .where(
            scope.db.mine(CheckinPeriod),
            PERIODS.allows(scope),
            period.c.person_id.in_(list(people)),
            or_(period.c.starts <= day, period.c.state == "answered"),
            period.c.ends >= day - RECENT,
        )
        .order_by(period.c.starts)
    )
    rows = (loaded(CheckinPeriod, row) for row in scope.db.rows(query))
    return {row.person_id: row for row in rows}
