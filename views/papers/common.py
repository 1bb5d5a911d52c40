"""What several papers say in the same words."""

from __future__ import annotations

from collections.abc import Sequence

from bot.words import Words
from views.papers import names
from views.papers.document import Blank, Table, table
from views.papers.facts import Company, Facts, Grant


def made_on(facts: Facts, words: Words) -> str:
    """For whom and when a paper was made."""
    return words.line(
        "Made by Ritme on {day} for {company}, from the settings as they were then. Make it again when something "
        "changes: ritme papers.",
        day=words.long_day(facts.today),
        company=named(facts.company, words),
    )


def named(company: Company, words: Words) -> str:
    """What the organisation is called; room for it where Ritme wasn't told."""
    return company.name or words.line("(name of the organisation)")


def transfer(words: Words) -> Blank:
    """What no configuration shows: where a receiver takes what it gets."""
    return Blank(
        words.line(
            "Transfer outside the European Economic Area (GDPR, article 30(1)(e)): by which receiver, to which "
            "country, with which safeguards. Slack and Microsoft may do so; your agreement with them says what holds"
        )
    )


def in_messages(words: Words) -> tuple[str, ...]:
    """Which words stand in messages, to whom, and until when."""
    line = words.line
    return (
        line(
            "Answers of a check-in, feedback and notes stand in forms and sheets, which leave nothing in a chat. In "
            "messages stand, to whoever each is for: their own last priorities, the topic and question of a request "
            "for feedback, titles of goals and how they stand, thanks, and the lines of a digest. Thanks stand in "
            "the channel too, where who gets them likes that."
        ),
        line(
            "A message is taken back, where the chat allows it, when the term of what it is about is over or that is "
            "erased; one about nothing that is kept, after two years. What Ritme answers somebody at once stands in "
            "their own chat only, as long as the chat keeps it."
        ),
    )


def no_advice(words: Words) -> str:
    return words.line(
        "This is not legal advice. It tells what the software does, so that those who do advise can judge it."
    )


def consent(company: Company, words: Words) -> str:
    """What is on record."""
    line = words.line
    if company.withdrawn_on:
        return line(
            "The consent was withdrawn on {day}, so Ritme does nothing with people any more.",
            day=words.long_day(company.withdrawn_on),
        )
    if company.consent == "council" and company.consent_on:
        return line("Consent of the works council of {day} is on record.", day=words.long_day(company.consent_on))
    if company.consent == "none":
        return line("It is on record that there is no works council.")
    return line("Nothing is on record yet, so Ritme starts nothing with people.")


def who_sees(grants: Sequence[Grant], words: Words) -> Table:
    """The policy table as one table."""
    line = words.line
    rows = []
    for object, (title, _) in names.objects(words).items():
        for one in grants:
            if one.object == object:
                who, may, until = names.row(one, words)
                rows.append((title, who, may, until))
    return table((line("What"), line("Who"), line("May"), line("How long")), *rows)
