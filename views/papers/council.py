"""For the works council: which consent is asked, what for, and what it binds the employer to."""

from __future__ import annotations

from bot.words import Words
from views.onboarding.facts import capability
from views.papers import common
from views.papers.document import Blank, Document, Part, Source, points, table
from views.papers.facts import Facts


def council(facts: Facts, words: Words) -> Document:
    """The whole paper."""
    line, company = words.line, facts.company
    return Document(
        line("works-council"),
        line("For the works council: Ritme at {company}", company=common.named(company, words)),
        (
            common.made_on(facts, words),
            line("Three pages to read with it: who sees what, the processing sheet and the impact assessment."),
            common.no_advice(words),
        ),
        (
            _why(words),
            _asked(facts, words),
            _binds(facts, words),
            _questions(words),
            Part(
                line("Proposal for the decision"),
                (
                    line(
                        "The works council agrees to the use of Ritme as described in these papers, with groups of "
                        "at least {floor} people and the terms in the processing sheet, for the parts named above. "
                        "The employer asks again before any of that changes, and looks back with the council after "
                        "six months.",
                        floor=company.frame.floor,
                    ),
                    Blank(line("Decision, conditions, date and names")),
                ),
            ),
            Part(
                line("Sources"),
                (
                    Source(line("Works Councils Act (WOR), article 27"), "https://wetten.overheid.nl/BWBR0002747/"),
                    Source(line("GDPR, articles 5, 6, 13, 35 and 88"), "https://eur-lex.europa.eu/eli/reg/2016/679/oj"),
                    Source(
                        line("Dutch data protection authority, on the works council and on monitoring of employees"),
                        "https://www.autoriteitpersoonsgegevens.nl/",
                    ),
                ),
            ),
        ),
    )


def _why(words: Words) -> Part:
    line = words.line
    return Part(
        line("Why your consent is needed"),
        (
            table(
                (line("Article 27(1) WOR"), line("What it says"), line("Why it counts here")),
                (
                    line("under g"),
                    line("Staff appraisal"),
                    line("Check-ins, goals and feedback are a new way of talking about how work goes."),
                ),
                (
                    line("under k"),
                    line("Processing and protection of personal data of staff"),
                    line("Names, own words about work, and who answered are kept for a while."),
                ),
                (
                    line("under l"),
                    line("Systems meant or fit for observing presence, behaviour or performance"),
                    line(
                        "Ritme is not meant for it. A system that is merely fit for it counts too, so don't leave "
                        "this out."
                    ),
                ),
            ),
            line("Without consent the council can call the decision void, in writing, within a month."),
        ),
    )


def _asked(facts: Facts, words: Words) -> Part:
    line, company = words.line, facts.company
    said = {
        **dict.fromkeys(company.capabilities, line("still to be asked")),
        **dict.fromkeys(company.left_out, line("not agreed to, so it is off")),
        **dict.fromkeys(company.covers, line("on record")),
    }
    return Part(
        line("What is asked"),
        (
            common.consent(company, words),
            table(
                (line("Part"), line("Consent")),
                *((capability(one, words), said[one]) for one in company.capabilities),
            ),
            line("You may agree to some parts and not to others."),
            points(
                line("The smallest group of which a number is shown: {floor} people.", floor=company.frame.floor),
                line("At most {n} messages a week that Ritme starts, for each person.", n=company.attention),
                line("The terms in the processing sheet."),
                line("No artificial intelligence. A later version that has it must ask first."),
            ),
        ),
    )


def _binds(facts: Facts, words: Words) -> Part:
    line, frame = words.line, facts.company.frame
    smaller = line("A smaller group than {floor} takes a newer consent.", floor=frame.floor)
    return Part(
        line("What the software holds the employer to"),
        (
            points(
                line(
                    "Without a consent on record, or the word that there is no council, nothing starts and nobody is "
                    "asked."
                ),
                line(
                    "A part that the consent doesn't cover stays off, and one that is taken out stops at once. Only on "
                    "that same day can HR put it back without asking again, for whoever unticked it by mistake."
                ),
                line(
                    "You can withdraw your consent as a whole: then everything stops at once, and nothing is deleted."
                ),
                line(
                    "A new part takes a newer consent, or HR's word, on record, that there is no council any more "
                    "and that this part starts without one."
                ),
                *([smaller] if frame.floor > frame.smallest else []),
                line("A longer term than usual takes a newer consent."),
                line("Which consent was recorded and when stays on record, and by whom until that person is erased."),
                line("Everybody is told, in the name of a person, before anybody is asked anything."),
                line("A part that begins later is told to everybody as well, as soon as it may begin."),
            ),
            line(
                "What software can't do: check that the date is true, or that managers keep to what was agreed. That "
                "is between you and the employer."
            ),
        ),
    )


def _questions(words: Words) -> Part:
    line = words.line
    return Part(
        line("Good questions to ask"),
        (
            points(
                line(
                    "May anything from Ritme be used in an appraisal, a dismissal or a bonus? Put the answer on paper."
                ),
                line("Who runs the machine, and what did they sign?"),
                line("What happens with somebody who always skips? The right answer is: nothing."),
                line("How do managers learn to use this for a conversation, and not for control?"),
                line("What about teams of fewer people than the smallest group?"),
                line("When do we look back, and with which questions?"),
            ),
        ),
    )
