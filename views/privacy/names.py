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
    "copy_wish": lambda words: words.line("Your wish for a copy"),
    "sealed_answer": lambda words: words.line("Your answers that aren't published yet"),
    "participant": lambda words: words.line("Anonymous rounds that you were asked in"),
}
"""What somebody may have in a table, by its name."""

STAYING: Mapping[str, Called] = {
    "goal": lambda words: words.line("Goals of a team or of the organisation"),
    "goal_update": lambda words: words.line("Updates of a team's goals"),
    "goal_change": lambda words: words.line("Changes of a team's goals"),
    "kudos": lambda words: words.line("Kudos given"),
    "checkin_note": lambda words: words.line("Words about somebody else's check-in"),
    "feedback_request": lambda words: words.line("Requests for feedback, asked by others"),
    "feedback": lambda words: words.line("Feedback given"),
    "consent": lambda words: words.line("Consents written down"),
    "announcement": lambda words: words.line("Announcements sent"),
    "retention": lambda words: words.line("Terms chosen"),
    "reading": lambda words: words.line("What was opened of others"),
}
"""What stays of somebody who is erased, by its table: whoever reads it, and without what goes."""

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
    "refusal": lambda words: words.line("Why it was refused"),
    "refused_at": lambda words: words.line("Refused"),
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
    "workdays": lambda words: words.line("Working days"),
    "cadence": lambda words: words.line("Moment of one's own"),
    "kudos": lambda words: words.line("How you like to be thanked"),
    "quiet_from": lambda words: words.line("Quiet from"),
    "quiet_until": lambda words: words.line("Quiet until"),
    "digest_day": lambda words: words.line("Day of the digest"),
    "digest_at": lambda words: words.line("Time of the digest"),
    "paused": lambda words: words.line("Paused"),
    "hr": lambda words: words.line("HR"),
    "admin": lambda words: words.line("Administrator"),
    "preferred": lambda words: words.line("Preferred chat"),
    "blocked_at": lambda words: words.line("Not reached since"),
    "source": lambda words: words.line("From where"),
    "object": lambda words: words.line("What"),
    "role": lambda words: words.line("As"),
    "due_at": lambda words: words.line("Asked on"),
    "closes_at": lambda words: words.line("To be answered before"),
    "state": lambda words: words.line("State"),
    "agreed_on": lambda words: words.line("Agreed on"),
    "floor": lambda words: words.line("Smallest group"),
    "covers": lambda words: words.line("What it covers"),
    "kind": lambda words: words.line("Kind"),
    "done_at": lambda words: words.line("Done"),
    "asked": lambda words: words.line("Asked for by yourself"),
    "shown_at": lambda words: words.line("Opened"),
    "decided_at": lambda words: words.line("Decided"),
    "why": lambda words: words.line("Why"),
    "also": lambda words: words.line("Other names"),
    "level": lambda words: words.line("Whose goal"),
    "year": lambda words: words.line("Year"),
    "quarter": lambda words: words.line("Quarter"),
    "shown": lambda words: words.line("Who sees it"),
    "said": lambda words: words.line("Progress as said"),
    "was": lambda words: words.line("Confidence before"),
    "falls": lambda words: words.line("Times that confidence fell"),
    "confident_at": lambda words: words.line("Confidence given"),
    "reached_at": lambda words: words.line("Reached"),
    "months": lambda words: words.line("Months"),
    "answered": lambda words: words.line("Answered"),
    "part": lambda words: words.line("Part"),
    "answered_at": lambda words: words.line("Answered"),
    "evidence": lambda words: words.line("Link"),
    "measure": lambda words: words.line("Measured in"),
    "unit": lambda words: words.line("Unit"),
    "start": lambda words: words.line("At the start"),
    "target": lambda words: words.line("Aim"),
    "current": lambda words: words.line("Now"),
    "dropped_at": lambda words: words.line("Dropped"),
    "shared": lambda words: words.line("Shared with your manager"),
    "carried": lambda words: words.line("Taken along from before"),
    "outcome": lambda words: words.line("What came of it"),
    "seen_at": lambda words: words.line("First opened"),
    "read_at": lambda words: words.line("Read on"),
    "thanked_at": lambda words: words.line("Thanked"),
    "hidden_at": lambda words: words.line("Put out of the list"),
    "what": lambda words: words.line("What was changed"),
    "short": lambda words: words.line("Called"),
    "expires_at": lambda words: words.line("Useful until"),
    "locale": lambda words: words.line("Language of the chat"),
    "period": lambda words: words.line("Period"),
    "team_id": lambda words: words.line("Team"),
    "value_id": lambda words: words.line("Company value"),
    "installation_id": lambda words: words.line("Workspace or tenant"),
    "checkin_energy.person_id": lambda words: words.line("Whose energy"),
    "audience.person_id": lambda words: words.line("Reader"),
    "audience.about_id": lambda words: words.line("Whose entry"),
}
"""The columns that are shown, by name, or by table and name where that says more."""

_TECHNICAL = """
    id org_id letters listed chosen latest place entry_id entries target_id bundle_id object_id
    conversation.conversation conversation.kind service_url bot mri home
    delivery.verb delivery.ids delivery.state delivery.channel delivery.to delivery.once delivery.nudge delivery.week
    delivery.not_before delivery.attempts delivery.token delivery.tried_at delivery.retry_at delivery.ref
    delivery.reason delivery.installation_id due.key due.parked due.about_id erasure.place erasure.after
    checkin_period.period period_id checkin_id goal_id parent_id result_id request_id kudos_id settled_id digest_id
    opening_id group_id body digest_line.kind digest_line.object
"""
TECHNICAL = frozenset(_TECHNICAL.split())
"""The columns that say nothing by themselves: numbers of rows, and how a message found its way. A copy has them all."""


def column(table: str, name: str) -> Called | None:
    """What a column of a table is called; None for a technical one."""
    if {name, f"{table}.{name}"} & TECHNICAL:
        return None
    return COLUMNS.get(f"{table}.{name}") or COLUMNS.get(name)


KINDS: Mapping[str, Called] = {
    "checkins": lambda words: words.line("Check-ins"),
    "feedback": lambda words: words.line("Feedback"),
    "goals": lambda words: words.line("Goals, after the last update"),
    "kudos": lambda words: words.line("Kudos"),
    "digests": lambda words: words.line("Digests"),
    "answers": lambda words: words.line("Anonymous answers"),
    "leavers": lambda words: words.line("People, after they left"),
    "wishes": lambda words: words.line("Wishes to be erased, after a refusal"),
    "absences": lambda words: words.line("Days away"),
    "reads": lambda words: words.line("Who opened what"),
    "messages": lambda words: words.line("Which messages were sent"),
    "technical": lambda words: words.line("The machine's own work"),
}
"""The kinds of entries that have a term."""


def table(name: str, words: Words) -> str:
    return TABLES[name](words) if name in TABLES else name


def staying(name: str, words: Words) -> str:
    return STAYING[name](words)


def kind(name: str, words: Words) -> str:
    return KINDS[name](words) if name in KINDS else name
