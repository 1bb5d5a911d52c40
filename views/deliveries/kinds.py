"""What each kind of message is called when it is counted. None of it says who it is for, or what it says."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from bot.words import Words

KINDS: Mapping[str, Callable[[int, Words], str]] = {
    "checkins.ask": lambda n, words: words.many_line(
        "{n} invitation to a check-in", "{n} invitations to a check-in", n
    ),
    "checkins.passed_about": lambda n, words: words.many_line(
        "{n} message that a note was passed on", "{n} messages that a note was passed on", n
    ),
    "checkins.passed_to": lambda n, words: words.many_line(
        "{n} note passed on to a manager", "{n} notes passed on to a manager", n
    ),
    "checkins.reminder": lambda n, words: words.many_line(
        "{n} reminder of a check-in", "{n} reminders of a check-in", n
    ),
    "checkins.replied": lambda n, words: words.many_line("{n} reply to a check-in", "{n} replies to a check-in", n),
    "digest.weekly": lambda n, words: words.many_line("{n} weekly digest", "{n} weekly digests", n),
    "directory.left": lambda n, words: words.many_line(
        "{n} note to HR about a leaver", "{n} notes to HR about leavers", n
    ),
    "directory.synced": lambda n, words: words.many_line(
        "{n} result of fetching people", "{n} results of fetching people", n
    ),
    "directory.unfetched": lambda n, words: words.many_line(
        "{n} note that people could not be fetched", "{n} notes that people could not be fetched", n
    ),
    "feedback.asked": lambda n, words: words.many_line("{n} request for feedback", "{n} requests for feedback", n),
    "feedback.declined": lambda n, words: words.many_line(
        "{n} kind no to a request for feedback", "{n} kind noes to a request for feedback", n
    ),
    "feedback.lapsed": lambda n, words: words.many_line(
        "{n} note that a request for feedback has lapsed", "{n} notes that a request for feedback has lapsed", n
    ),
    "feedback.reminded": lambda n, words: words.many_line(
        "{n} reminder of a request for feedback", "{n} reminders of a request for feedback", n
    ),
    "feedback.shared": lambda n, words: words.many_line(
        "{n} piece of feedback shared with a manager", "{n} pieces of feedback shared with a manager", n
    ),
    "feedback.thanked": lambda n, words: words.many_line("{n} thanks for feedback", "{n} times thanks for feedback", n),
    "feedback.told": lambda n, words: words.many_line("{n} message about feedback", "{n} messages about feedback", n),
    "goals.answered": lambda n, words: words.many_line(
        "{n} word that there is news about a goal", "{n} words that there is news about goals", n
    ),
    "goals.asked": lambda n, words: words.many_line("{n} question about a goal", "{n} questions about goals", n),
    "goals.cascaded": lambda n, words: words.many_line(
        "{n} message about goals for a team", "{n} messages about goals for a team", n
    ),
    "goals.ended": lambda n, words: words.many_line(
        "{n} question about a goal that has ended", "{n} questions about goals that have ended", n
    ),
    "home": lambda n, words: words.many_line("{n} overview to refresh", "{n} overviews to refresh", n),
    "kudos.manager": lambda n, words: words.many_line("{n} kudos told to a manager", "{n} kudos told to managers", n),
    "kudos.posted": lambda n, words: words.many_line("{n} kudos in the channel", "{n} kudos in the channel", n),
    "kudos.told": lambda n, words: words.many_line(
        "{n} kudos told to the receiver", "{n} kudos told to their receivers", n
    ),
    "onboarding.begins": lambda n, words: words.many_line(
        "{n} message about what begins", "{n} messages about what begins", n
    ),
    "onboarding.preview": lambda n, words: words.many_line(
        "{n} preview of the announcement", "{n} previews of the announcement", n
    ),
    "onboarding.welcome": lambda n, words: words.many_line("{n} welcome", "{n} welcomes", n),
    "privacy.asked": lambda n, words: words.many_line("{n} wish to be erased", "{n} wishes to be erased", n),
    "privacy.copy": lambda n, words: words.many_line("{n} request for a copy", "{n} requests for a copy", n),
    "privacy.last": lambda n, words: words.many_line(
        "{n} last message to who is erased", "{n} last messages to who is erased", n
    ),
    "privacy.refused": lambda n, words: words.many_line(
        "{n} answer to a wish to be erased", "{n} answers to a wish to be erased", n
    ),
    "privacy.reminded": lambda n, words: words.many_line(
        "{n} reminder of a question about personal data", "{n} reminders of questions about personal data", n
    ),
    "privacy.stuck": lambda n, words: words.many_line(
        "{n} message that somebody is not erased yet", "{n} messages that somebody is not erased yet", n
    ),
    "privacy.gone": lambda n, words: words.many_line(
        "{n} message that is taken back", "{n} messages that are taken back", n
    ),
}


def counted(kind: str, n: int, words: Words) -> str:
    """So many of a kind, such as "148 invitations to a check-in"; a kind of another version is just a message."""
    known = KINDS.get(kind)
    return known(n, words) if known else words.many_line("{n} other message", "{n} other messages", n)


def called(kind: str, words: Words) -> str:
    """What one of a kind is called, without its number: "invitation to a check-in"."""
    return counted(kind, 1, words).removeprefix(f"{words.number(1)} ")
