"""A data protection impact assessment, filled as far as the configuration knows; the rest is asked."""

from __future__ import annotations

from bot.words import Words
from views.onboarding.facts import capability
from views.papers import common
from views.papers.document import Blank, Document, Part, points, table
from views.papers.facts import Facts
from views.papers.sheet import receivers


def dpia(facts: Facts, words: Words) -> Document:
    """The whole paper."""
    line, company = words.line, facts.company
    return Document(
        line("dpia"),
        line("Impact assessment (DPIA): Ritme at {company}", company=common.named(company, words)),
        (
            common.made_on(facts, words),
            line(
                "A template after article 35(7) of the GDPR. What Ritme knows is filled in; in the boxes stands what "
                "only you know. The list of the Dutch data protection authority names monitoring of employees, so do "
                "this assessment before the first check-in."
            ),
            common.no_advice(words),
        ),
        (
            _what(facts, words),
            _needed(facts, words),
            _risks(facts, words),
            _said(words),
            Part(
                line("Decision"),
                (
                    Blank(line("What is left of the risk, and who accepts it (name, date)")),
                    Blank(line("When this is looked at again; at the latest with a new part of Ritme or after a year")),
                ),
            ),
        ),
    )


def _what(facts: Facts, words: Words) -> Part:
    line, company = words.line, facts.company
    return Part(
        line("1. What is done"),
        (
            line(
                "Employees and managers hold short conversations in their chat. In use: {names}.",
                names=", ".join(capability(one, words) for one in company.capabilities if one in company.covers)
                or line("nothing yet"),
            ),
            line(
                "About {n} people. The processing sheet has the data, the readers, the terms and the data map.",
                n=company.people,
            ),
            line(
                "Receivers outside the organisation: {names}.",
                names=", ".join(who for who, _, _ in receivers(facts, words))
                or line("Slack or Microsoft Teams, not connected yet"),
            ),
            common.transfer(words),
            line("Database: {database}.", database=facts.machine.database),
            Blank(line("Why you want this, in your own words, and what you did until now")),
        ),
    )


def _needed(facts: Facts, words: Words) -> Part:
    line = words.line
    return Part(
        line("2. Necessity and proportionality"),
        (
            points(
                line("Only what people send themselves is kept. Nothing is collected in the background."),
                line(
                    "Answering is free: skipping counts as answered, and silence is mentioned only after three periods."
                ),
                line("Energy is optional each time, and its reader is chosen each time."),
                line("HR gets numbers of at least {floor} people, never entries.", floor=facts.company.frame.floor),
                line(
                    "Check-ins, feedback, goals, kudos, digests and the data of who left each have a term, after "
                    "which they are deleted by themselves. What the data map gives no term, such as a consent or a "
                    "setting, stays as long as it is needed."
                ),
                line(
                    "The goal can't be reached with anonymous data: a conversation is between people who know each "
                    "other."
                ),
            ),
            Blank(line("Legal basis, the weighing of interests, and why a lighter way is not enough")),
        ),
    )


def _risks(facts: Facts, words: Words) -> Part:
    line, floor = words.line, facts.company.frame.floor
    judge = line("to judge")
    rows = (
        (
            line("It feels like monitoring, or is used so."),
            line(
                "No ranks and no scores of people. Only somebody's own manager sees whether they answered or skipped; "
                "HR sees numbers of groups, and no content."
            ),
            line("Agree that nothing from Ritme is the only ground of a decision about somebody."),
        ),
        (
            line("Somebody reads what was not meant for them."),
            line("Readers by name above every send button, one table behind every read, and it ends with the role."),
            line("Keep the list of people and managers right."),
        ),
        (
            line("Numbers give somebody away."),
            line(
                "Nothing below {floor} people; HR's numbers also span {managers} managers. They are exact, and change "
                "with what happens later: whoever looks before and after a late answer, a late skip or an erasure sees "
                "a difference of one, and can often tell whose it is.",
                floor=floor,
                managers=facts.company.frame.managers,
            ),
            line("Don't lower the number in small teams, and don't compare how one week was counted at two moments."),
        ),
        (
            line("People write about health or private life."),
            line(
                "Nothing asks for it; an absence has no reason. A check-in or feedback can be changed until somebody "
                "has read it. After that it can't be deleted by itself: it goes when its term is over, or when the "
                "employer erases everything of whom it is about."
            ),
            line("Tell managers not to ask for it and not to note it down."),
        ),
        (
            line("What was said long ago is held against somebody."),
            line("Terms per kind, deletion by itself, and a digest of facts instead of judgements."),
            line("Don't copy entries into personnel files."),
        ),
        (
            line("The database or a backup gets into the wrong hands."),
            line("Tokens encrypted or not in it at all, logs without words, one organisation walled off from another."),
            line("Encrypt disks and backups, and limit who reaches the machine."),
        ),
        (
            line("Messages stay in the chat after they were deleted here."),
            " ".join(common.in_messages(words)),
            line("Set a retention for the chat itself."),
        ),
        (
            line("People dare not refuse."),
            line(
                "Pause and skip are one press, without a reason. The manager sees that somebody skipped, and of who "
                "pauses only that there is no answer. HR sees neither by name; a skip is counted among who took part, "
                "a pause among who did not."
            ),
            line("Say as an employer that both are fine, mean it, and agree that managers don't ask why."),
        ),
    )
    return Part(
        line("3. Risks for the people in it, and what is done about them"),
        (
            table(
                (line("Risk"), line("In Ritme"), line("Yours to do"), line("Likelihood and severity")),
                *((*row, judge) for row in rows),
            ),
            Blank(line("Risks of your own: location, sector, small teams, people who depend on one manager")),
        ),
    )


def _said(words: Words) -> Part:
    line = words.line
    return Part(
        line("4. Who was heard"),
        (
            Blank(line("Advice of the data protection officer (name, date, and what was done with it)")),
            Blank(line("What the works council and employees said, and what was done with it")),
        ),
    )
