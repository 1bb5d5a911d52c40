"""The data map in words: every purpose that a table declares, where translators find it."""

from __future__ import annotations

from bot.words import Words
from bot.words import words as words_of

_ENGLISH = words_of("en", "Europe/Amsterdam")


def purpose(why: str, words: Words) -> str:
    """A table's own sentence (`models.kept.Kept.why`) in the reader's language."""
    english = purposes(_ENGLISH)
    return purposes(words)[english.index(why)] if why in english else why


def purposes(words: Words) -> tuple[str, ...]:
    """Every such sentence."""
    line = words.line
    return (
        line("When somebody is away, so that nobody is asked then. It has no reason."),
        line("By what name a chat knows somebody."),
        line("Who told everybody about Ritme, and when."),
        line("Who may read an entry, as it was said when it was sent."),
        line("Which channels Ritme posts in. It is about nobody."),
        line("How somebody's work goes, in their words, for those they tell it."),
        line("How much energy somebody says they have."),
        line("What readers said about a check-in, to its writer or, with the writer knowing, to others."),
        line("For which days somebody is asked, and whether they answered."),
        line("What somebody set out to do, and what came of it."),
        line("What the organisation stands for. It is about nobody."),
        line("What the works council agreed to, and who wrote that down."),
        line("Where a chat lets Ritme speak with somebody."),
        line("That things were deleted when they should be. It is about nobody."),
        line(
            "What Ritme is to say or said to somebody, by kind and not in words, so that it can be changed and taken "
            "back."
        ),
        line("Who reads for a manager who is away."),
        line("What a manager was told of a week."),
        line("What a digest said of somebody, to be read by them too."),
        line("What Ritme is to do, and when."),
        line("Who asked to be erased, and how far that is."),
        line("Who asked for a copy of their data, and when."),
        line(
            "What somebody saw of another's work, for that person, and for the manager only where the author chose so."
        ),
        line("Who asked whom for feedback, and about what."),
        line("Why nothing may happen by itself for now. It is about nobody."),
        line("What somebody, a team or the organisation wants to reach, and how it stands."),
        line("Who asked how a goal is going."),
        line("When and why a goal became another one."),
        line("How a goal stood, each time that somebody told it."),
        line("Which chats Ritme speaks in. It is about nobody."),
        line("Who installs Ritme comes back to the browser that they left from. It is about nobody."),
        line("With what Ritme speaks in a chat, sealed. It is about nobody."),
        line("By what a goal is measured."),
        line("Thanks between colleagues, in the giver's words."),
        line("Who was thanked."),
        line("What was promised to the people who were asked something unseen, as it was when they were asked."),
        line("Which groups answers are shown of, so that nobody can choose them afterwards."),
        line("The organisation and the frame that HR sets. It is about nobody."),
        line("Who was asked something unseen and who still is, so that nobody is asked or counted twice."),
        line("Who works here, for whom, when, and how they like to be spoken to."),
        line("How far ahead Ritme has planned. It is about nobody."),
        line("Of which groups together answers were published."),
        line("Who opened which entry, and when, for whose entry it is."),
        line("What groups of people said together. Nobody can tell who of them said what."),
        line("How long the organisation keeps what, and who decided so."),
        line("What people said, sealed until there is enough of it to be published."),
        line(
            "Which calls were served, so that none counts twice; what was answered is forgotten in a quarter of an "
            "hour."
        ),
        line("Which teams there are. It is about nobody."),
    )
