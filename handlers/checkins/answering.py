"""Answering: early, in time or late; skipping, and changing until it was read."""

from __future__ import annotations

import difflib
from dataclasses import replace

from bot.calls import Answer, Call, CloseForm, OpenForm, RefreshHome, ReplaceOrigin, Replies, Reply, Revise, whole
from bot.messages import Form
from handlers.checkins import facts, goals, reading, rhythm
from handlers.checkins.asking import ASK, REMINDER, skipped
from handlers.checkins.routes import routes
from models import checkins as model
from models import directory
from models.errors import refuse
from models.scope import Scope
from views import checkins as view

_WORDS: dict[str, view.Verb] = {
    **dict.fromkeys(("last", "laatste", "vorige"), "last"),
    "team": "team",
    **dict.fromkeys(("skip", "overslaan"), "skip"),
    **dict.fromkeys(("moment", "cadence", "rhythm", "ritme"), "moment"),
}
_NEAR = 0.6
"""How alike a word and one of these are, from 0 to 1, where the one may stand for the other."""
_SHORT = 40
"""Characters of what may be meant as a command; more than that is meant for the check-in."""


@routes.command("checkin", view.help, short=True, aliases=("check-in", "checkins"))
def checkin(call: Call, scope: Scope) -> Replies:
    """Alone it opens the form of today; a word after it does something else."""
    typed = call.text.strip()
    word, _, rest = typed.partition(" ")
    verb = _WORDS.get(word.casefold())
    if verb == "moment":
        return rhythm.asked(rest.strip(), call.mentions, scope)
    if not typed or verb is None or rest:
        return _unread(scope, typed) if typed else _opened(scope, 0)
    if verb == "last":
        return last(scope)
    return reading.team_list(scope) if verb == "team" else Answer(skipped(scope, model.skip(scope)))


def _unread(scope: Scope, typed: str) -> Replies:
    """What may be a command gets the nearest one; what is longer stands beside the form, to be put where it belongs."""
    word, _, rest = typed.partition(" ")
    near = difflib.get_close_matches(word.casefold(), _WORDS, n=1, cutoff=_NEAR)
    if rest and not (near and len(typed) <= _SHORT):
        return _opened(scope, 0, typed)
    return Answer(view.asking.unread(typed, _WORDS[near[0]] if near else None, scope.words))


@routes.press("checkins.last", opens=True)
def show_last(call: Call, scope: Scope) -> Replies:
    return last(scope)


def last(scope: Scope) -> Replies:
    found = model.newest(scope)
    if found is None:
        return Answer(view.asking.nothing_yet(scope.words))
    return OpenForm(view.reading.sheet(facts.read(scope, found), scope.words), again=True)


@routes.press("checkins.answer", opens=True)
def answer(call: Call, scope: Scope) -> Replies:
    return _opened(scope, call.id("period"))


def _opened(scope: Scope, wanted: int, typed: str = "") -> Replies:
    """The form of the period that is open; after it was answered, a look back and the next one.

    What was `typed` stands beside it, in what is kept nowhere else.
    """
    period = model.open_period(scope, wanted)
    if period is not None:
        draft = replace(facts.draft(scope, period), typed=typed)
        return OpenForm(view.form.form(draft, scope.words), again=True)
    found, early = model.newest(scope), model.early_period(scope)
    if found is None:
        said = view.asking.nothing_yet(scope.words)
    else:
        said = view.asking.already(facts.sent(scope, found), early.id if early else 0, scope.words)
    return OpenForm(view.form.beside(typed, said, scope.words), again=True) if typed else Answer(said)


@routes.press("checkins.skip")
def skip(call: Call, scope: Scope) -> Replies:
    period = model.skip(scope, call.id("period"))
    return ReplaceOrigin(skipped(scope, period)), *_news(scope, period.id)


# --- the form ----------------------------------------------------------------------------------------


def _form(call: Call, scope: Scope) -> Form:
    period = model.period(scope, call.id("period"))
    if period is None:
        refuse("checkin.answered")
    return view.form.form(facts.draft(scope, period), scope.words)


@routes.submit("checkins.send", _form)
def send(call: Call, scope: Scope) -> Replies:
    answers, partner = _answers(call, model.audience(scope)), call.ids("partner")
    if partner:
        model.choose_partner(scope, directory.person(scope, partner[0]))
    sent = model.send(scope, call.id("period"), answers)
    news = goals.update(call, scope)
    return *_sent(scope, sent), *news


def _change_form(call: Call, scope: Scope) -> Form:
    found = model.changeable(scope, call.id("checkin"))
    return view.form.form(facts.draft_again(scope, found), scope.words)


@routes.press("checkins.edit", opens=True, reads=True)
def edit(call: Call, scope: Scope) -> Replies:
    return OpenForm(_change_form(call, scope))


@routes.submit("checkins.change", _change_form)
def change(call: Call, scope: Scope) -> Replies:
    found = model.changeable(scope, call.id("checkin"))
    changed = model.change(scope, found.id, _answers(call, model.fixed_readers(scope, found)))
    return _sent(scope, changed)


def _answers(call: Call, readers: dict[int, str]) -> model.Answers:
    """What the form holds, for whom it said. Lines of the priorities that say nothing are left out.

    Refused as "checkin.readers" where others can read it now than the form said, or the same in other roles.
    """
    if call.carry.get("readers", "") != view.form.as_shown(readers):
        refuse("checkin.readers")
    energy = call.value("energy")
    plans = {name: whole(name.removeprefix("plan-")) for name in call.values if name.startswith("plan-")}
    outcomes = {id: call.value(name) for name, id in plans.items() if id is not None}
    removable = {id for id, role in readers.items() if role in model.REMOVABLE}
    lines = (line.strip().lstrip("-•* ").strip() for line in call.value("priorities").splitlines())
    return model.Answers(
        outcomes=outcomes,
        blocker=call.value("blocker"),
        priorities=tuple(line for line in lines if line),
        energy=int(energy) if energy in {"1", "2", "3", "4", "5"} else None,
        share_energy=call.value("energy_for") == "manager",
        left_out=frozenset(removable - set(call.ids("also"))),
    )


def _sent(scope: Scope, sent: model.Checkin) -> tuple[Reply, ...]:
    thanks = view.asking.sent(facts.sent(scope, sent), scope.words)
    return CloseForm(), ReplaceOrigin(thanks), *_news(scope, sent.period_id)


def _news(scope: Scope, period: int) -> tuple[Reply, ...]:
    """What was said about the period before is said as it is now."""
    ids = {"period": period}
    return Revise(ASK, ids), Revise(REMINDER, ids), RefreshHome(scope.me.id)
