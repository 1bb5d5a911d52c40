"""How digests look. A line is one sentence, the same for the manager who got it and for who it is about."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import lru_cache
from itertools import groupby
from operator import attrgetter
from typing import Literal

from bot.messages import (
    Actions,
    Button,
    Chart,
    Divider,
    Element,
    Form,
    Heading,
    Item,
    Mention,
    Message,
    Say,
    Series,
    Small,
    Span,
    Text,
)
from bot.router import Help, Sentence
from bot.words import Words, bold
from views.examples import ANNA, LOTTE, NOOR, NOW, RAVI, SEM, Example


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that a digest says about somebody. What does not belong to its kind is empty.

    `entry` is what its button opens, `id` the line itself; `since` is a day; `was` and `now` are confidence, 0..10.
    """

    kind: str
    who: Mention
    id: int = 0
    entry: int = 0
    by: Mention | None = None
    title: str = ""
    since: date | None = None
    was: int = 0
    now: int = 0
    done: bool = False


@dataclass(frozen=True, slots=True)
class Trend:
    """A chart of the team. `days` are the Mondays of its weeks; `parts` of `wholes`, or averages in `parts` alone."""

    days: tuple[date, ...]
    parts: tuple[float | None, ...]
    wholes: tuple[int | None, ...] = ()


@dataclass(frozen=True, slots=True)
class Digest:
    """A manager's digest. `without` names the charts that too few people were there for ("participation", "energy"),
    `floor` how many it takes. `answer` says that it is shown where it was asked for, and is no message of its own.
    """

    week: int
    team: str
    asks: tuple[Line, ...] = ()
    good: tuple[Line, ...] = ()
    participation: Trend | None = None
    energy: Trend | None = None
    without: tuple[str, ...] = ()
    floor: int = 5
    answer: bool = False


@dataclass(frozen=True, slots=True)
class Remark:
    """A line that somebody was named in, who got it, and when."""

    line: Line
    reader: str
    at: datetime


def help(words: Words) -> Help:
    return Help(
        words.line("See what needs your attention in your team, or what a digest said about you."),
        (words.line("/ritme digest"), words.line("/ritme digest me"), words.line("/ritme digest help")),
    )


# --- sentences ---------------------------------------------------------------------------------------


def sentence(line: Line, words: Words) -> Text:
    """What a line says, in the one form that everybody reads."""
    return _SENTENCES[line.kind](line, bold(line.who.name), _since(line, words), words)


def _since(line: Line, words: Words) -> str:
    return words.day(line.since) if line.since else ""


_SENTENCES: Mapping[str, Callable[..., Text]] = {
    "falling": lambda line, who, since, words: words.say(
        "{who} has less confidence in “{title}” since {since}: it went from {was} to {now}.",
        who=who,
        title=line.title,
        since=since,
        was=line.was,
        now=line.now,
    ),
    "blocker": lambda _, who, since, words: words.say(
        "{who} has had something in the way since {since}.", who=who, since=since
    ),
    "silent": lambda _, who, since, words: words.say(
        "You haven't heard from {who} in check-ins since {since}. A short talk could be nice.", who=who, since=since
    ),
    "unseen": lambda _, who, since, words: words.say(
        "{who} sent you a check-in on {since} that nobody has opened yet.", who=who, since=since
    ),
    "thank": lambda _, who, __, words: words.say(
        "You haven't thanked {who} for a while. What do you appreciate?", who=who
    ),
    "stale": lambda line, who, since, words: words.say(
        "{who} has not updated the goal “{title}” since {since}.", who=who, title=line.title, since=since
    ),
    "kudos": lambda line, who, _, words: words.say(
        "{who} got kudos from {giver}.", who=who, giver=bold(line.by.name if line.by else "")
    ),
    "reached": lambda line, who, _, words: words.say("{who} reached a goal: “{title}”.", who=who, title=line.title),
}


_FEW = 5
"""Lines that need no headings among them."""

_TOGETHER: Mapping[str, Callable[[int, Words], Text]] = {
    "falling": lambda n, words: words.many("Confidence fell on {n} goal:", "Confidence fell on {n} goals:", n),
    "blocker": lambda n, words: words.many("Something is in {n} person's way:", "Something is in {n} people's way:", n),
    "silent": lambda n, words: words.many("{n} person is quiet:", "{n} people are quiet:", n),
    "unseen": lambda n, words: words.many("{n} check-in waits for a reader:", "{n} check-ins wait for a reader:", n),
    "stale": lambda n, words: words.many("{n} goal could use an update:", "{n} goals could use an update:", n),
}
"""What asks of one sort have in common."""


def _button(line: Line, words: Words, *, answer: bool) -> Button | None:
    """What a manager can do on the spot."""
    entry = str(line.entry)
    match line.kind:
        case "falling" | "stale" | "reached":
            return Button(words.line("View goal"), "goals.view", {"goal": entry})
        case "blocker" | "unseen":
            return Button(words.line("Read and respond"), "checkins.open", {"checkin": entry})
        case "thank":
            return Button(words.line("Give kudos"), "kudos.new", {"to": str(line.who.person)})
        case "kudos":
            return Button(words.line("Read"), "kudos.read", {"kudos": entry})
        case _:
            return Button(
                words.line("We talked"), "digest.talked", {"line": str(line.id)} | ({"answer": "1"} if answer else {})
            )


# --- the manager's digest ----------------------------------------------------------------------------


def weekly(digest: Digest, words: Words) -> Message:
    """The digest: what needs the manager, what went well, the week in one picture, and what is not in here."""
    body = [
        Heading(_title(digest, words)),
        *_part(words.line("This needs your attention"), digest.asks, digest, words),
        *_part(words.line("What went well"), digest.good, digest, words),
    ]
    if not (digest.asks or digest.good):
        body.append(Say(words.say("Nothing needs your attention right now. Enjoy your week.")))
    body += _charts(digest, words)
    body.append(Small(_hidden(digest.without, digest.floor, words)))
    body.append(Actions((Button(words.line("Open overview"), "home.show"),)))
    return Message(_summary(digest, words), tuple(body))


def _title(digest: Digest, words: Words) -> str:
    if digest.team:
        return words.line("Week {week} · {team}", week=str(digest.week), team=digest.team)
    return words.line("Week {week} · your team", week=str(digest.week))


def _summary(digest: Digest, words: Words) -> str:
    n = len(digest.asks)
    if n:
        return words.many_line(
            "{n} thing in your team needs your attention.", "{n} things in your team need your attention.", n
        )
    return words.line("Good news from your team.") if digest.good else words.line("Your team this week.")


def _part(title: str, lines: tuple[Line, ...], digest: Digest, words: Words) -> list[Element]:
    """Lines of one sort stand together; where there are many, below what they have in common."""
    body: list[Element] = []
    for kind, found in groupby(lines, attrgetter("kind")):
        sort = list(found)
        if len(sort) > 1 and kind in _TOGETHER and len(lines) > _FEW:
            body.append(Say(_TOGETHER[kind](len(sort), words)))
        body += [_item(line, words, answer=digest.answer) for line in sort]
    return [Divider(), Say((bold(title),)), *body] if body else []


def _item(line: Line, words: Words, *, answer: bool) -> Item:
    button = _button(line, words, answer=answer)
    if not line.done:
        return Item(sentence(line, words), button=button)
    if line.kind == "silent":
        return Item(sentence(line, words), words.say("You talked. I'll leave it at that for now."))
    return Item(sentence(line, words), words.say("You asked how it's going. I'll tell you when there's news."), button)


def _charts(digest: Digest, words: Words) -> list[Element]:
    charts: list[Element] = [Divider()]
    if digest.participation:
        charts.append(participation(digest.participation, words))
    if digest.energy:
        value = words.number(digest.energy.parts[-1] or 0, 1)
        said = words.line(
            "Those who share their energy with you rated it {value} out of 5 last week, on average.", value=value
        )
        name = words.line("Energy, average of the group")
        charts.append(_chart(name, said, digest.energy.days, digest.energy.parts, ("line", 5), words))
    return charts


def participation(trend: Trend, words: Words) -> Chart:
    """How many took part, by week. Skipping counts as taking part."""
    parts = list(zip(trend.parts, trend.wholes, strict=True))
    joined, asked = int(trend.parts[-1] or 0), int(trend.wholes[-1] or 0)
    said = words.line("Last week {joined} of {asked} people took part in the check-in.", joined=joined, asked=asked)
    shares = tuple(round(100 * part / whole) if part is not None and whole else None for part, whole in parts)
    return _chart(words.line("Took part, in %"), said, trend.days, shares, ("bar", 100), words)


def _chart(
    name: str,
    said: str,
    days: tuple[date, ...],
    values: tuple[float | None, ...],
    look: tuple[Literal["line", "bar"], float],
    words: Words,
) -> Chart:
    """A chart that begins with the first week of which something is known."""
    first = next((place for place, value in enumerate(values) if value is not None), 0)
    return Chart(name, said, _labels(days[first:], words), (Series(name, values[first:]),), *look)


@lru_cache(64)
def _labels(days: tuple[date, ...], words: Words) -> tuple[str, ...]:
    return tuple(words.day(day) for day in days)


@lru_cache(64)
def _hidden(without: tuple[str, ...], least: int, words: Words) -> Text:
    """What is not in here, and why."""
    floor = str(least)
    title = bold(words.line("What you don't see here:"))
    lines = [
        words.say("{title} what people keep to themselves, or share with others.", title=title),
        words.say(
            "Energy only shows here as the average of {floor} or more who share it with you. What one of them shares "
            "stands in the check-in.",
            floor=floor,
        ),
    ]
    if "participation" in without:
        lines.append(words.say("A chart of how many took part needs {floor} people too.", floor=floor))
    lines.append(words.say("Everybody can read what this digest says about them."))
    return tuple(part for line in lines for part in (*line, Span(" ")))[:-1]


def nobody(words: Words) -> Message:
    """To who has no digest."""
    return Message(
        words.line("The digest is for who leads a team."),
        (
            Say(words.say("The digest is for who leads a team. What one said about you, you can always read.")),
            Actions((about_button(words),)),
        ),
    )


# --- what was said about somebody --------------------------------------------------------------------


def about_button(words: Words) -> Button:
    return Button(words.line("What it said about me"), "digest.me")


def about(remarks: tuple[Remark, ...], words: Words) -> Form:
    """Every line that the reader was named in, word for word, and who got it."""
    body: list[Element] = []
    if remarks:
        intro = words.say("This is what digests said about you, word for word. “You” is who got it.")
        body.append(Say(intro))
    else:
        body.append(Say(words.say("No digest has said anything about you yet. When one does, you can read it here.")))
    for remark in remarks:
        small = words.say("{name} got this on {day}.", name=remark.reader, day=words.day(remark.at))
        body.append(Item(sentence(remark.line, words), small))
    return Form("digest.about", words.line("Said about you"), "", tuple(body), words.line("Close"))


def section(words: Words) -> tuple[Element, ...]:
    """The overview's part for who was named in a digest."""
    line = words.say("The weekly digest mentioned you. You can read every word of it.")
    return (Item(line, button=about_button(words)),)


REFUSALS: Mapping[str, Sentence] = {
    "digest.gone": lambda _, words: words.line("This digest is no longer there, or it is not for you any more."),
}

_WEEKS = tuple(date(2026, 10, 12) + timedelta(weeks=n) for n in range(6))
_FULL = Digest(
    48,
    "Platform",
    (
        Line("falling", NOOR, 1, 12, title="Half of our customers book online", since=date(2026, 11, 19), was=7, now=5),
        Line("blocker", SEM, 2, 31, since=date(2026, 11, 12)),
        Line("silent", LOTTE, 3, since=date(2026, 11, 2)),
        Line("unseen", RAVI, 4, 33, since=date(2026, 11, 20)),
        Line("stale", NOOR, 5, 14, title="A calm release every week", since=date(2026, 11, 3)),
    ),
    (Line("kudos", RAVI, 6, 7, by=SEM), Line("reached", LOTTE, 7, 15, title="The test environment recovers by itself")),
    Trend(_WEEKS, (6, 7, 5, 7, 8, 7), (8, 8, 8, 8, 8, 8)),
    Trend(_WEEKS, (3.4, 3.2, 3.6, 3.8, 3.5, 3.9)),
)
_CROWDED = Digest(
    48,
    "Platform",
    tuple(
        replace(_FULL.asks[at], who=who, id=10 * at + n)
        for at in range(len(_FULL.asks))
        for n, who in enumerate((NOOR, SEM, LOTTE))
    ),
    _FULL.good,
)
_SMALL = Digest(48, "", (Line("thank", RAVI, 8),), without=("participation", "energy"))
_TALKED = Digest(48, "", (Line("silent", LOTTE, 3, since=date(2026, 11, 2), done=True),), without=("energy",))
_ASKED = Digest(48, "Platform", (replace(_FULL.asks[4], done=True),), without=("energy",))
_REMARKS = (
    Remark(_FULL.asks[0], ANNA.name, NOW),
    Remark(_SMALL.asks[0], ANNA.name, NOW),
    Remark(_FULL.good[0], ANNA.name, NOW),
)

EXAMPLES = (
    Example("digest.weekly", lambda words: weekly(_FULL, words)),
    Example("digest.weekly with several asks of each sort", lambda words: weekly(_CROWDED, words)),
    Example("digest.weekly of a small team", lambda words: weekly(_SMALL, words)),
    Example("digest.weekly after a talk", lambda words: weekly(_TALKED, words)),
    Example("digest.weekly after a question", lambda words: weekly(_ASKED, words)),
    Example("digest.weekly without news", lambda words: weekly(Digest(48, "Platform"), words)),
    Example("digest.nobody", nobody),
    Example("digest.about", lambda words: about(_REMARKS, words)),
    Example("digest.about nothing", lambda words: about((), words)),
)
