"""How setting up looks: to HR the steps and the forms, to everybody the first message."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time

from bot.router import Help
from bot.words import Words
from views.examples import Example
from views.onboarding.facts import Setup, Welcome
from views.onboarding.forms import company_form, consent_form, kudos_form, rhythm_form, start_form, withdraw_form
from views.onboarding.refusals import REFUSALS
from views.onboarding.steps import section, setup
from views.onboarding.telling import announced, begins, begun, channel_set, preview, welcome
from views.settings import Rhythm

__all__ = [
    "EXAMPLES",
    "REFUSALS",
    "Setup",
    "Welcome",
    "announced",
    "begins",
    "begun",
    "channel_set",
    "company_form",
    "consent_form",
    "help",
    "kudos_form",
    "preview",
    "rhythm_form",
    "section",
    "setup",
    "start_form",
    "welcome",
    "withdraw_form",
]


def help(words: Words) -> Help:
    return Help(
        words.line("For HR and administrators: set up Ritme step by step."),
        (words.line("/ritme setup"), words.line("/ritme setup channel kudos"), words.line("/ritme people")),
    )


_ALL = ("checkins", "digest", "feedback", "goals", "kudos")
_SOME = ("checkins", "digest", "feedback", "goals")
_RHYTHM = Rhythm("weekly", "mon", time(9))
_NEW = Setup("consent", 12, "nl", "Europe/Amsterdam", "12345", 5, 5, _RHYTHM, "moment", 10, 3, covers=_ALL)
_READY = replace(_NEW, next="announce", consent="council", consent_on=date(2026, 10, 1), values=("Stronger together",))
_TOLD = replace(
    _READY, next="", channel=True, announced_on=date(2026, 10, 5), announcer="Hanna Mulder", first=date(2026, 11, 30)
)
_BEGAN = replace(_TOLD, first=date(2026, 10, 12), began=True)
_PART = replace(_BEGAN, covers=_SOME, left_out=("kudos",))
_LEARNED = replace(_BEGAN, covers=_SOME, new=("kudos",))
_WITHDRAWN = replace(_BEGAN, withdrawn_on=date(2026, 11, 20), covers=(), left_out=_ALL)
_SILENT = replace(_TOLD, first=None, covers=("feedback", "kudos"), left_out=("checkins", "digest", "goals"))
_HELLO = Welcome("Noor", "Hanna Mulder", _RHYTHM, ("Anna",), _ALL)

EXAMPLES = (
    Example("onboarding.setup", lambda words: setup(_NEW, words)),
    Example("onboarding.setup with a list only", lambda words: setup(replace(_NEW, unreached=11), words)),
    Example("onboarding.setup ready", lambda words: setup(replace(_READY, consent="none"), words)),
    Example("onboarding.setup told", lambda words: setup(replace(_TOLD, first=None, next="start"), words)),
    Example("onboarding.setup about to start", lambda words: setup(_TOLD, words)),
    Example("onboarding.setup running", lambda words: setup(_BEGAN, words)),
    Example("onboarding.setup with something left out", lambda words: setup(_PART, words)),
    Example("onboarding.setup after something began", lambda words: setup(replace(_BEGAN, begins=("kudos",)), words)),
    Example("onboarding.setup without check-ins", lambda words: setup(_SILENT, words)),
    Example("onboarding.setup withdrawn", lambda words: setup(_WITHDRAWN, words)),
    Example("onboarding.setup with something new", lambda words: setup(_LEARNED, words)),
    Example(
        "onboarding.setup with something new and no council",
        lambda words: setup(replace(_LEARNED, consent="none"), words),
    ),
    Example("onboarding.consent before any", lambda words: consent_form(_NEW, _ALL, words)),
    Example("onboarding.consent", lambda words: consent_form(_READY, _ALL, words)),
    Example("onboarding.consent to a part", lambda words: consent_form(_PART, _ALL, words)),
    Example(
        "onboarding.consent without a council", lambda words: consent_form(replace(_PART, consent="none"), _ALL, words)
    ),
    Example("onboarding.consent to something new", lambda words: consent_form(_LEARNED, _ALL, words)),
    Example("onboarding.consent after it was withdrawn", lambda words: consent_form(_WITHDRAWN, _ALL, words)),
    Example("onboarding.withdraw", lambda words: withdraw_form(_BEGAN, date(2026, 11, 20), words)),
    Example(
        "onboarding.withdraw without a council",
        lambda words: withdraw_form(replace(_PART, consent="none"), date(2026, 11, 20), words),
    ),
    Example("onboarding.company", lambda words: company_form(_NEW, words)),
    Example("onboarding.rhythm", lambda words: rhythm_form(_NEW, "", words)),
    Example("onboarding.kudos", lambda words: kudos_form(_READY, words)),
    Example("onboarding.start", lambda words: start_form(date(2026, 11, 30), words)),
    Example("onboarding.welcome", lambda words: welcome(_HELLO, words)),
    Example(
        "onboarding.welcome to a part", lambda words: welcome(replace(_HELLO, covers=("feedback", "kudos")), words)
    ),
    Example("onboarding.begins", lambda words: begins(_HELLO, words)),
    Example("onboarding.begins with a part", lambda words: begins(replace(_HELLO, by="", covers=("kudos",)), words)),
    Example("onboarding.preview", lambda words: preview(_READY, words)),
    Example("onboarding.preview before consent", lambda words: preview(_NEW, words)),
    Example(
        "onboarding.preview welcome", lambda words: welcome(replace(_HELLO, by="", readers=(), preview=True), words)
    ),
    Example("onboarding.announced", lambda words: announced(12, 2, _READY, words)),
    Example("onboarding.announced without check-ins", lambda words: announced(12, 0, _SILENT, words)),
    Example("onboarding.begun", lambda words: begun(date(2026, 11, 30), words)),
    Example("onboarding.channel_set", lambda words: channel_set("kudos", words)),
)
