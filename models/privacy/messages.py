"""What Ritme said, once what it was about goes: taken back where it was about nothing else, said anew where it said
something of others too.

A message that is being taken back is known by its place in somebody's chat and nothing else: for a day, or until that
chat was within reach again.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

import orjson
from sqlalchemy import and_, bindparam, delete, func, or_, select

from models.base import ORG, columns, core, loaded
from models.delivery import OPEN, Delivery, written
from models.identity import Person
from models.kept import kept
from models.moments import Moment
from models.prepared import FEW, Prepared, one_of
from models.privacy.ground import Ids, Table, chunks, found, tables
from models.privacy.tables import Erasure
from models.scope import Scope

GONE = "privacy.gone"
"""The kind of a message of which only its place is known any more."""

KNOWN = timedelta(days=1)
PIECE = 1000
"""Messages whose own term may be over that are looked at in one transaction."""

_SAID = ("sending", "sent", "unknown")
_PLACE = written({})
"""The ids of a message of which only its place is known."""


# --- of somebody who is erased -----------------------------------------------------------------------


def look_through(scope: Scope, erasure: Erasure, plan: tuple[Ids, Ids], limit: int) -> int:
    """Looks through the next messages; returns the id it has come to, 0 at the end. `plan` is what goes, and what
    stays but is said otherwise then.
    """
    row, person_id = core(Delivery).c, erasure.person_id
    some = (row.org_id + 0 == ORG, row.id > erasure.after)
    rows = scope.db.rows(select(row.id, row.ids, row.person_id).where(*some).order_by(row.id).limit(limit))
    gone: Ids = dict(plan[0])
    gone[Person] = {person_id}
    for id, ids, person in rows:
        named = _named(ids)
        if any(one in gone.get(table, ()) for table, one in named):
            _drop(scope, id, person_id)
        elif person != person_id and any(one in plan[1].get(table, ()) for table, one in named):
            _say_anew(scope, id, scope.now + KNOWN, _waits_for(erasure))
    return int(rows[-1][0]) if len(rows) == limit else 0


def _drop(scope: Scope, id: int, person_id: int) -> None:
    """Has a message taken back that arrived, or may have; forgets the others, and whatever it was about."""
    known = scope.db.get(Delivery, id)
    if known is None:
        return
    if not _in_chat(known):
        scope.db.remove(Delivery, Delivery.id == id)
        return
    if known.person_id == person_id:  # what is to them goes with them, and this has to be taken back first
        scope.db.change(known, person_id=None)
    _take_back(scope, [known])


def release(scope: Scope, erasure: Erasure) -> None:
    """The name is gone: what waited for that is said; what waits for another's, who is still there, is not."""
    waiting = (Delivery.verb == "revise", Delivery.state == "new", Delivery.reason == _waits_for(erasure))
    scope.db.update(Delivery, *waiting, not_before=scope.now, reason="")


def _waits_for(erasure: Erasure) -> str:
    return f"erasing {erasure.id}"


# --- of entries whose term is over -------------------------------------------------------------------


def end(scope: Scope, gone: Ids) -> int:
    """Takes back what was said of these entries, which went; what tells of others too is said anew, and what waits for
    its turn has nothing to say any more. Returns how many are taken back.
    """
    told = {one.id: one for table, ids in gone.items() if table is not Person for one in _about(scope, table, ids)}
    in_chat = [one for one in told.values() if _in_chat(one)]
    waiting = [one.id for one in told.values() if not _in_chat(one)]
    for some in chunks(set(waiting)):
        scope.db.update(Delivery, core(Delivery).c.id.in_(some), state="withdrawn", reason="retracted", retry_at=None)
    others = _telling(scope, {one.id: one.ids for one in in_chat})
    unheard = sum(not _say_anew(scope, id, scope.now) for id in others)
    back = [one for one in in_chat if one.id not in others]
    _take_back(scope, back)
    return unheard + len(back)


def _about(scope: Scope, table: Table, ids: set[int]) -> Iterator[Delivery]:
    """The messages that name one of these rows, as it stands first in their ids: so an index finds them."""
    for word in kept(table).ids.split():
        several = word.endswith("*")
        starts = [f'{{"{word[:-1]}":"'] if several else [f'{{"{word}":{id}{end}' for id in sorted(ids) for end in ",}"]
        for begin in range(0, len(starts), FEW):
            for one in _beginning(scope, starts[begin : begin + FEW]):
                if not several or any(of is table and id in ids for of, id in _named(one.ids)):
                    yield one


def _beginning(scope: Scope, starts: Sequence[str]) -> Iterator[Delivery]:
    places = 1 << (len(starts) - 1).bit_length()
    values = dict[str, str]()
    for place in range(places):
        start = starts[min(place, len(starts) - 1)]
        values |= {f"from{place}": start, f"until{place}": start[:-1] + chr(ord(start[-1]) + 1)}
    return (loaded(Delivery, row) for row in scope.db.rows(_between(places), **values))


@cache
def _between(places: int) -> Prepared:
    """Messages that stand in a chat, or wait for their turn alone, with ids between so many beginnings and ends."""
    row = core(Delivery).c
    ranges = (and_(row.ids >= bindparam(f"from{n}"), row.ids < bindparam(f"until{n}")) for n in range(places))
    state = func.coalesce(row.state, "")  # inside a function, or SQLite walks through everything by it
    waits = and_(one_of(state, ("new", "pending")), ~row.nudge)
    which = (one_of(row.verb, ("dm", "post")), or_(one_of(state, _SAID), waits))
    return Prepared(select(*row).where(row.org_id == ORG, or_(*ranges), *which))


# --- whose own term is over --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Old:
    """Messages whose term is over: those that stand in a chat, and the others. `last` is the id that the look at them
    has come to, 0 at the end.
    """

    in_chat: tuple[int, ...]
    others: tuple[int, ...]
    last: int

    def __len__(self) -> int:
        return len(self.in_chat) + len(self.others)


def old(scope: Scope, until: datetime, after: int = 0) -> Old:
    """The next of them. A message that tells of something that is still kept stays known: it may have to be taken back
    with that.
    """
    rows = [loaded(Delivery, row) for row in scope.db.rows(_NEXT, after=after, most=PIECE)]
    over = [one for one in rows if one.created_at < until]
    in_chat = {one.id: one.ids for one in over if _in_chat(one)}
    telling = _telling(scope, in_chat)
    others = tuple(one.id for one in over if not _in_chat(one))
    # Messages are as old as their ids, other than those that are being taken back: nobody looks at the younger ones.
    more = len(rows) == PIECE and (rows[-1].created_at < until or rows[-1].kind == GONE)
    return Old(tuple(id for id in in_chat if id not in telling), others, rows[-1].id if more else 0)


def part_with(scope: Scope, some: Old) -> int:
    """Forgets these messages; what still stands in a chat is taken back, for nobody could do so later."""
    for ids in chunks(set(some.others)):
        scope.db.remove(Delivery, core(Delivery).c.id.in_(ids))
    for ids in chunks(set(some.in_chat)):
        _take_back(scope, scope.db.all(Delivery, core(Delivery).c.id.in_(ids)))
    return len(some)


def forget(scope: Scope) -> int:
    """Forgets the places of messages that were taken back, or could not be, after a day; returns how many."""
    return scope.db.apply(_FORGET, until=scope.now - KNOWN)


# --- inside ------------------------------------------------------------------------------------------


@cache
def _words() -> dict[str, tuple[Table, bool]]:
    """The words that name rows in a message: of which table, and whether several at once."""
    return {word.rstrip("*"): (table, word.endswith("*")) for table in tables() for word in kept(table).ids.split()}


def _named(ids: str) -> list[tuple[Table, int]]:
    known, named = _words(), list[tuple[Table, int]]()
    said: dict[str, Any] = orjson.loads(ids)
    for word, value in said.items():
        table, several = known.get(word, (None, False))
        if table is not None and isinstance(value, int):
            named.append((table, value))
        elif table is not None and several:
            named += [(table, int(one)) for one in str(value).replace(",", " ").split() if one.isdigit()]
    return named


def _telling(scope: Scope, messages: Mapping[int, str]) -> set[int]:
    """Which of these messages, by id with their ids, tell of an entry that is still there."""
    told = {id: {one for one in _named(ids) if one[0] is not Person} for id, ids in messages.items()}
    wanted: Ids = {}
    for table, entry in {one for named in told.values() for one in named}:
        wanted.setdefault(table, set()).add(entry)
    there = {(table, id) for table, ids in wanted.items() for id in _found(scope, table, ids)}
    return {id for id, named in told.items() if named & there}


def _found(scope: Scope, table: Table, ids: set[int]) -> set[int]:
    return {id for some in chunks(ids) for id in found(scope.db, table, core(table).c.id.in_(some))}


def _in_chat(message: Delivery) -> bool:
    """Whether it arrived in a chat, or may have."""
    return message.verb in {"dm", "post"} and message.state in _SAID


def _take_back(scope: Scope, messages: Collection[Delivery]) -> None:
    """Has messages taken back, and forgets what they were about."""
    for some in chunks({one.id for one in messages}):
        place = {"kind": GONE, "ids": _PLACE, "once": None, "created_at": scope.now}
        scope.db.update(Delivery, core(Delivery).c.id.in_(some), **place)
    it = {"verb": "retract", "kind": GONE, "ids": _PLACE, "not_before": scope.now}
    scope.db.insert_all(Delivery, [_change(scope, one, it) for one in messages])


def _say_anew(scope: Scope, id: int, at: datetime, reason: str = "") -> bool:
    """Has a message said anew, once what goes is gone from what it tells. Nothing is said to who left: from them it is
    taken back, and this returns False.
    """
    known = scope.db.get(Delivery, id)
    if known is None or not _in_chat(known):
        return True
    if scope.db.count(Person, Person.id == known.person_id, core(Person).c.closed_at.is_not(None)):
        _take_back(scope, [known])
        return False
    it = {"verb": "revise", "kind": known.kind, "ids": known.ids, "not_before": at, "reason": reason}
    scope.db.insert_all(Delivery, [_change(scope, known, it)])
    return True


def _change(scope: Scope, target: Delivery, it: Mapping[str, Any]) -> dict[str, Any]:
    """The bare values of a change of a message; a night takes back many."""
    place = {"person_id": target.person_id, "channel": target.channel, "target_id": target.id}
    return {**_BLANK, **it, **place, "created_at": scope.now}


_BLANK = {name: Delivery.model_fields[name].default for name in columns(Delivery) if name not in {"id", "org_id"}}

_row = core(Delivery).c
_NEXT = Prepared(
    select(*_row).where(_row.org_id + 0 == ORG, _row.id > bindparam("after")).order_by(_row.id).limit(bindparam("most"))
)

_change_row = core(Delivery).alias().c
_is_open = one_of(_change_row.state, ("new", *OPEN))
_UNDONE = select(_change_row.target_id).where(
    _change_row.org_id == ORG,
    _change_row.ids == _PLACE,
    _change_row.kind == GONE,
    _change_row.verb == "retract",
    _is_open,
)
_places = (_row.org_id == ORG, _row.ids == _PLACE, _row.kind == GONE, ~one_of(_row.state, ("new", *OPEN)))
_FORGET = Prepared(
    delete(core(Delivery)).where(*_places, _row.created_at < bindparam("until", type_=Moment), _row.id.not_in(_UNDONE))
)
