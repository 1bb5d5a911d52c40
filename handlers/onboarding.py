"""What happens while an organisation is being set up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot.calls import Answer, Call, CloseForm, OpenForm, RefreshHome, ReplaceOrigin, Replies, Tell
from bot.messages import Element, Form, Message
from bot.router import Routes, Withdrawn
from models import checkins, directory, due
from models import onboarding as model
from models.cadence import Cadence
from models.directory.leaving import WELCOME
from models.errors import refuse
from models.identity import Person
from models.kudos import has_channel
from models.onboarding import BEGINS
from models.scope import Scope
from models.settings import chosen_time
from views import onboarding as view
from views.settings import Rhythm

routes = Routes("onboarding", view.REFUSALS, gated=False)
CHANNEL = frozenset({"channel", "kanaal"})


@routes.command("setup", view.help, aliases=("inrichten",), only=directory.may_manage)
def setup(call: Call, scope: Scope) -> Replies:
    """The steps; "channel kudos" makes the channel that it is typed in the kudos channel."""
    directory.guard(scope)
    verb, _, word = call.text.strip().partition(" ")
    if verb.casefold() in CHANNEL and word:
        model.set_channel(scope, word.strip(), "" if call.origin.direct else call.origin.channel)
        return Answer(view.channel_set(word.strip(), scope.words))
    if verb:
        refuse("onboarding.word", typed=call.text.strip())
    return Answer(view.setup(_facts(scope), scope.words))


@routes.press("onboarding.show", reads=True)
def show(call: Call, scope: Scope) -> Replies:
    directory.guard(scope)
    return Answer(view.setup(_facts(scope), scope.words))


@routes.section(5)
def section(scope: Scope) -> tuple[Element, ...]:
    """For HR and administrators, while there is a step to take."""
    if not directory.may_manage(scope.me):
        return ()
    return view.section(_facts(scope), scope.words)


# --- forms -------------------------------------------------------------------------------------------


def _consent_form(call: Call, scope: Scope) -> Form:
    directory.guard(scope)
    return view.consent_form(_facts(scope), model.CAPABILITIES, scope.words)


@routes.press("onboarding.consent", opens=True, reads=True)
def consent(call: Call, scope: Scope) -> Replies:
    return OpenForm(_consent_form(call, scope))


@routes.submit("onboarding.record_consent", _consent_form)
def record_consent(call: Call, scope: Scope) -> Replies:
    said = (call.value("kind"), call.day("agreed_on"), _number(call, "floor"), call.chosen("covers"))
    consent = model.record_consent(scope, *said)
    return _saved(scope, model.begun_by(scope, consent.id))


def _withdraw_form(call: Call, scope: Scope) -> Form:
    model.guard_withdraw(scope)
    return view.withdraw_form(_facts(scope), scope.today, scope.words)


@routes.press("onboarding.withdraw", opens=True, reads=True)
def withdraw(call: Call, scope: Scope) -> Replies:
    return OpenForm(_withdraw_form(call, scope))


@routes.submit("onboarding.record_withdrawal", _withdraw_form)
def record_withdrawal(call: Call, scope: Scope) -> Replies:
    model.withdraw(scope, call.day("withdrawn_on"))
    return _saved(scope)


def _company_form(call: Call, scope: Scope) -> Form:
    directory.guard(scope)
    facts = _facts(scope)
    return view.company_form(replace(facts, zone=call.value("zone") or facts.zone), scope.words)


@routes.press("onboarding.company", opens=True, reads=True)
def company(call: Call, scope: Scope) -> Replies:
    return OpenForm(_company_form(call, scope))


@routes.submit("onboarding.set_company", _company_form)
def set_company(call: Call, scope: Scope) -> Replies:
    days = "".join(sorted(call.chosen("workdays")))
    model.set_company(scope, call.value("language"), call.value("zone"), days, _number(call, "attention"))
    return _saved(scope)


def _rhythm_form(call: Call, scope: Scope) -> Form:
    directory.guard(scope)
    cadence = Cadence.parse(scope.org.cadence)
    return view.rhythm_form(_facts(scope), cadence.rule if cadence.every == "rule" else "", scope.words)


@routes.press("onboarding.rhythm", opens=True, reads=True)
def rhythm(call: Call, scope: Scope) -> Replies:
    return OpenForm(_rhythm_form(call, scope))


@routes.submit("onboarding.set_rhythm", _rhythm_form)
def set_rhythm(call: Call, scope: Scope) -> Replies:
    chosen = (call.value("every"), call.value("day"), chosen_time(call.clock("at"), "at"))
    model.set_rhythm(scope, *chosen, call.value("cadence"), call.value("freedom"))
    return _saved(scope)


def _kudos_form(call: Call, scope: Scope) -> Form:
    directory.guard(scope)
    return view.kudos_form(_facts(scope), scope.words)


@routes.press("onboarding.kudos", opens=True, reads=True)
def kudos(call: Call, scope: Scope) -> Replies:
    return OpenForm(_kudos_form(call, scope))


@routes.submit("onboarding.set_kudos", _kudos_form)
def set_kudos(call: Call, scope: Scope) -> Replies:
    names = call.value("values").splitlines()
    model.set_kudos(scope, names, _number(call, "per_day"), _number(call, "per_pair"))
    return _saved(scope)


# --- going live --------------------------------------------------------------------------------------


@routes.press("onboarding.preview")
def preview(call: Call, scope: Scope) -> Replies:
    """The announcement to oneself, as a dry run."""
    directory.guard(scope)
    shown = Tell(scope.me.id, "onboarding.preview", {"person": scope.me.id})
    return Answer(view.preview(_facts(scope), scope.words)), shown


@routes.press("onboarding.announce")
def announce(call: Call, scope: Scope) -> Replies:
    people = model.announce(scope)
    unreached = len(directory.not_reached(scope))
    said = view.announced(people - unreached, unreached, _facts(scope), scope.words)
    return ReplaceOrigin(said), RefreshHome(scope.me.id)


def _start_form(call: Call, scope: Scope) -> Form:
    model.guard_start(scope)
    return view.start_form(scope.org.checkins_from or model.first_day(scope), scope.words)


@routes.press("onboarding.start", opens=True, reads=True)
def start(call: Call, scope: Scope) -> Replies:
    return OpenForm(_start_form(call, scope))


@routes.submit("onboarding.go", _start_form)
def go(call: Call, scope: Scope) -> Replies:
    first = model.start(scope, call.day("first"))
    return CloseForm(), Answer(view.begun(first, scope.words)), RefreshHome(scope.me.id)


# --- the first message -------------------------------------------------------------------------------


@routes.due(WELCOME)
def welcome(call: Call, scope: Scope) -> Replies:
    """In HR's name, at a quiet moment: it waits for a working day, and for somebody's first day."""
    people = model.to_welcome(scope, due.fired(scope, call.ids("rows")))
    return [Tell(one.id, WELCOME, nudge=True, once=f"{WELCOME}:{one.id}") for one in people]


@routes.deliver(WELCOME)
def welcomed(scope: Scope, ids: Mapping[str, Any]) -> Message | Withdrawn:
    if not scope.org.covers:
        return Withdrawn("not_started")
    return view.welcome(_welcome(scope, _name(model.announcer(scope))), scope.words)


@routes.deliver("onboarding.preview")
def previewed(scope: Scope, ids: Mapping[str, Any]) -> Message:
    by = directory.people(scope, [ids["person"]]).get(ids["person"])
    return view.welcome(_welcome(scope, by.name if by else "", preview=True), scope.words)


@routes.due(BEGINS)
def begins(call: Call, scope: Scope) -> Replies:
    """In HR's name too, and at a quiet moment."""
    told = model.to_tell(scope, due.fired(scope, call.ids("rows")))
    return [
        Tell(one.id, BEGINS, {"consent": consent}, nudge=True, once=f"{BEGINS}:{consent}:{one.id}")
        for one, consent in told
    ]


@routes.deliver(BEGINS)
def heard(scope: Scope, ids: Mapping[str, Any]) -> Message | Withdrawn:
    begun = model.begun_by(scope, ids["consent"])
    if not begun:
        return Withdrawn("not_started")
    by = _name(model.recorder(scope, ids["consent"]))
    return view.begins(replace(_welcome(scope, by), covers=begun), scope.words)


# --- facts -------------------------------------------------------------------------------------------


def _saved(scope: Scope, begins: tuple[str, ...] = ()) -> Replies:
    facts = replace(_facts(scope), begins=begins)
    return CloseForm(), Answer(view.setup(facts, scope.words)), RefreshHome(scope.me.id)


def _name(by: Person | None) -> str:
    """Who left, or was erased, asks nobody any more."""
    return by.name if by and by.closed_at is None else ""


def _welcome(scope: Scope, by: str, *, preview: bool = False) -> view.Welcome:
    me = scope.me
    readers = directory.people(scope, checkins.POLICY.audience(scope, me))
    rhythm = _rhythm(checkins.cadence(scope, me))
    names = tuple(one.short for one in readers.values())
    return view.Welcome(me.short, by, rhythm, names, model.covered(scope), preview)


def _facts(scope: Scope) -> view.Setup:
    org, far, by = scope.org, model.progress(scope), model.announcer(scope)
    return view.Setup(
        next=far.next,
        people=far.people,
        language=org.language,
        zone=org.zone,
        workdays=org.workdays,
        attention=org.attention,
        floor=org.floor,
        rhythm=_rhythm(Cadence.parse(org.cadence)),
        freedom=org.freedom,
        per_day=org.kudos_per_day,
        per_pair=org.kudos_per_pair,
        consent=org.consent,
        consent_on=org.consent_on,
        withdrawn_on=model.withdrawn_on(scope),
        covers=model.covered(scope),
        left_out=model.left_out(scope),
        new=model.new(scope),
        values=tuple(model.company_values(scope)),
        channel=has_channel(scope),
        announced_on=org.announced_at.astimezone(scope.zone).date() if org.announced_at else None,
        announcer=by.name if by else "",
        first=org.checkins_from,
        began=model.began(scope),
        unreached=len(directory.not_reached(scope)),
    )


def _rhythm(cadence: Cadence) -> Rhythm:
    return Rhythm(cadence.every, cadence.day, cadence.at)


def _number(call: Call, field: str) -> int:
    """A whole number as typed; -1, which no limit allows, where it is none."""
    typed = call.number(field)
    return -1 if typed is None else typed
