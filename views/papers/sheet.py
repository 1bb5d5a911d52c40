"""The processing sheet: what is kept of whom, what for, how long, who sees it and where it goes."""

from __future__ import annotations

from bot.words import Words
from views import settings
from views.onboarding.facts import capability
from views.papers import common
from views.papers.data import purpose
from views.papers.document import Blank, Document, Part, points, table
from views.papers.facts import Facts
from views.privacy import names


def sheet(facts: Facts, words: Words) -> Document:
    """The whole paper."""
    line, company = words.line, facts.company
    return Document(
        line("processing-sheet"),
        line("Processing sheet: Ritme at {company}", company=common.named(company, words)),
        (
            common.made_on(facts, words),
            line("For the works council, the data protection officer and the record of processing activities."),
            common.no_advice(words),
        ),
        (
            _who(facts, words),
            _purposes(facts, words),
            Part(line("Who sees what"), (*_seen(words), common.who_sees(facts.grants, words))),
            _terms(facts, words),
            _where(facts, words),
            measures(facts, words),
            rights(words),
            never(words),
            _map(facts, words),
        ),
    )


def _who(facts: Facts, words: Words) -> Part:
    line, company = words.line, facts.company
    rows = [
        (line("Controller"), line("{company}, the employer", company=common.named(company, words))),
        (line("People in Ritme now"), words.number(company.people)),
        (line("Consent"), common.consent(company, words)),
        (line("Smallest group shown"), words.number(company.frame.floor)),
        (line("Rhythm of check-ins"), settings.rhythm(company.rhythm, words)),
        (
            line("Messages that Ritme starts"),
            line("At most {n} a week for each person", n=company.attention),
        ),
        (line("Told everybody on"), words.long_day(company.announced_on) if company.announced_on else line("not yet")),
        (line("First day"), words.long_day(company.first) if company.first else line("not chosen yet")),
    ]
    return Part(
        line("Who, and how it is set up"),
        (
            table((line("What"), line("Here")), *rows),
            *(() if company.name else (Blank(line("Name of the controller")),)),
            Blank(line("Contact of the controller, and of the data protection officer")),
        ),
    )


def _purposes(facts: Facts, words: Words) -> Part:
    """What it is for. The legal basis is the employer's to confirm."""
    line = words.line
    why = {
        "checkins": line("Talk about progress, obstacles and priorities while it is still of use."),
        "digest": line("Tell a manager once a week where a talk would help."),
        "feedback": line("Learn from how others saw one's work, asked for or given."),
        "goals": line("Agree on what matters, and see how it stands."),
        "kudos": line("Thank each other, close to the work."),
    }
    data = {
        "checkins": line("Own words about work; energy from 1 to 5 if given; whether they answered."),
        "digest": line(
            "Facts from the other rows that the manager may read anyway, also that somebody did not answer for a while."
        ),
        "feedback": line("Own words about a colleague's work, with both names."),
        "goals": line("Titles, numbers, notes and confidence; at closing a score of the goal, not of the person."),
        "kudos": line("Own words of thanks, with the names."),
    }
    covered = {True: line("yes"), False: line("no, so it is off")}
    rows = [
        (capability(one, words), why[one], data[one], covered[one in facts.company.covers])
        for one in facts.company.capabilities
    ]
    return Part(
        line("What it is for"),
        (
            table((line("What"), line("Purpose"), line("Data"), line("Covered by the consent on record")), *rows),
            line(
                "About whom: everybody on the list of people, and those who left until their term is over. No "
                "applicants, no customers, nobody outside."
            ),
            line(
                "Special categories of data aren't asked for. A text field can still receive them; the instruction "
                "to staff is not to write about health."
            ),
            line(
                "The legal basis is for the employer to confirm. A legitimate interest, weighed on paper, is common "
                "for this; the consent of an employee usually is none, because it is hard to refuse to an employer."
            ),
            Blank(line("Legal basis for each purpose, and the weighing of interests")),
        ),
    )


def _seen(words: Words) -> tuple[str, ...]:
    line = words.line
    return (
        line(
            "This table is the one that the software looks in at every read. Readers are fixed when something is "
            "sent; reading later takes having been named then and being still in that role."
        ),
        line("Nobody gets a right by being HR, or an administrator of Ritme, Slack or Teams."),
    )


def _terms(facts: Facts, words: Words) -> Part:
    """How long."""
    line = words.line
    here = [
        (
            names.KINDS[one.kind](words),
            words.many_line("{n} month", "{n} months", one.months),
            line("by agreement of {day}", day=words.long_day(one.agreed_on))
            if one.agreed_on
            else line("fixed")
            if one.fixed
            else line("chosen here")
            if one.months != one.usual
            else line("the usual term"),
        )
        for one in facts.terms
    ]
    return Part(
        line("How long it is kept"),
        (
            table((line("What"), line("Kept for"), line("Why")), *here),
            line(
                "After its term an entry is deleted by itself, with what belongs to it. A longer term than the usual "
                "one takes a new consent of the works council. How many rows of which table were deleted on a day is "
                "logged, never whose or what they said."
            ),
            line(
                "Two years after leaving is not a term of the law but common advice; a collective agreement or a "
                "selection list may say otherwise."
            ),
        ),
    )


def receivers(facts: Facts, words: Words) -> tuple[tuple[str, str, str], ...]:
    """Who else gets data, as far as it is configured: who, what, and what to arrange."""
    line, machine = words.line, facts.machine
    found = []
    if machine.slack:
        found.append(
            (
                "Slack",
                line("Messages and forms of Ritme in your workspace, names and e-mail addresses of accounts."),
                line("Your own agreement with Slack, its place of storage, and your retention of messages there."),
            )
        )
    if machine.teams:
        found.append(
            (
                "Microsoft Teams",
                line(
                    "Messages, cards and dialogs of Ritme in your tenant, by way of Microsoft's bot service; names "
                    "and e-mail addresses of accounts."
                ),
                line("Your own agreement with Microsoft, its place of storage, and your retention of messages there."),
            )
        )
    return tuple(found)


def unconnected(words: Words) -> str:
    """There will be a receiver, for without a chat nobody hears of Ritme."""
    return words.line(
        "Slack or Microsoft Teams, not connected yet. It will get messages and forms of Ritme, and names and e-mail "
        "addresses of accounts: make this paper again when it is connected."
    )


def _where(facts: Facts, words: Words) -> Part:
    line, machine = words.line, facts.machine
    others = receivers(facts, words)
    rows = (table((line("Who"), line("What they get"), line("What to arrange")), *others),) if others else ()
    return Part(
        line("Where it is, and who else gets it"),
        (
            line("Ritme runs on your own machine. Its makers get nothing: no statistics, no error reports, no copy."),
            line("Database: {database}.", database=machine.database),
            *rows,
            *(() if others else (unconnected(words),)),
            *common.in_messages(words),
            common.transfer(words),
            line("There is a key for Anthropic's language model. This version sends nothing to it.")
            if machine.model
            else line("No language model is connected. No text leaves for one."),
            Blank(line("Where the machine and its backups are, who runs them, and the agreement with them")),
        ),
    )


def measures(facts: Facts, words: Words) -> Part:
    """What guards it."""
    line, machine = words.line, facts.machine
    found = [
        line("Every read goes through one table of roles; every cell of it is tested, also after a change of manager."),
        line("Every statement is kept inside one organisation, and refused when it isn't."),
        line("Every request is checked for its signature or token before anything in it is read."),
        line(
            "Who opens somebody else's check-in, or feedback about somebody else, is written down and shown to whoever "
            "it is about. For goals, kudos and digests that is not kept."
        ),
        line("Logs hold ids and kinds, never what people wrote, and no secrets."),
        line("What people type is shown as text everywhere: no links, mentions or formulas come alive from it."),
        line("Dependencies are pinned by hash; each release has a list of them and is checked for known flaws."),
    ]
    if machine.sealed:
        found.append(line("Tokens of the chats are kept encrypted, with a key outside the database."))
    if machine.row_security:
        found.append(line("The database itself keeps organisations apart as a second lock (row-level security)."))
    return Part(
        line("How it is guarded"),
        (
            points(*found),
            line(
                "Yours to arrange: encryption of the disk and of backups, TLS in front of Ritme, and who may reach "
                "the machine. Whoever runs it can technically reach the database."
            ),
            Blank(line("Who can reach the machine and the database, and what they signed")),
        ),
    )


def rights(words: Words) -> Part:
    """What people can ask for, and how Ritme helps."""
    line = words.line
    return Part(
        line("Rights of the people in it"),
        (
            table(
                (line("Right"), line("How")),
                (
                    line("To see and to take along"),
                    line(
                        "/ritme mydata: everything about me and by me, to read. A copy to take along, as a document "
                        "and as JSON, is asked for there; whoever runs Ritme makes it and the employer hands it over."
                    ),
                ),
                (
                    line("To correct"),
                    line("In the entry itself until somebody has read it; on the list of people by HR."),
                ),
                (
                    line("To be erased"),
                    line(
                        "Asked for with /ritme mydata, which first says what would stay and why; decided by HR, who "
                        "says why where it refuses."
                    ),
                ),
                (line("To object"), line("Pause stops what Ritme starts; the employer answers the objection itself.")),
                (line("No decision by a machine alone"), line("Ritme decides nothing about anybody.")),
            ),
            line(
                "An answer is due within a month; who asked sees by which day. Opinions about somebody are their data, "
                "also when somebody else wrote them."
            ),
        ),
    )


def never(words: Words) -> Part:
    """What it does not do."""
    line = words.line
    return Part(
        line("What Ritme does not do"),
        (
            points(
                line("It reads no channels and no messages; only what is sent to it."),
                line("It ranks nobody, and works out no score, label, mood or risk of a person."),
                line("It infers no emotion. Energy is a number that somebody gives themselves, or doesn't."),
                line("It shows HR no content, and no numbers about small groups."),
                line("It keeps no reason of an absence; there is no field for one."),
                line(
                    "It tells nobody but somebody's own manager whether they answered, skipped or did not answer yet."
                ),
                line(
                    "It has no list of who is thanked most. Who opened a check-in or feedback is shown only to whoever "
                    "it is about."
                ),
                line(
                    "It has nothing about somebody that they can't read themselves, but for one thing: whether a "
                    "manager ticked off a line of their digest."
                ),
                line("It sends nothing to its makers."),
            ),
        ),
    )


def _map(facts: Facts, words: Words) -> Part:
    """Every table there is."""
    line = words.line
    rows = [
        (
            one.table,
            purpose(one.why, words),
            ", ".join(one.people) or "-",
            ", ".join(one.words) or "-",
            names.KINDS[one.kind](words)
            if one.kind
            else line("with {table}", table=one.part)
            if one.part
            else line("as long as needed"),
        )
        for one in facts.entries
    ]
    return Part(
        line("Data map"),
        (
            line("Every table of the database, from the declarations in the code. A table without one can't be added."),
            table((line("Table"), line("Purpose"), line("Names whom"), line("Own words"), line("Ends with")), *rows),
        ),
    )
