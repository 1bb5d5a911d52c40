"""Who sees what: the policy table in words, for employees and works councils."""

from __future__ import annotations

from collections.abc import Sequence

from bot.words import Words
from views.papers import names
from views.papers.document import Document, Part, points, table
from views.papers.facts import Frame, Grant


def seeing(grants: Sequence[Grant], frame: Frame, words: Words) -> Document:
    """The whole paper."""
    line = words.line
    return Document(
        line("who-sees-what"),
        line("Who sees what in Ritme"),
        (
            line(
                "This page is made from the same table that Ritme itself looks in at every read, so it can't promise "
                "more than Ritme does. Every form also says, above its send button, by name who will be able to read "
                "it."
            ),
            line(
                "Readers are fixed when you send something. To open it later, somebody needs both: to have been "
                "named then, and to be still in that role today."
            ),
        ),
        (
            *objects(grants, words),
            groups(frame, words),
            people(words),
            changes(words),
            never(words),
            own(words),
        ),
    )


def objects(grants: Sequence[Grant], words: Words) -> tuple[Part, ...]:
    """A section for each object of the table."""
    head = (words.line("Who"), words.line("May"), words.line("How long"))
    return tuple(
        Part(title, (holds, table(head, *(names.row(one, words) for one in grants if one.object == object))))
        for object, (title, holds) in names.objects(words).items()
    )


def groups(frame: Frame, words: Words) -> Part:
    """What is shown of people together."""
    line = words.line
    return Part(
        line("Numbers about groups"),
        (
            points(
                line(
                    "A manager sees how many of their people took part, and the average energy of who shared it, "
                    "from {floor} people on.",
                    floor=frame.floor,
                ),
                line(
                    "HR sees how many people were asked and took part, only where that counts at least {floor} "
                    "people and {managers} managers together. Never what anybody wrote.",
                    floor=frame.floor,
                    managers=frame.managers,
                ),
                _chosen(frame, words),
            ),
        ),
    )


def _chosen(frame: Frame, words: Words) -> str:
    """Whose choice the smallest group is."""
    if frame.floor == frame.smallest:
        return words.line("The number {floor} is your organisation's choice, and it can't be lower.", floor=frame.floor)
    return words.line(
        "The number {floor} is your organisation's choice, never below {smallest}. Lowering it takes a new consent of "
        "the works council.",
        floor=frame.floor,
        smallest=frame.smallest,
    )


def people(words: Words) -> Part:
    """What is seen of people by those who look after the list and the machine, and by everybody."""
    line = words.line
    return Part(
        line("The list of people"),
        (
            points(
                line(
                    "Everybody can look up colleagues by name, and see that somebody is away and until when. Never why."
                ),
                line(
                    "HR keeps the list: name, e-mail address, manager, team, working days, first and last day, leave "
                    "dates."
                ),
                line("HR sees whom no message reaches, so that nobody is forgotten."),
                line("Administrators see which sorts of messages wait or failed, never what they say."),
            ),
        ),
    )


def changes(words: Words) -> Part:
    """What happens to what was there before."""
    line = words.line
    return Part(
        line("When something changes"),
        (
            points(
                line(
                    "You get another manager: your old manager can't open your check-ins and the feedback about you "
                    "any more, from that moment on. The new one reads what you send from then on, your goals, and "
                    "whether you answered."
                ),
                line(
                    "Your manager is away: who is their deputy at the moment you send something then reads that, no "
                    "more. A deputy can also be named while your manager is away."
                ),
                line(
                    "Somebody leaves: they can't open anything any more, and whoever read along as their manager or "
                    "deputy can't either."
                ),
                line("You change your mind: what you no longer share is closed from the next click on."),
            ),
        ),
    )


def never(words: Words) -> Part:
    """What nobody can do."""
    line = words.line
    return Part(
        line("What nobody can do"),
        (
            points(
                line("Read something about you that you can't read yourself. There is no hidden mode."),
                line(
                    "Read along because they are HR, or an administrator of Ritme, Slack or Teams. That gives no right."
                ),
                line(
                    "Read along from higher up. Your manager's manager only gets a sentence that your manager passes "
                    "on, and you can read that too."
                ),
                line("Add a reader afterwards to what you wrote."),
                line("Have Ritme read your channels or messages. It reads only what is sent to it."),
                line("Rank people, or get a score of one person that Ritme worked out."),
                line("See a list of who is thanked most, who answers fastest, or who reads most."),
                line("Start anything before the works council's consent, or that there is no council, is on record."),
            ),
            line(
                "One honest remark: whoever runs the machine that Ritme is on can technically reach its database, as "
                "with any system that you run yourself. Agree on paper who that is, and that they don't look."
            ),
        ),
    )


def own(words: Words) -> Part:
    """What everybody can do themselves."""
    line = words.line
    return Part(
        line("What you can do yourself"),
        (
            points(
                line(
                    "Type /ritme mydata to see everything about you and by you, and who opened your check-ins and the "
                    "feedback about you."
                ),
                line(
                    "Type /ritme settings to choose your readers, how you like to be thanked, and when you're left "
                    "alone."
                ),
                line(
                    "Press Pause there, and Ritme starts no conversation with you. Nobody is told; your manager only "
                    "sees that check-ins stay unanswered."
                ),
                line("Type /ritme digest me to read what managers' digests said about you."),
            ),
        ),
    )
