"""What is said when a period is over and goals of it are still open."""

from __future__ import annotations

from bot.messages import Actions, Button, Element, Message, Say, Span
from bot.words import Words
from views.goals.cards import line
from views.goals.facts import Goal, close_button, held, period, view_button


def ended_period(written: str, goals: tuple[Goal, ...], words: Words) -> Message:
    """To who keeps these goals: what came of them? Or do they need more time?"""
    name = period(written, words)
    summary = words.many_line(
        "{period} is over, and {n} goal of yours is still open.",
        "{period} is over, and {n} goals of yours are still open.",
        len(goals),
        period=name,
    )
    what = words.say("What came of it, and what did you learn? Close it while it is fresh, or give it more time.")
    body: list[Element] = [Say((Span(summary),)), Say(what)]
    for goal in goals:
        longer = Button(words.line("Give it more time"), "goals.change", {**held(goal), "longer": "1"})
        body += [line(goal, view_button(goal, words), words), Actions((close_button(goal, words), longer))]
    return Message(summary, tuple(body))


def all_ended(written: str, words: Words) -> Message:
    """In its place, when nothing is open any more."""
    line = words.line("Your goals of {period} are closed, or have more time. Thank you.", period=period(written, words))
    return Message(line, (Say((Span(line),)),))
