"""A goal in full: what was agreed, how it stands, what happened to it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from bot.messages import (
    Actions,
    Button,
    Chart,
    Confirm,
    Element,
    Form,
    Heading,
    Item,
    Link,
    Quote,
    Say,
    Series,
    Small,
    Span,
    Text,
)
from bot.words import Words, bold, shortened
from views.goals.asking import ask_button, offer, waiting
from views.goals.cards import card, line
from views.goals.facts import (
    Goal,
    Readers,
    Result,
    attained,
    close_button,
    dotted,
    feedback_button,
    held,
    period,
    sees,
    update_button,
    value,
    view_button,
)
from views.goals.parts import SHORT

MOST_POINTS = 20
MOST_LINES = 12


@dataclass(frozen=True, slots=True)
class Told:
    """An update in the history. `by` is empty for the reader, `evidence` is a message's address."""

    at: datetime
    progress: float
    by: str = ""
    confidence: int | None = None
    note: str = ""
    evidence: str = ""


@dataclass(frozen=True, slots=True)
class Changed:
    """A change in the history; see `models.goals.GoalChange`. `result` is the key result it is about."""

    at: datetime
    what: str
    by: str = ""
    old: str = ""
    new: str = ""
    reason: str = ""
    result: Result | None = None


@dataclass(frozen=True, slots=True)
class Can:
    """What the reader can do with it, beyond reading.

    `ask` is who can be asked how it is going, empty where there is nothing to ask; `asked_at` is when the reader did.
    """

    measure: bool = False
    cascade: bool = False
    show: str = ""  # "everyone" or "manager": whom it can be shown to instead
    remove: bool = False
    ask: str = ""
    asked_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Story:
    """Everything about a goal. `history` is newest first, `score` is 0..1 and only there for who may know it."""

    goal: Goal
    readers: Readers
    below: tuple[Goal, ...] = ()
    history: tuple[Told | Changed, ...] = ()
    can: Can = Can()
    score: float | None = None
    learned: str = ""


def sheet(story: Story, words: Words) -> Form:
    """The goal in full, to read, with what can be done about it."""
    body: list[Element] = list(card(story.goal, words))
    if story.goal.text:
        body.append(Quote(story.goal.text))
    body.extend(_outcome(story, words))
    buttons = tuple(_buttons(story, words))
    if buttons:
        body.append(Actions(buttons))
    body.extend(_asking(story, words))
    body.extend(_results(story, words))
    body.extend(_below(story, words))
    body.extend(_trend(story, words))
    body.extend(_history(story, words))
    return Form(
        "goals.sheet", words.line("Goal"), "", tuple(body), words.line("Close"), sees=sees(story.readers, words)
    )


def _outcome(story: Story, words: Words) -> Iterator[Element]:
    if not story.goal.closed:
        return
    if story.score is None:
        yield Say(words.say("This goal is closed."))
        return
    yield Say(words.say("Closed with {score}. What was learned:", score=words.number(story.score, 1)))
    yield Quote(story.learned)


def _buttons(story: Story, words: Words) -> Iterator[Button]:
    goal = story.goal
    if goal.mine:
        yield from _when_closed(story, words) if goal.closed else _while_open(story, words)
    elif story.can.cascade:
        yield _translate(goal, words)


def _when_closed(story: Story, words: Words) -> Iterator[Button]:
    goal = story.goal
    yield feedback_button(goal, words)
    if story.can.show == "manager":
        yield _narrower(goal, words)
    yield Button(words.line("Open again"), "goals.reopen", held(goal))


def _while_open(story: Story, words: Words) -> Iterator[Button]:
    goal, can, carry = story.goal, story.can, held(story.goal)
    update = update_button(goal, words)
    yield Button(update.label, update.name, update.carry, "primary")
    if can.measure:
        yield Button(words.line("Add key result"), "goals.result", carry)
    if can.cascade:
        yield _translate(goal, words)
    yield Button(words.line("Change"), "goals.change", carry)
    if can.show == "everyone":
        yield Button(
            words.line("Show to everyone"), "goals.show", {**carry, "to": "everyone"}, confirm=_wider(goal, words)
        )
    elif can.show == "manager":
        yield _narrower(goal, words)
    yield close_button(goal, words)
    if can.remove:
        yield Button(words.line("Remove"), "goals.remove", carry, "danger", _sure(words))


def _translate(goal: Goal, words: Words) -> Button:
    return Button(words.line("Translate for teams"), "goals.cascade", held(goal))


def _asking(story: Story, words: Words) -> Iterator[Element]:
    """For a reader of somebody else's goal that could use a word."""
    keeper, at = story.can.ask, story.can.asked_at
    if keeper and at is not None:
        yield Small(waiting(keeper, words.day(at), words))
    elif keeper:
        yield Actions((ask_button(story.goal, words),))
        yield offer(keeper, words)


def _narrower(goal: Goal, words: Words) -> Button:
    return Button(words.line("No longer show to everyone"), "goals.show", {**held(goal), "to": "manager"})


def _wider(goal: Goal, words: Words) -> Confirm:
    """What was written for few is going to be read by many, and counts where it did not."""
    read = words.line("Everyone in the organisation can then also read what you wrote with this goal until now.")
    counts = (
        words.line("Its progress then counts in '{parent}'.", parent=shortened(goal.parent, SHORT))
        if goal.parent
        else ""
    )
    return Confirm(
        words.line("Show it to everyone?"),
        f"{read} {counts}".rstrip(),
        words.line("Show it"),
        words.line("Leave it as it is"),
    )


def _sure(words: Words) -> Confirm:
    return Confirm(
        words.line("Remove this goal?"),
        words.line("It was only just set, so nothing is kept of it."),
        words.line("Remove"),
        words.line("Keep"),
    )


def _results(story: Story, words: Words) -> Iterator[Element]:
    goal = story.goal
    if goal.results:
        yield Heading(words.line("Key results"))
    for result in goal.results:
        change = Button(words.line("Change"), "goals.result_change", {"result": str(result.id)})
        how = dotted(attained(result, words), words.percent(result.fraction))
        yield Item((bold(result.title),), (Span(how),), change if goal.mine and not goal.closed else None)


def _below(story: Story, words: Words) -> Iterator[Element]:
    if story.below:
        yield Heading(words.line("What contributes to it"))
    for goal in story.below:
        yield line(goal, view_button(goal, words), words)
    personal = any(goal.level == "person" for goal in story.below)
    if personal and story.readers.everyone and not story.goal.results:
        yield Small(words.say("Goals that not everybody can read don't count here."))


def _trend(story: Story, words: Words) -> Iterator[Element]:
    """Confidence over time, once there are two points to join."""
    told = [one for one in story.history if isinstance(one, Told) and one.confidence is not None][:MOST_POINTS]
    told.reverse()
    if len(told) < 2:
        return
    first, last = told[0], told[-1]
    sentence = words.line(
        "Confidence went from {first} to {last} between {start} and {end}.",
        first=int(first.confidence or 0),
        last=int(last.confidence or 0),
        start=words.day(first.at),
        end=words.day(last.at),
    )
    points = tuple(None if one.confidence is None else float(one.confidence) for one in told)
    name = words.line("Confidence")
    yield Chart(name, sentence, tuple(words.day(one.at) for one in told), (Series(name, points),), "line", 10)


def _history(story: Story, words: Words) -> Iterator[Element]:
    if story.history:
        yield Heading(words.line("History"))
    for one in story.history[:MOST_LINES]:
        if isinstance(one, Told):
            yield Item((Span(_stood(one, words)),), _with_note(one, words))
        else:
            yield Item((Span(_became(one, words)),), (Span(_when(one, one.reason, words)),))


def _stood(one: Told, words: Words) -> str:
    said = "" if one.confidence is None else words.line("confidence {confidence}", confidence=one.confidence)
    return dotted(words.percent(one.progress), said)


def _with_note(one: Told, words: Words) -> Text:
    text: Text = (Span(_when(one, one.note, words)),)
    return (*text, Span(" · "), Link(words.line("the message"), one.evidence)) if one.evidence else text


def _when(one: Told | Changed, why: str, words: Words) -> str:
    day = words.day(one.at)
    when = words.line("{day}, by {name}", day=day, name=one.by) if one.by else words.line("{day}, by you", day=day)
    return f"{when}: {why}" if why else when


def _became(one: Changed, words: Words) -> str:  # noqa: PLR0911 - a sentence for each kind of change
    old, new = one.old, one.new
    match one.what:
        case "title":
            return words.line("Title changed from '{old}' to '{new}'", old=old, new=new)
        case "text":
            return words.line("Description changed")
        case "period":
            return words.line("Period changed from {old} to {new}", old=period(old, words), new=period(new, words))
        case "parent":
            return _turned(old, new, words)
        case "result":
            return words.line("Key result changed from '{old}' to '{new}'", old=old, new=new)
        case "added":
            return words.line("Key result added: '{new}'", new=new)
        case "dropped":
            return words.line("Key result dropped: '{old}'", old=old)
        case "reopened":
            return words.line("Opened again")
        case _:
            return _moved(one, words)


def _moved(one: Changed, words: Words) -> str:
    """A key result with another start or target."""
    title = one.result.title if one.result else ""
    old, new = (value(one.result, float(amount), words) if one.result else amount for amount in (one.old, one.new))
    if one.what == "start":
        return words.line("Start of '{result}' changed from {old} to {new}", result=title, old=old, new=new)
    return words.line("Target of '{result}' changed from {old} to {new}", result=title, old=old, new=new)


def _turned(old: str, new: str, words: Words) -> str:
    """A goal that contributes to another one than before."""
    if not old:
        return words.line("Contributes to '{new}'", new=new)
    if not new:
        return words.line("No longer contributes to '{old}'", old=old)
    return words.line("Contributes to '{new}' instead of '{old}'", new=new, old=old)
