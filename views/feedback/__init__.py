"""How feedback looks."""

from bot.router import Help
from bot.words import Words
from views.feedback.examples import EXAMPLES
from views.feedback.facts import Ask, Asking, Giving, Hint, Line, Overview, Part, Role, Sbi, State, Verb
from views.feedback.forms import ONLY_SUBJECT, ask, give, pick, sheet
from views.feedback.messages import (
    PAGE,
    SOME,
    asked,
    declined,
    everything,
    menu,
    page,
    recalled,
    reminded,
    section,
    sent,
    sent_requests,
    told,
    told_declined,
    told_lapsed,
    told_reader,
    told_thanks,
    unread,
    withdrawn,
)
from views.feedback.refusals import REFUSALS


def compose_label(words: Words) -> str:
    return words.line("Ask for feedback")


def help(words: Words) -> Help:
    return Help(
        words.line("Give feedback, or ask for it."),
        (
            words.line("/feedback @Lotte you asked everybody what they thought before you decided"),
            words.line("/feedback ask @Lotte @Sem about the client day"),
            words.line("/feedback list to see what you gave and received"),
        ),
    )


__all__ = [
    "EXAMPLES",
    "ONLY_SUBJECT",
    "PAGE",
    "REFUSALS",
    "SOME",
    "Ask",
    "Asking",
    "Giving",
    "Hint",
    "Line",
    "Overview",
    "Part",
    "Role",
    "Sbi",
    "State",
    "Verb",
    "ask",
    "asked",
    "compose_label",
    "declined",
    "everything",
    "give",
    "help",
    "menu",
    "page",
    "pick",
    "recalled",
    "reminded",
    "section",
    "sent",
    "sent_requests",
    "sheet",
    "told",
    "told_declined",
    "told_lapsed",
    "told_reader",
    "told_thanks",
    "unread",
    "withdrawn",
]
