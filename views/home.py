"""How the personal overview looks: every capability's part, in one order for everybody."""

from __future__ import annotations

from bot.messages import Divider, Element, Heading, Message, Say, Span
from bot.router import Help
from bot.words import Words
from views.examples import Example


def help(words: Words) -> Help:
    return Help(
        words.line("See your overview: what waits for you, your goals, feedback and kudos."),
        (words.line("/ritme home"), words.line("/ritme overview"), words.line("/ritme help")),
    )


def home(sections: tuple[tuple[Element, ...], ...], words: Words) -> Message:
    """The personal overview: every capability's part, in one order for everybody."""
    body: list[Element] = []
    for part in sections:
        if body and part:
            body.append(Divider())
        body.extend(part)
    return Message(words.line("Your overview"), tuple(body))


EXAMPLES = (Example("home.home", lambda words: home(((Heading("Kudos"), Say((Span("…"),))),), words)),)
