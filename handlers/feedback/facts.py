"""Rows of feedback as the facts that its views are told."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import cast

from bot.calls import Call
from bot.messages import Mention, mention
from models import directory
from models import feedback as model
from models.feedback import Feedback, FeedbackRequest
from models.identity import Person
from models.scope import Scope
from views import feedback as view


def told(call: Call) -> model.Sbi:
    """The words of a form that was sent."""
    return model.Sbi(call.value("situation"), call.value("behaviour"), call.value("impact"), call.value("wish"))


def words_of(row: Feedback) -> view.Sbi:
    return view.Sbi(row.situation, row.behaviour, row.impact, row.wish)


def hinted(found: Iterable[model.Hint]) -> tuple[view.Hint, ...]:
    return tuple(view.Hint(hint.field, hint.kind, hint.words) for hint in found)


def lines(scope: Scope, rows: Sequence[Feedback]) -> tuple[view.Line, ...]:
    """Feedback in a list."""
    people = directory.people(scope, {id for row in rows for id in (row.author_id, row.subject_id)})
    requests = model.by_ids(scope, {row.request_id for row in rows if row.request_id})
    return tuple(_line(scope, row, people, requests) for row in rows)


def line(scope: Scope, row: Feedback) -> view.Line:
    """One feedback, with everybody else who can read it by name."""
    people = directory.people(scope, (row.author_id, row.subject_id))
    readers = model.readers(scope, row)
    people |= directory.people(scope, readers)
    others = [id for id in (row.subject_id, row.author_id, *readers) if id != scope.me.id]
    requests = model.by_ids(scope, (row.request_id,)) if row.request_id else {}
    return _line(scope, row, people, requests, tuple(mention(people[id]) for id in others))


def _line(
    scope: Scope,
    row: Feedback,
    people: Mapping[int, Person],
    requests: Mapping[int, FeedbackRequest],
    others: tuple[Mention, ...] = (),
) -> view.Line:
    request = requests.get(row.request_id or 0)
    roles: dict[int, view.Role] = {row.subject_id: "subject", row.author_id: "author"}
    return view.Line(
        row.id,
        mention(people[row.author_id]),
        mention(people[row.subject_id]),
        row.at,
        roles.get(scope.me.id, "reader"),
        request.topic if request else "",
        others,
        read=row.read_at is not None,
        seen=row.seen_at is not None,
        thanked=row.thanked_at is not None,
        hidden=row.hidden_at is not None,
    )


def asks(scope: Scope, rows: Sequence[FeedbackRequest]) -> tuple[view.Ask, ...]:
    """Requests, for both sides."""
    people = directory.people(scope, {id for row in rows for id in (row.asker_id, row.asked_id)})
    return tuple(
        view.Ask(
            row.id,
            mention(people[row.asker_id]),
            mention(people[row.asked_id]),
            row.topic,
            row.question,
            row.deadline,
            cast("view.State", row.state),
        )
        for row in rows
    )


def ask(scope: Scope, row: FeedbackRequest) -> view.Ask:
    (one,) = asks(scope, (row,))
    return one


def choices(scope: Scope, about: Person) -> tuple[Mention, ...]:
    """Who may be chosen to read along, by name: the same people that the model accepts when it is sent."""
    return tuple(mention(one) for one in directory.people(scope, model.choosable(scope, about)).values())
