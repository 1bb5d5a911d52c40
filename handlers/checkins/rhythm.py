"""How often people are asked, and a moment of one's own."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
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
_STARTS = frozenset({"weekly", "two-weekly", "monthly"})
_CLOCK = re.compile(r"(\d{1,2})[:.](\d\d)", re.ASCII)
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
    fri 10:00") or for people ("@Noor two-weekly tue 13:30").
    """
    word, _, rest = text.partition(" ")
    word = word.casefold()
    if not text:
        return OpenForm(_form(scope), again=True)
    if word in _EVERYBODY:
        return _set(scope, [("", None)], rest)
    if word == "team" and rest:
        name, rhythm = _split(rest)
        team = model.team_named(scope, name)
        return _set(scope, [(team.name, team)], rhythm)
    if word.startswith("@"):
        named = directory.leading_people(scope, text, mentions)
        return _set(scope, [(one.short, one) for one in named.people], named.rest)
    if word in _FORGET:
        return _chosen(scope, model.forget_moment(scope), own=False)
    day, _, at = _plain(text).partition(" ")
    return _choose(scope, day, at)


def _set(scope: Scope, whom: Sequence[tuple[str, model.Whom]], text: str) -> Replies:
    """Each of them comes with a name, which several people may share; everybody has none."""
    cadence = Cadence.parse(_plain(text))
    for _, one in whom:
        model.set_for(scope, one, cadence)
    names = tuple(name for name, _ in whom if name)
    return Answer(view.rhythm.set_for(names, facts.rhythm(cadence), scope.words))


# --- reading a rhythm --------------------------------------------------------------------------------


def _split(text: str) -> tuple[str, str]:
    """A team's name, which may have several words, and the rhythm after it."""
    words = text.split()
    start = next(
        (at for at, word in enumerate(words) if _kept(word) in _STARTS or "freq=" in word.casefold()), len(words)
    )
    return " ".join(words[:start]), " ".join(words[start:])


def _plain(text: str) -> str:
    """The words of a rhythm as they are kept: "tweewekelijks op dinsdag 9.30" as "two-weekly tue 09:30"."""
    return " ".join(filter(None, map(_kept, text.split())))


def _kept(word: str) -> str:
    clock = _CLOCK.fullmatch(word)
    if clock:
        return f"{int(clock[1]):02}:{clock[2]}"
    return _WORDS.get(word.casefold(), word.casefold())


# --- the form ----------------------------------------------------------------------------------------


def _form(scope: Scope) -> Form:
    own = model.has_own_moment(scope.me)
    cadence = facts.rhythm(model.cadence(scope, scope.me), own=own)
    return view.rhythm.form(cadence, facts.working_days(scope), scope.words)


@routes.press("checkins.moment", opens=True, reads=True)
def moment(call: Call, scope: Scope) -> Replies:
    return OpenForm(_form(scope))


@routes.submit("checkins.moment_choose", lambda _, scope: _form(scope))
def choose(call: Call, scope: Scope) -> Replies:
    chosen = _choose(scope, call.value("day") or model.cadence(scope, scope.me).day, call.value("at"))
    return CloseForm(), chosen


@routes.press("checkins.moment_forget")
def forget(call: Call, scope: Scope) -> Replies:
    return _chosen(scope, model.forget_moment(scope), own=False)


def _choose(scope: Scope, day: str, at: str) -> Answer:
    try:
        wall = time.fromisoformat(at)
    except ValueError:
        refuse("cadence.unreadable", "at")
    days = facts.working_days(scope)
    if day in WEEKDAYS and day not in days:
        refuse("cadence.day_off", "day", day=day, days=days)
    return _chosen(scope, model.choose_moment(scope, day, wall), own=True)


def _chosen(scope: Scope, cadence: Cadence, *, own: bool) -> Answer:
    return Answer(view.rhythm.chosen(facts.rhythm(cadence, own=own), scope.words))
