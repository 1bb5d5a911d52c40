"""Giving feedback, and changing it as long as nobody has read it."""

from __future__ import annotations

import difflib

from bot.calls import (
    Answer,
    Call,
    CloseForm,
    OpenForm,
    RefreshHome,
    ReplaceOrigin,
    Replies,
    Reply,
    Retract,
    Revise,
    Tell,
    UpdateForm,
)
from bot.messages import Form, mention
from handlers.feedback import asking, facts, reading
from handlers.feedback.routes import routes
from models import directory
from models import feedback as model
from models.errors import refuse
from models.feedback import Feedback, FeedbackRequest
from models.identity import Person
from models.scope import Scope
from views import feedback as view

_WORDS: dict[str, view.Verb] = {
    **dict.fromkeys(("ask", "vraag", "vragen"), "ask"),
    **dict.fromkeys(("list", "lijst"), "list"),
    **dict.fromkeys(("give", "geef", "geven"), "give"),
}
_NEAR = 0.7
"""How alike a word and one of these are, from 0 to 1, where the one may stand for the other."""


def _read(text: str) -> tuple[view.Verb, str]:
    """What is wanted, and the rest. Only before a name may a word be nearly one, for a form shows how it was read."""
    word, _, rest = text.strip().partition(" ")
    verb, rest = _WORDS.get(word.casefold()), rest.strip()
    if verb == "ask" or (verb is not None and not rest):
        return verb, rest
    if rest.startswith("@") and (verb or _near(word)) in {"ask", "give"}:
        return verb or _near(word) or "give", rest
    return "give", text.strip()


def _near(word: str) -> view.Verb | None:
    found = difflib.get_close_matches(word.casefold(), _WORDS, n=1, cutoff=_NEAR)
    return _WORDS[found[0]] if found else None


def _typed(call: Call, scope: Scope) -> Form:
    """What was typed, for when whom it is for needs another look."""
    verb, rest = _read(call.text)
    named = directory.known_people(scope, rest, call.mentions)
    return asking.typed(scope, named) if verb == "ask" else view.pick(named.rest, scope.words)


@routes.command("feedback", view.help, short=True, reads=True, form=_typed)
def feedback(call: Call, scope: Scope) -> Replies:
    """`ask ...` and `list` go their own way; a name opens the form for that person; nothing shows the menu."""
    typed = call.text.strip()
    if not typed:
        return Answer(view.menu(reading.news(scope), scope.words))
    verb, rest = _read(typed)
    if verb == "list":
        return Answer(reading.everything(scope))
    near = _near(typed)
    if near and typed.casefold() not in _WORDS:
        return Answer(view.unread(typed, near, scope.words))
    named = directory.leading_people(scope, rest, call.mentions, "to")
    if verb == "ask":
        return OpenForm(asking.typed(scope, named))
    if not named.people:
        return OpenForm(view.pick(named.rest, scope.words))
    giving = _giving(scope, named.people[0], view.Sbi(behaviour=named.rest), several=len(named.people) > 1)
    return OpenForm(view.give(giving, scope.words))


# --- the form ----------------------------------------------------------------------------------------


@routes.press("feedback.new", opens=True, reads=True)
def new(call: Call, scope: Scope) -> Replies:
    to = call.id("to")
    if not to:
        return OpenForm(view.pick("", scope.words))
    return OpenForm(view.give(_giving(scope, directory.person(scope, to)), scope.words))


def _pick_again(call: Call, scope: Scope) -> Form:
    return view.pick(call.value("behaviour"), scope.words)


@routes.submit("feedback.pick", _pick_again)
def pick(call: Call, scope: Scope) -> Replies:
    to = call.ids("to")
    if not to:
        refuse("feedback.nobody", "to")
    giving = _giving(scope, directory.person(scope, to[0]), view.Sbi(behaviour=call.value("behaviour")))
    return UpdateForm(view.give(giving, scope.words), again=True)


@routes.press("feedback.answer", opens=True, reads=True)
def answer(call: Call, scope: Scope) -> Replies:
    request = model.answerable(scope, call.id("request"))
    asker = directory.person(scope, request.asker_id)
    giving = _giving(scope, asker, view.Sbi(situation=request.topic), request)
    return OpenForm(view.give(giving, scope.words))


def _giving(
    scope: Scope,
    to: Person,
    told: view.Sbi | None = None,
    request: FeedbackRequest | None = None,
    hints: tuple[view.Hint, ...] = (),
    *,
    several: bool = False,
) -> view.Giving:
    if to.id == scope.me.id:
        refuse("feedback.self", "to")
    return view.Giving(
        mention(to),
        told or view.Sbi(),
        facts.choices(scope, to),
        facts.ask(scope, request) if request else None,
        hints=hints,
        several=several,
    )


def _give_again(call: Call, scope: Scope) -> Form:
    hints = model.hints(facts.told(call)) if call.carry.get("looked") else ()
    return _give_form(call, scope, directory.person(scope, call.id("to")), hints)


def _give_form(call: Call, scope: Scope, to: Person, hints: tuple[model.Hint, ...]) -> Form:
    id = call.id("request")
    request = model.request(scope, id, "answer") if id else None
    return view.give(_giving(scope, to, None, request, facts.hinted(hints)), scope.words)


# --- sending -----------------------------------------------------------------------------------------


@routes.submit("feedback.give", _give_again)
def give(call: Call, scope: Scope) -> Replies:
    """Words that deserve a second look are shown once more before they go."""
    to, told, chosen = directory.person(scope, call.id("to")), facts.told(call), call.ids("audience")
    model.check(scope, to, told, chosen)
    hints = () if call.carry.get("looked") else model.hints(told)
    if hints:
        return UpdateForm(_give_form(call, scope, to, hints).filled(call.values), again=True)
    given = model.give(scope, to, told, chosen, call.id("request"))
    ids = {"feedback": given.id}
    sent = view.sent(facts.line(scope, given), scope.words)
    replies: list[Reply] = [CloseForm(), ReplaceOrigin(sent) if given.request_id else Answer(sent)]
    replies.append(Tell(to.id, "feedback.told", ids))
    replies.extend(Tell(reader, "feedback.shared", ids) for reader in chosen)
    replies += [RefreshHome(to.id), RefreshHome(scope.me.id)] if given.request_id else [RefreshHome(to.id)]
    return *replies, *request_again(given)


def request_again(row: Feedback) -> tuple[Reply, ...]:
    """The messages about the request that it answers say how that stands now."""
    if not row.request_id:
        return ()
    ids = {"request": row.request_id}
    return Revise(model.ASKED, ids), Revise("feedback.reminded", ids)


# --- changing and taking back ------------------------------------------------------------------------


@routes.press("feedback.edit", opens=True, reads=True)
def edit(call: Call, scope: Scope) -> Replies:
    row = model.unread(scope, call.id("feedback"))
    return OpenForm(_change_form(scope, row, ()))


def _change_again(call: Call, scope: Scope) -> Form:
    hints = model.hints(facts.told(call)) if call.carry.get("looked") else ()
    return _change_form(scope, model.get(scope, call.id("feedback"), "change"), hints)


def _change_form(scope: Scope, row: Feedback, hints: tuple[model.Hint, ...]) -> Form:
    line = facts.line(scope, row)
    giving = view.Giving(
        line.subject, facts.words_of(row), feedback=row.id, others=line.others, hints=facts.hinted(hints)
    )
    return view.give(giving, scope.words)


@routes.submit("feedback.change", _change_again)
def change(call: Call, scope: Scope) -> Replies:
    row, told = model.unread(scope, call.id("feedback")), facts.told(call)
    model.check_change(told)
    hints = () if call.carry.get("looked") else model.hints(told)
    if hints:
        return UpdateForm(_change_form(scope, row, hints).filled(call.values), again=True)
    changed = model.change(scope, row.id, told)
    return CloseForm(), Answer(view.sent(facts.line(scope, changed), scope.words))


@routes.press("feedback.withdraw")
def withdraw(call: Call, scope: Scope) -> Replies:
    """Gone for everybody; who asked for it hears what they would have heard otherwise: rather not."""
    line = facts.line(scope, model.unread(scope, call.id("feedback")))
    row = model.withdraw(scope, line.id)
    ids = {"feedback": row.id}
    replies: list[Reply] = [ReplaceOrigin(view.withdrawn(line, scope.words))]
    replies += [Retract("feedback.told", ids), Retract("feedback.shared", ids), *request_again(row)]
    replies.append(RefreshHome(row.subject_id))
    if row.request_id:
        replies.append(Tell(row.subject_id, "feedback.declined", {"request": row.request_id}))
    return replies
