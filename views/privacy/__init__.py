"""How a person's own data looks: to themselves, and to HR who decides."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from bot.messages import Button, Element, Heading, Item, Message
from bot.router import Help, Sentence
from bot.words import Words
from views.examples import NOW, Example
from views.privacy.deciding import asked, begun, copy, erase_form, given, reminded, stuck, term_form, terms, to_decide
from views.privacy.facts import Entry, Erasing, Mine, Opened, Stuck, Table, Term, Waiting, Wish
from views.privacy.sheet import document, part, sheet
from views.privacy.wishes import before_asking, decline_form, declined, last, refused, to_pass_on

__all__ = [
    "EXAMPLES",
    "REFUSALS",
    "Entry",
    "Erasing",
    "Mine",
    "Opened",
    "Stuck",
    "Table",
    "Term",
    "Waiting",
    "Wish",
    "asked",
    "before_asking",
    "begun",
    "copy",
    "decline_form",
    "declined",
    "document",
    "erase_form",
    "given",
    "help",
    "last",
    "part",
    "refused",
    "reminded",
    "section",
    "sheet",
    "stuck",
    "term_form",
    "terms",
    "terms_help",
    "to_decide",
    "to_pass_on",
]


def help(words: Words) -> Help:
    return Help(
        words.line("See everything that Ritme keeps of you, and who opened it."),
        (
            words.line("/ritme mydata"),
            words.line("/ritme mydata for a copy, or to be erased"),
            words.line("/ritme help"),
        ),
    )


def terms_help(words: Words) -> Help:
    return Help(
        words.line("For HR: choose how long things are kept."),
        (words.line("/ritme retention"), words.line("/ritme mydata"), words.line("/ritme help")),
    )


def section(words: Words) -> tuple[Element, ...]:
    """The overview's part about one's own data."""
    line = words.say("Everything that Ritme keeps of you, and who opened it.")
    return Heading(words.line("My data")), Item(line, button=Button(words.line("See my data"), "privacy.open"))


REFUSALS: Mapping[str, Sentence] = {
    "privacy.gone": lambda _, words: words.line("This wish isn't there any more. Perhaps it was taken back."),
    "privacy.own": lambda _, words: words.line(
        "This wish is your own. Somebody else decides about it: a colleague in HR, or whoever runs Ritme."
    ),
    "privacy.hr": lambda facts, words: words.line(
        "{names} decides about this wish. An administrator does so only where nobody else is HR.",
        names=words.one_of(facts["names"]),
    ),
    "privacy.reason": lambda _, words: words.line("Say why not; whoever asked has a right to know."),
    "privacy.long": lambda facts, words: words.line("Keep it under {most} characters, please.", most=facts["most"]),
    "privacy.short": lambda facts, words: words.line(
        "One letter, like {name}, stands in too many texts to be struck. Leave it out, or write more of the name.",
        name=facts["name"],
    ),
    "privacy.kind": lambda _, words: words.line("How long this is kept isn't for HR to choose."),
    "privacy.months": lambda facts, words: words.line(
        "Choose a whole number from {least} to {most}.", least=facts["least"], most=facts["most"]
    ),
    "privacy.agreed_on": lambda facts, words: words.line(
        "Longer than {n} months needs the works council: fill in on which day they agreed, after the last consent.",
        n=facts["usual"],
    ),
}

_MINE = Mine(
    "Noor Jansen",
    (("checkin", 12), ("feedback", 3), ("kudos", 1)),
    (Opened("Anna", "checkin", NOW.date()),),
    (Term("checkins", 12, 12), Term("feedback", 24, 24)),
    deciders=("Hanna",),
)
_WISH = Wish(NOW.date(), NOW.date() + timedelta(days=30))
_REFUSED = replace(_WISH, refused_on=NOW.date(), refusal="A court case is going on.")
_AGREED = replace(_WISH, agreed=True)
_ASKED = replace(_MINE, opened=(), copy=_WISH, erasure=_WISH, deciders=())
_OVER = replace(_MINE, copy=replace(_WISH, over=True), erasure=replace(_WISH, over=True))
_ENTRY = Entry(
    {"author_id": "Anna Visser", "situation": "The client day", "at": NOW, "thanked": True}, frozenset({"situation"})
)
_CARRY = {"erasure": "3", "person": "1", "since": NOW.isoformat()}
_ERASING = Erasing(_CARRY, "Noor Jansen", "noor@demolen.example")
_STAYS = (("kudos", "Thanks belong to who was thanked."), ("feedback", "Feedback belongs to who received it."))
_ERASURE = Waiting(_ERASING, _WISH, copy=False)
_COPY = Waiting(_ERASING, replace(_WISH, over=True), copy=True)
_STUCK = Stuck("Bo Peters", "7F3K")
_TERMS = (Term("checkins", 12, 12), Term("feedback", 36, 24, NOW.date()))

EXAMPLES = (
    Example("privacy.sheet", lambda words: sheet(_MINE, words)),
    Example("privacy.sheet after asking", lambda words: sheet(_ASKED, words)),
    Example("privacy.sheet after a refusal", lambda words: sheet(replace(_MINE, erasure=_REFUSED), words)),
    Example("privacy.sheet before erasing", lambda words: sheet(replace(_MINE, erasure=_AGREED), words)),
    Example("privacy.sheet when an answer is late", lambda words: sheet(_OVER, words)),
    Example("privacy.sheet after asking again", lambda words: sheet(replace(_OVER, again=True), words)),
    Example("privacy.before asking", lambda words: before_asking((("kudos", 4, _STAYS[0][1]),), ("Hanna",), words)),
    Example("privacy.decline", lambda words: decline_form(_ERASING, 2000, words)),
    Example("privacy.decline who left", lambda words: decline_form(_ERASING, 2000, words, hears=False)),
    Example("privacy.to pass on", lambda words: to_pass_on("Noor Jansen", _REFUSED, words)),
    Example("privacy.declined", lambda words: declined("Noor Jansen", words)),
    Example("privacy.refused", refused),
    Example("privacy.part", lambda words: part(Table("feedback", (_ENTRY,), 3), words)),
    Example("privacy.asked", lambda words: asked(_ERASING, words)),
    Example("privacy.copy", lambda words: copy(_ERASING, words)),
    Example("privacy.reminded", lambda words: reminded(_ERASURE, words)),
    Example("privacy.reminded of a copy", lambda words: reminded(_COPY, words)),
    Example("privacy.given", lambda words: given("Noor Jansen", words)),
    Example("privacy.to decide", lambda words: Message("Overview", to_decide((_ERASURE, _COPY), (_STUCK,), words))),
    Example("privacy.stuck", lambda words: stuck(_STUCK, words)),
    Example("privacy.erase", lambda words: erase_form(_ERASING, _STAYS, words)),
    Example("privacy.erase before the copy", lambda words: erase_form(_ERASING, _STAYS, words, copy=_COPY.wish)),
    Example("privacy.erase who left", lambda words: erase_form(_ERASING, _STAYS, words, hears=False)),
    Example("privacy.begun", lambda words: begun("Noor Jansen", words)),
    Example("privacy.begun who left", lambda words: begun("Noor Jansen", words, hears=False)),
    Example("privacy.last", last),
    Example("privacy.terms", lambda words: terms(_TERMS, words)),
    Example("privacy.term", lambda words: term_form(_TERMS[0], words, council=True)),
)
