"""How it is said that something about a goal cannot be done, and what can."""

from __future__ import annotations

from collections.abc import Mapping

from bot.messages import plain
from bot.router import Sentence
from bot.words import Words
from views.goals.asking import waiting


def _number(typed: str, words: Words) -> str:
    example = words.number(1250.5, 1)
    return words.line("I can't read '{typed}' as a number. Write it like {example}.", typed=typed, example=example)


def _verb(typed: str, words: Words) -> str:
    known = [words.line("/goal add"), words.line("/goal update"), words.line("/goal list"), words.line("/goal help")]
    commands = words.one_of(known)
    return words.line("I don't know '{typed}' with a goal. You can type {commands}.", typed=typed, commands=commands)


def _list(typed: str, words: Words) -> str:
    known = [
        words.line("mine"),
        words.line("team"),
        words.line("organisation"),
        words.line("at risk"),
        words.line("stale"),
        words.line("orphan"),
        words.line("closed"),
    ]
    lists = words.one_of(known)
    return words.line(
        "I don't know the list '{typed}'. You can ask for {lists}, or a colleague with @name.", typed=typed, lists=lists
    )


REFUSALS: Mapping[str, Sentence] = {
    "goals.gone": lambda _, words: words.line("This goal is no longer there, or not for you. Nothing was changed."),
    "goals.closed": lambda facts, words: words.line(
        "'{title}' was closed meanwhile, so this was not saved. Copy your words if you need them; "
        "the goal can be opened again from your closed goals.",
        title=facts["title"],
    ),
    "goals.result_gone": lambda _, words: words.line(
        "A key result was dropped meanwhile. Look at the others once more, and save again."
    ),
    "goals.title": lambda _, words: words.line("Write in a few words what you want."),
    "goals.long": lambda facts, words: words.line("Keep it under {most} characters, please.", most=facts["most"]),
    "goals.level": lambda _, words: words.line(
        "A team's goals are set by who leads the team, the organisation's by HR or the top. Choose another one."
    ),
    "goals.period": lambda _, words: words.line("Choose a quarter or a year that is not over."),
    "goals.parent": lambda _, words: words.line(
        "A goal contributes to an open goal above it: of the team, the organisation, or your own for the year. "
        "Choose another one."
    ),
    "goals.below": lambda _, words: words.line(
        "Quarter goals contribute to this goal, so it stays one for a whole year."
    ),
    "goals.reason": lambda _, words: words.line("Write in a few words why, so that others can follow it."),
    "goals.theme": lambda _, words: words.line("A theme has words instead of key results. Set an objective for that."),
    "goals.full": lambda facts, words: words.line(
        "A goal has at most {most} key results. Drop one first, or set a second goal.", most=facts["most"]
    ),
    "goals.same": lambda _, words: words.line("Start and target are the same. Where do you want to be?"),
    "goals.target": lambda _, words: words.line("Fill in where you want to be."),
    "goals.currency": lambda facts, words: words.line(
        "I don't know the currency '{typed}'. Write three letters, like EUR.", typed=facts["typed"]
    ),
    "goals.number": lambda facts, words: _number(str(facts["typed"]), words),
    "goals.yesno": lambda _, words: words.line("Choose yes or no."),
    "goals.measured": lambda _, words: words.line(
        "The progress of this goal is counted from its key results, or from what contributes to it."
    ),
    "goals.progress": lambda _, words: words.line("Choose a percentage from 0 to 100."),
    "goals.confidence": lambda _, words: words.line("Choose a number from 0 to 10."),
    "goals.score": lambda _, words: words.line("Choose a score from 0 to 1: nothing came of it, or all of it is done."),
    "goals.learned": lambda _, words: words.line("Write in a few words what you learned. One sentence is enough."),
    "goals.used": lambda _, words: words.line(
        "Something was already told or asked about this goal, or contributes to it. "
        "Close it instead; that keeps what happened."
    ),
    "goals.year": lambda _, words: words.line("Only the year goal of a team or the organisation can be translated."),
    "goals.quarter": lambda _, words: words.line("Choose a quarter of that year that is not over."),
    "goals.teams": lambda _, words: words.line("Choose at least one team, from those you can set goals for."),
    "goals.cascaded": lambda facts, words: words.line(
        "There already is such a goal in that quarter for {teams}. Choose only other teams.",
        teams=plain(words.all_of(facts["teams"])),
    ),
    "goals.yours": lambda _, words: words.line(
        "You keep this goal up to date yourself. Tell how it's going with Update."
    ),
    "goals.fine": lambda _, words: words.line(
        "There was news about this goal meanwhile, so there's nothing to ask. View it to see how it's going."
    ),
    "goals.nobody": lambda _, words: words.line("Whoever kept this goal has left, so there's nobody to ask right now."),
    "goals.asked": lambda facts, words: plain(waiting(str(facts["name"]), words.day(facts["at"]), words)),
    "goals.verb": lambda facts, words: _verb(str(facts["typed"]), words),
    "goals.list": lambda facts, words: _list(str(facts["typed"]), words),
    "goals.match": lambda facts, words: words.line(
        "None of your open goals has '{typed}' in its title. Type /goal to see them all.", typed=facts["typed"]
    ),
    "goals.none": lambda _, words: words.line("You have no open goals yet. Type /goal add to set one."),
}
