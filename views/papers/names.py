"""What the objects, roles and verbs of the policy table are called among people. Whoever adds one gives it a name."""

from __future__ import annotations

from collections.abc import Mapping

from bot.words import Words
from views.papers.facts import Grant

Who = tuple[str, str]
"""Who it is, and how long the right lasts; no time for who never loses it."""


def objects(words: Words) -> Mapping[str, tuple[str, str]]:
    """By object: what it is called, and what it holds. In the order in which people meet them."""
    line = words.line
    return {
        "checkin": (
            line("Your check-in"),
            line("What came of your priorities, what stands in your way, and what you want to do next."),
        ),
        "checkin_energy": (
            line("Your energy"),
            line(
                "A number from 1 to 5, and only if you give one. Each time you choose: only you, or your manager "
                "too. HR, deputies and reviews never get it."
            ),
        ),
        "checkin_period": (
            line("Whether you answered"),
            line(
                "That you were asked, answered, skipped or did not answer yet. Not a word of what you wrote, and not "
                "whether you paused. Skipping counts as answered. After three times without an answer your manager's "
                "digest suggests a talk."
            ),
        ),
        "checkin_note": (
            line("What is said about a check-in"),
            line("A reply, a reaction, or a sentence that your manager passes on in their own words."),
        ),
        "feedback": (
            line("Feedback"),
            line("What a colleague saw, what it did, and perhaps a wish. Always with a name, never in a channel."),
        ),
        "feedback_request": (
            line("A request for feedback"),
            line("Whom you asked, about what, and by when. Declining needs no reason."),
        ),
        "kudos": (
            line("Kudos"),
            line("Thanks from one colleague to another, shown the way the receiver likes it."),
        ),
        "goal": (
            line("Goals"),
            line(
                "What you, your team or the organisation wants to reach, and how it stands. A goal's progress counts "
                "in the goal above it only if everybody who may read that one may read this one too."
            ),
        ),
        "digest": (
            line("The weekly digest for managers"),
            line("At most five sorts of asks about a team. Whatever it says about you, you can read too."),
        ),
    }


def verbs(words: Words) -> Mapping[tuple[str, str], str]:
    """By object and verb: what it lets somebody do. In the order in which they are listed."""
    line = words.line
    read = line("read it")
    return {
        ("checkin", "read"): read,
        ("checkin", "respond"): line("reply to it"),
        ("checkin", "pass"): line("pass on a sentence of their own to their own manager, which you can read too"),
        ("checkin", "change"): line("change it"),
        ("checkin_energy", "read"): read,
        ("checkin_period", "read"): line("see it"),
        ("checkin_note", "read"): read,
        ("feedback", "read"): read,
        ("feedback", "change"): line("change it or take it back, until somebody has read it"),
        ("feedback", "receive"): line("say thanks for it, and put it out of their own lists"),
        ("feedback_request", "read"): read,
        ("feedback_request", "answer"): line("answer or decline it"),
        ("feedback_request", "withdraw"): line("take it back"),
        ("kudos", "read"): read,
        ("kudos", "change"): line("change the words, for ten minutes"),
        ("kudos", "delete"): line("take it back"),
        ("goal", "read"): read,
        ("goal", "change"): line("update, change and close it"),
        ("goal", "outcome"): line("see the score and the lesson it was closed with"),
        ("digest", "read"): read,
        ("digest", "settle"): line("tick off that it was dealt with"),
    }


def roles(words: Words) -> Mapping[tuple[str, str], Who]:
    """By object and role: who that is, and how long it lasts."""
    line = words.line
    you, manager = line("You"), line("as long as they are your manager and you work here")
    author, reader = line("Who wrote it"), line("Who it is for")
    return {
        ("checkin", "owner"): (you, ""),
        ("checkin", "owner until it is seen"): (you, line("until somebody else has opened it")),
        ("checkin", "manager"): (line("Your manager on the day you sent it"), manager),
        ("checkin", "deputy"): (
            line("Their deputy, if you sent it while your manager was away"),
            line("until your manager is back, and not again in the next absence"),
        ),
        ("checkin", "second"): (
            line("A second manager, unless you leave them out"),
            line("until you or HR take them out"),
        ),
        ("checkin", "partner"): (
            line("The conversation partner you chose, if you have no manager"),
            line("until you choose another or get a manager"),
        ),
        ("checkin_energy", "owner"): (you, ""),
        ("checkin_energy", "manager"): (line("Your manager, if you chose so in that check-in"), manager),
        ("checkin_period", "owner"): (you, ""),
        ("checkin_period", "manager"): (line("Your manager of today"), manager),
        ("checkin_note", "author"): (author, ""),
        ("checkin_note", "receiver"): (reader, ""),
        ("checkin_note", "owner of the check-in"): (line("Whose check-in it is about"), ""),
        ("checkin_note", "replied before"): (
            line("Who replied to you before, if it is your answer to them"),
            line("as long as they can read the check-in"),
        ),
        ("feedback", "author"): (author, ""),
        ("feedback", "subject"): (line("Who it is about"), ""),
        ("feedback", "manager"): (
            line("The manager of who it is about, only if the writer chose so before sending"),
            line("as long as they are that person's manager"),
        ),
        ("feedback_request", "asker"): (line("Who asks"), ""),
        ("feedback_request", "asked"): (line("Who is asked"), ""),
        ("kudos", "giver"): (line("Who gives it"), ""),
        ("kudos", "receiver"): (line("Who gets it"), line("until they take themselves out of it")),
        ("kudos", "everyone"): (
            line(
                "Everybody in the organisation, and whoever else is in the kudos channel, if the receiver likes public "
                "thanks"
            ),
            line("until the receiver takes themselves out of it"),
        ),
        ("kudos", "manager"): (
            line("The receiver's manager, if the receiver likes that"),
            line("as long as they are that person's manager"),
        ),
        ("goal", "owner"): (line("You, for a goal of your own"), ""),
        ("goal", "team manager"): (line("Who leads people in the team, for a team's goal"), line("as long as they do")),
        ("goal", "steering"): (
            line("HR, administrators, and managers without a manager, for a goal of the organisation"),
            line("as long as they are that"),
        ),
        ("goal", "manager"): (
            line("Your manager of today, or your conversation partner if you have none, for a goal of your own"),
            line("as long as they are that and you work here"),
        ),
        ("goal", "everyone"): (line("Everybody in the organisation, for a goal of a team or of the organisation"), ""),
        ("goal", "everyone, where the owner says so"): (
            line("Everybody in the organisation, for a goal of your own that you show to everyone"),
            line("until you show it to your manager only"),
        ),
        ("digest", "named in it"): (line("Whoever it says something about, or names"), ""),
        ("digest", "manager"): (
            line("The manager it was written for"),
            line("as long as they are the manager of whom it is about"),
        ),
    }


def row(grant: Grant, words: Words) -> tuple[str, str, str]:
    """Who, what they may do, and how long."""
    who, until = roles(words)[grant.object, grant.role]
    own = {("kudos", "receiver", "delete"): words.line("take themselves out of it")}
    may = [
        own.get((object, grant.role, verb), text)
        for (object, verb), text in verbs(words).items()
        if object == grant.object and verb in grant.verbs
    ]
    return who, "; ".join(may), until or words.line("as long as it is kept")
