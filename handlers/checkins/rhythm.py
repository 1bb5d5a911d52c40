"""How often people are asked, and a moment of one's own."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import time

from bot.calls import Answer, Call, CloseForm, OpenForm, Replies
from bot.messages import Form
from handlers.checkins import facts
from handlers.checkins.routes import routes
from models import checkins as model
from models import directory
from models.cadence import WEEKDAYS, Cadence
from models.errors import refuse
from models.scope import Scope
from views import checkins as view

_EVERYBODY = frozenset({"all", "everybody", "everyone", "iedereen", "allemaal"})
_FORGET = frozenset({"default", "team", "standaard"})
_WORDS = {
    "wekelijks": "weekly",
    "tweewekelijks": "two-weekly",
    "biweekly": "two-weekly",
    "maandelijks": "monthly",
    "laatste": "last",
    "vanaf": "from",
    "tot": "until",
    "om": "",
    "op": "",
    "at": "",
    "on": "",
    **dict(zip(("ma", "di", "wo", "do", "vr", "za", "zo"), WEEKDAYS, strict=True)),
    **dict(
        zip(("maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag"), WEEKDAYS, strict=True)
    ),
    **dict(zip(("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"), WEEKDAYS, strict=True)),
}
"""The words of a rhythm as people type them, in both languages, and as they are kept."""


def asked(text: str, mentions: Mapping[str, str], scope: Scope) -> Replies:
    """`/checkin moment`: alone it opens a form, with a day and a time it sets one's own moment.

    HR and administrators set a rhythm: for everybody ("all weekly mon 09:00"), for a team ("team Platform monthly
    fri 10:00") or for one person ("@Noor two-weekly tue 13:30").
    """
    word, _, rest = text.partition(" ")
    if not text:
        return OpenForm(_form(scope))
    if word.casefold() in _EVERYBODY:
        return _set(scope, "", None, rest)
    if word.casefold() == "team" and rest:
        return _team(scope, rest)
    if word.startswith("@"):
        named = directory.leading_people(scope, text, mentions)
        return _set(scope, named.people[0].short, named.people[0], named.rest)
    if word.casefold() in _FORGET:
        return _chosen(scope, model.forget_moment(scope), own=False)
    day, _, at = _plain(text).partition(" ")
    return _choose(scope, day, at)


def _team(scope: Scope, text: str) -> Replies:
    """A team's name may have several words: the rhythm begins at the first word that starts one."""
    words = _plain(text).split()
    start = next((at for at, word in enumerate(words) if word in _STARTS or "freq=" in word), len(words))
    team = model.team_named(scope, " ".join(text.split()[:start]))
    return _set(scope, team.name, team, " ".join(text.split()[start:]))


_STARTS = frozenset({"weekly", "two-weekly", "monthly"})


def _set(scope: Scope, name: str, whom: model.Whom, text: str) -> Replies:
    cadence = Cadence.parse(_plain(text))
    model.set_for(scope, whom, cadence)
    return Answer(view.rhythm.set_for(name, facts.rhythm(cadence), scope.words))


def _plain(text: str) -> str:
    """The words of a rhythm as they are kept: "tweewekelijks op dinsdag 13:30" as "two-weekly tue 13:30"."""
    kept = (_WORDS.get(word, word) for word in text.casefold().split())
    return " ".join(word for word in kept if word)


# --- the form ----------------------------------------------------------------------------------------


def _form(scope: Scope) -> Form:
    own = model.has_own_moment(scope.me)
    return view.rhythm.form(facts.rhythm(model.cadence(scope, scope.me), own=own), scope.words)


@routes.press("checkins.moment", reads=True)
def moment(call: Call, scope: Scope) -> Replies:  # noqa: ARG001 - everybody has one moment
    return OpenForm(_form(scope))


@routes.submit("checkins.moment_choose", lambda _, scope: _form(scope))
def choose(call: Call, scope: Scope) -> Replies:
    chosen = _choose(scope, call.value("day") or model.cadence(scope, scope.me).day, call.value("at"))
    return CloseForm(), chosen


@routes.press("checkins.moment_forget")
def forget(call: Call, scope: Scope) -> Replies:  # noqa: ARG001 - everybody has one moment
    return _chosen(scope, model.forget_moment(scope), own=False)


def _choose(scope: Scope, day: str, at: str) -> Answer:
    try:
        wall = time.fromisoformat(at)
    except ValueError:
        refuse("cadence.unreadable", "at")
    return _chosen(scope, model.choose_moment(scope, day, wall), own=True)


def _chosen(scope: Scope, cadence: Cadence, *, own: bool) -> Answer:
    return Answer(view.rhythm.chosen(facts.rhythm(cadence, own=own), scope.words))
