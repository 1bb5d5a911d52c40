"""How goals look in a message: as a card, in a list, in the overview, and after something was done."""

from __future__ import annotations

from bot.messages import Actions, Button, Element, Item, Message, Meter, Quote, Say, Small, Span, Text
from bot.words import Words, bold
from views.goals.facts import (
    Goal,
    Readers,
    close_button,
    concern,
    context,
    dotted,
    feedback_button,
    held,
    new_button,
    sees,
    small,
    status,
    update_button,
    updated,
    view_button,
)


def card(goal: Goal, words: Words) -> tuple[Element, ...]:
    """Title, what it contributes to, how it stands while it is open, why it deserves a look, and who looked last."""
    why = concern(goal, words)
    meter = () if goal.closed else (Meter(goal.progress, (Span(status(goal, words)),)),)
    return (
        Say((bold(goal.title),)),
        small(context(goal, words)),
        *meter,
        *((small(why),) if why else ()),
        small(updated(goal, words)),
    )


def buttons(goal: Goal, words: Words) -> Actions:
    view = view_button(goal, words)
    return Actions((update_button(goal, words), view) if goal.mine and not goal.closed else (view,))


def saved(goal: Goal, readers: Readers, done: str, words: Words, many: int = 0) -> Message:
    """After something was done to a goal: `done` is "set", "result", "changed", "updated", "shown" or "reopened".

    `many` is the number of open objectives where that deserves a word, else 0.
    """
    line = _done(done, words)
    more = [Button(words.line("Add key result"), "goals.result", held(goal))] if done == "result" else []
    body = (
        Say((Span(line),)),
        *card(goal, words),
        *((Small(crowded(many, words)),) if many else ()),
        Small(sees(readers, words)),
        Actions((*more, *buttons(goal, words).buttons)),
    )
    return Message(line, body)


def crowded(many: int, words: Words) -> Text:
    """A word about many open objectives; it blocks nothing."""
    return words.say("There are {many} open objectives now. With three or fewer, more tends to get done.", many=many)


def _done(done: str, words: Words) -> str:
    match done:
        case "set":
            return words.line("The goal is set.")
        case "result":
            return words.line("The key result is in.")
        case "changed":
            return words.line("The goal has changed. What it was, and why, stays in its history.")
        case "shown":
            return words.line("Who can read this goal has changed.")
        case "reopened":
            return words.line("The goal is open again.")
        case _:
            return words.line("The update is in.")


def reached(goal: Goal, words: Words) -> Message:
    """After the update that brought a goal to the end of the way."""
    line = words.line("🎯 The goal is reached. Well done.")
    more = words.say("Close it while it is fresh: what came of it, and what did you learn? Or ask what others saw.")
    close = close_button(goal, words)
    primary = Button(close.label, close.name, close.carry, "primary")
    actions = Actions((primary, feedback_button(goal, words), view_button(goal, words)))
    return Message(line, (Say((Span(line),)), *card(goal, words), Say(more), actions))


def ended(goal: Goal, score: float, learned: str, readers: Readers, words: Words) -> Message:
    """After closing: what was kept, and an offer to ask for feedback."""
    line = words.line("The goal is closed.")
    outcome = words.say("{title}, closed with {score}.", title=bold(goal.title), score=words.number(score, 1))
    again = Button(words.line("Open again"), "goals.reopen", held(goal))
    return Message(
        line,
        (
            Say(outcome),
            Quote(learned),
            Small(sees(readers, words)),
            Say(words.say("Who saw you work on it? Ask for feedback while they remember.")),
            Actions((feedback_button(goal, words), again)),
        ),
    )


def removed(words: Words) -> Message:
    line = words.line("The goal is gone, with everything in it.")
    return Message(line, (Say((Span(line),)), Actions((new_button(words),))))


def line(goal: Goal, button: Button, words: Words) -> Item:
    """A goal in one line and its small print."""
    text = words.say("{title} · {status}", title=bold(goal.title), status=status(goal, words))
    return Item(text, (Span(dotted(context(goal, words), concern(goal, words))),), button)
