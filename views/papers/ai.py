"""Where Ritme stands under the EU AI Act, with dates and where they were read."""

from __future__ import annotations

from datetime import date

from bot.words import Words
from views.papers import common
from views.papers.document import Document, Part, Source, points, table

CHECKED = date(2026, 11, 22)
"""The day on which the dates below were last compared with their sources."""


def ai(words: Words) -> Document:
    """The whole paper."""
    line = words.line
    return Document(
        line("ai-act"),
        line("Ritme and the EU AI Act"),
        (
            line("In short: this version of Ritme has no artificial intelligence in it."),
            common.no_advice(words),
            line(
                "Last compared with the sources on {day}. Pages from before 24 July 2026 give other dates for "
                "high-risk systems.",
                day=words.long_day(CHECKED),
            ),
        ),
        (_position(words), _dates(words), _high(words), _later(words), _employer(words), _sources(words)),
    )


def _position(words: Words) -> Part:
    line = words.line
    return Part(
        line("Where we stand"),
        (
            points(
                line(
                    "Digests, reminders and lists are counted and sorted by fixed rules. No model learns or infers "
                    "anything."
                ),
                line("No number, rank, label, mood, risk or advice about a person comes from a machine."),
                line("Energy is a number that somebody gives themselves. It is asked for, never inferred."),
                line("No text of anybody is sent to a language model. A key for one has no effect in this version."),
            ),
            line(
                "Rules that people made alone, and that infer nothing, are not what the Act calls an AI system "
                "(recital 12)."
            ),
        ),
    )


def _dates(words: Words) -> Part:
    line, day = words.line, words.long_day
    return Part(
        line("Dates"),
        (
            table(
                (line("What"), line("Applies from"), line("What it means here")),
                (
                    line("Forbidden practices (article 5), among them inferring emotions at work"),
                    day(date(2025, 2, 2)),
                    line("Ritme does none of them."),
                ),
                (
                    line("Knowing what one works with (article 4), softened in 2026"),
                    day(date(2025, 2, 2)),
                    line("Only counts where AI is used."),
                ),
                (
                    line("Saying that something is or comes from AI (article 50)"),
                    day(date(2026, 8, 2)),
                    line("Was not postponed. Nothing to say as long as there is none."),
                ),
                (
                    line("High-risk systems of Annex III, among them work and staff (point 4)"),
                    day(date(2027, 12, 2)),
                    line("Postponed from 2 August 2026 by Regulation (EU) 2026/1744, in force since 27 July 2026."),
                ),
                (
                    line("High-risk systems in products (Annex I)"),
                    day(date(2028, 8, 2)),
                    line("Not about Ritme."),
                ),
            ),
        ),
    )


def _high(words: Words) -> Part:
    line = words.line
    return Part(
        line("What would make it high-risk"),
        (
            line(
                "Annex III, point 4(b): AI for decisions about terms of work, promotion or dismissal, for giving out "
                "tasks by behaviour or traits, or for monitoring and evaluating performance and behaviour. The "
                "exceptions of article 6(3) never help a system that profiles people."
            ),
            line(
                "That is why evaluating people is kept free of models for good: what is said about somebody is "
                "counted or quoted, with its source, and people judge."
            ),
        ),
    )


def _later(words: Words) -> Part:
    line = words.line
    return Part(
        line("If a writing help comes"),
        (
            points(
                line(
                    "Off until the organisation switches it on, with a new consent of the works council; everybody "
                    "may refuse."
                ),
                line("It sees only text that its author shows it, with names taken out, and suggests; a person sends."),
                line("It writes about no named person for a manager, and can't reach a score."),
                line("What it wrote is marked as such, for people and for machines (article 50)."),
                line("It has a switch to stop everywhere within a minute."),
            ),
        ),
    )


def _employer(words: Words) -> Part:
    line = words.line
    return Part(
        line("What stays with the employer"),
        (
            points(
                line(
                    "Don't paste what people wrote in Ritme into an AI tool to judge them: that makes you the one "
                    "who evaluates with AI."
                ),
                line(
                    "Slack and Teams have AI of their own. Decide whether it may read the chats in which Ritme speaks."
                ),
                line(
                    "Whoever changes Ritme so that it evaluates people becomes the provider of a high-risk system "
                    "(article 25)."
                ),
            ),
        ),
    )


def _sources(words: Words) -> Part:
    line = words.line
    return Part(
        line("Sources"),
        (
            Source(line("Regulation (EU) 2024/1689, the AI Act"), "https://eur-lex.europa.eu/eli/reg/2024/1689/oj"),
            Source(
                line("Regulation (EU) 2026/1744, Official Journal of 24 July 2026"),
                "https://eur-lex.europa.eu/eli/reg/2026/1744/oj",
            ),
            line(
                "The new dates were read in several independent summaries that agree, not in the Official Journal "
                "itself; look there before you rely on them. The Commission's guidelines on high-risk systems were a "
                "draft then."
            ),
        ),
    )
