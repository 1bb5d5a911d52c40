"""The forms to set goals. Each is short; what can be left out says so."""

from __future__ import annotations

from dataclasses import dataclass

from bot.messages import Choice, Choices, Element, Field, Form, NumberInput, Option, Say, Search, Small, TextInput
from bot.words import Words, bold
from views.goals.cards import crowded
from views.goals.facts import Goal, Readers, held, period, sees
from views.goals.parts import MAX_TEXT, MAX_TITLE, MAX_UNIT, Choosing, parent_field, period_field

FEW = 10


def new(title: str, choosing: Choosing, readers: Readers, words: Words) -> Form:
    """To set a goal; what shows that it is reached comes in the next form."""
    fields: list[Element | Field] = [
        TextInput(
            "title",
            words.line("What do you want to have reached?"),
            title,
            max_length=MAX_TITLE,
            placeholder=words.line("New colleagues find their way within a week"),
        )
    ]
    if choosing.whose:
        fields.append(_whose(choosing, words))
    fields.append(period_field(choosing, choosing.periods[0], words))
    if choosing.parents:
        fields.append(parent_field(choosing, 0, words))
    fields.append(_kind(words))
    own = sees(readers, words)
    if choosing.whose:
        own = words.say(
            "{own} Goals of a team or of {company} can be read by everybody.", own=own, company=readers.company
        )
    return Form("goals.add", words.line("New goal"), words.line("Set"), tuple(fields), words.line("Cancel"), sees=own)


def _whose(choosing: Choosing, words: Words) -> Choice:
    options = (
        Option("person", words.line("For myself")),
        *(Option(at, words.line("For {team}", team=name)) for at, name in choosing.whose),
    )
    return Choice("for", words.line("Whose goal is it?"), options, "person")


def _kind(words: Words) -> Choice:
    return Choice(
        "kind",
        words.line("How will you see that it is reached?"),
        (
            Option("objective", words.line("By key results that you can measure")),
            Option("theme", words.line("It is a theme, in words")),
        ),
        "objective",
        look="buttons",
    )


def describe(goal: Goal, readers: Readers, many: int, words: Words) -> Form:
    """Right after a theme was set: what it means, in words."""
    return Form(
        "goals.describe",
        words.line("About this theme"),
        words.line("Save"),
        (
            *_just_set(goal, many, words),
            TextInput(
                "text",
                words.line("What will you notice when it goes well?"),
                multiline=True,
                max_length=MAX_TEXT,
                optional=True,
            ),
        ),
        words.line("Later"),
        held(goal),
        sees(readers, words),
    )


def result(goal: Goal, readers: Readers, words: Words, *, first: bool = False, many: int = 0) -> Form:
    """To add a key result; `first` when the goal was set just before."""
    intro = _just_set(goal, many, words) if first else (Say((bold(goal.title),)),)
    measures = (
        Option("number", words.line("A number")),
        Option("percentage", words.line("A percentage")),
        Option("currency", words.line("An amount of money")),
        Option("yesno", words.line("Yes or no")),
    )
    return Form(
        "goals.result",
        words.line("Add key result"),
        words.line("Add"),
        (
            *intro,
            TextInput(
                "title",
                words.line("What will show that it is reached?"),
                max_length=MAX_TITLE,
                placeholder=words.line("Score that new colleagues give their first week"),
            ),
            Choice("measure", words.line("What do you count?"), measures, "number"),
            *_way(words),
            TextInput(
                "unit",
                words.line("Unit"),
                hint=words.line("What you count, like 'customers'; for money the currency, like EUR."),
                optional=True,
                max_length=MAX_UNIT,
            ),
        ),
        words.line("Later") if first else words.line("Cancel"),
        held(goal),
        sees(readers, words),
    )


def _just_set(goal: Goal, many: int, words: Words) -> tuple[Element, ...]:
    line = Say(words.say("{title} is on the list.", title=bold(goal.title)))
    return (line, Small(crowded(many, words))) if many else (line,)


def _way(words: Words) -> tuple[NumberInput, NumberInput]:
    hint = words.line("Not needed for yes or no.")
    return (
        NumberInput("start", words.line("Where do you start?"), hint=words.line("Empty counts as 0."), optional=True),
        NumberInput("target", words.line("Where do you want to be?"), hint=hint, optional=True),
    )


@dataclass(frozen=True, slots=True)
class Teams:
    """For which quarters (written) and which teams (id, name) a year goal can be translated; `chosen` are ids."""

    quarters: tuple[str, ...]
    teams: tuple[tuple[int, str], ...]
    chosen: tuple[int, ...] = ()


def cascade(goal: Goal, choosing: Teams, readers: Readers, words: Words) -> Form:
    """A year goal, translated to a quarter goal for each of several teams."""
    quarters = tuple(Option(one, period(one, words)) for one in choosing.quarters)
    line = words.say("Each team gets a goal that contributes to {title}, and makes it its own.", title=bold(goal.title))
    return Form(
        "goals.cascade",
        words.line("Translate for teams"),
        words.line("Set"),
        (
            Say(line),
            TextInput("title", words.line("What should be reached this quarter?"), goal.title, max_length=MAX_TITLE),
            Choice("period", words.line("For which quarter?"), quarters, choosing.quarters[0]),
            _teams(choosing, words),
        ),
        words.line("Cancel"),
        held(goal),
        sees(readers, words),
    )


def _teams(choosing: Teams, words: Words) -> Field:
    """A few teams are all shown and chosen; of many, the wanted ones are searched."""
    label = words.line("For which teams?")
    options = tuple(Option(str(id), name) for id, name in choosing.teams)
    if len(options) <= FEW:
        return Choices("teams", label, options, tuple(option.value for option in options))
    chosen = tuple(option for option in options if int(option.value) in choosing.chosen)
    return Search("teams", label, "goals.teams", chosen, several=True)
