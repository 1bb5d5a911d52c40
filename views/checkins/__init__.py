"""How check-ins look."""

from datetime import UTC, datetime
from functools import partial

from bot.router import Help
from bot.words import Words
from views.checkins import asking, form, reading, rhythm
from views.checkins.facts import Asking, Draft, Line, Note, Page, Plan, Read, Reader, Rhythm, Sent, StaleGoal, Verb
from views.checkins.refusals import REFUSALS
from views.examples import ANNA, LOTTE, NOOR, NOW, RAVI, SEM, Example


def help(words: Words) -> Help:
    return Help(
        words.line("Answer your check-in, or look back at it."),
        (
            words.line("/checkin to answer it now"),
            words.line("/checkin last to see your last one, /checkin skip to skip one, /checkin team for your team's"),
            words.line("/checkin moment to choose your own day and time"),
        ),
    )


_FRIDAY = datetime(2026, 11, 27, 16, 0, tzinfo=UTC)
_ANNA = Reader(ANNA, "manager")
_READERS = (_ANNA, Reader(SEM, "deputy"), Reader(RAVI, "second"))
_PLANS = ("Finish the report", "Invite the customers", "Tidy up the tests")
_ASKING = Asking(7, "Noor", _FRIDAY, _PLANS, (_ANNA,))
_DRAFT = Draft(
    7,
    turn=1,
    plans=tuple(Plan(id, text) for id, text in enumerate(_PLANS, 1)),
    goals=(
        StaleGoal(4, "Customers get an answer within a day", 0.4, 7),
        StaleGoal(5, "Everybody finds the way in our documents", 0, None, measured=True),
    ),
    readers=_READERS,
)
_NOTES = (Note("Anna", "reaction", "💪"), Note("Anna", "reply", "Shall I ask for access for you?"))
_READ = Read(
    3,
    NOOR,
    NOW,
    mine=False,
    settled=(
        Plan(1, "Finish the report", "done"),
        Plan(2, "Invite the customers", "carried"),
        Plan(3, "Tests", "dropped"),
    ),
    blocker="I still have no access to the test environment.",
    priorities=("Invite the customers", "Prepare the demo"),
    energy=4,
    notes=_NOTES,
    answer_to=(NOOR,),
    above="Joris",
)
_MINE = Read(
    3,
    NOOR,
    NOW,
    mine=True,
    blocker=_READ.blocker,
    priorities=_READ.priorities,
    energy=4,
    energy_for="Anna",
    notes=(*_NOTES, Note("Anna", "passed", "The team waits for access to the test environment.", "Joris")),
    seen_by="Anna",
    answer_to=(ANNA,),
)
_LINES = (
    Line(NOOR, "answered", 3, NOW, unread=True),
    Line(LOTTE, "answered", 4, NOW),
    Line(RAVI, "asked"),
    Line(SEM, "skipped"),
    Line(ANNA, "off"),
)
_RHYTHMS = (
    Rhythm("weekly", "mon", "09:00"),
    Rhythm("two-weekly", "tue", "13:30", own=True),
    Rhythm("monthly", "fri", "10:00"),
    Rhythm("monthly", "15", "10:00"),
    Rhythm("monthly", "last", "10:00"),
    Rhythm("rule", "", "10:00", "FREQ=WEEKLY;BYDAY=MO,TH"),
)

_DAYS = ("mon", "tue", "thu")
_PASSED = Note("Anna", "passed", "We need access.", about="Noor")
_VERBS: tuple[Verb, ...] = ("last", "team", "skip", "moment")

EXAMPLES = (
    Example("checkins.ask", lambda words: asking.ask(_ASKING, words)),
    Example("checkins.ask for the first time", lambda words: asking.ask(Asking(7, "Iris", _FRIDAY), words)),
    Example("checkins.reminder", lambda words: asking.reminder(_ASKING, words)),
    Example("checkins.sent", lambda words: asking.sent(Sent(3, (_ANNA,)), words)),
    Example("checkins.sent to several", lambda words: asking.sent(Sent(3, _READERS), words)),
    Example("checkins.sent to nobody", lambda words: asking.sent(Sent(3), words)),
    Example("checkins.seen", lambda words: asking.sent(Sent(3, (_ANNA,), "Anna", "👍", changeable=False), words)),
    Example("checkins.already", lambda words: asking.already(Sent(3, (_ANNA,)), 8, words)),
    Example("checkins.skipped", lambda words: asking.skipped(7, NOW, _FRIDAY, "Anna", words)),
    Example("checkins.skipped without a manager", lambda words: asking.skipped(7, NOW, None, "", words)),
    Example("checkins.unread", lambda words: asking.unread("blub", None, words)),
    *(Example(f"checkins.unread near {verb}", partial(asking.unread, f"{verb}x", verb)) for verb in _VERBS),
    Example("checkins.nothing yet", asking.nothing_yet),
    Example("checkins.form", lambda words: form.form(_DRAFT, words)),
    Example("checkins.form with what was typed", lambda words: form.form(Draft(7, typed="A busy week"), words)),
    Example(
        "checkins.beside what was typed", lambda words: form.beside("A busy week", asking.nothing_yet(words), words)
    ),
    Example("checkins.form without a manager", lambda words: form.form(Draft(7, alone=True), words)),
    Example("checkins.form to change", lambda words: form.form(Draft(7, priorities=_PLANS, checkin=3), words)),
    Example("checkins.sheet", lambda words: reading.sheet(_READ, words)),
    Example("checkins.sheet of one's own", lambda words: reading.sheet(_MINE, words)),
    Example("checkins.responded", lambda words: reading.responded(["Noor"], words)),
    Example("checkins.replied", lambda words: reading.replied("Anna", 3, words, mine=True)),
    Example("checkins.replied to a reader", lambda words: reading.replied("Noor", 3, words, mine=False)),
    Example("checkins.pass", lambda words: reading.pass_form(3, "Noor", SEM, words)),
    Example("checkins.passed", lambda words: reading.passed("Joris", "Noor", words)),
    Example("checkins.passed to", lambda words: reading.passed_to("Anna", 9, words)),
    Example("checkins.passed about", lambda words: reading.passed_about("Anna", "Joris", 3, words)),
    Example("checkins.note", lambda words: reading.note_sheet(_PASSED, ("Anna", "Noor"), words)),
    Example("checkins.team", lambda words: reading.team(Page(_LINES), words)),
    Example("checkins.team in part", lambda words: reading.team(Page(_LINES, 20, left=35), words)),
    Example("checkins.team of nobody", lambda words: reading.team(Page(), words)),
    Example("checkins.moment chosen", lambda words: rhythm.chosen(_RHYTHMS[1], words)),
    *(Example(f"checkins.moment {one.every} {one.day}", partial(rhythm.form, one, _DAYS)) for one in _RHYTHMS),
    Example("checkins.rhythm for all", lambda words: rhythm.set_for((), _RHYTHMS[0], words)),
    Example("checkins.rhythm for a team", lambda words: rhythm.set_for(("Platform",), _RHYTHMS[2], words)),
)

__all__ = [
    "EXAMPLES",
    "REFUSALS",
    "Asking",
    "Draft",
    "Line",
    "Note",
    "Page",
    "Plan",
    "Read",
    "Reader",
    "Rhythm",
    "Sent",
    "StaleGoal",
    "Verb",
    "asking",
    "form",
    "help",
    "reading",
    "rhythm",
]
