"""What waits and what got stuck, as one message."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.messages import Actions, Button, Confirm, Element, Heading, Item, Message, Say, Small, Span, Text
from bot.router import Help, Sentence
from bot.words import Words, bold
from views import house
from views.deliveries.kinds import counted
from views.deliveries.reasons import why
from views.examples import NOW, Example

PAGE = 8
"""Lines of each sort that are shown at once: more is no overview, and no chat's message is endless."""

MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Waiting:
    """So many of a kind. `done_at` is when the last will have gone, None where nothing binds them; `held` ones wait
    until it suits those they are for.
    """

    kind: str
    count: int
    done_at: datetime | None = None
    held: bool = False


@dataclass(frozen=True, slots=True)
class Aside:
    """What stands aside of a kind for a reason. A channel may have `blind` of them already."""

    kind: str
    reason: str
    count: int
    blind: int
    since: datetime
    reference: str = ""


@dataclass(frozen=True, slots=True)
class Facts:
    """How it stands at the moment `now`. `again` is how many were just sent on their way, None where nobody asked."""

    now: datetime
    waiting: tuple[Waiting, ...] = ()
    aside: tuple[Aside, ...] = ()
    page: int = 0
    again: int | None = None
    fenced: bool = False


def help(words: Words) -> Help:
    return Help(
        words.line("For administrators of Ritme: see which messages wait, and which got stuck."),
        (words.line("/ritme deliveries"), words.line("/ritme deliveries help"), words.line("/ritme home")),
    )


def status(facts: Facts, words: Words) -> Message:
    """Everything, by kind: what waits and until when, what stands aside and why."""
    note = words.say("Counts only: who a message is for, and what it says, is not shown here.")
    return Message(
        words.line("How my messages stand"),
        (*_news(facts, words), *_waits(facts, words), *_stuck(facts, words), Small(note), Actions((_look(words),))),
    )


def section(count: int, words: Words) -> tuple[Element, ...]:
    """The overview's part, for an administrator where something stands aside."""
    line = words.many("{n} message got stuck.", "{n} messages got stuck.", count)
    return Heading(words.line("Messages")), Item(line, button=Button(words.line("View"), "deliveries.show"))


# --- what waits --------------------------------------------------------------------------------------


def _news(facts: Facts, words: Words) -> Iterator[Element]:
    if facts.again:
        yield Say(words.many("{n} message goes again.", "{n} messages go again.", facts.again))
    elif facts.again is not None:
        yield Say(words.say("There was nothing left of it to send again."))
    if facts.fenced:
        yield Say(
            words.say(
                "Nothing goes out now: this is a copy of the database that was put back. Whoever runs Ritme lets it "
                "go with {command}.",
                command=bold("ritme db release"),
            )
        )


def _waits(facts: Facts, words: Words) -> Iterator[Element]:
    yield Heading(words.line("What waits"))
    if not facts.waiting:
        yield Say(words.say("Nothing waits."))
    for one in facts.waiting[:PAGE]:
        yield Item(_waiting(one, facts, words))
    rest = facts.waiting[PAGE:]
    if rest:
        n = sum(one.count for one in rest)
        yield Small(words.many("And {n} other message.", "And {n} other messages.", n))


def _waiting(one: Waiting, facts: Facts, words: Words) -> Text:
    what = bold(counted(one.kind, one.count, words))
    if facts.fenced:
        return (what,)
    if one.held:
        return words.say("{what}: as soon as it suits whoever it's for", what=what)
    if one.done_at is None:
        return words.say("{what}: as fast as the chat takes it", what=what)
    if one.done_at - facts.now <= MINUTE:
        return words.say("{what}: done within a minute", what=what)
    done = one.done_at + MINUTE - timedelta(microseconds=1)  # the minute that has begun is over then
    today = done.astimezone(words.zone).date() == facts.now.astimezone(words.zone).date()
    return words.say(
        "{what}: done around {moment}", what=what, moment=words.clock(done) if today else words.moment(done)
    )


# --- what stands aside -------------------------------------------------------------------------------


def _stuck(facts: Facts, words: Words) -> Iterator[Element]:
    yield Heading(words.line("What got stuck"))
    if not facts.aside:
        yield Say(words.say("Nothing got stuck."))
        return
    last = (len(facts.aside) - 1) // PAGE
    page = min(facts.page, last)
    for one in facts.aside[page * PAGE : (page + 1) * PAGE]:
        yield _aside(one, page, facts, words)
    others = sum(one.count for one in facts.aside) - sum(one.count for one in facts.aside[page * PAGE :][:PAGE])
    if others:
        yield Say(words.many("And {n} other message.", "And {n} other messages.", others))
        yield Actions((_look(words, (page + 1) % (last + 1), words.line("Show the others")),))


def _aside(one: Aside, page: int, facts: Facts, words: Words) -> Item:
    what, reason = bold(counted(one.kind, one.count, words)), why(one.reason, one.reference, words)
    return Item(
        (what, Span(f". {reason}")),
        words.say("Since {moment}", moment=words.moment(one.since)),
        None if facts.fenced else _send(one, page, words),
    )


def _send(one: Aside, page: int, words: Words) -> Button:
    carry = {"kind": one.kind, "reason": one.reason, "page": str(page)} | ({"blind": "yes"} if one.blind else {})
    confirm = Confirm(words.line("Send again?"), _asked(one, words), words.line("Send again"), words.line("Leave it"))
    return Button(words.line("Send again"), "deliveries.send", carry, confirm=confirm)


def _asked(one: Aside, words: Words) -> str:
    """What to know before sending again."""
    if one.blind:
        return words.many_line(
            "Nobody can tell whether {n} of these is there already. It may be seen twice.",
            "Nobody can tell whether {n} of these are there already. They may be seen twice.",
            one.blind,
        )
    if one.reason == "restored":
        return words.line(
            "It may have been sent after the copy was made. Where I can't look that up, somebody gets it twice."
        )
    return words.line("It goes to whoever it's for now, and only if it's still of use.")


def _look(words: Words, page: int = 0, label: str = "") -> Button:
    return Button(label or words.line("Look again"), "deliveries.look", {"page": str(page)})


REFUSALS: Mapping[str, Sentence] = {
    "deliveries.word": lambda facts, words: house.unknown_word(
        str(facts["typed"]), (words.line("/ritme deliveries"),), words
    ),
    "deliveries.denied": lambda _, words: words.line(
        "Which messages wait is for the administrators of Ritme. Do you miss one? Ask one of them."
    ),
    "deliveries.fenced": lambda _, words: words.line(
        "Nothing goes out now, so nothing was sent again. Whoever runs Ritme has to release the copy first."
    ),
}

_BULK = (
    Waiting("checkins.ask", 148, NOW + timedelta(minutes=4, seconds=30)),
    Waiting("digest.weekly", 31, NOW + timedelta(hours=20)),
    Waiting("home", 12, NOW + timedelta(seconds=20)),
    Waiting("kudos.told", 1),
    Waiting("checkins.reminder", 9, held=True),
)
_DAY = NOW - timedelta(days=1)
_ASIDE = (
    Aside("checkins.ask", "blocked", 12, 0, _DAY),
    Aside("kudos.posted", "unknown: no_lookup", 2, 2, _DAY),
    Aside("feedback.told", "unknown: timeout", 1, 0, _DAY),
    Aside("digest.weekly", "failed", 3, 0, _DAY, "7F3K"),
    Aside("goals.ended", "unreachable: 503", 5, 0, _DAY),
    Aside("kudos.told", "installation_removed", 1, 0, _DAY),
    Aside("onboarding.welcome", "restored", 4, 0, _DAY),
    Aside("checkins.replied", "ekm_access_denied", 1, 0, _DAY),
)
_MANY = tuple(
    Aside("kudos.told", reason, 1, 0, _DAY)
    for reason in ("no_account", "is_archived", "token_revoked", "msg_too_long", "message_not_found", "no_saying")
)
_ALL = Facts(NOW, _BULK, _ASIDE)

EXAMPLES = (
    Example("deliveries.status", lambda words: status(_ALL, words)),
    Example("deliveries.status on a quiet day", lambda words: status(Facts(NOW), words)),
    Example("deliveries.status, the others", lambda words: status(Facts(NOW, (), _ASIDE + _MANY, 1), words)),
    Example("deliveries.status after sending again", lambda words: status(replace(_ALL, again=12), words)),
    Example("deliveries.status after nothing", lambda words: status(Facts(NOW, again=0), words)),
    Example("deliveries.status behind a fence", lambda words: status(replace(_ALL, fenced=True), words)),
)
