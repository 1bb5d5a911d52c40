"""Goals as facts, and the phrases that every view of them shares."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from bot.messages import Button, Small, Span, Text
from bot.words import Words


@dataclass(frozen=True, slots=True)
class Result:
    """A key result. `measure` is number, percentage, currency or yesno; `fraction` is how far it is, 0..1."""

    id: int
    title: str
    measure: str
    target: float
    start: float = 0.0
    current: float = 0.0
    unit: str = ""
    fraction: float = 0.0


@dataclass(frozen=True, slots=True)
class Goal:
    """A goal as facts. `whose` is a name that needs saying: of another person, a team, the organisation.

    `period` is written "2026-Q4" or "2026". `risk` is "falling", "low" or empty. `by` is who updated it last, empty
    when that was the reader. `mine` says that the reader may change it. `score` is 0..1 of a closed one, for who may
    know it.
    """

    id: int
    title: str
    period: str
    updated_at: datetime
    level: str = "person"
    whose: str = ""
    parent: str = ""
    theme: bool = False
    text: str = ""
    progress: float = 0.0
    confidence: int | None = None
    was: int | None = None
    risk: str = ""
    stale: bool = False
    by: str = ""
    fresh: bool = False
    mine: bool = True
    closed: bool = False
    score: float | None = None
    results: tuple[Result, ...] = ()


@dataclass(frozen=True, slots=True)
class Readers:
    """Who may read it: everybody in the company, or the reader and these people by name."""

    company: str
    names: tuple[str, ...] = ()
    everyone: bool = False


def period(written: str, words: Words) -> str:
    """A period for people: "Q4 2026", "2026"."""
    year, _, quarter = written.partition("-")
    return words.line("{quarter} {year}", quarter=quarter, year=year) if quarter else year


def whose(goal: Goal, words: Words) -> str:
    """Whose goal it is, when that is not the reader alone; else empty."""
    match goal.level:
        case "organisation":
            return words.line("goal of {organisation}", organisation=goal.whose)
        case "team":
            return words.line("goal of team {team}", team=goal.whose)
        case _:
            return words.line("goal of {name}", name=goal.whose) if goal.whose else ""


def context(goal: Goal, words: Words) -> str:
    """When, whose, and what it contributes to."""
    parent = words.line("contributes to: {parent}", parent=goal.parent) if goal.parent else ""
    return dotted(period(goal.period, words), whose(goal, words), parent)


def status(goal: Goal, words: Words) -> str:
    """Progress and confidence, with its trend; of a closed goal what came of it."""
    if goal.closed and goal.score is not None:
        return words.line("closed with {score}", score=words.number(goal.score, 1))
    if goal.closed:
        return words.line("closed")
    return dotted(words.percent(goal.progress), confidence(goal, words))


def confidence(goal: Goal, words: Words) -> str:
    if goal.confidence is None:
        return ""
    if goal.was is None or goal.was == goal.confidence:
        return words.line("confidence {confidence}", confidence=goal.confidence)
    return words.line(
        "confidence {was} → {confidence} {arrow}",
        was=goal.was,
        confidence=goal.confidence,
        arrow="↓" if goal.confidence < goal.was else "↑",
    )


def concern(goal: Goal, words: Words) -> str:
    """Why it deserves a look: at risk, or not looked at lately; else empty."""
    match goal.risk:
        case "falling":
            return words.line("Confidence has fallen twice in a row.")
        case "low":
            return words.line("Confidence is 4 or lower.")
        case _:
            return words.line("Not updated for two weeks or more.") if goal.stale else ""


def updated(goal: Goal, words: Words) -> str:
    """When it was last updated, and by whom."""
    day = words.day(goal.updated_at)
    if goal.fresh:
        mine = words.line("Set on {day} by you", day=day)
        return words.line("Set on {day} by {name}", day=day, name=goal.by) if goal.by else mine
    mine = words.line("Updated on {day} by you", day=day)
    return words.line("Updated on {day} by {name}", day=day, name=goal.by) if goal.by else mine


def value(result: Result, amount: float, words: Words) -> str:
    """A value of a key result, as people write it."""
    match result.measure:
        case "yesno":
            return words.line("yes") if amount else words.line("no")
        case "percentage":
            return f"{words.number(amount, 2)}%"
        case "currency" if all(one == int(one) for one in (amount, result.start, result.target, result.current)):
            return words.money(amount, result.unit)
        case _:
            return f"{words.number(amount, 2)} {result.unit}".rstrip()


def attained(result: Result, words: Words) -> str:
    """How far a key result came, on its way from start to target. What a number counts is named once."""
    if result.measure == "yesno":
        return words.line("done") if result.current else words.line("not done yet")
    bare = replace(result, unit="") if result.measure == "number" else result
    now, start = value(bare, result.current, words), value(bare, result.start, words)
    target = value(result, result.target, words)
    if not result.start:
        return words.line("{now} of {target}", now=now, target=target)
    return words.line("{now}, on the way from {start} to {target}", now=now, start=start, target=target)


def sees(readers: Readers, words: Words) -> Text:
    """The who-sees line."""
    if readers.everyone:
        return words.say("Everybody at {company} can read this.", company=readers.company)
    if readers.names:
        return words.say("Only you and {names} can read this.", names=words.all_of(readers.names))
    return words.say("Only you can read this.")


def dotted(*parts: str) -> str:
    return " · ".join(part for part in parts if part)


def small(*parts: str) -> Small:
    return Small((Span(dotted(*parts)),))


def held(goal: Goal) -> dict[str, str]:
    """What a button about a goal carries."""
    return {"goal": str(goal.id)}


def update_button(goal: Goal, words: Words) -> Button:
    return Button(words.line("Update"), "goals.update", held(goal))


def view_button(goal: Goal, words: Words) -> Button:
    return Button(words.line("View"), "goals.view", held(goal))


def new_button(words: Words) -> Button:
    return Button(words.line("New goal"), "goals.new")


def close_button(goal: Goal, words: Words) -> Button:
    return Button(words.line("Close goal"), "goals.close", held(goal))


def feedback_button(goal: Goal, words: Words) -> Button:
    return Button(words.line("Ask for feedback"), "feedback.ask", held(goal))
