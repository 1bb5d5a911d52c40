"""How the personal overview looks: every capability's part, in one order for everybody."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.messages import (
    Actions,
    Button,
    Chart,
    Divider,
    Element,
    Heading,
    Item,
    Mention,
    Message,
    Say,
    Series,
    Small,
)
from bot.router import Help
from bot.words import Words, bold
from views.examples import LOTTE, NOW, RAVI, Example


@dataclass(frozen=True, slots=True)
class Waiting:
    """One thing that waits for the reader; `kind` is a key of the sentences below. `until` is when it closes."""

    kind: str
    entry: int = 0
    who: Mention | None = None
    title: str = ""
    until: date | datetime | None = None
    many: int = 0


@dataclass(frozen=True, slots=True)
class Week:
    """How many were asked in a week and how many took part; None where the group was too small to be counted."""

    monday: date
    asked: int | None = None
    joined: int | None = None


def help(words: Words) -> Help:
    return Help(
        words.line("See your overview: what waits for you, your goals, feedback and kudos."),
        (words.line("/ritme home"), words.line("/ritme overview"), words.line("/ritme help")),
    )


def home(sections: tuple[tuple[Element, ...], ...], words: Words) -> Message:
    """The personal overview: every capability's part, in one order for everybody."""
    body: list[Element] = []
    for part in sections:
        if body and part:
            body.append(Divider())
        body.extend(part)
    return Message(words.line("Your overview"), tuple(body))


def leaving(words: Words) -> Message:
    """The last overview of who is erased. It may stand in their chat for as long as that does."""
    line = words.say(
        "You asked to be erased from Ritme, and your employer agreed. So there is nothing about you here any more."
    )
    return Message(words.line("Your overview"), (Say(line),))


def today(waiting: tuple[Waiting, ...], words: Words, *, begun: bool = True, kudos: bool = True) -> tuple[Element, ...]:
    """What waits for the reader; `begun` says that Ritme does anything here, `kudos` that they can be given."""
    heading = Heading(words.line("Today"))
    if not waiting and not begun:
        return heading, Item(
            words.say(
                "Nothing waits for you. Ritme isn't switched on here at the moment; HR tells you before that changes."
            )
        )
    if not waiting and not kudos:
        return heading, Item(words.say("Nothing waits for you."))
    if not waiting:
        nothing = words.say("Nothing waits for you. Who made your work easier lately?")
        return heading, Item(nothing, button=Button(words.line("Give kudos"), "kudos.new"))
    return heading, *(_item(one, words) for one in waiting)


def _item(one: Waiting, words: Words) -> Item:
    name = bold(one.who.name if one.who else "")
    entry = str(one.entry)
    match one.kind:
        case "checkin":
            until = words.moment(one.until) if isinstance(one.until, datetime) else ""
            text = words.say("Your check-in is open until {moment}.", moment=until)
            return Item(text, button=Button(words.line("Answer"), "checkins.answer", {"period": entry}))
        case "feedback":
            day = words.day(one.until) if one.until else ""
            text = words.say("{name} asks you for feedback on {topic}, by {day}.", name=name, topic=one.title, day=day)
            return Item(text, button=Button(words.line("Give feedback"), "feedback.answer", {"request": entry}))
        case "unread":
            text = words.say("{name} sent you a check-in.", name=name)
            return Item(text, button=Button(words.line("Read"), "checkins.open", {"checkin": entry}))
        case "digest":
            text = words.many(
                "{n} thing in your team needs your attention.", "{n} things in your team need your attention.", one.many
            )
            return Item(text, button=Button(words.line("Open digest"), "digest.now"))
        case "ended":
            text = words.say("The time for your goal “{title}” is over. What came of it?", title=one.title)
            return Item(text, button=Button(words.line("Close goal"), "goals.close", {"goal": entry}))
        case _:
            text = words.say("Your goal “{title}” could use an update.", title=one.title)
            return Item(text, button=Button(words.line("Update"), "goals.update", {"goal": entry}))


def team(people: int, unread: int, words: Words, *, digest: bool = True, checkins: bool = True) -> tuple[Element, ...]:
    """A manager's team at a glance; what can be read of it, where the `digest` and `checkins` have begun."""
    line = words.many("You lead {n} person.", "You lead {n} people.", people)
    small = words.many("{n} check-in to read", "{n} check-ins to read", unread) if unread else ()
    brief = (Button(words.line("Open digest"), "digest.now"),) if digest else ()
    everybody = (Button(words.line("Whole team"), "checkins.team"),) if checkins else ()
    buttons = (*brief, *everybody)
    return Heading(words.line("My team")), Item(line, small), *((Actions(buttons),) if buttons else ())


def rhythm(weeks: tuple[Week, ...], floor: int, words: Words) -> tuple[Element, ...]:
    """How many took part, for HR; never who, and never what they said."""
    heading = Heading(words.line("The rhythm"))
    last = weeks[-1]
    if last.joined is None or last.asked is None:
        when = words.say(
            "Here you see how many people take part in check-ins, as soon as at least {floor} people of three managers "
            "are asked in a week.",
            floor=floor,
        )
        return heading, Say(when)
    said = words.line(
        "Last week {joined} of {asked} people took part in the check-in.", joined=last.joined, asked=last.asked
    )
    name = words.line("Taking part, in %")
    shares = tuple(
        round(100 * week.joined / week.asked) if week.asked and week.joined is not None else None for week in weeks
    )
    labels = tuple(words.day(week.monday) for week in weeks)
    small = words.say("Counts only: who took part, and what was said, is not shown here.")
    return heading, Chart(name, said, labels, (Series(name, shares),), "bar", 100), Small(small)


_WAITING = (
    Waiting("checkin", 21, until=NOW),
    Waiting("feedback", 22, LOTTE, "the client day", NOW.date()),
    Waiting("digest", many=3),
    Waiting("unread", 23, RAVI),
    Waiting("ended", 25, title="Half of our customers book online"),
    Waiting("stale", 24, title="A calm release every week"),
)
_SMALL = Week(NOW.date())
_WEEKS = tuple(Week(NOW.date() - timedelta(days=1, weeks=4 - n), 120, 90 + 4 * n) for n in range(4))


EXAMPLES = (
    Example("home.home", lambda words: home((today(_WAITING, words), team(5, 2, words)), words)),
    Example("home.home on a quiet day", lambda words: home((today((), words),), words)),
    Example(
        "home.home before the start",
        lambda words: home(
            (today((), words, begun=False, kudos=False), team(5, 0, words, digest=False, checkins=False)), words
        ),
    ),
    Example(
        "home.home without kudos and digest",
        lambda words: home((today((), words, kudos=False), team(5, 2, words, digest=False)), words),
    ),
    Example("home.leaving", leaving),
    Example("home.home of HR", lambda words: home((rhythm(_WEEKS, 5, words),), words)),
    Example("home.home of HR in a small company", lambda words: home((rhythm((_SMALL,), 5, words),), words)),
)
