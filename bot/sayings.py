"""Puts claimed deliveries into words: at the moment of sending, through the reader's eyes, in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Literal, NamedTuple, cast

import orjson
import structlog
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from bot import logs
from bot.messages import Divider, Element, Message, mentioned
from bot.parcels import Parcel
from bot.router import Saying, Withdrawn
from models.base import core
from models.delivery import Delivery, lanes
from models.delivery.claims import Claim, Settled
from models.errors import Refused
from models.identity import Account, Channel, Installation, Person
from models.scope import Scope, enter_org

log = structlog.get_logger()

FRESH = timedelta(hours=1)
"""A nudge that waited longer in its lane is judged again: by now it may be night, or another week. One that may have
arrived is looked up before.
"""

FOR_NEWER, ASK_AGAIN = timedelta(days=3), timedelta(minutes=1)
"""A message of a kind that nobody knows here is left so long, and looked at so often, for a newer version beside this
one; after that it is for an operator.
"""

LEFT = "left"
"""Why nothing is said to somebody who is not there any more."""


class Ready(NamedTuple):
    """A claim in words. Without a message there is nothing to send, unless it is a retract.

    `said` are the rows that the parcel speaks for, `unsaid` what became of the others already. `back` are the rows, by
    id, of which nothing stands in the chat any more once it was sent.
    """

    claim: Claim
    parcel: Parcel
    said: tuple[Delivery, ...]
    unsaid: tuple[Settled, ...]
    back: tuple[int, ...] = ()


@dataclass(slots=True)
class Lane:
    """One lane while its claims are put into words. `scope` is the organisation's, with nobody's eyes."""

    scope: Scope
    installation: Installation
    sayings: Mapping[str, Saying]
    people: dict[int, Person] = field(default_factory=dict)
    languages: dict[str, str] = field(default_factory=dict)
    accounts: dict[int, str] = field(default_factory=dict)
    """The user ids on this platform of the people mentioned, which all parcels share."""

    def ready(self, claims: Sequence[Claim]) -> list[Ready]:
        """Every claim in words; one that fails does not touch the others."""
        self._learn([row for claim in claims for row in claim.rows])
        found = [self._change(claim) if claim.head.target_id else self._message(claim) for claim in claims]
        self._mentioned({id for one in found if one.parcel.message for id in mentioned(one.parcel.message)})
        return found

    def _learn(self, rows: Iterable[Delivery]) -> None:
        """Reads who and which channels these rows are for."""
        db = self.scope.db
        ids = {row.person_id for row in rows if row.person_id is not None}
        self.people = {one.id: one for one in db.some(Person, ids)}
        known = db.all(Channel, installation_id=self.installation.id)
        self.languages = {one.channel: one.language for one in known}

    def _mentioned(self, people: set[int]) -> None:
        """Learns the accounts of these people."""
        account = core(Account).c
        if not people:
            return
        query = select(account.person_id, account.user).where(
            self.scope.db.mine(Account),
            account.installation_id == self.installation.id,
            account.person_id.in_(people),
            account.closed_at.is_(None),
        )
        self.accounts.update((row.person_id, row.user) for row in self.scope.db.rows(query))

    # one claim

    def _message(self, claim: Claim) -> Ready:
        messages, said, unsaid = list[Message](), list[Delivery](), list[Settled]()
        for row in claim.rows:
            part = self._say(row, row)
            if isinstance(part, Settled):
                unsaid.append(part)
            else:
                said.append(row)
                messages.append(part)
        return Ready(claim, self._parcel(claim.head, _joined(messages), said), tuple(said), tuple(unsaid))

    def _change(self, claim: Claim) -> Ready:
        """What changes a message says everything in it again, for it may have been said with others.

        Where nothing is left to say of it, it is taken back: what stands in a chat is no more than what may be read.
        """
        row = claim.head
        target = self.scope.db.get(Delivery, row.target_id or 0)
        if target is None or target.state != "sent":
            return Ready(claim, self._parcel(row, None), (), (Settled(row, "withdrawn", "not_said"),))
        together = lanes.said_together(self.scope, target)
        others = together if row.verb == "revise" else [one for one in together if one.id != target.id]
        parts = [self._say(one, row) for one in others]
        message = _joined([part for part in parts if isinstance(part, Message)])
        unsaid = next((part for part in parts if isinstance(part, Settled) and not _nothing_left(part)), None)
        if message is None and row.verb == "revise" and unsaid is not None:
            return Ready(claim, self._parcel(row, None), (), (unsaid,))
        parcel = self._parcel(row, message)._replace(verb="revise" if message else "retract", sent=target.ref)
        left = {one.id for one in others} if message else set()
        return Ready(claim, parcel, (row,), (), tuple(one.id for one in together if one.id not in left))

    def _parcel(self, row: Delivery, message: Message | None, said: Sequence[Delivery] = ()) -> Parcel:
        verb = cast("Literal['dm', 'post', 'revise', 'retract', 'home']", row.verb)
        first, *others = [one.id for one in said] or [row.id]
        team = self.installation.team
        return Parcel(first, verb, team, row.to, message, accounts=self.accounts, beside=tuple(others))

    # one row

    def _say(self, row: Delivery, settles: Delivery) -> Message | Settled:
        """A row's words, or what becomes of the row that it is said for."""
        now, reader, saying = self.scope.now, self._reader(row), self.sayings.get(row.kind)
        if settles.expires_at is not None and settles.expires_at <= now:
            return Settled(settles, "expired", "too_late")
        if settles.nudge and now - settles.not_before > FRESH:
            return Settled(settles, "new", not_before=now)
        if reader is None:
            return Settled(settles, "withdrawn", LEFT)
        if saying is None and now - settles.created_at < FOR_NEWER:
            return Settled(settles, "new", "no_saying", not_before=now + ASK_AGAIN)
        if saying is None:
            return Settled(settles, "halted", "no_saying")
        said = self._asked(saying, reader, row)
        return said if isinstance(said, Message) else Settled(settles, *said)

    def _asked(self, saying: Saying, reader: Scope, row: Delivery) -> Message | tuple[str, str]:
        """What a capability says of a row: its words, or the state and reason why there are none."""
        try:
            said = saying(reader, orjson.loads(row.ids))
        except Refused as refused:
            return "withdrawn", refused.problems[0].code
        except Exception as failure:
            if isinstance(failure, DBAPIError) and failure.connection_invalidated:
                raise  # nothing is wrong with the row
            # One bad row must not hold up its lane.
            reference = logs.reference()
            log.exception("saying failed", kind=row.kind, delivery=row.id, reference=reference)
            self.scope.db.connection.rollback()  # PostgreSQL accepts no other statement before that
            enter_org(self.scope.db.connection, self.scope.org.id, self.scope.now)
            return "halted", f"failed {reference}"
        return ("withdrawn", said.reason) if isinstance(said, Withdrawn) else said

    def _reader(self, row: Delivery) -> Scope | None:
        """Who reads it: a person of the organisation who is still there, or a channel, which has nobody's eyes."""
        if row.person_id is None:
            return self.scope.as_(_nobody(self.scope.me, self.languages.get(row.to, self.scope.org.language)))
        person = self.people.get(row.person_id)
        return None if person is None or person.closed_at is not None else self.scope.as_(person)


def _nothing_left(unsaid: Settled) -> bool:
    """Whether a row's saying itself had nothing to say; who left is not reached to take anything back."""
    return unsaid.state == "withdrawn" and unsaid.reason != LEFT


def _nobody(me: Person, language: str) -> Person:
    return Person(**{**me.__dict__, "language": language})


def _joined(messages: Sequence[Message]) -> Message | None:
    """Several messages as one."""
    if len(messages) < 2:
        return messages[0] if messages else None
    body: list[Element] = []
    for message in messages:
        body.extend((Divider(), *message.body) if body else message.body)
    return Message(" · ".join(message.summary for message in messages), tuple(body))
