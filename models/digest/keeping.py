"""Digests as rows: written once, said again in the same words, and open to whoever they are about."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cache

import orjson
from sqlalchemy import exists

from models.base import core
from models.cadence import week_of
from models.digest import planning
from models.digest.composing import Brief, compose
from models.digest.tables import POLICY, Digest, DigestLine, Line, begun
from models.due import Due
from models.errors import refuse
from models.identity import Person, Team
from models.kudos import KudosReceiver
from models.policy import READER
from models.prepared import Prepared
from models.scope import Scope

MOST_REMEMBERED = 20
"""Lines about somebody that are shown together."""


@dataclass(frozen=True, slots=True)
class Edition:
    """A digest with the lines that its reader may read. `team` is empty where the reader leads more than one."""

    digest: Digest
    lines: tuple[Line, ...]
    team: str = ""


# --- making ------------------------------------------------------------------------------------------


def make(scope: Scope, rows: Iterable[Due]) -> list[Digest]:
    """Makes the digests that fell due, for managers to whom there is something new to say; one for a week."""
    weeks = planning.ready(scope, rows)
    kept = core(Digest).c
    there = {
        (one.manager_id, one.period)
        for one in scope.db.all(Digest, kept.manager_id.in_(weeks), kept.period.in_(set(weeks.values())))
    }
    waiting = sorted(id for id, week in weeks.items() if (id, week) not in there)
    fresh = [brief for brief in compose(scope, waiting) if brief.new] if waiting else []
    return _freeze(scope, fresh, weeks)


def _freeze(scope: Scope, briefs: Sequence[Brief], periods: dict[int, str], *, asked: bool = False) -> list[Digest]:
    """Writes what is said, in a few statements for all of it."""
    if not briefs:
        return []
    shown = scope.now if asked else None
    frames = ({"manager_id": one.manager, "period": periods[one.manager]} for one in briefs)
    frame = {"at": scope.now, "asked": asked, "shown_at": shown}
    scope.db.insert_all(Digest, [one | frame for one in frames])
    kept = core(Digest).c
    ids = [one.manager for one in briefs]
    made = {
        one.manager_id: one
        for one in scope.db.all(Digest, kept.manager_id.in_(ids), Digest.at == scope.now, Digest.asked == asked)
    }
    scope.db.insert_all(
        DigestLine,
        [_row(made[brief.manager], place, line) for brief in briefs for place, line in enumerate(brief.lines)],
    )
    return list(made.values())


def _row(digest: Digest, place: int, line: Line) -> dict[str, object]:
    return {
        "digest_id": digest.id,
        "manager_id": digest.manager_id,
        "place": place,
        "part": line.part,
        "kind": line.kind,
        "about_id": line.about,
        "by_id": line.by,
        "object": line.object,
        "entries": _entries(line.entries),
        "facts": orjson.dumps(line.facts).decode(),
        "at": digest.at,
        "done_at": None,
    }


# --- reading -----------------------------------------------------------------------------------------


def get(scope: Scope, id: int) -> Edition:
    """A digest of the caller's, as far as they may still read it: nothing of what has stopped since.

    Refused as "digest.gone".
    """
    digest = scope.db.one(Digest, id=id, manager_id=scope.me.id)
    if digest is None:
        refuse("digest.gone")
    rows = [row for row in POLICY.all(scope, digest_id=digest.id, order="place") if begun(scope, row.kind)]
    lines = tuple(row.said for row in _still(scope, rows))
    return Edition(digest, lines, _team(scope))


def _team(scope: Scope) -> str:
    """The name of the one team that the caller's people are in."""
    person = core(Person).c
    mine = exists().where(
        person.team_id == core(Team).c.id, person.manager_id == scope.me.id, person.closed_at.is_(None)
    )
    teams = scope.db.all(Team, mine, limit=2)
    return teams[0].name if len(teams) == 1 else ""


def leads(scope: Scope) -> bool:
    """Whether there are people who have the caller as their manager."""
    return scope.db.count(Person, Person.manager_id == scope.me.id, core(Person).c.closed_at.is_(None)) > 0


def this_week(scope: Scope) -> Edition | None:
    """The caller's newest digest of this week, where there is one."""
    found = _this_week(scope)
    return get(scope, found.id) if found else None


def _this_week(scope: Scope) -> Digest | None:
    """The weekly one before one of today that was asked for."""
    periods = (week_of(scope.today), scope.today.isoformat())
    found = (scope.db.one(Digest, manager_id=scope.me.id, period=period) for period in periods)
    return next(filter(None, found), None)


def now(scope: Scope) -> Edition | None:
    """The caller's digest of this week; where there was none, one of today, which counts in no round.

    What was asked for is kept like any other: who it is about can read that too. None for who leads nobody, and
    before anything has begun.
    """
    if not leads(scope) or not scope.org.begun("digest"):
        return None
    found = _this_week(scope)
    if found is None:
        brief = next(compose(scope, [scope.me.id]))
        [found] = _freeze(scope, [brief], {scope.me.id: scope.today.isoformat()}, asked=True)
    elif found.shown_at is None:
        scope.db.change(found, shown_at=scope.now)
    return get(scope, found.id)


def about_me(scope: Scope) -> list[DigestLine]:
    """What digests said about the caller, or named them in, the newest first."""
    return _still(scope, POLICY.listed(scope, _naming(), most=MOST_REMEMBERED))


@cache
def _naming() -> Prepared:
    line = core(DigestLine).c
    named = (line.about_id == READER) | (line.by_id == READER)
    return POLICY.listing(named, order="-at -id", paged=True)


def is_mentioned(scope: Scope) -> bool:
    """Whether any digest said something about the caller."""
    return bool(about_me(scope))


def _still(scope: Scope, lines: list[DigestLine]) -> list[DigestLine]:
    """The same lines without thanks that were taken back meanwhile."""
    thanks = {id for line in lines if line.object == "kudos" for id in line.said.entries}
    if not thanks:
        return lines
    receivers = scope.db.all(KudosReceiver, core(KudosReceiver).c.kudos_id.in_(thanks))
    still = {(one.kudos_id, one.person_id) for one in receivers}
    return [row for row in lines if row.object != "kudos" or (row.said.entries[0], row.about_id) in still]


def saying(scope: Scope, object: str, entry: int, about: Collection[int]) -> list[int]:
    """Which digests, by id and whoever got them, say something of these people that rests on this entry."""
    line = core(DigestLine).c
    said = (line.object == object, line.entries == _entries((entry,)), line.about_id.in_(about))
    return list(dict.fromkeys(one.digest_id for one in scope.db.all(DigestLine, *said)))


# --- changing ----------------------------------------------------------------------------------------


def settle(scope: Scope, id: int) -> Edition:
    """The manager dealt with what a line asks, so it rests for a while. Refused as "digest.gone"."""
    line = POLICY.get(scope, id, "settle")
    if line is None:
        refuse("digest.gone")
    scope.db.change(line, done_at=scope.now)
    return get(scope, line.digest_id)


def settle_goal(scope: Scope, goal_id: int) -> list[int]:
    """The manager asked after a goal, so what digests still ask them about it is dealt with; returns which digests."""
    line = core(DigestLine).c
    asks = (line.part == "ask", line.object == "goal", line.entries == _entries((goal_id,)), line.done_at.is_(None))
    lines = scope.db.all(DigestLine, DigestLine.manager_id == scope.me.id, *asks, POLICY.allows(scope, "settle"))
    return [scope.db.change(one, done_at=scope.now).digest_id for one in lines]


def _entries(ids: tuple[int, ...]) -> str:
    return orjson.dumps(ids).decode()
