"""Goals together: lists, the overview, and what is said about several at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.messages import Actions, Button, Element, Heading, Item, Message, Say, Span
from bot.router import Help
from bot.words import Words, bold
from views.goals.cards import buttons, card, line
from views.goals.facts import Goal, new_button, period, update_button, view_button

CARDS = 5
"""So many goals are shown as cards; a longer list has a line each."""


def help(words: Words) -> Help:
    return Help(
        words.line("Set goals, tell how they stand, and see what they contribute to."),
        (
            words.line("/goal add Present our plan to two customers"),
            words.line("/goal update present"),
            words.line("/goal list at risk"),
        ),
    )


def compose_label(words: Words) -> str:
    return words.line("Update a goal")


def shortcut_label(words: Words) -> str:
    return words.line("Log as goal progress")


@dataclass(frozen=True, slots=True)
class Page:
    """A part of a list. `which` is mine, person, team, organisation, risk, stale, orphan or closed; `name` says whose.

    `ask` and `start` make the buttons to the next part; `left` is how many goals are in there. `why` is what else there
    is to say of an empty list: "hidden", "no_team", "none_around", "none_above" or nothing.
    """

    which: str
    goals: tuple[Goal, ...]
    name: str = ""
    ask: Mapping[str, str] | None = None
    start: int = 0
    left: int = 0
    why: str = ""


def listing(page: Page, words: Words) -> Message:
    """A list of goals: cards while they are few, lines when they are many."""
    title = _title(page, words)
    if not page.goals:
        return Message(title, (Say((bold(title),)), Say((Span(_nothing(page, words)),)), Actions((new_button(words),))))
    body: list[Element] = [Heading(title)]
    few = len(page.goals) <= CARDS and not page.start and page.which != "closed"
    for goal in page.goals:
        body.extend(
            (*card(goal, words), buttons(goal, words)) if few else (line(goal, view_button(goal, words), words),)
        )
    if page.left:
        ask = {**(page.ask or {}), "start": str(page.start + len(page.goals))}
        more = words.many_line("Show {n} more", "Show {n} more", page.left)
        body.append(Actions((Button(more, "goals.list", ask), new_button(words))))
    else:
        body.append(Actions((new_button(words),)))
    return Message(title, tuple(body))


def section(goals: tuple[Goal, ...], more: int, words: Words) -> tuple[Element, ...]:
    """The overview's part about goals; `more` is how many there are beyond these."""
    heading = Heading(words.line("My goals"))
    if not goals:
        empty = words.say("No goals yet. Start with one: what do you want to have reached this quarter?")
        return heading, Item(empty, button=new_button(words))
    lines = (line(goal, update_button(goal, words), words) for goal in goals)
    everything = words.line("All my goals") if more else words.line("View my goals")
    return heading, *lines, Actions((new_button(words), Button(everything, "goals.list", {"which": "mine"})))


def to_update(goals: tuple[Goal, ...], words: Words) -> Message:
    """Which goal is meant?"""
    title = words.line("Which goal do you want to update?")
    return Message(title, (Say((Span(title),)), *(line(goal, update_button(goal, words), words) for goal in goals)))


def cascaded(goal: Goal, written: str, teams: tuple[str, ...], words: Words) -> Message:
    """To who translated a year goal: which teams have a quarter goal now."""
    line = words.say(
        "{title} now has a goal for {period} in {teams}. Who leads the team hears of it and fills it in.",
        title=bold(goal.title),
        period=period(written, words),
        teams=words.all_of(teams),
    )
    return Message(words.line("The teams have their goals."), (Say(line), Actions((view_button(goal, words),))))


def cascade_told(by: str, parent: Goal, goals: tuple[Goal, ...], words: Words) -> Message:
    """To who leads a team: it has a goal to fill in."""
    line_ = words.say("{name} translated {title} into a goal for your team.", name=bold(by), title=bold(parent.title))
    what = words.say("Make it yours: put it in your team's words and add what shows that you reached it.")
    summary = words.line("{name} set a goal for your team.", name=by)
    return Message(summary, (Say(line_), Say(what), *(line(goal, view_button(goal, words), words) for goal in goals)))


def _title(page: Page, words: Words) -> str:  # noqa: PLR0911 - a title for each list
    match page.which:
        case "mine":
            return words.line("Your goals")
        case "person":
            return words.line("Goals of {name}", name=page.name)
        case "team":
            return words.line("Goals of team {team}", team=page.name) if page.name else words.line("Goals of your team")
        case "organisation":
            return words.line("Goals of {name}", name=page.name)
        case "risk":
            return words.line("Goals at risk")
        case "stale":
            return words.line("Goals that stand still")
        case "orphan":
            return words.line("Goals that contribute to nothing yet")
        case _:
            return words.line("Your closed goals")


def _nothing(page: Page, words: Words) -> str:  # noqa: PLR0911 - a sentence for each list
    match page.which:
        case _ if page.why:
            return _why_nothing(page, words)
        case "mine":
            return words.line("No goals yet. Start with one: what do you want to have reached this quarter?")
        case "risk":
            return words.line("Nothing is at risk around you.")
        case "stale":
            return words.line("Everything around you was updated lately.")
        case "orphan":
            return words.line("Every goal around you contributes to another one.")
        case "closed":
            return words.line("You closed no goals yet.")
        case "organisation":
            return words.line("{name} has no open goals now. HR and the top can set them.", name=page.name)
        case "team":
            return words.line("Team {team} has no open goals now.", team=page.name)
        case _:
            return words.line("{name} has no open goals now.", name=page.name)


def _why_nothing(page: Page, words: Words) -> str:
    match page.why:
        case "hidden":
            return words.line(
                "There are no goals of {name} that you can read. A personal goal is for its owner and the manager, "
                "unless the owner shows it to everyone.",
                name=page.name,
            )
        case "no_team":
            return words.line("I don't know of a team that you're in. Ask for one by name, like /goal list team Sales.")
        case "none_around":
            return words.line("There are no open goals yet of you, your people, your team or the organisation.")
        case _:
            return words.line("The organisation has no goals yet that others could contribute to.")
