"""What happens with one's own settings."""

from __future__ import annotations

from dataclasses import replace
from datetime import time

from bot.calls import Answer, Call, CloseForm, OpenForm, Options, RefreshHome, ReplaceOrigin, Replies, Tell
from bot.messages import Element, Form, Mention, Option, mention
from bot.router import Routes
from models import checkins, directory, feedback
from models import settings as model
from models.identity import Person
from models.scope import Scope
from views import settings as view

routes = Routes("settings", view.REFUSALS, gated=False)


@routes.command("settings", view.help, aliases=("instellingen",), reads=True)
@routes.press("settings.show", reads=True)
def settings(call: Call, scope: Scope) -> Replies:
    return Answer(view.overview(_facts(scope), scope.words))


@routes.section(90)
def section(scope: Scope) -> tuple[Element, ...]:
    return view.section(_facts(scope), scope.words)


@routes.lookup("settings.zones")
def zones(call: Call, scope: Scope) -> Replies:
    return Options(tuple(Option(zone, zone) for zone in directory.find_zones(call.text)))


# --- the moment --------------------------------------------------------------------------------------


def _moment_form(call: Call, scope: Scope) -> Form:
    return view.moment_form(_facts(scope), scope.words)


@routes.press("settings.moment", opens=True, reads=True)
def moment(call: Call, scope: Scope) -> Replies:
    return OpenForm(_moment_form(call, scope))


@routes.submit("settings.set_moment", _moment_form)
def set_moment(call: Call, scope: Scope) -> Replies:
    """Fields that HR did not leave to people keep what stands."""
    now = checkins.cadence(scope, scope.me)
    every, day = call.value("every") or now.every, call.value("day") or model.day_asked(scope, now)
    at = _time(call, "at") if "at" in call.values else now.at
    model.set_moment(scope, every, day, at, _time(call, "quiet_from"), _time(call, "quiet_until"))
    return _saved(scope)


# --- language and days -------------------------------------------------------------------------------


def _me_form(call: Call, scope: Scope) -> Form:
    facts = _facts(scope)
    return view.me_form(replace(facts, zone=call.value("zone") or facts.zone), scope.words)


@routes.press("settings.me", opens=True, reads=True)
def me(call: Call, scope: Scope) -> Replies:
    return OpenForm(_me_form(call, scope))


@routes.submit("settings.set_me", _me_form)
def set_me(call: Call, scope: Scope) -> Replies:
    days = "".join(sorted(call.chosen("workdays")))
    model.set_me(scope, call.value("language"), call.value("zone"), days, call.value("kudos"))
    return _saved(scope)


# --- readers and team --------------------------------------------------------------------------------


def _readers_form(call: Call, scope: Scope) -> Form:
    facts = _facts(scope)
    return view.readers_form(replace(facts, partner=_named(call, scope, "partner") or facts.partner), scope.words)


@routes.press("settings.readers", opens=True, reads=True)
def readers(call: Call, scope: Scope) -> Replies:
    return OpenForm(_readers_form(call, scope))


@routes.submit("settings.set_readers", _readers_form)
def set_readers(call: Call, scope: Scope) -> Replies:
    model.set_readers(scope, _person(call, scope, "partner"), keeps_second=call.value("second") != "remove")
    return _saved(scope)


def _team_form(call: Call, scope: Scope) -> Form:
    facts = _facts(scope)
    return view.team_form(replace(facts, deputy=_named(call, scope, "deputy") or facts.deputy), scope.words)


@routes.press("settings.team", opens=True, reads=True)
def team(call: Call, scope: Scope) -> Replies:
    return OpenForm(_team_form(call, scope))


@routes.submit("settings.set_team", _team_form)
def set_team(call: Call, scope: Scope) -> Replies:
    day = call.number("digest_day") or 0
    model.set_team(scope, _person(call, scope, "deputy"), day, _time(call, "digest_at"))
    return _saved(scope)


# --- which chat --------------------------------------------------------------------------------------


def _chat_form(call: Call, scope: Scope) -> Form:
    return view.chat_form(_facts(scope), scope.words)


@routes.press("settings.chat", opens=True, reads=True)
def chat(call: Call, scope: Scope) -> Replies:
    return OpenForm(_chat_form(call, scope))


@routes.submit("settings.set_chat", _chat_form)
def set_chat(call: Call, scope: Scope) -> Replies:
    directory.prefer(scope, call.number("chat") or 0)
    return _saved(scope)


# --- silence -----------------------------------------------------------------------------------------


@routes.press("settings.pause")
def pause(call: Call, scope: Scope) -> Replies:
    model.pause(scope, paused=True)
    return ReplaceOrigin(view.paused(_facts(scope), scope.words)), RefreshHome(scope.me.id)


@routes.press("settings.resume")
def resume(call: Call, scope: Scope) -> Replies:
    """Colleagues' requests that came meanwhile are brought now."""
    model.pause(scope, paused=False)
    missed = [Tell(scope.me.id, feedback.ASKED, {"request": one.id}, nudge=True) for one in feedback.unheard(scope)]
    return ReplaceOrigin(view.saved(_facts(scope), scope.words)), RefreshHome(scope.me.id), *missed


# --- facts -------------------------------------------------------------------------------------------


def _saved(scope: Scope) -> Replies:
    """How things stand now, in the language that stands now."""
    fresh = scope.as_(scope.me)
    return CloseForm(), Answer(view.saved(_facts(fresh), fresh.words)), RefreshHome(scope.me.id)


def _facts(scope: Scope) -> view.Settings:
    me = scope.me
    known = directory.people(scope, [id for id in (me.manager_id, me.second_id, me.partner_id) if id])
    leads = bool(directory.reports(scope, me.id))
    return view.Settings(
        me.language,
        me.zone,
        me.workdays or scope.org.workdays,
        me.kudos,
        _rhythm(scope),
        me.quiet_from,
        me.quiet_until,
        scope.org.freedom,
        me.paused,
        _mention(known.get(me.manager_id or 0)),
        _mention(known.get(me.second_id or 0)),
        _mention(known.get(me.partner_id or 0)),
        leads,
        _mention(directory.deputy_of(scope, me) if leads else None),
        me.digest_day,
        me.digest_at,
        tuple(view.Chat(one.account, one.platform, one.name) for one in directory.chats(scope)),
        checkins.begun(scope.org, scope.today),
    )


def _rhythm(scope: Scope) -> view.Rhythm:
    cadence = checkins.cadence(scope, scope.me)
    return view.Rhythm(cadence.every, model.day_asked(scope, cadence), cadence.at)


def _mention(person: Person | None) -> Mention | None:
    return None if person is None else mention(person)


def _named(call: Call, scope: Scope, field: str) -> Mention | None:
    """Who was chosen in a form that comes back filled in."""
    return next(map(mention, directory.people(scope, call.ids(field)).values()), None)


def _person(call: Call, scope: Scope, field: str) -> Person | None:
    chosen = call.ids(field)
    return directory.person(scope, chosen[0]) if chosen else None


def _time(call: Call, field: str) -> time:
    return model.chosen_time(call.clock(field), field)
