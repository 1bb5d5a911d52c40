"""Asking how a goal is going, and hearing that there is news."""

from __future__ import annotations

from bot.messages import Actions, Button, Message, Say, Small, Text
from bot.words import Words, bold
from views.goals.facts import Goal, context, dotted, held, small, status, update_button, view_button


def ask_button(goal: Goal, words: Words) -> Button:
    return Button(words.line("Ask how it's going"), "goals.ask", held(goal))


def offer(keeper: str, words: Words) -> Small:
    """Below the button: what a press does."""
    return Small(words.say("{name} gets a short message from me that you'd like to know.", name=keeper))


def waiting(keeper: str, day: str, words: Words) -> Text:
    """In the place of the button, once the reader asked."""
    return words.say(
        "You asked {name} on {day} how it's going. You'll hear from me when there's news.", name=keeper, day=day
    )


def asked(goal: Goal, by: str, words: Words) -> Message:
    """To who keeps the goal."""
    summary = words.line("{name} asks how it's going with “{title}”.", name=by, title=goal.title)
    update = update_button(goal, words)
    return Message(
        summary,
        (
            Say(words.say("{name} asks how it's going with “{title}”.", name=bold(by), title=bold(goal.title))),
            small(dotted(context(goal, words), status(goal, words))),
            Small(words.say("An update takes a minute, and a few words are enough.")),
            Actions((Button(update.label, update.name, update.carry, "primary"), view_button(goal, words))),
        ),
    )


def told(goal: Goal, by: str, words: Words) -> Message:
    """In its place, once there is news."""
    said = words.say("Thank you. {name} knows how it's going with “{title}”.", name=by, title=bold(goal.title))
    return _news(
        words.line("Thank you. {name} knows how it's going with “{title}”.", name=by, title=goal.title),
        said,
        goal,
        words,
    )


def answered(goal: Goal, words: Words) -> Message:
    """To who asked."""
    said = words.say("There's news about “{title}”. You asked how it's going.", title=bold(goal.title))
    return _news(
        words.line("There's news about “{title}”. You asked how it's going.", title=goal.title), said, goal, words
    )


def _news(summary: str, said: Text, goal: Goal, words: Words) -> Message:
    line = small(dotted(context(goal, words), status(goal, words)))
    return Message(summary, (Say(said), line, Actions((view_button(goal, words),))))
