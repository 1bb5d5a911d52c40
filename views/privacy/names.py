"""What tables, columns and kinds of entries are called in the reader's language."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from bot.words import Words

Called = Callable[[Words], str]

TABLES: Mapping[str, Called] = {
    "person": lambda words: words.line("Who you are here"),
    "account": lambda words: words.line("Your accounts in the chat"),
    "conversation": lambda words: words.line("Where the chat lets Ritme speak with you"),
    "absence": lambda words: words.line("Your days away"),
    "deputy": lambda words: words.line("Who stands in for whom"),
    "goal": lambda words: words.line("Goals"),
    "key_result": lambda words: words.line("Key results"),
    "goal_update": lambda words: words.line("Updates of goals"),
    "goal_change": lambda words: words.line("Changes of goals"),
    "goal_ask": lambda words: words.line("Questions how goals are going"),
    "kudos": lambda words: words.line("Kudos given and received"),
    "kudos_receiver": lambda words: words.line("Who was thanked in your kudos"),
    "checkin_period": lambda words: words.line("When you were asked for a check-in"),
    "checkin": lambda words: words.line("Your check-ins"),
    "checkin_priority": lambda words: words.line("Your priorities"),
    "checkin_energy": lambda words: words.line("Your energy"),
    "checkin_note": lambda words: words.line("What was said about check-ins"),
    "feedback_request": lambda words: words.line("Requests for feedback"),
    "feedback": lambda words: words.line("Feedback given and received"),
    "digest": lambda words: words.line("Your digests"),
    "digest_line": lambda words: words.line("What digests said"),
    "audience": lambda words: words.line("Who may read your entries"),
    "reading": lambda words: words.line("Who opened your entries"),
    "delivery": lambda words: words.line("Messages to you, without their words"),
    "due": lambda words: words.line("What Ritme planned for you"),
    "consent": lambda words: words.line("Consents that you wrote down"),
    "announcement": lambda words: words.line("Announcements that you sent"),
    "retention": lambda words: words.line("Terms that you chose"),
    "erasure": lambda words: words.line("Your wish to be erased"),
    "sealed_answer": lambda words: words.line("Your answers that aren't published yet"),
    "participant": lambda words: words.line("Anonymous rounds that you were asked in"),
}
"""What somebody may have in a table, by its name."""

COLUMNS: Mapping[str, Called] = {
    "name": lambda words: words.line("Name"),
    "email": lambda words: words.line("E-mail address"),
    "user": lambda words: words.line("What the chat calls you"),
    "language": lambda words: words.line("Language"),
    "zone": lambda words: words.line("Time zone"),
    "manager_id": lambda words: words.line("Manager"),
    "second_id": lambda words: words.line("Second manager"),
    "partner_id": lambda words: words.line("Conversation partner"),
    "deputy_id": lambda words: words.line("Deputy"),
    "starts_on": lambda words: words.line("First day"),
    "leaves_on": lambda words: words.line("Last day"),
    "starts": lambda words: words.line("From"),
    "until": lambda words: words.line("Until"),
    "ends": lambda words: words.line("Until"),
    "owner_id": lambda words: words.line("Kept up to date by"),
    "person_id": lambda words: words.line("Who"),
    "about_id": lambda words: words.line("About"),
    "by_id": lambda words: words.line("By"),
    "giver_id": lambda words: words.line("From"),
    "author_id": lambda words: words.line("By"),
    "subject_id": lambda words: words.line("About"),
    "asker_id": lambda words: words.line("Asked by"),
    "asked_id": lambda words: words.line("Asked of"),
    "to_id": lambda words: words.line("Passed on to"),
    "seen_by_id": lambda words: words.line("First opened by"),
    "reader_id": lambda words: words.line("Opened by"),
    "updated_by_id": lambda words: words.line("Last update by"),
    "title": lambda words: words.line("Title"),
    "text": lambda words: words.line("Words"),
    "learned": lambda words: words.line("What was learned"),
    "note": lambda words: words.line("Note"),
    "reason": lambda words: words.line("Reason"),
    "old": lambda words: words.line("Before"),
    "new": lambda words: words.line("After"),
    "blocker": lambda words: words.line("What gets in the way"),
    "topic": lambda words: words.line("Topic"),
    "question": lambda words: words.line("Question"),
    "situation": lambda words: words.line("Situation"),
    "behaviour": lambda words: words.line("What was seen or heard"),
    "impact": lambda words: words.line("Effect"),
    "wish": lambda words: words.line("Wish or question"),
    "value": lambda words: words.line("From 1 to 5"),
    "progress": lambda words: words.line("Progress"),
    "confidence": lambda words: words.line("Confidence"),
    "score": lambda words: words.line("Score"),
    "facts": lambda words: words.line("What it said"),
    "at": lambda words: words.line("When"),
    "day": lambda words: words.line("Day"),
    "created_at": lambda words: words.line("Made"),
    "updated_at": lambda words: words.line("Last update"),
    "closed_at": lambda words: words.line("Closed"),
    "sent_at": lambda words: words.line("Sent"),
    "asked_at": lambda words: words.line("Asked"),
    "deadline": lambda words: words.line("Deadline"),
}
"""The columns that are shown; a copy to take along has all of them."""

KINDS: Mapping[str, Called] = {
    "checkins": lambda words: words.line("Check-ins"),
    "feedback": lambda words: words.line("Feedback"),
    "goals": lambda words: words.line("Goals, after the last update"),
    "kudos": lambda words: words.line("Kudos"),
    "digests": lambda words: words.line("Digests"),
    "answers": lambda words: words.line("Anonymous answers"),
    "leavers": lambda words: words.line("People, after they left"),
    "absences": lambda words: words.line("Days away"),
    "reads": lambda words: words.line("Who opened what"),
    "messages": lambda words: words.line("Which messages were sent"),
    "technical": lambda words: words.line("The machine's own work"),
}
"""The kinds of entries that have a term."""


def table(name: str, words: Words) -> str:
    return TABLES[name](words) if name in TABLES else name


def kind(name: str, words: Words) -> str:
    return KINDS[name](words) if name in KINDS else name
