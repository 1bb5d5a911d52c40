"""The forms to tell how goals stand, and what came of them."""

from __future__ import annotations

from dataclasses import dataclass

from bot.calls import PERMALINK
from bot.messages import Choice, Element, Field, Form, NumberInput, Option, Say, Small, TextInput
from bot.words import Words, bold, shortened
from views.goals.facts import Goal, Readers, Result, attained, held, sees
from views.goals.parts import MAX_TEXT


def pick(goals: tuple[Goal, ...], note: str, evidence: str, words: Words) -> Form:
    """From a message: which goal it is progress on."""
    options = tuple(Option(str(goal.id), shortened(goal.title, 70)) for goal in goals)
    return Form(
        "goals.pick",
        words.line("Log progress"),
        words.line("Next"),
        (Choice("goal", words.line("Which goal is this progress on?"), options, options[0].value), _note(note, words)),
        words.line("Cancel"),
        {PERMALINK: evidence} if evidence else {},
    )


@dataclass(frozen=True, slots=True)
class Telling:
    """What is known when an update begins. `said` tells that progress is not computed; `evidence` is an address."""

    goal: Goal
    readers: Readers
    said: bool = False
    note: str = ""
    evidence: str = ""


def update(telling: Telling, words: Words) -> Form:
    """How does it stand? A field per key result, or one for progress; confidence; a word with it."""
    goal = telling.goal
    fields: list[Element | Field] = [Say((bold(goal.title),))]
    fields.extend(_current(one, words) for one in goal.results)
    if telling.said:
        far = words.number(100 * goal.progress)
        fields.append(NumberInput("progress", words.line("How far is it, in percent?"), far))
    fields.extend((_confidence(goal, words), _note(telling.note, words)))
    if telling.evidence:
        fields.append(Small(words.say("The message is kept with it, as a link.")))
    carry = held(goal) | ({PERMALINK: telling.evidence} if telling.evidence else {})
    return Form(
        "goals.update",
        words.line("Update goal"),
        words.line("Save"),
        tuple(fields),
        words.line("Cancel"),
        carry,
        sees(telling.readers, words),
    )


def _current(one: Result, words: Words) -> Field:
    name = f"result{one.id}"
    if one.measure == "yesno":
        options = (Option("0", words.line("Not yet")), Option("1", words.line("Yes, done")))
        return Choice(name, one.title, options, str(int(one.current)), look="buttons")
    return NumberInput(name, one.title, words.number(one.current, 2), attained(one, words))


def _confidence(goal: Goal, words: Words) -> Choice:
    ends = {0: words.line("0: it will not happen"), 10: words.line("10: it is certain")}
    options = tuple(Option(str(n), ends.get(n, str(n))) for n in range(10, -1, -1))
    chosen = "" if goal.confidence is None else str(goal.confidence)
    return Choice("confidence", words.line("How confident are you that you will get there?"), options, chosen)


def _note(note: str, words: Words) -> TextInput:
    return TextInput(
        "note",
        words.line("What is there to tell?"),
        note[:MAX_TEXT],
        words.line("Write nothing about your health."),
        optional=True,
        multiline=True,
        max_length=MAX_TEXT,
    )


def close(goal: Goal, readers: Readers, words: Words) -> Form:
    """What came of it, and what was learned. How far it is, is proposed as the score; that nothing came of it never."""
    tenths = round(10 * goal.progress)
    ends = {
        0: words.line("0: nothing came of it"),
        7: words.line("{score}: a good part is done", score=words.number(0.7, 1)),
        10: words.line("1: all of it is done"),
    }
    options = tuple(Option(str(n), ends.get(n, words.number(n / 10, 1))) for n in range(10, -1, -1))
    return Form(
        "goals.close",
        words.line("Close goal"),
        words.line("Close goal"),
        (
            Say((bold(goal.title),)),
            Choice("score", words.line("What came of it?"), options, str(tenths) if tenths else ""),
            TextInput(
                "learned",
                words.line("What did you learn?"),
                hint=words.line("What would you do again, and what would you do differently?"),
                multiline=True,
                max_length=MAX_TEXT,
            ),
        ),
        words.line("Cancel"),
        held(goal),
        sees(readers, words),
    )
