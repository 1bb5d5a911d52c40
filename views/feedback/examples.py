"""Feedback as it looks, with facts filled in."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from views.examples import ANNA, LOTTE, NOOR, NOW, RAVI, SEM, Example
from views.feedback import forms, messages
from views.feedback.facts import Ask, Asking, Giving, Hint, Line, Overview, Sbi

_FRIDAY = date(2026, 11, 27)
_LAST = date(2026, 12, 8)
_ASK = Ask(3, LOTTE, SEM, "the client day of 12 November", "How did my presentation come across?", _FRIDAY)
_ASKS = (_ASK, replace(_ASK, asked=RAVI))
_ENDED = (replace(_ASK, id=4, asked=RAVI, state="answered"), replace(_ASK, id=5, asked=NOOR, state="declined"))
_TOLD = Sbi(
    "In the demo on Tuesday",
    "You stopped after every screen and asked the client what they thought.",
    "They told us two things that we didn't know yet.",
    "Would you do that in the next demo too?",
)
_LABEL = Sbi("In the demo", "You are brilliant", "We learned a lot", "")
_HINTS = (Hint("situation", "general", "you always"), Hint("behaviour", "label", "you are brilliant"))
_LINE = Line(7, SEM, LOTTE, NOW - timedelta(days=1), others=(SEM,))
_ANSWER = replace(_LINE, topic="the client day of 12 November")
_MINE = replace(_LINE, role="author", others=(LOTTE,))
_BOTH = replace(_MINE, others=(LOTTE, ANNA))
_SEEN = replace(_BOTH, read=True, seen=True)
_SHARED = replace(_LINE, role="reader", others=(LOTTE, SEM))
_ASKING = Asking(date(2026, 12, 1), _LAST, choices=(ANNA,))
_GOALS = ((1, "Clients are helped within a day"), (2, "Our test runs take ten minutes"))
_EVERYTHING = Overview(
    waiting=(_ASK,),
    received=(_LINE, replace(_LINE, id=8, seen=True), replace(_LINE, id=9, author=RAVI), replace(_LINE, id=10)),
    asked=(replace(_ASK, asker=SEM, asked=LOTTE), *_ENDED),
    given=(_MINE, _SEEN),
    shared=(_SHARED,),
    hidden=True,
)

EXAMPLES = (
    Example("feedback.pick", lambda words: forms.pick("", words)),
    Example("feedback.pick with words", lambda words: forms.pick("Your demo went well", words)),
    Example("feedback.give", lambda words: forms.give(Giving(LOTTE, choices=(ANNA,)), words)),
    Example("feedback.give upward", lambda words: forms.give(Giving(ANNA), words)),
    Example("feedback.give, several named", lambda words: forms.give(Giving(LOTTE, several=True), words)),
    Example("feedback.give as an answer", lambda words: forms.give(Giving(LOTTE, request=_ASK), words)),
    Example(
        "feedback.give at a second look",
        lambda words: forms.give(Giving(LOTTE, _LABEL, (ANNA,), hints=(*_HINTS, Hint("impact", "vague"))), words),
    ),
    Example("feedback.change", lambda words: forms.give(Giving(LOTTE, _TOLD, feedback=7, others=(LOTTE, ANNA)), words)),
    Example("feedback.ask", lambda words: forms.ask(_ASKING, words)),
    Example("feedback.ask about a goal", lambda words: forms.ask(replace(_ASKING, goals=_GOALS, goal=2), words)),
    Example("feedback.ask without a manager", lambda words: forms.ask(replace(_ASKING, choices=()), words)),
    Example("feedback.sheet", lambda words: forms.sheet(_ANSWER, _TOLD, words)),
    Example(
        "feedback.sheet thanked", lambda words: forms.sheet(replace(_LINE, thanked=True, hidden=True), _TOLD, words)
    ),
    Example("feedback.sheet of its author", lambda words: forms.sheet(_MINE, _TOLD, words)),
    Example("feedback.sheet of its author, read", lambda words: forms.sheet(_SEEN, _TOLD, words)),
    Example("feedback.sheet of its reader", lambda words: forms.sheet(_SHARED, _TOLD, words)),
    Example("feedback.asked", lambda words: messages.asked(_ASK, words)),
    Example("feedback.reminded", lambda words: messages.reminded(_ASK, words)),
    Example("feedback.declined", lambda words: messages.declined(_ASK, words)),
    Example("feedback.sent_requests", lambda words: messages.sent_requests(_ASKS, {}, words)),
    Example(
        "feedback.sent_requests to who is away",
        lambda words: messages.sent_requests(_ASKS, {RAVI.person: _FRIDAY}, words),
    ),
    Example(
        "feedback.sent_requests that wait",
        lambda words: messages.sent_requests(_ASKS, {SEM.person: _FRIDAY, RAVI.person: _FRIDAY}, words),
    ),
    Example("feedback.recalled", lambda words: messages.recalled(_ASK, words)),
    Example("feedback.told_declined", lambda words: messages.told_declined(_ASK, words)),
    Example("feedback.told_lapsed", lambda words: messages.told_lapsed((_ASK,), words)),
    Example("feedback.told_lapsed, several", lambda words: messages.told_lapsed((_ASK, _ENDED[0]), words)),
    Example("feedback.sent", lambda words: messages.sent(_BOTH, words)),
    Example("feedback.sent and read", lambda words: messages.sent(_SEEN, words)),
    Example("feedback.told", lambda words: messages.told(_LINE, words)),
    Example("feedback.told as an answer", lambda words: messages.told(_ANSWER, words)),
    Example("feedback.told_reader", lambda words: messages.told_reader(_SHARED, words)),
    Example("feedback.told_thanks", lambda words: messages.told_thanks(_MINE, words)),
    Example("feedback.withdrawn", lambda words: messages.withdrawn(_MINE, words)),
    Example("feedback.menu", lambda words: messages.menu(_EVERYTHING, words)),
    Example("feedback.unread", lambda words: messages.unread("lijts", "list", words)),
    Example("feedback.everything", lambda words: messages.everything(_EVERYTHING, words)),
    Example("feedback.everything, empty", lambda words: messages.everything(Overview(), words)),
    Example("feedback.page", lambda words: messages.page("given", (_MINE,) * 11, 0, words)),
    Example("feedback.page, empty", lambda words: messages.page("hidden", (), 0, words)),
)
