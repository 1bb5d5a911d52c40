"""Giving, reading and changing feedback."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from functools import cache
from typing import Any

from models import reads
from models.base import core
from models.errors import Problems, refuse
from models.feedback import requests
from models.feedback.hints import Sbi
from models.feedback.tables import MAX_TEXT, POLICY, Feedback, FeedbackRequest
from models.identity import Person
from models.policy import READER, Audience
from models.prepared import Prepared
from models.scope import Scope

_feedback = core(Feedback).c
_NEWEST = _feedback.id.desc()


# --- reading -----------------------------------------------------------------------------------------


def get(scope: Scope, id: int, verb: str = "read") -> Feedback:
    """Feedback that the caller may do this with ("read", "change", "receive"). Refused as "feedback.gone"."""
    found = POLICY.get(scope, id, verb)
    if found is None:
        refuse("feedback.gone")
    return found


def opened(scope: Scope, id: int) -> tuple[Feedback, bool]:
    """Feedback whose words the caller is about to see. Returns whether that is news for its author."""
    found = get(scope, id)
    if found.author_id == scope.me.id:
        return found, False
    reads.opened(scope, POLICY.object, id, found.subject_id)
    seen = scope.now if found.subject_id == scope.me.id else None
    news = found.read_at is None or (found.seen_at is None and seen is not None)
    if news:
        scope.db.change(found, read_at=found.read_at or scope.now, seen_at=found.seen_at or seen)
    return found, news


def answer_to(scope: Scope, request_id: int) -> Feedback | None:
    """What answered a request, as far as the caller may read it."""
    return POLICY.one(scope, request_id=request_id)


def received(scope: Scope, limit: int, offset: int = 0, *, hidden: bool = False) -> list[Feedback]:
    """Feedback for the caller, the newest first: what they keep in view, or what they hid."""
    return POLICY.listed(scope, _received(hidden=hidden), most=limit, skip=offset)


@cache
def _received(*, hidden: bool) -> Prepared:
    shown = _feedback.hidden_at.is_not(None) if hidden else _feedback.hidden_at.is_(None)
    return POLICY.listing(shown, role="subject", order=_NEWEST, paged=True)


def given(scope: Scope, limit: int, offset: int = 0) -> list[Feedback]:
    """Feedback by the caller, the newest first."""
    return POLICY.listed(scope, _given(), most=limit, skip=offset)


@cache
def _given() -> Prepared:
    return POLICY.listing(role="author", order=_NEWEST, paged=True)


def shared(scope: Scope, limit: int, offset: int = 0) -> list[Feedback]:
    """Feedback between others that its author shared with the caller, the newest first."""
    return POLICY.listed(scope, _shared(), most=limit, skip=offset)


@cache
def _shared() -> Prepared:
    between_others = (_feedback.subject_id != READER, _feedback.author_id != READER)
    return POLICY.listing(*between_others, order=_NEWEST, paged=True)


def readers(scope: Scope, found: Feedback) -> tuple[int, ...]:
    """Who else than its author and its subject can read it now: fixed when it was sent, and the role still held."""
    return tuple(POLICY.readers(scope, found.id))


# --- giving ------------------------------------------------------------------------------------------


def choosable(scope: Scope, about: Person) -> dict[int, str]:
    """Who may be chosen, before sending, to read feedback about somebody along with them: person id to role."""
    return {id: role for id, role in POLICY.audience(scope, about).items() if id != scope.me.id}


def check(scope: Scope, to: Person, told: Sbi, chosen: Sequence[int] = ()) -> dict[int, str]:
    """The readers that are chosen, if this can be sent as it stands.

    Refused, all at once, as "feedback.self", "feedback.situation", "feedback.behaviour",
    "feedback.impact" (empty), "feedback.long" (facts: most) and "feedback.audience" (facts: name) when the choice is
    out of date.
    """
    problems = Problems()
    if to.id == scope.me.id:
        problems.add("feedback.self")
    _check_words(problems, told)
    choices = choosable(scope, to)
    if not set(chosen) <= choices.keys():
        # Of the form as a whole, for it is shown anew with other people to choose from.
        problems.add("feedback.audience", name=to.short)
    problems.settle()
    return {id: choices[id] for id in chosen}


def give(scope: Scope, to: Person, told: Sbi, chosen: Sequence[int] = (), request_id: int = 0) -> Feedback:
    """Sends feedback, perhaps as the answer to a request, and fixes its readers. Refused like `check`.

    A request that was taken back meanwhile costs nobody their words: then it is feedback without a request. Refused
    as "feedback.closed" when the request was answered already.
    """
    readers = check(scope, to, told, chosen)
    answered = _answered(scope, to, request_id)
    added = scope.db.add(
        Feedback(
            author_id=scope.me.id,
            subject_id=to.id,
            request_id=answered.id if answered else None,
            at=scope.now,
            **_words(told),
        )
    )
    POLICY.fix(scope, added.id, to, readers)
    if answered:
        requests.close(scope, answered, "answered")
    return added


def _answered(scope: Scope, to: Person, request_id: int) -> FeedbackRequest | None:
    found = requests.request(scope, request_id, "answer") if request_id else None
    if found is None or found.state == "withdrawn" or found.asker_id != to.id:
        return None
    if found.state == "answered":
        refuse("feedback.closed")
    return found


def _words(told: Sbi) -> dict[str, Any]:
    """By column."""
    return {field: text.strip() for field, text in asdict(told).items()}


def _check_words(problems: Problems, told: Sbi) -> None:
    for field, text in _words(told).items():
        if not text and field != "wish":
            problems.add(f"feedback.{field}", field)
        if len(text) > MAX_TEXT:
            problems.add("feedback.long", field, most=MAX_TEXT)


# --- afterwards --------------------------------------------------------------------------------------


def unread(scope: Scope, id: int) -> Feedback:
    """Feedback that its author may still change. Refused as "feedback.read" once somebody else has read it."""
    found = get(scope, id, "change")
    if found.read_at is not None:
        refuse("feedback.read")
    return found


def check_change(told: Sbi) -> None:
    """Refused like `check`, for other words of what was sent."""
    problems = Problems()
    _check_words(problems, told)
    problems.settle()


def change(scope: Scope, id: int, told: Sbi) -> Feedback:
    """Other words for the same readers, until somebody has read it. Refused like `unread` and `check`."""
    found = unread(scope, id)
    check_change(told)
    return scope.db.change(found, **_words(told))


def withdraw(scope: Scope, id: int) -> Feedback:
    """Takes feedback back, until somebody has read it. A request that it answered counts as declined."""
    found = unread(scope, id)
    scope.db.remove(Audience, Audience.object == "feedback", Audience.entry_id == id)
    scope.db.remove(Feedback, Feedback.id == id)
    if found.request_id:
        requests.close(scope, requests.request(scope, found.request_id, "answer"), "declined")
    return found


def thank(scope: Scope, id: int) -> tuple[Feedback, bool]:
    """The subject thanks the author. Returns whether this is the first time."""
    found = get(scope, id, "receive")
    if found.thanked_at is not None:
        return found, False
    return scope.db.change(found, thanked_at=scope.now), True


def hide(scope: Scope, id: int, *, hidden: bool) -> Feedback:
    """The subject takes feedback out of their own lists, or back into them. Who can read it stays the same."""
    return scope.db.change(get(scope, id, "receive"), hidden_at=scope.now if hidden else None)
